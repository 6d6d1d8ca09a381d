"""A patient's earlier sessions: the trend beside a session, and what may be said about a change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from kinometric.contract.sessions import EarlierSession
from kinometric_server.database import Unit
from kinometric_server.patients.records import text_of
from kinometric_server.results.tables import test_sessions

TREND_SESSIONS = 12


def earlier_sessions(unit: Unit, patient_id: str, *, before: Row[Any] | None = None) -> tuple[EarlierSession, ...]:
    """Return a patient's sessions, oldest first; with `before`, only those made before that one."""
    chosen = [test_sessions.c.practice_id == unit.practice_id, test_sessions.c.patient_id == patient_id]
    if before is not None:
        chosen += [test_sessions.c.tested_at < before.tested_at, test_sessions.c.id != before.id]
    columns = test_sessions.c.id, test_sessions.c.tested_at, test_sessions.c.summary
    rows = unit.all(select(*columns).where(*chosen).order_by(test_sessions.c.tested_at.desc()).limit(TREND_SESSIONS))
    return tuple(
        EarlierSession(row.id, text_of(row.tested_at) or "", dict(row.summary.get("scores", {})))
        for row in reversed(rows)
    )


def trend_sentence(unit: Unit, row: Row[Any]) -> str:
    """Say what may be said about a change: nothing, before the measurement error of this test has been measured."""
    count = len(earlier_sessions(unit, row.patient_id, before=row))
    if not count:
        return "This is the first session of this patient."
    earlier = "One earlier session" if count == 1 else f"{count} earlier sessions"
    return f"{earlier}. Whether a difference is a change is not known: the measurement error of this test is not set."
