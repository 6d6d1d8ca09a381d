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

_NAME = r'"?([a-z_][a-z0-9_]*)"?'
_MARK = r"(\?|%\(([a-z0-9_]+)\)s(?:::[A-Z]+(?:\(\d+\))?)?)"
_TABLE = re.compile(
    rf"\b(FROM|JOIN|UPDATE|INTO|,)\s+{_NAME}(?:\s+(?:AS\s+)?(?!WHERE|SET|ON|JOIN|LEFT|INNER|CROSS|GROUP|ORDER|LIMIT|VALUES|"
    rf"RETURNING|UNION|FOR|USING|DEFAULT|SELECT|HAVING|AND|OR|EXCEPT|INTERSECT|OFFSET|WINDOW){_NAME})?",
    re.IGNORECASE,
)
_BOUND = re.compile(rf"(?:{_NAME}\.)?\"?practice_id\"?\s*=\s*{_MARK}", re.IGNORECASE)
_BOUND_REVERSED = re.compile(rf"{_MARK}\s*=\s*(?:{_NAME}\.)?\"?practice_id\"?(?![a-z_0-9])", re.IGNORECASE)
_JOINED = re.compile(rf"{_NAME}\.\"?practice_id\"?\s*=\s*{_NAME}\.\"?practice_id\"?(?![a-z_0-9])", re.IGNORECASE)
_INSERT = re.compile(
    rf"\bINSERT\s+(?:OR\s+\w+\s+)?INTO\s+{_NAME}\s*(?:AS\s+{_NAME}\s*)?\(([^)]*)\)\s*VALUES\s*", re.IGNORECASE
)
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_COMMENT = re.compile(r"--|/\*")


class ScopeBreachError(RuntimeError):
    """A statement tried to reach rows without the practice of its transaction; always a programming error."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one SQL text was found to do: which bound values must equal the practice."""

    tables: frozenset[str]
    positions: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    refused: str | None = None


def _or_beside(sql: str, position: int) -> bool:
    """Say whether an OR stands at the level of the predicate at ``position``, which would make it optional."""
    for step in (1, -1):
        depth = 0
        index = position
        while 0 <= index < len(sql):
            char = sql[index]
            if char in "()":
                depth += step if char == "(" else -step
                if depth < 0:
                    break
            elif depth == 0:
                word = re.match(r"\bOR\b", sql[index : index + 3], re.IGNORECASE)
                if word and not (sql[index - 1].isalnum() or sql[index - 1] == "_"):
                    return True
                if step == 1 and re.match(r"\b(GROUP|ORDER|LIMIT|UNION|RETURNING)\b", sql[index : index + 10]):
                    break
                if (
                    step == -1
                    and re.match(r"\b(WHERE|ON)\b", sql[index : index + 6])
                    and not (sql[index - 1].isalnum() or sql[index - 1] == "_")
                ):
                    break
            index += step
    return False


@lru_cache(maxsize=4096)
def read_statement(sql: str, scoped: frozenset[str]) -> Reading:
    """Find the practice's tables that ``sql`` touches and the bound values that confine each of them."""
    plain = _QUOTED.sub(lambda match: "'" + "_" * (len(match.group()) - 2) + "'", sql)
    mentioned = frozenset(name for name in scoped if re.search(rf"(?<![\w.]){name}(?!\w)", plain, re.IGNORECASE))
    if not mentioned:
        return Reading(mentioned)
    try:
        if _COMMENT.search(plain) or ";" in plain.rstrip().rstrip(";"):
            raise ScopeBreachError("comments and several statements in one aren't read")
        marks = _Marks()
        inserted = _read_inserts(plain, scoped, marks)
        confined = _read_predicates(plain, scoped, inserted, marks)
    except ScopeBreachError as breach:
        return Reading(mentioned, refused=str(breach))
    if not confined and not inserted:
        return Reading(mentioned, refused=f"a form that isn't read, with {min(mentioned)} in it")
    return Reading(mentioned, tuple(marks.positions), tuple(marks.names))


class _Marks:
    """The places of bound values that must equal the practice."""

    def __init__(self) -> None:
        self.positions: list[int] = []
        self.names: list[str] = []

    def add(self, sql: str, start: int, name: str | None) -> None:
        if name:
            self.names.append(name)
        else:
            self.positions.append(sql.count("?", 0, start))


def _read_inserts(sql: str, scoped: frozenset[str], marks: _Marks) -> set[str]:
    inserted: set[str] = set()
    for match in _INSERT.finditer(sql):
        table = match.group(1).lower()
        if table not in scoped:
            continue
        columns = [name.strip().strip('"').lower() for name in match.group(3).split(",")]
        if "practice_id" not in columns:
            raise ScopeBreachError(f"a row for {table} without its practice")
        place = columns.index("practice_id")
        for row in _rows_of(sql, match.end()):
            start, end = _cells(sql, *row)[place]
            mark = re.fullmatch(rf"\s*{_MARK}\s*", sql[start:end], re.IGNORECASE)
            if mark is None:
                raise ScopeBreachError(f"the practice of a new {table} row isn't a bound value")
            marks.add(sql, start, mark.group(2))
        inserted.add(table)
    return inserted


def _read_predicates(sql: str, scoped: frozenset[str], inserted: set[str], marks: _Marks) -> dict[str, str]:
    aliases: dict[str, str] = {}
    for match in _TABLE.finditer(sql):
        table = match.group(2).lower()
        if table in scoped and not (match.group(1).upper() == "INTO" and table in inserted):
            aliases[(match.group(3) or table).lower()] = table
    confined: set[str] = set()
    for pattern, alias_group, mark_group in ((_BOUND, 1, 2), (_BOUND_REVERSED, 3, 1)):
        for match in pattern.finditer(sql):
            alias = (match.group(alias_group) or (next(iter(aliases)) if len(aliases) == 1 else "")).lower()
            if alias not in aliases:
                continue
            if _is_assignment(sql, match.start()):
                raise ScopeBreachError(f"{aliases[alias]} can't change its practice")
            if not _or_beside(sql, match.start()):
                marks.add(sql, match.start(mark_group), match.group(mark_group + 1))
                confined.add(alias)
    joined = [
        (match.group(1).lower(), match.group(2).lower())
        for match in _JOINED.finditer(sql)
        if not _or_beside(sql, match.start())
    ]
    for _ in joined:
        for left, right in joined:
            if left in confined or right in confined:
                confined |= {left, right}
    for alias in sorted(set(aliases) - confined):
        raise ScopeBreachError(f"{aliases[alias]} without its practice")
    return aliases


def _is_assignment(sql: str, position: int) -> bool:
    """Say whether the equation at ``position`` stands between SET and WHERE, where it confines nothing."""
    before = sql[:position].upper()
    return before.rfind(" SET ") > before.rfind(" WHERE ")


def _rows_of(sql: str, start: int) -> list[tuple[int, int]]:
    """Return the spans between the parentheses of a VALUES list that begins at ``start``."""
    rows = []
    index = start
    while index < len(sql) and sql[index] == "(":
        depth = 0
        for end in range(index, len(sql)):
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            if depth == 0:
                break
        rows.append((index + 1, end))
        rest = re.compile(r"\s*,\s*(?=\()").match(sql, end + 1)
        if rest is None:
            break
        index = rest.end()
    return rows


def _cells(sql: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans of the comma separated values between ``start`` and ``end``."""
    cells = []
    depth = 0
    begin = start
    for index in range(start, end):
        depth += {"(": 1, ")": -1}.get(sql[index], 0)
        if sql[index] == "," and depth == 0:
            cells.append((begin, index))
            begin = index + 1
    cells.append((begin, end))
    return cells


def _check(sql: str, parameters: Any, practice_id: str | None, scoped: frozenset[str]) -> None:
    reading = read_statement(sql, scoped)
    if not reading.tables:
        return
    if practice_id is None:
        raise ScopeBreachError(f"{min(reading.tables)} was asked for outside a practice")
    if reading.refused:
        raise ScopeBreachError(reading.refused)
    for position in reading.positions:
        if parameters[position] != practice_id:
            raise ScopeBreachError(f"{min(reading.tables)} was asked for in another practice")
    for name in reading.names:
        if parameters[name] != practice_id:
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
