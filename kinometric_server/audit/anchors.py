"""Anchors: the head of the chain, written outside the database, so that nothing before one is cut off unseen."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kinometric_server.audit.trail import anchor_code

EVERY_ROWS = 1000
EVERY = timedelta(minutes=5)
FILE_NAME = "audit_anchors.log"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The chain's head at one moment."""

    seq: int
    mac: str
    at: str
    check: str


class Anchors:
    """Writes anchors to one or two files; the second may lie on another disk or machine."""

    def __init__(self, secret: bytes, files: tuple[Path, ...]) -> None:
        self._secret = secret
        self._files = files
        self._lock = threading.Lock()
        last = max((anchor for file in files for anchor in read_anchors(file)), key=lambda a: a.seq, default=None)
        self._last_seq = last.seq if last else 0
        self._last_at = datetime.fromisoformat(last.at) if last else None

    @property
    def last_seq(self) -> int:
        """The number of the last entry that an anchor holds."""
        return self._last_seq

    def note(self, seq: int, mac: str, now: datetime, *, must: bool = False) -> bool:
        """Write an anchor if one is due; ``must`` writes one in any case (when the server stops)."""
        with self._lock:
            due = self._last_at is None or seq - self._last_seq >= EVERY_ROWS or now - self._last_at >= EVERY
            if seq <= self._last_seq or not (due or must):
                return False
            at = now.isoformat()
            line = json.dumps(
                {"seq": seq, "mac": mac, "at": at, "check": anchor_code(self._secret, seq, mac, at)}, sort_keys=True
            )
            for file in self._files:
                _append(file, line)
            self._last_seq, self._last_at = seq, now
            return True


def _append(file: Path, line: str) -> None:
    file.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(handle, line.encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def read_anchors(file: Path) -> list[Anchor]:
    """Return the anchors of a file; an unended last line (a power cut) is left out."""
    if not file.exists():
        return []
    anchors = []
    for line in file.read_text("utf-8").split("\n")[:-1]:
        try:
            anchors.append(Anchor(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return anchors
