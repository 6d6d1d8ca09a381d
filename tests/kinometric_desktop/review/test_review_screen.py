"""The review screen as widgets in the shell, worked by keys and the mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from kinometric_desktop.app.ports import ChosenFile
from kinometric_desktop.client.errors import ServerError
from kinometric_desktop.ui.plots.canvas import PlotCanvas
from kinometric_desktop.ui.review.page import ReviewPage
from kinometric_desktop.ui.review.screen import register
from kinometric_desktop.ui.review.sheets import DraftSheet, HoldSheet, NoteSheet, OutcomeSheet
from kinometric_desktop.ui.shell.shell import Shell
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.dialog import WindowDialogs
from kinometric_desktop.ui.widgets.text import typeset


@pytest.fixture
def open_screen(qtbot: QtBot, make_clinic: Callable) -> Iterator[Callable]:
    """Open the review screen of a full session in the shell."""
    look().set(appearance="light", percent=100)
    shells: list[Shell] = []

    def make(
        *, confirmed: bool = False, size: tuple[int, int] = (1366, 768), percent: int = 100, full: bool = True, **more
    ):
        look().set(percent=percent)
        dialogs = WindowDialogs(lambda: shells[0])
        clinic = make_clinic(None, dialogs)
        if full:
            clinic.full_session(confirmed=confirmed)
        shell = Shell(clinic.work, dialogs)
        shells.append(shell)
        qtbot.addWidget(shell)
        shell.register_page("worklist", QWidget)
        register(shell, clinic.work)
        shell.resize(*size)
        shell.show()
        qtbot.waitExposed(shell)
        shell.activateWindow()
        qtbot.waitUntil(shell.isActiveWindow)
        clinic.enter(**more)
        clinic.work.navigation.go("review")
        page = shell.page("review")
        assert isinstance(page, ReviewPage)
        qtbot.waitUntil(lambda: page.isVisible())
        return clinic, shell, page, dialogs

    yield make
    look().set(appearance="light", percent=100)
    for shell in shells:
        shell.close_pages()


def press(qtbot: QtBot, shell: Shell, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is."""
    target = QApplication.focusWidget() or shell
    qtbot.keyClick(target, key, held)


def painted(qtbot: QtBot, page: ReviewPage) -> None:
    """Wait until all traces have been painted."""
    qtbot.waitUntil(lambda: page.presenter.traces_were_shown)


def test_the_whole_review_by_keyboard(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, shell, page, _ = open_screen()
    painted(qtbot, page)
    page.cells["LBEO"].take_focus()
    press(qtbot, shell, Qt.Key.Key_H)
    assert len(clinic.sessions.forms("confirm_plausible")) == 1
    press(qtbot, shell, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(clinic.sessions.forms("stamp_review")))
    assert page.presenter.state.stamp.stamped.startswith("Reviewed by Dr. Smith")


def test_painting_the_traces_is_what_counts_as_having_been_on_the_screen(qtbot: QtBot, open_screen: Callable) -> None:
    _, _shell, page, _ = open_screen(confirmed=True)
    painted(qtbot, page)
    assert page.presenter.state.stamp.possible
    assert page.summary._stamp.isEnabled()


def test_number_keys_move_the_focus_between_stances(qtbot: QtBot, open_screen: Callable) -> None:
    _, shell, page, _ = open_screen()
    for key, stance in ((Qt.Key.Key_2, "RBEO"), (Qt.Key.Key_3, "LBEC"), (Qt.Key.Key_4, "RBEC"), (Qt.Key.Key_1, "LBEO")):
        press(qtbot, shell, key)
        assert page.presenter.state.focus == stance


def test_left_is_left_and_eyes_open_is_above_eyes_closed(qtbot: QtBot, open_screen: Callable) -> None:
    _, _, page, _ = open_screen()
    places = {stance: cell.mapTo(page, cell.rect().topLeft()) for stance, cell in page.cells.items()}
    assert places["LBEO"].x() == places["LBEC"].x() < places["RBEO"].x() == places["RBEC"].x()
    assert places["LBEO"].y() == places["RBEO"].y() < places["LBEC"].y() == places["RBEC"].y()


def test_all_four_paths_are_squares_of_one_scale(qtbot: QtBot, open_screen: Callable) -> None:
    _, _, page, _ = open_screen()
    qtbot.waitUntil(lambda: page.cells["LBEO"].path.width() >= 128)
    sizes = {(cell.path.width(), cell.path.height()) for cell in page.cells.values()}
    assert len(sizes) == 1
    width, height = sizes.pop()
    assert width == height
    scales = {cell.traces.amplitude_m_s2 for cell in page.cells.values()}
    assert scales == {1.5}


def test_enter_enlarges_a_stance_and_escape_goes_back(qtbot: QtBot, open_screen: Callable) -> None:
    _, shell, page, _ = open_screen()
    press(qtbot, shell, Qt.Key.Key_2)
    press(qtbot, shell, Qt.Key.Key_Return)
    assert page.roots.currentWidget() is page.one
    assert page.one.traces.curves is page.presenter.state.cell("RBEO").curves
    before = page.one.traces.line_s
    press(qtbot, shell, Qt.Key.Key_Right)
    assert page.one.traces.line_s == pytest.approx((before or 0) + 0.01)
    press(qtbot, shell, Qt.Key.Key_Plus)
    assert page.one.path._amplitude_m_s2 == page.one.traces.amplitude_m_s2 == 1.0
    press(qtbot, shell, Qt.Key.Key_0)
    assert page.one.traces.amplitude_m_s2 == 1.5
    press(qtbot, shell, Qt.Key.Key_Escape)
    assert page.roots.currentIndex() == 0


def test_t_shows_the_same_numbers_as_a_table(qtbot: QtBot, open_screen: Callable) -> None:
    _, shell, page, _ = open_screen()
    press(qtbot, shell, Qt.Key.Key_T)
    assert page.middle.currentIndex() == 1
    table = page.tables.measures.table
    assert table is not None
    model = table.model()
    words = [str(model.index(row, 0).data()) for row in range(model.rowCount())]
    assert words[:3] == ["Hold", "Level", "Score, 0–10"]
    assert model.index(2, 1).data() == page.presenter.state.cells[0].score
    press(qtbot, shell, Qt.Key.Key_T)
    assert page.middle.currentIndex() == 0


def test_d_asks_down_at_for_the_stance_in_focus(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, shell, _page, dialogs = open_screen()
    press(qtbot, shell, Qt.Key.Key_4)
    press(qtbot, shell, Qt.Key.Key_D)
    sheet = dialogs.current
    assert isinstance(sheet, HoldSheet)
    sheet.seconds.clear()
    qtbot.keyClicks(sheet.seconds, "6.4")
    qtbot.keyClick(sheet.seconds, Qt.Key.Key_Return)
    assert sheet.error.text().startswith("This differs")
    assert dialogs.current is sheet
    qtbot.keyClicks(sheet.reason, "foot touched down")
    qtbot.keyClick(sheet.reason, Qt.Key.Key_Return)
    assert dialogs.current is None
    form = clinic.sessions.forms("confirm_hold")[0]
    assert (form.hold_s, form.reason) == (6.4, "foot touched down")


def test_escape_closes_a_question_and_changes_nothing(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, shell, page, dialogs = open_screen()
    press(qtbot, shell, Qt.Key.Key_O)
    sheet = dialogs.current
    assert isinstance(sheet, OutcomeSheet)
    qtbot.keyClick(sheet.reason, Qt.Key.Key_Escape)
    assert dialogs.current is None
    assert page.presenter.state.form is None
    assert clinic.sessions.forms("state_outcome") == []


def test_the_note_is_written_with_n_and_saved_with_ctrl_enter(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, shell, _page, dialogs = open_screen()
    press(qtbot, shell, Qt.Key.Key_N)
    sheet = dialogs.current
    assert isinstance(sheet, NoteSheet)
    qtbot.keyClicks(sheet.text, "Wears a brace. H and T are letters here.")
    qtbot.keyClick(sheet.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialogs.current is None
    assert clinic.sessions.note == "Wears a brace. H and T are letters here."
    assert clinic.sessions.forms("confirm_plausible") == []


def test_a_draft_is_edited_refused_mended_and_accepted_by_keyboard(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, _shell, page, dialogs = open_screen()
    button = page.findChild(QWidget, "review.draft")
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    sheet = dialogs.current
    assert isinstance(sheet, DraftSheet)
    qtbot.keyClicks(sheet.text, "LBEO is normal. ")
    sentence = "Drafted text withheld: it claims too much."
    clinic.sessions.refuse["accept_interpretation"] = ServerError("KS-422", sentence, status=422)
    qtbot.keyClick(sheet.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialogs.current is sheet
    assert sheet.error.text() == f"{sentence} [KS-422]"
    assert sheet.text.toPlainText().startswith("LBEO is normal. ")
    sheet.text.setPlainText("LBEO: held 10.0 s.")
    qtbot.keyClick(sheet.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialogs.current is None
    assert clinic.sessions.interpretation == "LBEO: held 10.0 s."
    assert page.note_line._draft.accessibleName() == "Accepted by Dr. Smith"
    page.note_line._open.click()
    dialogs.current.take_back.click()
    assert clinic.sessions.interpretation == ""


def test_a_bad_file_is_said_on_the_screen(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, shell, page, dialogs = open_screen()
    clinic.paper.chosen = ChosenFile("letter.csv", b"hello")
    press(qtbot, shell, Qt.Key.Key_A)
    assert dialogs.current is None
    assert page.message.isVisible()
    assert page.message.text().endswith("Nothing was stored.")


def test_a_patient_without_a_test_is_offered_to_add_one(qtbot: QtBot, open_screen: Callable) -> None:
    _, _, page, _ = open_screen(full=False, session_id="")
    assert page.roots.currentIndex() == 2
    button = page.findChild(QWidget, "review.empty.add")
    assert button is not None
    assert button.isVisible()


def test_a_stance_that_only_says_why_can_still_have_the_focus(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, shell, page, _ = open_screen()
    clinic.sessions.takes[0].outcome, clinic.sessions.takes[0].reason = "unable", "pain"
    clinic.sessions.takes[0].recording = None
    page.presenter.refresh()
    press(qtbot, shell, Qt.Key.Key_2)
    press(qtbot, shell, Qt.Key.Key_1)
    assert page.cells["LBEO"].hasFocus()
    assert "Unable, 0.0" in page.cells["LBEO"].accessibleName()


def test_scores_that_differ_are_said_on_the_screen(qtbot: QtBot, open_screen: Callable) -> None:
    clinic, _, page, _ = open_screen()
    clinic.sessions.score_shift = 0.3
    page.presenter.refresh()
    assert page.message.isVisible()
    assert page.message.text().startswith("The scores differ. Engine 1.0.0 on the server, 1.0.0 here: LBEO ")


def test_a_reason_stands_beside_a_button_that_can_t_be_pressed(qtbot: QtBot, open_screen: Callable) -> None:
    _, _, page, _ = open_screen(role="readonly", can_review=False)
    assert not page.summary._confirm.isEnabled()
    assert page.message.text() == "Your role here is read-only. You can view but not review."


def test_each_level_stands_with_its_noun_and_the_screen_says_what_a_level_is(
    qtbot: QtBot, open_screen: Callable
) -> None:
    _, _, page, _ = open_screen()
    texts = [label.text() for label in page.findChildren(QWidget) if hasattr(label, "text") and callable(label.text)]
    assert "A risk level is a band of balance performance on this test, not a probability of falling." in texts
    assert not {"Low", "High", "Moderate", "Critical"} & set(texts)


def test_everything_that_takes_the_focus_has_a_name_and_an_accessible_name(qtbot: QtBot, open_screen: Callable) -> None:
    _, _shell, page, _ = open_screen()
    for enlarged in (False, True):
        page.presenter.enlarge(enlarged)
        for widget in page.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
                assert widget.objectName(), widget
                assert widget.accessibleName(), widget.objectName()


def test_every_plot_has_a_one_line_summary(qtbot: QtBot, open_screen: Callable) -> None:
    _, _, page, _ = open_screen()
    plots = [plot for plot in page.findChildren(PlotCanvas) if plot.has_data()]
    assert len(plots) == 9
    for plot in plots:
        assert plot.accessibleDescription()
        assert "\n" not in plot.accessibleDescription()


@pytest.mark.parametrize(
    ("size", "percent"), [((1366, 768), 100), ((1280, 720), 100), ((1366, 768), 200), ((1280, 720), 200)]
)
def test_nothing_is_cut_off_at_the_right(
    qtbot: QtBot, open_screen: Callable, size: tuple[int, int], percent: int
) -> None:
    _, shell, page, _ = open_screen(size=size, percent=percent)
    assert shell.width() <= size[0]
    for enlarged in (False, True):
        page.presenter.enlarge(enlarged)
        QApplication.processEvents()
        for widget in page.findChildren(QWidget):
            if widget.isVisible() and not isinstance(widget, QPushButton) and widget.width() > 1:
                right = widget.mapTo(page, widget.rect().topRight()).x()
                assert right <= page.width(), widget.objectName() or type(widget).__name__
        area = page.findChild(QScrollArea, "review.scroll")
        assert area.widget().width() <= area.viewport().width()


@pytest.mark.parametrize("appearance", ["dark", "high-contrast"])
def test_plots_follow_the_theme(qtbot: QtBot, open_screen: Callable, appearance: str) -> None:
    _, _shell, page, _ = open_screen()
    look().set(appearance=appearance)
    QApplication.processEvents()
    image = page.cells["LBEO"].traces.grab().toImage()
    geometry = page.cells["LBEO"].traces.geometry_of_lanes()
    ratio = image.devicePixelRatio()
    spot = image.pixelColor(round(geometry.x_of(5.1) * ratio), round((geometry.lane(0).top() + 3) * ratio))
    assert spot == look().plot_colour("ground")


@pytest.mark.parametrize("size", [(1366, 768), (1280, 720)])
def test_the_word_for_the_evidence_is_never_cut_off(open_screen: Callable, qtbot: QtBot, size: tuple[int, int]) -> None:
    _, _, page, _ = open_screen(size=size)
    painted(qtbot, page)
    for stance in ("LBEO", "RBEO", "LBEC", "RBEC"):
        detail = page.cells[stance]._detail
        needed = QFontMetrics(detail.font()).horizontalAdvance(typeset(detail.text()))
        assert "fair" in detail.text() or "thin" in detail.text()
        assert needed <= detail.width(), f"{detail.text()} at {size}"
