"""What a person typed on the review screen outlives a lost server, an ended session, a lock and another workstation."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kinometric.contract.errors import SIGNED_OUT, STALE
from kinometric.recordings import synthetic_recording, write_csv
from kinometric_desktop.app.ports import ChosenFile
from kinometric_desktop.app.problems import SESSION_ENDED, STILL_HERE
from kinometric_desktop.app.review import ReviewPresenter
from kinometric_desktop.app.review_looking import CHANGED_ELSEWHERE
from kinometric_desktop.app.review_state import AddForm, FootLiftForm, HoldForm, NoteForm, OutcomeForm
from kinometric_desktop.app.runners import ManualRunner
from kinometric_desktop.client.errors import ServerError, Unreachable
from tests.kinometric_desktop.conftest import NOW
from tests.kinometric_desktop.review.test_review_presenter import opened

GONE = Unreachable("the line broke", after_send=True)
ENDED = ServerError(SIGNED_OUT, "Sign in.", status=401)
CHANGED = ServerError(STALE, "Changed.", status=409)


def a_file() -> ChosenFile:
    return ChosenFile("again.csv", write_csv(synthetic_recording(stance="LBEO", severity=0.3, hold_s=10.0, seed=9)))


def hold(presenter: ReviewPresenter) -> None:
    presenter.focus("RBEC")
    presenter.ask_hold()
    presenter.answer_hold(held_full=False, typed_s="6.4", reason="foot touched down")


def outcome(presenter: ReviewPresenter) -> None:
    presenter.ask_outcome("LBEC")
    presenter.answer_outcome("stopped", "dizzy")


def foot_lift(presenter: ReviewPresenter) -> None:
    presenter.focus("LBEO")
    presenter.ask_foot_lift()
    presenter.answer_foot_lift("0.4")


def note(presenter: ReviewPresenter) -> None:
    presenter.ask_note()
    presenter.write_note("Wears a brace on the left knee.")


def answers(presenter: ReviewPresenter) -> None:
    presenter.ask_answers()
    presenter.answer_questions({"fell_past_year": "yes"})


def recording(presenter: ReviewPresenter) -> None:
    presenter.take_file(a_file())
    presenter.answer_add(stance="LBEO", placement="waist", portrait=True)


def draft(presenter: ReviewPresenter) -> None:
    presenter.ask_draft()
    presenter.accept_draft("Left leg, eyes open (LBEO): held 10.0 s.")


INTENTS: dict[str, tuple[Callable[[ReviewPresenter], None], Callable[[ReviewPresenter], None]]] = {
    "confirm_hold": (
        hold,
        lambda presenter: presenter.answer_hold(held_full=False, typed_s="6.4", reason="foot touched down"),
    ),
    "state_outcome": (outcome, lambda presenter: presenter.answer_outcome("stopped", "dizzy")),
    "set_foot_lift": (foot_lift, lambda presenter: presenter.answer_foot_lift("0.4")),
    "write_note": (note, lambda presenter: presenter.write_note("Wears a brace on the left knee.")),
    "answer": (answers, lambda presenter: presenter.answer_questions({"fell_past_year": "yes"})),
    "add_result": (
        recording,
        lambda presenter: presenter.answer_add(stance="LBEO", placement="waist", portrait=True),
    ),
    "accept_interpretation": (
        draft,
        lambda presenter: presenter.accept_draft("Left leg, eyes open (LBEO): held 10.0 s."),
    ),
}


@pytest.mark.parametrize("name", INTENTS)
@pytest.mark.parametrize(("problem", "sentence"), [(GONE, STILL_HERE), (ENDED, SESSION_ENDED)])
def test_a_refused_answer_stays_on_its_sheet_and_goes_through_the_second_time(
    clinic: Any, name: str, problem: Exception, sentence: str
) -> None:
    presenter = opened(clinic)
    clinic.sessions.refuse[name] = problem
    first, again = INTENTS[name]
    first(presenter)
    form = presenter.state.form
    assert form is not None, "the sheet has gone, and with it what was typed"
    assert form.complaint.startswith(sentence)
    assert presenter.state.busy == ""
    assert presenter.state.problem is None
    again(presenter)
    assert presenter.state.form is None
    assert len(clinic.sessions.forms(name)) == 2


@pytest.mark.parametrize("name", [name for name in INTENTS if name != "add_result"])
def test_after_a_change_elsewhere_the_question_is_about_what_is_there_now(clinic: Any, name: str) -> None:
    presenter = opened(clinic)
    clinic.sessions.refuse[name] = CHANGED
    for take in clinic.sessions.takes:
        take.version += 3
    first, again = INTENTS[name]
    first(presenter)
    form = presenter.state.form
    assert form is not None
    assert form.complaint == CHANGED_ELSEWHERE
    again(presenter)
    assert presenter.state.form is None, presenter.state.form


def test_a_note_that_somebody_else_wrote_is_shown_beside_the_one_that_was_typed(clinic: Any) -> None:
    presenter = opened(clinic)
    presenter.ask_note()
    clinic.sessions.note = "Dizzy last week."
    clinic.sessions.refuse["write_note"] = CHANGED
    presenter.write_note("Wears a brace.")
    form = presenter.state.form
    assert isinstance(form, NoteForm)
    assert "“Dizzy last week.”" in form.complaint
    assert "saving it takes the place of theirs" in form.complaint


def test_a_trial_that_went_away_meanwhile_is_asked_about_no_more(clinic: Any) -> None:
    presenter = opened(clinic)
    presenter.focus("RBEC")
    presenter.ask_hold()
    assert isinstance(presenter.state.form, HoldForm)
    clinic.sessions.takes = [take for take in clinic.sessions.takes if take.stance != "RBEC"]
    presenter.refresh()
    assert presenter.state.form is None


def test_a_lost_answer_to_a_new_trial_never_adds_it_twice(clinic: Any) -> None:
    presenter = opened(clinic)
    clinic.sessions.refuse["add_result"] = GONE
    recording(presenter)
    clinic.work.clock.now = lambda: NOW + timedelta(minutes=1)
    presenter.answer_add(stance="LBEO", placement="waist", portrait=True)
    first, second = clinic.sessions.keys[-1], clinic.sessions.forms("add_result")
    assert second[0] == second[1], "the same request, though the clock went on"
    assert first
    recording(presenter)
    assert clinic.sessions.keys[-1] != first, "a repeat is a trial of its own"


def test_another_stance_after_a_lost_answer_is_another_request(clinic: Any) -> None:
    presenter = opened(clinic)
    keys: list[str] = []
    add = clinic.sessions.add_result

    def remember(form: Any, *, idempotency_key: str = "") -> Any:
        keys.append(idempotency_key)
        return add(form, idempotency_key=idempotency_key)

    clinic.sessions.add_result = remember
    clinic.sessions.refuse["add_result"] = GONE
    recording(presenter)
    presenter.answer_add(stance="RBEO", placement="waist", portrait=True)
    assert len(set(keys)) == 2


@pytest.mark.parametrize("kind", [HoldForm, OutcomeForm, FootLiftForm, NoteForm, AddForm])
def test_a_lock_keeps_the_question_and_unlocking_reads_the_session_again(clinic: Any, kind: type) -> None:
    presenter = opened(clinic)
    presenter.focus("RBEC")
    ask: dict[type, Callable[[], object]] = {
        HoldForm: presenter.ask_hold,
        OutcomeForm: presenter.ask_outcome,
        FootLiftForm: presenter.ask_foot_lift,
        NoteForm: presenter.ask_note,
        AddForm: lambda: presenter.take_file(a_file()),
    }
    ask[kind]()
    before = presenter.state.form
    assert isinstance(before, kind)
    clinic.work.session.lock()
    me = clinic.work.session.state.me
    assert me is not None
    clinic.work.session.unlock(me)
    presenter.refresh()
    assert presenter.state.form == before
    assert presenter.state.phase == "ready"


def test_a_reading_that_fails_says_so_on_the_sheet_and_leaves_the_session_behind_it(clinic: Any) -> None:
    presenter = opened(clinic)
    presenter.ask_note()
    clinic.sessions.refuse["get"] = GONE
    presenter.refresh()
    assert presenter.state.form == NoteForm("", f"{STILL_HERE} [KW-101]")
    assert presenter.state.phase == "ready"
    assert len(presenter.state.cells) == 4


@pytest.mark.parametrize("name", INTENTS)
def test_a_second_press_while_the_first_is_under_way_sends_nothing(make_clinic: Callable[..., Any], name: str) -> None:
    runner = ManualRunner()
    clinic = make_clinic(runner)
    presenter = opened(clinic)
    runner.finish_all()
    if name == "add_result":
        presenter.take_file(a_file())
        runner.finish_all()
    first, again = INTENTS[name]
    (again if name == "add_result" else first)(presenter)
    assert len(runner.waiting) == 1
    again(presenter)
    assert len(runner.waiting) == 1
    runner.finish_all()
    assert len(clinic.sessions.forms(name)) == 1
    assert presenter.state.form is None


def test_another_patient_gets_no_question_of_the_one_before(clinic: Any) -> None:
    presenter = opened(clinic)
    presenter.ask_note()
    other = dataclasses.replace(clinic.sessions.patient, patient_id="p-other")
    clinic.work.session.open_patient(other, "")
    assert presenter.state.form is None
