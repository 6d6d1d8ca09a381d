"""Every check before a report may be filed, each with its sentence: shown first, held at intake and again at send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from kinometric.contract import errors as codes
from kinometric.contract.patients import Patient
from kinometric.contract.uploads import UploadCheck
from kinometric.report.wording import moment
from kinometric_server.accounts.tables import user_practices, users
from kinometric_server.athena import gate
from kinometric_server.database import PracticeScope, Unit
from kinometric_server.errors import ServiceError
from kinometric_server.patients.charts import Access, SeenChart, access_of
from kinometric_server.patients.records import find_patient
from kinometric_server.patients.tables import patient_links
from kinometric_server.practices.sheet import scope_row
from kinometric_server.practices.tables import departments
from kinometric_server.results.reviewing import obstacles
from kinometric_server.results.tables import report_previews, reviews, test_sessions
from kinometric_server.security.sealing import KeyRing
from kinometric_server.uploads.states import LIVE
from kinometric_server.uploads.tables import uploads

NO_LINK = "No athenaOne patient ID linked to this patient."
NOT_ON = "Uploading to athenaOne is not switched on for this practice."
STALE_REPORT = (
    "The session, the note, the interpretation or the patient's record changed after this report was made. "
    "Make it again."
)


@dataclass(frozen=True)
class Check:
    """One check with its result, and the code and status with which a failed one refuses an order."""

    name: str
    passed: bool
    sentence: str
    code: str = codes.BAD_INPUT
    status: int = 422

    @property
    def shown(self) -> UploadCheck:
        """The check as the workstation gets it."""
        return UploadCheck(self.name, self.passed, self.sentence)


@dataclass(frozen=True)
class Ground:
    """What an upload rests on, read in one transaction."""

    patient: Patient
    session: Row[Any]
    preview: Row[Any]
    link: Row[Any] | None
    practice: Row[Any]
    access: Access
    tested_at_local: str


def ground_of(unit: Unit, keys: KeyRing, session_id: str, preview_id: str) -> Ground:
    """Read what an upload of this preview rests on; NotFoundError (404) if it isn't of this session."""
    mine = unit.practice_id
    session = unit.one(
        select(test_sessions).where(test_sessions.c.practice_id == mine, test_sessions.c.id == session_id)
    )
    preview = unit.one(
        select(report_previews).where(
            report_previews.c.practice_id == mine,
            report_previews.c.id == preview_id,
            report_previews.c.session_id == session_id,
        )
    )
    patient = find_patient(unit, session.patient_id)
    link = unit.first(
        select(patient_links).where(
            patient_links.c.practice_id == mine,
            patient_links.c.patient_id == patient.patient_id,
            patient_links.c.ended_at.is_(None),
        )
    )
    practice = scope_row(unit)
    return Ground(
        patient, session, preview, link, practice, access_of(unit, keys), moment(local(session.tested_at, practice))
    )


def local(at: Any, practice: Row[Any]) -> Any:
    """Return a moment in the practice's time zone."""
    return at.astimezone(ZoneInfo(practice.time_zone))


def check_ground(unit: Unit, ground: Ground) -> list[Check]:
    """Check everything that the server's own rows tell: scope, link, holds, review, report, environment."""
    patient, preview, link = ground.patient, ground.preview, ground.link
    practice, summary = ground.practice, ground.session.summary
    environment = practice.athena_environment
    on = environment != "none" and practice.documents_write
    checks = [Check("scope", on, "Uploading is switched on." if on else NOT_ON, codes.CAPABILITY_OFF, 403)]
    if link is None or patient.link is None:
        checks.append(Check("link", False, NO_LINK, codes.NO_LINK))
    else:
        same = (preview.athena_patient_id, preview.link_version) == (link.athena_patient_id, link.link_version)
        said = f"Linked to {link.athena_patient_id}." if same else "The link changed after this report was made."
        checks.append(Check("link", same, said, codes.PDF_DIFFERS))
        fits = link.environment == environment and patient.is_sandbox != (environment == "production")
        said = "Test patient, test environment." if patient.is_sandbox else "Real patient, production."
        if not fits:
            said = "This patient and link belong to another athenaOne environment."
        checks.append(Check("environment", fits, said, codes.LINK_REFUSED))
    held = not summary["holds_to_confirm"]
    said = "Holds confirmed." if held else " ".join(obstacles(summary))
    checks.append(Check("holds", held, said, codes.NOT_REVIEWED))
    checks.append(_review_check(unit, ground))
    session = ground.session
    made_of = (preview.session_version, preview.note_version, preview.interpretation_version, preview.patient_version)
    current = made_of == (session.version, session.note_version, session.interpretation_version, patient.version)
    said = "The report shows the present state." if current else STALE_REPORT
    checks.append(Check("report", current, said, codes.PDF_DIFFERS))
    return checks


def _review_check(unit: Unit, ground: Ground) -> Check:
    review_id = ground.session.review_id
    if review_id is None:
        return Check("review", False, "The session is not reviewed.", codes.NOT_REVIEWED)
    if review_id != ground.preview.review_id:
        return Check("review", False, "The session was reviewed after this report was made.", codes.PDF_DIFFERS)
    row = unit.one(select(reviews).where(reviews.c.practice_id == unit.practice_id, reviews.c.id == review_id))
    return Check("review", True, f"Reviewed by {row.by_name}, {moment(local(row.at, ground.practice))}.")


def check_department(unit: Unit, ground: Ground, department_id: str | None) -> tuple[Check, Row[Any] | None]:
    """Check that the target department is one of ours, allowed, and known to athenaOne."""
    mine = departments.c.practice_id == unit.practice_id
    row = None
    if department_id is not None:
        row = unit.first(select(departments).where(mine, departments.c.id == department_id))
    if row is None:
        return Check("department", False, "Choose a department to file the report in.", codes.NO_DEPARTMENT), None
    allowed = row.is_active and gate.target_allowed(row.athena_department_id or "", ground.access.allowed)
    said = f"Department allowed: {row.athena_department_id} {row.name}."
    if not allowed:
        said = "This department is not allowed in this practice, or athenaOne does not know it."
    return Check("department", allowed, said, codes.NO_DEPARTMENT), row


def check_chart(ground: Ground, seen: SeenChart) -> Check:
    """Check that the record in athenaOne is still the one that was linked."""
    if ground.link is None:
        return Check("chart", False, NO_LINK, codes.NO_LINK)
    if seen.chart.is_deleted:
        said = "The record was deleted or merged in athenaOne. Match the patient again."
        return Check("chart", False, said, codes.LINK_REFUSED)
    same = seen.patient.fingerprint == ground.link.fingerprint
    said = "athenaOne record unchanged since the link."
    if not same:
        said = "athenaOne record changed since you linked it. Verify the link before you upload."
    return Check("chart", same, said, codes.LINK_REFUSED)


@dataclass(frozen=True)
class Sequence:
    """Where an order stands among the session's uploads."""

    live_upload_id: str | None
    filed_upload_id: str | None
    revision: int

    @property
    def is_correction(self) -> bool:
        """Whether a report of the session is in the chart already."""
        return self.filed_upload_id is not None


def sequence_of(unit: Unit, session_id: str, *, but: str | None = None) -> Sequence:
    """Read which uploads the session already has; `but` leaves one of them out."""
    rows = unit.all(
        select(uploads.c.id, uploads.c.state, uploads.c.revision, uploads.c.holds_key)
        .where(uploads.c.practice_id == unit.practice_id, uploads.c.session_id == session_id)
        .order_by(uploads.c.revision)
    )
    live = [
        row for row in rows if row.id != but and (row.state in LIVE or (row.state == "abandoned" and row.holds_key))
    ]
    filed = [row for row in rows if row.state == "filed"]
    return Sequence(
        live_upload_id=live[-1].id if live else None,
        filed_upload_id=filed[-1].id if filed else None,
        revision=filed[-1].revision + 1 if filed else 0,
    )


def check_sequence(ground: Ground, sequence: Sequence) -> Check:
    """Check that nothing of this session is on its way, and that a second report is made as a corrected one."""
    if sequence.live_upload_id is not None:
        said = "A report of this session is on its way, or nobody knows yet whether it arrived. Look in Uploads."
        return Check("sent_before", False, said, codes.ALREADY_SENT, 409)
    if ground.preview.revision != sequence.revision or ground.preview.supersedes != sequence.filed_upload_id:
        said = "A report of this session was filed after this one was made. Make it again."
        return Check("sent_before", False, said, codes.PDF_DIFFERS)
    if sequence.is_correction:
        return Check("sent_before", True, "A report is in the chart already; this one corrects it.")
    return Check("sent_before", True, "Not sent before.")


def check_role(unit: Unit, user_id: str | None) -> Check:
    """Check that the person who gave the order still may upload in this practice."""
    row = unit.first(
        select(user_practices.c.can_upload)
        .join(users, users.c.user_id == user_practices.c.user_id)
        .where(
            user_practices.c.practice_id == unit.practice_id,
            user_practices.c.user_id == user_id,
            user_practices.c.is_active,
            users.c.is_active,
            user_practices.c.can_upload,
            user_practices.c.role.in_(("admin", "clinician")),
        )
    )
    allowed = row is not None
    said = "The person may upload." if allowed else "The person who ordered this may no longer upload here."
    return Check("role", allowed, said, codes.NOT_ALLOWED, 403)


def refuse_failed(checks: list[Check]) -> None:
    """Raise the first failed check's refusal, with the sentences of all that failed."""
    failed = [check for check in checks if not check.passed]
    if failed:
        raise ServiceError(failed[0].code, " ".join(check.sentence for check in failed), failed[0].status)


def chosen_department(scope: PracticeScope, ground: Ground, asked: str | None) -> tuple[str | None, str]:
    """Return the target department and where it comes from: the person's choice, their own, the practice's default."""
    if asked is not None and asked != scope.department_id:
        return asked, "your choice"
    if scope.department_id is not None:
        return scope.department_id, "from your profile"
    if ground.practice.athena_default_dept is not None:
        return str(ground.practice.athena_default_dept), "the practice's default"
    return None, ""
