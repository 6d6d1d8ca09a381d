"""Keyboard focus: it is seen on every widget that takes it, covers nothing, and every such widget has its names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from kinometric_desktop.app.navigation import Place, ScreenId, Step, StepMark
from kinometric_desktop.ui.theme import look
from kinometric_desktop.ui.widgets.stepper import Stepper
from tests.kinometric_desktop.house import patient
from tests.kinometric_desktop.ui.conftest import Station

SCREENS: tuple[ScreenId, ...] = ("worklist", "uploads", "departments", "settings", "help")
MARKS: tuple[StepMark, ...] = ("done", "here", "open")


def changed_share(before: QImage, after: QImage) -> float:
    """The share of pixels, of every second one, that differ."""
    spots = [(x, y) for x in range(0, before.width(), 2) for y in range(0, before.height(), 2)]
    return sum(before.pixel(x, y) != after.pixel(x, y) for x, y in spots) / max(len(spots), 1)


def focusable(root: QWidget) -> Iterator[QWidget]:
    """Every visible widget that Tab reaches."""
    for widget in root.findChildren(QWidget):
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget


@pytest.mark.parametrize("appearance", ["light", "dark", "high-contrast"])
@pytest.mark.parametrize("mark", MARKS)
def test_a_step_with_the_focus_still_shows_its_word(
    shown: Callable[[QWidget], QWidget], mark: StepMark, appearance: str
) -> None:
    look().set(appearance=appearance)  # type: ignore[arg-type]
    stepper = Stepper()
    stepper.show_place(Place("match", (Step("match", "Match", "F4", mark), Step("review", "Review", "F7", "open"))))
    shown(stepper)
    button = stepper.findChild(QWidget, "shell.stepper.match")
    other = stepper.findChild(QWidget, "shell.stepper.review")
    assert button is not None
    assert other is not None
    other.setFocus()
    before = button.grab().toImage()
    button.setFocus()
    assert 0.01 < changed_share(before, button.grab().toImage()) < 0.35


@pytest.mark.parametrize("screen", SCREENS)
def test_the_focus_is_seen_on_every_widget_of_a_screen_and_covers_nothing(station: Station, screen: ScreenId) -> None:
    station.work.navigation.go(screen)
    QApplication.processEvents()
    tried = 0
    for widget in list(focusable(station.window)):
        if not widget.isVisible():
            continue
        others = [one for one in focusable(station.window) if one is not widget]
        others[0].setFocus(Qt.FocusReason.TabFocusReason)
        before = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        after = widget.grab().toImage()
        if isinstance(widget, QScrollArea) or not widget.hasFocus():
            continue
        tried += 1
        share = changed_share(before, after)
        assert share > 0.0, f"the focus on {widget.objectName()} can't be seen"
        assert share < 0.5, f"the focus on {widget.objectName()} covers what it says"
    assert tried > 5


@pytest.mark.parametrize("screen", SCREENS)
def test_every_widget_that_takes_the_focus_has_both_names(station: Station, screen: ScreenId) -> None:
    station.work.session.open_patient(patient(), "s-1")
    station.work.navigation.go(screen)
    QApplication.processEvents()
    names: list[str] = []
    for widget in focusable(station.window):
        assert widget.accessibleName(), f"{type(widget).__name__} {widget.objectName()} says nothing to a reader"
        assert widget.objectName().count(".") >= 1, type(widget)
        names.append(widget.objectName())
    assert len(names) == len(set(names))


@pytest.mark.parametrize("screen", SCREENS)
def test_tab_goes_round_and_reaches_every_widget(station: Station, screen: ScreenId) -> None:
    station.work.navigation.go(screen)
    QApplication.processEvents()
    wanted = {widget.objectName() for widget in focusable(station.window)}
    reached: list[str] = []
    for _ in range(4 * len(wanted)):
        station.press(Qt.Key.Key_Tab)
        here = QApplication.focusWidget()
        assert here is not None
        reached.append(here.objectName())
    assert wanted <= set(reached)
