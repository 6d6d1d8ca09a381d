"""The labels of a folder of recordings: labels.csv with file, person, stance, age, hold, quality."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kinometric.recordings.recording import STANCES, RecordingError

LABEL_FILE = "labels.csv"
CONTROLS = ("TWO_FEET", "WALKING", "SWAYING", "TABLE")
_NEEDED = ("file", "person", "stance")


@dataclass(frozen=True)
class Label:
    """What is known of one recording.

    Attributes
    ----------
    file : str
        Path below the folder.
    person : str
        A code, never a name.
    stance : str
        One of the four stances, or a control: TWO_FEET, WALKING, SWAYING (on purpose), TABLE.
    age : float or None
        Years.
    hold_s : float or None
        Hold by a person's watch, at most 10 s.
    quality : float or None
        Any graded judgement of steadiness, for example 0, 1, 2; without a unit.
    occasion : str
        Recordings of one person and stance on different occasions are repeats.
    foot_lift_s : float or None
    rate_hz : float or None
        For files without time.
    fell : bool or None
        Whether the person fell in the time after.
    """

    file: str
    person: str
    stance: str
    age: float | None
    hold_s: float | None
    quality: float | None
    occasion: str
    foot_lift_s: float | None
    rate_hz: float | None
    fell: bool | None


def read_labels(folder: Path) -> tuple[Label, ...]:
    """Read the labels of a folder.

    Parameters
    ----------
    folder : Path
        Holds ``labels.csv`` with a header: file, person and stance, and where known age, hold, quality, occasion,
        foot_lift, rate and fell.

    Returns
    -------
    tuple of Label

    Raises
    ------
    RecordingError
        When the file is missing or a value is not of its kind, with the line.
    """
    path = folder / LABEL_FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise RecordingError(f"The folder holds no readable {LABEL_FILE}.", code="no_labels") from None
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise RecordingError(f"{LABEL_FILE} has no column {', '.join(missing)}.", code="labels", line=1)
    return tuple(_label(row, line) for line, row in enumerate(reader, start=2))


def _label(row: Mapping[str, str | None], line: int) -> Label:
    stance = (row["stance"] or "").strip().upper()
    if stance not in STANCES and stance not in CONTROLS:
        allowed = ", ".join((*STANCES, *CONTROLS))
        raise RecordingError(f"The stance is not one of {allowed}.", code="labels", line=line)
    hold = _number(row, "hold", line)
    fell = _number(row, "fell", line)
    return Label(
        file=(row["file"] or "").strip(),
        person=(row["person"] or "").strip(),
        stance=stance,
        age=_number(row, "age", line),
        hold_s=None if hold is None else min(hold, 10.0),
        quality=_number(row, "quality", line),
        occasion=(row.get("occasion") or "").strip(),
        foot_lift_s=_number(row, "foot_lift", line),
        rate_hz=_number(row, "rate", line),
        fell=None if fell is None else fell > 0,
    )


def _number(row: Mapping[str, str | None], name: str, line: int) -> float | None:
    text = (row.get(name) or "").strip()
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise RecordingError(f"The {name} is not a number.", code="labels", line=line) from None
