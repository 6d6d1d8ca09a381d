"""SensorLog (iOS): about fifty columns; the raw accelerometer in g, else user acceleration and gravity together."""

from __future__ import annotations

import re

from kinometric.recordings.assembly import Choice, Dialect, make_recording
from kinometric.recordings.recording import Recording, RecordingError
from kinometric.recordings.table import Text
from kinometric.recordings.units import gravity_free

_HINT = "in SensorLog switch on 'Accelerometer', or 'Device Motion' with both user acceleration and gravity"
_ANY = re.compile(r"^(accelerometerAcceleration|motionUserAcceleration)X\b", re.IGNORECASE)
_TIMES = ("accelerometerTimestamp_sinceReboot", "motionTimestamp_sinceReboot", "loggingTime")


def _recognises(text: Text) -> bool:
    return any(_ANY.match(name) for name in text.header)


def _read(text: Text, rate_hz: float | None) -> Recording:
    total = _axes(text, "accelerometerAcceleration")
    gravity = None
    # A row of the motion sensors leaves the raw accelerometer's cells empty.
    if total is None or not all(text.is_number(column) for column in total):
        total, gravity = _axes(text, "motionUserAcceleration"), _axes(text, "motionGravity")
        if gravity is None:
            raise gravity_free(_HINT)
    if total is None:
        raise RecordingError("The header names no acceleration along x, y, z.", code="columns", line=text.header_line)
    times = (column for name in _TIMES if (column := _column(text, name)) is not None)
    time = next((column for column in times if text.first_row[column]), None)
    choice = Choice(
        axes=total,
        unit="g",
        time=time,
        time_unit="s",
        gravity=gravity,
        gravity_hint=_HINT,
    )
    return make_recording(text, choice, rate_hz, "SensorLog")


def _axes(text: Text, stem: str) -> tuple[int, int, int] | None:
    found = [_column(text, stem + axis) for axis in "XYZ"]
    x, y, z = found
    return None if x is None or y is None or z is None else (x, y, z)


def _column(text: Text, stem: str) -> int | None:
    return next(
        (
            column
            for column, name in enumerate(text.header)
            if re.match(re.escape(stem) + r"(\(|$)", name, re.IGNORECASE)
        ),
        None,
    )


DIALECT = Dialect(
    name="sensorlog-ios",
    title="SensorLog (iOS)",
    columns="loggingTime(txt),...,accelerometerAccelerationX(G),...",
    gravity_hint=_HINT,
    recognises=_recognises,
    read=_read,
)
