"""The form of a user: a new one, one of other practices, or other rights for one who is here."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kinometric.contract.accounts import ChangeUser, NewMember, NewUser, UserRow
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.form_presenter import FormPresenter
from kinometric_desktop.app.one_time_password import OneTimePassword, new_one_time_password
from kinometric_desktop.app.ports import TaskRunner
from kinometric_desktop.app.practice_choice import DepartmentChoice
from kinometric_desktop.app.problems import Problem

Kind = Literal["new", "member", "change"]
RIGHTS = ("can_match", "can_review", "can_upload")
SHOWN = ("display_name", "email", "role", *RIGHTS, "department_id", "is_default")
RIGHT_WORDS = {
    "can_match": "Match: find patients and link them",
    "can_review": "Review: confirm holds and stamp",
    "can_upload": "Upload: file reports in athenaOne",
}
ROLE_NOTES = {
    "admin": "Changes users, departments and this page, beside what is ticked below.",
    "clinician": "Works with patients as far as it is ticked below.",
    "readonly": "Looks at everything of this practice and changes nothing.",
}
TITLES = {"new": "Add a user", "member": "Add somebody of another practice", "change": "Change {}"}
ACTIONS = {"new": "Add user", "member": "Add to this practice", "change": "Save changes"}
ELSEWHERE = "This person works in other practices too, so name and address are a superadmin's to change."


@dataclass(frozen=True)
class UserFormState:
    """What the form shows; the one-time password of a new user is no part of it."""

    kind: Kind = "new"
    title: str = ""
    action: str = ""
    username: str = ""
    display_name: str = ""
    email: str = ""
    role: str = "clinician"
    can_match: bool = True
    can_review: bool = False
    can_upload: bool = False
    department_id: str = ""
    is_default: bool = False
    departments: tuple[DepartmentChoice, ...] = ()
    person_locked: bool = False
    default_locked: bool = False
    complaints: Mapping[str, str] = field(default_factory=dict)
    busy: bool = False
    saved: bool = False
    problem: Problem | None = None


class UserFormPresenter(FormPresenter[UserFormState, UserRow]):
    """Takes the values and sends them.

    Parameters
    ----------
    connection, runner
        The workplace's.
    departments : tuple of DepartmentChoice
        The practice's active ones.
    on_saved : Callable
        Told the user as stored, and the one-time password of a new one.
    row : UserRow or None
        Who is changed.
    kind : str
        "new", "member" or "change".
    superadmin : bool
        True where the person at the workstation is one.
    """

    def __init__(
        self,
        connection: Connection,
        runner: TaskRunner,
        departments: tuple[DepartmentChoice, ...],
        on_saved: Callable[[UserRow, OneTimePassword | None], None],
        row: UserRow | None = None,
        *,
        kind: Kind = "new",
        superadmin: bool = False,
    ) -> None:
        state = UserFormState(kind, TITLES[kind], ACTIONS[kind], departments=departments)
        if row is not None:
            state = dataclasses.replace(
                state,
                title=TITLES[kind].format(row.display_name or row.username),
                username=row.username,
                display_name=row.display_name,
                email=row.email,
                role=row.role,
                can_match=row.can_match,
                can_review=row.can_review,
                can_upload=row.can_upload,
                department_id=row.department_id or "",
                is_default=row.is_default,
                person_locked=not row.only_here and not superadmin,
                default_locked=row.is_default,
            )
        super().__init__(state, connection, runner, lambda stored: on_saved(stored, None), self._row_now)
        self._on_saved = on_saved
        self._row = row

    def set_value(self, name: str, value: Any) -> None:
        """A field was changed."""
        complaints = {field: words for field, words in self.state.complaints.items() if field != name}
        self._change(complaints=complaints)
        super().set_value(name, value)

    def save(self) -> None:
        """Send the form."""
        state = self.state
        if state.busy:
            return
        complaints = {}
        if state.kind != "change" and not state.username.strip():
            complaints["username"] = "Type a username."
        if state.kind == "new" and not state.display_name.strip():
            complaints["display_name"] = "Type the name that stands on reports."
        if complaints:
            self._change(complaints=complaints)
            return
        self._change(complaints={})
        accounts = self._connection.client.accounts
        rights: dict[str, Any] = {name: getattr(state, name) and state.role != "readonly" for name in RIGHTS}
        rights["role"] = state.role
        if state.kind == "new":
            password = OneTimePassword(state.username.strip().lower(), new_one_time_password())
            new = NewUser(
                state.username.strip(), state.display_name.strip(), state.email.strip(), password.password,
                department_id=state.department_id or None, **rights,
            )  # fmt: skip
            self._send(lambda: accounts.add_user(new), lambda row: self._on_saved(row, password))
        elif state.kind == "member":
            member = NewMember(state.username.strip(), department_id=state.department_id or None, **rights)
            self._send(lambda: accounts.add_member(member))
        elif self._row is not None:
            user_id, form = self._row.user_id, self._change_form(self._row, rights)
            self._send(lambda: accounts.change_user(user_id, form))

    def _change_form(self, row: UserRow, rights: dict[str, Any]) -> ChangeUser:
        state = self.state
        changed: dict[str, Any] = {name: value for name, value in rights.items() if value != getattr(row, name)}
        if state.department_id != (row.department_id or ""):
            changed["department_id"] = state.department_id
        if state.is_default and not row.is_default:
            changed["is_default"] = True
        for name in ("display_name", "email"):
            typed = getattr(state, name).strip()
            if not state.person_locked and typed != getattr(row, name):
                changed[name] = typed
        return ChangeUser(row.version, **changed)

    def _row_now(self) -> UserRow:
        """The user as another administrator has left them, read on a worker."""
        users = self._connection.client.accounts.users()
        return next(one for one in users if self._row is not None and one.user_id == self._row.user_id)

    def _seen(self, stored: UserRow) -> None:
        if self._row is not None:
            self._take_over(self._row, stored, SHOWN)
            self._row = stored
