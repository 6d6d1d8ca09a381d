"""The compare pane: head, rows, warning of a close candidate, and the block that links."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from kinometric_desktop.app.match import MatchPresenter
from kinometric_desktop.app.match_state import ComparePanel, MatchState
from kinometric_desktop.ui.match.compare_table import CompareTable
from kinometric_desktop.ui.match.link_block import LinkBlock
from kinometric_desktop.ui.match.near_strip import NearStrip
from kinometric_desktop.ui.match.pane_head import PaneHead
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Row
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.chip import Chip
from kinometric_desktop.ui.widgets.message import EmptyState, Message
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.text import ElidedText, SymbolText, Text

LOW_BELOW = 580
"""Height of the pane, in px of the design, below which its rows are lower: 592 at 1366 x 768, 544 at 1280 x 720."""


class VerifyBlock(QWidget):
    """For a linked patient: the fresh record is still the same person."""

    def __init__(self, presenter: MatchPresenter) -> None:
        super().__init__()
        row = Row(self, margins=(16, 12, 16, 16), spacing=16)
        self.sentence = Text("", "small", "text-2", wrap=True)
        self.sentence.setObjectName("match.verify.sentence")
        self.button = Button("Still the same person", "match.verify", kind="primary")
        row.addWidget(self.sentence, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        self.button.clicked.connect(presenter.still_same)

    def render_state(self, state: MatchState) -> None:
        """Show a state."""
        linked = state.linked
        if linked is None:
            return
        if not state.online:
            sentence = "Not while offline."
        elif state.may_not_sentence:
            sentence = state.may_not_sentence
        elif linked.verified_now:
            sentence = "Confirmed. This is written to the audit log."
        elif state.compare is None:
            sentence = "Reading the chart from athenaOne…"
        else:
            sentence = "The chart was read from athenaOne just now. Compare it with the patient."
        self.sentence.setText(sentence)
        self.sentence.set_tone("ok" if linked.verified_now else "text-2")
        ready = state.online and state.may_match and state.compare is not None and not linked.verified_now
        self.button.setEnabled(ready and not state.busy)
        self.button.set_busy(state.busy == "verify")


class _Room(QWidget):
    """Holds the table at its height and gives way first where the window is low."""

    def __init__(self, table: CompareTable) -> None:
        super().__init__()
        self._table = table
        column = Column(self)
        column.addWidget(table, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return self._table.sizeHint()


class ComparePane(Pane):
    """Pane 3."""

    def __init__(self, presenter: MatchPresenter) -> None:
        super().__init__()
        self._narrow = False
        self._state = presenter.state
        outer = Column(self)
        self._head = PaneHead("3", "Compare")
        self._name = ElidedText("", "body", "text-2")
        self._band = Chip()
        self.next = Button("Next candidate", "match.compare.next", kind="link", key="F6")
        self._head.row.addWidget(self._name)
        self._head.row.addWidget(self._band)
        self._head.row.addStretch(1)
        self._head.row.addWidget(self.next)
        self.next.clicked.connect(presenter.next_candidate)
        outer.addWidget(self._head)
        self._stack = QStackedWidget()
        outer.addWidget(self._stack, 1)
        self.empty = EmptyState("match.compare.empty")
        self._full = QWidget()
        for page in (self.empty, self._full):
            self._stack.addWidget(page)
        column = Column(self._full)
        self.table = CompareTable()
        column.addWidget(_Room(self.table), 0)
        self._notes = QWidget()
        notes = Column(self._notes, margins=(16, 8, 16, 0), spacing=8)
        self.message = Message("match.compare.message")
        self._warning = SymbolText("warning", "", "warn", role="label")
        self.near = NearStrip()
        self.near.pressed.connect(presenter.compare_near)
        for widget in (self.message, self._warning):
            notes.addWidget(widget)
        column.addWidget(self._notes)
        column.addWidget(self.near)
        column.addStretch(1)
        self.link = LinkBlock(presenter)
        self.verify = VerifyBlock(presenter)
        column.addWidget(self.link)
        column.addWidget(self.verify)

    def set_narrow(self, narrow: bool) -> None:
        """Leave the head to the shell's segmented control in a narrow window."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.render_state(self._state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rows()

    def _fit_rows(self) -> None:
        self.table.set_room(narrow=self._narrow, low=look().effective_width(self.height()) < LOW_BELOW)

    def render_state(self, state: MatchState) -> None:
        """Show a state."""
        self._state = state
        panel = state.compare
        self._head.setVisible(not self._narrow or panel is None)
        self._name.setText(panel.title if panel else "")
        self._band.setVisible(panel is not None and state.linked is None)
        if panel is not None:
            self._band.set(panel.band_word)
            self._band.setToolTip(panel.weight)
        self.next.setVisible(state.linked is None and state.found > 1)
        if panel is None:
            self._render_empty(state)
            self._stack.setCurrentWidget(self.empty)
            self.link.render_state(state, narrow=self._narrow)
            return
        self._fit_rows()
        self.table.show_panel(panel)
        self._render_notes(state, panel)
        self.link.setVisible(state.linked is None)
        self.verify.setVisible(state.linked is not None)
        if state.linked is None:
            self.link.render_state(state, narrow=self._narrow)
        self.verify.render_state(state)
        self._stack.setCurrentWidget(self._full)

    def _render_notes(self, state: MatchState, panel: ComparePanel) -> None:
        if state.compare_problem is not None:
            self.message.say_problem(state.compare_problem)
        elif state.message:
            self.message.say(state.message, tone="ok" if state.linked else "info")
        elif state.linked is not None and panel.obstacles:
            self.message.say(panel.obstacles[0], tone="stop")
        else:
            self.message.say("")
        self._warning.set("warning", " ".join(panel.warnings), "warn", text_tone="text")
        self._warning.setVisible(bool(panel.warnings))
        self._notes.setVisible(bool(panel.warnings) or bool(self.message.text()))
        self.near.show_near(panel.near, narrow=self._narrow)

    def _render_empty(self, state: MatchState) -> None:
        if state.message and state.linked is None:
            self.empty.say("info", "Back to the candidates" if state.found else "Nothing is compared", state.message)
        elif state.linked is not None:
            problem = state.compare_problem
            note = problem.sentence if problem else "Reading the chart from athenaOne…"
            self.empty.say("link", "Linked", note)
        elif state.found:
            note = "Up and Down move in the list, Enter compares. None is chosen for you."
            self.empty.say("arrow", "Choose a candidate", note)
        else:
            note = "Search athenaOne first. Both records stand side by side here."
            self.empty.say("search", "Nothing to compare yet", note)
