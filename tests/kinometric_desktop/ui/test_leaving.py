"""A form with something typed in it: through a lock and back, and asked about before it is thrown away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kinometric_desktop.app.review_state import NoteForm
from kinometric_desktop.ui.review.sheets import NoteSheet
from kinometric_desktop.ui.shell.leaving import Leaving
from kinometric_desktop.ui.shell.lock_page import KEPT, OPEN
from kinometric_desktop.ui.widgets.dialog import QuestionSheet
from tests.kinometric_desktop.ui.conftest import Station


@pytest.fixture
def note(station: Station) -> NoteSheet:
    """The open note, with a line typed by keys."""
    sheet = NoteSheet(NoteForm(""), lambda _: None)
    station.dialogs.show(sheet, focus=sheet.first)
    QTest.keyClicks(sheet.text, "Wears a brace.")
    return sheet


def lock_words(station: Station) -> str:
    """Everything that can be read on the locked screen."""
    labels = [one for one in station.shell.lock_page.findChildren(QWidget) if one.isVisible()]
    return " ".join(label.text() for label in labels if hasattr(label, "text"))


def unlock(station: Station) -> None:
    """The same person is back."""
    me = station.work.session.state.me
    assert me is not None
    station.work.session.unlock(me)


def test_a_typed_note_is_there_again_after_the_lock_with_the_keyboard_in_it(station: Station, note: NoteSheet) -> None:
    station.lock.subscribe(station.shell.show_lock)
    station.lock.lock_now()
    assert not note.isVisible()
    assert station.dialogs.current is None
    assert lock_words(station).startswith("Locked Signed out." + KEPT)
    unlock(station)
    assert note.isVisible()
    assert station.dialogs.current is note
    assert QApplication.focusWidget() is note.text
    assert note.text.toPlainText() == "Wears a brace."
    QTest.keyClicks(note.text, " Left knee.")
    assert note.text.toPlainText() == "Wears a brace. Left knee."


def test_nothing_of_a_put_aside_sheet_is_seen_or_reached_by_keys_on_the_locked_screen(
    station: Station, note: NoteSheet
) -> None:
    station.lock.lock_now()
    for _ in range(8):
        station.press(Qt.Key.Key_Tab)
        here = QApplication.focusWidget()
        assert here is None or not note.isAncestorOf(here)
    assert "brace" not in lock_words(station)


def test_without_anything_typed_the_lock_promises_no_note(station: Station) -> None:
    station.lock.lock_now()
    assert OPEN.strip() in lock_words(station)
    assert "note" not in lock_words(station)


def test_a_sheet_that_a_late_answer_opens_waits_behind_the_lock(station: Station) -> None:
    station.lock.lock_now()
    late = NoteSheet(NoteForm("from a late answer"), lambda _: None)
    station.dialogs.show(late, focus=late.first)
    assert not late.isVisible()
    here = QApplication.focusWidget()
    assert here is None or not late.isAncestorOf(here)
    unlock(station)
    assert late.isVisible()


def test_someone_else_is_asked_before_the_note_goes(station: Station, note: NoteSheet) -> None:
    leaving = Leaving(station.dialogs)
    over: list[bool] = []
    station.lock.lock_now()
    leaving.start_over(lambda: over.append(True))
    question = station.dialogs.current
    assert isinstance(question, QuestionSheet)
    assert question.isVisible()
    assert "“Your note”" in " ".join(one.text() for one in question.findChildren(QWidget) if hasattr(one, "text"))
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert over == []
    leaving.start_over(lambda: over.append(True))
    station.find("lock.other.action").click()  # type: ignore[attr-defined]
    assert over == [True]


def test_someone_else_starts_over_at_once_where_nothing_would_be_lost(station: Station) -> None:
    over: list[bool] = []
    station.lock.lock_now()
    Leaving(station.dialogs).start_over(lambda: over.append(True))
    assert over == [True]
    assert station.dialogs.current is None


def test_signing_out_forgets_what_was_put_aside(station: Station, note: NoteSheet) -> None:
    told: list[bool] = []
    note.finished.connect(told.append)
    station.lock.lock_now()
    station.work.session.sign_out()
    assert told == [False]
    assert station.dialogs.unsaved == ()


def test_closing_the_window_asks_first_and_closes_when_that_is_wanted(station: Station, note: NoteSheet) -> None:
    leaving = Leaving(station.dialogs)
    station.window.may_close = lambda: leaving.may_close(station.window.close)
    station.window.close()
    station.window.close()
    assert station.window.isVisible()
    questions = [one for one in station.shell.findChildren(QuestionSheet) if one.isVisible()]
    assert len(questions) == 1, "asked once, however often the window is closed"
    QTest.keyClick(questions[0], Qt.Key.Key_Escape)
    assert station.window.isVisible()
    assert note.text.toPlainText() == "Wears a brace."
    station.window.close()
    station.find("shell.close.action").click()  # type: ignore[attr-defined]
    assert not station.window.isVisible()


def test_closing_the_window_asks_nothing_where_all_is_saved(make_station: Callable[..., Station]) -> None:
    station = make_station()
    station.enter()
    leaving = Leaving(station.dialogs)
    station.window.may_close = lambda: leaving.may_close(station.window.close)
    station.window.close()
    assert not station.window.isVisible()


def test_a_screen_reads_its_list_again_when_the_lock_is_opened(station: Station) -> None:
    station.house.server.patients.asked.clear()
    station.lock.lock_now()
    assert "worklist" not in station.house.server.patients.names()
    unlock(station)
    assert station.house.server.patients.names().count("worklist") == 1
