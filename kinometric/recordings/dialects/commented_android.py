"""The Android accelerometer app that writes # lines, then time,ax (m/s^2),ay (m/s^2),az (m/s^2),aT (m/s^2)."""

from __future__ import annotations

from kinometric.recordings.assembly import Dialect, make_recording
from kinometric.recordings.dialects.plain import choose
from kinometric.recordings.recording import Recording
from kinometric.recordings.table import Text

_HINT = "in the app choose the accelerometer, not the linear accelerometer"


def _recognises(text: Text) -> bool:
    names = [name.split(" ")[0] for name in text.header]
    return bool(text.comments) and names[:5] == ["time", "ax", "ay", "az", "aT"]


def _read(text: Text, rate_hz: float | None) -> Recording:
    return make_recording(text, choose(text, _HINT), rate_hz, "Android accelerometer")


DIALECT = Dialect(
    name="commented-android",
    title="Android accelerometer with # lines",
    columns="# ... then time,ax (m/s^2),ay (m/s^2),az (m/s^2),aT (m/s^2)",
    gravity_hint=_HINT,
    recognises=_recognises,
    read=_read,
)
