"""The practice's audit trail, for its administrators."""

from __future__ import annotations

from fastapi import APIRouter

from kinometric.contract.practices import AuditPage, AuditQuery
from kinometric_server.api.scope import Administrator, ServerDep
from kinometric_server.audit import reading

router = APIRouter(prefix="/v1", tags=["administration"])


@router.post("/audit")
def list_audit(server: ServerDep, scope: Administrator, asked: AuditQuery) -> AuditPage:
    """List entries of the audit trail, newest first."""
    with server.database.writing(scope) as unit:
        return reading.audit_page(unit, scope, asked)
