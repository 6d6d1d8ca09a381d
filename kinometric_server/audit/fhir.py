"""The audit trail as FHIR R4 AuditEvent resources, for an audit repository of the clinic."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from kinometric_server.audit.tables import audit_entries

_DCM = "http://dicom.nema.org/resources/ontology/DCM"
_KINOMETRIC = "urn:kinometric:audit-action"
_OUTCOMES = {"success": "0", "denied": "4", "failed": "8"}
_SIGNING = {"sign_in", "sign_in_failed", "sign_out", "second_factor_failed"}
_SECURITY = ("user_", "membership_", "password_", "second_factor_", "scope_", "key_", "device", "session", "practice_")
_VERBS = (
    (("_read", "_searched", "_listed", "_looked_up", "_shown"), "R"),
    (("_created", "_added", "_queued", "_ordered", "_stored", "_imported"), "C"),
    (("_ended", "_removed", "_cancelled"), "D"),
    (("_changed", "_corrected", "_confirmed", "_linked", "_set", "_stated", "_written"), "U"),
)


def _kind(action: str) -> dict[str, str]:
    if action in _SIGNING:
        return {"system": _DCM, "code": "110114", "display": "User Authentication"}
    if action.startswith(_SECURITY):
        return {"system": _DCM, "code": "110113", "display": "Security Alert"}
    if action.endswith(("_exported", "_printed")):
        return {"system": _DCM, "code": "110106", "display": "Export"}
    if action.startswith("upload_"):
        return {"system": _DCM, "code": "110104", "display": "DICOM Instances Transferred"}
    if "search" in action:
        return {"system": _DCM, "code": "110112", "display": "Query"}
    return {"system": _DCM, "code": "110110", "display": "Patient Record"}


def _verb(action: str) -> str:
    return next((verb for endings, verb in _VERBS if action.endswith(endings)), "E")


def audit_event(row: Any) -> dict[str, Any]:
    """Return one entry of the trail as an AuditEvent; ids only, as in the trail."""
    agent: dict[str, Any] = {"requestor": True, "who": {"identifier": {"value": row.user_id or "system"}}}
    if row.ip:
        agent["network"] = {"address": row.ip, "type": "2"}
    if row.reason:
        agent["purposeOfUse"] = [{"text": row.reason}]
    at = row.at if isinstance(row.at, datetime) else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=row.at)
    event: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": f"kinometric-{row.seq}",
        "type": _kind(row.action),
        "subtype": [{"system": _KINOMETRIC, "code": row.action}],
        "action": _verb(row.action),
        "recorded": at.isoformat(),
        "outcome": _OUTCOMES.get(row.outcome, _OUTCOMES["failed"]),
        "agent": [agent],
        "source": {"observer": {"identifier": {"value": "kinometric-server"}}},
    }
    if row.practice_id:
        event["source"]["site"] = row.practice_id
    detail = [
        {"type": name, "valueString": str(value)}
        for name, value in (("request", row.request_id), ("details", row.details), ("chain", row.mac))
        if value
    ]
    identifier = {"identifier": {"system": f"urn:kinometric:{row.object_type}", "value": row.object_id or "none"}}
    event["entity"] = [{"what": identifier, "detail": detail}]
    return event


def export(connection: Connection, *, after_seq: int = 0) -> Iterator[str]:
    """Yield the entries after ``after_seq`` as one line of JSON each, in their order."""
    statement = select(audit_entries).where(audit_entries.c.seq > after_seq).order_by(audit_entries.c.seq)
    for row in connection.execute(statement, execution_options={"yield_per": 1000}):
        yield json.dumps(audit_event(row), separators=(",", ":"))
