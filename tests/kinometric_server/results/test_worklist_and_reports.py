"""The worklist says what each session needs next; a report is rendered by the server and known by its hash."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from kinometric.report import read_identity
from kinometric_server.results.worklist import next_step
from tests.kinometric_server.connected_clinic import AtWork, connect, ok, refused


def row_of(who: Any, session_id: str, **query: Any) -> dict[str, Any]:
    rows = ok(who.post("/v1/worklist", query))["rows"]
    return next(row for row in rows if row["session_id"] == session_id)


def test_the_worklist_follows_a_session_from_match_to_filed(at_work: AtWork, bob: Any) -> None:
    patient = at_work.patient(bob)
    view = at_work.session(bob, patient)
    session_id = view["session_id"]
    row = row_of(bob, session_id)
    assert (row["next_step"], row["stances_done"], row["provisional"]) == ("match", 4, True)
    linked = ok(at_work.link(bob, patient, at_work.chart(bob)))
    assert (row_of(bob, session_id)["next_step"], linked["sessions"]) == ("review", 1)
    view = at_work.reviewed(bob, at_work.confirmed(bob, view))
    assert row_of(bob, session_id)["next_step"] == "report"
    preview = at_work.preview(bob, view)
    assert row_of(bob, session_id)["next_step"] == "upload"
    ok(at_work.upload(bob, at_work.order(bob, view, preview)), 202)
    assert row_of(bob, session_id)["next_step"] == "sending"
    at_work.work()
    row = row_of(bob, session_id)
    assert (row["next_step"], row["upload_state"], row["level"]) == ("filed", "filed", "low")


def test_a_practice_without_athena_neither_matches_nor_uploads(at_work: AtWork, bob: Any, server: Any) -> None:
    connect(server, at_work.clinic.practice_a, at_work.standin, athena_environment="none")
    view = at_work.session(bob, at_work.patient(bob))
    assert row_of(bob, view["session_id"])["next_step"] == "review"
    view = at_work.reviewed(bob, at_work.confirmed(bob, view))
    assert row_of(bob, view["session_id"])["next_step"] == "report"
    assert "not switched on" in view["upload_obstacles"][0]


def test_the_worklist_is_one_day_of_the_practice_s_own_calendar(at_work: AtWork, bob: Any, clock: Any) -> None:
    late = at_work.result(at_work.patient(bob), "LBEO", tested_at="2026-05-05T02:30:00+00:00")
    view = ok(bob.post("/v1/results", late), 201)
    assert ok(bob.post("/v1/worklist", {}))["rows"] == []
    assert row_of(bob, view["session_id"], day="2026-05-04")["stances"] == ["scored", "", "", ""]


def test_the_worklist_can_be_one_department_s(at_work: AtWork, bob: Any) -> None:
    view = at_work.session(bob, at_work.patient(bob), ["LBEO"])
    assert row_of(bob, view["session_id"], department_id=at_work.clinic.physical_therapy)
    other = ok(bob.post("/v1/worklist", {"department_id": at_work.clinic.eastside}))
    assert other["rows"] == []


def test_another_practice_s_worklist_is_empty(at_work: AtWork, bob: Any, charlie: Any) -> None:
    at_work.session(bob, at_work.patient(bob), ["LBEO"])
    assert ok(charlie.post("/v1/worklist", {}))["rows"] == []


@pytest.mark.parametrize(
    ("state", "step"),
    [("queued", "sending"), ("sending", "sending"), ("rejected", "problem"), ("outcome_unknown", "problem")],
)
def test_uploads_that_are_not_done_are_shown(state: str, step: str) -> None:
    summary: dict[str, Any] = {"stances": ["scored"] * 4, "missing": [], "holds_to_confirm": 0}
    found = next_step(summary, None, reviewed=True, previewed=True, upload_state=state, athena_on=True)  # type: ignore[arg-type]
    assert found[0] == step


def test_a_preview_carries_the_ids_in_the_pdf_and_is_kept_by_its_hash(
    at_work: AtWork, bob: Any, ready_session: dict[str, Any]
) -> None:
    preview = at_work.preview(bob, ready_session)
    pdf = base64.b64decode(preview["pdf_base64"])
    assert hashlib.sha256(pdf).hexdigest() == preview["sha256"]
    assert preview["marker_note"] == "Kinometric Balance Test Results - Rosa Prueba - 05-May-2026 [K-…]"
    stated = read_identity(pdf)
    assert stated.session_id == ready_session["session_id"]
    assert stated.review_id == ready_session["review"]["review_id"]
    assert stated.patient_id == ready_session["patient"]["patient_id"]
    assert stated.athena_patient_id == "14620"
    assert stated.link_version == ready_session["patient"]["link_version"]
    assert stated.revision == 0


def test_a_report_can_be_seen_before_the_stamp_and_says_so(at_work: AtWork, bob: Any) -> None:
    view = at_work.session(bob, at_work.patient(bob), ["LBEO"])
    preview = at_work.preview(bob, view)
    assert preview["reviewed"] is False
    assert read_identity(base64.b64decode(preview["pdf_base64"])).review_id is None


def test_options_change_the_report(at_work: AtWork, bob: Any, ready_session: dict[str, Any]) -> None:
    ok(bob.post(f"/v1/sessions/{ready_session['session_id']}/note", {"note_version": 0, "text": "Train twice a week."}))
    with_note = at_work.preview(bob, ready_session)
    without = at_work.preview(bob, ready_session, note=False)
    assert with_note["content_hash"] != without["content_hash"]


def test_printing_and_saving_are_audited(
    at_work: AtWork, bob: Any, charlie: Any, ready_session: dict[str, Any], audited: Any
) -> None:
    preview = at_work.preview(bob, ready_session)
    path = f"/v1/sessions/{ready_session['session_id']}/report/exported"
    body = {"preview_id": preview["preview_id"], "how": "printed"}
    assert bob.post(path, body).status_code == 204
    assert audited("report_printed") == [("report_printed", "success", ready_session["session_id"])]
    refused(charlie.post(path, body), 404, "KS-404")
    refused(bob.post(path, {**body, "preview_id": "0" * 32}), 404, "KS-404")
    refused(bob.post(path, {**body, "how": "faxed"}), 422, "KS-422")


def test_a_session_carries_a_draft_made_of_its_numbers_and_nobody_s_name(at_work: AtWork, bob: Any) -> None:
    patient = at_work.patient(bob)
    view = at_work.session(bob, patient)
    draft = view["interpretation_draft"]
    for trial in view["trials"]:
        assert trial["stance"] in draft
    assert "provisional" in draft
    assert view["interpretation_accepted_by"] is None
    for secret in (patient["lastname"], patient["firstname"]):
        assert secret.lower() not in draft.lower()
    preview = at_work.preview(bob, view, interpretation=True)
    assert preview["reviewed"] is False
