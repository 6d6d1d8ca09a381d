"""What happens to one upload between the queue and athenaOne: the checks again, the bytes, and the one POST."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from kinometric.contract import errors as codes
from kinometric_server.athena import gate
from kinometric_server.athena.errors import (
    AmbiguousPatientError,
    AthenaError,
    NoSuchPatientError,
)
from kinometric_server.athena.filing import NothingStored, Outcome, OutcomeUnknown
from kinometric_server.database import PracticeScope, Unit
from kinometric_server.errors import DeniedError, NotFoundError, ServiceError
from kinometric_server.fault_points import pass_point
from kinometric_server.operations.server import Server
from kinometric_server.patients.charts import DENIED_SENTENCE, Access, SeenChart, read_chart
from kinometric_server.security.sealing import KeyRing, Purpose
from kinometric_server.uploads.checks import (
    Check,
    Ground,
    check_chart,
    check_department,
    check_ground,
    check_role,
    ground_of,
)
from kinometric_server.uploads.marker import note_text
from kinometric_server.uploads.states import WrongStateError
from kinometric_server.uploads.steps import move
from kinometric_server.uploads.tables import uploads
from kinometric_server.uploads.viewing import CHECKED_ENVIRONMENTS, first_may_be_on_its_way, first_to_read

log = logging.getLogger("kinometric.uploads")

READABLE_FIRST = (
    "Waiting: the first document filed in this environment must be opened in athenaOne and confirmed readable "
    "in Uploads."
)
FIRST_ON_ITS_WAY = (
    "Waiting: the first document for this environment is on its way, or nobody knows yet whether it arrived. "
    "It must be confirmed readable in Uploads before others are sent."
)


class CheckFailedError(Exception):
    """A check failed just before sending; a person has to mend something."""

    def __init__(self, checks: list[Check]) -> None:
        super().__init__("a check failed at send")
        self.checks = checks

    @property
    def sentence(self) -> str:
        """What a person reads."""
        return "Not sent. " + " ".join(check.sentence for check in self.checks)


class WaitError(Exception):
    """A check can't be made now, or sending has to wait; the upload stays queued."""

    def __init__(self, sentence: str, code: str | None = None, wait: timedelta | None = None) -> None:
        super().__init__("an upload waits")
        self.sentence = sentence
        self.code = code
        self.wait = wait


@dataclass(frozen=True)
class Ready:
    """An upload whose checks have passed, with everything that its POST needs."""

    upload_id: str
    version: int
    athena_patient_id: str
    athena_department_id: str
    note: str
    pdf: bytes
    access: Access
    seen: SeenChart


def prepare(server: Server, scope: PracticeScope, upload_id: str) -> Ready | None:
    """Read the athenaOne record again and check everything; None when somebody else took the upload.

    Raises
    ------
    CheckFailedError
        When a check was made and failed.
    WaitError
        When one can't be made now.
    """
    with server.database.reading(scope) as unit:
        row = _row(unit, upload_id)
        if row is None or row.state != "queued":
            return None
        ground = own_checks(unit, server.keys, row)
        note = note_text(ground.patient, ground.session.tested_on, row.marker)
        pdf = open_pdf(server.keys, row)
    seen = _seen(server, scope, row.athena_patient_id)
    check_seen(ground, seen)
    return Ready(
        upload_id=upload_id,
        version=row.version,
        athena_patient_id=row.athena_patient_id,
        athena_department_id=row.athena_department_id,
        note=note,
        pdf=pdf,
        access=ground.access,
        seen=seen,
    )


def _row(unit: Unit, upload_id: str) -> Row[Any] | None:
    return unit.first(select(uploads).where(uploads.c.practice_id == unit.practice_id, uploads.c.id == upload_id))


def own_checks(unit: Unit, keys: KeyRing, row: Row[Any]) -> Ground:
    """Check what our own rows tell of a queued upload: scope, link, holds, review, department and role."""
    ground = ground_of(unit, keys, row.session_id, row.preview_id)
    department_check, _ = check_department(unit, ground, row.department_id)
    checks = [*check_ground(unit, ground), department_check, check_role(unit, row.created_by)]
    # A note may be written after the order: the report that was reviewed and previewed is the one that is sent.
    failed = [check for check in checks if not check.passed and not _is_only_a_newer_note(check, ground)]
    if ground.practice.athena_environment != row.environment:
        failed.append(Check("environment", False, "The practice's athenaOne environment was changed."))
    if failed:
        raise CheckFailedError(failed)
    let_first_be_read(unit, row, ground.practice.upload_encoding)
    return ground


def check_seen(ground: Ground, seen: SeenChart) -> None:
    """Check a record that athenaOne showed against the link and the departments that are allowed now.

    Raises
    ------
    CheckFailedError
        When it changed, or the gate denies it.
    """
    checks = [check_chart(ground, seen)]
    if not gate.decide(seen.chart, ground.access.allowed).allowed:
        checks.append(Check("gate", False, DENIED_SENTENCE, codes.DEPARTMENT_DENIED, 403))
    failed = [check for check in checks if not check.passed]
    if failed:
        raise CheckFailedError(failed)


def let_first_be_read(unit: Unit, row: Row[Any], encoding: str) -> None:
    """Hold an upload back until a person has read the first document of its environment and encoding.

    Raises
    ------
    WaitError
        While that document is not confirmed, or may be on its way.
    """
    if row.environment not in CHECKED_ENVIRONMENTS:
        return
    if first_to_read(unit, row.environment, encoding):
        raise WaitError(READABLE_FIRST)
    if first_may_be_on_its_way(unit, row.environment, encoding, but=row.id):
        raise WaitError(FIRST_ON_ITS_WAY)


def _is_only_a_newer_note(check: Check, ground: Ground) -> bool:
    preview = ground.preview
    return check.name == "report" and (preview.session_version, preview.patient_version) == (
        ground.session.version,
        ground.patient.version,
    )


def _seen(server: Server, scope: PracticeScope, athena_patient_id: str) -> SeenChart:
    try:
        return read_chart(server, scope, athena_patient_id)
    except DeniedError as denied:
        if denied.code == codes.DEPARTMENT_DENIED:
            raise CheckFailedError([Check("gate", False, DENIED_SENTENCE, denied.code, 403)]) from None
        raise WaitError(denied.message, denied.code) from None
    except (NoSuchPatientError, AmbiguousPatientError) as error:
        raise CheckFailedError([Check("chart", False, error.message, error.code, error.status)]) from None
    except AthenaError as error:
        wait = None if error.retry_after_s is None else timedelta(seconds=error.retry_after_s)
        said = f"{error.message} Nothing was sent. It will be tried again by itself."
        raise WaitError(said, error.code, wait) from None


def open_pdf(keys: KeyRing, row: Row[Any]) -> bytes:
    """Open a sealed report and make sure that it is the one that was taken in."""
    place = {"practice_id": row.practice_id, "table": "uploads", "row": row.id, "field": "pdf_sealed"}
    pdf = keys.open(Purpose.UPLOAD_BLOBS, row.pdf_sealed, **place)
    if hashlib.sha256(pdf).hexdigest() != row.sha256:
        raise CheckFailedError([Check("pdf", False, "The stored report is not the one that was previewed.")])
    return pdf


def post(server: Server, ready: Ready) -> Outcome:
    """Send the document, once; whatever happens after the attempt was written down becomes an outcome."""
    if not gate.target_allowed(ready.athena_department_id, ready.access.allowed):
        return NothingStored("department")
    client = server.athena.client(ready.access.connection)
    try:
        return client.file_document(ready.athena_patient_id, ready.athena_department_id, ready.note, ready.pdf)
    except AthenaError:
        # Raised only before the request leaves: switched off or no credentials.
        return NothingStored("off")
    except Exception as error:  # noqa: BLE001 after the first byte nothing may look like "was not sent"
        log.error("upload_post_trouble", extra={"upload_id": ready.upload_id, "error_type": type(error).__name__})
        return OutcomeUnknown("internal")


def reject(server: Server, scope: PracticeScope, upload_id: str, failed: CheckFailedError) -> None:
    """Write down that a check failed at send; unless the upload was taken back meanwhile."""
    try:
        with server.database.writing(scope) as unit:
            move(unit, scope, upload_id, "check_failed", failed.sentence, code=failed.checks[0].code)
            pass_point("worker.before_reject_commit")
        pass_point("worker.after_reject_commit")
    except (ServiceError, WrongStateError, NotFoundError) as error:
        log.info("upload_not_rejected", extra={"upload_id": upload_id, "error_type": type(error).__name__})
