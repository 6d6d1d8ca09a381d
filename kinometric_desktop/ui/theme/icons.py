"""Icons from resources/icons, drawn in the colour of the text beside them."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from kinometric.resources import resource_path
from kinometric_desktop.ui.theme.look import look


@cache
def _source(name: str) -> str:
    return resource_path(f"icons/{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def _rendered(name: str, size: int, ratio: float, colour: str) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon_pixmap(name: str, colour: QColor | str, size: int = 16, ratio: float = 1.0) -> QPixmap:
    """An icon as a pixmap; ``colour`` is a colour or a name of the tokens, ``size`` in px of the design."""
    ink = look().colour(colour) if isinstance(colour, str) else colour
    return _rendered(name, look().px(size), ratio, ink.name())


def icon(name: str, colour: QColor | str = "text", size: int = 16) -> QIcon:
    """An icon for Qt's own menus and buttons."""
    drawn = QIcon()
    for ratio in (1.0, 2.0):
        drawn.addPixmap(icon_pixmap(name, colour, size, ratio))
    return drawn


def draw_icon(painter: QPainter, name: str, rect: QRectF, colour: QColor | str) -> None:
    """Draw an icon into a square of real px."""
    ink = look().colour(colour) if isinstance(colour, str) else colour
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(rect.topLeft(), _rendered(name, max(1, round(rect.width())), ratio, ink.name()))


def level_symbol(level: str, rect: QRectF) -> tuple[QPainterPath, bool]:
    """The path of a level's symbol in a square, and whether it is filled: fonts disagree about glyphs' sizes.

    ``level`` is "critical" (diamond), "high" (triangle), "moderate" (disc), "low" (ring); anything else is a barred
    circle.
    """
    path = QPainterPath()
    middle, left, right, top, bottom = rect.center(), rect.left(), rect.right(), rect.top(), rect.bottom()
    if level == "critical":
        corners = [QPointF(middle.x(), top), QPointF(right, middle.y()), QPointF(middle.x(), bottom)]
        path.addPolygon(QPolygonF([*corners, QPointF(left, middle.y()), corners[0]]))
        return path, True
    if level == "high":
        corners = [QPointF(middle.x(), top + rect.height() * 0.05), QPointF(right, bottom), QPointF(left, bottom)]
        path.addPolygon(QPolygonF([*corners, corners[0]]))
        return path, True
    inset = rect.width() * 0.06
    path.addEllipse(rect.adjusted(inset, inset, -inset, -inset))
    if level == "moderate":
        return path, True
    if level != "low":
        reach = rect.width() * 0.31
        path.moveTo(middle + QPointF(-reach, -reach))
        path.lineTo(middle + QPointF(reach, reach))
    return path, False


def draw_level_symbol(painter: QPainter, level: str, rect: QRectF, colour: QColor) -> None:
    """Draw a level's symbol into a square of real px."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path, filled = level_symbol(level, rect)
    if filled:
        painter.fillPath(path, colour)
    else:
        width = max(1.5, rect.width() * 0.17)
        shrunk = rect.adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, width))
        painter.drawPath(level_symbol(level, shrunk)[0])
    painter.restore()
