"""A crash at every named point, and a kill -9 of the real server, leave an upload filed once or of unknown outcome."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, update

from kinometric.contract.codec import to_json
from kinometric_server.accounts.tables import user_practices
from kinometric_server.database import Actor
from kinometric_server.fault_points import ASIDE, AT_A_COMMIT, POINTS, VARIABLE
from kinometric_server.operations.settings import write_settings
from kinometric_server.practices.tables import practices
from kinometric_server.uploads.attempts import claim
from kinometric_server.uploads.sending import prepare
from kinometric_server.uploads.tables import uploads
from tests.kinometric_server.connected_clinic import AtWork, ok, refused
from tests.kinometric_server.torture.nursery import Nursery
from tests.kinometric_server.torture.upload_torture import trail_problems
from tests.kinometric_server.uploads.quick_orders import QuickOrders

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


@dataclass(frozen=True)
class Death:
    """A crash at a named point, and what is expected once a worker went through the queue again."""

    point: str
    state: str = "filed"
    stored: int = 1
    before: Callable[[AtWork, Any, dict[str, Any]], None] | None = None
    """What happens between the order and the worker's start."""


def _no_token_is_kept(at_work: AtWork, bob: Any, upload: dict[str, Any]) -> None:
    for path in (at_work.server.settings.data / "tokens").glob("*.token"):
        path.unlink()


def _bob_may_upload(at_work: AtWork, bob: Any, *, allowed: bool) -> None:
    with at_work.server.database.writing_outside(Actor()) as unit:
        unit.execute(update(user_practices).where(user_practices.c.user_id == bob.user_id).values(can_upload=allowed))


def _bob_may_no_longer_upload(at_work: AtWork, bob: Any, upload: dict[str, Any]) -> None:
    _bob_may_upload(at_work, bob, allowed=False)


def _athena_is_busy(at_work: AtWork, bob: Any, upload: dict[str, Any]) -> None:
    at_work.faults({"method": "GET", "path": "/v1/*/patients/*", "status": 429, "times": 1})


def _its_sender_died(at_work: AtWork, bob: Any, upload: dict[str, Any]) -> None:
    scope = at_work.worker_scope
    ready = prepare(at_work.server, scope, upload["upload_id"])
    assert ready is not None
    assert claim(at_work.server, scope, ready) is not None
    _change(at_work, upload, lease_until=at_work.server.clock() - timedelta(seconds=1))


def _its_answer_was_lost(at_work: AtWork, bob: Any, upload: dict[str, Any]) -> None:
    at_work.faults({"method": "POST", "path": "*/clinicaldocument", "connection": "reset_after"})
    at_work.work()
    at_work.faults()
    _change(at_work, upload, attempted_at=at_work.server.clock() - timedelta(minutes=3))
    with at_work.server.database.writing_outside(Actor()) as unit:
        mine = practices.c.id == at_work.clinic.practice_a
        unit.execute(update(practices).where(mine).values(documents_list=True))


def _change(at_work: AtWork, upload: dict[str, Any], **values: Any) -> None:
    with at_work.server.database.writing(at_work.worker_scope) as unit:
        mine = (uploads.c.practice_id == unit.practice_id) & (uploads.c.id == upload["upload_id"])
        unit.execute(update(uploads).where(mine).values(**values))


DEATHS = (
    Death("intake.before_commit"),
    Death("intake.after_commit"),
    Death("worker.before_checks"),
    Death("worker.before_claim_commit"),
    Death("worker.after_claim_commit", "outcome_unknown", 0),
    Death("post.before_first_byte", "outcome_unknown", 0),
    Death("post.after_first_byte", "outcome_unknown", 0),
    Death("post.after_last_byte", "outcome_unknown", 1),
    Death("post.answer_begun", "outcome_unknown", 1),
    Death("worker.after_post", "outcome_unknown", 1),
    Death("worker.before_finish_commit", "outcome_unknown", 1),
    Death("worker.after_finish_commit"),
    Death("worker.before_reject_commit", "rejected", 0, _bob_may_no_longer_upload),
    Death("worker.after_reject_commit", "rejected", 0, _bob_may_no_longer_upload),
    Death("worker.before_postpone_commit", before=_athena_is_busy),
    Death("worker.after_postpone_commit", before=_athena_is_busy),
    Death("worker.before_lease_end_commit", "outcome_unknown", 0, _its_sender_died),
    Death("worker.after_lease_end_commit", "outcome_unknown", 0, _its_sender_died),
    Death("looker.before_found_commit", before=_its_answer_was_lost),
    Death("looker.after_found_commit", before=_its_answer_was_lost),
    Death("token.before_kept", before=_no_token_is_kept),
    Death("token.after_kept", before=_no_token_is_kept),
)
IN_SHORT = ("intake.after_commit", "worker.before_claim_commit", "post.after_last_byte", "worker.before_finish_commit")


class Clinic:
    """One clinic, in which one report after the other is ordered while something dies."""

    def __init__(self, at_work: AtWork, bob: Any, nursery: Nursery) -> None:
        self.at_work, self.bob, self.nursery = at_work, bob, nursery
        self.orders = QuickOrders(at_work, bob.scope)

    def order(self) -> tuple[dict[str, Any], str]:
        """A new report's order, and its key."""
        return to_json(self.orders.body(self.orders.session())), uuid4().hex

    def asked(self, body: dict[str, Any], key: str) -> dict[str, Any]:
        """The upload, as the workstation gets it that heard nothing and asks again with the same key."""
        answer = self.at_work.upload(self.bob, body, key)
        assert answer.status_code in (200, 202), answer.text
        return dict(answer.json())

    def row(self, upload: dict[str, Any]) -> Any:
        """The upload's row."""
        with self.at_work.server.database.reading(self.at_work.worker_scope) as unit:
            mine = (uploads.c.practice_id == unit.practice_id) & (uploads.c.id == upload["upload_id"])
            return unit.one(select(uploads).where(mine))

    def stored(self, upload: dict[str, Any]) -> int:
        """How often the upload's report is in the chart."""
        return sum(f"[{self.row(upload).marker}]" in each["internalnote"] for each in self.at_work.documents())

    def settled(self, upload: dict[str, Any]) -> tuple[str, int]:
        """The upload's state, and how often it is stored, once the queue was worked as after a restart."""
        for _ in range(2):
            if self.row(upload).state == "queued":
                _change(self.at_work, upload, next_try_at=None)
            self.at_work.work()
        return self.row(upload).state, self.stored(upload)

    def after(self, death: Death) -> tuple[str, int]:
        """What became of an upload during which something died."""
        body, key = self.order()
        if death.point.startswith("intake"):
            program = Running(self.nursery, self.at_work, self.bob, "serve", death.point)
            with pytest.raises(httpx.TransportError):
                program.order(body, key)
        else:
            upload = ok(self.at_work.upload(self.bob, body, key), 202)
            if death.before is not None:
                death.before(self.at_work, self.bob, upload)
            program = Running(self.nursery, self.at_work, self.bob, "worker", death.point)
        until(program.has_died)
        program.end()
        if death.point.startswith("intake"):
            upload = self.asked(body, key)
        ended = self.settled(upload)
        _bob_may_upload(self.at_work, self.bob, allowed=True)
        return ended

    def check(self, deaths: Iterable[Death]) -> None:
        """Let something die at each of these points; nothing is lost or doubled, and the trail is whole."""
        deaths = list(deaths)
        ended = {death.point: self.after(death) for death in deaths}
        assert ended == {death.point: (death.state, death.stored) for death in deaths}
        self.check_trail()

    def check_trail(self) -> None:
        """The audit trail and its mirror are whole; a line that died with its process comes with the next one."""
        self.orders.session()
        assert trail_problems(self.at_work.server) == []


def test_a_crash_at_a_named_point_neither_loses_nor_doubles(at_work: AtWork, bob: Any, nursery: Nursery) -> None:
    Clinic(at_work, bob, nursery).check(death for death in DEATHS if death.point in IN_SHORT)


@pytest.mark.soak
def test_a_crash_at_any_named_point_neither_loses_nor_doubles(at_work: AtWork, bob: Any, nursery: Nursery) -> None:
    Clinic(at_work, bob, nursery).check(DEATHS)


def test_every_named_point_has_its_crash() -> None:
    assert tuple(death.point for death in DEATHS) == (*POINTS, *ASIDE)


CLAIM, OUTCOME = 4, 5
"""Of the commits while a report is ordered and filed: the chart is read, the order taken in, the chart read again, the
upload claimed, its outcome written down."""


@pytest.mark.parametrize(
    ("point", "numbers"),
    [
        ("mirror.after", (CLAIM,)),
        *(pytest.param(point, range(1, OUTCOME + 1), marks=pytest.mark.soak) for point in AT_A_COMMIT),
    ],
)
def test_a_crash_at_any_commit_neither_loses_nor_doubles(
    at_work: AtWork, bob: Any, nursery: Nursery, point: str, numbers: Iterable[int]
) -> None:
    clinic = Clinic(at_work, bob, nursery)
    ended = {}
    for number in numbers:
        body, key = clinic.order()
        serving = Running(nursery, at_work, bob, "serve", f"{point}:{number}")
        with contextlib.suppress(httpx.TransportError):
            serving.order(body, key)
        until(serving.has_died)
        serving.end()
        ended[number] = clinic.settled(clinic.asked(body, key))
    on_its_way = {OUTCOME: ("outcome_unknown", 1)} if point == "commit.before" else {CLAIM: ("outcome_unknown", 0)}
    assert ended == {number: on_its_way.get(number, ("filed", 1)) for number in numbers}
    clinic.check_trail()


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
