"""Check boxes, radio rows and switches."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from kinometric_desktop.ui.theme.icons import draw_icon
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.naming import named
from kinometric_desktop.ui.widgets.text import typeset


class CheckBox(QAbstractButton):
    """A box of 16 px and its words."""

    def __init__(self, text: str, name: str, *, checked: bool = False) -> None:
        super().__init__()
        self.setText(text)
        self.setCheckable(True)
        self.setChecked(checked)
        named(self, name, text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(look().font()).horizontalAdvance(self.text())
        return QSize(look().px(16 + 8) + width + 4, look().px(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = look().px(16)
        box = QRectF(2, (self.height() - side) / 2, side, side)
        radius = look().px(4)
        on = self.isChecked()
        tone = "control" if self.isEnabled() else "border-strong"
        painter.setPen(QPen(look().colour("accent" if on and self.isEnabled() else tone), 1))
        painter.setBrush(look().colour("accent" if on and self.isEnabled() else "surface"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        if on:
            inset = side * 0.12
            mark = box.adjusted(inset, inset, -inset, -inset)
            draw_icon(painter, "check", mark, "on-accent" if self.isEnabled() else "disabled")
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look().colour("focus"), 2))
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), radius + 1, radius + 1)
        painter.setPen(look().colour("text" if self.isEnabled() else "text-2"))
        painter.setFont(look().font())
        room = self.rect().adjusted(2 + look().px(16 + 8), 0, 0, 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), self.text())


class RadioRow(QAbstractButton):
    """A row to choose: a radio, a name, a line below it, and a word in a frame at the right."""

    def __init__(self, title: str, note: str, name: str, *, badge: str = "", first: bool, last: bool) -> None:
        super().__init__()
        self._note, self._badge, self._first, self._last = note, badge, first, last
        self.setText(title)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        named(self, name, f"{title}, {note}" + (f", {badge}" if badge else ""))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look().px(240), look().px(56))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        on = self.isChecked()
        painter.fillRect(self.rect(), look().colour("accent-tint" if on else "surface"))
        line = look().colour("control")
        painter.fillRect(0, 0, 1, self.height(), line)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), line)
        if self._first:
            painter.fillRect(0, 0, self.width(), 1, line)
        below = line if self._last else look().colour("border")
        painter.fillRect(0 if self._last else 1, self.height() - 1, self.width() - (0 if self._last else 2), 1, below)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = look().px(16)
        ring = QRectF(look().px(12), (self.height() - side) / 2, side, side).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(look().colour("accent" if on else "control"), 1))
        painter.setBrush(look().colour("accent" if on else "surface"))
        painter.drawEllipse(ring)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().colour("on-accent"))
            painter.drawEllipse(QPointF(ring.center()), side * 0.19, side * 0.19)
        left = look().px(12 + 16 + 12)
        half = self.height() // 2
        painter.setPen(look().colour("text"))
        painter.setFont(look().font("body_strong"))
        painter.drawText(left, look().px(9), self.width() - left, half - look().px(7), _MIDDLE, typeset(self.text()))
        painter.setPen(look().colour("text-2"))
        painter.setFont(look().font("small"))
        painter.drawText(left, half, self.width() - left, look().px(20), _MIDDLE, typeset(self._note))
        if self._badge:
            self._draw_badge(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look().colour("focus"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(2, 2, -2, -2))

    def _draw_badge(self, painter: QPainter) -> None:
        painter.setFont(look().font("label"))
        width = QFontMetrics(look().font("label")).horizontalAdvance(self._badge) + look().px(18)
        height = look().px(22)
        frame = QRectF(self.width() - width - look().px(13), (self.height() - height) / 2, width, height)
        painter.setPen(QPen(look().colour("control"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), look().px(4), look().px(4))
        painter.setPen(look().colour("text-2"))
        painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), self._badge)


_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


class Switch(QAbstractButton):
    """A switch with the word On or Off beside it."""

    def __init__(self, name: str, accessible_name: str, *, checked: bool = False) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setChecked(checked)
        named(self, name, accessible_name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look().px(32 + 8 + 28), look().px(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, height = look().px(32), look().px(18)
        track = QRectF(1, (self.height() - height) / 2, width - 1, height).adjusted(0.5, 0.5, -0.5, -0.5)
        on = self.isChecked()
        live = self.isEnabled()
        painter.setPen(QPen(look().colour("accent" if on and live else "control" if live else "border-strong"), 1))
        painter.setBrush(look().colour("accent" if on and live else "surface"))
        painter.drawRoundedRect(track, height / 2, height / 2)
        reach = height / 2
        middle = track.right() - reach if on else track.left() + reach
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look().colour("on-accent" if on and live else "control" if live else "disabled"))
        painter.drawEllipse(QPointF(middle, track.center().y()), reach * 0.66, reach * 0.66)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look().colour("focus"), 2))
            painter.drawRoundedRect(track.adjusted(-1, -1, 1, 1), height / 2, height / 2)
        painter.setPen(look().colour("text" if on else "text-2"))
        painter.setFont(look().font("body_strong" if on else "body"))
        painter.drawText(self.rect().adjusted(width + look().px(8), 0, 0, 0), _MIDDLE, "On" if on else "Off")
