"""The bar at the foot of the window: the keys of this screen, and how long until it locks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kinometric_desktop.ui.theme.icons import draw_icon
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import fix_size
from kinometric_desktop.ui.widgets.text import draw_key_cap, key_cap_size, key_words


class KeyBar(QWidget):
    """Keys with their words, as many as find room; the idle lock at the right."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("shell.key_bar")
        self._keys: tuple[tuple[str, str], ...] = ()
        self._lock = ""
        self._warning = False
        fix_size(self, height=32)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show (keys, words) pairs."""
        if tuple(keys) != self._keys:
            self._keys = tuple(keys)
            self.setAccessibleName("Keys: " + ", ".join(f"{key} {words}" for key, words in keys))
            self.update()

    def show_lock(self, words: str, *, warning: bool = False) -> None:
        """Show when the screen locks."""
        if (words, warning) != (self._lock, self._warning):
            self._lock, self._warning = words, warning
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(look().px(400), look().px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), look().colour("surface"))
        painter.fillRect(0, 0, self.width(), 1, look().colour("border"))
        font = look().font("small")
        metrics = QFontMetrics(font)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        right = self.width() - look().px(16)
        tone = "warn" if self._warning else "text-2"
        if self._lock:
            right -= metrics.horizontalAdvance(self._lock)
            painter.setFont(font)
            painter.setPen(look().colour(tone))
            painter.drawText(right, 0, self.width() - right, self.height(), middle, self._lock)
            side = look().px(14)
            right -= look().px(8) + side
            draw_icon(painter, "lock", QRectF(right, (self.height() - side) / 2, side, side), tone)
        left = look().px(16)
        for keys, words in self._keys:
            written = key_words(keys)
            cap = key_cap_size(written)
            width = cap.width() + look().px(8) + metrics.horizontalAdvance(words)
            if left + width > right - look().px(16):
                return
            draw_key_cap(painter, QRectF(left, (self.height() - cap.height()) // 2, cap.width(), cap.height()), written)
            painter.setFont(font)
            painter.setPen(look().colour("text-2"))
            painter.drawText(left + cap.width() + look().px(8), 0, width, self.height(), middle, words)
            left += width + look().px(16)
