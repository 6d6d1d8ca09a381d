"""From sway to a score: trials, levels, the age view, and the session of four stances."""

from __future__ import annotations

from kinometric.recordings.recording import STANCES
from kinometric.scoring.age import age_view
from kinometric.scoring.formula import level_of, score_of, shown_score
from kinometric.scoring.session import make_session
from kinometric.scoring.trial import outcome_trial, score, unreadable_trial
from kinometric.scoring.values import (
    ENGINE_VERSION,
    AgeView,
    ConfirmedHold,
    Gap,
    Headline,
    Session,
    StanceResult,
    Trial,
)
from kinometric.sway.values import Event

__all__ = [
    "ENGINE_VERSION",
    "STANCES",
    "AgeView",
    "ConfirmedHold",
    "Event",
    "Gap",
    "Headline",
    "Session",
    "StanceResult",
    "Trial",
    "age_view",
    "level_of",
    "make_session",
    "outcome_trial",
    "score",
    "score_of",
    "shown_score",
    "unreadable_trial",
]
