"""What the report screen shows: the pages, the checks, the confirmation and the steps of an upload."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from kinometric.contract.sessions import ReportOptions
from kinometric.contract.uploads import UploadState
from kinometric_desktop.app.problems import Problem
from kinometric_desktop.app.report_pages import PagePicture

STEPS = ("Checking patient", "Checking report", "Sending to server", "Filing in athenaOne")
StepMark = Literal["done", "now", "open", "failed"]
Zoom = Literal["width", "page"]


@dataclass(frozen=True)
class CheckLine:
    """One check with its result."""

    passed: bool
    sentence: str
    note: str = ""


@dataclass(frozen=True)
class SendFacts:
    """Where the report would go."""

    to: str = ""
    patient: str = ""
    patient_id: str = ""
    test: str = ""
    department_id: str = ""
    department_source: str = ""
    document_class: str = ""
    note: str = ""
    environment: str = ""


@dataclass(frozen=True)
class CompareFact:
    """One field of both records, side by side."""

    label: str
    ours: str
    verdict: str
    symbol: str
    word: str
    theirs: str


@dataclass(frozen=True)
class Confirmation:
    """The question before anything is written to a chart."""

    title: str
    facts: tuple[CompareFact, ...]
    differences: str
    details: tuple[tuple[str, str], ...]
    environment: str
    read_at: str
    asks_reason: bool
    """True for a corrected report, which needs a typed reason."""
    year_right: bool = False
    year_attempt: int = 0
    """Grows when a wrong year was typed, so that the cells are cleared."""
    complaint: str = ""
    obstacle: str = ""
    ready: bool = False


@dataclass(frozen=True)
class StepLine:
    """One of the four steps."""

    name: str
    mark: StepMark


@dataclass(frozen=True)
class Sending:
    """An upload under way or over."""

    steps: tuple[StepLine, ...]
    sentence: str = ""
    code: str = ""
    state: UploadState | None = None
    document_id: str = ""
    marker: str = ""
    upload_id: str = ""
    can_cancel: bool = False
    can_ask_again: bool = False
    over: bool = False


Phase = Literal["empty", "loading", "ready", "failed"]


@dataclass(frozen=True)
class ReportState:
    """Everything the report screen shows."""

    phase: Phase = "empty"
    options: ReportOptions = field(default_factory=ReportOptions)
    draft_accepted: bool = False
    """Only an interpretation that a person has accepted may be part of the report."""
    draft_reason: str = ""
    """Why there is none to be shown; empty where there is."""
    page_count: int = 0
    page: int = 1
    zoom: Zoom = "width"
    pictures: tuple[PagePicture, ...] = ()
    thumbnails: tuple[PagePicture, ...] = ()
    sha256: str = ""
    made_at: str = ""
    reviewed: bool = False
    facts: SendFacts = field(default_factory=SendFacts)
    departments: tuple[tuple[str, str], ...] = ()
    checks: tuple[CheckLine, ...] = ()
    checks_word: str = ""
    may_upload: bool = False
    uploading_used: bool = True
    """False in a practice without athenaOne."""
    reasons: tuple[str, ...] = ()
    """Why Upload can't be pressed."""
    needs_match: bool = False
    busy: str = ""
    problem: Problem | None = None
    message: str = ""
    confirmation: Confirmation | None = None
    sending: Sending | None = None

    @property
    def year_asked(self) -> bool:
        """True while the birth year is asked for: then no page is shown, since each bears the birth date."""
        return self.confirmation is not None and not self.confirmation.year_right
