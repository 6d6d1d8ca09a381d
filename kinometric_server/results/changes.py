"""What a person says about a session's trials: holds confirmed, outcomes stated, foot lifts set, a note written."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row, insert, select, update

from kinometric.contract.sessions import ConfirmHold, ConfirmPlausible, SetFootLift, StateOutcome, WriteNote
from kinometric.scoring import Trial
from kinometric_server.audit import record
from kinometric_server.database import PracticeScope, Unit, change_version
from kinometric_server.errors import BadInputError, ConflictError, NotFoundError, StaleWriteError
from kinometric_server.patients.records import required_reason
from kinometric_server.patients.tables import patients
from kinometric_server.results.intake import attribution
from kinometric_server.results.reviewing import locked_session, void_review
from kinometric_server.results.scoring import (
    needs_confirmation,
    refresh_session,
    rescore,
    results_of,
    stored_recording,
    trial_of,
)
from kinometric_server.results.tables import hold_confirmations, test_results, test_sessions
from kinometric_server.security.sealing import KeyRing, Purpose

FULL_HOLD_S = 10.0
LONGEST_NOTE = 4000
_UNCONFIRMED: dict[str, Any] = {
    "confirmed_hold_s": None,
    "confirmed_full": None,
    "confirmed_by": None,
    "confirmed_by_name": None,
    "confirmed_at": None,
    "confirmed_reason": None,
}


def confirm_hold(unit: Unit, scope: PracticeScope, keys: KeyRing, trial_id: str, body: ConfirmHold) -> str:
    """Confirm one hold as held 10 s or down at a time; return the session's id.

    Raises
    ------
    BadInputError
        For a hold that is no time within the 10 s, or one that differs from the proposal without a reason.
    ConflictError
        For a trial that has no hold to confirm.
    """
    row, session = _trial_and_session(unit, trial_id)
    trial = trial_of(row)
    if row.stated_outcome is not None or not trial.scorable:
        raise ConflictError("This trial has no hold that could be confirmed.")
    hold_s = _hold(body)
    differs = trial.detected_hold_s is None or abs(hold_s - trial.detected_hold_s) > 0.05
    said = (body.reason or "").strip()
    reason = required_reason(said) if differs or said else None
    _confirm(unit, scope, row, trial, body.version, hold_s, reason, all_at_once=False)
    return _changed(unit, scope, keys, session, (trial_id,), "hold_confirmed")


def confirm_plausible(unit: Unit, scope: PracticeScope, keys: KeyRing, session_id: str, body: ConfirmPlausible) -> str:
    """Confirm every plausible proposal in the versions that the person saw; the others stay to be confirmed singly.

    Raises
    ------
    StaleWriteError
        When one of them changed since, or the set is no longer that of the screen.
    """
    session = locked_session(unit, session_id)
    rows = {row.id: row for row in results_of(unit, session_id)}
    confirmed = []
    for trial_id, version in body.trial_versions.items():
        row = rows.get(trial_id)
        if row is None:
            raise NotFoundError
        trial = trial_of(row)
        if not (needs_confirmation(trial) and trial.plausible and trial.detected_hold_s is not None):
            raise StaleWriteError
        _confirm(unit, scope, row, trial, version, trial.detected_hold_s, None, all_at_once=True)
        confirmed.append(trial_id)
    if not confirmed:
        raise BadInputError("There is no plausible hold to confirm.")
    return _changed(unit, scope, keys, session, confirmed, "hold_confirmed")


def _hold(body: ConfirmHold) -> float:
    if body.held_full:
        if body.hold_s not in (None, FULL_HOLD_S):
            raise BadInputError("A full hold is 10 s.")
        return FULL_HOLD_S
    if body.hold_s is None or not 0.0 <= body.hold_s < FULL_HOLD_S:
        raise BadInputError("A hold lies between 0 and 10 s.")
    return float(body.hold_s)


def _confirm(
    unit: Unit,
    scope: PracticeScope,
    row: Row[Any],
    trial: Trial,
    version: int,
    hold_s: float,
    reason: str | None,
    *,
    all_at_once: bool,
) -> None:
    held_full = hold_s >= FULL_HOLD_S
    values = {
        "confirmed_hold_s": hold_s,
        "confirmed_full": held_full,
        "confirmed_by": scope.user_id,
        "confirmed_by_name": scope.user_name,
        "confirmed_at": unit.now,
        "confirmed_reason": reason,
    }
    change_version(unit, test_results, row.id, version, {**values, **attribution(unit, scope)})
    unit.execute(
        insert(hold_confirmations).values(
            practice_id=unit.practice_id,
            result_id=row.id,
            at=unit.now,
            by_user=scope.user_id,
            by_name=scope.user_name,
            detected_hold_s=trial.detected_hold_s,
            hold_s=hold_s,
            held_full=held_full,
            all_at_once=all_at_once,
            reason=reason,
        )
    )


def state_outcome(unit: Unit, scope: PracticeScope, keys: KeyRing, trial_id: str, body: StateOutcome) -> str:
    """Say that a trial was unable, stopped, supported or not attempted; return the session's id."""
    reason = required_reason(body.reason)
    _, session = _trial_and_session(unit, trial_id)
    values = {"stated_outcome": body.outcome, "stated_reason": reason, **_UNCONFIRMED, **attribution(unit, scope)}
    change_version(unit, test_results, trial_id, body.version, values)
    return _changed(unit, scope, keys, session, (trial_id,), "outcome_stated")


def set_foot_lift(unit: Unit, scope: PracticeScope, keys: KeyRing, trial_id: str, body: SetFootLift) -> str:
    """Set the moment at which the foot left the ground; the hold must be confirmed anew. Returns the session's id."""
    _, session = _trial_and_session(unit, trial_id)
    recording = stored_recording(keys, unit, trial_id)
    if recording is None:
        raise ConflictError("This trial has no recording.")
    if body.foot_lift_s is not None and not 0.0 <= body.foot_lift_s < recording.duration_s:
        raise BadInputError("The foot lift lies outside the recording.")
    values = {"foot_lift_s": body.foot_lift_s, **_UNCONFIRMED, **attribution(unit, scope)}
    change_version(unit, test_results, trial_id, body.version, values)
    return _changed(unit, scope, keys, session, (trial_id,), "foot_lift_set")


def write_note(unit: Unit, scope: PracticeScope, keys: KeyRing, session_id: str, body: WriteNote) -> None:
    """Store the provider's note, sealed; it has a version of its own, and a preview made before it can't be sent."""
    if len(body.text) > LONGEST_NOTE:
        raise BadInputError("The note is too long; 4,000 letters are enough.")
    session = locked_session(unit, session_id)
    if session.note_version != body.note_version:
        raise StaleWriteError
    text = body.text.strip()
    sealed = seal_note(keys, unit, session_id, text) if text else None
    mine = (test_sessions.c.practice_id == unit.practice_id) & (test_sessions.c.id == session_id)
    unit.execute(
        update(test_sessions)
        .where(mine)
        .values(note_sealed=sealed, note_version=session.note_version + 1, note_by_name=scope.user_name)
    )
    record(unit, scope, "note_written", "session", session_id, details={"letters": len(text)})


def seal_note(keys: KeyRing, unit: Unit, session_id: str, text: str) -> bytes:
    """Seal a session's note."""
    place = {"practice_id": unit.practice_id, "table": "test_sessions", "row": session_id, "field": "note_sealed"}
    return keys.seal(Purpose.PATIENT_CONTENT, content=text.encode(), **place)


def open_note(keys: KeyRing, unit: Unit, session: Row[Any]) -> str:
    """Open a session's note; empty without one."""
    if session.note_sealed is None:
        return ""
    place = {"practice_id": unit.practice_id, "table": "test_sessions", "row": session.id, "field": "note_sealed"}
    return keys.open(Purpose.PATIENT_CONTENT, session.note_sealed, **place).decode()


def birth_date_corrected(unit: Unit, scope: PracticeScope, keys: KeyRing, patient_id: str) -> None:
    """Score a patient's sessions anew for a corrected birth date; a session whose scores change loses its stamp."""
    mine = test_sessions.c.practice_id == unit.practice_id
    for session in unit.all(select(test_sessions).where(mine, test_sessions.c.patient_id == patient_id)):
        rows = results_of(unit, session.id)
        before = [(trial.score, trial.level, trial.age_view) for trial in map(trial_of, rows)]
        born = _born(unit, patient_id)
        trials = [rescore(unit, keys, row.id, born, session.tested_on) for row in rows]
        if [(trial.score, trial.level, trial.age_view) for trial in trials] != before:
            void_review(unit, scope, session.id, "birth_date_corrected")
            refresh_session(unit, session.id)


def _born(unit: Unit, patient_id: str) -> date | None:
    mine = (patients.c.practice_id == unit.practice_id) & (patients.c.id == patient_id)
    born: date | None = unit.one(select(patients.c.born).where(mine)).born
    return born


def _trial_and_session(unit: Unit, trial_id: str) -> tuple[Row[Any], Row[Any]]:
    mine = (test_results.c.practice_id == unit.practice_id) & (test_results.c.id == trial_id)
    session = locked_session(unit, unit.one(select(test_results.c.session_id).where(mine)).session_id)
    return unit.one(select(test_results).where(mine)), session


def _changed(
    unit: Unit,
    scope: PracticeScope,
    keys: KeyRing,
    session: Row[Any],
    trial_ids: tuple[str, ...] | list[str],
    what: str,
) -> str:
    """Score the changed trials anew, void the stamp, and write it all down; return the session's id."""
    born = _born(unit, session.patient_id)
    for trial_id in trial_ids:
        rescore(unit, keys, trial_id, born, session.tested_on)
        record(unit, scope, what, "result", trial_id, details={"session_id": session.id})
    void_review(unit, scope, session.id, what)
    refresh_session(unit, session.id)
    return str(session.id)
