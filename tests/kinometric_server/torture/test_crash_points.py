"""A crash at every named point, and a kill -9 of the real server, leave an upload filed once or of unknown outcome."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from kinometric.contract.codec import to_json
from kinometric_server.operations.settings import write_settings
from kinometric_server.uploads.fault_points import POINTS, VARIABLE
from tests.kinometric_server.connected_clinic import AtWork, ok, refused
from tests.kinometric_server.torture.nursery import Nursery
from tests.kinometric_server.uploads.quick_orders import QuickOrders

MAY_BE_SENT = ("worker.after_claim_commit", "worker.after_post", "worker.before_finish_commit")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks and kills processes")


class Running:
    """The real server or worker, started from the command line by the nursery."""

    def __init__(self, nursery: Nursery, at_work: AtWork, bob: Any, command: str = "serve", point: str = "") -> None:
        write_settings(at_work.server.settings)
        self.nursery = nursery
        self.pid, output = nursery.start(
            command, "--data", str(at_work.server.settings.root), "--allow-test-endpoint", at_work.standin.base_url,
            *(("--port", "0") if command == "serve" else ()),
            environment={VARIABLE: point} if point else {},
        )  # fmt: skip
        headers = {"Authorization": f"Bearer {bob.token}", "Kinometric-User-Action": "1"}
        address = nursery.address(output) if command == "serve" else ""
        self.client = httpx.Client(base_url=address, headers=headers, timeout=60, trust_env=False)

    def order(self, body: dict[str, Any], key: str) -> httpx.Response:
        return self.client.post("/v1/uploads", json=body, headers={"Idempotency-Key": key})

    def has_died(self) -> bool:
        return self.nursery.has_died(self.pid)

    def end(self) -> int:
        self.client.close()
        return self.nursery.kill(self.pid)


def until(what: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait for something to become true; the server and the stand-in answer in their own time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        threading.Event().wait(0.02)
    raise AssertionError("what was waited for did not happen")


def test_a_crash_at_any_named_point_neither_loses_nor_doubles(at_work: AtWork, bob: Any, nursery: Nursery) -> None:
    orders = QuickOrders(at_work, bob.scope)
    ended = {}
    for point in POINTS:
        body, key = to_json(orders.body(orders.session())), uuid4().hex
        if point.startswith("worker"):
            ok(at_work.upload(bob, body, key), 202)
            program = Running(nursery, at_work, bob, "worker", point)
        else:
            program = Running(nursery, at_work, bob, "serve", point)
            with pytest.raises(httpx.TransportError):
                program.order(body, key)
        until(program.has_died)
        program.end()

        # The workstation heard nothing and asks again with the same key; then the queue is worked as after a restart.
        upload = at_work.upload(bob, body, key).json()
        for _ in range(2):
            at_work.work()
        now = at_work.state(bob, upload)
        stored = sum(f"[{now['marker']}]" in each["internalnote"] for each in at_work.documents())
        ended[point] = (now["state"], stored)
    sent = {"worker.after_post", "worker.before_finish_commit"}
    expected = {point: ("outcome_unknown", int(point in sent)) for point in MAY_BE_SENT}
    assert ended == {**dict.fromkeys(POINTS, ("filed", 1)), **expected}


def test_kill_nine_in_the_middle_of_an_upload_never_doubles_it(at_work: AtWork, bob: Any, nursery: Nursery) -> None:
    orders = QuickOrders(at_work, bob.scope)
    session = orders.session()
    at_work.faults({"method": "POST", "path": "*/clinicaldocument", "connection": "stall_after"})
    first = Running(nursery, at_work, bob)
    upload = ok(first.order(to_json(orders.body(session)), uuid4().hex), 202)
    until(lambda: len(at_work.documents()) == 1)
    first.end()
    at_work.faults()

    second = Running(nursery, at_work, bob)
    path = f"/v1/uploads/{upload['upload_id']}"
    unknown = until(lambda: (now := ok(second.client.get(path)))["state"] != "sending" and now)
    assert unknown["state"] == "outcome_unknown"

    # Pressing upload again, on another workstation, with a new preview, finds the first one.
    again = second.order(to_json(orders.body(session)), uuid4().hex)
    assert refused(again, 409, "KS-409U") == upload["upload_id"]
    sooner = {"version": unknown["version"], "reason": "not in the chart"}
    refused(second.client.post(f"{path}/send-again", json=sooner), 409, "KS-409S")

    (document,) = at_work.documents()
    found = {"version": unknown["version"], "document_id": str(document["documentid"])}
    assert ok(second.client.post(f"{path}/found", json=found))["state"] == "filed"
    second.end()
    assert len(at_work.documents()) == 1
