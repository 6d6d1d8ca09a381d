"""Anchors: the head of the chain, written outside the database, so that nothing before one is cut off unseen.

Each place is a file of lines of JSON. A line is bound to the one before it in its file, so that none can be changed or
taken out; that the end was cut off shows beside another place.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kinometric_server.audit.trail import anchor_code

try:
    import fcntl
except ImportError:  # Windows: one process writes there
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger("kinometric.audit")

EVERY_ROWS = 1000
EVERY = timedelta(minutes=5)
FILE_NAME = "audit_anchors.log"
_MODE = 0o640
_END_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class Anchor:
    """The chain's head at one moment; ``previous`` is the check of the anchor before it in its file."""

    seq: int
    mac: str
    at: str
    check: str
    previous: str | None = None

    def is_ours(self, secret: bytes) -> bool:
        """Say whether it was written by somebody who has the audit key."""
        return self.check == anchor_code(secret, self.seq, self.mac, self.at, self.previous)


class Anchors:
    """Writes anchors to one or two files; the second may lie on another disk or machine."""

    def __init__(self, secret: bytes, files: tuple[Path, ...]) -> None:
        self._secret = secret
        self._files = files
        self._lock = threading.Lock()
        self._last_seq = 0
        self._last_at: datetime | None = None
        self.refresh()

    def refresh(self) -> int:
        """Read what other processes have anchored too; return the number of the last entry that an anchor holds."""
        last = max(self._lasts(), key=lambda anchor: anchor.seq, default=None)
        if last is not None and last.seq > self._last_seq:
            self._last_seq, self._last_at = last.seq, datetime.fromisoformat(last.at)
        return self._last_seq

    def _lasts(self) -> list[Anchor]:
        return [last for file in self._files if (last := last_anchor(file, self._secret)) is not None]

    @property
    def last_seq(self) -> int:
        """The number of the last entry that an anchor holds, as far as this process knows."""
        return self._last_seq

    def note(self, seq: int, mac: str, now: datetime, *, must: bool = False) -> bool:
        """Write an anchor if one is due; ``must`` writes one in any case (when the server stops).

        A place that can't be written now gets what it lacks with a later anchor; the entries are in the database.
        """
        with self._lock:
            since = None if self._last_at is None else now - self._last_at
            # A clock that was set back must not keep anchors from being written.
            due = since is None or seq - self._last_seq >= EVERY_ROWS or since >= EVERY or since < timedelta(0)
            if seq <= self._last_seq or not (due or must):
                return False
            elsewhere = max((last.seq for last in self._lasts()), default=0)
            written = [self._write(file, seq, mac, now, elsewhere) for file in self._files]
            if any(written):
                self._last_seq, self._last_at = seq, now
            return any(written)

    def _write(self, file: Path, seq: int, mac: str, now: datetime, elsewhere: int) -> bool:
        try:
            with _locked(file) as handle:
                last = _last_of(_end(handle), self._secret) or last_anchor(file, self._secret)
                after = 0 if last is None else last.seq
                heads = self._between(after, seq) if after < elsewhere else {}
                if heads and last is not None:
                    log.error("anchors_were_missing", extra={"count": len(heads)})
                for number, (code, at) in sorted({**heads, seq: (mac, now.isoformat())}.items()):
                    if number > after:
                        last = self._append(handle, number, code, at, "" if last is None else last.check)
                os.fsync(handle)
        except OSError as error:
            log.error("anchor_not_written", extra={"error_type": type(error).__name__})
            return False
        return True

    def _between(self, after: int, before: int) -> dict[int, tuple[str, str]]:
        """Return what the other places hold between two entries, both left out."""
        known = [anchor for file in self._files for anchor in read_anchors(file)]
        return {
            anchor.seq: (anchor.mac, anchor.at)
            for anchor in known
            if after < anchor.seq < before and anchor.is_ours(self._secret)
        }

    def _append(self, handle: int, seq: int, mac: str, at: str, previous: str) -> Anchor:
        anchor = Anchor(seq, mac, at, anchor_code(self._secret, seq, mac, at, previous), previous)
        os.write(handle, json.dumps(asdict(anchor), sort_keys=True).encode() + b"\n")
        return anchor


@contextmanager
def _locked(file: Path) -> Iterator[int]:
    """Open a place for one process at a time, with its last line ended."""
    file.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, _MODE)
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        end = _end(handle)
        if end and not end.endswith(b"\n"):
            os.write(handle, b"\n")  # a power cut left half a line
        yield handle
    finally:
        os.close(handle)


def _end(handle: int) -> bytes:
    os.lseek(handle, max(0, os.fstat(handle).st_size - _END_BYTES), os.SEEK_SET)
    return os.read(handle, _END_BYTES)


def _last_of(end: bytes, secret: bytes) -> Anchor | None:
    return _last_ours(end.decode("utf-8", "replace").split("\n")[:-1], secret)


def _last_ours(lines: Sequence[str], secret: bytes) -> Anchor | None:
    anchors = (anchor_of(line) for line in reversed(lines))
    return next((anchor for anchor in anchors if anchor is not None and anchor.is_ours(secret)), None)


def last_anchor(file: Path, secret: bytes) -> Anchor | None:
    """Return the last anchor of a file that can be read and is ours; as a rule only the file's end is looked at.

    What somebody without the key wrote into the file must not keep anchors from being written.
    """
    try:
        handle = os.open(file, os.O_RDONLY)
        try:
            found = _last_of(_end(handle), secret)
        finally:
            os.close(handle)
    except OSError:
        return None
    return found or _last_ours(read_lines(file), secret)


def anchor_of(line: str) -> Anchor | None:
    """Return the anchor of a line; None for one that can't be read."""
    try:
        anchor = Anchor(**json.loads(line))
        datetime.fromisoformat(anchor.at)
    except (ValueError, TypeError, RecursionError):
        return None
    words = (anchor.mac, anchor.at, anchor.check, anchor.previous or "")
    good = type(anchor.seq) is int and all(type(word) is str and word.isascii() for word in words)
    return anchor if good else None


def read_lines(file: Path) -> list[str]:
    """Return the ended lines of a place; an unended last one (a power cut) is left out."""
    try:
        return file.read_bytes().decode("utf-8", "replace").split("\n")[:-1]
    except OSError:
        return []


def read_anchors(file: Path) -> list[Anchor]:
    """Return the anchors of a file that can be read."""
    return [anchor for line in read_lines(file) if (anchor := anchor_of(line)) is not None]
