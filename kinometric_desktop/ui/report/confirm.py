"""The confirmation before anything is written to a chart: both records, what is sent, and the typed birth year."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSlider, QScrollArea, QWidget

from kinometric_desktop.app.report_state import CompareFact, Confirmation
from kinometric_desktop.ui.match.verdict import draw_symbol
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Grid, Row, fix_size, min_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.dialog import Sheet
from kinometric_desktop.ui.widgets.digits import DigitCells
from kinometric_desktop.ui.widgets.field import ErrorLine, Field, TextField
from kinometric_desktop.ui.widgets.hatch import fill_hatch
from kinometric_desktop.ui.widgets.painted import PaintedMark
from kinometric_desktop.ui.widgets.pane import Line
from kinometric_desktop.ui.widgets.text import Text

NO_WAY_BACK = "This adds one document to a chart. It can't be taken back from here."
_SCROLLS = {
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
}
_TONES = {"same": "ok", "close": "caution", "swapped": "warn", "differs": "stop", "missing": "text-3"}


class ConfirmSheet(Sheet):
    """Two records side by side, six facts, four digits; Cancel is the default and Enter alone never uploads."""

    year_typed = Signal(str)
    reason_typed = Signal(str)
    upload_wanted = Signal()

    def __init__(self, asked: Confirmation) -> None:
        super().__init__(
            "report.confirm", asked.title, width=696, hatched=not asked.environment.startswith("Production")
        )
        self._attempt = asked.year_attempt
        self._values: dict[str, tuple[Text, Text]] = {}
        self._facts = QWidget()
        self._column = facts = Column(self._facts, spacing=12)
        self._no_way_back = Text(NO_WAY_BACK, "body", "text-2", wrap=True)
        facts.addWidget(self._no_way_back)
        facts.addWidget(self._records(asked))
        facts.addWidget(self._details(asked))
        self._scroll = QScrollArea()
        self._scroll.setObjectName("report.confirm.scroll")
        self._scroll.setAccessibleName("Both records and what is sent")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._facts)
        self.body.addWidget(self._scroll)
        self.give_way(self._scroll, self._facts_height, least=32)
        self.body.addWidget(Line())
        self._reason = TextField("report.confirm.reason", "Why a corrected report is sent")
        reason = Field("Why a corrected report is sent", self._reason, required=True)
        self.body.addWidget(reason)
        reason.setVisible(asked.asks_reason)
        self.body.addWidget(self._year_row(asked))
        self._error = ErrorLine("report.confirm.error")
        self.body.addWidget(self._error)
        self.footer_left.addWidget(_HatchMark())
        self.footer_left.addWidget(Text(asked.environment, "body", "text-2"))
        self.cancel = Button("Cancel", "report.confirm.cancel", kind="safe", key="Esc")
        self.upload = Button("Upload", "report.confirm.upload", kind="primary", icon="upload")
        self.footer.addWidget(self.cancel)
        self.footer.addWidget(self.upload)
        self.cancel.clicked.connect(lambda: self.finish(False))
        self.upload.clicked.connect(self.upload_wanted)
        self.year.textChanged.connect(self.year_typed)
        self._reason.textChanged.connect(self.reason_typed)
        self.show_asked(asked)

    def _records(self, asked: Confirmation) -> QWidget:
        holder = QWidget()
        column = Column(holder)
        head = Row(spacing=8)
        for words, width in (("", 104), ("Kinometric", 0), ("", 96), (f"athenaOne, read again at {asked.read_at}", 0)):
            text = Text(words, "label", "text-2")
            fix_size(text, width=width) if width else None
            head.addWidget(text, 0 if width else 1)
        column.addLayout(head)
        column.addSpacing(look().px(4))
        for fact in asked.facts:
            column.addWidget(Line())
            column.addWidget(self._record_row(fact))
        column.addWidget(Line())
        if asked.differences:
            accepted = Text(asked.differences, "small", "text-2", wrap=True)
            row = Row(margins=(112, 6, 0, 6))
            row.addWidget(accepted)
            column.addLayout(row)
            column.addWidget(Line(tone="border-strong"))
        return holder

    def _record_row(self, fact: CompareFact) -> QWidget:
        row_widget = QWidget()
        min_size(row_widget, height=31)
        row = Row(row_widget, spacing=8)
        label = Text(fact.label, "label", "text-2")
        fix_size(label, width=104)
        ours, theirs = Text(fact.ours, "body", wrap=True), Text(fact.theirs, "body", wrap=True)
        verdict = _VerdictCell(fact)
        row.addWidget(label)
        row.addWidget(ours, 1)
        row.addWidget(verdict)
        row.addWidget(theirs, 1)
        row_widget.setAccessibleName(f"{fact.label}: Kinometric {fact.ours}, athenaOne {fact.theirs}, {fact.word}")
        self._values[fact.label] = (ours, theirs)
        return row_widget

    def _details(self, asked: Confirmation) -> QWidget:
        holder = QWidget()
        grid = Grid(holder, gaps=(16, 8))
        for place, (label, value) in enumerate(asked.details):
            row, left = divmod(place, 2)
            grid.addWidget(Text(label, "label", "text-2"), row, left * 2)
            grid.addWidget(Text(value, "body", wrap=True), row, left * 2 + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return holder

    def _year_row(self, asked: Confirmation) -> QWidget:
        holder = QWidget()
        row = Row(holder, spacing=16)
        words = Column(spacing=2)
        words.addWidget(Text("Birth year, as the patient says it", "body_strong"))
        self._hidden = Text("Hidden on this screen until it equals both records.", "small", "text-2")
        words.addWidget(self._hidden)
        row.addLayout(words, 1)
        self.year = DigitCells("report.confirm.year", "Birth year, as the patient says it", 4)
        self.year.setEnabled(not asked.obstacle)
        row.addWidget(self.year)
        return holder

    def show_asked(self, asked: Confirmation) -> None:
        """Show how far the answer has come."""
        for fact in asked.facts:
            ours, theirs = self._values[fact.label]
            ours.setText(fact.ours)
            theirs.setText(fact.theirs)
        if asked.year_attempt != self._attempt:
            self._attempt = asked.year_attempt
            self.year.clear()
            self.year.set_wrong(True)
            self.year.setFocus()
        complaint = asked.obstacle or asked.complaint
        changed = complaint != self._error.text()
        self._error.say(complaint)
        self.upload.setEnabled(asked.ready)
        if changed and self.isVisible():
            self.fit()

    def _facts_height(self, panel_width: int) -> int:
        """How high all facts are: where there is no room for that, only they scroll."""
        layout = self._facts.layout()
        layout.activate()
        width = panel_width - look().px(48)
        height = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else self._facts.sizeHint().height()
        self._facts.setMinimumHeight(height)
        return height

    def set_low(self, low: bool) -> None:
        """In a low window the birth year keeps its place, and both records come before anything else that scrolls."""
        super().set_low(low)
        self._hidden.setVisible(not low)
        self._column.insertWidget(2 if low else 0, self._no_way_back)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is the safe default, Cancel, unless the focus is on Upload; in the year's cells it does nothing."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self.year.hasFocus() and not self._reason.hasFocus() and not event.isAutoRepeat():
                self.finish(False)
            event.accept()
            return
        step = _SCROLLS.get(Qt.Key(event.key()))
        if step is not None:
            self._scroll.verticalScrollBar().triggerAction(step)
            event.accept()
            return
        super().keyPressEvent(event)


class _VerdictCell(QWidget):
    """A verdict's symbol and word."""

    def __init__(self, fact: CompareFact) -> None:
        super().__init__()
        self._fact = fact
        fix_size(self, width=96)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if not self._fact.verdict:
            return
        painter = QPainter(self)
        side = look().px(16)
        draw_symbol(painter, self._fact.verdict, QRectF(0, (self.height() - side) / 2, side, side), role="body")  # type: ignore[arg-type]
        painter.setFont(look().font("label"))
        painter.setPen(look().colour(_TONES.get(self._fact.verdict, "text-2")))
        room = self.rect().adjusted(side + look().px(4), 0, 0, 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self._fact.word)
        painter.end()


class _HatchMark(PaintedMark):
    SIZE = (12, 16)

    def __init__(self) -> None:
        super().__init__()
        fix_size(self, width=12, height=16)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        fill_hatch(painter, QRectF(self.rect()))
        painter.setPen(look().colour("control"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
