"""The uploads: tabs by state, the day's list, and the chosen one with its history at the right."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from kinometric.contract.uploads import Upload
from kinometric_desktop.app.uploads import STEP_NUMBERS, TABS, UploadsPresenter, UploadsState
from kinometric_desktop.app.wording import written_date, written_moment, written_time
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.shell.shell import Page
from kinometric_desktop.ui.theme.spacing import Column as ColumnLayout
from kinometric_desktop.ui.theme.spacing import Row, fix_size
from kinometric_desktop.ui.theme.tokens import tokens
from kinometric_desktop.ui.uploads.detail import DetailPane
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.field import Select
from kinometric_desktop.ui.widgets.message import EmptyState, LoadingRows, Message
from kinometric_desktop.ui.widgets.pane import Pane, PaneLayout, PanePlace
from kinometric_desktop.ui.widgets.segmented import Segmented
from kinometric_desktop.ui.widgets.table import Column, Piece, RowModel, TableView
from kinometric_desktop.ui.widgets.tabs import Tab, TabBar
from kinometric_desktop.ui.widgets.text import Text

STATE_ICONS = {
    "clock": "clock",
    "turn": "turn",
    "arrow": "arrow",
    "check": "check",
    "question": "question",
    "cross": "cross",
    "barred circle": "barred",
}


def state_look(upload: Upload) -> tuple[str, str, str]:
    """Word, symbol and tone of an upload's state."""
    key: str = upload.state
    if key == "queued" and upload.tries:
        key = "queued_after_try"
    chosen = tokens().upload_states[key]
    return chosen["word"], STATE_ICONS[chosen["icon"]], chosen["role"]


class UploadsPage(Page):
    """Held by the server; this screen shows and decides."""

    def __init__(self, presenter: UploadsPresenter, work: Workplace) -> None:
        super().__init__()
        self.presenter = presenter
        self._work = work
        self._days: tuple[date, ...] = ()
        self._before: UploadsState | None = None
        listing = QWidget()
        column = ColumnLayout(listing)
        head = Pane(lines=("bottom",))
        fix_size(head, height=48)
        row = Row(head, margins=(16, 0, 8, 0), spacing=20)
        row.addWidget(Text("Uploads", "heading"))
        self._tabs = TabBar("uploads.tabs", "Show", [Tab(tab, word) for tab, word in TABS])
        self._tabs.chosen.connect(presenter.choose_tab)
        row.addWidget(self._tabs, 1)
        column.addWidget(head)
        column.addWidget(self._build_toolbar())
        self._message = Message("uploads.message", button="Refresh", key="F5", square=True)
        self._message.pressed.connect(presenter.refresh)
        column.addWidget(self._message)
        self._model: RowModel[Upload] = RowModel(self._columns())
        self._table = TableView("uploads.list.table", "Uploads", self._model)
        self._table.moved.connect(self._moved)
        self._table.opened.connect(lambda _: presenter.open_session())
        self._empty = EmptyState("uploads.list.empty")
        self._loading = LoadingRows("uploads.list.loading", "Reading the uploads…")
        self._body = QStackedWidget()
        for widget in (self._table, self._empty, self._loading):
            self._body.addWidget(widget)
        column.addWidget(self._body, 1)
        self._detail = DetailPane(presenter, work)
        self.panes = PaneLayout(
            "uploads",
            (PanePlace("list", "Uploads", listing), PanePlace("detail", "Detail", self._detail, width=408)),
        )
        ColumnLayout(self).addWidget(self.panes)
        presenter.subscribe(self.render_state)

    def _build_toolbar(self) -> QWidget:
        bar = Pane(lines=("bottom",))
        fix_size(bar, height=48)
        row = Row(bar, margins=(16, 0, 16, 0), spacing=8)
        self._whose = Segmented("uploads.filter.whose", [("mine", "Mine"), ("practice", "Practice")], "Whose uploads")
        self._whose.choose("practice")
        self._whose.chosen.connect(lambda choice: self.presenter.choose_mine(choice == "mine"))
        self._day = Select("uploads.filter.day", "Day")
        self._day.activated.connect(lambda index: self.presenter.choose_day(self._days[index]))
        self._copied = Text("", "small", "ok")
        copy = Button("Copy IDs", "uploads.filter.copy", key="E")
        copy.clicked.connect(self.copy_ids)
        self._retry = Button("Send rejected again", "uploads.filter.retry", key="R")
        self._retry.clicked.connect(self.presenter.retry)
        row.addWidget(self._whose)
        row.addWidget(self._day)
        row.addStretch(1)
        row.addWidget(self._copied)
        row.addWidget(copy)
        row.addWidget(self._retry)
        return bar

    def _columns(self) -> tuple[Column[Upload], ...]:
        def when(upload: Upload) -> tuple[Piece, ...]:
            return (Piece(written_time(datetime.fromisoformat(upload.created_at), self._zone()), "text-2"),)

        def tested(upload: Upload) -> tuple[Piece, ...]:
            written = written_moment(datetime.fromisoformat(upload.tested_at), self._zone())
            return (Piece(written[:6] + written[11:], "text-2"),)

        def patient(upload: Upload) -> tuple[Piece, ...]:
            chosen = self._before is not None and self._before.chosen_id == upload.upload_id
            return (Piece(upload.patient_name, role="body_strong" if chosen else "body"),)

        return (
            Column("When", when, 65, sort_key=lambda one: one.created_at),
            Column("Patient", patient, 0, sort_key=lambda one: one.patient_name.casefold()),
            Column("Test session", tested, 118, sort_key=lambda one: one.tested_at, drop=2),
            Column("State", self._state, 256, sort_key=lambda one: one.state),
            Column("Document", lambda one: (_document(one),), 84, right=True),
            Column("Tries", lambda one: (Piece(str(one.tries)),), 56, right=True, drop=3),
        )

    def _state(self, upload: Upload) -> tuple[Piece, ...]:
        word, icon, tone = state_look(upload)
        note = ""
        if upload.state == "sending":
            note = f"step {STEP_NUMBERS[upload.step]} of 4"
        elif upload.state == "queued" and upload.next_try_at:
            note = f"next try {written_time(datetime.fromisoformat(upload.next_try_at), self._zone())}"
        elif upload.state == "rejected" and upload.code:
            note = f"[{upload.code}]"
        elif upload.state == "abandoned" and upload.history and upload.history[-1].by:
            note = f"by {upload.history[-1].by}"
        elif upload.state == "filed" and upload.needs_readable_check:
            note = "look at it once"
        return (Piece(word, tone, icon=icon), Piece(note, "text-2", "small"))

    def _zone(self) -> str:
        return self._work.session.time_zone

    def render_state(self, state: UploadsState) -> None:
        """Show a state."""
        before, self._before = self._before, state
        counts = dict(state.counts)
        words = "All today" if state.day == self._work.session.today(self._work.clock.now()) else "All of the day"
        tabs = [Tab(tab, word, str(counts[tab]) if counts.get(tab) else "") for tab, word in TABS[:-1]]
        self._tabs.set_tabs([*tabs, Tab("all", words, str(len(state.uploads)))], state.tab)
        if state.days != self._days:
            self._days = state.days
            self._day.set_choices([(day.isoformat(), written_date(day)) for day in state.days], state.day.isoformat())
        self._whose.choose("mine" if state.mine_only else "practice")
        online = state.problem is None or not state.problem.offline
        self._message.say_problem(state.problem if online else None)
        if before is None or before.shown != state.shown:
            self._table.set_rows(state.shown, keep=lambda one: one.upload_id == state.chosen_id)
        chosen = state.chosen
        self._retry.setEnabled(
            chosen is not None and chosen.state == "rejected" and state.may_upload and not state.deciding
        )
        self._retry.setVisible(state.may_upload)
        if state.shown:
            self._body.setCurrentWidget(self._table)
        elif state.reading:
            self._body.setCurrentWidget(self._loading)
        else:
            if state.problem is not None:
                self._empty.say("offline", "The list is empty while the server can’t be reached", "")
            else:
                self._empty.say("upload", "No uploads here", "Reports that are sent to athenaOne are listed here.")
            self._body.setCurrentWidget(self._empty)
        self._detail.render_state(state)

    def entered(self) -> None:
        """Read and watch."""
        self._copied.setText("")
        self.presenter.enter()
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    def left(self) -> None:
        """Watch no more."""
        self.presenter.leave()

    def unlocked(self) -> None:
        """Nothing of before the lock is shown as fresh."""
        self.presenter.refresh()

    def closing(self) -> None:
        """The person has signed out."""
        self.presenter.close()

    def copy_ids(self) -> None:
        """Copy the list as CSV with ids only."""
        QApplication.clipboard().setText(self.presenter.ids_as_text())
        self._copied.setText("Copied, IDs only")

    def _moved(self, upload: Upload | None) -> None:
        if upload is not None:
            self.presenter.choose(upload.upload_id)


def _document(upload: Upload) -> Piece:
    return Piece(upload.document_id, role="body_strong") if upload.document_id else Piece("–", "text-2")
