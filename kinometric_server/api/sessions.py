"""Test sessions: read, holds confirmed, outcomes stated, notes written, the Reviewed stamp."""

from __future__ import annotations

from fastapi import APIRouter

from kinometric.contract.sessions import (
    AcceptInterpretation,
    Answers,
    ConfirmHold,
    ConfirmPlausible,
    DraftInterpretation,
    EarlierSession,
    InterpretationDraft,
    RecordingFiles,
    SessionView,
    SetFootLift,
    StampReview,
    StateOutcome,
    WriteNote,
)
from kinometric_server.api.scope import Reviewer, ServerDep, Viewer, Writer
from kinometric_server.results import changes, drafting, interpreting, questionnaires, reviewing, viewing

router = APIRouter(prefix="/v1", tags=["sessions"])


@router.get("/sessions/{session_id}")
def read_session(server: ServerDep, scope: Viewer, session_id: str) -> SessionView:
    """Read a whole test session."""
    with server.database.writing(scope) as unit:
        return viewing.read_session(unit, scope, server.keys, session_id)


@router.get("/sessions/{session_id}/recordings")
def read_recordings(server: ServerDep, scope: Viewer, session_id: str) -> RecordingFiles:
    """Read a session's recordings in the product's CSV."""
    with server.database.writing(scope) as unit:
        return viewing.read_recordings(unit, scope, server.keys, session_id)


@router.get("/patients/{patient_id}/sessions")
def sessions_of_patient(server: ServerDep, scope: Viewer, patient_id: str) -> list[EarlierSession]:
    """Read a patient's sessions, oldest first."""
    with server.database.writing(scope) as unit:
        return viewing.sessions_of_patient(unit, scope, patient_id)


@router.post("/trials/{trial_id}/hold")
def confirm_hold(server: ServerDep, scope: Reviewer, trial_id: str, body: ConfirmHold) -> SessionView:
    """Confirm one hold."""
    with server.database.writing(scope) as unit:
        session_id = changes.confirm_hold(unit, scope, server.keys, trial_id, body)
        return viewing.view_session(unit, server.keys, session_id)


@router.post("/trials/{trial_id}/outcome")
def state_outcome(server: ServerDep, scope: Reviewer, trial_id: str, body: StateOutcome) -> SessionView:
    """State that a trial was unable, stopped, supported or not attempted."""
    with server.database.writing(scope) as unit:
        session_id = changes.state_outcome(unit, scope, server.keys, trial_id, body)
        return viewing.view_session(unit, server.keys, session_id)


@router.post("/trials/{trial_id}/foot-lift")
def set_foot_lift(server: ServerDep, scope: Reviewer, trial_id: str, body: SetFootLift) -> SessionView:
    """Set the moment of foot lift."""
    with server.database.writing(scope) as unit:
        session_id = changes.set_foot_lift(unit, scope, server.keys, trial_id, body)
        return viewing.view_session(unit, server.keys, session_id)


@router.post("/sessions/{session_id}/holds")
def confirm_plausible(server: ServerDep, scope: Reviewer, session_id: str, body: ConfirmPlausible) -> SessionView:
    """Confirm every plausible hold as shown."""
    with server.database.writing(scope) as unit:
        changes.confirm_plausible(unit, scope, server.keys, session_id, body)
        return viewing.view_session(unit, server.keys, session_id)


@router.post("/sessions/{session_id}/note")
def write_note(server: ServerDep, scope: Reviewer, session_id: str, body: WriteNote) -> SessionView:
    """Write the provider's note."""
    with server.database.writing(scope) as unit:
        changes.write_note(unit, scope, server.keys, session_id, body)
        return viewing.view_session(unit, server.keys, session_id)


@router.post("/sessions/{session_id}/interpretation")
def accept_interpretation(
    server: ServerDep, scope: Reviewer, session_id: str, body: AcceptInterpretation
) -> SessionView:
    """Accept an interpretation for the report, or take the acceptance back."""
    with server.database.writing(scope) as unit:
        interpreting.accept(unit, scope, server.keys, session_id, body)
        return viewing.view_session(unit, server.keys, session_id)


@router.post("/sessions/{session_id}/interpretation/draft")
def draft_interpretation(
    server: ServerDep, scope: Reviewer, session_id: str, body: DraftInterpretation
) -> InterpretationDraft:
    """Have a draft made from the numbers, by rule or by the practice's language model; nobody has accepted it yet."""
    return drafting.draft(server, scope, session_id, body)


@router.post("/sessions/{session_id}/review")
def stamp_review(server: ServerDep, scope: Reviewer, session_id: str, body: StampReview) -> SessionView:
    """Stamp a session as reviewed."""
    with server.database.writing(scope) as unit:
        reviewing.stamp(unit, scope, session_id, body)
        return viewing.view_session(unit, server.keys, session_id)


@router.post("/sessions/{session_id}/answers")
def write_answers(server: ServerDep, scope: Writer, session_id: str, body: Answers) -> SessionView:
    """Store the answers to a questionnaire."""
    with server.database.writing(scope) as unit:
        questionnaires.store_answers(unit, scope, server.keys, session_id, body)
        return viewing.view_session(unit, server.keys, session_id)
