"""The users: a list at the left, the chosen one with what can be done at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kinometric.contract.accounts import UserRow
from kinometric_desktop.app.admin_users import A_SUPERADMIN_S, UsersPresenter, UsersState, name_of
from kinometric_desktop.app.user_form import Kind
from kinometric_desktop.app.wording import plural
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.admin.parts import FactGrid, ToolsLine
from kinometric_desktop.ui.admin.user_sheets import ComputersSheet, UserSheet
from kinometric_desktop.ui.sign_in.screen import ROLE_WORDS
from kinometric_desktop.ui.theme.spacing import Column as ColumnLayout
from kinometric_desktop.ui.theme.spacing import Row
from kinometric_desktop.ui.widgets.area import FocusArea
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.dialog import WindowDialogs
from kinometric_desktop.ui.widgets.message import Message
from kinometric_desktop.ui.widgets.pane import Line, Pane, PaneLayout, PanePlace
from kinometric_desktop.ui.widgets.table import Column, Piece, RowModel, TableView
from kinometric_desktop.ui.widgets.text import Text

YOURSELF = "Your own password and second factor are changed in your account (Ctrl+Shift+A)."


class UsersPart(QWidget):
    """Renders a :class:`UsersPresenter`."""

    def __init__(self, presenter: UsersPresenter, work: Workplace) -> None:
        super().__init__()
        self.presenter = presenter
        self._work = work
        column = ColumnLayout(self)
        self._tools = ToolsLine()
        self._member = self._tools.add(
            Button("From another practice…", "admin.users.member"), lambda: self.open_form("member")
        )
        self._add = self._tools.add(
            Button("Add user…", "admin.users.add", icon="plus", key="Ctrl+N"), lambda: self.open_form("new")
        )
        self._refresh = self._tools.add(
            Button("Refresh", "admin.users.refresh", key="F5", icon="turn"), presenter.refresh
        )
        column.addWidget(self._tools)
        self._message = Message("admin.users.message", square=True)
        column.addWidget(self._message)
        self._model: RowModel[UserRow] = RowModel(_columns(presenter))
        self.table = TableView("admin.users.table", "Users", self._model)
        self.table.moved.connect(lambda user: presenter.choose(user.user_id) if user is not None else None)
        self.table.opened.connect(lambda _: self.open_form("change"))
        self.panes = PaneLayout(
            "admin.users",
            (PanePlace("list", "Users", self.table), PanePlace("detail", "Chosen", self._build_detail(), width=360)),
        )
        column.addWidget(self.panes, 1)
        presenter.subscribe(self.render_state)

    def _build_detail(self) -> QWidget:
        pane = Pane(lines=("left",), line_tone="border-strong")
        outer = ColumnLayout(pane, margins=(1, 0, 0, 0))
        inside = Pane()
        column = ColumnLayout(inside, margins=(16, 16, 16, 16), spacing=12)
        self._name = Text("", "heading", wrap=True)
        column.addWidget(self._name)
        self.facts = FactGrid(112)
        column.addWidget(self.facts)
        column.addWidget(Line())
        self._locked = Text("", "small", "text-2", wrap=True)
        column.addWidget(self._locked)
        presenter = self.presenter
        self.change = Button("Change…", "admin.users.change", key="Enter", icon="pen")
        self.computers = Button("Computers…", "admin.users.computers")
        self.password = Button("One-time password…", "admin.users.password")
        self.factor = Button("Reset second factor…", "admin.users.factor")
        self.sessions = Button("End sessions…", "admin.users.sessions")
        self.active = Button("Disable…", "admin.users.active")
        self.everywhere = Button("Disable everywhere…", "admin.users.everywhere")
        self._rows = ((self.change, self.computers), (self.password,), (self.factor,), (self.sessions, self.active),
                      (self.everywhere,))  # fmt: skip
        for buttons in self._rows:
            row = Row(spacing=8)
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
            column.addLayout(row)
        self.change.clicked.connect(lambda: self.open_form("change"))
        self.computers.clicked.connect(self.open_computers)
        self.password.clicked.connect(presenter.ask_new_password)
        self.factor.clicked.connect(presenter.ask_factor_off)
        self.sessions.clicked.connect(presenter.ask_end_sessions)
        self.active.clicked.connect(presenter.ask_active)
        self.everywhere.clicked.connect(presenter.ask_everywhere)
        column.addStretch(1)
        area = FocusArea()
        area.setWidget(inside)
        outer.addWidget(area, 1)
        return pane

    def render_state(self, state: UsersState) -> None:
        """Show a state."""
        note = "People of this practice and what they may do here. A change counts from their next request."
        if state.users:
            note = f"{plural(len(state.users), 'person', 'people')}. {note}"
        self._tools.note.setText(note)
        self._refresh.set_busy(state.reading)
        self._member.setVisible(state.superadmin)
        if state.problem is not None:
            self._message.say_problem(state.problem)
        else:
            self._message.say(state.done, tone="ok")
        if self._model.rows != state.users or self.table.current is None:
            self.table.set_rows(state.users, keep=lambda user: user.user_id == state.chosen)
        self._show_user(state)

    def _show_user(self, state: UsersState) -> None:
        user = state.user
        for buttons in self._rows:
            for button in buttons:
                button.setEnabled(user is not None and not state.changing)
        self.everywhere.setVisible(state.superadmin)
        if user is None:
            self._name.setText("")
            self.facts.show_facts(())
            self._locked.setText("")
            return
        self._name.setText(name_of(user))
        self.facts.show_facts(_facts(user, state))
        why = f"This person {A_SUPERADMIN_S}: password, second factor." if state.person_locked else ""
        self._locked.setText(YOURSELF if state.is_me else why)
        self._locked.setVisible(state.is_me or state.person_locked)
        free = not state.changing and not state.person_locked
        self.password.setEnabled(free and not state.is_me)
        self.factor.setEnabled(free and user.second_factor_on and not state.is_me)
        self.sessions.setEnabled(not state.changing and user.live_sessions > 0)
        self.active.set_text("Disable…" if user.is_active else "Enable")
        self.active.setEnabled(not state.changing and not (user.disabled_everywhere and not user.is_active))
        self.everywhere.set_text("Allow everywhere…" if user.disabled_everywhere else "Disable everywhere…")

    def open_form(self, kind: Kind) -> None:
        """Open the form of a user."""
        form = self.presenter.form(kind)
        if form is not None and isinstance(self._work.dialogs, WindowDialogs):
            sheet = UserSheet(form)
            self._work.dialogs.show(sheet, focus=sheet.first)

    def open_computers(self) -> None:
        """Open the chosen user's computers."""
        computers = self.presenter.computers()
        if computers is not None and isinstance(self._work.dialogs, WindowDialogs):
            sheet = ComputersSheet(computers)
            self._work.dialogs.show(sheet, focus=sheet.first)
            computers.enter()

    def take_focus(self) -> None:
        """Put the focus into the list."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)


def rights_words(user: UserRow) -> str:
    """``match, review``; "look only" for nothing."""
    rights = [
        word
        for word, may in (("match", user.can_match), ("review", user.can_review), ("upload", user.can_upload))
        if may
    ]
    return ", ".join(rights) if rights and user.role != "readonly" else "look only"


def _facts(user: UserRow, state: UsersState) -> tuple[tuple[str, str], ...]:
    password = "to be changed at the next sign-in" if user.password_to_change else "their own"
    here = "disabled everywhere" if user.disabled_everywhere else "active" if user.is_active else "disabled here"
    return (
        ("Username", user.username),
        ("E-mail", user.email or "Not recorded"),
        ("Role", ROLE_WORDS[user.role]),
        ("May", rights_words(user)),
        ("Department", state.department_of(user) or "None yet"),
        ("Begins here", "yes" if user.is_default else "no, in another practice"),
        ("Password", password),
        ("Second factor", "on" if user.second_factor_on else "off"),
        ("Sessions here", str(user.live_sessions)),
        ("Last seen", state.moment(user.last_seen)),
        ("State", here),
    )


def _columns(presenter: UsersPresenter) -> tuple[Column[UserRow], ...]:
    def seen(user: UserRow) -> tuple[Piece, ...]:
        return (Piece(presenter.state.moment(user.last_seen), "text-2"),)

    def active(user: UserRow) -> tuple[Piece, ...]:
        if not user.is_active:
            return (Piece("disabled", "text-2", icon="barred"),)
        if user.password_to_change:
            return (Piece("one-time password", "caution", icon="clock", short="one-time"),)
        return (Piece("active", "ok", icon="check"),)

    return (
        Column(
            "Name",
            lambda user: (Piece(name_of(user), role="body_strong"),),
            sort_key=lambda user: name_of(user).casefold(),
        ),
        Column("Username", lambda user: (Piece(user.username),), 120, sort_key=lambda user: user.username, drop=2),
        Column("Role", lambda user: (Piece(ROLE_WORDS[user.role]),), 92, sort_key=lambda user: user.role),
        Column("May", lambda user: (Piece(rights_words(user), "text-2"),), 160, drop=3),
        Column("Second factor", lambda user: (Piece("on" if user.second_factor_on else "off", "text-2"),), 104, drop=4),
        Column("Last seen", seen, 152, drop=5),
        Column("State", active, 116),
    )
