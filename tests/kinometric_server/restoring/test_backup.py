"""A backup is whole or refused, its keys are apart, and a restored installation sends nothing by itself."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from kinometric_server.database import PracticeScope
from kinometric_server.database.migrate import migrate
from kinometric_server.operations.backup import MANIFEST, back_up, read_manifest, restore
from kinometric_server.operations.server import open_server
from kinometric_server.operations.settings import SettingsError, layout
from kinometric_server.security.sealing import KeyRing, KeyRingError
from kinometric_server.uploads.tables import uploads
from kinometric_server.uploads.worker import UploadWorker
from tests.kinometric_server.postgresql_cluster import APPLICATION, OWNER


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
    from kinometric_server.operations.settings import write_settings

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
