"""The window as it is first painted: its ground, before anything else is loaded, fonts included."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QBrush, QCloseEvent, QColor, QGuiApplication, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QMainWindow, QWidget

TITLE = "Kinometric"
SIZE = (1366, 768)
LEAST = (800, 480)
DARK_BELOW = 128
#: By whether the system is dark.
_GROUND = ("#FFFFFF", "#22272D")
_ACCENT = ("#2156C4", "#3D6FD6")


def _at_once() -> bool:
    return True


class MainWindow(QMainWindow):
    """The one window of the workstation. ``painted`` is emitted at its first paint."""

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle(TITLE)
        self._told = False
        self.may_close: Callable[[], bool] = _at_once
        self._dark = self.palette().window().color().lightness() < DARK_BELOW
        ground = QColor(_GROUND[self._dark])
        self.setPalette(QPalette(ground, ground))
        self.setMinimumSize(*LEAST)
        screen = QGuiApplication.primaryScreen()
        room = screen.availableSize() if screen is not None else None
        width, height = SIZE
        if room is not None and room.width() >= 1024:
            width, height = min(width, room.width()), min(height, room.height())
        self.resize(width, height)

    def setCentralWidget(self, widget: QWidget) -> None:
        """Take the content in, and the application's palette with it."""
        self.setPalette(QPalette())
        super().setCentralWidget(widget)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close, unless ``may_close`` has a question first."""
        if self.may_close():
            super().closeEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if not self._told:
            # The ground alone comes first: drawing from Python loads Qt's namespace of enums, which takes longer than
            # all of this window. The mark follows in the next round of the event loop.
            self._told = True
            self.painted.emit()
            self.update()
        elif self.centralWidget() is None:
            self._paint_mark()

    def _paint_mark(self) -> None:
        accent, white = QColor(_ACCENT[self._dark]), QColor("#FFFFFF")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.rect().center()
        tile = QRectF(middle.x() - 28, middle.y() - 84, 56, 56)
        painter.setPen(accent)
        painter.setBrush(QBrush(accent))
        painter.drawRoundedRect(tile, 13, 13)
        painter.setPen(QPen(white, 3.6))
        painter.drawEllipse(QRectF(tile.center().x() - 14, tile.top() + 31, 28, 13))
        painter.setPen(white)
        painter.setBrush(QBrush(white))
        painter.drawRoundedRect(QRectF(tile.center().x() - 2, tile.top() + 11, 4, 22), 2, 2)
