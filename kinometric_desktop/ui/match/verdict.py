"""Draw a verdict: a symbol in the colour of its role and the word beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from kinometric.matching import Verdict
from kinometric.matching.values import SYMBOLS
from kinometric_desktop.ui.theme.look import look

TONES: dict[Verdict, str] = {
    "same": "ok",
    "close": "caution",
    "swapped": "warn",
    "differs": "stop",
    "missing": "text-3",
}
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter)


def draw_symbol(painter: QPainter, verdict: Verdict, rect: QRectF, *, role: str = "heading") -> None:
    """Draw a verdict's symbol in the middle of a rectangle; the two arrows are a path, since few fonts have them."""
    painter.save()
    ink = look().colour(TONES[verdict])
    if verdict == "swapped":
        _draw_arrows(painter, rect)
    else:
        painter.setFont(look().font(role))
        painter.setPen(ink)
        painter.drawText(rect, _MIDDLE, SYMBOLS[verdict])
    painter.restore()


def _draw_arrows(painter: QPainter, rect: QRectF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(look().colour(TONES["swapped"]), look().px(15) / 10)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    middle, reach, apart, head = rect.center(), look().px(5), look().px(2.6), look().px(2.2)
    for side in (-1, 1):
        y = middle.y() + side * apart
        tip = middle.x() - side * reach
        painter.drawLine(QPointF(middle.x() - reach, y), QPointF(middle.x() + reach, y))
        back = tip + side * head
        painter.drawPolyline(QPolygonF([QPointF(back, y - head), QPointF(tip, y), QPointF(back, y + head)]))
