"""The practice: name and address, its athenaOne connection, and which requests athenaOne answers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kinometric.contract.practices import AthenaProbe
from kinometric_desktop.app.admin_practice import (
    FIELDS,
    PracticeFormPresenter,
    PracticeFormState,
    PracticePresenter,
    PracticeState,
)
from kinometric_desktop.app.problems import line_of
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.admin.parts import FactGrid, ToolsLine, show_text
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column as ColumnLayout
from kinometric_desktop.ui.theme.spacing import Grid, Row, max_size
from kinometric_desktop.ui.widgets.area import FittedArea, FocusArea
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.dialog import Sheet, WindowDialogs
from kinometric_desktop.ui.widgets.field import ErrorLine, Field, TextField
from kinometric_desktop.ui.widgets.message import Message
from kinometric_desktop.ui.widgets.pane import Line, Pane
from kinometric_desktop.ui.widgets.table import Column, Piece, RowModel, TableView
from kinometric_desktop.ui.widgets.text import Text

NOTE = "Name and address stand on reports. The client secret is written, never read."
LABELS = {"name": "Name", "address": "Address", "city": "City", "state": "State", "zip": "ZIP", "phone": "Phone",
          "time_zone": "Time zone"}  # fmt: skip


class PracticePart(QWidget):
    """Renders a :class:`PracticePresenter`."""

    def __init__(self, presenter: PracticePresenter, work: Workplace) -> None:
        super().__init__()
        self.presenter = presenter
        self._work = work
        column = ColumnLayout(self)
        self._tools = ToolsLine()
        self._tools.note.setText(NOTE)
        self.close_practice = self._tools.add(Button("Close practice…", "admin.practice.close"), presenter.ask_close)
        self.change = self._tools.add(Button("Change…", "admin.practice.change", icon="pen"), self.open_form)
        self._refresh = self._tools.add(
            Button("Refresh", "admin.practice.refresh", key="F5", icon="turn"), presenter.refresh
        )
        column.addWidget(self._tools)
        self._message = Message("admin.practice.message", square=True)
        column.addWidget(self._message)
        inside = Pane()
        body = ColumnLayout(inside, margins=(16, 16, 16, 24), spacing=12)
        body.addWidget(Text("Practice", "heading"))
        self.facts = FactGrid(168)
        max_size(self.facts, width=760)
        body.addWidget(self.facts)
        body.addWidget(Line())
        head = Row(spacing=8)
        head.addWidget(Text("athenaOne", "heading"))
        head.addStretch(1)
        self.connection = Button("Change connection…", "admin.practice.connection", small=True)
        self.connection.clicked.connect(presenter.open_connection)
        head.addWidget(self.connection)
        body.addLayout(head)
        self.connection_facts = FactGrid(168)
        max_size(self.connection_facts, width=760)
        body.addWidget(self.connection_facts)
        body.addWidget(Line())
        test = Row(spacing=8)
        test.addWidget(Text("Test connection", "heading"))
        self._result = Text("", "body", "text-2")
        test.addWidget(self._result)
        test.addStretch(1)
        self.copy = Button("Copy support request", "admin.practice.copy", icon="copy", small=True)
        self.copy.clicked.connect(presenter.copy_request)
        self.test = Button("Test now", "admin.practice.test", icon="turn", small=True)
        self.test.clicked.connect(presenter.test)
        test.addWidget(self.copy)
        test.addWidget(self.test)
        body.addLayout(test)
        self._why = Text("", "body", "text-2", wrap=True)
        body.addWidget(self._why)
        self._model: RowModel[AthenaProbe] = RowModel(_columns())
        self.probes = TableView("admin.practice.probes", "Requests that were tried", self._model, row_height=32)
        body.addWidget(self.probes)
        body.addStretch(1)
        area = FocusArea()
        area.setWidget(inside)
        column.addWidget(area, 1)
        presenter.subscribe(self.render_state)

    def render_state(self, state: PracticeState) -> None:
        """Show a state."""
        self._refresh.set_busy(state.reading)
        self.close_practice.setVisible(state.superadmin)
        self.close_practice.setEnabled(state.practice is not None and not state.changing)
        self.change.setEnabled(state.practice is not None)
        self.connection.setVisible(state.superadmin)
        if state.problem is not None:
            self._message.say_problem(state.problem)
        else:
            self._message.say(state.done, tone="ok")
        self.facts.show_facts(state.lines)
        self.connection_facts.show_facts(state.connection)
        self.test.setEnabled(state.can_test)
        self.test.set_busy(state.testing)
        self._why.setText(state.why_not)
        self._why.setVisible(bool(state.why_not))
        diagnosis = state.diagnosis
        self.copy.setVisible(diagnosis is not None)
        words = "Asking athenaOne, this may take a minute…" if state.testing else ""
        if diagnosis is not None:
            words = f"{'Everything works' if diagnosis.works else 'Not everything works'}, {state.tested_at}"
            if diagnosis.requests_left_today is not None:
                words += f", {diagnosis.requests_left_today} requests left today"
        self._result.setText(words)
        rows = diagnosis.probes if diagnosis is not None else ()
        if self._model.rows != rows:
            self._model.set_rows(rows)
        self.probes.setVisible(bool(rows))
        self.look_changed()

    def look_changed(self) -> None:
        """Let the table be as high as its rows."""
        self.probes.setFixedHeight(look().px(33) + max(1, len(self._model.rows)) * look().px(32) + 2)

    def open_form(self) -> None:
        """Open the form of name and address."""
        form = self.presenter.form()
        if form is not None and isinstance(self._work.dialogs, WindowDialogs):
            sheet = PracticeSheet(form)
            self._work.dialogs.show(sheet, focus=sheet.editors["name"])

    def take_focus(self) -> None:
        """Put the focus on the first button."""
        self.change.setFocus(Qt.FocusReason.OtherFocusReason)


class PracticeSheet(Sheet):
    """Name, address and, for a superadmin, the time zone."""

    keeps_typed = True

    def __init__(self, presenter: PracticeFormPresenter) -> None:
        super().__init__("admin.practice_form", "Change the practice", width=560)
        self._presenter = presenter
        inside = QWidget()
        grid = Grid(inside, margins=(2, 2, 8, 2), gaps=(16, 12))
        self.editors: dict[str, TextField] = {}
        places = {"name": (0, 0, 2), "address": (1, 0, 2), "city": (2, 0, 1), "state": (2, 1, 1), "zip": (3, 0, 1),
                  "phone": (3, 1, 1), "time_zone": (4, 0, 2)}  # fmt: skip
        for name in (*FIELDS, "time_zone"):
            editor = TextField(f"admin.practice_form.{name}", LABELS[name])
            editor.setText(getattr(presenter.state, name))
            editor.textEdited.connect(lambda text, name=name: presenter.set_value(name, text))
            editor.returnPressed.connect(presenter.save)
            row, column, span = places[name]
            grid.addWidget(Field(LABELS[name], editor), row, column, 1, span)
            self.editors[name] = editor
        self.editors["time_zone"].setReadOnly(presenter.state.zone_locked)
        self.body.addWidget(FittedArea("admin.practice_form.fields", inside), 1)
        self._error = ErrorLine("admin.practice_form.error")
        self.body.addWidget(self._error)
        cancel = Button("Cancel", "admin.practice_form.cancel", key="Esc")
        self.action = Button("Save changes", "admin.practice_form.action", kind="primary")
        cancel.clicked.connect(lambda: self.finish(False))
        self.action.clicked.connect(presenter.save)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.action)
        self.finished.connect(lambda _: presenter.close())
        presenter.subscribe(self.render_state)

    def complain(self, sentence: str) -> None:
        """Say what is to be mended."""
        self._error.say(sentence)
        self.fit()

    def render_state(self, state: PracticeFormState) -> None:
        """Show a state."""
        for name, editor in self.editors.items():
            show_text(editor, getattr(state, name))
        self._error.say(line_of(state.problem))
        self.action.set_busy(state.busy)
        if state.saved:
            self.finish(True)
        elif self.isVisible():
            self.fit()


def _columns() -> tuple[Column[AthenaProbe], ...]:
    def found(probe: AthenaProbe) -> tuple[Piece, ...]:
        if probe.finding == "works":
            return (Piece("works", "ok", icon="check"),)
        tone = "warn" if probe.finding in ("throttled", "no_answer", "unclear") else "stop"
        return (Piece(probe.sentence, tone, icon="warning" if tone == "warn" else "cross"),)

    return (
        Column("Request", lambda probe: (Piece(probe.name, role="body_strong"),), 176),
        Column("Asked", lambda probe: (Piece(probe.request, "text-2", "small"),), 264, drop=2),
        Column("Found", found, least=200),
        Column("Status", lambda probe: (Piece(str(probe.status or "–"), "text-2"),), 72, right=True, drop=1),
        Column(
            "Took", lambda probe: (Piece("–" if probe.took_s is None else f"{probe.took_s:.2f} s", "text-2"),), 80,
            right=True, drop=3,
        ),
    )  # fmt: skip
