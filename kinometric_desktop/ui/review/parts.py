"""Small parts of the review screen: a stance's marker, its number, and a key of line styles."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from kinometric_desktop.ui.plots.strokes import draw_marker
from kinometric_desktop.ui.plots.theme import present_theme
from kinometric_desktop.ui.theme.icons import draw_level_symbol
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.chip import level_tone
from kinometric_desktop.ui.widgets.painted import PaintedMark


class StanceMarker(PaintedMark):
    """A stance's marker, with its line where it stands in a key."""

    def __init__(self, stance: str, *, with_line: bool = False, size: int = 12) -> None:
        super().__init__()
        self._stance, self._with_line, self._size = stance, with_line, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_stance(self, stance: str) -> None:
        """Show another stance's marker."""
        self._stance = stance
        self.update()

    def mark_size(self) -> tuple[int, int]:
        return 32 if self._with_line else self._size + 4, 20

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = present_theme()
        style = theme.stances[self._stance]
        middle = QPointF(self.width() / 2, self.height() / 2)
        if self._with_line:
            pen = QPen(style.line, look().px(2))
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if style.dash:
                pen.setDashPattern([length / 2 for length in style.dash])
            painter.setPen(pen)
            painter.drawLine(QPointF(0, middle.y()), QPointF(self.width(), middle.y()))
        size = look().px(8 if self._with_line else self._size)
        draw_marker(
            painter, middle, style.marker, size, style.line, look().colour("surface"), filled=style.marker_filled
        )
        painter.end()


class NumberCap(PaintedMark):
    """The key of a stance (1 to 4) in a frame, filled while the stance has the focus."""

    SIZE = (19, 18)

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._on = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_on(self, on: bool) -> None:
        """Fill the frame, or not."""
        if on != self._on:
            self._on = on
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look().colour("accent" if self._on else "border-strong"), 1))
        painter.setBrush(look().colour("accent-tint" if self._on else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look().px(4), look().px(4))
        painter.setFont(look().font("key", weight=600 if self._on else 500))
        painter.setPen(look().colour("accent-text" if self._on else "text-2"))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), str(self._number))
        painter.end()


class LevelSymbol(PaintedMark):
    """The symbol of a level before a word of the title's size."""

    SIZE = (14, 24)

    def __init__(self) -> None:
        super().__init__()
        self._level = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_level(self, level: str | None) -> None:
        """Show a level; None shows nothing."""
        self._level = level or ""
        self.setVisible(bool(level))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if not self._level:
            return
        painter = QPainter(self)
        side = look().px(13)
        place = QRectF(0, (self.height() - side) / 2, side, side)
        draw_level_symbol(painter, self._level, place, look().colour(level_tone(self._level)))
        painter.end()


class LineSample(PaintedMark):
    """A piece of line as it is drawn in a plot, for a key beside words."""

    SIZE = (32, 16)

    def __init__(self, *, earlier: bool = False, dotted: bool = False) -> None:
        super().__init__()
        self._stance = "LBEO"
        self._earlier, self._dotted = earlier, dotted
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_stance(self, stance: str) -> None:
        """Draw the line of a stance."""
        self._stance = stance
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = present_theme()
        style = theme.stances[self._stance]
        colour: QColor = theme.previous if self._earlier else style.lanes[0]
        width = 1.5 if self._earlier else 2.0
        pen = QPen(colour, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        dash = (2.0, 3.0) if self._dotted else (() if self._earlier else style.ellipse_dash)
        if dash:
            pen.setDashPattern([length / width for length in dash])
        painter.setPen(pen)
        middle = self.height() / 2
        painter.drawLine(QPointF(0, middle), QPointF(self.width(), middle))
        painter.end()


class ShadeSample(PaintedMark):
    """A piece of the shade of time that is not measured."""

    SIZE = (14, 10)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), look().colour("border"))
        painter.fillRect(self.rect().adjusted(1, 1, -1, -1), present_theme().shade)
        painter.end()
