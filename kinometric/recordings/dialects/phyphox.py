"""phyphox: comma, semicolon or tab, decimal point or comma; also as a zip with meta/."""

from __future__ import annotations

import re

from kinometric.recordings.assembly import Dialect, make_recording
from kinometric.recordings.dialects.plain import choose
from kinometric.recordings.recording import Recording
from kinometric.recordings.table import Text

_HINT = "in phyphox open 'Acceleration with g' (not 'Acceleration without g')"
_AXIS = re.compile(r"^(linear )?(acceleration|beschleunigung) x \(m/s(\^2|²)\)$", re.IGNORECASE)
_TIME = re.compile(r"^(time|zeit) \(s\)$", re.IGNORECASE)


def _recognises(text: Text) -> bool:
    return any(_TIME.match(name) for name in text.header) and any(_AXIS.match(name) for name in text.header)


def _read(text: Text, rate_hz: float | None) -> Recording:
    return make_recording(text, choose(text, _HINT), rate_hz, "phyphox")


DIALECT = Dialect(
    name="phyphox",
    title="phyphox, 'Acceleration with g' (CSV or zip)",
    columns='"Time (s)","Acceleration x (m/s^2)",...',
    gravity_hint=_HINT,
    recognises=_recognises,
    read=_read,
)
