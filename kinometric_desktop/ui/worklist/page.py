"""The worklist: tabs with counts, a filter, the day's sessions, and a preview at the right."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from kinometric.contract.patients import WorklistRow
from kinometric_desktop.app.wording import written_birth, written_date, written_sex, written_time
from kinometric_desktop.app.worklist import TABS, WorklistPresenter, WorklistState, row_name, step_words
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.shell.shell import Page
from kinometric_desktop.ui.theme.spacing import Column as ColumnLayout
from kinometric_desktop.ui.theme.spacing import Row, fix_size, max_size, min_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.chip import level_tone, level_words
from kinometric_desktop.ui.widgets.field import Select, TextField
from kinometric_desktop.ui.widgets.message import EmptyState, LoadingRows, Message
from kinometric_desktop.ui.widgets.pane import Pane, PaneLayout, PanePlace
from kinometric_desktop.ui.widgets.table import Column, Piece, RowModel, TableView
from kinometric_desktop.ui.widgets.tabs import Tab, TabBar
from kinometric_desktop.ui.widgets.text import Text
from kinometric_desktop.ui.worklist.preview import PreviewPane


class WorklistPage(Page):
    """The front desk's and the provider's home. No patient is open here, so there is no banner."""

    def __init__(self, presenter: WorklistPresenter, work: Workplace) -> None:
        super().__init__()
        self.presenter = presenter
        self._work = work
        self._days: tuple[date, ...] = ()
        self._state: WorklistState | None = None
        listing = QWidget()
        column = ColumnLayout(listing)
        column.addWidget(self._build_tabs())
        column.addWidget(self._build_toolbar())
        self._message = Message("worklist.message", button="Refresh", key="F5", square=True)
        self._message.pressed.connect(presenter.refresh)
        column.addWidget(self._message)
        self._model: RowModel[WorklistRow] = RowModel(self._columns())
        self.table = TableView("worklist.list.table", "Worklist", self._model)
        self.table.opened.connect(presenter.open_row)
        self.table.moved.connect(self._moved)
        self._empty = EmptyState("worklist.list.empty")
        self._clear = Button("Clear filter", "worklist.list.clear_filter")
        self._clear.clicked.connect(self._clear_filter)
        again = Button("Refresh", "worklist.list.refresh", key="F5")
        again.clicked.connect(presenter.refresh)
        self._empty.add_button(self._clear)
        self._empty.add_button(again)
        self._loading = LoadingRows("worklist.list.loading", "Reading the worklist…")
        self._body = QStackedWidget()
        for widget in (self.table, self._empty, self._loading):
            self._body.addWidget(widget)
        column.addWidget(self._body, 1)
        self._preview = PreviewPane(work)
        self._preview.open_pressed.connect(presenter.open_chosen)
        self._preview.hide_pressed.connect(self.turn_preview)
        self.panes = PaneLayout(
            "worklist",
            (PanePlace("list", "Worklist", listing), PanePlace("preview", "Preview", self._preview, width=328)),
        )
        ColumnLayout(self).addWidget(self.panes)
        presenter.subscribe(self.render_state)

    def _build_tabs(self) -> QWidget:
        bar = Pane(lines=("bottom",))
        fix_size(bar, height=48)
        row = Row(bar, margins=(16, 0, 8, 0), spacing=20)
        row.addWidget(Text("Worklist", "heading"))
        self._tabs = TabBar("worklist.tabs", "Show", [Tab(tab, word) for tab, word, _ in TABS])
        self._tabs.chosen.connect(self.presenter.choose_tab)
        row.addWidget(self._tabs, 1)
        return bar

    def _build_toolbar(self) -> QWidget:
        bar = Pane(lines=("bottom",))
        fix_size(bar, height=48)
        row = Row(bar, margins=(16, 0, 16, 0), spacing=8)
        self.filter = TextField(
            "worklist.filter.field", "Filter this list", placeholder="Filter this list: name, year, step", key="Ctrl+K"
        )
        min_size(self.filter, width=120)
        max_size(self.filter, width=320)
        self.filter.textChanged.connect(self.presenter.type_filter)
        self.filter.returnPressed.connect(self._to_table)
        self._department = Select("worklist.filter.department", "Department")
        self._department.set_choices([("all", "Department: all"), ("mine", "Department: mine")], "all")
        self._department.activated.connect(lambda index: self.presenter.choose_mine(index == 1))
        self._day = Select("worklist.filter.day", "Day")
        self._day.activated.connect(lambda index: self.presenter.choose_day(self._days[index]))
        self._read_at = Text("", "small", "text-2")
        refresh = Button("Refresh", "worklist.filter.refresh", key="F5", icon="turn")
        refresh.clicked.connect(self.presenter.refresh)
        row.addWidget(self.filter, 4)
        row.addWidget(self._department)
        row.addWidget(self._day)
        row.addStretch(1)
        row.addWidget(self._read_at)
        row.addWidget(refresh)
        self._refresh = refresh
        return bar

    def _columns(self) -> tuple[Column[WorklistRow], ...]:
        def time(row: WorklistRow) -> tuple[Piece, ...]:
            return (Piece(written_time(datetime.fromisoformat(row.tested_at), self._zone()), "text-2"),)

        def born(row: WorklistRow) -> tuple[Piece, ...]:
            return (Piece(written_birth(row.patient.born, self._work.session.today(self._work.clock.now()))),)

        return (
            Column("Time", time, 61, sort_key=lambda row: row.tested_at),
            Column("Patient", self._patient, 0, sort_key=lambda row: row_name(row).casefold(), least=230),
            Column("Born", born, 148, sort_key=lambda row: row.patient.born or date.min, drop=2),
            Column("Sex", lambda row: (Piece(written_sex(row.patient.sex)[:1]),), 46, drop=4),
            Column("Stances", _stances, 112, sort_key=lambda row: row.stances_done, drop=3),
            Column("Level", _level, 150, sort_key=_level_order, accessible=_spoken_level, drop=1),
            Column("Next step", _next_step, 122, sort_key=lambda row: step_words(row)[0]),
        )

    def _patient(self, row: WorklistRow) -> tuple[Piece, ...]:
        chosen = self._state is not None and row.session_id == self._state.chosen_id
        pieces = [Piece(row_name(row), role="body_strong" if chosen else "body")]
        if row.patient.similar_names:
            pieces.append(Piece("similar name", "warn", "label", icon="warning", gap=12, short="similar"))
        return tuple(pieces)

    def _zone(self) -> str:
        return self._work.session.time_zone

    def render_state(self, state: WorklistState) -> None:
        """Show a state."""
        before, self._state = self._state, state
        counts = dict(state.counts)
        tabs = [Tab(tab, word, str(counts[tab]) if tab in counts else "") for tab, word, _ in TABS]
        today = self._work.session.today(self._work.clock.now())
        if state.day != today:
            tabs[0] = Tab("today", "All of the day", tabs[0].count)
        self._tabs.set_tabs(tabs, state.tab)
        self._show_days(state)
        self._department.setCurrentIndex(1 if state.mine_only else 0)
        self._read_at.setText(f"Read {state.read_at}" if state.read_at else "")
        self._refresh.set_busy(state.reading)
        self._message.say_problem(state.problem if state.problem and not state.problem.offline else None)
        if before is None or before.shown != state.shown:
            self.table.set_rows(state.shown, keep=lambda row: row.session_id == state.chosen_id)
        elif before.chosen_id != state.chosen_id:
            ids = [row.session_id for row in self._model.rows]
            if state.chosen_id in ids:
                self.table.choose(ids.index(state.chosen_id))
        self._show_body(state)
        self.panes.set_pane_visible("preview", state.preview_shown)
        self._preview.render_state(self.presenter.chosen, state.preview)

    def entered(self) -> None:
        """Read the list again and take the focus."""
        self.presenter.enter()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def left(self) -> None:
        """Read no preview behind another screen."""
        self.presenter.leave()

    def unlocked(self) -> None:
        """Nothing of before the lock is shown as fresh."""
        self.presenter.refresh()

    def closing(self) -> None:
        """The person has signed out."""
        self.presenter.close()

    def turn_preview(self) -> None:
        """Show or hide the preview; in a narrow window it comes to the front."""
        if self.panes is not None and self.panes.narrow:
            self.panes.show_pane("list" if self.panes.current == "preview" else "preview")
            return
        self.presenter.show_preview(not self.presenter.state.preview_shown)

    def focus_filter(self) -> None:
        """Type into the filter."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _show_days(self, state: WorklistState) -> None:
        if state.days != self._days:
            self._days = state.days
            self._day.set_choices([(day.isoformat(), written_date(day)) for day in state.days], state.day.isoformat())
        if state.day in self._days:
            self._day.setCurrentIndex(self._days.index(state.day))

    def _show_body(self, state: WorklistState) -> None:
        if state.shown:
            self._body.setCurrentWidget(self.table)
            return
        if state.reading and not state.rows:
            self._body.setCurrentWidget(self._loading)
            return
        filtered = bool(state.rows)
        typed = state.filter_text.strip()
        if state.problem is not None:
            offline = state.problem.offline
            title = "The list is empty while the server can’t be reached" if offline else "The list was not read"
            self._empty.say("offline" if offline else "warning", title, "Nothing old is shown as if it were new.")
        elif filtered and typed:
            self._empty.say("search", f"No results for “{typed}”", "Clear the filter, or find a patient with Ctrl+F.")
        elif filtered:
            self._empty.say("check", "Nothing here", "The other tabs hold the rest of the day.")
        else:
            self._empty.say("worklist", "No tests waiting", "New results appear here when the phone sends them.")
        self._clear.setVisible(filtered and bool(typed))
        self._body.setCurrentWidget(self._empty)

    def _moved(self, row: WorklistRow | None) -> None:
        if row is not None:
            self.presenter.choose(row.session_id)

    def _clear_filter(self) -> None:
        self.filter.clear()
        self._to_table()

    def _to_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)


def _stances(row: WorklistRow) -> tuple[Piece, ...]:
    boxes = tuple(bool(stance) for stance in row.stances) or tuple(place < row.stances_done for place in range(4))
    return Piece(boxes=boxes), Piece(f"{row.stances_done} of 4", "text-2", "small")


def _level(row: WorklistRow) -> tuple[Piece, ...]:
    if row.level is None:
        return (Piece("incomplete" if row.stances_done else "not yet", "text-2", "small"),)
    score = "" if row.level_score is None else f"{int(row.level_score * 10 + 1e-9) / 10:.1f}"
    tone = level_tone(row.level)
    return Piece(score, role="body_strong", width=24), Piece(level_words(row.level), tone, "label", level=row.level)


def _spoken_level(row: WorklistRow) -> str:
    return row.level_note if row.level is None else f"{row.level_score}, {level_words(row.level)}"


def _level_order(row: WorklistRow) -> tuple[int, float]:
    order = {"critical": 0, "high": 1, "moderate": 2, "low": 3}
    return order.get(row.level or "", 4), row.level_score if row.level_score is not None else 99.0


def _next_step(row: WorklistRow) -> tuple[Piece, ...]:
    word, icon, tone = step_words(row)
    if icon == "chevron-right":
        return Piece(icon=icon, tone="accent-text"), Piece(word, gap=6)
    return (Piece(word, tone, icon=icon),)
