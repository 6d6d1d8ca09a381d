"""Judge whether a window is fit to be scored: rate, gaps, clipping, foot lift, gravity, worn or not, orientation."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from kinometric.recordings.recording import Finding, FloatArray, Recording
from kinometric.recordings.units import GRAVITY_FREE, STANDARD_GRAVITY_M_S2
from kinometric.sway.engine import QualityLimits, engine
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
    findings = [
        _rate(recording, window, limits),
        _gap(recording, window, end_s, limits),
        _foot_lift(window),
        _chosen_window(recording, window),
        _gravity(gravity, limits),
        _clipping(recording, limits),
        _worn(upright, filtered, stance, limits),
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


def _rate(recording: Recording, window: Window, limits: QualityLimits) -> Finding:
    span = _span(recording, window)
    rate = float((span.size - 1) / (span[-1] - span[0]))
    if rate < limits.slowest_rate_hz:
        return Finding(
            "rate_low",
            "not_scorable",
            f"The recording has {rate:.1f} samples a second; at least {limits.slowest_rate_hz:g} are needed.",
            {"rate_hz": rate},
        )
    return Finding("rate", "fine", f"{rate:.1f} samples a second.", {"rate_hz": rate})


def _gap(recording: Recording, window: Window, end_s: float | None, limits: QualityLimits) -> Finding:
    span = _span(recording, window)
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


def _worn(upright: FloatArray, filtered: FloatArray, stance: slice, limits: QualityLimits) -> Finding:
    """A phone on a table shows less than anybody's sway, or nothing but its own white noise."""
    sway = filtered[:2, stance]
    block = round(0.5 * engine().filters.rate_hz)
    blocks = sway.shape[1] // block
    squares = np.einsum("ij,ij->j", sway, sway)[: blocks * block].reshape(blocks, block)
    typical = float(np.sqrt(np.median(squares.mean(axis=1))))
    ratio = _density_ratio(upright[:2, stance])
    numbers = {"rms_m_s2": typical, "noise_ratio": ratio}
    if typical < limits.worn_rms_m_s2:
        message = f"The phone was not worn: {typical:.3f} m/s² is less sway than anybody's."
        return Finding("not_worn", "not_scorable", message, numbers)
    if typical < limits.noise_rms_m_s2 and ratio < limits.noise_ratio:
        message = f"The phone was not worn: its {typical:.3f} m/s² is the sensor's own noise."
        return Finding("not_worn", "not_scorable", message, numbers)
    return Finding("worn", "fine", "The phone moved as one that is worn.", numbers)


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
