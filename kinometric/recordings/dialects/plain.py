"""Any table that names three accelerations, or holds three or four columns without names."""

from __future__ import annotations

from dataclasses import replace

from kinometric.recordings.assembly import Choice, Dialect, make_recording
from kinometric.recordings.columns import Triple, refuse_missing, time_column, time_unit, triples
from kinometric.recordings.product_csv import read_metadata
from kinometric.recordings.recording import Recording, RecordingError
from kinometric.recordings.table import Text
from kinometric.recordings.units import gravity_free


def _read(text: Text, rate_hz: float | None) -> Recording:
    choice = choose(text) if text.header else _by_position(text)
    metadata = read_metadata(text.comments)
    gravity = next((triple for triple in triples(text.header) if triple.kind == "gravity"), None)
    try:
        return make_recording(text, choice, rate_hz, "table", metadata)
    except RecordingError as error:
        if error.code != "gravity_free" or gravity is None or choice.gravity is not None:
            raise
    # The acceleration does not say that it lacks gravity, but its numbers do, and gravity stands beside it.
    return make_recording(text, replace(choice, gravity=gravity.columns), rate_hz, "table", metadata)


def choose(text: Text, hint: str = "") -> Choice:
    """Choose the columns of a table by their names: acceleration with gravity, else the sum of both parts.

    Parameters
    ----------
    text : Text
    hint : str
        How to record gravity in the app that made the file.

    Returns
    -------
    Choice

    Raises
    ------
    RecordingError
        When the header names no acceleration, or none with gravity.
    """
    named = triples(text.header)
    if not named:
        raise refuse_missing(text.header, text.header_line)
    total = next((triple for triple in named if triple.kind == "with_gravity"), None)
    gravity = None
    if total is None:
        total = next((triple for triple in named if triple.kind == "linear"), None)
        gravity = next((triple for triple in named if triple.kind == "gravity"), None)
        if total is None or gravity is None:
            raise gravity_free(hint)
    _same_unit(text, total)
    taken = [*total.columns, *(gravity.columns if gravity else ())]
    time = time_column(text.header, taken)
    return Choice(
        axes=total.columns,
        unit=total.unit,
        time=time,
        time_unit=None if time is None else time_unit(text.header[time]),
        gravity=None if gravity is None else gravity.columns,
        gravity_hint=hint,
    )


def _same_unit(text: Text, triple: Triple) -> None:
    x, y, z = (text.header[column].lower() for column in triple.columns)
    if not len(x) == len(y) == len(z):
        raise RecordingError("The three accelerations have different units.", code="columns", line=text.header_line)


def _by_position(text: Text) -> Choice:
    width = len(text.first_row)
    if width == 4:
        return Choice(axes=(1, 2, 3), time=0)
    if width == 3:
        return Choice(axes=(0, 1, 2))
    raise RecordingError(
        f"The table has {width} column{'s' if width > 1 else ''} without names; "
        "expected are time and three accelerations.",
        code="columns",
        line=text.body_line,
    )


def _recognises(text: Text) -> bool:
    return text.start < len(text.content)


DIALECT = Dialect(
    name="table",
    title="any table of time and three accelerations",
    columns="t,ax,ay,az (or without time, at a stated rate)",
    gravity_hint="",
    recognises=_recognises,
    read=_read,
)
