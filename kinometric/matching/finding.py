"""Understand what a person types to find a patient, and say whether a record answers it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kinometric.matching.birth_dates import written
from kinometric.matching.normalising import fold

WRITE_IT_LIKE = "Write it like 4 mar 1951"
_FULL_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_EARLIEST_YEAR = 1870
_DATE_LIKE = re.compile(
    r"(?<![\w/.-])(?:"
    r"\d{4}-\d{1,2}-\d{1,2}"
    r"|\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})"
    r"|\d{1,2}[\s.-]*[a-z]{3,9}[\s.,-]*(?:\d{4}|\d{2})"
    r"|[a-z]{3,9}\.?\s*\d{1,2}(?:st|nd|rd|th)?[\s,]+(?:\d{4}|\d{2})"
    r"|\d{8}"
    r")(?![\w/.-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, repr=False)
class TypedDate:
    """What was understood of a typed date.

    Attributes
    ----------
    day : date or None
    echo : str
        The day with its month as a word, or how to write one.
    understood : bool
    """

    day: date | None
    echo: str
    understood: bool


def parse_typed_date(text: str, *, today: date, month_first: bool = True) -> TypedDate:
    """Understand a typed birth date.

    Parameters
    ----------
    text : str
        ``3/4/1951``, ``03041951``, ``4 mar 51``, ``mar 4, 1951`` or ``1951-03-04``.
    today : date
        No birth date lies after it; a year of two digits is the last one that doesn't.
    month_first : bool
        How figures alone are read: 3/4 is the fourth of March. Where the first can't be a month it is the day.

    Returns
    -------
    TypedDate
        An empty text is understood and has no day. The echo of one that is not understood says how to write it.
    """
    if not text.strip():
        return TypedDate(None, "", understood=True)
    day = _parse(text, today, month_first=month_first)
    if day is None or day > today or day.year < _EARLIEST_YEAR:
        return TypedDate(None, WRITE_IT_LIKE, understood=False)
    return TypedDate(day, written(day), understood=True)


def _parse(text: str, today: date, *, month_first: bool) -> date | None:
    plain = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", text.casefold())
    words = re.findall(r"[a-z]+|[0-9]+", plain)
    months = [month for month in (_month(word) for word in words if word.isalpha()) if month]
    numbers = [word for word in words if word.isdigit()]
    if len(months) != sum(word.isalpha() for word in words) or len(months) > 1:
        return None
    if months and len(numbers) == 2:
        year_first = len(numbers[0]) == 4
        return _day(numbers[0 if year_first else 1], months[0], numbers[1 if year_first else 0], today)
    if months:
        return None
    if len(numbers) == 1 and len(numbers[0]) == 8:
        whole = numbers[0]
        numbers = (
            [whole[:4], whole[4:6], whole[6:]] if whole[:2] in ("19", "20") else [whole[:2], whole[2:4], whole[4:]]
        )
    if len(numbers) != 3:
        return None
    if len(numbers[0]) == 4:
        return _day(numbers[0], int(numbers[1]), numbers[2], today)
    first, second = (numbers[0], numbers[1]) if month_first else (numbers[1], numbers[0])
    if int(first) > 12:
        first, second = second, first
    return _day(numbers[2], int(first), second, today)


def _month(word: str) -> int | None:
    if len(word) < 3:
        return None
    if word == "sept":
        return 9
    return next((number for number, name in enumerate(_FULL_MONTHS, 1) if name.startswith(word)), None)


def _day(year_text: str, month: int, day_text: str, today: date) -> date | None:
    year = int(year_text)
    if len(year_text) == 2:
        year += today.year // 100 * 100
        if year > today.year:
            year -= 100
    elif len(year_text) != 4:
        return None
    try:
        return date(year, month, int(day_text))
    except ValueError:
        return None


def name_keys(*names: str) -> tuple[str, ...]:
    """The words by which names are found: each folded word, and each double name written as one.

    Parameters
    ----------
    *names : str
        Last, first, middle and preferred name as stored.

    Returns
    -------
    tuple of str
        Plain small letters, without repeats, in the order of the names; ``("muestra", "lopez", "muestralopez")``.
    """
    keys: dict[str, None] = {}
    for name in names:
        words = fold(name).split()
        keys.update(dict.fromkeys(words))
        if len(words) > 1:
            keys["".join(words)] = None
    return tuple(keys)


@dataclass(frozen=True, repr=False)
class FindQuery:
    """What a person typed into the find box.

    Parameters
    ----------
    words : tuple of str
        Folded beginnings of names; all must be found.
    numbers : tuple of str
        Figures that may be a year of birth, a Kinometric number or an athenaOne patient ID.
    born : date or None
        A birth date; where figures alone can be read day first too, `born_other` is that day.

    Attributes
    ----------
    words : tuple of str
        Folded, each the beginning of a name.
    numbers : tuple of str
        Years of birth or display numbers.
    born, born_other : date or None
        The typed birth date, and the same with day and month swapped.
    """

    words: tuple[str, ...]
    numbers: tuple[str, ...]
    born: date | None = None
    born_other: date | None = None

    @property
    def empty(self) -> bool:
        """True when nothing was typed that could find anybody."""
        return not self.words and not self.numbers and self.born is None

    @property
    def birth_years(self) -> tuple[int, ...]:
        """The numbers that can be years of birth."""
        return tuple(int(number) for number in self.numbers if len(number) == 4 and 1870 <= int(number) <= 2100)

    def matches(
        self,
        keys: Iterable[str],
        born: date | None,
        number: int | str | None = None,
        athena_patient_id: str | None = None,
    ) -> bool:
        """Say whether a record answers the query.

        Parameters
        ----------
        keys : iterable of str
            The record's :func:`name_keys`.
        born : date or None
            Its birth date.
        number : int or str or None
            Its Kinometric number.
        athena_patient_id : str or None
            The ID of the linked record.

        Returns
        -------
        bool
        """
        if self.empty:
            return False
        keys = tuple(keys)
        if any(not any(key.startswith(word) for key in keys) for word in self.words):
            return False
        if self.born is not None and born not in (self.born, self.born_other or self.born):
            return False
        ids = {str(value) for value in (number, athena_patient_id) if value not in (None, "")}
        year = None if born is None else f"{born.year:04d}"
        return all(figure == year or figure in ids for figure in self.numbers)


def parse_find(text: str, *, today: date) -> FindQuery:
    """Understand the find box: ``okaf 1948``, ``lopez 3/4/1951``, ``10482``.

    Parameters
    ----------
    text : str
        What was typed.
    today : date
        No birth date lies after it.

    Returns
    -------
    FindQuery
    """
    born = born_other = None
    rest = text.casefold()
    for hit in _DATE_LIKE.finditer(rest):
        parsed = parse_typed_date(hit.group(), today=today)
        if parsed.day is not None and not _is_a_long_id(hit.group(), rest):
            born = parsed.day
            other = parse_typed_date(hit.group(), today=today, month_first=False).day
            born_other = other if other != born else None
            rest = f"{rest[: hit.start()]} {rest[hit.end() :]}"
            break
    words: list[str] = []
    numbers: list[str] = []
    for word in fold(rest).split():
        (numbers if word.isdigit() else words).append(word)
    return FindQuery(tuple(words), tuple(numbers), born, born_other)


def _is_a_long_id(figures: str, text: str) -> bool:
    # Eight figures alone may be an ID as well as a date; as a date they would hide the patient with that ID.
    return (
        figures.isdigit()
        and not 1 <= int(figures[:2]) <= 12
        and text.strip() == figures
        and figures[:2] not in ("19", "20")
    )
