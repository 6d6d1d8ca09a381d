"""How far two birth dates agree: a calendar day each, never a moment, so no time zone can move it."""

from __future__ import annotations

from datetime import date

from rapidfuzz.distance import OSA

from kinometric.matching.values import Span, Verdict

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY: Span = (0, 2)
MONTH: Span = (3, 6)
YEAR: Span = (7, 11)
DAY_AND_MONTH: Span = (0, 6)

BORN_VERDICTS: dict[str, Verdict] = {
    "same": "same",
    "swapped": "swapped",
    "one_digit": "differs",
    "day": "differs",
    "month": "differs",
    "year_digit": "differs",
    "century": "differs",
    "year": "differs",
    "swapped_and_year": "differs",
    "same_year": "differs",
    "differs": "differs",
    "missing": "missing",
}

BORN_WORDS: dict[str, str] = {
    "same": "same",
    "swapped": "day/month",
    "one_digit": "one digit",
    "day": "day",
    "month": "month",
    "year_digit": "year",
    "century": "year",
    "year": "year",
    "swapped_and_year": "differs",
    "same_year": "day, month",
    "differs": "differs",
    "missing": "missing",
}

BORN_SENTENCES: dict[str, str] = {
    "same": "same in both records",
    "swapped": "day and month swapped",
    "one_digit": "one digit of the day or month differs, the year is the same",
    "day": "the day differs, month and year are the same",
    "month": "the month differs, day and year are the same",
    "year_digit": "one digit of the year differs, day and month are the same",
    "century": "the century differs, the rest is the same",
    "year": "the year differs, day and month are the same",
    "swapped_and_year": "day and month swapped, and the year differs",
    "same_year": "day and month differ, the year is the same",
    "differs": "differs",
    "missing": "not recorded on one side",
}


def birth_date_level(ours: date | None, theirs: date | None) -> str:
    """Say how far two birth dates agree.

    Parameters
    ----------
    ours, theirs : date or None

    Returns
    -------
    str
        A key of ``BORN_VERDICTS``.
    """
    if ours is None or theirs is None:
        return "missing"
    if ours == theirs:
        return "same"
    if ours.year != theirs.year:
        return _other_year_level(ours, theirs)
    if ours.day == theirs.month and ours.month == theirs.day:
        return "swapped"
    if OSA.distance(_figures(ours), _figures(theirs), score_cutoff=1) <= 1:
        return "one_digit"
    if ours.month == theirs.month:
        return "day"
    return "month" if ours.day == theirs.day else "same_year"


def _figures(born: date) -> str:
    return f"{born.month:02d}{born.day:02d}"


def _other_year_level(ours: date, theirs: date) -> str:
    if (ours.day, ours.month) != (theirs.day, theirs.month):
        return "swapped_and_year" if (ours.day, ours.month) == (theirs.month, theirs.day) else "differs"
    if abs(ours.year - theirs.year) == 100:
        return "century"
    one_digit = OSA.distance(f"{ours.year:04d}", f"{theirs.year:04d}", score_cutoff=1) <= 1
    return "year_digit" if one_digit else "year"


def written(born: date | None) -> str:
    """Write a birth date with the month as a word, because 03/04/1951 is the very swap that harms.

    Parameters
    ----------
    born : date or None

    Returns
    -------
    str
        ``04-Mar-1951``; ``""`` for none.
    """
    return "" if born is None else f"{born.day:02d}-{MONTHS[born.month - 1]}-{born.year:04d}"


def differing_spans(ours: date | None, theirs: date | None) -> tuple[Span, ...]:
    """Return the parts of ``04-Mar-1951`` that differ between two dates.

    Parameters
    ----------
    ours, theirs : date or None

    Returns
    -------
    tuple of Span
        Empty when either is missing.
    """
    if ours is None or theirs is None:
        return ()
    spans: list[Span] = []
    if ours.day != theirs.day and ours.month != theirs.month:
        spans.append(DAY_AND_MONTH)
    elif ours.day != theirs.day:
        spans.append(DAY)
    elif ours.month != theirs.month:
        spans.append(MONTH)
    if ours.year != theirs.year:
        spans.append(YEAR)
    return tuple(spans)
