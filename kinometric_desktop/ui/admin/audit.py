"""The audit trail with its filters, and the security incidents beside it."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from kinometric.contract.practices import AuditRow, Incident
from kinometric_desktop.app.admin_audit import AuditPresenter, AuditState
from kinometric_desktop.app.audit_actions import ACTIONS, OUTCOMES
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.admin.parts import FactGrid
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column as ColumnLayout
from kinometric_desktop.ui.theme.spacing import Grid, Row, fix_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.dialog import Sheet, WindowDialogs
from kinometric_desktop.ui.widgets.field import DateField, Field, Select, TextField
from kinometric_desktop.ui.widgets.message import EmptyState, Message
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.segmented import Segmented
from kinometric_desktop.ui.widgets.table import Column, Piece, RowModel, TableView
from kinometric_desktop.ui.widgets.text import ElidedText

ALL = ("", "All")
OUTCOME_LOOKS = {"success": ("check", "ok", "OK"), "denied": ("barred", "stop", "Denied"),
                 "failed": ("cross", "warn", "Failed")}  # fmt: skip
FILTERS_FROM = 1100
ONCE = "Ids only. Looking at this list is an entry itself."


class AuditPart(QWidget):
    """Renders an :class:`AuditPresenter`."""

    def __init__(self, presenter: AuditPresenter, work: Workplace) -> None:
        super().__init__()
        self.presenter = presenter
        self._work = work
        self._columns = 0
        self._filters_wanted = False
        column = ColumnLayout(self)
        self._filters = self._build_filters()
        column.addWidget(self._filters)
        column.addWidget(self._build_tools())
        self._message = Message("admin.audit.message", square=True)
        column.addWidget(self._message)
        self._rows: RowModel[AuditRow] = RowModel(_columns(presenter))
        self.table = TableView("admin.audit.table", "Audit trail", self._rows, row_height=34)
        self.table.opened.connect(self.open_entry)
        self._incident_rows: RowModel[Incident] = RowModel(_incident_columns(presenter))
        self.incidents = TableView("admin.incidents.table", "Security incidents", self._incident_rows, row_height=34)
        self.incidents.opened.connect(presenter.ask_acknowledge)
        self.incidents.moved.connect(self._look)
        self._empty = EmptyState("admin.audit.empty")
        self._body = QStackedWidget()
        for widget in (self.table, self.incidents, self._empty):
            self._body.addWidget(widget)
        column.addWidget(self._body, 1)
        presenter.subscribe(self.render_state)

    def _build_filters(self) -> QWidget:
        pane = Pane(lines=("bottom",))
        row = Row(pane, margins=(16, 8, 16, 8), spacing=12)
        self._grid = Grid(gaps=(12, 8))
        row.addLayout(self._grid)
        self._fields: list[Field] = []
        presenter = self.presenter
        self.user = Select("admin.audit.user", "User")
        self.object = TextField("admin.audit.object", "Object ID", placeholder="any")
        self.action = Select("admin.audit.action", "Action")
        self.first = DateField("admin.audit.from", "From day", lambda: presenter.today, placeholder="any day")
        self.last = DateField("admin.audit.to", "To day", lambda: presenter.today, placeholder="today")
        self.outcome = Select("admin.audit.outcome", "Result")
        self.action.set_choices([ALL, *((action, action) for action in ACTIONS)], "")
        self.outcome.set_choices([ALL, *OUTCOMES], "")
        for label, editor, width in (
            ("User", self.user, 132),
            ("Object ID", self.object, 132),
            ("Action", self.action, 208),
            ("From", self.first, 132),
            ("To", self.last, 132),
            ("Result", self.outcome, 104),
        ):
            fix_size(editor, width=width)
            self._fields.append(Field(label, editor))
        self.user.activated.connect(lambda place: presenter.set_filter(user_id=str(self.user.itemData(place))))
        self.action.activated.connect(lambda place: presenter.set_filter(action=str(self.action.itemData(place))))
        self.outcome.activated.connect(lambda place: presenter.set_filter(outcome=str(self.outcome.itemData(place))))
        self.object.editingFinished.connect(lambda: presenter.set_filter(object_id=self.object.text().strip()))
        self.first.editingFinished.connect(lambda: self._days(self.first, "from_day"))
        self.last.editingFinished.connect(lambda: self._days(self.last, "to_day"))
        row.addStretch(1)
        self._entries = ElidedText("", "small", "text-2")
        beside = ColumnLayout(spacing=4)
        beside.addStretch(1)
        beside.addWidget(self._entries, 0, Qt.AlignmentFlag.AlignRight)
        beside.addStretch(1)
        row.addLayout(beside)
        return pane

    def _build_tools(self) -> QWidget:
        pane = Pane(lines=("bottom",))
        fix_size(pane, height=40)
        row = Row(pane, margins=(16, 0, 16, 0), spacing=12)
        self.view = Segmented(
            "admin.audit.view", (("access", "All access"), ("incidents", "Incidents")), "Show", small=True
        )
        self.view.chosen.connect(self.presenter.choose_view)
        row.addWidget(self.view)
        self._note = ElidedText(ONCE, "small", "text-2")
        row.addWidget(self._note, 1)
        self._gap = QWidget()
        row.addWidget(self._gap, 1)
        self.filters = Button("Filters", "admin.audit.filters", small=True, key="Ctrl+K")
        self.filters.clicked.connect(self._turn_filters)
        self.clear = Button("Clear filters", "admin.audit.clear", small=True)
        self.clear.clicked.connect(self._clear)
        self.entry = Button("Open entry", "admin.audit.entry", small=True, key="Enter")
        self.entry.clicked.connect(lambda: self.open_entry(self.table.current))
        self.acknowledge = Button("Acknowledge…", "admin.incidents.acknowledge", small=True, key="Enter")
        self.acknowledge.clicked.connect(lambda: self.presenter.ask_acknowledge(self.incidents.current))
        self.more = Button("Load more", "admin.audit.more", small=True)
        self.more.clicked.connect(self.presenter.load_more)
        self._refresh = Button("Refresh", "admin.audit.refresh", small=True, key="F5")
        self._refresh.clicked.connect(self.presenter.refresh)
        for button in (self.filters, self.clear, self.entry, self.acknowledge, self.more, self._refresh):
            row.addWidget(button)
        return pane

    def render_state(self, state: AuditState) -> None:
        """Show a state."""
        access = state.view == "access"
        self.view.choose(state.view)
        self.view.set_count("incidents", f"{state.open_incidents} open" if state.open_incidents else "")
        self.more.setVisible(access)
        self._arrange()
        self.acknowledge.setVisible(not access)
        people = [(one.user_id, one.username) for one in state.users]
        self.user.set_choices([ALL, *people], state.filter.user_id)
        self.action.set_choices([ALL, *((action, action) for action in ACTIONS)], state.filter.action)
        self.outcome.set_choices([ALL, *OUTCOMES], state.filter.outcome)
        self.clear.setEnabled(bool(self.presenter.filter_words()))
        self.more.setEnabled(state.more and not state.reading)
        self._refresh.set_busy(state.reading)
        self._entries.setText(f"Head at entry {state.head_seq}" if state.head_seq else "")
        if state.problem is not None:
            self._message.say_problem(state.problem)
        else:
            self._message.say(state.done, tone="ok")
        if self._rows.rows != state.rows:
            chosen = self.table.current
            self.table.set_rows(state.rows, keep=lambda row: chosen is not None and row.seq == chosen.seq)
        if self._incident_rows.rows != state.incidents:
            here = self.incidents.current
            self.incidents.set_rows(
                state.incidents, keep=lambda one: here is not None and one.incident_id == here.incident_id
            )
        self._show_body(state)
        self._look(self.incidents.current)

    def _show_body(self, state: AuditState) -> None:
        access = state.view == "access"
        if (state.rows if access else state.incidents) or state.reading:
            self._body.setCurrentWidget(self.table if access else self.incidents)
        elif access:
            self._empty.say("search", "No such entry", "Ask for less, or for other days.")
            self._body.setCurrentWidget(self._empty)
        else:
            self._empty.say("check", "No incidents", "A denial, a wrong code or a superadmin’s visit would stand here.")
            self._body.setCurrentWidget(self._empty)

    def _look(self, here: Incident | None) -> None:
        self.acknowledge.setEnabled(here is not None and here.acknowledged_at is None)

    def _days(self, field: DateField, name: str) -> None:
        if field.understood:
            day: date | None = field.date
            self.presenter.set_filter(**{name: day})

    def _clear(self) -> None:
        for field in (self.object, self.first, self.last):
            field.clear()
        self.presenter.clear_filter()

    def open_entry(self, row: AuditRow | None) -> None:
        """Show everything of an entry."""
        if row is not None and isinstance(self._work.dialogs, WindowDialogs):
            self._work.dialogs.show(EntrySheet(self.presenter.entry_facts(row)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def look_changed(self) -> None:
        """Arrange for the present text size."""
        self._arrange()

    def _arrange(self) -> None:
        """Six filters in a row, or three by two that come and go where the window is narrow."""
        access = self.presenter.state.view == "access"
        narrow = look().effective_width(self.width()) < FILTERS_FROM
        columns = 3 if narrow else 6
        if columns != self._columns:
            self._columns = columns
            for place, field in enumerate(self._fields):
                self._grid.addWidget(field, place // columns, place % columns, Qt.AlignmentFlag.AlignTop)
        self._filters.setVisible(access and (not narrow or self._filters_wanted))
        self.filters.setVisible(access and narrow)
        self.clear.setVisible(access and (not narrow or self._filters_wanted))
        self.entry.setVisible(access and not narrow)
        self._note.setVisible(not narrow)
        self._gap.setVisible(narrow)

    def _turn_filters(self) -> None:
        self._filters_wanted = not self._filters_wanted
        self._arrange()
        if self._filters_wanted:
            self.user.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_filter(self) -> None:
        """Put the focus into the first filter."""
        if self.presenter.state.view == "access":
            self._filters_wanted = True
            self._arrange()
            self.user.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def take_focus(self) -> None:
        """Put the focus into the list."""
        current = self.incidents if self.presenter.state.view == "incidents" else self.table
        current.setFocus(Qt.FocusReason.OtherFocusReason)


class EntrySheet(Sheet):
    """Everything of one entry, to be read or copied by hand."""

    def __init__(self, facts: tuple[tuple[str, str], ...]) -> None:
        super().__init__("admin.entry", "Audit entry", width=560)
        self.facts = FactGrid(88, selectable=True)
        self.facts.show_facts(facts)
        self.body.addWidget(self.facts)
        close = Button("Close", "admin.entry.close", kind="safe", key="Esc")
        close.clicked.connect(lambda: self.finish(True))
        self.footer.addWidget(close)


def _columns(presenter: AuditPresenter) -> tuple[Column[AuditRow], ...]:
    def outcome(row: AuditRow) -> tuple[Piece, ...]:
        icon, tone, word = OUTCOME_LOOKS.get(row.outcome, ("question", "warn", row.outcome))
        return (Piece(word, tone, icon=icon),)

    def about(row: AuditRow) -> tuple[Piece, ...]:
        return Piece(row.object_type, "text-2"), Piece(row.object_id[:12], "text-2", "small")

    return (
        Column("Time", lambda row: (Piece(presenter.state.moment(row.at), "text-2"),), 172),
        Column("User", lambda row: (Piece(presenter.state.user_name(row.user_id)),), 132, drop=2),
        Column("Action", lambda row: (Piece(row.action, role="body_strong"),), least=200),
        Column("Object", about, 216, drop=3),
        Column("Result", outcome, 104),
        Column("Reason", lambda row: (Piece(row.reason or "", "text-2"),), 176, drop=5),
        Column("Address", lambda row: (Piece(row.ip, "text-2"),), 112, drop=4),
        Column("Entry", lambda row: (Piece(str(row.seq), "text-2"),), 80, right=True, drop=6),
    )


def _incident_columns(presenter: AuditPresenter) -> tuple[Column[Incident], ...]:
    def state(one: Incident) -> tuple[Piece, ...]:
        if one.acknowledged_at is None:
            return (Piece("open", "warn", icon="warning"),)
        return (Piece(f"seen by {presenter.state.user_name(one.acknowledged_by)}", "ok", icon="check", short="seen"),)

    return (
        Column("Time", lambda one: (Piece(presenter.state.moment(one.at), "text-2"),), 172),
        Column("What happened", lambda one: (Piece(presenter.incident_words(one), role="body_strong"),), least=220),
        Column("In the audit", lambda one: (Piece(one.kind, "text-2", "small"),), 184, drop=3),
        Column("Entry", lambda one: (Piece(str(one.audit_seq or "–"), "text-2"),), 72, right=True, drop=2),
        Column("State", state, 160),
        Column("Note", lambda one: (Piece(one.note, "text-2"),), 240, drop=4),
    )
