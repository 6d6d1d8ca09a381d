"""Read the centre of pressure from a force plate's export, to compare measures with published software."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from kinometric.recordings.layout import MAX_BYTES, as_utf8
from kinometric.recordings.recording import FloatArray, RecordingError
from kinometric.recordings.table import Text, numbers

_WANTED = ("Fz", "Mx", "My")
_TIMES = ("MocapTime", "Time", "time", "time_s")
_LIGHTEST_N = 20.0
_MAX_HEAD_LINES = 200


@dataclass(frozen=True, eq=False)
class CentreOfPressure:
    """The centre of pressure of somebody on a force plate.

    Attributes
    ----------
    time_s : (n,) float64
    first_cm, second_cm : (n,) float64
        100 My/Fz and 100 Mx/Fz, in the plate's axes.
    vertical_force_n : (n,) float64
    dropped : int
        Rows left out because nobody's weight was on the plate.
    """

    time_s: FloatArray
    first_cm: FloatArray
    second_cm: FloatArray
    vertical_force_n: FloatArray
    dropped: int

    @property
    def rate_hz(self) -> float:
        """Usual sampling rate."""
        return float(1.0 / np.median(np.diff(self.time_s)))

    def between(self, from_s: float, to_s: float) -> CentreOfPressure:
        """Return the part from one time to another, both included.

        Parameters
        ----------
        from_s, to_s : float
            On the axis of `time_s`.

        Returns
        -------
        CentreOfPressure
        """
        keep = (self.time_s >= from_s - 1e-9) & (self.time_s <= to_s + 1e-9)
        return CentreOfPressure(
            self.time_s[keep], self.first_cm[keep], self.second_cm[keep], self.vertical_force_n[keep], self.dropped
        )


def read_centre_of_pressure(path: str | PathLike[str]) -> CentreOfPressure:
    """Read a force plate's table with forces in N and moments in N m.

    Parameters
    ----------
    path : path
        A text table whose header names Fz, Mx, My and a time; lines above the header are skipped.

    Returns
    -------
    CentreOfPressure

    Raises
    ------
    RecordingError
        When there is no such header, a number cannot be read, or nobody stood on the plate.
    """
    try:
        with Path(path).open("rb") as file:
            content = as_utf8(file.read(MAX_BYTES + 1))
    except OSError as error:
        raise RecordingError(f"The file cannot be opened ({error.strerror}).", code="no_file") from None
    text = _table(content)
    time = next((text.header.index(name) for name in _TIMES if name in text.header), None)
    if time is None:
        raise RecordingError("The force plate's header names no time.", code="columns", line=text.header_line)
    table = numbers(text, [time, *(text.header.index(name) for name in _WANTED)])
    stood = table[:, 1] > _LIGHTEST_N
    if stood.sum() < 2:
        raise RecordingError("Nobody stood on the force plate.", code="not_worn")
    time_s, force, about_x, about_y = table[stood].T
    return CentreOfPressure(
        time_s, 100.0 * about_y / force, 100.0 * about_x / force, force, int(stood.size - stood.sum())
    )


def _table(content: bytes) -> Text:
    position = 0
    for line in range(1, _MAX_HEAD_LINES + 1):
        end = content.find(b"\n", position)
        if end < 0:
            break
        names = tuple(name.strip().strip('"') for name in content[position:end].decode(errors="replace").split(","))
        position = end + 1
        if set(_WANTED) <= set(names):
            return Text((), names, line, ",", False, content, position, line + 1)
    raise RecordingError("The file has no header of a force plate (Fz, Mx, My).", code="columns")
