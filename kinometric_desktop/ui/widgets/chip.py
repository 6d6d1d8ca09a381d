"""Chips: a symbol and a word on a tint, never pressable; and the chip of a risk level."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kinometric_desktop.ui.theme.icons import draw_icon, draw_level_symbol
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.tokens import tokens

CHIP_GROUNDS = {"ok": "ok-tint", "caution": "caution-tint", "warn": "warn-tint", "stop": "stop-tint"}


class Chip(QWidget):
    """A word with a symbol on a tint.

    ``tone`` is "ok", "caution", "warn", "stop", "accent", "neutral" (sunken ground) or "outline" (a frame, no ground).
    """

    def __init__(self, text: str = "", *, tone: str = "neutral", icon: str = "", strong: str = "") -> None:
        super().__init__()
        self._text, self._tone, self._icon, self._strong = text, tone, icon, strong
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{text} {strong}".strip())

    def set(self, text: str, *, tone: str = "neutral", icon: str = "", strong: str = "") -> None:
        """Change what is shown; ``strong`` is written after the text in semibold."""
        self._text, self._tone, self._icon, self._strong = text, tone, icon, strong
        self.setAccessibleName(f"{text} {strong}".strip())
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The words."""
        return f"{self._text} {self._strong}".strip()

    def _colours(self) -> tuple[str, str, str]:
        if self._tone in CHIP_GROUNDS:
            frame = self._tone if look().high_contrast else ""
            return CHIP_GROUNDS[self._tone], frame, self._tone
        if self._tone == "accent":
            return "accent-tint", "", "accent-text"
        if self._tone == "outline":
            return "surface", "control", "text"
        return "sunken", "border-strong" if look().high_contrast else "", "text"

    def sizeHint(self) -> QSize:
        width = QFontMetrics(look().font("label")).horizontalAdvance(self._text) + look().px(16)
        if self._icon:
            width += look().px(14 + 6)
        if self._strong:
            width += QFontMetrics(look().font("label", weight=600)).horizontalAdvance(self._strong) + look().px(5)
        return QSize(width + 1, look().px(22))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, frame, ink = self._colours()
        painter.setPen(QPen(look().colour(frame), 1) if frame else Qt.PenStyle.NoPen)
        painter.setBrush(look().colour(fill))
        inset = 0.5 if frame else 0
        radius = look().px(4)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)
        left = look().px(8)
        if self._icon:
            side = look().px(14)
            draw_icon(painter, self._icon, QRectF(left, (self.height() - side) / 2, side, side), ink)
            left += look().px(14 + 6)
        painter.setPen(look().colour(ink))
        painter.setFont(look().font("label"))
        centre = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), centre, self._text)
        if self._strong:
            left += QFontMetrics(look().font("label")).horizontalAdvance(self._text) + look().px(5)
            painter.setFont(look().font("label", weight=600))
            painter.drawText(self.rect().adjusted(left, 0, 0, 0), centre, self._strong)


def level_words(level: str | None, *, for_age: bool = False) -> str:
    """``Low risk``, ``Low risk for age``: a bare "Low" beside a score reads like a low score."""
    if level is None:
        return ""
    return f"{tokens().levels[level]['word']} risk{' for age' if for_age else ''}"


def level_tone(level: str) -> str:
    """The status hue of a level: ok, caution, warn or stop."""
    return str(tokens().levels[level]["role"])


class LevelChip(QWidget):
    """The chip of a risk level: 120 px wide, 152 px where it says "for age", so that scores line up."""

    def __init__(self, level: str | None = None, *, for_age: bool = False, wide: bool = False) -> None:
        super().__init__()
        self._level, self._for_age, self._wide, self._tight = level, for_age, wide, False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(level, for_age=for_age)

    def set(self, level: str | None, *, for_age: bool = False) -> None:
        """Show a level; None shows nothing but keeps the room."""
        self._level, self._for_age = level, for_age
        self.setAccessibleName(level_words(level, for_age=for_age))
        self.updateGeometry()
        self.update()

    def set_tight(self, tight: bool) -> None:
        """Be as wide as the words only, where there is no room to line up."""
        if tight != self._tight:
            self._tight = tight
            self.updateGeometry()

    def text(self) -> str:
        """The words."""
        return level_words(self._level, for_age=self._for_age)

    def sizeHint(self) -> QSize:
        needed = QFontMetrics(look().font("label", weight=600)).horizontalAdvance(self.text()) + look().px(34)
        if self._tight:
            return QSize(needed, look().px(22))
        return QSize(max(needed, look().px(152 if self._for_age or self._wide else 120)), look().px(22))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._level is None:
            return
        tone = level_tone(self._level)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        framed = look().high_contrast
        painter.setPen(QPen(look().colour(tone), 1) if framed else Qt.PenStyle.NoPen)
        painter.setBrush(look().colour(f"{tone}-tint"))
        inset = 0.5 if framed else 0
        radius = look().px(4)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)
        side = look().px(10)
        place = QRectF(look().px(8), (self.height() - side) / 2, side, side)
        draw_level_symbol(painter, self._level, place, look().colour(tone))
        painter.setPen(look().colour(tone))
        painter.setFont(look().font("label"))
        room = self.rect().adjusted(look().px(8 + 10 + 6), 0, 0, 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text())
