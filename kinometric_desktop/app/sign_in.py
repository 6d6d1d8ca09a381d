"""Signing in: server, password, the authenticator's code where it is asked for, practice and department."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kinometric.contract.accounts import DemoUser, Hello, Me, Membership, SignedIn, SignIn, SwitchPractice
from kinometric.contract.errors import WRONG_CODE, WRONG_SIGN_IN
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.ports import Settings, TaskRunner
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.client.address import AddressRefusedError
from kinometric_desktop.client.errors import ServerError, Unreachable

Stage = Literal["server", "password", "code", "practice"]

WRONG_PASSWORD = "Username or password is not right."  # noqa: S105 - a sentence, not a password
CODE_DID_NOT_MATCH = "That code did not match. Codes change every 30 seconds; check this computer’s clock."
NO_PRACTICE = "You don’t belong to a practice yet. Ask an administrator to add you to one."
NO_ANSWER = "No Kinometric server answers at this address. Check the network and the address, then try again."

ENVIRONMENT_NOTES = {
    "none": "Standalone, no athenaOne",
    "standin": "athenaOne stand-in {}, test patients only",
    "preview": "athenaOne Preview {}",
    "production": "athenaOne {}",
}


@dataclass(frozen=True)
class DepartmentChoice:
    """A department that can be worked in; ``department_id`` is Kinometric's key."""

    department_id: str
    words: str
    name: str


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
    practices: tuple[Membership, ...] = ()
    practice_id: str = ""
    departments: tuple[DepartmentChoice, ...] = ()
    department_id: str = ""
    busy: bool = False
    problem: Problem | None = None
    display_name: str = ""


def practice_note(practice: Membership) -> str:
    """The line below a practice's name: ``athenaOne Preview 990017``."""
    return ENVIRONMENT_NOTES[practice.athena_environment].format(practice.athena_practice_id or "").strip()


def _unsigned(form: SignIn) -> SignIn:
    return form


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
    """

    def __init__(
        self,
        session: WorkSession,
        connection: Connection,
        runner: TaskRunner,
        settings: Settings,
        on_entered: Callable[[], None],
        signed: Callable[[SignIn], SignIn] = _unsigned,
    ) -> None:
        stored = settings.load()
        super().__init__(SignInState(user_name=stored.last_user, server_url=stored.server_url), runner)
        self._session = session
        self._connection = connection
        self._settings = settings
        self._on_entered = on_entered
        self._signed = signed
        self._password = ""
        self._me: Me | None = None

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
        self._me = None
        self._show(SignInState(stage="server", user_name=self.state.user_name, server_url=self.state.server_url))

    def sign_in(self, user_name: str, password: str) -> None:
        """Send user name and password."""
        if not user_name.strip() or not password:
            self._change(problem=Problem("Type your username and your password.", severity="stop"))
            return
        if not self.state.connected:
            self.connect(self.state.server_url)
            return
        self._password = password
        self._change(user_name=user_name.strip(), busy=True, problem=None)
        self._send(SignIn(user_name.strip(), password))

    def sign_in_as(self, user: DemoUser) -> None:
        """Sign in as one of the demo's users."""
        self.sign_in(user.username, user.password)

    def send_code(self, code: str) -> None:
        """Send the authenticator's code, or a recovery code."""
        self._change(busy=True, problem=None)
        form = SignIn(self.state.user_name, self._password)
        field = "recovery_code" if self.state.recovery else "code"
        self._send(dataclasses.replace(form, **{field: code.strip()}))

    def use_recovery_code(self, recovery: bool) -> None:
        """Ask for a recovery code in place of the authenticator's, or the other way round."""
        self._change(recovery=recovery, problem=None)

    def start_over(self) -> None:
        """Back to user name and password; a server session that was begun is ended."""
        self._password = ""
        self._me = None
        if self._connection.is_open and self._connection.client.signed_in:
            self._runner.run(self._connection.client.accounts.sign_out, lambda _: None, lambda _: None)
        self._change(
            stage="password", with_code=False, recovery=False, practices=(), departments=(), busy=False, problem=None
        )
        self._session.sign_out()

    def choose_practice(self, practice_id: str) -> None:
        """Choose a practice; its departments are read."""
        if practice_id == self.state.practice_id and self.state.departments:
            return
        self._change(practice_id=practice_id, departments=(), department_id="", problem=None, busy=True)
        self._run("practice", lambda: self._enter(practice_id), self._entered_practice, self._failed)

    def choose_department(self, department_id: str) -> None:
        """Choose the department to work in."""
        self._change(department_id=department_id)

    def open_worklist(self, *, remember: bool) -> None:
        """Begin to work in the chosen practice and department."""
        me, department_id = self._me, self.state.department_id
        if me is None or me.active is None or self.state.busy:
            return
        mine = me.active.department_id
        if remember and department_id and department_id != mine and me.active.role != "readonly":
            self._change(busy=True, problem=None)
            call = self._connection.client.accounts.make_department_mine
            self._run("department", lambda: call(department_id), self._begin, self._failed)
            return
        self._begin(me)

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

    def _not_connected(self, problem: Exception) -> None:
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
        self._password = ""
        me = answer.me
        self._me = me
        stored = self._settings.load()
        if not me.demo and stored.last_user != me.username:
            self._settings.save(dataclasses.replace(stored, last_user=me.username))
        self._session.sign_in(me)
        practices = me.memberships or ((me.active,) if me.active else ())
        if not practices:
            self._change(stage="practice", busy=False, practices=(), problem=Problem(NO_PRACTICE))
            return
        usual = next((one for one in practices if one.is_default), me.active or practices[0])
        self._change(stage="practice", practices=practices, display_name=me.display_name, busy=False)
        self.choose_practice(usual.practice_id)

    def _enter(self, practice_id: str) -> tuple[Me, tuple[DepartmentChoice, ...]]:
        client = self._connection.client
        me = client.accounts.switch_practice(SwitchPractice(practice_id))
        departments = client.departments.list().departments
        choices = tuple(
            DepartmentChoice(one.department_id, f"{one.athena_department_id or ''} {one.name}".strip(), one.name)
            for one in departments
            if one.is_active
        )
        return me, choices

    def _entered_practice(self, entered: tuple[Me, tuple[DepartmentChoice, ...]]) -> None:
        me, departments = entered
        self._me = me
        mine = me.active.department_id if me.active else None
        known = {one.department_id for one in departments}
        chosen = mine if mine in known else (departments[0].department_id if departments else "")
        self._change(departments=departments, department_id=chosen or "", busy=False)
        if len(self.state.practices) == 1 and len(departments) <= 1:
            self._begin(me)

    def _begin(self, me: Me) -> None:
        chosen = next((one for one in self.state.departments if one.department_id == self.state.department_id), None)
        self._session.enter_practice(me)
        if chosen is not None:
            self._session.choose_department(chosen.department_id, chosen.name)
        self._change(busy=False, stage="password", practices=(), departments=(), practice_id="", problem=None)
        self._on_entered()

    def _failed(self, problem: Exception) -> None:
        if isinstance(problem, ServerError) and problem.code == WRONG_SIGN_IN:
            words = Problem(WRONG_PASSWORD, severity="stop")
            self._change(stage="password", busy=False, problem=words, with_code=False)
            return
        if isinstance(problem, ServerError) and problem.code == WRONG_CODE:
            self._change(busy=False, problem=Problem(CODE_DID_NOT_MATCH, severity="stop"))
            return
        self._change(busy=False, problem=words_for(problem))
