"""A day's sessions with what each of them needs next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from kinometric.contract.patients import NextStep, Patient, Worklist, WorklistQuery, WorklistRow
from kinometric_server.audit import record
from kinometric_server.database import PracticeScope, Unit
from kinometric_server.patients.records import find_patients, text_of, with_similar_names
from kinometric_server.practices.sheet import scope_row
from kinometric_server.results.tables import report_previews, test_sessions
from kinometric_server.uploads.steps import WORDS
from kinometric_server.uploads.tables import uploads

MOST_ROWS = 1000
_UPLOAD_STEP: dict[str, NextStep] = {
    "queued": "sending",
    "sending": "sending",
    "filed": "filed",
    "rejected": "problem",
    "outcome_unknown": "problem",
}
_BLIND = ("not_scorable", "unreadable", "ended_early")
assert set(_UPLOAD_STEP.values()) <= set(get_args(NextStep))


def read_worklist(unit: Unit, scope: PracticeScope, query: WorklistQuery) -> Worklist:
    """Return a day's sessions, newest first; the day is the practice's local date."""
    practice = scope_row(unit)
    day = query.day or unit.now.astimezone(ZoneInfo(practice.time_zone)).date()
    chosen = [test_sessions.c.practice_id == unit.practice_id, test_sessions.c.tested_on == day]
    if query.department_id is not None:
        chosen.append(test_sessions.c.department_id == query.department_id)
    columns = (
        test_sessions.c.id,
        test_sessions.c.patient_id,
        test_sessions.c.tested_at,
        test_sessions.c.summary,
        test_sessions.c.review_id,
    )
    rows = unit.all(select(*columns).where(*chosen).order_by(test_sessions.c.tested_at.desc()).limit(MOST_ROWS))
    people = find_patients(unit, [row.patient_id for row in rows])
    shown = {patient.patient_id: patient for patient in with_similar_names(unit, list(people.values()))}
    latest = _latest_uploads(unit, [row.id for row in rows])
    previewed = _previewed(unit, [row.review_id for row in rows if row.review_id is not None])
    athena_on = practice.athena_environment != "none"
    record(unit, scope, "worklist_read", "practice", unit.practice_id, details={"rows": len(rows)})
    return Worklist(
        day=day,
        rows=tuple(
            _row(row, shown[row.patient_id], latest.get(row.id), row.review_id in previewed, athena_on) for row in rows
        ),
        read_at=text_of(unit.now) or "",
    )


def _latest_uploads(unit: Unit, session_ids: Sequence[str]) -> dict[str, str]:
    """Return the state of each session's newest upload that counts: a cancelled or abandoned one doesn't."""
    rows = unit.all(
        select(uploads.c.session_id, uploads.c.state)
        .where(
            uploads.c.practice_id == unit.practice_id,
            uploads.c.session_id.in_(list(session_ids)),
            uploads.c.state.in_(list(_UPLOAD_STEP)),
        )
        .order_by(uploads.c.created_at)
    )
    return {row.session_id: row.state for row in rows}


def _previewed(unit: Unit, review_ids: Sequence[str]) -> set[str]:
    rows = unit.all(
        select(report_previews.c.review_id).where(
            report_previews.c.practice_id == unit.practice_id, report_previews.c.review_id.in_(list(review_ids))
        )
    )
    return {row.review_id for row in rows}


def _row(row: Row[Any], patient: Patient, upload_state: str | None, previewed: bool, athena_on: bool) -> WorklistRow:
    summary = row.summary
    stances = tuple(summary["stances"])
    reviewed = row.review_id is not None
    step, note = next_step(
        summary, patient, reviewed=reviewed, previewed=previewed, upload_state=upload_state, athena_on=athena_on
    )
    return WorklistRow(
        session_id=row.id,
        patient=patient,
        tested_at=text_of(row.tested_at) or "",
        stances_done=sum(bool(stance) for stance in stances),
        level=summary["level"],
        level_score=summary["level_score"],
        level_note=summary["level_note"],
        provisional=summary["provisional"],
        next_step=step,
        next_step_note=note,
        upload_state=upload_state,
        stances=stances,
    )


def next_step(
    summary: dict[str, Any],
    patient: Patient,
    *,
    reviewed: bool,
    previewed: bool,
    upload_state: str | None,
    athena_on: bool,
) -> tuple[NextStep, str]:
    """Return what a session needs next, with a few words about it.

    A practice without athenaOne neither matches nor uploads.
    """
    if upload_state is not None:
        note = "" if upload_state == "filed" else WORDS[upload_state]
        return _UPLOAD_STEP[upload_state], note
    if athena_on and patient.link is None:
        return "match", "no athenaOne link"
    if not reviewed:
        blind = sum(stance in _BLIND for stance in summary["stances"])
        if blind:
            return "not_scorable", f"{blind} of 4 stances"
        missing, holds = len(summary["missing"]), summary["holds_to_confirm"]
        if missing:
            return "review", f"{4 - missing} of 4 stances"
        return "review", f"{holds} to confirm" if holds else ""
    return ("upload", "") if athena_on and previewed else ("report", "")
