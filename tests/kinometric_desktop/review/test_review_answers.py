"""Questionnaires on the review screen: asked, answered in part or whole, shown as a total."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kinometric.contract.sessions import Answers
from kinometric_desktop.app.review import ReviewPresenter
from kinometric_desktop.app.review_answers import answer_form, read_answers
from kinometric_desktop.app.review_forms import FormError
from kinometric_desktop.app.review_state import AnswerForm


def opened(clinic, role: str = "clinician", **more) -> ReviewPresenter:
    clinic.full_session(reviewed=True)
    clinic.enter(role, **more)
    presenter = ReviewPresenter(clinic.work)
    presenter.arrive()
    return presenter


def test_the_twelve_questions_of_stay_independent_are_asked_first(clinic) -> None:
    presenter = opened(clinic)
    presenter.ask_answers()
    form = presenter.state.form
    assert form is not None
    assert form.name == "Stay Independent (CDC STEADI)"
    assert len(form.lines) == 12
    assert {line.kind for line in form.lines} == {"yes_no"}
    assert len(form.instruments) == 5


def test_answers_are_stored_and_shown_as_a_total_and_take_the_stamp_away(clinic) -> None:
    presenter = opened(clinic)
    assert presenter.state.stamp.stamped
    presenter.ask_answers()
    form = presenter.state.form
    assert form is not None
    presenter.answer_questions({line.item_id: "yes" if place < 2 else "no" for place, line in enumerate(form.lines)})
    sent = clinic.sessions.forms("answer")[0]
    assert isinstance(sent, Answers)
    assert sent.answers["fell_past_year"] is True
    assert len(sent.answers) == 12
    assert presenter.state.form is None
    (name, total, _), *_ = presenter.state.summary.questionnaires
    assert name.startswith("Stay Independent")
    assert total.startswith("4")
    assert presenter.state.stamp.stamped == ""
    assert presenter.state.message == "The answers were saved."


def test_what_was_not_answered_is_left_out_and_the_total_says_at_least(clinic) -> None:
    presenter = opened(clinic)
    presenter.ask_answers()
    presenter.answer_questions({"fell_past_year": "yes"})
    assert clinic.sessions.forms("answer") == [Answers("stay_independent", {"fell_past_year": True}, 0)]
    assert "at least" in presenter.state.summary.questionnaires[0][1].lower()


def test_no_answer_at_all_is_not_sent(clinic) -> None:
    presenter = opened(clinic)
    presenter.ask_answers()
    presenter.answer_questions({})
    assert presenter.state.form is not None
    assert presenter.state.form.complaint == "Nothing is answered yet."
    assert clinic.sessions.forms("answer") == []


def test_seconds_are_read_with_a_comma_and_nonsense_is_refused(clinic) -> None:
    clinic.full_session()
    form = answer_form(clinic.sessions.view(), "timed_up_and_go")
    item = form.lines[0].item_id
    assert read_answers(form, {item: "11,5 s"}).answers == {item: "11.5"}
    with pytest.raises(FormError, match="seconds"):
        read_answers(form, {item: "slow"})
    with pytest.raises(FormError):
        read_answers(form, {item: "-3"})


def test_stored_answers_are_replaced_in_the_version_that_was_seen(clinic) -> None:
    presenter = opened(clinic)
    presenter.ask_answers()
    presenter.answer_questions({"fell_past_year": "yes"})
    presenter.ask_answers()
    form = presenter.state.form
    assert form is not None
    assert form.version == 1
    assert form.stored
    presenter.answer_questions({"fell_past_year": "no"})
    assert clinic.sessions.forms("answer")[-1] == Answers("stay_independent", {"fell_past_year": False}, 1)


def test_another_questionnaire_takes_the_place_of_the_open_one(clinic) -> None:
    presenter = opened(clinic)
    presenter.ask_answers()
    presenter.ask_answers("chair_stand")
    assert presenter.state.form is not None
    assert presenter.state.form.instrument == "chair_stand"
    presenter.dismiss()
    assert presenter.state.form is None


def test_a_read_only_person_is_not_asked(clinic) -> None:
    presenter = opened(clinic, "readonly", can_review=False)
    presenter.ask_answers()
    assert presenter.state.form is None


def test_the_sheet_hands_over_what_was_chosen_and_typed(qtbot, clinic) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QWidget

    from kinometric_desktop.ui.review.answers import AnswerSheet

    clinic.full_session()
    view = clinic.sessions.view()
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 700)
    window.show()
    handed: list[dict[str, str]] = []
    chosen: list[str] = []
    sheet = AnswerSheet(answer_form(view), handed.append, chosen.append)
    sheet.open_over(window, focus=sheet.first)
    qtbot.keyClick(sheet.lines["fell_past_year"], Qt.Key.Key_Right)
    sheet.act.click()
    assert handed[0]["fell_past_year"] == "yes"
    assert set(handed[0].values()) == {"yes", ""}
    sheet.instrument.setCurrentIndex(3)
    sheet.instrument.activated.emit(3)
    assert chosen == [], "what was answered is not thrown away for another questionnaire"
    assert sheet.instrument.currentData() == "stay_independent"
    assert sheet.error.text().startswith("Save these answers first")
    qtbot.keyClick(sheet.lines["fell_past_year"], Qt.Key.Key_Left)
    sheet.instrument.setCurrentIndex(3)
    sheet.instrument.activated.emit(3)
    assert chosen == [sheet.instrument.itemData(3)]
    for widget in sheet.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            assert widget.objectName()
            assert widget.accessibleName()
    sheet.finish(False)


def test_the_form_is_stale_when_somebody_else_answered(make_clinic: Callable) -> None:
    from kinometric.contract.errors import STALE
    from kinometric_desktop.app.review_looking import CHANGED_ELSEWHERE
    from kinometric_desktop.client.errors import ServerError

    clinic = make_clinic()
    presenter = opened(clinic)
    presenter.ask_answers()
    clinic.sessions.refuse["answer"] = ServerError(STALE, "Changed.", status=409)
    presenter.answer_questions({"fell_past_year": "yes"})
    form = presenter.state.form
    assert isinstance(form, AnswerForm), "what was answered stays on the screen"
    assert form.complaint == CHANGED_ELSEWHERE
