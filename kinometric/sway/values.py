"""The values of the sway chain: the signal of one window, an event in it, and the measures made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kinometric.recordings.recording import Finding, FloatArray

RATE_HZ = 100.0
WINDOW_S = 10.0
MEASURED_FROM_S = 1.0
MEASURED_TO_S = 9.5

EventKind = Literal["impact", "lean", "burst", "stepping", "hop"]


@dataclass(frozen=True, eq=False)
class SwaySignal:
    """One window of at most 10.0 s at 100 Hz, upright: two horizontal axes and the vertical.

    Attributes
    ----------
    time_s : (m,) float64
        Seconds from the start of the window; 0.00 to 9.99 for a full one.
    axis_1, axis_2 : (m,) float64
        Horizontal acceleration in m/s2, 3.5 Hz zero-phase low-pass, mean of the measured part removed; before and after
        a loss of balance filtered apart.
    vertical : (m,) float64
        Vertical acceleration in m/s2 without gravity, filtered likewise.
    axis_1_raw, axis_2_raw, vertical_raw : (m,) float64
        The same before the filter.
    axis_names : tuple of str
        ("AP", "ML") where the mounting is stated, else ("major", "minor").
    acceleration_m_s2 : (m, 3) float64
        The resampled acceleration along the phone's axes, rescaled to standard gravity, unfiltered.
    gravity_unit : (3,) float64
        Direction of gravity's reaction (upwards) in the phone's axes, length 1.
    gravity_scale : float
        Ratio of the mean acceleration of the stance to standard gravity, before rescaling.
    window_start_s : float
        Start of the window, in seconds from the first sample of the recording.
    findings : tuple of Finding
    events : tuple of Event
        Losses of balance that the detector proposes, the first one first.
    """

    time_s: FloatArray
    axis_1: FloatArray
    axis_2: FloatArray
    vertical: FloatArray
    axis_1_raw: FloatArray
    axis_2_raw: FloatArray
    vertical_raw: FloatArray
    axis_names: tuple[str, str]
    acceleration_m_s2: FloatArray
    gravity_unit: FloatArray
    gravity_scale: float
    window_start_s: float
    findings: tuple[Finding, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def end_s(self) -> float:
        """Time of the last sample, seconds from the start of the window."""
        return float(self.time_s[-1])


@dataclass(frozen=True)
class Event:
    """A loss of balance that the detector proposes.

    Attributes
    ----------
    kind : {"impact", "lean", "burst", "stepping", "hop"}
    at_s : float
        Seconds from the start of the window.
    reason : str
        One sentence with the figure and the threshold it crossed.
    """

    kind: EventKind
    at_s: float
    reason: str


@dataclass(frozen=True)
class SwayMeasures:
    """Sway of the measured part of a window; every number is invariant to the phone's rotation but those per axis.

    Attributes
    ----------
    rms_m_s2 : float
        Resultant horizontal root mean square.
    rms_1_m_s2, rms_2_m_s2 : float
        The same along the two named axes.
    path_m_s2, path_rate_m_s3 : float
        Length of the acceleration's path, and that per second.
    jerk_m2_s5 : float
        Half the integral of the squared jerk.
    ellipse95_m2_s4 : float
        Area of the 95 % ellipse by chi-square (definition A).
    mdist_m_s2 : float
        Mean distance from the centre.
    f95_hz, centroid_hz : float
        Frequency below which 95 % of the power lies, and the centroid frequency.
    measured_from_s, measured_to_s : float
        The measured part, seconds from the start of the window.
    """

    rms_m_s2: float
    rms_1_m_s2: float
    rms_2_m_s2: float
    path_m_s2: float
    path_rate_m_s3: float
    jerk_m2_s5: float
    ellipse95_m2_s4: float
    mdist_m_s2: float
    f95_hz: float
    centroid_hz: float
    measured_from_s: float
    measured_to_s: float


@dataclass(frozen=True)
class Ellipse:
    """The 95 % ellipse of the sway path, for a plot.

    Attributes
    ----------
    center : tuple of float
        On axis 1 and axis 2, m/s2.
    axes : tuple of float
        Half lengths, the longer first, m/s2.
    angle : float
        Radians from axis 1 to the longer half axis.
    """

    center: tuple[float, float]
    axes: tuple[float, float]
    angle: float
