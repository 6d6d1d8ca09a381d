"""kinometric-server for a clinic with PostgreSQL: init, serve, worker, migrate, doctor, admin, and roles it refuses."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, text

from kinometric_server.cli import main
from tests.kinometric_server.operations.test_commands import PASSWORD, SUPERADMIN, call, serving
from tests.kinometric_server.postgresql_cluster import APPLICATION, OWNER, SUPERUSER, Cluster

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def database(cluster: Cluster) -> Iterator[str]:
    """An empty database, as a clinic's IT makes it."""
    name = cluster.new_database(empty=True)
    yield name
    cluster.drop(name)


@pytest.fixture(scope="module")
def made(cluster: Cluster, database: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation on that database; no test changes what the next one needs."""
    folder = tmp_path_factory.mktemp("clinic") / "kinometric"
    roles = ["--database", cluster.url(APPLICATION, database), "--owner-database", cluster.url(OWNER, database)]
    assert main(["init", "--data", str(folder), "--password", PASSWORD, *roles]) == 0
    return folder


def with_settings(made: Path, tmp_path: Path, **changed: str) -> Path:
    """Copy the installation's settings and keys, with other databases."""
    folder = tmp_path / "kinometric"
    shutil.copytree(made, folder)
    settings: dict[str, Any] = json.loads((folder / "server.json").read_text())
    assert set(changed) <= set(settings), sorted(settings)
    (folder / "server.json").write_text(json.dumps({**settings, **changed}))
    return folder


def owner_says(cluster: Cluster, name: str, *statements: str) -> None:
    engine = create_engine(cluster.url(OWNER, name))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def connections(cluster: Cluster, name: str) -> int:
    """Count who is connected to a database."""
    engine = create_engine(cluster.url(SUPERUSER, "postgres"))
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name")
        found = connection.execute(query, {"name": name}).scalar_one()
    engine.dispose()
    return int(found)


def test_the_doctor_finds_a_fresh_installation_healthy(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--data", str(made)]) == 0
    shown = capsys.readouterr().out
    assert "BAD" not in shown
    assert "can't get round row level security" in shown


def test_a_server_answers_and_the_audit_trail_is_whole_afterwards(made: Path) -> None:
    with serving(made, "--no-worker") as (address, _):
        token = call(address, "/v1/auth/sign-in", SUPERADMIN).json()["token"]
        assert call(address, "/v1/practices", {"name": "Quay Clinic", "slug": "quay"}, token).status_code == 201
        ready = httpx.get(address + "/readyz", timeout=60, trust_env=False)
        assert (ready.status_code, set(ready.json()["checks"].values())) == (200, {True})
    assert main(["audit", "verify", "--data", str(made)]) == 0


def test_a_worker_is_a_process_of_its_own_and_ends_when_told(made: Path, cluster: Cluster, database: str) -> None:
    program = [sys.executable, "-m", "kinometric_server.cli", "worker", "--data", str(made)]
    worker = subprocess.Popen(program, stderr=subprocess.PIPE, text=True)
    try:
        while not connections(cluster, database):
            with pytest.raises(subprocess.TimeoutExpired):
                worker.wait(0.05)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
        assert worker.stderr is not None
        assert worker.stderr.read() == ""
    finally:
        worker.kill()
        worker.communicate()


def test_the_console_looks_after_users_here_too(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(made)]
    assert main(["admin", "add-superadmin", *data, "second", "--password", PASSWORD]) == 0
    assert main(["admin", "add-superadmin", *data, "second", "--password", PASSWORD]) == 2
    assert main(["admin", "disable-user", *data, "second"]) == 0
    assert main(["admin", "enable-user", *data, "second"]) == 0
    capsys.readouterr()
    assert main(["audit", "verify", *data]) == 0
    assert "Intact" in capsys.readouterr().out


def test_a_second_installation_in_the_same_database_is_refused(
    made: Path, cluster: Cluster, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roles = ["--database", cluster.url(APPLICATION, database), "--owner-database", cluster.url(OWNER, database)]
    assert main(["init", "--data", str(tmp_path / "other"), "--password", PASSWORD, *roles]) == 2
    assert "already holds an installation" in capsys.readouterr().err


def test_an_empty_and_an_older_database_are_named_and_migrate_makes_the_schema(
    made: Path, cluster: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = cluster.new_database(empty=True)
    urls = {"database": cluster.url(APPLICATION, name), "owner_database": cluster.url(OWNER, name)}
    folder = with_settings(made, tmp_path, **urls)
    assert main(["migrate", "--data", str(folder)]) == 0
    assert "at revision" in capsys.readouterr().out
    assert main(["migrate", "--data", str(folder)]) == 0
    owner_says(cluster, name, "UPDATE alembic_version SET version_num = '0001'")
    capsys.readouterr()
    assert main(["serve", "--data", str(folder), "--port", "0"]) == 2
    assert "older than this program" in capsys.readouterr().err
    cluster.drop(name)


@pytest.mark.parametrize(("role", "word"), [(OWNER, "owns"), (SUPERUSER, "superuser")])
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_neither_server_nor_worker_starts_as_owner_or_superuser(
    made: Path, cluster: Cluster, database: str, tmp_path: Path, role: str, word: str, command: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    folder = with_settings(made, tmp_path, database=cluster.url(role, database))
    options = ["--port", "0"] if command == "serve" else []
    assert main([command, "--data", str(folder), *options]) == 2
    assert word in capsys.readouterr().err


def test_a_table_without_its_policy_stops_the_start_and_migrate_mends_it(
    made: Path, cluster: Cluster, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    owner_says(cluster, database, "ALTER TABLE uploads DISABLE ROW LEVEL SECURITY")
    assert main(["serve", "--data", str(made), "--port", "0"]) == 2
    assert "kinometric-server migrate" in capsys.readouterr().err
    assert main(["doctor", "--data", str(made)]) == 1
    assert "BAD  database role" in capsys.readouterr().out
    assert main(["migrate", "--data", str(made)]) == 0
    assert main(["doctor", "--data", str(made)]) == 0


@pytest.mark.parametrize(
    ("database_role", "owner_role", "word"),
    [(OWNER, None, "two roles"), (OWNER, OWNER, "two roles"), (SUPERUSER, OWNER, "superuser")],
)
def test_an_init_with_roles_that_can_not_serve_makes_nothing(
    cluster: Cluster, tmp_path: Path, database_role: str, owner_role: str | None, word: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    name = cluster.new_database(empty=True)
    owner = [] if owner_role is None else ["--owner-database", cluster.url(owner_role, name)]
    options = ["--password", PASSWORD, "--database", cluster.url(database_role, name), *owner]
    assert main(["init", "--data", str(tmp_path / "new"), *options]) == 2
    assert word in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
    cluster.drop(name)
