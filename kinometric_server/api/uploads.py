"""Uploads: checked, ordered, listed, and decided upon."""

from __future__ import annotations

import base64
import dataclasses
from collections import OrderedDict
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Response

from kinometric.contract.uploads import (
    ConfirmReadable,
    FoundInChart,
    NewUpload,
    Upload,
    UploadCheckRequest,
    UploadChecks,
    UploadDecision,
    UploadList,
    UploadQuery,
)
from kinometric_server.api.scope import ServerDep, Uploader, Viewer
from kinometric_server.api.strict_body import read_form, read_json
from kinometric_server.audit import record
from kinometric_server.database import PracticeScope, Unit
from kinometric_server.errors import BadInputError
from kinometric_server.operations.server import Server
from kinometric_server.uploads import decisions, intake, viewing

router = APIRouter(prefix="/v1/uploads", tags=["uploads"])
_ORDER_FIELDS = frozenset(field.name for field in dataclasses.fields(NewUpload)) - {"pdf_base64"}
_ANY_BYTES = {
    "requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}
"""A client that can't say application/pdf says this."""


@router.post("/check")
def check_upload(server: ServerDep, scope: Uploader, body: UploadCheckRequest) -> UploadChecks:
    """Read the athenaOne record again and run every check."""
    return intake.check_upload(server, scope, body)


@router.post("", status_code=202)
def order_upload(
    server: ServerDep,
    scope: Uploader,
    response: Response,
    body: NewUpload,
    idempotency_key: Annotated[str | None, Header(max_length=80)] = None,
) -> Upload:
    """Order a previewed report to be filed; 200 when this order is known already."""
    taken = intake.take_in(server, scope, body, idempotency_key)
    response.status_code = 202 if taken.is_new else 200
    return taken.upload


@router.post("/pdf", status_code=202, openapi_extra=_ANY_BYTES)
def order_upload_of_raw_pdf(
    server: ServerDep,
    scope: Uploader,
    response: Response,
    pdf: Annotated[bytes, Body(media_type="application/pdf")],
    order: Annotated[str, Header(alias="Kinometric-Order", max_length=4000)],
    idempotency_key: Annotated[str | None, Header(max_length=80)] = None,
) -> Upload:
    """The same with the PDF itself as the body, and the order's other fields as JSON in the header Kinometric-Order."""
    taken = intake.take_in(server, scope, _order_of_raw_pdf(order, pdf), idempotency_key)
    response.status_code = 202 if taken.is_new else 200
    return taken.upload


def _order_of_raw_pdf(order: str, pdf: bytes) -> NewUpload:
    """Return the order whose PDF came as it is, and whose other fields came as JSON in a header."""
    fields = read_json(order.encode("latin-1"))  # a header's bytes, as the framework reads them
    if not isinstance(fields, dict) or not set(fields) <= _ORDER_FIELDS:
        raise BadInputError("The order's fields can't be read.")
    return read_form(NewUpload, {**fields, "pdf_base64": base64.b64encode(pdf).decode()})


@router.post("/list")
def list_uploads(server: ServerDep, scope: Viewer, body: UploadQuery) -> UploadList:
    """List uploads with their counts and a change number."""
    with server.database.reading(scope) as unit:
        listed = viewing.list_uploads(unit, scope, body)
    audit_poll(server, scope, "uploads_read", scope.practice_id, listed.change, asked=repr(body))
    return listed


@router.get("/{upload_id}")
def read_upload(server: ServerDep, scope: Viewer, upload_id: str) -> Upload:
    """Read one upload with its history."""
    with server.database.reading(scope) as unit:
        upload = viewing.view_upload(unit, upload_id)
    audit_poll(server, scope, "upload_read", upload_id, upload.version)
    return upload


@router.post("/{upload_id}/cancel")
def cancel_upload(server: ServerDep, scope: Uploader, upload_id: str, body: UploadDecision) -> Upload:
    """Take a queued upload back."""
    return _decided(server, scope, upload_id, lambda unit: decisions.cancel(unit, scope, upload_id, body))


@router.post("/{upload_id}/retry")
def retry_upload(server: ServerDep, scope: Uploader, upload_id: str, body: UploadDecision) -> Upload:
    """Order a rejected upload sent after mending."""
    return _decided(server, scope, upload_id, lambda unit: decisions.retry(unit, scope, upload_id, body))


@router.post("/{upload_id}/found")
def found_in_chart(server: ServerDep, scope: Uploader, upload_id: str, body: FoundInChart) -> Upload:
    """Say that the document was found in the chart."""
    return _decided(server, scope, upload_id, lambda unit: decisions.found_in_chart(unit, scope, upload_id, body))


@router.post("/{upload_id}/send-again")
def send_again(server: ServerDep, scope: Uploader, upload_id: str, body: UploadDecision) -> Upload:
    """Order an upload of unknown outcome sent again."""
    return _decided(server, scope, upload_id, lambda unit: decisions.send_again(unit, scope, upload_id, body))


@router.post("/{upload_id}/abandon")
def abandon_upload(server: ServerDep, scope: Uploader, upload_id: str, body: UploadDecision) -> Upload:
    """Give an upload of unknown outcome up."""
    return _decided(server, scope, upload_id, lambda unit: decisions.abandon(unit, scope, upload_id, body))


@router.post("/{upload_id}/readable")
def confirm_readable(server: ServerDep, scope: Uploader, upload_id: str, body: ConfirmReadable) -> Upload:
    """Say that the first filed document could be read in athenaOne."""
    return _decided(server, scope, upload_id, lambda unit: decisions.confirm_readable(unit, scope, upload_id, body))


def _decided(server: Server, scope: PracticeScope, upload_id: str, decide: Callable[[Unit], Any]) -> Upload:
    with server.database.writing(scope) as unit:
        decide(unit)
        upload = viewing.view_upload(unit, upload_id)
    server.upload_waiting.set()
    return upload


_SEEN_LIMIT = 10_000
_seen: OrderedDict[tuple[str, str, str, str], int] = OrderedDict()


def audit_poll(
    server: Server, scope: PracticeScope, action: str, object_id: str, change: int, *, asked: str = ""
) -> None:
    """Audit a reading that workstations repeat: once per session, question and change, not once per poll."""
    key = (scope.session_id or "", action, object_id, asked)
    if _seen.get(key) == change:
        return
    with server.database.writing(scope) as unit:
        record(unit, scope, action, "upload" if action == "upload_read" else "practice", object_id)
    _seen[key] = change
    while len(_seen) > _SEEN_LIMIT:
        _seen.popitem(last=False)
