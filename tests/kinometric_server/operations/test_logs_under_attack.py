"""Lines of a log under real limits of the system, and ten thousand hostile events."""

from __future__ import annotations

import gzip
import json
import logging
import random
import subprocess
import sys
import textwrap

import pytest

from kinometric_server.operations.archive import LogFile
from kinometric_server.operations.logs import Logs

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of processes and file systems")
HOSTILE = [*map(chr, range(32)), "\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\ud800", "\U0001f9cd", '"', "\\", "{",
           "}", "\x1b[31m", "\r\n", '\n{"event": "forged"}', "%s", "%(x)s", "é"]  # fmt: skip


def kept(folder) -> list[str]:
    """Every line that is kept, of archives first."""
    lines: list[str] = []
    for path in sorted((folder / "archives").glob("send-*")):
        plain = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        if path.suffix == ".gz" or not path.with_name(path.name + ".gz").exists():
            lines += plain.decode().splitlines()
    if (folder / "send.log").exists():
        lines += (folder / "send.log").read_text().splitlines()
    return lines


def in_a_process(body: str, folder) -> None:
    program = textwrap.dedent("""
        import os, resource, sys
        from pathlib import Path
        from kinometric_server.operations.archive import LogFile
        folder = Path(sys.argv[1])
        file = LogFile(folder / "send.log", folder / "archives", limit_bytes=3000)
    """) + textwrap.dedent(body)
    done = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_file_that_may_not_grow_keeps_every_line_until_it_may(tmp_path):
    in_a_process(
        """
        usual = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1005, usual[1]))
        for number in range(300):
            file.write_line(f"line {number}")
        assert (folder / "send.log").stat().st_size <= 1005
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        file.close()
        """,
        tmp_path,
    )
    assert kept(tmp_path) == [f"line {number}" for number in range(300)]


def test_a_process_without_a_file_handle_left_keeps_every_line(tmp_path):
    in_a_process(
        """
        file.write_line("line 0")
        usual = resource.getrlimit(resource.RLIMIT_NOFILE)
        held = []
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, usual[1]))
        try:
            while True:
                held.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            pass
        for number in range(1, 20):
            file.write_line(f"line {number}")
        for handle in held:
            os.close(handle)
        file.write_line("line 20")
        """,
        tmp_path,
    )
    assert kept(tmp_path) == [f"line {number}" for number in range(21)]


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 128 KiB; only root can make one."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(place)], capture_output=True)
    if made.returncode:
        pytest.skip("a file system can't be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_full_while_writing_and_archiving_loses_no_line(small_disk):
    chance = random.Random(5)
    file = LogFile(small_disk / "send.log", small_disk / "archives", limit_bytes=60_000)
    lines = [f"{number} {chance.randbytes(40).hex()}" for number in range(3000)]
    for line in lines:
        file.write_line(line)
    assert file.waiting, "the disk was never full"
    subprocess.run(["mount", "-o", "remount,size=4m", str(small_disk)], check=True)
    file.write_line("last")
    file.close()
    again = LogFile(small_disk / "send.log", small_disk / "archives", limit_bytes=60_000)
    again.finish_archiving()
    again.close()
    assert kept(small_disk) == [*lines, "last"]
    assert list((small_disk / "archives").glob("*.part")) == []


def test_ten_thousand_hostile_events_are_ten_thousand_lines_of_json(tmp_path):
    chance = random.Random(10)
    logs = Logs(tmp_path / "logs")
    fields = ("why", "action", "request_id", "upload_id", "patient_id", "ip")
    written = []
    try:
        log = logging.getLogger("kinometric.uploads")
        for _ in range(10_000):
            text = "".join(chance.choices(HOSTILE, k=chance.randrange(1, 6)))
            field = chance.choice(fields)
            if chance.random() < 0.5:
                log.warning("event", extra={field: text})
            else:
                log.warning(f"event{text}", extra={field: 1})
                field, text = "event", f"event{text}"
            written.append((field, text))
    finally:
        logs.close()
    content = (tmp_path / "logs" / "athena_send.log").read_bytes()
    archived = sorted((tmp_path / "logs" / "archives").glob("athena_send-*.gz"))
    content = b"".join(gzip.decompress(path.read_bytes()) for path in archived) + content
    assert not set(content) & set(range(10)) | set(content) & set(range(11, 32))
    lines = content.decode("ascii").splitlines()
    assert len(lines) == 10_000
    for line, (field, text) in zip(lines, written, strict=True):
        assert json.loads(line)[field] == text
