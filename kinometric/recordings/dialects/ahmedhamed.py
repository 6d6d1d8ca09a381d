"""AhmedHamed's SensorLogger (Android): a # label, then time[ms]; x-axis[m/s^2]; y-axis[m/s^2]; z-axis[m/s^2]."""

from __future__ import annotations

from dataclasses import replace

from kinometric.recordings.assembly import Choice, Dialect, make_recording
from kinometric.recordings.recording import Recording
from kinometric.recordings.table import Text

_AXES = ("x-axis", "y-axis", "z-axis")
_HINT = "choose the accelerometer, not the linear acceleration sensor"


def _with_header(text: Text) -> Text:
    """The header of this app may itself be a # line."""
    if text.header or not text.comments:
        return text
    number, line = text.comments[-1]
    names = tuple(name.strip() for name in line.lstrip("# ").split(text.separator))
    return replace(text, header=names, header_line=number)


def _column(text: Text, stem: str) -> int | None:
    return next((column for column, name in enumerate(text.header) if name.lower().startswith(stem)), None)


def _recognises(text: Text) -> bool:
    named = _with_header(text)
    return all(_column(named, axis) is not None for axis in _AXES)


def _read(text: Text, rate_hz: float | None) -> Recording:
    named = _with_header(text)
    x, y, z = (_column(named, axis) or 0 for axis in _AXES)
    choice = Choice(axes=(x, y, z), unit="m_s2", time=_column(named, "time"), time_unit="ms", gravity_hint=_HINT)
    return make_recording(named, choice, rate_hz, "SensorLogger (AhmedHamed)")


DIALECT = Dialect(
    name="ahmedhamed-sensorlogger",
    title="SensorLogger by AhmedHamed (Android)",
    columns="time[ms]; x-axis[m/s^2]; y-axis[m/s^2]; z-axis[m/s^2]",
    gravity_hint=_HINT,
    recognises=_recognises,
    read=_read,
)
