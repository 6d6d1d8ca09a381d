"""The review screen: whose word the holds are, what the outcome was, recordings added, and the Reviewed stamp."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Mapping

from kinometric.contract.sessions import (
    AcceptInterpretation,
    ConfirmHold,
    ConfirmPlausible,
    DraftInterpretation,
    InterpretationDraft,
    NewResult,
    SessionView,
    SetFootLift,
    StampReview,
    Stance,
    WriteNote,
)
from kinometric_desktop.app.ports import ChosenFile
from kinometric_desktop.app.problems import Problem
from kinometric_desktop.app.review_answers import FIRST, answer_form, read_answers
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
from kinometric_desktop.app.review_interpretation import draft_form, drafted
from kinometric_desktop.app.review_looking import READ_ONLY, ReviewLooking
from kinometric_desktop.app.review_state import (
    STANCES,
    AddForm,
    AnswerForm,
    DraftForm,
    FootLiftForm,
    HoldForm,
    NoteForm,
    OutcomeForm,
)


class ReviewPresenter(ReviewLooking):
    """Takes a person's word on a session; every word goes to the server, and what comes back is shown."""

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
            self._change(form=hold_form(trial, held_full=held_full), message="")

    def answer_hold(self, *, held_full: bool, typed_s: str, reason: str) -> None:
        """Take a person's word on the hold that was asked for."""
        form = self.state.form
        if not isinstance(form, HoldForm):
            return
        try:
            request = read_hold(form, held_full=held_full, typed_s=typed_s, reason=reason)
        except FormError as problem:
            self._complain(str(problem))
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
        self._intent("hold", lambda: client.sessions.confirm_hold(trial_id, request))

    def ask_foot_lift(self) -> None:
        """Ask when the foot left the floor in the stance in focus."""
        trial = self._trial(self.state.focus)
        if trial is not None and trial.has_recording and self._may_now():
            form = FootLiftForm(trial.trial_id, trial.version, trial.stance, trial.foot_lift_s)
            self._change(form=form, message="")

    def answer_foot_lift(self, typed_s: str) -> None:
        """Set the mark, in seconds of the recording; "" takes it away."""
        form = self.state.form
        if not isinstance(form, FootLiftForm):
            return
        lift_s: float | None = None
        if typed_s.strip():
            try:
                lift_s = read_seconds(typed_s)
            except FormError:
                self._complain("Write the seconds from the start of the recording like 1.5.")
                return
        client, request = self.client, SetFootLift(form.version, lift_s)
        self._intent("foot_lift", lambda: client.sessions.set_foot_lift(form.trial_id, request))

    # -- outcomes --------------------------------------------------------------------------------------------------

    def ask_outcome(self, stance: Stance | None = None) -> None:
        """Ask why there is no score for a stance: unable, stopped, supported, not attempted (O)."""
        if not self._may_now() or self._session.patient is None:
            return
        chosen = stance or self.state.focus
        trial = self._trial(chosen)
        form = OutcomeForm(chosen, trial.trial_id if trial else "", trial.version if trial else 0)
        self._asked_at = self._clock.now()
        self._change(form=form, message="")

    def answer_outcome(self, outcome: str, reason: str) -> None:
        """Take the stated outcome."""
        form, patient = self.state.form, self._session.patient
        if not isinstance(form, OutcomeForm) or patient is None:
            return
        try:
            chosen, words = read_outcome(form, outcome, reason)
        except FormError as problem:
            self._complain(str(problem))
            return
        client = self.client
        if form.trial_id:
            self._intent(
                "outcome", lambda: client.sessions.state_outcome(form.trial_id, outcome_request(form, chosen, words))
            )
            return
        request = NewResult(
            patient_id=patient.patient_id,
            stance=form.stance,
            tested_at=self._view.tested_at if self._view is not None else self._asked_at.isoformat(timespec="seconds"),
            session_id=self.state.session_id or None,
            outcome=chosen,
            reason=words,
        )
        self._post("outcome", request)

    def _post(self, busy: str, request: NewResult, *, message: str = "") -> None:
        """Add a trial once: after a lost answer the very same request carries the same key, and is found."""
        if self._posted is None or self._posted[0] != request:
            self._posted = (request, secrets.token_hex(16))
        client, key = self.client, self._posted[1]
        self._intent(busy, lambda: client.sessions.add_result(request, idempotency_key=key), message=message)

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
        self._checked, self._asked_at = checked, self._clock.now()
        free = next((stance for stance in STANCES if self._trial(stance) is None), None)
        self._change(busy="", form=add_form(checked, free))

    def _file_refused(self, problem: Exception) -> None:
        if not isinstance(problem, FormError):
            raise problem
        self._checked = None
        self._change(busy="", form=None, problem=Problem(str(problem)))

    def answer_add(self, *, stance: str, placement: str, portrait: bool, typed_hz: str = "") -> None:
        """Post the chosen file as one trial."""
        form, checked, patient = self.state.form, self._checked, self._session.patient
        if not isinstance(form, AddForm) or checked is None or patient is None:
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
                now=self._asked_at,
            )
        except FormError as problem:
            self._complain(str(problem))
            return
        self._post("add", request, message="The recording was added.")

    # -- questionnaires --------------------------------------------------------------------------------------------

    def ask_answers(self, instrument: str = FIRST) -> None:
        """Open a questionnaire (Q); another one takes the place of the open one."""
        if self._view is not None and self.state.may_write and not self.state.busy:
            self._change(form=answer_form(self._view, instrument), message="")

    def answer_questions(self, typed: Mapping[str, str]) -> None:
        """Store what was answered; a changed answer takes the stamp away."""
        form, view = self.state.form, self._view
        if not isinstance(form, AnswerForm) or view is None:
            return
        try:
            request = read_answers(form, typed)
        except FormError as problem:
            self._complain(str(problem))
            return
        client = self.client
        self._intent(
            "answers", lambda: client.sessions.answer(view.session_id, request), message="The answers were saved."
        )

    # -- note and stamp --------------------------------------------------------------------------------------------

    def ask_note(self) -> None:
        """Open the provider's note (N)."""
        if self._view is not None and self._may_now():
            self._change(form=NoteForm(self._view.note), message="")

    def write_note(self, text: str) -> None:
        """Save the note."""
        view = self._view
        if view is None or not self._may_now():
            return
        if text.strip() == view.note.strip():
            self.dismiss()
            return
        client, request = self.client, WriteNote(view.note_version, text.strip())
        self._intent(
            "note", lambda: client.sessions.write_note(view.session_id, request), message="The note was saved."
        )

    def ask_draft(self) -> None:
        """Open the interpretation draft, to be read, edited and accepted."""
        view = self._view
        if view is not None and self.state.interpretation.there and not self.state.busy:
            self._change(form=draft_form(view, may_review=self._session.may("can_review")), message="")

    def accept_draft(self, text: str) -> None:
        """Accept a text for the report, in this person's name; the sheet stays open until the server took it."""
        view = self._view
        if view is None or not isinstance(self.state.form, DraftForm) or not self._may_now():
            return
        if not text.strip():
            self._complain("There is nothing to accept. Write the interpretation, or take it back.")
            return
        self._send_interpretation(view, text.strip(), "The interpretation was accepted; the report can show it.")

    def ask_model(self) -> None:
        """Have the practice's language model word the draft; what it says takes the place of the text on the sheet."""
        view, form = self._view, self.state.form
        if view is None or not isinstance(form, DraftForm) or not form.model_offered or not self._may_now():
            return
        client, request = self.client, DraftInterpretation(view.interpretation_version)
        self._change(busy="draft", form=dataclasses.replace(form, complaint=""))

        def done(answer: InterpretationDraft) -> None:
            self._change(busy="")
            if isinstance(self.state.form, DraftForm):
                self._change(form=drafted(self.state.form, answer))

        self._run("draft", lambda: client.sessions.draft_interpretation(view.session_id, request), done, self._failed)

    def take_back_draft(self) -> None:
        """Take the acceptance back: no report shows the interpretation any more."""
        view, form = self._view, self.state.form
        if view is not None and isinstance(form, DraftForm) and form.stored and self._may_now():
            self._send_interpretation(view, "", "The interpretation was taken back.")

    def _send_interpretation(self, view: SessionView, text: str, message: str) -> None:
        form = self.state.form
        source = form.source if isinstance(form, DraftForm) else "template"
        client, request = self.client, AcceptInterpretation(view.interpretation_version, text, source)
        self._intent(
            "interpretation",
            lambda: client.sessions.accept_interpretation(view.session_id, request),
            message=message,
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
        self._put_away()
