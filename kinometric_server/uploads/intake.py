"""Take in the order to file a report: every check, then row, sealed PDF and audit entry in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from kinometric.contract import errors as codes
from kinometric.contract.uploads import NewUpload, Upload, UploadCheckRequest, UploadChecks
from kinometric.matching import PersonRecord, birth_year_is_right
from kinometric_server.athena.filing import DOCUMENT_SUBCLASS
from kinometric_server.audit import record
from kinometric_server.audit.trail import FAILED
from kinometric_server.database import PracticeScope, Unit, new_key, next_number
from kinometric_server.errors import BadInputError, ConflictError
from kinometric_server.fault_points import pass_point
from kinometric_server.operations.server import Server
from kinometric_server.patients.charts import SeenChart, read_chart
from kinometric_server.patients.records import required_reason, text_of
from kinometric_server.security.sealing import KeyRing, Purpose
from kinometric_server.uploads.checks import (
    NO_LINK,
    Ground,
    Sequence,
    check_chart,
    check_department,
    check_ground,
    check_sequence,
    chosen_department,
    ground_of,
    refuse_failed,
    sequence_of,
)
from kinometric_server.uploads.idempotency import known_object, remember
from kinometric_server.uploads.marker import new_mark, note_text
from kinometric_server.uploads.pdf import checked_pages, decode_pdf, identity_of
from kinometric_server.uploads.steps import CHANGE_NUMBER, write_event
from kinometric_server.uploads.tables import uploads
from kinometric_server.uploads.viewing import view_upload

WAITING = "Waiting to be filed in athenaOne."
NOT_PREVIEWED = "This is not the report that was previewed."
CHART_CHANGED = "athenaOne record changed while you looked at it. Check it again before you upload."


@dataclass(frozen=True)
class Taken:
    """An order's upload, and whether it is a new one."""

    upload: Upload
    is_new: bool


def check_upload(server: Server, scope: PracticeScope, body: UploadCheckRequest) -> UploadChecks:
    """Read the athenaOne record again and run every check, for the confirmation."""
    with server.database.reading(scope) as unit:
        ground = ground_of(unit, server.keys, body.session_id, body.preview_id)
        linked_to = ground.link.athena_patient_id if ground.link is not None else None
    switched_on = ground.practice.athena_environment != "none" and ground.practice.documents_write
    seen = read_chart(server, scope, linked_to) if linked_to and switched_on else None
    with server.database.writing(scope) as unit:
        ground = ground_of(unit, server.keys, body.session_id, body.preview_id)
        target, source = chosen_department(scope, ground, body.department_id)
        department_check, department = check_department(unit, ground, target)
        sequence = sequence_of(unit, body.session_id)
        checks = [*check_ground(unit, ground), department_check]
        if seen is not None:
            checks.append(check_chart(ground, seen))
        checks.append(check_sequence(ground, sequence))
        passed = seen is not None and all(check.passed for check in checks)
        record(unit, scope, "upload_checked", "session", body.session_id, details={"passed": passed})
        return UploadChecks(
            athena_patient=None if seen is None else seen.patient,
            checks=tuple(check.shown for check in checks),
            may_upload=passed,
            department_id=None if department is None else department.id,
            athena_department_id=None if department is None else department.athena_department_id,
            department_name=None if department is None else department.name,
            department_source=source,
            document_class=DOCUMENT_SUBCLASS,
            note=note_text(ground.patient, ground.session.tested_on),
            environment=ground.practice.athena_environment,
            athena_practice_id=ground.practice.athena_practice_id,
            read_at=text_of(unit.now) or "",
            earlier_upload_id=sequence.live_upload_id or sequence.filed_upload_id,
            is_correction=sequence.is_correction,
        )


def take_in(server: Server, scope: PracticeScope, body: NewUpload, key: str | None) -> Taken:
    """Take in an order to file a previewed report; asked for twice, it is one upload.

    Raises
    ------
    BadInputError
        ``KS-422K`` for a key that was used otherwise, ``KS-422P`` for a PDF that is not the previewed one,
        ``KS-422Y`` for a wrong year, and the code of the first check that failed.
    ConflictError
        ``KS-409U`` when another report of the session is on its way; the sentence is that upload's id.
    """
    if key is None:
        raise BadInputError("An upload needs an Idempotency-Key.", codes.IDEMPOTENCY_MISMATCH)
    with server.database.reading(scope) as unit:
        known = known_object(unit, scope, "upload", key, body)
        if known is not None:
            return Taken(view_upload(unit, known), is_new=False)
        ground = ground_of(unit, server.keys, body.session_id, body.preview_id)
        same = _same_order(unit, body)
        if same is not None:
            return Taken(view_upload(unit, same), is_new=False)
        _refuse_second(sequence_of(unit, body.session_id))
        refuse_failed(check_ground(unit, ground))
    pdf, pages = _checked_pdf(body, ground)
    if ground.link is None:
        raise BadInputError(NO_LINK, codes.NO_LINK)
    seen = read_chart(server, scope, ground.link.athena_patient_id)
    try:
        with server.database.writing(scope) as unit:
            known = known_object(unit, scope, "upload", key, body)
            if known is None:
                known = _same_order(unit, body)
                is_new = known is None
                if known is None:
                    known = _store(unit, scope, server.keys, body, pdf, pages, seen)
                remember(unit, scope, "upload", key, body, known)
            else:
                is_new = False
            taken = Taken(view_upload(unit, known), is_new)
            pass_point("intake.before_commit")
    except (IntegrityError, ConflictError):
        # On PostgreSQL another order can come in between two checks, or pass them side by side until the unique
        # business key lets one of them in: the same order again is still the same upload.
        with server.database.reading(scope) as unit:
            known = known_object(unit, scope, "upload", key, body) or _same_order(unit, body)
            if known is None:
                _refuse_second(sequence_of(unit, body.session_id))
                raise
            taken = Taken(view_upload(unit, known), is_new=False)
    pass_point("intake.after_commit")
    server.upload_waiting.set()
    return taken


def _same_order(unit: Unit, body: NewUpload) -> str | None:
    """Return the upload of this very preview, if it was ordered before under another key."""
    row = unit.first(
        select(uploads.c.id, uploads.c.sha256).where(
            uploads.c.practice_id == unit.practice_id,
            uploads.c.preview_id == body.preview_id,
            uploads.c.holds_key,
        )
    )
    if row is not None and row.sha256 != body.sha256:
        raise BadInputError(NOT_PREVIEWED, codes.PDF_DIFFERS)
    return None if row is None else str(row.id)


def _refuse_second(sequence: Sequence) -> None:
    if sequence.live_upload_id is not None:
        raise ConflictError(sequence.live_upload_id, codes.ALREADY_SENT)


def _checked_pdf(body: NewUpload, ground: Ground) -> tuple[bytes, int]:
    """Return the PDF and its pages, if it is the previewed one and names the ids of the rows."""
    preview = ground.preview
    if body.sha256 != preview.sha256:
        raise BadInputError(NOT_PREVIEWED, codes.PDF_DIFFERS)  # a strange document is not even parsed
    pdf = decode_pdf(body.pdf_base64)
    pages = checked_pages(pdf, body.sha256)
    stated = identity_of(pdf)
    expected = (
        preview.session_id,
        preview.review_id,
        preview.patient_id,
        preview.athena_patient_id,
        preview.link_version,
        preview.revision,
    )
    found = (
        stated.session_id,
        stated.review_id,
        stated.patient_id,
        stated.athena_patient_id,
        stated.link_version,
        stated.revision,
    )
    if found != expected:
        raise BadInputError("The report names another session, patient or review.", codes.PDF_DIFFERS)
    return pdf, pages


def _store(
    unit: Unit, scope: PracticeScope, keys: KeyRing, body: NewUpload, pdf: bytes, pages: int, seen: SeenChart
) -> str:
    ground = ground_of(unit, keys, body.session_id, body.preview_id)
    sequence = sequence_of(unit, body.session_id)
    _refuse_second(sequence)
    department_check, department = check_department(unit, ground, body.department_id)
    checks = [
        *check_ground(unit, ground),
        department_check,
        check_chart(ground, seen),
        check_sequence(ground, sequence),
    ]
    if not all(check.passed for check in checks):
        record(unit, scope, "upload_refused", "session", body.session_id, FAILED)
    refuse_failed(checks)
    if seen.patient.fingerprint != body.fingerprint:
        raise BadInputError(CHART_CHANGED, codes.LINK_REFUSED)
    ours, theirs = PersonRecord.of(ground.patient), PersonRecord.of(seen.patient)
    if not birth_year_is_right(ours, theirs, body.typed_birth_year):
        record(unit, scope, "upload_refused", "session", body.session_id, FAILED)
        raise BadInputError("The year of birth is not that of both records.", codes.WRONG_BIRTH_YEAR)
    reason = _correction_reason(body, sequence)
    assert department is not None
    assert ground.link is not None
    upload_id, change = new_key(), next_number(unit, CHANGE_NUMBER)
    place = {"practice_id": unit.practice_id, "table": "uploads", "row": upload_id, "field": "pdf_sealed"}
    unit.execute(
        insert(uploads).values(
            id=upload_id,
            practice_id=unit.practice_id,
            session_id=body.session_id,
            patient_id=ground.patient.patient_id,
            athena_patient_id=ground.link.athena_patient_id,
            department_id=department.id,
            athena_department_id=department.athena_department_id,
            link_id=ground.link.id,
            link_version=ground.link.link_version,
            patient_version=ground.patient.version,
            review_id=ground.session.review_id,
            preview_id=body.preview_id,
            fingerprint=seen.patient.fingerprint,
            revision=sequence.revision,
            supersedes=sequence.filed_upload_id,
            correction_reason=reason,
            environment=ground.practice.athena_environment,
            sha256=body.sha256,
            pages=pages,
            pdf_bytes=len(pdf),
            pdf_sealed=keys.seal(Purpose.UPLOAD_BLOBS, content=pdf, **place),
            marker=new_mark(),
            state="queued",
            holds_key=True,
            step="filing",
            sentence=WAITING,
            change=change,
            created_at=unit.now,
            created_by=scope.user_id,
            created_by_name=scope.user_name,
        )
    )
    said = f"Queued: PDF with {pages} page{'s' if pages > 1 else ''}, SHA-256 {body.sha256[:4]}…{body.sha256[-4:]}."
    write_event(unit, scope, upload_id, change, "queued", "queued", said)
    details = {"session_id": body.session_id, "sha256": body.sha256, "revision": sequence.revision}
    record(unit, scope, "upload_queued", "upload", upload_id, reason=reason, details=details)
    return upload_id


def _correction_reason(body: NewUpload, sequence: Sequence) -> str | None:
    if not sequence.is_correction:
        if body.correction_reason or body.supersedes:
            raise BadInputError("There is no filed report of this session that could be corrected.")
        return None
    if body.supersedes != sequence.filed_upload_id:
        raise BadInputError(
            "A report of this session is in the chart already. Send this one as a corrected report.",
            codes.ALREADY_SENT,
            409,
        )
    return required_reason(body.correction_reason or "")
