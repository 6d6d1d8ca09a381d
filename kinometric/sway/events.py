"""Propose where balance was lost: impact, lean, burst, stepping, hop; first event wins, each with its reason."""

from __future__ import annotations

import numpy as np

from kinometric.recordings.recording import FloatArray
from kinometric.recordings.units import STANDARD_GRAVITY_M_S2
from kinometric.sway.engine import EventThresholds, engine
from kinometric.sway.filters import low_pass
from kinometric.sway.upright import mean_gravity
from kinometric.sway.values import Event, SwaySignal

# The 20 Hz filter makes nothing larger than this many times its largest input: the sum of its impulse response's sizes.
_FILTER_GAIN = 1.8
_MIRRORED = 16


def detect_events(signal: SwaySignal) -> tuple[Event, ...]:
    """Return the losses of balance that the chain found in all of a window.

    Parameters
    ----------
    signal : SwaySignal

    Returns
    -------
    tuple of Event
        The first event of each kind, the earliest first; empty when balance was kept. Times are seconds from the
        start of the window.

    Notes
    -----
    No published detector exists for this test; the limits are the engine's data file and are not validated. A soft
    touch-down may leave no trace at the trunk, so what is found is a proposal that a person confirms.
    """
    return signal.events


def find_events(acceleration_m_s2: FloatArray) -> tuple[Event, ...]:
    """Look for losses of balance in the unfiltered acceleration of a window at 100 Hz.

    Parameters
    ----------
    acceleration_m_s2 : (m, 3) float64
        Gravity included, in any orientation, m >= 100.

    Returns
    -------
    tuple of Event
    """
    limits, rate = engine().events, engine().filters.rate_hz
    length = np.sqrt(np.einsum("ij,ij->i", acceleration_m_s2, acceleration_m_s2))
    # The median length stays near gravity even when the trunk falls half way through.
    middle = length.size // 2
    scale = float(np.partition(length, middle)[middle]) / STANDARD_GRAVITY_M_S2
    if scale <= 0.0:
        return ()
    acceleration, length = acceleration_m_s2 / scale, length / scale
    found = [
        _impact(without_spikes(length), limits, rate),
        _hop(length, limits, rate),
        _lean(acceleration, limits, rate),
    ]
    abrupt = min((event.at_s for event in found if event is not None), default=acceleration.shape[0] / rate)
    quiet = acceleration[: max(round(abrupt * rate), round(limits.lean_reference_s * rate))]
    upwards = mean_gravity(quiet).unit
    vertical = acceleration @ upwards
    horizontal = acceleration - vertical[:, np.newaxis] * upwards
    found.append(_burst(_level(horizontal, quiet.shape[0]), limits, rate))
    found.append(_stepping(vertical - STANDARD_GRAVITY_M_S2, limits, rate))
    return tuple(sorted((event for event in found if event is not None), key=lambda event: event.at_s))


def without_spikes(values: FloatArray) -> FloatArray:
    """Return the median of each sample and its two neighbours: a sensor's single glitch is nobody's loss of balance.

    Parameters
    ----------
    values : (m,) float64

    Returns
    -------
    (m,) float64
        The first and the last sample as they are.
    """
    before, here, after = values[:-2], values[1:-1], values[2:]
    result = values.copy()
    result[1:-1] = np.maximum(np.minimum(before, after), np.minimum(np.maximum(before, after), here))
    return result


def _level(horizontal: FloatArray, quiet: int) -> FloatArray:
    """Take the straight line through the quiet part away: a phone that slips slowly is no burst at its ends."""
    ramp = np.arange(quiet) - (quiet - 1) / 2
    slope = ramp @ horizontal[:quiet] / (ramp @ ramp)
    line = np.full(horizontal.shape[0], ramp[-1])
    line[:quiet] = ramp
    level: FloatArray = horizontal - line[:, np.newaxis] * slope
    return level


def _impact(length: FloatArray, limits: EventThresholds, rate: float) -> Event | None:
    if _FILTER_GAIN * _reach(length) < limits.impact_m_s2:
        return None
    change = np.abs(low_pass(length, engine().filters.event_low_pass_hz, rate) - STANDARD_GRAVITY_M_S2)
    over = change > limits.impact_m_s2
    if not over.any():
        return None
    first = int(np.argmax(over))
    peak = float(change[first : first + round(0.2 * rate)].max())
    return _event(
        "impact",
        first / rate,
        f"Impact: the acceleration's length departs from gravity by {peak:.1f} m/s² (limit {limits.impact_m_s2:g}).",
    )


def _reach(length: FloatArray) -> float:
    """How far the length departs from gravity, the mirrored ends that the filter adds included."""
    change = np.abs(length - STANDARD_GRAVITY_M_S2)
    ends = max(change[:_MIRRORED].max() + 2.0 * change[0], change[-_MIRRORED:].max() + 2.0 * change[-1])
    return max(float(change.max()), float(ends))


def _hop(length: FloatArray, limits: EventThresholds, rate: float) -> Event | None:
    free = length < limits.hop_free_g * STANDARD_GRAVITY_M_S2
    within = round(limits.hop_landing_within_s * rate)
    for start, end in _runs(free, round(limits.hop_free_s * rate)):
        landing = float(length[end : end + within].max(initial=0.0)) / STANDARD_GRAVITY_M_S2
        if landing > limits.hop_landing_g:
            return _event(
                "hop",
                start / rate,
                f"Hop: free fall for {(end - start) / rate * 1000:.0f} ms, then a landing of {landing:.1f} g "
                f"(limit {limits.hop_landing_g:g}).",
            )
    return None


def _lean(acceleration: FloatArray, limits: EventThresholds, rate: float) -> Event | None:
    width = round(limits.lean_mean_s * rate)
    reference = mean_gravity(acceleration[: round(limits.lean_reference_s * rate)]).unit
    means = _moving_sum(acceleration, width)
    lengths = np.sqrt(np.einsum("ij,ij->i", means, means))
    cosine = (means @ reference) / np.where(lengths > 0.0, lengths, 1.0)
    over = cosine < np.cos(np.deg2rad(limits.lean_deg))
    if not over.any():
        return None
    first = int(np.argmax(over))
    angle = float(np.rad2deg(np.arccos(np.clip(cosine[first : first + round(0.5 * rate)].min(), -1.0, 1.0))))
    return _event(
        "lean",
        (first + width / 2) / rate,
        f"Lean: the trunk tilts {angle:.0f}° from its first second (limit {limits.lean_deg:g}°).",
    )


def _burst(horizontal: FloatArray, limits: EventThresholds, rate: float) -> Event | None:
    width = round(limits.burst_window_s * rate)
    squares = without_spikes(np.einsum("ij,ij->i", horizontal, horizontal))
    rms = np.sqrt(np.maximum(_moving_sum(squares, width), 0.0) / width)
    for start, end in _runs(rms > limits.burst_m_s2, round(limits.burst_for_s * rate)):
        # The half second that is first too wild begins before the movement does.
        onset = start + int(np.argmax(squares[start : start + width] > limits.burst_m_s2**2))
        return _event(
            "burst",
            onset / rate,
            f"Burst: horizontal sway of {float(rms[start:end].max()):.1f} m/s² over half a second "
            f"(limit {limits.burst_m_s2:g}).",
        )
    return None


def _stepping(vertical: FloatArray, limits: EventThresholds, rate: float) -> Event | None:
    width = round(limits.stepping_window_s * rate)
    if vertical.size < width:
        return None
    starts = np.arange(0, vertical.size - width + 1, round(0.1 * rate))
    mean = _moving_sum(vertical, width)[starts] / width
    variance = _moving_sum(vertical * vertical, width)[starts] / width - mean * mean
    lags = np.arange(round(limits.stepping_lag_from_s * rate), round(limits.stepping_lag_to_s * rate) + 1)
    # Few windows move up and down enough to be looked at closely.
    for number in np.flatnonzero(variance > limits.stepping_rms_m_s2**2):
        start = int(starts[number])
        part = vertical[start : start + width] - mean[number]
        products = np.correlate(part, part, "full")[width - 1 :]
        correlation = products[lags] / products[0] * (width / (width - lags))
        # Two steps may repeat as well as one, so the largest value may stand at the end: peaks count.
        peak = (correlation[1:-1] >= correlation[:-2]) & (correlation[1:-1] >= correlation[2:])
        best = int(np.argmax(np.where(peak, correlation[1:-1], -1.0))) + 1
        if peak[best - 1] and correlation[best] > limits.stepping_correlation:
            # Restless standing before the steps stays below what the window shows on the whole.
            onset = int(np.argmax(np.abs(part) >= np.sqrt(variance[number])))
            return _event(
                "stepping",
                (start + onset) / rate,
                f"Stepping: the vertical repeats every {lags[best] / rate:.2f} s with a correlation of "
                f"{float(correlation[best]):.2f} (limit {limits.stepping_correlation:g}).",
            )
    return None


def _event(kind: str, at_s: float, reason: str) -> Event:
    return Event(kind, round(at_s, 2), reason)  # type: ignore[arg-type]


def _moving_sum(values: FloatArray, width: int) -> FloatArray:
    total = np.cumsum(values, axis=0)
    moving: FloatArray = total[width - 1 :].copy()
    moving[1:] -= total[:-width]
    return moving


def _runs(flags: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], shortest: int) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each run of true values that is long enough."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [
        (int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True) if end - start >= shortest
    ]
