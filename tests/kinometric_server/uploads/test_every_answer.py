"""One order for each thing that athenaOne can answer or fail to answer, and the state that the design gives it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from kinometric_server.athena import client
from kinometric_server.athena.filing import Filed, OutcomeUnknown
from kinometric_server.athena.transport import Transport
from kinometric_server.audit.tables import incidents
from kinometric_server.database import Actor
from kinometric_server.practices.tables import practices
from kinometric_server.uploads import attempts
from kinometric_server.uploads.attempts import Attempt, claim, end_attempt, end_leases, end_surely
from kinometric_server.uploads.leases import LEASE
from kinometric_server.uploads.sending import CheckFailedError, post, prepare
from kinometric_server.uploads.tables import upload_events, uploads
from tests.kinometric_server.connected_clinic import AtWork, connect
from tests.kinometric_server.uploads.quick_orders import QuickOrders

POST = {"method": "POST", "path": "*/clinicaldocument"}
OVER_QPS = {"X-Mashery-Error-Code": "ERR_403_DEVELOPER_OVER_QPS"}
ANSWERS: dict[str, tuple[dict[str, Any], str, int, int]] = {
    # what is answered: (the fault, the state, documents stored, POSTs that reached athenaOne)
    "a number": ({}, "filed", 1, 1),
    "a refusal that names a document": (
        {"status": 200, "body": {"success": "false", "clinicaldocumentid": "7"}, "store": True},
        "outcome_unknown", 1, 1,
    ),
    "an error envelope at 200": (
        {"status": 200, "body": {"error": "no"}, "content_type": "text/html"}, "rejected", 0, 1,
    ),
    "html at 200": ({"status": 200, "body": "<html>ok</html>", "store": True}, "outcome_unknown", 1, 1),
    "nothing at 200": ({"status": 200, "body": "", "store": True}, "outcome_unknown", 1, 1),
    "two documents at 200": (
        {"status": 200, "body": [{"clinicaldocumentid": "1"}, {"clinicaldocumentid": "2"}], "store": True},
        "outcome_unknown", 1, 1,
    ),
    "a number that is none": ({"merge": {"clinicaldocumentid": "see below"}}, "outcome_unknown", 1, 1),
    "the number zero": ({"merge": {"clinicaldocumentid": 0}}, "outcome_unknown", 1, 1),
    "success without a number": ({"drop": ["clinicaldocumentid"]}, "outcome_unknown", 1, 1),
    "204": ({"status": 204, "store": True}, "outcome_unknown", 1, 1),
    "307 to itself": ({"status": 307, "headers": {"Location": "/v1/990017/patients/1"}}, "outcome_unknown", 0, 1),
    "402": ({"status": 402}, "rejected", 0, 1),
    "403 without a limit": ({"status": 403, "body": {"error": "Not authorized."}}, "rejected", 0, 1),
    "403 over the rate, by its header": ({"status": 403, "headers": OVER_QPS, "body": "<h1>"}, "queued", 0, 1),
    "403 over the quota, by its text": ({"status": 403, "body": "Account Over Quota Limit"}, "queued", 0, 1),
    "413": ({"status": 413, "body": "<html>too large"}, "rejected", 0, 1),
    "415": ({"status": 415}, "rejected", 0, 1),
    "422": ({"status": 422, "body": {"error": "bad"}}, "rejected", 0, 1),
    "429 without a time": ({"status": 429}, "queued", 0, 1),
    "429 with a date": ({"status": 429, "headers": {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}}, "queued", 0, 1),
    "401 twice": ({"status": 401}, "queued", 0, 2),
    "401 once": ({"status": 401, "times": 1}, "filed", 1, 2),
    "500 as json": ({"status": 500, "body": {"error": "internal"}}, "outcome_unknown", 0, 1),
    "502": ({"status": 502, "body": "<html>"}, "outcome_unknown", 0, 1),
    "504 after it was stored": ({"status": 504, "store": True}, "outcome_unknown", 1, 1),
    "408 after it was stored": ({"status": 408, "store": True}, "outcome_unknown", 1, 1),
    "silence after it was stored": ({"connection": "stall_after"}, "outcome_unknown", 1, 1),
    "silence before": ({"connection": "stall_before"}, "outcome_unknown", 0, 1),
    "a trickle": ({"connection": "slow_answer"}, "filed", 1, 1),
}  # fmt: skip


@pytest.fixture
def orders(at_work: AtWork, bob: Any) -> QuickOrders:
    return QuickOrders(at_work, bob.scope)


def row_of(at_work: AtWork, upload_id: str) -> Any:
    with at_work.server.database.reading(at_work.worker_scope) as unit:
        mine = (uploads.c.practice_id == unit.practice_id) & (uploads.c.id == upload_id)
        return unit.one(select(uploads).where(mine))


def posts(at_work: AtWork) -> int:
    return sum(each["method"] == "POST" and each["path"].endswith("/clinicaldocument")
               for each in at_work.standin.standin.requests)  # fmt: skip


def claimed(at_work: AtWork, upload_id: str) -> tuple[Any, Attempt]:
    ready = prepare(at_work.server, at_work.worker_scope, upload_id)
    assert ready is not None
    attempt = claim(at_work.server, at_work.worker_scope, ready)
    assert attempt is not None
    return ready, attempt


@pytest.fixture
def impatient(at_work: AtWork) -> Iterator[None]:
    """The server's transport with a short patience."""
    usual = at_work.server.athena.transport
    at_work.server.athena.transport = Transport(read_s=0.4)
    yield
    usual.close()


@pytest.mark.usefixtures("impatient")
def test_every_kind_of_answer_leads_to_its_state(at_work: AtWork, orders: QuickOrders) -> None:
    found = {}
    for name, (fault, *_) in ANSWERS.items():
        upload_id = orders.order()
        at_work.faults({**POST, **fault})
        before, posted = len(at_work.documents()), posts(at_work)
        at_work.work()
        row = row_of(at_work, upload_id)
        found[name] = (row.state, len(at_work.documents()) - before, posts(at_work) - posted)
        assert (row.pdf_sealed is None) == (row.state == "filed"), name
        assert (row.document_id is not None) == (row.state == "filed"), name
        assert len(row.sha256) == 64
    assert found == {name: tuple(expected[1:]) for name, expected in ANSWERS.items()}
    at_work.faults()
    at_work.work()
    unknown = [name for name, (_, state, *_) in ANSWERS.items() if state == "outcome_unknown"]
    with at_work.server.database.reading(at_work.worker_scope) as unit:
        rows = unit.all(select(uploads.c.state).where(uploads.c.practice_id == unit.practice_id))
    assert sum(row.state == "outcome_unknown" for row in rows) == len(unknown)


@pytest.mark.parametrize("where", ["http://127.0.0.1:9", "https"])
def test_without_a_connection_nothing_was_sent(
    at_work: AtWork, orders: QuickOrders, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = orders.order()
    ready, attempt = claimed(at_work, upload_id)
    # Nobody listens there, or what listens speaks no TLS.
    there = at_work.standin.base_url.replace("http", "https") if where == "https" else where
    at_work.server.athena.tokens.get(ready.access.connection, at_work.standin.base_url)
    monkeypatch.setattr(client, "base_url", lambda *_: there)
    tokens = at_work.server.athena.tokens
    at_work.server.athena.tokens = _SameToken(tokens, at_work.standin.base_url)  # type: ignore[assignment]
    end_attempt(at_work.server, at_work.worker_scope, attempt, post(at_work.server, ready))
    row = row_of(at_work, upload_id)
    assert (row.state, row.tries, row.sentence.split(".")[0]) == ("queued", 1, "athenaOne can't be reached")
    assert posts(at_work) == 0


class _SameToken:
    """The tokens of another address, so that only the document's own connection fails."""

    def __init__(self, tokens: Any, base_url: str) -> None:
        self.tokens, self.base_url = tokens, base_url

    def get(self, practice: Any, _base_url: str) -> Any:
        return self.tokens.get(practice, self.base_url)


def test_without_a_token_nothing_was_sent(at_work: AtWork, orders: QuickOrders) -> None:
    upload_id = orders.order()
    at_work.faults({**POST, "status": 401}, {"method": "POST", "path": "*/token", "status": 400})
    at_work.work()
    row = row_of(at_work, upload_id)
    assert (row.state, row.sentence) == (
        "queued", "athenaOne gave no access token. Nothing was sent. It will be tried again by itself.",
    )  # fmt: skip


def test_a_slow_answer_that_commits_and_arrives_after_the_lease_files_it(
    at_work: AtWork, orders: QuickOrders, clock: Any
) -> None:
    upload_id = orders.order()
    at_work.faults({**POST, "delay_s": 0.6})
    worker = threading.Thread(target=at_work.work)
    worker.start()
    while not at_work.documents():
        worker.join(0.01)
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert end_leases(at_work.server, at_work.worker_scope) == 1
    assert row_of(at_work, upload_id).state == "outcome_unknown"
    worker.join(30)
    row = row_of(at_work, upload_id)
    assert (row.state, row.document_id) == ("filed", str(at_work.documents()[0]["documentid"]))
    assert row.pdf_sealed is None


def _ordered_again(at_work: AtWork, upload_id: str, clock: Any, scope: Any) -> Attempt:
    """A try without an answer, which a person orders again after ten minutes."""
    from kinometric.contract.uploads import UploadDecision
    from kinometric_server.uploads.decisions import send_again

    _, attempt = claimed(at_work, upload_id)
    end_attempt(at_work.server, at_work.worker_scope, attempt, OutcomeUnknown("timeout"))
    clock.advance(minutes=10)
    version = row_of(at_work, upload_id).version
    with at_work.server.database.writing(scope) as unit:
        send_again(unit, scope, upload_id, UploadDecision(version, "looked, it is not there"))
    return attempt


def test_a_late_answer_files_what_a_person_ordered_again_but_nobody_began_to_send(
    at_work: AtWork, orders: QuickOrders, clock: Any
) -> None:
    upload_id = orders.order()
    attempt = _ordered_again(at_work, upload_id, clock, orders.scope)
    end_attempt(at_work.server, at_work.worker_scope, attempt, Filed("90001"))
    assert (row_of(at_work, upload_id).state, row_of(at_work, upload_id).document_id) == ("filed", "90001")
    assert at_work.work() == 0


def test_an_older_try_that_arrives_beside_a_newer_one_alarms_people(
    at_work: AtWork, orders: QuickOrders, clock: Any
) -> None:
    upload_id = orders.order()
    older = _ordered_again(at_work, upload_id, clock, orders.scope)
    _, newer = claimed(at_work, upload_id)
    end_attempt(at_work.server, at_work.worker_scope, older, Filed("90001"))
    assert row_of(at_work, upload_id).state == "sending"
    end_attempt(at_work.server, at_work.worker_scope, newer, Filed("90002"))
    end_attempt(at_work.server, at_work.worker_scope, newer, Filed("90002"))
    row = row_of(at_work, upload_id)
    assert (row.state, row.document_id) == ("filed", "90002")
    with at_work.server.database.reading(orders.scope) as unit:
        told = unit.all(select(upload_events.c.sentence).where(
            upload_events.c.practice_id == unit.practice_id, upload_events.c.event == "stray_answer"))  # fmt: skip
        alarms = unit.all(select(incidents.c.kind).where(incidents.c.kind == "upload_stray_answer"))
    assert ["90001" in line.sentence for line in told] == [True]
    assert len(alarms) == 1


def test_what_was_being_sent_for_a_practice_that_is_switched_off_is_still_named(
    at_work: AtWork, orders: QuickOrders, clock: Any
) -> None:
    first, second = orders.order(), orders.order()
    claimed(at_work, first)
    with at_work.server.database.writing_outside(Actor()) as unit:
        unit.execute(practices.update().where(practices.c.id == at_work.clinic.practice_a).values(is_active=False))
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert at_work.work() == 0
    assert row_of(at_work, first).state == "outcome_unknown"
    assert row_of(at_work, second).state == "queued"


@pytest.mark.parametrize("failures", [3, 99])
def test_an_answer_is_written_down_once_the_database_is_back(
    at_work: AtWork, orders: QuickOrders, failures: int, caplog: Any
) -> None:
    upload_id = orders.order()
    _, attempt = claimed(at_work, upload_id)
    tries, waits = [], []

    def away(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE upload_attempts"):
            tries.append(statement)
            if len(tries) <= failures:
                raise OperationalError("the database is away", None, Exception("away"))

    engine = at_work.server.database.engine
    event.listen(engine, "before_cursor_execute", away)
    try:
        with caplog.at_level("CRITICAL", logger="kinometric.uploads"):
            written = end_surely(at_work.server, at_work.worker_scope, attempt, Filed("90001"), waits.append)
    finally:
        event.remove(engine, "before_cursor_execute", away)
    assert written == (failures == 3)
    assert row_of(at_work, upload_id).state == ("filed" if written else "sending")
    assert waits == list(attempts._WRITE_AGAIN_S[: failures if written else None])


def test_a_worker_that_is_told_to_stop_does_not_wait_for_the_database(at_work: AtWork, orders: QuickOrders) -> None:
    upload_id = orders.order()
    _, attempt = claimed(at_work, upload_id)
    asked = []

    def away(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE upload_attempts"):
            asked.append(statement)
            raise OperationalError("the database is away", None, Exception("away"))

    engine = at_work.server.database.engine
    event.listen(engine, "before_cursor_execute", away)
    try:
        assert not end_surely(at_work.server, at_work.worker_scope, attempt, Filed("1"), lambda _seconds: True)
    finally:
        event.remove(engine, "before_cursor_execute", away)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "change", [{"upload_encoding": "form_base64"}, {"athena_client_id": "another"}, {"documents_write": False}]
)
def test_what_is_sent_and_where_is_what_was_checked(
    at_work: AtWork, orders: QuickOrders, change: dict[str, Any]
) -> None:
    upload_id = orders.order()
    ready = prepare(at_work.server, at_work.worker_scope, upload_id)
    assert ready is not None
    connect(at_work.server, at_work.clinic.practice_a, at_work.standin, **change)
    if "documents_write" in change:
        with pytest.raises(CheckFailedError):
            claim(at_work.server, at_work.worker_scope, ready)
    else:
        assert claim(at_work.server, at_work.worker_scope, ready) is None
    assert row_of(at_work, upload_id).state == "queued"
