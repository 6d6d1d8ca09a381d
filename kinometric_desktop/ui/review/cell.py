"""One of the four stances: name, score, level, hold line, sway path and traces."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from kinometric.contract.sessions import Stance
from kinometric_desktop.app.review_state import StanceCell
from kinometric_desktop.ui.plots.path import SwayPath
from kinometric_desktop.ui.plots.theme import present_theme
from kinometric_desktop.ui.plots.traces import StanceTraces
from kinometric_desktop.ui.review.parts import NumberCap, StanceMarker
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Row, fix_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.chip import Chip, LevelChip
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.text import ElidedText, SymbolText, Text

MARGINS, NARROW_MARGINS = (16, 4, 12, 10), (12, 4, 8, 10)


class _SideBySide(QWidget):
    """The square path at the left, as high as there is room, and the traces in the rest."""

    def __init__(self, path: SwayPath, traces: StanceTraces) -> None:
        super().__init__()
        self._path, self._traces = path, traces
        path.setParent(self)
        traces.setParent(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = max(min(self.height(), self.width() // 2), 1)
        gap = look().px(16)
        self._path.setGeometry(0, 0, side, side)
        self._traces.setGeometry(side + gap, 0, max(self.width() - side - gap, 1), side)


TIGHT_BELOW = 480
"""Width of a cell in px of the design, below which a line has no room for all of its words: 456 at 1280."""


class StanceCellView(Pane):
    """A stance on the review screen.

    ``focused`` is emitted when the person moves into it, ``enlarge_wanted`` on a double click, ``traces_shown`` when
    its traces have been painted on the screen.
    """

    focused = Signal(str)
    enlarge_wanted = Signal(str)
    traces_shown = Signal(str)
    add_wanted = Signal(str)
    outcome_wanted = Signal(str)

    def __init__(self, stance: Stance, number: int, name: str, lines: tuple[str, ...]) -> None:
        super().__init__(lines=lines)
        self.stance = stance
        self._narrow = False
        self._hold_detail = ""
        self.setObjectName(f"review.cell.{stance}")
        self._cap = NumberCap(number)
        self._score = Text("", "score_large")
        self._chip = LevelChip()
        self._not_scorable = Chip("Not scorable", tone="stop", icon="barred")
        self._hold = SymbolText("", "", "text-2", role="label", gap=4)
        self._detail = ElidedText("", "small", "text-2")
        self._provisional = Text("provisional", "label", "warn")
        self._note = Text("", "small", "text-3")
        theme = present_theme()
        self.path = SwayPath(theme)
        self.path.setObjectName(f"review.path.{stance}")
        self.traces = StanceTraces(theme)
        self.traces.setObjectName(f"review.traces.{stance}")
        self.traces.was_shown.connect(lambda: self.traces_shown.emit(self.stance))
        self.traces.enlarge_wanted.connect(lambda: self.enlarge_wanted.emit(self.stance))
        self._body = QStackedWidget()
        self._body.addWidget(self._plots())
        self._body.addWidget(self._words())
        self._column = column = Column(self, margins=MARGINS)
        head = Row(spacing=8)
        head.addWidget(self._cap)
        self._marker = StanceMarker(stance)
        self._name = ElidedText(name, "body")
        self._room = QWidget()
        self._room.hide()
        head.addWidget(self._marker)
        head.addWidget(Text(stance, "body_strong"))
        head.addWidget(self._name, 1)
        head.addWidget(self._room, 1)
        head.addWidget(self._score)
        head.addWidget(self._chip)
        head.addWidget(self._not_scorable)
        upper = QWidget()
        upper.setLayout(head)
        fix_size(upper, height=28)
        column.addWidget(upper)
        line = Row(spacing=8)
        line.addWidget(self._hold)
        line.addWidget(self._detail, 1)
        line.addWidget(self._note)
        line.addWidget(self._provisional)
        lower = QWidget()
        lower.setLayout(line)
        fix_size(lower, height=18)
        column.addWidget(lower)
        column.addSpacing(look().px(6))
        column.addWidget(self._body, 1)
        for plot in (self.path, self.traces):
            plot.installEventFilter(self)

    def _plots(self) -> QWidget:
        return _SideBySide(self.path, self.traces)

    def _words(self) -> QWidget:
        holder = QWidget()
        column = Column(holder, margins=(0, 8, 16, 0), spacing=8)
        self._why = Text("", "body", "text-2", wrap=True)
        column.addWidget(self._why)
        buttons = Row(spacing=8)
        self.add_button = Button("Add recording…", f"review.cell.{self.stance}.add", small=True)
        self.outcome_button = Button("Why there is none…", f"review.cell.{self.stance}.outcome", small=True, key="O")
        self.add_button.setAccessibleName(f"Add recording for {self.stance}")
        self.outcome_button.setAccessibleName(f"Why there is no test for {self.stance}")
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.outcome_button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)
        self.add_button.clicked.connect(lambda: self.add_wanted.emit(self.stance))
        self.outcome_button.clicked.connect(lambda: self.outcome_wanted.emit(self.stance))
        return holder

    def show_cell(self, cell: StanceCell, *, focused: bool, may_review: bool, may_write: bool) -> None:
        """Show a stance's state."""
        self._cap.set_on(focused)
        self._score.setText(cell.score)
        self._score.setAccessibleName(f"{cell.stance} score {cell.score}" if cell.score else "")
        not_scorable = cell.hold.kind in ("not_scorable", "ended_early")
        self._not_scorable.setVisible(not_scorable)
        self._chip.setVisible(not not_scorable)
        self._chip.set(cell.level, for_age=cell.level_for_age)
        self._note.setText(cell.note)
        self._hold.set(cell.hold.icon, cell.hold.text, cell.hold.tone, text_tone=self._hold_ink(cell))
        self._hold_detail = cell.hold.detail
        self._provisional.setVisible(cell.hold.provisional)
        self._fit_detail()
        if cell.curves is not None:
            if self.traces.curves is not cell.curves or self._earlier_changed(cell):
                self.path.show_curves(cell.curves, cell.earlier_curves)
                self.traces.show_curves(cell.curves, cell.earlier_curves)
            self._body.setCurrentIndex(0)
        else:
            self.path.show_curves(None)
            self.traces.show_curves(None)
            self._why.setText(self._reason(cell))
            self.add_button.setVisible(may_write and not cell.has_recording and cell.hold.kind != "unable")
            self.outcome_button.setVisible(may_review and cell.hold.kind == "nothing")
            self._body.setCurrentIndex(1)
        only_words = cell.curves is None and self.add_button.isHidden() and self.outcome_button.isHidden()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if only_words else Qt.FocusPolicy.NoFocus)
        parts = [cell.stance, cell.name]
        parts += [f"score {cell.score}"] if cell.score else []
        parts += [self._chip.text()] if self._chip.text() and not not_scorable else []
        parts += [cell.hold.text, "provisional" if cell.hold.provisional else "", cell.hold.detail]
        self.setAccessibleName(", ".join(part for part in parts if part))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_detail()

    def _fit_detail(self) -> None:
        """The word for the evidence is never cut off; what the quality says too gives way to it."""
        tight = look().effective_width(self.width()) < TIGHT_BELOW
        self._note.setVisible(bool(self._note.text()) and not self._narrow and not tight)
        self._detail.setText(self._hold_detail.removesuffix(" evidence") if tight else self._hold_detail)

    def set_narrow(self, narrow: bool) -> None:
        """In a narrow window the stance's code stands for its name; the accessible name keeps all of it."""
        self._narrow = narrow
        self._marker.setVisible(not narrow)
        self._name.setVisible(not narrow)
        self._room.setVisible(narrow)
        self._column.set_margins(NARROW_MARGINS if narrow else MARGINS)
        self._chip.set_tight(narrow)
        self._note.setVisible(bool(self._note.text()) and not narrow)

    def take_focus(self) -> None:
        """Move the keyboard here: to the traces, to what can be done, or to the cell itself where it only says why."""
        wanted: list[QWidget] = [self.traces, self.add_button, self.outcome_button]
        target = next((widget for widget in wanted if widget.isVisible()), self)
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(look().colour("focus"), 2))
            painter.drawRect(self.rect().adjusted(2, 2, -3, -3))
            painter.end()

    def _hold_ink(self, cell: StanceCell) -> str:
        return "text" if cell.hold.provisional else ("" if cell.hold.tone != "text-2" else "text-2")

    def _earlier_changed(self, cell: StanceCell) -> bool:
        shown = self.traces.earlier_lanes.curves if self.traces.earlier_lanes is not None else None
        return shown is not cell.earlier_curves

    def _reason(self, cell: StanceCell) -> str:
        if cell.not_scorable:
            return cell.not_scorable
        if cell.hold.kind == "nothing":
            return "There is no recording yet, and no word why."
        return cell.explanation or cell.hold.detail

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click puts the focus on this stance."""
        self.focused.emit(self.stance)
        super().mousePressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Moving into a plot puts the focus on this stance."""
        if event.type() == QEvent.Type.FocusIn:
            self.focused.emit(self.stance)
        return super().eventFilter(watched, event)
