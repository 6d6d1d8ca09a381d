"""The shell: one window, one open patient, everything by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QLineEdit, QMenu, QWidget

from kinometric_desktop.app.actions import Action
from kinometric_desktop.app.ports import Answer, Question
from kinometric_desktop.client.errors import Unreachable
from kinometric_desktop.ui.shell.shell import Page, is_plain
from kinometric_desktop.ui.theme import look
from kinometric_desktop.ui.theme.spacing import Column as ColumnLayout
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.pane import PaneLayout, PanePlace
from tests.kinometric_desktop.house import linked, patient
from tests.kinometric_desktop.ui.conftest import Station

CONTROL = Qt.KeyboardModifier.ControlModifier
SCREENS = ("worklist", "departments", "uploads", "admin", "help", "settings")


def visible(widget: QWidget, kind: type = QWidget) -> list[QWidget]:
    return [one for one in widget.findChildren(kind) if one.isVisible()]


def test_the_regions_stand_where_the_design_says(station: Station) -> None:
    def place(name: str) -> tuple[int, int, int, int]:
        widget = station.find(name)
        corner = widget.mapTo(station.window, widget.rect().topLeft())
        return corner.x(), corner.y(), widget.width(), widget.height()

    assert place("shell.app_bar") == (0, 0, 1366, 48)
    assert place("shell.rail") == (0, 48, 80, 688)
    assert place("shell.key_bar") == (0, 736, 1366, 32)
    station.work.session.open_patient(patient(), "s-1")
    station.shell.register_page("review", QWidget)
    station.work.navigation.go("review")
    QApplication.processEvents()
    assert place("shell.banner") == (80, 48, 1286, 56)
    assert place("shell.stepper") == (80, 104, 1286, 40)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_focusable_widget_has_a_name_and_an_accessible_name(station: Station, screen: str) -> None:
    station.work.navigation.go(screen)  # type: ignore[arg-type]
    QApplication.processEvents()
    nameless = []
    for widget in visible(station.window):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.focusProxy() is not None:
            continue
        if widget.parent() is not None and isinstance(widget.parent(), QAbstractScrollArea) and not widget.objectName():
            continue
        name = widget.objectName()
        if name.count(".") < 1 or name.startswith("qt_") or not widget.accessibleName():
            nameless.append(f"{type(widget).__name__} {name!r} {widget.accessibleName()!r}")
    assert nameless == []


@pytest.mark.parametrize("screen", SCREENS)
def test_no_two_visible_widgets_share_a_name(station: Station, screen: str) -> None:
    station.work.navigation.go(screen)  # type: ignore[arg-type]
    QApplication.processEvents()
    names = [one.objectName() for one in visible(station.window, QAbstractButton) + visible(station.window, QLineEdit)]
    named = [name for name in names if name and not name.startswith("qt_")]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(
    ("width", "height", "percent"), [(1366, 768, 100), (1280, 720, 100), (1366, 768, 200), (1280, 720, 150)]
)
def test_no_button_is_cut_off(station: Station, screen: str, width: int, height: int, percent: int) -> None:
    look().set(percent=percent)
    station.window.resize(width, height)
    station.work.navigation.go(screen)  # type: ignore[arg-type]
    for _ in range(3):
        QApplication.processEvents()
    cut = []
    for button in visible(station.window, Button):
        if any(isinstance(parent, QAbstractScrollArea) for parent in _parents(button)):
            continue
        left = button.mapTo(station.window, button.rect().topLeft()).x()
        if button.width() < button.sizeHint().width() or left < 0 or left + button.width() > width:
            cut.append(f"{button.objectName()} {button.width()} of {button.sizeHint().width()} at {left}")
    assert cut == []


def _parents(widget: QWidget) -> list[QWidget]:
    found = []
    parent = widget.parentWidget()
    while parent is not None:
        found.append(parent)
        parent = parent.parentWidget()
    return found


@pytest.mark.parametrize(
    ("key", "modifier", "screen"),
    [
        (Qt.Key.Key_3, CONTROL, "uploads"),
        (Qt.Key.Key_4, CONTROL, "departments"),
        (Qt.Key.Key_5, CONTROL, "admin"),
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier, "help"),
        (Qt.Key.Key_Comma, CONTROL, "settings"),
    ],
)
def test_places_are_reached_by_keys_and_left_by_f2(
    station: Station, key: Qt.Key, modifier: Qt.KeyboardModifier, screen: str
) -> None:
    station.press(key, modifier)
    assert station.work.navigation.screen == screen
    station.press(Qt.Key.Key_F2)
    assert station.work.navigation.screen == "worklist"


def test_a_letter_never_disappears_from_a_field(station: Station) -> None:
    done: list[str] = []
    here = frozenset(("worklist",))
    station.work.actions.add(Action("test.letter", "Letter", "R", lambda: done.append("R"), screens=here))  # type: ignore[arg-type]
    field = station.find("worklist.filter.field")
    assert isinstance(field, QLineEdit)
    field.setFocus()
    QTest.keyClicks(field, "rosa R")
    assert field.text() == "rosa R"
    assert done == []
    field.clear()
    station.find("worklist.list.table").setFocus()
    station.press(Qt.Key.Key_R)
    assert done == ["R"]


def test_space_hides_the_preview_and_types_a_blank_in_the_filter(station: Station) -> None:
    page = station.shell.page("worklist")
    station.find("worklist.list.table").setFocus()
    station.press(Qt.Key.Key_Space)
    assert not page.presenter.state.preview_shown  # type: ignore[attr-defined]
    field = station.find("worklist.filter.field")
    assert isinstance(field, QLineEdit)
    field.setFocus()
    QTest.keyClicks(field, "a b")
    assert field.text() == "a b"


@pytest.mark.parametrize(
    ("keys", "plain"),
    [("R", True), ("Space", True), ("Esc", True), ("F5", False), ("Ctrl+F", False), ("Alt+Return", False), ("F", True)],
)
def test_plain_keys_are_left_to_fields_first(keys: str, plain: bool) -> None:
    assert is_plain(keys) is plain


def test_keys_do_nothing_behind_a_dialog(station: Station) -> None:
    station.work.actions.trigger("keys")
    assert station.dialogs.current is not None
    assert not station.shell.press("F1")
    focused = QApplication.focusWidget()
    assert focused is not None
    assert station.dialogs.current.isAncestorOf(focused)
    station.press(Qt.Key.Key_Escape)
    assert station.dialogs.current is None
    assert station.work.navigation.screen == "worklist"


def test_keys_do_nothing_on_a_locked_screen_and_no_name_is_on_it(station: Station) -> None:
    station.work.session.open_patient(patient(), "s-1")
    station.shell.register_page("review", QWidget)
    station.work.navigation.go("review")
    station.work.session.lock()
    QApplication.processEvents()
    assert station.find("lock").isVisible()
    assert not station.shell.press("F2")
    words = " ".join(one.text() for one in visible(station.window) if hasattr(one, "text") and callable(one.text))
    assert "MUESTRA" not in words
    assert "MUESTRA" not in station.window.windowTitle()
    station.work.session.unlock(station.work.session.state.me)  # type: ignore[arg-type]
    assert station.find("shell.banner").isVisible()


class Windows(QObject):
    """Writes down every widget that comes up as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(watched.objectName())
        return False


def test_no_part_flashes_up_as_a_window_of_its_own(qapp: QApplication, make_station: Callable[..., Station]) -> None:
    windows = Windows()
    qapp.installEventFilter(windows)
    station = make_station()
    station.enter()
    for screen in SCREENS:
        station.work.navigation.go(screen)  # type: ignore[arg-type]
    for action in ("keys", "find", "practice"):
        station.work.actions.trigger(action)
        station.dialogs.cancel_all()
    station.dialogs.ask(
        Question("q", "Abandon?", "", "Abandon", asks_for="Reason", statement="I looked."), lambda _: None
    )
    qapp.removeEventFilter(windows)
    assert windows.seen == ["window"]


def test_the_title_never_holds_a_name(station: Station) -> None:
    station.work.session.open_patient(patient(), "s-1")
    station.shell.register_page("review", QWidget)
    station.work.navigation.go("review")
    assert station.window.windowTitle() == "Kinometric"


def test_lists_of_several_patients_have_no_banner(station: Station) -> None:
    station.work.session.open_patient(patient(), "s-1")
    station.shell.register_page("review", QWidget)
    station.work.navigation.go("review")
    station.work.navigation.go("uploads")
    assert not [one for one in visible(station.window) if one.objectName() == "shell.banner"]


def test_going_offline_shows_a_bar_that_tries_again(station: Station) -> None:
    station.house.server.patients.answers["worklist"] = Unreachable("gone")
    station.work.session.set_online(False)
    bar = station.find("shell.offline")
    assert "[KW-101]" in bar.accessibleName()
    asked = len(station.house.server.patients.asked)
    bar.findChild(Button).click()  # type: ignore[union-attr]
    assert len(station.house.server.patients.asked) == asked + 1
    station.work.session.set_online(True)
    assert bar.isHidden()


def test_a_mistake_of_the_program_is_said_and_closed(station: Station) -> None:
    station.shell.mistake.say("Kinometric made a mistake. [KW-500]", tone="stop")
    message = station.find("shell.mistake")
    message.findChild(Button).click()  # type: ignore[union-attr]
    assert message.isHidden()


def test_text_size_is_changed_by_keys_and_remembered(station: Station) -> None:
    station.press(Qt.Key.Key_Equal, CONTROL)
    assert look().percent == 125
    assert station.house.settings.kept.text_percent == 125
    station.press(Qt.Key.Key_Minus, CONTROL)
    assert look().percent == 100


def test_a_narrow_window_has_a_menu_in_place_of_the_rail(station: Station) -> None:
    look().set(percent=200)
    QApplication.processEvents()
    assert station.shell.narrow
    assert not [one for one in visible(station.window) if one.objectName() == "shell.rail"]
    assert not [one for one in visible(station.window) if one.objectName() == "shell.key_bar"]
    station.find("shell.app_bar.menu").click()  # type: ignore[attr-defined]
    menus = [one for one in QApplication.topLevelWidgets() if one.objectName() == "shell.rail_menu"]
    assert isinstance(menus[0], QMenu)
    entry = next(one for one in menus[0].actions() if one.data() == "uploads")
    entry.trigger()
    menus[0].close()
    assert station.work.navigation.screen == "uploads"
    look().set(percent=100)
    QApplication.processEvents()
    assert not station.shell.narrow


def test_a_patients_panes_move_into_the_stepper_when_narrow(station: Station) -> None:
    page = Page()
    places = (PanePlace("left", "Stances", QWidget()), PanePlace("right", "Summary", QWidget(), width=288))
    page.panes = PaneLayout("test", places)
    ColumnLayout(page).addWidget(page.panes)
    station.shell.register_page("review", lambda: page)
    station.work.session.open_patient(patient(), "s-1")
    station.work.navigation.go("review")
    look().set(percent=200)
    QApplication.processEvents()
    assert page.panes.switch.parentWidget() is station.shell.stepper
    look().set(percent=100)
    QApplication.processEvents()
    assert page.panes.switch.parentWidget() is not station.shell.stepper


def test_the_rail_leads_to_places_and_hides_admin_from_others(make_station: Callable[..., Station]) -> None:
    station = make_station()
    station.enter("clinician")
    assert not [one for one in visible(station.window) if one.objectName() == "shell.rail.admin"]
    assert not station.find("shell.rail.patient").isEnabled()
    QTest.mouseClick(station.find("shell.rail.uploads"), Qt.MouseButton.LeftButton)
    assert station.work.navigation.screen == "uploads"
    assert not station.work.actions.trigger("place_admin")


def test_signing_out_forgets_every_page(station: Station) -> None:
    first = station.shell.page("worklist")
    station.work.session.sign_out()
    assert station.work.navigation.screen == "sign_in"
    station.enter()
    assert station.shell.page("worklist") is not first


def test_the_app_bar_says_practice_environment_person_and_line(station: Station) -> None:
    assert station.find("shell.app_bar.practice").text() == "Harbor Street Clinic  ·  Physical Therapy"  # type: ignore[attr-defined]
    assert station.shell.app_bar.environment.accessibleName() == "athenaOne Preview"
    assert station.find("shell.app_bar.user").text() == "Dr. Smith"  # type: ignore[attr-defined]
    station.work.session.set_online(False)
    assert station.shell.app_bar.online.accessibleName() == "Offline"
    station.shell.app_bar.grab()
    station.work.session.set_online(True)


def test_the_user_menu_locks_and_signs_out(station: Station) -> None:
    chosen: list[str] = []
    station.shell.app_bar.menu_chosen.connect(chosen.append)
    station.find("shell.app_bar.user").click()  # type: ignore[attr-defined]
    menus = [one for one in QApplication.topLevelWidgets() if one.objectName() == "shell.user_menu"]
    assert isinstance(menus[0], QMenu)
    for entry in menus[0].actions():
        entry.trigger()
    menus[0].close()
    assert chosen == ["account", "settings", "keys", "lock", "sign_out"]


def test_the_key_bar_and_the_key_list_come_from_the_same_actions(station: Station) -> None:
    for action in station.work.actions.key_bar("worklist"):
        assert action.text in station.shell.key_bar.accessibleName()
    station.work.actions.trigger("keys")
    assert station.dialogs.current is not None
    words = [one.text() for one in station.dialogs.current.findChildren(QWidget) if type(one).__name__ == "Text"]
    for action in station.work.actions.all():
        if action.keys:
            assert action.text in words


def test_the_steps_lead_to_their_screens(station: Station) -> None:
    for screen in ("match", "review", "report"):
        station.shell.register_page(screen, QWidget)  # type: ignore[arg-type]
    station.work.session.open_patient(patient(link=linked()), "s-1")
    station.work.navigation.go("review")
    QTest.mouseClick(station.find("shell.stepper.match"), Qt.MouseButton.LeftButton)
    assert station.work.navigation.screen == "match"
    QTest.mouseClick(station.find("shell.stepper.find"), Qt.MouseButton.LeftButton)
    assert station.work.navigation.screen == "worklist"


@pytest.mark.parametrize("appearance", ["light", "dark", "high-contrast"])
@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_is_painted_in_every_theme(station: Station, screen: str, appearance: str) -> None:
    look().set(appearance=appearance)  # type: ignore[arg-type]
    station.work.navigation.go(screen)  # type: ignore[arg-type]
    QApplication.processEvents()
    image = station.window.grab().toImage()
    ground = look().colour("surface").name()
    seen = {image.pixelColor(x, y).name() for x in range(0, 1366, 7) for y in range(0, 768, 7)}
    assert ground in seen
    assert len(seen) > 8


def test_a_locked_screen_takes_a_recovery_code_in_place_of_the_authenticator_s(station: Station) -> None:
    page = station.shell.lock_page
    sent: list[tuple[str, str, str]] = []
    page.sign_in_pressed.connect(lambda *words: sent.append(words))
    station.work.session.lock()
    QTest.keyClicks(page.password.editor, "right")
    page.ask_code()
    page.turn.click()
    assert page.recovery.hasFocus()
    QTest.keyClicks(page.recovery, "aaaa-bbbb")
    QTest.keyClick(page.recovery, Qt.Key.Key_Return)
    assert sent == [("right", "", "aaaa-bbbb")]
    page.say("That code did not match.")
    page.ask_code()
    assert page.recovery.isVisible()
    page.turn.click()
    assert page.code.hasFocus()
    page.entered()
    assert not page.code.isVisible()
    assert page.recovery.text() == ""
    station.work.session.unlock(station.work.session.state.me)  # type: ignore[arg-type]


def test_an_open_dialog_leaves_the_desk_lockable_and_the_text_larger_but_nothing_else(station: Station) -> None:
    answers: list[Answer] = []
    question = Question("test.unlink", "Unlink?", "", "Unlink", asks_for="Reason", needs_characters=3)
    station.dialogs.ask(question, answers.append)
    field = station.find("test.unlink.text")
    QTest.keyClicks(field, "typed")
    station.press(Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier)
    assert look().percent > 100
    station.press(Qt.Key.Key_F2)
    station.press(Qt.Key.Key_F1)
    assert station.work.navigation.screen == "worklist"
    station.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert station.work.session.state.locked
    assert not field.isVisible()
    station.work.session.unlock(station.work.session.state.me)  # type: ignore[arg-type]
    assert field.isVisible()
    assert field.text() == "typed"  # type: ignore[attr-defined]
    assert answers == []
