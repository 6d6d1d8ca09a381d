"""Uploads: asked for once, filed once, and every state in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kinometric.contract.accounts import STRICT
from kinometric.contract.patients import AthenaPatient

UploadState = Literal["queued", "sending", "filed", "rejected", "outcome_unknown", "cancelled", "abandoned"]


@dataclass(frozen=True)
class UploadCheckRequest:
    """Read the athenaOne record again and run every check before the confirmation."""

    session_id: str
    preview_id: str
    department_id: str | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class UploadCheck:
    """One check with its result in a sentence."""

    name: str
    passed: bool
    sentence: str


@dataclass(frozen=True)
class UploadChecks:
    """The fresh athenaOne record, the target department and where it came from, and every check."""

    athena_patient: AthenaPatient | None
    checks: tuple[UploadCheck, ...]
    may_upload: bool
    department_id: str | None
    athena_department_id: str | None
    department_name: str | None
    department_source: str
    document_class: str
    note: str
    environment: str
    athena_practice_id: str | None
    read_at: str
    earlier_upload_id: str | None
    is_correction: bool


@dataclass(frozen=True)
class NewUpload:
    """A person's order to file one previewed report; the request carries a random ``Idempotency-Key``."""

    session_id: str
    preview_id: str
    pdf_base64: str
    sha256: str
    department_id: str
    typed_birth_year: str
    fingerprint: str
    """Of the athenaOne record that the confirmation showed."""
    correction_reason: str | None = None
    supersedes: str | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class UploadEvent:
    """One line of an upload's history."""

    at: str
    state: UploadState
    sentence: str
    by: str | None


@dataclass(frozen=True)
class Upload:
    """One upload with its history."""

    upload_id: str
    session_id: str
    patient_id: str
    patient_name: str
    patient_number: int
    athena_patient_id: str
    athena_department_id: str
    department_name: str
    state: UploadState
    step: Literal["checking_patient", "checking_report", "sending", "filing", "done"]
    sentence: str
    code: str | None
    document_id: str | None
    marker: str
    sha256: str
    pages: int
    created_at: str
    created_by: str
    tested_at: str
    tries: int
    next_try_at: str | None
    send_again_from: str | None
    """When a person may order it sent again; only for outcome_unknown."""
    revision: int
    supersedes: str | None
    history: tuple[UploadEvent, ...]
    needs_readable_check: bool
    version: int


@dataclass(frozen=True)
class UploadQuery:
    """Which uploads to list."""

    states: tuple[UploadState, ...] = ()
    mine: bool = False
    session_id: str | None = None
    day: str | None = None
    limit: int = 200

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class UploadList:
    """Uploads, newest first, with the counts of every state and a change number for polling."""

    uploads: tuple[Upload, ...]
    counts: dict[str, int]
    change: int


@dataclass(frozen=True)
class FoundInChart:
    """A person saw the document in the chart."""

    version: int
    document_id: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class UploadDecision:
    """A person's decision with a reason: send again, cancel, retry, or abandon.

    Abandoning frees the business key only with `not_in_chart` stated.
    """

    version: int
    reason: str = ""
    not_in_chart: bool = False

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class ConfirmReadable:
    """A person opened the first filed document in athenaOne and could read it."""

    version: int

    __pydantic_config__ = STRICT
