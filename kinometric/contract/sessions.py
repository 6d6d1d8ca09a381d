"""Test sessions: recordings in, trials with scores out, holds confirmed, the review stamped, the report previewed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from kinometric.contract.accounts import STRICT
from kinometric.contract.patients import Patient

Stance = Literal["LBEO", "RBEO", "LBEC", "RBEC"]
StatedOutcome = Literal["unable", "stopped", "supported", "not_attempted"]
Level = Literal["critical", "high", "moderate", "low"]
InterpretationSource = Literal["template", "language_model"]


@dataclass(frozen=True)
class NewResult:
    """One trial: a recording, or the word of a clinician why there is none.

    Either `recording_base64` (the file's bytes) or `outcome` is given. Without `session_id` a new session is begun.
    """

    patient_id: str
    stance: Stance
    tested_at: str
    """ISO 8601 with an offset."""
    session_id: str | None = None
    recording_base64: str | None = None
    rate_hz: float | None = None
    placement: str | None = None
    mounting: str | None = None
    device: str | None = None
    foot_lift_s: float | None = None
    outcome: StatedOutcome | None = None
    reason: str | None = None
    footwear: str | None = None
    surface: str | None = None
    assistance: str | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class FindingView:
    """One finding of quality."""

    code: str
    severity: Literal["fine", "shown", "not_scorable"]
    message: str


@dataclass(frozen=True)
class EventView:
    """One event that the detector saw."""

    kind: str
    at_s: float
    reason: str


@dataclass(frozen=True)
class AgeViewView:
    """What published norms say at the patient's age."""

    sentence: str
    evidence: Literal["solid", "fair", "thin"]
    source: str
    level: Level | None
    confirmed: bool
    """False while the figures were not confirmed in the original: then they are never printed."""


@dataclass(frozen=True)
class TrialView:
    """One trial as the server scored it."""

    trial_id: str
    stance: Stance
    recorded_at: str
    has_recording: bool
    synthetic: bool
    outcome: str
    reason: str | None
    scorable: bool
    window_start_s: float | None
    foot_lift_s: float | None
    hold_s: float | None
    held_full: bool
    hold_source: str | None
    plausible: bool
    provisional: bool
    detected_hold_s: float | None
    confirmed_by: str | None
    confirmed_at: str | None
    confirmed_reason: str | None
    score: float | None
    level: Level | None
    level_basis: Literal["score", "age"] | None
    explanation: str
    measures: dict[str, float | None]
    findings: tuple[FindingView, ...]
    events: tuple[EventView, ...]
    age_view: AgeViewView | None
    placement: str | None
    mounting: str | None
    device: str | None
    engine: str
    is_stance_value: bool
    """True for the trial that stands for its stance: the longest confirmed hold, ties by the first."""
    version: int


@dataclass(frozen=True)
class Headline:
    """The session's level: the worse eyes-open leg, or why it is incomplete."""

    level: Level | None
    stance: Stance | None
    score: float | None
    provisional: bool
    sentence: str


@dataclass(frozen=True)
class Gap:
    """A difference between two stances, shown only beyond the published noise."""

    kind: Literal["left_right_open", "left_right_closed", "open_closed_left", "open_closed_right"]
    score_gap: float | None
    beyond_noise: bool
    sentence: str


@dataclass(frozen=True)
class ReviewView:
    """The Reviewed stamp."""

    review_id: str
    by: str
    at: str


@dataclass(frozen=True)
class EarlierSession:
    """One earlier session for the trend; beside a session only reviewed ones, at most 59."""

    session_id: str
    tested_at: str
    scores: dict[str, float | None]


@dataclass(frozen=True)
class QuestionnaireView:
    """A questionnaire's total as it may be shown."""

    name: str
    total_text: str
    note: str
    flagged: tuple[str, ...]
    instrument: str = ""
    version: int = 0
    """Of the stored answers; sent back with other answers to the same questionnaire."""


@dataclass(frozen=True)
class SessionView:
    """A whole test session."""

    session_id: str
    patient: Patient
    tested_at: str
    tested_at_local: str
    time_zone: str
    performed_by: str
    providerlocation: str
    department_id: str | None
    footwear: str | None
    surface: str | None
    assistance: str | None
    trials: tuple[TrialView, ...]
    headline: Headline
    gaps: tuple[Gap, ...]
    trend: tuple[EarlierSession, ...]
    trend_sentence: str
    holds_to_confirm: int
    review: ReviewView | None
    review_obstacles: tuple[str, ...]
    """Sentences that say why the Reviewed stamp is not possible yet; empty when it is."""
    note: str
    note_version: int
    questionnaires: tuple[QuestionnaireView, ...]
    upload_obstacles: tuple[str, ...]
    uploads: tuple[str, ...]
    """Ids of this session's uploads, newest first."""
    engine: str
    version: int
    interpretation_draft: str = ""
    interpretation_accepted_by: str | None = None
    interpretation_text: str = ""
    """The text that a person left; empty without one."""
    interpretation_version: int = 0
    interpretation_withheld: str = ""
    """Why the text, or the draft, is withheld; empty where it is not."""
    interpretation_source: InterpretationSource = "template"
    """Who drafted the stored text."""
    language_model: bool = False
    """Whether the practice has a language model that can be asked for a draft."""
    language_model_draft: str = ""
    """The last draft of the language model, while it fits the numbers and nobody has accepted or refused it."""
    measurement_error_points: float | None = None
    """Points that repetition alone changes a score by (MDC95); None until it has been measured for this engine."""


@dataclass(frozen=True)
class RecordingFile:
    """A stored recording in the product's CSV."""

    trial_id: str
    csv: str


@dataclass(frozen=True)
class RecordingFiles:
    """All recordings of a session."""

    recordings: tuple[RecordingFile, ...]


@dataclass(frozen=True)
class ConfirmHold:
    """A person's word on one hold: held 10 s, or down at a time, with a reason where it differs from the proposal."""

    version: int
    held_full: bool
    hold_s: float | None = None
    reason: str | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class ConfirmPlausible:
    """Confirm every plausible proposal as shown: the trial's id with the version that the person saw."""

    trial_versions: dict[str, int]

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class StateOutcome:
    """Say that a trial was unable, stopped, supported or not attempted, with a reason."""

    version: int
    outcome: StatedOutcome
    reason: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class SetFootLift:
    """Set the moment at which the foot left the ground, in seconds of the recording; None takes the mark away."""

    version: int
    foot_lift_s: float | None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class StampReview:
    """Stamp a session as reviewed in the version that was shown."""

    version: int
    traces_were_shown: bool

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class WriteNote:
    """The provider's note; it is part of the report when the report's option says so."""

    note_version: int
    text: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class AcceptInterpretation:
    """Accept an interpretation in one's own name for the report; an empty text takes the acceptance back."""

    interpretation_version: int
    text: str
    source: InterpretationSource = "template"
    """Whose draft the text was made from."""

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class DraftInterpretation:
    """Ask for a draft: by rule from the numbers, or by the practice's language model, which gets the numbers alone."""

    interpretation_version: int
    source: InterpretationSource = "language_model"

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class InterpretationDraft:
    """A draft that nobody has accepted yet; with an empty text and the reason where it is withheld."""

    source: InterpretationSource
    text: str
    withheld: str
    interpretation_version: int


@dataclass(frozen=True)
class ReportOptions:
    """What the report shows beside its fixed parts."""

    traces: bool = True
    trend: bool = True
    note: bool = True
    interpretation: bool = False

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class ReportPreview:
    """A report made by the server and kept by its hash; the bytes shown are the bytes filed."""

    preview_id: str
    pdf_base64: str
    sha256: str
    pages: int
    made_at: str
    content_hash: str
    reviewed: bool
    marker_note: str = ""
    """The internal note that athenaOne will show, with the document's unique marker left open."""


@dataclass(frozen=True)
class ReportExported:
    """Tell the audit that a report was printed or saved to a file."""

    preview_id: str
    how: Literal["printed", "saved"]

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Answers:
    """Answers to a questionnaire; an item that was not answered is left out."""

    instrument: str
    answers: dict[str, str | int | bool] = field(default_factory=dict)
    version: int = 0

    __pydantic_config__ = STRICT
