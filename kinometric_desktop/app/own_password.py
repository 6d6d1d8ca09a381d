"""A person's own new password: what it still lacks is said while it is typed, the passwords stay in no state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kinometric.contract.accounts import ChangePassword
from kinometric.contract.errors import WRONG_SIGN_IN
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.ports import TaskRunner
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.client.errors import ServerError

OLD_NOT_RIGHT = "The password of until now is not right."
NOT_THE_SAME = "Both new passwords must be the same."


@dataclass(frozen=True)
class Rule:
    """One part of the password rule, and whether what is typed keeps it."""

    words: str
    kept: bool


@dataclass(frozen=True)
class OwnPasswordState:
    """What the form shows: never a password."""

    rules: tuple[Rule, ...] = ()
    asks_old: bool = True
    ready: bool = False
    busy: bool = False
    changed: bool = False
    problem: Problem | None = None


def rules_of(new: str, again: str, username: str) -> tuple[Rule, ...]:
    """The rule of the server in parts; that a password is a common one only the server knows."""
    return (
        Rule("8 characters or more", len(new) >= 8),
        Rule("an upper-case and a lower-case letter", any(map(str.isupper, new)) and any(map(str.islower, new))),
        Rule("a number", any(map(str.isdigit, new))),
        Rule("not the username", bool(new) and new.casefold() != username.casefold()),
        Rule("the same twice", bool(new) and new == again),
    )


class OwnPasswordPresenter(Presenter[OwnPasswordState]):
    """Changes the password; the person's other sessions end with it.

    Parameters
    ----------
    connection, runner
        The workplace's.
    on_changed : Callable
        Called once the server has it.
    """

    def __init__(self, connection: Connection, runner: TaskRunner, on_changed: Callable[[], None]) -> None:
        super().__init__(OwnPasswordState(), runner)
        self._connection = connection
        self._on_changed = on_changed
        self._username = ""
        self._old = ""

    def start(self, username: str, old: str = "") -> None:
        """Begin for a person; ``old`` is the password of until now where they have just typed it."""
        self._username, self._old = username, old
        self._show(OwnPasswordState(rules_of("", "", username), asks_old=not old))

    def forget(self) -> None:
        """Forget whose it was and the password of until now."""
        self._drop("password")
        self._username = self._old = ""
        self._show(OwnPasswordState())

    def typed(self, new: str, again: str, old: str = "") -> None:
        """Look at what is typed."""
        rules = rules_of(new, again, self._username)
        ready = all(rule.kept for rule in rules) and bool(self._old or old)
        self._change(rules=rules, ready=ready, problem=None)

    def change(self, new: str, again: str, old: str = "") -> None:
        """Send it."""
        self.typed(new, again, old)
        if self.state.busy:
            return
        if not self.state.ready:
            missing = [rule.words for rule in self.state.rules if not rule.kept]
            sentence = f"Still missing: {', '.join(missing)}." if missing else "Type the password of until now too."
            self._change(problem=Problem(sentence))
            return
        self._change(busy=True)
        form = ChangePassword(self._old or old, new)
        call = self._connection.client.accounts.change_password
        self._run("password", lambda: call(form), lambda _: self._done(), self._failed)

    def close(self) -> None:
        """Forget the password of until now."""
        super().close()
        self._old = ""

    def _done(self) -> None:
        self._old = ""
        self._change(busy=False, changed=True)
        self._on_changed()

    def _failed(self, problem: Exception) -> None:
        wrong = isinstance(problem, ServerError) and problem.code == WRONG_SIGN_IN
        self._change(busy=False, problem=Problem(OLD_NOT_RIGHT) if wrong else words_for(problem, typed=True))
