"""The phone's calls, beside the API of the workstation: plain JSON, the same services, the same checks.

The contract is ours and stands in docs/phone-api.md; the sources name paths without fields.
"""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Header, Response

from kinometric.contract.accounts import STRICT
from kinometric.contract.patients import AthenaPatient, ImportPatient, Patient, PatientSearch
from kinometric.contract.sessions import NewResult, ReportOptions, Stance, StatedOutcome
from kinometric.contract.uploads import NewUpload, Upload
from kinometric_server.api.scope import Matcher, ServerDep, Uploader, Viewer, Writer
from kinometric_server.api.uploads import audit_poll
from kinometric_server.audit.trail import record
from kinometric_server.patients import charts, importing, searching
from kinometric_server.practices.departments import list_departments
from kinometric_server.results import intake, reporting, viewing
from kinometric_server.uploads.intake import take_in
from kinometric_server.uploads.viewing import view_upload

router = APIRouter(tags=["phone"])
log = logging.getLogger("kinometric.results")


@dataclass(frozen=True)
class PhoneResult:
    """One trial from the phone: its CSV, or an outcome with a reason; a score of the phone's own is compared only."""

    patient_id: str
    test_type: Stance
    tested_at: str
    csv: str | None = None
    session_id: str | None = None
    device: str | None = None
    placement: str | None = None
    outcome: StatedOutcome | None = None
    reason: str | None = None
    score: float | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class PhoneStored:
    """What became of a trial; `agrees` is null unless the phone sent a score of its own."""

    success: bool
    session_id: str
    result_id: str
    score: float | None
    risk_level: str | None
    provisional: bool
    engine: str
    agrees: bool | None


@dataclass(frozen=True)
class PhonePatient:
    """A patient as the phone lists them."""

    patient_id: str
    number: int
    lastname: str
    firstname: str
    dob: date | None
    sex: str
    realpatientid: str | None
    is_sandbox: bool


@dataclass(frozen=True)
class PhonePatients:
    """Patients found; `more` when the list was cut."""

    patients: tuple[PhonePatient, ...]
    more: bool


@dataclass(frozen=True)
class PhoneAthenaSearch:
    """A search in athenaOne before a patient is known to Kinometric."""

    lastname: str
    firstname: str = ""
    dob: date | None = None
    athena_department_id: str | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class PhoneAthenaPatients:
    """Rows that passed the department gate, and how many did not."""

    patients: tuple[AthenaPatient, ...]
    hidden_other_department: int


@dataclass(frozen=True)
class PhoneDepartment:
    """One allowed department."""

    department_id: str
    athena_department_id: str | None
    name: str
    is_mine: bool
    is_practice_default: bool


@dataclass(frozen=True)
class PhoneDepartments:
    """The practice's allowed departments."""

    departments: tuple[PhoneDepartment, ...]


@dataclass(frozen=True)
class PhoneReportOrder:
    """Which session's report to render."""

    session_id: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class PhoneReport:
    """A report rendered by the server; only these bytes can be uploaded."""

    preview_id: str
    pdf_base64: str
    sha256: str
    pages: int


@dataclass(frozen=True)
class PhoneUploaded:
    """An upload's state; `clinicaldocumentid` is null until athenaOne has answered with one."""

    success: bool
    upload_id: str
    state: str
    message: str
    clinicaldocumentid: str | None


@dataclass(frozen=True)
class PhoneUploadQuestion:
    """Which upload's state to tell."""

    upload_id: str

    __pydantic_config__ = STRICT


@router.post("/back_upload_csv.php")
def phone_upload_csv(
    server: ServerDep,
    scope: Writer,
    body: PhoneResult,
    idempotency_key: Annotated[str | None, Header(max_length=80)] = None,
) -> PhoneStored:
    """Take in one trial of the phone."""
    given = NewResult(
        patient_id=body.patient_id,
        stance=body.test_type,
        tested_at=body.tested_at,
        session_id=body.session_id,
        recording_base64=None if body.csv is None else base64.b64encode(body.csv.encode()).decode(),
        placement=body.placement,
        device=body.device,
        outcome=body.outcome,
        reason=body.reason,
    )
    read = intake.read_result(given, server.clock())
    with server.database.writing(scope) as unit:
        stored = intake.store_result_once(unit, scope, server.keys, read, idempotency_key)
        view = viewing.view_session(unit, server.keys, stored.session_id)
    trial = next(each for each in view.trials if each.trial_id == stored.result_id)
    agrees = None
    if body.score is not None and trial.score is not None:
        agrees = abs(body.score - trial.score) <= 0.05
    log.info(
        "csv_uploaded",
        extra={
            "practice_id": scope.practice_id,
            "user_id": scope.user_id,
            "session_id": stored.session_id,
            "result_id": stored.result_id,
            "bytes": len(read.original or b""),
        },
    )
    return PhoneStored(
        True, stored.session_id, trial.trial_id, trial.score, trial.level, trial.provisional, trial.engine, agrees
    )


@router.post("/back_patients.php")
def phone_patients(server: ServerDep, scope: Viewer, body: PatientSearch) -> PhonePatients:
    """Find patients by one box."""
    with server.database.writing(scope) as unit:
        found = searching.search_patients(unit, scope, server.keys, body)
    return PhonePatients(tuple(map(_phone_patient, found.patients)), found.more)


def _phone_patient(patient: Patient) -> PhonePatient:
    return PhonePatient(
        patient.patient_id,
        patient.number,
        patient.lastname,
        patient.firstname,
        patient.born,
        patient.sex,
        patient.link.athena_patient_id if patient.link else None,
        patient.is_sandbox,
    )


@router.post("/back_search_athena.php")
def phone_search_athena(server: ServerDep, scope: Matcher, body: PhoneAthenaSearch) -> PhoneAthenaPatients:
    """Search athenaOne for somebody who is not yet in Kinometric."""
    found, hidden = charts.search_for_import(
        server, scope, body.lastname, body.firstname, body.dob, body.athena_department_id or ""
    )
    return PhoneAthenaPatients(found, hidden)


@router.post("/back_import_patient.php")
def phone_import_patient(server: ServerDep, scope: Matcher, body: ImportPatient) -> PhonePatient:
    """Make a patient from an athenaOne record, linked by `realpatientid`."""
    seen = charts.read_chart(server, scope, body.athena_patient_id)
    with server.database.writing(scope) as unit:
        environment = charts.access_of(unit, server.keys).environment
        return _phone_patient(importing.import_patient(unit, scope, body, seen.patient, environment))


@router.post("/back_departments.php")
def phone_departments(server: ServerDep, scope: Viewer) -> PhoneDepartments:
    """List the practice's allowed departments."""
    with server.database.writing(scope) as unit:
        record(unit, scope, "departments_read", "practice", scope.practice_id)
        listed = list_departments(unit, scope).departments
    return PhoneDepartments(
        tuple(
            PhoneDepartment(
                each.department_id, each.athena_department_id, each.name, each.is_mine, each.is_practice_default
            )
            for each in listed
            if each.is_active
        )
    )


@router.post("/back_report.php")
def phone_report(server: ServerDep, scope: Viewer, body: PhoneReportOrder) -> PhoneReport:
    """Render a session's report; the phone shows and sends these bytes."""
    options = ReportOptions()
    with server.database.reading(scope) as unit:
        draft = reporting.draft_report(unit, server.keys, body.session_id, options)
    rendered = reporting.render(draft)
    with server.database.writing(scope) as unit:
        preview = reporting.keep_preview(unit, scope, draft, rendered, options)
    return PhoneReport(preview.preview_id, preview.pdf_base64, preview.sha256, preview.pages)


@router.post("/back_upload_pdf.php", status_code=202)
def phone_upload_pdf(
    server: ServerDep,
    scope: Uploader,
    response: Response,
    body: NewUpload,
    idempotency_key: Annotated[str | None, Header(max_length=80)] = None,
) -> PhoneUploaded:
    """Order a previewed report to be filed, with every check that any upload passes."""
    taken = take_in(server, scope, body, idempotency_key)
    return _uploaded(taken.upload, response, 202 if taken.is_new else 200)


def _uploaded(upload: Upload, response: Response, status: int) -> PhoneUploaded:
    response.status_code = status
    return PhoneUploaded(True, upload.upload_id, upload.state, upload.sentence, upload.document_id)


@router.post("/back_upload_state.php")
def phone_upload_state(
    server: ServerDep, scope: Viewer, response: Response, body: PhoneUploadQuestion
) -> PhoneUploaded:
    """Ask what became of an upload."""
    with server.database.reading(scope) as unit:
        upload = view_upload(unit, body.upload_id)
    audit_poll(server, scope, "upload_read", body.upload_id, upload.version)
    return _uploaded(upload, response, 200)
