"""A QR code, dark on light in every theme, since phones read it so."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from kinometric_desktop.ui.widgets.naming import named
from kinometric_desktop.ui.widgets.painted import PaintedMark

QUIET = 4


class QrCode(PaintedMark):
    """Rows of dark and light squares with the quiet zone of four around them; whole device pixels a square.

    Parameters
    ----------
    name, accessible_name : str
        objectName and what a screen reader says; the same content must stand beside it as text.
    side : int
        Width and height in px of the design.
    """

    def __init__(self, name: str, accessible_name: str, side: int = 176) -> None:
        super().__init__()
        named(self, name, accessible_name)
        self._side = side
        self._squares: tuple[tuple[bool, ...], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_squares(self, squares: tuple[tuple[bool, ...], ...]) -> None:
        """Show a code; () shows none."""
        if squares != self._squares:
            self._squares = squares
            self.update()

    def mark_size(self) -> tuple[int, int]:
        return self._side, self._side

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if not self._squares:
            return
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        painter.fillRect(self.rect(), QColor(Qt.GlobalColor.white))
        count = len(self._squares) + 2 * QUIET
        square = max(1, int(self.width() * ratio / count)) / ratio
        left = (self.width() - square * count) / 2 + square * QUIET
        ink = QColor(Qt.GlobalColor.black)
        for place, row in enumerate(self._squares):
            for column, dark in enumerate(row):
                if dark:
                    painter.fillRect(QRectF(left + column * square, left + place * square, square, square), ink)
