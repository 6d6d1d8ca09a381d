"""The hatch of everything that is for test: the TEST band of a patient and the edge of the Preview environment."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.text import typeset

ENVIRONMENT_WORDS = {
    "none": ("", "Standalone"),
    "standin": ("athenaOne", "Stand-in"),
    "preview": ("athenaOne", "Preview"),
    "production": ("athenaOne", "Production"),
}


@lru_cache(maxsize=32)
def _tile(colour: str, step: int, ratio: float) -> QPixmap:
    side = step * 2
    tile = QPixmap(round(side * ratio), round(side * ratio))
    tile.setDevicePixelRatio(ratio)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 1.5))
    for offset in range(-2 * side, 2 * side, side):
        painter.drawLine(offset, 0, offset + side, side)
    painter.end()
    return tile


def fill_hatch(painter: QPainter, rect: QRectF, tone: str = "text") -> None:
    """Fill a rectangle with 45° lines of 1.5 px, 7 px apart."""
    ratio = painter.device().devicePixelRatioF()
    painter.save()
    painter.setBrushOrigin(rect.topLeft())
    painter.fillRect(rect, QBrush(_tile(look().colour(tone).name(), 5, ratio)))
    painter.restore()


class TestBand(QWidget):
    """The hatched band with the word TEST, 56 px wide, at the left of a test patient's banner."""

    __test__ = False

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Test patient")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(look().px(56), look().px(32))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), look().colour("surface"))
        fill_hatch(painter, QRectF(self.rect()))
        painter.setFont(look().font("key", weight=700))
        words = QFontMetrics(painter.font()).boundingRect("TEST")
        plate = QRectF(0, 0, words.width() + look().px(12), look().px(20))
        plate.moveCenter(QRectF(self.rect()).center())
        painter.fillRect(plate, look().colour("surface"))
        painter.setPen(look().colour("text"))
        painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), "TEST")
        painter.fillRect(self.width() - 1, 0, 1, self.height(), look().colour("border-strong"))


class TestMark(QWidget):
    """A small hatched square with the word TEST beside it, for lists and previews."""

    __test__ = False

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Test patient")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(look().font("label", weight=600)).horizontalAdvance("TEST")
        return QSize(look().px(20 + 8) + width + 2, look().px(20))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        side = look().px(20)
        square = QRectF(0, 0, side, side)
        fill_hatch(painter, square)
        painter.setPen(QPen(look().colour("control"), 1))
        painter.drawRect(square.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(look().colour("text"))
        painter.setFont(look().font("label", weight=600))
        painter.drawText(self.rect().adjusted(side + look().px(8), 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), "TEST")


class EnvironmentTag(QWidget):
    """The environment that the practice works in: hatched edge for all but Production."""

    def __init__(self, environment: str = "none", *, words: str = "") -> None:
        super().__init__()
        self._environment = environment
        self._fixed_words = words
        self._short = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(environment)

    def set(self, environment: str) -> None:
        """Show an environment: none, standin, preview or production."""
        self._environment = environment
        self.setAccessibleName(self._fixed_words or " ".join(part for part in ENVIRONMENT_WORDS[environment] if part))
        self.updateGeometry()
        self.update()

    def set_short(self, short: bool) -> None:
        """Leave out the word athenaOne."""
        self._short = short
        self.updateGeometry()
        self.update()

    def _parts(self) -> tuple[str, str]:
        if self._fixed_words:
            return self._fixed_words, ""
        first, second = ENVIRONMENT_WORDS[self._environment]
        return ("" if self._short else first), second

    @property
    def _hatched(self) -> bool:
        return self._environment in ("standin", "preview")

    def sizeHint(self) -> QSize:
        first, second = self._parts()
        width = look().px(16) + (look().px(12) if self._hatched else 0)
        if first:
            width += QFontMetrics(look().font("label", weight=400)).horizontalAdvance(first) + look().px(4)
        width += QFontMetrics(look().font("label", weight=600)).horizontalAdvance(typeset(second))
        return QSize(width, look().px(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(frame, look().colour("surface"))
        left = look().px(8)
        if self._hatched:
            edge = QRectF(frame.left(), frame.top(), look().px(12), frame.height())
            fill_hatch(painter, edge)
            painter.fillRect(QRectF(edge.right(), frame.top(), 1, frame.height()), look().colour("border-strong"))
            left += look().px(12)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look().colour("control"), 1))
        painter.drawRoundedRect(frame, look().px(3), look().px(3))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        first, second = self._parts()
        if first:
            painter.setFont(look().font("label", weight=400))
            painter.setPen(look().colour("text-2"))
            painter.drawText(self.rect().adjusted(left, 0, 0, 0), middle, first)
            left += QFontMetrics(painter.font()).horizontalAdvance(first) + look().px(4)
        painter.setFont(look().font("label", weight=600))
        painter.setPen(look().colour("text-2"))
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), middle, typeset(second))
