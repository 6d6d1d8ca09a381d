"""Holds are a person's word; the stamp waits for all of them, and every change takes it back."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from sqlalchemy import select

from kinometric_server.results.tables import hold_confirmations, reviews
from tests.kinometric_server.connected_clinic import AtWork, ok, recording, refused


@pytest.fixture
def measured(at_work: AtWork, bob: Any) -> dict[str, Any]:
    return at_work.session(bob, at_work.linked(bob))


def trial_of(view: dict[str, Any], stance: str) -> dict[str, Any]:
    return next(trial for trial in view["trials"] if trial["stance"] == stance)


def test_one_keystroke_confirms_the_plausible_holds(at_work: AtWork, bob: Any, measured: dict[str, Any]) -> None:
    assert measured["holds_to_confirm"] == 4
    assert measured["review_obstacles"] == ["4 holds are not confirmed."]
    assert measured["headline"]["provisional"] is True
    confirmed = at_work.confirmed(bob, measured)
    assert confirmed["holds_to_confirm"] == 0
    assert confirmed["review_obstacles"] == []
    assert confirmed["headline"]["provisional"] is False
    assert {trial["hold_source"] for trial in confirmed["trials"]} == {"confirmed"}


def test_both_values_who_when_and_why_are_kept(
    at_work: AtWork, bob: Any, server: Any, measured: dict[str, Any]
) -> None:
    trial = trial_of(measured, "LBEO")
    path = f"/v1/trials/{trial['trial_id']}/hold"
    body = {"version": trial["version"], "held_full": False, "hold_s": 6.2}
    refused(bob.post(path, body), 422, "KS-422")
    view = ok(bob.post(path, {**body, "reason": "foot touched down"}))
    changed = trial_of(view, "LBEO")
    assert (changed["hold_s"], changed["detected_hold_s"]) == (6.2, 10.0)
    assert changed["score"] == pytest.approx(3.1)
    assert (changed["confirmed_by"], changed["confirmed_reason"]) == ("Dr. Robert Vance", "foot touched down")
    refused(bob.post(path, {**body, "reason": "once more"}), 409, "KS-409")
    again = {"version": changed["version"], "held_full": True, "reason": "watched it again"}
    assert trial_of(ok(bob.post(path, again)), "LBEO")["held_full"] is True
    with server.database.reading(at_work.worker_scope) as unit:
        kept = unit.all(
            select(hold_confirmations)
            .where(hold_confirmations.c.practice_id == unit.practice_id)
            .order_by(hold_confirmations.c.hold_s)
        )
    assert [(row.detected_hold_s, row.hold_s, row.by_name) for row in kept] == [
        (10.0, 6.2, "Dr. Robert Vance"),
        (10.0, 10.0, "Dr. Robert Vance"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"held_full": False},
        {"held_full": False, "hold_s": 10.0},
        {"held_full": False, "hold_s": -1.0},
        {"held_full": True, "hold_s": 4.0},
    ],
)
def test_a_hold_that_is_no_hold_is_refused(bob: Any, measured: dict[str, Any], wrong: dict[str, Any]) -> None:
    trial = trial_of(measured, "LBEO")
    body = {"version": trial["version"], "reason": "seen on video", **wrong}
    refused(bob.post(f"/v1/trials/{trial['trial_id']}/hold", body), 422, "KS-422")


def test_all_at_once_confirms_only_what_was_shown(at_work: AtWork, bob: Any, measured: dict[str, Any]) -> None:
    path = f"/v1/sessions/{measured['session_id']}/holds"
    stale = {trial["trial_id"]: trial["version"] + 1 for trial in measured["trials"]}
    refused(bob.post(path, {"trial_versions": stale}), 409, "KS-409")
    refused(bob.post(path, {"trial_versions": {"0" * 32: 1}}), 404, "KS-404")
    refused(bob.post(path, {"trial_versions": {}}), 422, "KS-422")
    assert ok(bob.get(f"/v1/sessions/{measured['session_id']}"))["holds_to_confirm"] == 4


def test_an_implausible_hold_is_not_confirmed_with_the_others(at_work: AtWork, bob: Any) -> None:
    patient = at_work.patient(bob)
    encoded = base64.b64encode(recording("LBEO", hold_s=0.4)).decode()
    view = ok(bob.post("/v1/results", at_work.result(patient, "LBEO", recording_base64=encoded)), 201)
    (trial,) = view["trials"]
    assert trial["plausible"] is False
    body = {"trial_versions": {trial["trial_id"]: trial["version"]}}
    refused(bob.post(f"/v1/sessions/{view['session_id']}/holds", body), 409, "KS-409")
    one = {"version": trial["version"], "held_full": False, "hold_s": 0.4, "reason": "as detected"}
    assert ok(bob.post(f"/v1/trials/{trial['trial_id']}/hold", one))["holds_to_confirm"] == 0


def test_the_stamp_says_every_obstacle_at_once(at_work: AtWork, bob: Any) -> None:
    view = at_work.session(bob, at_work.patient(bob), ["LBEO", "RBEO"])
    body = {"version": view["version"], "traces_were_shown": False}
    sentence = refused(bob.post(f"/v1/sessions/{view['session_id']}/review", body), 422, "KS-422V")
    assert "Left leg, eyes closed: neither a recording nor an outcome" in sentence
    assert "2 holds are not confirmed." in sentence
    assert "Look at the traces" in sentence


def test_outcomes_with_reasons_stand_in_for_recordings(at_work: AtWork, bob: Any) -> None:
    patient = at_work.patient(bob)
    view = at_work.session(bob, patient, ["LBEO", "RBEO"])
    for stance in ("LBEC", "RBEC"):
        body = at_work.result(
            patient, stance, view["session_id"], recording_base64=None, placement=None,
            outcome="not_attempted", reason="afraid to close the eyes",
        )  # fmt: skip
        view = ok(bob.post("/v1/results", body), 201)
    reviewed = at_work.reviewed(bob, at_work.confirmed(bob, view))
    assert reviewed["review"]["by"] == "Dr. Robert Vance"


def test_a_stamp_is_given_for_the_version_that_was_shown(at_work: AtWork, bob: Any, measured: dict[str, Any]) -> None:
    confirmed = at_work.confirmed(bob, measured)
    path = f"/v1/sessions/{measured['session_id']}/review"
    refused(bob.post(path, {"version": measured["version"], "traces_were_shown": True}), 409, "KS-409")
    reviewed = at_work.reviewed(bob, confirmed)
    refused(bob.post(path, {"version": reviewed["version"], "traces_were_shown": True}), 409, "KS-409S")


def test_front_desk_and_readonly_stamp_nothing(erin: Any, frank: Any, measured: dict[str, Any]) -> None:
    body = {"version": measured["version"], "traces_were_shown": True}
    path = f"/v1/sessions/{measured['session_id']}/review"
    refused(erin.post(path, body), 403, "KS-403")
    refused(frank.post(path, body), 403, "KS-403R")


def _change_hold(at_work: AtWork, bob: Any, view: dict[str, Any]) -> Any:
    trial = trial_of(view, "RBEO")
    body = {"version": trial["version"], "held_full": False, "hold_s": 5.0, "reason": "touched the rail"}
    return bob.post(f"/v1/trials/{trial['trial_id']}/hold", body)


def _state_outcome(at_work: AtWork, bob: Any, view: dict[str, Any]) -> Any:
    trial = trial_of(view, "RBEO")
    body = {"version": trial["version"], "outcome": "supported", "reason": "held by the arm"}
    return bob.post(f"/v1/trials/{trial['trial_id']}/outcome", body)


def _set_foot_lift(at_work: AtWork, bob: Any, view: dict[str, Any]) -> Any:
    trial = trial_of(view, "RBEO")
    return bob.post(f"/v1/trials/{trial['trial_id']}/foot-lift", {"version": trial["version"], "foot_lift_s": 0.3})


def _add_trial(at_work: AtWork, bob: Any, view: dict[str, Any]) -> Any:
    return bob.post("/v1/results", at_work.result(view["patient"], "RBEO", view["session_id"]))


def _answer(at_work: AtWork, bob: Any, view: dict[str, Any]) -> Any:
    body = {"instrument": "three_key_questions", "answers": {}}
    return bob.post(f"/v1/sessions/{view['session_id']}/answers", body)


@pytest.mark.parametrize("change", [_change_hold, _state_outcome, _set_foot_lift, _add_trial, _answer])
def test_every_change_voids_the_stamp_and_cancels_the_queued_upload(
    at_work: AtWork, bob: Any, server: Any, ready_session: dict[str, Any], change: Any
) -> None:
    upload = at_work.queued(bob, ready_session)
    assert change(at_work, bob, ready_session).status_code in (200, 201)
    view = ok(bob.get(f"/v1/sessions/{ready_session['session_id']}"))
    assert view["review"] is None
    assert at_work.state(bob, upload)["state"] == "cancelled"
    with server.database.reading(at_work.worker_scope) as unit:
        (row,) = unit.all(select(reviews).where(reviews.c.practice_id == unit.practice_id))
    assert row.voided_at is not None
    assert at_work.work() == 0
    assert at_work.documents() == []


def test_a_foot_lift_moves_the_window_and_asks_for_the_hold_again(
    at_work: AtWork, bob: Any, measured: dict[str, Any]
) -> None:
    confirmed = at_work.confirmed(bob, measured)
    trial = trial_of(confirmed, "LBEO")
    path = f"/v1/trials/{trial['trial_id']}/foot-lift"
    view = ok(bob.post(path, {"version": trial["version"], "foot_lift_s": 0.25}))
    moved = trial_of(view, "LBEO")
    assert moved["foot_lift_s"] == 0.25
    assert moved["confirmed_at"] is None
    assert view["holds_to_confirm"] == 1
    refused(bob.post(path, {"version": moved["version"], "foot_lift_s": 99.0}), 422, "KS-422")
    refused(bob.post(path, {"version": 1, "foot_lift_s": 0.1}), 409, "KS-409")


def test_the_note_has_a_version_of_its_own_and_is_sealed(
    at_work: AtWork, bob: Any, server: Any, measured: dict[str, Any]
) -> None:
    from kinometric_server.results.tables import test_sessions

    path = f"/v1/sessions/{measured['session_id']}/note"
    view = ok(bob.post(path, {"note_version": 0, "text": "Balance training twice a week."}))
    assert (view["note"], view["note_version"]) == ("Balance training twice a week.", 1)
    assert view["version"] == measured["version"]
    refused(bob.post(path, {"note_version": 0, "text": "other"}), 409, "KS-409")
    refused(bob.post(path, {"note_version": 1, "text": "x" * 4001}), 422, "KS-422")
    with server.database.reading(at_work.worker_scope) as unit:
        row = unit.one(select(test_sessions).where(test_sessions.c.practice_id == unit.practice_id))
    assert b"training" not in row.note_sealed
    assert ok(bob.post(path, {"note_version": 1, "text": " "}))["note"] == ""


def test_a_corrected_birth_date_scores_again_and_takes_the_stamp_back(
    at_work: AtWork, bob: Any, ready_session: dict[str, Any]
) -> None:
    patient = ready_session["patient"]
    change = {"version": patient["version"], "reason": "typing error", "born": "1984-09-23"}
    ok(bob.post(f"/v1/patients/{patient['patient_id']}/correct", change))
    view = ok(bob.get(f"/v1/sessions/{ready_session['session_id']}"))
    assert view["review"] is None
    assert trial_of(view, "LBEC")["age_view"] != trial_of(ready_session, "LBEC")["age_view"]


def test_strangers_change_no_trial(charlie: Any, measured: dict[str, Any]) -> None:
    trial = measured["trials"][0]
    body = {"version": trial["version"], "held_full": True}
    refused(charlie.post(f"/v1/trials/{trial['trial_id']}/hold", body), 404, "KS-404")
    body = {"version": measured["version"], "traces_were_shown": True}
    refused(charlie.post(f"/v1/sessions/{measured['session_id']}/review", body), 404, "KS-404")


def test_answers_are_checked_sealed_and_totalled(
    at_work: AtWork, bob: Any, server: Any, measured: dict[str, Any]
) -> None:
    from kinometric.questionnaires import instrument
    from kinometric_server.results.tables import questions

    asked = instrument("stay_independent")
    answers = {item.id: index < 4 for index, item in enumerate(asked.items)}
    path = f"/v1/sessions/{measured['session_id']}/answers"
    view = ok(bob.post(path, {"instrument": asked.id, "answers": answers}))
    (shown,) = view["questionnaires"]
    assert shown["name"] == asked.name
    assert len(shown["flagged"]) == 4
    refused(bob.post(path, {"instrument": asked.id, "answers": answers}), 409, "KS-409")
    ok(bob.post(path, {"instrument": asked.id, "answers": {}, "version": 1}))
    refused(bob.post(path, {"instrument": "no_such", "answers": {}}), 422, "KS-422")
    wrong = {"instrument": asked.id, "answers": {asked.items[0].id: "perhaps"}, "version": 2}
    assert "perhaps" not in refused(bob.post(path, wrong), 422, "KS-422")
    with server.database.reading(at_work.worker_scope) as unit:
        row = unit.one(select(questions).where(questions.c.practice_id == unit.practice_id))
    assert b"true" not in row.answers_sealed


def test_a_trial_whose_outcome_was_stated_has_no_hold_to_confirm(at_work, bob):
    """Confirmed, it would void the stamp and keep a hold that nothing shows."""
    view = at_work.session(bob, at_work.patient(bob), stances=("LBEO",))
    trial = view["trials"][0]
    path = f"/v1/trials/{trial['trial_id']}"
    stated = {"version": trial["version"], "outcome": "unable", "reason": "Could not stand"}
    view = ok(bob.post(f"{path}/outcome", stated))
    hold = {"version": trial["version"] + 1, "held_full": False, "hold_s": 3.0, "reason": "Touched down"}
    refused(bob.post(f"{path}/hold", hold), 409, "KS-409S")
    assert ok(bob.get(f"/v1/sessions/{view['session_id']}")) == view
