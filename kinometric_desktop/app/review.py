"""The review screen: what the recordings show, whose holds they are, and the Reviewed stamp."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime

from kinometric.contract.errors import STALE
from kinometric.contract.sessions import (
    ConfirmHold,
    ConfirmPlausible,
    NewResult,
    SessionView,
    SetFootLift,
    StampReview,
    Stance,
    TrialView,
    WriteNote,
)
from kinometric_desktop.app.navigation import Navigation
from kinometric_desktop.app.ports import ChosenFile, Clock, FileChooser, TaskRunner
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.app.review_forms import (
    CheckedFile,
    FormError,
    add_form,
    check_file,
    hold_form,
    outcome_request,
    read_hold,
    read_outcome,
    read_rate,
    read_seconds,
    result_request,
)
from kinometric_desktop.app.review_signals import LocalTrial, measure_session
from kinometric_desktop.app.review_state import STANCES, OutcomeForm, ReviewState, Stamp
from kinometric_desktop.app.review_words import (
    cells_of,
    engine_words,
    placement_words,
    session_title,
    stamp_of,
    stance_trials,
    step_words,
    summary_of,
    trend_of,
)
from kinometric_desktop.app.session import WorkSession, WorkState
from kinometric_desktop.app.wording import age_in_years
from kinometric_desktop.client.errors import ServerError
from kinometric_desktop.client.server import ServerClient

READ_ONLY = "Your role here is read-only. You can view but not review."
NO_REVIEW = "Your account may not review here."
CHANGED_ELSEWHERE = (
    "This session was changed at another workstation. It was read again; what you see now is up to date."
)


class ReviewPresenter(Presenter[ReviewState]):
    """Opens a session, shows it, and takes a person's word on it.

    Parameters
    ----------
    server : ServerClient
    session : WorkSession
        Says which patient and which session are open.
    navigation : Navigation
    runner : TaskRunner
        Requests run on its network lane, parsing and measuring on its compute lane.
    clock : Clock
    files : FileChooser
    """

    def __init__(
        self,
        server: ServerClient | Callable[[], ServerClient],
        session: WorkSession,
        navigation: Navigation,
        runner: TaskRunner,
        clock: Clock,
        files: FileChooser,
    ) -> None:
        super().__init__(ReviewState(), runner)
        self._server = server
        self._session = session
        self._navigation = navigation
        self._clock = clock
        self._files = files
        self._view: SessionView | None = None
        self._recordings: dict[str, str] = {}
        self._local: dict[str, LocalTrial] = {}
        self._earlier: SessionView | None = None
        self._earlier_local: dict[str, LocalTrial] = {}
        self._traces_shown: set[str] = set()
        self._checked: CheckedFile | None = None
        self._patient_id = ""
        self._say_next = ""
        session.listen(self._session_changed)

    @property
    def client(self) -> ServerClient:
        """The server as it is now."""
        return self._server() if callable(self._server) else self._server

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

    def leave(self) -> None:
        """The screen is left: open questions are closed, the note stays."""
        self._change(hold_form=None, outcome_form=None, add_form=None)

    def _opened(self, view: SessionView, recordings: dict[str, str]) -> None:
        self._view, self._recordings = view, recordings
        self._measure(view, then_ready=True)

    def _open_failed(self, problem: Exception) -> None:
        words = words_for(problem)
        self._forget(keep_session=True)
        self._change(phase="failed", problem=words, busy="", **self._rights())

    def _measure(self, view: SessionView, *, then_ready: bool = False) -> None:
        files, age = dict(self._recordings), self._age(view)

        def done(local: dict[str, LocalTrial]) -> None:
            self._local = local
            self._render()

        def failed(problem: Exception) -> None:
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
        for topic in ("open", "measure", "compare", "intent"):
            self._drop(topic)
        kept = self.state.session_id if keep_session else ""
        self._show(ReviewState(session_id=kept))

    def _session_changed(self, state: WorkState) -> None:
        patient_id = state.patient.patient_id if state.patient is not None else ""
        if patient_id != self._patient_id:
            self._patient_id = patient_id
            self._forget()
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
            (item.session_id, session_title(item.tested_at))
            for item in view.trend
            if item.session_id != view.session_id
        )
        patient = self._session.patient
        if patient is not None and patient.patient_id == view.patient.patient_id:
            self._session.update_patient(session_id=view.session_id, reviewed=view.review is not None)
        self._change(
            phase="ready",
            session_id=view.session_id,
            title=session_title(view.tested_at_local),
            sessions=((view.session_id, session_title(view.tested_at_local)), *comparable),
            engine_line=engine_line,
            engine_agrees=agrees,
            placement_line=placement_words(view),
            cells=cells_of(view, self._local, self._earlier, self._earlier_local),
            comparable=comparable,
            summary=summary_of(view),
            trend=trend_of(view),
            note=view.note,
            draft=view.interpretation_draft,
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

    # -- holds -----------------------------------------------------------------------------------------------------

    def confirm_plausible(self) -> None:
        """Confirm every plausible proposal as shown (H)."""
        view = self._view
        if view is None or not self._may_now():
            return
        versions = {
            trial.trial_id: trial.version
            for trial in view.trials
            if trial.provisional and trial.plausible and trial.outcome == "scored"
        }
        if not versions:
            self._change(message="There is no plausible proposal left. Confirm the others one by one with D.")
            return
        client, session_id = self.client, view.session_id
        self._intent("confirm", lambda: client.sessions.confirm_plausible(session_id, ConfirmPlausible(versions)))

    def ask_hold(self, stance: Stance | None = None, *, held_full: bool | None = False) -> None:
        """Ask "down at _ s" for the stance in focus (D), or what was held."""
        trial = self._trial(stance or self.state.focus)
        if trial is None or not trial.scorable or not trial.has_recording:
            self._change(message="There is no recording to confirm for this stance. State an outcome with O.")
            return
        if self._may_now():
            self._change(hold_form=hold_form(trial, held_full=held_full), message="")

    def answer_hold(self, *, held_full: bool, typed_s: str, reason: str) -> None:
        """Take a person's word on the hold that was asked for."""
        form = self.state.hold_form
        if form is None:
            return
        try:
            request = read_hold(form, held_full=held_full, typed_s=typed_s, reason=reason)
        except FormError as problem:
            kept = dataclasses.replace(
                form, held_full=held_full, seconds=typed_s, reason=reason, complaint=str(problem)
            )
            self._change(hold_form=kept)
            return
        self._confirm(form.trial_id, request)

    def confirm_shown(self) -> None:
        """Confirm the stance in focus as shown (H in the one-stance view)."""
        trial = self._trial(self.state.focus)
        if trial is None or not trial.provisional or trial.hold_s is None or not self._may_now():
            return
        hold_s = None if trial.held_full else trial.hold_s
        self._confirm(trial.trial_id, ConfirmHold(trial.version, trial.held_full, hold_s))

    def _confirm(self, trial_id: str, request: ConfirmHold) -> None:
        client = self.client
        self._change(hold_form=None)
        self._intent("hold", lambda: client.sessions.confirm_hold(trial_id, request))

    def set_foot_lift(self, typed_s: str) -> str:
        """Set when the foot left the floor, in seconds of the recording; "" takes the mark away.

        Returns
        -------
        str
            What is wrong with the typed time; "" when it was sent.
        """
        trial = self._trial(self.state.focus)
        if trial is None or not trial.has_recording or not self._may_now():
            return "There is no recording for this stance."
        lift_s: float | None = None
        if typed_s.strip():
            try:
                lift_s = read_seconds(typed_s)
            except FormError:
                return "Write the seconds from the start of the recording like 1.5."
        client, trial_id, version = self.client, trial.trial_id, trial.version
        self._intent("foot_lift", lambda: client.sessions.set_foot_lift(trial_id, SetFootLift(version, lift_s)))
        return ""

    # -- outcomes --------------------------------------------------------------------------------------------------

    def ask_outcome(self, stance: Stance | None = None) -> None:
        """Ask why there is no score for a stance: unable, stopped, supported, not attempted (O)."""
        if not self._may_now() or self._session.patient is None:
            return
        chosen = stance or self.state.focus
        trial = self._trial(chosen)
        form = OutcomeForm(chosen, trial.trial_id if trial else "", trial.version if trial else 0)
        self._change(outcome_form=form, message="")

    def answer_outcome(self, outcome: str, reason: str) -> None:
        """Take the stated outcome."""
        form, patient = self.state.outcome_form, self._session.patient
        if form is None or patient is None:
            return
        try:
            chosen, words = read_outcome(form, outcome, reason)
        except FormError as problem:
            self._change(outcome_form=dataclasses.replace(form, complaint=str(problem)))
            return
        self._change(outcome_form=None)
        client = self.client
        if form.trial_id:
            self._intent(
                "outcome", lambda: client.sessions.state_outcome(form.trial_id, outcome_request(form, chosen, words))
            )
            return
        request = NewResult(
            patient_id=patient.patient_id,
            stance=form.stance,
            tested_at=self._view.tested_at
            if self._view is not None
            else self._clock.now().isoformat(timespec="seconds"),
            session_id=self.state.session_id or None,
            outcome=chosen,
            reason=words,
        )
        self._intent("outcome", lambda: client.sessions.add_result(request))

    # -- recordings ------------------------------------------------------------------------------------------------

    def add_recording(self) -> None:
        """Ask for a file, read it in memory, and ask which stance it is."""
        if self._session.patient is None:
            return
        if not self.state.may_write:
            self._change(problem=Problem(self.state.read_only_reason or READ_ONLY, severity="caution"))
            return
        self._files.open_recording(self.take_file, lambda sentence: self._change(problem=Problem(sentence)))

    def take_file(self, file: ChosenFile | None) -> None:
        """A file was chosen (None: thought better of it)."""
        if file is None:
            return
        self._change(busy="add", problem=None, message="")
        self._run("file", lambda: check_file(file), self._file_checked, self._file_refused, lane="compute")

    def _file_checked(self, checked: CheckedFile) -> None:
        self._checked = checked
        free = next((stance for stance in STANCES if self._trial(stance) is None), None)
        self._change(busy="", add_form=add_form(checked, free))

    def _file_refused(self, problem: Exception) -> None:
        if not isinstance(problem, FormError):
            raise problem
        self._checked = None
        self._change(busy="", add_form=None, problem=Problem(str(problem)))

    def answer_add(self, *, stance: str, placement: str, portrait: bool, typed_hz: str = "") -> None:
        """Post the chosen file as one trial."""
        form, checked, patient = self.state.add_form, self._checked, self._session.patient
        if form is None or checked is None or patient is None:
            return
        try:
            rate_hz = read_rate(typed_hz) if checked.needs_rate else None
            if rate_hz is not None:
                check_file(checked.file, rate_hz)
            request = result_request(
                checked,
                patient_id=patient.patient_id,
                session_id=self.state.session_id,
                stance=stance,
                placement=placement,
                portrait=portrait,
                rate_hz=rate_hz,
                now=self._clock.now(),
            )
        except FormError as problem:
            self._change(add_form=dataclasses.replace(form, complaint=str(problem)))
            return
        self._checked = None
        self._change(add_form=None)
        client = self.client
        self._intent("add", lambda: client.sessions.add_result(request), message="The recording was added.")

    # -- note and stamp --------------------------------------------------------------------------------------------

    def ask_note(self) -> None:
        """Open the provider's note (N)."""
        if self._view is not None and self._may_now():
            self._change(note_open=True)

    def write_note(self, text: str) -> None:
        """Save the note."""
        view = self._view
        if view is None or not self._may_now():
            return
        self._change(note_open=False)
        if text.strip() == view.note.strip():
            return
        client, request = self.client, WriteNote(view.note_version, text.strip())
        self._intent(
            "note", lambda: client.sessions.write_note(view.session_id, request), message="The note was saved."
        )

    def mark_reviewed(self) -> None:
        """Set the Reviewed stamp (Ctrl+Enter)."""
        view = self._view
        if view is None or self.state.busy:
            return
        stamp = self._stamp(view)
        if not stamp.possible:
            if not stamp.stamped:
                self._change(message=" ".join(stamp.reasons))
            return
        client, request = self.client, StampReview(view.version, traces_were_shown=True)
        self._intent("stamp", lambda: client.sessions.stamp_review(view.session_id, request))

    def dismiss(self) -> None:
        """Close whatever question is open."""
        self._checked = None
        self._change(hold_form=None, outcome_form=None, add_form=None, note_open=False)

    # -- one way for all intents -----------------------------------------------------------------------------------

    def _trial(self, stance: Stance) -> TrialView | None:
        return None if self._view is None else stance_trials(self._view).get(stance)

    def _may_now(self) -> bool:
        if not self._session.may("can_review"):
            self._change(message=str(self._rights()["read_only_reason"]))
            return False
        return not self.state.busy

    def _intent(self, busy: str, work: Callable[[], SessionView], *, message: str = "") -> None:
        self._change(busy=busy, problem=None, message="")

        def done(view: SessionView) -> None:
            self._view = view
            self._say_next = message
            missing = {trial.trial_id for trial in view.trials if trial.has_recording} - set(self._recordings)
            if missing or view.session_id != self.state.session_id:
                self._session.update_patient(session_id=view.session_id)
                self._change(session_id=view.session_id)
                self.open(view.session_id)
            else:
                self._measure(view)

        self._run("intent", work, done, self._failed)

    def _failed(self, problem: Exception) -> None:
        if isinstance(problem, ServerError) and problem.code == STALE:
            self._change(busy="", hold_form=None, outcome_form=None)
            self._say_next = CHANGED_ELSEWHERE
            self.open(self.state.session_id)
            return
        self._change(busy="", problem=words_for(problem))


def _no_curves(state: ReviewState, stance: Stance) -> bool:
    cell = state.cell(stance)
    return cell is not None and cell.curves is None
