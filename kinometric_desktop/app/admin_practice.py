"""The practice itself: name and address, its athenaOne connection, and which requests athenaOne answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kinometric.contract.practices import AthenaDiagnosis, ChangePractice, Practice, ScopeSheet
from kinometric_desktop.app.asking_presenter import AskingPresenter
from kinometric_desktop.app.athena_connection import AthenaConnectionPresenter
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.form_presenter import FormPresenter
from kinometric_desktop.app.passing_clipboard import COPIED, PassingClipboard
from kinometric_desktop.app.ports import Answer, Dialogs, Question, TaskRunner
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.app.scope_words import CREDENTIALS, ENVIRONMENTS
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.app.wording import written_moment

NO_ATHENA = "This practice works without athenaOne, so there is nothing to ask."
SWITCH_OFF = "“Ping and practice information” is off in the scope sheet; a superadmin switches it on."
FIELDS = ("name", "address", "city", "state", "zip", "phone")


@dataclass(frozen=True)
class PracticeState:
    """What the part shows."""

    practice: Practice | None = None
    connection: tuple[tuple[str, str], ...] = ()
    superadmin: bool = False
    can_test: bool = False
    why_not: str = ""
    diagnosis: AthenaDiagnosis | None = None
    tested_at: str = ""
    testing: bool = False
    reading: bool = False
    changing: bool = False
    done: str = ""
    problem: Problem | None = None

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Name and address as label and value."""
        one = self.practice
        if one is None:
            return ()
        place = " ".join(part for part in (one.city, one.state, one.zip) if part)
        return (
            ("Name", one.name),
            ("Short name", one.slug),
            ("Address", ", ".join(part for part in (one.address, place) if part) or "Not recorded"),
            ("Phone", one.phone or "Not recorded"),
            ("Time zone", one.time_zone),
        )


def connection_lines(sheet: ScopeSheet, zone: str) -> tuple[tuple[str, str], ...]:
    """The athenaOne connection as label and value; of the secret only since when it is set."""
    lines = [("Environment", dict(ENVIRONMENTS)[sheet.athena_environment])]
    if sheet.athena_environment == "none":
        return tuple(lines)
    lines += [
        ("athenaOne practice ID", sheet.athena_practice_id or "Not set"),
        ("Credentials", dict(CREDENTIALS)[sheet.athena_credentials]),
    ]
    if sheet.athena_credentials == "own":
        set_at = sheet.secret_set_at
        secret = f"set {written_moment(datetime.fromisoformat(set_at), zone)}, never shown" if set_at else "Not set"
        lines += [("Client ID", sheet.client_id or "Not set"), ("Client secret", secret)]
    return tuple(lines)


class PracticePresenter(AskingPresenter[PracticeState]):
    """Reads the practice and its connection, and tries the connection where that is switched on.

    Parameters
    ----------
    session, connection, runner, dialogs, clipboard
        The workplace's.
    open_connection : Callable
        Opens the form of the athenaOne connection.
    """

    def __init__(
        self,
        session: WorkSession,
        connection: Connection,
        runner: TaskRunner,
        dialogs: Dialogs,
        clipboard: PassingClipboard | None,
        open_connection: Callable[[AthenaConnectionPresenter], None],
    ) -> None:
        super().__init__(PracticeState(), session, connection, runner, dialogs)
        self._clipboard = clipboard
        self._open_connection = open_connection
        self._sheet: ScopeSheet | None = None

    def enter(self) -> None:
        """The part is shown."""
        self._change(superadmin=self._is_superadmin, done="")
        self.refresh()

    def refresh(self) -> None:
        """Read practice and scope sheet again."""
        self._change(reading=True, problem=None, done="")
        self._read()

    def open_connection(self) -> None:
        """Change environment and credentials; a superadmin's."""
        if self._sheet is not None and self.state.superadmin:
            self._open_connection(
                AthenaConnectionPresenter(self._connection, self._runner, self._sheet, self._connection_stored)
            )

    def test(self) -> None:
        """Ask athenaOne everything that the scope sheet allows; nothing is written there."""
        if not self.state.can_test or self.state.testing:
            return
        self._change(testing=True, problem=None, done="", diagnosis=None)
        self._run("test", self._connection.client.practice.diagnose_athena, self._tested, self._not_tested)

    def copy_request(self) -> None:
        """Copy the text for athenahealth's support; it holds no secret and no patient."""
        if self.state.diagnosis is not None and self._clipboard is not None:
            self._clipboard.copy(self.state.diagnosis.support_request)
            self._change(done=COPIED)

    def form(self) -> PracticeFormPresenter | None:
        """The form of name and address."""
        practice = self.state.practice
        if practice is None:
            return None
        return PracticeFormPresenter(
            self._connection, self._runner, practice, self._practice_stored, superadmin=self.state.superadmin
        )

    def ask_close(self) -> None:
        """Close the practice, after its name was typed; a superadmin's."""
        practice = self.state.practice
        if practice is None or not self.state.superadmin or self.state.changing:
            return
        question = Question(
            "admin.close", f"Close {practice.name}?",
            "Everybody who works in it is put out at once and nobody enters it until a superadmin opens it again. "
            "Its records stay; queued uploads wait.",
            "Close practice", asks_for=f"The short name, {practice.slug}", needs_characters=len(practice.slug),
            dangerous=True,
        )  # fmt: skip
        call = self._connection.client.practice.change_any
        form = ChangePractice(practice.version, is_active=False)

        def answered(answer: Answer) -> None:
            if answer.text.strip() != practice.slug:
                self._change(problem=Problem("The short name was another one. The practice stays open."))
                return
            self._order(lambda: call(practice.practice_id, form), lambda _: self._session.sign_out())

        self._ask(question, answered)

    def _read(self) -> None:
        client = self._connection.client
        self._run("read", lambda: (client.practice.get(), client.practice.scope()), self._taken, self._failed)

    def _taken(self, answer: tuple[Practice, ScopeSheet]) -> None:
        practice, sheet = answer
        self._sheet = sheet
        none = sheet.athena_environment == "none"
        self._change(
            practice=practice,
            connection=connection_lines(sheet, self._session.time_zone),
            can_test=not none and sheet.health_endpoints,
            why_not=NO_ATHENA if none else "" if sheet.health_endpoints else SWITCH_OFF,
            reading=False,
        )

    def _tested(self, diagnosis: AthenaDiagnosis) -> None:
        at = written_moment(datetime.fromisoformat(diagnosis.at), self._session.time_zone)
        self._change(testing=False, diagnosis=diagnosis, tested_at=at)

    def _not_tested(self, problem: Exception) -> None:
        self._change(testing=False, problem=words_for(problem))

    def _connection_stored(self, sheet: ScopeSheet) -> None:
        del sheet
        self._change(done="The athenaOne connection is stored.", diagnosis=None)
        self._read()
        self._read_me()

    def _practice_stored(self, practice: Practice) -> None:
        self._change(practice=practice, done="Stored.")
        self._read_me()

    def _failed(self, problem: Exception) -> None:
        self._change(reading=False, problem=words_for(problem), practice=None, connection=())


@dataclass(frozen=True)
class PracticeFormState:
    """Name and address as they are typed."""

    name: str = ""
    address: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    phone: str = ""
    time_zone: str = ""
    zone_locked: bool = True
    busy: bool = False
    saved: bool = False
    problem: Problem | None = None


class PracticeFormPresenter(FormPresenter[PracticeFormState, Practice]):
    """Changes name and address; the time zone is a superadmin's, since dates on reports follow it."""

    def __init__(
        self,
        connection: Connection,
        runner: TaskRunner,
        practice: Practice,
        on_stored: Callable[[Practice], None],
        *,
        superadmin: bool,
    ) -> None:
        values = {name: getattr(practice, name) for name in (*FIELDS, "time_zone")}
        state = PracticeFormState(**values, zone_locked=not superadmin)
        super().__init__(state, connection, runner, on_stored, lambda: connection.client.practice.get())
        self._practice = practice

    def save(self) -> None:
        """Send what is different."""
        if self.state.busy:
            return
        names = FIELDS if self.state.zone_locked else (*FIELDS, "time_zone")
        changed: dict[str, Any] = {
            name: getattr(self.state, name).strip()
            for name in names
            if getattr(self.state, name).strip() != getattr(self._practice, name)
        }
        if not changed:
            self._change(saved=True)
            return
        form = ChangePractice(self._practice.version, **changed)
        call = self._connection.client.practice.change
        self._send(lambda: call(form))

    def _seen(self, stored: Practice) -> None:
        self._take_over(self._practice, stored, (*FIELDS, "time_zone"))
        self._practice = stored
