"""Find the time and the three accelerations among the columns of any table, by their names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kinometric.recordings.recording import RecordingError
from kinometric.recordings.units import Unit, unit_of_header

Kind = Literal["with_gravity", "linear", "gravity"]

_NOT_ACCELERATION = re.compile(
    r"gyro|gyr|rot|mag|orient|angle|euler|quat|velocity|omega|attitude|pitch|roll|yaw|field|position|deg|rad"
)
# Also as the apps name it in other languages: Beschleunigung, aceleración, aceleração, versnelling, przyspieszenie.
_ACCELERATION = re.compile(r"acc|acel|beschl|versnel|przysp|grav|force|^a[\W_]*\?|^gf\?|^\?|^lin|^values?\W*\?")
_LINEAR = re.compile(r"lin|user|without|no_?grav|nograv|ohne|sans|senza|sin g")
_GRAVITY = re.compile(r"grav")
_NUMBERED = re.compile(r"^(values?\W*_?)([012])(\W*)$")
_SAYS_WITH = re.compile(r"(with|incl)(?!out).*grav|total")
_TIME = re.compile(
    r"^(zeit|temps|tiempo|tempo|tijd|czas)\b|^(t|s|sec|secs|seconds|time|timestamp|date|datetime|clock|elapsed|ms|millis\w*|ns|nanos\w*)?"
    r"([\s_.\-(\[].*)?$|time|elapsed|sincereboot",
    re.IGNORECASE,
)
_TIME_RANK = (
    re.compile(r"elapsed|sincereboot|since_?start", re.IGNORECASE),
    re.compile(r"^(t|time|seconds|sec|s)\b.*\(?s\)?|^t$|^time$|time_s$", re.IGNORECASE),
    re.compile(r"stamp|time", re.IGNORECASE),
)
TimeUnit = Literal["s", "ms", "us", "ns"]
_TIME_UNITS: tuple[tuple[TimeUnit, re.Pattern[str]], ...] = (
    ("ns", re.compile(r"nano|(^|[\s_(\[])ns($|[\s_)\]])", re.IGNORECASE)),
    ("us", re.compile(r"micro|(^|[\s_(\[])[uµ]s($|[\s_)\]])", re.IGNORECASE)),
    ("ms", re.compile(r"milli|(^|[\s_(\[])ms($|[\s_)\]])", re.IGNORECASE)),
    ("s", re.compile(r"second|(^|[\s_(\[])s($|[\s_)\]])", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Triple:
    """Three columns whose names differ only in the letter of the axis.

    Attributes
    ----------
    columns : tuple of int
        x, y, z.
    kind : {"with_gravity", "linear", "gravity"}
        By the name: total acceleration, acceleration without gravity, or gravity alone.
    unit : {"g", "m_s2", "mg", "cm_s2"} or None
    name : str
        The common name in lower case, ``?`` for the axis.
    """

    columns: tuple[int, int, int]
    kind: Kind
    unit: Unit | None
    name: str


def triples(header: Sequence[str]) -> tuple[Triple, ...]:
    """Return the accelerations that a header names, in the order of their x columns.

    Parameters
    ----------
    header : sequence of str

    Returns
    -------
    tuple of Triple
        Angular rates, magnetic fields and orientations are left out.
    """
    found: dict[str, dict[str, int]] = {}
    for column, name in enumerate(header):
        lower = _with_letter(name.lower())
        for position, letter in enumerate(lower):
            if letter in "xyz":
                key = lower[:position] + "?" + lower[position + 1 :]
                found.setdefault(key, {}).setdefault(letter, column)
    result = [
        Triple((axes["x"], axes["y"], axes["z"]), _kind(key), unit_of_header(header[axes["x"]]), key)
        for key, axes in found.items()
        if len(axes) == 3 and _ACCELERATION.search(key) and not _NOT_ACCELERATION.search(key)
    ]
    # What says that gravity is included goes first: a file may hold both kinds under similar names.
    return tuple(sorted(result, key=lambda triple: (not _SAYS_WITH.search(triple.name), triple.columns[0])))


def _with_letter(name: str) -> str:
    """Android's own ``values[0]`` to ``values[2]`` are x, y and z."""
    match = _NUMBERED.match(name)
    return name if match is None else f"{match[1]}{'xyz'[int(match[2])]}{match[3]}"


def missing_axes(header: Sequence[str]) -> str:
    """Return the letters of the axes that no column of acceleration names, for a sentence.

    Parameters
    ----------
    header : sequence of str

    Returns
    -------
    str
        For example ``"y, z"``.
    """
    pattern = re.compile(r"^(?:a|acc|accel|acceleration)?[\s_.\-]*([xyz])(?:[\s_(\[\-].*)?$", re.IGNORECASE)
    present = {match[1].lower() for name in header if (match := pattern.match(name))}
    return ", ".join(axis for axis in "xyz" if axis not in present) or "x, y, z"


def time_column(header: Sequence[str], taken: Sequence[int] = ()) -> int | None:
    """Return the column of time, the one that counts from the start before one of the clock.

    Parameters
    ----------
    header : sequence of str
    taken : sequence of int
        Columns that are something else.

    Returns
    -------
    int or None
    """
    candidates = [column for column, name in enumerate(header) if column not in taken and name and _TIME.search(name)]
    for rank in _TIME_RANK:
        for column in candidates:
            if rank.search(header[column]):
                return column
    return candidates[0] if candidates else None


def time_unit(name: str) -> TimeUnit | None:
    """Return the unit that the name of a time column states, or None.

    Parameters
    ----------
    name : str
        For example ``"time_ms"`` or ``"Time (s)"``.

    Returns
    -------
    {"s", "ms", "us", "ns"} or None
    """
    return next((unit for unit, pattern in _TIME_UNITS if pattern.search(name)), None)


def refuse_missing(header: Sequence[str], line: int) -> RecordingError:
    """Return the error of a table whose header names no three accelerations.

    Parameters
    ----------
    header : sequence of str
    line : int
        Line of the header, counted from 1.

    Returns
    -------
    RecordingError
        With code ``columns``; it is for the caller to raise.
    """
    return RecordingError(f"The header names no acceleration along {missing_axes(header)}.", code="columns", line=line)


def _kind(key: str) -> Kind:
    if _LINEAR.search(key):
        return "linear"
    if _GRAVITY.search(key) and not re.search(r"with|incl", key):
        return "gravity"
    return "with_gravity"
