"""Make a Kinometric patient from an athenaOne record, with the link, after a look for one who is already here."""

from __future__ import annotations

from sqlalchemy import select

from kinometric.contract.patients import AthenaPatient, ImportPatient, NewPatient, Patient
from kinometric.matching import PersonRecord, compare
from kinometric_server.database import PracticeScope, Unit
from kinometric_server.errors import ConflictError
from kinometric_server.patients.links import LinkOrder, link_to
from kinometric_server.patients.records import create_patient, listed
from kinometric_server.patients.tables import patient_words
from kinometric_server.patients.words import sound_words
from kinometric_server.practices.tables import departments

MOST_COMPARED = 200


def import_patient(
    unit: Unit, scope: PracticeScope, body: ImportPatient, chart: AthenaPatient, environment: str
) -> Patient:
    """Store name, birth date and sex of a record that was read just now, and link the two.

    Raises
    ------
    ConflictError
        ``KS-409L`` when the record is linked already; ``KS-409S`` when a patient much like it is here and the person
        has not said that this is another one.
    BadInputError
        As for any link.
    """
    alike = similar_patients(unit, chart)
    if alike and not body.accept_similar:
        numbers = ", ".join(str(patient.number) for patient in alike[:3])
        raise ConflictError(f"A patient much like this one is already here (number {numbers}). Look there first.")
    new = NewPatient(
        lastname=chart.lastname,
        firstname=chart.firstname,
        born=chart.born,
        sex=chart.sex if chart.sex in ("F", "M") else "",
        middlename=chart.middlename,
        suffix=chart.suffix,
        preferredname=chart.preferredname,
        is_sandbox=environment != "production",
        department_id=_department_of(unit, chart),
    )
    patient = create_patient(unit, scope, new, action="patient_imported")
    order = LinkOrder(body.fingerprint, body.typed_birth_year, "import", patient.link_version, {})
    return link_to(unit, scope, patient, order, chart, environment)


def similar_patients(unit: Unit, chart: AthenaPatient) -> list[Patient]:
    """Return unlinked patients of the practice who may well be the person of the record."""
    sounds = sound_words(chart.lastname, chart.firstname)
    rows = unit.all(
        select(patient_words.c.patient_id)
        .where(
            patient_words.c.practice_id == unit.practice_id,
            patient_words.c.kind == "sound",
            patient_words.c.word.in_(sorted(sounds)),
        )
        .distinct()
        .limit(MOST_COMPARED)
    )
    theirs = PersonRecord.of(chart)
    return [
        patient
        for patient in listed(unit, [row.patient_id for row in rows])
        if patient.link is None and compare(PersonRecord.of(patient), theirs).band == "strong"
    ]


def _department_of(unit: Unit, chart: AthenaPatient) -> str | None:
    mine = departments.c.practice_id == unit.practice_id
    row = unit.first(select(departments.c.id).where(mine, departments.c.athena_department_id == chart.department_id))
    return None if row is None else str(row.id)
