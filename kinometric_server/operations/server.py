"""The running server's parts, wired together once: settings, keys, database and audit trail."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from kinometric_server.athena.client import AthenaConnections
from kinometric_server.audit.anchors import FILE_NAME, Anchors
from kinometric_server.audit.incidents import note_incidents
from kinometric_server.audit.mirror import Mirror, entries_between
from kinometric_server.audit.tables import audit_head
from kinometric_server.audit.trail import Trail
from kinometric_server.database.engine import Clock, Database, utc_now
from kinometric_server.database.scope import Actor
from kinometric_server.database.unit import Unit
from kinometric_server.fault_points import pass_point
from kinometric_server.interpretation.provider import LanguageModel
from kinometric_server.operations.logs import Logs
from kinometric_server.operations.settings import Settings
from kinometric_server.practices.tables import installation, sealing_keys
from kinometric_server.security.sealing import KeyRing, KeyRingError, Purpose

log = logging.getLogger("kinometric.server")


@dataclass(frozen=True, slots=True)
class Server:
    """What every route and the worker are handed; `upload_waiting` wakes the worker of this process."""

    settings: Settings
    database: Database
    keys: KeyRing
    anchors: Anchors
    athena: AthenaConnections
    logs: Logs | None = None
    demo: bool = False
    upload_waiting: threading.Event = field(default_factory=threading.Event)
    language_model: LanguageModel = field(default_factory=LanguageModel)

    @property
    def clock(self) -> Clock:
        """The clock that this server goes by."""
        return self.database.clock

    def close(self) -> None:
        """Anchor the audit trail's head and close all connections and logs."""
        try:
            with self.database.reading_outside(Actor()) as unit:
                head = unit.first(select(audit_head.c.seq, audit_head.c.mac))
                if head is not None:
                    self.anchors.note(head.seq, head.mac, unit.now, must=True)
        except SQLAlchemyError:
            log.error("last_anchor_failed")
        finally:
            self.athena.close()
            self.language_model.close()
            self.database.close()
            if self.logs is not None:
                self.logs.close()


def anchor_files(settings: Settings) -> tuple[Path, ...]:
    """Return where the audit trail's anchors are kept: outside the data folder, and in a second place if one is set."""
    first = settings.root / "anchors" / FILE_NAME
    return (first,) if settings.second_anchor is None else (first, settings.second_anchor / FILE_NAME)


def open_server(settings: Settings, *, clock: Clock = utc_now, with_logs: bool = True) -> Server:
    """Open an installation whose database is up to date.

    Raises
    ------
    KeyRingError
        If a key is missing that the database was ever sealed with; none is made silently.
    """
    keys = KeyRing.load(settings.keys)
    trail = Trail(keys)
    anchors = Anchors(keys.current(Purpose.AUDIT).secret, anchor_files(settings))
    logs = Logs(settings.logs) if with_logs else None
    mirror = None if logs is None else Mirror(logs.mirror)

    def missing_entries(begin: int, end: int) -> Iterator[Mapping[str, Any]]:
        with database.reading_outside(Actor()) as unit:
            yield from entries_between(unit, begin, end)

    def after_commit(unit: Unit) -> None:
        if unit.pending_audit:
            pass_point("commit.after")
            # The effect is safe already: whoever waits for its answer must not be told otherwise.
            try:
                if mirror is not None:
                    mirror.write(unit.pending_audit, missing_entries)
            except SQLAlchemyError as error:
                log.error("mirror_not_written", extra={"error_type": type(error).__name__})
            pass_point("mirror.after")
            last = unit.pending_audit[-1]
            anchors.note(last["seq"], last["mac"], unit.now)
            pass_point("anchor.after")

    def before_commit(unit: Unit) -> None:
        trail.chain(unit)
        note_incidents(unit)
        if unit.pending_audit:
            pass_point("commit.before")

    database = Database(settings.database_url, clock=clock, before_commit=before_commit, after_commit=after_commit)
    try:
        check_keys(database, keys)
        demo = is_demo(database)
        if mirror is not None:
            with database.reading_outside(Actor()) as unit:
                mirror.catch_up(unit, missing_entries)
    except BaseException:
        database.close()
        if logs is not None:
            logs.close()
        raise
    standin = settings.test_endpoints[0] if settings.test_endpoints else None
    athena = AthenaConnections(standin, settings.data / "tokens", keys)
    return Server(settings, database, keys, anchors, athena, logs, demo)


def check_keys(database: Database, keys: KeyRing) -> None:
    """Compare the key folder with the keys that this database knows, and remember new ones."""
    with database.reading_outside(Actor()) as unit:
        known = {row.key_id: row for row in unit.all(select(sealing_keys))}
    for key_id, row in known.items():
        if keys.by_id(key_id).check != row.check_value:
            raise KeyRingError(f"The key {key_id} isn't the one that this database was sealed with.")
    new = [key for key in keys.keys if key.key_id not in known]
    if (
        known
        and {key.purpose for key in new}
        and not {row.purpose for row in known.values()} >= {key.purpose for key in keys.keys}
    ):
        raise KeyRingError("The key folder belongs to another installation.")
    if new:
        with database.writing_outside(Actor()) as unit:
            unit.execute(
                insert(sealing_keys),
                [
                    {
                        "key_id": key.key_id,
                        "purpose": str(key.purpose),
                        "check_value": key.check,
                        "first_seen_at": unit.now,
                    }
                    for key in new
                ],
            )


def is_demo(database: Database) -> bool:
    """Say whether this database was made by ``demo``."""
    if not inspect(database.engine).has_table("installation"):
        return False
    with database.reading_outside(Actor()) as unit:
        return unit.first(select(installation.c.value).where(installation.c.name == "demo")) is not None
