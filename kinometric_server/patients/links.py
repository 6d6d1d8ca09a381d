"""Tie a patient to an athenaOne chart after both records were compared, verify the tie, and take it back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from kinometric.contract import errors as codes
from kinometric.contract.patients import (
    AthenaPatient,
    EndLink,
    LinkEvent,
    LinkHistory,
    LinkMethod,
    MakeLink,
    Patient,
    VerifyLink,
)
from kinometric.matching import LinkCheck, PersonRecord, birth_year_is_right, link_obstacles, missing_reasons
from kinometric_server.audit import record
from kinometric_server.audit.trail import FAILED
from kinometric_server.database import PracticeScope, Role, Unit, new_key
from kinometric_server.errors import BadInputError, ConflictError, StaleWriteError
from kinometric_server.patients.records import find_patient, required_reason, rewrite_words, text_of
from kinometric_server.patients.tables import link_events, patient_links, patients
from kinometric_server.uploads.steps import cancel_queued
from kinometric_server.uploads.tables import uploads

CHANGED_MEANWHILE = "The athenaOne record changed since it was shown. Look at it again before you link."
WRONG_YEAR = "The year of birth is not that of both records. Ask the patient again."
NO_LINK = "No athenaOne patient ID linked to this patient."


@dataclass(frozen=True)
class LinkOrder:
    """What a person has confirmed about a record before it is linked."""

    fingerprint: str
    typed_birth_year: str
    method: LinkMethod
    link_version: int
    reasons: dict[str, str]
    birth_year_was_shown: bool = False


def make_link(
    unit: Unit, scope: PracticeScope, patient_id: str, body: MakeLink, chart: AthenaPatient, environment: str
) -> Patient:
    """Link a patient to the chart that was read from athenaOne just now.

    Parameters
    ----------
    chart : AthenaPatient
        The fresh record; the department gate has passed.
    environment : str
        The practice's athenaOne environment.

    Raises
    ------
    BadInputError
        ``KS-422L`` with every obstacle as a sentence, ``KS-422Y`` for a wrong year.
    ConflictError
        ``KS-409L`` when the chart is linked to another patient, or this patient to another chart.
    StaleWriteError
        When the link changed since it was shown.
    """
    order = LinkOrder(
        body.fingerprint,
        body.typed_birth_year,
        body.method,
        body.link_version,
        dict(body.reasons),
        body.birth_year_was_shown,
    )
    return link_to(unit, scope, find_patient(unit, patient_id), order, chart, environment)


def link_to(
    unit: Unit, scope: PracticeScope, patient: Patient, order: LinkOrder, chart: AthenaPatient, environment: str
) -> Patient:
    """Check the order against both records and write the link."""
    if patient.link_version != order.link_version:
        raise StaleWriteError
    if patient.link is not None:
        raise ConflictError("This patient is already linked. End that link first.", codes.ALREADY_LINKED)
    if chart.fingerprint != order.fingerprint:
        raise BadInputError(CHANGED_MEANWHILE, codes.LINK_REFUSED)
    check = check_link(patient, chart, environment, is_admin=scope.role in (Role.ADMIN, Role.SUPERADMIN))
    if check.obstacles:
        record(unit, scope, "link_refused", "patient", patient.patient_id, FAILED)
        raise BadInputError(" ".join(obstacle.sentence for obstacle in check.obstacles), codes.LINK_REFUSED)
    ours, theirs = PersonRecord.of(patient), PersonRecord.of(chart)
    if not birth_year_is_right(ours, theirs, order.typed_birth_year):
        record(unit, scope, "link_refused", "patient", patient.patient_id, FAILED)
        raise BadInputError(WRONG_YEAR, codes.WRONG_BIRTH_YEAR)
    lacking = missing_reasons(check, order.reasons)
    if lacking:
        raise BadInputError(" ".join(f"{need.label} is missing." for need in lacking), codes.LINK_REFUSED)
    _refuse_second_use(unit, chart.athena_patient_id, patient.patient_id)
    needed = {need.field for need in check.reasons_needed}
    return _write(unit, scope, patient, order, chart, environment, check, needed)


def check_link(patient: Patient, chart: AthenaPatient, environment: str, *, is_admin: bool) -> LinkCheck:
    """Say what stands between a patient and a chart."""
    return link_obstacles(
        PersonRecord.of(patient),
        PersonRecord.of(chart),
        chart.status,
        is_admin=is_admin,
        is_sandbox=patient.is_sandbox,
        environment=environment,
        department_allowed=chart.department_allowed,
    )


def _refuse_second_use(unit: Unit, athena_patient_id: str, patient_id: str) -> None:
    other = unit.first(
        select(patients.c.id, patients.c.number).where(
            patients.c.practice_id == unit.practice_id,
            patients.c.realpatientid == athena_patient_id,
            patients.c.id != patient_id,
        )
    )
    if other is not None:
        raise ConflictError(
            f"athenaOne ID {athena_patient_id} is already linked to the patient with number {other.number}.",
            codes.ALREADY_LINKED,
        )


def _write(
    unit: Unit,
    scope: PracticeScope,
    patient: Patient,
    order: LinkOrder,
    chart: AthenaPatient,
    environment: str,
    check: LinkCheck,
    needed: set[str],
) -> Patient:
    key, version = new_key(), patient.link_version + 1
    reasons = {field: order.reasons[field].strip() for field in sorted(needed)}
    _change_patient(unit, patient.patient_id, patient.link_version, chart.athena_patient_id)
    unit.execute(
        insert(patient_links).values(
            id=key,
            practice_id=unit.practice_id,
            patient_id=patient.patient_id,
            athena_patient_id=chart.athena_patient_id,
            environment=environment,
            method=order.method,
            verdicts=check.comparison.verdicts,
            reasons=reasons,
            model_version=check.comparison.model_version,
            fingerprint=chart.fingerprint,
            link_version=version,
            linked_at=unit.now,
            linked_by=scope.user_id,
            linked_by_name=scope.user_name,
            last_verified_at=unit.now,
        )
    )
    said = "; ".join(f"{field}: {reason}" for field, reason in reasons.items())
    _write_event(unit, scope, patient.patient_id, "linked", chart.athena_patient_id, said)
    record(
        unit,
        scope,
        "patient_linked",
        "patient",
        patient.patient_id,
        reason=said or None,
        details={
            "athena_patient_id": chart.athena_patient_id,
            "method": order.method,
            "band": check.comparison.band,
            "birth_year_was_shown": order.birth_year_was_shown,
        },
    )
    rewrite_words(unit, patient.patient_id)
    return find_patient(unit, patient.patient_id)


def _change_patient(unit: Unit, patient_id: str, link_version: int, athena_patient_id: str | None) -> None:
    changed = unit.execute(
        update(patients)
        .where(
            patients.c.practice_id == unit.practice_id,
            patients.c.id == patient_id,
            patients.c.link_version == link_version,
        )
        .values(realpatientid=athena_patient_id, link_version=link_version + 1)
    ).rowcount
    if changed != 1:
        raise StaleWriteError


def end_link(unit: Unit, scope: PracticeScope, patient_id: str, body: EndLink) -> Patient:
    """Take a link back, with a reason; queued uploads to that chart are cancelled."""
    reason = required_reason(body.reason)
    patient = find_patient(unit, patient_id)
    if patient.link is None:
        raise ConflictError(NO_LINK, codes.NO_LINK)
    if patient.link_version != body.link_version:
        raise StaleWriteError
    _change_patient(unit, patient_id, patient.link_version, None)
    unit.execute(
        update(patient_links)
        .where(
            patient_links.c.practice_id == unit.practice_id,
            patient_links.c.patient_id == patient_id,
            patient_links.c.ended_at.is_(None),
        )
        .values(ended_at=unit.now)
    )
    _write_event(unit, scope, patient_id, "unlinked", patient.link.athena_patient_id, reason)
    record(
        unit,
        scope,
        "patient_unlinked",
        "patient",
        patient_id,
        reason=reason,
        details={"athena_patient_id": patient.link.athena_patient_id},
    )
    cancel_queued(unit, scope, "Cancelled: the link to the chart was ended.", patient_id=patient_id)
    rewrite_words(unit, patient_id)
    return find_patient(unit, patient_id)


def verify_link(unit: Unit, scope: PracticeScope, patient_id: str, body: VerifyLink, chart: AthenaPatient) -> Patient:
    """Write down that the linked record, read fresh, is still the same person.

    Raises
    ------
    BadInputError
        ``KS-422L`` when the record changed while it was looked at; the history keeps that.
    """
    patient = find_patient(unit, patient_id)
    if patient.link is None:
        raise ConflictError(NO_LINK, codes.NO_LINK)
    if patient.link_version != body.link_version:
        raise StaleWriteError
    if chart.fingerprint != body.fingerprint:
        raise BadInputError(CHANGED_MEANWHILE, codes.LINK_REFUSED)
    unit.execute(
        update(patient_links)
        .where(
            patient_links.c.practice_id == unit.practice_id,
            patient_links.c.patient_id == patient_id,
            patient_links.c.ended_at.is_(None),
        )
        .values(last_verified_at=unit.now, fingerprint=chart.fingerprint)
    )
    _write_event(unit, scope, patient_id, "verified", chart.athena_patient_id, "")
    record(
        unit,
        scope,
        "link_verified",
        "patient",
        patient_id,
        details={"athena_patient_id": chart.athena_patient_id},
    )
    return find_patient(unit, patient_id)


def refuse_birth_year(unit: Unit, scope: PracticeScope, patient_id: str) -> None:
    """Write down that a wrong year of birth was typed three times."""
    patient = find_patient(unit, patient_id)
    linked_to = patient.link.athena_patient_id if patient.link else ""
    _write_event(unit, scope, patient_id, "verify_failed", linked_to, "A wrong year of birth was typed three times.")
    record(unit, scope, "link_verify_failed", "patient", patient_id, FAILED)


def link_history(unit: Unit, scope: PracticeScope, patient_id: str) -> LinkHistory:
    """Return all that happened to a patient's link, newest first."""
    find_patient(unit, patient_id)
    mine = link_events.c.practice_id == unit.practice_id
    rows = unit.all(
        select(link_events)
        .where(mine, link_events.c.patient_id == patient_id)
        .order_by(link_events.c.at.desc(), link_events.c.id)
    )
    filed = unit.all(
        select(uploads.c.id).where(
            uploads.c.practice_id == unit.practice_id, uploads.c.patient_id == patient_id, uploads.c.state == "filed"
        )
    )
    record(unit, scope, "link_history_read", "patient", patient_id)
    return LinkHistory(
        tuple(
            LinkEvent(text_of(row.at) or "", row.by_name, row.action, row.athena_patient_id, row.reason) for row in rows
        ),
        len(filed),
    )


def _write_event(
    unit: Unit, scope: PracticeScope, patient_id: str, action: str, athena_patient_id: str, reason: str
) -> None:
    unit.execute(
        insert(link_events).values(
            practice_id=unit.practice_id,
            patient_id=patient_id,
            at=unit.now,
            by_user=scope.user_id,
            by_name=scope.user_name,
            action=action,
            athena_patient_id=athena_patient_id,
            reason=reason,
        )
    )
