"""List the audit trail for an administrator; looking at it is audited too."""

from __future__ import annotations

from sqlalchemy import select

from kinometric.contract.practices import AuditPage, AuditQuery, AuditRow
from kinometric_server.audit.tables import audit_entries, audit_head
from kinometric_server.audit.trail import GENESIS, record
from kinometric_server.database.scope import PracticeScope
from kinometric_server.database.unit import Unit
from kinometric_server.practices.days import within_days

LONGEST_PAGE = 1000


def audit_page(unit: Unit, scope: PracticeScope, asked: AuditQuery) -> AuditPage:
    """Return the practice's entries after ``after_seq``, newest first, with the head of the whole chain."""
    chosen = [audit_entries.c.practice_id == scope.practice_id, audit_entries.c.seq > asked.after_seq]
    for column, value in (
        (audit_entries.c.user_id, asked.user_id),
        (audit_entries.c.action, asked.action),
        (audit_entries.c.object_id, asked.object_id),
        (audit_entries.c.outcome, asked.outcome),
    ):
        if value is not None:
            chosen.append(column == value)
    if asked.before_seq is not None:
        chosen.append(audit_entries.c.seq < asked.before_seq)
    chosen += within_days(unit, audit_entries.c.at, asked.from_day, asked.to_day)
    limit = max(1, min(asked.limit, LONGEST_PAGE))
    rows = unit.all(select(audit_entries).where(*chosen).order_by(audit_entries.c.seq.desc()).limit(limit))
    head = unit.first(select(audit_head.c.seq, audit_head.c.mac))
    record(unit, scope, "audit_read", "audit", None, details={"count": len(rows)})
    return AuditPage(
        rows=tuple(
            AuditRow(
                seq=row.seq,
                at=row.at.isoformat(),
                user_id=row.user_id,
                action=row.action,
                object_type=row.object_type,
                object_id=row.object_id,
                outcome=row.outcome,
                ip=row.ip,
                request_id=row.request_id,
                reason=row.reason,
            )
            for row in rows
        ),
        head_seq=0 if head is None else head.seq,
        head_mac=GENESIS if head is None else head.mac,
    )
