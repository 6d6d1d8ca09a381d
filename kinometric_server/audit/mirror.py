"""The audit trail's mirror, ``athena_hipaa_audit.log``: every committed entry as a line of JSON."""

from __future__ import annotations

import gzip
import json
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select

from kinometric_server.audit.tables import audit_entries
from kinometric_server.database.unit import Unit

_PAGE = 1000
_PIECE_BYTES = 64 * 1024
"""Archives are read in pieces, since memory that is wanted whole once in each thread isn't given back."""
_FIELDS = [column.name for column in audit_entries.c]


class Lines(Protocol):
    """A file that lines are appended to."""

    path: Path
    archives: Path

    def write_lines(self, lines: Callable[[bytes], Iterable[str]]) -> None:
        """Append the lines that follow the file's present end, while no other process writes."""


def line_of(entry: Mapping[str, Any]) -> str:
    """Return the JSON line of an entry; who, what, when and from where, with ids only."""
    return json.dumps({name: _plain(entry[name]) for name in _FIELDS}, separators=(",", ":"))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


class Mirror:
    """Writes committed entries to the file in their order, each once, however many processes write.

    Entries are committed one after the other, so what lies between the file's last entry and a new one is committed
    too: another thread or process has it in hand, or died with it. It is read from the database and written first.
    """

    def __init__(self, file: Lines) -> None:
        self._file = file
        self._lock = threading.Lock()

    def write(self, entries: Sequence[Mapping[str, Any]], missing: Callable[[int, int], Iterable[Any]]) -> None:
        """Append committed entries that are not in the file yet.

        Parameters
        ----------
        missing : callable
            Gives the entries from one number to another, both included, as mappings.
        """
        if not entries:
            return
        first = entries[0]["seq"]

        def lines(end: bytes) -> Iterator[str]:
            seen = _last_seq(end)
            if seen is None:
                seen = last_mirrored(self._file.path, self._file.archives)
            if seen < first - 1:
                yield from (line_of(entry) for entry in missing(seen + 1, first - 1))
            yield from (line_of(entry) for entry in entries if entry["seq"] > seen)

        with self._lock:
            self._file.write_lines(lines)

    def catch_up(self, unit: Unit) -> int:
        """Append the entries that were committed but not mirrored; return the number of the last entry."""
        last = unit.first(select(audit_entries).order_by(audit_entries.c.seq.desc()).limit(1))
        if last is None:
            return 0
        self.write([last._asdict()], lambda begin, end: entries_between(unit, begin, end))
        return int(last.seq)


def entries_between(unit: Unit, begin: int, end: int) -> Iterator[Mapping[str, Any]]:
    """Give the entries from ``begin`` to ``end``, both included, a page at a time."""
    while begin <= end:
        chosen = audit_entries.c.seq.between(begin, end)
        rows = unit.all(select(audit_entries).where(chosen).order_by(audit_entries.c.seq).limit(_PAGE))
        if not rows:
            return
        for row in rows:
            yield row._asdict()
        begin = rows[-1].seq + 1


def last_mirrored(path: Path, archives: Path) -> int:
    """Return the number of the last entry in the mirror: in the file, else in its newest archive, else 0."""
    places = [path, *sorted(archives.glob(f"{path.stem}-*.log*"), reverse=True)]
    for place in places:
        if not place.exists() or place.suffix == ".part":
            continue
        last = _last_seq(_end_of(place))
        if last is not None:
            return last
    return 0


def _end_of(place: Path) -> bytes:
    """Return the last bytes of a file or archive that can be read: two pieces at most, so more than the longest line.

    What an archive with a damaged end no longer tells is mirrored once more, since entries are never lost to it.
    """
    before = end = b""
    with (
        suppress(OSError, EOFError, zlib.error),
        gzip.open(place) if place.suffix == ".gz" else place.open("rb") as content,
    ):
        while piece := content.read(_PIECE_BYTES):
            before, end = end, piece
    return before + end


def _last_seq(content: bytes) -> int | None:
    for line in reversed(content.splitlines()):
        try:
            return int(json.loads(line)["seq"])
        except (ValueError, KeyError, TypeError):
            continue
    return None
