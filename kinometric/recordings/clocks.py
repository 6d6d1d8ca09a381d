"""Read dates with time, clock times and durations as text: ISO, day first, twelve hours, minutes and seconds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from kinometric.recordings.recording import FloatArray, RecordingError

_CLOCK = re.compile(r"(?:.*[T ])?(\d{1,2}):(\d{2}):(\d{2})(?:[.:,](\d{1,9}))?\s*(?:([AaPp])\.?[Mm]\.?)?$")
_MINUTES = re.compile(r"(\d{1,2}):(\d{2})[.,](\d{1,9})$")
_DURATION = re.compile(r"([+-]?\d+(?:[.,]\d*)?)\s*(?:s|secs?|seconds?)$", re.IGNORECASE)
_OFFSET_APART = re.compile(r"\s+([+-]\d{2}:?\d{2}|Z)$")
_DAY_S, _HOUR_S = 86_400.0, 3_600.0


def clock_seconds(cells: Sequence[str], line: int) -> FloatArray:
    """Read ISO dates with time, clock times, or durations with their unit, as seconds from the first.

    Parameters
    ----------
    cells : sequence of str
        For example ``2026-02-03T10:00:00.010Z``, ``03-Feb-2026 10:00:00.010``, ``1:00:00.010 PM``, ``59:59.98`` or
        ``0.010 sec``; all of one kind.
    line : int
        Line of the first cell.

    Returns
    -------
    (n,) float64
        Seconds; a clock that passes midnight, or minutes that pass the hour, go on.

    Raises
    ------
    RecordingError
        At the first cell that is none of these.
    """
    result = np.empty(len(cells))
    first: datetime | None = None
    around = 0.0
    for number, cell in enumerate(cells):
        text = cell.strip().strip('"').strip()
        moment = _iso(text)
        if moment is not None and (first is None or (moment.tzinfo is None) == (first.tzinfo is None)):
            first = first or moment
            result[number] = (moment - first).total_seconds()
            continue
        read = _clock(text)
        if read is None:
            raise RecordingError("The time cannot be read.", code="time", line=line + number)
        result[number], around = read
    if first is None:
        if around:
            result += around * np.cumsum(np.concatenate(([0.0], np.diff(result) < -around / 2)))
        result -= result[0]
    return result


def _iso(text: str) -> datetime | None:
    if len(text) < 16 or text[4:5] not in "-/":
        return None
    candidate = text.replace("/", "-").replace(",", ".")
    # "2020-01-01 12:00:00.123 +0100": the offset is written apart.
    candidate = _OFFSET_APART.sub(r"\1", candidate)
    try:
        return datetime.fromisoformat(candidate)
    except ValueError:
        return None


def _clock(text: str) -> tuple[float, float] | None:
    """Seconds, and after how many of them this kind of clock begins again (0 for never)."""
    if clock := _CLOCK.match(text):
        hours, minutes, whole, fraction, half = clock.groups()
        hour = int(hours) if half is None else int(hours) % 12 + (12 if half in "Pp" else 0)
        return hour * _HOUR_S + int(minutes) * 60 + int(whole) + float(f"0.{fraction or 0}"), _DAY_S
    if clock := _MINUTES.match(text):
        minutes, whole, fraction = clock.groups()
        return int(minutes) * 60 + int(whole) + float(f"0.{fraction}"), _HOUR_S
    if duration := _DURATION.match(text):
        return float(duration[1].replace(",", ".")), 0.0
    return None
