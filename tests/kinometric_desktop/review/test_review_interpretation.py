"""The interpretation on the review screen without Qt: read, accepted, refused with nothing lost, and taken back."""

from __future__ import annotations

import pytest

from kinometric.contract.errors import STALE
from kinometric.contract.sessions import AcceptInterpretation, DraftInterpretation, InterpretationDraft
from kinometric_desktop.app.review import ReviewPresenter
from kinometric_desktop.app.review_interpretation import NONE_YET, NOT_ACCEPTED, WITHHELD
from kinometric_desktop.app.review_looking import CHANGED_ELSEWHERE
from kinometric_desktop.app.runners import ManualRunner
from kinometric_desktop.client.errors import ServerError, Unreachable

TEXT = "Left leg, eyes open (LBEO): held 10.0 s."


def opened(clinic, role: str = "clinician", **more):
    clinic.full_session(confirmed=True, reviewed=False)
    clinic.enter(role, **more)
    clinic.work.navigation.go("review")
    presenter = ReviewPresenter(clinic.work)
    presenter.arrive()
    return presenter


def test_a_draft_is_offered_and_accepted_as_it_is(clinic) -> None:
    presenter = opened(clinic)
    assert presenter.state.interpretation.status == NOT_ACCEPTED
    presenter.ask_draft()
    form = presenter.state.form
    assert (form.text, form.stored, form.may_accept, form.complaint) == (TEXT, False, True, "")
    presenter.accept_draft(f" {form.text} ")
    assert clinic.sessions.forms("accept_interpretation") == [AcceptInterpretation(3, TEXT)]
    assert presenter.state.form is None
    assert presenter.state.interpretation.status == "Accepted by Dr. Smith"
    assert "accepted" in presenter.state.message


def test_an_accepted_text_is_opened_as_it_was_left_and_taken_back(clinic) -> None:
    clinic.sessions.interpretation = "LBEO: held 10.0 s."
    presenter = opened(clinic)
    presenter.ask_draft()
    assert presenter.state.form.text == "LBEO: held 10.0 s."
    assert "Accepted by Dr. Smith" in presenter.state.form.note
    presenter.take_back_draft()
    assert clinic.sessions.forms("accept_interpretation") == [AcceptInterpretation(3, "")]
    assert presenter.state.interpretation.status == NOT_ACCEPTED
    presenter.ask_draft()
    presenter.take_back_draft()
    assert len(clinic.sessions.forms("accept_interpretation")) == 1


def test_a_withheld_text_says_why(clinic) -> None:
    clinic.sessions.interpretation, clinic.sessions.withheld = "LBEO: held 9.0 s.", "Drafted text withheld: a number."
    presenter = opened(clinic)
    assert presenter.state.interpretation.status == WITHHELD
    presenter.ask_draft()
    assert presenter.state.form.complaint == "Drafted text withheld: a number."
    assert "not in the report" in presenter.state.form.note


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (
            ServerError("KS-422", "Drafted text withheld: it is empty.", status=422),
            "Drafted text withheld: it is empty.",
        ),
        (ServerError(STALE, "Somebody else changed this meanwhile.", status=409), CHANGED_ELSEWHERE),
        (Unreachable("no route"), "server"),
    ],
)
def test_a_refused_text_keeps_the_sheet_open_with_the_reason(clinic, problem: Exception, said: str) -> None:
    presenter = opened(clinic)
    presenter.ask_draft()
    clinic.sessions.refuse["accept_interpretation"] = problem
    presenter.accept_draft("LBEO is normal.")
    assert said in presenter.state.form.complaint
    assert presenter.state.busy == ""
    presenter.accept_draft(TEXT)
    assert presenter.state.form is None
    assert clinic.sessions.interpretation == TEXT


def test_nothing_is_accepted_without_words_without_the_right_or_without_a_draft(clinic) -> None:
    presenter = opened(clinic)
    presenter.accept_draft(TEXT)
    presenter.ask_draft()
    presenter.accept_draft("  ")
    assert "nothing to accept" in presenter.state.form.complaint
    presenter.dismiss()
    assert presenter.state.form is None
    clinic.sessions.draft = ""
    presenter.refresh()
    presenter.ask_draft()
    assert presenter.state.interpretation.status == NONE_YET
    assert presenter.state.form is None
    assert clinic.sessions.forms("accept_interpretation") == []


def test_who_may_not_review_reads_the_draft_only(clinic) -> None:
    presenter = opened(clinic, "readonly")
    presenter.ask_draft()
    assert presenter.state.form.may_accept is False
    presenter.accept_draft(TEXT)
    assert clinic.sessions.forms("accept_interpretation") == []


MODEL = InterpretationDraft("language_model", "The left leg held 10.0 s with eyes open (LBEO).", "", 3)


def with_model(clinic, answer: InterpretationDraft = MODEL) -> ReviewPresenter:
    clinic.sessions.language_model, clinic.sessions.model_answer = True, answer
    presenter = opened(clinic)
    presenter.ask_draft()
    return presenter


def test_a_language_model_is_offered_only_where_the_practice_has_it_on(clinic) -> None:
    presenter = opened(clinic)
    presenter.ask_draft()
    assert not presenter.state.form.model_offered
    presenter.ask_model()
    assert clinic.sessions.forms("draft_interpretation") == []


def test_a_person_who_may_not_accept_is_not_offered_a_model(clinic) -> None:
    clinic.sessions.language_model = True
    presenter = opened(clinic, can_review=False)
    presenter.ask_draft()
    assert not presenter.state.form.model_offered


def test_the_models_draft_takes_the_place_of_the_text_and_is_accepted_with_its_source(clinic) -> None:
    presenter = with_model(clinic)
    presenter.ask_model()
    assert clinic.sessions.forms("draft_interpretation") == [DraftInterpretation(3, "language_model")]
    assert presenter.state.form.text == MODEL.text
    assert "language model" in presenter.state.form.note
    presenter.accept_draft(MODEL.text)
    assert clinic.sessions.forms("accept_interpretation") == [AcceptInterpretation(3, MODEL.text, "language_model")]


def test_a_withheld_draft_changes_nothing_and_says_why(clinic) -> None:
    presenter = with_model(
        clinic, InterpretationDraft("language_model", "", "Withheld: it names a risk of falling.", 3)
    )
    presenter.ask_model()
    assert presenter.state.form.text == TEXT
    assert presenter.state.form.complaint == "Withheld: it names a risk of falling."
    presenter.accept_draft(TEXT)
    assert clinic.sessions.forms("accept_interpretation") == [AcceptInterpretation(3, TEXT, "template")]


@pytest.mark.parametrize(
    "problem",
    [Unreachable("gone"), ServerError("KS-503", "The language model did not answer.", status=503, retry_after_s=30)],
)
def test_a_model_that_does_not_answer_leaves_the_sheet_as_it_is(clinic, problem: Exception) -> None:
    presenter = with_model(clinic)
    clinic.sessions.refuse["draft_interpretation"] = problem
    presenter.ask_model()
    assert presenter.state.form.text == TEXT
    assert presenter.state.form.complaint
    assert presenter.state.busy == ""
    presenter.ask_model()
    assert presenter.state.form.text == MODEL.text
    assert presenter.state.form.complaint == ""


def test_a_draft_that_the_model_made_before_is_there_when_the_sheet_is_opened(clinic) -> None:
    clinic.sessions.language_model, clinic.sessions.model_draft = True, MODEL.text
    presenter = opened(clinic)
    presenter.ask_draft()
    assert presenter.state.form.text == MODEL.text
    assert presenter.state.form.source == "language_model"
    presenter.dismiss()
    clinic.sessions.interpretation = "LBEO: held 10.0 s."
    presenter.refresh()
    presenter.ask_draft()
    assert presenter.state.form.text == "LBEO: held 10.0 s.", "what a person left comes before any draft"


def test_a_draft_that_comes_after_the_sheet_was_closed_is_dropped(make_clinic) -> None:
    runner = ManualRunner()
    clinic = make_clinic(runner)
    clinic.sessions.language_model, clinic.sessions.model_answer = True, MODEL
    presenter = opened(clinic)
    runner.finish_all()
    presenter.ask_draft()
    presenter.ask_model()
    presenter.ask_model()
    assert len(runner.waiting) == 1
    presenter.dismiss()
    runner.finish_all()
    assert presenter.state.form is None
    assert presenter.state.busy == ""
