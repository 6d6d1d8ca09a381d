"""Two lists side by side: athenaOne's departments and the ones allowed in Kinometric, buttons between them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from kinometric.contract.practices import Department
from kinometric_desktop.app.departments import (
    ONLY_ADMINS,
    AthenaLine,
    DepartmentsPresenter,
    DepartmentsState,
    stop_words,
)
from kinometric_desktop.app.wording import plural
from kinometric_desktop.ui.shell.shell import Page
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column as ColumnLayout
from kinometric_desktop.ui.theme.spacing import Row, fix_size, max_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.field import TextField
from kinometric_desktop.ui.widgets.message import EmptyState, LoadingRows, Message
from kinometric_desktop.ui.widgets.pane import Pane, PaneLayout, PanePlace
from kinometric_desktop.ui.widgets.table import Column, Piece, RowModel, TableView
from kinometric_desktop.ui.widgets.text import ElidedText, Text

STANDALONE = "This practice works without athenaOne, so there is no list to read. Its own departments are at the right."


class DepartmentsPage(Page):
    """athenaOne left, ours right."""

    def __init__(self, presenter: DepartmentsPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self._before: DepartmentsState | None = None
        self.panes = PaneLayout(
            "departments",
            (
                PanePlace("athena", "athenaOne", self._build_left(), width=440),
                PanePlace("between", "Allow or stop", self._build_middle(), width=120),
                PanePlace("ours", "Kinometric", self._build_right()),
            ),
            first="ours",
        )
        ColumnLayout(self).addWidget(self.panes)
        presenter.subscribe(self.render_state)

    def _build_left(self) -> QWidget:
        pane = Pane(lines=("right",), line_tone="border-strong")
        column = ColumnLayout(pane, margins=(0, 0, 1, 0))
        head = Pane(lines=("bottom",))
        fix_size(head, height=48)
        row = Row(head, margins=(16, 0, 16, 0), spacing=8)
        row.addWidget(Text("athenaOne", "heading"))
        self._athena_words = ElidedText("", "small", "text-2")
        row.addWidget(self._athena_words, 1)
        self._more = Button("Load more", "departments.athena.more")
        self._more.clicked.connect(self.presenter.load_more)
        row.addWidget(self._more)
        column.addWidget(head)
        tools = Pane(lines=("bottom",))
        fix_size(tools, height=48)
        tool_row = Row(tools, margins=(16, 0, 16, 0))
        self._filter = TextField(
            "departments.athena.filter", "Find a department", placeholder="Find a department or number", icon="search"
        )
        self._filter.textChanged.connect(self.presenter.type_filter)
        tool_row.addWidget(self._filter)
        column.addWidget(tools)
        self._athena_message = Message("departments.athena.message", square=True)
        column.addWidget(self._athena_message)
        self._athena_model: RowModel[AthenaLine] = RowModel(
            (
                Column("ID", lambda line: (Piece(line.department.athena_department_id, "text-2"),), 60),
                Column("Name in athenaOne", lambda line: (Piece(line.department.name),)),
                Column("Here", _here, 160),
            )
        )
        self._athena = TableView("departments.athena.table", "Departments in athenaOne", self._athena_model)
        self._athena.moved.connect(self._athena_moved)
        self._athena.opened.connect(lambda _: self.presenter.allow())
        self._athena_empty = EmptyState("departments.athena.empty")
        self._athena_loading = LoadingRows("departments.athena.loading", "Reading athenaOne’s departments…")
        self._athena_body = QStackedWidget()
        for widget in (self._athena, self._athena_empty, self._athena_loading):
            self._athena_body.addWidget(widget)
        column.addWidget(self._athena_body, 1)
        return pane

    def _build_middle(self) -> QWidget:
        pane = Pane("window", lines=("right",), line_tone="border-strong")
        column = ColumnLayout(pane, margins=(12, 0, 12, 0), spacing=8)
        column.addStretch(1)
        self._allow = Button("Allow", "departments.between.allow", trailing_icon="chevron-right")
        self._stop = Button("Stop…", "departments.between.stop", icon="chevron-left")
        self._allow.clicked.connect(self.presenter.allow)
        self._stop.clicked.connect(self.presenter.ask_stop)
        self._why = Text("New departments arrive stopped.", "small", "text-2", wrap=True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._allow)
        column.addWidget(self._stop)
        column.addSpacing(4)
        column.addWidget(self._why)
        column.addStretch(2)
        return pane

    def _build_right(self) -> QWidget:
        pane = Pane()
        column = ColumnLayout(pane)
        head = Pane(lines=("bottom",))
        fix_size(head, height=48)
        row = Row(head, margins=(16, 0, 16, 0), spacing=8)
        row.addWidget(Text("Allowed in Kinometric", "heading"))
        self._ours_words = ElidedText("", "small", "text-2")
        row.addWidget(self._ours_words, 1)
        self._mine = Button("Make mine", "departments.ours.mine", key="Ctrl+D")
        self._default = Button("Set as practice default", "departments.ours.default")
        self._mine.clicked.connect(self.presenter.make_mine)
        self._default.clicked.connect(self.presenter.make_practice_default)
        row.addWidget(self._mine)
        row.addWidget(self._default)
        column.addWidget(head)
        tools = Pane(lines=("bottom",))
        fix_size(tools, height=48)
        tool_row = Row(tools, margins=(16, 0, 16, 0), spacing=8)
        self._read_at = ElidedText("", "body", "text-2")
        tool_row.addWidget(self._read_at, 1)
        self._sync = Button("Sync", "departments.ours.sync", key="F5", icon="turn")
        self._sync.clicked.connect(self.presenter.refresh)
        tool_row.addWidget(self._sync)
        column.addWidget(tools)
        self._message = Message("departments.ours.message", square=True)
        column.addWidget(self._message)
        self._ours_model: RowModel[Department] = RowModel(
            (
                Column("ID", lambda one: (Piece(one.athena_department_id or "–", "text-2"),), 60),
                Column("Name", _name),
                Column("Shown to patients", lambda one: (Piece(one.patient_facing_name, "text-2"),), 180, drop=3),
                Column(
                    "Default of", lambda one: (Piece(plural(one.default_of_users, "user")),), 92, right=True, drop=2
                ),
                Column("Patients", lambda one: (Piece(str(one.patients)),), 76, right=True, drop=1),
                Column("State", _state, 208),
            )
        )
        self._ours = TableView("departments.ours.table", "Departments in Kinometric", self._ours_model)
        self._ours.moved.connect(self._ours_moved)
        column.addWidget(self._ours, 1)
        note = QWidget()
        note_column = ColumnLayout(note, margins=(16, 16, 16, 16), spacing=4)
        self._note_title = Text("", "body_strong", wrap=True)
        self._note = Text("", "body", "text-2", wrap=True)
        max_size(self._note, width=560)
        note_column.addWidget(self._note_title)
        note_column.addWidget(self._note)
        note_column.addStretch(1)
        column.addWidget(note, 1)
        return pane

    def render_state(self, state: DepartmentsState) -> None:
        """Show a state."""
        before, self._before = self._before, state
        self._athena_words.setText("" if state.standalone else state.athena_words)
        self._more.setEnabled(state.next_offset is not None and not state.standalone)
        self._more.set_busy(state.reading_athena)
        self._athena_message.say_problem(state.athena_problem)
        self._ours_words.setText(state.ours_words)
        self._read_at.setText(f"Last read from athenaOne {state.read_at}" if state.read_at else "Not read yet")
        self._sync.set_busy(state.reading_ours or state.reading_athena)
        if state.problem is not None:
            self._message.say_problem(state.problem)
        else:
            self._message.say(state.done, tone="ok")
        if before is None or before.athena_lines != state.athena_lines:
            wanted = state.chosen_athena
            self._athena.set_rows(state.athena_lines, keep=lambda line: line.department.athena_department_id == wanted)
        if before is None or before.ours != state.ours:
            self._ours.set_rows(state.ours, keep=lambda one: one.department_id == state.chosen_ours)
            self.look_changed()
        self._show_athena_body(state)
        self._allow.setEnabled(state.can_allow)
        self._stop.setEnabled(state.can_stop)
        self._default.setEnabled(state.can_default)
        self._mine.setEnabled(state.can_make_mine)
        self._default.setVisible(state.may_change)
        self._why.setText("New departments arrive stopped." if state.may_change else ONLY_ADMINS)
        self._show_note(state)

    def look_changed(self) -> None:
        """Let the table be as high as its rows, so that the note stands right below it."""
        self._ours.setMaximumHeight(look().px(33) + max(1, len(self._ours_model.rows)) * look().px(36) + 2)

    def entered(self) -> None:
        """Read the lists."""
        self.presenter.enter()
        self._ours.setFocus(Qt.FocusReason.OtherFocusReason)

    def unlocked(self) -> None:
        """Nothing of before the lock is shown as fresh."""
        self.presenter.enter()

    def closing(self) -> None:
        """The person has signed out."""
        self.presenter.close()

    def _show_athena_body(self, state: DepartmentsState) -> None:
        if state.athena_lines:
            self._athena_body.setCurrentWidget(self._athena)
        elif state.reading_athena:
            self._athena_body.setCurrentWidget(self._athena_loading)
        else:
            if state.standalone:
                self._athena_empty.say("department", "No athenaOne", STANDALONE)
            elif state.filter_text.strip():
                self._athena_empty.say("search", "No such department", "Load more, or type less.")
            else:
                self._athena_empty.say("department", "athenaOne lists no departments", "Sync reads the list again.")
            self._athena_body.setCurrentWidget(self._athena_empty)

    def _show_note(self, state: DepartmentsState) -> None:
        chosen = state.right
        if chosen is None or not state.may_change:
            self._note_title.setText("")
            self._note.setText("")
        elif not chosen.is_active:
            self._note_title.setText(f"{chosen.name} ({chosen.athena_department_id or 'local'}) is stopped")
            self._note.setText("Choose it at the left and allow it to look up its patients again.")
        else:
            self._note_title.setText(f"Before you stop {chosen.name} ({chosen.athena_department_id or 'local'})")
            self._note.setText(stop_words(chosen))

    def _athena_moved(self, line: AthenaLine | None) -> None:
        if line is not None:
            self.presenter.choose_athena(line.department.athena_department_id)

    def _ours_moved(self, department: Department | None) -> None:
        if department is not None:
            self.presenter.choose_ours(department.department_id)


def _here(line: AthenaLine) -> tuple[Piece, ...]:
    looks = {"allowed": ("check", "ok"), "stopped": ("barred", "text-2"), "twin": ("info", "caution")}
    if line.note not in looks:
        return (Piece(""),)
    icon, tone = looks[line.note]
    if line.note == "allowed":
        return Piece(icon=icon, tone=tone), Piece(line.here, "text-2", "small")
    return (Piece(line.here, tone, "label", icon=icon),)


def _name(department: Department) -> tuple[Piece, ...]:
    gone = department.in_athena is False
    tone = "text" if department.is_active else "text-3"
    return (Piece(department.name, tone, "body", struck=gone),)


def _state(department: Department) -> tuple[Piece, ...]:
    pieces = []
    if department.in_athena is False:
        pieces.append(Piece("no longer in athenaOne", "warn", "label", icon="warning"))
    elif not department.is_active:
        pieces.append(Piece("stopped", "text-2", "label", icon="barred"))
    if department.is_practice_default:
        pieces.append(Piece("Practice default", "accent-text", "label", chip=True))
    if department.is_mine:
        pieces.append(Piece("mine", "ok", "label", icon="check"))
    return tuple(pieces) or (Piece(""),)
