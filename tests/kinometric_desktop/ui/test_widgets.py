"""The components of the design system, by real key and mouse events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kinometric_desktop.app.navigation import Place, Step
from kinometric_desktop.app.problems import Problem
from kinometric_desktop.app.session import OpenPatient
from kinometric_desktop.ui.plots.theme import present_theme
from kinometric_desktop.ui.plots.trend import TrendPlot
from kinometric_desktop.ui.theme import look
from kinometric_desktop.ui.theme.spacing import Column as ColumnLayout
from kinometric_desktop.ui.theme.spacing import rescale
from kinometric_desktop.ui.widgets.banner import PatientBanner
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.chip import Chip, LevelChip, level_tone, level_words
from kinometric_desktop.ui.widgets.choice import CheckBox, RadioRow, Switch
from kinometric_desktop.ui.widgets.digits import DigitCells
from kinometric_desktop.ui.widgets.field import DateField, ErrorLine, Field, PasswordField, Select, TextField
from kinometric_desktop.ui.widgets.hatch import EnvironmentTag, TestBand, TestMark
from kinometric_desktop.ui.widgets.keybar import KeyBar
from kinometric_desktop.ui.widgets.message import EmptyState, LoadingRows, Message
from kinometric_desktop.ui.widgets.pane import Line, Pane, PaneLayout, PanePlace
from kinometric_desktop.ui.widgets.segmented import Segmented
from kinometric_desktop.ui.widgets.stepper import Stepper
from kinometric_desktop.ui.widgets.tabs import Tab, TabBar
from kinometric_desktop.ui.widgets.text import ElidedText, KeyCap, SymbolText, Text, key_words, typeset
from tests.kinometric_desktop.house import TODAY, linked, patient

Show = Callable[[QWidget], QWidget]


def colours(widget: QWidget) -> set[str]:
    """Every colour in a picture of the widget."""
    image = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_button_is_pressed_by_keys(shown: Show, key: Qt.Key) -> None:
    pressed: list[int] = []
    button = Button("Search", "test.button", key="Enter", icon="search")
    button.clicked.connect(lambda: pressed.append(1))
    shown(button)
    button.setFocus()
    QTest.keyClick(button, key)
    assert pressed == [1]


@pytest.mark.parametrize("kind", ["plain", "primary", "safe", "link", "quiet"])
def test_every_kind_of_button_shows_focus_and_being_off(shown: Show, kind: str) -> None:
    box = QWidget()
    row = ColumnLayout(box)
    other, button = Button("Other", "test.other"), Button("Search", "test.button", kind=kind)  # type: ignore[arg-type]
    row.addWidget(other)
    row.addWidget(button)
    shown(box)
    other.setFocus()
    plain = button.grab().toImage()
    button.setFocus()
    assert button.grab().toImage() != plain
    button.setEnabled(False)
    assert button.grab().toImage() != plain


def test_a_buttons_name_follows_its_words(qapp: QApplication) -> None:
    button = Button("Upload to athenaOne…", "test.button")
    assert button.accessibleName() == "Upload to athenaOne"
    button.set_text("Send")
    assert (button.text(), button.accessibleName()) == ("Send", "Send")
    before = button.sizeHint().width()
    button.set_key("F9")
    button.set_icon("upload")
    assert button.sizeHint().width() > before


def test_a_busy_button_turns_after_a_moment_and_keeps_its_width(shown: Show, qtbot: QtBot) -> None:
    button = Button("Search", "test.button", icon="search")
    shown(button)
    width = button.sizeHint().width()
    calm = button.grab().toImage()
    button.set_busy(True)
    assert button.busy
    assert button.grab().toImage() == calm
    qtbot.waitUntil(lambda: button.grab().toImage() != calm, timeout=30000)
    assert button.sizeHint().width() == width
    button.set_busy(False)
    button.set_kind("primary")
    assert not button.busy


def test_a_hyphen_is_drawn_so_that_no_line_breaks_at_it(qapp: QApplication) -> None:
    assert typeset("04-Mar-1951") == "04\u2011Mar\u20111951"
    label = Text("MUESTRA-LÓPEZ")
    assert label.text() == "MUESTRA-LÓPEZ"
    label.set_tone("stop")
    label.set_role("heading")
    assert label.font().pixelSize() == 15


def test_a_hyphen_in_a_field_or_on_a_plot_is_no_wider_than_in_words(shown: Show) -> None:
    """Figures of equal width come with a hyphen as wide as a figure; two of it stand out in "Muestra-López"."""
    field = TextField("test.field", "Last name")
    shown(field)
    font, digits = field.font(), look().font("body")
    assert QFontMetrics(font).horizontalAdvance("-") < QFontMetrics(digits).horizontalAdvance("-")
    assert font.pixelSize() == digits.pixelSize()
    assert font.family() == digits.family()
    plot = TrendPlot(present_theme())
    assert plot.width_of("27-Nov-2026") == plot.width_of("27\u2011Nov\u20112026")


def test_rich_text_follows_the_look(shown: Show) -> None:
    text = Text('<span style="color:@text; font-size:@small">3 holds</span> to confirm', "body", "text-2", rich=True)
    shown(text)
    light, dark_name = QLabel.text(text), look().theme.colour["text"]
    assert dark_name.lower() in light.lower()
    assert "@" not in light
    look().set(appearance="dark", percent=200)
    rescale(text)
    assert look().theme.colour["text"].lower() in QLabel.text(text).lower()
    assert f"font-size:{look().font('small').pixelSize()}px" in QLabel.text(text)
    assert text.text().startswith('<span style="color:@text')


def test_text_from_a_record_is_never_markup(qapp: QApplication) -> None:
    assert Text("<b>x</b>").textFormat() == Qt.TextFormat.PlainText
    message = Message("test.message")
    message.say("<img src=x> & more", tone="warn", code="KS-1<b>")
    assert message.text() == "<img src=x> & more [KS-1<b>]"
    label = message.findChild(Text)
    assert label is not None
    assert "<img" not in label.text()


def test_text_that_finds_no_room_ends_in_dots_and_keeps_its_words(shown: Show) -> None:
    label = ElidedText("a very long sentence that finds no room here")
    shown(label)
    label.setFixedWidth(60)
    label.grab()
    assert label.toolTip() == label.text()
    label.setFixedWidth(600)
    label.grab()
    assert label.toolTip() == ""


def test_a_symbol_stands_beside_its_word(shown: Show) -> None:
    words = SymbolText("check", "allowed", "ok")
    shown(words)
    plain = words.grab().toImage()
    words.set("warning", "no longer", "warn", text_tone="text")
    assert words.accessibleName() == "no longer"
    assert words.text() == "no longer"
    assert words.grab().toImage() != plain


@pytest.mark.parametrize(
    ("keys", "shown_as"), [("Delete", "Del"), ("Ctrl+Return", "Ctrl+Enter"), ("Ctrl++", "Ctrl++"), ("F5", "F5")]
)
def test_keys_are_written_shortly(keys: str, shown_as: str) -> None:
    assert key_words(keys) == shown_as


def test_a_key_cap_is_wide_enough_for_its_word(shown: Show) -> None:
    cap = KeyCap("Ctrl+Shift+P")
    shown(cap)
    assert cap.width() >= cap.sizeHint().width()


def test_a_field_says_what_is_wrong_and_takes_it_back(shown: Show) -> None:
    editor = TextField("test.field", "", placeholder="digits only")
    field = Field("athenaOne patient ID", editor, required=True)
    shown(field)
    assert editor.accessibleName() == "athenaOne patient ID"
    plain = editor.grab().toImage()
    field.say("Write digits only.")
    assert field.complaint() == "Write digits only."
    assert editor.property("wrong") is True
    assert editor.grab().toImage() != plain
    field.say("")
    assert editor.property("wrong") is False
    field.set_label("Number")


def test_an_empty_error_line_takes_no_room(qapp: QApplication) -> None:
    line = ErrorLine("test.error")
    line.say("Something is wrong.")
    assert not line.isHidden()
    assert line.accessibleName() == "Something is wrong."
    line.say("")
    assert line.isHidden()


def test_typing_never_runs_under_a_hint(shown: Show) -> None:
    field = TextField("test.field", "Document", hint="document ID", icon="search", key="Ctrl+K")
    shown(field)
    before = field.textMargins().right()
    field.set_hint("")
    assert field.textMargins().right() < before
    assert field.textMargins().left() > 0


def test_a_password_can_be_shown_and_pasted(shown: Show) -> None:
    field = PasswordField("test.password", "Password")
    shown(field)
    QApplication.clipboard().setText("secret-1")
    field.setFocus()
    QTest.keyClick(field.editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.editor.text() == "secret-1"
    assert field.editor.displayText() != "secret-1"
    button = field.findChild(Button)
    assert button is not None
    button.click()
    assert field.editor.displayText() == "secret-1"
    assert button.text() == "Hide"
    button.click()
    assert field.editor.displayText() != "secret-1"
    QApplication.clipboard().clear()


@pytest.mark.parametrize("typed", ["4 mar 1951", "3/4/1951", "03041951", "1951-03-04"])
def test_a_date_field_echoes_the_month_as_a_word(shown: Show, typed: str) -> None:
    field = DateField("test.born", "Born", lambda: TODAY)
    seen: list[date | None] = []
    field.date_changed.connect(seen.append)
    shown(field)
    QTest.keyClicks(field, typed)
    assert field.date == date(1951, 3, 4)
    assert field.understood
    assert seen[-1] == date(1951, 3, 4)
    assert field.complaint() == ""


def test_a_date_field_says_how_to_write_it(shown: Show) -> None:
    field = DateField("test.born", "Born", lambda: TODAY)
    shown(field)
    QTest.keyClicks(field, "31 feb 1951")
    assert field.date is None
    assert field.complaint() == "Write it like 4 mar 1951"
    field.clear()
    assert field.understood
    field.set_date(date(1951, 3, 4))
    assert field.text() == "04-Mar-1951"


def test_a_select_is_filled_without_telling_and_opened_by_enter(shown: Show, qtbot: QtBot) -> None:
    select = Select("test.select", "Department")
    told: list[int] = []
    select.currentIndexChanged.connect(told.append)
    select.set_choices([("1", "Physical Therapy"), ("3", "Eastside PT")], "3")
    assert select.currentText() == "Eastside PT"
    assert told == []
    select.set_choices([("1", "Physical Therapy"), ("3", "Eastside PT")], "gone")
    assert select.currentIndex() == -1
    shown(select)
    select.setFocus()
    QTest.keyClick(select, Qt.Key.Key_Down)
    assert told == [0]
    QTest.keyClick(select, Qt.Key.Key_Return)
    qtbot.waitUntil(select.view().isVisible)
    select.hidePopup()


def test_six_digits_are_sent_as_soon_as_the_last_is_in(shown: Show) -> None:
    cells = DigitCells("test.code", "Code", 6, cell=(52, 48), group=3)
    done: list[str] = []
    cells.completed.connect(done.append)
    shown(cells)
    cells.setFocus()
    QTest.keyClicks(cells, "40x71")
    assert done == []
    QTest.keyClicks(cells, "23")
    assert done == ["407123"]
    QTest.keyClicks(cells, "9")
    assert cells.text() == "407123"


@pytest.mark.parametrize("pasted", ["407123", "407-123", " 407 123 ", "Your code is 407123."])
def test_a_code_can_be_pasted_with_anything_around_it(shown: Show, pasted: str) -> None:
    cells = DigitCells("test.code", "Code", 6, group=3)
    done: list[str] = []
    cells.completed.connect(done.append)
    shown(cells)
    QApplication.clipboard().setText(pasted)
    QTest.keyClick(cells, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert done == ["407123"]
    QApplication.clipboard().clear()


def test_a_wrong_number_is_shown_as_wrong_until_it_is_typed_again(shown: Show) -> None:
    cells = DigitCells("test.year", "Year", 4)
    shown(cells)
    plain = cells.grab().toImage()
    cells.set_wrong(True)
    assert cells.grab().toImage() != plain
    QTest.keyClicks(cells, "1")
    cells.clear()
    cells.clearFocus()
    assert look().colour("stop").name() not in colours(cells)


def test_a_segmented_control_moves_by_arrows_and_mouse(shown: Show) -> None:
    control = Segmented("test.whose", [("mine", "Mine"), ("practice", "Practice")], "Whose uploads")
    chosen: list[str] = []
    control.chosen.connect(chosen.append)
    shown(control)
    control.setFocus()
    QTest.keyClick(control, Qt.Key.Key_Right)
    QTest.keyClick(control, Qt.Key.Key_Right)
    QTest.mouseClick(control, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert chosen == ["practice", "mine"]
    assert control.accessibleName() == "Whose uploads: Mine"
    width = control.sizeHint().width()
    control.set_count("mine", "12")
    assert control.sizeHint().width() > width
    control.set_choices([("a", "A")])
    control.choose("a")
    assert control.current == "a"


def test_tabs_move_by_arrows_and_mouse_and_say_their_count(shown: Show) -> None:
    bar = TabBar("test.tabs", "Show", [Tab("today", "Today", "14"), Tab("match", "Needs match", "2")])
    chosen: list[str] = []
    bar.chosen.connect(chosen.append)
    shown(bar)
    bar.resize(500, 48)
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_Right)
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(10, 20))
    assert chosen == ["match", "today"]
    assert bar.accessibleName() == "Show: Today 14"
    bar.set_tabs([Tab("today", "Today", "15"), Tab("match", "Needs match", "2")], "match")
    assert bar.current == "match"
    assert chosen == ["match", "today"]


def test_the_shown_tab_is_in_sight_even_in_a_narrow_bar(shown: Show) -> None:
    tabs = [Tab(str(number), f"Tab number {number}") for number in range(8)]
    bar = TabBar("test.tabs", "Show", tabs)
    shown(bar)
    bar.resize(200, 48)
    bar.set_tabs(tabs, "7")
    place = next(rect for tab, rect in bar._places() if tab.tab_id == "7")
    assert 0 <= place.left() <= place.right() <= 200


def test_check_boxes_radios_and_switches_are_used_by_keys(shown: Show) -> None:
    box = QWidget()
    column = ColumnLayout(box)
    check, switch = CheckBox("Remember", "test.check"), Switch("test.switch", "Write documents")
    first = RadioRow(
        "Harbor Street Clinic", "athenaOne Preview 990017", "test.first", badge="Clinician", first=True, last=False
    )
    second = RadioRow("Northgate Rehab", "Standalone", "test.second", first=False, last=True)
    for widget in (check, switch, first, second):
        column.addWidget(widget)
    shown(box)
    QTest.keyClick(check, Qt.Key.Key_Space)
    QTest.keyClick(switch, Qt.Key.Key_Return)
    assert check.isChecked()
    assert switch.isChecked()
    QTest.keyClick(second, Qt.Key.Key_Space)
    assert second.isChecked()
    assert "Clinician" in first.accessibleName()
    before = switch.grab().toImage()
    switch.setEnabled(False)
    assert switch.grab().toImage() != before


@pytest.mark.parametrize("tone", ["ok", "caution", "warn", "stop", "accent", "neutral", "outline"])
def test_a_chip_has_a_word_in_every_tone(shown: Show, tone: str) -> None:
    chip = Chip("Linked", tone=tone, icon="link", strong="60145")
    shown(chip)
    assert chip.text() == "Linked 60145"
    assert chip.accessibleName() == "Linked 60145"
    look().set(appearance="high-contrast")
    assert len(colours(chip)) > 1
    chip.set("Not linked", tone="outline")
    assert chip.text() == "Not linked"


@pytest.mark.parametrize("level", ["critical", "high", "moderate", "low"])
def test_a_level_is_written_with_its_noun(shown: Show, level: str) -> None:
    chip = LevelChip(level)
    shown(chip)
    assert chip.text() == f"{level.capitalize()} risk"
    assert chip.sizeHint().width() == 120
    assert look().colour(level_tone(level)).name() in colours(chip)
    chip.set(level, for_age=True)
    assert chip.text() == f"{level.capitalize()} risk for age"
    assert chip.sizeHint().width() >= 152


def test_without_a_level_the_chip_keeps_its_room_and_says_nothing(shown: Show) -> None:
    chip = LevelChip(None)
    shown(chip)
    assert chip.text() == ""
    assert level_words(None) == ""
    assert chip.sizeHint().width() == 120


@pytest.mark.parametrize("tone", ["info", "ok", "caution", "warn", "stop"])
def test_a_message_has_a_mark_a_sentence_and_its_code_at_the_end(shown: Show, tone: str) -> None:
    message = Message("test.message", button="Try again", key="F5")
    pressed: list[int] = []
    message.pressed.connect(lambda: pressed.append(1))
    message.say("Nothing was sent.", tone=tone, code="KW-101", strong="Can't reach the server.")
    shown(message)
    assert message.text() == "Can't reach the server. Nothing was sent. [KW-101]"
    assert message.accessibleName() == message.text()
    message.button.click()
    assert pressed == [1]
    message.set_button("")
    assert message.button.isHidden()
    message.say_problem(Problem("Wait a little.", "KS-429", "caution"))
    assert message.text() == "Wait a little. [KS-429]"
    message.say_problem(None)
    assert message.isHidden()


def test_an_empty_list_says_why_and_offers_something(shown: Show) -> None:
    empty = EmptyState("test.empty")
    empty.add_button(Button("Refresh", "test.refresh"))
    empty.say("worklist", "No tests waiting", "New results appear here.")
    shown(empty)
    assert empty.text() == "No tests waiting New results appear here."
    assert empty.accessibleName() == "No tests waiting. New results appear here."


def test_loading_rows_say_what_is_read(shown: Show) -> None:
    rows = LoadingRows("test.loading", "Reading the worklist…")
    shown(rows)
    rows.resize(400, 300)
    assert rows.accessibleName() == "Reading the worklist…"
    assert len(colours(rows)) > 2


def test_panes_are_parted_by_lines(shown: Show) -> None:
    pane = Pane("window", lines=("left", "right", "top", "bottom"))
    shown(pane)
    pane.resize(40, 40)
    image = pane.grab().toImage()
    border, ground = look().colour("border").name(), look().colour("window").name()
    assert [image.pixelColor(*at).name() for at in ((0, 20), (39, 20), (20, 0), (20, 39))] == [border] * 4
    assert image.pixelColor(20, 20).name() == ground
    pane.set_ground("surface")
    assert pane.grab().toImage().pixelColor(20, 20).name() == look().colour("surface").name()
    assert Line(upright=True).width() == 1


def test_panes_stand_side_by_side_or_one_at_a_time(shown: Show) -> None:
    left, right = QWidget(), QWidget()
    panes = PaneLayout("test", (PanePlace("left", "Search", left, width=256), PanePlace("right", "Compare", right)))
    told: list[str] = []
    panes.current_changed.connect(told.append)
    shown(panes)
    panes.resize(1366, 500)
    QApplication.processEvents()
    assert left.isVisible()
    assert right.isVisible()
    assert left.width() == 256
    panes.resize(800, 500)
    QApplication.processEvents()
    assert panes.narrow
    assert left.isVisible()
    assert not right.isVisible()
    panes.show_pane("right")
    assert right.isVisible()
    assert not left.isVisible()
    assert told == ["right"]
    assert panes.current == "right"
    panes.set_count("left", "6")
    panes.resize(1366, 500)
    QApplication.processEvents()
    panes.set_pane_visible("left", False)
    assert not left.isVisible()


def test_the_banner_masks_the_year_and_the_age_with_it(shown: Show) -> None:
    banner = PatientBanner(lambda: TODAY)
    shown(banner)
    banner.show_patient(OpenPatient(patient(), year_hidden=True))
    words = " ".join(label.text() for label in banner.findChildren(Text))
    assert "1951" not in words
    assert "75" not in words
    assert "04-Mar-••••" in words
    assert "1951" not in banner.accessibleName()
    banner.show_patient(OpenPatient(patient(link=linked())))
    words = " ".join(label.text() for label in banner.findChildren(Text))
    assert "04-Mar-1951" in words
    assert "(75y)" in words
    assert "MUESTRA-LÓPEZ, Maria Elena" in words


def test_the_banner_shows_the_link_test_patients_and_contact(shown: Show, qtbot: QtBot) -> None:
    banner = PatientBanner(lambda: TODAY)
    shown(banner)
    banner.resize(1286, 56)
    banner.show_patient(OpenPatient(patient()))
    chip = banner.findChild(Chip)
    assert chip is not None
    assert chip.text() == "Not linked to athenaOne"
    assert banner.findChild(TestBand).isVisible()  # type: ignore[union-attr]
    banner.show_patient(OpenPatient(patient(link=linked("60145"), is_sandbox=False)))
    assert chip.text() == "Linked to athenaOne 60145"
    assert not banner.findChild(TestBand).isVisible()  # type: ignore[union-attr]
    contact = banner.findChild(Button)
    assert contact is not None
    contact.click()
    menus = [one for one in QApplication.topLevelWidgets() if one.objectName() == "shell.banner.contact_menu"]
    assert any("(410) 555-0142" in action.text() for action in menus[0].actions())
    menus[0].close()
    banner.set_narrow(True)
    assert chip.text() == "Linked 60145"
    banner.show_patient(None)
    assert banner.isHidden()
    assert banner.findChildren(Text)[0].text() in ("", "Born", "Sex", "Kinometric no.")


def test_the_stepper_says_each_steps_mark_and_is_pressed(shown: Show) -> None:
    stepper = Stepper()
    steps = (
        Step("find", "Find", "F2", "done"),
        Step("match", "Match", "F4", "here"),
        Step("review", "Review", "F7", "open"),
        Step("report", "Report", "F8", "open"),
        Step("upload", "Upload", "F9", "unused"),
    )
    stepper.show_place(Place("match", steps, "Upload needs a link and a review"))
    shown(stepper)
    stepper.resize(1286, 40)
    pressed: list[str] = []
    stepper.pressed.connect(pressed.append)
    button = stepper.findChild(QWidget, "shell.stepper.review")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pressed == ["review"]
    assert button.accessibleName() == "Review, not done yet"
    unused = stepper.findChild(QWidget, "shell.stepper.upload")
    assert unused is not None
    assert not unused.isEnabled()
    stepper.set_narrow(True)
    words = [label.text() for label in stepper.findChildren(Text) if label.isVisible()]
    assert "step 2 of 5" in words
    assert not button.isVisible()


@pytest.mark.parametrize("environment", ["none", "standin", "preview", "production"])
def test_the_environment_is_always_a_word(shown: Show, environment: str) -> None:
    tag = EnvironmentTag()
    tag.set(environment)
    shown(tag)
    assert tag.accessibleName()
    wide = tag.sizeHint().width()
    tag.set_short(True)
    assert tag.sizeHint().width() <= wide
    assert EnvironmentTag("preview", words="Preview, not a live chart").accessibleName() == "Preview, not a live chart"


def test_the_hatch_is_drawn_in_grey_too(shown: Show) -> None:
    mark = TestMark()
    shown(mark)
    assert look().colour("text").name() in colours(mark)
    assert mark.accessibleName() == "Test patient"


def test_the_key_bar_shows_as_many_keys_as_find_room(shown: Show) -> None:
    bar = KeyBar()
    bar.show_keys([("F5", "Refresh"), ("F1", "Help")])
    bar.show_lock("Locks in 14:48 without input")
    shown(bar)
    bar.resize(1366, 32)
    wide = bar.grab().toImage()
    bar.show_lock("Locks in 1:48 without input", warning=True)
    assert bar.grab().toImage() != wide
    assert bar.accessibleName() == "Keys: F5 Refresh, F1 Help"
    bar.resize(QSize(220, 32))
    assert isinstance(bar.grab(), QPixmap)
