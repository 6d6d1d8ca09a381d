"""Judge whether a window is fit to be scored: rate, gaps, clipping, foot lift, gravity, worn or not, orientation."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from kinometric.recordings.recording import Finding, FloatArray, Recording
from kinometric.recordings.units import GRAVITY_FREE, STANDARD_GRAVITY_M_S2
from kinometric.sway.engine import QualityLimits, engine
from kinometric.sway.events import without_spikes
from kinometric.sway.upright import Gravity, mean_gravity
from kinometric.sway.window import Window

_STARTED_LATE_S = 0.25
_LONGER_BY_S = 1.0
_CLIPPED_ABOVE_M_S2 = 1.5 * STANDARD_GRAVITY_M_S2


def judge(
    recording: Recording,
    window: Window,
    gravity: Gravity,
    acceleration_m_s2: FloatArray,
    upright: FloatArray,
    filtered: FloatArray,
    stance: slice,
    end_s: float | None,
) -> tuple[Finding, ...]:
    """Return what must be known before a score is believed.

    Parameters
    ----------
    recording : Recording
    window : Window
    gravity : Gravity
        Of the stance.
    acceleration_m_s2 : (m, 3) float64
        The window, rescaled.
    upright, filtered : (3, m) float64
        Two horizontal axes and the vertical, raw and filtered.
    stance : slice
        The samples that gravity was taken from.
    end_s : float or None
        Where balance was lost.

    Returns
    -------
    tuple of Finding
        At most one for each matter, in the order in which they are looked at.
    """
    limits = engine().quality
    span = _span(recording, window)
    findings = [
        _rate(span, limits),
        _gap(span, end_s, limits),
        _foot_lift(window),
        _chosen_window(recording, window),
        _gravity(gravity, limits),
        _clipping(recording, limits),
        _spike(acceleration_m_s2),
        _worn(upright, filtered, _before_the_loss(stance, end_s), limits),
        _frozen(recording, window, end_s, limits),
        _shaking(upright, filtered, stance, end_s, limits),
        _orientation(acceleration_m_s2, stance, limits),
    ]
    return tuple(finding for finding in findings if finding is not None)


def _span(recording: Recording, window: Window) -> FloatArray:
    """Sample times of the window, seconds from its start, with one sample on either side where there is one."""
    time_s = recording.time_s - recording.time_s[0] - window.start_s
    first = max(int(np.searchsorted(time_s, 0.0, side="right")) - 1, 0)
    last = min(int(np.searchsorted(time_s, window.seen_s, side="left")) + 1, time_s.size)
    span: FloatArray = time_s[first:last]
    return span


def _rate(span: FloatArray, limits: QualityLimits) -> Finding:
    rate = float((span.size - 1) / (span[-1] - span[0]))
    if rate < limits.slowest_rate_hz:
        return Finding(
            "rate_low",
            "not_scorable",
            f"The recording has {rate:.1f} samples a second; at least {limits.slowest_rate_hz:g} are needed.",
            {"rate_hz": rate},
        )
    return Finding("rate", "fine", f"{rate:.1f} samples a second.", {"rate_hz": rate})


def _gap(span: FloatArray, end_s: float | None, limits: QualityLimits) -> Finding:
    steps = np.diff(span)
    longest = int(np.argmax(steps))
    gap, at = float(steps[longest]), max(float(span[longest]), 0.0)
    numbers = {"gap_s": gap, "at_s": at}
    if gap <= limits.longest_gap_s:
        return Finding("gaps", "fine", f"No gap longer than {limits.longest_gap_s:g} s.", numbers)
    before_loss = span[:-1][steps > limits.longest_gap_s].min() < (np.inf if end_s is None else end_s)
    if before_loss:
        message = f"{gap:.2f} s are missing at {at:.1f} s of the window; the stance cannot be judged."
        return Finding("gap", "not_scorable", message, numbers)
    return Finding("gap", "shown", f"{gap:.2f} s are missing at {at:.1f} s, after balance was lost.", numbers)


def _foot_lift(window: Window) -> Finding:
    if window.late_s > _STARTED_LATE_S:
        return Finding(
            "started_late",
            "not_scorable",
            f"The recording began {window.late_s:.1f} s after foot lift, so the hold cannot be known.",
            {"late_s": window.late_s},
        )
    if not window.foot_lift_known:
        return Finding(
            "foot_lift_unknown", "shown", "No mark of foot lift: the hold counts from the start of the recording."
        )
    return Finding(
        "foot_lift", "fine", f"Foot lift is marked at {window.start_s:.1f} s.", {"foot_lift_s": window.start_s}
    )


def _chosen_window(recording: Recording, window: Window) -> Finding | None:
    end_s = window.start_s + engine().window.length_s
    if recording.duration_s <= end_s + _LONGER_BY_S:
        return None
    numbers = {"recorded_s": recording.duration_s, "from_s": window.start_s, "to_s": end_s}
    message = (
        f"The recording lasts {recording.duration_s:.1f} s; the window is {window.start_s:.1f} to {end_s:.1f} s of it."
    )
    return Finding("window", "fine" if window.foot_lift_known else "shown", message, numbers)


def _gravity(gravity: Gravity, limits: QualityLimits) -> Finding:
    numbers = {"scale": gravity.scale}
    if gravity.scale * STANDARD_GRAVITY_M_S2 < limits.gravity_free_below_m_s2:
        return Finding("gravity_free", "not_scorable", GRAVITY_FREE, numbers)
    error = gravity.scale - 1.0
    text = f"Gravity measures {gravity.scale:.3f} of its standard value"
    if abs(error) > limits.gravity_reject:
        message = f"{text}; beyond {limits.gravity_reject:.0%} the sensor is not believed."
        return Finding("gravity_scale", "not_scorable", message, numbers)
    if abs(error) > limits.gravity_warn:
        return Finding("gravity_scale", "shown", f"{text}; the recording was rescaled.", numbers)
    return Finding("gravity_scale", "fine", f"{text}.", numbers)


def _clipping(recording: Recording, limits: QualityLimits) -> Finding | None:
    values = recording.acceleration_m_s2
    if max(values.max(), -values.min()) <= _CLIPPED_ABOVE_M_S2:
        return None
    size = np.abs(values)
    top = size.max(axis=0)
    least = int(limits.clip_samples)
    for axis in np.flatnonzero(top > _CLIPPED_ABOVE_M_S2):
        at_top = (size[:, axis] == top[axis]).astype(np.int64)
        if at_top.size >= least and (np.convolve(at_top, np.ones(least, dtype=np.int64), "valid") == least).any():
            return Finding(
                "clipping",
                "shown",
                f"The sensor was driven to the end of its range ({top[axis]:.1f} m/s²).",
                {"range_m_s2": float(top[axis])},
            )
    return None


def _spike(acceleration_m_s2: FloatArray) -> Finding | None:
    """One sample far from both its neighbours is a glitch; it is no event, and the sway is not free of it."""
    length = np.sqrt(np.einsum("ij,ij->i", acceleration_m_s2, acceleration_m_s2))
    limit = engine().events.impact_m_s2
    if max(length.max() - STANDARD_GRAVITY_M_S2, STANDARD_GRAVITY_M_S2 - length.min()) <= limit:
        return None
    height = np.abs(length - without_spikes(length))
    at = int(np.argmax(height))
    if height[at] <= limit:
        return None
    numbers = {"height_m_s2": float(height[at]), "at_s": at / engine().filters.rate_hz}
    message = (
        f"A single sample stands out by {height[at]:.1f} m/s² at {numbers['at_s']:.2f} s of the window: a fault of the "
        "sensor or a knock, not counted as a loss of balance."
    )
    return Finding("spike", "shown", message, numbers)


def _before_the_loss(stance: slice, end_s: float | None) -> slice:
    """The stance without the quarter second in which balance is lost, where enough is left."""
    quarter = round(0.25 * engine().filters.rate_hz)
    if end_s is None or stance.stop - stance.start < 6 * quarter:
        return stance
    return slice(stance.start, stance.stop - quarter)


def _worn(upright: FloatArray, filtered: FloatArray, stance: slice, limits: QualityLimits) -> Finding:
    """A phone on a table shows less than anybody's sway, lies still for seconds, or shows but its own white noise."""
    rate = engine().filters.rate_hz
    block = round(0.5 * rate)
    sway = filtered[:2, stance] - filtered[:2, stance].mean(axis=1, keepdims=True)
    count = sway.shape[1] // block
    blocks = sway[:, : count * block].reshape(2, count, block)
    squares = np.einsum("aij,aij->i", blocks, blocks) / block
    typical = float(np.sqrt(np.median(squares)))
    ratio = _density_ratio(upright[:2, stance])
    numbers = {"rms_m_s2": typical, "noise_ratio": ratio}
    moving = squares - (blocks.mean(axis=2) ** 2).sum(axis=0) > limits.still_rms_m_s2**2
    still_s = 0.5 * _longest_run(~moving)
    # In a short stance chance makes a quiet person look like noise.
    long = sway.shape[1] >= limits.worn_judged_from_s * rate
    message = None
    if typical < (limits.worn_rms_m_s2 if long else limits.worn_rms_short_m_s2):
        message = f"The phone was not worn: {typical:.3f} m/s² is less sway than anybody's."
    elif still_s >= limits.still_s:
        message = f"The phone was not worn: it lay still for {still_s:.1f} s."
    elif long and typical < limits.noise_rms_m_s2 and ratio < limits.noise_ratio:
        message = f"The phone was not worn: its {typical:.3f} m/s² is the sensor's own noise."
    if message is not None:
        return Finding("not_worn", "not_scorable", message, {**numbers, "still_s": still_s})
    return Finding("worn", "fine", "The phone moved as one that is worn.", numbers)


def _longest_run(flags: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> int:
    longest = run = 0
    for flag in flags.tolist():
        run = run + 1 if flag else 0
        longest = max(longest, run)
    return longest


def _frozen(recording: Recording, window: Window, end_s: float | None, limits: QualityLimits) -> Finding | None:
    """A sensor that repeats one value for long tells nothing of that time."""
    time_s = recording.time_s - (recording.time_s[0] + window.start_s)
    inside = slice(int(np.searchsorted(time_s, 0.0)), int(np.searchsorted(time_s, window.seen_s, side="right")))
    part, values = time_s[inside], recording.acceleration_m_s2[inside]
    if part.size < 3:
        return None
    # A value that lasts so long is met twice in a row by every second look within that time.
    spread = values[:: max(int(limits.frozen_s / 2 * (part.size - 1) / (part[-1] - part[0])), 1), 0]
    if not (spread[1:] == spread[:-1]).any():
        return None
    moved = np.flatnonzero(values[1:, 0] != values[:-1, 0])
    edges = np.concatenate(([0], moved + 1, [part.size - 1]))
    lasts = part[edges[1:]] - part[edges[:-1]]
    for number in np.flatnonzero(lasts > limits.frozen_s):
        start, stop = int(edges[number]), int(edges[number + 1])
        if not (values[start:stop] == values[start]).all():
            continue
        numbers = {"frozen_s": float(lasts[number]), "at_s": float(part[start])}
        told = f"The sensor repeats one value for {lasts[number]:.2f} s from {part[start]:.1f} s of the window"
        if end_s is not None and part[start] >= end_s:
            return Finding("frozen", "shown", f"{told}, after balance was lost.", numbers)
        return Finding("frozen", "not_scorable", f"{told}; the stance cannot be judged.", numbers)
    return None


def _shaking(
    upright: FloatArray, filtered: FloatArray, stance: slice, end_s: float | None, limits: QualityLimits
) -> Finding | None:
    """A phone in a vehicle, on a machine or in a hand moves more up and down than a standing trunk does."""
    vertical = float(np.sqrt(upright[2, stance] @ upright[2, stance] / (stance.stop - stance.start)))
    sway = filtered[:2, stance]
    horizontal = float(np.sqrt((sway * sway).sum() / sway.shape[1]))
    if end_s is not None or vertical <= limits.shaking_m_s2 or vertical <= limits.shaking_ratio * horizontal:
        return None
    message = (
        f"The phone moves more up and down ({vertical:.2f} m/s²) than sideways ({horizontal:.2f} m/s²), as in a "
        "vehicle or in a hand: look at this trial before its hold is confirmed."
    )
    return Finding("shaking", "shown", message, {"vertical_m_s2": vertical, "horizontal_m_s2": horizontal})


@lru_cache(maxsize=4)
def _hann(samples: int) -> FloatArray:
    return np.hanning(samples)


def _density_ratio(axes: FloatArray) -> float:
    """Power density from 0.25 to 3.5 Hz over that from 5 to 12 Hz; 1 for white noise."""
    n = axes.shape[1]
    per_hz = n / engine().filters.rate_hz
    spectra = np.fft.rfft((axes - axes.mean(axis=1, keepdims=True)) * _hann(n))
    power = (spectra.real**2 + spectra.imag**2).sum(axis=0)
    slow = power[math.ceil(0.25 * per_hz) : math.floor(3.5 * per_hz) + 1]
    fast = power[math.ceil(5.0 * per_hz) : math.floor(12.0 * per_hz) + 1]
    floor = float(fast.mean())
    return float(slow.mean()) / floor if floor > 0.0 else np.inf


def _orientation(acceleration_m_s2: FloatArray, stance: slice, limits: QualityLimits) -> Finding | None:
    part = acceleration_m_s2[stance]
    second = round(engine().filters.rate_hz)
    if part.shape[0] < 3 * second:
        return None
    cosine = float(mean_gravity(part[:second]).unit @ mean_gravity(part[-second:]).unit)
    angle = float(np.rad2deg(np.arccos(np.clip(cosine, -1.0, 1.0))))
    if angle <= limits.orientation_deg:
        return None
    return Finding(
        "orientation_change",
        "shown",
        f"The phone turned by {angle:.0f}° during the stance: it slipped, or the trunk leaned.",
        {"angle_deg": angle},
    )
