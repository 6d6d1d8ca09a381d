"""One transaction: the connection, the scope it runs in, and the audit entries that are committed with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, CursorResult, Executable, Integer, Row, String, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kinometric_server.database.columns import practice_table
from kinometric_server.database.scope import Actor, PracticeScope
from kinometric_server.errors import NotFoundError, StaleWriteError

display_numbers = practice_table(
    "display_numbers",
    Column("kind", String(40), primary_key=True),
    Column("last_number", Integer, nullable=False),
    key=False,
)


@dataclass(slots=True)
class Unit:
    """One open transaction. ``scope`` is the practice it is confined to, or the actor of a system transaction.

    ``after_refusal`` is done in a transaction of its own when this one is undone by a ServiceError: counts of wrong
    tries, which must not be undone with the rest.
    """

    connection: Connection
    scope: PracticeScope | Actor
    now: datetime
    writes: bool
    pending_audit: list[dict[str, Any]] = field(default_factory=list)
    after_refusal: list[Callable[[Unit], object]] = field(default_factory=list)

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run one statement in this transaction."""
        return self.connection.execute(statement, parameters)  # type: ignore[return-value]

    def first(self, statement: Executable, parameters: Any = None) -> Row[Any] | None:
        """Return the first row or None."""
        return self.connection.execute(statement, parameters).first()

    def one(self, statement: Executable) -> Row[Any]:
        """Return the first row; NotFoundError (404) if there is none."""
        row = self.connection.execute(statement).first()
        if row is None:
            raise NotFoundError
        return row

    def all(self, statement: Executable) -> list[Row[Any]]:
        """Return all rows."""
        return list(self.connection.execute(statement).all())

    @property
    def practice_id(self) -> str:
        """The practice of this transaction; a system transaction has none."""
        if not isinstance(self.scope, PracticeScope):
            raise TypeError("a transaction outside a practice has no practice_id")
        return self.scope.practice_id


def change_version(unit: Unit, table: Table, key: str, version: int, values: Mapping[str, Any]) -> int:
    """Change one row of the practice if it still has ``version``; return the new version.

    Raises
    ------
    NotFoundError
        If the practice has no such row.
    StaleWriteError
        If somebody changed it in the meantime (409).
    """
    mine = (table.c.practice_id == unit.practice_id) & (table.c.id == key)
    changed = unit.execute(
        update(table).where(mine, table.c.version == version).values(**values, version=table.c.version + 1)
    ).rowcount
    if changed == 1:
        return version + 1
    if unit.first(select(table.c.id).where(mine)) is None:
        raise NotFoundError
    raise StaleWriteError


def next_number(unit: Unit, kind: str) -> int:
    """Return the next display number of ``kind`` ("patient", "session", …) in this practice, from 1 on."""
    make = postgresql.insert if unit.connection.dialect.name == "postgresql" else sqlite.insert
    statement = (
        make(display_numbers)
        .values(practice_id=unit.practice_id, kind=kind, last_number=1)
        .on_conflict_do_update(
            index_elements=["practice_id", "kind"], set_={"last_number": display_numbers.c.last_number + 1}
        )
        .returning(display_numbers.c.last_number)
    )
    return int(unit.execute(statement).scalar_one())
