"""Open the database (SQLite, or PostgreSQL for a clinic) and hand out transactions confined to one practice."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from kinometric.contract import errors as codes
from kinometric_server.database.guard import install_guard
from kinometric_server.database.scope import Actor, PracticeScope
from kinometric_server.database.unit import Unit
from kinometric_server.errors import ServiceError

LOCK_TIMEOUT_S = 30.0
_PAGES_KIB = 512
"""Memory of each SQLite connection for pages: what a transaction needs, since any other's write empties it anyway."""
_KEPT_STATEMENTS = 32
"""Prepared statements of each SQLite connection; one takes about 20 KiB, and Python keeps 128 by default."""
_LAST_USED_FIRST = True
"""Each connection keeps pages and statements in memory: few that are used often, instead of all in turn."""
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(tz=UTC)


def sqlite_url(path: Path) -> str:
    """Return the address of an embedded database file."""
    return f"sqlite:///{path}"


def make_engine(url: str) -> Engine:
    """Return an engine with the settings that each database needs.

    SQLite: write-ahead log, ``synchronous=FULL`` because an accepted upload must survive a power cut, foreign keys on,
    and transactions begun by us, since the driver's own begin comes too late for a reader that turns writer.
    """
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        engine = create_engine(
            url,
            connect_args={
                "check_same_thread": False,
                "timeout": LOCK_TIMEOUT_S,
                "cached_statements": _KEPT_STATEMENTS,
            },
            pool_size=16,
            max_overflow=32,
            pool_use_lifo=_LAST_USED_FIRST,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif backend == "postgresql":
        engine = create_engine(url, pool_size=16, max_overflow=16, pool_pre_ping=True, pool_use_lifo=_LAST_USED_FIRST)
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "begin", _begin_postgresql)
    else:
        raise ValueError("Kinometric keeps its data in SQLite or PostgreSQL.")
    install_guard(engine)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:  # noqa: ARG001
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        f"busy_timeout={int(LOCK_TIMEOUT_S * 1000)}",
        f"cache_size=-{_PAGES_KIB}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _prepare_postgresql(connection: Any, record: object) -> None:  # noqa: ARG001
    """Look for tables in one place only: a schema named like the role must not be able to put others before them."""
    connection.autocommit = True
    connection.execute("SET search_path TO public, pg_temp")
    connection.autocommit = False


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("kinometric_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    practice_id = connection.get_execution_options().get("kinometric_practice")
    connection.execute(
        text("SELECT set_config('app.practice_id', :practice, true)"), {"practice": practice_id or ""}
    ).close()


class Database:
    """The server's database: four ways to a transaction, and nothing else.

    Parameters
    ----------
    url : str
        ``sqlite:///…`` or ``postgresql+psycopg://…``.
    clock : callable
        Gives the present moment; tests put their own in.
    before_commit : callable or None
        Called with every writing unit just before it commits; the audit trail chains its entries here, so that the
        chain's head is held for as short as possible.
    after_commit : callable or None
        Called with every writing unit once its effects are safe.
    """

    def __init__(
        self,
        url: str,
        *,
        clock: Clock = utc_now,
        before_commit: Callable[[Unit], None] | None = None,
        after_commit: Callable[[Unit], None] | None = None,
    ) -> None:
        self.engine = make_engine(url)
        self.clock = clock
        self.before_commit = before_commit
        self.after_commit = after_commit
        self._writer = threading.Lock() if self.engine.dialect.name == "sqlite" else None
        self._holder: int | None = None
        # One moment for all that a reading transaction sees, as SQLite has it by itself.
        self._reader: dict[str, Any] = (
            {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is the embedded database."""
        return self._writer is not None

    @contextmanager
    def reading(self, scope: PracticeScope) -> Iterator[Unit]:
        """Open a transaction that only reads one practice; without an audit entry, so for polls and checks only."""
        with self._unit(scope, scope.practice_id, writes=False) as unit:
            yield unit

    @contextmanager
    def writing(self, scope: PracticeScope) -> Iterator[Unit]:
        """Open a transaction in one practice; it commits at the end together with its audit entries, or not at all."""
        with self._unit(scope, scope.practice_id, writes=True) as unit:
            yield unit

    @contextmanager
    def reading_outside(self, actor: Actor) -> Iterator[Unit]:
        """Open a reading transaction outside all practices: tables of a practice are out of reach."""
        with self._unit(actor, None, writes=False) as unit:
            yield unit

    @contextmanager
    def writing_outside(self, actor: Actor) -> Iterator[Unit]:
        """Open a writing transaction outside all practices: sign-in, users, practices, the throttle."""
        with self._unit(actor, None, writes=True) as unit:
            yield unit

    @contextmanager
    def _unit(self, scope: PracticeScope | Actor, practice_id: str | None, *, writes: bool) -> Iterator[Unit]:
        if writes and self._writer is not None:
            self._take_writer()
        try:
            with self.engine.connect() as plain:
                connection = plain.execution_options(
                    kinometric_writes=writes,
                    kinometric_practice=practice_id,
                    kinometric_guarded=True,
                    **({} if writes else self._reader),
                )
                unit = Unit(connection, scope, self.clock(), writes)
                try:
                    with connection.begin():
                        yield unit
                        self._finish(unit)
                except ServiceError:
                    self._keep_refusals(unit)
                    raise
                self._tell(unit)
        finally:
            if writes and self._writer is not None:
                self._holder = None
                self._writer.release()

    def _take_writer(self) -> None:
        if self._holder == threading.get_ident():
            raise RuntimeError("a writing transaction is already open in this thread")
        if self._writer is not None and not self._writer.acquire(timeout=LOCK_TIMEOUT_S):
            raise ServiceError(codes.ATHENA_DOWN, "The server is busy. Try again.", 503, retry_after_s=5)
        self._holder = threading.get_ident()

    def _finish(self, unit: Unit) -> None:
        if unit.writes and self.before_commit is not None:
            self.before_commit(unit)

    def _tell(self, unit: Unit) -> None:
        if unit.writes and self.after_commit is not None:
            self.after_commit(unit)

    def _keep_refusals(self, unit: Unit) -> None:
        """Write the denied and failed entries of a transaction whose effects were undone by a refusal."""
        unit.pending_audit[:] = [entry for entry in unit.pending_audit if entry["outcome"] != "success"]
        if not unit.writes or not (unit.pending_audit or unit.after_refusal):
            return
        with unit.connection.begin():
            for count in unit.after_refusal:
                count(unit)
            self._finish(unit)
        self._tell(unit)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def database_parameters(connection: Connection) -> dict[str, Any]:
    """Return what ``doctor`` shows about a connection."""
    if connection.dialect.name == "sqlite":
        names = ("journal_mode", "synchronous", "foreign_keys")
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names}
    return {"version": connection.exec_driver_sql("SHOW server_version").scalar_one()}
