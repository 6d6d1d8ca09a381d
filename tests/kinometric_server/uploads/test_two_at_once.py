"""Two workstations, or two workers, at the same moment: one document."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from kinometric.contract.codec import to_json
from kinometric_server.uploads.worker import UploadWorker, queued_uploads
from tests.kinometric_server.connected_clinic import AtWork, ok, refused
from tests.kinometric_server.uploads.quick_orders import QuickOrders


def test_orders_of_several_workstations_at_once_are_one_upload(
    at_work: AtWork, alice: Any, bob: Any, ready_session: dict[str, Any]
) -> None:
    orders = [
        (who, at_work.order(who, ready_session, at_work.preview(who, ready_session)))
        for who in (alice, bob, alice, bob)
    ]
    together = threading.Barrier(len(orders))

    def press(pair: tuple[Any, dict[str, Any]]) -> Any:
        together.wait(60)
        return at_work.upload(*pair, uuid4().hex)

    with ThreadPoolExecutor(len(orders)) as pool:
        answers = list(pool.map(press, orders))
    taken = [answer.json()["upload_id"] for answer in answers if answer.status_code in (200, 202)]
    others = [answer.json() for answer in answers if answer.status_code == 409]
    assert len(set(taken)) == 1
    assert len(taken) + len(others) == len(orders)
    assert {(other["code"], other["message"]) for other in others} <= {("KS-409U", taken[0])}
    at_work.work()
    assert len(at_work.documents()) == 1


def test_a_double_click_with_one_key_is_one_upload(at_work: AtWork, bob: Any, ready_session: dict[str, Any]) -> None:
    order = at_work.order(bob, ready_session, at_work.preview(bob, ready_session))
    key = uuid4().hex
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: at_work.upload(bob, order, key), range(4)))
    assert {answer.status_code for answer in answers} <= {200, 202}
    assert len({answer.json()["upload_id"] for answer in answers}) == 1


def test_several_workers_send_each_upload_once(at_work: AtWork, bob: Any) -> None:
    patient = at_work.linked(bob)
    uploads = []
    for _ in range(3):
        view = at_work.reviewed(bob, at_work.confirmed(bob, at_work.session(bob, patient)))
        uploads.append(at_work.queued(bob, view))
    assert len(queued_uploads(at_work.server, at_work.worker_scope)) == 3
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: UploadWorker(at_work.server).work_once(), range(3)))
    assert {at_work.state(bob, upload)["state"] for upload in uploads} == {"filed"}
    assert len(at_work.documents()) == 3
    assert {at_work.state(bob, upload)["tries"] for upload in uploads} == {1}


def test_a_worker_in_a_thread_is_woken_by_an_order_and_stops_when_told(
    at_work: AtWork, bob: Any, ready_session: dict[str, Any]
) -> None:
    stop = threading.Event()
    worker = UploadWorker(at_work.server, poll_s=600.0)
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        upload = at_work.queued(bob, ready_session)
        seen = threading.Event()
        for _ in range(1200):
            if at_work.state(bob, upload)["state"] == "filed":
                seen.set()
                break
            seen.wait(0.05)
        assert seen.is_set()
    finally:
        stop.set()
        at_work.server.upload_waiting.set()
        thread.join(60)
    assert not thread.is_alive()
    assert ok(bob.post("/v1/uploads/list", {}))["counts"]["filed"] == 1


def test_two_rejected_uploads_of_a_session_revived_at_once_are_one(at_work: AtWork, bob: Any) -> None:
    orders = QuickOrders(at_work, bob.scope)
    session = orders.session()
    at_work.faults({"method": "POST", "path": "*/clinicaldocument", "status": 400})
    rejected = []
    for _ in range(2):
        rejected.append({"upload_id": orders.order(session)})
        at_work.work()
    at_work.faults()
    together = threading.Barrier(2)

    def retry(upload: dict[str, Any]) -> int:
        body = {"version": at_work.state(bob, upload)["version"], "reason": "mended"}
        together.wait(60)
        return int(bob.post(f"/v1/uploads/{upload['upload_id']}/retry", body).status_code)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(retry, rejected)) == [200, 409]
    at_work.work()
    assert len(at_work.documents()) == 1


def test_a_known_preview_with_other_bytes_is_refused(at_work: AtWork, bob: Any) -> None:
    orders = QuickOrders(at_work, bob.scope)
    session = orders.session()
    body = to_json(orders.body(session))
    ok(at_work.upload(bob, body, uuid4().hex), 202)
    ok(at_work.upload(bob, body, uuid4().hex), 200)
    refused(at_work.upload(bob, {**body, "sha256": "0" * 64}, uuid4().hex), 422, "KS-422P")


def test_reading_another_list_is_audited_though_nothing_changed(at_work: AtWork, bob: Any, audited: Any) -> None:
    for asked in ({}, {}, {"day": "2026-05-05"}, {"day": "2026-05-05"}, {"day": "2026-05-04"}):
        ok(bob.post("/v1/uploads/list", asked))
    assert sum(action == "uploads_read" for action, *_ in audited()) == 3
