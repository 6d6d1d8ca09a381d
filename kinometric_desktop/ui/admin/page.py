"""Users, practice, scope sheet and audit trail of the active practice, behind tabs."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget

from kinometric_desktop.app.admin import TABS, AdminPresenter, AdminState
from kinometric_desktop.app.admin_audit import AuditPresenter
from kinometric_desktop.app.admin_practice import PracticePresenter
from kinometric_desktop.app.admin_scope import ScopePresenter
from kinometric_desktop.app.admin_users import UsersPresenter
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.admin.audit import AuditPart
from kinometric_desktop.ui.admin.parts import show_one_time_password
from kinometric_desktop.ui.admin.practice import PracticePart
from kinometric_desktop.ui.admin.scope import ScopePart
from kinometric_desktop.ui.admin.scope_sheets import open_scope_form
from kinometric_desktop.ui.admin.users import UsersPart
from kinometric_desktop.ui.shell.shell import Page
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Row, fix_size
from kinometric_desktop.ui.widgets.chip import Chip
from kinometric_desktop.ui.widgets.pane import REFLOW_BELOW, Pane
from kinometric_desktop.ui.widgets.tabs import Tab, TabBar
from kinometric_desktop.ui.widgets.text import Text


class AdminPage(Page):
    """One part at a time; a part reads when it is shown."""

    def __init__(self, work: Workplace) -> None:
        super().__init__()
        self.presenter = AdminPresenter(work.session, work.runner)
        column = Column(self)
        head = Pane(lines=("bottom",))
        fix_size(head, height=48)
        row = Row(head, margins=(16, 0, 16, 0), spacing=20)
        row.addWidget(Text("Admin", "heading"))
        self._tabs = TabBar("admin.tabs", "Show", [Tab(tab, word) for tab, word in TABS])
        self._tabs.chosen.connect(self._choose)
        row.addWidget(self._tabs, 1)
        self._practice = Chip("", tone="neutral")
        row.addWidget(self._practice)
        column.addWidget(head)
        session, connection, runner = work.session, work.connection, work.runner
        self.users = UsersPart(
            UsersPresenter(session, connection, runner, work.dialogs, lambda made: show_one_time_password(made, work)),
            work,
        )
        self.practice = PracticePart(
            PracticePresenter(
                session, connection, runner, work.dialogs, work.clipboard,
                lambda form: open_scope_form(form, work),
            ),
            work,
        )  # fmt: skip
        self.scope = ScopePart(
            ScopePresenter(session, connection, runner, work.dialogs, lambda form: open_scope_form(form, work))
        )
        self.audit = AuditPart(AuditPresenter(session, connection, runner, work.clock, work.dialogs), work)
        self.parts = {"users": self.users, "practice": self.practice, "scope": self.scope, "audit": self.audit}
        self._body = QStackedWidget()
        for part in self.parts.values():
            self._body.addWidget(part)
        column.addWidget(self._body, 1)
        self.presenter.subscribe(self.render_state)

    def render_state(self, state: AdminState) -> None:
        """Show a state."""
        self._tabs.set_tabs([Tab(tab, word) for tab, word in TABS], state.tab)
        self._show_place(state)
        self._body.setCurrentWidget(self.parts[state.tab])

    def _show_place(self, state: AdminState) -> None:
        """Where the person works; in a narrow window the bar above says it, but not as what."""
        narrow = look().effective_width(self.width()) < REFLOW_BELOW
        if state.entered_as_superadmin:
            words = "Superadmin" if narrow else f"Working in {state.practice_name} as superadmin"
            self._practice.set(words, tone="accent", icon="admin")
        else:
            self._practice.set(state.practice_name, tone="neutral")
        self._practice.setVisible(bool(state.practice_name) and (state.entered_as_superadmin or not narrow))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_place(self.presenter.state)

    def entered(self) -> None:
        """Read the shown part."""
        self.presenter.enter()
        part = self.parts[self.presenter.state.tab]
        part.presenter.enter()
        part.take_focus()

    def closing(self) -> None:
        """The person has signed out."""
        self.presenter.close()
        for part in self.parts.values():
            part.presenter.close()

    def refresh(self) -> None:
        """Read the shown part again."""
        self.parts[self.presenter.state.tab].presenter.refresh()

    def focus_filter(self) -> None:
        """Put the focus into the audit's first filter."""
        if self.presenter.state.tab == "audit":
            self.audit.focus_filter()

    def add_user(self) -> None:
        """Open the form of a new user."""
        if self.presenter.state.tab == "users":
            self.users.open_form("new")

    def _choose(self, tab: str) -> None:
        self.presenter.choose_tab(tab)  # type: ignore[arg-type]
        self.parts[tab].presenter.enter()
