"""The account's dialogs over a real window, by real key and mouse events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QWidget

from kinometric.contract.accounts import Device, RecoveryCodes, SecondFactorBegun
from kinometric.contract.errors import WRONG_CODE
from kinometric_desktop.app.ports import EnrolledKey
from kinometric_desktop.app.second_factor import squares_of
from kinometric_desktop.client.errors import ServerError, Unreachable
from kinometric_desktop.ui.theme import look
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.dialog import Sheet
from kinometric_desktop.ui.widgets.qr import QUIET, QrCode
from tests.kinometric_desktop.house import NOW, House, me
from tests.kinometric_desktop.ui.conftest import Station

SECRET = "CANARYBASE32SECRETCANARYBASE32SE"
CODES = tuple(f"canary-{place}{place}{place}{place}" for place in range(10))
DEVICES = (
    Device("d-1", "Front desk, left", NOW.isoformat(), NOW.isoformat(), revoked=False),
    Device("d-2", "Old laptop", NOW.isoformat(), None, revoked=True),
)


def prepared(station: Station, **person: Any) -> Station:
    station.house.server.accounts.answers.update(
        me=replace(me("admin"), **person),
        devices=DEVICES,
        begin_second_factor=SecondFactorBegun(SECRET, f"otpauth://totp/x?secret={SECRET}"),
        confirm_second_factor=RecoveryCodes(CODES),
        change_password=None,
        drop_second_factor=None,
        enrol_device=DEVICES[0],
    )
    return station


@pytest.fixture
def account(station: Station) -> Station:
    """An administrator with the account open."""
    prepared(station)
    station.work.actions.trigger("account")
    return station


def typed(station: Station, name: str, text: str) -> QLineEdit:
    field = station.find(name)
    assert isinstance(field, QLineEdit)
    field.setFocus()
    QTest.keyClicks(field, text)
    return field


def press(station: Station, name: str) -> None:
    button = station.find(name)
    assert isinstance(button, Button)
    assert button.isEnabled(), name
    button.click()
    QApplication.processEvents()


def test_the_account_opens_by_its_key_and_shows_password_factor_and_computers(station: Station) -> None:
    prepared(station)
    station.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    sheet = station.dialogs.current
    assert sheet is not None
    assert sheet.objectName() == "account"
    model = station.find("account.computers").model()  # type: ignore[attr-defined]
    rows = [[str(model.data(model.index(row, column))) for column in (0, 3)] for row in range(model.rowCount())]
    assert rows == [["Front desk, left", "enrolled"], ["Old laptop", "revoked"]]
    station.press(Qt.Key.Key_Escape)
    assert station.dialogs.current is None


def test_a_password_is_changed_by_keyboard_and_the_fields_are_empty_afterwards(account: Station) -> None:
    press(account, "account.password.change")
    typed(account, "account.new_password.old", "Old meadow 1")
    typed(account, "account.new_password.new", "Quiet meadow 7")
    last = typed(account, "account.new_password.again", "Quiet meadow 7")
    words = [account.find(f"account.new_password.rule.{place}").accessibleName() for place in range(5)]
    assert all(word.endswith("kept") for word in words), words
    QTest.keyClick(last, Qt.Key.Key_Return)
    assert account.house.server.accounts.last("change_password")[0].new_password == "Quiet meadow 7"
    assert last.text() == ""
    top = account.dialogs.current
    assert top is not None
    assert top.objectName() == "account"


def test_the_second_factor_is_set_up_from_the_picture_to_the_kept_codes(account: Station) -> None:
    press(account, "account.factor.set_up")
    assert isinstance(account.find("account.second_factor.picture"), QrCode)
    secret = account.find("account.second_factor.secret")
    assert "".join(secret.text().split()) == SECRET  # type: ignore[attr-defined]
    assert QApplication.focusWidget() is account.find("account.second_factor.code")
    account.house.server.accounts.answers["me"] = replace(me("admin"), second_factor_on=True)
    typed(account, "account.second_factor.code", "407123")
    shown = [account.find(f"account.second_factor.recovery.{place}").text() for place in range(10)]  # type: ignore[attr-defined]
    assert shown == list(CODES)
    press(account, "account.second_factor.copy_codes")
    assert account.house.clipboard.text.splitlines() == list(CODES)
    press(account, "account.second_factor.print_codes")
    assert len(account.house.printer.pages) == 1
    go = account.find("account.second_factor.go_on")
    assert not go.isEnabled()
    account.find("account.second_factor.kept").click()  # type: ignore[attr-defined]
    press(account, "account.second_factor.go_on")
    top = account.dialogs.current
    assert top is not None
    assert top.objectName() == "account"
    press(account, "account.factor.turn_off")


def test_a_wrong_first_code_is_cleared_and_said(account: Station) -> None:
    account.house.server.accounts.answers["confirm_second_factor"] = ServerError(WRONG_CODE, "no", status=422)
    press(account, "account.factor.set_up")
    cells = typed(account, "account.second_factor.code", "000000")
    assert cells.text() == ""
    assert "did not match" in account.find("account.second_factor.error").accessibleName()
    assert "did not match" not in account.window.windowTitle()


def test_closing_the_set_up_forgets_the_secret(account: Station) -> None:
    press(account, "account.factor.set_up")
    sheet = account.dialogs.current
    assert sheet is not None
    account.press(Qt.Key.Key_Escape)
    assert sheet.presenter.state.secret == ""  # type: ignore[attr-defined]
    texts = [one.text() for one in account.window.findChildren(QLineEdit)]
    assert not any(SECRET in text for text in texts)


def test_the_second_factor_is_switched_off_with_the_password_once_more(station: Station) -> None:
    prepared(station, second_factor_on=True)
    station.work.actions.trigger("account")
    press(station, "account.factor.turn_off")
    field = typed(station, "account.factor_off.password", "Right meadow 1")
    station.house.server.accounts.answers["me"] = me("admin")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert station.house.server.accounts.last("drop_second_factor")[0].password == "Right meadow 1"
    station.find("account.factor.set_up")


def test_this_computer_is_enrolled_under_the_name_that_is_typed(account: Station) -> None:
    field = account.find("account.computer.name")
    assert isinstance(field, QLineEdit)
    assert field.text().startswith("Workstation, ")
    field.selectAll()
    QTest.keyClicks(field, "Front desk, left")
    QTest.keyClick(field, Qt.Key.Key_Return)
    form = account.house.server.accounts.last("enrol_device")[0]
    assert form.name == "Front desk, left"
    assert len(bytes.fromhex(form.public_key)) == 32
    key = account.house.keys.keys["https://kinometric.example dsmith"]
    assert key.device_id == "d-1"
    assert not [one for one in account.window.findChildren(QWidget, "account.computer.enrol") if one.isVisible()]


@pytest.mark.parametrize("standing", ["no keyring", "enrolled"])
def test_a_computer_without_a_keyring_or_enrolled_already_says_so(
    make_station: Callable[..., Station], standing: str
) -> None:
    house = House()
    house.keys.there = standing != "no keyring"
    house.keys.keys["https://kinometric.example dsmith"] = EnrolledKey("d-1", bytes(32))
    station = prepared(make_station(house))
    station.enter()
    station.work.actions.trigger("account")
    words = "No keyring here, so this computer is not enrolled." if standing == "no keyring" else "is enrolled."
    assert any(
        words in str(getattr(one, "text", str)()) for one in station.window.findChildren(QWidget) if one.isVisible()
    )
    assert not [one for one in station.window.findChildren(QWidget, "account.computer.enrol") if one.isVisible()]


def test_an_own_computer_is_revoked_after_a_question(account: Station) -> None:
    account.house.server.accounts.answers["revoke_own_device"] = (DEVICES[1],)
    table = account.find("account.computers")
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Return)
    sheet = account.dialogs.current
    assert sheet is not None
    assert sheet.objectName() == "account.revoke"
    press(account, "account.revoke.action")
    assert account.house.server.accounts.last("revoke_own_device") == ("d-1",)
    assert not account.find("account.computer.revoke").isEnabled()


def test_new_recovery_codes_take_the_password_and_are_shown_once(station: Station) -> None:
    prepared(station, second_factor_on=True)
    station.house.server.accounts.answers["renew_recovery_codes"] = RecoveryCodes(CODES)
    station.work.actions.trigger("account")
    press(station, "account.factor.renew")
    field = typed(station, "account.new_codes.password", "Right meadow 1")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert station.house.server.accounts.last("renew_recovery_codes")[0].password == "Right meadow 1"
    assert field.text() == ""
    assert station.find("account.new_codes.recovery.9").text() == CODES[9]  # type: ignore[attr-defined]
    station.find("account.new_codes.kept").click()  # type: ignore[attr-defined]
    press(station, "account.new_codes.go_on")
    sheet = station.dialogs.current
    assert sheet is not None
    assert sheet.objectName() == "account"


def test_signing_out_closes_the_account(account: Station) -> None:
    account.work.session.lock()
    assert account.dialogs.current is None


def test_a_practice_that_asks_for_the_factor_is_quoted_in_the_account(station: Station) -> None:
    prepared(station, second_factor_needed=True)
    station.work.actions.trigger("account")
    assert "nothing else opens" in station.find("account.wanted").accessibleName()


@pytest.mark.parametrize(("theme", "percent"), [("light", 100), ("dark", 200), ("high-contrast", 100)])
def test_the_picture_is_dark_on_light_with_its_quiet_zone_in_every_look(
    shown: Callable[[QWidget], QWidget], theme: Any, percent: int
) -> None:
    look().set(appearance=theme, percent=percent)
    squares = squares_of(f"otpauth://totp/x?secret={SECRET}")
    code = QrCode("qr", "QR code")
    code.show_squares(squares)
    code.resize(code.sizeHint())
    shown(code)
    image = code.grab().toImage()
    count = len(squares) + 2 * QUIET
    square = int(image.width() / count)
    left = (image.width() - square * count) / 2 + square * QUIET
    top = left

    def dark(row: int, column: int) -> bool:
        x, y = int(left + (column + 0.5) * square), int(top + (row + 0.5) * square)
        return image.pixelColor(x, y) == QColor("black")

    assert square >= 3
    read = tuple(tuple(dark(row, column) for column in range(len(squares))) for row in range(len(squares)))
    assert read == squares
    edge = int(left) - 1
    assert all(image.pixelColor(edge, y) == QColor("white") for y in range(image.height()))


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize("part", ["account", "password", "factor", "codes"])
def test_every_dialog_fits_into_a_small_window(account: Station, part: str, percent: int) -> None:
    account.window.resize(1280, 720)
    look().set(percent=percent)
    if part == "password":
        press(account, "account.password.change")
    elif part in ("factor", "codes"):
        press(account, "account.factor.set_up")
    if part == "codes":
        typed(account, "account.second_factor.code", "407123")
    QApplication.processEvents()
    sheet = account.dialogs.current
    assert isinstance(sheet, Sheet)
    for button in sheet.findChildren(Button):
        assert button.accessibleName()
        assert button.objectName()
        scrolled = any(area.isAncestorOf(button) for area in sheet.findChildren(QScrollArea))
        if button.isVisible() and not scrolled:
            place = button.mapTo(sheet.panel, button.rect().bottomRight())
            assert sheet.panel.rect().contains(place), (button.objectName(), place, sheet.panel.size())
    assert sheet.panel.geometry().bottom() <= sheet.height()


@pytest.mark.parametrize("which", ["account.password.change", "account.factor.turn_off"])
def test_a_lock_leaves_no_password_in_a_field(station: Station, which: str) -> None:
    prepared(station, second_factor_on=True)
    station.work.actions.trigger("account")
    press(station, which)
    name = "account.new_password.old" if which.endswith("change") else "account.factor_off.password"
    field = typed(station, name, "Right meadow 1")
    station.work.session.lock()
    assert field.text() == ""


def test_an_enrolment_that_the_server_refuses_is_quoted(account: Station) -> None:
    sentence = "A practice of yours admits enrolled computers only, so an administrator has to enrol this one."
    account.house.server.accounts.answers["enrol_device"] = ServerError("KS-403", sentence, status=403)
    press(account, "account.computer.enrol")
    assert account.find("account.error").text() == f"{sentence} [KS-403]"  # type: ignore[attr-defined]
    assert account.house.keys.keys == {}


def test_without_a_line_the_account_still_opens_and_says_so(station: Station) -> None:
    prepared(station)
    station.house.server.accounts.answers["me"] = Unreachable("gone")
    station.work.actions.trigger("account")
    assert "[KW-101]" in station.find("account.error").text()  # type: ignore[attr-defined]
    assert station.find("account.password.change").isEnabled()
