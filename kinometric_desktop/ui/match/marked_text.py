"""Draw a line of text with some of its characters underlined by 2 px, so that a difference is seen at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from kinometric.matching import Span
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.text import typeset

_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def draw_marked(
    painter: QPainter,
    rect: QRectF,
    text: str,
    spans: Sequence[Span] = (),
    *,
    tone: str = "text",
    role: str = "body",
) -> float:
    """Draw a line of text, underline spans of it, and return where it ends; it ends in dots where the room ends."""
    font = look().font(role)
    metrics = QFontMetricsF(font)
    drawn = typeset(text)
    shown = metrics.elidedText(drawn, Qt.TextElideMode.ElideRight, rect.width() + 1)
    painter.setFont(font)
    painter.setPen(look().colour(tone))
    painter.drawText(rect, _LEFT | int(Qt.TextFlag.TextDontClip), shown)
    baseline = rect.center().y() - metrics.height() / 2 + metrics.ascent()
    top = round(baseline + look().px(3))
    for start, end in spans:
        left = rect.left() + metrics.horizontalAdvance(drawn[:start])
        right = min(rect.left() + metrics.horizontalAdvance(drawn[:end]), rect.right())
        if right > left:
            thick, wide = max(2, look().px(2)), max(round(right - left), look().px(4))
            painter.fillRect(QRectF(round(left), top, wide, thick), look().colour(tone))
    return rect.left() + metrics.horizontalAdvance(shown)
