"""Render a session's report on the server, keep it by its hash, and write down when it is printed or saved."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, insert, select

from kinometric import __version__
from kinometric.contract.patients import Patient
from kinometric.contract.sessions import EarlierSession, ReportOptions, ReportPreview
from kinometric.report import (
    DocumentIdentity,
    FiledReport,
    PageOptions,
    PatientIdentity,
    QuestionnaireSummary,
    ReportContent,
    Review,
    SignedText,
    TestCircumstances,
    TrendPoint,
    age_on,
    content_hash,
    display_name,
    gap_sentences,
    render_report,
    session_level,
    stance_reports,
)
from kinometric.scoring import ENGINE_VERSION, Session, make_session
from kinometric.sway import SwaySignal, process
from kinometric_server.audit import record
from kinometric_server.database import PracticeScope, Unit, new_key
from kinometric_server.patients.records import find_patient, text_of
from kinometric_server.practices.sheet import scope_row
from kinometric_server.practices.tables import departments
from kinometric_server.results.changes import open_note
from kinometric_server.results.history import earlier_sessions, left_out_sentence, measurement_error
from kinometric_server.results.interpreting import interpretation_of
from kinometric_server.results.questionnaires import questionnaires_of
from kinometric_server.results.scoring import age_at, results_of, stored_recording, trial_of
from kinometric_server.results.tables import report_previews, reviews, test_sessions
from kinometric_server.security.sealing import KeyRing
from kinometric_server.uploads.marker import note_text
from kinometric_server.uploads.pdf import page_count
from kinometric_server.uploads.tables import uploads


@dataclass(frozen=True)
class Draft:
    """Everything that a report is made of, read in one transaction."""

    content: ReportContent
    patient: Patient
    session: Row[Any]
    identity: DocumentIdentity


@dataclass(frozen=True)
class Rendered:
    """A report's bytes with what they are known by."""

    pdf: bytes
    sha256: str
    content_hash: str
    pages: int


def draft_report(unit: Unit, keys: KeyRing, session_id: str, options: ReportOptions) -> Draft:
    """Read what a report of the session says now; NotFoundError (404) if there is no such session."""
    mine = (test_sessions.c.practice_id == unit.practice_id) & (test_sessions.c.id == session_id)
    row = unit.one(select(test_sessions).where(mine))
    patient = find_patient(unit, row.patient_id)
    practice = scope_row(unit)
    zone = ZoneInfo(practice.time_zone)
    results = results_of(unit, session_id)
    trials = [trial_of(result) for result in results]
    session = make_session(trials)
    by_trial = {id(trial): result for trial, result in zip(trials, results, strict=True)}
    counting = {stance: by_trial[id(result.trial)] for stance, result in session.stances}
    filed = _filed(unit, session_id)
    identity = _identity(row, patient, filed)
    earlier = earlier_sessions(unit, row.patient_id, before=row)
    interpretation = interpretation_of(unit, keys, row, patient, session, earlier, practice)
    accepted = interpretation.accepted_by if options.interpretation else None
    content = ReportContent(
        identity=identity,
        patient=PatientIdentity(
            name=display_name(patient.lastname, patient.firstname, patient.middlename, patient.suffix),
            born=patient.born,
            age_years=None if patient.born is None else age_on(patient.born, row.tested_on),
            sex=patient.sex,
            kinometric_number=str(patient.number),
            athena_patient_id=patient.link.athena_patient_id if patient.link else None,
            is_test=patient.is_sandbox,
        ),
        circumstances=_circumstances(unit, row, practice.name, row.tested_at.astimezone(zone), results),
        review=_review(unit, row.review_id, zone),
        stances=stance_reports(
            session,
            _signals(unit, keys, session, counting),
            {result.confirmed_by: result.confirmed_by_name for result in results if result.confirmed_by},
        ),
        level=session_level(session),
        made_at=unit.now.astimezone(zone).replace(microsecond=0),
        engine=ENGINE_VERSION,
        program=__version__,
        gaps=gap_sentences(session),
        trend=_trend(earlier, row, zone),
        trend_sentence=left_out_sentence(unit, row),
        measurement_error=measurement_error(unit),
        replaces=_replaced(filed, zone),
        questionnaires=tuple(
            QuestionnaireSummary(each.name, each.total_text, each.note, each.flagged)
            for each in questionnaires_of(unit, keys, session_id, age_at(patient.born, row.tested_on))
        ),
        note=_note(unit, keys, row) if options.note else None,
        interpretation=SignedText(interpretation.text, accepted, interpretation.source == "language_model")
        if accepted
        else None,
        options=PageOptions(
            traces=options.traces,
            trend=options.trend,
            note=options.note,
            interpretation=accepted is not None,
            age_view=practice.age_view_in_report,
            page_size=practice.page_size,
        ),
    )
    return Draft(content, patient, row, identity)


def _filed(unit: Unit, session_id: str) -> Row[Any] | None:
    """Return the upload of this session's report that is in the chart now; None without one."""
    mine = (uploads.c.practice_id == unit.practice_id) & (uploads.c.session_id == session_id)
    columns = uploads.c.id, uploads.c.revision, uploads.c.document_id, uploads.c.attempted_at
    return unit.first(select(*columns).where(mine, uploads.c.state == "filed").order_by(uploads.c.revision.desc()))


def _identity(row: Row[Any], patient: Patient, filed: Row[Any] | None) -> DocumentIdentity:
    """Return the ids that the document carries; after a filed report it is a corrected one."""
    return DocumentIdentity(
        session_id=row.id,
        patient_id=patient.patient_id,
        review_id=row.review_id,
        athena_patient_id=patient.link.athena_patient_id if patient.link else None,
        link_version=patient.link_version,
        supersedes=filed.id if filed else None,
        revision=filed.revision + 1 if filed else 0,
    )


def _replaced(filed: Row[Any] | None, zone: ZoneInfo) -> FiledReport | None:
    if filed is None:
        return None
    sent = filed.attempted_at
    return FiledReport(filed.document_id or "", None if sent is None else sent.astimezone(zone).replace(microsecond=0))


def _circumstances(
    unit: Unit, row: Row[Any], practice: str, tested_at: datetime, results: list[Row[Any]]
) -> TestCircumstances:
    mine = departments.c.practice_id == unit.practice_id
    department = unit.first(select(departments.c.name).where(mine, departments.c.id == row.department_id))
    stated = [result for result in results if result.device or result.placement]
    placements = dict.fromkeys(_placement(result) for result in stated if result.placement)
    return TestCircumstances(
        practice=practice,
        department=department.name if department else "",
        tested_at=tested_at,
        performed_by=next((result.providername for result in results if result.providername), ""),
        device=", ".join(dict.fromkeys(result.device for result in stated if result.device)),
        placement=", ".join(placements),
        footwear_and_surface=", ".join(text for text in (row.footwear, row.surface) if text),
        assistance=row.assistance or "",
    )


def _placement(result: Row[Any]) -> str:
    mounted = ", portrait" if result.mounting == "portrait_screen_out" else ""
    return f"{result.placement}{mounted}"


def _review(unit: Unit, review_id: str | None, zone: ZoneInfo) -> Review | None:
    if review_id is None:
        return None
    row = unit.one(select(reviews).where(reviews.c.practice_id == unit.practice_id, reviews.c.id == review_id))
    return Review(row.by_name, row.at.astimezone(zone))


def _signals(unit: Unit, keys: KeyRing, session: Session, counting: dict[str, Row[Any]]) -> dict[str, SwaySignal]:
    signals = {}
    for stance, result in session.stances:
        row = counting[stance]
        if row.stated_outcome is not None or not result.trial.scorable:
            continue
        recording = stored_recording(keys, unit, row.id)
        if recording is not None:
            lifted = dataclasses.replace(recording, foot_lift_s=row.foot_lift_s)
            signals[stance] = process(lifted, foot_lift_s=row.foot_lift_s)
    return signals


def _trend(earlier: tuple[EarlierSession, ...], row: Row[Any], zone: ZoneInfo) -> tuple[TrendPoint, ...]:
    points = [
        TrendPoint(datetime.fromisoformat(each.tested_at).astimezone(zone).date(), each.scores) for each in earlier
    ]
    return (*points, TrendPoint(row.tested_on, row.summary.get("scores", {})))


def _note(unit: Unit, keys: KeyRing, row: Row[Any]) -> SignedText | None:
    text = open_note(keys, unit, row)
    return SignedText(text, row.note_by_name or "") if text else None


def render(draft: Draft) -> Rendered:
    """Make the PDF; outside any transaction, since it takes a while."""
    pdf = render_report(draft.content)
    return Rendered(pdf, hashlib.sha256(pdf).hexdigest(), content_hash(draft.content), page_count(pdf))


def keep_preview(
    unit: Unit, scope: PracticeScope, draft: Draft, rendered: Rendered, options: ReportOptions
) -> ReportPreview:
    """Remember a rendered report by its hash, so that only these bytes can be filed."""
    key, identity = new_key(), draft.identity
    unit.execute(
        insert(report_previews).values(
            id=key,
            practice_id=unit.practice_id,
            session_id=identity.session_id,
            patient_id=identity.patient_id,
            patient_version=draft.patient.version,
            athena_patient_id=identity.athena_patient_id,
            link_version=identity.link_version,
            revision=identity.revision,
            supersedes=identity.supersedes,
            session_version=draft.session.version,
            note_version=draft.session.note_version,
            interpretation_version=draft.session.interpretation_version,
            review_id=identity.review_id,
            sha256=rendered.sha256,
            content_hash=rendered.content_hash,
            pages=rendered.pages,
            options=dataclasses.asdict(options),
            made_at=unit.now,
            made_by=scope.user_id,
        )
    )
    record(
        unit,
        scope,
        "report_previewed",
        "session",
        identity.session_id,
        details={"preview_id": key, "sha256": rendered.sha256, "reviewed": identity.review_id is not None},
    )
    return ReportPreview(
        preview_id=key,
        pdf_base64=base64.b64encode(rendered.pdf).decode(),
        sha256=rendered.sha256,
        pages=rendered.pages,
        made_at=text_of(unit.now) or "",
        content_hash=rendered.content_hash,
        reviewed=identity.review_id is not None,
        marker_note=note_text(draft.patient, draft.session.tested_on),
    )


def report_exported(unit: Unit, scope: PracticeScope, session_id: str, preview_id: str, how: str) -> None:
    """Write down that a report was printed or saved to a file."""
    row = unit.one(
        select(report_previews.c.sha256).where(
            report_previews.c.practice_id == unit.practice_id,
            report_previews.c.id == preview_id,
            report_previews.c.session_id == session_id,
        )
    )
    details = {"preview_id": preview_id, "sha256": row.sha256}
    record(unit, scope, f"report_{how}", "session", session_id, details=details)
