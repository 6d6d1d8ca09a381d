"""Where three lanes lie and how their curves become lines of pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPolygonF

from kinometric_desktop.app.review_curves import FloatArray, StanceCurves
from kinometric_desktop.ui.plots.pyramid import MinMaxPyramid
from kinometric_desktop.ui.plots.strokes import column_lines, polyline

#: From this many samples a pixel on, extremes are drawn instead of samples.
_SAMPLES_A_PIXEL = 4.0


@dataclass(frozen=True)
class LaneGeometry:
    """Three lanes of equal height in one frame, with one scale of time and one of acceleration.

    Attributes
    ----------
    frame : QRectF
        The plot without its labels, in pixels.
    from_s, to_s : float
        Time at its left and right edge.
    amplitude_m_s2 : float
        Half the height of a lane.
    """

    frame: QRectF
    from_s: float
    to_s: float
    amplitude_m_s2: float

    @property
    def lane_height(self) -> float:
        """Pixels a lane."""
        return self.frame.height() / 3

    @property
    def pixels_per_s(self) -> float:
        """Pixels a second."""
        return (self.frame.width() - 1) / (self.to_s - self.from_s)

    @property
    def pixels_per_m_s2(self) -> float:
        """Pixels a m/s2."""
        return (self.lane_height - 1) / (2 * self.amplitude_m_s2)

    def lane(self, number: int) -> QRectF:
        """The rectangle of lane 0, 1 or 2."""
        return QRectF(
            self.frame.left(), self.frame.top() + number * self.lane_height, self.frame.width(), self.lane_height
        )

    def x_of(self, time_s: float) -> float:
        """Where a time lies."""
        return self.frame.left() + (time_s - self.from_s) * self.pixels_per_s

    def time_at(self, x: float) -> float:
        """The time at a place."""
        return self.from_s + (x - self.frame.left()) / self.pixels_per_s

    def y_of(self, number: int, value_m_s2: float) -> float:
        """Where a value of a lane lies."""
        lane = self.lane(number)
        return lane.center().y() - value_m_s2 * self.pixels_per_m_s2


@dataclass(frozen=True)
class PeakBeyond:
    """The largest value of a lane that its height can't show."""

    lane: int
    time_s: float
    value_m_s2: float


class LaneCurves:
    """The curves of a stance made ready for drawing at any zoom.

    Parameters
    ----------
    curves : StanceCurves
    """

    def __init__(self, curves: StanceCurves) -> None:
        self.curves = curves
        self._pyramids: tuple[MinMaxPyramid, ...] | None = None
        self._largest_at: dict[int, int] = {}

    def polygon(self, number: int, geometry: LaneGeometry, from_s: float, to_s: float) -> QPolygonF | None:
        """One lane's curve between two times as a line of pixels, cut to what is visible.

        Returns
        -------
        QPolygonF or None
            None where there is nothing to draw. Every sample is drawn up to four a pixel; beyond that the smallest
            and largest of each pixel's samples, so that no peak is lost.
        """
        curves = self.curves
        rate = curves.rate_hz
        part = curves.slice_between(from_s, to_s)
        visible = curves.slice_between(geometry.from_s - 1 / rate, geometry.to_s + 1 / rate)
        first, last = max(part.start, visible.start), min(part.stop, visible.stop)
        if last - first < 2:
            return None
        middle = geometry.lane(number).center().y()
        per_unit = geometry.pixels_per_m_s2
        left = geometry.x_of(curves.start_s)
        per_sample = geometry.pixels_per_s / rate
        if per_sample * _SAMPLES_A_PIXEL >= 1:
            x = left + np.arange(first, last) * per_sample
            return polyline(x, middle - curves.lanes_m_s2[number][first:last] * per_unit)
        columns = max(int((last - first) * per_sample / 2), 1)
        centre, low, high = self._pyramid(number).columns(first, last, columns)
        half = geometry.lane_height
        return column_lines(
            left + centre * per_sample,
            middle - np.clip(low * per_unit, -half, half),
            middle - np.clip(high * per_unit, -half, half),
        )

    def peaks_beyond(self, amplitude_m_s2: float) -> tuple[PeakBeyond, ...]:
        """The largest value of each lane that lies beyond the scale, upwards or downwards."""
        peaks = []
        for number, lane in enumerate(self.curves.lanes_m_s2):
            index = self._largest(number, lane)
            value = float(lane[index])
            if abs(value) > amplitude_m_s2:
                peaks.append(PeakBeyond(number, self.curves.start_s + index / self.curves.rate_hz, value))
        return tuple(peaks)

    def largest_m_s2(self) -> tuple[float, float, float]:
        """The largest absolute value of each lane."""
        first, second, vertical = (
            abs(float(lane[self._largest(number, lane)])) for number, lane in enumerate(self.curves.lanes_m_s2)
        )
        return first, second, vertical

    def _largest(self, number: int, lane: FloatArray) -> int:
        if number not in self._largest_at:
            low, high = int(np.argmin(lane)), int(np.argmax(lane))
            self._largest_at[number] = high if lane[high] >= -lane[low] else low
        return self._largest_at[number]

    def _pyramid(self, number: int) -> MinMaxPyramid:
        if self._pyramids is None:
            self._pyramids = tuple(MinMaxPyramid(lane) for lane in self.curves.lanes_m_s2)
        return self._pyramids[number]
