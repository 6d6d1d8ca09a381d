"""The questions of the review screen as widgets: what can be typed and what comes of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kinometric_desktop.app.review_state import AddForm, DraftForm, FootLiftForm, HoldForm, NoteForm, OutcomeForm
from kinometric_desktop.ui.review.sheets import (
    REPLACES,
    AddSheet,
    DraftSheet,
    FootLiftSheet,
    FormSheet,
    HoldSheet,
    NoteSheet,
    OutcomeSheet,
)
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.dialog import NOT_SAVED

HOLD = HoldForm("t-1", 1, "RBEC", False, "6.8", "detected: down at 6.8 s", 6.81)


@pytest.fixture
def over(qtbot: QtBot) -> Iterator[Callable[[FormSheet], FormSheet]]:
    """Open a sheet over a window."""
    look().set(appearance="light", percent=100)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 700)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    opened: list[FormSheet] = []

    def show(sheet: FormSheet) -> FormSheet:
        opened.append(sheet)
        sheet.open_over(window, focus=getattr(sheet, "first", None))
        return sheet

    yield show
    for sheet in opened:
        sheet.finish(False)


def test_the_proposal_stands_in_the_field_and_is_said(qtbot: QtBot, over: Callable) -> None:
    sheet = over(HoldSheet(HOLD, lambda *_: None))
    assert sheet.seconds.text() == "6.8"
    assert sheet.choice.current == "down"
    assert sheet.seconds.hasFocus()
    words = [label.text() for label in sheet.findChildren(QWidget) if hasattr(label, "text")]
    assert "Right, eyes closed; detected: down at 6.8 s." in words


def test_held_ten_seconds_needs_no_seconds(qtbot: QtBot, over: Callable) -> None:
    answers: list[tuple[bool, str, str]] = []
    sheet = over(HoldSheet(HOLD, lambda *answer: answers.append(answer)))
    sheet.choice.setFocus()
    qtbot.keyClick(sheet.choice, Qt.Key.Key_Right)
    assert not sheet.seconds.isEnabled()
    qtbot.keyClicks(sheet.reason, "phone slipped")
    sheet.act.click()
    assert answers == [(True, "6.8", "phone slipped")]


def test_a_complaint_is_shown_and_the_sheet_stays(qtbot: QtBot, over: Callable) -> None:
    sheet = over(HoldSheet(HOLD, lambda *_: None))
    sheet.complain("Write the seconds like 4.2.")
    assert sheet.error.isVisible()
    assert sheet.error.accessibleName() == "Write the seconds like 4.2."
    assert sheet.isVisible()


def test_cancel_is_the_safe_button_and_escape_presses_it(qtbot: QtBot, over: Callable) -> None:
    sheet = over(OutcomeSheet(OutcomeForm("LBEC", "", 0), lambda *_: None))
    told: list[bool] = []
    sheet.finished.connect(told.append)
    qtbot.keyClick(sheet.choice, Qt.Key.Key_Escape)
    assert told == [False]


def test_an_outcome_offers_the_four_words_and_none_is_chosen_for_the_person(qtbot: QtBot, over: Callable) -> None:
    answers: list[tuple[str, str]] = []
    sheet = over(OutcomeSheet(OutcomeForm("LBEC", "", 0), lambda *answer: answers.append(answer)))
    offered = [sheet.choice.itemData(place) for place in range(sheet.choice.count())]
    assert offered == ["", "unable", "stopped", "supported", "not_attempted"]
    assert sheet.choice.currentData() == ""
    sheet.act.click()
    assert answers == [("", "")]
    sheet.choice.setCurrentIndex(2)
    qtbot.keyClicks(sheet.reason, "dizzy")
    qtbot.keyClick(sheet.reason, Qt.Key.Key_Return)
    assert answers[-1] == ("stopped", "dizzy")


def test_a_file_says_its_name_and_size_and_asks_where_the_phone_was(qtbot: QtBot, over: Callable) -> None:
    answers: list[tuple[str, str, bool, str]] = []
    form = AddForm("left.csv", 81_234, "LBEO", "", None)
    sheet = over(AddSheet(form, lambda *answer: answers.append(answer)))
    words = [label.text() for label in sheet.findChildren(QWidget) if hasattr(label, "text")]
    assert "left.csv, 81 kB, read in memory." in words
    assert not sheet.rate.isVisible()
    assert sheet.stance.currentData() == "LBEO"
    sheet.placement.setCurrentIndex(sheet.placement.findData("sacrum"))
    qtbot.mouseClick(sheet.portrait, Qt.MouseButton.LeftButton)
    sheet.act.click()
    assert answers == [("LBEO", "sacrum", True, "")]


def test_a_file_without_time_shows_the_field_for_its_rate(qtbot: QtBot, over: Callable) -> None:
    sheet = over(AddSheet(AddForm("raw.csv", 20_000, None, "", None, needs_rate=True), lambda *_: None))
    assert sheet.rate.isVisible()
    assert sheet.stance.currentData() == ""


def test_foot_lift_keeps_the_sheet_open_until_the_time_is_understood(qtbot: QtBot, over: Callable) -> None:
    typed: list[str] = []
    sheet = over(FootLiftSheet(FootLiftForm("t-1", 1, "LBEO", None), typed.append))
    qtbot.keyClicks(sheet.seconds, "soon")
    qtbot.keyClick(sheet.seconds, Qt.Key.Key_Return)
    sheet.complain("Write the seconds from the start of the recording like 1.5.")
    assert sheet.error.text().startswith("Write the seconds")
    sheet.seconds.clear()
    qtbot.keyClicks(sheet.seconds, "1.5")
    qtbot.keyClick(sheet.seconds, Qt.Key.Key_Return)
    assert typed == ["soon", "1.5"]
    assert sheet.isVisible()


def test_escape_throws_a_typed_note_away_only_the_second_time(qtbot: QtBot, over: Callable) -> None:
    sheet = over(NoteSheet(NoteForm("Before"), lambda _: None))
    told: list[bool] = []
    sheet.finished.connect(told.append)
    qtbot.keyClicks(sheet.text, "Wears a brace. ")
    qtbot.keyClick(sheet.text, Qt.Key.Key_Escape)
    assert told == []
    assert sheet.error.text() == NOT_SAVED
    qtbot.keyClicks(sheet.text, "Left knee. ")
    qtbot.keyClick(sheet.text, Qt.Key.Key_Escape)
    assert told == [], "more was typed since"
    sheet.cancel.click()
    assert told == [False]


def test_escape_closes_a_form_at_once_where_nothing_was_typed(qtbot: QtBot, over: Callable) -> None:
    sheet = over(NoteSheet(NoteForm("Before"), lambda _: None))
    told: list[bool] = []
    sheet.finished.connect(told.append)
    qtbot.keyClick(sheet.text, Qt.Key.Key_Escape)
    assert told == [False]


def test_the_note_takes_several_lines_and_tab_leaves_it(qtbot: QtBot, over: Callable) -> None:
    saved: list[str] = []
    sheet = over(NoteSheet(NoteForm("Before"), saved.append))
    sheet.text.selectAll()
    qtbot.keyClicks(sheet.text, "One")
    qtbot.keyClick(sheet.text, Qt.Key.Key_Return)
    qtbot.keyClicks(sheet.text, "Two")
    qtbot.keyClick(sheet.text, Qt.Key.Key_Tab)
    assert not sheet.text.hasFocus()
    sheet.act.click()
    assert saved == ["One\nTwo"]


def test_a_draft_is_read_and_says_that_it_is_no_part_of_the_report(qtbot: QtBot, over: Callable) -> None:
    form = DraftForm("LBEO: held 10.0 s.", "It is not in the report until you accept it.", may_accept=True)
    accepted: list[str] = []
    sheet = over(DraftSheet(form, accepted.append, lambda: accepted.append("back")))
    words = " ".join(label.text() for label in sheet.findChildren(QWidget) if hasattr(label, "text"))
    assert "not in the report until you accept it" in words
    assert sheet.text.toPlainText() == "LBEO: held 10.0 s."
    assert not sheet.take_back.isVisible()
    qtbot.keyClick(sheet.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert accepted == ["LBEO: held 10.0 s."]


def test_an_interpretation_can_be_read_but_not_accepted_by_who_may_not_review(qtbot: QtBot, over: Callable) -> None:
    accepted: list[str] = []
    form = DraftForm("LBEO: held 10.0 s.", "Made from the scores.", stored=True)
    sheet = over(DraftSheet(form, accepted.append, lambda: accepted.append("back")))
    assert not sheet.act.isVisible()
    assert not sheet.take_back.isVisible()
    qtbot.keyClick(sheet.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(sheet.text, "more")
    assert accepted == []
    assert sheet.text.toPlainText() == "LBEO: held 10.0 s."


def test_a_new_draft_replaces_typed_words_only_after_the_second_press(qtbot: QtBot, over: Callable) -> None:
    asked: list[bool] = []
    form = DraftForm("LBEO: held 10.0 s.", "By rule.", may_accept=True, model_offered=True)
    sheet = over(DraftSheet(form, lambda _: None, lambda: None, lambda: asked.append(True)))
    qtbot.keyClicks(sheet.text, "Mine. ")
    sheet.model.click()
    assert asked == []
    assert sheet.error.text() == REPLACES
    sheet.model.click()
    assert asked == [True]
    sheet.show_form(form, busy="draft")
    assert sheet.model.busy
    assert not sheet.act.isEnabled()
    new = dataclasses.replace(form, text="The left leg held 10.0 s (LBEO).", note="By the model.")
    sheet.show_form(new, busy="")
    assert sheet.text.toPlainText() == new.text
    assert not sheet.unsaved, "the draft is the server's; nothing of the person's would be lost"
    assert sheet.act.isEnabled()
    sheet.model.click()
    assert asked == [True, True]


def test_without_a_model_there_is_no_button_for_it(qtbot: QtBot, over: Callable) -> None:
    sheet = over(DraftSheet(DraftForm("LBEO.", "By rule.", may_accept=True), lambda _: None, lambda: None))
    assert not sheet.model.isVisible()


@pytest.mark.parametrize(
    "make",
    [
        lambda: HoldSheet(HOLD, lambda *_: None),
        lambda: OutcomeSheet(OutcomeForm("LBEC", "", 0), lambda *_: None),
        lambda: AddSheet(AddForm("a.csv", 1, None, "", None, needs_rate=True), lambda *_: None),
        lambda: FootLiftSheet(FootLiftForm("t-1", 1, "LBEO", 0.5), lambda _: None),
        lambda: NoteSheet(NoteForm(""), lambda _: None),
    ],
    ids=["hold", "outcome", "add", "foot_lift", "note"],
)
def test_everything_in_a_question_has_a_name(qtbot: QtBot, over: Callable, make: Callable) -> None:
    sheet = over(make())
    for widget in sheet.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            assert widget.objectName().startswith("review."), widget
            assert widget.accessibleName(), widget.objectName()
