"""Test sessions: recordings, holds, the review, the report."""

from __future__ import annotations

from kinometric.contract.sessions import (
    AcceptInterpretation,
    Answers,
    ConfirmHold,
    ConfirmPlausible,
    DraftInterpretation,
    InterpretationDraft,
    NewResult,
    RecordingFiles,
    ReportExported,
    ReportOptions,
    ReportPreview,
    SessionView,
    SetFootLift,
    StampReview,
    StateOutcome,
    WriteNote,
)
from kinometric_desktop.client.transport import Transport


class SessionCalls:
    """Routes under /v1/results, /v1/sessions and /v1/trials."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def add_result(self, form: NewResult, *, idempotency_key: str = "") -> SessionView:
        """Post one trial: a recording, or the word why there is none."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else None
        return self._transport.post("/v1/results", form, SessionView, headers=headers)

    def get(self, session_id: str) -> SessionView:
        """One test session."""
        return self._transport.get(f"/v1/sessions/{session_id}", SessionView)

    def recordings(self, session_id: str) -> RecordingFiles:
        """The recordings of a session in the product's CSV."""
        return self._transport.get(f"/v1/sessions/{session_id}/recordings", RecordingFiles)

    def confirm_hold(self, trial_id: str, form: ConfirmHold) -> SessionView:
        """A person's word on one hold."""
        return self._transport.post(f"/v1/trials/{trial_id}/hold", form, SessionView)

    def confirm_plausible(self, session_id: str, form: ConfirmPlausible) -> SessionView:
        """Confirm every plausible proposal as shown."""
        return self._transport.post(f"/v1/sessions/{session_id}/holds", form, SessionView)

    def state_outcome(self, trial_id: str, form: StateOutcome) -> SessionView:
        """Say that a trial was unable, stopped, supported or not attempted."""
        return self._transport.post(f"/v1/trials/{trial_id}/outcome", form, SessionView)

    def set_foot_lift(self, trial_id: str, form: SetFootLift) -> SessionView:
        """Set the moment at which the foot left the ground."""
        return self._transport.post(f"/v1/trials/{trial_id}/foot-lift", form, SessionView)

    def write_note(self, session_id: str, form: WriteNote) -> SessionView:
        """Write the provider's note."""
        return self._transport.post(f"/v1/sessions/{session_id}/note", form, SessionView)

    def draft_interpretation(self, session_id: str, form: DraftInterpretation) -> InterpretationDraft:
        """Ask for a draft, by rule or by the practice's language model."""
        return self._transport.post(f"/v1/sessions/{session_id}/interpretation/draft", form, InterpretationDraft)

    def accept_interpretation(self, session_id: str, form: AcceptInterpretation) -> SessionView:
        """Accept an interpretation for the report; an empty text takes the acceptance back."""
        return self._transport.post(f"/v1/sessions/{session_id}/interpretation", form, SessionView)

    def stamp_review(self, session_id: str, form: StampReview) -> SessionView:
        """Stamp a session as reviewed."""
        return self._transport.post(f"/v1/sessions/{session_id}/review", form, SessionView)

    def answer(self, session_id: str, form: Answers) -> SessionView:
        """Store the answers to a questionnaire."""
        return self._transport.post(f"/v1/sessions/{session_id}/answers", form, SessionView)

    def preview_report(self, session_id: str, form: ReportOptions) -> ReportPreview:
        """The report's bytes, kept by the server by their hash."""
        return self._transport.post(f"/v1/sessions/{session_id}/report", form, ReportPreview)

    def report_exported(self, session_id: str, form: ReportExported) -> None:
        """Tell the audit that a report was printed or saved."""
        self._transport.order(f"/v1/sessions/{session_id}/report/exported", form)
