"""A log file that is compressed into archives/ at 2 MB; no line is lost, doubled or cut, whatever is killed when."""

from __future__ import annotations

import gzip
import os
import shutil
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: one process writes there
    fcntl = None  # type: ignore[assignment]

ARCHIVE_AT_BYTES = 2 * 1024 * 1024
_MODE = 0o640
_END_BYTES = 8192
"""More than the longest line of the audit trail's mirror."""
_ENDINGS = (("\r", "\\r"), ("\n", "\\n"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"), ("\x85", "\\u0085"))


class LogFile:
    """Lines appended by any number of threads and processes.

    Archiving moves the file aside (one atomic step, after which new lines go to a fresh file), compresses it under a
    temporary name, makes that safe, gives it its name, and only then removes the copy that is now twofold. Whatever is
    killed in between is finished by ``finish_archiving`` at the next start.

    Parameters
    ----------
    path, archives : Path
        The file, and the folder of its archives.
    limit_bytes : int
        Size at which the file is archived.
    step : callable or None
        Called with the name of each step of archiving just before it is done; tests end the process there.
    """

    def __init__(
        self,
        path: Path,
        archives: Path,
        *,
        limit_bytes: int = ARCHIVE_AT_BYTES,
        step: Callable[[str], None] | None = None,
    ) -> None:
        self.path = path
        self.archives = archives
        self.limit_bytes = limit_bytes
        self.waiting: deque[bytes] = deque()
        self._step = step or (lambda _name: None)
        self._thread_lock = threading.Lock()
        self._handle: int | None = None
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        archives.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._lock_path = archives / f".{path.name}.lock"

    def write_line(self, line: str) -> None:
        """Append one line; if the disk is full it waits in memory and is written before the next one."""
        with self._thread_lock:
            self.waiting.append(_one_line(line))
            self._write_waiting()

    def write_lines(self, lines: Callable[[bytes], Iterable[str]]) -> None:
        """Append lines that depend on what the file ends with, while no other process writes it.

        Parameters
        ----------
        lines : callable
            Is given the last bytes of the file, which may begin in the middle of a line, and gives the lines. What
            can't be written is dropped: it is asked for again next time, since the file's end is still the same.
        """
        with self._thread_lock, suppress(OSError), self._process_lock():
            handle = self._open()
            os.lseek(handle, max(0, os.fstat(handle).st_size - _END_BYTES), os.SEEK_SET)
            for line in lines(os.read(handle, _END_BYTES)):
                _append_whole(handle, _one_line(line))
            self._archive_if_full(handle)

    def _write_waiting(self) -> None:
        if not self.waiting:
            return
        with suppress(OSError), self._process_lock():
            handle = self._open()
            while self.waiting:
                _append_whole(handle, self.waiting[0])
                self.waiting.popleft()
            self._archive_if_full(handle)

    def _archive_if_full(self, handle: int) -> None:
        if os.fstat(handle).st_size >= self.limit_bytes:
            with suppress(OSError):
                self._move_aside()
                self._compress_moved()

    def _open(self) -> int:
        """Return a handle of the file that has the name now; another process may have moved the old one aside."""
        if self._handle is not None:
            with suppress(FileNotFoundError):
                there = self.path.stat()
                mine = os.fstat(self._handle)
                if (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino):
                    return self._handle
            os.close(self._handle)
            self._handle = None
        self._handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, _MODE)
        return self._handle

    @contextmanager
    def _process_lock(self) -> Iterator[None]:
        if fcntl is None:
            yield
            return
        handle = os.open(self._lock_path, os.O_RDWR | os.O_CREAT, _MODE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _move_aside(self) -> None:
        if self._handle is not None:
            os.fsync(self._handle)
            os.close(self._handle)
            self._handle = None
        stamp = datetime.now(tz=UTC).strftime("%Y%m%dT%H%M%SZ")
        for number in range(10_000):
            moved = self.archives / f"{self.path.stem}-{stamp}-{number:04d}.log"
            if not moved.exists() and not moved.with_name(moved.name + ".gz").exists():
                break
        self._step("move aside")
        self.path.rename(moved)
        _sync_folder(self.archives)
        _sync_folder(self.path.parent)

    def finish_archiving(self) -> None:
        """Compress what an earlier process moved aside but didn't compress, and write what is waiting."""
        with self._thread_lock, suppress(OSError), self._process_lock():
            for left in self.archives.glob(f"{self.path.stem}-*.log.gz.part"):
                left.unlink()
            self._compress_moved()

    def _compress_moved(self) -> None:
        for moved in sorted(self.archives.glob(f"{self.path.stem}-[0-9]*.log")):
            final = moved.with_name(moved.name + ".gz")
            if not final.exists():
                self._compress(moved, final)
            elif not _same_content(moved, final):
                continue
            self._step("remove the copy")
            moved.unlink()
            _sync_folder(self.archives)

    def _compress(self, moved: Path, final: Path) -> None:
        part = final.with_name(final.name + ".part")
        self._step("compress")
        try:
            with part.open("wb") as raw:
                os.chmod(part, _MODE)  # noqa: PTH101 the path is open
                with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed, moved.open("rb") as lines:
                    shutil.copyfileobj(lines, packed)
                self._step("sync")
                raw.flush()
                os.fsync(raw.fileno())
        except OSError:
            part.unlink(missing_ok=True)
            raise
        self._step("name")
        part.rename(final)
        _sync_folder(self.archives)

    def close(self) -> None:
        """Write what is waiting, if that can be done now, and close the file."""
        with self._thread_lock:
            self._write_waiting()
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None


def _one_line(text: str) -> bytes:
    for sign, written in _ENDINGS:
        text = text.replace(sign, written)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _append_whole(handle: int, line: bytes) -> None:
    """Append a line entirely or not at all."""
    _end_last_line(handle)
    before = os.fstat(handle).st_size
    written = 0
    try:
        while written < len(line):
            written += os.write(handle, line[written:])
    except OSError:
        if os.fstat(handle).st_size > before:
            os.ftruncate(handle, before)
        raise


def _end_last_line(handle: int) -> None:
    """End a line that a power cut or a killed process left unended, so that the next one stands alone."""
    if os.fstat(handle).st_size:
        os.lseek(handle, -1, os.SEEK_END)
        if os.read(handle, 1) != b"\n":
            os.write(handle, b"\n")


def _same_content(plain: Path, packed: Path) -> bool:
    try:
        with gzip.open(packed) as archive:
            return archive.read() == plain.read_bytes()
    except (OSError, EOFError, zlib.error):
        return False


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
