"""The audit trail's mirror, ``athena_hipaa_audit.log``: every committed entry as a line of JSON."""

from __future__ import annotations

import gzip
import json
import logging
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

log = logging.getLogger("kinometric.audit")

_PAGE = 1000
_PIECE_BYTES = 64 * 1024
"""Archives are read in pieces, since memory that is wanted whole once in each thread isn't given back."""
_MOST_ENTRIES = 2**63 - 1
_FIELDS = [column.name for column in audit_entries.c]


Seen = tuple[int, str]
"""Number and code of an entry."""


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
    A last entry that the database doesn't know (an older copy of the database was put in place, or somebody wrote into
    the file) keeps none of the following ones out.
    """

    def __init__(self, file: Lines) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._written: Seen | None = None

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
            last = _last_of(end) or last_mirrored(self._file.path, self._file.archives)
            seen = last[0]
            if seen >= first and last != self._written and not _is_known(last, entries, missing):
                log.error("mirror_differs", extra={"seq": seen})
                seen = first - 1
            if seen < first - 1:
                yield from (line_of(entry) for entry in missing(seen + 1, first - 1))
            for entry in entries:
                if entry["seq"] > seen:
                    yield line_of(entry)
                    self._written = entry["seq"], entry["mac"]

        with self._lock:
            self._file.write_lines(lines)

    def catch_up(self, unit: Unit, missing: Callable[[int, int], Iterable[Any]]) -> int:
        """Append the entries that were committed but not mirrored; return the number of the last entry.

        ``missing`` must not read in the transaction of ``unit``: what another process committed and mirrored since that
        began is not seen there.
        """
        last = unit.first(select(audit_entries).order_by(audit_entries.c.seq.desc()).limit(1))
        if last is None:
            return 0
        self.write([last._asdict()], missing)
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


def _is_known(last: Seen, entries: Sequence[Mapping[str, Any]], missing: Callable[[int, int], Iterable[Any]]) -> bool:
    """Say whether the database has the entry that the file ends with."""
    seq, mac = last
    here = [entry for entry in entries if entry["seq"] == seq] or list(missing(seq, seq))
    return [entry["mac"] for entry in here] == [mac]


def archives_of(path: Path, archives: Path) -> list[Path]:
    """Return the mirror's archives, the oldest first; a copy that lies beside its archive is left out."""
    found = {place.name.removesuffix(".gz"): place for place in archives.glob(f"{path.stem}-*.log")}
    found |= {place.name.removesuffix(".gz"): place for place in archives.glob(f"{path.stem}-*.log.gz")}
    return [found[name] for name in sorted(found)]


def lines_of(archive: Path) -> list[bytes]:
    """Return the lines of one of the mirror's archives, which may be compressed just now."""
    try:
        content = archive.read_bytes()
    except FileNotFoundError:
        archive = archive.with_name(f"{archive.name}.gz")
        content = archive.read_bytes()
    return (gzip.decompress(content) if archive.suffix == ".gz" else content).splitlines(keepends=True)


def last_mirrored(path: Path, archives: Path) -> Seen:
    """Return number and code of the last entry in the mirror: in the file, else in its newest archive, else 0."""
    for place in (path, *reversed(archives_of(path, archives))):
        last = _last_of(_end_of(place))
        if last is not None:
            return last
    return 0, ""


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


def _last_of(content: bytes) -> Seen | None:
    for line in reversed(content.splitlines()):
        try:
            entry = json.loads(line)
            seq, mac = entry["seq"], entry["mac"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if type(seq) is int and 0 < seq <= _MOST_ENTRIES and type(mac) is str:
            return seq, mac
    return None
