"""Kinometric's patients, athenaOne's records, and the link between the two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kinometric.contract.accounts import STRICT

LinkMethod = Literal["id", "search", "import"]


@dataclass(frozen=True)
class Link:
    """The confirmed tie of a patient to an athenaOne chart."""

    athena_patient_id: str
    linked_at: str
    linked_by: str
    method: LinkMethod
    accepted_differences: tuple[str, ...]
    last_verified_at: str | None
    version: int


@dataclass(frozen=True)
class Patient:
    """A patient of the practice."""

    patient_id: str
    number: int
    lastname: str
    firstname: str
    middlename: str
    suffix: str
    preferredname: str
    born: date | None
    sex: str
    phone: str
    zip: str
    is_sandbox: bool
    department_id: str | None
    link: Link | None
    link_version: int
    sessions: int
    last_session_at: str | None
    version: int
    similar_names: int = 0


@dataclass(frozen=True)
class NewPatient:
    """A patient known to Kinometric only."""

    lastname: str
    firstname: str
    born: date | None = None
    sex: str = ""
    middlename: str = ""
    suffix: str = ""
    preferredname: str = ""
    phone: str = ""
    zip: str = ""
    is_sandbox: bool = False
    department_id: str | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class CorrectPatient:
    """A correction of a patient's record; None leaves a field as it is, and a reason is always given."""

    version: int
    reason: str
    lastname: str | None = None
    firstname: str | None = None
    middlename: str | None = None
    suffix: str | None = None
    preferredname: str | None = None
    born: date | None = None
    sex: str | None = None
    phone: str | None = None
    zip: str | None = None
    department_id: str | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class PatientSearch:
    """One box: last name, first name, birth date, Kinometric number or athenaOne patient ID."""

    text: str
    limit: int = 50

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class PatientList:
    """Patients found, best first; `more` when the list was cut."""

    patients: tuple[Patient, ...]
    more: bool


@dataclass(frozen=True)
class AthenaPatient:
    """A patient as athenaOne stores it; what athenaOne left out is empty or None."""

    athena_patient_id: str
    lastname: str
    firstname: str
    middlename: str
    suffix: str
    preferredname: str
    born: date | None
    sex: str
    phone: str
    phone_kind: str
    zip: str
    status: str
    department_id: str | None
    department_name: str | None
    department_allowed: bool
    fingerprint: str
    """Keyed hash of the demographics, sent back at link time: a record that changed meanwhile is not linked."""


@dataclass(frozen=True)
class AthenaSearch:
    """Search athenaOne for a patient; the birth date ranks and never hides."""

    patient_id: str
    lastname: str
    firstname: str = ""
    born: date | None = None
    athena_department_id: str | None = None
    wider: bool = False

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class AthenaLookup:
    """Read one athenaOne record by its ID, for the patient whose record it may be (None for an import)."""

    athena_patient_id: str
    patient_id: str | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class AthenaCandidates:
    """What a search found, unranked: the workstation and the server rank with the same library."""

    candidates: tuple[AthenaPatient, ...]
    hidden_other_department: int
    steps: tuple[str, ...]
    requests_used: int
    requests_allowed: int
    can_go_wider: bool


@dataclass(frozen=True)
class MakeLink:
    """Link a patient to an athenaOne record that was compared side by side."""

    athena_patient_id: str
    fingerprint: str
    typed_birth_year: str
    method: LinkMethod
    link_version: int
    reasons: dict[str, str]
    """Reason by field ("lastname", "born", "sex", "firstname") for each difference that needs one."""
    birth_year_was_shown: bool = False

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class EndLink:
    """Take a link back, with a reason."""

    link_version: int
    reason: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class VerifyLink:
    """Say that a linked record, read fresh, is still the same person."""

    link_version: int
    fingerprint: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class ShowBirthYear:
    """Show a masked year of birth, with a reason; audited."""

    reason: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class ImportPatient:
    """Make a Kinometric patient from an athenaOne record: name, birth date, sex, and the link."""

    athena_patient_id: str
    fingerprint: str
    typed_birth_year: str
    accept_similar: bool = False

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class LinkEvent:
    """One line of a link's history."""

    at: str
    by: str
    action: Literal["linked", "unlinked", "verified", "verify_failed"]
    athena_patient_id: str
    reason: str


@dataclass(frozen=True)
class LinkHistory:
    """All that happened to a patient's link, newest first, and how many documents were filed under it."""

    events: tuple[LinkEvent, ...]
    documents_filed: int


@dataclass(frozen=True)
class WorklistQuery:
    """Which day and department; None is today and every department."""

    day: date | None = None
    department_id: str | None = None

    __pydantic_config__ = STRICT


NextStep = Literal["match", "review", "report", "upload", "filed", "sending", "problem", "not_scorable", "nothing"]


@dataclass(frozen=True)
class WorklistRow:
    """One test session with its patient and what it needs next."""

    session_id: str
    patient: Patient
    tested_at: str
    stances_done: int
    level: str | None
    level_score: float | None
    level_note: str
    provisional: bool
    next_step: NextStep
    next_step_note: str = ""
    upload_state: str | None = None
    stances: tuple[str, ...] = ()
    """Per stance in the order LBEO, RBEO, LBEC, RBEC: "" for nothing yet, else the outcome."""


@dataclass(frozen=True)
class Worklist:
    """A day's sessions, newest first."""

    day: date
    rows: tuple[WorklistRow, ...]
    read_at: str
