"""Cut the 10-second window out of a recording and bring it to 100 Hz by linear interpolation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kinometric.recordings.recording import FloatArray, Recording, RecordingError
from kinometric.sway.engine import engine
from kinometric.sway.filters import low_pass

_ROUNDING_S = 1e-6
_FASTER_THAN_HZ = 110.0


@dataclass(frozen=True, eq=False)
class Window:
    """The window of a recording before anything is known of gravity.

    Attributes
    ----------
    time_s : (m,) float64
        Seconds from the start of the window, 0.01 s apart.
    acceleration_m_s2 : (m, 3) float64
        As measured, along the phone's axes.
    start_s : float
        Start of the window, seconds from the first sample of the recording.
    seen_s : float
        How far into the window the recording reaches, at most its length.
    foot_lift_known : bool
    late_s : float
        How long after foot lift the recording began, 0 when it saw the lift.
    """

    time_s: FloatArray
    acceleration_m_s2: FloatArray
    start_s: float
    seen_s: float
    foot_lift_known: bool
    late_s: float


def cut_window(recording: Recording, foot_lift_s: float | None = None) -> Window:
    """Cut the first 10.0 s after foot lift, else of the recording.

    Parameters
    ----------
    recording : Recording
    foot_lift_s : float, optional
        Foot lift on the recording's time axis; the recording's own mark is used when it is not given.

    Returns
    -------
    Window

    Raises
    ------
    RecordingError
        When less than one second follows the start of the window, or the time of foot lift is not a number.
    """
    limits, filters = engine().window, engine().filters
    mark = recording.foot_lift_s if foot_lift_s is None else foot_lift_s
    if mark is not None and not math.isfinite(mark):
        raise RecordingError("The time of foot lift is not a number.", code="not_a_number")
    first = float(recording.time_s[0])
    lift = 0.0 if mark is None else mark - first
    start = max(lift, 0.0)
    length = recording.duration_s - start
    if length < engine().quality.shortest_s - _ROUNDING_S:
        what = "foot lift" if mark is not None else "its start"
        raise RecordingError(
            f"The recording is too short: {max(length, 0.0):.1f} s follow {what}, at least "
            f"{engine().quality.shortest_s:.0f} s are needed.",
            code="too_short",
        )
    rate = filters.rate_hz
    samples = min(round(limits.length_s * rate), int(np.floor((length + _ROUNDING_S) * rate)) + 1)
    time_s = np.arange(samples) / rate
    source_time, source = _slowed(recording, first, start)
    at = time_s + start
    columns = [np.interp(at, source_time, source[:, axis]) for axis in range(3)]
    return Window(
        time_s=time_s,
        acceleration_m_s2=np.stack(columns, axis=1),
        start_s=start,
        seen_s=min(length, limits.length_s),
        foot_lift_known=mark is not None,
        late_s=max(-lift, 0.0),
    )


def _slowed(recording: Recording, first: float, start: float) -> tuple[FloatArray, FloatArray]:
    """Time from the first sample, and acceleration without what 100 Hz cannot carry."""
    time_s, acceleration = recording.time_s - first, recording.acceleration_m_s2
    margin_s = 1.0
    last = start + engine().window.length_s + margin_s
    if time_s[-1] > last or start > margin_s:
        # One sample more on either side, so that two are left even where the recording has a hole.
        before = max(int(np.searchsorted(time_s, start - margin_s)) - 1, 0)
        kept = slice(before, int(np.searchsorted(time_s, last)) + 1)
        time_s, acceleration = time_s[kept], acceleration[kept]
    rate = (time_s.size - 1) / (time_s[-1] - time_s[0])
    if rate <= _FASTER_THAN_HZ:
        return time_s, acceleration
    even = time_s[0] + np.arange(int((time_s[-1] - time_s[0]) * rate + _ROUNDING_S) + 1) / rate
    rows = np.stack([np.interp(even, time_s, acceleration[:, axis]) for axis in range(3)])
    return even, low_pass(rows, engine().filters.anti_alias_hz, rate).T
