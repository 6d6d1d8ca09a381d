"""Refuse, before it runs, a statement that reaches a practice's table without naming the practice of the transaction.

SQLite has no row level security; this is its second line behind the scope type, and a third one on PostgreSQL. It
looks at the SQL that is really sent, so Core, ORM and text() are held alike. What it can't read it refuses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, event

from kinometric_server.database.columns import practice_scoped_tables
from kinometric_server.database.confinement import Confinement
from kinometric_server.database.tokens import UnreadableError


class ScopeBreachError(RuntimeError):
    """A statement tried to reach rows without the practice of its transaction; always a programming error."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one SQL text was found to do: which bound values must equal the practice, by place or by name."""

    tables: frozenset[str]
    marks: tuple[int | str, ...] = ()
    refused: str | None = None


@lru_cache(maxsize=4096)
def read_statement(sql: str, scoped: frozenset[str]) -> Reading:
    """Find the practice's tables that ``sql`` touches and the bound values that confine each of them."""
    said = sql.lower()
    mentioned = frozenset(name for name in scoped if name in said and re.search(rf"(?<!\w){name}(?!\w)", said))
    if not mentioned:
        return Reading(mentioned)
    try:
        marks = Confinement(sql, scoped).marks
    except UnreadableError as problem:
        return Reading(mentioned, refused=str(problem))
    return Reading(mentioned, tuple(int(mark.value) if mark.value.isdecimal() else mark.value for mark in marks))


def _check(sql: str, parameters: Any, practice_id: str | None, scoped: frozenset[str]) -> None:
    reading = read_statement(sql, scoped)
    if not reading.tables:
        return
    if practice_id is None:
        raise ScopeBreachError(f"{min(reading.tables)} was asked for outside a practice")
    if reading.refused:
        raise ScopeBreachError(reading.refused)
    for mark in reading.marks:
        if parameters[mark] != practice_id:
            raise ScopeBreachError(f"{min(reading.tables)} was asked for in another practice")


def install_guard(engine: Engine) -> None:
    """Check every statement of ``engine`` that runs inside a unit; migrations and backups run outside of one."""

    def before_cursor_execute(
        connection: Connection, _cursor: Any, sql: str, parameters: Any, _context: Any, executemany: bool
    ) -> None:
        options = connection.get_execution_options()
        if not options.get("kinometric_guarded"):
            return
        scoped = practice_scoped_tables()
        for one in parameters if executemany else [parameters]:
            _check(sql, one, options.get("kinometric_practice"), scoped)

    event.listen(engine, "before_cursor_execute", before_cursor_execute)
