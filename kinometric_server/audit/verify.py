"""Check the whole audit trail against its key and its anchors, and name what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from kinometric_server.audit.anchors import Anchor
from kinometric_server.audit.trail import CHAINED, GENESIS, ChainKey

_SELECT = f"SELECT {', '.join(CHAINED)}, mac FROM audit_entries ORDER BY seq"  # noqa: S608 constant names
_BATCH = 5000
_MOST_PROBLEMS = 20
_TABLES = ("audit_entries", "audit_head")
_PLAIN_SQLITE = "SELECT count(*) FROM sqlite_master WHERE name = ? AND type = 'table'"
_PLAIN_POSTGRESQL = """
SELECT count(*) FROM pg_class WHERE oid = to_regclass('public.' || %s) AND relkind = 'r' AND NOT relrowsecurity
AND NOT EXISTS (SELECT 1 FROM pg_rewrite WHERE ev_class = pg_class.oid)
AND NOT EXISTS (SELECT 1 FROM pg_inherits WHERE pg_class.oid IN (inhparent, inhrelid))
"""
"""A view, a rule or a policy would show one reader other entries than another."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and at which entry it shows."""

    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of the audit trail.

    ``anchored_seq`` is the last entry that an anchor holds; entries after it, up to ``head_seq``, are the unanchored
    tail: they are chained, but cutting them off would not show.
    """

    rows: int
    head_seq: int
    anchored_seq: int
    anchors: int
    problems: tuple[Problem, ...]

    @property
    def intact(self) -> bool:
        """Say whether nothing was changed."""
        return not self.problems

    def with_problems(self, more: Iterable[Problem]) -> Verdict:
        """Return the same verdict with further problems."""
        return replace(self, problems=(*self.problems, *more)[:_MOST_PROBLEMS])

    @property
    def tail_rows(self) -> int:
        """How many entries are not yet held by an anchor."""
        return max(0, self.head_seq - self.anchored_seq)


@contextmanager
def at_one_moment(engine: Engine) -> Iterator[Connection]:
    """Yield a connection whose transaction sees one moment, though the server goes on writing beside it."""
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect() as plain:
        yield plain.execution_options(**options)


def verify(connection: Connection, secret: bytes, anchors: Iterable[Anchor]) -> Verdict:
    """Compute every code anew and compare it with what is stored, with the head and with the anchors.

    Parameters
    ----------
    connection : Connection
        One that may read all entries.
    secret : bytes
        The audit key.
    anchors : iterable of Anchor
        From all places that anchors are kept in.
    """
    problems = _not_plain(connection)
    wanted: dict[int, set[str]] = {}
    count = 0
    for anchor in anchors:
        count += 1
        if not anchor.is_ours(secret):
            problems.append(Problem(anchor.seq, "an anchor was forged"))
            continue
        wanted.setdefault(anchor.seq, set()).add(anchor.mac)
    rows, seq, mac = _walk_any_text(connection, secret, wanted, problems)
    anchored = max(wanted, default=0)
    if anchored > seq:
        problems.append(Problem(seq + 1, f"entries up to {anchored} were cut off"))
    heads = [tuple(head) for head in connection.exec_driver_sql("SELECT seq, mac FROM audit_head").all()]
    if heads != [(seq, mac)] and (rows or heads):
        problems.append(Problem(seq, "the stored head isn't the end of the chain"))
    return Verdict(rows, seq, anchored, count, tuple(problems[:_MOST_PROBLEMS]))


def _not_plain(connection: Connection) -> list[Problem]:
    query = _PLAIN_SQLITE if connection.dialect.name == "sqlite" else _PLAIN_POSTGRESQL
    return [
        Problem(0, f"{table} is not the plain table that it was")
        for table in _TABLES
        if connection.exec_driver_sql(query, (table,)).scalar_one() != 1
    ]


def _walk_any_text(
    connection: Connection, secret: bytes, wanted: dict[int, set[str]], problems: list[Problem]
) -> tuple[int, int, str]:
    """Walk the chain; a forger may have written text into an embedded database that is none."""
    before = len(problems)
    try:
        return _walk(connection, secret, wanted, problems)
    except OperationalError:
        if connection.dialect.name != "sqlite":
            raise
    del problems[before:]
    raw: Any = connection.connection.driver_connection
    raw.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
    try:
        return _walk(connection, secret, wanted, problems)
    finally:
        raw.text_factory = str


def _walk(
    connection: Connection, secret: bytes, wanted: dict[int, set[str]], problems: list[Problem]
) -> tuple[int, int, str]:
    key = ChainKey(secret)
    rows, seq, mac = 0, 0, GENESIS
    result: Any = connection.exec_driver_sql(_SELECT, execution_options={"stream_results": True})
    with closing(result):
        for batch in result.partitions(_BATCH):
            for row in batch:
                rows += 1
                *content, stored = row
                if content[0] != seq + 1:
                    problems.append(Problem(seq + 1, "an entry is missing or was added"))
                seq = content[0] if type(content[0]) is int else seq + 1
                try:
                    mac = key.code_after(mac, content)
                except TypeError:  # bytes where text was
                    mac = ""
                if mac != stored:
                    problems.append(Problem(seq, "the entry was changed, moved or written by a stranger"))
                    mac = str(stored)
                if seq in wanted and wanted[seq] != {mac}:
                    problems.append(Problem(seq, "the entry isn't the one that was anchored"))
                if len(problems) >= _MOST_PROBLEMS:
                    return rows, seq, mac
    return rows, seq, mac
