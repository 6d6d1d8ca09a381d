"""The value that every reader produces and every later step takes: one phone recording of one stance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Severity = Literal["fine", "shown", "not_scorable"]
FloatArray = NDArray[np.float64]

#: Beyond any time in nanoseconds and any acceleration; squares of it are still numbers.
LARGEST = 1e100
STANCES = ("LBEO", "RBEO", "LBEC", "RBEC")
PLACEMENTS = ("waist", "sacrum", "chest", "unknown")
MOUNTINGS = ("portrait_screen_out",)


class RecordingError(ValueError):
    """A recording that cannot be read or used; its text is a sentence for people and never holds file content.

    Attributes
    ----------
    reason : str
        One sentence.
    code : str
        A short name of the reason, the same as a `Finding.code`.
    line : int or None
        The line of the file that shows the problem, counted from 1.
    """

    def __init__(self, reason: str, *, code: str = "unreadable", line: int | None = None) -> None:
        self.reason = reason
        self.code = code
        self.line = line
        super().__init__(reason if line is None else f"line {line}: {reason}")


@dataclass(frozen=True)
class Finding:
    """What was noticed about a recording or a trial.

    Attributes
    ----------
    code : str
        Stable name, for example ``"gravity_scale"``.
    severity : {"fine", "shown", "not_scorable"}
        Whether it is harmless, must be seen by the reader of the score, or forbids a score.
    message : str
        One sentence for people, without patient data.
    numbers : Mapping[str, float]
        The figures of the sentence, units in the keys.
    """

    code: str
    severity: Severity
    message: str
    numbers: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.severity not in ("fine", "shown", "not_scorable"):
            raise ValueError(f"unknown severity {self.severity!r}")
        object.__setattr__(self, "numbers", MappingProxyType(dict(self.numbers)))


@dataclass(frozen=True, eq=False)
class Recording:
    """Acceleration of the trunk during one stance, gravity included.

    Attributes
    ----------
    time_s : (n,) float64
        Strictly increasing seconds.
    acceleration_m_s2 : (n, 3) float64
        Specific force along the phone's axes, gravity included, as measured (not rescaled).
    stance : {"LBEO", "RBEO", "LBEC", "RBEC"} or None
        Left or right leg, eyes open or closed.
    placement : {"waist", "sacrum", "chest", "unknown"} or None
    mounting : {"portrait_screen_out"} or None
        AP and ML are named only when this is stated.
    device, source : str or None
        The phone, and the dialect or generator that the recording came from.
    foot_lift_s : float or None
        When the foot left the floor, on the axis of `time_s`.
    recorded_at : str or None
        ISO 8601 instant, if the file states one.
    synthetic : bool
        True for generated recordings; shown wherever the recording is seen.
    findings : tuple of Finding
        What the reader noticed.

    Raises
    ------
    RecordingError
        When shapes differ, a number is not finite, time does not increase, or a label is unknown.
    """

    time_s: FloatArray
    acceleration_m_s2: FloatArray
    stance: str | None = None
    placement: str | None = None
    mounting: str | None = None
    device: str | None = None
    source: str | None = None
    foot_lift_s: float | None = None
    recorded_at: str | None = None
    synthetic: bool = False
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        time_s = _frozen(self.time_s)
        acceleration = _frozen(self.acceleration_m_s2)
        if time_s.ndim != 1 or acceleration.shape != (time_s.size, 3):
            raise RecordingError(
                "Time must be one column and acceleration three columns of equal length.", code="shape"
            )
        if time_s.size < 2:
            raise RecordingError("The recording has fewer than two samples.", code="too_short")
        if not (believable(time_s) and believable(acceleration.ravel())):
            raise RecordingError("The recording holds values that are not numbers.", code="not_a_number")
        if not (time_s[1:] > time_s[:-1]).all():
            raise RecordingError("Time does not increase from sample to sample.", code="time_order")
        self._take(time_s, acceleration)

    def _take(self, time_s: FloatArray, acceleration: FloatArray) -> None:
        """Check the labels and keep the numbers."""
        _known(self.stance, STANCES, "stance")
        _known(self.placement, PLACEMENTS, "placement")
        _known(self.mounting, MOUNTINGS, "mounting")
        if self.foot_lift_s is not None and not np.isfinite(self.foot_lift_s):
            raise RecordingError("The time of foot lift is not a number.", code="not_a_number")
        object.__setattr__(self, "time_s", time_s)
        object.__setattr__(self, "acceleration_m_s2", acceleration)
        object.__setattr__(self, "findings", tuple(self.findings))

    @classmethod
    def of_checked(cls, time_s: FloatArray, acceleration_m_s2: FloatArray, **facts: Any) -> Recording:
        """Make a recording of numbers that a reader has just checked, without checking and copying them again.

        Parameters
        ----------
        time_s : (n,) float64
            Strictly increasing, n >= 2, all finite; nobody else may write to it.
        acceleration_m_s2 : (n, 3) float64
            Likewise, m/s2 with gravity.
        **facts
            The further arguments of `Recording`.

        Returns
        -------
        Recording
            The same as ``Recording(time_s, acceleration_m_s2, **facts)``.

        Raises
        ------
        RecordingError
            When a label is unknown.
        """
        made = cls.__new__(cls)
        made.__dict__.update(_FACTS, **facts)
        time_s.setflags(write=False)
        acceleration_m_s2.setflags(write=False)
        made._take(time_s, acceleration_m_s2)
        return made

    @property
    def duration_s(self) -> float:
        """Seconds from the first to the last sample."""
        return float(self.time_s[-1] - self.time_s[0])

    @property
    def rate_hz(self) -> float:
        """Mean sampling rate."""
        return (self.time_s.size - 1) / self.duration_s


_FACTS = {fact.name: fact.default for fact in fields(Recording)[2:]}


def _frozen(values: ArrayLike) -> FloatArray:
    array = np.array(values, dtype=np.float64, order="C")
    array.setflags(write=False)
    return array


def believable(values: FloatArray) -> bool:
    """Whether all values are finite, and not so large that their squares would not be.

    Parameters
    ----------
    values : (n,) float64

    Returns
    -------
    bool
    """
    # One product is cheaper than a test of each value; only a suspicious one is looked at closely.
    with np.errstate(over="ignore", invalid="ignore"):
        product = float(values @ values)
    return math.isfinite(product) or bool((np.abs(values) < LARGEST).all())


def _known(value: str | None, allowed: tuple[str, ...], what: str) -> None:
    if value is not None and value not in allowed:
        raise RecordingError(f"The {what} is not one of {', '.join(allowed)}.", code=f"{what}_unknown")
