"""The trend strip and the line of the note, below the four stances."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.review_state import STANCES, ReviewState
from kinometric_desktop.ui.plots.theme import present_theme
from kinometric_desktop.ui.plots.trend import TrendPlot
from kinometric_desktop.ui.review.parts import StanceMarker
from kinometric_desktop.ui.theme.spacing import Column, Grid, Row, fix_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.chip import Chip
from kinometric_desktop.ui.widgets.pane import Line, Pane
from kinometric_desktop.ui.widgets.text import ElidedText, Text

LEVELS_NOTE = "Levels: eyes open only."


class TrendStrip(Pane):
    """The key with the last score large and the one before beside it, the plot, and the sentence on change."""

    def __init__(self) -> None:
        super().__init__(lines=("top",), line_tone="border-strong")
        self.setObjectName("review.trend")
        fix_size(self, height=120)
        row = Row(self, margins=(16, 8, 12, 6), spacing=16)
        key = QWidget()
        fix_size(key, width=186)
        column = Column(key, spacing=1)
        head = Row(spacing=8)
        head.addWidget(Text("Trend", "body_strong"))
        head.addWidget(Text("score 0–10, fixed scale", "small", "text-2"))
        head.addStretch(1)
        column.addLayout(head)
        grid = Grid(gaps=(8, 0))
        self._last: dict[str, Text] = {}
        self._before: dict[str, Text] = {}
        for place, stance in enumerate(STANCES):
            grid.addWidget(StanceMarker(stance, with_line=True), place, 0)
            grid.addWidget(Text(stance, "body"), place, 1)
            self._last[stance] = Text("", "body_strong")
            self._last[stance].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._before[stance] = Text("", "small", "text-2")
            grid.addWidget(self._last[stance], place, 2)
            grid.addWidget(self._before[stance], place, 3)
        grid.setColumnStretch(2, 1)
        column.addLayout(grid)
        column.addStretch(1)
        row.addWidget(key)
        self.plot = TrendPlot(present_theme())
        self.plot.setObjectName("review.trend.plot")
        row.addWidget(self.plot, 1)
        words = QWidget()
        fix_size(words, width=132)
        side = Column(words, spacing=2)
        side.addWidget(Text(LEVELS_NOTE, "label", "text", wrap=True))
        self._sentence = Text("", "small", "text-2", wrap=True)
        side.addWidget(self._sentence)
        side.addStretch(1)
        row.addWidget(words)

    def show_state(self, state: ReviewState) -> None:
        """Show the trend of a patient's sessions."""
        for line in state.trend.rows:
            self._last[line.stance].setText(line.last)
            self._before[line.stance].setText(line.before)
        if (self.plot.series, self.plot.error_points) != (state.trend.series, state.trend.error_points):
            self.plot.show_series(state.trend.series, state.trend.error_points)
        self._sentence.setText(state.trend.sentence)


class NoteLine(Pane):
    """The interpretation draft at the left, the provider's note at the right."""

    note_wanted = Signal()
    draft_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(lines=("top",), line_tone="border-strong")
        self.setObjectName("review.note_line")
        fix_size(self, height=40)
        row = Row(self, margins=(16, 0, 12, 0), spacing=8)
        self._head = Text("Interpretation draft", "body_strong")
        row.addWidget(self._head)
        self._draft = Chip("")
        row.addWidget(self._draft)
        row.addStretch(1)
        self._open = Button("Open draft", "review.draft", small=True)
        self._open.clicked.connect(self.draft_wanted)
        row.addWidget(self._open)
        row.addWidget(Line(upright=True))
        row.addWidget(Text("Your note", "body", "text-2"))
        self._note = ElidedText("", "small", "text-2")
        row.addWidget(self._note)
        self._write = Button("Write", "review.note", key="N", small=True)
        self._write.clicked.connect(self.note_wanted)
        row.addWidget(self._write)

    def set_narrow(self, narrow: bool) -> None:
        """In a narrow window the words on the draft's state are in its sheet only."""
        self._head.setText("Draft" if narrow else "Interpretation draft")
        self._draft.setVisible(not narrow)

    def show_state(self, state: ReviewState) -> None:
        """Show whether there is a draft and a note."""
        self._draft.set(state.interpretation.status)
        self._open.setVisible(state.interpretation.there)
        self._open.setAccessibleDescription(state.interpretation.status)
        self._open.setEnabled(state.phase == "ready" and not state.busy)
        self._open.set_busy(state.busy == "interpretation")
        first = state.note.splitlines()[0] if state.note else "none yet"
        self._note.setText(first if len(first) <= 48 else f"{first[:47]}…")
        self._note.setAccessibleName(state.note or "No note yet")
        self._write.set_text("Change" if state.note else "Write")
        self._write.setAccessibleName("Change your note" if state.note else "Write your note")
        self._write.setEnabled(state.may_review and state.phase == "ready" and not state.busy)
        self._write.set_busy(state.busy == "note")
