"""The users of a practice: their rights, passwords, second factors, sessions and computers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kinometric.contract.accounts import AllowEverywhere, ChangeUser, Device, NewDevice, UserRow
from kinometric_desktop.app.account import ComputerLine, computer_lines
from kinometric_desktop.app.asking_presenter import AskingPresenter
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.one_time_password import OneTimePassword, new_one_time_password
from kinometric_desktop.app.ports import Answer, Dialogs, Question, TaskRunner
from kinometric_desktop.app.practice_choice import DepartmentChoice, department_choices
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.app.user_form import Kind, UserFormPresenter
from kinometric_desktop.app.wording import plural, written_moment

A_SUPERADMIN_S = "works in other practices too; only a superadmin can do this"


@dataclass(frozen=True)
class UsersState:
    """What the list and the pane beside it show."""

    users: tuple[UserRow, ...] = ()
    departments: tuple[DepartmentChoice, ...] = ()
    chosen: str = ""
    my_id: str = ""
    superadmin: bool = False
    zone: str = "UTC"
    reading: bool = False
    changing: bool = False
    problem: Problem | None = None
    done: str = ""

    @property
    def user(self) -> UserRow | None:
        """The chosen user."""
        return next((one for one in self.users if one.user_id == self.chosen), None)

    @property
    def is_me(self) -> bool:
        """True when the chosen user is the person at the workstation."""
        return bool(self.chosen) and self.chosen == self.my_id

    @property
    def person_locked(self) -> bool:
        """True when password, second factor and computers of the chosen user are a superadmin's to change."""
        user = self.user
        return user is not None and not user.only_here and not self.superadmin

    def department_of(self, user: UserRow) -> str:
        """The name of a user's department here."""
        return next((one.name for one in self.departments if one.department_id == user.department_id), "")

    def moment(self, text: str | None) -> str:
        """A moment in the practice's time zone; "never" without one."""
        return written_moment(datetime.fromisoformat(text), self.zone) if text else "never"


def name_of(user: UserRow) -> str:
    """How a user is called in a question."""
    return user.display_name or user.username


class UsersPresenter(AskingPresenter[UsersState]):
    """Reads the users and changes them; what can't be taken back is asked first.

    Parameters
    ----------
    session, connection, runner, dialogs
        The workplace's.
    show_password : Callable
        Shows a one-time password, this once.
    """

    def __init__(
        self,
        session: WorkSession,
        connection: Connection,
        runner: TaskRunner,
        dialogs: Dialogs,
        show_password: Callable[[OneTimePassword], None],
    ) -> None:
        super().__init__(UsersState(), session, connection, runner, dialogs)
        self._show_password = show_password

    def enter(self) -> None:
        """The part is shown."""
        self._change(my_id=self._my_id, superadmin=self._is_superadmin, zone=self._session.time_zone, done="")
        self.refresh()

    def refresh(self) -> None:
        """Read users and departments again."""
        self._change(reading=True, problem=None, done="")
        self._read()

    def choose(self, user_id: str) -> None:
        """Choose a user."""
        if user_id != self.state.chosen:
            self._change(chosen=user_id, done="")

    def form(self, kind: Kind) -> UserFormPresenter | None:
        """The form for a new user, for one of another practice, or for the chosen one."""
        row = self.state.user if kind == "change" else None
        if kind == "change" and row is None:
            return None
        return UserFormPresenter(
            self._connection,
            self._runner,
            self.state.departments,
            self._form_saved,
            row,
            kind=kind,
            superadmin=self.state.superadmin,
        )

    def computers(self) -> ComputersPresenter | None:
        """The computers of the chosen user."""
        user = self.state.user
        if user is None:
            return None
        return ComputersPresenter(
            user, self._session, self._connection, self._runner, self._dialogs, locked=self.state.person_locked
        )

    def ask_active(self) -> None:
        """Disable the chosen user in this practice after a question, or enable them again."""
        user = self.state.user
        if user is None or self.state.changing:
            return
        form = ChangeUser(user.version, is_active=not user.is_active)
        call = self._connection.client.accounts.change_user
        if not user.is_active:
            self._order(lambda: call(user.user_id, form), self._then(f"{name_of(user)} may work here again."))
            return
        body = (
            f"{name_of(user)} is signed out of this practice at once and can’t enter it until somebody enables them "
            "again. What they did stays, with their name."
        )
        self._ask(
            Question("admin.disable", f"Disable {name_of(user)}?", body, "Disable user", dangerous=True),
            lambda _: self._order(
                lambda: call(user.user_id, form), self._then(f"{name_of(user)} is disabled in this practice.")
            ),
        )

    def ask_everywhere(self) -> None:
        """Disable the chosen user in all practices at once, or allow them again; a superadmin's."""
        user = self.state.user
        if user is None or self.state.changing or not self.state.superadmin:
            return
        call = self._connection.client.accounts.allow_everywhere
        back = user.disabled_everywhere
        form = AllowEverywhere(is_active=back)
        title = f"Allow {name_of(user)} everywhere again?" if back else f"Disable {name_of(user)} everywhere?"
        body = (
            "They can sign in again where they are a member, and the block after too many wrong passwords is lifted."
            if back
            else "They are signed out of every practice at once and can’t sign in anywhere on this server."
        )
        action = "Allow again" if back else "Disable everywhere"
        done = f"{name_of(user)} may sign in again." if back else f"{name_of(user)} is disabled everywhere."
        self._ask(
            Question("admin.everywhere", title, body, action, dangerous=not back),
            lambda _: self._order(lambda: call(user.user_id, form), self._then(done)),
        )

    def ask_new_password(self) -> None:
        """Set a one-time password for the chosen user after a question, and show it once."""
        user = self.state.user
        if user is None or self.state.changing or self.state.person_locked:
            return
        body = (
            "Their password of until now stops working and all their sessions end. You are shown a one-time password, "
            "this once, to hand over; they must choose their own at the next sign-in."
        )

        def answered(_: Answer) -> None:
            made = OneTimePassword(user.username, new_one_time_password())
            form = ChangeUser(user.version, password=made.password)
            call = self._connection.client.accounts.change_user
            self._order(
                lambda: call(user.user_id, form),
                self._then(f"{name_of(user)} has a one-time password.", lambda: self._show_password(made)),
            )

        title = f"Set a one-time password for {name_of(user)}?"
        self._ask(Question("admin.password", title, body, "Set password", dangerous=True), answered)

    def ask_factor_off(self) -> None:
        """Take the second factor off the chosen user after a question."""
        user = self.state.user
        if user is None or self.state.changing or self.state.person_locked or not user.second_factor_on:
            return
        body = (
            "Their authenticator and their recovery codes stop working and all their sessions end. Until they set up a "
            "new one, their password alone lets them in. Do this only when you are sure who asks."
        )
        call = self._connection.client.accounts.drop_users_second_factor
        self._ask(
            Question(
                "admin.factor",
                f"Reset the second factor of {name_of(user)}?",
                body,
                "Reset second factor",
                dangerous=True,
            ),
            lambda _: self._order(lambda: call(user.user_id), self._then(f"{name_of(user)} has no second factor now.")),
        )

    def ask_end_sessions(self) -> None:
        """End the chosen user's sessions in this practice after a question."""
        user = self.state.user
        if user is None or self.state.changing or not user.live_sessions:
            return
        count = plural(user.live_sessions, "session")
        body = f"{name_of(user)} has {count} here. What is not sent yet is lost; they can sign in again at once."
        call = self._connection.client.accounts.end_sessions
        self._ask(
            Question("admin.sessions", f"End the sessions of {name_of(user)}?", body, "End sessions", dangerous=True),
            lambda _: self._order(
                lambda: call(user.user_id), self._then(f"The sessions of {name_of(user)} are ended.")
            ),
        )

    def _then(self, words: str, after: Callable[[], None] = lambda: None) -> Callable[[object], None]:
        def done(_: object) -> None:
            self._change(changing=False, done=words)
            self._read()
            after()

        return done

    def _form_saved(self, row: UserRow, password: OneTimePassword | None) -> None:
        self._change(chosen=row.user_id, done=f"{name_of(row)} is stored.", problem=None)
        self._read()
        if password is not None:
            self._show_password(password)

    def _read(self) -> None:
        client = self._connection.client

        def read() -> tuple[tuple[UserRow, ...], tuple[DepartmentChoice, ...]]:
            return client.accounts.users(), department_choices(client)

        self._run("read", read, self._taken, self._failed)

    def _taken(self, answer: tuple[tuple[UserRow, ...], tuple[DepartmentChoice, ...]]) -> None:
        users, departments = answer
        kept = any(one.user_id == self.state.chosen for one in users)
        chosen = self.state.chosen if kept else (users[0].user_id if users else "")
        self._change(users=users, departments=departments, chosen=chosen, reading=False)

    def _failed(self, problem: Exception) -> None:
        self._change(reading=False, changing=False, problem=words_for(problem), users=())


@dataclass(frozen=True)
class ComputersState:
    """The computers of one user."""

    title: str = ""
    computers: tuple[ComputerLine, ...] = ()
    locked: bool = False
    reading: bool = False
    enrolled: int = 0
    problem: Problem | None = None


class ComputersPresenter(AskingPresenter[ComputersState]):
    """Lists a user's computers and revokes them; looking is audited by the server."""

    def __init__(
        self,
        user: UserRow,
        session: WorkSession,
        connection: Connection,
        runner: TaskRunner,
        dialogs: Dialogs,
        *,
        locked: bool,
    ) -> None:
        state = ComputersState(f"Computers of {name_of(user)}", locked=locked)
        super().__init__(state, session, connection, runner, dialogs)
        self._user = user

    def enter(self) -> None:
        """Read the list."""
        self._change(reading=True, problem=None)
        call = self._connection.client.accounts.users_devices
        self._run("computers", lambda: call(self._user.user_id), self._taken, self._failed)

    def enrol(self, key: str, name: str) -> None:
        """Enrol a computer by the key that it shows."""
        digits = "".join(key.split()).lower()
        if self.state.locked or self.state.reading:
            return
        if not re.fullmatch("[0-9a-f]{64}", digits):
            self._change(problem=Problem("The key has 64 signs, 0 to 9 and a to f, as the computer shows it."))
            return
        if not name.strip():
            self._change(problem=Problem("Name the computer, so that it can be told from the others."))
            return
        self._change(reading=True, problem=None)
        accounts, user_id = self._connection.client.accounts, self._user.user_id

        def order() -> tuple[Device, ...]:
            accounts.enrol_users_device(user_id, NewDevice(digits, name.strip()))
            return accounts.users_devices(user_id)

        self._run("computers", order, self._enrolled, self._failed)

    def _enrolled(self, devices: tuple[Device, ...]) -> None:
        self._taken(devices)
        self._change(enrolled=self.state.enrolled + 1)

    def ask_revoke(self, line: ComputerLine | None) -> None:
        """Revoke a computer after a question."""
        if line is None or line.revoked or self.state.locked:
            return
        body = (
            f"“{line.name}” counts as enrolled for {name_of(self._user)} no more, for good: it would need a new key. "
            "Where this practice admits enrolled computers only, they can’t sign in there."
        )
        question = Question("admin.revoke", f"Revoke {line.name}?", body, "Revoke computer", dangerous=True)
        call = self._connection.client.accounts.revoke_device

        def revoke(_: Answer) -> None:
            self._change(reading=True, problem=None)
            self._run("computers", lambda: call(self._user.user_id, line.device_id), self._taken, self._failed)

        self._ask(question, revoke)

    def _taken(self, devices: tuple[Device, ...]) -> None:
        self._change(computers=computer_lines(devices, self._session.time_zone), reading=False)

    def _failed(self, problem: Exception) -> None:
        self._change(reading=False, problem=words_for(problem))
