"""What the match screen shows: the search form, the candidates, the comparison, and what a link still needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kinometric.contract.patients import AthenaPatient, LinkEvent
from kinometric.matching import Band, FieldVerdict, Span, Verdict
from kinometric_desktop.app.problems import Problem

Busy = Literal["", "search", "wider", "lookup", "open", "link", "unlink", "verify", "import", "year"]
YearMark = Literal["asked", "right", "wrong", "not_asked"]
ANY_DEPARTMENT = "any"


@dataclass(frozen=True, repr=False)
class SearchForm:
    """What is typed into the search pane; no repr, since names and dates stand in it.

    `born_text` is what the person typed, "" while the birth date is the record's.
    """

    lastname: str = ""
    firstname: str = ""
    born: date | None = None
    born_text: str = ""
    born_from_record: bool = True
    department: str = ANY_DEPARTMENT
    athena_id: str = ""


@dataclass(frozen=True)
class DepartmentChoice:
    """A department that a search can be narrowed to; `athena_department_id` "any" for all allowed ones."""

    athena_department_id: str
    name: str


@dataclass(frozen=True, repr=False)
class CandidateRow:
    """One candidate as the list shows it."""

    athena_patient_id: str
    name: str
    born: str
    sex: str
    verdict: Verdict
    symbol: str
    reason: str
    note: str = ""
    opened: bool = False


@dataclass(frozen=True)
class CandidateGroup:
    """The candidates of one band."""

    band: Band
    word: str
    rows: tuple[CandidateRow, ...]


@dataclass(frozen=True, repr=False)
class NearMatch:
    """Another candidate that is close to the opened one; spans mark what differs from the opened one."""

    athena_patient_id: str
    lastname: str
    firstname: str
    firstname_spans: tuple[Span, ...]
    born: str
    born_spans: tuple[Span, ...]
    sex: str
    sentence: str
    more: int = 0


@dataclass(frozen=True)
class ReasonRow:
    """A difference that needs a reason, and the one that was chosen."""

    field: str
    label: str
    choice: str = ""
    text: str = ""

    @property
    def reason(self) -> str:
        """What is written into the link's record."""
        return self.text.strip() if self.choice == "Other" else self.choice


@dataclass(frozen=True)
class YearEntry:
    """The birth year as the patient says it."""

    mark: YearMark = "asked"
    wrong_tries: int = 0
    typed_digits: int = 0
    sentence: str = ""


@dataclass(frozen=True, repr=False)
class ComparePanel:
    """Two records side by side, and what the link still needs."""

    athena_patient_id: str
    title: str
    band: Band
    band_word: str
    rows: tuple[FieldVerdict, ...]
    kinometric_number: str
    practice: str
    last_test: str
    department: str
    department_allowed: bool
    phone_kind: str
    warnings: tuple[str, ...]
    obstacles: tuple[str, ...]
    near: NearMatch | None
    reasons: tuple[ReasonRow, ...]
    year: YearEntry
    still_needed: str
    ready: bool
    fresh: bool
    open_s: int = 0
    weight: str = ""
    correctable: bool = False


@dataclass(frozen=True)
class LinkedPanel:
    """An existing link, its history, and what can be done with it."""

    athena_patient_id: str
    linked_at: str
    linked_by: str
    method: str
    accepted_differences: tuple[str, ...]
    last_verified: str
    history: tuple[LinkEvent, ...] = ()
    documents_filed: int = 0
    can_undo: bool = False
    verified_now: bool = False


@dataclass(frozen=True, repr=False)
class MatchState:
    """The match screen."""

    patient_id: str = ""
    may_match: bool = False
    may_not_sentence: str = ""
    online: bool = True
    form: SearchForm = field(default_factory=SearchForm)
    form_complaint: str = ""
    departments: tuple[DepartmentChoice, ...] = ()
    year_hidden: bool = True
    busy: Busy = ""
    searched: bool = False
    searched_name: str = ""
    searched_department: str = ""
    steps: tuple[str, ...] = ()
    requests: str = ""
    can_go_wider: bool = False
    groups: tuple[CandidateGroup, ...] = ()
    found: int = 0
    hidden_other_department: int = 0
    compare: ComparePanel | None = None
    linked: LinkedPanel | None = None
    problem: Problem | None = None
    compare_problem: Problem | None = None
    message: str = ""
    must_wait: bool = False

    @property
    def rows(self) -> tuple[CandidateRow, ...]:
        """All candidates in the order shown."""
        return tuple(row for group in self.groups for row in group.rows)


@dataclass(frozen=True, repr=False)
class Found:
    """A candidate with the way it was found."""

    record: AthenaPatient
    by_id: bool = False
    fresh: bool = False
