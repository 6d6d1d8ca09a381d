"""Make a recording from the chosen columns of a table; every dialect ends here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kinometric.recordings.clocks import clock_seconds
from kinometric.recordings.columns import TimeUnit
from kinometric.recordings.recording import Finding, FloatArray, Recording, RecordingError
from kinometric.recordings.table import Text, cells, numbers
from kinometric.recordings.timebase import clean, seconds
from kinometric.recordings.units import Unit, to_m_s2

_RATE_DIFFERS = 0.05


@dataclass(frozen=True)
class Dialect:
    """How one app writes a recording.

    Attributes
    ----------
    name : str
        Short and stable; becomes `Recording.source` when the file names no other.
    title : str
        What a person calls it.
    columns : str
        What it is recognised by, for the list of formats.
    gravity_hint : str
        What to switch on in that app to record gravity.
    recognises : callable
        Text -> bool, by content alone.
    read : callable
        (Text, stated rate or None) -> Recording.
    """

    name: str
    title: str
    columns: str
    gravity_hint: str
    recognises: Callable[[Text], bool]
    read: Callable[[Text, float | None], Recording]


@dataclass(frozen=True)
class Choice:
    """The columns of a table that make a recording.

    Attributes
    ----------
    axes : tuple of int
        x, y, z.
    unit : {"g", "m_s2", "mg", "cm_s2"} or None
    time : int or None
    time_unit : {"s", "ms", "us", "ns"} or None
    numeric_time : bool
        Whether the dialect's time is always a number, so that its first row need not be looked at.
    gravity : tuple of int or None
        Columns of gravity that are added to an acceleration without it.
    held_rows : bool
        Whether the app repeats a value until the sensor has a new one.
    gravity_hint : str
    """

    axes: tuple[int, int, int]
    unit: Unit | None = None
    time: int | None = None
    time_unit: TimeUnit | None = None
    numeric_time: bool = False
    gravity: tuple[int, int, int] | None = None
    held_rows: bool = False
    gravity_hint: str = ""


def make_recording(
    text: Text, choice: Choice, rate_hz: float | None, source: str, metadata: Mapping[str, Any] | None = None
) -> Recording:
    """Read the chosen columns and make a recording of them.

    Parameters
    ----------
    text : Text
    choice : Choice
    rate_hz : float or None
        Stated by a person; used without a time column, compared with one.
    source : str
    metadata : mapping, optional
        Further arguments of `Recording`.

    Returns
    -------
    Recording
        Time from 0, m/s2, with what was noticed.

    Raises
    ------
    RecordingError
    """
    time_s, values = _columns(text, choice, rate_hz)
    facts = {"source": source, **(metadata or {})}
    lift = facts.get("foot_lift_s")
    since = time_s if time_s[0] == 0.0 else time_s - time_s[0]
    if lift is not None:
        facts["foot_lift_s"] = lift = lift - float(time_s[0])
    samples = clean(
        since,
        values,
        first_line=text.body_line,
        foot_lift_s=lift,
        held_rows=choice.held_rows,
        stated_rate_hz=rate_hz,
    )
    if lift is not None and samples.skipped_s:
        facts["foot_lift_s"] = lift - samples.skipped_s
    findings = samples.findings if not text.tail_lines else (*samples.findings, _tail(text.tail_lines))
    if rate_hz is not None and choice.time is not None:
        findings = (*findings, *_rate_differs(samples.time_s, rate_hz))
    acceleration = to_m_s2(samples.values, choice.unit, choice.gravity_hint)
    return Recording.of_checked(samples.time_s, acceleration, findings=findings, **facts)


def _columns(text: Text, choice: Choice, rate_hz: float | None) -> tuple[FloatArray, FloatArray]:
    wanted: Sequence[int] = choice.axes if choice.gravity is None else (*choice.axes, *choice.gravity)
    if choice.time is None:
        if rate_hz is None:
            raise RecordingError(
                "The file has no column of time; state its rate (--rate HZ).",
                code="no_time",
                line=text.header_line or text.body_line,
            )
        table = numbers(text, wanted)
        time_s: FloatArray = np.arange(table.shape[0]) / rate_hz
    elif choice.numeric_time or text.is_number(choice.time):
        table = numbers(text, (choice.time, *wanted))
        _at_least_two(table, text)
        time_s, table = table[:, 0], table[:, 1:]
        if choice.time_unit is None and _only_counts(time_s):
            time_s = _counted(time_s, rate_hz, text)
        elif choice.time_unit != "s":
            time_s = seconds(time_s, choice.time_unit)
    else:
        table = numbers(text, wanted)
        time_s = clock_seconds(cells(text, choice.time), text.body_line)[: table.shape[0]]
    _at_least_two(table, text)
    return time_s, table if choice.gravity is None else table[:, :3] + table[:, 3:]


def _only_counts(time_s: FloatArray) -> bool:
    """Whether the column is 0, 1, 2, ...: no phone's clock ticks like that."""
    return bool(
        time_s[0] in (0.0, 1.0) and time_s[-1] - time_s[0] == time_s.size - 1 and (np.diff(time_s) == 1.0).all()
    )


def _counted(time_s: FloatArray, rate_hz: float | None, text: Text) -> FloatArray:
    if rate_hz is None:
        raise RecordingError(
            "The first column only counts the samples; state their rate (--rate HZ).",
            code="no_time",
            line=text.body_line,
        )
    counted: FloatArray = time_s / rate_hz
    return counted


def _tail(lines: int) -> Finding:
    what = "1 line below the last row is" if lines == 1 else f"{lines} lines below the last row are"
    return Finding("tail", "shown", f"{what} no row of numbers and left out.", {"lines": float(lines)})


def _at_least_two(table: FloatArray, text: Text) -> None:
    if table.shape[0] < 2:
        raise RecordingError("The recording has fewer than two samples.", code="too_short", line=text.body_line)


def _rate_differs(time_s: FloatArray, stated_hz: float) -> tuple[Finding, ...]:
    measured = float((time_s.size - 1) / time_s[-1]) if time_s[-1] > 0 else 0.0
    if abs(measured - stated_hz) <= _RATE_DIFFERS * stated_hz:
        return ()
    message = f"The file's own times make {measured:.1f} samples a second, not the stated {stated_hz:g}; they are used."
    return (Finding("rate_differs", "shown", message, {"measured_hz": measured, "stated_hz": stated_hz}),)
