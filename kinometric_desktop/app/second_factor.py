"""Setting up a second factor: secret as a picture and as text, one code to confirm it, recovery codes shown once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from kinometric.contract.accounts import OwnPassword, RecoveryCodes, SecondFactorBegun, SecondFactorCode
from kinometric.contract.errors import WRONG_CODE, WRONG_SIGN_IN
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.passing_clipboard import COPIED, PassingClipboard
from kinometric_desktop.app.ports import Printer, TaskRunner
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.client.errors import ServerError

Stage = Literal["begin", "confirm", "codes", "done"]
Squares = tuple[tuple[bool, ...], ...]

CODE_DID_NOT_MATCH = "That code did not match. Codes change every 30 seconds; check this computer’s clock."
PASSWORD_NOT_RIGHT = "The password is not right."  # noqa: S105 - a sentence, not a password
SHEET_TITLE = "Kinometric recovery codes"


@dataclass(frozen=True)
class SecondFactorState:
    """What is shown; secret, picture and codes stand in no repr."""

    stage: Stage = "begin"
    secret: str = field(default="", repr=False)
    squares: Squares = field(default=(), repr=False)
    codes: tuple[str, ...] = field(default=(), repr=False)
    kept: bool = False
    busy: bool = False
    note: str = ""
    problem: Problem | None = None

    @property
    def secret_in_groups(self) -> str:
        """The secret in groups of four, to be typed into an authenticator."""
        return " ".join(self.secret[place : place + 4] for place in range(0, len(self.secret), 4))


def squares_of(text: str) -> Squares:
    """The QR code of a text as rows of dark and light squares, without its quiet zone."""
    import segno

    return tuple(tuple(bool(square) for square in row) for row in segno.make(text, error="m", micro=False).matrix)


class SecondFactorPresenter(Presenter[SecondFactorState]):
    """Leads from nothing to a second factor whose recovery codes the person has kept.

    Parameters
    ----------
    connection, runner
        The workplace's.
    on_done : Callable
        Called once the person has the codes, or has switched the factor off.
    clipboard : PassingClipboard or None
        Where secret and codes are copied to on the person's order.
    printer : Printer or None
        Prints the codes without a file.
    """

    def __init__(
        self,
        connection: Connection,
        runner: TaskRunner,
        on_done: Callable[[], None],
        clipboard: PassingClipboard | None = None,
        printer: Printer | None = None,
    ) -> None:
        super().__init__(SecondFactorState(), runner)
        self._connection = connection
        self._on_done = on_done
        self._clipboard = clipboard
        self._printer = printer

    @property
    def can_print(self) -> bool:
        """True where the workstation prints."""
        return self._printer is not None

    def begin(self) -> None:
        """Have the server make a secret; one that was begun before and never confirmed is replaced."""
        if self.state.busy or self.state.stage != "begin":
            return
        self._change(busy=True, problem=None)

        def ask() -> tuple[SecondFactorBegun, Squares]:
            begun = self._connection.client.accounts.begin_second_factor()
            return begun, squares_of(begun.uri)

        self._run("factor", ask, self._begun, self._failed)

    def confirm(self, code: str) -> None:
        """Send the authenticator's first code."""
        digits = "".join(sign for sign in code if sign.isdigit())
        if self.state.busy or self.state.stage != "confirm" or len(digits) != 6:
            return
        self._change(busy=True, problem=None)
        call = self._connection.client.accounts.confirm_second_factor
        self._run("factor", lambda: call(SecondFactorCode(digits)), self._confirmed, self._failed)

    def turn_off(self, password: str) -> None:
        """Switch the factor off, with the password once more."""
        if self.state.busy:
            return
        if not password:
            self._change(problem=Problem("Type your password."))
            return
        self._change(busy=True, problem=None)
        call = self._connection.client.accounts.drop_second_factor
        self._run("factor", lambda: call(OwnPassword(password)), lambda _: self._finished(), self._failed)

    def renew_codes(self, password: str) -> None:
        """Make new recovery codes, with the password once more; the earlier ones count no more."""
        if self.state.busy:
            return
        if not password:
            self._change(problem=Problem("Type your password."))
            return
        self._change(busy=True, problem=None)
        call = self._connection.client.accounts.renew_recovery_codes
        self._run("factor", lambda: call(OwnPassword(password)), self._confirmed, self._failed)

    def copy_secret(self) -> None:
        """Copy the secret for an authenticator on this computer."""
        self._copy(self.state.secret)

    def copy_codes(self) -> None:
        """Copy the recovery codes, for example into a password manager."""
        self._copy("\n".join(self.state.codes))

    def print_codes(self) -> None:
        """Print the recovery codes."""
        if self._printer is None or not self.state.codes:
            return

        def printed(done: bool) -> None:
            self._change(note="Sent to the printer." if done else "")

        lines = tuple(f"{place:>2}.  {code}" for place, code in enumerate(self.state.codes, 1))
        self._printer.print_lines(SHEET_TITLE, lines, printed, lambda words: self._change(problem=Problem(words)))

    def say_kept(self, kept: bool) -> None:
        """The person says that the codes are in a safe place."""
        self._change(kept=kept)

    def finish(self) -> None:
        """Forget the codes and go on."""
        if self.state.stage == "codes" and self.state.kept:
            self._finished()

    def forget(self) -> None:
        """Forget secret and codes, for example because the screen goes."""
        self._drop("factor")
        self._show(SecondFactorState())

    def close(self) -> None:
        """Forget everything that was shown."""
        super().close()
        self._state = SecondFactorState()

    def _copy(self, text: str) -> None:
        if self._clipboard is not None and text:
            self._clipboard.copy(text)
            self._change(note=COPIED)

    def _begun(self, begun: tuple[SecondFactorBegun, Squares]) -> None:
        answer, squares = begun
        self._show(SecondFactorState("confirm", answer.secret, squares))

    def _confirmed(self, answer: RecoveryCodes) -> None:
        self._show(SecondFactorState("codes", codes=answer.codes))

    def _finished(self) -> None:
        self._show(SecondFactorState("done"))
        self._on_done()

    def _failed(self, problem: Exception) -> None:
        if isinstance(problem, ServerError) and problem.code == WRONG_CODE:
            self._change(busy=False, problem=Problem(CODE_DID_NOT_MATCH))
        elif isinstance(problem, ServerError) and problem.code == WRONG_SIGN_IN:
            self._change(busy=False, problem=Problem(PASSWORD_NOT_RIGHT))
        else:
            self._change(busy=False, problem=words_for(problem, typed=True))
