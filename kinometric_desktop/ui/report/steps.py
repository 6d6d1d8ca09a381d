"""The four named steps of an upload, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.report_state import Sending
from kinometric_desktop.ui.theme.spacing import Column, Row
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.message import Message
from kinometric_desktop.ui.widgets.text import SymbolText, Text

_ICONS = {
    "done": ("check", "ok"),
    "now": ("turn", "accent-text"),
    "open": ("dash", "text-3"),
    "failed": ("cross", "stop"),
}
_TONES = {"filed": "ok", "rejected": "stop", "outcome_unknown": "warn", "cancelled": "info", "abandoned": "info"}
_STRONG = {
    "filed": "Done.",
    "rejected": "Rejected.",
    "outcome_unknown": "Unknown, check chart.",
    "cancelled": "Cancelled.",
    "abandoned": "Abandoned.",
}


class SendingPane(QWidget):
    """Steps with a mark each, the server's sentence, and what can be done."""

    cancel_wanted = Signal()
    again_wanted = Signal()
    uploads_wanted = Signal()
    close_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("report.sending")
        column = Column(self, margins=(16, 16, 16, 12), spacing=8)
        self._steps = [SymbolText("", "", "text") for _ in range(4)]
        for step in self._steps:
            column.addWidget(step)
        self._sentence = Text("", "small", "text-2", wrap=True)
        self._sentence.setObjectName("report.sending.sentence")
        column.addWidget(self._sentence)
        self._result = Message("report.result")
        column.addWidget(self._result)
        self._number = QWidget()
        row = Row(self._number, spacing=8)
        row.addWidget(Text("Document number", "label", "text-2"))
        self.document = Text("", "score_large", selectable=True)
        self.document.setObjectName("report.document")
        row.addWidget(self.document)
        self._copy = Button("Copy", "report.copy", icon="copy", small=True)
        self._copy.setAccessibleName("Copy the document number")
        row.addWidget(self._copy)
        row.addStretch(1)
        column.addWidget(self._number)
        self._marker = Text("", "small", "text-2", wrap=True, selectable=True)
        column.addWidget(self._marker)
        buttons = Row(spacing=8)
        self.cancel = Button("Cancel", "report.sending.cancel")
        self.again = Button("Ask again", "report.sending.again", kind="primary")
        self.uploads = Button("Open uploads", "report.sending.uploads")
        self.close_button = Button("Close", "report.sending.close")
        for button in (self.cancel, self.again, self.uploads, self.close_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.document.text()))
        self.cancel.clicked.connect(self.cancel_wanted)
        self.again.clicked.connect(self.again_wanted)
        self.uploads.clicked.connect(self.uploads_wanted)
        self.close_button.clicked.connect(self.close_wanted)

    def show_sending(self, sending: Sending) -> None:
        """Show how far it has come."""
        for line, step in zip(self._steps, sending.steps, strict=True):
            icon, tone = _ICONS[step.mark]
            line.set(icon, step.name, tone, text_tone="text" if step.mark in ("done", "now", "failed") else "text-2")
            line.setAccessibleName(f"{step.name}: {_SPOKEN[step.mark]}")
        code = f" [{sending.code}]" if sending.code and not sending.over else ""
        self._sentence.setText("" if sending.over else f"{sending.sentence}{code}")
        self._sentence.setVisible(bool(self._sentence.text()))
        if sending.over:
            state = sending.state or "rejected"
            strong = _STRONG.get(state, "") if sending.state is not None else "Nothing was sent."
            if sending.sentence.startswith(strong):
                strong = ""
            self._result.say(sending.sentence, tone=_TONES.get(state, "stop"), strong=strong, code=sending.code)
        else:
            self._result.say("")
        self.document.setText(sending.document_id)
        self._number.setVisible(bool(sending.document_id))
        unknown = sending.state == "outcome_unknown"
        self._marker.setText(f"Look in the chart for the mark {sending.marker}." if unknown and sending.marker else "")
        self._marker.setVisible(bool(self._marker.text()))
        self.cancel.setVisible(sending.can_cancel)
        self.again.setVisible(sending.can_ask_again)
        self.uploads.setVisible(sending.state is not None)
        self.close_button.setVisible(sending.over)


_SPOKEN = {"done": "done", "now": "under way", "open": "not begun", "failed": "stopped here"}
