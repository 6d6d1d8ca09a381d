"""A backup is whole or refused, its keys are apart, and a restored installation sends nothing by itself."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest
from sqlalchemy import select

from kinometric_server.accounts.tables import sessions
from kinometric_server.audit import record
from kinometric_server.audit.tables import incidents
from kinometric_server.cli import main
from kinometric_server.database import Actor, PracticeScope
from kinometric_server.database.migrate import migrate
from kinometric_server.operations import backup
from kinometric_server.operations.backup import MANIFEST, back_up, read_manifest, restore
from kinometric_server.operations.health import look
from kinometric_server.operations.quarantine import look_for_rollback
from kinometric_server.operations.server import open_server
from kinometric_server.operations.serving import open_for_serving
from kinometric_server.operations.settings import SettingsError, layout, write_settings
from kinometric_server.security.sealing import KeyRing, KeyRingError
from kinometric_server.uploads.tables import uploads
from kinometric_server.uploads.worker import UploadWorker
from tests.kinometric_server.postgresql_cluster import APPLICATION, OWNER
from tests.kinometric_server.uploads.quick_orders import QuickOrders


@pytest.fixture
def current(settings):
    """The settings of an installation whose schema came from the migrations, as ``init`` makes it."""
    if settings.owner_url is None:
        from kinometric_server.database.engine import make_engine

        (settings.data / "kinometric.sqlite3").unlink()
        engine = make_engine(settings.database_url)
        migrate(engine)
        engine.dispose()
    return settings


@pytest.fixture
def server(current, clock):
    made = open_server(current, clock=clock)
    yield made
    made.close()


@pytest.fixture
def destination(settings, tmp_path, request):
    """Where to restore to: the arguments of ``restore`` after the backup's folder."""
    root = tmp_path / "restored"
    if settings.owner_url is None:
        yield (root, settings.keys), {}
        return
    cluster = request.getfixturevalue("cluster")
    name = cluster.new_database(empty=True)
    yield (
        (root, settings.keys),
        {
            "database_url": cluster.url(APPLICATION, name),
            "owner_url": cluster.url(OWNER, name),
        },
    )
    cluster.drop(name)


def test_a_restored_backup_holds_everything_and_parks_what_was_pending(
    server, current, tmp_path, at_work, bob, ready_session, destination, standin
):
    upload = at_work.queued(bob, ready_session)
    folder = back_up(current, tmp_path / "backups")
    at_work.work()
    assert at_work.state(bob, upload)["state"] == "filed"
    filed = len(at_work.documents())

    places, options = destination
    done = restore(folder, *places, **options)
    assert (done.parked, done.sessions_ended >= 1) == (1, True)
    again = open_server(replace(done.settings, test_endpoints=(standin.base_url,)), clock=server.clock)
    scope = PracticeScope.of_worker(at_work.clinic.practice_a)
    UploadWorker(again).work_once()
    with again.database.reading(scope) as unit:
        rows = unit.all(select(uploads.c.state, uploads.c.sha256).where(uploads.c.practice_id == unit.practice_id))
    again.close()
    assert [row.state for row in rows] == ["outcome_unknown"]
    assert len(at_work.documents()) == filed


def test_a_backup_holds_no_key(server, current, tmp_path, clinic):
    folder = back_up(current, tmp_path / "backups")
    secrets = [key.secret for key in KeyRing.load(current.keys).keys]
    for path in folder.iterdir():
        content = path.read_bytes()
        assert not any(secret in content or secret.hex().encode() in content for secret in secrets)
    assert set(json.loads((folder / MANIFEST).read_text())["key_ids"]) == {key.key_id for key in server.keys.keys}


def test_a_damaged_backup_is_refused(server, current, tmp_path, clinic, destination):
    folder = back_up(current, tmp_path / "backups")
    file = folder / read_manifest(folder).file
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    places, options = destination
    with pytest.raises(SettingsError, match="damaged"):
        restore(folder, *places, **options)
    assert not (places[0] / "server.json").exists()


def test_a_backup_without_its_keys_is_refused(server, current, tmp_path, clinic, destination):
    folder = back_up(current, tmp_path / "backups")
    KeyRing.create(tmp_path / "other keys")
    places, options = destination
    with pytest.raises(KeyRingError, match="missing"):
        restore(folder, places[0], tmp_path / "other keys", **options)


def test_nothing_is_restored_over_an_installation(server, current, tmp_path, clinic):
    folder = back_up(current, tmp_path / "backups")
    write_settings(current)
    with pytest.raises(SettingsError, match="already holds"):
        restore(folder, current.root, current.keys)


def test_a_failing_backup_leaves_nothing_that_looks_like_one(current, tmp_path, server, clinic, monkeypatch):
    from kinometric_server.operations import backup

    def broken(*_):
        raise SettingsError("pg_dump failed")

    monkeypatch.setattr(backup, "_copy_out", broken)
    with pytest.raises(SettingsError):
        back_up(current, tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_folder_that_is_no_backup_is_named(tmp_path):
    with pytest.raises(SettingsError, match="not a backup"):
        restore(tmp_path, tmp_path / "x", tmp_path / "keys")
    assert layout(tmp_path).root == tmp_path


@pytest.fixture
def file_copied_back(server, current, at_work, bob, tmp_path, standin, clock):
    """An installation whose database file was replaced by an earlier copy, after its pending upload was filed."""
    if not server.database.is_sqlite:
        pytest.skip("the file of the embedded database is copied")
    orders = QuickOrders(at_work, bob.scope)
    upload_id = orders.order()
    with server.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
    shutil.copy(current.data / "kinometric.sqlite3", tmp_path / "earlier.sqlite3")
    at_work.work()
    assert len(at_work.documents()) == 1
    server.close()
    for path in current.data.glob("kinometric.sqlite3*"):
        path.unlink()
    shutil.copy(tmp_path / "earlier.sqlite3", current.data / "kinometric.sqlite3")
    write_settings(current)
    return upload_id


def test_an_earlier_copy_of_the_database_sends_nothing_again_and_is_named(
    file_copied_back, current, at_work, standin, capsys
):
    again = open_for_serving(current.root, standin.base_url)
    try:
        scope = PracticeScope.of_worker(at_work.clinic.practice_a)
        UploadWorker(again).work_once()
        with again.database.reading(scope) as unit:
            rows = unit.all(select(uploads.c.state).where(uploads.c.practice_id == unit.practice_id))
        with again.database.reading_outside(Actor()) as unit:
            alarms = unit.all(select(incidents.c.kind).where(incidents.c.kind == "database_rolled_back"))
            open_sessions = unit.all(select(sessions.c.ended_at).where(sessions.c.ended_at.is_(None)))
        assert [row.state for row in rows] == ["outcome_unknown"]
        assert len(at_work.documents()) == 1
        assert (len(alarms), open_sessions) == (1, [])
        assert not next(check for check in look(again) if check.name == "audit").good
    finally:
        again.close()
    # Started once more it is the same rollback, not a new one; the audit goes on naming what was lost.
    third = open_for_serving(current.root, standin.base_url)
    with third.database.reading_outside(Actor()) as unit:
        assert len(unit.all(select(incidents.c.kind).where(incidents.c.kind == "database_rolled_back"))) == 1
    third.close()
    assert main(["audit", "verify", "--data", str(current.root)]) == 1
    assert "cut off" in capsys.readouterr().out


def test_a_database_that_is_as_new_as_its_anchors_is_left_alone(server, clinic):
    scope = PracticeScope.of_worker(clinic.practice_a)
    with server.database.writing(scope) as unit:
        record(unit, scope, "patient_read", "patient", "p")
    assert look_for_rollback(server) is None


def test_what_is_anchored_while_a_backup_is_made_does_not_alarm_after_it_is_restored(
    server, current, tmp_path, clinic, clock, destination, monkeypatch, capsys
):
    scope = PracticeScope.of_worker(clinic.practice_a)

    def work():
        clock.advance(minutes=6)
        with server.database.writing(scope) as unit:
            record(unit, scope, "patient_read", "patient", "p")

    copy_out = backup._copy_out

    def busy_meanwhile(*places):
        work()
        copy_out(*places)
        work()
        work()

    monkeypatch.setattr(backup, "_copy_out", busy_meanwhile)
    work()
    folder = back_up(current, tmp_path / "backups")
    places, options = destination
    restore(folder, *places, **options)
    assert main(["audit", "verify", "--data", str(places[0])]) == 0
    assert "anchored to entry" in capsys.readouterr().out


def test_a_backup_of_an_earlier_version_whose_anchors_are_younger_than_its_database_does_not_alarm_either(
    server, current, tmp_path, clinic, clock, destination
):
    scope = PracticeScope.of_worker(clinic.practice_a)
    with server.database.writing(scope) as unit:
        record(unit, scope, "patient_read", "patient", "p")
    folder = back_up(current, tmp_path / "backups")
    clock.advance(minutes=6)
    with server.database.writing(scope) as unit:
        record(unit, scope, "patient_read", "patient", "p")
    shutil.copy(current.root / "anchors" / "audit_anchors.log", folder / "audit_anchors.log")
    places, options = destination
    restore(folder, *places, **options)
    assert main(["audit", "verify", "--data", str(places[0])]) == 0
