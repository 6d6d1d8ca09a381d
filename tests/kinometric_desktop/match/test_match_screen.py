"""The match screen by real keys and clicks, offscreen."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from kinometric_desktop.client.errors import ServerError
from kinometric_desktop.ui.match.screen import MatchPage, register
from kinometric_desktop.ui.shell.shell import Shell
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.dialog import WindowDialogs

if TYPE_CHECKING:
    from conftest import Desk

REASON = "Typing error in athenaOne"


def in_plain_light() -> None:
    """The look that the pictures have; setting it again would style every widget anew."""
    if look().dark or look().percent != 100 or QApplication.font().pixelSize() != 13:
        look().set(appearance="light", percent=100)


@pytest.fixture
def window(desk: Desk, qapp: QApplication) -> Iterator[Shell]:
    """The whole window around the match screen, at 1366 x 768."""
    in_plain_light()
    shells: list[Shell] = []
    shell = Shell(desk.work, WindowDialogs(lambda: shells[0]))
    shells.append(shell)
    register(shell, desk.work)
    for screen in ("worklist", "review"):
        shell.register_page(screen, QWidget)  # type: ignore[arg-type]
    shell.setMinimumSize(800, 480)
    shell.resize(1366, 768)
    shell.show()
    yield shell
    shell.close_pages()
    shell.close()
    shell.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    in_plain_light()


@pytest.fixture
def page(desk: Desk, window: Shell) -> MatchPage:
    """The match page with Maria open; the desk's own presenter steps aside."""
    desk.presenter.close()
    desk.enter()
    found = cast("MatchPage", window.page("match"))
    QApplication.processEvents()
    return found


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifier)
    QApplication.processEvents()


def shown_texts(page: QWidget) -> str:
    """What a screen reader could read of the page."""
    texts = []
    for widget in page.findChildren(QWidget):
        if widget.isVisible():
            text = getattr(widget, "text", None)
            texts += [widget.accessibleName(), text() if callable(text) else ""]
    return "\n".join(texts)


def test_the_whole_way_to_a_link_by_keyboard_alone(desk: Desk, page: MatchPage) -> None:
    assert QApplication.focusWidget() is page.search.last
    press(Qt.Key.Key_Return)
    assert len(desk.calls.forms("search")) == 1
    assert QApplication.focusWidget() is page.candidates.list
    assert page.presenter.state.compare is None, "no candidate is opened for the person"
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Up)
    press(Qt.Key.Key_Return)
    assert page.presenter.state.compare is not None
    assert page.presenter.state.compare.athena_patient_id == "60145"
    assert desk.calls.forms("link") == [], "Enter on a result compares and never links"
    assert QApplication.focusWidget() is page.compare.link.year
    for digit in "1951":
        QTest.keyClicks(QApplication.focusWidget(), digit)
    reason = page.compare.link.reason("born")
    assert reason is not None
    assert not page.compare.link.button.isEnabled()
    press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is reason.select
    for _ in range(3):
        press(Qt.Key.Key_Down)
    assert page.presenter.state.compare.reasons[0].reason == REASON
    assert page.compare.link.button.isEnabled()
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert desk.calls.forms("link") != []
    assert page.presenter.state.linked is not None
    assert page.linked.isVisible()
    assert not page.search.isVisible()


def test_the_year_stands_nowhere_before_it_was_typed(desk: Desk, window: Shell, page: MatchPage) -> None:
    page.presenter.search()
    page.presenter.open_candidate("60145")
    QTest.keyClicks(page.compare.link.year, "195")
    QApplication.processEvents()
    text = shown_texts(window)
    model = page.candidates.list.model()
    rows = [str(model.index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole)) for place in range(model.rowCount())]
    assert "04-Mar-••••" in text.replace("\u2011", "-")
    for year in ("1951", "1957", "1949"):
        assert year not in text
        assert not any(year in row for row in rows)
    QTest.keyClicks(page.compare.link.year, "1")
    QApplication.processEvents()
    assert "04-Mar-1951" in shown_texts(window).replace("\u2011", "-")


def test_arrows_stop_at_candidates_only_and_the_heads_are_skipped(desk: Desk, page: MatchPage) -> None:
    page.presenter.search()
    page.candidates.list.setFocus()
    seen = [page.candidates.list.current_id()]
    for _ in range(6):
        press(Qt.Key.Key_Down)
        if page.candidates.list.current_id() != seen[-1]:
            seen.append(page.candidates.list.current_id())
    assert seen == [row.athena_patient_id for row in page.presenter.state.rows]


def test_f6_compares_the_next_candidate_and_escape_goes_one_step_back(
    desk: Desk, window: Shell, page: MatchPage
) -> None:
    page.presenter.search()
    window.press("F6")
    first = page.presenter.state.compare
    assert first is not None
    window.press("F6")
    second = page.presenter.state.compare
    assert second is not None
    assert second.athena_patient_id != first.athena_patient_id
    press(Qt.Key.Key_Escape)
    assert page.presenter.state.compare is None
    assert QApplication.focusWidget() is page.candidates.list


def test_ctrl_w_searches_wider_from_any_field(desk: Desk, window: Shell, page: MatchPage) -> None:
    assert window.press("Ctrl+W")
    assert [form.wider for form in desk.calls.forms("search")] == [True]  # type: ignore[attr-defined]


def test_a_wrong_year_clears_the_cells_and_says_so(desk: Desk, page: MatchPage) -> None:
    page.presenter.search()
    page.presenter.open_candidate("60145")
    for tries_left in (2, 1):
        QTest.keyClicks(page.compare.link.year, "1952")
        assert page.compare.link.year.text() == ""
        assert f"{tries_left} {'try' if tries_left == 1 else 'tries'} left" in shown_texts(page.compare)
    QTest.keyClicks(page.compare.link.year, "1952")
    assert page.presenter.state.compare is None
    assert "did not match three times" in shown_texts(page.compare)


def test_a_year_can_be_pasted(desk: Desk, page: MatchPage) -> None:
    page.presenter.search()
    page.presenter.open_candidate("60145")
    page.compare.link.year.setFocus()
    QApplication.clipboard().setText(" 19-51 ")
    press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert page.presenter.state.compare is not None
    assert page.presenter.state.compare.year.mark == "right"
    QApplication.clipboard().clear()


def test_a_digit_can_be_taken_back(desk: Desk, page: MatchPage) -> None:
    page.presenter.search()
    page.presenter.open_candidate("60145")
    page.compare.link.year.setFocus()
    for key in (Qt.Key.Key_1, Qt.Key.Key_9, Qt.Key.Key_Backspace):
        press(key)
    assert page.compare.link.year.text() == "1"
    assert page.presenter.state.compare is not None
    assert "3 digits of the birth year" in page.presenter.state.compare.still_needed


def test_ctrl_y_asks_for_the_reason_before_the_year_is_shown(desk: Desk, window: Shell, page: MatchPage) -> None:
    page.presenter.search()
    page.presenter.open_candidate("60145")
    assert window.press("Ctrl+Y")
    desk.dialogs.answer("match.show_year", text="Patient can't speak")
    assert not page.presenter.state.year_hidden
    assert not page.compare.link.show_year.isVisible()


def test_a_fresh_link_shows_itself_with_its_undo_in_a_narrow_window(desk: Desk, window: Shell, page: MatchPage) -> None:
    look().set(appearance="light", percent=200)
    window.resize(1366, 768)
    page.presenter.search()
    page.presenter.open_candidate("60145")
    page.presenter.type_year("1951")
    page.presenter.choose_reason("born", REASON)
    assert page.panes.narrow
    page.presenter.link()
    QApplication.processEvents()
    assert page.panes.current == "linked"
    assert page.linked.undo.isVisible()
    assert window.press("Ctrl+Z")
    assert page.presenter.state.linked is None
    assert page.panes.current == "search"
    in_plain_light()


def test_each_row_reads_as_a_sentence(desk: Desk, page: MatchPage) -> None:
    page.presenter.search()
    page.presenter.open_candidate("60145")
    row = page.compare.table.row("born")
    assert row is not None
    assert row.accessibleName() == ("Born. Kinometric 04-Mar-••••. athenaOne 03-Apr-••••. Born: day and month swapped")
    rows = page.compare.table.findChildren(type(row))
    heights = {widget.height() for widget in rows}
    assert len(heights) == 1
    assert [widget.objectName().rpartition(".")[2] for widget in rows] == [
        "lastname", "firstname", "born", "sex", "phone", "zip", "preferredname", "record", "where",
    ]  # fmt: skip


def test_a_suffix_gets_its_row_and_loses_it_again(desk: Desk, page: MatchPage) -> None:
    desk.calls.charts["60146"] = dataclasses.replace(desk.calls.charts["60146"], suffix="Jr")
    page.presenter.search()
    page.presenter.open_candidate("60146")
    assert page.compare.table.row("suffix") is not None
    page.presenter.open_candidate("60145")
    QApplication.processEvents()
    assert page.compare.table.row("suffix") is None


def test_the_warning_of_a_close_candidate_compares_it_by_a_click(desk: Desk, page: MatchPage) -> None:
    page.presenter.search()
    page.presenter.open_candidate("60145")
    assert "Mario" in page.compare.near.accessibleName()
    QTest.mouseClick(page.compare.near.button, Qt.MouseButton.LeftButton)
    assert page.presenter.state.compare is not None
    assert page.presenter.state.compare.athena_patient_id == "60146"


def test_hidden_rows_are_counted_and_nothing_else_is_said(desk: Desk, page: MatchPage) -> None:
    page.presenter.search()
    assert page.candidates.hidden.text() == "2 results hidden: other department"
    desk.calls.hidden = 0
    page.presenter.search()
    assert not page.candidates.hidden.isVisible()


def test_nobody_found_offers_ways_on(desk: Desk, page: MatchPage) -> None:
    desk.calls.found = ()
    page.presenter.search()
    assert "No patient named MUESTRA-LÓPEZ in Physical Therapy." in page.candidates.empty.text()
    assert page.candidates.wider.isVisible()
    QTest.mouseClick(page.candidates.other, Qt.MouseButton.LeftButton)
    assert desk.calls.forms("search")[-1].athena_department_id is None  # type: ignore[attr-defined]


def test_a_refused_search_is_shown_where_the_candidates_would_be(desk: Desk, page: MatchPage) -> None:
    desk.calls.refuse["search"] = ServerError("KS-422M", "too many", status=400)
    page.presenter.search()
    assert page.candidates.message.text() == "More than 50 matches. Add a first name or birth date. [KS-422M]"


def test_typing_over_the_record_s_birth_date_begins_a_new_one(desk: Desk, page: MatchPage) -> None:
    page.search.born.setFocus()
    QTest.keyClicks(page.search.born, "4 apr 51")
    assert page.presenter.state.form.born_text == "4 apr 51"
    assert page.presenter.state.form.born is not None
    assert page.presenter.state.form.born.isoformat() == "1951-04-04"
    page.search.born.clear()
    QTest.keyClicks(page.search.born, "foo")
    assert "Write it like 4 mar 1951" in shown_texts(page.search)


def test_an_id_is_looked_up_by_enter(desk: Desk, page: MatchPage) -> None:
    page.search.athena_id.setFocus()
    QTest.keyClicks(page.search.athena_id, "60145")
    press(Qt.Key.Key_Return)
    assert len(desk.calls.forms("lookup")) == 1
    assert [row.athena_patient_id for row in page.presenter.state.rows] == ["60145"]


def test_unlinking_asks_and_comes_back_to_the_search(desk: Desk, page: MatchPage) -> None:
    page.presenter.search()
    page.presenter.open_candidate("60145")
    page.presenter.type_year("1951")
    page.presenter.choose_reason("born", REASON)
    page.presenter.link()
    QApplication.processEvents()
    assert "Linked to athenaOne 60145" in shown_texts(page.linked)
    assert page.linked.undo.isVisible()
    QTest.mouseClick(page.linked.unlink, Qt.MouseButton.LeftButton)
    desk.dialogs.answer("match.unlink", text="Wrong sister")
    QApplication.processEvents()
    assert page.search.isVisible()
    assert not page.linked.isVisible()


def test_other_as_a_reason_opens_a_field_for_words(desk: Desk, page: MatchPage) -> None:
    page.presenter.search()
    page.presenter.open_candidate("60145")
    reason = page.compare.link.reason("born")
    assert reason is not None
    assert not reason.words.isVisible()
    reason.select.setCurrentIndex(reason.select.findData("Other"))
    assert reason.words.isVisible()
    QTest.keyClicks(reason.words, "Passport says April")
    assert page.presenter.state.compare is not None
    assert page.presenter.state.compare.reasons[0].reason == "Passport says April"


def test_every_widget_that_takes_the_focus_has_a_name_for_tests_and_for_readers(desk: Desk, page: MatchPage) -> None:
    page.presenter.search()
    page.presenter.open_candidate("60145")
    for widget in page.findChildren(QWidget):
        if (
            widget.isVisible()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.objectName() != "qt_scrollarea_viewport"
        ):
            inside = isinstance(widget.parentWidget(), QAbstractScrollArea)
            if not inside:
                assert widget.objectName().startswith("match."), type(widget)
                assert widget.accessibleName(), widget.objectName()


@pytest.mark.parametrize(("width", "height", "percent"), [(1366, 768, 100), (1280, 720, 100), (1366, 768, 200)])
@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_nothing_the_link_needs_is_cut_at_any_size(
    desk: Desk, window: Shell, page: MatchPage, width: int, height: int, percent: int, appearance: str
) -> None:
    look().set(appearance=appearance, percent=percent)  # type: ignore[arg-type]
    window.resize(width, height)
    page.presenter.search()
    page.presenter.open_candidate("60145")
    QApplication.processEvents()
    compare = page.compare
    for widget in (compare.link.year, compare.link.button, compare.near):
        assert widget.isVisible(), widget.objectName()
        place = widget.rect().translated(widget.mapTo(page, widget.rect().topLeft()))
        assert page.rect().contains(place), widget.objectName()
        assert widget.height() >= widget.minimumSizeHint().height() - 1, widget.objectName()
    rows_bottom = compare.table.mapTo(page, compare.table.rect().bottomLeft()).y()
    near_top = compare.near.mapTo(page, compare.near.rect().topLeft()).y()
    assert rows_bottom <= near_top
    assert page.panes.narrow == (percent == 200)
    assert percent == 200 or compare.table.area.verticalScrollBar().maximum() == 0, "a row scrolls out of sight"
    assert not window.grab().isNull()


def test_signing_out_closes_the_page_and_its_presenter(desk: Desk, window: Shell, page: MatchPage) -> None:
    page.presenter.search()
    page.presenter.open_candidate("60145")
    desk.session.sign_out()
    QApplication.processEvents()
    assert page.presenter.state.patient_id == "" or page.presenter.state.compare is None
