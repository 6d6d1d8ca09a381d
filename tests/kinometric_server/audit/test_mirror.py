"""athena_hipaa_audit.log mirrors the audit trail, whatever happens in between."""

from __future__ import annotations

import gzip
import json

from kinometric_server.audit import record
from kinometric_server.database import PracticeScope
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


def test_it_goes_on_after_the_mirror_was_archived(server, settings, clock, clinic):
    add(server, clinic, 3)
    plain = settings.logs / "athena_hipaa_audit.log"
    packed = settings.logs / "archives" / "athena_hipaa_audit-20260101T000000Z-0000.log.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    open_server(settings, clock=clock).close()
    assert not plain.exists()
    add(server, clinic, 1)
    assert [line["seq"] for line in lines(settings)] == [4]
