"""Turn a column of time into seconds that increase: its unit, repeats, held rows, pauses, jitter."""

from __future__ import annotations

import itertools
import math
import operator
from dataclasses import dataclass

import numpy as np

from kinometric.recordings.columns import TimeUnit
from kinometric.recordings.recording import Finding, FloatArray, RecordingError

PAUSE_S = 1.0
_SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
_USABLE_S = 9.5
_JITTER_SHOWN = 0.25
_HELD_SHARE_OF_HOLDERS = 0.2
_HELD_SHARE = 0.5
_HELD_LOOKED_AT = 12
_HELD_LOOKED_AT_SHARE = 0.3
_COARSE_SHARE = 0.8
_STEPS_LOOKED_AT = 20_000


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples whose time is seconds from the first one, strictly increasing.

    Attributes
    ----------
    time_s : (n,) float64
    values : (n, 3) float64
    skipped_s : float
        Seconds between the first sample of the file and the first one kept.
    findings : tuple of Finding
    """

    time_s: FloatArray
    values: FloatArray
    skipped_s: float
    findings: tuple[Finding, ...]


def seconds(raw: FloatArray, unit: TimeUnit | None) -> FloatArray:
    """Convert a column of time to seconds from its first value.

    Parameters
    ----------
    raw : (n,) float64
        Time from any origin; epochs of 19 digits keep a precision of 256 ns.
    unit : {"s", "ms", "us", "ns"} or None
        Without it the usual step decides: a phone makes 10 to 2,000 samples a second.

    Returns
    -------
    (n,) float64

    Raises
    ------
    RecordingError
        When no unit makes a plausible rate.
    """
    since = raw - raw[0]
    if unit is None:
        # The first minutes tell the usual step as well as all of a day.
        steps = np.diff(since[:_STEPS_LOOKED_AT])
        steps = steps[steps > 0]
        usual = float(np.median(steps)) if steps.size else 0.0
        if not steps.size and since[-1] < 0:
            raise RecordingError("Time runs backwards.", code="time_order")
        unit = next((name for name, factor in _SECONDS.items() if 0.0005 <= usual * factor < 0.5), None)  # type: ignore[misc]
        if unit is None:
            raise RecordingError("The unit of the time column cannot be told from its steps.", code="time_unit")
    scaled: FloatArray = since * _SECONDS[unit]
    return scaled


def clean(
    time_s: FloatArray,
    values: FloatArray,
    *,
    first_line: int,
    foot_lift_s: float | None = None,
    held_rows: bool = False,
    stated_rate_hz: float | None = None,
) -> Samples:
    """Drop repeats, keep one part of a paused recording, and say what was done.

    Parameters
    ----------
    time_s : (n,) float64
        Seconds from the first sample.
    values : (n, 3) float64
    first_line : int
        Line of the first sample, for errors.
    foot_lift_s : float, optional
        The part that holds it is kept.
    held_rows : bool
        Whether this dialect is known to write a value again until the sensor has a new one; in any other that is
        taken for so only when most rows repeat the one before.
    stated_rate_hz : float, optional
        Replaces a time that is too coarse to tell the samples apart.

    Returns
    -------
    Samples

    Raises
    ------
    RecordingError
        When time runs backwards, or is too coarse and no rate is stated.
    """
    findings: list[Finding] = []
    steps = time_s[1:] - time_s[:-1]
    shortest = float(np.minimum.reduce(steps))
    if shortest == 0 and (steps == 0).mean() > _COARSE_SHARE and not _rows_repeat(values, steps == 0):
        time_s = _at_rate(time_s, stated_rate_hz, findings)
        steps = time_s[1:] - time_s[:-1]
        shortest = float(steps.min())
    if shortest < 0:
        row = int(np.argmax(steps < 0)) + 1
        raise RecordingError("Time does not increase here.", code="time_order", line=first_line + row)
    if shortest == 0:
        time_s, values = _without_same_times(time_s, values, steps, findings)
    if held_rows or _seems_held(values):
        share = _HELD_SHARE_OF_HOLDERS if held_rows else _HELD_SHARE
        time_s, values = _without_held_rows(time_s, values, share, findings)
    skipped = 0.0
    longest = float(np.maximum.reduce(steps))
    if longest > PAUSE_S:
        time_s, values, skipped = _one_part(time_s, values, foot_lift_s, findings)
    if time_s.size != steps.size + 1:
        steps = time_s[1:] - time_s[:-1]
        shortest, longest = float(steps.min()), float(steps.max())
    mean = float(time_s[-1] - time_s[0]) / steps.size
    # Where no step is far from the mean, their deviation cannot be.
    if max(longest - mean, mean - shortest) > _JITTER_SHOWN * mean:
        _say_jitter(mean, steps, findings)
    return Samples(time_s, values, skipped, tuple(findings))


def _without_same_times(
    time_s: FloatArray, values: FloatArray, steps: FloatArray, findings: list[Finding]
) -> tuple[FloatArray, FloatArray]:
    keep = np.concatenate(([True], steps > 0))
    dropped = int(keep.size - keep.sum())
    findings.append(
        Finding(
            "repeated_times",
            "shown",
            f"{dropped} rows repeat the time of the row before and were left out.",
            {"rows": float(dropped)},
        )
    )
    return time_s[keep], values[keep]


def _rows_repeat(values: FloatArray, same_time: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> bool:
    """Whether rows of the same time are mostly the same row, written twice."""
    unlike = (values[1:] != values[:-1]).any(axis=1)
    return bool(unlike[same_time].mean() < 1.0 - _COARSE_SHARE)


def _at_rate(time_s: FloatArray, stated_rate_hz: float | None, findings: list[Finding]) -> FloatArray:
    """Time by the stated rate, where the file's has too few different values."""
    different = int((np.diff(time_s) != 0).sum()) + 1
    told = f"The time column has only {different:,} different values for {time_s.size:,} rows"
    if stated_rate_hz is None:
        message = f"{told}; export it with finer fractions of a second, or state the rate (--rate HZ)."
        raise RecordingError(message, code="time_coarse")
    numbers = {"values": float(different), "rows": float(time_s.size), "rate_hz": stated_rate_hz}
    findings.append(Finding("time_coarse", "shown", f"{told}; the stated rate is used instead.", numbers))
    stated: FloatArray = np.arange(time_s.size) / stated_rate_hz
    return stated


def _seems_held(values: FloatArray) -> bool:
    """A look at the first rows, so that the usual recording costs nothing more."""
    first: list[float] = values[:_HELD_LOOKED_AT, 0].tolist()
    repeats: int = sum(map(operator.eq, first[1:], first))
    return repeats > _HELD_LOOKED_AT_SHARE * len(first)


def _without_held_rows(
    time_s: FloatArray, values: FloatArray, share: float, findings: list[Finding]
) -> tuple[FloatArray, FloatArray]:
    keep = np.concatenate(([True], (np.diff(values, axis=0) != 0).any(axis=1)))
    dropped = int(keep.size - keep.sum())
    if dropped <= share * keep.size or keep.sum() < 2:
        return time_s, values
    findings.append(
        Finding(
            "repeated_rows",
            "shown",
            f"{dropped} of {keep.size} rows repeat the values before them, so the sensor was slower than the file; "
            "they were left out.",
            {"rows": float(dropped), "of": float(keep.size)},
        )
    )
    return time_s[keep], values[keep]


def _one_part(
    time_s: FloatArray, values: FloatArray, foot_lift_s: float | None, findings: list[Finding]
) -> tuple[FloatArray, FloatArray, float]:
    """Split at pauses: the part with foot lift, else the first that is long enough, else the longest."""
    cuts = np.flatnonzero(np.diff(time_s) > PAUSE_S) + 1
    if cuts.size == 0:
        return time_s, values, 0.0
    edges = [0, *cuts.tolist(), time_s.size]
    parts = [(start, stop) for start, stop in itertools.pairwise(edges) if stop - start >= 2]
    if not parts:
        return time_s, values, 0.0

    def length(part: tuple[int, int]) -> float:
        return float(time_s[part[1] - 1] - time_s[part[0]])

    chosen = next((part for part in parts if length(part) >= _USABLE_S), max(parts, key=length))
    if foot_lift_s is not None:
        chosen = next((p for p in parts if time_s[p[0]] <= foot_lift_s <= time_s[p[1] - 1]), chosen)
    start_s, stop_s = float(time_s[chosen[0]]), float(time_s[chosen[1] - 1])
    pause = float(np.diff(time_s).max())
    findings.append(
        Finding(
            "pause",
            "shown",
            f"The recording pauses for up to {pause:.1f} s; the part from {start_s:.1f} to {stop_s:.1f} s is used.",
            {"pause_s": pause, "from_s": start_s, "to_s": stop_s, "parts": float(len(parts))},
        )
    )
    kept = slice(*chosen)
    return time_s[kept] - start_s, values[kept], start_s


def _say_jitter(mean: float, steps: FloatArray, findings: list[Finding]) -> None:
    deviation = math.sqrt(max(float(steps @ steps) / steps.size - mean * mean, 0.0))
    if deviation > _JITTER_SHOWN * mean:
        findings.append(
            Finding(
                "jitter",
                "shown",
                f"The samples come unevenly: {mean * 1000:.1f} ms apart, give or take {deviation * 1000:.1f} ms.",
                {"mean_ms": mean * 1000, "sd_ms": deviation * 1000},
            )
        )
