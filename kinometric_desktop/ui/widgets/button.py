"""Buttons: plain, primary, safe default and link, each with a key hint, a symbol and a busy mark."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from kinometric_desktop.ui.theme.icons import draw_icon
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.tokens import tokens
from kinometric_desktop.ui.widgets.naming import named
from kinometric_desktop.ui.widgets.text import typeset

Kind = Literal["plain", "primary", "safe", "link", "quiet"]


class Button(QAbstractButton):
    """A button that says its effect.

    Parameters
    ----------
    text : str
        What happens ("Link these records").
    name : str
        objectName, ``screen.part.thing``.
    kind : str
        "plain", "primary" (filled, one a screen), "safe" (the default of a dialog), "link", "quiet" (no frame).
    key : str
        Key hint after the words; the key itself belongs to an action.
    icon : str
        Symbol before the words.
    small : bool
        24 px high, for toolbars, instead of 32.
    """

    def __init__(
        self,
        text: str,
        name: str,
        *,
        kind: Kind = "plain",
        key: str = "",
        icon: str = "",
        trailing_icon: str = "",
        small: bool = False,
    ) -> None:
        super().__init__()
        self._kind: Kind = kind
        self._key = key
        self._icon = icon
        self._trailing_icon = trailing_icon
        self._small = small
        self._turn = 0
        self._timer: QTimer | None = None
        self.setText(text)
        named(self, name, text.rstrip("…"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def busy(self) -> bool:
        """True while the turning mark is shown."""
        return self._timer is not None

    def set_text(self, text: str) -> None:
        """Change the words and the accessible name."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text.rstrip("…"))
            self.updateGeometry()

    def set_key(self, key: str) -> None:
        """Change the key hint."""
        if key != self._key:
            self._key = key
            self.updateGeometry()
            self.update()

    def set_kind(self, kind: Kind) -> None:
        """Change the kind, for example when the primary button of a screen moves."""
        if kind != self._kind:
            self._kind = kind
            self.update()

    def set_icon(self, icon: str) -> None:
        """Change the symbol."""
        if icon != self._icon:
            self._icon = icon
            self.updateGeometry()
            self.update()

    def set_busy(self, busy: bool) -> None:
        """Show or take away a turning mark in place of the symbol; it appears after 0.3 s, the width stays."""
        if busy == self.busy:
            return
        if busy:
            self._turn = 0
            self._timer = QTimer(self)
            self._timer.timeout.connect(self._next_turn)
            self._timer.start(tokens().motion_ms["busy_after"])
        elif self._timer is not None:
            self._timer.stop()
            self._timer.deleteLater()
            self._timer = None
            self._turn = 0
        self.update()

    def _next_turn(self) -> None:
        self._turn += 1
        if self._timer is not None:
            self._timer.setInterval(tokens().motion_ms["busy_turn"] // 8)
        self.update()

    def sizeHint(self) -> QSize:
        height = look().px(24 if self._small else 32)
        if self._kind == "link":
            height = look().px(24)
        return QSize(self._content_width() + 2 * self._padding(), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.click()
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def _padding(self) -> int:
        return 0 if self._kind == "link" else look().px(8 if self._small else 12)

    def _role(self) -> str:
        return "label" if self._small else "body"

    def _content_width(self) -> int:
        width = QFontMetrics(look().font(self._role(), weight=500)).horizontalAdvance(typeset(self.text()))
        if self._icon:
            width += look().px(16 + 8)
        if self._trailing_icon:
            width += look().px(16 + 6)
        if self._key:
            width += QFontMetrics(look().font("key", weight=400)).horizontalAdvance(self._key) + look().px(8)
        return width + 1

    def _grounds(self) -> tuple[str, str, str]:
        """Fill, frame and ink by kind and state; "" for none."""
        down, hover = self.isDown(), self.underMouse()
        if not self.isEnabled():
            bare = self._kind in ("link", "quiet")
            return ("", "", "disabled") if bare else ("sunken", "border-strong", "disabled")
        if self._kind == "primary":
            return ("accent-press" if down else "accent-hover" if hover else "accent", "", "on-accent")
        if self._kind == "link":
            return ("", "", "accent-text")
        fill = "sunken" if down else "hover" if hover else "surface"
        if self._kind == "quiet":
            return (fill if (down or hover) else "", "", "text")
        return (fill, "text" if self._kind == "safe" else "control", "text")

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, frame, ink = self._grounds()
        radius = look().px(5 if self._small else 6)
        rect = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        if fill:
            width = 2 if self._kind == "safe" else 1
            painter.setPen(QPen(look().colour(frame), width) if frame else Qt.PenStyle.NoPen)
            painter.setBrush(look().colour(fill))
            inset = width / 2 if frame else 0
            painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)
        if self.hasFocus():
            self._draw_focus(painter, rect, radius)
        self._draw_content(painter, ink)

    def _draw_focus(self, painter: QPainter, rect: QRectF, radius: int) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look().colour("focus"), 2))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)
        if self._kind == "primary":
            painter.setPen(QPen(look().colour("on-accent"), 1))
            painter.drawRoundedRect(rect.adjusted(2.5, 2.5, -2.5, -2.5), radius - 2, radius - 2)

    def _draw_content(self, painter: QPainter, ink: str) -> None:
        centre = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        left = max(self._padding(), (self.width() - self._content_width()) // 2)
        if self._kind == "link":
            left = 0
        side = look().px(16)
        top = (self.height() - side) / 2
        turning = self.busy and self._turn > 0
        if turning or self._icon:
            place = QRectF(left, top, side, side)
            if turning:
                painter.save()
                painter.translate(place.center())
                painter.rotate(45 * self._turn)
                draw_icon(painter, "turn", QRectF(-side / 2, -side / 2, side, side), ink)
                painter.restore()
            else:
                draw_icon(painter, self._icon, place, ink)
        if self._icon:
            left += look().px(16 + 8)
        font = look().font(self._role(), weight=500)
        painter.setFont(font)
        painter.setPen(look().colour(ink))
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), centre, typeset(self.text()))
        left += QFontMetrics(font).horizontalAdvance(typeset(self.text()))
        if self._key:
            painter.setFont(look().font("key", weight=400))
            painter.setPen(look().colour(ink if ink in ("on-accent", "disabled") else "text-3"))
            painter.drawText(self.rect().adjusted(left + look().px(8), 0, 0, 0), centre, self._key)
            left += look().px(8) + QFontMetrics(look().font("key", weight=400)).horizontalAdvance(self._key)
        if self._trailing_icon:
            draw_icon(
                painter,
                self._trailing_icon,
                QRectF(left + look().px(6), top, side, side),
                "text-2" if ink == "text" else ink,
            )
