"""Log files: archived at their size, and no line lost, doubled or cut by kills, full disks or other processes."""

from __future__ import annotations

import errno
import gzip
import json
import os
import stat
import subprocess
import sys
import textwrap

import pytest

from kinometric_server.operations import archive
from kinometric_server.operations.archive import LogFile

STEPS = ("move aside", "compress", "sync", "name", "remove the copy")


def all_lines(folder) -> list[str]:
    """Every line that is kept: a compressed copy counts once with the file it was made of."""
    kept: list[str] = []
    for path in sorted((folder / "archives").glob("send-*")):
        if path.suffix == ".gz":
            kept += gzip.decompress(path.read_bytes()).decode().splitlines()
        elif path.suffix == ".log" and not path.with_name(path.name + ".gz").exists():
            kept += path.read_text().splitlines()
    if (folder / "send.log").exists():
        kept += (folder / "send.log").read_text().splitlines()
    return kept


@pytest.fixture
def make(tmp_path):
    opened = []

    def made(**options):
        file = LogFile(tmp_path / "send.log", tmp_path / "archives", **options)
        opened.append(file)
        return file

    yield made
    for file in opened:
        file.close()


def test_a_full_file_is_compressed_into_a_dated_archive_and_every_line_is_kept(make, tmp_path):
    file = make(limit_bytes=1000)
    for number in range(200):
        file.write_line(f"line {number}")
    archives = list((tmp_path / "archives").glob("*.gz"))
    assert len(archives) == 1
    assert stat.S_IMODE(archives[0].stat().st_mode) == 0o640
    assert all_lines(tmp_path) == [f"line {number}" for number in range(200)]


def test_the_archive_is_the_same_whenever_it_is_made(make, tmp_path):
    file = make(limit_bytes=100)
    for number in range(20):
        file.write_line(f"line {number}")
    packed = next((tmp_path / "archives").glob("*.gz")).read_bytes()
    assert packed[4:8] == b"\0\0\0\0"


def test_line_breaks_and_escapes_in_an_event_stay_in_one_line(make, tmp_path):
    file = make()
    file.write_line('{"event":"a\\u001b"}\r\nforged\u2028line\x1b[0m')
    assert len((tmp_path / "send.log").read_bytes().splitlines()) == 1
    assert len((tmp_path / "send.log").read_text().splitlines()) == 1


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_of_archiving_loses_and_doubles_nothing(tmp_path, step):
    program = textwrap.dedent(f"""
        import os, signal
        from pathlib import Path
        from kinometric_server.operations.archive import LogFile

        def step(name):
            if name == {step!r}:
                os.kill(os.getpid(), signal.SIGKILL)

        folder = Path({str(tmp_path)!r})
        file = LogFile(folder / "send.log", folder / "archives", limit_bytes=600, step=step)
        for number in range(100):
            print(number, flush=True)
            file.write_line(f"line {{number}}")
    """)
    killed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert killed.returncode == -9
    written = int(killed.stdout.split()[-1]) + 1
    again = LogFile(tmp_path / "send.log", tmp_path / "archives", limit_bytes=600)
    again.finish_archiving()
    again.write_line("after")
    again.close()
    assert all_lines(tmp_path) == [*(f"line {number}" for number in range(written)), "after"]
    assert list((tmp_path / "archives").glob("*.part")) == []
    assert list((tmp_path / "archives").glob("send-*.log")) == []


def test_several_processes_write_one_file_and_archive_it(tmp_path):
    program = textwrap.dedent(f"""
        import sys
        from pathlib import Path
        from kinometric_server.operations.archive import LogFile

        file = LogFile(Path({str(tmp_path / "send.log")!r}), Path({str(tmp_path / "archives")!r}), limit_bytes=2000)
        for number in range(150):
            file.write_line(f"{{sys.argv[1]}} {{number}}")
    """)
    running = [subprocess.Popen([sys.executable, "-c", program, name]) for name in "abc"]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert sorted(all_lines(tmp_path)) == sorted(f"{name} {number}" for name in "abc" for number in range(150))


def test_a_full_disk_keeps_the_line_until_it_can_be_written(make, tmp_path, monkeypatch):
    file = make()
    file.write_line("before")
    real = os.write

    def full(handle, content):
        real(handle, content[:3])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive.os, "write", full)
    file.write_line("during")
    assert (tmp_path / "send.log").read_text() == "before\n"
    monkeypatch.setattr(archive.os, "write", real)
    file.write_line("after")
    assert all_lines(tmp_path) == ["before", "during", "after"]


def test_a_disk_that_fills_up_while_compressing_keeps_the_plain_file(make, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive.shutil, "copyfileobj", full)
    file = make(limit_bytes=50)
    for number in range(20):
        file.write_line(f"line {number}")
    assert all_lines(tmp_path) == [f"line {number}" for number in range(20)]
    monkeypatch.undo()
    file.finish_archiving()
    assert list((tmp_path / "archives").glob("send-*.log")) == []
    assert all_lines(tmp_path) == [f"line {number}" for number in range(20)]


def test_a_line_that_a_power_cut_left_unended_is_ended(tmp_path, make):
    (tmp_path / "send.log").write_text("half a li")
    make().write_line(json.dumps({"event": "next"}))
    assert (tmp_path / "send.log").read_text().splitlines() == ["half a li", '{"event": "next"}']
