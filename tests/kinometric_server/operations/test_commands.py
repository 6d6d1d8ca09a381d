"""kinometric-server as the clinic's IT uses it: init, serve, migrate, doctor, audit verify, admin."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import warnings
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert, select, update

from kinometric_server.accounts.tables import users
from kinometric_server.audit import record
from kinometric_server.cli import command_modules, main
from kinometric_server.database import Actor
from kinometric_server.operations.server import open_server
from kinometric_server.operations.settings import read_settings
from kinometric_server.practices.tables import installation, practices

PASSWORD = "Quiet meadow 77"
SUPERADMIN = {"username": "superadmin", "password": PASSWORD}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A fresh installation, to be copied by whoever changes it."""
    folder = tmp_path_factory.mktemp("made") / "kinometric"
    assert main(["init", "--data", str(folder), "--password", PASSWORD]) == 0
    return folder


@pytest.fixture
def folder(made, tmp_path) -> Path:
    """An installation of the test's own."""
    import json
    import shutil

    copy = tmp_path / "kinometric"
    shutil.copytree(made, copy)
    settings = json.loads((copy / "server.json").read_text())
    text = (copy / "server.json").read_text().replace(str(made), str(copy))
    (copy / "server.json").write_text(text)
    assert settings["keys"] == str(made / "keys")
    return copy


@contextmanager
def serving(folder, *options):
    """Run ``serve`` as a process on a free port; gives its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kinometric_server.cli", "serve", "--data", str(folder), "--port", "0", *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        yield re.search(r"https?://\S+", line).group(), process
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def call(address, path, body, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.post(address + path, json=body, headers=headers, timeout=60, trust_env=False)


def test_a_fresh_installation_serves_and_a_superadmin_sets_a_practice_up_by_the_api(folder):
    with serving(folder) as (address, _):
        token = call(address, "/v1/auth/sign-in", SUPERADMIN).json()["token"]
        practice = call(address, "/v1/practices", {"name": "Quay Clinic", "slug": "quay"}, token).json()
        enter = {"practice_id": practice["practice_id"], "reason": "Setting it up"}
        assert call(address, "/v1/me/practice", enter, token).status_code == 200
        scope = {"version": 1, "athena_environment": "none", "documents_write": True}
        assert call(address, "/v1/practice/scope", scope, token).json()["documents_write"] is True
        assert call(address, "/v1/departments", {"name": "Balance"}, token).status_code == 201
        new = {"username": "hope", "display_name": "Hope", "email": "", "password": PASSWORD + "x", "role": "admin"}
        assert call(address, "/v1/users", new, token).status_code == 201
        admin = call(address, "/v1/auth/sign-in", {"username": "hope", "password": PASSWORD + "x"}).json()
        own = {"old_password": PASSWORD + "x", "new_password": PASSWORD + "y"}
        assert call(address, "/v1/me/password", own, admin["token"]).status_code == 204
        person = {"lastname": "Prueba", "firstname": "Rosa", "born": "1944-09-23", "sex": "F", "is_sandbox": True}
        assert call(address, "/v1/patients", person, admin["token"]).status_code == 201
        ready = httpx.get(address + "/readyz", timeout=60, trust_env=False)
        assert (ready.status_code, set(ready.json()["checks"].values())) == (200, {True})
    assert main(["audit", "verify", "--data", str(folder)]) == 0
    assert "Quay" not in "".join(path.read_text() for path in (folder / "logs").glob("*.log"))


def test_a_killed_server_loses_nothing_that_it_acknowledged(folder, capsys):
    with serving(folder) as (address, process):
        token = call(address, "/v1/auth/sign-in", SUPERADMIN).json()["token"]
        for number in range(5):
            assert call(address, "/v1/practices", {"name": "X", "slug": f"x{number}"}, token).status_code == 201
        process.kill()
    with serving(folder) as (address, _):
        listed = httpx.get(
            address + "/v1/practices", headers={"Authorization": f"Bearer {token}"}, timeout=60, trust_env=False
        ).json()
        assert [one["slug"] for one in listed] == [f"x{number}" for number in range(5)]
    assert main(["audit", "verify", "--data", str(folder)]) == 0
    mirror = (folder / "logs" / "athena_hipaa_audit.log").read_text().splitlines()
    assert f"{len(mirror)} entries checked" in capsys.readouterr().out


def test_a_second_init_changes_nothing(folder, capsys):
    before = sorted((path.name, path.read_bytes()) for path in (folder / "keys").iterdir())
    assert main(["init", "--data", str(folder)]) == 2
    assert "already holds an installation" in capsys.readouterr().err
    assert sorted((path.name, path.read_bytes()) for path in (folder / "keys").iterdir()) == before


def test_an_init_that_is_refused_leaves_nothing_behind(tmp_path, capsys):
    folder = tmp_path / "new"
    for options in (["--password", "short"], ["--password", PASSWORD, "--username", "two words"]):
        assert main(["init", "--data", str(folder), *options]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert not folder.exists()
    assert main(["init", "--data", str(folder), "--password", PASSWORD]) == 0


def test_a_port_in_use_is_named(folder, capsys):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--data", str(folder), "--port", port, "--no-worker"]) == 2
    assert f"port {port}: Address already in use" in capsys.readouterr().err


def test_it_serves_tls_with_a_certificate_and_nothing_older_than_1_2(folder, tmp_path):
    import shutil
    import ssl

    if shutil.which("openssl") is None:
        pytest.skip("OpenSSL's program is needed to make a certificate.")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    with serving(folder, "--tls-cert", str(cert), "--tls-key", str(key), "--no-worker") as (address, _):
        assert address.startswith("https://")
        trusting = ssl.create_default_context(cafile=str(cert))
        assert httpx.get(address + "/v1/hello", timeout=60, verify=trusting, trust_env=False).status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(address + "/v1/hello", timeout=60, trust_env=False)
        old = ssl.create_default_context(cafile=str(cert))
        old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(httpx.ConnectError):
            httpx.get(address + "/v1/hello", timeout=60, verify=old, trust_env=False)


def test_init_shows_a_random_password_once_that_works(tmp_path, capsys):
    folder = tmp_path / "new"
    assert main(["init", "--data", str(folder), "--username", "Root"]) == 0
    password = re.search(r"shown this once\): (\S+)", capsys.readouterr().out).group(1)
    with serving(folder, "--no-worker") as (address, _):
        body = {"username": "root", "password": password}
        assert call(address, "/v1/auth/sign-in", body).json()["status"] == "signed_in"


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_nothing_in_an_installation_is_open_to_everybody(made):
    for path in [made, *made.rglob("*")]:
        assert path.stat().st_mode & 0o007 == 0, path


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--host", "0.0.0.0"], "in the clear"),
        (["--host", "192.0.2.1"], "in the clear"),
        (["--tls-cert", "/nonexistent.pem"], "both"),
        (["--tls-cert", "/nonexistent.pem", "--tls-key", "/nonexistent.pem"], "can't be read"),
        (["--allow-test-endpoint", "http://192.0.2.7:1"], "127.0.0.1"),
        (["--allow-test-endpoint", "https://127.0.0.1:1"], "127.0.0.1"),
        (["--allow-test-endpoint", "http://127.0.0.1:1/path"], "127.0.0.1"),
    ],
)
def test_serving_unsafely_is_refused_with_a_sentence(made, options, word, capsys):
    assert main(["serve", "--data", str(made), "--port", "0", *options]) == 2
    error = capsys.readouterr().err
    assert word in error
    assert error.count("\n") == 1


def change(folder, *statements):
    server = open_server(read_settings(folder))
    with server.database.writing_outside(Actor()) as unit:
        for statement in statements:
            unit.execute(statement)
    server.close()


def test_a_demo_database_is_not_served(folder, capsys):
    change(folder, insert(installation).values(name="demo", value="x"))
    assert main(["serve", "--data", str(folder), "--port", "0"]) == 2
    assert "made by the demo" in capsys.readouterr().err


def test_a_test_address_is_refused_beside_a_practice_that_is_connected_to_athenahealth(folder, capsys):
    server = open_server(read_settings(folder))
    now = server.clock()
    server.close()
    values = {"name": "x", "slug": "x", "created_at": now, "updated_at": now}
    change(folder, insert(practices).values(**values), update(practices).values(athena_environment="preview"))
    assert main(["serve", "--data", str(folder), "--port", "0", "--allow-test-endpoint", "http://127.0.0.1:1"]) == 2
    assert "no test address" in capsys.readouterr().err


def test_a_folder_that_is_no_installation_and_a_missing_key_are_named(folder, tmp_path, capsys):
    assert main(["serve", "--data", str(tmp_path / "nothing")]) == 2
    assert "kinometric-server init" in capsys.readouterr().err
    next((folder / "keys").glob("upload_blobs-*")).unlink()
    assert main(["serve", "--data", str(folder), "--port", "0"]) == 2
    assert "upload_blobs is missing" in capsys.readouterr().err


def test_the_doctor_finds_a_healthy_installation_and_says_what_is_wrong(folder, capsys):
    assert main(["doctor", "--data", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "journal_mode wal" in shown
    assert "BAD" not in shown
    import sqlite3

    with sqlite3.connect(folder / "data" / "kinometric.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    assert main(["doctor", "--data", str(folder)]) == 1
    assert "BAD  migrations" in capsys.readouterr().out


def test_verify_tells_a_forged_trail(folder, capsys):
    import sqlite3

    connection = sqlite3.connect(folder / "data" / "kinometric.sqlite3")
    connection.execute("DROP TRIGGER audit_entries_no_update")
    connection.execute("UPDATE audit_entries SET object_id = 'somebody else'")
    connection.commit()
    connection.close()
    assert main(["audit", "verify", "--data", str(folder)]) == 1
    assert "Entry 1: the entry was changed" in capsys.readouterr().out


def test_the_console_looks_after_users_and_it_is_audited(folder, capsys, monkeypatch):
    data = ["--data", str(folder)]
    assert main(["admin", "add-superadmin", *data, "second", "--password", PASSWORD]) == 0
    assert main(["admin", "add-superadmin", *data, "second", "--password", PASSWORD]) == 2
    assert main(["admin", "set-password", *data, "second", "--password", "short"]) == 2
    assert main(["admin", "set-password", *data, "second", "--password", "Another meadow 7"]) == 0
    assert main(["admin", "disable-user", *data, "second"]) == 0
    assert main(["admin", "enable-user", *data, "second"]) == 0
    assert main(["admin", "reset-second-factor", *data, "second"]) == 0
    assert main(["admin", "disable-user", *data, "nobody"]) == 2
    monkeypatch.setattr("getpass.getpass", lambda _: "the secret")
    assert main(["admin", "set-shared-credentials", *data, "client", "--environment", "preview"]) == 0
    assert main(["admin", "add-key", *data, "upload_blobs"]) == 0
    assert main(["admin", "add-key", *data, "audit"]) == 2
    assert len(list((folder / "keys").glob("upload_blobs-*"))) == 2
    assert main(["audit", "verify", *data]) == 0
    written = (folder / "logs" / "athena_hipaa_audit.log").read_text()
    assert "key_added" in written
    assert "the secret" not in written


def test_nothing_waits_for_whoever_types_a_password_or_a_secret_at_the_console(folder, monkeypatch):
    data = ["--data", str(folder)]

    def typed(_prompt):
        server = open_server(read_settings(folder), with_logs=False)
        try:  # somebody else writes meanwhile
            with server.database.writing_outside(Actor()) as unit:
                record(unit, Actor(), "users_read", "practice", None)
        finally:
            server.close()
        return PASSWORD

    monkeypatch.setattr("kinometric_server.database.engine.LOCK_TIMEOUT_S", 0.1)
    monkeypatch.setattr("getpass.getpass", typed)
    assert main(["admin", "add-superadmin", *data, "third"]) == 0
    assert main(["admin", "set-password", *data, "third"]) == 0
    assert main(["admin", "set-shared-credentials", *data, "client", "--environment", "preview"]) == 0
    server = open_server(read_settings(folder))
    with server.database.reading_outside(Actor()) as unit:
        third = unit.one(select(users).where(users.c.username == "third"))
    server.close()
    assert third.password_to_change, "what IT knows opens nothing but its own change"


def test_each_command_is_found_and_importing_them_is_cheap():
    names = {name.rsplit(".", 1)[1] for name in command_modules() if ".operations." in name}
    assert {"init", "serve", "migrate", "worker", "audit", "doctor", "admin", "backup", "openapi"} <= names
    program = "import sys; from kinometric_server.cli import parser; parser(); print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
