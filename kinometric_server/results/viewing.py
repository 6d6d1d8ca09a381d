"""Show a whole session: trials as scored, headline, gaps, trend, and what stands in the way of stamp and upload."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from kinometric.contract.patients import Patient
from kinometric.contract.sessions import (
    AgeViewView,
    EarlierSession,
    EventView,
    FindingView,
    Gap,
    Headline,
    RecordingFile,
    RecordingFiles,
    ReviewView,
    SessionView,
    TrialView,
)
from kinometric.report import session_level
from kinometric.scoring import AgeView, Session, Trial, make_session
from kinometric.scoring import Gap as ScoredGap
from kinometric_server.audit import record
from kinometric_server.database import PracticeScope, Unit
from kinometric_server.patients.records import find_patient, text_of, with_similar_names
from kinometric_server.practices.sheet import scope_row
from kinometric_server.results.changes import open_note
from kinometric_server.results.history import earlier_sessions, measurement_error, trend_sentence
from kinometric_server.results.interpreting import interpretation_of
from kinometric_server.results.questionnaires import questionnaires_of
from kinometric_server.results.reviewing import obstacles
from kinometric_server.results.scoring import age_at, needs_confirmation, open_csv, results_of, trial_of
from kinometric_server.results.tables import recordings, reviews, test_results, test_sessions
from kinometric_server.security.sealing import KeyRing
from kinometric_server.uploads.tables import uploads

_EVIDENCE = {"A": "solid", "B": "fair", "C": "thin"}
_GAP_KINDS = {
    ("LBEO", "RBEO"): "left_right_open",
    ("LBEC", "RBEC"): "left_right_closed",
    ("LBEO", "LBEC"): "open_closed_left",
    ("RBEO", "RBEC"): "open_closed_right",
}


def read_session(unit: Unit, scope: PracticeScope, keys: KeyRing, session_id: str) -> SessionView:
    """Return a session for the review screen, with the reading audited."""
    view = view_session(unit, keys, session_id)
    record(unit, scope, "session_read", "session", session_id)
    return view


def view_session(unit: Unit, keys: KeyRing, session_id: str) -> SessionView:
    """Return a session without an audit entry of its own; NotFoundError (404) if there is none."""
    mine = (test_sessions.c.practice_id == unit.practice_id) & (test_sessions.c.id == session_id)
    row = unit.one(select(test_sessions).where(mine))
    patient = with_similar_names(unit, [find_patient(unit, row.patient_id)])[0]
    practice = scope_row(unit)
    results = results_of(unit, session_id)
    trials = [trial_of(result) for result in results]
    session = make_session(trials)
    review = _review(unit, row.review_id)
    ours = _uploads(unit, session_id)
    zone = ZoneInfo(practice.time_zone)
    earlier = earlier_sessions(unit, row.patient_id, before=row)
    interpretation = interpretation_of(unit, keys, row, patient, session, earlier, practice)
    error = measurement_error(unit)
    return SessionView(
        session_id=session_id,
        patient=patient,
        tested_at=text_of(row.tested_at) or "",
        tested_at_local=row.tested_at.astimezone(zone).isoformat(timespec="seconds"),
        time_zone=practice.time_zone,
        performed_by=next((result.providername for result in results if result.providername), ""),
        providerlocation=next((result.providerlocation for result in results if result.providerlocation), ""),
        department_id=row.department_id,
        footwear=row.footwear,
        surface=row.surface,
        assistance=row.assistance,
        trials=_trial_views(unit, session, results, trials),
        headline=_headline(session),
        gaps=tuple(_gap(session, gap) for gap in session.gaps),
        trend=earlier,
        trend_sentence=trend_sentence(unit, row, earlier),
        measurement_error_points=None if error is None else error.mdc95_score,
        holds_to_confirm=sum(map(needs_confirmation, trials)),
        review=review,
        review_obstacles=() if review else obstacles(row.summary),
        note=open_note(keys, unit, row),
        note_version=row.note_version,
        questionnaires=questionnaires_of(unit, keys, session_id, age_at(patient.born, row.tested_on)),
        upload_obstacles=upload_obstacles(patient, practice, review is not None),
        uploads=ours,
        engine=row.engine,
        version=row.version,
        interpretation_draft=interpretation.draft,
        interpretation_accepted_by=interpretation.accepted_by,
        interpretation_text=interpretation.text,
        interpretation_version=row.interpretation_version,
        interpretation_withheld=interpretation.withheld,
        interpretation_source=interpretation.source,
        language_model=practice.interpretation_model,
        language_model_draft=interpretation.model_draft,
    )


def upload_obstacles(patient: Patient, practice: Row[Any], reviewed: bool) -> tuple[str, ...]:
    """Return the sentences that say why no report of this session can be filed yet."""
    said = []
    if practice.athena_environment == "none" or not practice.documents_write:
        said.append("Uploading to athenaOne is not switched on for this practice.")
    if patient.link is None:
        said.append("No athenaOne patient ID linked to this patient.")
    if not reviewed:
        said.append("The session is not reviewed.")
    if practice.athena_environment != "none" and patient.is_sandbox == (practice.athena_environment == "production"):
        said.append(
            "A TEST patient is never filed in athenaOne's production environment."
            if patient.is_sandbox
            else "A real patient is never filed in a test environment."
        )
    return tuple(said)


def _review(unit: Unit, review_id: str | None) -> ReviewView | None:
    if review_id is None:
        return None
    row = unit.one(select(reviews).where(reviews.c.practice_id == unit.practice_id, reviews.c.id == review_id))
    return ReviewView(row.id, row.by_name, text_of(row.at) or "")


def _uploads(unit: Unit, session_id: str) -> tuple[str, ...]:
    mine = uploads.c.practice_id == unit.practice_id
    rows = unit.all(
        select(uploads.c.id).where(mine, uploads.c.session_id == session_id).order_by(uploads.c.created_at.desc())
    )
    return tuple(row.id for row in rows)


def _trial_views(
    unit: Unit, session: Session, results: Sequence[Row[Any]], trials: Sequence[Trial]
) -> tuple[TrialView, ...]:
    with_recording = {
        row.result_id
        for row in unit.all(
            select(recordings.c.result_id).where(
                recordings.c.practice_id == unit.practice_id,
                recordings.c.result_id.in_([result.id for result in results]),
            )
        )
    }
    counting = {id(result.trial) for _, result in session.stances}
    return tuple(
        trial_view(result, trial, result.id in with_recording, id(trial) in counting)
        for result, trial in zip(results, trials, strict=True)
    )


def trial_view(row: Row[Any], trial: Trial, has_recording: bool, is_stance_value: bool) -> TrialView:
    """Return one trial as the workstation gets it."""
    measures = vars(trial.measures) if trial.measures is not None else {}
    return TrialView(
        trial_id=row.id,
        stance=row.stance,
        recorded_at=text_of(row.recorded_at) or "",
        has_recording=has_recording,
        synthetic=row.synthetic,
        outcome=trial.outcome,
        reason=trial.reason,
        scorable=trial.scorable,
        window_start_s=trial.window_start_s,
        foot_lift_s=row.foot_lift_s,
        hold_s=trial.hold_s,
        held_full=trial.held_full,
        hold_source=trial.hold_source,
        plausible=trial.plausible,
        provisional=trial.provisional,
        detected_hold_s=trial.detected_hold_s,
        confirmed_by=row.confirmed_by_name,
        confirmed_at=text_of(row.confirmed_at),
        confirmed_reason=row.confirmed_reason,
        score=trial.score,
        level=trial.level,
        level_basis=trial.level_basis,
        explanation=trial.explanation,
        measures={name: value if math.isfinite(value) else None for name, value in measures.items()},
        findings=tuple(FindingView(each.code, each.severity, each.message) for each in trial.findings),
        events=tuple(EventView(each.kind, each.at_s, each.reason) for each in trial.events),
        age_view=_age_view(trial.age_view),
        placement=row.placement,
        mounting=row.mounting,
        device=row.device,
        engine=trial.engine,
        is_stance_value=is_stance_value,
        version=row.version,
    )


def _age_view(view: AgeView | None) -> AgeViewView | None:
    if view is None:
        return None
    evidence = cast("Any", _EVIDENCE[view.evidence])
    return AgeViewView(view.sentence, evidence, view.source, view.level, view.printable)


def _headline(session: Session) -> Headline:
    head = session.headline
    said = session_level(session)
    return Headline(head.level, cast("Any", head.stance), head.score, head.provisional, said.sentence)


def _gap(session: Session, gap: ScoredGap) -> Gap:
    first, second = (session.best(stance) for stance in gap.stances)
    difference = None
    if first and second and first.score is not None and second.score is not None:
        difference = first.score - second.score
    return Gap(cast("Any", _GAP_KINDS[gap.stances]), difference, gap.flagged, gap.sentence)


def read_recordings(unit: Unit, scope: PracticeScope, keys: KeyRing, session_id: str) -> RecordingFiles:
    """Return the recordings of a session in the product's CSV, with the reading audited."""
    unit.one(
        select(test_sessions.c.id).where(
            test_sessions.c.practice_id == unit.practice_id, test_sessions.c.id == session_id
        )
    )
    rows = unit.all(
        select(recordings.c.id, recordings.c.csv_sealed, recordings.c.result_id)
        .join(
            test_results,
            (test_results.c.practice_id == recordings.c.practice_id) & (test_results.c.id == recordings.c.result_id),
        )
        .where(recordings.c.practice_id == unit.practice_id, test_results.c.session_id == session_id)
        .order_by(test_results.c.position)
    )
    record(unit, scope, "recordings_read", "session", session_id, details={"count": len(rows)})
    return RecordingFiles(tuple(RecordingFile(row.result_id, open_csv(keys, unit, row).decode()) for row in rows))


def sessions_of_patient(unit: Unit, scope: PracticeScope, patient_id: str) -> list[EarlierSession]:
    """Return a patient's sessions, oldest first, with the reading audited."""
    find_patient(unit, patient_id)
    record(unit, scope, "sessions_read", "patient", patient_id)
    return list(earlier_sessions(unit, patient_id))
