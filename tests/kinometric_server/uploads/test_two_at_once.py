"""Two workstations, or two workers, at the same moment: one document."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from kinometric_server.uploads.worker import UploadWorker, queued_uploads
from tests.kinometric_server.connected_clinic import AtWork, ok


def test_orders_of_several_workstations_at_once_are_one_upload(
    at_work: AtWork, alice: Any, bob: Any, ready_session: dict[str, Any]
) -> None:
    orders = [
        (who, at_work.order(who, ready_session, at_work.preview(who, ready_session)))
        for who in (alice, bob, alice, bob)
    ]
    together = threading.Barrier(len(orders))

    def press(pair: tuple[Any, dict[str, Any]]) -> Any:
        together.wait(30)
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
        for _ in range(400):
            if at_work.state(bob, upload)["state"] == "filed":
                seen.set()
                break
            seen.wait(0.05)
        assert seen.is_set()
    finally:
        stop.set()
        at_work.server.upload_waiting.set()
        thread.join(30)
    assert not thread.is_alive()
    assert ok(bob.post("/v1/uploads/list", {}))["counts"]["filed"] == 1
