"""The iOS logger that writes Date;Timestamp;DeviceOrientation;AccelerationX;... in g, often only at 20 Hz."""

from __future__ import annotations

from kinometric.recordings.assembly import Choice, Dialect, make_recording
from kinometric.recordings.recording import Recording
from kinometric.recordings.table import Text

_COLUMNS = ("Timestamp", "AccelerationX", "AccelerationY", "AccelerationZ")
_HINT = "record the raw accelerometer"


def _recognises(text: Text) -> bool:
    return set(_COLUMNS) <= set(text.header)


def _read(text: Text, rate_hz: float | None) -> Recording:
    time, x, y, z = (text.header.index(name) for name in _COLUMNS)
    choice = Choice(axes=(x, y, z), unit="g", time=time, time_unit=None, gravity_hint=_HINT)
    return make_recording(text, choice, rate_hz, "iOS logger")


DIALECT = Dialect(
    name="semicolon-ios",
    title="iOS logger with semicolons",
    columns="Date;Timestamp;DeviceOrientation;AccelerationX;AccelerationY;AccelerationZ;Label",
    gravity_hint=_HINT,
    recognises=_recognises,
    read=_read,
)
