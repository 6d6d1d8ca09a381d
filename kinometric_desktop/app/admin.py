"""Administration: the practice's users, its scope sheet and its audit trail, to be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kinometric.contract.accounts import UserRow
from kinometric.contract.practices import AuditPage, AuditQuery, AuditRow, ScopeSheet
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.ports import TaskRunner
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, words_for

TabId = Literal["users", "scope", "audit"]
TABS: tuple[tuple[TabId, str], ...] = (("users", "Users"), ("scope", "Scope sheet"), ("audit", "Audit"))

ENVIRONMENTS = {"none": "none", "standin": "stand-in", "preview": "preview", "production": "production"}
ENCODINGS = {
    "multipart_base64": "multipart with base64 text",
    "form_base64": "form with base64 text",
    "multipart_file": "multipart with the file",
}
#: Heading, switch, its name in the audit, and what it means.
SWITCHES: tuple[tuple[str, str, str, str], ...] = (
    ("athenaOne", "Environment", "athena_environment", "Decides the host. Test patients: stand-in or preview only."),
    ("athenaOne", "Credentials", "athena_credentials", "Never shown. Never a silent fallback."),
    ("athenaOne", "Write documents", "documents_write", "Reports can be filed in charts."),
    ("athenaOne", "Upload encoding", "upload_encoding", "How the document is packed."),
    ("athenaOne", "Read document list", "documents_list", "Lets the server look for an upload whose answer was lost."),
    ("athenaOne", "Birth date in search", "athena_dob_param", "Adds the birth date to the query."),
    ("athenaOne", "Ping and practice information", "health_endpoints", "Only for diagnostics."),
    ("Not in the specification", "Appointments", "appointments", "Not built: never asked for."),
    ("Not in the specification", "Webhooks", "webhooks", "Not built: no calls from outside are taken."),
    ("Not in the specification", "Fax delivery", "fax", "Not built: reports are filed, printed or saved."),
    ("Not in the specification", "HL7 messages", "hl7", "Not built: `kinometric export --hl7` writes a file."),
    ("Inside Kinometric", "Interpretation by a language model", "interpretation_model", "Needs an agreement."),
    ("Inside Kinometric", "Age view in the filed report", "age_view_in_report", "On the review screen always."),
    ("Inside Kinometric", "Only enrolled computers", "require_devices", "Sign-in asks for a device key."),
    ("Inside Kinometric", "Second factor for admins", "second_factor_for_admins", "Admins sign in with a code."),
    ("Inside Kinometric", "One session per person", "single_session", "A new sign-in ends the one before."),
)


@dataclass(frozen=True)
class ScopeLine:
    """One switch of the scope sheet as it stands."""

    heading: str
    words: str
    name: str
    value: str
    is_on: bool
    meaning: str


@dataclass(frozen=True)
class AdminState:
    """What the screen shows."""

    tab: TabId = "users"
    users: tuple[UserRow, ...] = ()
    scope: tuple[ScopeLine, ...] = ()
    audit: tuple[AuditRow, ...] = ()
    head_seq: int = 0
    intact_to: int | None = None
    reading: bool = False
    problem: Problem | None = None


def scope_lines(sheet: ScopeSheet) -> tuple[ScopeLine, ...]:
    """The scope sheet as lines."""
    lines = []
    for heading, words, name, meaning in SWITCHES:
        value = getattr(sheet, name)
        shown = {"athena_environment": ENVIRONMENTS, "upload_encoding": ENCODINGS}.get(name, {}).get(value, str(value))
        is_on = value if isinstance(value, bool) else value != "none"
        lines.append(ScopeLine(heading, words, name, "" if isinstance(value, bool) else shown, is_on, meaning))
    return tuple(lines)


class AdminPresenter(Presenter[AdminState]):
    """Reads one tab at a time; looking at the audit is audited by the server."""

    def __init__(self, connection: Connection, runner: TaskRunner) -> None:
        super().__init__(AdminState(), runner)
        self._connection = connection

    def enter(self) -> None:
        """The screen is shown."""
        self.refresh()

    def choose_tab(self, tab: TabId) -> None:
        """Show another tab."""
        self._change(tab=tab, problem=None)
        self.refresh()

    def refresh(self) -> None:
        """Read the shown tab again."""
        client = self._connection.client
        self._change(reading=True, problem=None)
        if self.state.tab == "users":
            self._run("read", client.accounts.users, self._users_read, self._failed)
        elif self.state.tab == "scope":
            self._run("read", client.practice.scope, self._scope_read, self._failed)
        else:
            self._run("read", lambda: client.practice.audit(AuditQuery()), self._audit_read, self._failed)

    def _users_read(self, users: tuple[UserRow, ...]) -> None:
        self._change(users=users, reading=False)

    def _scope_read(self, sheet: ScopeSheet) -> None:
        self._change(scope=scope_lines(sheet), reading=False)

    def _audit_read(self, page: AuditPage) -> None:
        self._change(audit=page.rows, head_seq=page.head_seq, intact_to=page.intact_to_seq, reading=False)

    def _failed(self, problem: Exception) -> None:
        self._change(reading=False, problem=words_for(problem), users=(), scope=(), audit=())
