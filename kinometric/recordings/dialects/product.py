"""Kinometric's own CSV."""

from __future__ import annotations

from kinometric.recordings.assembly import Choice, Dialect, make_recording
from kinometric.recordings.product_csv import HEADER, HEADER_CELLS, read_metadata
from kinometric.recordings.recording import Recording
from kinometric.recordings.table import Text

_CHOICE = Choice(axes=(1, 2, 3), unit="m_s2", time=0, time_unit="s", numeric_time=True)


def _recognises(text: Text) -> bool:
    return text.header == HEADER_CELLS


def _read(text: Text, rate_hz: float | None) -> Recording:
    return make_recording(text, _CHOICE, rate_hz, "kinometric-csv", read_metadata(text.comments))


DIALECT = Dialect(
    name="kinometric-csv",
    title="Kinometric's CSV",
    columns=HEADER,
    gravity_hint="",
    recognises=_recognises,
    read=_read,
)
