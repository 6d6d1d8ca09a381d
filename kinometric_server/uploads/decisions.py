"""What a person decides about an upload: take it back, order it sent again, say that it was found, or give it up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.exc import IntegrityError

from kinometric.contract import errors as codes
from kinometric.contract.uploads import ConfirmReadable, FoundInChart, UploadDecision
from kinometric_server.audit import record
from kinometric_server.database import PracticeScope, Unit, change_version
from kinometric_server.errors import BadInputError, ConflictError, NotFoundError
from kinometric_server.patients.records import required_reason
from kinometric_server.uploads.checks import sequence_of
from kinometric_server.uploads.intake import WAITING
from kinometric_server.uploads.steps import move
from kinometric_server.uploads.tables import uploads
from kinometric_server.uploads.viewing import first_to_read, send_again_from


def _row(unit: Unit, upload_id: str) -> Row[Any]:
    mine = (uploads.c.practice_id == unit.practice_id) & (uploads.c.id == upload_id)
    row = unit.first(select(uploads).where(mine).with_for_update())
    if row is None:
        raise NotFoundError
    return row


def cancel(unit: Unit, scope: PracticeScope, upload_id: str, body: UploadDecision) -> None:
    """Take a queued upload back; nothing was sent."""
    row = _row(unit, upload_id)
    move(
        unit,
        scope,
        upload_id,
        "cancelled_by_person",
        "Cancelled before it was sent again." if row.tries else "Cancelled before it was sent.",
        version=body.version,
        reason=body.reason.strip() or None,
        values={"pdf_sealed": None},
    )


def retry(unit: Unit, scope: PracticeScope, upload_id: str, body: UploadDecision) -> None:
    """Order a rejected upload sent after what was wrong has been mended; every check is made again."""
    row = _row(unit, upload_id)
    _refuse_another(unit, row)
    try:
        move(unit, scope, upload_id, "mended", WAITING, version=body.version, reason=body.reason.strip() or None)
    except IntegrityError:
        # On PostgreSQL another order may pass the check side by side; the unique business key lets one of them in.
        raise ConflictError("Another report of this session was ordered in this moment. Look in Uploads.") from None


def found_in_chart(unit: Unit, scope: PracticeScope, upload_id: str, body: FoundInChart) -> None:
    """Write down that a person saw the document in the chart, with its number."""
    document_id = body.document_id.strip()
    if not (document_id.isascii() and document_id.isdigit() and len(document_id) <= 18):
        raise BadInputError("The document ID is a number; athenaNet shows it with the document.")
    row = _row(unit, upload_id)
    other = unit.first(
        select(uploads.c.id).where(
            uploads.c.practice_id == unit.practice_id,
            uploads.c.environment == row.environment,
            uploads.c.document_id == document_id,
            uploads.c.id != upload_id,
        )
    )
    if other is not None:
        raise ConflictError("This document ID belongs to another upload.")
    move(
        unit,
        scope,
        upload_id,
        "found_in_chart",
        f"Found in the chart as document {document_id}.",
        version=body.version,
        values={"document_id": document_id, "pdf_sealed": None},
    )


def send_again(unit: Unit, scope: PracticeScope, upload_id: str, body: UploadDecision) -> None:
    """Order an upload of unknown outcome sent again: a person has looked and did not find it.

    Raises
    ------
    ConflictError
        When less than 10 minutes have passed since the attempt, since a slow answer may still come.
    """
    reason = required_reason(body.reason)
    row = _row(unit, upload_id)
    from_when = send_again_from(row)
    if from_when is not None and unit.now < from_when:
        raise ConflictError("Sending again is possible 10 minutes after the try, not before.")
    move(unit, scope, upload_id, "sent_again", WAITING, version=body.version, reason=reason)


def abandon(unit: Unit, scope: PracticeScope, upload_id: str, body: UploadDecision) -> None:
    """Give an upload up; only the statement that the document is not in the chart lets another one be made."""
    reason = required_reason(body.reason)
    _row(unit, upload_id)
    said = "Given up: it is not in the chart." if body.not_in_chart else "Given up; it may be in the chart."
    move(
        unit,
        scope,
        upload_id,
        "given_up",
        said,
        version=body.version,
        reason=reason,
        values={"pdf_sealed": None, "holds_key": not body.not_in_chart},
    )


def confirm_readable(unit: Unit, scope: PracticeScope, upload_id: str, body: ConfirmReadable) -> None:
    """Write down that the first filed document of an environment was opened in athenaOne and could be read."""
    row = _row(unit, upload_id)
    if row.state != "filed" or first_to_read(unit, row.environment, row.encoding) != upload_id:
        raise ConflictError("This document needs no such confirmation.")
    change_version(unit, uploads, upload_id, body.version, {"readable_at": unit.now, "readable_by": scope.user_id})
    unit.execute(
        update(uploads)
        .where(
            uploads.c.practice_id == unit.practice_id,
            uploads.c.state == "queued",
            uploads.c.environment == row.environment,
        )
        .values(next_try_at=None)
    )
    record(unit, scope, "upload_confirmed_readable", "upload", upload_id)


def _refuse_another(unit: Unit, row: Row[Any]) -> None:
    """Refuse to revive an upload while another of the session lives, or after another was filed."""
    sequence = sequence_of(unit, row.session_id, but=row.id)
    if sequence.live_upload_id is not None:
        raise ConflictError(sequence.live_upload_id, codes.ALREADY_SENT)
    if sequence.revision != row.revision:
        raise ConflictError("Another report of this session was filed meanwhile. Make a corrected report.")
