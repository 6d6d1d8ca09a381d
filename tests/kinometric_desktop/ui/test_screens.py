"""Worklist, find, departments, uploads, admin, settings and the practice switch, by real key and mouse events."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from kinometric.contract.patients import Worklist
from kinometric.contract.uploads import UploadEvent, UploadList
from kinometric_desktop.client.errors import ServerError, Unreachable
from kinometric_desktop.ui.help.topics import CODES, SCREENS
from kinometric_desktop.ui.theme import look
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.field import Select
from kinometric_desktop.ui.widgets.message import EmptyState, Message
from kinometric_desktop.ui.widgets.segmented import Segmented
from kinometric_desktop.ui.widgets.table import TableView
from kinometric_desktop.ui.widgets.tabs import TabBar
from kinometric_desktop.ui.widgets.text import Text
from tests.kinometric_desktop.house import NOW, TODAY, House, me, membership, upload
from tests.kinometric_desktop.ui.conftest import ROWS, UPLOADS, Station


def table(station: Station, name: str) -> TableView:
    found = station.find(name)
    assert isinstance(found, TableView)
    return found


def words(view: TableView, row: int) -> str:
    model = view.model()
    return " | ".join(str(model.data(model.index(row, column))) for column in range(model.columnCount()))


def button(station: Station, name: str) -> Button:
    found = station.find(name)
    assert isinstance(found, Button)
    return found


def field(station: Station, name: str) -> QLineEdit:
    found = station.find(name)
    assert isinstance(found, QLineEdit)
    return found


def test_the_worklist_shows_who_when_how_and_what_next(station: Station) -> None:
    view = table(station, "worklist.list.table")
    assert (
        words(view, 0)
        == "14:05 | MUESTRA-LÓPEZ, Maria Elena | 04-Mar-1951 (75y) | F | 4 of 4 | 6.8 Moderate risk | Match"
    )
    assert "similar name" in words(view, 1)
    assert "incomplete" in words(view, 1)
    assert words(view, 2).endswith("Filed")
    assert words(view, 3).endswith("Unknown")


def test_scores_are_shown_rounded_down(station: Station) -> None:
    assert ROWS[0].level_score == 6.85
    assert "6.8 " in words(table(station, "worklist.list.table"), 0)


def test_typing_into_the_filter_and_enter_leads_to_the_list(station: Station) -> None:
    station.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    box = field(station, "worklist.filter.field")
    assert box.hasFocus()
    QTest.keyClicks(box, "sample")
    view = table(station, "worklist.list.table")
    assert view.model().rowCount() == 1
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert view.hasFocus()


def test_a_filter_without_results_says_so_and_is_cleared_by_its_button(station: Station) -> None:
    box = field(station, "worklist.filter.field")
    QTest.keyClicks(box, "nobody")
    empty = station.find("worklist.list.empty")
    assert isinstance(empty, EmptyState)
    assert "No results for “nobody”" in empty.text()
    QTest.mouseClick(station.find("worklist.list.clear_filter"), Qt.MouseButton.LeftButton)
    assert box.text() == ""
    assert table(station, "worklist.list.table").model().rowCount() == 4


def test_the_tabs_of_the_worklist_filter(station: Station) -> None:
    bar = station.find("worklist.tabs")
    assert isinstance(bar, TabBar)
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_Right)
    assert table(station, "worklist.list.table").model().rowCount() == 1
    assert bar.accessibleName() == "Show: Needs match 1"


def test_an_empty_day_says_why_and_offers_to_refresh(station: Station) -> None:
    station.house.server.patients.answers["worklist"] = Worklist(TODAY, (), NOW.isoformat())
    station.press(Qt.Key.Key_F5)
    empty = station.find("worklist.list.empty")
    assert isinstance(empty, EmptyState)
    assert "No tests waiting" in empty.text()
    asked = len(station.house.server.patients.asked)
    QTest.mouseClick(station.find("worklist.list.refresh"), Qt.MouseButton.LeftButton)
    assert len(station.house.server.patients.asked) == asked + 1


def test_an_offline_worklist_is_empty_and_says_so(station: Station) -> None:
    station.house.server.patients.answers["worklist"] = Unreachable("gone")
    station.press(Qt.Key.Key_F5)
    empty = station.find("worklist.list.empty")
    assert isinstance(empty, EmptyState)
    assert "can’t be reached" in empty.text()


def test_a_refused_worklist_shows_the_servers_sentence(station: Station) -> None:
    station.house.server.patients.answers["worklist"] = ServerError("KS-403", "Not in this practice.")
    station.press(Qt.Key.Key_F5)
    message = station.find("worklist.message")
    assert isinstance(message, Message)
    assert message.text() == "Not in this practice. [KS-403]"


def test_enter_opens_the_chosen_row_at_its_next_step(station: Station) -> None:
    station.shell.register_page("match", QWidget)
    view = table(station, "worklist.list.table")
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert station.work.navigation.screen == "match"
    assert station.work.session.patient is not None
    assert station.work.session.patient.session_id == "s-1"


def test_the_preview_names_the_patient_and_the_next_step(station: Station) -> None:
    view = table(station, "worklist.list.table")
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    names = [
        one.text() for one in station.window.findChildren(QWidget) if type(one).__name__ == "Text" and one.isVisible()
    ]  # type: ignore[attr-defined]
    assert "SAMPLE, James Jr" in names
    assert button(station, "worklist.preview.open").text() == "Review"


def test_another_day_is_chosen_from_the_list(station: Station) -> None:
    select = station.find("worklist.filter.day")
    assert isinstance(select, Select)
    assert select.currentText() == "02-Nov-2026"
    select.activated.emit(1)
    assert station.house.server.patients.last("worklist")[0].day.isoformat() == "2026-11-01"
    department = station.find("worklist.filter.department")
    assert isinstance(department, Select)
    department.activated.emit(1)
    assert station.house.server.patients.last("worklist")[0].department_id == "d-pt"


def test_in_a_narrow_window_space_brings_the_preview_to_the_front(station: Station) -> None:
    look().set(percent=200)
    QApplication.processEvents()
    table(station, "worklist.list.table").setFocus()
    station.press(Qt.Key.Key_Space)
    QApplication.processEvents()
    assert button(station, "worklist.preview.open").isVisible()
    station.shell.page("worklist").turn_preview()  # type: ignore[attr-defined]
    QApplication.processEvents()
    assert table(station, "worklist.list.table").isVisible()


def test_ctrl_f_finds_and_enter_opens(station: Station) -> None:
    station.shell.register_page("match", QWidget)
    station.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    box = field(station, "find.form.text")
    assert box.hasFocus()
    QTest.keyClicks(box, "muestra")
    station.house.timer.fire()
    assert words(table(station, "find.list.table"), 0).startswith("MUESTRA-LÓPEZ, Maria Elena TEST | 04-Mar-1951")
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert station.dialogs.current is None
    assert station.work.navigation.screen == "match"


def test_nobody_found_is_said(station: Station) -> None:
    from kinometric.contract.patients import PatientList

    station.house.server.patients.answers["search"] = PatientList((), more=False)
    station.work.actions.trigger("find")
    QTest.keyClicks(field(station, "find.form.text"), "nobody")
    station.house.timer.fire()
    empty = station.find("find.list.empty")
    assert isinstance(empty, EmptyState)
    assert "nobody" in empty.text()
    QTest.keyClick(field(station, "find.form.text"), Qt.Key.Key_Escape)
    assert station.dialogs.current is None


def test_the_field_in_the_app_bar_opens_the_same_box(station: Station) -> None:
    bar = field(station, "shell.app_bar.find")
    pressed: list[int] = []
    station.shell.app_bar.find_pressed.connect(lambda: pressed.append(1))
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(60, 16))
    QTest.keyClick(bar, Qt.Key.Key_Return)
    assert len(pressed) == 2


def test_departments_show_both_lists_and_allow_by_keys(station: Station) -> None:
    station.work.navigation.go("departments")
    left, right = table(station, "departments.athena.table"), table(station, "departments.ours.table")
    assert left.model().rowCount() == 7
    assert words(right, 0).startswith("1 | Physical Therapy")
    assert "Practice default" in words(right, 0)
    assert "mine" in words(right, 0)
    station.house.server.departments.answers["allow"] = station.house.server.departments.answers["list"]
    left.setFocus()
    left.choose(4)
    station.press(Qt.Key.Key_Right)
    assert station.house.server.departments.last("allow")[0].athena_department_id == "5"
    message = station.find("departments.ours.message")
    assert isinstance(message, Message)
    assert message.text() == "Department 5 (5) is allowed."


def test_departments_are_stopped_after_a_question(station: Station) -> None:
    station.work.navigation.go("departments")
    right = table(station, "departments.ours.table")
    right.setFocus()
    right.choose(1)
    station.press(Qt.Key.Key_Left)
    assert station.dialogs.current is not None
    station.house.server.departments.answers["change"] = station.house.server.departments.answers["list"]
    action = station.find("departments.stop.action")
    QTest.mouseClick(action, Qt.MouseButton.LeftButton)
    assert station.house.server.departments.last("change")[0] == "d-e"


def test_departments_are_found_by_number_and_name(station: Station) -> None:
    station.work.navigation.go("departments")
    box = field(station, "departments.athena.filter")
    QTest.keyClicks(box, "7")
    assert table(station, "departments.athena.table").model().rowCount() == 1
    QTest.keyClicks(box, "99")
    assert station.find("departments.athena.empty").isVisible()


def test_a_provider_sees_why_he_can_not_allow(make_station: Callable[..., Station]) -> None:
    station = make_station()
    station.enter("clinician")
    station.work.navigation.go("departments")
    assert not button(station, "departments.between.allow").isEnabled()
    shown = [
        one.text() for one in station.window.findChildren(QWidget) if type(one).__name__ == "Text" and one.isVisible()
    ]  # type: ignore[attr-defined]
    assert any("Only an administrator" in text for text in shown)
    table(station, "departments.ours.table").choose(1)
    assert button(station, "departments.ours.mine").isEnabled()


def test_uploads_say_their_state_in_words(station: Station) -> None:
    station.work.navigation.go("uploads")
    view = table(station, "uploads.list.table")
    states = [words(view, row).split(" | ")[3] for row in range(len(UPLOADS))]
    assert states[0].startswith("Unknown, check chart")
    assert states[1].startswith("Filed")
    assert states[2] == "Queued, nothing was sent next try 14:22"
    assert states[3] == "Sending step 3 of 4"
    assert states[4] == "Rejected [KS-422]"
    assert states[5].startswith("Abandoned")


def test_an_unknown_upload_is_settled_with_the_number_from_the_chart(station: Station) -> None:
    station.work.navigation.go("uploads")
    assert field(station, "uploads.unknown.marker").text() == "K-C2D09A"
    found = button(station, "uploads.unknown.found")
    assert not found.isEnabled()
    QTest.keyClicks(field(station, "uploads.unknown.document"), "88240")
    assert found.isEnabled()
    station.house.server.uploads.answers["found"] = upload(state="filed", document_id="88240")
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)
    assert station.house.server.uploads.last("found")[1].document_id == "88240"


def test_sending_again_takes_a_reason_and_a_statement(station: Station) -> None:
    station.work.navigation.go("uploads")
    again = button(station, "uploads.unknown.send_again")
    assert not again.isEnabled()
    QTest.keyClicks(field(station, "uploads.unknown.reason"), "not in the chart")
    assert again.isEnabled()
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    action = station.find("uploads.send_again.action")
    assert not action.isEnabled()
    station.find("uploads.send_again.statement").click()  # type: ignore[attr-defined]
    station.house.server.uploads.answers["send_again"] = upload(state="queued")
    QTest.mouseClick(action, Qt.MouseButton.LeftButton)
    assert station.house.server.uploads.last("send_again")[1].not_in_chart


def test_the_mark_and_the_ids_are_copied(station: Station) -> None:
    station.work.navigation.go("uploads")
    QTest.mouseClick(station.find("uploads.unknown.copy"), Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "K-C2D09A"
    table(station, "uploads.list.table").setFocus()
    station.press(Qt.Key.Key_E)
    copied = QApplication.clipboard().text()
    assert "88231" in copied
    assert "PRUEBA" not in copied
    QApplication.clipboard().clear()


@pytest.mark.parametrize(
    ("row", "shown", "sentence"),
    [
        (1, "uploads.detail.open", "Filed in athenaOne as document 88231."),
        (2, "uploads.detail.cancel", "We sent the report but did not hear back."),
        (4, "uploads.detail.retry", "We sent the report but did not hear back. [KS-422]"),
    ],
)
def test_each_state_offers_what_can_be_done_with_it(station: Station, row: int, shown: str, sentence: str) -> None:
    station.work.navigation.go("uploads")
    table(station, "uploads.list.table").choose(row)
    assert button(station, shown).isVisible()
    message = station.find("uploads.detail.message")
    assert isinstance(message, Message)
    assert message.text().startswith(sentence)
    assert not [one for one in station.window.findChildren(QWidget, "uploads.unknown.found") if one.isVisible()]


def test_the_first_document_is_confirmed_readable(station: Station) -> None:
    first = upload("up-9", state="filed", document_id="88001", needs_readable_check=True, code=None)
    station.house.server.uploads.answers["list"] = UploadList((first,), {"filed": 1}, 2)
    station.house.server.uploads.answers["confirm_readable"] = first
    station.work.navigation.go("uploads")
    QTest.mouseClick(station.find("uploads.detail.readable"), Qt.MouseButton.LeftButton)
    assert station.house.server.uploads.last("confirm_readable")[0] == "up-9"


def test_the_history_is_written_line_by_line_with_the_time(station: Station) -> None:
    station.work.navigation.go("uploads")
    events = (
        UploadEvent("2026-11-02T18:58:02+00:00", "queued", "PDF 2 pages", "Dr. Smith"),
        UploadEvent("2026-11-02T18:58:34+00:00", "outcome_unknown", "No answer for 30 s.", None),
    )
    changed = (upload(history=events), *UPLOADS[1:])
    station.house.server.uploads.answers["list"] = UploadList(changed, {}, 3)
    station.press(Qt.Key.Key_F5)
    QApplication.processEvents()
    shown = [
        one.text() for one in station.window.findChildren(QWidget) if type(one).__name__ == "Text" and one.isVisible()
    ]  # type: ignore[attr-defined]
    assert "13:58:02" in shown
    assert "13:58:34" in shown
    assert "PDF 2 pages By Dr. Smith." in shown


def test_mine_or_the_practices_uploads(station: Station) -> None:
    station.work.navigation.go("uploads")
    control = station.find("uploads.filter.whose")
    assert isinstance(control, Segmented)
    control.setFocus()
    QTest.keyClick(control, Qt.Key.Key_Left)
    assert station.house.server.uploads.last("list")[0].mine


def test_uploads_are_watched_only_while_they_are_shown(station: Station) -> None:
    station.work.navigation.go("uploads")
    asked = len(station.house.server.uploads.asked)
    station.house.timer.fire()
    assert len(station.house.server.uploads.asked) == asked + 1
    station.work.navigation.go("help")
    station.house.timer.fire()
    assert len(station.house.server.uploads.asked) == asked + 1


def test_an_offline_list_of_uploads_is_empty(station: Station) -> None:
    station.house.server.uploads.answers["list"] = Unreachable("gone")
    station.work.navigation.go("uploads")
    assert station.find("uploads.list.empty").isVisible()


def test_a_clinician_never_gets_to_the_admin_screen_by_its_key(make_station: Callable[..., Station]) -> None:
    station = make_station()
    station.enter("clinician")
    station.press(Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    assert station.work.navigation.screen == "worklist"


def test_settings_change_the_look_at_once_and_are_kept(station: Station) -> None:
    station.work.navigation.go("settings")
    control = station.find("settings.look.appearance")
    control.setFocus()
    QTest.keyClick(control, Qt.Key.Key_Right)
    QTest.keyClick(control, Qt.Key.Key_Right)
    assert look().theme.name == "dark"
    assert station.house.settings.kept.appearance == "dark"
    size = station.find("settings.look.size")
    size.setFocus()
    QTest.keyClick(size, Qt.Key.Key_Right)
    assert look().percent == 125
    assert station.house.settings.kept.text_percent == 125


def test_the_practice_is_switched_and_every_list_cleared(make_station: Callable[..., Station]) -> None:
    other = membership("clinician", practice_id="p-other", practice_name="Northgate Rehab")
    station = make_station()
    station.house.work("clinician", other)
    station.house.server.accounts.answers["switch_practice"] = me(
        practice_id="p-other", practice_name="Northgate Rehab"
    )
    station.work.actions.trigger("practice")
    QTest.mouseClick(station.find("practice.list.1"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(station.find("practice.foot.switch"), Qt.MouseButton.LeftButton)
    assert station.dialogs.current is None
    assert button(station, "shell.app_bar.practice").text().startswith("Northgate Rehab")


def test_help_works_without_a_server_and_escape_leads_back(make_station: Callable[..., Station]) -> None:
    house = House()
    station = make_station(house)
    station.enter()
    house.server.patients.answers["worklist"] = Unreachable("gone")
    station.press(Qt.Key.Key_F1)
    assert station.find("help.text").hasFocus()
    station.press(Qt.Key.Key_Escape)
    assert station.work.navigation.screen == "worklist"


@pytest.mark.parametrize(
    ("screen", "words"), [("worklist", "One line a test"), ("uploads", "Unknown means that no answer")]
)
def test_f1_begins_with_the_screen_it_was_pressed_on_and_its_keys(station: Station, screen: str, words: str) -> None:
    station.work.navigation.go(screen)  # type: ignore[arg-type]
    wanted = [action.text for action in station.work.actions.key_bar(screen)]  # type: ignore[arg-type]
    station.press(Qt.Key.Key_F1)
    QApplication.processEvents()
    here = station.find("help.here")
    assert words in here.accessibleName()
    shown = [one.text() for one in here.findChildren(Text) if one.isVisible()]
    assert set(wanted) <= set(shown)
    assert here.mapTo(station.window, here.rect().topLeft()).y() < 160, "it is the first thing on the page"
    station.press(Qt.Key.Key_Escape)
    assert station.work.navigation.screen == screen


def test_help_from_the_sign_in_speaks_of_signing_in(make_station: Callable[..., Station]) -> None:
    station = make_station()
    station.work.navigation.go("help")
    assert station.work.navigation.came_from == "sign_in"


def test_every_screen_has_its_help_and_every_code_is_said_once() -> None:
    assert set(SCREENS) >= {"sign_in", "worklist", "match", "review", "report", "uploads", "departments", "admin"}
    codes = [code for code, _ in CODES]
    assert len(codes) == len(set(codes))
    for name, words in SCREENS.values():
        assert name
        assert words.endswith(".")
        assert "please" not in words.lower()


def test_the_key_bar_leaves_out_what_a_role_or_the_chosen_line_can_t_do(make_station: Callable[..., Station]) -> None:
    station = make_station()
    station.enter("readonly")
    station.work.navigation.go("departments")
    shown = station.shell.key_bar.accessibleName()
    assert "Sync" in shown
    assert not [word for word in ("Allow", "Stop", "My department") if word in shown]
    station.work.navigation.go("uploads")
    assert "Cancel queued" not in station.shell.key_bar.accessibleName()


def test_the_key_bar_follows_the_chosen_upload(station: Station) -> None:
    station.work.navigation.go("uploads")
    rows = table(station, "uploads.list.table")
    states = [one.state for one in station.shell.page("uploads").presenter.state.shown]  # type: ignore[attr-defined]
    for row, state in enumerate(states):
        rows.choose(row)
        shown = station.shell.key_bar.accessibleName()
        assert ("Cancel queued" in shown) is (state == "queued")
        assert ("Send rejected again" in shown) is (state == "rejected")
    assert {"queued", "rejected"} <= set(states)


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize("screen", ["worklist", "admin", "uploads"])
def test_no_line_of_the_help_is_cut_off(station: Station, screen: str, percent: int) -> None:
    look().set(percent=percent)
    station.work.navigation.go(screen)  # type: ignore[arg-type]
    station.press(Qt.Key.Key_F1)
    for _ in range(3):
        QApplication.processEvents()
    page = station.shell.page("help")
    lines = [one for one in page.findChildren(Text) if one.isVisible() and one.wordWrap()]
    assert len(lines) > 10
    cut = [one.text()[:40] for one in lines if one.height() < one.heightForWidth(one.width())]
    assert cut == []
