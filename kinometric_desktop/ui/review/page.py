"""The review page: shows the presenter's state and hands every intent to it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QStackedWidget, QWidget

from kinometric_desktop.app.problems import line_of
from kinometric_desktop.app.review import ReviewPresenter
from kinometric_desktop.app.review_state import (
    STANCES,
    AddForm,
    AnswerForm,
    DraftForm,
    FootLiftForm,
    Form,
    HoldForm,
    NoteForm,
    OutcomeForm,
    ReviewState,
)
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.review.answers import AnswerSheet
from kinometric_desktop.ui.review.cell import StanceCellView
from kinometric_desktop.ui.review.one_stance import OneStance
from kinometric_desktop.ui.review.sheets import (
    AddSheet,
    DraftSheet,
    FootLiftSheet,
    FormSheet,
    HoldSheet,
    NoteSheet,
    OutcomeSheet,
)
from kinometric_desktop.ui.review.strip import NoteLine, TrendStrip
from kinometric_desktop.ui.review.summary import SummaryPane
from kinometric_desktop.ui.review.tables import ReviewTables
from kinometric_desktop.ui.theme.spacing import Column, Grid, Row, fix_size, min_size, rescale
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.dialog import WindowDialogs
from kinometric_desktop.ui.widgets.field import Select
from kinometric_desktop.ui.widgets.message import EmptyState, LoadingRows, Message
from kinometric_desktop.ui.widgets.pane import Pane, PaneLayout, PanePlace
from kinometric_desktop.ui.widgets.text import ElidedText, SymbolText

_CELL_LINES = {"LBEO": ("right", "bottom"), "RBEO": ("bottom",), "LBEC": ("right",), "RBEC": ()}


class ReviewPage(QWidget):
    """Four stances, the trend and the summary; or one stance enlarged; or the same as tables.

    Parameters
    ----------
    presenter : ReviewPresenter
    workplace : Workplace
    dialogs : WindowDialogs
        Shows this page's sheets over the window.
    """

    def __init__(self, presenter: ReviewPresenter, workplace: Workplace, dialogs: WindowDialogs) -> None:
        super().__init__()
        self.setObjectName("review")
        self.presenter = presenter
        self._work = workplace
        self._dialogs = dialogs
        self._sheet: FormSheet | None = None
        self._sheet_for = ""
        self._was_enlarged = False
        self._focus_wanted = False
        self._shown_focus = presenter.state.focus
        self.roots = QStackedWidget()
        Column(self).addWidget(self.roots)
        self.one = OneStance()
        self._empty = EmptyState("review.empty")
        self._empty_add = Button("Add recording…", "review.empty.add")
        self._empty_retry = Button("Try again", "review.empty.retry", key="F5")
        for button in (self._empty_add, self._empty_retry):
            self._empty.add_button(button)
        self._loading = LoadingRows("review.loading", "Reading the recordings…")
        for root in (self._overview(), self.one, self._empty, self._loading):
            self.roots.addWidget(root)
        self._connect()
        presenter.subscribe(self.render)

    # -- parts -----------------------------------------------------------------------------------------------------

    def _overview(self) -> QWidget:
        holder = QWidget()
        column = Column(holder)
        column.addWidget(self._toolbar())
        self.message = Message("review.message", square=True)
        column.addWidget(self.message)
        self.cells = {
            stance: StanceCellView(stance, place + 1, _names()[stance], _CELL_LINES[stance])
            for place, stance in enumerate(STANCES)
        }
        grid_holder = QWidget()
        grid = Grid(grid_holder)
        for place, stance in enumerate(STANCES):
            min_size(self.cells[stance], height=172)
            grid.addWidget(self.cells[stance], place // 2, place % 2)
        for place in (0, 1):
            grid.setRowStretch(place, 1)
            grid.setColumnStretch(place, 1)
        self.trend = TrendStrip()
        self.note_line = NoteLine()
        plots = QWidget()
        below = Column(plots)
        below.addWidget(grid_holder, 1)
        below.addWidget(self.trend)
        below.addWidget(self.note_line)
        scroll = QScrollArea()
        scroll.setObjectName("review.scroll")
        scroll.setAccessibleName("The four stances")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(plots)
        self.tables = ReviewTables()
        self.middle = QStackedWidget()
        self.middle.addWidget(scroll)
        self.middle.addWidget(self.tables)
        self.summary = SummaryPane()
        self.panes = PaneLayout(
            "review",
            [PanePlace("stances", "Stances", self.middle), PanePlace("summary", "Summary", self.summary, 288)],
        )
        column.addWidget(self.panes, 1)
        self.panes.narrow_changed.connect(self._narrow_changed)
        self._narrow_changed(self.panes.narrow)
        return holder

    def _narrow_changed(self, narrow: bool) -> None:
        self._place.setVisible(not narrow)
        self._engine.setVisible(not narrow)
        self._answers.setVisible(not narrow)
        self.note_line.set_narrow(narrow)
        for cell in self.cells.values():
            cell.set_narrow(narrow)

    def _toolbar(self) -> QWidget:
        bar = Pane(lines=("bottom",))
        bar.setObjectName("review.toolbar")
        fix_size(bar, height=40)
        row = Row(bar, margins=(16, 0, 16, 0), spacing=8)
        self._sessions = Select("review.session", "Session")
        self._engine = SymbolText("", "", "text-2", role="small", gap=4)
        self._engine.setObjectName("review.engine")
        self._place = ElidedText("", "small", "text-2")
        self._add = Button("Add recording…", "review.add_recording", key="A", small=True)
        self._compare = Button("Compare", "review.compare", key="C", small=True)
        self._table = Button("Table", "review.table", key="T", small=True)
        self._answers = Button("Questionnaires", "review.questionnaires", key="Q", small=True)
        row.addWidget(self._sessions)
        row.addSpacing(4)
        row.addWidget(self._engine)
        row.addSpacing(4)
        row.addWidget(self._place, 1)
        for button in (self._add, self._compare, self._table, self._answers):
            row.addWidget(button)
        return bar

    def _connect(self) -> None:
        presenter = self.presenter
        self.panes.current_changed.connect(lambda _: presenter.enlarge(False))
        self._sessions.activated.connect(lambda _: presenter.choose_session(str(self._sessions.currentData() or "")))
        self._add.clicked.connect(presenter.add_recording)
        self._empty_add.clicked.connect(presenter.add_recording)
        self._empty_retry.clicked.connect(presenter.refresh)
        self._compare.clicked.connect(lambda: presenter.compare())
        self._table.clicked.connect(lambda: presenter.show_table())
        self._answers.clicked.connect(lambda: presenter.ask_answers())
        for cell in self.cells.values():
            cell.focused.connect(presenter.focus)
            cell.enlarge_wanted.connect(self._enlarge)
            cell.traces_shown.connect(presenter.traces_shown)
            cell.add_wanted.connect(lambda _: presenter.add_recording())
            cell.outcome_wanted.connect(presenter.ask_outcome)
        self.note_line.note_wanted.connect(presenter.ask_note)
        self.note_line.draft_wanted.connect(presenter.ask_draft)
        self.summary.confirm_wanted.connect(presenter.confirm_plausible)
        self.summary.look_wanted.connect(lambda stance: presenter.ask_hold(stance, held_full=None))
        self.summary.stamp_wanted.connect(presenter.mark_reviewed)
        self.summary.report_wanted.connect(lambda: self._work.navigation.go("report"))
        self.one.back_wanted.connect(lambda: presenter.enlarge(False))
        self.one.stance_chosen.connect(presenter.focus)
        self.one.compare_chosen.connect(presenter.compare)
        self.one.table_wanted.connect(lambda: presenter.show_table())
        self.one.traces_shown.connect(presenter.traces_shown)
        self.one.measures.confirm_wanted.connect(presenter.confirm_shown)
        self.one.measures.down_wanted.connect(lambda: presenter.ask_hold())
        self.one.measures.outcome_wanted.connect(lambda: presenter.ask_outcome())
        self.one.measures.foot_lift_wanted.connect(presenter.ask_foot_lift)

    # -- showing ---------------------------------------------------------------------------------------------------

    def render(self, state: ReviewState) -> None:
        """Show a state."""
        if state.phase == "loading":
            self.roots.setCurrentIndex(3)
        elif state.phase == "ready":
            self._render_ready(state)
        else:
            self._render_empty(state)
        self._render_sheet(state)

    def _render_ready(self, state: ReviewState) -> None:
        self._sessions.set_choices([(key, f"Session  {words}") for key, words in state.sessions], state.session_id)
        mark = {True: "check", False: "warning", None: ""}[state.engine_agrees]
        tone = {True: "ok", False: "warn", None: "text-2"}[state.engine_agrees]
        self._engine.set(mark, state.engine_line, tone, text_tone="text-2" if state.engine_agrees is not False else "")
        self._place.setText(state.placement_line)
        self._add.setEnabled(state.may_write and not state.busy)
        self._add.set_busy(state.busy == "add")
        self._answers.setEnabled(state.may_write and not state.busy)
        self._compare.setEnabled(bool(state.comparable))
        self._compare.set_text("Stop comparing" if state.compare_with else "Compare")
        self._table.set_text("Plots" if state.table_shown else "Table")
        for cell in state.cells:
            view = self.cells[cell.stance]
            view.show_cell(
                cell, focused=cell.stance == state.focus, may_review=state.may_review, may_write=state.may_write
            )
        self.trend.show_state(state)
        self.note_line.show_state(state)
        me = self._work.session.state.me
        self.summary.show_state(state, me.display_name if me is not None else "you")
        self.tables.show_state(state) if state.table_shown and not state.enlarged else None
        self.middle.setCurrentIndex(1 if state.table_shown else 0)
        if state.enlarged:
            self.one.show_state(state)
        self._say(state)
        self.roots.setCurrentIndex(1 if state.enlarged else 0)
        self._follow_focus(state)
        if self._focus_wanted:
            self._focus_wanted = False
            QTimer.singleShot(0, self, self._first_focus)
        if state.enlarged != self._was_enlarged:
            self._was_enlarged = state.enlarged
            rescale(self.one) if state.enlarged else None
            (self.one.take_focus if state.enlarged else self.cells[state.focus].take_focus)()

    def _say(self, state: ReviewState) -> None:
        if state.problem is not None:
            self.message.say_problem(state.problem)
        elif state.engine_agrees is False:
            words = f"{state.engine_difference} The server's score is shown; look at the recording before you confirm."
            self.message.say(words, tone="warn", strong="The scores differ.")
        elif not state.may_review and state.read_only_reason:
            self.message.say(state.read_only_reason, tone="info")
        else:
            self.message.say(state.message)

    def _render_empty(self, state: ReviewState) -> None:
        self.roots.setCurrentIndex(2)
        failed = state.phase == "failed"
        if state.problem is not None:
            self._empty.say("warning", "This could not be shown", line_of(state.problem))
        elif state.busy:
            self._empty.say("turn", "One moment", "The recording is being read.")
        else:
            self._empty.say(
                "document", "No test yet", "This patient has no test session. Add a recording to begin one."
            )
        self._empty_retry.setVisible(failed)
        self._empty_add.setVisible(state.may_write and not failed)

    # -- questions -------------------------------------------------------------------------------------------------

    def _render_sheet(self, state: ReviewState) -> None:
        wanted = state.form
        if wanted is None:
            self._close_sheet()
            return
        kind = type(wanted).__name__ + getattr(wanted, "instrument", "")
        if self._sheet is not None and self._sheet_for == kind:
            self._sheet.show_form(wanted, busy=state.busy)
            return
        self._close_sheet()
        sheet = self._make_sheet(wanted)
        self._sheet, self._sheet_for = sheet, kind
        sheet.finished.connect(self._sheet_finished)
        self._dialogs.show(sheet, focus=getattr(sheet, "first", None))

    def _make_sheet(self, form: Form) -> FormSheet:
        presenter = self.presenter
        match form:
            case HoldForm():
                return HoldSheet(
                    form,
                    lambda full, typed, reason: presenter.answer_hold(held_full=full, typed_s=typed, reason=reason),
                )
            case OutcomeForm():
                return OutcomeSheet(form, presenter.answer_outcome)
            case AddForm():
                return AddSheet(
                    form,
                    lambda stance, place, portrait, rate: presenter.answer_add(
                        stance=stance, placement=place, portrait=portrait, typed_hz=rate
                    ),
                )
            case AnswerForm():
                return AnswerSheet(form, presenter.answer_questions, presenter.ask_answers)
            case FootLiftForm():
                return FootLiftSheet(form, presenter.answer_foot_lift)
            case NoteForm():
                return NoteSheet(form, presenter.write_note)
            case DraftForm():
                return DraftSheet(form, presenter.accept_draft, presenter.take_back_draft, presenter.ask_model)

    def _close_sheet(self) -> None:
        sheet, self._sheet, self._sheet_for = self._sheet, None, ""
        if sheet is not None:
            sheet.finished.disconnect(self._sheet_finished)
            sheet.finish(True)

    def _sheet_finished(self, accepted: bool) -> None:
        self._sheet, self._sheet_for = None, ""
        if not accepted:
            self.presenter.dismiss()

    # -- keys ------------------------------------------------------------------------------------------------------

    def _enlarge(self, stance: str) -> None:
        self.presenter.focus(stance)  # type: ignore[arg-type]
        self.presenter.enlarge()

    def _follow_focus(self, state: ReviewState) -> None:
        """Where a number key chose another stance, the keyboard goes there."""
        changed, self._shown_focus = state.focus != self._shown_focus, state.focus
        if not changed or state.enlarged or state.table_shown or self._dialogs.current is not None:
            return
        cell, here = self.cells[state.focus], QApplication.focusWidget()
        if here is None or (here is not cell and not cell.isAncestorOf(here)):
            cell.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """In the enlarged view, arrows, zoom and grid work wherever the focus is."""
        if self.presenter.state.enlarged and self.one.traces.isVisible():
            self.one.traces.keyPressEvent(event)
            if event.isAccepted():
                return
        super().keyPressEvent(event)

    def entered(self) -> None:
        """The screen is shown: the keyboard goes to the stance in focus once it is there."""
        self._focus_wanted = True
        self.presenter.arrive()

    def _first_focus(self) -> None:
        state = self.presenter.state
        if self.isVisible() and state.phase == "ready" and self._dialogs.current is None:
            (self.one.take_focus if state.enlarged else self.cells[state.focus].take_focus)()

    def left(self) -> None:
        """Another screen is shown."""
        self.presenter.leave()

    def unlocked(self) -> None:
        """Read the session again; a question that was open keeps what was typed."""
        self.presenter.refresh()

    def closing(self) -> None:
        """The page is thrown away after signing out."""
        self.presenter.close()


def _names() -> dict[str, str]:
    from kinometric_desktop.app.review_state import STANCE_NAMES

    return {str(stance): name for stance, name in STANCE_NAMES.items()}
