"""Read a table of time and three accelerations, or accelerations at a stated rate; the product's CSV is one of them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from kinometric.recordings.product_csv import read_metadata
from kinometric.recordings.recording import Recording, RecordingError
from kinometric.recordings.table import Text, numbers
from kinometric.recordings.units import Unit, to_m_s2, unit_of_header

_TIME = re.compile(r"^(t|time|timestamp|seconds|sec|s)([\s_(\[].*)?$", re.IGNORECASE)
_AXIS = re.compile(r"^(?:a|acc|accel|acceleration)?[\s_]*([xyz])(?:[\s_(\[].*)?$", re.IGNORECASE)


def read_plain(text: Text, *, rate_hz: float | None = None) -> Recording:
    """Read a plain table.

    Parameters
    ----------
    text : Text
    rate_hz : float, optional
        Samples a second, needed when the table has no column of time.

    Returns
    -------
    Recording

    Raises
    ------
    RecordingError
        When columns are missing or a number cannot be read.
    """
    columns, has_time, unit = _columns(text)
    if not has_time and rate_hz is None:
        raise RecordingError(
            "The file has no column of time; state its rate (--rate HZ).",
            code="no_time",
            line=text.header_line or text.body_line,
        )
    values = numbers(text, columns)
    if values.shape[0] < 2:
        raise RecordingError("The recording has fewer than two samples.", code="too_short", line=text.body_line)
    if has_time:
        time_s, acceleration = values[:, 0], values[:, 1:]
        _check_order(time_s, text)
    else:
        assert rate_hz is not None
        time_s, acceleration = np.arange(values.shape[0]) / rate_hz, values
    metadata: dict[str, Any] = read_metadata(text.comments)
    metadata.setdefault("source", "table")
    if metadata.get("foot_lift_s") is not None:
        metadata["foot_lift_s"] = metadata["foot_lift_s"] - float(time_s[0])
    return Recording(time_s - time_s[0], to_m_s2(acceleration, unit), **metadata)


def _columns(text: Text) -> tuple[list[int], bool, Unit | None]:
    if not text.header:
        width = len(text.body.split("\n", 1)[0].split(text.separator))
        if width == 4:
            return [0, 1, 2, 3], True, None
        if width == 3:
            return [0, 1, 2], False, None
        raise RecordingError(
            f"The table has {width} column{'s' if width > 1 else ''} without names; "
            "expected are time and three accelerations.",
            code="columns",
            line=text.body_line,
        )
    time_column: int | None = None
    axes: dict[str, int] = {}
    for position, name in enumerate(text.header):
        axis = _AXIS.match(name)
        if axis and axis[1].lower() not in axes:
            axes[axis[1].lower()] = position
        elif time_column is None and _TIME.match(name):
            time_column = position
    missing = [axis for axis in "xyz" if axis not in axes]
    if missing:
        raise RecordingError(
            f"The header names no acceleration along {', '.join(missing)}.", code="columns", line=text.header_line
        )
    units = {unit_of_header(text.header[axes[axis]]) for axis in "xyz"}
    if len(units) > 1:
        raise RecordingError("The three accelerations have different units.", code="columns", line=text.header_line)
    chosen = [axes[axis] for axis in "xyz"]
    return ([time_column, *chosen], True, units.pop()) if time_column is not None else (chosen, False, units.pop())


def _check_order(time_s: np.ndarray[Any, np.dtype[np.float64]], text: Text) -> None:
    steps = np.diff(time_s)
    if not (steps > 0).all():
        row = int(np.argmax(steps <= 0)) + 1
        raise RecordingError("Time does not increase here.", code="time_order", line=text.body_line + row)
