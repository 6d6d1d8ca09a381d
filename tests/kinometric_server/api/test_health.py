"""The probes for the machine that the server runs on."""

from __future__ import annotations

import re
import shutil

import pytest

from kinometric_server.database.engine import make_engine
from kinometric_server.operations.health import look


def test_a_running_server_is_alive_and_says_what_is_not_ready(anonymous, database):
    if not database.is_sqlite:
        pytest.skip("this test needs a database that was made without migrations")
    assert anonymous.get("/healthz").json() == {"ready": True, "checks": {}}
    answer = anonymous.get("/readyz")
    checks = answer.json()["checks"]
    assert set(checks) == {"database", "migrations", "keys", "disk", "audit"}
    # The test's database was made without migrations, which the probe must notice.
    assert (answer.status_code, checks["migrations"], checks["database"]) == (503, False, True)


def checks(client):
    answer = client.get("/readyz")
    body = answer.json()
    assert (answer.status_code == 200) is body["ready"] is all(body["checks"].values()), answer.text
    return {name for name, good in body["checks"].items() if not good}


@pytest.fixture
def owner(server):
    """A connection of the schema's owner."""
    engine = make_engine(server.settings.owner_url or server.settings.database_url)
    with engine.connect().execution_options(kinometric_writes=True) as connection:
        yield connection
    engine.dispose()


def test_a_table_that_is_gone_is_an_answer_and_not_a_failure(anonymous, owner, server):
    usual = checks(anonymous)
    owner.exec_driver_sql("ALTER TABLE audit_head RENAME TO elsewhere")
    owner.commit()
    assert checks(anonymous) - usual == {"database", "audit"}
    owner.exec_driver_sql("ALTER TABLE elsewhere RENAME TO audit_head")
    owner.commit()
    assert checks(anonymous) == usual
    assert anonymous.get("/healthz").json() == {"ready": True, "checks": {}}


def test_a_missing_key_a_full_disk_and_an_older_database_are_told_apart(anonymous, server, owner, alice, tmp_path):
    usual = checks(anonymous)
    alice.get("/v1/users")
    server.anchors.note(10**6, "f" * 64, server.clock(), must=True)
    assert checks(anonymous) - usual == {"audit"}
    shutil.copytree(server.settings.keys, tmp_path / "kept")
    key = next(server.settings.keys.glob("audit-*.key"))
    try:
        key.unlink()
        assert checks(anonymous) - usual == {"audit", "keys"}
    finally:
        shutil.copy2(tmp_path / "kept" / key.name, key)
    folder = server.settings.data
    folder.rename(folder.with_name("moved"))
    try:
        assert "disk" in checks(anonymous)
    finally:
        folder.with_name("moved").rename(folder)
    assert checks(anonymous) - usual == {"audit"}


def test_what_is_said_to_the_console_names_the_kind_of_failure_and_nobody(server, owner):
    owner.exec_driver_sql("ALTER TABLE audit_head RENAME TO elsewhere")
    owner.commit()
    said = {check.name: check.said for check in look(server)}
    assert re.fullmatch(r"can't be written \(\w+Error\)", said["database"])
    assert re.fullmatch(r"can't be looked at \(\w+Error\)", said["audit"])
