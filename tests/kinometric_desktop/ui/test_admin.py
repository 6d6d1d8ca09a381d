"""The administration over a real window, by real key and mouse events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from kinometric.contract.errors import STALE
from kinometric_desktop.client.errors import ServerError
from kinometric_desktop.ui.admin.page import AdminPage
from kinometric_desktop.ui.theme import look
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.choice import CheckBox, Switch
from kinometric_desktop.ui.widgets.dialog import Sheet
from kinometric_desktop.ui.widgets.segmented import Segmented
from kinometric_desktop.ui.widgets.table import TableView
from kinometric_desktop.ui.widgets.tabs import TabBar
from tests.kinometric_desktop.clinic_admin import SHEET, USERS, furnished
from tests.kinometric_desktop.house import me
from tests.kinometric_desktop.ui.conftest import Station

CONTROL = Qt.KeyboardModifier.ControlModifier


class Office:
    """The administration of a station."""

    def __init__(self, station: Station, *, superadmin: bool = False) -> None:
        self.station = station
        furnished(station.house).work("admin", superadmin=superadmin)
        person = me("admin", superadmin=superadmin)
        station.house.session.enter_practice(person, "Setting it up" if superadmin else "")
        station.house.server.accounts.answers["me"] = person
        station.work.navigation.go("admin")
        page = station.shell.page("admin")
        assert isinstance(page, AdminPage)
        self.page = page

    def find(self, name: str) -> Any:
        return self.station.find(name)

    def gone(self, name: str) -> bool:
        return not [one for one in self.station.window.findChildren(QWidget, name) if one.isVisible()]

    def press(self, name: str) -> None:
        button = self.find(name)
        assert button.isEnabled(), name
        button.click()
        QApplication.processEvents()

    def type(self, name: str, text: str) -> QLineEdit:
        field = self.find(name)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        return field

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.station.press(key, modifier)
        QApplication.processEvents()

    def tab(self, tab: str) -> None:
        bar = self.find("admin.tabs")
        assert isinstance(bar, TabBar)
        bar.setFocus()
        names = ["users", "practice", "scope", "audit"]
        while bar.current != tab:
            QTest.keyClick(bar, Qt.Key.Key_Right if names.index(bar.current) < names.index(tab) else Qt.Key.Key_Left)
        QApplication.processEvents()

    @property
    def sheet(self) -> str:
        current = self.station.dialogs.current
        return current.objectName() if current is not None else ""

    @property
    def accounts(self) -> Any:
        return self.station.house.server.accounts

    @property
    def practice(self) -> Any:
        return self.station.house.server.practice


@pytest.fixture
def office(make_station: Callable[..., Station]) -> Office:
    """An administrator of one practice."""
    return Office(make_station())


@pytest.fixture
def throne(make_station: Callable[..., Station]) -> Office:
    """A superadmin inside the practice."""
    return Office(make_station(), superadmin=True)


def words(table: TableView, row: int) -> str:
    model = table.model()
    shown = [column for column in range(model.columnCount()) if not table.isColumnHidden(column)]
    return " | ".join(str(model.data(model.index(row, column))) for column in shown)


def test_users_are_listed_and_the_chosen_one_stands_beside_the_list(office: Office) -> None:
    table = office.find("admin.users.table")
    assert "Terry Beispiel" in words(table, 1)
    assert "one-time password" in words(table, 4)
    assert QApplication.focusWidget() is table
    office.key(Qt.Key.Key_Down)
    facts = dict(office.page.users.facts.facts())
    assert (facts["Username"], facts["Sessions here"]) == ("frontdesk", "1")


def test_a_user_is_changed_by_keyboard_alone(office: Office) -> None:
    office.key(Qt.Key.Key_Down)
    office.key(Qt.Key.Key_Return)
    assert office.sheet == "admin.user"
    upload = office.find("admin.user.can_upload")
    assert isinstance(upload, CheckBox)
    for _ in range(12):
        if QApplication.focusWidget() is upload:
            break
        office.key(Qt.Key.Key_Tab)
    office.key(Qt.Key.Key_Space)
    assert upload.isChecked()
    office.type("admin.user.email", "terry@clinic.example")
    office.key(Qt.Key.Key_Return)
    user_id, form = office.accounts.last("change_user")
    assert (user_id, form.can_upload, form.email) == ("u-2", True, "terry@clinic.example")
    assert office.sheet == ""


def test_a_new_user_is_added_and_the_password_shown_once(office: Office) -> None:
    office.key(Qt.Key.Key_N, CONTROL)
    assert office.sheet == "admin.user"
    office.type("admin.user.username", "gina")
    office.key(Qt.Key.Key_Return)
    assert "Type the name" in office.find("admin.user.display_name.error").accessibleName()
    office.type("admin.user.display_name", "Gina Muster")
    office.press("admin.user.action")
    sent = office.accounts.last("add_user")[0]
    assert office.sheet == "admin.one_time"
    shown = office.find("admin.one_time.password")
    assert shown.text() == sent.password
    office.press("admin.one_time.copy")
    assert office.station.house.clipboard.text == sent.password
    office.press("admin.one_time.done")
    assert office.sheet == ""
    everything = " ".join(
        str(getattr(one, "text", str)()) for one in office.station.window.findChildren(QWidget) if hasattr(one, "text")
    )
    assert sent.password not in everything
    assert sent.password not in office.station.window.windowTitle()
    office.station.house.timer.fire()
    assert office.station.house.clipboard.text == ""


def test_roles_say_what_they_may_and_read_only_takes_the_ticks_away(office: Office) -> None:
    office.key(Qt.Key.Key_N, CONTROL)
    role = office.find("admin.user.role")
    role.setFocus()
    QTest.keyClick(role, Qt.Key.Key_Right)
    assert not office.find("admin.user.can_match").isEnabled()
    assert not office.find("admin.user.can_match").isChecked()
    QTest.keyClick(role, Qt.Key.Key_Left)
    assert office.find("admin.user.can_match").isChecked()


def test_a_destructive_button_opens_a_question_whose_default_is_to_cancel(office: Office) -> None:
    office.page.users.presenter.choose("u-2")
    for button, sheet in (
        ("admin.users.password", "admin.password"),
        ("admin.users.sessions", "admin.sessions"),
        ("admin.users.active", "admin.disable"),
    ):
        office.press(button)
        assert office.sheet == sheet
        assert QApplication.focusWidget().objectName() == f"{sheet}.cancel"  # type: ignore[union-attr]
        office.key(Qt.Key.Key_Return)
        assert office.sheet == ""
    assert "change_user" not in office.accounts.names()
    assert "end_sessions" not in office.accounts.names()


def test_a_stale_change_shows_the_servers_sentence_above_the_list(office: Office) -> None:
    office.page.users.presenter.choose("u-2")
    office.accounts.answers["change_user"] = ServerError(STALE, "Somebody else changed this.", status=409)
    office.press("admin.users.active")
    office.press("admin.disable.action")
    message = office.find("admin.users.message")
    assert message.text() == "Somebody else changed this. [KS-409]"


def test_oneself_can_not_be_given_a_one_time_password_here(office: Office) -> None:
    assert not office.find("admin.users.password").isEnabled()
    assert not office.find("admin.users.factor").isEnabled()
    assert office.gone("admin.users.member")
    assert office.gone("admin.users.everywhere")


def test_a_superadmin_brings_somebody_in_from_another_practice(throne: Office) -> None:
    throne.press("admin.users.member")
    assert throne.gone("admin.user.display_name")
    throne.type("admin.user.username", "agency2")
    throne.press("admin.user.action")
    assert throne.accounts.last("add_member")[0].username == "agency2"
    throne.page.users.presenter.choose("u-2")
    throne.press("admin.users.everywhere")
    throne.press("admin.everywhere.action")
    assert throne.accounts.last("allow_everywhere")[1].is_active is False


def test_a_computer_is_revoked_from_its_list(office: Office) -> None:
    office.page.users.presenter.choose("u-2")
    office.press("admin.users.computers")
    table = office.find("admin.computers.table")
    assert "Front desk, left | " in words(table, 0)
    revoke = office.find("admin.computers.revoke")
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert not revoke.isEnabled()
    QTest.keyClick(table, Qt.Key.Key_Up)
    assert revoke.isEnabled()
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert office.sheet == "admin.revoke"
    office.press("admin.revoke.action")
    assert office.sheet == "admin.computers"
    assert office.accounts.last("revoke_device") == ("u-2", "d-1")


def test_a_computer_is_enrolled_by_its_key_from_the_list(office: Office) -> None:
    office.page.users.presenter.choose("u-2")
    office.press("admin.users.computers")
    key = office.type("admin.computers.key", "ab" * 32)
    last = office.type("admin.computers.name", "Front desk")
    QTest.keyClick(last, Qt.Key.Key_Return)
    assert office.accounts.last("enrol_users_device")[1].name == "Front desk"
    assert (key.text(), last.text()) == ("", "")


def test_an_administrator_sees_the_scope_sheet_and_can_not_press_it(office: Office) -> None:
    office.tab("scope")
    switch = office.find("admin.scope.documents_list")
    assert isinstance(switch, Switch)
    assert not switch.isEnabled()
    assert office.gone("admin.scope.connection")
    assert "Only a superadmin" in office.page.scope._tools.note.text()


def test_a_superadmin_turns_a_switch_by_keyboard_and_it_shows_what_the_server_has(throne: Office) -> None:
    throne.tab("scope")
    throne.page.scope.take_focus()
    for _ in range(4):
        throne.key(Qt.Key.Key_Down)
    here = QApplication.focusWidget()
    assert here is throne.find("admin.scope.documents_list")
    throne.key(Qt.Key.Key_Space)
    assert throne.sheet == "admin.scope.documents_list"
    assert not here.isChecked()  # type: ignore[union-attr]
    assert not throne.find("admin.scope.fax").isEnabled()
    throne.practice.answers["change_scope"] = lambda form: replace(SHEET, version=10, documents_list=True)
    throne.press("admin.scope.documents_list.action")
    assert here.isChecked()  # type: ignore[union-attr]
    assert throne.find("admin.scope.message").text() == "Read document list: on."


def test_another_environment_asks_for_the_secret_which_is_gone_with_the_dialog(throne: Office) -> None:
    throne.tab("scope")
    choice = throne.find("admin.scope.athena_environment")
    assert isinstance(choice, Segmented)
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_Right)
    assert throne.sheet == "admin.connection"
    assert choice.current == "preview"
    secret = throne.find("admin.connection.secret")
    assert secret.echoMode() == QLineEdit.EchoMode.Password
    assert secret.text() == ""
    throne.press("admin.connection.action")
    assert "Type the client secret" in throne.find("admin.connection.error").text()
    throne.type("admin.connection.secret", "canary-secret")
    throne.press("admin.connection.action")
    sent = throne.practice.last("change_scope")[0]
    assert (sent.athena_environment, sent.client_secret) == ("production", "canary-secret")
    assert throne.sheet == ""
    left = [one.text() for one in throne.station.window.findChildren(QLineEdit)]
    assert "canary-secret" not in left


def test_the_connection_is_tested_and_the_support_text_copied(office: Office) -> None:
    office.tab("practice")
    assert office.gone("admin.practice.connection")
    office.press("admin.practice.test")
    table = office.find("admin.practice.probes")
    assert "Departments" in words(table, 2)
    assert "403" in words(table, 2)
    office.press("admin.practice.copy")
    assert "support request" in office.station.house.clipboard.text


def test_name_and_address_are_changed_in_a_dialog(office: Office) -> None:
    office.tab("practice")
    office.press("admin.practice.change")
    zone = office.find("admin.practice_form.time_zone")
    assert zone.isReadOnly()
    field = office.type("admin.practice_form.phone", "(410) 555-0199")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert office.practice.last("change")[0].phone == "(410) 555-0199"
    assert office.sheet == ""


def test_the_trail_is_filtered_by_keyboard_and_read_on(office: Office) -> None:
    office.tab("audit")
    office.key(Qt.Key.Key_K, CONTROL)
    assert QApplication.focusWidget() is office.find("admin.audit.user")
    user = office.find("admin.audit.user")
    user.setCurrentIndex(2)
    user.activated.emit(2)
    assert office.practice.last("audit")[0].user_id == "u-2"
    day = office.type("admin.audit.from", "1 nov 2026")
    QTest.keyClick(day, Qt.Key.Key_Return)
    assert str(office.practice.last("audit")[0].from_day) == "2026-11-01"
    office.press("admin.audit.more")
    assert len(office.page.audit.presenter.state.rows) == 400
    office.press("admin.audit.clear")
    assert office.practice.last("audit")[0].user_id is None
    assert day.text() == ""


def test_an_entry_opens_whole_by_enter(office: Office) -> None:
    office.tab("audit")
    table = office.find("admin.audit.table")
    table.setFocus()
    table.choose(0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert office.sheet == "admin.entry"
    office.key(Qt.Key.Key_Escape)
    assert office.sheet == ""


def test_an_incident_is_acknowledged_with_a_note_by_keyboard(office: Office) -> None:
    office.tab("audit")
    view = office.find("admin.audit.view")
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    table = office.find("admin.incidents.table")
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert office.find("admin.incidents.acknowledge").isEnabled()
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert office.sheet == "admin.incident"
    assert not office.find("admin.incident.action").isEnabled()
    field = office.type("admin.incident.text", "Wrong number typed")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert office.practice.last("acknowledge")[1].note == "Wrong number typed"
    assert "seen by" in words(table, 0)


def test_signing_out_leaves_no_part_behind(office: Office) -> None:
    page = office.page
    office.station.work.session.sign_out()
    assert all(part.presenter._closed for part in page.parts.values())


@pytest.mark.parametrize(("width", "height", "percent"), [(1366, 768, 100), (1280, 720, 100), (1280, 720, 200)])
def test_nothing_is_cut_off_and_everything_that_takes_the_focus_has_its_name(
    throne: Office, width: int, height: int, percent: int
) -> None:
    throne.station.window.resize(width, height)
    look().set(percent=percent)
    for tab in ("users", "practice", "scope", "audit"):
        throne.tab(tab)
        QApplication.processEvents()
        visible = [one for one in throne.page.parts[tab].findChildren(QWidget) if one.isVisible()]
        for widget in (one for one in visible if one.focusPolicy() & Qt.FocusPolicy.TabFocus):
            assert widget.objectName(), type(widget)
            assert widget.accessibleName(), widget.objectName()
        pressable = [one for one in visible if isinstance(one, Button | Segmented)]
        assert pressable
        for button in pressable:
            assert button.width() >= button.sizeHint().width(), button.objectName()
            right = button.mapTo(throne.page, button.rect().topRight()).x()
            assert right <= throne.page.width(), button.objectName()


@pytest.mark.parametrize("percent", [100, 200])
def test_every_dialog_fits_into_a_small_window(throne: Office, percent: int) -> None:
    throne.station.window.resize(1280, 720)
    look().set(percent=percent)
    page = throne.page
    page.users.presenter.choose("u-2")
    for part in (page.practice, page.scope, page.audit):
        part.presenter.enter()
    dialogs: dict[str, Callable[[], object]] = {
        "user": lambda: page.users.open_form("change"),
        "computers": page.users.open_computers,
        "practice_form": page.practice.open_form,
        "connection": lambda: page.scope.presenter.ask_choose("athena_environment", "production"),
        "incident": lambda: page.audit.presenter.ask_acknowledge(page.audit.presenter.state.incidents[0]),
        "entry": lambda: page.audit.open_entry(page.audit.presenter.state.rows[0]),
        "password": page.users.presenter.ask_new_password,
        "one_time": lambda: throne.press("admin.password.action"),
    }
    for name, open_dialog in dialogs.items():
        open_dialog()
        QApplication.processEvents()
        sheet = throne.station.dialogs.current
        assert isinstance(sheet, Sheet)
        assert sheet.objectName() == f"admin.{name}"
        assert sheet.panel.geometry().bottom() <= sheet.height(), name
        for button in sheet.panel.findChildren(Button):
            if button.isVisible() and not button.objectName().endswith(".show"):
                place = button.mapTo(sheet.panel, button.rect().bottomRight())
                assert sheet.panel.rect().contains(place), button.objectName()
        for widget in sheet.panel.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                assert widget.objectName(), (name, type(widget))
                assert widget.accessibleName(), widget.objectName()
        for field in sheet.panel.findChildren(QLineEdit):
            if field.isVisible():
                assert field.height() >= look().px(30), field.objectName()
        if name != "password":
            throne.station.dialogs.cancel_all()


def test_a_superadmin_reads_in_what_capacity_they_work(throne: Office) -> None:
    chips = [one for one in throne.page.findChildren(QWidget) if type(one).__name__ == "Chip" and one.isVisible()]
    assert [one.text() for one in chips] == ["Working in Harbor Street Clinic as superadmin"]  # type: ignore[attr-defined]


def test_the_list_follows_what_another_administrator_did(office: Office) -> None:
    office.page.users.presenter.choose("u-2")
    office.accounts.answers["users"] = USERS[:1]
    office.key(Qt.Key.Key_F5)
    assert office.page.users.presenter.state.user == USERS[0]


def test_a_lock_keeps_a_form_but_no_secret(throne: Office) -> None:
    throne.tab("scope")
    throne.page.scope.presenter.ask_choose("athena_environment", "production")
    practice = throne.type("admin.connection.practice_id", "990018")
    secret = throne.type("admin.connection.secret", "canary-secret")
    throne.station.work.session.lock()
    assert (practice.text(), secret.text()) == ("990018", "")
    throne.station.work.session.unlock(throne.station.work.session.state.me)  # type: ignore[arg-type]
    assert throne.sheet == "admin.connection"


def test_escape_throws_a_typed_form_away_only_the_second_time(office: Office) -> None:
    office.key(Qt.Key.Key_N, CONTROL)
    office.type("admin.user.username", "gina")
    office.key(Qt.Key.Key_Escape)
    assert office.sheet == "admin.user"
    assert office.find("admin.user.error").text()
    office.key(Qt.Key.Key_Escape)
    assert office.sheet == ""


def test_in_a_narrow_window_the_filters_come_and_go_by_their_key(office: Office) -> None:
    office.station.window.resize(1280, 720)
    look().set(percent=200)
    office.tab("audit")
    QApplication.processEvents()
    assert office.gone("admin.audit.user")
    office.key(Qt.Key.Key_K, CONTROL)
    assert QApplication.focusWidget() is office.find("admin.audit.user")
    office.press("admin.audit.filters")
    assert office.gone("admin.audit.user")
    look().set(percent=100)
    office.station.window.resize(1366, 768)
    QApplication.processEvents()
    assert office.gone("admin.audit.filters")
    office.find("admin.audit.user")


def test_the_pane_beside_the_list_offers_what_fits_the_user(throne: Office) -> None:
    presenter = throne.page.users.presenter
    presenter.choose("u-4")
    assert throne.find("admin.users.active").text() == "Enable"
    assert not throne.find("admin.users.sessions").isEnabled()
    presenter.choose("u-2")
    assert throne.find("admin.users.active").text() == "Disable…"
    gone = tuple(replace(one, is_active=False, disabled_everywhere=True) for one in USERS)
    throne.accounts.answers["users"] = gone
    throne.key(Qt.Key.Key_F5)
    assert throne.find("admin.users.everywhere").text() == "Allow everywhere…"
    assert not throne.find("admin.users.active").isEnabled()
    assert dict(throne.page.users.facts.facts())["State"] == "disabled everywhere"


def test_a_list_without_computers_says_so_and_a_locked_one_why(office: Office) -> None:
    office.accounts.answers["users_devices"] = ()
    office.page.users.presenter.choose("u-2")
    office.press("admin.users.computers")
    notes = [str(getattr(one, "text", str)()) for one in office.station.dialogs.current.findChildren(QWidget)]  # type: ignore[union-attr]
    assert "No computer is enrolled for this person." in notes
    office.key(Qt.Key.Key_Escape)
    office.page.users.presenter.choose("u-3")
    office.press("admin.users.computers")
    notes = [str(getattr(one, "text", str)()) for one in office.station.dialogs.current.findChildren(QWidget)]  # type: ignore[union-attr]
    assert any("only a superadmin" in note for note in notes)
    assert office.gone("admin.computers.enrol")


def test_a_server_that_refuses_the_part_is_quoted_above_an_empty_list(office: Office) -> None:
    office.practice.answers["scope"] = ServerError("KS-403", "Set yours up first.", status=403)
    office.tab("scope")
    assert office.find("admin.scope.message").text() == "Set yours up first. [KS-403]"
    office.practice.answers["audit"] = ServerError("KS-403", "Set yours up first.", status=403)
    office.tab("audit")
    assert office.find("admin.audit.message").text() == "Set yours up first. [KS-403]"


def keys_shown(office: Office) -> str:
    return str(office.station.shell.key_bar.accessibleName())


def test_the_key_bar_shows_the_keys_of_the_part_that_is_shown(office: Office) -> None:
    assert "Ctrl+N Add user" in keys_shown(office)
    assert "Filter" not in keys_shown(office)
    office.tab("audit")
    assert "Ctrl+K Filter" in keys_shown(office)
    assert "Add user" not in keys_shown(office)
    office.tab("practice")
    assert "Row" not in keys_shown(office)
    assert "F5 Refresh" in keys_shown(office)
