"""Turn whatever a phone calls time into seconds that increase: units, clocks, repeats, pauses, jitter."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from kinometric.recordings.columns import TimeUnit
from kinometric.recordings.recording import Finding, FloatArray, RecordingError

PAUSE_S = 1.0
_SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
_USABLE_S = 9.5
_JITTER_SHOWN = 0.25
_HELD_SHARE = 0.2
_CLOCK = re.compile(r"(?:.*[T ])?(\d{1,2}):(\d{2}):(\d{2})(?:[.:,](\d{1,9}))?\s*(?:[APap]\.?[Mm]\.?)?$")


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
        steps = np.diff(since)
        steps = steps[steps > 0]
        usual = float(np.median(steps)) if steps.size else 0.0
        unit = next((name for name, factor in _SECONDS.items() if 0.0005 <= usual * factor < 0.5), None)  # type: ignore[misc]
        if unit is None:
            raise RecordingError("The unit of the time column cannot be told from its steps.", code="time_unit")
    scaled: FloatArray = since * _SECONDS[unit]
    return scaled


def clock_seconds(cells: Sequence[str], line: int) -> FloatArray:
    """Read ISO dates with time, or clock times, as seconds from the first.

    Parameters
    ----------
    cells : sequence of str
    line : int
        Line of the first cell.

    Returns
    -------
    (n,) float64

    Raises
    ------
    RecordingError
        At the first cell that is neither.
    """
    result = np.empty(len(cells))
    first: datetime | None = None
    for number, cell in enumerate(cells):
        text = cell.strip().strip('"')
        moment = _iso(text)
        if moment is not None and (first is None or (moment.tzinfo is None) == (first.tzinfo is None)):
            first = first or moment
            result[number] = (moment - first).total_seconds()
            continue
        clock = _CLOCK.match(text)
        if clock is None:
            raise RecordingError("The time cannot be read.", code="time", line=line + number)
        hours, minutes, whole, fraction = clock.groups()
        result[number] = int(hours) * 3600 + int(minutes) * 60 + int(whole) + float(f"0.{fraction or 0}")
    if first is None:
        # A clock passes midnight once at most in a recording.
        result += 86_400.0 * np.cumsum(np.concatenate(([0.0], np.diff(result) < -43_200.0)))
        result -= result[0]
    return result


def clean(
    time_s: FloatArray,
    values: FloatArray,
    *,
    first_line: int,
    foot_lift_s: float | None = None,
    held_rows: bool = False,
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
        Whether this dialect writes a value again until the sensor has a new one.

    Returns
    -------
    Samples

    Raises
    ------
    RecordingError
        When time runs backwards.
    """
    findings: list[Finding] = []
    steps = time_s[1:] - time_s[:-1]
    shortest = steps.min()
    if shortest < 0:
        row = int(np.argmax(steps < 0)) + 1
        raise RecordingError("Time does not increase here.", code="time_order", line=first_line + row)
    if shortest == 0:
        time_s, values = _without_same_times(time_s, values, steps, findings)
    if held_rows:
        time_s, values = _without_held_rows(time_s, values, findings)
    skipped = 0.0
    if steps.max() > PAUSE_S:
        time_s, values, skipped = _one_part(time_s, values, foot_lift_s, findings)
    _say_jitter(time_s, steps if steps.size + 1 == time_s.size else np.diff(time_s), findings)
    return Samples(time_s, values, skipped, tuple(findings))


def _iso(text: str) -> datetime | None:
    if len(text) < 16 or text[4:5] not in "-/":
        return None
    candidate = text.replace("/", "-").replace(",", ".")
    # "2020-01-01 12:00:00.123 +0100": the offset is written apart.
    candidate = re.sub(r"\s+([+-]\d{2}:?\d{2}|Z)$", r"\1", candidate)
    try:
        return datetime.fromisoformat(candidate)
    except ValueError:
        return None


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


def _without_held_rows(
    time_s: FloatArray, values: FloatArray, findings: list[Finding]
) -> tuple[FloatArray, FloatArray]:
    keep = np.concatenate(([True], (np.diff(values, axis=0) != 0).any(axis=1)))
    dropped = int(keep.size - keep.sum())
    if dropped <= _HELD_SHARE * keep.size or keep.sum() < 2:
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


def _say_jitter(time_s: FloatArray, steps: FloatArray, findings: list[Finding]) -> None:
    if steps.size < 2:
        return
    mean = float(time_s[-1] - time_s[0]) / steps.size
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
