"""The traces of one stance: three lanes over one time axis, losses of balance, and a line to read values."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.review_curves import STANCE_NAMES, StanceCurves
from kinometric_desktop.ui.plots.canvas import PlotCanvas
from kinometric_desktop.ui.plots.lanes import LaneCurves, LaneGeometry
from kinometric_desktop.ui.plots.theme import PlotTheme
from kinometric_desktop.ui.plots.ticks import STANDARD_M_S2, amplitude_for, next_amplitude, scale_words
from kinometric_desktop.ui.plots.traces_paint import paint_traces

WINDOW_S = (0.0, 10.0)
SHORTEST_VIEW_S = 0.2
_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class StanceTraces(PlotCanvas):
    """Three lanes over one time axis.

    Keys: Left and Right move the line by 0.01 s, with Shift by 0.1 s; Home and End; + and − change the scale, 0 goes
    back to the standard; Ctrl with Up, Down, Left and Right zooms and moves in time; G turns the grid on and off.

    Parameters
    ----------
    theme : PlotTheme
    large : bool
        The enlarged view: heavier lines, numbers on the lanes, value labels at the line.
    """

    line_moved = Signal(float)
    amplitude_changed = Signal(float)
    time_range_changed = Signal(float, float)
    grid_changed = Signal(bool)
    enlarge_wanted = Signal()

    def __init__(self, theme: PlotTheme, parent: QWidget | None = None, *, large: bool = False) -> None:
        super().__init__(theme, parent)
        self.large = large
        self.lanes: LaneCurves | None = None
        self.earlier_lanes: LaneCurves | None = None
        self.line_s: float | None = None
        self.grid_shown = True
        self._amplitude_m_s2 = STANDARD_M_S2
        self._range_s = WINDOW_S
        self._drag_from: tuple[float, tuple[float, float]] | None = None
        self.setAccessibleName("Traces")

    def sizeHint(self) -> QSize:
        """The size of picture 04, or 05 when large."""
        return QSize(620, 420) if self.large else QSize(322, 129)

    @property
    def curves(self) -> StanceCurves | None:
        """What is drawn."""
        return None if self.lanes is None else self.lanes.curves

    @property
    def amplitude_m_s2(self) -> float:
        """Half the height of a lane."""
        return self._amplitude_m_s2

    @property
    def range_s(self) -> tuple[float, float]:
        """The times at the left and right edge."""
        return self._range_s

    @property
    def extent_s(self) -> tuple[float, float]:
        """The times that can be seen at most."""
        curves = self.curves
        if curves is None:
            return WINDOW_S
        return min(WINDOW_S[0], curves.start_s), max(WINDOW_S[1], curves.end_s)

    def show_curves(self, curves: StanceCurves | None, earlier: StanceCurves | None = None) -> None:
        """Draw a stance over its whole time, and an earlier session of it in grey below."""
        self.lanes = None if curves is None else LaneCurves(curves)
        self.earlier_lanes = None if earlier is None else LaneCurves(earlier)
        self._range_s = self.extent_s
        if curves is not None:
            self.setAccessibleName(f"Traces, {curves.stance}, {STANCE_NAMES[curves.stance]}")
            if self.line_s is not None:
                self.line_s = min(max(self.line_s, curves.start_s), curves.end_s)
        self.content_changed()

    def has_data(self) -> bool:
        """True when there are curves."""
        return self.lanes is not None

    def set_amplitude(self, amplitude_m_s2: float) -> None:
        """Change the scale of all lanes."""
        if amplitude_m_s2 != self._amplitude_m_s2:
            self._amplitude_m_s2 = amplitude_m_s2
            self.content_changed()
            self.amplitude_changed.emit(amplitude_m_s2)

    def closer(self) -> None:
        """One step closer."""
        self.set_amplitude(next_amplitude(self._amplitude_m_s2, closer=True))

    def farther(self) -> None:
        """One step farther away."""
        self.set_amplitude(next_amplitude(self._amplitude_m_s2, closer=False))

    def fit(self) -> None:
        """The smallest scale that holds everything."""
        if self.lanes is not None:
            self.set_amplitude(amplitude_for(max(self.lanes.largest_m_s2())))

    def standard(self) -> None:
        """The standard scale, and the whole time."""
        self.set_amplitude(STANDARD_M_S2)
        self.set_time_range(*self.extent_s)

    def set_time_range(self, from_s: float, to_s: float) -> None:
        """Show a stretch of time, kept inside what there is."""
        low, high = self.extent_s
        from_s, to_s = float(from_s), float(to_s)
        span = min(max(to_s - from_s, SHORTEST_VIEW_S), high - low)
        start = min(max(from_s, low), high - span)
        if (start, start + span) != self._range_s:
            self._range_s = (start, start + span)
            self.update()
            self.time_range_changed.emit(*self._range_s)

    def zoom_time(self, factor: float, around_s: float | None = None) -> None:
        """Show ``factor`` times as much time around a moment."""
        from_s, to_s = self._range_s
        around = around_s if around_s is not None else (self.line_s if self.line_s is not None else (from_s + to_s) / 2)
        share = (around - from_s) / (to_s - from_s)
        span = max((to_s - from_s) * factor, SHORTEST_VIEW_S)
        self.set_time_range(around - share * span, around - share * span + span)

    def pan(self, share: float) -> None:
        """Move by a share of what is visible."""
        from_s, to_s = self._range_s
        step = (to_s - from_s) * share
        self.set_time_range(from_s + step, to_s + step)

    def move_line(self, to_s: float | None) -> None:
        """Put the line at a time, on a whole hundredth of a second; None takes it away."""
        if to_s is not None and self.curves is not None:
            to_s = min(max(round(float(to_s), 2), self.curves.start_s), self.curves.end_s)
        if to_s != self.line_s:
            self.line_s = to_s
            self.update()
            if to_s is not None:
                if not self._range_s[0] <= to_s <= self._range_s[1]:
                    half = (self._range_s[1] - self._range_s[0]) / 2
                    self.set_time_range(to_s - half, to_s + half)
                self.line_moved.emit(to_s)

    def show_grid(self, shown: bool) -> None:
        """Grid lines on or off; the zero lines stay."""
        if shown != self.grid_shown:
            self.grid_shown = shown
            self.update()
            self.grid_changed.emit(shown)

    def geometry_of_lanes(self) -> LaneGeometry:
        """Where everything lies at the present size."""
        metrics = self.font_of()[1]
        gutter = max(self.scaled(32), max(self.width_of(name, 600) for name in self._lane_names()) + 8)
        bottom = metrics.height() + 4
        right = self.scaled(8)
        height = max(float(self.height()) - bottom - 1, 30.0)
        frame = QRectF(gutter, 0.0, max(self.width() - gutter - right, 20.0), float(int(height)))
        return LaneGeometry(frame, *self._range_s, self._amplitude_m_s2)

    def summary(self) -> str:
        """Which stance, how long, how large, and whether balance was lost."""
        if self.lanes is None or self.curves is None:
            return "No traces."
        curves = self.curves
        largest = self.lanes.largest_m_s2()
        sizes = ", ".join(f"{name} {size:.2f}" for name, size in zip(curves.lane_names, largest, strict=True))
        event = curves.event
        loss = f"balance lost, {event.text}" if event is not None else "no loss of balance marked"
        return (
            f"{curves.stance}, {STANCE_NAMES[curves.stance].lower()}: "
            f"acceleration over {curves.end_s - curves.start_s:.1f} s; "
            f"largest {sizes} m/s²; {loss}; scale {scale_words(self._amplitude_m_s2)}."
        )

    def paint_plot(self, painter: QPainter) -> None:
        """Paint everything."""
        paint_traces(self, painter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the line, zoom, pan; other keys go on to the screen."""
        if not self._key(event):
            super().keyPressEvent(event)

    def _key(self, event: QKeyEvent) -> bool:
        key, held = event.key(), event.modifiers()
        control = bool(held & Qt.KeyboardModifier.ControlModifier)
        curves = self.curves
        if curves is None:
            return False
        if key in _MOVES:
            if control:
                self.pan(0.1 * _MOVES[Qt.Key(key)])
            else:
                step = 0.1 if held & Qt.KeyboardModifier.ShiftModifier else 0.01
                start = self.line_s if self.line_s is not None else curves.start_s
                self.move_line(start + step * _MOVES[Qt.Key(key)])
            return True
        if control and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.zoom_time(0.5 if key == Qt.Key.Key_Up else 2.0)
            return True
        if control:
            return False
        actions = {
            Qt.Key.Key_Home: lambda: self.move_line(curves.start_s),
            Qt.Key.Key_End: lambda: self.move_line(curves.end_s),
            Qt.Key.Key_Plus: self.closer,
            Qt.Key.Key_Equal: self.closer,
            Qt.Key.Key_Minus: self.farther,
            Qt.Key.Key_0: self.standard,
            Qt.Key.Key_G: lambda: self.show_grid(not self.grid_shown),
        }
        action = actions.get(Qt.Key(key))
        if action is not None:
            action()
        return action is not None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl, zoom in time where the pointer is; without it the page scrolls."""
        if self.curves is None or not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        around = self.geometry_of_lanes().time_at(event.position().x())
        self.zoom_time(0.8 if event.angleDelta().y() > 0 else 1.25, around)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the line where it was clicked; a drag moves in time."""
        if event.button() == Qt.MouseButton.LeftButton and self.curves is not None:
            geometry = self.geometry_of_lanes()
            self._drag_from = (event.position().x(), self._range_s)
            if geometry.frame.contains(event.position()):
                self.move_line(geometry.time_at(event.position().x()))
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move in time while the button is held, where there is more time than is shown."""
        if self._drag_from is not None and self._range_s != self.extent_s:
            x, (from_s, to_s) = self._drag_from
            shift = (x - event.position().x()) / self.geometry_of_lanes().pixels_per_s
            self.set_time_range(from_s + shift, to_s + shift)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The drag is over."""
        self._drag_from = None
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the enlarged view."""
        self.enlarge_wanted.emit()
        event.accept()

    def _lane_names(self) -> tuple[str, str, str]:
        return self.curves.lane_names if self.curves is not None else ("AP", "ML", "V")

    def line_point(self, lane: int) -> QPointF | None:
        """Where the line meets a lane's curve."""
        if self.line_s is None or self.curves is None:
            return None
        geometry = self.geometry_of_lanes()
        value = self.curves.values_at(self.line_s)[lane]
        return QPointF(geometry.x_of(self.line_s), geometry.y_of(lane, value))
