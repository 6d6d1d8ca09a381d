"""Score what a result holds with the engine, and see a session's results together."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select, update

from kinometric.contract.codec import from_json, to_json
from kinometric.recordings import Recording, read_recording, write_csv
from kinometric.report import age_on
from kinometric.scoring import (
    ENGINE_VERSION,
    STANCES,
    ConfirmedHold,
    Session,
    Trial,
    make_session,
    outcome_trial,
    score,
)
from kinometric_server.database import Unit
from kinometric_server.patients.records import text_of
from kinometric_server.results.tables import recordings, test_results, test_sessions
from kinometric_server.security.sealing import KeyRing, Purpose

REPEATS = 3
"""At most so many trials of one stance in a session."""


def age_at(born: date | None, tested_on: date) -> float | None:
    """Return the age in whole years on the day of the test; None without a birth date."""
    return None if born is None else float(age_on(born, tested_on))


def confirmed_of(row: Row[Any]) -> ConfirmedHold | None:
    """Return a result's confirmed hold as the engine takes it."""
    if row.confirmed_at is None:
        return None
    return ConfirmedHold(
        hold_s=row.confirmed_hold_s,
        held_full=row.confirmed_full,
        by=row.confirmed_by or "",
        at=text_of(row.confirmed_at) or "",
        reason=row.confirmed_reason,
    )


def trial_from(
    recording: Recording | None,
    *,
    stance: str,
    age: float | None,
    confirmed: ConfirmedHold | None,
    outcome: str | None,
    reason: str | None,
) -> Trial:
    """Return the trial of a result: a stated outcome goes before what a recording would say."""
    if outcome is not None:
        return outcome_trial(stance, outcome, reason=reason or "", age=age)  # type: ignore[arg-type]
    if recording is None:
        raise ValueError("a result has a recording or an outcome")
    return score(recording, stance=stance, age=age, confirmed=confirmed, foot_lift_s=recording.foot_lift_s)


def seal_recording(keys: KeyRing, unit: Unit, recording_id: str, content: bytes, field: str) -> bytes:
    """Seal the bytes of one recording."""
    place = {"practice_id": unit.practice_id, "table": "recordings", "row": recording_id, "field": field}
    return keys.seal(Purpose.PATIENT_CONTENT, content=content, **place)


def open_csv(keys: KeyRing, unit: Unit, row: Row[Any]) -> bytes:
    """Open the product's CSV of one stored recording."""
    place = {"practice_id": unit.practice_id, "table": "recordings", "row": row.id, "field": "csv_sealed"}
    return keys.open(Purpose.PATIENT_CONTENT, row.csv_sealed, **place)


def stored_recording(keys: KeyRing, unit: Unit, result_id: str) -> Recording | None:
    """Return the recording of a result, None for one without."""
    mine = recordings.c.practice_id == unit.practice_id
    row = unit.first(select(recordings).where(mine, recordings.c.result_id == result_id))
    return None if row is None else read_recording(open_csv(keys, unit, row))


def csv_of(recording: Recording) -> bytes:
    """Return the product's CSV of a recording."""
    return write_csv(recording)


def rescore(unit: Unit, keys: KeyRing, result_id: str, born: date | None, tested_on: date) -> Trial:
    """Score a stored result anew from what is stored of it, and store the trial."""
    mine = (test_results.c.practice_id == unit.practice_id) & (test_results.c.id == result_id)
    row = unit.one(select(test_results).where(mine))
    recording = None if row.stated_outcome else stored_recording(keys, unit, result_id)
    if recording is not None:
        recording = dataclasses.replace(recording, foot_lift_s=row.foot_lift_s)
    trial = trial_from(
        recording,
        stance=row.stance,
        age=age_at(born, tested_on),
        confirmed=confirmed_of(row),
        outcome=row.stated_outcome,
        reason=row.stated_reason,
    )
    unit.execute(update(test_results).where(mine).values(trial=to_json(trial), engine=trial.engine))
    return trial


def trial_of(row: Row[Any]) -> Trial:
    """Return the stored trial of a result."""
    return from_json(Trial, row.trial)


def results_of(unit: Unit, session_id: str) -> list[Row[Any]]:
    """Return a session's results in the order in which they were made."""
    mine = test_results.c.practice_id == unit.practice_id
    return unit.all(
        select(test_results).where(mine, test_results.c.session_id == session_id).order_by(test_results.c.position)
    )


def needs_confirmation(trial: Trial) -> bool:
    """Say whether a person still has to confirm this trial's hold."""
    return trial.scorable and trial.provisional and trial.confirmed_hold is None


def summary_of(session: Session, trials: Iterable[Trial]) -> dict[str, Any]:
    """Return what worklists and trends show of a session, as plain JSON."""
    best = {stance: session.best(stance) for stance in STANCES}
    return {
        "level": session.headline.level,
        "level_stance": session.headline.stance,
        "level_score": session.headline.score,
        "level_note": session.headline.incomplete or "",
        "provisional": session.headline.provisional,
        "stances": [trial.outcome if trial else "" for trial in best.values()],
        "scores": {stance: trial.score if trial else None for stance, trial in best.items()},
        "holds_to_confirm": sum(map(needs_confirmation, trials)),
        "missing": list(session.missing),
    }


def refresh_session(unit: Unit, session_id: str) -> Session:
    """See a session's results together again and store its summary; its version goes up by one."""
    trials: Sequence[Trial] = [trial_of(row) for row in results_of(unit, session_id)]
    session = make_session(trials)
    unit.execute(
        update(test_sessions)
        .where(test_sessions.c.practice_id == unit.practice_id, test_sessions.c.id == session_id)
        .values(summary=summary_of(session, trials), engine=ENGINE_VERSION, version=test_sessions.c.version + 1)
    )
    return session
