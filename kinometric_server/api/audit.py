"""The practice's audit trail, for its administrators."""

from __future__ import annotations

from fastapi import APIRouter

from kinometric.contract.practices import AcknowledgeIncident, AuditPage, AuditQuery, Incident
from kinometric_server.api.scope import Administrator, ServerDep
from kinometric_server.audit import incidents, reading

router = APIRouter(prefix="/v1", tags=["administration"])


@router.post("/audit")
def list_audit(server: ServerDep, scope: Administrator, asked: AuditQuery) -> AuditPage:
    """List entries of the audit trail, newest first."""
    with server.database.writing(scope) as unit:
        return reading.audit_page(unit, scope, asked)


@router.get("/incidents")
def list_incidents(server: ServerDep, scope: Administrator) -> list[Incident]:
    """List security incidents, the open ones first."""
    with server.database.writing(scope) as unit:
        return incidents.list_incidents(unit, scope)


@router.post("/incidents/{incident_id}/acknowledge")
def acknowledge_incident(
    server: ServerDep, scope: Administrator, incident_id: str, asked: AcknowledgeIncident
) -> list[Incident]:
    """Say that an administrator has looked at an incident, and what it was."""
    with server.database.writing(scope) as unit:
        incidents.acknowledge(unit, scope, incident_id, asked.note)
        return incidents.list_incidents(unit, scope)
