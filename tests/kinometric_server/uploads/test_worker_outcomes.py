"""What athenaOne answers, or fails to answer, leads to the state of the design; nothing is lost and nothing doubled."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from kinometric_server.accounts.tables import user_practices
from kinometric_server.athena.filing import Filed, NothingStored, OutcomeUnknown
from kinometric_server.database import Actor
from kinometric_server.practices.tables import departments
from kinometric_server.uploads import worker
from kinometric_server.uploads.attempts import claim, end_attempt, end_leases
from kinometric_server.uploads.intake import take_in
from kinometric_server.uploads.leases import LEASE, is_gone, this_owner
from kinometric_server.uploads.sending import CheckFailedError, prepare
from kinometric_server.uploads.viewing import view_upload
from tests.kinometric_server.connected_clinic import AtWork, connect, ok, refused
from tests.kinometric_server.uploads.quick_orders import QuickOrders

POST = {"method": "POST", "path": "*/clinicaldocument"}


@pytest.fixture
def upload(at_work: AtWork, bob: Any, ready_session: dict[str, Any]) -> dict[str, Any]:
    return at_work.queued(bob, ready_session)


OUTCOMES = [
    ({"status": 400, "body": {"error": "The data provided is invalid."}}, "rejected", 0),
    ({"status": 404, "body": {"error": "Invalid practice."}}, "rejected", 0),
    ({"status": 409, "body": {"error": "conflict"}}, "rejected", 0),
    ({"status": 200, "body": {"success": "false", "errormessage": "no"}}, "rejected", 0),
    ({"status": 401, "body": "Developer Inactive"}, "queued", 0),
    ({"status": 429, "headers": {"Retry-After": "40"}}, "queued", 0),
    ({"status": 403, "body": "Account Over Queries Per Second Limit"}, "queued", 0),
    ({"status": 408}, "outcome_unknown", 0),
    ({"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}}, "outcome_unknown", 0),
    ({"status": 500, "body": "<html>"}, "outcome_unknown", 0),
    ({"status": 503, "body": "<html>", "store": True}, "outcome_unknown", 1),
    ({"status": 200, "body": "[]", "store": True}, "outcome_unknown", 1),
    ({"connection": "reset_before"}, "outcome_unknown", 0),
    ({"connection": "reset_after"}, "outcome_unknown", 1),
    ({"connection": "truncate_after"}, "outcome_unknown", 1),
]


@pytest.mark.parametrize(("fault", "state", "stored"), OUTCOMES)
def test_each_answer_leads_to_its_state_and_is_never_sent_again_by_itself(
    at_work: AtWork, bob: Any, upload: dict[str, Any], clock: Any, fault: dict[str, Any], state: str, stored: int
) -> None:
    at_work.faults({**POST, **fault})
    at_work.work()
    now = at_work.state(bob, upload)
    assert now["state"] == state
    assert now["tries"] == 1
    assert "Queries" not in now["sentence"]
    assert "html" not in now["sentence"]
    at_work.faults()
    clock.advance(minutes=9)
    at_work.work()
    assert at_work.state(bob, upload)["state"] == ("filed" if state == "queued" else state)
    assert len(at_work.documents()) == (1 if state == "queued" else stored)


def test_a_retry_after_is_kept_to(at_work: AtWork, bob: Any, upload: dict[str, Any], clock: Any) -> None:
    at_work.faults({**POST, "status": 429, "headers": {"Retry-After": "40"}, "times": 1})
    at_work.work()
    assert at_work.state(bob, upload)["next_try_at"] == "2026-05-05T14:30:40Z"
    assert at_work.work() == 0
    clock.advance(seconds=41)
    assert at_work.work() == 1
    assert at_work.state(bob, upload)["state"] == "filed"


def test_a_patient_of_another_department_is_said_in_words(at_work: AtWork, bob: Any, upload: dict[str, Any]) -> None:
    at_work.faults(patient_elsewhere=True)
    at_work.work()
    now = at_work.state(bob, upload)
    assert (now["state"], now["code"]) == ("rejected", "KS-422D")
    assert "Choose another department" in now["sentence"]


def test_athena_gone_before_the_checks_leaves_it_queued(
    at_work: AtWork, bob: Any, upload: dict[str, Any], clock: Any
) -> None:
    at_work.faults({"method": "GET", "path": "/v1/*/patients/*", "status": 429})
    at_work.work()
    now = at_work.state(bob, upload)
    assert (now["state"], now["tries"]) == ("queued", 0)
    assert "Nothing was sent" in now["sentence"]
    at_work.work()
    assert len(at_work.state(bob, upload)["history"]) == len(now["history"])
    at_work.faults()
    clock.advance(minutes=1)
    at_work.work()
    assert at_work.state(bob, upload)["state"] == "filed"


def _stop_department(at_work: AtWork, bob: Any, athena_department_id: str = "1") -> None:
    with at_work.server.database.writing(at_work.worker_scope) as unit:
        unit.execute(
            update(departments)
            .where(
                departments.c.practice_id == unit.practice_id,
                departments.c.athena_department_id == athena_department_id,
            )
            .values(is_active=False)
        )


def _take_upload_right(at_work: AtWork, bob: Any) -> None:
    with at_work.server.database.writing_outside(Actor()) as unit:
        unit.execute(update(user_practices).where(user_practices.c.user_id == bob.user_id).values(can_upload=False))


def _disable_membership(at_work: AtWork, bob: Any) -> None:
    with at_work.server.database.writing_outside(Actor()) as unit:
        unit.execute(update(user_practices).where(user_practices.c.user_id == bob.user_id).values(is_active=False))


def _switch_off(at_work: AtWork, bob: Any) -> None:
    connect(at_work.server, at_work.clinic.practice_a, at_work.standin, documents_write=False)


def _rename_in_athena(at_work: AtWork, bob: Any) -> None:
    import httpx

    path = f"{at_work.standin.base_url}/_standin/patients/990017/14620"
    httpx.put(path, json={"lastname": "Otherwise"}).raise_for_status()


def _move_in_athena(at_work: AtWork, bob: Any) -> None:
    import httpx

    path = f"{at_work.standin.base_url}/_standin/patients/990017/14620"
    httpx.put(path, json={"departmentid": "25", "primarydepartmentid": "25"}).raise_for_status()


@pytest.mark.parametrize(
    "change",
    [_stop_department, _take_upload_right, _disable_membership, _switch_off, _rename_in_athena, _move_in_athena],
)
def test_every_check_is_made_again_just_before_sending(
    at_work: AtWork, alice: Any, bob: Any, upload: dict[str, Any], change: Any
) -> None:
    change(at_work, bob)
    at_work.work()
    now = at_work.state(alice, upload)
    assert now["state"] == "rejected"
    assert now["sentence"].startswith("Not sent. ")
    assert at_work.documents() == []


def test_a_denial_at_send_is_audited(at_work: AtWork, alice: Any, upload: dict[str, Any], audited: Any) -> None:
    _move_in_athena(at_work, alice)
    at_work.work()
    assert ("get_athena_patient_denied", "denied", "14620") in audited()
    assert at_work.state(alice, upload)["code"] == "KS-403D"


def test_a_note_written_after_the_order_does_not_hold_it_up(
    at_work: AtWork, bob: Any, upload: dict[str, Any], ready_session: dict[str, Any]
) -> None:
    ok(bob.post(f"/v1/sessions/{ready_session['session_id']}/note", {"note_version": 0, "text": "Later."}))
    at_work.work()
    assert at_work.state(bob, upload)["state"] == "filed"


def test_a_cancelled_upload_is_never_sent_even_if_it_was_being_checked(
    at_work: AtWork, bob: Any, upload: dict[str, Any]
) -> None:
    ready = prepare(at_work.server, at_work.worker_scope, upload["upload_id"])
    assert ready is not None
    ok(bob.post(f"/v1/uploads/{upload['upload_id']}/cancel", {"version": upload["version"]}))
    assert claim(at_work.server, at_work.worker_scope, ready) is None
    assert at_work.work() == 0
    assert at_work.documents() == []


def test_what_changes_between_check_and_claim_stops_it(at_work: AtWork, bob: Any, upload: dict[str, Any]) -> None:
    ready = prepare(at_work.server, at_work.worker_scope, upload["upload_id"])
    assert ready is not None
    _take_upload_right(at_work, bob)
    with pytest.raises(CheckFailedError):
        claim(at_work.server, at_work.worker_scope, ready)


def test_a_patients_department_that_is_stopped_between_check_and_claim_stops_it(
    at_work: AtWork, bob: Any, upload: dict[str, Any]
) -> None:
    import httpx

    # The patient is of Eastside alone, and the report goes to Physical Therapy, which stays allowed.
    path = f"{at_work.standin.base_url}/_standin/patients/990017/14620"
    httpx.put(path, json={"departmentid": "3", "primarydepartmentid": "3"}).raise_for_status()
    ready = prepare(at_work.server, at_work.worker_scope, upload["upload_id"])
    assert ready is not None
    _stop_department(at_work, bob, "3")
    with pytest.raises(CheckFailedError) as failed:
        claim(at_work.server, at_work.worker_scope, ready)
    assert [check.name for check in failed.value.checks] == ["gate"]


def test_two_workers_claim_an_upload_once(at_work: AtWork, upload: dict[str, Any]) -> None:
    ready = prepare(at_work.server, at_work.worker_scope, upload["upload_id"])
    assert ready is not None
    first = claim(at_work.server, at_work.worker_scope, ready)
    assert first is not None
    assert claim(at_work.server, at_work.worker_scope, ready) is None


def _claimed(at_work: AtWork, upload: dict[str, Any]) -> Any:
    ready = prepare(at_work.server, at_work.worker_scope, upload["upload_id"])
    assert ready is not None
    attempt = claim(at_work.server, at_work.worker_scope, ready)
    assert attempt is not None
    return attempt


def test_a_lease_that_ends_makes_the_outcome_unknown_and_a_late_answer_may_still_file_it(
    at_work: AtWork, bob: Any, upload: dict[str, Any], clock: Any
) -> None:
    attempt = _claimed(at_work, upload)
    assert end_leases(at_work.server, at_work.worker_scope) == 0
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert end_leases(at_work.server, at_work.worker_scope) == 1
    assert at_work.state(bob, upload)["state"] == "outcome_unknown"
    end_attempt(at_work.server, at_work.worker_scope, attempt, NothingStored("connect"))
    assert at_work.state(bob, upload)["state"] == "outcome_unknown"
    end_attempt(at_work.server, at_work.worker_scope, attempt, Filed("90001"))
    filed = at_work.state(bob, upload)
    assert (filed["state"], filed["document_id"]) == ("filed", "90001")


def test_a_late_answer_of_an_older_attempt_changes_nothing(
    at_work: AtWork, bob: Any, upload: dict[str, Any], clock: Any
) -> None:
    attempt = _claimed(at_work, upload)
    end_attempt(at_work.server, at_work.worker_scope, attempt, OutcomeUnknown("timeout"))
    unknown = at_work.state(bob, upload)
    clock.advance(minutes=11)
    again = {"version": unknown["version"], "reason": "looked, it is not there"}
    ok(bob.post(f"/v1/uploads/{upload['upload_id']}/send-again", again))
    newer = _claimed(at_work, upload)
    end_attempt(at_work.server, at_work.worker_scope, attempt, Filed("90002"))
    assert at_work.state(bob, upload)["state"] == "sending"
    end_attempt(at_work.server, at_work.worker_scope, newer, Filed("90003"))
    assert at_work.state(bob, upload)["document_id"] == "90003"


def test_a_dead_process_of_this_machine_is_known_to_be_gone() -> None:
    import subprocess
    import sys

    ended = subprocess.run(
        [sys.executable, "-c", "from kinometric_server.uploads.leases import this_owner; print(this_owner())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert is_gone(ended)
    assert not is_gone(this_owner())
    assert not is_gone("another-machine/boot/pid:[1]#4711#abcd")
    assert not is_gone(None)


def test_in_preview_the_first_document_must_be_read_before_others_are_sent(
    at_work: AtWork, bob: Any, server: Any, upload: dict[str, Any]
) -> None:
    from kinometric_server.patients.tables import patient_links
    from kinometric_server.uploads.tables import uploads

    at_work.work()
    other = at_work.linked(bob, "14903", lastname="Essai", firstname="Chantal", born="1959-05-05")
    view = at_work.reviewed(bob, at_work.confirmed(bob, at_work.session(bob, other)))
    second = at_work.queued(bob, view)
    # The stand-in asks for no such look; the same rows as of a preview environment do.
    connect(server, at_work.clinic.practice_a, at_work.standin, athena_environment="preview")
    with server.database.writing(at_work.worker_scope) as unit:
        mine = unit.practice_id
        unit.execute(update(uploads).where(uploads.c.practice_id == mine).values(environment="preview"))
        unit.execute(update(patient_links).where(patient_links.c.practice_id == mine).values(environment="preview"))
    at_work.work()
    waiting = at_work.state(bob, second)
    assert waiting["state"] == "queued"
    assert "confirmed readable" in waiting["sentence"]
    first = at_work.state(bob, upload)
    assert first["needs_readable_check"] is True
    path = f"/v1/uploads/{upload['upload_id']}/readable"
    refused(bob.post(path, {"version": first["version"] + 7}), 409, "KS-409")
    assert ok(bob.post(path, {"version": first["version"]}))["needs_readable_check"] is False
    refused(bob.post(path, {"version": first["version"] + 1}), 409, "KS-409S")


def test_an_upload_that_cannot_be_worked_on_holds_up_neither_the_others_nor_the_worker(
    at_work: AtWork, bob: Any, upload: dict[str, Any], monkeypatch: pytest.MonkeyPatch, caplog: Any, clock: Any
) -> None:
    other = at_work.linked(bob, "14903", lastname="Essai", firstname="Chantal", born="1959-05-05")
    second = at_work.queued(bob, at_work.reviewed(bob, at_work.confirmed(bob, at_work.session(bob, other))))

    def full_disk(server: Any, scope: Any, upload_id: str) -> Any:
        if upload_id == upload["upload_id"]:
            raise OSError(28, "No space left on device", "secret-path")
        return prepare(server, scope, upload_id)

    monkeypatch.setattr(worker, "prepare", full_disk)
    with caplog.at_level("CRITICAL", logger="kinometric.uploads"):
        at_work.work()
    now = at_work.state(bob, upload)
    assert (now["state"], now["tries"]) == ("queued", 0)
    assert "Nothing was sent" in now["sentence"]
    assert "space" not in now["sentence"]
    assert at_work.state(bob, second)["state"] == "filed"
    monkeypatch.undo()
    clock.advance(minutes=1)
    at_work.work()
    assert at_work.state(bob, upload)["state"] == "filed"


def test_a_practice_that_cannot_be_worked_on_does_not_hold_up_the_others(
    at_work: AtWork, bob: Any, charlie: Any, upload: dict[str, Any], clock: Any, caplog: Any
) -> None:
    at_work.faults({**POST, "connection": "reset_after"})
    at_work.work()
    at_work.faults()
    assert at_work.state(bob, upload)["state"] == "outcome_unknown"
    connect(
        at_work.server, at_work.clinic.practice_a, at_work.standin, documents_list=True,
        athena_client_secret=b"not sealed by any key", athena_practice_id="990099",
    )  # fmt: skip
    connect(at_work.server, at_work.clinic.practice_b, at_work.standin, athena_practice_id="990017")
    theirs = QuickOrders(at_work, charlie.scope)
    body = theirs.body(theirs.session(), department_id=at_work.clinic.elsewhere)
    second = take_in(at_work.server, charlie.scope, body, "another practice's order").upload
    clock.advance(minutes=3)
    with caplog.at_level("CRITICAL", logger="kinometric.uploads"):
        at_work.work()
    with at_work.server.database.reading(charlie.scope) as unit:
        assert view_upload(unit, second.upload_id).state == "filed"


def test_practices_are_served_in_turn_so_that_a_slow_one_delays_the_others_by_one_upload(
    at_work: AtWork, bob: Any, charlie: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = QuickOrders(at_work, bob.scope)
    many = [ours.order() for _ in range(3)]
    connect(at_work.server, at_work.clinic.practice_a, at_work.standin, athena_practice_id="990099")
    connect(at_work.server, at_work.clinic.practice_b, at_work.standin, athena_practice_id="990017")
    theirs = QuickOrders(at_work, charlie.scope)
    body = theirs.body(theirs.session(), department_id=at_work.clinic.elsewhere)
    one = take_in(at_work.server, charlie.scope, body, "another practice's order").upload.upload_id
    sent: list[str] = []
    send = worker.send_one
    monkeypatch.setattr(
        worker, "send_one", lambda server, scope, key, **how: (sent.append(key), send(server, scope, key, **how))
    )
    assert at_work.work() == 4
    assert sent.index(one) <= 1
    assert [key for key in sent if key != one] == many
