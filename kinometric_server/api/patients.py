"""Patients: search, create, correct, import, and their links to athenaOne charts."""

from __future__ import annotations

from fastapi import APIRouter

from kinometric.contract.patients import (
    CorrectPatient,
    EndLink,
    ImportPatient,
    LinkHistory,
    MakeLink,
    NewPatient,
    Patient,
    PatientList,
    PatientSearch,
    ShowBirthYear,
    VerifyLink,
)
from kinometric_server.api.scope import Matcher, ServerDep, Viewer
from kinometric_server.errors import ConflictError
from kinometric_server.patients import charts, importing, links, records, searching
from kinometric_server.results.corrections import correct_with_results

router = APIRouter(prefix="/v1", tags=["patients"])


@router.post("/patients/search")
def search_patients(server: ServerDep, scope: Viewer, body: PatientSearch) -> PatientList:
    """Find patients by one box."""
    with server.database.writing(scope) as unit:
        return searching.search_patients(unit, scope, server.keys, body)


@router.post("/patients", status_code=201)
def create_patient(server: ServerDep, scope: Matcher, body: NewPatient) -> Patient:
    """Make a patient known to Kinometric only."""
    with server.database.writing(scope) as unit:
        return records.create_patient(unit, scope, body)


@router.post("/patients/import")
def import_patient(server: ServerDep, scope: Matcher, body: ImportPatient) -> Patient:
    """Make a patient from an athenaOne record, with the link."""
    seen = charts.read_chart(server, scope, body.athena_patient_id)
    with server.database.writing(scope) as unit:
        environment = charts.access_of(unit, server.keys).environment
        return importing.import_patient(unit, scope, body, seen.patient, environment)


@router.get("/patients/{patient_id}")
def read_patient(server: ServerDep, scope: Viewer, patient_id: str) -> Patient:
    """Read one patient."""
    with server.database.writing(scope) as unit:
        return records.read_patient(unit, scope, patient_id)


@router.post("/patients/{patient_id}/correct")
def correct_patient(server: ServerDep, scope: Matcher, patient_id: str, body: CorrectPatient) -> Patient:
    """Correct a patient's record with a reason."""
    with server.database.writing(scope) as unit:
        return correct_with_results(unit, scope, server.keys, patient_id, body)


@router.post("/patients/{patient_id}/birth-year-shown", status_code=204)
def birth_year_shown(server: ServerDep, scope: Matcher, patient_id: str, body: ShowBirthYear) -> None:
    """Have the masked year of birth shown, with a reason."""
    with server.database.writing(scope) as unit:
        records.show_birth_year(unit, scope, patient_id, body.reason)


@router.post("/patients/{patient_id}/birth-year-refused", status_code=204)
def birth_year_refused(server: ServerDep, scope: Matcher, patient_id: str) -> None:
    """Say that a wrong year was typed three times."""
    with server.database.writing(scope) as unit:
        links.refuse_birth_year(unit, scope, patient_id)


@router.get("/patients/{patient_id}/link-history")
def link_history(server: ServerDep, scope: Viewer, patient_id: str) -> LinkHistory:
    """Read all that happened to a patient's link."""
    with server.database.writing(scope) as unit:
        return links.link_history(unit, scope, patient_id)


@router.post("/patients/{patient_id}/link")
def make_link(server: ServerDep, scope: Matcher, patient_id: str, body: MakeLink) -> Patient:
    """Link a patient to an athenaOne record; the record is read again first."""
    with server.database.reading(scope) as unit:
        records.find_patient(unit, patient_id)
    seen = charts.read_chart(server, scope, body.athena_patient_id)
    with server.database.writing(scope) as unit:
        environment = charts.access_of(unit, server.keys).environment
        return links.make_link(unit, scope, patient_id, body, seen.patient, environment)


@router.post("/patients/{patient_id}/link/verify")
def verify_link(server: ServerDep, scope: Matcher, patient_id: str, body: VerifyLink) -> Patient:
    """Say that a linked record, read fresh, is still the same person."""
    with server.database.reading(scope) as unit:
        link = records.find_patient(unit, patient_id).link
    if link is None:
        raise ConflictError(links.NO_LINK)
    seen = charts.read_chart(server, scope, link.athena_patient_id)
    with server.database.writing(scope) as unit:
        return links.verify_link(unit, scope, patient_id, body, seen.patient)


@router.post("/patients/{patient_id}/link/end")
def end_link(server: ServerDep, scope: Matcher, patient_id: str, body: EndLink) -> Patient:
    """Take a link back, with a reason."""
    with server.database.writing(scope) as unit:
        return links.end_link(unit, scope, patient_id, body)
