"""An interpretation is part of the report only in a person's name, and only while it fits the numbers."""

from __future__ import annotations

import base64
import io
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import select

from kinometric.interpretation import DRAFT_VERSION
from kinometric_server.audit.tables import audit_entries
from kinometric_server.results.tables import test_sessions as sessions
from tests.kinometric_server.connected_clinic import AtWork, ok, refused


@pytest.fixture
def measured(at_work: AtWork, bob: Any) -> dict[str, Any]:
    return at_work.confirmed(bob, at_work.session(bob, at_work.linked(bob)))


def path_of(view: dict[str, Any]) -> str:
    return f"/v1/sessions/{view['session_id']}/interpretation"


def body_of(view: dict[str, Any], text: str | None = None) -> dict[str, Any]:
    chosen = view["interpretation_draft"] if text is None else text
    return {"interpretation_version": view["interpretation_version"], "text": chosen}


def read(bob: Any, view: dict[str, Any]) -> dict[str, Any]:
    return ok(bob.get(f"/v1/sessions/{view['session_id']}"))


def words_of_report(bob: Any, view: dict[str, Any], *, interpretation: bool = True) -> str:
    options = {"interpretation": interpretation}
    preview = ok(bob.post(f"/v1/sessions/{view['session_id']}/report", options))
    document = pypdfium2.PdfDocument(io.BytesIO(base64.b64decode(preview["pdf_base64"])))
    try:
        return " ".join("\n".join(page.get_textpage().get_text_bounded() for page in document).split())
    finally:
        document.close()


def row_of(server: Any, at_work: AtWork) -> Any:
    with server.database.reading(at_work.worker_scope) as unit:
        return unit.one(select(sessions).where(sessions.c.practice_id == unit.practice_id))


def test_an_accepted_draft_is_printed_in_the_name_of_who_accepted_it(
    at_work: AtWork, bob: Any, measured: dict[str, Any]
) -> None:
    assert measured["interpretation_accepted_by"] is None
    assert "accepted by" not in words_of_report(bob, measured)
    view = ok(bob.post(path_of(measured), body_of(measured)))
    assert view["interpretation_accepted_by"] == "Dr. Robert Vance"
    assert view["interpretation_text"] == measured["interpretation_draft"]
    assert (view["interpretation_withheld"], view["version"]) == ("", measured["version"])
    printed = words_of_report(bob, view)
    assert "Drafted from the numbers, accepted by Dr. Robert Vance" in printed
    assert view["interpretation_draft"].split(". ")[0] in printed
    assert "accepted by" not in words_of_report(bob, view, interpretation=False)


def test_it_is_stored_sealed_with_who_when_engine_and_model(
    at_work: AtWork, bob: Any, server: Any, measured: dict[str, Any]
) -> None:
    ok(bob.post(path_of(measured), body_of(measured)))
    row = row_of(server, at_work)
    assert (row.interpretation_by_name, row.interpretation_model) == ("Dr. Robert Vance", DRAFT_VERSION)
    assert row.interpretation_by is not None
    assert row.interpretation_at is not None
    assert row.interpretation_engine == measured["engine"]
    assert b"Session level" not in row.interpretation_sealed


def test_a_person_may_shorten_the_draft(bob: Any, measured: dict[str, Any]) -> None:
    rest = measured["interpretation_draft"].split(". ", 1)[1]
    assert ok(bob.post(path_of(measured), body_of(measured, f"  {rest} ")))["interpretation_text"] == rest


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("LBEO: score 7.7 of 10.", "a number that is not in the table"),
        ("LBEO is normal.", "“normal”"),
        ("LBEO: Critical risk.", "a level that the table does not"),
        ("Everything was fine.", "which test it speaks of"),
        ("Prueba held LBEO.", "names a person"),
    ],
)
def test_a_text_that_the_check_withholds_is_refused_and_nothing_is_stored(
    at_work: AtWork, bob: Any, server: Any, measured: dict[str, Any], wrong: str, reason: str
) -> None:
    said = refused(bob.post(path_of(measured), body_of(measured, wrong)), 422, "KS-422")
    assert said.startswith("Drafted text withheld: ")
    assert reason in said
    assert "7.7" not in said
    assert "Prueba" not in said
    assert row_of(server, at_work).interpretation_sealed is None
    assert read(bob, measured)["interpretation_version"] == measured["interpretation_version"]


def test_an_empty_text_takes_the_acceptance_back(bob: Any, measured: dict[str, Any]) -> None:
    accepted = ok(bob.post(path_of(measured), body_of(measured)))
    view = ok(bob.post(path_of(measured), body_of(accepted, " ")))
    assert (view["interpretation_text"], view["interpretation_accepted_by"]) == ("", None)
    assert "accepted by" not in words_of_report(bob, view)


def test_only_what_was_shown_can_be_accepted(bob: Any, measured: dict[str, Any]) -> None:
    ok(bob.post(path_of(measured), body_of(measured)))
    refused(bob.post(path_of(measured), body_of(measured)), 409, "KS-409")


def test_front_desk_readers_and_strangers_accept_nothing(
    erin: Any, frank: Any, charlie: Any, bob: Any, measured: dict[str, Any]
) -> None:
    refused(erin.post(path_of(measured), body_of(measured)), 403, "KS-403")
    refused(frank.post(path_of(measured), body_of(measured)), 403, "KS-403R")
    refused(charlie.post(path_of(measured), body_of(measured)), 404, "KS-404")
    assert read(bob, measured)["interpretation_accepted_by"] is None


def _change_hold(at_work: AtWork, bob: Any, view: dict[str, Any]) -> Any:
    trial = view["trials"][1]
    body = {"version": trial["version"], "held_full": False, "hold_s": 5.0, "reason": "touched the rail"}
    return bob.post(f"/v1/trials/{trial['trial_id']}/hold", body)


def _state_outcome(at_work: AtWork, bob: Any, view: dict[str, Any]) -> Any:
    trial = view["trials"][1]
    body = {"version": trial["version"], "outcome": "supported", "reason": "held by the arm"}
    return bob.post(f"/v1/trials/{trial['trial_id']}/outcome", body)


def _add_trial(at_work: AtWork, bob: Any, view: dict[str, Any]) -> Any:
    return bob.post("/v1/results", at_work.result(view["patient"], "RBEO", view["session_id"]))


def _answer(at_work: AtWork, bob: Any, view: dict[str, Any]) -> Any:
    body = {"instrument": "three_key_questions", "answers": {}}
    return bob.post(f"/v1/sessions/{view['session_id']}/answers", body)


@pytest.mark.parametrize("change", [_change_hold, _state_outcome, _add_trial, _answer])
def test_every_change_of_what_it_rests_on_takes_the_acceptance_away(
    at_work: AtWork, bob: Any, server: Any, measured: dict[str, Any], change: Any
) -> None:
    accepted = ok(bob.post(path_of(measured), body_of(measured)))
    assert change(at_work, bob, accepted).status_code in (200, 201)
    view = read(bob, measured)
    assert (view["interpretation_text"], view["interpretation_accepted_by"]) == ("", None)
    refused(bob.post(path_of(measured), body_of(accepted)), 409, "KS-409")
    assert "accepted by" not in words_of_report(bob, view)
    with server.database.reading(at_work.worker_scope) as unit:
        rows = unit.all(select(audit_entries.c.action).where(audit_entries.c.practice_id == unit.practice_id))
    assert [row.action for row in rows if row.action.startswith("interpretation")] == [
        "interpretation_accepted",
        "interpretation_voided",
    ]


def test_a_report_made_before_the_acceptance_can_t_be_filed(
    at_work: AtWork, bob: Any, ready_session: dict[str, Any]
) -> None:
    session_id = ready_session["session_id"]
    preview = ok(bob.post(f"/v1/sessions/{session_id}/report", {}))
    asked = {"session_id": session_id, "preview_id": preview["preview_id"], "department_id": None}
    before = {check["name"]: check["passed"] for check in ok(bob.post("/v1/uploads/check", asked))["checks"]}
    view = ok(bob.post(path_of(ready_session), body_of(ready_session)))
    assert view["review"] is not None
    after = {check["name"]: check["passed"] for check in ok(bob.post("/v1/uploads/check", asked))["checks"]}
    assert (before["report"], after["report"]) == (True, False)


def test_a_test_without_a_score_must_not_be_left_out(at_work: AtWork, bob: Any) -> None:
    view = at_work.session(bob, at_work.patient(bob), ["LBEO"])
    assert "LBEC" in view["interpretation_draft"]
    short = "Left leg, eyes open (LBEO): held 10.0 s."
    said = refused(bob.post(path_of(view), body_of(view, short)), 422, "KS-422")
    assert "leaves out that RBEO has no score" in said
