"""The window as it is first painted: ground and mark, before anything else is loaded, fonts included."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMainWindow

TITLE = "Kinometric"
SIZE = (1366, 768)
LEAST = (800, 480)
_LIGHT, _DARK = ("#FFFFFF", "#2156C4"), ("#22272D", "#3D6FD6")


class MainWindow(QMainWindow):
    """The one window of the workstation. ``painted`` is emitted after its first paint."""

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle(TITLE)
        self._told = False
        self.setMinimumSize(*LEAST)
        screen = QGuiApplication.primaryScreen()
        room = screen.availableSize() if screen is not None else None
        width, height = SIZE
        if room is not None and room.width() >= 1024:
            width, height = min(width, room.width()), min(height, room.height())
        self.resize(width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self.centralWidget() is None:
            self._paint_mark()
        if not self._told:
            self._told = True
            self.painted.emit()

    def _paint_mark(self) -> None:
        hints = QGuiApplication.styleHints()
        ground, accent = _DARK if hints.colorScheme() == Qt.ColorScheme.Dark else _LIGHT
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(ground))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.rect().center()
        tile = QRectF(middle.x() - 28, middle.y() - 84, 56, 56)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(accent))
        painter.drawRoundedRect(tile, 13, 13)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor("#FFFFFF"), 4.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(int(tile.center().x()), int(tile.top() + 13), int(tile.center().x()), int(tile.top() + 33))
        painter.setPen(QPen(QColor("#FFFFFF"), 3.6))
        painter.drawEllipse(QRectF(tile.center().x() - 14, tile.top() + 31, 28, 13))
