"""Results: recordings and stated outcomes of trials are taken in here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header

from kinometric.contract.sessions import NewResult, SessionView
from kinometric_server.api.scope import ServerDep, Writer
from kinometric_server.results import intake, viewing

router = APIRouter(prefix="/v1", tags=["results"])


@router.post("/results", status_code=201)
def store_result(
    server: ServerDep,
    scope: Writer,
    body: NewResult,
    idempotency_key: Annotated[str | None, Header(max_length=80)] = None,
) -> SessionView:
    """Take in one trial; the same Idempotency-Key stores it once."""
    read = intake.read_result(body, server.clock())
    with server.database.writing(scope) as unit:
        stored = intake.store_result_once(unit, scope, server.keys, read, idempotency_key)
        return viewing.view_session(unit, server.keys, stored.session_id)
