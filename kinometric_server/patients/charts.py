"""Read athenaOne's records for a practice: every record and row passes the department gate before anybody sees it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from kinometric.contract import errors as codes
from kinometric.contract.patients import AthenaCandidates, AthenaLookup, AthenaPatient, AthenaSearch
from kinometric.contract.practices import AthenaDepartment, AthenaDepartmentPage
from kinometric.matching import PersonRecord, compare
from kinometric_server.athena import gate, ladder
from kinometric_server.athena.client import PAGE, AthenaClient
from kinometric_server.athena.records import AthenaPatient as Chart
from kinometric_server.athena.settings import AthenaPractice
from kinometric_server.audit import record
from kinometric_server.audit.trail import DENIED, SUCCESS
from kinometric_server.database import PracticeScope, Unit
from kinometric_server.errors import BadInputError, DeniedError
from kinometric_server.operations.server import Server
from kinometric_server.patients.records import find_patient
from kinometric_server.practices.departments import allowed_athena_departments, remember_athena_departments
from kinometric_server.practices.sheet import athena_secret, scope_row
from kinometric_server.practices.tables import athena_departments, departments
from kinometric_server.security.sealing import KeyRing, Purpose

DENIED_SENTENCE = (
    "This patient belongs to a department your practice is not set up for. Ask an administrator. "
    "This attempt was logged."
)
_STEP_WORDS: dict[str, str] = {
    "exact": "last name",
    "birth_date": "birth date",
    "plain": "last name without accents and hyphens",
    "part": "part of the last name",
    "swapped": "first name as last name",
    "prefix": "first letters",
    "narrowed": "last and first name",
}


@dataclass(frozen=True)
class Access:
    """What a practice's scope sheet says of athenaOne now."""

    connection: AthenaPractice
    allowed: frozenset[str]
    """athenaOne ids of the allowed departments."""

    @property
    def environment(self) -> str:
        """none, standin, preview or production."""
        return self.connection.environment


@dataclass(frozen=True)
class SeenChart:
    """A record that passed the gate: as the contract states it, and as athenaOne does."""

    patient: AthenaPatient
    chart: Chart


def access_of(unit: Unit, keys: KeyRing) -> Access:
    """Read how the practice is connected, and which departments it allows."""
    row = scope_row(unit)
    secret = athena_secret(unit, keys) or ("", "")
    connection = AthenaPractice(
        environment=row.athena_environment,
        athena_practice_id=row.athena_practice_id or "",
        client_id=secret[0],
        client_secret=secret[1],
        upload_encoding=row.upload_encoding,
        documents_write=row.documents_write,
        documents_list=row.documents_list,
        dob_param=row.athena_dob_param,
        health_endpoints=row.health_endpoints,
    )
    return Access(connection, allowed_athena_departments(unit))


def read_access(server: Server, scope: PracticeScope) -> Access:
    """Read the practice's access in a transaction of its own."""
    with server.database.reading(scope) as unit:
        return access_of(unit, server.keys)


def client_of(server: Server, access: Access) -> AthenaClient:
    """Return the client for a practice's connection."""
    return server.athena.client(access.connection)


def look_up(server: Server, scope: PracticeScope, asked: AthenaLookup) -> AthenaPatient:
    """Read one athenaOne record by its ID through the gate, and audit it.

    Raises
    ------
    DeniedError
        ``KS-403D`` when the gate denies; the audit keeps ``get_athena_patient_denied``.
    AthenaError
        When athenaOne has no such patient or can't be asked.
    """
    if asked.patient_id is not None:
        with server.database.reading(scope) as unit:
            find_patient(unit, asked.patient_id)
    return read_chart(server, scope, asked.athena_patient_id).patient


def read_chart(server: Server, scope: PracticeScope, athena_patient_id: str) -> SeenChart:
    """Read one record fresh; the gate decides, and the reading or its denial is audited."""
    access = read_access(server, scope)
    chart = client_of(server, access).patient(athena_patient_id)
    decision = gate.decide(chart, access.allowed)
    with server.database.writing(scope) as unit:
        action = "athena_patient_read" if decision.allowed else gate.AUDIT_ACTION_DENIED
        outcome = SUCCESS if decision.allowed else DENIED
        details = {"athena_patient_id": chart.patient_id, "reason": decision.reason}
        record(unit, scope, action, "athena_patient", chart.patient_id, outcome, details=details)
        if not decision.allowed:
            raise DeniedError(DENIED_SENTENCE, codes.DEPARTMENT_DENIED)
        return SeenChart(shown(unit, server.keys, chart, decision.by_department), chart)


def search_charts(server: Server, scope: PracticeScope, asked: AthenaSearch) -> AthenaCandidates:
    """Search athenaOne for a patient, at most four requests; rows that the gate denies are only counted."""
    lastname = asked.lastname.strip()
    if not lastname or len(lastname) > 120 or len(asked.firstname) > 120:
        raise BadInputError("A search in athenaOne needs a last name.")
    with server.database.reading(scope) as unit:
        patient = find_patient(unit, asked.patient_id)
        access = access_of(unit, server.keys)
    found = ladder.climb(
        client_of(server, access),
        lastname,
        asked.firstname,
        asked.born,
        asked.athena_department_id or "",
        enough=lambda rows: _holds_a_strong_one(PersonRecord.of(patient), gate.sift(rows, access.allowed)[0]),
        wider=asked.wider,
    )
    passed, hidden = gate.sift(found.rows, access.allowed)
    with server.database.writing(scope) as unit:
        candidates = tuple(
            shown(unit, server.keys, chart, gate.decide(chart, access.allowed).by_department) for chart in passed
        )
        record(
            unit,
            scope,
            "athena_patients_searched",
            "patient",
            asked.patient_id,
            details={"found": len(passed), "hidden": hidden, "requests": found.requests_used},
        )
    return AthenaCandidates(
        candidates=candidates,
        hidden_other_department=hidden,
        steps=tuple(_STEP_WORDS[step] for step in found.steps),
        requests_used=found.requests_used,
        requests_allowed=found.requests_allowed,
        can_go_wider=found.can_go_wider,
    )


def search_for_import(
    server: Server, scope: PracticeScope, lastname: str, firstname: str, born: date | None, athena_department_id: str
) -> tuple[tuple[AthenaPatient, ...], int]:
    """Search athenaOne for somebody who is not yet in Kinometric; return the rows that passed, and how many did not."""
    if not lastname.strip() or len(lastname) > 120 or len(firstname) > 120:
        raise BadInputError("A search in athenaOne needs a last name.")
    access = read_access(server, scope)
    wanted = PersonRecord(lastname, firstname, born=born)

    def enough(rows: Sequence[Chart]) -> bool:
        return _holds_a_strong_one(wanted, gate.sift(rows, access.allowed)[0])

    found = ladder.climb(
        client_of(server, access),
        lastname,
        firstname,
        born,
        athena_department_id,
        enough=enough,
    )
    passed, hidden = gate.sift(found.rows, access.allowed)
    with server.database.writing(scope) as unit:
        candidates = tuple(
            shown(unit, server.keys, chart, gate.decide(chart, access.allowed).by_department) for chart in passed
        )
        record(
            unit,
            scope,
            "athena_patients_searched",
            "practice",
            unit.practice_id,
            details={"found": len(passed), "hidden": hidden, "requests": found.requests_used},
        )
    return candidates, hidden


def _holds_a_strong_one(ours: PersonRecord, rows: Sequence[Chart]) -> bool:
    return any(compare(ours, person_of(row)).band == "strong" for row in rows)


def person_of(chart: Chart) -> PersonRecord:
    """Return an athenaOne record as the comparing takes it."""
    return PersonRecord(
        chart.lastname,
        chart.firstname,
        chart.middlename,
        chart.suffix,
        chart.preferredname,
        chart.born,
        chart.sex,
        chart.phone[0],
        chart.zip,
    )


def shown(unit: Unit, keys: KeyRing, chart: Chart, by_department: str) -> AthenaPatient:
    """Return a record that passed the gate as the workstation gets it."""
    department = by_department or chart.department_id
    number, kind = chart.phone
    return AthenaPatient(
        athena_patient_id=chart.patient_id,
        lastname=chart.lastname,
        firstname=chart.firstname,
        middlename=chart.middlename,
        suffix=chart.suffix,
        preferredname=chart.preferredname,
        born=chart.born,
        sex=chart.sex,
        phone=number,
        phone_kind=kind,
        zip=chart.zip,
        status=chart.status or "active",
        department_id=department or None,
        department_name=_department_name(unit, department),
        department_allowed=bool(by_department),
        fingerprint=fingerprint_of(keys, unit.practice_id, chart),
    )


def fingerprint_of(keys: KeyRing, practice_id: str, chart: Chart) -> str:
    """Return the keyed hash by which a record that changed meanwhile is noticed.

    Names, birth date, sex and status count; phone, ZIP and department don't, since they change without the person
    becoming another.
    """
    fields = [
        practice_id,
        chart.patient_id,
        chart.lastname,
        chart.firstname,
        chart.middlename,
        chart.suffix,
        chart.born.isoformat() if chart.born else None,
        chart.sex,
        chart.status or "active",
    ]
    return keys.keyed_hash(Purpose.PATIENT_CONTENT, json.dumps(fields, ensure_ascii=True).encode())


def _department_name(unit: Unit, athena_department_id: str) -> str | None:
    mine = departments.c.practice_id == unit.practice_id
    row = unit.first(select(departments.c.name).where(mine, departments.c.athena_department_id == athena_department_id))
    if row is None:
        listed = athena_departments.c.practice_id == unit.practice_id
        row = unit.first(
            select(athena_departments.c.name).where(
                listed, athena_departments.c.athena_department_id == athena_department_id
            )
        )
    return None if row is None else str(row.name)


def departments_page(server: Server, scope: PracticeScope, offset: int) -> AthenaDepartmentPage:
    """Read one page of athenaOne's departments and remember it, so that one of them can be allowed."""
    if not 0 <= offset <= 5000:
        raise BadInputError("The page lies outside athenaOne's list.")
    access = read_access(server, scope)
    page = client_of(server, access).departments(offset, PAGE)
    listed = tuple(
        AthenaDepartment(
            athena_department_id=each.department_id,
            name=each.name,
            patient_facing_name=each.patient_name,
            hidden=False,
            allowed=each.department_id in access.allowed,
        )
        for each in page.departments
    )
    with server.database.writing(scope) as unit:
        remember_athena_departments(unit, listed, from_the_start=offset == 0)
        record(unit, scope, "athena_departments_read", "practice", unit.practice_id, details={"count": len(listed)})
    following = page.next_offset if page.more else None
    return AthenaDepartmentPage(listed, offset, following, page.total)
