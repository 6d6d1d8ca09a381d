"""Sensor Logger: TotalAcceleration, or Accelerometer and Gravity together; columns in any order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kinometric.recordings.assembly import Choice, Dialect, make_recording
from kinometric.recordings.recording import Recording, RecordingError
from kinometric.recordings.table import Text, numbers

HINT = (
    "in Sensor Logger switch on 'Total Acceleration' (Android), or hand in Accelerometer.csv and Gravity.csv together "
    "as the app's zip (iPhone)"
)


def _recognises(text: Text) -> bool:
    return set(text.header) >= {"time", "seconds_elapsed", "x", "y", "z"}


def _choice(text: Text) -> Choice:
    at = text.header.index
    return Choice(
        axes=(at("x"), at("y"), at("z")),
        time=at("seconds_elapsed"),
        time_unit="s",
        gravity_hint=HINT,
    )


def _read(text: Text, rate_hz: float | None) -> Recording:
    return make_recording(text, _choice(text), rate_hz, "Sensor Logger")


def add_gravity(acceleration: Text, gravity: Text) -> Text:
    """Add gravity to an acceleration without it, both from the same recording.

    Parameters
    ----------
    acceleration, gravity : Text
        Accelerometer.csv and Gravity.csv; their clocks are the same, their samples need not be.

    Returns
    -------
    Text
        A table of the same dialect with gravity.

    Raises
    ------
    RecordingError
        When one of them is of another dialect, or they do not overlap in time.
    """
    if not (_recognises(acceleration) and _recognises(gravity)):
        raise RecordingError("Accelerometer.csv and Gravity.csv are not both Sensor Logger's.", code="columns")
    mine, theirs = (_clock_and_axes(text) for text in (acceleration, gravity))
    inside = (mine[:, 0] >= theirs[0, 0] - 0.1) & (mine[:, 0] <= theirs[-1, 0] + 0.1)
    if inside.sum() < 2:
        raise RecordingError("Accelerometer.csv and Gravity.csv do not cover the same time.", code="no_overlap")
    mine = mine[inside]
    total = [mine[:, axis] + np.interp(mine[:, 0], theirs[:, 0], theirs[:, axis]) for axis in (1, 2, 3)]
    rows = zip(mine[:, 0].tolist(), *(axis.tolist() for axis in total), strict=True)
    body = "".join(f"{t!r},{t!r},{x!r},{y!r},{z!r}\n" for t, x, y, z in rows)
    return replace(
        acceleration,
        header=("time", "seconds_elapsed", "x", "y", "z"),
        separator=",",
        decimal_comma=False,
        content=body.encode(),
        start=0,
    )


def _clock_and_axes(text: Text) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    choice = _choice(text)
    assert choice.time is not None
    table = numbers(text, (choice.time, *choice.axes))
    return table[np.argsort(table[:, 0], kind="stable")]


DIALECT = Dialect(
    name="sensor-logger",
    title="Sensor Logger, TotalAcceleration or the whole zip",
    columns="time,seconds_elapsed,z,y,x (any order)",
    gravity_hint=HINT,
    recognises=_recognises,
    read=_read,
)
