"""The running server's parts, wired together once: settings, keys, database and audit trail."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, inspect, select

from kinometric_server.audit.trail import Trail
from kinometric_server.database.engine import Clock, Database, utc_now
from kinometric_server.database.scope import Actor
from kinometric_server.operations.settings import Settings
from kinometric_server.practices.tables import installation, sealing_keys
from kinometric_server.security.sealing import KeyRing, KeyRingError


@dataclass(frozen=True, slots=True)
class Server:
    """What every route and the worker are handed."""

    settings: Settings
    database: Database
    keys: KeyRing
    demo: bool = False

    @property
    def clock(self) -> Clock:
        """The clock that this server goes by."""
        return self.database.clock

    def close(self) -> None:
        """Close all connections."""
        self.database.close()


def open_server(settings: Settings, *, clock: Clock = utc_now) -> Server:
    """Open an installation whose database is up to date.

    Raises
    ------
    KeyRingError
        If a key is missing that the database was ever sealed with; none is made silently.
    """
    keys = KeyRing.load(settings.keys)
    trail = Trail(keys)
    database = Database(settings.database_url, clock=clock, before_commit=trail.chain)
    try:
        check_keys(database, keys)
        demo = is_demo(database)
    except BaseException:
        database.close()
        raise
    return Server(settings, database, keys, demo)


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
