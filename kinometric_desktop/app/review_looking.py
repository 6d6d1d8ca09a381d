"""Opens a session on the review screen and shows it: read once, measured here, looked at."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from kinometric.contract.errors import STALE
from kinometric.contract.sessions import NewResult, SessionView, Stance, TrialView
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, line_of, words_for
from kinometric_desktop.app.review_forms import CheckedFile
from kinometric_desktop.app.review_interpretation import interpretation_of
from kinometric_desktop.app.review_signals import LocalTrial, measure_session
from kinometric_desktop.app.review_state import (
    STANCES,
    AnswerForm,
    FootLiftForm,
    Form,
    HoldForm,
    NoteForm,
    OutcomeForm,
    ReviewState,
    Stamp,
)
from kinometric_desktop.app.review_words import (
    cells_of,
    engine_difference,
    engine_words,
    placement_words,
    session_title,
    stamp_of,
    stance_trials,
    step_words,
    summary_of,
    trend_of,
    written_moment_text,
)
from kinometric_desktop.app.session import WorkState
from kinometric_desktop.app.wording import age_in_years
from kinometric_desktop.client.errors import ServerError

if TYPE_CHECKING:
    from kinometric_desktop.app.workplace import Workplace
    from kinometric_desktop.client.server import ServerClient

READ_ONLY = "Your role here is read-only. You can view but not review."
NO_REVIEW = "Your account may not review here."
CHANGED_ELSEWHERE = (
    "This session was changed at another workstation. It was read again; what you see now is up to date."
)


NOTE_CHANGED = (
    "Somebody else wrote this note meanwhile: “{note}”. What you typed is still here; "
    "saving it takes the place of theirs."
)


class ReviewLooking(Presenter[ReviewState]):
    """Opens a session and shows it; what a person says about it is the subclass's.

    Parameters
    ----------
    place : Workplace
        Requests run on its runner's network lane, parsing and measuring on its compute lane.
    """

    def __init__(self, place: Workplace) -> None:
        super().__init__(ReviewState(), place.runner)
        self._connection = place.connection
        self._session = place.session
        self._navigation = place.navigation
        self._clock = place.clock
        self._files = place.files
        self._view: SessionView | None = None
        self._recordings: dict[str, str] = {}
        self._local: dict[str, LocalTrial] = {}
        self._earlier: SessionView | None = None
        self._earlier_local: dict[str, LocalTrial] = {}
        self._traces_shown: set[str] = set()
        self._checked: CheckedFile | None = None
        self._asked_at = place.clock.now()
        self._posted: tuple[NewResult, str] | None = None
        """A trial that was sent and not yet taken, with its key."""
        patient = place.session.patient
        self._patient_id = patient.patient_id if patient is not None else ""
        self._on_screen = False
        self._say_next = ""
        self._ends = [place.session.listen(self._session_changed)]

    def close(self) -> None:
        """Stop listening and drop all work."""
        for end in self._ends:
            end()
        super().close()

    @property
    def client(self) -> ServerClient:
        """The server as it is now."""
        return self._connection.client

    @property
    def view(self) -> SessionView | None:
        """The session as the server last showed it."""
        return self._view

    # -- opening ---------------------------------------------------------------------------------------------------

    def open(self, session_id: str = "") -> None:
        """Read a session with all its recordings; without an id the open patient's.

        The recordings come in one request and are parsed and measured here.
        """
        patient = self._session.patient
        session_id = session_id or (patient.session_id if patient is not None else "")
        if session_id != self.state.session_id:
            self._forget()
        if not session_id:
            self._change(**self._rights())
            return
        self._change(
            phase="loading" if self._view is None else "ready", session_id=session_id, busy="open", problem=None
        )
        client = self.client

        def fetch() -> tuple[SessionView, dict[str, str]]:
            view = client.sessions.get(session_id)
            if not any(trial.has_recording for trial in view.trials):
                return view, {}
            files = client.sessions.recordings(session_id)
            return view, {item.trial_id: item.csv for item in files.recordings}

        self._run("open", fetch, lambda found: self._opened(*found), self._open_failed)

    def refresh(self) -> None:
        """Read the session again (F5)."""
        if self.state.session_id:
            self.open(self.state.session_id)

    def arrive(self) -> None:
        """The screen is shown now."""
        self._on_screen = True
        self.open()

    def leave(self) -> None:
        """Another screen is shown now."""
        self._on_screen = False
        self._put_away()

    def _put_away(self) -> None:
        self._checked, self._posted = None, None
        self._change(form=None)

    def _opened(self, view: SessionView, recordings: dict[str, str]) -> None:
        self._view, self._recordings = view, recordings
        self._measure(view, then_ready=True)

    def _open_failed(self, problem: Exception) -> None:
        words = words_for(problem)
        if self.state.form is not None:
            self._change(busy="")
            self._complain(line_of(words_for(problem, typed=True)))
            return
        self._forget(keep_session=True)
        self._change(phase="failed", problem=words, busy="", **self._rights())

    def _measure(self, view: SessionView, *, then_ready: bool = False) -> None:
        files, age = dict(self._recordings), self._age(view)

        def done(local: dict[str, LocalTrial]) -> None:
            self._local = local
            self._render()

        def failed(problem: Exception) -> None:
            # A mistake of the program: the crash handler says so, and the screen can be read again.
            self._change(busy="", phase="failed", problem=Problem("The recordings could not be measured. Press F5."))
            raise problem

        if then_ready and not files:
            done({})
            return
        self._run("measure", lambda: measure_session(view, files, age), done, failed, lane="compute")

    def _age(self, view: SessionView) -> float | None:
        on = datetime.fromisoformat(view.tested_at_local).date()
        years = age_in_years(view.patient.born, on)
        return None if years is None else float(years)

    def _forget(self, *, keep_session: bool = False) -> None:
        self._view = None
        self._recordings, self._local = {}, {}
        self._earlier, self._earlier_local = None, {}
        self._traces_shown = set()
        self._checked = None
        for topic in ("open", "measure", "compare", "intent", "draft"):
            self._drop(topic)
        kept = self.state.session_id if keep_session else ""
        self._show(ReviewState(session_id=kept))

    def _session_changed(self, state: WorkState) -> None:
        patient_id = state.patient.patient_id if state.patient is not None else ""
        if patient_id != self._patient_id:
            self._patient_id = patient_id
            self._forget()
            if self._on_screen and patient_id:
                self.open()
        elif state.patient is None and self._view is not None:
            self._forget()

    # -- showing ---------------------------------------------------------------------------------------------------

    def _rights(self) -> dict[str, object]:
        may = self._session.may("can_review")
        practice = self._session.practice
        read_only = practice is None or practice.role == "readonly"
        reason = "" if may else (READ_ONLY if read_only else NO_REVIEW)
        return {"may_review": may, "may_write": not read_only, "read_only_reason": reason}

    def _render(self) -> None:
        view = self._view
        if view is None:
            return
        message, self._say_next = self._say_next, ""
        rights = self._rights()
        engine_line, agrees = engine_words(view, self._local)
        comparable = tuple(
            (item.session_id, written_moment_text(item.tested_at, view.time_zone))
            for item in sorted(view.trend, key=lambda item: item.tested_at)
            if item.session_id != view.session_id
        )
        patient = self._session.patient
        if patient is not None and patient.patient_id == view.patient.patient_id:
            self._session.update_patient(
                record=view.patient, session_id=view.session_id, reviewed=view.review is not None
            )
        self._change(
            phase="ready",
            form=renewed(self.state.form, view),
            session_id=view.session_id,
            title=session_title(view.tested_at_local),
            sessions=((view.session_id, session_title(view.tested_at_local)), *comparable),
            engine_line=engine_line,
            engine_agrees=agrees,
            engine_difference=engine_difference(view, self._local),
            placement_line=placement_words(view),
            cells=cells_of(view, self._local, self._earlier, self._earlier_local),
            comparable=comparable,
            summary=summary_of(view),
            trend=trend_of(view),
            note=view.note,
            interpretation=interpretation_of(view),
            stamp=self._stamp(view),
            busy="",
            problem=None,
            message=message,
            **rights,
        )
        if self._navigation.screen == "review":
            self._navigation.say_blocked(step_words(view))

    def _stamp(self, view: SessionView) -> Stamp:
        rights = self._rights()
        return stamp_of(
            view,
            traces_shown=self.traces_were_shown,
            may_review=bool(rights["may_review"]),
            read_only_reason=str(rights["read_only_reason"]),
        )

    # -- looking ---------------------------------------------------------------------------------------------------

    @property
    def traces_were_shown(self) -> bool:
        """True when the traces of every stance that has a recording were on the screen."""
        if self._view is None:
            return False
        trials = stance_trials(self._view)
        return all(
            trial.trial_id in self._traces_shown or self.state.cell(stance) is None or _no_curves(self.state, stance)
            for stance, trial in trials.items()
            if trial.has_recording
        )

    def traces_shown(self, stance: Stance) -> None:
        """The view has painted a stance's traces."""
        cell = self.state.cell(stance)
        if cell is None or not cell.trial_id or cell.trial_id in self._traces_shown:
            return
        self._traces_shown.add(cell.trial_id)
        if self._view is not None:
            self._change(stamp=self._stamp(self._view))

    def focus(self, stance: Stance) -> None:
        """Put the focus on a stance (1 to 4)."""
        if stance in STANCES:
            self._change(focus=stance)

    def enlarge(self, enlarged: bool = True) -> None:
        """Show one stance, or all four again."""
        if self._view is not None or not enlarged:
            self._change(enlarged=enlarged)

    def show_table(self, shown: bool | None = None) -> None:
        """Show the numbers as a table instead of the plots (T)."""
        self._change(table_shown=not self.state.table_shown if shown is None else shown)

    def choose_session(self, session_id: str) -> None:
        """Look at another session of the same patient."""
        if session_id and session_id != self.state.session_id:
            self._session.update_patient(session_id=session_id)
            self.open(session_id)

    def compare(self, session_id: str | None = None) -> None:
        """Draw an earlier session in grey below this one (C); "" stops comparing, None turns it on or off."""
        if session_id is None:
            latest = self.state.comparable[-1][0] if self.state.comparable else ""
            session_id = "" if self.state.compare_with else latest
        if not session_id:
            self._earlier, self._earlier_local = None, {}
            self._change(
                compare_with="",
                compare_label="",
                message="" if self.state.comparable else "There is no earlier session to compare with.",
            )
            if self._view is not None:
                self._change(cells=cells_of(self._view, self._local))
            return
        client = self.client

        def fetch() -> tuple[SessionView, dict[str, str]]:
            view = client.sessions.get(session_id)
            files = client.sessions.recordings(session_id)
            return view, {item.trial_id: item.csv for item in files.recordings}

        self._run("compare", fetch, lambda found: self._compare_with(*found), self._failed)

    def _compare_with(self, earlier: SessionView, files: dict[str, str]) -> None:
        age = self._age(earlier)

        def done(local: dict[str, LocalTrial]) -> None:
            self._earlier, self._earlier_local = earlier, local
            self._change(compare_with=earlier.session_id, compare_label=session_title(earlier.tested_at_local))
            if self._view is not None:
                self._change(cells=cells_of(self._view, self._local, earlier, local))

        self._run("compare", lambda: measure_session(earlier, files, age), done, self._failed, lane="compute")

    # -- one way for all intents -----------------------------------------------------------------------------------

    def _trial(self, stance: Stance) -> TrialView | None:
        return None if self._view is None else stance_trials(self._view).get(stance)

    def _may_now(self) -> bool:
        if not self._session.may("can_review"):
            self._change(message=str(self._rights()["read_only_reason"]))
            return False
        return not self.state.busy

    def _intent(self, busy: str, work: Callable[[], SessionView], *, message: str = "") -> None:
        if self.state.busy:
            return
        self._change(busy=busy, problem=None, message="")

        def done(view: SessionView) -> None:
            self._view = view
            self._say_next = message
            self._put_away()
            missing = {trial.trial_id for trial in view.trials if trial.has_recording} - set(self._recordings)
            if missing or view.session_id != self.state.session_id:
                self._session.update_patient(session_id=view.session_id)
                self._change(session_id=view.session_id)
                self.open(view.session_id)
            else:
                self._measure(view)

        self._run("intent", work, done, self._failed)

    def _failed(self, problem: Exception) -> None:
        stale = isinstance(problem, ServerError) and problem.code == STALE
        if self.state.form is not None:
            # The sheet stays open with what was typed, and says there what is to be mended.
            self._change(busy="")
            self._complain(CHANGED_ELSEWHERE if stale else line_of(words_for(problem, typed=True)))
        elif stale:
            self._change(busy="")
            self._say_next = CHANGED_ELSEWHERE
        else:
            self._change(busy="", problem=words_for(problem))
        if stale:
            self.open(self.state.session_id)

    def _complain(self, sentence: str) -> None:
        """Say on the open sheet what is to be mended."""
        if self.state.form is not None:
            self._change(form=dataclasses.replace(self.state.form, complaint=sentence))


def renewed(form: Form | None, view: SessionView) -> Form | None:
    """The open question about the session as it was read again; None where there is nothing left to ask."""
    if isinstance(form, HoldForm | FootLiftForm | OutcomeForm) and form.trial_id:
        trial = next((trial for trial in view.trials if trial.trial_id == form.trial_id), None)
        return None if trial is None else dataclasses.replace(form, version=trial.version)
    if isinstance(form, AnswerForm):
        stored = next((item for item in view.questionnaires if item.instrument == form.instrument), None)
        return dataclasses.replace(form, version=form.version if stored is None else stored.version)
    if isinstance(form, NoteForm) and view.note != form.text:
        return NoteForm(view.note, NOTE_CHANGED.format(note=view.note or "nothing"))
    return form


def _no_curves(state: ReviewState, stance: Stance) -> bool:
    cell = state.cell(stance)
    return cell is not None and cell.curves is None
