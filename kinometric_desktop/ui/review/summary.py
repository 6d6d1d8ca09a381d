"""The pane at the right of the review screen: session level, gaps, quality, questionnaires, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget

from kinometric_desktop.app.review_state import GapLine, QualityLine, ReviewState, Stamp, Summary
from kinometric_desktop.app.wording import LEVEL_NOTE, plural
from kinometric_desktop.ui.review.parts import LevelSymbol
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Row, rescale
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.chip import level_tone, level_words
from kinometric_desktop.ui.widgets.pane import Line, Pane
from kinometric_desktop.ui.widgets.text import SymbolText, Text

SENSORY = "Eyes closed is the sensory finding. Its level is by age."


class SummaryPane(Pane):
    """Session level first, then gaps, quality and questionnaires; the buttons below stay where they are."""

    confirm_wanted = Signal()
    look_wanted = Signal(str)
    stamp_wanted = Signal()
    report_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(lines=("left",), line_tone="border-strong")
        self.setObjectName("review.summary")
        self._doubtful = ""
        outer = Column(self, margins=(1, 0, 0, 0))
        self._scroll = QScrollArea()
        self._scroll.setObjectName("review.summary.scroll")
        self._scroll.setAccessibleName("Summary of the session")
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self._column = Column(inside, margins=(0, 12, 0, 8))
        self._level_part()
        self._column.addWidget(Line())
        self._gaps = QWidget()
        self._gap_column = Column(self._gaps, margins=(16, 12, 16, 10), spacing=6)
        self._column.addWidget(self._gaps)
        self._gap_line = Line()
        self._column.addWidget(self._gap_line)
        self._quality = QWidget()
        self._quality_column = Column(self._quality, margins=(16, 10, 16, 12), spacing=6)
        self._column.addWidget(self._quality)
        self._questions = QWidget()
        self._question_column = Column(self._questions, margins=(16, 0, 16, 8), spacing=8)
        self._column.addWidget(self._questions)
        self._column.addStretch(1)
        self._scroll.setWidget(inside)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(self._foot())

    def _level_part(self) -> None:
        part = Column(margins=(16, 0, 16, 10), spacing=2)
        head = Row(spacing=8)
        head.addWidget(Text("Session level", "label", "text-2"))
        head.addStretch(1)
        self._level_note = Text("", "small", "text-2")
        head.addWidget(self._level_note)
        part.addLayout(head)
        row = Row(spacing=8)
        self._symbol = LevelSymbol()
        self._level = Text("", "title")
        self._level.setObjectName("review.summary.level")
        self._provisional = Text("provisional", "label", "warn")
        row.addWidget(self._symbol)
        row.addWidget(self._level)
        row.addStretch(1)
        row.addWidget(self._provisional)
        part.addLayout(row)
        self._incomplete = Text("", "body", "text", wrap=True)
        part.addWidget(self._incomplete)
        part.addWidget(Text(LEVEL_NOTE, "small", "text-2", wrap=True))
        self._column.addLayout(part)

    def _foot(self) -> QWidget:
        foot = QWidget()
        column = Column(foot, margins=(16, 8, 16, 12), spacing=8)
        self._say = Text("", "small", "text-2", wrap=True, rich=True)
        self._say.setObjectName("review.summary.next")
        self._confirm = Button("Confirm the holds as shown", "review.confirm", kind="primary", icon="check", key="H")
        self._look = Button("Confirm one hold…", "review.confirm_one", kind="primary", key="D")
        self._stamp = Button("Mark as reviewed", "review.stamp", key="Ctrl+Enter", icon="check")
        self._report = Button("Make the report", "review.report", kind="primary", key="F8")
        for widget in (self._say, self._confirm, self._look, self._stamp, self._report):
            column.addWidget(widget)
        self._stamps = Text("", "small", "text-2")
        self._stamps.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._stamps)
        self._confirm.clicked.connect(self.confirm_wanted)
        self._look.clicked.connect(lambda: self.look_wanted.emit(self._doubtful))
        self._stamp.clicked.connect(self.stamp_wanted)
        self._report.clicked.connect(self.report_wanted)
        return foot

    def show_state(self, state: ReviewState, person: str) -> None:
        """Show the summary of a session."""
        summary = state.summary
        self._level_note.setText(summary.level_note)
        self._symbol.set_level(summary.level)
        self._level.setText(level_words(summary.level) or "Incomplete")
        self._level.set_tone(level_tone(summary.level) if summary.level else "text-2")
        self._provisional.setVisible(summary.provisional and summary.level is not None)
        self._incomplete.setText(summary.incomplete)
        self._incomplete.setVisible(bool(summary.incomplete))
        self._show_gaps(summary)
        self._show_quality(summary)
        self._show_questions(summary)
        self._show_foot(state, person)
        rescale(self)

    def _show_gaps(self, summary: Summary) -> None:
        _clear(self._gap_column)
        for gap in summary.gaps:
            self._gap_column.addLayout(_gap_row(gap))
        for sentence in summary.gap_sentences:
            self._gap_column.addWidget(Text(sentence, "small", "text-2", wrap=True))
        self._gap_column.addWidget(Text(SENSORY, "small", "text-2", wrap=True))
        self._gaps.setVisible(bool(summary.gaps))
        self._gap_line.setVisible(bool(summary.gaps))

    def _show_quality(self, summary: Summary) -> None:
        _clear(self._quality_column)
        head = Row()
        head.addWidget(Text("Quality", "body_strong"))
        head.addStretch(1)
        head.addWidget(Text(summary.scorable, "small", "text-2"))
        self._quality_column.addLayout(head)
        for line in summary.quality:
            self._quality_column.addLayout(_quality_row(line))

    def _show_questions(self, summary: Summary) -> None:
        _clear(self._question_column)
        self._questions.setVisible(bool(summary.questionnaires))
        if summary.questionnaires:
            self._question_column.addWidget(Line())
        for name, total, note in summary.questionnaires:
            row = Row(spacing=8)
            row.addWidget(Text(name, "body", "text-2", wrap=True), 1)
            row.addWidget(Text(total, "body_strong"))
            row.addWidget(Text(note, "small", "text-2"))
            self._question_column.addLayout(row)

    def _show_foot(self, state: ReviewState, person: str) -> None:
        stamp = state.stamp
        doubtful = next((cell for cell in state.cells if cell.hold.kind == "doubtful"), None)
        self._doubtful = doubtful.stance if doubtful is not None else ""
        self._confirm.setVisible(stamp.confirmable > 0)
        self._confirm.setEnabled(state.may_review and not state.busy)
        self._confirm.set_busy(state.busy == "confirm")
        self._look.setVisible(stamp.confirmable == 0 and doubtful is not None)
        self._look.set_text(f"Confirm {self._doubtful}…")
        self._look.setEnabled(state.may_review and not state.busy)
        self._stamp.setVisible(not stamp.stamped)
        self._stamp.set_kind("primary" if stamp.possible else "plain")
        self._stamp.setEnabled(stamp.possible and not state.busy)
        self._stamp.set_busy(state.busy == "stamp")
        self._report.setVisible(bool(stamp.stamped))
        self._say.setText(_next_words(stamp, doubtful is not None))
        self._say.setVisible(bool(self._say.text()))
        self._stamps.setText(f"Stamps {person} and the time." if stamp.possible else "")
        self._stamps.setVisible(stamp.possible)


def _next_words(stamp: Stamp, doubtful: bool) -> str:
    strong = '<span style="font-weight:600; color:@text">'
    if stamp.stamped:
        return f"{strong}{stamp.stamped}.</span> A changed hold takes the stamp away."
    if stamp.confirmable:
        holds = plural(stamp.holds_to_confirm, "hold")
        return f"{strong}{holds} to confirm.</span> Scores are provisional until then."
    if doubtful:
        return f"{strong}Look at this one by itself.</span> Its proposal is not plausible."
    if stamp.reasons:
        return " ".join(stamp.reasons)
    return ""


def _gap_row(gap: GapLine) -> Row:
    row = Row(spacing=8)
    row.addWidget(Text(gap.name, "body", "text-2"))
    row.addStretch(1)
    for value, word in gap.parts:
        row.addWidget(Text(value, "body_strong"))
        row.addWidget(Text(word, "small", "text-2"))
    return row


def _quality_row(line: QualityLine) -> Row:
    row = Row(spacing=8)
    mark = SymbolText(line.icon, "", line.tone, role="small", gap=0)
    mark.setFixedWidth(look().px(16))
    row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    strong = f'<span style="font-weight:600">{line.stances}</span>'
    sentence = line.sentence.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = Text(f"{strong} {sentence}", "small", "text", wrap=True, rich=True)
    text.setAccessibleName(f"{line.stances} {line.sentence}")
    row.addWidget(text, 1)
    return row


def _clear(layout: QLayout) -> None:
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            return
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            _clear(inner)
            inner.deleteLater()
