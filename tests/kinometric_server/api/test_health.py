"""The probes for the machine that the server runs on."""

from __future__ import annotations

import pytest


def test_a_running_server_is_alive_and_says_what_is_not_ready(anonymous, database):
    if not database.is_sqlite:
        pytest.skip("this test needs a database that was made without migrations")
    assert anonymous.get("/healthz").json() == {"ready": True, "checks": {}}
    answer = anonymous.get("/readyz")
    checks = answer.json()["checks"]
    assert set(checks) == {"database", "migrations", "keys", "disk", "audit"}
    # The test's database was made without migrations, which the probe must notice.
    assert (answer.status_code, checks["migrations"], checks["database"]) == (503, False, True)
