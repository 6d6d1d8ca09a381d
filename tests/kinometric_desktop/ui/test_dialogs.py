"""Dialogs are opened, never run in a loop; Esc and Enter are safe; the banner stays in sight."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kinometric_desktop.app.lock import LockState
from kinometric_desktop.app.ports import Answer, Question
from kinometric_desktop.app.session import OpenPatient
from kinometric_desktop.ui.shell.lock_warning import LockWarning
from kinometric_desktop.ui.theme import look
from kinometric_desktop.ui.widgets.banner import PatientBanner
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.choice import CheckBox
from kinometric_desktop.ui.widgets.dialog import QuestionSheet, Sheet, WindowDialogs
from kinometric_desktop.ui.widgets.field import TextField
from tests.kinometric_desktop.house import TODAY, patient

STOP = Question(
    "test.stop", "Stop Eastside PT (3)?", "3 users have it as their default.", "Stop department", dangerous=True
)
REASON = Question(
    "test.abandon", "Abandon this upload?", "", "Abandon", asks_for="Reason", needs_characters=3, statement="I looked."
)


@pytest.fixture
def window(shown: Callable[[QWidget], QWidget]) -> QWidget:
    """A window with one button in it."""
    made = QWidget()
    made.resize(1366, 768)
    button = Button("Behind", "test.behind")
    button.setParent(made)
    button.setGeometry(20, 700, 100, 32)
    shown(made)
    button.setFocus()
    return made


@pytest.fixture
def dialogs(window: QWidget) -> WindowDialogs:
    """The port over that window."""
    return WindowDialogs(lambda: window)


def part(dialogs: WindowDialogs, name: str) -> QWidget:
    assert dialogs.current is not None
    found = dialogs.current.findChild(QWidget, name)
    assert isinstance(found, QWidget)
    return found


def test_a_question_is_answered_exactly_once(dialogs: WindowDialogs) -> None:
    answers: list[Answer] = []
    dialogs.ask(STOP, answers.append)
    sheet = dialogs.current
    assert sheet is not None
    QTest.mouseClick(part(dialogs, "test.stop.action"), Qt.MouseButton.LeftButton)
    sheet.finish(False)
    assert answers == [Answer(True)]
    assert dialogs.current is None


def test_escape_cancels_from_anywhere_inside(dialogs: WindowDialogs) -> None:
    answers: list[Answer] = []
    dialogs.ask(REASON, answers.append)
    QTest.keyClick(part(dialogs, "test.abandon.text"), Qt.Key.Key_Escape)
    assert answers == [Answer(False)]


def test_the_safe_button_has_the_focus_and_enter_presses_it(dialogs: WindowDialogs) -> None:
    answers: list[Answer] = []
    dialogs.ask(STOP, answers.append)
    focused = QApplication.focusWidget()
    assert focused is part(dialogs, "test.stop.cancel")
    QTest.keyClick(focused, Qt.Key.Key_Return)
    assert answers == [Answer(False)]


def test_the_action_is_off_until_reason_and_statement_are_given(dialogs: WindowDialogs) -> None:
    answers: list[Answer] = []
    dialogs.ask(REASON, answers.append)
    action, text, statement = (part(dialogs, f"test.abandon.{name}") for name in ("action", "text", "statement"))
    assert isinstance(statement, CheckBox)
    assert not action.isEnabled()
    QTest.keyClicks(text, "no")
    assert not action.isEnabled()
    QTest.keyClicks(text, "t there")
    assert not action.isEnabled()
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert answers == []
    statement.click()
    assert action.isEnabled()
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert answers == [Answer(True, "not there")]


def test_tab_stays_inside_and_goes_round(dialogs: WindowDialogs) -> None:
    dialogs.ask(REASON, lambda _: None)
    assert dialogs.current is not None
    seen = []
    for _ in range(8):
        focused = QApplication.focusWidget()
        assert focused is not None
        assert dialogs.current.isAncestorOf(focused)
        seen.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert set(seen) == {"test.abandon.text", "test.abandon.statement", "test.abandon.cancel"}
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    dialogs.cancel_all()


def test_the_focus_goes_back_to_where_it_was(dialogs: WindowDialogs, window: QWidget) -> None:
    dialogs.ask(STOP, lambda _: None)
    dialogs.cancel_all()
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName() == "test.behind"


def test_a_click_beside_the_dialog_reaches_nothing(dialogs: WindowDialogs, window: QWidget) -> None:
    pressed: list[int] = []
    behind = window.findChild(Button, "test.behind")
    assert behind is not None
    behind.clicked.connect(lambda: pressed.append(1))
    dialogs.ask(STOP, lambda _: None)
    assert dialogs.current is not None
    assert window.childAt(QPoint(60, 716)) is dialogs.current
    QTest.mouseClick(dialogs.current, Qt.MouseButton.LeftButton, pos=QPoint(60, 716))
    assert pressed == []
    dialogs.cancel_all()


def test_the_banner_is_neither_dimmed_nor_covered(dialogs: WindowDialogs, window: QWidget) -> None:
    banner = PatientBanner(lambda: TODAY)
    banner.setParent(window)
    banner.setGeometry(80, 48, 1286, 56)
    banner.show_patient(OpenPatient(patient()))
    banner.show()
    before = window.grab(banner.geometry()).toImage()
    dialogs.ask(STOP, lambda _: None)
    assert dialogs.current is not None
    assert dialogs.current.panel.geometry().top() > banner.geometry().bottom()
    assert window.grab(banner.geometry()).toImage() == before
    dim = window.grab().toImage().pixelColor(10, 600)
    assert dim != look().colour("surface")
    dialogs.cancel_all()


def test_a_dialog_stays_inside_a_small_window(window: QWidget, dialogs: WindowDialogs) -> None:
    look().set(percent=200)
    window.resize(900, 500)
    dialogs.ask(REASON, lambda _: None)
    QApplication.processEvents()
    assert dialogs.current is not None
    panel = dialogs.current.panel.geometry()
    assert panel.left() >= 0
    assert panel.right() < 900
    window.resize(1000, 600)
    QApplication.processEvents()
    assert dialogs.current.size() == window.size()
    dialogs.cancel_all()


def test_facts_stand_in_two_columns(dialogs: WindowDialogs) -> None:
    question = Question("test.facts", "Cancel?", "Body.", "Cancel upload", facts=(("Patient", "PRUEBA, Rosa"),))
    sheet = QuestionSheet(question)
    assert isinstance(sheet.first, Button)
    assert sheet.answer(False) == Answer(False, "")
    dialogs.show(sheet)
    assert dialogs.current is sheet
    dialogs.cancel_all()


def test_a_sheet_without_a_footer_and_with_a_hatch_is_painted(dialogs: WindowDialogs) -> None:
    sheet = Sheet("test.sheet", "Keys", width=400, hatched=True, footer=False)
    sheet.body.addWidget(TextField("test.sheet.field", "Anything"))
    dialogs.show(sheet)
    look().set(appearance="high-contrast")
    assert len({sheet.grab().toImage().pixelColor(x, 110).name() for x in range(483, 883)}) >= 1
    QTest.keyClick(sheet, Qt.Key.Key_A)
    assert dialogs.current is sheet
    dialogs.cancel_all()


def test_any_key_stays_when_the_lock_warns(dialogs: WindowDialogs) -> None:
    warning = LockWarning(LockState(True, 120.0, True))
    dialogs.show(warning)
    assert warning.title.text() == "Locking in 2:00"
    warning.show_state(LockState(True, 61.0, True))
    assert warning.title.text() == "Locking in 1:01"
    QTest.keyClick(warning, Qt.Key.Key_X)
    assert dialogs.current is None
