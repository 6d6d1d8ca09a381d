"""Lines, markers and symbols as the plots draw them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from kinometric_desktop.app.review_curves import FloatArray


@cache
def _pyqtgraph() -> Any:
    # pyqtgraph takes a third of a second to import, so it is asked for when the first curve is drawn, not before.
    from pyqtgraph import functions

    return functions


def polyline(x: FloatArray, y: FloatArray) -> QPolygonF:
    """Points in pixels as Qt's polygon, copied in one go."""
    polygon: QPolygonF = _pyqtgraph().arrayToQPolygonF(x, y)
    return polygon


def column_lines(x: FloatArray, low: FloatArray, high: FloatArray) -> QPolygonF:
    """A curve of extremes as one line that runs down and up through every column."""
    count = x.size
    points_x = np.repeat(x, 2)
    points_y = np.empty(2 * count)
    points_y[0::4], points_y[1::4] = low[0::2], high[0::2]
    points_y[2::4], points_y[3::4] = high[1::2], low[1::2]
    return polyline(points_x, points_y)


def pen_of(colour: QColor, width: float, dash: tuple[float, ...] = ()) -> QPen:
    """A pen for lines of few points; width and dash are in px of the design and grow with the screen's pixel ratio."""
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dash:
        pen.setDashPattern([length / width for length in dash])
    return pen


def _device_pixel_pen(colour: QColor) -> QPen:
    pen = QPen(colour, 1.0)
    pen.setCosmetic(True)
    return pen


def draw_curve(painter: QPainter, polygon: QPolygonF, colour: QColor, width: float = 1.0) -> None:
    """Draw a curve of many points fast, at any width and pixel ratio.

    A pen of one device pixel is drawn directly; a wider one goes through Qt's stroker, which takes fifty times as long
    on a noisy curve. So a wider line is made of a few fine ones, less than a pixel apart.
    """
    ratio = painter.device().devicePixelRatioF()
    wanted = width * ratio
    passes = max(int(np.ceil(wanted - 1e-6)), 1)
    painter.setPen(_device_pixel_pen(colour))
    if passes == 1:
        painter.drawPolyline(polygon)
        return
    reach = (wanted - 1) / ratio
    painter.translate(0, -reach / 2)
    for number in range(passes):
        painter.drawPolyline(polygon)
        if number < passes - 1:
            painter.translate(0, reach / (passes - 1))
    painter.translate(0, -reach / 2)


def marker_path(kind: str, size: float) -> QPainterPath:
    """The outline of a stance's marker around the origin."""
    path = QPainterPath()
    half = size / 2
    if kind == "square":
        path.addRect(QRectF(-half, -half, size, size))
    else:
        path.addEllipse(QPointF(0, 0), half * 1.08, half * 1.08)
    return path


def draw_marker(
    painter: QPainter, at: QPointF, kind: str, size: float, ink: QColor, ground: QColor, *, filled: bool
) -> None:
    """Draw a stance's marker: filled for eyes open, hollow for eyes closed."""
    painter.save()
    painter.translate(at)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    if filled:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPath(marker_path(kind, size))
    else:
        pen = QPen(ink, 2.0)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.setBrush(ground)
        painter.drawPath(marker_path(kind, size - 1))
    painter.restore()


def level_symbol(level: str, size: float = 10.0) -> tuple[QPainterPath, bool]:
    """The outline of a level's symbol around the origin, and whether it is filled.

    Critical a diamond, High a triangle, Moderate a disc, Low a ring.
    """
    path = QPainterPath()
    half = size / 2
    if level == "critical":
        points = [QPointF(0, -half), QPointF(half, 0), QPointF(0, half), QPointF(-half, 0)]
        path.addPolygon(QPolygonF(points))
        path.closeSubpath()
    elif level == "high":
        points = [QPointF(0, -half * 0.85), QPointF(half, half * 0.8), QPointF(-half, half * 0.8)]
        path.addPolygon(QPolygonF(points))
        path.closeSubpath()
    else:
        radius = half * (0.92 if level == "moderate" else 0.78)
        path.addEllipse(QPointF(0, 0), radius, radius)
    return path, level != "low"


def draw_level_symbol(painter: QPainter, at: QPointF, level: str, ink: QColor, size: float = 10.0) -> None:
    """Draw a level's symbol."""
    path, filled = level_symbol(level, size)
    painter.save()
    painter.translate(at)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    if filled:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
    else:
        painter.setPen(QPen(ink, 2.0 * size / 10))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.restore()


def draw_peak(painter: QPainter, at: QPointF, ink: QColor, *, upwards: bool, size: float = 7.0) -> None:
    """Draw the small triangle that says a curve goes on beyond its lane."""
    half = size / 2
    tip = -half if upwards else half
    triangle = QPolygonF(
        [
            QPointF(at.x(), at.y() + tip),
            QPointF(at.x() + half, at.y() - tip),
            QPointF(at.x() - half, at.y() - tip),
        ]
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawPolygon(triangle)
    painter.restore()


def hairlines(painter: QPainter, colour: QColor, rectangles: list[QRectF]) -> None:
    """Draw lines of one pixel without blur, as one item."""
    if rectangles:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRects(rectangles)
