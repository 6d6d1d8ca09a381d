"""Find patients by one box: names, birth date or year, Kinometric number or athenaOne patient ID.

Every search is a walk along a range of one index that stops when the list is full, so that it takes about as long
among a million patients as among a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from sqlalchemy import ColumnElement, FromClause, and_, exists, func, select

from kinometric.contract.patients import Patient, PatientList, PatientSearch
from kinometric.matching import FindQuery, fold, name_keys, parse_find
from kinometric_server.audit import record
from kinometric_server.database import PracticeScope, Unit
from kinometric_server.errors import BadInputError
from kinometric_server.patients.records import listed, with_similar_names
from kinometric_server.patients.tables import patient_words
from kinometric_server.patients.words import PAIRED_LETTERS, end_of_prefix, name_key, pair_word
from kinometric_server.security.sealing import KeyRing, Purpose

LONGEST_TEXT = 120
MOST_ROWS = 200
COUNTED = 1000
"""So far the words of a range are counted to find the one that leaves the least to look at."""
SPARE = 8
"""A range may hold several words of one patient, such as both parts of a double name and the whole."""


@dataclass(frozen=True)
class Range:
    """All words of a kind from `begin` to before `end`."""

    kind: str
    begin: str
    end: str

    @classmethod
    def prefix(cls, kind: str, text: str) -> Range:
        """Return the range of the words that begin with `text`."""
        return cls(kind, text, end_of_prefix(text))

    @classmethod
    def exactly(cls, kind: str, text: str) -> Range:
        """Return the range of one word."""
        return cls(kind, text, text + "\x01")


MOST_NUMBERS = 3
"""A patient has a number, an athenaOne patient ID and a year of birth; whoever has a fourth is nobody. Each number may
be any of these, and the ways to read many numbers would be without end."""


def search_patients(unit: Unit, scope: PracticeScope, keys: KeyRing, search: PatientSearch) -> PatientList:
    """Find patients of the practice; every word typed must begin a word of theirs.

    The audit keeps a keyed hash of what was typed, never the text.

    Raises
    ------
    BadInputError
        When nothing was typed, or far too much.
    """
    text = search.text.strip()
    if not text or len(text) > LONGEST_TEXT:
        raise BadInputError("Type a name, a birth date or a number to search for.")
    if not 1 <= search.limit <= MOST_ROWS:
        raise BadInputError("The limit of a search lies between 1 and 200.")
    query = parse_find(text, today=unit.now.date())
    found = _found(unit, query, search.limit + 1)
    shown = with_similar_names(unit, _best_first(listed(unit, found[: search.limit]), query))
    record(
        unit,
        scope,
        "patients_searched",
        "practice",
        unit.practice_id,
        details={"terms": keys.keyed_hash(Purpose.AUDIT, fold(text).encode())[:24], "found": len(shown)},
    )
    return PatientList(tuple(shown), more=len(found) > search.limit)


def _best_first(found: list[Patient], query: FindQuery) -> list[Patient]:
    """Sort by whole words hit, then by name."""
    words = set(query.words)

    def rank(patient: Patient) -> tuple[int, str, int]:
        hit = len(words & set(name_keys(patient.lastname, patient.firstname)))
        return -hit, name_key(patient.lastname, patient.firstname), patient.number

    return sorted(found, key=rank)


def _conditions(query: FindQuery) -> Iterator[list[Range]]:
    """Return what must hold: for each thing typed the ranges of which one must hold a word of the patient."""
    for word in query.words:
        yield [Range.prefix("name", word)]
    for figure in dict.fromkeys(query.numbers):
        ways = [Range.exactly("number", figure), Range.exactly("athena", figure)]
        if int(figure) in query.birth_years:
            ways.append(Range.prefix("born", f"{figure}-"))
        yield ways
    if query.born is not None:
        days: list[date] = [day for day in (query.born, query.born_other) if day is not None]
        yield [Range.exactly("born", day.isoformat()) for day in days]


def _found(unit: Unit, query: FindQuery, limit: int) -> list[str]:
    """Return the ids of at most `limit` patients, in the order of the words that were hit."""
    found: dict[str, None] = {}
    if len(set(query.numbers)) > MOST_NUMBERS:
        return []
    for ranges in product(*_conditions(query)):
        if ranges and len(found) < limit:
            found.update(dict.fromkeys(_walk(unit, ranges, limit)))
    return list(found)[:limit]


def _walk(unit: Unit, ranges: Sequence[Range], limit: int) -> list[str]:
    """Walk along one range and keep the patients who have a word in each of the others."""
    first, others = _shortcut(ranges) or _shortest_first(unit, ranges)
    wanted = limit + SPARE
    while True:
        rows = unit.all(
            select(patient_words.c.patient_id)
            .where(
                patient_words.c.practice_id == unit.practice_id,
                _within(patient_words, first),
                *(_has_word(unit, each) for each in others),
            )
            .order_by(patient_words.c.word)
            .limit(wanted)
        )
        found = list(dict.fromkeys(row.patient_id for row in rows))
        if len(found) >= limit or len(rows) < wanted:
            return found
        wanted *= 4


def _shortcut(ranges: Sequence[Range]) -> tuple[Range, list[Range]] | None:
    """Return a range in which two of the things typed are found together, and what is left to be held."""
    names = sorted((each for each in ranges if each.kind == "name"), key=lambda each: -len(each.begin))
    years = [each for each in ranges if each.kind == "born" and each.begin.endswith("-")]
    if names and years:
        joined = Range.prefix("year", f"{years[0].begin[:-1]} {names[0].begin}")
        return joined, [each for each in ranges if each not in (names[0], years[0])]
    if len(names) > 1 and len(names[0].begin) >= PAIRED_LETTERS:
        joined = Range.prefix("pair", pair_word(names[0].begin, names[1].begin))
        return joined, [each for each in ranges if each != names[1]]
    return None


def _shortest_first(unit: Unit, ranges: Sequence[Range]) -> tuple[Range, list[Range]]:
    if len(ranges) == 1:
        return ranges[0], []
    ordered = sorted(ranges, key=lambda each: _length(unit, each))
    return ordered[0], ordered[1:]


def _length(unit: Unit, wanted: Range) -> int:
    """Return how many words a range holds, as far as they are counted."""
    words = (
        select(patient_words.c.patient_id)
        .where(patient_words.c.practice_id == unit.practice_id, _within(patient_words, wanted))
        .limit(COUNTED)
        .subquery()
    )
    return int(unit.one(select(func.count().label("number")).select_from(words)).number)


def _has_word(unit: Unit, wanted: Range) -> ColumnElement[bool]:
    other = patient_words.alias()
    return exists(
        select(other.c.patient_id).where(
            other.c.practice_id == unit.practice_id,
            other.c.patient_id == patient_words.c.patient_id,
            _within(other, wanted),
        )
    )


def _within(words: FromClause, wanted: Range) -> ColumnElement[bool]:
    return and_(words.c.kind == wanted.kind, words.c.word >= wanted.begin, words.c.word < wanted.end)
