"""Put an older state of the database into use: nothing pending is sent again by itself, and everybody signs in anew."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from kinometric_server.accounts.tables import device_challenges, sessions
from kinometric_server.audit.tables import audit_head
from kinometric_server.audit.trail import FAILED, SUCCESS, record
from kinometric_server.database.scope import Actor, PracticeScope
from kinometric_server.operations.server import Server
from kinometric_server.practices.tables import installation, practices
from kinometric_server.uploads.steps import move
from kinometric_server.uploads.tables import uploads

log = logging.getLogger("kinometric.server")

ROLLED_BACK = "rolled_back_from"
SENTENCE = "The server was restored from a backup; this report may have been filed since. Look in the chart."


@dataclass(frozen=True, slots=True)
class PutAside:
    """What a quarantine ended."""

    parked: int
    sessions_ended: int


def quarantine(
    server: Server, action: str, details: Mapping[str, str | int], *, outcome: str = SUCCESS, mark: str | None = None
) -> PutAside:
    """Make every pending upload one of unknown outcome, and end all sessions.

    Parameters
    ----------
    action, details, outcome
        The audit entry that says why.
    mark : str or None
        Kept with the installation, so that the same older state is put aside once.
    """
    parked = sum(_park_uploads(server, practice_id) for practice_id in _practice_ids(server))
    actor = Actor(ip="console")
    with server.database.writing_outside(actor) as unit:
        ended = unit.execute(update(sessions).where(sessions.c.ended_at.is_(None)).values(ended_at=unit.now)).rowcount
        unit.execute(delete(device_challenges))
        if mark is not None:
            unit.execute(delete(installation).where(installation.c.name == ROLLED_BACK))
            unit.execute(installation.insert().values(name=ROLLED_BACK, value=mark))
        told = {**details, "ended": int(ended), "parked": parked}
        record(unit, actor, action, "installation", None, outcome, details=told)
    return PutAside(parked, int(ended))


def look_for_rollback(server: Server) -> PutAside | None:
    """Quarantine a database that is older than what its anchors say: somebody put an earlier copy in its place.

    The anchors lie outside the database, so they tell of entries that it no longer has. `audit verify` goes on naming
    the loss; this makes sure that nothing is filed twice because of it. None when there is nothing of the kind.
    """
    with server.database.reading_outside(Actor()) as unit:
        head = unit.first(select(audit_head.c.seq))
        known = unit.first(select(installation.c.value).where(installation.c.name == ROLLED_BACK))
    anchored = server.anchors.refresh()
    if head is None or head.seq >= anchored or (known is not None and known.value == str(anchored)):
        return None
    log.error("database_rolled_back", extra={"seq": head.seq})
    details = {"has": head.seq, "anchored": anchored}
    return quarantine(server, "database_rolled_back", details, outcome=FAILED, mark=str(anchored))


def _practice_ids(server: Server) -> list[str]:
    with server.database.reading_outside(Actor()) as unit:
        return [row.id for row in unit.all(select(practices.c.id).order_by(practices.c.id))]


def _park_uploads(server: Server, practice_id: str) -> int:
    scope = PracticeScope.of_worker(practice_id)
    with server.database.writing(scope) as unit:
        pending = unit.all(
            select(uploads.c.id, uploads.c.state).where(
                uploads.c.practice_id == unit.practice_id, uploads.c.state.in_(("queued", "sending"))
            )
        )
        for row in pending:
            event = "restored" if row.state == "queued" else "lease_ended"
            move(unit, scope, row.id, event, SENTENCE, values={"attempted_at": unit.now})  # type: ignore[arg-type]
    return len(pending)
