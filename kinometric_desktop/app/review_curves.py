"""What a plot is given: frozen values made of numpy arrays, without Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

STANCE_NAMES = {
    "LBEO": "Left, eyes open",
    "RBEO": "Right, eyes open",
    "LBEC": "Left, eyes closed",
    "RBEC": "Right, eyes closed",
}


@dataclass(frozen=True)
class EventMark:
    """A loss of balance: when, and in one word how it was seen ("lean", "foot")."""

    at_s: float
    word: str = ""

    @property
    def text(self) -> str:
        """``down 4.2 s lean``."""
        return f"{self.when} {self.word}".rstrip()

    @property
    def when(self) -> str:
        """``down 4.2 s``, rounded down as every hold is."""
        return f"down {math.floor(round(self.at_s * 10, 6)) / 10:.1f} s"


@dataclass(frozen=True, eq=False)
class StanceCurves:
    """The curves of one stance, equally spaced in time.

    Attributes
    ----------
    stance : str
        LBEO, RBEO, LBEC or RBEC.
    rate_hz : float
        Samples a second.
    lanes_m_s2 : tuple of three (n,) float64
        First and second horizontal axis and the vertical, raw, gravity removed.
    path_m_s2 : tuple of two (n,) float64
        First and second horizontal axis, filtered, of which the path is drawn.
    axis_names : tuple of two str
        ``("AP", "ML")`` where the mounting was stated, else ``("major", "minor")``.
    start_s : float
        Time of the first sample on the axis of the window.
    measured_s : tuple of two float or None
        The measured part; None where nothing was measured.
    event : EventMark or None
        A loss of balance inside the window.
    ellipse_m_s2 : (m, 2) float64 or None
        Points of the 95 % ellipse, first and second axis.
    ellipse95_m2_s4 : float or None
        Its area.
    label : str
        Says which session these curves are of, for keys ("02-Nov-2026").
    """

    stance: str
    rate_hz: float
    lanes_m_s2: tuple[FloatArray, FloatArray, FloatArray]
    path_m_s2: tuple[FloatArray, FloatArray] | None = None
    axis_names: tuple[str, str] = ("AP", "ML")
    start_s: float = 0.0
    measured_s: tuple[float, float] | None = None
    event: EventMark | None = None
    ellipse_m_s2: FloatArray | None = None
    ellipse95_m2_s4: float | None = None
    label: str = ""

    def __post_init__(self) -> None:
        if self.stance not in STANCE_NAMES:
            raise ValueError(f"unknown stance {self.stance!r}")
        if not self.rate_hz > 0:
            raise ValueError("the rate must be positive")
        lanes = tuple(_frozen(lane) for lane in self.lanes_m_s2)
        if len({lane.shape for lane in lanes}) != 1 or lanes[0].ndim != 1 or lanes[0].size == 0:
            raise ValueError("the three lanes must be columns of one length")
        object.__setattr__(self, "lanes_m_s2", lanes)
        if self.path_m_s2 is not None:
            path = tuple(_frozen(axis) for axis in self.path_m_s2)
            if any(axis.shape != lanes[0].shape for axis in path):
                raise ValueError("the path must be as long as the lanes")
            object.__setattr__(self, "path_m_s2", path)
        if self.ellipse_m_s2 is not None:
            object.__setattr__(self, "ellipse_m_s2", _frozen(self.ellipse_m_s2))

    @property
    def samples(self) -> int:
        """Samples a lane."""
        return int(self.lanes_m_s2[0].size)

    @property
    def end_s(self) -> float:
        """Time of the last sample."""
        return self.start_s + (self.samples - 1) / self.rate_hz

    @property
    def lane_names(self) -> tuple[str, str, str]:
        """The labels of the three lanes."""
        return (*self.axis_names, "V")

    def index_at(self, time_s: float) -> int:
        """The sample nearest to a time."""
        return min(max(round((time_s - self.start_s) * self.rate_hz), 0), self.samples - 1)

    def values_at(self, time_s: float) -> tuple[float, float, float]:
        """The three lanes at the sample nearest to a time, in m/s2."""
        index = self.index_at(time_s)
        first, second, vertical = self.lanes_m_s2
        return float(first[index]), float(second[index]), float(vertical[index])

    def slice_between(self, from_s: float, to_s: float) -> slice:
        """The samples from one time to another, both included."""
        first = int(np.ceil((from_s - self.start_s) * self.rate_hz - 1e-6))
        last = int(np.floor((to_s - self.start_s) * self.rate_hz + 1e-6))
        return slice(max(first, 0), max(min(last + 1, self.samples), 0))


@dataclass(frozen=True)
class TrendPoint:
    """One stance's score in one session; None where it has none."""

    at: datetime
    score: float | None


@dataclass(frozen=True)
class TrendSeries:
    """The scores of one stance over the sessions, oldest first."""

    stance: str
    points: tuple[TrendPoint, ...] = field(default_factory=tuple)

    @property
    def known(self) -> tuple[TrendPoint, ...]:
        """The sessions that have a score."""
        return tuple(point for point in self.points if point.score is not None)


def _frozen(values: ArrayLike) -> FloatArray:
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.flags.writeable:
        array = array.view()
        array.setflags(write=False)
    return array
