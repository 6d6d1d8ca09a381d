"""The review screen without Qt: opening, holds, outcomes, recordings, note and stamp."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from kinometric.contract.errors import STALE
from kinometric.contract.sessions import ConfirmHold, ConfirmPlausible, NewResult, StampReview, StateOutcome
from kinometric.recordings import synthetic_recording, write_csv
from kinometric_desktop.app.ports import ChosenFile
from kinometric_desktop.app.review import ReviewPresenter
from kinometric_desktop.app.review_looking import CHANGED_ELSEWHERE, NO_REVIEW, READ_ONLY
from kinometric_desktop.app.review_state import STANCES, FootLiftForm, NoteForm
from kinometric_desktop.app.runners import ManualRunner
from kinometric_desktop.client.errors import ServerError, Unreachable


def opened(clinic, role: str = "clinician", *, confirmed: bool = False, reviewed: bool = False, **more):
    clinic.full_session(confirmed=confirmed, reviewed=reviewed)
    clinic.enter(role, **more)
    clinic.work.navigation.go("review")
    presenter = ReviewPresenter(clinic.work)
    presenter.arrive()
    return presenter


def look_at_all(presenter) -> None:
    for stance in STANCES:
        presenter.traces_shown(stance)


def test_a_session_is_read_with_all_its_recordings_in_one_request_and_measured_here(clinic) -> None:
    presenter = opened(clinic)
    assert [name for name, _ in clinic.sessions.asked] == ["get", "recordings"]
    state = presenter.state
    assert state.phase == "ready"
    assert state.title == "02-Nov-2026 14:05"
    assert [cell.stance for cell in state.cells] == ["LBEO", "RBEO", "LBEC", "RBEC"]
    assert all(cell.curves is not None for cell in state.cells)
    assert state.engine_agrees is True
    assert state.engine_line == "Engine 1.0.0, same score here as on the server"
    assert state.placement_line == "Phone at sacrum, portrait: AP and ML known"


def test_parsing_runs_on_the_compute_lane_and_requests_on_the_network_lane(make_clinic) -> None:
    runner = ManualRunner()
    clinic = make_clinic(runner)
    presenter = opened(clinic)
    assert presenter.state.phase == "loading"
    assert [task.lane for task in runner.waiting] == ["network"]
    runner.finish_next()
    assert [task.lane for task in runner.waiting] == ["compute"]
    runner.finish_next()
    assert presenter.state.phase == "ready"


def test_an_answer_that_comes_after_the_patient_was_changed_is_dropped(make_clinic) -> None:
    runner = ManualRunner()
    clinic = make_clinic(runner)
    presenter = opened(clinic)
    late = runner.waiting.pop(0)
    other = dataclasses.replace(clinic.sessions.patient, patient_id="p-other")
    clinic.work.session.open_patient(other, "")
    late.finish()
    assert presenter.state.cells == ()
    assert presenter.state.phase == "empty"


def test_the_server_s_score_is_shown_and_a_difference_is_said(clinic) -> None:
    clinic.sessions.score_shift = 0.2
    presenter = opened(clinic)
    state = presenter.state
    assert state.engine_agrees is False
    assert state.engine_line == "Engine 1.0.0: 4 scores differ here"
    assert state.engine_difference.startswith("Engine 1.0.0 on the server, 1.0.0 here: LBEO ")
    assert " there, " in state.engine_difference


def test_a_difference_within_rounding_is_not_a_warning(clinic) -> None:
    clinic.sessions.score_shift = 0.04
    assert opened(clinic).state.engine_agrees is True


def test_holds_are_proposals_until_a_person_confirms_them(clinic) -> None:
    presenter = opened(clinic)
    cell = presenter.state.cell("LBEO")
    assert cell is not None
    assert (cell.hold.text, cell.hold.kind, cell.hold.provisional) == ("Held 10.0 s?", "proposed", True)
    assert presenter.state.stamp.confirmable == 4
    presenter.confirm_plausible()
    form = clinic.sessions.forms("confirm_plausible")[0]
    assert isinstance(form, ConfirmPlausible)
    assert form.trial_versions == {"t-1": 1, "t-2": 1, "t-3": 1, "t-4": 1}
    cell = presenter.state.cell("LBEO")
    assert cell is not None
    assert (cell.hold.text, cell.hold.kind, cell.hold.provisional) == ("Held 10.0 s", "confirmed", False)
    assert presenter.state.stamp.confirmable == 0
    assert clinic.work.navigation.place.blocked_by == "Report needs your review"


def test_a_session_level_is_the_weaker_eyes_open_leg_and_never_a_mean(clinic) -> None:
    presenter = opened(clinic)
    summary = presenter.state.summary
    assert summary.level_note == "weaker eyes-open leg, RBEO"
    weaker = presenter.state.cell("RBEO")
    assert weaker is not None
    assert summary.level == weaker.level


def test_a_hold_that_differs_from_the_proposal_needs_a_reason(clinic) -> None:
    presenter = opened(clinic)
    presenter.focus("RBEC")
    presenter.ask_hold()
    form = presenter.state.form
    assert form is not None
    assert form.stance == "RBEC"
    presenter.answer_hold(held_full=False, typed_s="6,4", reason="")
    assert presenter.state.form is not None
    assert "Say in a few words" in presenter.state.form.complaint
    assert clinic.sessions.forms("confirm_hold") == []
    presenter.answer_hold(held_full=False, typed_s="6,4", reason="foot touched down")
    assert clinic.sessions.forms("confirm_hold") == [ConfirmHold(1, False, 6.4, "foot touched down")]
    assert presenter.state.form is None
    cell = presenter.state.cell("RBEC")
    assert cell is not None
    assert cell.hold.text == "Down at 6.4 s"
    assert cell.hold.detail.startswith("detected 6.8")
    assert cell.curves is not None
    assert cell.curves.event is not None
    assert cell.curves.event.text == "down 6.4 s corrected"


def test_one_stance_can_be_confirmed_as_shown(clinic) -> None:
    presenter = opened(clinic)
    presenter.focus("RBEO")
    presenter.confirm_shown()
    assert clinic.sessions.forms("confirm_hold") == [ConfirmHold(1, True, None)]
    presenter.confirm_shown()
    assert len(clinic.sessions.forms("confirm_hold")) == 1


def test_a_doubtful_trial_is_not_confirmed_with_the_others(clinic) -> None:
    clinic.full_session()
    early = synthetic_recording(stance="LBEC", severity=0.9, hold_s=0.5, seed=4)
    clinic.sessions.takes[2] = dataclasses.replace(clinic.sessions.takes[2], recording=early)
    clinic.enter()
    presenter = ReviewPresenter(clinic.work)
    presenter.arrive()
    cell = presenter.state.cell("LBEC")
    assert cell is not None
    assert cell.hold.kind == "doubtful"
    assert cell.hold.detail.startswith("look")
    presenter.confirm_plausible()
    form = clinic.sessions.forms("confirm_plausible")[0]
    assert isinstance(form, ConfirmPlausible)
    assert "t-3" not in form.trial_versions
    assert presenter.state.stamp.confirmable == 0
    assert not presenter.state.stamp.possible
    presenter.confirm_plausible()
    assert "one by one" in presenter.state.message


def test_the_stamp_needs_confirmed_holds_and_traces_that_were_on_the_screen(clinic) -> None:
    presenter = opened(clinic)
    presenter.mark_reviewed()
    assert clinic.sessions.forms("stamp_review") == []
    assert "not confirmed" in presenter.state.message
    presenter.confirm_plausible()
    presenter.mark_reviewed()
    assert clinic.sessions.forms("stamp_review") == []
    assert presenter.state.stamp.reasons == ("The traces of every stance must have been on the screen.",)
    for stance in ("LBEO", "RBEO", "LBEC"):
        presenter.traces_shown(stance)
    assert not presenter.state.stamp.possible
    presenter.traces_shown("RBEC")
    assert presenter.state.stamp.possible
    presenter.mark_reviewed()
    assert clinic.sessions.forms("stamp_review") == [StampReview(2, True)]
    assert presenter.state.stamp.stamped == "Reviewed by Dr. Smith, 02-Nov-2026 14:18"
    patient = clinic.work.session.patient
    assert patient is not None
    assert patient.reviewed
    assert clinic.work.navigation.place.blocked_by == ""


def test_a_stance_without_recording_needs_an_outcome_with_a_reason(clinic) -> None:
    clinic.full_session(confirmed=True)
    clinic.sessions.takes.pop()
    clinic.enter()
    presenter = ReviewPresenter(clinic.work)
    presenter.arrive()
    look_at_all(presenter)
    assert presenter.state.stamp.reasons == ("RBEC has neither a recording nor an outcome.",)
    presenter.focus("RBEC")
    presenter.ask_outcome()
    presenter.answer_outcome("", "pain")
    assert presenter.state.form is not None
    assert presenter.state.form.complaint == "Choose what happened."
    presenter.answer_outcome("unable", "  ")
    assert presenter.state.form is not None
    assert presenter.state.form.complaint == "Say in a few words why."
    presenter.answer_outcome("unable", "pain in the knee")
    form = clinic.sessions.forms("add_result")[0]
    assert isinstance(form, NewResult)
    assert (form.stance, form.outcome, form.reason, form.recording_base64) == (
        "RBEC",
        "unable",
        "pain in the knee",
        None,
    )
    assert form.session_id == "s-1"
    cell = presenter.state.cell("RBEC")
    assert cell is not None
    assert cell.hold.text == "Unable, 0.0"
    assert presenter.state.stamp.possible


def test_an_outcome_can_replace_what_a_recording_says(clinic) -> None:
    presenter = opened(clinic)
    presenter.ask_outcome("LBEC")
    presenter.answer_outcome("supported", "held the rail")
    assert clinic.sessions.forms("state_outcome") == [StateOutcome(1, "supported", "held the rail")]
    cell = presenter.state.cell("LBEC")
    assert cell is not None
    assert (cell.hold.text, cell.score) == ("Supported, not scored", "")


def test_a_stale_write_reads_the_session_again_and_says_so(clinic) -> None:
    presenter = opened(clinic)
    clinic.sessions.takes[0].version = 9
    presenter.confirm_plausible()
    assert presenter.state.message == CHANGED_ELSEWHERE
    assert presenter.state.problem is None
    cell = presenter.state.cell("LBEO")
    assert cell is not None
    assert cell.version == 9
    presenter.confirm_plausible()
    assert presenter.state.stamp.confirmable == 0


def test_a_read_only_person_sees_everything_and_changes_nothing(clinic) -> None:
    presenter = opened(clinic, "readonly", can_review=False)
    assert all(cell.curves is not None for cell in presenter.state.cells)
    assert presenter.state.read_only_reason == READ_ONLY
    for intent in (presenter.confirm_plausible, presenter.confirm_shown, presenter.ask_hold, presenter.ask_note):
        intent()
    presenter.ask_outcome()
    presenter.mark_reviewed()
    presenter.add_recording()
    presenter.write_note("no")
    assert {name for name, _ in clinic.sessions.asked} == {"get", "recordings"}
    assert presenter.state.form is None
    assert presenter.state.form is None


def test_the_front_desk_may_add_recordings_but_not_review(clinic) -> None:
    presenter = opened(clinic, can_review=False)
    assert presenter.state.may_write
    assert not presenter.state.may_review
    assert presenter.state.read_only_reason == NO_REVIEW


def test_a_patient_without_a_session_gets_one_with_the_first_recording(clinic) -> None:
    clinic.enter(session_id="")
    presenter = ReviewPresenter(clinic.work)
    presenter.arrive()
    assert presenter.state.phase == "empty"
    assert clinic.sessions.asked == []
    content = write_csv(synthetic_recording(stance="LBEO", severity=0.2))
    clinic.paper.chosen = ChosenFile("left.csv", content)
    presenter.add_recording()
    form = presenter.state.form
    assert form is not None
    assert (form.file_name, form.stance, form.needs_rate) == ("left.csv", "LBEO", False)
    presenter.answer_add(stance="LBEO", placement="", portrait=False)
    assert presenter.state.form is not None
    assert "where the phone was" in presenter.state.form.complaint.lower()
    presenter.answer_add(stance="LBEO", placement="sacrum", portrait=True)
    request = clinic.sessions.forms("add_result")[0]
    assert isinstance(request, NewResult)
    assert request.session_id is None
    assert request.patient_id == "p-maria"
    assert request.mounting == "portrait_screen_out"
    assert base64.b64decode(request.recording_base64 or "") == content
    assert presenter.state.phase == "ready"
    assert presenter.state.message == "The recording was added."
    patient = clinic.work.session.patient
    assert patient is not None
    assert patient.session_id == "s-1"


def test_a_file_without_time_asks_for_its_rate(clinic) -> None:
    presenter = opened(clinic)
    recording = synthetic_recording(stance="LBEO", severity=0.2, rate_hz=50.0)
    rows = "\n".join(",".join(f"{value / 9.80665:.6f}" for value in row) for row in recording.acceleration_m_s2)
    clinic.paper.chosen = ChosenFile("phone.csv", f"ax_g,ay_g,az_g\n{rows}\n".encode())
    presenter.add_recording()
    form = presenter.state.form
    assert form is not None
    assert form.needs_rate
    presenter.answer_add(stance="LBEO", placement="waist", portrait=False, typed_hz="fast")
    assert presenter.state.form is not None
    assert presenter.state.form.complaint == "Write the samples a second like 50."
    presenter.answer_add(stance="LBEO", placement="waist", portrait=False, typed_hz="50")
    request = clinic.sessions.forms("add_result")[0]
    assert isinstance(request, NewResult)
    assert request.rate_hz == 50.0
    assert request.mounting is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello, this is a letter",
        b"t,ax,ay,az\n0,1,2\n",
        b"t,ax,ay,az\n0,nan,0,9.8\n0.01,0,0,9.8\n",
        bytes(range(256)) * 400,
        b"x" * 10_000_001,
        b"t,ax,ay,az\n" + b"".join(b"%.2f,0.01,0.0,0.02\n" % (i / 100) for i in range(1000)),
    ],
    ids=["empty", "letter", "columns", "nan", "noise", "large", "gravity_free"],
)
def test_a_bad_file_is_refused_with_one_sentence_and_nothing_is_sent(clinic, content: bytes) -> None:
    presenter = opened(clinic)
    before = presenter.state.cells
    clinic.paper.chosen = ChosenFile("bad.csv", content)
    presenter.add_recording()
    problem = presenter.state.problem
    assert problem is not None
    assert problem.sentence.endswith("Nothing was stored.")
    assert "Traceback" not in problem.sentence
    assert presenter.state.form is None
    assert clinic.sessions.forms("add_result") == []
    assert presenter.state.cells == before


def test_a_person_may_think_better_of_a_file(clinic) -> None:
    presenter = opened(clinic)
    presenter.take_file(None)
    assert presenter.state.form is None
    assert presenter.state.busy == ""


def test_a_note_is_saved_once_and_only_when_it_changed(clinic) -> None:
    presenter = opened(clinic)
    presenter.ask_note()
    assert presenter.state.form == NoteForm("")
    presenter.write_note("  Wears a brace.  ")
    assert presenter.state.note == "Wears a brace."
    assert presenter.state.form is None
    presenter.write_note("Wears a brace.")
    assert len(clinic.sessions.forms("write_note")) == 1


def test_foot_lift_is_set_in_seconds_of_the_recording(clinic) -> None:
    presenter = opened(clinic)
    presenter.focus("LBEO")
    presenter.ask_foot_lift()
    presenter.answer_foot_lift("later")
    assert isinstance(presenter.state.form, FootLiftForm)
    assert presenter.state.form.complaint == "Write the seconds from the start of the recording like 1.5."
    presenter.answer_foot_lift("0.8")
    assert presenter.state.form is None
    cell = presenter.state.cell("LBEO")
    assert cell is not None
    assert cell.foot_lift_s == 0.8
    presenter.ask_foot_lift()
    presenter.answer_foot_lift("")
    assert presenter.state.form is None


def test_an_unreachable_server_keeps_what_was_typed_and_says_what_to_do(clinic) -> None:
    presenter = opened(clinic)
    clinic.sessions.refuse["confirm_plausible"] = Unreachable("gone")
    presenter.confirm_plausible()
    assert presenter.state.problem is not None
    assert presenter.state.problem.code == "KW-101"
    assert presenter.state.phase == "ready"
    assert presenter.state.busy == ""
    presenter.confirm_plausible()
    assert presenter.state.problem is None


def test_a_session_that_can_t_be_read_shows_no_old_numbers(clinic) -> None:
    presenter = opened(clinic)
    clinic.sessions.refuse["get"] = ServerError("KS-404", "This session does not exist.", status=404)
    presenter.refresh()
    assert presenter.state.phase == "failed"
    assert presenter.state.cells == ()
    presenter.refresh()
    assert presenter.state.phase == "ready"


def test_an_earlier_session_is_compared_below_this_one(clinic) -> None:
    presenter = opened(clinic)
    presenter.compare()
    assert presenter.state.compare_with == "s-0"
    cell = presenter.state.cell("RBEO")
    assert cell is not None
    assert cell.earlier_curves is not None
    assert cell.earlier_curves.label == "12-Aug-2026"
    assert cell.measures[0].earlier == cell.measures[0].value
    assert cell.measures[0].change == "±0.0"
    presenter.compare()
    cell = presenter.state.cell("RBEO")
    assert cell is not None
    assert cell.earlier_curves is None


def test_without_an_earlier_session_comparing_says_so(clinic) -> None:
    clinic.sessions.earlier = False
    presenter = opened(clinic)
    presenter.compare()
    assert presenter.state.message == "There is no earlier session to compare with."


def test_the_trend_is_oldest_first_and_says_what_was_before(clinic) -> None:
    presenter = opened(clinic)
    rows = {row.stance: row for row in presenter.state.trend.rows}
    assert rows["LBEO"].before == "was 7.6"
    series = presenter.state.trend.series[0]
    assert [point.score for point in series.points][:2] == [6.1, 7.6]
    assert "Measurement error is not set" in presenter.state.trend.sentence


def test_locking_keeps_the_open_question_and_the_session(clinic) -> None:
    presenter = opened(clinic)
    presenter.ask_hold()
    before = presenter.state.form
    clinic.work.session.lock()
    assert presenter.state.form == before
    assert presenter.state.phase == "ready"


def test_closing_the_patient_forgets_everything(clinic) -> None:
    presenter = opened(clinic)
    clinic.work.session.close_patient()
    assert presenter.state.cells == ()
    assert presenter.view is None


def test_a_changed_hold_takes_the_stamp_away(clinic) -> None:
    presenter = opened(clinic, reviewed=True)
    assert presenter.state.stamp.stamped
    presenter.focus("RBEC")
    presenter.ask_hold()
    presenter.answer_hold(held_full=False, typed_s="6.1", reason="foot touched down")
    assert presenter.state.stamp.stamped == ""


def test_a_second_press_while_one_is_under_way_asks_only_once(make_clinic: Callable) -> None:
    runner = ManualRunner()
    clinic = make_clinic(runner)
    presenter = opened(clinic)
    runner.finish_all()
    presenter.confirm_plausible()
    presenter.confirm_plausible()
    presenter.mark_reviewed()
    assert len(runner.waiting) == 1
    runner.finish_all()
    assert len(clinic.sessions.forms("confirm_plausible")) == 1


def test_a_stale_stamp_is_not_set(clinic) -> None:
    presenter = opened(clinic, confirmed=True)
    look_at_all(presenter)
    clinic.sessions.refuse["stamp_review"] = ServerError(STALE, "Changed.", status=409)
    presenter.mark_reviewed()
    assert presenter.state.message == CHANGED_ELSEWHERE
    assert presenter.state.stamp.stamped == ""


def test_a_mistake_while_measuring_leaves_a_screen_that_can_be_read_again(
    clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.full_session()
    clinic.enter()
    presenter = ReviewPresenter(clinic.work)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("kinometric_desktop.app.review_looking.measure_session", broken)
    with pytest.raises(ZeroDivisionError):
        presenter.arrive()
    assert presenter.state.phase == "failed"
    assert presenter.state.busy == ""
    monkeypatch.undo()
    presenter.refresh()
    assert presenter.state.phase == "ready"


def test_a_chosen_session_is_opened_and_becomes_the_patient_s_session(clinic) -> None:
    presenter = opened(clinic)
    presenter.choose_session("s-0")
    assert presenter.state.session_id == "s-0"
    patient = clinic.work.session.patient
    assert patient is not None
    assert patient.session_id == "s-0"
    assert presenter.state.title == "12-Aug-2026 14:05"


def test_leaving_the_screen_closes_questions_and_coming_back_reads_again(clinic) -> None:
    presenter = opened(clinic)
    presenter.ask_hold()
    presenter.leave()
    assert presenter.state.form is None
    before = len(clinic.sessions.forms("get"))
    presenter.arrive()
    assert len(clinic.sessions.forms("get")) == before + 1


def test_another_patient_opened_while_the_screen_is_shown_is_read_at_once(clinic) -> None:
    presenter = opened(clinic)
    other = dataclasses.replace(clinic.sessions.patient, patient_id="p-other")
    clinic.work.session.open_patient(other, "s-1")
    assert [name for name, _ in clinic.sessions.asked].count("get") == 2
    assert presenter.state.phase == "ready"


def test_a_trial_that_can_t_be_scored_has_no_hold_to_confirm(clinic) -> None:
    clinic.full_session()
    take = clinic.sessions.takes[0]
    still = dataclasses.replace(
        take.recording, acceleration_m_s2=np.tile([0.0, 0.0, 9.80665], (take.recording.time_s.size, 1))
    )
    clinic.sessions.takes[0] = dataclasses.replace(take, recording=still)
    clinic.enter()
    presenter = ReviewPresenter(clinic.work)
    presenter.arrive()
    cell = presenter.state.cell("LBEO")
    assert cell is not None
    assert (cell.hold.kind, cell.score) == ("not_scorable", "")
    assert cell.not_scorable
    presenter.ask_hold("LBEO")
    assert presenter.state.form is None
    assert "State an outcome" in presenter.state.message
