"""The forms with a secret at a real workstation, by keys and mouse, against the real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from kinometric.contract.practices import ChangeScope, SetSharedCredentials
from kinometric_desktop.app.admin_scope import ONLY_SUPERADMINS
from kinometric_desktop.app.shared_credentials import NOT_YOURS
from kinometric_desktop.ui.widgets.choice import Switch
from kinometric_server.accounts.tables import users
from kinometric_server.database import Actor, PracticeScope
from kinometric_server.practices.sheet import athena_secret
from kinometric_server.practices.tables import practices
from tests.integration.desk import Desk, workstation
from tests.kinometric_desktop.hygiene import (  # noqa: F401 - fixtures are found by name
    light_look,
    own_settings,
)
from tests.kinometric_server.conftest import PASSWORD
from tests.postgresql_programs import DATABASES

# What these tests look at is the workstation's; the server's own tests run on each database.
pytestmark = pytest.mark.parametrize("backend", DATABASES[:1], indirect=True)
SECRET = "canary-secret-5127"
ADDRESS = "https://models.example/v1"


@pytest.fixture
def throne(qtbot: QtBot, tmp_path: Path, base_url: str, clinic: Any, dave: Any) -> Iterator[Desk]:
    """Dave, a superadmin, has entered practice A and looks at its scope sheet."""
    with workstation(qtbot, tmp_path, base_url) as made:
        made.sign_in(dave.username, "Setting it up")
        open_scope(made)
        yield made


def open_scope(desk: Desk) -> None:
    desk.station.work.navigation.go("admin")
    tabs = desk.wait("admin.tabs")
    for _ in range(2):
        QTest.keyClick(tabs, Qt.Key.Key_Right)
    desk.until(lambda: "Interpretation by a language model" in desk.words())


def scope_of(desk: Desk) -> Any:
    return desk.station.work.connection.client.practice.scope()


def field(desk: Desk, name: str) -> QLineEdit:
    found = desk.wait(name)
    assert isinstance(found, QLineEdit)
    return found


def press_tab_until(desk: Desk, name: str) -> None:
    for _ in range(20):
        here = QApplication.focusWidget()
        if here is not None and here.objectName() == name:
            return
        desk.press(Qt.Key.Key_Tab)
    pytest.fail(f"{name} can't be reached by Tab")


def test_a_language_model_is_set_and_switched_on_by_keyboard(throne: Desk, server: Any) -> None:
    switch = throne.wait("admin.scope.interpretation_model", enabled=True)
    switch.setFocus()
    throne.press(Qt.Key.Key_Space)
    throne.until(lambda: throne.seen("admin.model.address") is not None)
    assert "agreement between you and who runs the model" in throne.words()
    QTest.keyClicks(field(throne, "admin.model.address"), ADDRESS)
    throne.press(Qt.Key.Key_Tab)
    QTest.keyClicks(QApplication.focusWidget(), "small-1")
    press_tab_until(throne, "admin.model.secret")
    QTest.keyClicks(QApplication.focusWidget(), SECRET)
    throne.press(Qt.Key.Key_Return)
    throne.until(lambda: throne.seen("admin.model.address") is None)
    assert "It is asked once its switch is on" in throne.words()
    assert "Asks models.example, small-1." in throne.words()
    assert SECRET not in throne.words()
    sheet = scope_of(throne)
    assert (sheet.model_address, sheet.model_name) == (f"{ADDRESS}/chat/completions", "small-1")
    assert sheet.model_key_set_at
    assert not sheet.interpretation_model
    throne.wait("admin.scope.interpretation_model", enabled=True).setFocus()
    throne.press(Qt.Key.Key_Space)
    throne.click("admin.scope.interpretation_model.action")
    throne.until(lambda: scope_of(throne).interpretation_model)
    switch = throne.wait("admin.scope.interpretation_model")
    assert isinstance(switch, Switch)
    throne.until(switch.isChecked)


def test_an_address_that_the_server_refuses_is_said_and_nothing_typed_is_lost(throne: Desk) -> None:
    throne.click("admin.scope.model")
    throne.type("admin.model.address", "http://models.example/v1")
    throne.type("admin.model.name", "small-1")
    throne.type("admin.model.secret", SECRET)
    throne.press(Qt.Key.Key_Return)
    throne.until(lambda: "by https only" in throne.words())
    assert field(throne, "admin.model.name").text() == "small-1"
    assert field(throne, "admin.model.secret").text() == SECRET
    throne.line.cut()
    field(throne, "admin.model.address").setText("")
    throne.type("admin.model.address", ADDRESS)
    throne.press(Qt.Key.Key_Return)
    throne.until(lambda: "[KW-101]" in throne.words())
    throne.line.mend()
    throne.until(lambda: not throne.wait("admin.model.action").busy)  # type: ignore[attr-defined]
    throne.press(Qt.Key.Key_Return)
    throne.until(lambda: throne.seen("admin.model.address") is None)
    assert scope_of(throne).model_name == "small-1"


def test_another_address_needs_the_key_again_and_esc_asks_before_it_throws_away(throne: Desk, server: Any) -> None:
    client = throne.station.work.connection.client
    client.practice.change_scope(
        ChangeScope(scope_of(throne).version, model_address=ADDRESS, model_name="small-1", model_key=SECRET)
    )
    throne.press(Qt.Key.Key_F5)
    throne.until(lambda: "Asks models.example, small-1." in throne.words())
    throne.click("admin.scope.model")
    assert "Left empty, the key that is set stays." in throne.words()
    throne.type("admin.model.address", "/other")
    throne.press(Qt.Key.Key_Return)
    throne.until(lambda: "another address needs it again" in throne.words())
    throne.press(Qt.Key.Key_Escape)
    throne.until(lambda: "is not saved" in throne.words())
    throne.press(Qt.Key.Key_Escape)
    throne.until(lambda: throne.seen("admin.model.address") is None)
    assert scope_of(throne).model_key_set_at


def test_of_two_superadmins_the_slower_reads_the_sentence_and_stores_at_the_second_press(throne: Desk) -> None:
    throne.click("admin.scope.model")
    throne.type("admin.model.address", ADDRESS)
    throne.type("admin.model.name", "small-1")
    throne.type("admin.model.secret", SECRET)
    client = throne.station.work.connection.client
    client.practice.change_scope(ChangeScope(scope_of(throne).version, documents_list=True))
    throne.press(Qt.Key.Key_Return)
    throne.until(lambda: "[KS-409]" in throne.words())
    throne.until_quiet()
    throne.press(Qt.Key.Key_Return)
    throne.until(lambda: throne.seen("admin.model.address") is None)
    sheet = scope_of(throne)
    assert (sheet.model_name, sheet.documents_list) == ("small-1", True)


def test_shared_credentials_are_set_by_keyboard_and_the_secret_is_asked_for_each_time(
    throne: Desk, server: Any, clinic: Any
) -> None:
    client = throne.station.work.connection.client
    client.practice.set_shared_credentials(SetSharedCredentials("production", "client-9", "other"))
    throne.click("admin.scope.shared")
    throne.until(lambda: "None are set for preview" in throne.words())
    throne.press(Qt.Key.Key_Right)
    throne.until(lambda: field(throne, "admin.shared.client_id").text() == "client-9")
    assert "every practice that uses them there" in throne.words()
    throne.press(Qt.Key.Key_Left)
    throne.until(lambda: field(throne, "admin.shared.client_id").text() == "")
    throne.type("admin.shared.client_id", "client-7")
    throne.press(Qt.Key.Key_Return)
    throne.until(lambda: "Type the client secret" in throne.words())
    throne.type("admin.shared.secret", SECRET)
    throne.press(Qt.Key.Key_Return)
    throne.until(lambda: throne.seen("admin.shared.client_id") is None)
    assert "shared credentials for preview are stored" in throne.words()
    with server.database.writing_outside(Actor()) as unit:
        unit.execute(
            update(practices)
            .where(practices.c.id == clinic.practice_a)
            .values(athena_environment="preview", athena_credentials="shared", athena_practice_id="990017")
        )
    with server.database.writing(PracticeScope.of_worker(clinic.practice_a)) as unit:
        assert athena_secret(unit, server.keys) == ("client-7", SECRET)
    throne.click("admin.scope.shared")
    throne.until(lambda: field(throne, "admin.shared.client_id").text() == "client-7")
    assert field(throne, "admin.shared.secret").text() == ""


def test_a_lock_keeps_what_was_typed_but_for_the_secret(throne: Desk) -> None:
    throne.click("admin.scope.shared")
    throne.until(lambda: "None are set" in throne.words())
    throne.type("admin.shared.client_id", "client-7")
    secret = field(throne, "admin.shared.secret")
    QTest.keyClicks(secret, SECRET)
    throne.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    password = throne.wait("lock.form.password")
    assert secret.text() == ""
    assert not secret.isVisible()
    QTest.keyClicks(password, PASSWORD)
    QTest.keyClick(password, Qt.Key.Key_Return)
    throne.until(secret.isVisible)
    assert field(throne, "admin.shared.client_id").text() == "client-7"


def test_who_is_superadmin_no_more_is_refused_in_a_sentence(throne: Desk, server: Any, dave: Any) -> None:
    throne.click("admin.scope.shared")
    throne.until(lambda: "None are set" in throne.words())
    with server.database.writing_outside(Actor()) as unit:
        unit.execute(update(users).where(users.c.username == dave.username).values(is_admin=False))
    throne.type("admin.shared.client_id", "client-7")
    throne.type("admin.shared.secret", SECRET)
    throne.press(Qt.Key.Key_Return)
    throne.until(lambda: NOT_YOURS in throne.words())


def test_an_administrator_sees_who_may_and_none_of_the_buttons(
    qtbot: QtBot, tmp_path: Path, base_url: str, alice: Any
) -> None:
    with workstation(qtbot, tmp_path, base_url) as desk:
        desk.sign_in(alice.username)
        open_scope(desk)
        assert ONLY_SUPERADMINS in desk.words()
        for name in ("shared", "model", "connection"):
            assert desk.seen(f"admin.scope.{name}") is None
        assert not desk.wait("admin.scope.interpretation_model").isEnabled()
