"""A patient that is linked: to which record, by whom, what was accepted, and what happened to the link before."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from kinometric_desktop.app.match import MatchPresenter
from kinometric_desktop.app.match_rows import ACTION_WORDS, moment_words, reason_lines
from kinometric_desktop.app.match_state import LinkedPanel, MatchState
from kinometric_desktop.app.wording import plural
from kinometric_desktop.ui.match.pane_head import PaneHead
from kinometric_desktop.ui.theme.spacing import Column, Row
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.naming import named
from kinometric_desktop.ui.widgets.pane import Line, Pane
from kinometric_desktop.ui.widgets.text import SymbolText, Text


class LinkedPane(Pane):
    """Takes the place of the search while the patient is linked."""

    def __init__(self, presenter: MatchPresenter, zone: str) -> None:
        super().__init__(lines=("right",))
        self._zone = zone
        outer = Column(self, margins=(0, 0, 1, 0))
        head = PaneHead("", "Link to athenaOne")
        head.number.hide()
        head.row.addStretch(1)
        outer.addWidget(head)
        body = QWidget()
        self._column = Column(body, margins=(16, 16, 16, 16), spacing=12)
        self.area = area = named(QScrollArea(), "match.linked.area", "The link and its history")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        outer.addWidget(area, 1)
        self._title = SymbolText("check", "", "ok", role="body_strong")
        self._facts = Text("", "body", "text-2", wrap=True)
        self._filed = Text("", "body", "text-2", wrap=True)
        self._column.addWidget(self._title)
        self._column.addWidget(self._facts)
        self._column.addWidget(self._filed)
        buttons = Row(spacing=8)
        self.unlink = Button("Unlink…", "match.linked.unlink")
        self.undo = Button("Undo", "match.linked.undo", key="Ctrl+Z")
        buttons.addWidget(self.unlink)
        buttons.addWidget(self.undo)
        buttons.addStretch(1)
        self._column.addLayout(buttons)
        self._column.addWidget(Line())
        self._column.addWidget(Text("History", "label", "text-2"))
        self._history = Column(spacing=10)
        self._column.addLayout(self._history)
        self._column.addStretch(1)
        self._event_lines: list[Text] = []
        self.unlink.clicked.connect(presenter.unlink)
        self.undo.clicked.connect(presenter.undo_link)

    def render_state(self, state: MatchState) -> None:
        """Show a state."""
        linked = state.linked
        if linked is None:
            return
        self._title.set("check", f"Linked to athenaOne {linked.athena_patient_id}", "ok", text_tone="text")
        self._facts.setText(_facts(linked))
        filed = linked.documents_filed
        words = f"{plural(filed, 'document')} filed under this link." if filed else "No document filed yet."
        self._filed.setText(words)
        self.unlink.setEnabled(state.may_match and state.online)
        self.unlink.set_busy(state.busy == "unlink")
        self.undo.setVisible(linked.can_undo)
        self._render_history(linked)

    def _render_history(self, linked: LinkedPanel) -> None:
        texts = []
        for event in linked.history:
            words = f"{ACTION_WORDS.get(event.action, event.action)} {event.athena_patient_id}".strip()
            lines = [words, f"{moment_words(event.at, self._zone)}, {event.by}"]
            texts.append("\n".join([*lines, *reason_lines(event.reason)]))
        while len(self._event_lines) < len(texts):
            line = Text("", "small", "text-2", wrap=True)
            self._event_lines.append(line)
            self._history.addWidget(line)
        for place, line in enumerate(self._event_lines):
            line.setVisible(place < len(texts))
            line.setText(texts[place] if place < len(texts) else "")


def _facts(linked: LinkedPanel) -> str:
    lines = [f"{linked.linked_at}, {linked.linked_by}", linked.method.capitalize()]
    if linked.accepted_differences:
        lines.append("Accepted: " + "; ".join(linked.accepted_differences))
    if linked.last_verified:
        lines.append(f"Last confirmed {linked.last_verified}")
    return "\n".join(line for line in lines if line)
