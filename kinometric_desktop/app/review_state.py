"""What the review screen shows: frozen values, already in the words of the screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from kinometric.contract.sessions import InterpretationSource, Level, SessionView, Stance
from kinometric_desktop.app.problems import Problem

if TYPE_CHECKING:
    from kinometric_desktop.app.review_curves import StanceCurves, TrendSeries

STANCES: tuple[Stance, ...] = ("LBEO", "RBEO", "LBEC", "RBEC")
STANCE_NAMES: dict[Stance, str] = {
    "LBEO": "Left, eyes open",
    "RBEO": "Right, eyes open",
    "LBEC": "Left, eyes closed",
    "RBEC": "Right, eyes closed",
}

Tone = Literal["ok", "caution", "warn", "stop", "text-2"]
HoldKind = Literal[
    "proposed",
    "doubtful",
    "confirmed",
    "unable",
    "stopped",
    "supported",
    "not_attempted",
    "not_scorable",
    "ended_early",
    "nothing",
]


@dataclass(frozen=True)
class HoldLine:
    """The line under a stance's name: what was held, by whose word."""

    kind: HoldKind
    text: str
    tone: Tone
    icon: str
    detail: str = ""
    provisional: bool = False


@dataclass(frozen=True)
class MeasureRow:
    """One measure of a stance, with the earlier session's beside it."""

    name: str
    unit: str
    value: str
    earlier: str = ""
    change: str = ""
    strong: bool = False


@dataclass(frozen=True)
class StanceCell:
    """One of the four stances."""

    stance: Stance
    name: str
    hold: HoldLine
    trial_id: str = ""
    version: int = 0
    score: str = ""
    level: Level | None = None
    level_for_age: bool = False
    not_scorable: str = ""
    """Why there is no score, in a sentence; "" where there is one."""
    age_sentence: str = ""
    note: str = ""
    """"best of 2", "synthetic", or ""."""
    has_recording: bool = False
    explanation: str = ""
    detected_s: float | None = None
    detected_text: str = ""
    foot_lift_s: float | None = None
    measures: tuple[MeasureRow, ...] = ()
    curves: StanceCurves | None = None
    earlier_curves: StanceCurves | None = None


@dataclass(frozen=True)
class QualityLine:
    """One finding, with the stances it concerns."""

    icon: str
    tone: Tone
    stances: str
    sentence: str


@dataclass(frozen=True)
class GapLine:
    """A difference between two stances."""

    name: str
    parts: tuple[tuple[str, str], ...]
    """Value and what it is of, one or two times."""


@dataclass(frozen=True)
class Summary:
    """The pane at the right."""

    level: Level | None = None
    level_note: str = ""
    provisional: bool = False
    incomplete: str = ""
    gaps: tuple[GapLine, ...] = ()
    gap_sentences: tuple[str, ...] = ()
    quality: tuple[QualityLine, ...] = ()
    scorable: str = ""
    questionnaires: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class TrendRow:
    """One stance in the trend's key: the last score large, the one before beside it."""

    stance: Stance
    last: str
    before: str


@dataclass(frozen=True)
class TrendStrip:
    """The trend of all sessions."""

    rows: tuple[TrendRow, ...] = ()
    series: tuple[TrendSeries, ...] = ()
    sentence: str = ""
    error_points: float | None = None
    """The measurement error of a score; None until it has been measured with this engine."""


@dataclass(frozen=True)
class Stamp:
    """The Reviewed stamp: whether it can be set, why not, and who set it."""

    possible: bool = False
    reasons: tuple[str, ...] = ()
    stamped: str = ""
    holds_to_confirm: int = 0
    confirmable: int = 0
    """How many of them H confirms at once: the plausible ones."""


@dataclass(frozen=True)
class HoldForm:
    """The question for one hold: held 10 s, or down at a time, with a reason."""

    trial_id: str
    version: int
    stance: Stance
    held_full: bool
    seconds: str
    proposal: str
    detected_s: float | None
    reason: str = ""
    complaint: str = ""


@dataclass(frozen=True)
class OutcomeForm:
    """The question why there is no score for a stance."""

    stance: Stance
    trial_id: str
    version: int
    complaint: str = ""


@dataclass(frozen=True)
class AddForm:
    """The question about a file that was read: which stance, where the phone was."""

    file_name: str
    size_bytes: int
    stance: Stance | None
    placement: str
    mounting: str | None
    needs_rate: bool = False
    complaint: str = ""


@dataclass(frozen=True)
class QuestionLine:
    """One question of a questionnaire."""

    item_id: str
    text: str
    kind: Literal["yes_no", "seconds", "count"]


@dataclass(frozen=True)
class AnswerForm:
    """A questionnaire to be filled in; what is left out stays unanswered."""

    instrument: str
    name: str
    instruments: tuple[tuple[str, str], ...]
    lines: tuple[QuestionLine, ...]
    stored: str
    """What is stored already, as a total; "" for nothing."""
    version: int
    complaint: str = ""


@dataclass(frozen=True)
class NoteForm:
    """The provider's note to be written."""

    text: str
    """What is stored now."""
    complaint: str = ""


@dataclass(frozen=True)
class FootLiftForm:
    """The question when the foot left the floor, in seconds of the recording."""

    trial_id: str
    version: int
    stance: Stance
    present_s: float | None
    complaint: str = ""


@dataclass(frozen=True)
class InterpretationLine:
    """Whether there is an interpretation to be opened, and what became of it."""

    there: bool = False
    status: str = ""


@dataclass(frozen=True)
class DraftForm:
    """The question whether an interpretation may be part of the report."""

    text: str
    """What somebody left, else the draft made from the numbers."""
    note: str
    stored: bool = False
    """True where it can be taken back."""
    may_accept: bool = False
    complaint: str = ""
    source: InterpretationSource = "template"
    """Who drafted the text that was shown: the rule, or the practice's language model."""
    model_offered: bool = False
    """True where the practice has a language model and this person may accept its draft."""


Form = HoldForm | OutcomeForm | AddForm | AnswerForm | NoteForm | FootLiftForm | DraftForm
Phase = Literal["empty", "loading", "ready", "failed"]


@dataclass(frozen=True)
class ReviewState:
    """Everything the review screen shows."""

    phase: Phase = "empty"
    session_id: str = ""
    title: str = ""
    sessions: tuple[tuple[str, str], ...] = ()
    engine_line: str = ""
    engine_agrees: bool | None = None
    engine_difference: str = ""
    """Every score that differs between the server and this workstation."""
    placement_line: str = ""
    cells: tuple[StanceCell, ...] = ()
    focus: Stance = "LBEO"
    enlarged: bool = False
    table_shown: bool = False
    compare_with: str = ""
    """Session id of the earlier session that is drawn in grey; "" for none."""
    compare_label: str = ""
    comparable: tuple[tuple[str, str], ...] = ()
    summary: Summary = field(default_factory=Summary)
    trend: TrendStrip = field(default_factory=TrendStrip)
    note: str = ""
    interpretation: InterpretationLine = field(default_factory=InterpretationLine)
    stamp: Stamp = field(default_factory=Stamp)
    may_review: bool = False
    may_write: bool = False
    read_only_reason: str = ""
    busy: str = ""
    """Which intent is under way: "open", "confirm", "hold", "outcome", "stamp", "note", "add", "interpretation"."""
    problem: Problem | None = None
    message: str = ""
    form: Form | None = None
    """The one question that is open; it stays open until the server has taken its answer, or a person cancels it."""

    def cell(self, stance: Stance) -> StanceCell | None:
        """The cell of a stance."""
        return next((cell for cell in self.cells if cell.stance == stance), None)


@dataclass(frozen=True)
class OpenSession:
    """What the presenter keeps of the session at hand."""

    view: SessionView
    files: dict[str, str]
    """Product CSV by trial id."""
    read_at: datetime
