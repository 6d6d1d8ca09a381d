"""Signing in: server, password, code, where asked for a new password and a second factor, practice, department."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kinometric.contract.accounts import DemoUser, Hello, Me, SignedIn, SignIn, SwitchPractice
from kinometric.contract.errors import DEVICE_NEEDED, WRONG_CODE, WRONG_SIGN_IN
from kinometric.contract.practices import NewPractice
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.own_password import OwnPasswordPresenter
from kinometric_desktop.app.passing_clipboard import PassingClipboard
from kinometric_desktop.app.ports import Printer, Settings, TaskRunner
from kinometric_desktop.app.practice_choice import (
    REASON_NEEDED,
    SHORTEST_REASON,
    DepartmentChoice,
    PracticeChoice,
    choice_of,
    choices_for,
    department_choices,
    practice_note,
)
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.app.second_factor import CODE_DID_NOT_MATCH, SecondFactorPresenter
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.client.address import AddressRefusedError
from kinometric_desktop.client.errors import ServerError, Unreachable

__all__ = ["CODE_DID_NOT_MATCH", "SignInPresenter", "SignInState", "practice_note"]

Stage = Literal["server", "password", "code", "new_password", "practice", "second_factor", "new_practice"]

WRONG_PASSWORD = "Username or password is not right."  # noqa: S105 - a sentence, not a password
NO_PRACTICE = "You don’t belong to a practice yet. Ask an administrator to add you to one."
NO_ANSWER = "No Kinometric server answers at this address. Check the network and the address, then try again."
FACTOR_NEEDED = "This practice asks its administrators for a second factor. Set yours up, then you can go on."
FIRST_REASON = "Setting the practice up"


@dataclass(frozen=True)
class SignInState:
    """What the sign-in shows."""

    stage: Stage = "password"
    server_url: str = ""
    host: str = ""
    encrypted: bool = False
    connected: bool = False
    version: str = ""
    demo_users: tuple[DemoUser, ...] = ()
    user_name: str = ""
    with_code: bool = False
    recovery: bool = False
    practices: tuple[PracticeChoice, ...] = ()
    practice_id: str = ""
    departments: tuple[DepartmentChoice, ...] = ()
    department_id: str = ""
    reason_needed: bool = False
    factor_needed: bool = False
    computer_key: str = ""
    may_make_practices: bool = False
    busy: bool = False
    problem: Problem | None = None
    display_name: str = ""


def _unsigned(form: SignIn) -> SignIn:
    return form


def _no_key(username: str) -> str:
    del username
    return ""


class SignInPresenter(Presenter[SignInState]):
    """Leads a person from the server's address to the worklist.

    Parameters
    ----------
    session, connection, runner, settings
        The workplace's.
    on_entered : Callable
        Called once a practice is entered.
    signed : Callable
        Adds an enrolled computer's signature to a sign-in; called on a worker.
    clipboard, printer
        For the recovery codes of a second factor that is set up here.
    computer_key : Callable
        Makes the key by which an administrator enrols this computer for a user name; called on a worker.
    """

    def __init__(
        self,
        session: WorkSession,
        connection: Connection,
        runner: TaskRunner,
        settings: Settings,
        on_entered: Callable[[], None],
        signed: Callable[[SignIn], SignIn] = _unsigned,
        clipboard: PassingClipboard | None = None,
        printer: Printer | None = None,
        computer_key: Callable[[str], str] = _no_key,
    ) -> None:
        stored = settings.load()
        super().__init__(SignInState(user_name=stored.last_user, server_url=stored.server_url), runner)
        self._session = session
        self._connection = connection
        self._settings = settings
        self._on_entered = on_entered
        self._signed = signed
        self._computer_key = computer_key
        self._clipboard = clipboard
        self._password = ""
        self._reason = ""
        self._waiting: Callable[[], None] | None = None
        self._me: Me | None = None
        self.factor = SecondFactorPresenter(connection, runner, self._factor_done, clipboard, printer)
        self.own_password = OwnPasswordPresenter(connection, runner, self._password_changed)

    def close(self) -> None:
        """Forget what was typed and shown."""
        super().close()
        self._password = ""
        self._waiting = None
        self.factor.close()
        self.own_password.close()

    def start(self, server_url: str = "") -> None:
        """Connect to the server that was given, else to the one of the last time, else ask for it."""
        url = server_url or self.state.server_url
        if not url:
            self._show(SignInState(stage="server", user_name=self.state.user_name))
            return
        self.connect(url)

    def connect(self, url: str) -> None:
        """Use another server address."""
        self._change(busy=True, problem=None, server_url=url.strip())

        def hello() -> Hello:
            return self._connection.open(url).accounts.hello()

        self._run("connect", hello, self._connected, self._not_connected)

    def change_server(self) -> None:
        """Ask for the address again."""
        self._connection.close()
        self._password = ""
        self._waiting = None
        self._me = None
        self._show(SignInState(stage="server", user_name=self.state.user_name, server_url=self.state.server_url))

    def type_user(self, user_name: str) -> None:
        """A user name is typed; it stays where the address has to be mended first."""
        self._change(user_name=user_name, problem=None)

    def sign_in(self, user_name: str, password: str) -> None:
        """Send user name and password; before the server has answered they wait, and are sent once it has."""
        if self._busy("sign_in"):
            return
        if not user_name.strip() or not password:
            self._change(problem=Problem("Type your username and your password.", severity="stop"))
            return
        if self._busy("connect") or not self.state.connected:
            self._waiting = lambda: self.sign_in(user_name, password)
            if not self._busy("connect"):
                self.connect(self.state.server_url)
            return
        self._password = password
        self._change(user_name=user_name.strip(), busy=True, problem=None, computer_key="")
        self._send(SignIn(user_name.strip(), password))

    def sign_in_as(self, user: DemoUser) -> None:
        """Sign in as one of the demo's users."""
        self.sign_in(user.username, user.password)

    def send_code(self, code: str) -> None:
        """Send the authenticator's code, or a recovery code, which works only once."""
        if self._busy("sign_in"):
            return
        self._change(busy=True, problem=None)
        form = SignIn(self.state.user_name, self._password)
        field = "recovery_code" if self.state.recovery else "code"
        self._send(dataclasses.replace(form, **{field: code.strip()}))

    def use_recovery_code(self, recovery: bool) -> None:
        """Ask for a recovery code in place of the authenticator's, or the other way round."""
        self._change(recovery=recovery, problem=None)

    def start_over(self) -> None:
        """Back to user name and password; a server session that was begun is ended."""
        self._drop("sign_in")
        self._password = ""
        self._me = None
        if self._connection.is_open and self._connection.client.signed_in:
            self._runner.run(self._connection.client.accounts.sign_out, lambda _: None, lambda _: None)
        self._tidy()
        self._session.sign_out()

    def choose_practice(self, practice_id: str) -> None:
        """Choose a practice; its departments are read, unless it takes a reason to enter it."""
        if practice_id == self.state.practice_id and self.state.departments:
            return
        reason_needed = any(one.needs_reason for one in self.state.practices if one.practice_id == practice_id)
        self._drop("practice")
        self._waiting = None
        self._change(
            practice_id=practice_id,
            departments=(),
            department_id="",
            problem=None,
            busy=not reason_needed,
            reason_needed=reason_needed,
            factor_needed=False,
        )
        if not reason_needed:
            form = SwitchPractice(practice_id)
            self._run("practice", lambda: self._enter(form), self._entered_practice, self._failed)

    def choose_department(self, department_id: str) -> None:
        """Choose the department to work in."""
        self._change(department_id=department_id)

    def open_worklist(self, *, remember: bool, reason: str = "") -> None:
        """Begin to work in the chosen practice and department."""
        me, department_id = self._me, self.state.department_id
        if self._busy("practice") and not self.state.reason_needed:
            # The departments are still being read; the person's own one is opened once they are.
            self._waiting = lambda: self.open_worklist(remember=remember)
        if me is None or self.state.busy:
            return
        if self.state.reason_needed:
            self._enter_with_reason(reason.strip())
            return
        if me.active is None:
            return
        if self.state.factor_needed:
            self.set_up_factor()
            return
        here = me.active
        department = department_id if department_id != here.department_id and here.role != "readonly" else ""
        first_here = not here.is_default and len(me.memberships) > 1
        if remember and (department or first_here):
            self._change(busy=True, problem=None)
            accounts = self._connection.client.accounts

            def keep() -> Me:
                kept = me
                if first_here:
                    kept = accounts.switch_practice(SwitchPractice(here.practice_id, make_default=True))
                return accounts.make_department_mine(department) if department else kept

            self._run("department", keep, self._begin, self._failed)
            return
        self._begin(me)

    def set_up_factor(self) -> None:
        """Set up the second factor that the chosen practice asks for."""
        self.factor.forget()
        self._change(stage="second_factor", busy=False, problem=None)
        self.factor.begin()

    def choose_again(self) -> None:
        """Back to the choice of a practice."""
        self.factor.forget()
        self._change(stage="practice", problem=None)

    def name_practice(self) -> None:
        """A superadmin names a practice that is not there yet."""
        self._change(stage="new_practice", problem=None)

    def make_practice(self, name: str, slug: str, time_zone: str) -> None:
        """Make a practice; it is offered then like the others."""
        if self.state.busy or self._me is None:
            return
        if not name.strip() or not slug.strip():
            self._change(problem=Problem("Type a name and a short name."))
            return
        me, client = self._me, self._connection.client
        form = NewPractice(name.strip(), slug.strip(), time_zone.strip())
        self._change(busy=True, problem=None)

        def make() -> tuple[str, tuple[PracticeChoice, ...]]:
            made = client.practice.add(form)
            return made.practice_id, choices_for(me, client)

        def done(answer: tuple[str, tuple[PracticeChoice, ...]]) -> None:
            practice_id, practices = answer
            self._change(stage="practice", practices=practices, busy=False)
            self.choose_practice(practice_id)

        self._run("practice", make, done, self._failed)

    def _connected(self, hello: Hello) -> None:
        address = self._connection.client.address
        self._change(
            stage="password",
            connected=True,
            busy=False,
            problem=None,
            server_url=address.url,
            host=address.host,
            encrypted=address.encrypted,
            version=hello.version,
            demo_users=hello.demo_users if hello.demo else (),
        )
        stored = self._settings.load()
        if not hello.demo and stored.server_url != address.url:
            self._settings.save(dataclasses.replace(stored, server_url=address.url))
        self._go_on()

    def _go_on(self) -> None:
        """Do what was pressed while the server had not answered yet."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting()

    def _not_connected(self, problem: Exception) -> None:
        self._waiting = None
        if isinstance(problem, AddressRefusedError):
            words = Problem(str(problem))
        elif isinstance(problem, Unreachable):
            words = Problem(NO_ANSWER, "KW-101", "warn")
        else:
            words = words_for(problem)
        self._change(stage="server", connected=False, busy=False, problem=words)

    def _send(self, form: SignIn) -> None:
        client = self._connection.client
        self._run("sign_in", lambda: client.accounts.sign_in(self._signed(form)), self._signed_in, self._failed)

    def _signed_in(self, answer: SignedIn) -> None:
        if answer.status == "code_needed" or answer.me is None:
            self._change(stage="code", with_code=True, busy=False, problem=None)
            return
        password, self._password = self._password, ""
        me = answer.me
        self._me = me
        stored = self._settings.load()
        if not me.demo and stored.last_user != me.username:
            self._settings.save(dataclasses.replace(stored, last_user=me.username))
        if me.password_to_change:
            self.own_password.start(me.username, password)
            self._change(stage="new_password", busy=False, problem=None)
            return
        self._choose_where(me)

    def _password_changed(self) -> None:
        if self.state.stage != "new_password" or self._me is None:
            return
        self.own_password.forget()
        self._me = dataclasses.replace(self._me, password_to_change=False)
        self._choose_where(self._me)

    def _choose_where(self, me: Me) -> None:
        self._session.sign_in(me)
        self._change(display_name=me.display_name, may_make_practices=me.is_superadmin, busy=True, problem=None)
        if me.is_superadmin:
            client = self._connection.client
            self._run("practice", lambda: choices_for(me, client), self._offered, self._failed)
        else:
            practices = me.memberships or ((me.active,) if me.active else ())
            self._offered(tuple(choice_of(one) for one in practices))

    def _offered(self, practices: tuple[PracticeChoice, ...]) -> None:
        if not practices:
            words = None if self.state.may_make_practices else Problem(NO_PRACTICE)
            stage: Stage = "new_practice" if self.state.may_make_practices else "practice"
            self._change(stage=stage, busy=False, practices=(), problem=words)
            return
        active = self._me.active.practice_id if self._me and self._me.active else ""
        usual = next((one for one in practices if one.is_default), None)
        usual = usual or next((one for one in practices if one.practice_id == active), practices[0])
        self._change(stage="practice", practices=practices, busy=False)
        self.choose_practice(usual.practice_id)

    def _enter(self, form: SwitchPractice) -> tuple[Me, tuple[DepartmentChoice, ...]]:
        me = self._connection.client.accounts.switch_practice(form)
        return me, () if me.second_factor_needed else department_choices(self._connection.client)

    def _enter_with_reason(self, reason: str) -> None:
        if len(reason) < SHORTEST_REASON:
            self._change(problem=Problem(REASON_NEEDED))
            return
        form = SwitchPractice(self.state.practice_id, reason)
        self._change(busy=True, problem=None)

        def entered(answer: tuple[Me, tuple[DepartmentChoice, ...]]) -> None:
            self._me, departments = answer
            self._reason = reason
            self._change(departments=departments, busy=False)
            if self._me.second_factor_needed:
                self.set_up_factor()
            else:
                self._begin(self._me)

        self._run("practice", lambda: self._enter(form), entered, self._failed)

    def _factor_done(self) -> None:
        if self.state.stage != "second_factor":
            return
        self.factor.forget()
        self._change(stage="practice", busy=True, factor_needed=False, problem=None)
        accounts = self._connection.client.accounts

        def entered(answer: tuple[Me, tuple[DepartmentChoice, ...]]) -> None:
            if self.state.reason_needed:
                self._change(departments=answer[1])
                self._begin(answer[0])
            else:
                self._entered_practice(answer)

        self._run(
            "practice", lambda: (accounts.me(), department_choices(self._connection.client)), entered, self._failed
        )

    def _entered_practice(self, entered: tuple[Me, tuple[DepartmentChoice, ...]]) -> None:
        me, departments = entered
        self._me = me
        if me.second_factor_needed:
            self._waiting = None
            self._change(factor_needed=True, busy=False)
            if len(self.state.practices) == 1:
                self.set_up_factor()
            return
        mine = me.active.department_id if me.active else None
        known = {one.department_id for one in departments}
        chosen = mine if mine in known else (departments[0].department_id if departments else "")
        self._change(departments=departments, department_id=chosen or "", busy=False)
        if len(self.state.practices) == 1 and len(departments) <= 1:
            self._begin(me)
        self._go_on()

    def _begin(self, me: Me) -> None:
        chosen = next((one for one in self.state.departments if one.department_id == self.state.department_id), None)
        self._session.enter_practice(me, self._reason)
        if chosen is not None:
            self._session.choose_department(chosen.department_id, chosen.name)
        self._tidy()
        self._on_entered()

    def _tidy(self) -> None:
        self._reason = ""
        self._waiting = None
        self.factor.forget()
        self.own_password.forget()
        self._change(
            stage="password",
            with_code=False,
            recovery=False,
            practices=(),
            departments=(),
            practice_id="",
            department_id="",
            reason_needed=False,
            factor_needed=False,
            may_make_practices=False,
            computer_key="",
            busy=False,
            problem=None,
        )

    def _failed(self, problem: Exception) -> None:
        self._waiting = None
        if isinstance(problem, ServerError) and problem.code == WRONG_SIGN_IN:
            words = Problem(WRONG_PASSWORD, severity="stop")
            self._change(stage="password", busy=False, problem=words, with_code=False)
            return
        if isinstance(problem, ServerError) and problem.code == WRONG_CODE:
            self._change(busy=False, problem=Problem(CODE_DID_NOT_MATCH, severity="stop"))
            return
        self._change(busy=False, problem=words_for(problem, typed=True))
        if isinstance(problem, ServerError) and problem.code == DEVICE_NEEDED:
            self._password = ""
            username = self.state.user_name
            self._change(stage="password", with_code=False, recovery=False)
            self._run("key", lambda: self._computer_key(username), self._key_made, lambda _: None, lane="compute")

    def _key_made(self, key: str) -> None:
        self._change(computer_key=key)

    def copy_computer_key(self) -> None:
        """Copy this computer's key, to be handed to an administrator."""
        if self.state.computer_key and self._clipboard is not None:
            self._clipboard.copy(self.state.computer_key)
