"""A long day of random orders, answers and decisions: in whatever order they come, a chart has each report once."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from kinometric.contract.uploads import FoundInChart, UploadDecision
from kinometric_server.database import Actor
from kinometric_server.errors import ServiceError
from kinometric_server.practices.tables import departments, practices
from kinometric_server.uploads import decisions
from kinometric_server.uploads.attempts import claim, end_attempt
from kinometric_server.uploads.intake import take_in
from kinometric_server.uploads.leases import LEASE
from kinometric_server.uploads.sending import CheckFailedError, WaitError, post, prepare
from kinometric_server.uploads.states import FINAL, TRANSITIONS
from kinometric_server.uploads.tables import upload_events, uploads
from kinometric_server.uploads.worker import UploadWorker
from tests.kinometric_server.connected_clinic import AtWork
from tests.kinometric_server.uploads.quick_orders import QuickOrders

POST = {"method": "POST", "path": "*/clinicaldocument"}
ANSWERS: tuple[dict[str, Any], ...] = (
    {},
    {**POST, "connection": "reset_before"},
    {**POST, "connection": "reset_after"},
    {**POST, "connection": "truncate_after"},
    {**POST, "status": 503, "store": True},
    {**POST, "status": 500},
    {**POST, "status": 408, "store": True},
    {**POST, "status": 302, "store": True, "headers": {"Location": "mailto:somebody"}},
    {**POST, "status": 200, "body": "[]", "store": True},
    {**POST, "status": 400},
    {**POST, "status": 200, "body": {"success": "false"}},
    {**POST, "status": 401},
    {**POST, "status": 429, "headers": {"Retry-After": "99999999999"}},
    {"method": "GET", "path": "/v1/*/patients/*", "status": 404, "body": "<html>"},
    {"method": "GET", "path": "/v1/*/patients/*", "status": 503},
)
STEPS = {(row.before, row.after) for row in TRANSITIONS} | {("queued", "queued")}


class LongDay:
    """People who say truly what they see in the chart, a worker that dies, and an athenaOne of many moods."""

    def __init__(self, at_work: AtWork, bob: Any, clock: Any, seed: int) -> None:
        self.at_work, self.server, self.scope, self.clock = at_work, at_work.server, bob.scope, clock
        self.random = random.Random(seed)
        self.orders = QuickOrders(at_work, bob.scope)
        self.sessions: list[str] = []
        self.ordered: list[str] = []
        self.done: Counter[str] = Counter()
        self.answering: list[tuple[Any, Any]] = []
        """Attempts whose answer is still on its way to a worker that went on."""

    def rows(self) -> list[Any]:
        with self.server.database.reading(self.at_work.worker_scope) as unit:
            found = unit.all(select(uploads).where(uploads.c.practice_id == unit.practice_id))
        # In one order on both databases, so that a day goes the same way again.
        return sorted(found, key=lambda row: self.ordered.index(row.id))

    def stored(self, row: Any) -> list[dict[str, Any]]:
        """What is in the chart of an upload."""
        return _of(row, self.at_work.documents())

    def one(self, *states: str) -> Any:
        found = [row for row in self.rows() if row.state in states]
        return self.random.choice(found) if found else None

    def order(self) -> None:
        if not self.sessions or self.random.random() < 0.5:
            self.sessions.append(self.orders.session())
        session = self.random.choice(self.sessions)
        filed = [row for row in self.rows() if (row.session_id, row.state) == (session, "filed")]
        last = max(filed, key=lambda row: row.revision, default=None)
        changes = {} if last is None else {"supersedes": last.id, "correction_reason": "a corrected report"}
        taken = take_in(self.server, self.scope, self.orders.body(session, **changes), uuid4().hex)
        if taken.is_new:
            self.ordered.append(taken.upload.upload_id)

    def work(self) -> None:
        fault = self.random.choice(ANSWERS)
        self.at_work.faults(*([{**fault, "times": 1}] if fault else []))
        UploadWorker(self.server).work_once()
        self.at_work.faults()

    def die(self) -> None:
        """A worker claims an upload and dies before, or after, the document is stored; its answer may come late."""
        row = self.one("queued")
        ready = None if row is None else prepare(self.server, self.at_work.worker_scope, row.id)
        attempt = None if ready is None else claim(self.server, self.at_work.worker_scope, ready)
        if ready is not None and attempt is not None and self.random.random() < 0.7:
            outcome = post(self.server, ready)
            if self.random.random() < 0.7:
                self.answering.append((attempt, outcome))

    def late_answer(self) -> None:
        if self.answering:
            attempt, outcome = self.answering.pop(self.random.randrange(len(self.answering)))
            end_attempt(self.server, self.at_work.worker_scope, attempt, outcome)

    def wait(self) -> None:
        self.clock.advance(seconds=self.random.choice((1, 61, LEASE.total_seconds() + 1, 605, 90000)))

    def decide(self) -> None:
        """A person looks into the chart and says what they see."""
        row = self.one("queued", "outcome_unknown", "rejected")
        if row is None:
            return
        there = self.stored(row)
        said = UploadDecision(row.version, "a reason", not there)
        with self.server.database.writing(self.scope) as unit:
            if row.state == "queued":
                decisions.cancel(unit, self.scope, row.id, said)
            elif row.state == "rejected":
                decisions.retry(unit, self.scope, row.id, said)
            elif there and self.random.random() < 0.5:
                number = str(there[0]["documentid"])
                decisions.found_in_chart(unit, self.scope, row.id, FoundInChart(row.version, number))
            elif there or self.random.random() < 0.3:
                decisions.abandon(unit, self.scope, row.id, said)
            else:
                decisions.send_again(unit, self.scope, row.id, said)

    def switch(self) -> None:
        """A department is stopped or allowed again; the document list is switched on or off."""
        on = self.random.random() < 0.7
        with self.server.database.writing(self.at_work.worker_scope) as unit:
            mine = (departments.c.practice_id == unit.practice_id) & (departments.c.athena_department_id == "1")
            unit.execute(update(departments).where(mine).values(is_active=on))
        with self.server.database.writing_outside(Actor()) as unit:
            mine = practices.c.id == self.at_work.clinic.practice_a
            unit.execute(update(practices).where(mine).values(documents_list=self.random.random() < 0.5))

    def step(self) -> None:
        steps = (self.order, self.order, self.work, self.work, self.die, self.late_answer, self.wait, self.decide,
                 self.decide, self.switch)  # fmt: skip
        chosen = self.random.choice(steps)
        try:
            chosen()
        except (ServiceError, CheckFailedError, WaitError):
            self.done["refused"] += 1
        self.done[chosen.__name__] += 1

    def check(self) -> None:
        """Nothing is doubled, nothing is lost, and every row is one that the design knows."""
        reports: Counter[tuple[str, int]] = Counter()
        with self.server.database.reading(self.at_work.worker_scope) as unit:
            events = unit.all(
                select(upload_events.c.upload_id, upload_events.c.state)
                .where(upload_events.c.practice_id == unit.practice_id)
                .order_by(upload_events.c.change)
            )
        documents = self.at_work.documents()
        for row in self.rows():
            there = _of(row, documents)
            reports[row.session_id, row.revision] += len(there)
            if row.state == "filed":
                assert [(str(each["documentid"]), each["sha256"]) for each in there] == [(row.document_id, row.sha256)]
            assert (row.pdf_sealed is None) == (row.state in FINAL)
            passed = [event.state for event in events if event.upload_id == row.id]
            assert all(pair in STEPS or pair[0] == pair[1] for pair in pairwise(passed)), passed
            assert passed[-1] == row.state
        assert max(reports.values(), default=0) <= 1, reports


def _of(row: Any, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in documents if f"[{row.marker}]" in each["internalnote"]]


def test_a_day_of_chance_leaves_each_report_in_the_chart_once(at_work: AtWork, bob: Any, clock: Any) -> None:
    _live(LongDay(at_work, bob, clock, 8), 26)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(6))
def test_many_days_of_chance_leave_each_report_in_the_chart_once(
    at_work: AtWork, bob: Any, clock: Any, seed: int
) -> None:
    _live(LongDay(at_work, bob, clock, 1000 + seed), 150)


def _live(day: LongDay, steps: int) -> None:
    for _ in range(steps):
        day.step()
        day.check()
    assert day.done["order"] > day.done["refused"] // 4
    assert {row.state for row in day.rows()} >= {"filed"}
