"""What people decide: cancel, retry after mending, found in the chart, send again after ten minutes, give up."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from kinometric_server.practices.tables import departments
from tests.kinometric_server.connected_clinic import AtWork, ok, refused

POST = {"method": "POST", "path": "*/clinicaldocument"}


@pytest.fixture
def upload(at_work: AtWork, bob: Any, ready_session: dict[str, Any]) -> dict[str, Any]:
    return at_work.queued(bob, ready_session)


@pytest.fixture
def unknown(at_work: AtWork, bob: Any, upload: dict[str, Any]) -> dict[str, Any]:
    at_work.faults({**POST, "connection": "reset_after"})
    at_work.work()
    at_work.faults()
    return at_work.state(bob, upload)


def decide(who: Any, upload: dict[str, Any], what: str, **body: Any) -> Any:
    return who.post(f"/v1/uploads/{upload['upload_id']}/{what}", {"version": upload["version"], **body})


def test_a_queued_upload_can_be_taken_back_and_ordered_anew(
    at_work: AtWork, bob: Any, upload: dict[str, Any], ready_session: dict[str, Any]
) -> None:
    cancelled = ok(decide(bob, upload, "cancel", reason="wrong department"))
    assert (cancelled["state"], cancelled["history"][-1]["by"]) == ("cancelled", "Dr. Robert Vance")
    again = at_work.queued(bob, ready_session)
    assert again["upload_id"] != upload["upload_id"]
    at_work.work()
    assert len(at_work.documents()) == 1


def test_what_was_tried_before_is_cancelled_before_another_try(
    at_work: AtWork, bob: Any, unknown: dict[str, Any], clock: Any
) -> None:
    clock.advance(minutes=11)
    again = ok(decide(bob, unknown, "send-again", reason="looked, it is not there"))
    assert ok(decide(bob, again, "cancel"))["sentence"] == "Cancelled before it was sent again."


def test_a_decision_counts_for_the_version_that_was_shown(bob: Any, upload: dict[str, Any]) -> None:
    refused(bob.post(f"/v1/uploads/{upload['upload_id']}/cancel", {"version": 99}), 409, "KS-409")


@pytest.mark.parametrize("what", ["retry", "send-again", "abandon"])
def test_decisions_that_do_not_fit_the_state_are_refused(bob: Any, upload: dict[str, Any], what: str) -> None:
    refused(decide(bob, upload, what, reason="just because"), 409, "KS-409S")


def test_a_found_document_is_filed_under_its_number(
    at_work: AtWork, bob: Any, unknown: dict[str, Any], audited: Any
) -> None:
    assert unknown["state"] == "outcome_unknown"
    assert "[KS-520]" in unknown["sentence"]
    refused(decide(bob, unknown, "found", document_id="not a number"), 422, "KS-422")
    (document,) = at_work.documents()
    found = ok(decide(bob, unknown, "found", document_id=str(document["documentid"])))
    assert (found["state"], found["document_id"]) == ("filed", str(document["documentid"]))
    assert ("upload_found_in_chart", "success", unknown["upload_id"]) in audited()


def test_one_document_is_found_for_one_upload_only(at_work: AtWork, bob: Any, unknown: dict[str, Any]) -> None:
    other = at_work.linked(bob, "14903", lastname="Essai", firstname="Chantal", born="1959-05-05")
    view = at_work.reviewed(bob, at_work.confirmed(bob, at_work.session(bob, other)))
    second = at_work.queued(bob, view)
    at_work.work()
    number = at_work.state(bob, second)["document_id"]
    refused(decide(bob, unknown, "found", document_id=number), 409, "KS-409S")


def test_sending_again_waits_ten_minutes_and_takes_a_reason(
    at_work: AtWork, bob: Any, unknown: dict[str, Any], clock: Any
) -> None:
    assert unknown["send_again_from"] == "2026-05-05T14:40:00Z"
    refused(decide(bob, unknown, "send-again", reason="not there"), 409, "KS-409S")
    clock.advance(minutes=10)
    refused(decide(bob, unknown, "send-again", reason=""), 422, "KS-422")
    queued = ok(decide(bob, unknown, "send-again", reason="not there"))
    assert queued["state"] == "queued"
    assert "not there" in queued["history"][-1]["sentence"]
    at_work.work()
    assert at_work.state(bob, unknown)["state"] == "filed"
    # A person ordered the second try: two documents is what that order may lead to.
    assert len(at_work.documents()) == 2


def test_an_abandoned_upload_frees_the_session_only_with_the_statement(
    at_work: AtWork, bob: Any, unknown: dict[str, Any], ready_session: dict[str, Any]
) -> None:
    refused(decide(bob, unknown, "abandon", reason=""), 422, "KS-422")
    given_up = ok(decide(bob, unknown, "abandon", reason="nobody knows"))
    assert given_up["state"] == "abandoned"
    order = at_work.order(bob, ready_session, at_work.preview(bob, ready_session))
    assert refused(at_work.upload(bob, order), 409, "KS-409U") == unknown["upload_id"]


def test_an_abandoned_upload_that_is_not_in_the_chart_can_be_followed_by_another(
    at_work: AtWork, bob: Any, unknown: dict[str, Any], ready_session: dict[str, Any]
) -> None:
    ok(decide(bob, unknown, "abandon", reason="looked everywhere", not_in_chart=True))
    assert at_work.queued(bob, ready_session)["state"] == "queued"


def test_a_rejected_upload_is_sent_after_mending(at_work: AtWork, bob: Any, upload: dict[str, Any]) -> None:
    def allow(active: bool) -> None:
        with at_work.server.database.writing(at_work.worker_scope) as unit:
            unit.execute(
                update(departments)
                .where(departments.c.practice_id == unit.practice_id, departments.c.athena_department_id == "1")
                .values(is_active=active)
            )

    # Another allowed department keeps the patient visible; only the target is stopped.
    import httpx

    chart = f"{at_work.standin.base_url}/_standin/patients/990017/14620"
    httpx.put(chart, json={"primarydepartmentid": "3"}).raise_for_status()
    allow(False)
    at_work.work()
    rejected = at_work.state(bob, upload)
    assert (rejected["state"], rejected["code"]) == ("rejected", "KS-422D")
    allow(True)
    ok(decide(bob, rejected, "retry", reason="department allowed again"))
    at_work.work()
    assert at_work.state(bob, upload)["state"] == "filed"
    assert len(at_work.documents()) == 1


def test_a_rejected_upload_is_not_revived_beside_another(
    at_work: AtWork, bob: Any, upload: dict[str, Any], ready_session: dict[str, Any]
) -> None:
    at_work.faults({**POST, "status": 400})
    at_work.work()
    at_work.faults()
    rejected = at_work.state(bob, upload)
    second = at_work.queued(bob, ready_session)
    assert refused(decide(bob, rejected, "retry"), 409, "KS-409U") == second["upload_id"]
    at_work.work()
    refused(decide(bob, rejected, "retry"), 409, "KS-409S")
    assert len(at_work.documents()) == 1


def test_strangers_and_readonly_decide_nothing(
    erin: Any, frank: Any, charlie: Any, upload: dict[str, Any], bob: Any
) -> None:
    refused(decide(charlie, upload, "cancel"), 404, "KS-404")
    refused(decide(frank, upload, "cancel"), 403, "KS-403R")
    refused(decide(erin, upload, "cancel"), 403, "KS-403")
    refused(charlie.get(f"/v1/uploads/{upload['upload_id']}"), 404, "KS-404")
    assert ok(charlie.post("/v1/uploads/list", {}))["uploads"] == []
    assert ok(frank.get(f"/v1/uploads/{upload['upload_id']}"))["state"] == "queued"


def test_lists_count_states_and_polling_is_audited_once_per_change(
    at_work: AtWork, bob: Any, upload: dict[str, Any], audited: Any
) -> None:
    for _ in range(3):
        listed = ok(bob.post("/v1/uploads/list", {"mine": True}))
    assert listed["counts"]["queued"] == 1
    assert len(audited("uploads_read")) == 1
    at_work.work()
    later = ok(bob.post("/v1/uploads/list", {"states": ["filed"], "day": "2026-05-05"}))
    assert [each["state"] for each in later["uploads"]] == ["filed"]
    assert later["change"] > listed["change"]
    assert len(audited("uploads_read")) == 2
    for empty in ("2026-05-04", "0001-01-01", "9999-12-31"):
        assert ok(bob.post("/v1/uploads/list", {"day": empty}))["uploads"] == []
    refused(bob.post("/v1/uploads/list", {"day": "soon"}), 422, "KS-422")
    refused(bob.post("/v1/uploads/list", {"limit": 0}), 422, "KS-422")
