"""The sign-in screen, by real key and mouse events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from kinometric.contract.accounts import DemoUser, Hello, Me, RecoveryCodes, SecondFactorBegun, SignedIn
from kinometric.contract.errors import DEVICE_NEEDED, WRONG_CODE, WRONG_SIGN_IN
from kinometric.contract.practices import Departments, Practice
from kinometric_desktop.app.runners import ManualRunner
from kinometric_desktop.app.sign_in import SignInPresenter
from kinometric_desktop.client.address import checked_address
from kinometric_desktop.client.errors import ServerError, Unreachable
from kinometric_desktop.ui.sign_in.foot import Foot
from kinometric_desktop.ui.sign_in.screen import SignInPage
from kinometric_desktop.ui.theme import look
from kinometric_desktop.ui.theme.spacing import rescale
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.field import ErrorLine, Select
from tests.kinometric_desktop.house import NOW, House, department, me, membership

NORTH = membership("admin", practice_id="p-north", practice_name="Northgate Rehab", athena_environment="none")
USERS = (DemoUser("frontdesk", "a-1", "Terry", "finds"), DemoUser("provider", "b-2", "Dr. Smith", "reviews"))


class Door:
    """The page over a server that answers what a test lays out."""

    def __init__(self, shown: Callable[[QWidget], QWidget], house: House) -> None:
        self.house = house
        self.entered = 0
        self.server = house.server
        self.server.accounts.answers["hello"] = Hello("Kinometric", "1.0.0", 1, demo=False)
        self.server.departments.answers["list"] = Departments(
            (department(), department("d-e", name="Eastside PT")), None
        )
        self.presenter = SignInPresenter(
            house.session, house.connection, house.runner, house.settings, self._count,
            clipboard=house.passing, printer=house.printer, computer_key=lambda username: f"key of {username}",  # type: ignore[arg-type]
        )  # fmt: skip
        self.page = SignInPage(self.presenter, Foot("Version 1.0.0, engine 1.0.0"))
        self.page.resize(1366, 768)
        shown(self.page)

    def _count(self) -> None:
        self.entered += 1

    def start(self) -> None:
        self.presenter.start("https://kinometric.example")
        self.settle()
        self.page.entered()

    def settle(self) -> None:
        """Let the server answer everything."""
        self.house.runner.finish_all()
        QApplication.processEvents()

    def press(self, widget: QWidget, key: Qt.Key) -> None:
        QTest.keyClick(widget, key)
        self.settle()

    def click(self, name: str) -> None:
        QTest.mouseClick(self.find(name), Qt.MouseButton.LeftButton)
        self.settle()

    def find(self, name: str) -> QWidget:
        found = [one for one in self.page.findChildren(QWidget, name) if one.isVisible()]
        assert found, f"no visible widget is called {name}"
        return found[0]

    def gone(self, name: str) -> bool:
        return not [one for one in self.page.findChildren(QWidget, name) if one.isVisible()]

    def type(self, name: str, text: str) -> QLineEdit:
        field = self.find(name)
        assert isinstance(field, QLineEdit)
        field.setFocus()
        QTest.keyClicks(field, text)
        self.settle()
        return field

    def complaint(self, name: str) -> str:
        line = self.page.findChild(ErrorLine, name)
        assert line is not None
        return line.text() if line.isVisible() else ""


@pytest.fixture
def door(shown: Callable[[QWidget], QWidget]) -> Door:
    """A door nobody has gone through yet."""
    return Door(shown, House(runner=ManualRunner()))


def test_without_a_server_the_address_is_asked_for_and_taken_by_enter(door: Door) -> None:
    door.presenter.start()
    field = door.type("sign_in.server.address", "kinometric.example")
    door.press(field, Qt.Key.Key_Return)
    assert not door.gone("sign_in.form.user")
    assert door.gone("sign_in.server.address")


def test_the_whole_way_by_keyboard(door: Door) -> None:
    person = me("clinician", NORTH)
    door.server.accounts.answers.update(sign_in=SignedIn("signed_in", None, person), switch_practice=person)
    door.start()
    user = door.type("sign_in.form.user", "dsmith")
    door.press(user, Qt.Key.Key_Return)
    password = door.type("sign_in.form.password", "right")
    door.press(password, Qt.Key.Key_Return)
    assert not door.gone("sign_in.practice.open")
    row = door.find("sign_in.practice.0")
    assert row.isChecked()  # type: ignore[attr-defined]
    door.press(row, Qt.Key.Key_Return)
    assert door.entered == 1


def test_a_wrong_password_is_said_below_the_field_and_selected_for_typing_again(door: Door) -> None:
    door.server.accounts.answers["sign_in"] = ServerError(WRONG_SIGN_IN, "no")
    door.start()
    door.type("sign_in.form.user", "dsmith")
    password = door.type("sign_in.form.password", "wrong")
    door.press(password, Qt.Key.Key_Return)
    assert door.complaint("sign_in.form.password.box.error") == "Username or password is not right."
    assert password.selectedText() != "" or password.hasSelectedText()


def test_a_code_is_typed_into_cells_and_cleared_when_wrong(door: Door) -> None:
    door.server.accounts.answers["sign_in"] = SignedIn("code_needed", None, None)
    door.start()
    door.type("sign_in.form.user", "dsmith")
    door.press(door.type("sign_in.form.password", "right"), Qt.Key.Key_Return)
    door.server.accounts.answers["sign_in"] = ServerError(WRONG_CODE, "no")
    cells = door.type("sign_in.code.digits", "407123")
    assert cells.text() == ""
    assert "check this computer’s clock" in door.complaint("sign_in.code.error")
    turn = door.find("sign_in.code.turn")
    assert isinstance(turn, Button)
    turn.click()
    door.settle()
    assert door.gone("sign_in.code.digits")
    door.find("sign_in.code.recovery")
    door.press(door.type("sign_in.code.recovery", "abcd-1234"), Qt.Key.Key_Return)
    assert door.server.accounts.last("sign_in")[0].recovery_code == "abcd-1234"
    door.press(door.page, Qt.Key.Key_Escape)
    assert not door.gone("sign_in.form.user")


def test_the_practice_and_department_are_chosen_by_mouse(door: Door) -> None:
    person = me("clinician", NORTH)
    door.server.accounts.answers.update(sign_in=SignedIn("signed_in", None, person), switch_practice=person)
    door.start()
    door.type("sign_in.form.user", "dsmith")
    door.press(door.type("sign_in.form.password", "right"), Qt.Key.Key_Return)
    door.click("sign_in.practice.1")
    assert door.presenter.state.practice_id == "p-north"
    select = door.find("sign_in.practice.department")
    assert isinstance(select, Select)
    select.setFocus()
    QTest.keyClick(select, Qt.Key.Key_Down)
    select.activated.emit(select.currentIndex())
    remember = door.find("sign_in.practice.remember")
    remember.click()  # type: ignore[attr-defined]
    door.click("sign_in.practice.open")
    assert door.entered == 1
    assert "make_department_mine" not in door.server.accounts.names()


def test_escape_on_the_practice_signs_out(door: Door) -> None:
    person = me("clinician", NORTH)
    door.server.accounts.answers.update(sign_in=SignedIn("signed_in", None, person), switch_practice=person)
    door.start()
    door.type("sign_in.form.user", "dsmith")
    door.press(door.type("sign_in.form.password", "right"), Qt.Key.Key_Return)
    door.press(door.find("sign_in.practice.0"), Qt.Key.Key_Escape)
    assert not door.gone("sign_in.form.user")
    assert "sign_out" in door.server.accounts.names()


def test_demo_users_are_offered_in_a_demo_only(door: Door) -> None:
    door.start()
    assert door.gone("sign_in.demo.provider")
    door.server.accounts.answers["hello"] = Hello("Kinometric", "1", 1, demo=True, demo_users=USERS)
    person = replace(me(), demo=True)
    door.server.accounts.answers.update(sign_in=SignedIn("signed_in", None, person), switch_practice=person)
    door.start()
    door.click("sign_in.demo.provider")
    assert door.server.accounts.last("sign_in")[0].username == "provider"


def test_the_password_field_is_empty_when_the_screen_comes_back(door: Door) -> None:
    door.start()
    field = door.type("sign_in.form.password", "secret-canary")
    door.page.entered()
    assert field.text() == ""


def test_changing_the_server_asks_for_the_address(door: Door) -> None:
    door.start()
    door.click("sign_in.server.change")
    assert not door.gone("sign_in.server.address")


def test_caps_lock_is_guessed_from_what_is_typed(door: Door) -> None:
    door.start()
    field = door.find("sign_in.form.password")
    QTest.keyClick(field, Qt.Key.Key_A)
    words = [
        one
        for one in door.page.findChildren(QWidget)
        if getattr(one, "text", None) and type(one).__name__ == "SymbolText"
    ]
    caps = next(one for one in words if one.text() == "Caps Lock is on")  # type: ignore[attr-defined]
    assert not caps.isVisible()
    QTest.keyEvent(QTest.KeyAction.Click, field, "B", Qt.KeyboardModifier.NoModifier)
    assert caps.isVisible()


def test_the_foot_says_what_this_computer_keeps(door: Door) -> None:
    foot = door.page.findChild(Foot)
    assert foot is not None
    foot.show_versions("Version 2")
    foot.show_device("This computer is enrolled", enrolled=True)
    foot.show_device("", enrolled=False)
    assert foot.help.accessibleName() == "Help"


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_of_the_form_is_cut_off(door: Door, percent: int) -> None:
    look().set(percent=percent)
    door.start()
    QApplication.processEvents()
    for button in door.page.findChildren(Button):
        if button.isVisible():
            assert button.width() >= button.sizeHint().width(), button.objectName()


def arrive(door: Door, person: Me) -> Door:
    door.server.accounts.answers.update(sign_in=SignedIn("signed_in", None, person), switch_practice=person)
    door.start()
    door.type("sign_in.form.user", "dsmith")
    door.press(door.type("sign_in.form.password", "Right meadow 1"), Qt.Key.Key_Return)
    return door


def wants_factor() -> Me:
    return replace(me("admin"), second_factor_needed=True)


def test_the_second_factor_is_set_up_on_the_way_in_by_keyboard(door: Door) -> None:
    door.server.accounts.answers.update(
        begin_second_factor=SecondFactorBegun("ABCD" * 8, "otpauth://totp/x?secret=ABCD"),
        confirm_second_factor=RecoveryCodes(("aaaa-bbbb",) * 10),
        me=me("admin"),
    )
    arrive(door, wants_factor())
    assert QApplication.focusWidget() is door.find("sign_in.second_factor.code")
    door.type("sign_in.second_factor.code", "407123")
    door.press(door.find("sign_in.second_factor.kept"), Qt.Key.Key_Space)
    door.press(door.find("sign_in.second_factor.go_on"), Qt.Key.Key_Return)
    door.press(door.find("sign_in.practice.0"), Qt.Key.Key_Return)
    assert door.entered == 1


def test_escape_leaves_the_set_up_and_nothing_of_the_secret_stays(door: Door) -> None:
    door.server.accounts.answers["begin_second_factor"] = SecondFactorBegun("CANA" * 8, "otpauth://totp/x?secret=CANA")
    arrive(door, wants_factor())
    secret = door.find("sign_in.second_factor.secret")
    door.press(door.page, Qt.Key.Key_Escape)
    assert not door.gone("sign_in.form.user")
    assert secret.text() == ""  # type: ignore[attr-defined]
    assert "sign_out" in door.server.accounts.names()


def test_a_password_that_must_be_changed_is_changed_on_the_way_in(door: Door) -> None:
    door.server.accounts.answers["change_password"] = None
    arrive(door, replace(me(), password_to_change=True))
    assert door.gone("sign_in.new_password.old")
    door.server.accounts.answers["switch_practice"] = me()
    first = door.type("sign_in.new_password.new", "Quiet meadow 7")
    assert QApplication.focusWidget() is first
    door.press(door.type("sign_in.new_password.again", "Quiet meadow 7"), Qt.Key.Key_Return)
    assert door.server.accounts.last("change_password")[0].old_password == "Right meadow 1"
    assert first.text() == ""
    door.find("sign_in.practice.open")


def test_a_superadmin_types_why_and_a_missing_reason_is_said(door: Door) -> None:
    door.server.practice.answers["all"] = (
        Practice("p-1", "Harbor Street Clinic", "harbor", "America/New_York", "", "", "", "", "", True, 1),
    )
    root = Me("u-0", "root", "Root", True, None, (), 900.0, False, NOW.isoformat())
    arrive(door, root)
    door.press(door.find("sign_in.practice.0"), Qt.Key.Key_Return)
    assert "Say in a few words" in door.complaint("sign_in.practice.error")
    door.server.accounts.answers["switch_practice"] = me("admin", superadmin=True)
    field = door.type("sign_in.practice.reason", "Setting it up")
    door.press(field, Qt.Key.Key_Return)
    assert door.server.accounts.last("switch_practice")[0].reason == "Setting it up"
    assert door.entered == 1


def test_the_first_practice_is_named_and_its_short_name_follows(door: Door) -> None:
    door.server.practice.answers["all"] = ()
    arrive(door, Me("u-0", "root", "Root", True, None, (), 900.0, False, NOW.isoformat()))
    door.type("sign_in.new_practice.name", "Quay Clinic & Gym")
    slug = door.find("sign_in.new_practice.slug")
    assert isinstance(slug, QLineEdit)
    assert slug.text() == "quay-clinic-gym"
    slug.clear()
    door.type("sign_in.new_practice.slug", "quay")
    door.type("sign_in.new_practice.name", "s")
    made = Practice("p-9", "Quay", "quay", "America/New_York", "", "", "", "", "", True, 1)
    door.server.practice.answers.update(add=made, all=(made,))
    door.press(slug, Qt.Key.Key_Return)
    form = door.server.practice.last("add")[0]
    assert (form.name, form.slug, form.time_zone) == ("Quay Clinic & Gyms", "quay", "America/New_York")
    door.find("sign_in.practice.reason")


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize("stage", ["second_factor", "new_password", "new_practice"])
def test_nothing_of_the_further_parts_is_cut_off(door: Door, stage: str, percent: int) -> None:
    look().set(percent=percent)
    door.page.resize(1280, 720)
    door.server.practice.answers["all"] = ()
    door.server.accounts.answers["begin_second_factor"] = SecondFactorBegun("ABCD" * 8, "otpauth://totp/x?secret=ABCD")
    people = {
        "second_factor": wants_factor(),
        "new_password": replace(me(), password_to_change=True),
        "new_practice": Me("u-0", "root", "Root", True, None, (), 900.0, False, NOW.isoformat()),
    }
    arrive(door, people[stage])
    rescale(door.page)
    QApplication.processEvents()
    assert door.presenter.state.stage == stage
    for widget in door.page.findChildren(QWidget):
        if widget.isVisible() and isinstance(widget, Button | QLineEdit):
            assert isinstance(widget, QLineEdit) or widget.width() >= widget.sizeHint().width(), widget.objectName()
            right = widget.mapTo(door.page, widget.rect().topRight()).x()
            assert right <= door.page.width(), widget.objectName()
            assert widget.accessibleName(), widget.objectName()


def test_the_key_of_this_computer_is_shown_where_only_enrolled_ones_get_in(door: Door) -> None:
    sentence = "This practice admits enrolled computers only. Ask an administrator."
    door.server.accounts.answers["sign_in"] = ServerError(DEVICE_NEEDED, sentence, status=401)
    door.start()
    door.type("sign_in.form.user", "dsmith")
    door.press(door.type("sign_in.form.password", "right"), Qt.Key.Key_Return)
    assert sentence in door.complaint("sign_in.form.password.box.error")
    key = door.find("sign_in.computer.key")
    assert isinstance(key, QLineEdit)
    assert (key.text(), key.isReadOnly()) == ("key of dsmith", True)
    door.click("sign_in.computer.copy")
    assert door.house.clipboard.text == "key of dsmith"


def test_enter_pressed_before_the_server_answers_signs_in_once_it_does(door: Door) -> None:
    door.server.accounts.answers.update(sign_in=SignedIn("signed_in", None, me()), switch_practice=me())
    door.presenter.start("https://kinometric.example")
    door.page.entered()
    for name, text in (("sign_in.form.user", "dsmith"), ("sign_in.form.password", "right")):
        field = door.find(name)
        QTest.keyClicks(field, text)
    for _ in range(3):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert "sign_in" not in door.server.accounts.names()
    door.settle()
    assert door.server.accounts.names().count("sign_in") == 1
    assert not door.gone("sign_in.practice.open")


def test_what_was_typed_outlives_a_server_that_did_not_answer_and_goes_to_no_other(door: Door) -> None:
    door.server.accounts.answers["hello"] = Unreachable("gone")
    door.presenter.start("https://kinometric.example")
    door.page.entered()
    QTest.keyClicks(door.find("sign_in.form.user"), "dsmith")
    QTest.keyClicks(door.find("sign_in.form.password"), "right")
    door.settle()
    assert not door.gone("sign_in.server.address")
    door.server.accounts.answers["hello"] = Hello("Kinometric", "1.0.0", 1, demo=False)
    door.press(door.find("sign_in.server.address"), Qt.Key.Key_Return)
    assert door.find("sign_in.form.user").text() == "dsmith"  # type: ignore[attr-defined]
    assert door.find("sign_in.form.password").text() == "right"  # type: ignore[attr-defined]
    door.presenter.change_server()
    door.settle()
    door.server.address = checked_address("https://other.example")
    address = door.find("sign_in.server.address")
    address.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(address, "https://other.example")
    door.press(address, Qt.Key.Key_Return)
    assert door.find("sign_in.form.user").text() == "dsmith"  # type: ignore[attr-defined]
    assert door.find("sign_in.form.password").text() == ""  # type: ignore[attr-defined]


def test_another_address_is_taken_while_the_first_one_is_still_tried(door: Door) -> None:
    door.presenter.start()
    address = door.find("sign_in.server.address")
    QTest.keyClicks(address, "slow.example")
    QTest.keyClick(address, Qt.Key.Key_Return)
    address.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(address, "right.example")
    QTest.keyClick(address, Qt.Key.Key_Return)
    QTest.keyClick(address, Qt.Key.Key_Return)
    assert len(door.house.runner.waiting) == 2  # type: ignore[attr-defined]
    door.settle()
    assert door.presenter.state.connected


def test_a_complaint_does_not_take_the_cursor_out_of_the_user_name(door: Door) -> None:
    door.server.accounts.answers["sign_in"] = ServerError(WRONG_SIGN_IN, "no")
    door.start()
    door.type("sign_in.form.user", "dsmit")
    door.press(door.type("sign_in.form.password", "wrong"), Qt.Key.Key_Return)
    door.type("sign_in.form.user", "hx")
    assert door.find("sign_in.form.user").hasFocus()
    assert door.find("sign_in.form.user").text() == "dsmithx"  # type: ignore[attr-defined]
