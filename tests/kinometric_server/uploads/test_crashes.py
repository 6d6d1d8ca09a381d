"""A crash at every named point, and a kill -9 of the real server, leave an upload filed once or of unknown outcome."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from alembic import command

from kinometric_server.database.migrate import alembic_config
from kinometric_server.operations.settings import write_settings
from kinometric_server.uploads.fault_points import POINTS, VARIABLE
from tests.kinometric_server.connected_clinic import AtWork, ok, refused

ROOT = Path(__file__).parents[3]


def _crash_at(point: str, at_work: AtWork, bob: Any, order: dict[str, Any], key: str) -> int:
    settings = at_work.server.settings
    asked = {
        "root": str(settings.root),
        "database": settings.database_url,
        "keys": str(settings.keys),
        "standin": at_work.standin.base_url,
        "now": at_work.server.clock().isoformat(),
        "practice": at_work.clinic.practice_a,
        "user": bob.user_id,
        "department": at_work.clinic.physical_therapy,
        "order": order,
        "key": key,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.kinometric_server.uploads.crash_runner"],
        input=json.dumps(asked),
        env={**os.environ, VARIABLE: point},
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr[-2000:]
    return done.returncode


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("point", POINTS)
def test_a_crash_at_a_named_point_neither_loses_nor_doubles(
    point: str, at_work: AtWork, bob: Any, ready_session: dict[str, Any]
) -> None:
    order = at_work.order(bob, ready_session, at_work.preview(bob, ready_session))
    key = uuid4().hex
    assert _crash_at(point, at_work, bob, order, key) == -signal.SIGKILL

    # The workstation heard nothing and asks again with the same key; then the queue is worked as after a restart.
    upload = at_work.upload(bob, order, key).json()
    at_work.work()
    at_work.work()
    state = at_work.state(bob, upload)["state"]
    documents = at_work.documents()
    assert len(documents) <= 1
    if state == "filed":
        assert len(documents) == 1
    else:
        assert state == "outcome_unknown"
        assert point in ("worker.after_claim_commit", "worker.after_post", "worker.before_finish_commit")


class ServerProcess:
    """The real server, started from the command line."""

    def __init__(self, root: Path, standin_url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kinometric_server.cli", "serve", "--data", str(root), "--port", "0",
             "--allow-test-endpoint", standin_url],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert "http://" in line, "the server did not start"
        self.client = httpx.Client(
            base_url=line.split()[-1], timeout=30, trust_env=False, headers={"Kinometric-User-Action": "1"}
        )

    def sign_in(self) -> None:
        from tests.kinometric_server.conftest import PASSWORD

        answer = ok(self.client.post("/v1/auth/sign-in", json={"username": "bob", "password": PASSWORD}))
        self.client.headers["Authorization"] = f"Bearer {answer['token']}"

    def post(self, path: str, body: Any, **more: Any) -> httpx.Response:
        return self.client.post(path, json=body, **more)

    def kill(self) -> None:
        self.process.kill()
        self.end()

    def end(self) -> None:
        self.client.close()
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(30)
        if self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture
def installation(at_work: AtWork) -> Path:
    """The test's database as an installation that the command line can serve."""
    if not at_work.server.database.is_sqlite:
        pytest.skip("the command line is tried on the embedded database")
    write_settings(at_work.server.settings)
    engine = at_work.server.database.engine
    with engine.connect().execution_options(kinometric_writes=True) as connection, connection.begin():
        command.stamp(alembic_config(connection), "head")
    return at_work.server.settings.root


@pytest.fixture
def started() -> Iterator[list[ServerProcess]]:
    running: list[ServerProcess] = []
    yield running
    for each in running:
        each.end()


def _until(what: Any, seconds: float = 40.0) -> Any:
    """Wait for `what` to be true; the server and the stand-in answer in their own time."""
    ticks = threading.Event()
    for _ in range(int(seconds / 0.05)):
        found = what()
        if found:
            return found
        ticks.wait(0.05)
    raise AssertionError("what was waited for did not happen")


def test_kill_nine_in_the_middle_of_an_upload_never_doubles_it(
    at_work: AtWork, bob: Any, ready_session: dict[str, Any], installation: Path, started: list[ServerProcess]
) -> None:
    order = at_work.order(bob, ready_session, at_work.preview(bob, ready_session))
    at_work.faults({"method": "POST", "path": "*/clinicaldocument", "connection": "stall_after"})
    first = ServerProcess(installation, at_work.standin.base_url)
    started.append(first)
    first.sign_in()
    upload = ok(first.post("/v1/uploads", order, headers={"Idempotency-Key": uuid4().hex}), 202)
    _until(lambda: len(at_work.documents()) == 1)
    first.kill()
    at_work.faults()

    second = ServerProcess(installation, at_work.standin.base_url)
    started.append(second)
    second.sign_in()
    path = f"/v1/uploads/{upload['upload_id']}"
    unknown = _until(lambda: (now := ok(second.client.get(path)))["state"] != "sending" and now)
    assert unknown["state"] == "outcome_unknown"

    # Pressing upload again, on another workstation, with a new preview, finds the first one.
    preview = ok(second.post(f"/v1/sessions/{order['session_id']}/report", {}))
    again = {**order, "preview_id": preview["preview_id"], "pdf_base64": preview["pdf_base64"]}
    again["sha256"] = preview["sha256"]
    answer = second.post("/v1/uploads", again, headers={"Idempotency-Key": uuid4().hex})
    assert refused(answer, 409, "KS-409U") == upload["upload_id"]
    early = second.post(f"{path}/send-again", {"version": unknown["version"], "reason": "not in the chart"})
    refused(early, 409, "KS-409S")

    (document,) = at_work.documents()
    found = {"version": unknown["version"], "document_id": str(document["documentid"])}
    assert ok(second.post(f"{path}/found", found))["state"] == "filed"
    assert len(at_work.documents()) == 1
