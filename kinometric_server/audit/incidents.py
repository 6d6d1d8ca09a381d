"""Security incidents: what the audit trail holds that somebody must look at, and who did."""

from __future__ import annotations

from sqlalchemy import insert, or_, select, update

from kinometric.contract.practices import Incident
from kinometric_server.audit.tables import incidents
from kinometric_server.audit.trail import record
from kinometric_server.database.columns import new_key
from kinometric_server.database.scope import PracticeScope
from kinometric_server.database.unit import Unit
from kinometric_server.errors import BadInputError, ConflictError, NotFoundError

LONGEST_NOTE = 400

ALARMING = frozenset(
    {
        ("get_athena_patient_denied", "denied"),
        ("access_denied", "denied"),
        ("practice_switched", "denied"),
        ("practice_entered", "success"),
        ("link_verify_failed", "failed"),
        ("second_factor_failed", "failed"),
        ("password_changed", "failed"),
        ("upload_stray_answer", "failed"),
        ("database_rolled_back", "failed"),
    }
)
"""(action, outcome) pairs of which each becomes an incident."""


def note_incidents(unit: Unit) -> None:
    """Make an incident of each alarming entry of a transaction; called once the entries have their numbers."""
    rows = [
        {
            "id": new_key(),
            "practice_id": entry["practice_id"],
            "at": unit.now,
            "kind": entry["action"][:40],
            "audit_seq": entry["seq"],
        }
        for entry in unit.pending_audit
        if (entry["action"], entry["outcome"]) in ALARMING
    ]
    if rows:
        unit.execute(insert(incidents), rows)


def list_incidents(unit: Unit, scope: PracticeScope) -> list[Incident]:
    """Return the practice's incidents, the open ones first; a superadmin sees those of no practice too."""
    chosen = incidents.c.practice_id == scope.practice_id
    if scope.is_superadmin:
        chosen = or_(chosen, incidents.c.practice_id.is_(None))
    rows = unit.all(
        select(incidents)
        .where(chosen)
        .order_by(incidents.c.acknowledged_at.is_not(None), incidents.c.at.desc(), incidents.c.audit_seq.desc())
        .limit(500)
    )
    record(unit, scope, "incidents_read", "practice", scope.practice_id, details={"count": len(rows)})
    return [
        Incident(
            incident_id=row.id,
            at=row.at.isoformat(),
            kind=row.kind,
            audit_seq=row.audit_seq,
            acknowledged_at=None if row.acknowledged_at is None else row.acknowledged_at.isoformat(),
            acknowledged_by=row.acknowledged_by,
            note=row.note,
        )
        for row in rows
    ]


def acknowledge(unit: Unit, scope: PracticeScope, incident_id: str, note: str) -> None:
    """Say that somebody has looked at an incident, and what it was; once.

    The note stays with the incident; the audit trail holds ids only.
    """
    words = note.strip()
    if not words or len(words) > LONGEST_NOTE:
        raise BadInputError(f"Say what it was, in {LONGEST_NOTE} characters at most.")
    chosen = incidents.c.practice_id == scope.practice_id
    if scope.is_superadmin:
        chosen = or_(chosen, incidents.c.practice_id.is_(None))
    if unit.first(select(incidents.c.id).where(chosen, incidents.c.id == incident_id)) is None:
        raise NotFoundError
    changed = unit.execute(
        update(incidents)
        .where(incidents.c.id == incident_id, incidents.c.acknowledged_at.is_(None))
        .values(acknowledged_at=unit.now, acknowledged_by=scope.user_id, note=words)
    ).rowcount
    if changed != 1:
        raise ConflictError("Somebody else has acknowledged this incident already.")
    record(unit, scope, "incident_acknowledged", "incident", incident_id)
