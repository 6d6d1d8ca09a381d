"""The sway path: first axis up, second axis to the right, in a square of a fixed scale, with its 95 % ellipse."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from kinometric_desktop.app.review_curves import STANCE_NAMES, FloatArray, StanceCurves
from kinometric_desktop.ui.plots.canvas import PlotCanvas
from kinometric_desktop.ui.plots.strokes import draw_curve, hairlines, pen_of, polyline
from kinometric_desktop.ui.plots.theme import PlotTheme
from kinometric_desktop.ui.plots.ticks import STANDARD_M_S2, scale_words, ticks_between

PREVIOUS_DASH = (2.0, 3.0)


class SwayPath(PlotCanvas):
    """A square plot of the path of the measured part.

    Parameters
    ----------
    theme : PlotTheme
    large : bool
        The enlarged view: a heavier ellipse.
    words : bool
        Whether the axes and the scale are written inside; off for the small squares of a list.
    """

    def __init__(
        self, theme: PlotTheme, parent: QWidget | None = None, *, large: bool = False, words: bool = True
    ) -> None:
        super().__init__(theme, parent)
        self._large = large
        self._words = words
        self._curves: StanceCurves | None = None
        self._earlier: StanceCurves | None = None
        self._amplitude_m_s2 = STANDARD_M_S2
        self._grid = True
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Sway path")

    def heightForWidth(self, width: int) -> int:
        """As high as wide."""
        return width

    def sizeHint(self) -> QSize:
        """The square of picture 04, or 05 when large."""
        side = 312 if self._large else 129
        return QSize(side, side)

    @property
    def curves(self) -> StanceCurves | None:
        """What is drawn."""
        return self._curves

    def show_curves(self, curves: StanceCurves | None, earlier: StanceCurves | None = None) -> None:
        """Draw a stance, and an earlier session of it in grey below."""
        self._curves = curves
        self._earlier = earlier
        if curves is not None:
            self.setAccessibleName(f"Sway path, {curves.stance}, {STANCE_NAMES[curves.stance]}")
        self.content_changed()

    def set_amplitude(self, amplitude_m_s2: float) -> None:
        """Half the side of the square, in m/s2."""
        if amplitude_m_s2 != self._amplitude_m_s2:
            self._amplitude_m_s2 = amplitude_m_s2
            self.content_changed()

    def show_grid(self, shown: bool) -> None:
        """Grid lines on or off; the zero lines stay."""
        self._grid = shown
        self.update()

    def has_data(self) -> bool:
        """True when a path can be drawn."""
        return self._curves is not None and self._curves.path_m_s2 is not None

    def square(self) -> QRectF:
        """The plot's square inside the widget, in pixels."""
        side = float(min(self.width(), self.height()))
        return QRectF(0.0, 0.0, side, side)

    def position(self, first_m_s2: float, second_m_s2: float) -> QPointF:
        """Where a point of the two axes lies, in pixels."""
        square = self.square()
        per_unit = (square.width() - 1) / (2 * self._amplitude_m_s2)
        middle = (square.width() - 1) / 2
        return QPointF(square.left() + middle + second_m_s2 * per_unit, square.top() + middle - first_m_s2 * per_unit)

    def parts(self) -> tuple[slice, slice] | None:
        """The samples of the measured path and those after a loss of balance."""
        curves = self._curves
        return None if curves is None else _parts(curves)

    def summary(self) -> str:
        """Which stance, how large the ellipse, which scale."""
        curves = self._curves
        if curves is None:
            return "No path."
        parts = [f"{curves.stance}, {STANCE_NAMES[curves.stance].lower()}: sway path"]
        if curves.measured_s is not None:
            parts.append(f"from {curves.measured_s[0]:.1f} to {curves.measured_s[1]:.1f} s")
        if curves.ellipse95_m2_s4 is not None:
            parts.append(f"95 % ellipse {curves.ellipse95_m2_s4:.2f} (m/s²)²")
        return f"{', '.join(parts)}; scale {scale_words(self._amplitude_m_s2)}."

    def paint_plot(self, painter: QPainter) -> None:
        """Paint grid, earlier session, path, ellipse and words."""
        theme = self._theme
        square = self.square()
        painter.fillRect(square, theme.ground)
        self._paint_grid(painter, square)
        painter.setClipRect(square.adjusted(1, 1, -1, -1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        if self._earlier is not None:
            self._paint_path(painter, self._earlier, earlier=True)
        if self._curves is not None:
            self._paint_path(painter, self._curves, earlier=False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setClipping(False)
        if self._words:
            self._paint_words(painter, square)
        side = square.width()
        frame = [
            QRectF(0, 0, side, 1),
            QRectF(0, side - 1, side, 1),
            QRectF(0, 0, 1, side),
            QRectF(side - 1, 0, 1, side),
        ]
        hairlines(painter, theme.frame, frame)

    def _paint_grid(self, painter: QPainter, square: QRectF) -> None:
        side = square.width()
        step = 0.5 if self._amplitude_m_s2 <= 3 else self._amplitude_m_s2 / 3
        lines = []
        if self._grid:
            for tick in ticks_between(-self._amplitude_m_s2, self._amplitude_m_s2, step):
                if tick and abs(tick) < self._amplitude_m_s2:
                    at = self.position(tick, tick)
                    lines += [QRectF(round(at.x()), 0, 1, side), QRectF(0, round(at.y()), side, 1)]
        hairlines(painter, self._theme.grid, lines)
        zero = self.position(0, 0)
        hairlines(painter, self._theme.zero, [QRectF(round(zero.x()), 0, 1, side), QRectF(0, round(zero.y()), side, 1)])

    def _paint_path(self, painter: QPainter, curves: StanceCurves, *, earlier: bool) -> None:
        theme = self._theme
        look = theme.stances[curves.stance]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if curves.path_m_s2 is not None:
            first, second = curves.path_m_s2
            measured, after = _parts(curves)
            if not earlier and after.stop > after.start:
                draw_curve(painter, self._pixels(first[after], second[after]), theme.after)
            if measured.stop > measured.start:
                colour = theme.previous if earlier else look.line
                draw_curve(painter, self._pixels(first[measured], second[measured]), colour)
        if curves.ellipse_m_s2 is not None and curves.ellipse_m_s2.shape[0] > 2:
            width = theme.ellipse_large_px if self._large else theme.ellipse_px
            if earlier:
                pen = pen_of(theme.previous, 1.25, PREVIOUS_DASH)
            else:
                pen = pen_of(look.lanes[0], width, look.ellipse_dash)
            painter.setPen(pen)
            points = self._pixels(curves.ellipse_m_s2[:, 0], curves.ellipse_m_s2[:, 1])
            if not points.isClosed():
                points.append(points.first())
            painter.drawPolyline(points)

    def _pixels(self, first: FloatArray, second: FloatArray) -> QPolygonF:
        origin = self.position(0.0, 0.0)
        per_unit = (self.square().width() - 1) / (2 * self._amplitude_m_s2)
        return polyline(np.asarray(origin.x() + second * per_unit), np.asarray(origin.y() - first * per_unit))

    def _paint_words(self, painter: QPainter, square: QRectF) -> None:
        names = self._curves.axis_names if self._curves is not None else ("AP", "ML")
        theme = self._theme
        inset = 6.0
        line = self.scaled(10)
        side = square.width()
        scale = scale_words(self._amplitude_m_s2)
        first_width = self.width_of(names[0])
        if first_width + self.width_of(scale) + 3 * inset > side:
            scale = scale.split(",")[0]
        if first_width + self.width_of(scale) + 3 * inset <= side:
            self.text_at(
                painter,
                QPointF(side - inset, line),
                scale,
                theme.text_2,
                align=Qt.AlignmentFlag.AlignRight,
                ground=theme.ground,
            )
        self.text_at(painter, QPointF(inset, line), names[0], theme.text_2, ground=theme.ground)
        self.text_at(
            painter,
            QPointF(side - inset, side - line),
            names[1],
            theme.text_2,
            align=Qt.AlignmentFlag.AlignRight,
            ground=theme.ground,
        )


def _parts(curves: StanceCurves) -> tuple[slice, slice]:
    if curves.measured_s is None:
        return slice(0, 0), slice(0, 0)
    measured = curves.slice_between(*curves.measured_s)
    after = slice(0, 0)
    if curves.event is not None:
        after = slice(max(measured.stop - 1, 0), curves.samples)
    return measured, after
