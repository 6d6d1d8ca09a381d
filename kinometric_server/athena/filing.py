"""What came of sending a document: filed, nothing stored, rejected, or unknown; and which answer means which."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

from kinometric_server.athena.replies import document_id_of, is_throttling, payload_of, retry_after_s, says_failure
from kinometric_server.athena.settings import Encoding
from kinometric_server.athena.transport import Answer

DOCUMENT_SUBCLASS: Final = "CLINICALDOCUMENT"
PATIENT_NOT_IN_DEPARTMENT: Final = "patient_not_in_department"


@dataclass(frozen=True)
class Filed:
    """athenaOne stored the document under this number."""

    document_id: str


@dataclass(frozen=True)
class NothingStored:
    """athenaOne surely stored nothing; sending again is safe.

    ``reason`` is one of connect, connect_timeout, tls, pool, token, too_late, unauthorized, throttled.
    """

    reason: str
    retry_after_s: int | None = None


@dataclass(frozen=True)
class Rejected:
    """athenaOne refused the document; a person must mend something first. ``reason`` is a stable word."""

    reason: str


@dataclass(frozen=True)
class OutcomeUnknown:
    """Sending began and nobody can tell whether the document is in the chart; it must never be sent again by itself."""

    reason: str


Outcome = Filed | NothingStored | Rejected | OutcomeUnknown


def outcome_of(answer: Answer) -> Outcome:
    """What a complete answer to an upload means."""
    if is_throttling(answer):
        return NothingStored("throttled", retry_after_s(answer))
    if answer.status == 401:
        return NothingStored("unauthorized")
    if answer.status == 408 or answer.status < 200 or 300 <= answer.status < 400 or answer.status >= 500:
        return OutcomeUnknown(f"http_{answer.status}")
    if answer.status >= 400:
        return Rejected(_rejection(answer))
    payload = payload_of(answer)
    document_id = document_id_of(payload)
    if says_failure(payload):
        # A refusal that names a document contradicts itself: it may be in the chart.
        return OutcomeUnknown("contradictory") if document_id else Rejected("success_false")
    return Filed(document_id) if document_id else OutcomeUnknown("no_document_id")


def _rejection(answer: Answer) -> str:
    payload = payload_of(answer)
    said = payload.get("error") if isinstance(payload, dict) else None
    if isinstance(said, str) and "does not exist in that department" in said:
        return PATIENT_NOT_IN_DEPARTMENT
    return f"http_{answer.status}"


@dataclass(frozen=True)
class UploadBody:
    """A document as a form, or as the parts of a multipart body."""

    form: dict[str, str] | None = None
    parts: dict[str, tuple[str | None, bytes, str | None]] | None = None


def upload_body(encoding: Encoding, fields: dict[str, str], pdf: bytes) -> UploadBody:
    """Write a document in one of the three encodings that athenaOne was seen to take.

    Parameters
    ----------
    fields : dict
        Every field but the attachment; empty ones are left out, as athenaOne takes an empty text for an error.
    """
    given = {name: value for name, value in fields.items() if value}
    if encoding == "form_base64":
        return UploadBody(form={**given, "attachmentcontents": base64.b64encode(pdf).decode()})
    parts: dict[str, tuple[str | None, bytes, str | None]] = {
        name: (None, value.encode(), None) for name, value in given.items()
    }
    if encoding == "multipart_file":
        parts["attachmentcontents"] = ("report.pdf", pdf, "application/pdf")
    else:
        parts["attachmentcontents"] = (None, base64.b64encode(pdf), None)
    return UploadBody(parts=parts)
