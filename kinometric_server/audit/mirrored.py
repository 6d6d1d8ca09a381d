"""Check the audit trail's mirror, line by line, against the key and against the trail itself."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from kinometric_server.audit.mirror import archives_of, lines_of
from kinometric_server.audit.tables import audit_entries
from kinometric_server.audit.trail import CHAINED, GENESIS, ChainKey
from kinometric_server.audit.verify import Problem, Verdict

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WORDS = rb'("[^"\\]*(?:\\.[^"\\]*)*"|null)'
_LINE = re.compile(
    rb'{"seq":([1-9]\d{0,17}),"at":"([^"]*)",%b,"mac":"([0-9a-f]{64})"}\n?\Z'
    % b",".join(b'"%b":%b' % (name.encode(), _WORDS) for name in CHAINED[2:])
)
_MOST_STRETCHES = 1000


@dataclass(slots=True)
class Stretch:
    """Lines that follow each other, each bound to the one before it by its code."""

    first: int
    content: bytes
    code: str
    last: int
    last_code: str


@dataclass(slots=True)
class Mirrored:
    """What the mirror's files hold: how many lines, which stretches of them, and what is wrong by itself."""

    lines: int = 0
    stretches: list[Stretch] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_mirror(path: Path, archives: Path, secret: bytes) -> Mirrored:
    """Read the mirror with its archives and compute the code of each line anew.

    A line that can't be read is left out: a power cut leaves half of one, and its entry is written again below it. If
    it is not, its entry is missing, and that is a problem.
    """
    key, mirrored = ChainKey(secret), Mirrored()
    with ExitStack() as stack:
        # Opened before the archives are looked for: it may be moved to them at any moment, and then counts twice.
        newest: Iterable[bytes] = ()
        with suppress(FileNotFoundError):
            newest = stack.enter_context(path.open("rb"))
        for place in archives_of(path, archives):
            try:
                _take_all(mirrored, key, lines_of(place))
            except (OSError, EOFError, zlib.error):
                mirrored.problems.append(Problem(0, f"{place.name} can't be read"))
        _take_all(mirrored, key, newest)
    return mirrored


def _take_all(mirrored: Mirrored, key: ChainKey, lines: Iterable[bytes]) -> None:
    for line in lines:
        if len(mirrored.stretches) > _MOST_STRETCHES:
            return
        mirrored.lines += 1
        entry = _entry_of(line)
        if entry is not None:
            _take(mirrored, key, *entry)


def _entry_of(line: bytes) -> tuple[int, bytes, str] | None:
    """Return a line's number, what its code is made of, and its code; None for half a line or one of another form.

    Mirror and chain write a field alike (but for the time), so a line is cut up and need not be parsed.
    """
    found = _LINE.match(line)
    if found is None:
        return None
    seq, at, *others, mac = found.groups()
    try:
        micros = (datetime.fromisoformat(at.decode()) - _EPOCH) // _MICROSECOND
    except (ValueError, TypeError, OverflowError):
        return None
    return int(seq), b"[%b]" % b", ".join([seq, str(micros).encode(), *others]), mac.decode()


def _take(mirrored: Mirrored, key: ChainKey, seq: int, content: bytes, code: str) -> None:
    before = mirrored.stretches[-1] if mirrored.stretches else None
    if before is not None and seq == before.last + 1:
        if key.code_after_text(before.last_code, content) == code:
            before.last, before.last_code = seq, code
            return
        mirrored.problems.append(Problem(seq, "the line in the mirror was changed or is of another trail"))
    mirrored.stretches.append(Stretch(seq, content, code, seq, code))


def compare(mirrored: Mirrored, connection: Connection, secret: bytes, verdict: Verdict) -> tuple[Verdict, list[str]]:
    """Hold what was read to the trail; the mirror must have been read first, since the trail only grows.

    Lines that are missing at the mirror's end are a remark: a crash or a full disk does that, and the server adds them
    with its next entry. So does one that finds an emptied mirror.
    """
    key, problems, reached = ChainKey(secret), list(mirrored.problems), 0
    for stretch in mirrored.stretches:
        if reached and stretch.first > reached + 1:
            problems.append(Problem(reached + 1, f"entries up to {stretch.first - 1} are missing in the mirror"))
        problems += _strange(stretch, key, connection)
        reached = max(reached, stretch.last)
    remarks = []
    if reached < verdict.head_seq:
        remarks.append(f"The mirror ends with entry {reached}; the server adds the others with its next one.")
    return verdict.with_problems(problems), remarks


def _strange(stretch: Stretch, key: ChainKey, connection: Connection) -> Iterable[Problem]:
    """Name what a stretch of lines has and the trail has not."""
    before = GENESIS if stretch.first == 1 else _code_of(connection, stretch.first - 1)
    own = before is not None and key.code_after_text(before, stretch.content) == stretch.code
    if not own or stretch.code != _code_of(connection, stretch.first):
        yield Problem(stretch.first, "the mirror holds another entry than the trail")
    elif stretch.last_code != _code_of(connection, stretch.last):
        yield Problem(stretch.last, "the mirror holds an entry that the trail doesn't")


def _code_of(connection: Connection, seq: int) -> str | None:
    found = connection.execute(select(audit_entries.c.mac).where(audit_entries.c.seq == seq)).first()
    return None if found is None else str(found.mac)
