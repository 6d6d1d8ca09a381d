"""Users, scope sheet and audit trail of the active practice, to be looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from kinometric.contract.accounts import UserRow
from kinometric.contract.practices import AuditRow
from kinometric_desktop.app.admin import TABS, AdminPresenter, AdminState, ScopeLine
from kinometric_desktop.app.wording import plural, written_moment
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.shell.shell import Page
from kinometric_desktop.ui.sign_in.screen import ROLE_WORDS
from kinometric_desktop.ui.theme.spacing import Column as ColumnLayout
from kinometric_desktop.ui.theme.spacing import Row, fix_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.message import Message
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.table import Column, Piece, RowModel, TableView
from kinometric_desktop.ui.widgets.tabs import Tab, TabBar
from kinometric_desktop.ui.widgets.text import ElidedText, Text

NOTES = {
    "users": "People of this practice and what they may do here.",
    "scope": "What this practice may do beyond the default. With a switch off, no such request leaves the server.",
    "audit": "Who did what, with ids only. Looking at it is written down too.",
}


class AdminPage(Page):
    """Three tables behind three tabs."""

    def __init__(self, presenter: AdminPresenter, work: Workplace) -> None:
        super().__init__()
        self.presenter = presenter
        self._work = work
        column = ColumnLayout(self)
        head = Pane(lines=("bottom",))
        fix_size(head, height=48)
        row = Row(head, margins=(16, 0, 16, 0), spacing=20)
        row.addWidget(Text("Admin", "heading"))
        self._tabs = TabBar("admin.tabs", "Show", [Tab(tab, word) for tab, word in TABS])
        self._tabs.chosen.connect(presenter.choose_tab)
        row.addWidget(self._tabs, 1)
        self._practice = Text("", "small", "text-2")
        row.addWidget(self._practice)
        column.addWidget(head)
        tools = Pane(lines=("bottom",))
        fix_size(tools, height=48)
        tool_row = Row(tools, margins=(16, 0, 16, 0), spacing=8)
        self._note = ElidedText("", "body", "text-2")
        tool_row.addWidget(self._note, 1)
        self._refresh = Button("Refresh", "admin.tools.refresh", key="F5", icon="turn")
        self._refresh.clicked.connect(presenter.refresh)
        tool_row.addWidget(self._refresh)
        column.addWidget(tools)
        self._message = Message("admin.message", square=True)
        column.addWidget(self._message)
        self._users: RowModel[UserRow] = RowModel(_user_columns(self._moment))
        self._scope: RowModel[ScopeLine] = RowModel(_scope_columns())
        self._audit: RowModel[AuditRow] = RowModel(_audit_columns(self._moment))
        self._tables = {
            "users": TableView("admin.users.table", "Users", self._users),
            "scope": TableView("admin.scope.table", "Scope sheet", self._scope, row_height=32),
            "audit": TableView("admin.audit.table", "Audit trail", self._audit, row_height=32),
        }
        self._body = QStackedWidget()
        for table in self._tables.values():
            self._body.addWidget(table)
        column.addWidget(self._body, 1)
        presenter.subscribe(self.render_state)

    def _moment(self, text: str | None) -> str:
        return written_moment(datetime.fromisoformat(text), self._work.session.time_zone) if text else "never"

    def render_state(self, state: AdminState) -> None:
        """Show a state."""
        self._tabs.set_tabs([Tab(tab, word) for tab, word in TABS], state.tab)
        self._refresh.set_busy(state.reading)
        self._message.say_problem(state.problem)
        note = NOTES[state.tab]
        if state.tab == "users" and state.users:
            note = f"{plural(len(state.users), 'person', 'people')}. {note}"
        if state.tab == "audit" and state.head_seq:
            kept = f", chain intact to {state.intact_to}" if state.intact_to is not None else ""
            note = f"Newest first, up to entry {state.head_seq}{kept}. {note}"
        self._note.setText(note)
        for model, rows in ((self._users, state.users), (self._scope, state.scope), (self._audit, state.audit)):
            if model.rows != rows:
                model.set_rows(rows)
        self._body.setCurrentWidget(self._tables[state.tab])

    def entered(self) -> None:
        """Read the shown tab."""
        practice = self._work.session.practice
        self._practice.setText(practice.practice_name if practice else "")
        self.presenter.enter()
        self._tables[self.presenter.state.tab].setFocus(Qt.FocusReason.OtherFocusReason)

    def closing(self) -> None:
        """The person has signed out."""
        self.presenter.close()


def _rights(user: UserRow) -> str:
    rights = [
        word
        for word, may in (("match", user.can_match), ("review", user.can_review), ("upload", user.can_upload))
        if may
    ]
    return ", ".join(rights) if rights and user.role != "readonly" else "look only"


def _user_columns(moment: Callable[[str | None], str]) -> tuple[Column[UserRow], ...]:
    def seen(user: UserRow) -> tuple[Piece, ...]:
        return (Piece(moment(user.last_seen), "text-2"),)

    def active(user: UserRow) -> tuple[Piece, ...]:
        return (
            (Piece("active", "ok", icon="check"),) if user.is_active else (Piece("disabled", "text-2", icon="barred"),)
        )

    return (
        Column(
            "Name",
            lambda user: (Piece(user.display_name, role="body_strong"),),
            sort_key=lambda user: user.display_name,
        ),
        Column("Username", lambda user: (Piece(user.username),), 140, sort_key=lambda user: user.username),
        Column("Role", lambda user: (Piece(ROLE_WORDS[user.role]),), 100, sort_key=lambda user: user.role),
        Column("May", lambda user: (Piece(_rights(user), "text-2"),), 180),
        Column("Second factor", lambda user: (Piece("on" if user.second_factor_on else "off", "text-2"),), 110, drop=2),
        Column("Last seen", seen, 150, drop=1),
        Column("State", active, 110),
    )


def _scope_columns() -> tuple[Column[ScopeLine], ...]:
    def value(line: ScopeLine) -> tuple[Piece, ...]:
        if line.value:
            return (Piece(line.value, "accent-text" if line.is_on else "text-2", "body_strong"),)
        return (Piece("On", "ok", "body_strong", icon="check"),) if line.is_on else (Piece("Off", "text-2"),)

    return (
        Column("Part", lambda line: (Piece(line.heading, "text-2", "small"),), 170, drop=3),
        Column("Switch", lambda line: (Piece(line.words, role="body_strong"),), 250),
        Column("Name in the audit", lambda line: (Piece(line.name, "text-2", "small"),), 180, drop=2),
        Column("Value", value, 200),
        Column("What it means", lambda line: (Piece(line.meaning, "text-2"),)),
    )


def _audit_columns(moment: Callable[[str | None], str]) -> tuple[Column[AuditRow], ...]:
    def at(row: AuditRow) -> tuple[Piece, ...]:
        return (Piece(moment(row.at), "text-2"),)

    def outcome(row: AuditRow) -> tuple[Piece, ...]:
        denied = row.outcome not in ("ok", "success", "done")
        return (Piece(row.outcome, "warn" if denied else "text"),)

    return (
        Column("No.", lambda row: (Piece(str(row.seq), "text-2"),), 72, right=True),
        Column("When", at, 150),
        Column("Action", lambda row: (Piece(row.action, role="body_strong"),), 240),
        Column("Object", lambda row: (Piece(f"{row.object_type} {row.object_id}", "text-2"),)),
        Column("User", lambda row: (Piece(row.user_id or "–", "text-2"),), 200, drop=2),
        Column("Outcome", outcome, 110),
        Column("Reason", lambda row: (Piece(row.reason or "", "text-2"),), 180, drop=3),
        Column("From", lambda row: (Piece(row.ip, "text-2"),), 110, drop=4),
    )
