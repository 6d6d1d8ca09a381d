"""The audit trail's mirror, ``athena_hipaa_audit.log``: every committed entry as a line of JSON."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select

from kinometric_server.audit.tables import audit_entries
from kinometric_server.database.unit import Unit

_FIELDS = [column.name for column in audit_entries.c]


class Lines(Protocol):
    """A file that lines are appended to."""

    path: Path
    archives: Path

    def write_line(self, line: str) -> None:
        """Append one line."""


def line_of(entry: Mapping[str, Any]) -> str:
    """Return the JSON line of an entry; who, what, when and from where, with ids only."""
    return json.dumps({name: _plain(entry[name]) for name in _FIELDS}, separators=(",", ":"))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


class Mirror:
    """Writes committed entries to the file; what a crash kept from it is added at the next start."""

    def __init__(self, file: Lines) -> None:
        self._file = file
        self._lock = threading.Lock()

    def write(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Append committed entries."""
        with self._lock:
            for entry in entries:
                self._file.write_line(line_of(entry))

    def catch_up(self, unit: Unit) -> int:
        """Append the entries that were committed but not mirrored; return how many."""
        last = last_mirrored(self._file.path, self._file.archives)
        missing = unit.all(select(audit_entries).where(audit_entries.c.seq > last).order_by(audit_entries.c.seq))
        self.write(row._asdict() for row in missing)
        return len(missing)


def last_mirrored(path: Path, archives: Path) -> int:
    """Return the number of the last entry in the mirror: in the file, else in its newest archive, else 0."""
    places = [path, *sorted(archives.glob(f"{path.stem}-*.log*"), reverse=True)]
    for place in places:
        if not place.exists() or place.suffix == ".part":
            continue
        last = _last_seq(place)
        if last is not None:
            return last
    return 0


def _last_seq(place: Path) -> int | None:
    content = gzip.decompress(place.read_bytes()) if place.suffix == ".gz" else place.read_bytes()
    for line in reversed(content.splitlines()):
        try:
            return int(json.loads(line)["seq"])
        except (ValueError, KeyError, TypeError):
            continue
    return None
