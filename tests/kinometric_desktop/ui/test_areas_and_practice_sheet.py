"""Scrolled areas follow the focus; a superadmin switches the practice with a reason; narrow windows keep words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kinometric.contract.practices import Practice
from kinometric_desktop.client.errors import ServerError, Unreachable
from kinometric_desktop.ui.sign_in.foot import Foot
from kinometric_desktop.ui.theme import look
from kinometric_desktop.ui.theme.spacing import Column, rescale
from kinometric_desktop.ui.widgets.area import FittedArea, FocusArea
from kinometric_desktop.ui.widgets.field import TextField
from tests.kinometric_desktop.house import House, me, membership
from tests.kinometric_desktop.ui.conftest import Station

NORTH = Practice("p-north", "Northgate Rehab", "northgate", "America/New_York", "", "", "", "", "", True, 1)
QUAY = replace(NORTH, practice_id="p-quay", name="Quay Clinic", slug="quay")


def fields(count: int) -> tuple[QWidget, list[TextField]]:
    inside = QWidget()
    column = Column(inside, spacing=8)
    made = [TextField(f"area.field.{place}", f"Field {place}") for place in range(count)]
    for field in made:
        column.addWidget(field)
    return inside, made


def seen(area: FocusArea, widget: QWidget) -> bool:
    top = widget.mapTo(area.viewport(), widget.rect().topLeft()).y()
    return top >= 0 and top + widget.height() <= area.viewport().height()


def test_the_field_with_the_focus_is_scrolled_into_sight(shown: Callable[[QWidget], QWidget]) -> None:
    inside, made = fields(20)
    area = FocusArea()
    area.setWidget(inside)
    area.resize(300, 160)
    shown(area)
    assert not seen(area, made[15])
    made[15].setFocus()
    QApplication.processEvents()
    assert seen(area, made[15])
    made[0].setFocus()
    QApplication.processEvents()
    assert seen(area, made[0])


def test_the_focus_stays_in_sight_when_what_stands_above_it_grows(shown: Callable[[QWidget], QWidget]) -> None:
    inside, made = fields(10)
    above = QWidget()
    layout = inside.layout()
    assert isinstance(layout, Column)
    layout.insertWidget(0, above)
    area = FocusArea()
    area.setWidget(inside)
    area.resize(300, 160)
    shown(area)
    made[1].setFocus()
    QApplication.processEvents()
    above.setFixedHeight(300)
    for _ in range(3):
        QApplication.processEvents()
    assert seen(area, made[1])


def test_a_fitted_area_is_as_high_as_its_fields_and_tells_when_they_change(shown: Callable[[QWidget], QWidget]) -> None:
    inside, made = fields(4)
    area = FittedArea("area.fields", inside)
    area.resize(300, 400)
    shown(area)
    told: list[str] = []
    area.content_changed.connect(lambda: told.append("changed"))
    before = area.heightForWidth(300)
    made[3].hide()
    for _ in range(3):
        QApplication.processEvents()
    assert told
    assert area.heightForWidth(300) < before
    assert area.hasHeightForWidth()
    assert area.minimumSizeHint().height() < before


@pytest.mark.parametrize(("width", "versions", "lock"), [(1366, True, True), (900, False, True), (640, False, False)])
def test_the_foot_leaves_words_out_whole(
    shown: Callable[[QWidget], QWidget], width: int, versions: bool, lock: bool
) -> None:
    foot = Foot("Version 1.0.0, engine 1.0.0")
    foot.resize(width, 32)
    shown(foot)
    QApplication.processEvents()
    words = {one.text(): one.isVisible() for one in foot.findChildren(QWidget) if hasattr(one, "text")}  # type: ignore[attr-defined]
    assert words["Version 1.0.0, engine 1.0.0"] is versions
    assert words["Locks after 15 minutes without input"] is lock
    assert words["No patient data is kept on this computer"]


@pytest.fixture
def root(make_station: Callable[..., Station]) -> Station:
    """A superadmin who is a member of one practice, at the switch of practices."""
    house = House()
    house.server.practice.answers["all"] = (NORTH, QUAY)
    station = make_station(house)
    house.work("admin", superadmin=True)
    station.work.actions.trigger("practice")
    QApplication.processEvents()
    return station


def typed(station: Station, name: str, text: str) -> Any:
    field = station.find(name)
    field.setFocus()
    QTest.keyClicks(field, text)
    return field


def test_a_superadmins_further_practices_come_below_their_own(root: Station) -> None:
    names = [root.find(f"practice.list.{place}").text() for place in range(3)]  # type: ignore[attr-defined]
    assert names == ["Harbor Street Clinic", "Northgate Rehab", "Quay Clinic"]
    assert root.find("practice.list.1").accessibleName().endswith("Superadmin")
    assert root.find("practice.list.0").isChecked()  # type: ignore[attr-defined]
    assert QApplication.focusWidget() is root.find("practice.list.0")


def test_another_practice_asks_why_and_says_so_when_nothing_is_typed(root: Station) -> None:
    assert not [one for one in root.window.findChildren(QWidget, "practice.form.reason") if one.isVisible()]
    QTest.mouseClick(root.find("practice.list.2"), Qt.MouseButton.LeftButton)
    root.find("practice.foot.switch").click()  # type: ignore[attr-defined]
    assert "why you enter" in root.find("practice.form.error").text()  # type: ignore[attr-defined]
    inside = me("admin", practice_id="p-quay", practice_name="Quay Clinic", superadmin=True)
    root.house.server.accounts.answers["switch_practice"] = inside
    field = typed(root, "practice.form.reason", "Checking the scope sheet")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert root.house.server.accounts.last("switch_practice")[0].reason == "Checking the scope sheet"
    assert root.dialogs.current is None
    assert root.house.session.practice is not None
    assert root.house.session.practice.practice_name == "Quay Clinic"


def test_a_practice_that_asks_for_a_second_factor_leads_to_the_account(root: Station) -> None:
    QTest.mouseClick(root.find("practice.list.1"), Qt.MouseButton.LeftButton)
    wanted = replace(me("admin", practice_id="p-north", superadmin=True), second_factor_needed=True)
    root.house.server.accounts.answers.update(switch_practice=wanted, me=wanted, devices=())
    field = typed(root, "practice.form.reason", "Checking the scope sheet")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert root.dialogs.current is not None
    assert root.dialogs.current.objectName() == "account"
    assert "nothing else opens" in root.find("account.wanted").accessibleName()


def test_a_refused_practice_is_quoted_and_the_sheet_stays(root: Station) -> None:
    QTest.mouseClick(root.find("practice.list.1"), Qt.MouseButton.LeftButton)
    root.house.server.accounts.answers["switch_practice"] = ServerError("KS-404", "There is no such practice.")
    QTest.keyClick(typed(root, "practice.form.reason", "Checking it"), Qt.Key.Key_Return)
    assert "There is no such practice. [KS-404]" in root.find("practice.form.error").text()  # type: ignore[attr-defined]
    assert root.dialogs.current is not None


def test_without_a_line_the_own_practices_stay_to_choose_from(make_station: Callable[..., Station]) -> None:
    house = House()
    house.server.practice.answers["all"] = Unreachable("gone")
    station = make_station(house)
    house.work("admin", membership("admin", practice_id="p-own", practice_name="Own Clinic"), superadmin=True)
    station.work.actions.trigger("practice")
    QApplication.processEvents()
    assert station.find("practice.list.1").text() == "Own Clinic"  # type: ignore[attr-defined]
    assert "[KW-101]" in station.find("practice.form.error").text()  # type: ignore[attr-defined]


def test_many_practices_scroll_and_the_buttons_stay(make_station: Callable[..., Station]) -> None:
    house = House()
    many = tuple(replace(NORTH, practice_id=f"p-{place}", name=f"Clinic {place:02d}") for place in range(30))
    house.server.practice.answers["all"] = many
    station = make_station(house)
    house.work("admin", superadmin=True)
    station.window.resize(1280, 720)
    look().set(percent=200)
    rescale(station.window)
    station.work.actions.trigger("practice")
    QApplication.processEvents()
    sheet = station.dialogs.current
    assert sheet is not None
    button = station.find("practice.foot.switch")
    assert sheet.panel.rect().contains(button.mapTo(sheet.panel, button.rect().bottomRight()))
    rows = [one for one in sheet.findChildren(QWidget) if one.objectName().startswith("practice.list.")]
    assert len([one for one in rows if one.isVisibleTo(sheet)]) == 31
