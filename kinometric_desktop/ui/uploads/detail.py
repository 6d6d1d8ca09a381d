"""One upload: what happened, and what a person decides where the answer was lost."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from kinometric.contract.uploads import Upload, UploadEvent
from kinometric_desktop.app.uploads import UploadsPresenter, UploadsState
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.theme.spacing import Column, Grid, Row, fix_size
from kinometric_desktop.ui.theme.tokens import tokens
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.field import TextField
from kinometric_desktop.ui.widgets.message import Message
from kinometric_desktop.ui.widgets.pane import Line, Pane
from kinometric_desktop.ui.widgets.text import ElidedText, SymbolText, Text

LOST = "We sent the report but did not hear back. It may be in the chart. Check athenaNet before sending again."
KEPT = "The server keeps this upload when you close Kinometric. It is never sent again without your order."
LOOK_ONCE = (
    "This is the first document filed here. Open it in athenaOne and see that it can be read. "
    "Later uploads wait for your word."
)
EVENT_ICONS = {
    "queued": "clock",
    "sending": "arrow",
    "filed": "check",
    "rejected": "cross",
    "outcome_unknown": "question",
    "cancelled": "barred",
    "abandoned": "barred",
}


class DetailPane(Pane):
    """408 px at the right."""

    def __init__(self, presenter: UploadsPresenter, work: Workplace) -> None:
        super().__init__(lines=("left",), line_tone="border-strong")
        self._presenter = presenter
        self._work = work
        self._shown: tuple[str, tuple[UploadEvent, ...]] = ("", ())
        outer = Column(self, margins=(1, 0, 0, 0))
        head = Pane(lines=("bottom",))
        fix_size(head, height=48)
        row = Row(head, margins=(16, 0, 16, 0), spacing=8)
        self._name = Text("", "body_strong")
        self._facts = ElidedText("", "small", "text-2")
        row.addWidget(self._name)
        row.addWidget(self._facts, 1)
        outer.addWidget(head)
        inside = Pane()
        column = Column(inside, margins=(16, 12, 16, 12), spacing=12)
        self._message = Message("uploads.detail.message")
        self._problem = Message("uploads.detail.problem")
        column.addWidget(self._message)
        column.addWidget(self._problem)
        self._history_box = QWidget()
        self._history = Grid(self._history_box, gaps=(16, 8))
        self._history.setColumnStretch(1, 1)
        column.addWidget(self._history_box)
        self._unknown = self._build_unknown()
        column.addWidget(self._unknown)
        self._build_others(column)
        column.addStretch(1)
        self._kept = Text(KEPT, "small", "text-2", wrap=True)
        column.addWidget(self._kept)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        outer.addWidget(area, 1)
        self._inside = inside

    def _build_unknown(self) -> QWidget:
        box = QWidget()
        column = Column(box, spacing=8)
        column.addWidget(Line())
        column.addWidget(Text("Look in athenaNet for this mark", "body_strong"))
        mark = Row(spacing=8)
        self._marker = TextField("uploads.unknown.marker", "Mark to look for in the chart")
        self._marker.setReadOnly(True)
        copy = Button("Copy", "uploads.unknown.copy", icon="copy")
        copy.clicked.connect(lambda: QApplication.clipboard().setText(self._marker.text()))
        mark.addWidget(self._marker, 1)
        mark.addWidget(copy)
        column.addLayout(mark)
        column.addSpacing(4)
        column.addWidget(Text("What did you find?", "body_strong"))
        grid = Grid(gaps=(8, 8))
        self._document = TextField(
            "uploads.unknown.document", "Number of the document that is there", hint="document ID"
        )
        self._document.textEdited.connect(self._presenter.type_document_id)
        self._document.returnPressed.connect(self._presenter.say_found)
        self._found = Button("It is there", "uploads.unknown.found", kind="primary")
        self._found.clicked.connect(self._presenter.say_found)
        self._reason = TextField("uploads.unknown.reason", "Reason for sending again", placeholder="reason, required")
        self._reason.textEdited.connect(self._presenter.type_reason)
        self._again = Button("Not there, send again", "uploads.unknown.send_again")
        self._again.clicked.connect(self._presenter.send_again)
        for place, (field, button) in enumerate(((self._document, self._found), (self._reason, self._again))):
            fix_size(field, width=160)
            grid.addWidget(field, place, 0)
            grid.addWidget(button, place, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        self._opens = Text("", "small", "text-2", wrap=True)
        column.addWidget(self._opens)
        abandon = Button("Abandon…", "uploads.unknown.abandon", small=True)
        abandon.clicked.connect(self._presenter.abandon)
        column.addWidget(abandon, 0, Qt.AlignmentFlag.AlignLeft)
        self._deciding = (self._found, self._again, abandon)
        return box

    def _build_others(self, column: Column) -> None:
        row = Row(spacing=8)
        self._cancel = Button("Cancel upload…", "uploads.detail.cancel", key="Del")
        self._cancel.clicked.connect(self._presenter.cancel)
        self._retry = Button("Send again", "uploads.detail.retry", key="R")
        self._retry.clicked.connect(self._presenter.retry)
        self._readable = Button("I can read it in athenaOne", "uploads.detail.readable", kind="primary")
        self._readable.clicked.connect(self._presenter.confirm_readable)
        self._open = Button("Open the report", "uploads.detail.open", key="Enter")
        self._open.clicked.connect(self._presenter.open_session)
        for button in (self._readable, self._retry, self._cancel, self._open):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)

    def render_state(self, state: UploadsState) -> None:
        """Show the chosen upload."""
        upload = state.chosen
        self._inside.setVisible(upload is not None)
        self._name.setText(upload.patient_name if upload else "")
        self._facts.setText("")
        if upload is None:
            return
        self._facts.setText(f"athenaOne ID {upload.athena_patient_id}")
        self._say(upload)
        self._problem.say_problem(state.detail_problem)
        self._fill_history(upload)
        unknown = upload.state == "outcome_unknown"
        self._unknown.setVisible(unknown)
        self._marker.setText(upload.marker)
        self._marker.setCursorPosition(0)
        for field, text in ((self._document, state.document_id), (self._reason, state.reason)):
            if field.text() != text:
                field.setText(text)
            field.setEnabled(state.may_upload)
        self._found.setEnabled(state.can_say_found)
        self._again.setEnabled(self._presenter.can_send_again(upload))
        self._deciding[2].setEnabled(state.may_upload and not state.deciding)
        words = self._presenter.opens_again_words(upload)
        if not state.may_upload:
            words = "Your role here may look at uploads, not decide on them."
        self._opens.setText(words)
        self._opens.setVisible(bool(words))
        self._cancel.setVisible(upload.state == "queued" and state.may_upload)
        self._retry.setVisible(upload.state == "rejected" and state.may_upload)
        self._readable.setVisible(upload.needs_readable_check and state.may_upload)
        self._kept.setVisible(upload.state in ("queued", "sending", "outcome_unknown"))

    def _say(self, upload: Upload) -> None:
        code = upload.code or ""
        if upload.state == "outcome_unknown":
            self._message.say(LOST, tone="warn", code=code or "KS-520", icon="question")
        elif upload.state == "rejected":
            self._message.say(upload.sentence, tone="stop", code=code, icon="cross")
        elif upload.state == "filed" and upload.needs_readable_check:
            self._message.say(LOOK_ONCE, tone="caution", icon="info")
        elif upload.state == "filed":
            self._message.say(f"Filed in athenaOne as document {upload.document_id}.", tone="ok")
        elif upload.state == "queued" and (upload.tries or code):
            self._message.say(upload.sentence, tone="caution", code=code)
        else:
            self._message.say(upload.sentence, tone="info", code=code)

    def _fill_history(self, upload: Upload) -> None:
        wanted = (upload.upload_id, upload.history)
        if wanted == self._shown:
            return
        self._shown = wanted
        while self._history.count():
            item = self._history.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for place, event in enumerate(upload.history):
            at = datetime.fromisoformat(event.at)
            time = Text(_clock_time(at, self._work.session.time_zone), "small", "text-2")
            fix_size(time, height=20)
            self._history.addWidget(time, place, 0, _TOP)
            tone = str(tokens().upload_states[event.state]["role"])
            line = QWidget()
            column = Column(line, spacing=2)
            word = str(tokens().upload_states[event.state]["word"])
            head = SymbolText(EVENT_ICONS[event.state], word, tone)
            head.set(EVENT_ICONS[event.state], word, tone, text_tone="text")
            column.addWidget(head)
            note = " ".join(part for part in (event.sentence, f"By {event.by}." if event.by else "") if part)
            if note:
                column.addWidget(Text(note, "small", "text-2", wrap=True))
            self._history.addWidget(line, place, 1)


_TOP = Qt.AlignmentFlag.AlignTop


def _clock_time(at: datetime, zone: str) -> str:
    from zoneinfo import ZoneInfo

    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S")
