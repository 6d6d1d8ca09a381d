"""One stance enlarged: sway path, traces with a line to read values, and measures beside an earlier session's."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from kinometric_desktop.app.review_curves import StanceCurves
from kinometric_desktop.app.review_state import STANCES, ReviewState, StanceCell
from kinometric_desktop.ui.plots.path import SwayPath
from kinometric_desktop.ui.plots.table_twin import trace_table
from kinometric_desktop.ui.plots.theme import present_theme
from kinometric_desktop.ui.plots.ticks import STANDARD_M_S2, signed
from kinometric_desktop.ui.plots.traces import StanceTraces
from kinometric_desktop.ui.review.measures import MeasuresPane
from kinometric_desktop.ui.review.parts import LineSample, ShadeSample, StanceMarker
from kinometric_desktop.ui.review.tables import TwinPane
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Row, fix_size, min_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.chip import LevelChip
from kinometric_desktop.ui.widgets.field import Select
from kinometric_desktop.ui.widgets.pane import Pane, PaneLayout, PanePlace
from kinometric_desktop.ui.widgets.segmented import Segmented
from kinometric_desktop.ui.widgets.text import ElidedText, Text

START_S = 3.42


class OneStance(QWidget):
    """The enlarged view; ``back_wanted`` goes back to all four."""

    back_wanted = Signal()
    stance_chosen = Signal(str)
    compare_chosen = Signal(str)
    table_wanted = Signal()
    traces_shown = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("review.one")
        self._stance = STANCES[0]
        self._curves: StanceCurves | None = None
        self._earlier: StanceCurves | None = None
        column = Column(self)
        column.addWidget(self._toolbar())
        self.measures = MeasuresPane()
        places = [
            PanePlace("path", "Path", self._path_pane(), 344),
            PanePlace("traces", "Traces", self._trace_pane()),
            PanePlace("measures", "Measures", self.measures, 288),
        ]
        self.panes = PaneLayout("review.one", places, first="traces")
        column.addWidget(self.panes, 1)
        self.panes.narrow_changed.connect(self._narrow_changed)
        self._narrow_changed(self.panes.narrow)

    def minimumSizeHint(self) -> QSize:
        """Never wider than a narrow window: what has no room there has its key."""
        return QSize(look().px(320), look().px(160))

    def _narrow_changed(self, narrow: bool) -> None:
        for widget in (self._scale_label, self._scale, self._compare):
            widget.setVisible(not narrow)

    def _toolbar(self) -> QWidget:
        bar = Pane(lines=("bottom",))
        fix_size(bar, height=48)
        row = Row(bar, margins=(16, 0, 16, 0), spacing=8)
        self._back = Button("All four", "review.one.back", key="Esc", icon="chevron-left", small=True)
        self._stances = Segmented("review.one.stance", [(stance, stance) for stance in STANCES], "Stance")
        self._scale = Segmented(
            "review.one.scale", [("standard", f"Standard ±{STANDARD_M_S2:g} m/s²"), ("fit", "Fit")], "Scale"
        )
        self._compare = Select("review.one.compare", "Compare with an earlier session")
        self._table = Button("Table", "review.one.table", key="T", small=True)
        row.addWidget(self._back)
        row.addSpacing(8)
        row.addWidget(self._stances)
        row.addStretch(1)
        self._scale_label = Text("Scale", "label", "text-2")
        row.addWidget(self._scale_label)
        row.addWidget(self._scale)
        row.addWidget(self._compare)
        row.addWidget(self._table)
        self._back.clicked.connect(self.back_wanted)
        self._stances.chosen.connect(self.stance_chosen)
        self._scale.chosen.connect(self._scale_chosen)
        self._compare.activated.connect(lambda _: self.compare_chosen.emit(str(self._compare.currentData() or "")))
        self._table.clicked.connect(self.table_wanted)
        return bar

    def _path_pane(self) -> QWidget:
        pane = Pane(lines=("right",))
        column = Column(pane, margins=(16, 10, 16, 12), spacing=4)
        head = Row(spacing=8)
        self._marker = StanceMarker("LBEO")
        self._code = Text("", "heading")
        self._score = Text("", "score_large")
        self._chip = LevelChip()
        head.addWidget(self._marker)
        head.addWidget(self._code)
        head.addStretch(1)
        head.addWidget(self._score)
        head.addWidget(self._chip)
        column.addLayout(head)
        self._path_words = Text("", "small", "text-2", wrap=True)
        column.addWidget(self._path_words)
        column.addSpacing(look().px(4))
        self.path = SwayPath(present_theme(), large=True)
        self.path.setObjectName("review.one.path")
        column.addWidget(self.path, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(look().px(8))
        self._key_now, self._now_words = self._key(column, earlier=False)
        self._key_then, self._then_words = self._key(column, earlier=True)
        column.addSpacing(look().px(8))
        self._held = Text("", "small", "text", wrap=True)
        self._age = Text("", "small", "text-2", wrap=True)
        column.addWidget(self._held)
        column.addWidget(self._age)
        column.addStretch(1)
        return pane

    def _key(self, column: Column, *, earlier: bool) -> tuple[LineSample, Text]:
        row = Row(spacing=8)
        sample = LineSample(earlier=earlier, dotted=earlier)
        words = Text("", "small", "text-2")
        row.addWidget(sample)
        row.addWidget(words, 1)
        column.addLayout(row)
        return sample, words

    def _trace_pane(self) -> QWidget:
        pane = Pane(lines=("right",))
        column = Column(pane, margins=(16, 10, 16, 12), spacing=8)
        head = Row(spacing=8)
        head.addWidget(Text("Acceleration, m/s²", "body_strong"))
        head.addWidget(ElidedText("raw, 100 Hz, gravity removed", "small", "text-2"), 1)
        self._then_sample = LineSample(earlier=True)
        self._then_label = Text("", "small", "text-2")
        head.addWidget(self._then_sample)
        head.addWidget(self._then_label)
        column.addLayout(head)
        self._stack = QStackedWidget()
        self.traces = StanceTraces(present_theme(), large=True)
        self.traces.setObjectName("review.one.traces")
        self.twin = TwinPane("review.one.seconds")
        self._stack.addWidget(self.traces)
        self._stack.addWidget(self.twin)
        column.addWidget(self._stack, 1)
        shade = Row(spacing=8)
        shade.addWidget(ShadeSample())
        self._shade_words = Text("", "small", "text-2")
        shade.addWidget(self._shade_words, 1)
        column.addLayout(shade)
        self._readout = _ReadOut()
        column.addWidget(self._readout)
        min_size(self._stack, height=170)
        scroll = QScrollArea()
        scroll.setObjectName("review.one.scroll")
        scroll.setAccessibleName("Traces")
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(pane)
        self.traces.was_shown.connect(lambda: self.traces_shown.emit(self._stance))
        self.traces.line_moved.connect(lambda _: self._read())
        self.traces.amplitude_changed.connect(self._amplitude_changed)
        self.traces.grid_changed.connect(self.path.show_grid)
        return scroll

    def show_state(self, state: ReviewState) -> None:
        """Show the stance in focus."""
        cell = state.cell(state.focus)
        if cell is None:
            return
        changed = cell.curves is not self._curves or cell.earlier_curves is not self._earlier
        self._stance, self._curves, self._earlier = cell.stance, cell.curves, cell.earlier_curves
        self._stances.choose(cell.stance)
        for other in state.cells:
            self._stances.set_count(other.stance, other.score)
        self._show_head(cell)
        if changed:
            self.path.show_curves(cell.curves, cell.earlier_curves)
            self.traces.show_curves(cell.curves, cell.earlier_curves)
            if self.traces.line_s is None and cell.curves is not None:
                self.traces.move_line(START_S)
            self._read()
        choices = [("", "Compare with…"), *((key, f"Compare with {words}") for key, words in state.comparable)]
        self._compare.set_choices(choices, state.compare_with)
        self._compare.setEnabled(bool(state.comparable))
        then = cell.earlier_curves
        for widget in (self._then_sample, self._then_label, self._key_then, self._then_words):
            widget.setVisible(then is not None)
        self._then_label.setText(then.label if then is not None else "")
        self._key_now.set_stance(cell.stance)
        self._now_words.setText(_ellipse_words(cell.curves))
        self._then_words.setText(_ellipse_words(then))
        self._shade_words.setText(_not_measured(cell.curves))
        if state.table_shown and cell.curves is not None:
            self.twin.show_twin(trace_table(cell.curves))
        self._stack.setCurrentIndex(1 if state.table_shown and cell.curves is not None else 0)
        self._table.set_text("Plot" if state.table_shown else "Table")
        self.measures.show_state(state, cell)

    def _show_head(self, cell: StanceCell) -> None:
        self._marker.set_stance(cell.stance)
        self._code.setText(cell.stance)
        self._score.setText(cell.score)
        self._chip.set(cell.level, for_age=cell.level_for_age)
        self._chip.setVisible(cell.level is not None)
        measured = cell.curves.measured_s if cell.curves is not None else None
        stretch = f" Sway path, {measured[0]:.1f}–{measured[1]:.1f} s." if measured is not None else ""
        self._path_words.setText(f"{cell.name}.{stretch}")
        self._held.setText(cell.explanation)
        self._age.setText(f"{cell.age_sentence}." if cell.age_sentence else "")

    def take_focus(self) -> None:
        """Move the keyboard to the traces, or their table."""
        if self._stack.currentIndex() == 1:
            self.twin.take_focus()
        else:
            self.traces.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _scale_chosen(self, choice: str) -> None:
        if choice == "fit":
            self.traces.fit()
        else:
            self.traces.standard()

    def _amplitude_changed(self, amplitude_m_s2: float) -> None:
        self.path.set_amplitude(amplitude_m_s2)
        self._scale.choose("standard" if amplitude_m_s2 == STANDARD_M_S2 else "fit")

    def _read(self) -> None:
        self._readout.show_values(self.traces.line_s, self._curves, self._earlier)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the path square."""
        super().resizeEvent(event)
        self.look_changed()

    def look_changed(self) -> None:
        """Keep the path square at the present size."""
        width = self.path.parentWidget().width() - look().px(33) if self.path.parentWidget() is not None else 312
        height = self.height() - look().px(48 + 200)
        side = max(min(look().px(312), max(height, look().px(160)), max(width, look().px(160))), 80)
        self.path.setFixedSize(side, side)


class _ReadOut(Pane):
    """The values where the line stands, with the earlier session's beside them."""

    def __init__(self) -> None:
        super().__init__(lines=("left", "right", "top", "bottom"), line_tone="border-strong")
        self.setObjectName("review.one.readout")
        fix_size(self, height=38)
        row = Row(self, margins=(12, 0, 12, 0), spacing=14)
        self._text = Text("", "body", rich=True)
        row.addWidget(self._text, 1)
        row.addWidget(Text("m/s²", "small", "text-2"))

    def show_values(self, line_s: float | None, curves: StanceCurves | None, earlier: StanceCurves | None) -> None:
        """Show the values at a time."""
        if line_s is None or curves is None:
            self._text.setText("")
            self.setAccessibleName("No line")
            return
        before = earlier.values_at(line_s) if earlier is not None and line_s <= earlier.end_s else None
        parts = [f'<span style="font-weight:600; color:@accent-text">{line_s:.2f} s</span>']
        spoken = [f"{line_s:.2f} seconds"]
        for place, (name, value) in enumerate(zip(curves.lane_names, curves.values_at(line_s), strict=True)):
            part = f'<span style="color:@text-2">{name}</span> <span style="font-weight:600">{signed(value, 3)}</span>'
            if before is not None and place < 2:
                part += f' <span style="color:@text-2">was {signed(before[place], 3)}</span>'
            parts.append(part)
            spoken.append(f"{name} {signed(value, 3)}")
        self._text.setText("&nbsp;&nbsp;&nbsp;&nbsp;".join(parts))
        self.setAccessibleName(", ".join(spoken))


def _ellipse_words(curves: StanceCurves | None) -> str:
    if curves is None or curves.ellipse95_m2_s4 is None:
        return "no ellipse"
    return f"{curves.label}  ellipse {curves.ellipse95_m2_s4:.2f} (m/s²)²"


def _not_measured(curves: StanceCurves | None) -> str:
    if curves is None or curves.measured_s is None:
        return "not measured"
    if curves.event is not None:
        return "not measured: first 1 s, and after the loss of balance (grey)"
    return "not measured: first 1 s, last 0.5 s"
