"""Make, read and correct the patients of a practice."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Row, Select, and_, delete, func, insert, select

from kinometric.contract.patients import CorrectPatient, Link, NewPatient, Patient
from kinometric.matching import PersonRecord, similar_names
from kinometric_server.audit import record
from kinometric_server.database import PracticeScope, Unit, change_version, new_key, next_number
from kinometric_server.database.unit import display_numbers
from kinometric_server.errors import BadInputError
from kinometric_server.patients.tables import patient_links, patient_words, patients
from kinometric_server.patients.words import alike_word, name_key, sound_words, words_of
from kinometric_server.practices.tables import departments
from kinometric_server.results.tables import test_sessions

SEXES = ("", "F", "M", "X")
IDENTITY = ("lastname", "firstname", "middlename", "suffix", "born", "sex")
"""The fields by which a patient is told from another; changing one of a linked patient is audited by its own entry."""
OLDEST_YEAR = 1880
SIMILAR_LIMIT = 300
SIMILAR_COUNTED = 1
"""The warning says that there are others; their exact number is of no use to anybody."""
_LIMITS = {
    "lastname": 120,
    "firstname": 120,
    "middlename": 120,
    "suffix": 20,
    "preferredname": 120,
    "phone": 40,
    "zip": 20,
}
_WORDED = ("lastname", "firstname", "middlename", "preferredname", "born")


def _selection(unit: Unit) -> Select[Any]:
    mine = unit.practice_id
    sessions_of = and_(test_sessions.c.practice_id == mine, test_sessions.c.patient_id == patients.c.id)
    count = select(func.count()).where(sessions_of).scalar_subquery().label("sessions")
    last = select(func.max(test_sessions.c.tested_at)).where(sessions_of).scalar_subquery().label("last_session_at")
    link = (
        patient_links.c.athena_patient_id,
        patient_links.c.linked_at,
        patient_links.c.linked_by_name,
        patient_links.c.method,
        patient_links.c.verdicts,
        patient_links.c.reasons,
        patient_links.c.last_verified_at,
    )
    on = and_(
        patient_links.c.practice_id == patients.c.practice_id,
        patient_links.c.patient_id == patients.c.id,
        patient_links.c.ended_at.is_(None),
    )
    return select(patients, *link, count, last).outerjoin(patient_links, on).where(patients.c.practice_id == mine)


def text_of(moment: datetime | None) -> str | None:
    """Return a moment as ISO 8601 in UTC."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def patient_of(row: Row[Any], similar_names: int = 0) -> Patient:
    """Return the contract's patient from a row of this module's selection."""
    link = None
    if row.linked_at is not None:
        link = Link(
            athena_patient_id=row.athena_patient_id,
            linked_at=text_of(row.linked_at) or "",
            linked_by=row.linked_by_name,
            method=row.method,
            accepted_differences=tuple(sorted(row.reasons)),
            last_verified_at=text_of(row.last_verified_at),
            version=row.link_version,
        )
    return Patient(
        patient_id=row.id,
        number=row.number,
        lastname=row.lastname,
        firstname=row.firstname,
        middlename=row.middlename,
        suffix=row.suffix,
        preferredname=row.preferredname,
        born=row.born,
        sex=row.sex,
        phone=row.phone,
        zip=row.zip,
        is_sandbox=row.is_sandbox,
        department_id=row.department_id,
        link=link,
        link_version=row.link_version,
        sessions=row.sessions,
        last_session_at=text_of(row.last_session_at),
        version=row.version,
        similar_names=similar_names,
    )


def find_patient(unit: Unit, patient_id: str) -> Patient:
    """Return one patient of the practice without an audit entry; NotFoundError (404) if there is none."""
    return patient_of(unit.one(_selection(unit).where(patients.c.id == patient_id)))


def find_patients(unit: Unit, patient_ids: Sequence[str]) -> dict[str, Patient]:
    """Return several patients of the practice by their ids."""
    if not patient_ids:
        return {}
    rows = unit.all(_selection(unit).where(patients.c.id.in_(sorted(set(patient_ids)))))
    return {row.id: patient_of(row) for row in rows}


def read_patient(unit: Unit, scope: PracticeScope, patient_id: str) -> Patient:
    """Return one patient, with the reading audited."""
    patient = with_similar_names(unit, [find_patient(unit, patient_id)])[0]
    record(unit, scope, "patient_read", "patient", patient_id)
    return patient


def with_similar_names(unit: Unit, found: Sequence[Patient]) -> list[Patient]:
    """Return the patients with whether there are others in the practice whose names are easily taken for theirs."""
    many = _among_many_alike(unit, found)
    keys = {
        patient.patient_id: sound_words(patient.lastname, patient.firstname)
        for patient in found
        if patient.patient_id not in many
    }
    by_word = _sounding_like(unit, frozenset().union(*keys.values()))
    shown = []
    for patient in found:
        if patient.patient_id in many:
            shown.append(dataclasses.replace(patient, similar_names=SIMILAR_COUNTED))
            continue
        near = {key: person for word in keys[patient.patient_id] for key, person in by_word.get(word, ())}
        near.pop(patient.patient_id, None)
        alike = (key for key, person in near.items() if similar_names(patient, person))
        shown.append(dataclasses.replace(patient, similar_names=len(list(islice(alike, SIMILAR_COUNTED)))))
    return shown


def _among_many_alike(unit: Unit, found: Sequence[Patient]) -> frozenset[str]:
    """Return those with at least as many alike as are counted; told by an index alone, however large the practice."""
    words = {alike_word(patient.lastname, patient.firstname) for patient in found} - {""}
    if not words:
        return frozenset()
    other = patient_words.alias()
    one_more = (
        select(other.c.patient_id)
        .where(
            other.c.practice_id == unit.practice_id,
            other.c.kind == "sound",
            other.c.word == patient_words.c.word,
        )
        .offset(SIMILAR_COUNTED)
        .limit(1)
        .scalar_subquery()
    )
    rows = unit.all(
        select(patient_words.c.patient_id).where(
            patient_words.c.practice_id == unit.practice_id,
            patient_words.c.kind == "sound",
            patient_words.c.patient_id.in_(sorted(patient.patient_id for patient in found)),
            patient_words.c.word.in_(sorted(words)),
            one_more.is_not(None),
        )
    )
    return frozenset(row.patient_id for row in rows)


def _sounding_like(unit: Unit, words: frozenset[str]) -> dict[str, list[tuple[str, PersonRecord]]]:
    """Return the practice's people under each of these sounds, so many at most that a list stays quick."""
    if not words:
        return {}
    rows = unit.all(
        select(patient_words.c.word, patients.c.id, patients.c.lastname, patients.c.firstname)
        .join(
            patients,
            (patients.c.practice_id == patient_words.c.practice_id) & (patients.c.id == patient_words.c.patient_id),
        )
        .where(
            patient_words.c.practice_id == unit.practice_id,
            patient_words.c.kind == "sound",
            patient_words.c.word.in_(sorted(words)),
        )
        .limit(SIMILAR_LIMIT)
    )
    found: dict[str, list[tuple[str, PersonRecord]]] = {}
    for row in rows:
        found.setdefault(row.word, []).append((row.id, PersonRecord(row.lastname, row.firstname)))
    return found


def create_patient(unit: Unit, scope: PracticeScope, new: NewPatient, *, action: str = "patient_created") -> Patient:
    """Store a new patient of the practice under the next display number.

    Raises
    ------
    BadInputError
        Without a last or first name, with an impossible birth date, an unknown sex or department.
    """
    fields = _checked({name: getattr(new, name) for name in (*_LIMITS, "born", "sex", "department_id")}, unit)
    key, number = new_key(), next_number(unit, "patient")
    unit.execute(
        insert(patients).values(
            id=key,
            practice_id=unit.practice_id,
            number=number,
            is_sandbox=new.is_sandbox,
            name_key=name_key(fields["lastname"], fields["firstname"]),
            created_at=unit.now,
            created_by=scope.user_id,
            **fields,
        )
    )
    rewrite_words(unit, key)
    record(unit, scope, action, "patient", key, details={"number": number, "sandbox": new.is_sandbox})
    return find_patient(unit, key)


def begin_numbers_at(unit: Unit, first: int) -> None:
    """Let the practice's patient numbers begin at `first`; only before there are any patients."""
    if unit.first(select(patients.c.id).where(patients.c.practice_id == unit.practice_id).limit(1)) is not None:
        raise BadInputError("There are patients already, so their numbers go on from theirs.")
    unit.execute(insert(display_numbers).values(practice_id=unit.practice_id, kind="patient", last_number=first - 1))


def correct_patient(unit: Unit, scope: PracticeScope, patient_id: str, change: CorrectPatient) -> frozenset[str]:
    """Correct a patient's record with a reason; return the names of the fields that changed.

    Raises
    ------
    NotFoundError, StaleWriteError, BadInputError
        When there is no such patient, somebody else was faster, or the correction can't be used.
    """
    reason = required_reason(change.reason)
    before = unit.one(select(patients).where(patients.c.practice_id == unit.practice_id, patients.c.id == patient_id))
    given = {
        name: getattr(change, name)
        for name in (*_LIMITS, "born", "sex", "department_id")
        if getattr(change, name) is not None
    }
    changed = {name: value for name, value in _checked(given, unit).items() if value != getattr(before, name)}
    after = {name: changed.get(name, getattr(before, name)) for name in ("lastname", "firstname")}
    change_version(
        unit,
        patients,
        patient_id,
        change.version,
        {**changed, "name_key": name_key(**after)},
    )
    if any(name in changed for name in _WORDED):
        rewrite_words(unit, patient_id)
    details = {"fields": ",".join(sorted(changed)), "linked": before.realpatientid is not None}
    record(unit, scope, "patient_corrected", "patient", patient_id, reason=reason, details=details)
    if before.realpatientid is not None and any(name in changed for name in IDENTITY):
        record(unit, scope, "linked_patient_identity_changed", "patient", patient_id, reason=reason, details=details)
    return frozenset(changed)


def show_birth_year(unit: Unit, scope: PracticeScope, patient_id: str, reason: str) -> None:
    """Write down that somebody had the masked year of birth shown, and why."""
    find_patient(unit, patient_id)
    record(unit, scope, "birth_year_shown", "patient", patient_id, reason=required_reason(reason))


def required_reason(reason: str) -> str:
    """Return a typed reason without space around it; BadInputError when there is none."""
    reason = reason.strip()
    if len(reason) < 3:
        raise BadInputError("Type a reason.")
    if len(reason) > 400:
        raise BadInputError("The reason is too long; 400 letters are enough.")
    return reason


def rewrite_words(unit: Unit, patient_id: str) -> None:
    """Write anew the words by which a patient is found."""
    mine = (patients.c.practice_id == unit.practice_id) & (patients.c.id == patient_id)
    row = unit.one(select(patients).where(mine))
    unit.execute(
        delete(patient_words).where(
            patient_words.c.practice_id == unit.practice_id, patient_words.c.patient_id == patient_id
        )
    )
    words = words_of(
        names=(row.lastname, row.firstname, row.middlename, row.preferredname),
        born=row.born,
        number=row.number,
        athena_patient_id=row.realpatientid,
    )
    unit.execute(
        insert(patient_words),
        [
            {"practice_id": unit.practice_id, "patient_id": patient_id, "word": word.word, "kind": word.kind}
            for word in words
        ],
    )


def _checked(fields: dict[str, Any], unit: Unit) -> dict[str, Any]:
    """Return the fields without space around them; BadInputError names the first that can't be used."""
    clean: dict[str, Any] = {}
    for name, value in fields.items():
        if name in _LIMITS:
            clean[name] = _line(name, value)
        elif name == "sex":
            clean[name] = value.strip().upper()
            if clean[name] not in SEXES:
                raise BadInputError("The sex is F, M, X or not recorded.")
        elif name == "born":
            clean[name] = value
            if value is not None and not date(OLDEST_YEAR, 1, 1) <= value <= unit.now.date():
                raise BadInputError("The birth date lies in the future or too far in the past.")
        else:
            clean[name] = value
            _known_department(unit, value)
    for name in ("lastname", "firstname"):
        if name in clean and not clean[name]:
            raise BadInputError("A patient has a last name and a first name.")
    return clean


def _line(name: str, value: str) -> str:
    value = " ".join(value.split())
    if len(value) > _LIMITS[name] or not value.isprintable():
        raise BadInputError(f"The field {name} is too long or holds signs that can't be printed.")
    return value


def _known_department(unit: Unit, department_id: str | None) -> None:
    if department_id is None:
        return
    mine = departments.c.practice_id == unit.practice_id
    if unit.first(select(departments.c.id).where(mine, departments.c.id == department_id)) is None:
        raise BadInputError("There is no such department in this practice.")


def listed(unit: Unit, keys: Iterable[str]) -> list[Patient]:
    """Return patients in the order of `keys`; those that are not of this practice are left out."""
    order = list(keys)
    found = find_patients(unit, order)
    return [found[key] for key in order if key in found]
