"""Practices, their scope sheet, and their departments beside athenaOne's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kinometric.contract.accounts import STRICT, Environment

Credentials = Literal["none", "own", "shared"]
Encoding = Literal["multipart_base64", "form_base64", "multipart_file"]


@dataclass(frozen=True)
class NewPractice:
    """A practice to be made by a superadmin."""

    name: str
    slug: str
    time_zone: str = "America/New_York"
    address: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    phone: str = ""

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Practice:
    """A practice as its administrators see it."""

    practice_id: str
    name: str
    slug: str
    time_zone: str
    address: str
    city: str
    state: str
    zip: str
    phone: str
    is_active: bool
    version: int


@dataclass(frozen=True)
class ChangePractice:
    """New name and address of a practice; None leaves a field as it is. Zone and ``is_active`` are a superadmin's."""

    version: int
    name: str | None = None
    address: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    phone: str | None = None
    time_zone: str | None = None
    is_active: bool | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class SharedCredentials:
    """athenaOne credentials that practices with ``shared`` use in one environment; the secret is never read."""

    athena_environment: Literal["standin", "preview", "production"]
    client_id: str


@dataclass(frozen=True)
class SetSharedCredentials:
    """Set the shared credentials of one environment."""

    athena_environment: Literal["standin", "preview", "production"]
    client_id: str
    client_secret: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class ScopeSheet:
    """What a practice has switched on; everything beyond the four requests of the specification is off by default."""

    athena_environment: Environment
    athena_credentials: Credentials
    athena_practice_id: str | None
    client_id: str | None
    secret_set_at: str | None
    documents_write: bool
    upload_encoding: Encoding
    athena_dob_param: bool
    documents_list: bool
    health_endpoints: bool
    appointments: bool
    webhooks: bool
    fax: bool
    hl7: bool
    interpretation_model: bool
    age_view_in_report: bool
    require_devices: bool
    second_factor_for_admins: bool
    single_session: bool
    version: int
    page_size: Literal["letter", "a4"] = "letter"
    model_address: str | None = None
    """Where the optional language model is asked; its key is never part of an answer."""
    model_name: str | None = None
    model_key_set_at: str | None = None


@dataclass(frozen=True)
class ChangeScope:
    """A change of the scope sheet by a superadmin; None leaves a field as it is, the secret is written, never read."""

    version: int
    athena_environment: Environment | None = None
    athena_credentials: Credentials | None = None
    athena_practice_id: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    documents_write: bool | None = None
    upload_encoding: Encoding | None = None
    athena_dob_param: bool | None = None
    documents_list: bool | None = None
    health_endpoints: bool | None = None
    appointments: bool | None = None
    webhooks: bool | None = None
    fax: bool | None = None
    hl7: bool | None = None
    interpretation_model: bool | None = None
    age_view_in_report: bool | None = None
    require_devices: bool | None = None
    second_factor_for_admins: bool | None = None
    single_session: bool | None = None
    page_size: Literal["letter", "a4"] | None = None
    model_address: str | None = None
    """Another address forgets the key; "" takes address and key away."""
    model_name: str | None = None
    model_key: str | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Department:
    """One department of the practice in Kinometric; active means allowed."""

    department_id: str
    athena_department_id: str | None
    name: str
    patient_facing_name: str
    is_active: bool
    is_practice_default: bool
    is_mine: bool
    default_of_users: int
    patients: int
    in_athena: bool | None
    version: int


@dataclass(frozen=True)
class Departments:
    """The practice's departments, and when athenaOne's list was last read."""

    departments: tuple[Department, ...]
    athena_read_at: str | None


@dataclass(frozen=True)
class AthenaDepartment:
    """One department as athenaOne lists it."""

    athena_department_id: str
    name: str
    patient_facing_name: str
    hidden: bool
    allowed: bool


@dataclass(frozen=True)
class AthenaDepartmentPage:
    """A page of athenaOne's departments; `total` is None where athenaOne does not say."""

    departments: tuple[AthenaDepartment, ...]
    offset: int
    next_offset: int | None
    total: int | None


@dataclass(frozen=True)
class AllowDepartment:
    """Allow one of athenaOne's departments in Kinometric."""

    athena_department_id: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class DepartmentChange:
    """Allow or stop a department, or rename what patients see; None leaves a field as it is."""

    version: int
    is_active: bool | None = None
    patient_facing_name: str | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class AuditQuery:
    """Which audit entries to list: between two numbers, of a user, an action, an object, an outcome, of some days.

    Days are those of the practice's time zone, both included. ``before_seq`` is the page that follows, since the newest
    come first.
    """

    after_seq: int = 0
    limit: int = 200
    user_id: str | None = None
    action: str | None = None
    object_id: str | None = None
    before_seq: int | None = None
    outcome: str | None = None
    from_day: date | None = None
    to_day: date | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class AuditRow:
    """One entry of the audit trail; ids only."""

    seq: int
    at: str
    user_id: str | None
    action: str
    object_type: str
    object_id: str
    outcome: str
    ip: str
    request_id: str
    reason: str | None = None


@dataclass(frozen=True)
class AuditPage:
    """A page of the audit trail, newest first, with the head of its chain."""

    rows: tuple[AuditRow, ...]
    head_seq: int
    head_mac: str


@dataclass(frozen=True)
class NewDepartment:
    """A department that the practice adds itself; it has no counterpart in athenaOne."""

    name: str
    patient_facing_name: str = ""

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Incident:
    """Something that an administrator must look at; ids only."""

    incident_id: str
    at: str
    kind: str
    audit_seq: int | None
    acknowledged_at: str | None
    acknowledged_by: str | None
    note: str = ""


@dataclass(frozen=True)
class AcknowledgeIncident:
    """An administrator's word on an incident: what it was. It names no patient."""

    note: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class AthenaProbe:
    """One request of the diagnostics and what came of it."""

    name: str
    request: str
    finding: Literal[
        "works", "refused", "not_a_path", "wrong_practice", "throttled", "no_answer", "unreachable", "unclear"
    ]
    sentence: str
    status: int | None
    took_s: float | None


@dataclass(frozen=True)
class AthenaDiagnosis:
    """Which requests athenaOne answers for the practice, and a text for athenahealth's support without secrets."""

    at: str
    works: bool
    host: str
    probes: tuple[AthenaProbe, ...]
    requests_left_today: int | None
    support_request: str
