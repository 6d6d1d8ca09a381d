"""The pane at the right of the report screen: where it goes, the checks, and the buttons; or the four steps."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from kinometric_desktop.app.report_state import ReportState
from kinometric_desktop.ui.report.steps import SendingPane
from kinometric_desktop.ui.theme.spacing import Column, Grid, Row, fix_size, rescale
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.chip import Chip
from kinometric_desktop.ui.widgets.field import Select
from kinometric_desktop.ui.widgets.message import Message
from kinometric_desktop.ui.widgets.pane import Line, Pane
from kinometric_desktop.ui.widgets.text import SymbolText, Text

SEEN_IS_SENT = "What you see is what is sent. You confirm once more."


class SendPane(Pane):
    """Facts, checks, reasons beside a button that can't be pressed; while sending, the steps in their place."""

    upload_wanted = Signal()
    print_wanted = Signal()
    save_wanted = Signal()
    match_wanted = Signal()
    department_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(lines=("left",), line_tone="border-strong")
        self.setObjectName("report.send")
        outer = Column(self, margins=(1, 0, 0, 0))
        outer.addWidget(self._head())
        self._middle = QStackedWidget()
        self._scroll = QScrollArea()
        self._scroll.setObjectName("report.send.scroll")
        self._scroll.setAccessibleName("Where the report goes, and the checks")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        column = Column(inside)
        column.addWidget(self._facts())
        column.addWidget(Line())
        column.addWidget(self._check_part())
        column.addStretch(1)
        self._scroll.setWidget(inside)
        self.sending = SendingPane()
        self._middle.addWidget(self._scroll)
        self._middle.addWidget(self.sending)
        outer.addWidget(self._middle, 1)
        outer.addWidget(Line())
        outer.addWidget(self._foot())

    def _head(self) -> QWidget:
        head = Pane(lines=("bottom",))
        fix_size(head, height=40)
        row = Row(head, margins=(16, 0, 16, 0))
        row.addWidget(Text("Send", "body_strong"))
        row.addStretch(1)
        self._environment = Chip("", tone="outline")
        row.addWidget(self._environment)
        return head

    def _facts(self) -> QWidget:
        holder = QWidget()
        grid = Grid(holder, margins=(16, 10, 16, 14), gaps=(16, 6))
        grid.setColumnStretch(1, 1)
        self._values: dict[str, Text] = {}
        for place, (key, label) in enumerate(
            (
                ("to", "To"),
                ("patient", "Patient"),
                ("test", "Test"),
                ("department", "Department"),
                ("class", "Class"),
                ("note", "Note"),
            )
        ):
            words = Text(label, "label", "text-2")
            fix_size(words, width=72)
            grid.addWidget(
                words, place, 0, Qt.AlignmentFlag.AlignTop if key == "note" else Qt.AlignmentFlag.AlignVCenter
            )
            if key == "department":
                self.department = Select("report.department", "Department")
                self.department.activated.connect(
                    lambda _: self.department_chosen.emit(str(self.department.currentData() or ""))
                )
                self._source = Text("", "small", "text-2")
                choice = Column(spacing=2)
                choice.addWidget(self.department)
                choice.addWidget(self._source)
                grid.addLayout(choice, place, 1)
                continue
            value = Text("", "body_strong" if key in ("to", "patient", "test") else "body", wrap=True)
            value.setObjectName(f"report.fact.{key}")
            self._values[key] = value
            grid.addWidget(value, place, 1)
        return holder

    def _check_part(self) -> QWidget:
        holder = QWidget()
        column = Column(holder, margins=(16, 10, 16, 12), spacing=4)
        head = Row()
        head.addWidget(Text("Checks", "body_strong"))
        head.addStretch(1)
        self._word = Text("", "label", "ok")
        head.addWidget(self._word)
        column.addLayout(head)
        self._checks = QWidget()
        self._check_column = Column(self._checks, spacing=4)
        column.addWidget(self._checks)
        return holder

    def _foot(self) -> QWidget:
        foot = QWidget()
        column = Column(foot, margins=(16, 10, 16, 12), spacing=8)
        self._message = Message("report.send.message")
        self._reasons = Text("", "small", "text-2", wrap=True)
        self._reasons.setObjectName("report.reasons")
        self.upload = Button("Upload to athenaOne…", "report.upload", kind="primary", key="F9", icon="upload")
        self._match = Button("Match patient", "report.match", key="F4")
        column.addWidget(self._message)
        column.addWidget(self._reasons)
        column.addWidget(self.upload)
        column.addWidget(self._match)
        row = Row(spacing=8)
        self.print = Button("Print", "report.print", key="Ctrl+P", icon="print")
        self.save = Button("Save as file…", "report.save", icon="document")
        row.addWidget(self.print, 1)
        row.addWidget(self.save, 1)
        column.addLayout(row)
        self._seen = Text(SEEN_IS_SENT, "small", "text-2", wrap=True)
        self._seen.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._seen)
        self.upload.clicked.connect(self.upload_wanted)
        self._match.clicked.connect(self.match_wanted)
        self.print.clicked.connect(self.print_wanted)
        self.save.clicked.connect(self.save_wanted)
        return foot

    def show_state(self, state: ReportState) -> None:
        """Show where the report goes and what stands in the way."""
        facts = state.facts
        self._values["to"].setText(
            facts.to or ("Not used in this practice" if not state.uploading_used else "athenaOne")
        )
        self._values["patient"].setText(f"{facts.patient_id} {facts.patient}".strip() or "not linked")
        self._values["test"].setText(facts.test)
        self._values["class"].setText(facts.document_class)
        self._values["note"].setText(facts.note)
        choices = list(state.departments)
        self.department.set_choices(choices or [("", "none")], facts.department_id)
        self.department.setEnabled(bool(choices) and not state.busy and state.sending is None)
        self._source.setText(facts.department_source)
        self._source.setVisible(bool(facts.department_source))
        names = {
            "preview": "Preview, not a live chart",
            "production": "Production",
            "standin": "Stand-in, not a live chart",
        }
        self._environment.set(names.get(facts.environment, ""), tone="outline")
        self._environment.setVisible(facts.environment in names)
        self._show_checks(state)
        self._show_foot(state)
        sending = state.sending
        if sending is not None:
            self.sending.show_sending(sending)
        self._middle.setCurrentIndex(0 if sending is None else 1)
        rescale(self)

    def _show_checks(self, state: ReportState) -> None:
        self._word.setText(state.checks_word)
        self._word.set_tone("ok" if state.checks_word.startswith("all") else "stop")
        while self._check_column.count():
            item = self._check_column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for line in state.checks:
            mark = SymbolText("", "", "text", gap=8)
            mark.set(
                "check" if line.passed else "cross", line.sentence, "ok" if line.passed else "stop", text_tone="text"
            )
            mark.setToolTip(line.sentence)
            self._check_column.addWidget(mark)
        self._checks.setVisible(bool(state.checks))

    def _show_foot(self, state: ReportState) -> None:
        under_way = state.sending is not None and not state.sending.over
        self.upload.setVisible(state.uploading_used and state.sending is None)
        self.upload.setEnabled(state.may_upload and not state.busy)
        self.upload.set_busy(state.busy == "confirm")
        self._reasons.setText("\n".join(state.reasons))
        self._reasons.setVisible(bool(state.reasons) and state.sending is None)
        self._match.setVisible(state.needs_match and state.sending is None)
        ready = state.phase == "ready" and bool(state.pictures) and not state.busy and not under_way
        self.print.setEnabled(ready)
        self.save.setEnabled(ready)
        self._seen.setVisible(state.may_upload and state.sending is None)
        if state.problem is not None and state.phase == "ready":
            self._message.say_problem(state.problem)
        else:
            self._message.say(state.message, tone="ok" if state.message else "info")
