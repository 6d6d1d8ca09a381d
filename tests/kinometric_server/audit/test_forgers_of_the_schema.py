"""What a forger does to the tables themselves, and what happens beside a server that goes on writing."""

from __future__ import annotations

import gzip
import json
import threading

import pytest

from kinometric_server.audit import record
from kinometric_server.audit.mirror import lines_of
from kinometric_server.audit.places import verify_with_places
from kinometric_server.audit.verify import at_one_moment, verify
from kinometric_server.cli import main
from kinometric_server.database import PracticeScope
from kinometric_server.operations.server import anchor_files
from kinometric_server.operations.settings import write_settings
from tests.kinometric_server.audit.forging import anchor_now, fill, owner_engine, secret_of


def whats(verdict):
    return [problem.what for problem in verdict.problems]


def test_a_view_in_the_place_of_the_table_is_named(server, forger):
    anchors = anchor_now(server)
    forger.exec_driver_sql("ALTER TABLE audit_entries RENAME TO as_it_was")
    forger.exec_driver_sql("CREATE VIEW audit_entries AS SELECT * FROM as_it_was")
    assert whats(verify(forger, secret_of(server), anchors)) == ["audit_entries is not the plain table that it was"]
    forger.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY",
        "CREATE TABLE more () INHERITS (audit_entries)",
        "CREATE RULE quiet AS ON INSERT TO audit_entries DO INSTEAD NOTHING",
        "ALTER TABLE audit_head ENABLE ROW LEVEL SECURITY",
    ],
)
def test_what_would_show_the_server_other_entries_than_the_verifier_is_named(server, forger, statement):
    if server.database.is_sqlite:
        pytest.skip("SQLite has neither policies nor rules nor inheritance")
    anchors = anchor_now(server)
    forger.exec_driver_sql(statement)
    assert "is not the plain table that it was" in whats(verify(forger, secret_of(server), anchors))[0]
    forger.rollback()


def test_a_schema_named_like_the_role_puts_no_other_table_before_the_trail(server, forger, request):
    if server.database.is_sqlite:
        pytest.skip("SQLite has no schemas")
    cluster = request.getfixturevalue("cluster")
    anchors = anchor_now(server)
    owner = forger.exec_driver_sql("SELECT current_user").scalar_one()
    name = forger.exec_driver_sql("SELECT current_database()").scalar_one()
    with cluster._inside(name) as superuser:
        superuser.exec_driver_sql(f"CREATE SCHEMA {owner} AUTHORIZATION {owner}")
    forger.exec_driver_sql(f"CREATE TABLE {owner}.audit_entries AS SELECT * FROM public.audit_entries")
    forger.exec_driver_sql("UPDATE public.audit_entries SET outcome = 'denied' WHERE seq = 7")
    forger.commit()
    engine = owner_engine(server)
    with engine.connect() as connection:
        assert not verify(connection, secret_of(server), anchors).intact
    engine.dispose()


def test_the_verifier_sees_one_moment_while_others_write(server, clinic):
    fill(server, clinic, 5)
    engine = owner_engine(server)
    with at_one_moment(engine) as connection:
        connection.exec_driver_sql("SELECT count(*) FROM audit_entries").scalar_one()
        fill(server, clinic, 3)
        verdict = verify(connection, secret_of(server), [])
    engine.dispose()
    assert (whats(verdict), verdict.rows) == ([], 5)


def test_anchors_cut_off_in_every_place_are_missed(server, clinic, clock):
    fill(server, clinic, 2)
    (place,) = anchor_files(server.settings)
    for _ in range(5):
        clock.advance(minutes=6)
        fill(server, clinic, 1)
    engine = owner_engine(server)

    def found():
        with engine.connect() as connection:
            return whats(verify_with_places(connection, secret_of(server), [place])[0])

    lines = place.read_text().splitlines(keepends=True)
    assert (len(lines), found()) == (6, [])
    place.write_text("".join(lines[:3]))
    assert found() == [], "so many may be missing because processes were killed"
    place.write_text("".join(lines[:1]))
    assert found() == ["anchors are missing after this entry: they were cut off, or could not be written"]
    place.unlink()
    assert found() == ["there are no anchors in any place, though the first entry makes one"]
    engine.dispose()


def test_a_thousand_entries_within_five_minutes_owe_an_anchor_too(server, clinic, clock):
    fill(server, clinic, 1)
    server.database.after_commit = None
    scope = PracticeScope.of_worker(clinic.practice_a)
    for _ in range(8):
        clock.advance(seconds=1)
        with server.database.writing(scope) as unit:
            for _ in range(200):
                record(unit, scope, "patient_read", "patient", "p")
    engine = owner_engine(server)
    with engine.connect() as connection:
        verdict, _ = verify_with_places(connection, secret_of(server), anchor_files(server.settings))
    engine.dispose()
    assert whats(verdict) == ["anchors are missing after this entry: they were cut off, or could not be written"]


def test_the_command_reads_the_mirror_and_says_what_is_wrong_with_it(server, clinic, settings, capsys):
    fill(server, clinic, 9)
    server.anchors.note(*_head(server), server.clock(), must=True)
    write_settings(settings)
    assert main(["audit", "verify", "--data", str(settings.root)]) == 0
    assert "9 lines of the mirror checked." in capsys.readouterr().out
    mirror = settings.logs / "athena_hipaa_audit.log"
    lines = mirror.read_text().splitlines()
    lines[3] = json.dumps({**json.loads(lines[3]), "object_id": "p9"}, separators=(",", ":"))
    mirror.write_text("\n".join(lines) + "\n")
    assert main(["audit", "verify", "--data", str(settings.root)]) == 1
    said = capsys.readouterr().out
    assert "Entry 4: the line in the mirror was changed or is of another trail." in said


def _head(server):
    with server.database.engine.connect() as connection:
        return tuple(connection.exec_driver_sql("SELECT seq, mac FROM audit_head").one())


def test_nothing_alarms_while_the_server_writes_anchors_and_archives_its_logs(server, clinic, settings, clock, capsys):
    fill(server, clinic, 1)
    write_settings(settings)
    server.logs.mirror.limit_bytes = 3000  # an archive every few entries

    def write():
        for _ in range(40):
            clock.advance(minutes=1)
            fill(server, clinic, 4)

    writer = threading.Thread(target=write)
    writer.start()
    answers = []
    try:
        while writer.is_alive() or not answers:
            answers.append(main(["audit", "verify", "--data", str(settings.root)]))
    finally:
        writer.join()
    said = capsys.readouterr().out
    assert set(answers) == {0}, said
    assert len(answers) > 2
    assert len(list((settings.logs / "archives").glob("athena_hipaa_audit-*.log.gz"))) > 10
    assert main(["audit", "verify", "--data", str(settings.root)]) == 0
    assert "161 lines of the mirror checked." in capsys.readouterr().out


def test_a_file_that_is_compressed_while_it_is_looked_for_is_read_in_its_archive(tmp_path):
    plain = tmp_path / "athena_hipaa_audit-20260101T000000Z-0000.log"
    plain.with_name(f"{plain.name}.gz").write_bytes(gzip.compress(b"one\ntwo\n"))
    assert lines_of(plain) == [b"one\n", b"two\n"]
