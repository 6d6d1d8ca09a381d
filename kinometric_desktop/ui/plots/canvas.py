"""What every plot widget shares: theme, focus ring, summary, and text that stays sharp."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from kinometric_desktop.ui.plots.theme import PlotTheme, present_theme
from kinometric_desktop.ui.widgets.text import typeset

_MOST_WIDTHS = 500


class PlotCanvas(QWidget):
    """A plot painted by QPainter.

    A subclass paints in :meth:`paint_plot` and says in :meth:`summary` in one line what can be seen; the summary is
    the accessible description.

    Parameters
    ----------
    theme : PlotTheme
    parent : QWidget, optional
    """

    #: The first time the plot has been painted with data on the screen.
    was_shown = Signal()
    table_wanted = Signal()

    def __init__(self, theme: PlotTheme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fonts: dict[tuple[int, float], tuple[QFont, QFontMetricsF]] = {}
        self._widths: dict[tuple[str, int, float | None], float] = {}
        self._shown = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, True)

    @property
    def theme(self) -> PlotTheme:
        """Colours and sizes in use."""
        return self._theme

    def set_theme(self, theme: PlotTheme) -> None:
        """Draw in another theme or text size."""
        self._theme = theme
        self._fonts.clear()
        self._widths.clear()
        self.updateGeometry()
        self.update()

    def look_changed(self) -> None:
        """Take the application's present look."""
        self.set_theme(present_theme())

    def summary(self) -> str:
        """One line that says what can be seen."""
        raise NotImplementedError

    def has_data(self) -> bool:
        """True when there is something to see."""
        raise NotImplementedError

    def paint_plot(self, painter: QPainter) -> None:
        """Paint the plot; the ground is filled already."""
        raise NotImplementedError

    def content_changed(self) -> None:
        """Describe and paint anew."""
        self._shown = False
        self.setAccessibleDescription(self.summary())
        self.update()

    def scaled(self, px: float) -> float:
        """A length that follows the text size."""
        return float(round(px * self._theme.text_scale))

    def font_of(self, weight: int = 400, px: float | None = None) -> tuple[QFont, QFontMetricsF]:
        """A font of the axes with its metrics."""
        key = (weight, px or self._theme.axis_px)
        if key not in self._fonts:
            font = self._theme.font(weight, px)
            self._fonts[key] = (font, QFontMetricsF(font))
        return self._fonts[key]

    def text_at(
        self,
        painter: QPainter,
        at: QPointF,
        text: str,
        colour: QColor,
        *,
        weight: int = 400,
        px: float | None = None,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        ground: QColor | None = None,
    ) -> QRectF:
        """Write text whose left, right or middle edge is at ``at`` and whose line is centred on it.

        With ``ground`` what lies behind the text is covered. Returns the text's rectangle.
        """
        font, metrics = self.font_of(weight, px)
        width = self.width_of(text, weight, px)
        left = at.x()
        if align == Qt.AlignmentFlag.AlignRight:
            left -= width
        elif align == Qt.AlignmentFlag.AlignHCenter:
            left -= width / 2
        rectangle = QRectF(left, at.y() - metrics.height() / 2, width, metrics.height())
        if ground is not None:
            painter.fillRect(rectangle.adjusted(-2, 0, 2, 0), ground)
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(QPointF(round(left), round(rectangle.top() + metrics.ascent())), typeset(text))
        return rectangle

    def width_of(self, text: str, weight: int = 400, px: float | None = None) -> float:
        """How wide a text is."""
        key = (text, weight, px)
        width = self._widths.get(key)
        if width is None:
            if len(self._widths) > _MOST_WIDTHS:
                self._widths.clear()
            width = self._widths[key] = self.font_of(weight, px)[1].horizontalAdvance(typeset(text))
        return width

    def minimumSizeHint(self) -> QSize:
        """Small enough for every layout of the workstation."""
        return QSize(64, 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, plot and focus ring."""
        painter = QPainter(self)
        try:
            painter.fillRect(event.rect(), self._theme.surface)
            self.paint_plot(painter)
            if self.hasFocus():
                self._paint_focus(painter)
        finally:
            # A painter that outlives its widget's paint event brings the whole program down.
            painter.end()
        if not self._shown and self.has_data() and self.isVisible():
            self._shown = True
            self.was_shown.emit()

    def _paint_focus(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        pen = QPen(self._theme.focus, 2)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
