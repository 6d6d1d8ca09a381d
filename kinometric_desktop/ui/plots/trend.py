"""The trend: scores of the four stances over time, on a fixed scale, with the borders of the levels."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from kinometric_desktop.app.review_curves import TrendSeries
from kinometric_desktop.app.wording import written_date
from kinometric_desktop.ui.plots.canvas import PlotCanvas
from kinometric_desktop.ui.plots.strokes import draw_level_symbol, draw_marker, hairlines, pen_of
from kinometric_desktop.ui.plots.theme import PlotTheme
from kinometric_desktop.ui.plots.ticks import signed_free

BORDERS = (2.5, 5.0, 7.5)
_BANDS = {"critical": 1.25, "high": 3.75, "moderate": 6.25, "low": 8.75}
_INSET_PX = 12
_BAR_STEP_PX = 5
_CAP_PX = 5


class TrendPlot(PlotCanvas):
    """Score 0 to 10 over proportional time.

    No fill, no arrow, no smoothing: points joined by lines in the stance's colour, dash and marker. Where the
    measurement error is known, a bar around each stance's score before the last shows it: a last score within the
    bar's height has not changed by more than repeating the test alone may change it.
    """

    def __init__(self, theme: PlotTheme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._series: tuple[TrendSeries, ...] = ()
        self._error_points: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Trend of scores")

    def sizeHint(self) -> QSize:
        """The strip of picture 04."""
        return QSize(620, 104)

    @property
    def series(self) -> tuple[TrendSeries, ...]:
        """What is drawn."""
        return self._series

    @property
    def error_points(self) -> float | None:
        """The measurement error that is drawn, points; None while none is known."""
        return self._error_points

    def show_series(self, series: tuple[TrendSeries, ...], error_points: float | None = None) -> None:
        """Draw these scores, and the measurement error around those before the last."""
        self._series = series
        self._error_points = error_points
        self.content_changed()

    def has_data(self) -> bool:
        """True when any stance has a score."""
        return any(line.known for line in self._series)

    def sessions(self) -> tuple[datetime, ...]:
        """The times of all sessions, oldest first."""
        return tuple(sorted({point.at for line in self._series for point in line.points}))

    def frame(self) -> QRectF:
        """The plot without its labels."""
        metrics = self.font_of()[1]
        left = self.width_of("10") + 8
        right = self._levels_width()
        top = round(metrics.height() / 2)
        bottom = metrics.height() + 4
        return QRectF(
            left, top, max(self.width() - left - right, 40.0), max(float(round(self.height() - top - bottom)), 20.0)
        )

    def x_of(self, at: datetime) -> float:
        """Where a moment lies."""
        frame, sessions = self.frame(), self.sessions()
        low, high = frame.left() + _INSET_PX, frame.right() - _INSET_PX
        if len(sessions) < 2:
            return (low + high) / 2
        share = (at - sessions[0]) / (sessions[-1] - sessions[0])
        return low + share * (high - low)

    def y_of(self, score: float) -> float:
        """Where a score lies."""
        frame = self.frame()
        return frame.bottom() - 1 - score / 10 * (frame.height() - 1)

    def summary(self) -> str:
        """How many sessions, and the last score of each stance with the one before."""
        if not self.has_data():
            return "No earlier scores."
        parts = []
        for line in self._series:
            known = line.known
            if known:
                text = f"{line.stance} {_one_decimal(known[-1].score)}"
                parts.append(text + (f", was {_one_decimal(known[-2].score)}" if len(known) > 1 else ""))
        error = "" if self._error_points is None else f" Measurement error {self._error_points:.1f} points."
        return f"Score 0 to 10 over {len(self.sessions())} sessions: {'; '.join(parts)}.{error}"

    def paint_plot(self, painter: QPainter) -> None:
        """Paint frame, borders, dates, lines, markers and the level words."""
        theme, frame = self._theme, self.frame()
        painter.fillRect(frame, theme.ground)
        hairlines(
            painter,
            theme.grid,
            [QRectF(round(self.x_of(at)), frame.top(), 1, frame.height()) for at in self.sessions()],
        )
        borders = [QRectF(frame.left(), round(self.y_of(border)), frame.width(), 1) for border in BORDERS]
        hairlines(painter, theme.zero, borders)
        edges = [
            QRectF(frame.left(), frame.top(), frame.width(), 1),
            QRectF(frame.left(), frame.bottom() - 1, frame.width(), 1),
            QRectF(frame.left(), frame.top(), 1, frame.height()),
            QRectF(frame.right() - 1, frame.top(), 1, frame.height()),
        ]
        hairlines(painter, theme.frame, edges)
        self._paint_axes(painter, frame)
        for line in self._series:
            self._paint_line(painter, line)
        for bar, line in self.error_bars():
            self._paint_error(painter, bar, line)
        self._paint_levels(painter, frame)

    def error_bars(self) -> list[tuple[QRectF, TrendSeries]]:
        """Where the measurement error is drawn: a bar of no width for each stance with a score before its last."""
        error = self._error_points
        bars = []
        for place, line in enumerate(self._series):
            if error is None or len(line.known) < 2:
                continue
            before = line.known[-2]
            score = before.score or 0.0
            top, bottom = self.y_of(min(score + error, 10.0)), self.y_of(max(score - error, 0.0))
            x = self.x_of(before.at) + (place - (len(self._series) - 1) / 2) * self.scaled(_BAR_STEP_PX)
            bars.append((QRectF(x, top, 0.0, bottom - top), line))
        return bars

    def _paint_error(self, painter: QPainter, bar: QRectF, line: TrendSeries) -> None:
        half = self.scaled(_CAP_PX) / 2
        painter.setPen(pen_of(self._theme.stances[line.stance].line, self._theme.trend_px))
        painter.drawLine(bar.topLeft(), bar.bottomLeft())
        for y in (bar.top(), bar.bottom()):
            painter.drawLine(QPointF(bar.x() - half, y), QPointF(bar.x() + half, y))

    def _paint_line(self, painter: QPainter, line: TrendSeries) -> None:
        look = self._theme.stances[line.stance]
        points = [QPointF(self.x_of(point.at), self.y_of(point.score or 0.0)) for point in line.known]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen_of(look.line, self._theme.trend_px, look.dash))
        if len(points) > 1:
            painter.drawPolyline(QPolygonF(points))
        for point in points:
            draw_marker(
                painter,
                point,
                look.marker,
                self.scaled(look.marker_size),
                look.line,
                self._theme.ground,
                filled=look.marker_filled,
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_axes(self, painter: QPainter, frame: QRectF) -> None:
        right = Qt.AlignmentFlag.AlignRight
        for score in (0, 5, 10):
            self.text_at(
                painter, QPointF(frame.left() - 6, self.y_of(score)), str(score), self._theme.text_2, align=right
            )
        y = frame.bottom() + 4 + self.font_of()[1].height() / 2
        free = float(self.width()) + 1
        for at in reversed(self.sessions()):
            text = written_date(at.date())
            half = self.width_of(text) / 2
            x = min(max(self.x_of(at), half), free - half - 12 if free <= self.width() else self.width() - half)
            if abs(x - self.x_of(at)) > half:
                continue
            self.text_at(painter, QPointF(x, y), text, self._theme.text_2, align=Qt.AlignmentFlag.AlignHCenter)
            free = x - half

    def _levels_width(self) -> float:
        return max(self.width_of(f"{level.word} risk", 500) for level in self._theme.levels) + self.scaled(28)

    def _paint_levels(self, painter: QPainter, frame: QRectF) -> None:
        for level in self._theme.levels:
            y = self.y_of(_BANDS[level.key])
            x = frame.right() + self.scaled(12)
            draw_level_symbol(painter, QPointF(x + self.scaled(4), y), level.key, level.ink, self.scaled(9))
            self.text_at(painter, QPointF(x + self.scaled(14), y), f"{level.word} risk", level.ink, weight=500)


def _one_decimal(score: float | None) -> str:
    return "" if score is None else signed_free(score, 1)
