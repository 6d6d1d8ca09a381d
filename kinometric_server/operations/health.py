"""Is the server fit to work: each check by name, for the probe, the metrics and ``doctor``."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from kinometric_server.audit.tables import audit_head
from kinometric_server.database.migrate import SchemaError, require_current
from kinometric_server.database.scope import Actor
from kinometric_server.errors import ServiceError
from kinometric_server.operations.server import Server
from kinometric_server.security.sealing import KeyRing, KeyRingError

LEAST_FREE_SHARE = 0.10
LEAST_FREE_BYTES = 512 * 1024 * 1024
SLOWEST_WRITE_S = 5.0
MOST_UNANCHORED = 5000


@dataclass(frozen=True, slots=True)
class Check:
    """One look at the server's state; ``said`` is for the clinic's IT and names no patient."""

    name: str
    good: bool
    said: str


def _database(server: Server) -> Check:
    """Write to the database and see that it can be read."""
    started = time.perf_counter()
    try:
        with server.database.writing_outside(Actor()) as unit:
            unit.execute(update(audit_head).values(one=audit_head.c.one))
    except (SQLAlchemyError, ServiceError) as error:
        return Check("database", False, f"can't be written ({type(error).__name__})")
    took_s = time.perf_counter() - started
    return Check("database", took_s < SLOWEST_WRITE_S, f"written in {took_s * 1000:.0f} ms")


def _migrations(server: Server) -> Check:
    try:
        require_current(server.database.engine)
    except SchemaError as error:
        return Check("migrations", False, str(error))
    return Check("migrations", True, "current")


def _keys(server: Server) -> Check:
    try:
        found = KeyRing.load(server.settings.keys)
    except (KeyRingError, OSError) as error:
        return Check("keys", False, str(error))
    missing = {key.key_id for key in server.keys.keys} - {key.key_id for key in found.keys}
    return Check("keys", not missing, f"{len(found.keys)} readable")


def _disk(server: Server) -> Check:
    usage = shutil.disk_usage(server.settings.data)
    share = usage.free / usage.total
    good = share >= LEAST_FREE_SHARE or usage.free >= LEAST_FREE_BYTES * 20
    return Check("disk", good and usage.free >= LEAST_FREE_BYTES, f"{share:.0%} free")


def _audit(server: Server) -> Check:
    with server.database.reading_outside(Actor()) as unit:
        head = unit.first(select(audit_head.c.seq))
    if head is None:
        return Check("audit", False, "the head of the audit trail is missing")
    tail = head.seq - server.anchors.refresh()
    if tail < 0:
        return Check("audit", False, "the database is older than the last anchor")
    return Check("audit", tail <= MOST_UNANCHORED, f"{tail} entries after the last anchor")


CHECKS: tuple[tuple[str, Callable[[Server], Check]], ...] = (
    ("database", _database),
    ("migrations", _migrations),
    ("keys", _keys),
    ("disk", _disk),
    ("audit", _audit),
)


def look(server: Server) -> list[Check]:
    """Make all checks; one that can't be made is a bad one."""
    return [_made(name, check, server) for name, check in CHECKS]


def _made(name: str, check: Callable[[Server], Check], server: Server) -> Check:
    try:
        return check(server)
    except (SQLAlchemyError, OSError) as error:
        return Check(name, False, f"can't be looked at ({type(error).__name__})")
