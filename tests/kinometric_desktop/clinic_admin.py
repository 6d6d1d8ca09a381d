"""An invented practice as its administrators see it: users, scope sheet, audit, incidents, diagnostics."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kinometric.contract.accounts import Device, UserRow
from kinometric.contract.practices import (
    AthenaDiagnosis,
    AthenaProbe,
    AuditPage,
    AuditRow,
    Departments,
    Incident,
    Practice,
    ScopeSheet,
)
from tests.kinometric_desktop.house import NOW, House, department, me


def user(user_id: str, username: str, name: str, role: str = "clinician", **more: Any) -> UserRow:
    """A user of the practice."""
    values: dict[str, Any] = {
        "email": f"{username}@clinic.example", "can_match": True, "can_review": False, "can_upload": False,
        "department_id": "d-pt", "is_active": True, "second_factor_on": False, "last_seen": NOW.isoformat(),
        "version": 3, "is_default": True, "live_sessions": 1,
    }  # fmt: skip
    return UserRow(user_id, username, name, role=role, **{**values, **more})  # type: ignore[arg-type]


USERS = (
    user("u-1", "dsmith", "Dr. Smith", "admin", can_review=True, can_upload=True, second_factor_on=True),
    user("u-2", "frontdesk", "Terry Beispiel"),
    user("u-3", "agency", "Locum Muster", can_review=True, only_here=False, is_default=False),
    user("u-4", "student", "Student Prueba", "readonly", is_active=False, last_seen=None, live_sessions=0),
    user("u-5", "newcomer", "New Comer", password_to_change=True, last_seen=None, live_sessions=0),
)
SHEET = ScopeSheet(
    athena_environment="preview", athena_credentials="own", athena_practice_id="990017", client_id="client-7",
    secret_set_at="2026-05-05T12:00:00+00:00", documents_write=True, upload_encoding="multipart_base64",
    athena_dob_param=False, documents_list=False, health_endpoints=True, appointments=False, webhooks=False, fax=False,
    hl7=False, interpretation_model=False, age_view_in_report=False, require_devices=False,
    second_factor_for_admins=True, single_session=False, version=9,
)  # fmt: skip
PRACTICE = Practice(
    "p-harbor", "Harbor Street Clinic", "harbor-street", "America/New_York", "12 Harbor Street", "Springfield", "MD",
    "00104", "(410) 555-0142", True, 4,
)  # fmt: skip
DEVICES = (
    Device("d-1", "Front desk, left", NOW.isoformat(), NOW.isoformat(), revoked=False),
    Device("d-2", "Old laptop", NOW.isoformat(), None, revoked=True),
)
_ACTIONS = (
    ("upload_accepted", "upload", "success"), ("athena_patient_read", "athena_patient", "success"),
    ("session_reviewed", "session", "success"), ("link_verify_failed", "patient", "failed"),
    ("get_athena_patient_denied", "athena_patient", "denied"), ("sign_in", "user", "success"),
    ("sign_in_failed", "user", "failed"), ("practice_entered", "practice", "success"),
)  # fmt: skip


def entry(seq: int, **more: Any) -> AuditRow:
    """An entry of the audit trail."""
    action, kind, outcome = _ACTIONS[seq % len(_ACTIONS)]
    row = AuditRow(
        seq, f"2026-11-02T19:{seq % 60:02d}:07+00:00", USERS[seq % 3].user_id, action, kind, f"{seq:032x}", outcome,
        "203.0.113.14", f"{seq:032d}", "Setting it up" if action == "practice_entered" else None,
    )  # fmt: skip
    return replace(row, **more)


def page(first: int, count: int) -> AuditPage:
    """A page of entries, newest first."""
    return AuditPage(tuple(entry(seq) for seq in range(first, max(0, first - count), -1)), 5000, "mac")


INCIDENTS = (
    Incident("i-1", "2026-11-02T18:02:44+00:00", "get_athena_patient_denied", 340, None, None),
    Incident("i-2", "2026-11-02T17:10:55+00:00", "practice_entered", 331, None, None),
    Incident("i-3", "2026-11-01T17:10:55+00:00", "access_denied", 212, NOW.isoformat(), "u-1", "A wrong click"),
)
DIAGNOSIS = AthenaDiagnosis(
    NOW.isoformat(), False, "api.preview.platform.athenahealth.com",
    (
        AthenaProbe("Token", "POST /oauth2/v1/token", "works", "works", 200, 0.31),
        AthenaProbe("Ping", "GET /v1/{practice}/ping", "works", "works", 200, 0.12),
        AthenaProbe("Departments", "GET /v1/{practice}/departments", "refused",
                    "refused: the credentials have no access to this", 403, 0.2),
        AthenaProbe("Patient search", "GET /v1/{practice}/patients", "no_answer", "athenaOne did not answer", None,
                    None),
    ),
    4812, "Kinometric support request\nEnvironment: preview\nDepartments: 403",
)  # fmt: skip


def furnished(house: House) -> House:
    """The server's answers for an administrator."""
    server = house.server
    server.accounts.answers.update(
        users=USERS, users_devices=DEVICES, me=me("admin"), end_sessions=None, devices=DEVICES,
        change_user=lambda user_id, form: replace(next(one for one in USERS if one.user_id == user_id), version=4),
        add_user=lambda form: user("u-9", form.username, form.display_name),
        add_member=lambda form: user("u-8", form.username, "Elsewhere", only_here=False),
        drop_users_second_factor=lambda user_id: replace(USERS[0], second_factor_on=False),
        allow_everywhere=lambda user_id, form: replace(USERS[1], is_active=form.is_active),
        enrol_users_device=lambda user_id, form: replace(DEVICES[0], name=form.name),
        revoke_device=lambda user_id, device_id: tuple(replace(one, revoked=True) for one in DEVICES),
    )  # fmt: skip
    server.practice.answers.update(
        scope=SHEET, get=PRACTICE, incidents=INCIDENTS, diagnose_athena=DIAGNOSIS,
        audit=lambda query: page((query.before_seq or 5000) - 1, query.limit),
        acknowledge=lambda incident_id, form: tuple(
            replace(one, acknowledged_at=NOW.isoformat(), acknowledged_by="u-1", note=form.note)
            if one.incident_id == incident_id else one
            for one in INCIDENTS
        ),
        change_scope=lambda form: replace(SHEET, version=10),
        change=lambda form: replace(PRACTICE, version=5),
        change_any=lambda practice_id, form: replace(PRACTICE, is_active=False),
    )  # fmt: skip
    server.departments.answers["list"] = Departments(
        (department(), department("d-e", athena_department_id="3", name="Eastside PT")), NOW.isoformat()
    )
    return house
