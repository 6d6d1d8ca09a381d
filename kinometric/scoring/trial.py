"""Score one recording, or state an outcome that needs none."""

from __future__ import annotations

from kinometric.recordings.recording import Recording
from kinometric.scoring.values import ConfirmedHold, Outcome, Trial


def score(
    recording: Recording,
    *,
    stance: str | None = None,
    age: float | None = None,
    confirmed: ConfirmedHold | None = None,
    foot_lift_s: float | None = None,
) -> Trial:
    """Score one recording of one stance."""
    raise NotImplementedError


def outcome_trial(stance: str, outcome: Outcome, *, reason: str, age: float | None = None) -> Trial:
    """Make the trial of a stance without a recording: unable, stopped, supported or not_attempted."""
    raise NotImplementedError


def shown_score(score: float) -> str:
    """Return a score rounded down to one decimal, as text."""
    raise NotImplementedError
