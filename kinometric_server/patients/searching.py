"""Find patients by one box: names, birth date or year, Kinometric number or athenaOne patient ID."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from kinometric.contract.patients import PatientList, PatientSearch
from kinometric.matching import FindQuery, fold, parse_find
from kinometric_server.audit import record
from kinometric_server.database import PracticeScope, Unit
from kinometric_server.errors import BadInputError
from kinometric_server.patients.records import listed, with_similar_names
from kinometric_server.patients.tables import patient_words, patients
from kinometric_server.patients.words import end_of_prefix
from kinometric_server.security.sealing import KeyRing, Purpose

LONGEST_TEXT = 120
MOST_ROWS = 200


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
    found = [] if query.empty else [row.id for row in unit.all(_selection(unit, query, search.limit + 1))]
    shown = with_similar_names(unit, listed(unit, found[: search.limit]))
    record(
        unit,
        scope,
        "patients_searched",
        "practice",
        unit.practice_id,
        details={"terms": keys.keyed_hash(Purpose.AUDIT, fold(text).encode())[:24], "found": len(shown)},
    )
    return PatientList(tuple(shown), more=len(found) > search.limit)


def _selection(unit: Unit, query: FindQuery, limit: int) -> Select[Any]:
    mine = unit.practice_id
    wanted: list[ColumnElement[bool]] = [
        _begins(unit, "name", word) for word in sorted(query.words, key=len, reverse=True)
    ]
    for figure in query.numbers:
        ways = [_equals(unit, ("number", "athena"), figure)]
        if int(figure) in query.birth_years:
            ways.append(_begins(unit, "born", f"{figure}-"))
        wanted.append(or_(*ways))
    if query.born is not None:
        wanted.append(patients.c.born.in_([day for day in (query.born, query.born_other) if day is not None]))
    return (
        select(patients.c.id)
        .where(patients.c.practice_id == mine, *wanted)
        .order_by(patients.c.name_key, patients.c.number)
        .limit(limit)
    )


def _begins(unit: Unit, kind: str, prefix: str) -> ColumnElement[bool]:
    word = patient_words.c.word
    return _has_word(unit, patient_words.c.kind == kind, word >= prefix, word < end_of_prefix(prefix))


def _equals(unit: Unit, kinds: tuple[str, ...], text: str) -> ColumnElement[bool]:
    return _has_word(unit, patient_words.c.kind.in_(kinds), patient_words.c.word == text)


def _has_word(unit: Unit, *wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = and_(patient_words.c.practice_id == unit.practice_id, *wanted)
    return patients.c.id.in_(select(patient_words.c.patient_id).where(mine))
