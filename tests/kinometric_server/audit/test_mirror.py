"""athena_hipaa_audit.log mirrors the audit trail, whatever happens in between."""

from __future__ import annotations

import errno
import gzip
import json
import os
import tracemalloc

from sqlalchemy.exc import OperationalError

from kinometric_server.audit import record
from kinometric_server.audit.mirror import Mirror, last_mirrored
from kinometric_server.database import PracticeScope
from kinometric_server.operations import archive
from kinometric_server.operations import server as operations
from kinometric_server.operations.server import open_server


def add(server, clinic, count):
    scope = PracticeScope.of_worker(clinic.practice_a)
    for number in range(count):
        with server.database.writing(scope) as unit:
            record(unit, scope, "patient_read", "patient", f"p{number}")


def lines(settings):
    return [json.loads(line) for line in (settings.logs / "athena_hipaa_audit.log").read_text().splitlines()]


def test_each_committed_entry_is_a_line_with_ids_only(server, settings, clinic, alice):
    alice.get("/v1/users")
    last = lines(settings)[-1]
    assert (last["action"], last["user_id"], last["practice_id"]) == ("users_read", alice.user_id, clinic.practice_a)
    assert (last["ip"], last["at"][:10]) == ("127.0.0.1", "2026-05-05")
    assert "alice" not in json.dumps(last).lower()


def test_what_a_crash_kept_from_the_mirror_is_added_at_the_next_start(server, settings, clock, clinic):
    add(server, clinic, 2)
    server.database.after_commit = None
    add(server, clinic, 3)
    assert len(lines(settings)) == 2
    again = open_server(settings, clock=clock)
    again.close()
    assert [line["seq"] for line in lines(settings)] == [1, 2, 3, 4, 5]
    open_server(settings, clock=clock).close()
    assert len(lines(settings)) == 5


def test_what_another_process_mirrors_while_this_one_starts_is_not_written_twice(
    server, settings, clock, clinic, monkeypatch
):
    add(server, clinic, 2)
    write, entered = Mirror.write, []

    def overtaken(mirror, entries, missing):
        if not entered:
            entered.append(mirror)
            add(server, clinic, 1)
        write(mirror, entries, missing)

    monkeypatch.setattr(Mirror, "write", overtaken)
    open_server(settings, clock=clock).close()
    assert entered
    assert [line["seq"] for line in lines(settings)] == [1, 2, 3]


def test_it_goes_on_after_the_mirror_was_archived(server, settings, clock, clinic):
    add(server, clinic, 3)
    plain = settings.logs / "athena_hipaa_audit.log"
    packed = settings.logs / "archives" / "athena_hipaa_audit-20260101T000000Z-0000.log.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    open_server(settings, clock=clock).close()
    assert plain.read_text() == ""
    add(server, clinic, 1)
    assert [line["seq"] for line in lines(settings)] == [4]


def test_an_entry_that_another_process_died_with_is_written_in_its_place(server, settings, clock, clinic):
    other = open_server(settings, clock=clock)
    tell = server.database.after_commit
    server.database.after_commit = None  # as if it died between its commit and its line
    add(server, clinic, 2)
    add(other, clinic, 1)
    server.database.after_commit = tell
    add(server, clinic, 1)
    other.close()
    assert [line["seq"] for line in lines(settings)] == [1, 2, 3, 4]


def test_what_somebody_else_has_mirrored_already_is_not_doubled(server, settings, clock, clinic):
    held = []
    tell, server.database.after_commit = server.database.after_commit, lambda unit: held.append(unit)
    add(server, clinic, 2)
    open_server(settings, clock=clock).close()
    for unit in held:
        tell(unit)
    assert [line["seq"] for line in lines(settings)] == [1, 2]


def test_a_full_disk_delays_the_mirror_and_loses_nothing(server, settings, clinic, monkeypatch):
    add(server, clinic, 1)
    real = os.write

    def full(handle, content):
        if b'"patient_read"' in content:
            real(handle, content[:40])
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, content)

    monkeypatch.setattr(archive.os, "write", full)
    add(server, clinic, 2)
    monkeypatch.undo()
    assert [line["seq"] for line in lines(settings)] == [1]
    add(server, clinic, 1)
    assert [line["seq"] for line in lines(settings)] == [1, 2, 3, 4]


def test_half_a_line_of_a_killed_process_is_ended_and_its_entry_written_again(server, settings, clinic):
    add(server, clinic, 2)
    plain = settings.logs / "athena_hipaa_audit.log"
    plain.write_bytes(plain.read_bytes()[:-30])
    add(server, clinic, 1)
    good = [json.loads(line)["seq"] for line in plain.read_text().splitlines() if line.endswith("}")]
    assert good == [1, 2, 3]


def archive_of(server, settings, entries):
    """Move the mirror aside as archiving does, with so many entries in it; return the archive."""
    plain = settings.logs / "athena_hipaa_audit.log"
    last = json.loads(plain.read_text().splitlines()[-1])
    written = "".join(
        json.dumps({**last, "seq": seq}) + "\n" for seq in range(last["seq"] - entries + 1, last["seq"] + 1)
    )
    packed = settings.logs / "archives" / "athena_hipaa_audit-20260101T000000Z-0000.log.gz"
    packed.write_bytes(gzip.compress(written.encode()))
    plain.unlink()
    return packed


def test_the_end_of_an_archive_is_found_without_holding_it_whole(server, settings, clinic):
    add(server, clinic, 2)
    archive_of(server, settings, 8000)
    folder = settings.logs / "archives"
    tracemalloc.start()
    try:
        assert last_mirrored(settings.logs / "athena_hipaa_audit.log", folder)[0] == 2
        assert tracemalloc.get_traced_memory()[1] < 512 * 1024
    finally:
        tracemalloc.stop()


def test_an_archive_with_a_damaged_end_keeps_nobody_from_working_and_its_entries_are_mirrored_again(
    server, settings, clinic
):
    add(server, clinic, 3)
    packed = archive_of(server, settings, 3)
    packed.write_bytes(packed.read_bytes()[:-60])
    add(server, clinic, 1)
    assert [line["seq"] for line in lines(settings)][-1] == 4
    assert {1, 2, 3, 4} - {line["seq"] for line in lines(settings)} <= {1, 2}


def test_a_database_that_fails_once_the_effect_is_safe_is_no_failure_of_the_request(
    server, settings, clinic, alice, monkeypatch, caplog
):
    tell = server.database.after_commit
    server.database.after_commit = None
    add(server, clinic, 1)  # an entry that the mirror lacks, so that it is asked of the database
    server.database.after_commit = tell

    def gone(*_):
        raise OperationalError("SELECT", {}, Exception("the server closed the connection"))

    with monkeypatch.context() as broken, caplog.at_level("CRITICAL", logger="kinometric.server"):
        broken.setattr(operations, "entries_between", gone)
        assert alice.get("/v1/users").status_code == 200
    assert alice.get("/v1/users").status_code == 200
    assert [line["seq"] for line in lines(settings)] == [1, 2, 3]
