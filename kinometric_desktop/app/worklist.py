"""The worklist: a day's sessions, what each needs next, and a preview of one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from kinometric.contract.patients import Worklist, WorklistQuery, WorklistRow
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.navigation import Navigation
from kinometric_desktop.app.ports import Clock, TaskRunner, Timer
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import UNREACHABLE, Problem, words_for
from kinometric_desktop.app.session import WorkSession, WorkState
from kinometric_desktop.app.wording import age_in_years, banner_name

if TYPE_CHECKING:
    from kinometric.contract.sessions import SessionView
    from kinometric_desktop.app.review_curves import StanceCurves

TabId = Literal["today", "match", "review", "ready", "problems", "filed"]
PREVIEW_AFTER_S = 0.25
DAYS_BACK = 14

#: Which next steps a tab shows; an empty set shows all.
TABS: tuple[tuple[TabId, str, frozenset[str]], ...] = (
    ("today", "Today", frozenset()),
    ("match", "Needs match", frozenset(("match",))),
    ("review", "Needs review", frozenset(("review",))),
    ("ready", "Ready", frozenset(("report", "upload"))),
    ("problems", "Problems", frozenset(("problem", "not_scorable"))),
    ("filed", "Filed", frozenset(("filed", "sending"))),
)

#: Word, symbol and tone of each next step.
STEP_WORDS: dict[str, tuple[str, str, str]] = {
    "match": ("Match", "chevron-right", "text"),
    "review": ("Review", "chevron-right", "text"),
    "report": ("Report", "chevron-right", "text"),
    "upload": ("Upload", "chevron-right", "text"),
    "filed": ("Filed", "check", "ok"),
    "sending": ("Sending", "arrow", "accent-text"),
    "problem": ("Problem", "warning", "warn"),
    "not_scorable": ("Not scorable", "barred", "stop"),
    "nothing": ("Nothing to do", "dash", "text-2"),
}
UPLOAD_PROBLEMS = {
    "outcome_unknown": ("Unknown", "question", "warn"),
    "rejected": ("Rejected", "cross", "stop"),
    "queued": ("Queued", "clock", "text-2"),
}


@dataclass(frozen=True)
class Preview:
    """What the pane at the right shows of the chosen session."""

    session_id: str = ""
    view: SessionView | None = None
    curves: tuple[tuple[str, StanceCurves], ...] = ()
    reading: bool = False
    problem: Problem | None = None


@dataclass(frozen=True)
class WorklistState:
    """What the worklist shows."""

    day: date
    tab: TabId = "today"
    filter_text: str = ""
    mine_only: bool = False
    rows: tuple[WorklistRow, ...] = ()
    shown: tuple[WorklistRow, ...] = ()
    counts: tuple[tuple[TabId, int], ...] = ()
    chosen_id: str = ""
    reading: bool = False
    read_at: str = ""
    problem: Problem | None = None
    preview_shown: bool = True
    preview: Preview = Preview()
    days: tuple[date, ...] = ()


def step_words(row: WorklistRow) -> tuple[str, str, str]:
    """Word, symbol and tone of what a row needs next."""
    if row.upload_state in UPLOAD_PROBLEMS and row.next_step in ("problem", "sending"):
        return UPLOAD_PROBLEMS[row.upload_state]
    return STEP_WORDS[row.next_step]


def folded(text: str) -> str:
    """Small letters without accents, hyphens and apostrophes, for filtering."""
    plain = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("Ø", "O").replace("ß", "ss"))
    kept = (sign for sign in plain if not unicodedata.combining(sign))
    return "".join(" " if sign in "-–,." else sign for sign in kept if sign not in "'’`").casefold()


def answers(row: WorklistRow, text: str) -> bool:
    """True when every typed word begins a word of the row: its names, year of birth, number, step."""
    patient = row.patient
    year = str(patient.born.year) if patient.born else ""
    fields = (patient.lastname, patient.firstname, patient.middlename, patient.suffix, patient.preferredname)
    joined = patient.lastname.replace("-", "").replace(" ", "").replace("'", "").replace("’", "")
    words = folded(" ".join((*fields, joined, year, str(patient.number), step_words(row)[0]))).split()
    return all(any(word.startswith(typed) for word in words) for typed in folded(text).split())


class WorklistPresenter(Presenter[WorklistState]):
    """Reads a day, counts and filters it, previews one row, opens a row at its next step."""

    def __init__(
        self,
        session: WorkSession,
        navigation: Navigation,
        connection: Connection,
        runner: TaskRunner,
        clock: Clock,
        timer: Timer,
    ) -> None:
        super().__init__(WorklistState(day=session.today(clock.now())), runner)
        self._session = session
        self._navigation = navigation
        self._connection = connection
        self._clock = clock
        self._timer = timer
        self._later: Callable[[], None] | None = None
        self._practice = self._where(session.state)
        self._end_listening = session.listen(self._session_changed)

    def enter(self) -> None:
        """The screen is shown: the open patient is closed, the list is read again."""
        self._session.close_patient()
        self.refresh()

    def leave(self) -> None:
        """Another screen is shown: what was going to be previewed is not read any more."""
        self._cancel_later()

    def close(self) -> None:
        """Stop everything."""
        self._end_listening()
        self._cancel_later()
        super().close()

    def refresh(self) -> None:
        """Read the day again."""
        today = self._session.today(self._clock.now())
        days = tuple(today - timedelta(days=back) for back in range(DAYS_BACK + 1))
        self._change(reading=True, days=days, problem=None)
        query = WorklistQuery(day=self.state.day, department_id=self._department())
        client = self._connection.client
        self._run("list", lambda: client.patients.worklist(query), self._read, self._not_read)

    def choose_day(self, day: date) -> None:
        """Show another day."""
        if day != self.state.day:
            self._cleared(day=day)
            self.refresh()

    def choose_mine(self, mine_only: bool) -> None:
        """Show only the department that the person works in, or all of the practice."""
        if mine_only != self.state.mine_only:
            self._cleared(mine_only=mine_only)
            self.refresh()

    def choose_tab(self, tab: TabId) -> None:
        """Show the rows of one tab."""
        self._filter(tab=tab)

    def type_filter(self, text: str) -> None:
        """Show the rows that answer what is typed."""
        self._filter(filter_text=text)

    def choose(self, session_id: str) -> None:
        """Choose a row; its preview is read a moment later."""
        if session_id == self.state.chosen_id:
            return
        self._change(chosen_id=session_id, preview=Preview())
        self._drop("preview")
        self._drop("curves")
        self._preview_later()

    def show_preview(self, shown: bool) -> None:
        """Show or hide the preview."""
        self._change(preview_shown=shown)
        if shown and self.state.chosen_id and self.state.preview.view is None:
            self._preview_later()

    @property
    def chosen(self) -> WorklistRow | None:
        """The chosen row."""
        return next((row for row in self.state.shown if row.session_id == self.state.chosen_id), None)

    def open_chosen(self) -> None:
        """Open the chosen row at its next step."""
        row = self.chosen
        if row is not None:
            self.open_row(row)

    def open_row(self, row: WorklistRow) -> None:
        """Open a row at its next step."""
        if row.next_step in ("problem", "sending") and row.upload_state is not None:
            self._open_patient(row)
            self._navigation.go("uploads")
            return
        self._open_patient(row)
        wanted = self._navigation.next_step_for(row.next_step)
        if wanted == "match" and not self._session.may("can_match"):
            wanted = "review"
        self._navigation.go(wanted)

    def open_for_match(self) -> None:
        """Open the chosen row's patient in the athenaOne search."""
        row = self.chosen
        if row is not None:
            self._open_patient(row)
            self._navigation.go("match")

    def _open_patient(self, row: WorklistRow) -> None:
        filed = row.upload_state == "filed"
        reviewed = filed or row.next_step in ("report", "upload", "sending") or row.upload_state is not None
        self._session.open_patient(row.patient, row.session_id, reviewed=reviewed, filed=filed)

    def _department(self) -> str | None:
        practice = self._session.practice
        return practice.department_id if self.state.mine_only and practice is not None else None

    def _cleared(self, **changes: object) -> None:
        self._change(rows=(), shown=(), counts=(), chosen_id="", preview=Preview(), **changes)

    def _read(self, worklist: Worklist) -> None:
        zone = self._session.time_zone
        from kinometric_desktop.app.wording import written_time

        read_at = written_time(datetime.fromisoformat(worklist.read_at), zone)
        self._change(rows=worklist.rows, reading=False, read_at=read_at, problem=None)
        self._filter()

    def _not_read(self, problem: Exception) -> None:
        self._cleared(reading=False, problem=words_for(problem), read_at="")

    def _filter(self, **changes: object) -> None:
        self._change(**changes)
        state = self.state
        wanted = {tab: steps for tab, _, steps in TABS}
        shown = tuple(
            row
            for row in state.rows
            if (not wanted[state.tab] or row.next_step in wanted[state.tab])
            and (not state.filter_text.strip() or answers(row, state.filter_text))
        )
        counts = tuple(
            (tab, sum(1 for row in state.rows if not steps or row.next_step in steps)) for tab, _, steps in TABS
        )
        kept = state.chosen_id if any(row.session_id == state.chosen_id for row in shown) else ""
        chosen = kept or (shown[0].session_id if shown else "")
        preview = state.preview if chosen == state.preview.session_id else Preview()
        self._change(shown=shown, counts=counts, chosen_id=chosen, preview=preview)
        if chosen and preview.view is None:
            self._preview_later()

    def _preview_later(self) -> None:
        self._cancel_later()
        if not self.state.preview_shown:
            return
        ticket = self._timer.after(PREVIEW_AFTER_S, self._read_preview)
        self._later = ticket.drop

    def _cancel_later(self) -> None:
        if self._later is not None:
            self._later()
            self._later = None

    def _read_preview(self) -> None:
        self._later = None
        session_id = self.state.chosen_id
        if not session_id or not self._connection.is_open or self._session.state.locked:
            return
        client = self._connection.client
        self._change(preview=Preview(session_id, reading=True))

        def read() -> tuple[SessionView, dict[str, str]]:
            view = client.sessions.get(session_id)
            files = client.sessions.recordings(session_id).recordings
            return view, {file.trial_id: file.csv for file in files}

        def done(answer: tuple[SessionView, dict[str, str]]) -> None:
            view, files = answer
            self._change(preview=Preview(session_id, view, reading=True))
            self._run("curves", lambda: _curves(view, files), self._drawn, self._not_drawn, lane="compute")

        self._run("preview", read, done, self._not_previewed)

    def _drawn(self, curves: tuple[tuple[str, StanceCurves], ...]) -> None:
        preview = self.state.preview
        self._change(preview=Preview(preview.session_id, preview.view, curves))

    def _not_drawn(self, problem: Exception) -> None:
        raise problem

    def _not_previewed(self, problem: Exception) -> None:
        self._change(preview=Preview(self.state.chosen_id, problem=words_for(problem)))

    @staticmethod
    def _where(state: WorkState) -> tuple[str, str]:
        practice = state.practice
        return (practice.practice_id, practice.department_id or "") if practice else ("", "")

    def _session_changed(self, state: WorkState) -> None:
        where = self._where(state)
        if where != self._practice:
            before, self._practice = self._practice, where
            if where[0] != before[0]:
                self._drop("list")
                self._drop("preview")
                self._cleared(day=self._session.today(self._clock.now()), reading=False)
            if where[0] and self._navigation.screen == "worklist":
                self.refresh()
        elif not state.online and self.state.rows:
            self._cleared(reading=False, problem=Problem(UNREACHABLE, "KW-101", "warn", offline=True), read_at="")
        elif state.online and self._offline and self._navigation.screen == "worklist" and not self._busy("list"):
            self.refresh()

    @property
    def _offline(self) -> bool:
        return self.state.problem is not None and self.state.problem.offline


def _curves(view: SessionView, files: dict[str, str]) -> tuple[tuple[str, StanceCurves], ...]:
    from kinometric_desktop.app.review_signals import measure_session

    patient = view.patient
    age = age_in_years(patient.born, datetime.fromisoformat(view.tested_at_local).date())
    local = measure_session(view, files, age)
    found = []
    for trial in view.trials:
        measured = local.get(trial.trial_id)
        if trial.is_stance_value and measured is not None and measured.curves is not None:
            found.append((trial.stance, measured.curves))
    return tuple(found)


def row_name(row: WorklistRow) -> str:
    """The patient's name as lists write it."""
    patient = row.patient
    given = " ".join(part for part in (patient.firstname, patient.middlename) if part)
    return banner_name(patient.lastname, given, patient.suffix)
