"""Physics Toolbox Suite: a blank first line, a trailing comma, gravity included in gF*, held rows."""

from __future__ import annotations

from kinometric.recordings.assembly import Choice, Dialect, make_recording
from kinometric.recordings.columns import time_column, time_unit
from kinometric.recordings.recording import Recording
from kinometric.recordings.table import Text
from kinometric.recordings.units import Unit

_HINT = "in Physics Toolbox record the g-force meter (gFx, gFy, gFz)"
_LINEAR_COLUMNS = ("time", "ax", "ay", "az", "aT")


def _names(text: Text) -> list[str]:
    return [name.strip() for name in text.header]


def _recognises(text: Text) -> bool:
    names = _names(text)
    return {"gFx", "gFy", "gFz"} <= set(names) or tuple(names[:5]) == _LINEAR_COLUMNS


def _read(text: Text, rate_hz: float | None) -> Recording:
    names = _names(text)
    # ax, ay, az are the linear accelerometer's, or the accelerometer's with gravity: the numbers tell which.
    stem: str = "gF" if "gFx" in names else "a"
    acceleration_unit: Unit | None = "g" if "gFx" in names else None
    axes = (names.index(f"{stem}x"), names.index(f"{stem}y"), names.index(f"{stem}z"))
    time = time_column(names, axes)
    unit = None if time is None else time_unit(names[time])
    choice = Choice(axes=axes, unit=acceleration_unit, time=time, time_unit=unit, held_rows=True, gravity_hint=_HINT)
    return make_recording(text, choice, rate_hz, "Physics Toolbox")


DIALECT = Dialect(
    name="physics-toolbox",
    title="Physics Toolbox Suite, multi record or g-force meter",
    columns="time,gFx,gFy,gFz,...",
    gravity_hint=_HINT,
    recognises=_recognises,
    read=_read,
)
