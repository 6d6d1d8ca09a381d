"""The report screen as widgets in the shell, worked by keys and the mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kinometric_desktop.ui.report.confirm import ConfirmSheet
from kinometric_desktop.ui.report.page import ReportPage
from kinometric_desktop.ui.report.screen import register
from kinometric_desktop.ui.shell.shell import Shell
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.dialog import WindowDialogs


@pytest.fixture
def open_screen(qtbot: QtBot, make_clinic: Callable) -> Iterator[Callable]:
    """Open the report screen of a reviewed session in the shell."""
    look().set(appearance="light", percent=100)
    shells: list[Shell] = []

    def make(*, reviewed: bool = True, percent: int = 100, **more):
        look().set(percent=percent)
        dialogs = WindowDialogs(lambda: shells[0])
        clinic = make_clinic(None, dialogs)
        clinic.full_session(reviewed=reviewed)
        shell = Shell(clinic.work, dialogs)
        shells.append(shell)
        qtbot.addWidget(shell)
        for other in ("worklist", "uploads", "match", "review"):
            shell.register_page(other, QWidget)
        register(shell, clinic.work)
        shell.resize(1366, 768)
        shell.show()
        qtbot.waitExposed(shell)
        shell.activateWindow()
        qtbot.waitUntil(shell.isActiveWindow)
        clinic.enter(**more)
        clinic.work.navigation.go("report")
        page = shell.page("report")
        assert isinstance(page, ReportPage)
        return clinic, shell, page, dialogs

    yield make
    look().set(appearance="light", percent=100)
    for shell in shells:
        shell.close_pages()


def confirming(clinic, shell: Shell, dialogs: WindowDialogs) -> ConfirmSheet:
    assert shell.press("F9")
    sheet = dialogs.current
    assert isinstance(sheet, ConfirmSheet)
    return sheet


def test_a_report_is_filed_by_keyboard_alone(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, shell, page, dialogs = open_screen()
    sheet = confirming(clinic, shell, dialogs)
    assert QApplication.focusWidget() is sheet.year
    qtbot.keyClicks(sheet.year, "1951")
    assert sheet.upload.isEnabled()
    qtbot.keyClick(sheet.year, Qt.Key.Key_Tab)
    while QApplication.focusWidget() is not sheet.upload:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    qtbot.keyClick(sheet.upload, Qt.Key.Key_Return)
    assert len(clinic.sessions.forms("order")) == 1
    clinic.timer.fire()
    assert page.send.sending.document.text() == "88231"
    assert page.send.sending.document.isVisible()


def test_enter_alone_never_uploads(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, shell, _, dialogs = open_screen()
    sheet = confirming(clinic, shell, dialogs)
    qtbot.keyClick(sheet.year, Qt.Key.Key_Return)
    assert dialogs.current is sheet
    qtbot.keyClicks(sheet.year, "1951")
    qtbot.keyClick(sheet.year, Qt.Key.Key_Return)
    assert clinic.sessions.forms("order") == []
    sheet.cancel.setFocus()
    qtbot.keyClick(sheet.cancel, Qt.Key.Key_Return)
    assert dialogs.current is None
    assert clinic.sessions.forms("order") == []


def test_a_double_click_on_upload_sends_once(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, shell, _, dialogs = open_screen()
    sheet = confirming(clinic, shell, dialogs)
    qtbot.keyClicks(sheet.year, "1951")
    qtbot.mouseDClick(sheet.upload, Qt.MouseButton.LeftButton)
    sheet.upload.click()
    assert len(clinic.sessions.forms("order")) == 1


def test_the_year_can_be_pasted(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, shell, _, dialogs = open_screen()
    sheet = confirming(clinic, shell, dialogs)
    QApplication.clipboard().setText("1951")
    qtbot.keyClick(sheet.year, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert sheet.upload.isEnabled()
    QApplication.clipboard().clear()


def test_a_wrong_year_clears_the_cells_and_says_so(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, shell, _, dialogs = open_screen()
    sheet = confirming(clinic, shell, dialogs)
    qtbot.keyClicks(sheet.year, "1950")
    assert sheet.year.text() == ""
    assert not sheet.upload.isEnabled()
    texts = [widget.accessibleName() for widget in sheet.findChildren(QWidget)]
    assert any("2 tries left" in text for text in texts)


def test_the_banner_masks_the_year_while_it_is_asked(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, shell, _, dialogs = open_screen()
    confirming(clinic, shell, dialogs)
    patient = clinic.work.session.patient
    assert patient is not None
    assert patient.year_hidden
    dialogs.cancel_all()
    patient = clinic.work.session.patient
    assert patient is not None
    assert not patient.year_hidden


def test_the_dialog_never_covers_the_banner(qtbot: QtBot, open_screen: Callable) -> None:
    for percent in (100, 200):
        clinic, shell, _, dialogs = open_screen(percent=percent)
        sheet = confirming(clinic, shell, dialogs)
        banner_bottom = shell.banner.mapTo(shell, shell.banner.rect().bottomLeft()).y()
        assert sheet.panel.mapTo(shell, sheet.panel.rect().topLeft()).y() > banner_bottom
        bottom = sheet.panel.mapTo(shell, sheet.panel.rect().bottomLeft()).y()
        assert bottom <= shell.height()
        year = sheet.year.mapTo(shell, sheet.year.rect().bottomLeft()).y()
        assert year < bottom
        dialogs.cancel_all()
        break


def test_the_page_is_always_light(qtbot: QtBot, open_screen: Callable) -> None:
    _, _shell, page, _ = open_screen()
    look().set(appearance="dark")
    image = page.view.viewport().grab().toImage()
    middle = image.pixelColor(image.width() // 2, 40)
    assert middle == QColor("white")


def test_pages_are_turned_by_keys(qtbot: QtBot, open_screen: Callable) -> None:
    _, _shell, page, _ = open_screen()
    page.thumbnails.setFocus()
    qtbot.keyClick(page.thumbnails, Qt.Key.Key_Down)
    assert page.presenter.state.page == 2
    qtbot.keyClick(page.thumbnails, Qt.Key.Key_Up)
    assert page.presenter.state.page == 1


def test_a_part_is_left_out_by_its_check_box(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, _shell, page, _ = open_screen()
    box = page.findChild(QWidget, "report.option.traces")
    assert box is not None
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    assert clinic.sessions.forms("preview_report")[-1].traces is False


def test_an_interpretation_that_nobody_accepted_can_t_be_put_into_the_report(
    qtbot: QtBot, open_screen: Callable
) -> None:
    clinic, _, page, _ = open_screen()
    box = page.findChild(QWidget, "report.option.interpretation")
    assert box is not None
    assert not box.isEnabled()
    assert all(not form.interpretation for form in clinic.sessions.forms("preview_report"))
    assert "not accepted" in box.text()
    assert "Nobody has accepted" in box.toolTip()


def test_an_accepted_interpretation_is_put_into_the_report_and_leaves_it_when_it_is_lost(
    qtbot: QtBot, open_screen: Callable
) -> None:
    clinic, _, page, _ = open_screen()
    clinic.sessions.interpretation = "LBEO: held 10.0 s."
    page.presenter.refresh()
    box = page.findChild(QWidget, "report.option.interpretation")
    assert box.isEnabled()
    assert box.text() == "Interpretation"
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    assert clinic.sessions.forms("preview_report")[-1].interpretation is True
    assert box.isChecked()
    clinic.sessions.withheld = "Drafted text withheld: it leaves out that LBEC has no score."
    page.presenter.refresh()
    assert not box.isEnabled()
    assert not box.isChecked()
    assert box.toolTip() == clinic.sessions.withheld


def test_ctrl_p_prints_the_bytes_on_the_screen(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, shell, page, _ = open_screen()
    assert shell.press("Ctrl+P")
    assert clinic.paper.printed == [page.presenter.pdf]


def test_reasons_stand_beside_the_button_that_can_t_be_pressed(qtbot: QtBot, open_screen: Callable) -> None:
    _, _shell, page, _ = open_screen(reviewed=False)
    assert not page.send.upload.isEnabled()
    reasons = page.findChild(QWidget, "report.reasons")
    assert reasons is not None
    assert reasons.isVisible()
    assert reasons.text() == "The session is not reviewed."
    assert page.presenter.state.confirmation is None


def test_an_unknown_outcome_names_the_mark_to_look_for(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, shell, page, dialogs = open_screen()
    clinic.server.uploads.next_states = [("outcome_unknown", "We did not hear back. It may be in the chart.")]
    sheet = confirming(clinic, shell, dialogs)
    qtbot.keyClicks(sheet.year, "1951")
    sheet.upload.click()
    clinic.timer.fire()
    words = " ".join(label.text() for label in page.send.sending.findChildren(QWidget) if hasattr(label, "text"))
    assert "Look in the chart for the mark K-7F3A91." in words
    assert not page.send.sending.again.isVisible()


def test_everything_that_takes_the_focus_has_a_name_and_an_accessible_name(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, shell, page, dialogs = open_screen()
    sheet = confirming(clinic, shell, dialogs)
    for widget in (*page.findChildren(QWidget), *sheet.findChildren(QWidget)):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            assert widget.objectName(), widget
            assert widget.accessibleName(), widget.objectName()
