"""The confirmation before an upload: what may be seen while the birth year is asked, and what stays in sight."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kinometric_desktop.ui.theme.look import look
from tests.kinometric_desktop.report.test_report_screen import confirming, open_screen  # noqa: F401 - a fixture


def place_in(widget: QWidget, outer: QWidget) -> QRect:
    """Where a widget lies in another."""
    return QRect(widget.mapTo(outer, QPoint(0, 0)), widget.size())


def test_no_page_is_shown_while_the_birth_year_is_asked(
    qtbot: QtBot,
    open_screen: Callable,  # noqa: F811
) -> None:
    clinic, shell, page, dialogs = open_screen()
    before = page.view.viewport().grab().toImage()
    assert page.view.accessibleName() == "Report, page 1 of 2"
    sheet = confirming(clinic, shell, dialogs)
    assert page.view.accessibleName() == "Hidden while the birth year is asked for"
    assert page.thumbnails.accessibleName() == "No pages"
    covered = page.view.viewport().grab().toImage()
    ground = look().colour("sunken")
    assert {covered.pixelColor(x, y).name() for x in range(0, 700, 7) for y in range(0, 500, 7)} == {ground.name()}
    qtbot.keyClicks(sheet.year, "1951")
    assert page.view.accessibleName() == "Report, page 1 of 2"
    dialogs.cancel_all()
    assert page.view.viewport().grab().toImage() == before


def test_records_whose_years_differ_keep_the_page_covered(
    qtbot: QtBot,
    open_screen: Callable,  # noqa: F811
) -> None:
    clinic, shell, page, dialogs = open_screen()
    sheet = confirming(clinic, shell, dialogs)
    qtbot.keyClicks(sheet.year, "1950")
    assert page.view.accessibleName() == "Hidden while the birth year is asked for"


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1280, 720)])
def test_at_200_percent_title_year_and_buttons_stay_in_sight_and_apart(
    qtbot: QtBot,
    open_screen: Callable,  # noqa: F811
    width: int,
    height: int,
) -> None:
    clinic, shell, _, dialogs = open_screen(percent=200)
    shell.resize(width, height)
    QApplication.processEvents()
    sheet = confirming(clinic, shell, dialogs)
    QApplication.processEvents()
    rows = [sheet.title, sheet._scroll, sheet.year, sheet.upload]
    places = [place_in(widget, sheet.panel) for widget in rows]
    for upper, lower in itertools.pairwise(places):
        assert upper.bottom() < lower.top()
    for widget, place in zip(rows, places, strict=True):
        assert sheet.panel.rect().contains(place), widget.objectName()
        assert place.height() >= min(widget.minimumSizeHint().height(), look().px(32)) - 1, widget.objectName()


def test_facts_that_find_no_room_are_scrolled_by_the_arrow_keys_from_the_year(
    qtbot: QtBot,
    open_screen: Callable,  # noqa: F811
) -> None:
    clinic, shell, _, dialogs = open_screen(percent=200)
    sheet = confirming(clinic, shell, dialogs)
    bar = sheet._scroll.verticalScrollBar()
    assert bar.maximum() > 0
    qtbot.keyClick(sheet.year, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    assert QApplication.focusWidget() is sheet.year
    for _ in range(20):
        qtbot.keyClick(sheet.year, Qt.Key.Key_PageDown)
    assert bar.value() == bar.maximum()
    qtbot.keyClick(sheet.year, Qt.Key.Key_Up)
    assert bar.value() < bar.maximum()
