"""The internal note of a document: the fixed text of the specification, then a mark by which a person can find it."""

from __future__ import annotations

import secrets
from datetime import date

from kinometric.contract.patients import Patient
from kinometric.report.wording import day

MARK_DIGITS = 24
OPEN_MARK = "[K-…]"
"""Stands where the mark will be, as long as there is no order to send."""


def new_mark() -> str:
    """Return a new mark: K- and 96 random bits as hex digits."""
    return f"K-{secrets.token_hex(MARK_DIGITS // 2)}"


def spoken_name(patient: Patient) -> str:
    """Return a patient's name as the note and the confirmation write it: Given Middle Family Suffix."""
    parts = (patient.firstname, patient.middlename, patient.lastname, patient.suffix)
    return " ".join(part for part in parts if part)


def note_text(patient: Patient, tested_on: date, mark: str | None = None) -> str:
    """Return the internal note; without a mark, with the place of the mark left open."""
    fixed = f"Kinometric Balance Test Results - {spoken_name(patient)} - {day(tested_on)}"
    return f"{fixed} {OPEN_MARK if mark is None else f'[{mark}]'}"
