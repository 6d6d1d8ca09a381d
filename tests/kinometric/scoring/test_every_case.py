"""Every stance with every kind of ending: what must hold for each trial that engine 1 can make."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinometric.recordings import STANCES, Recording, synthetic_recording
from kinometric.scoring import ConfirmedHold, Trial, level_of, make_session, outcome_trial, score

ENDINGS = {
    "held": {"hold_s": 10.0},
    "lost in the middle": {"hold_s": 5.3},
    "lost at once": {"hold_s": 0.4},
    "lost at the end": {"hold_s": 9.8},
    "ended early": {"duration_s": 7.0},
    "lost before an early end": {"hold_s": 3.0, "duration_s": 7.0},
    "soft touch-down": {"hold_s": 5.0, "soft": True},
    "with a lead": {"hold_s": 6.0, "lead_s": 2.0},
    "slow phone": {"hold_s": 6.0, "rate_hz": 50.0},
    "fast phone": {"hold_s": 6.0, "rate_hz": 400.0},
    "too slow phone": {"rate_hz": 25.0},
}


def recording(stance: str, ending: str) -> Recording:
    return synthetic_recording(stance=stance, severity=0.2, seed=5, **ENDINGS[ending])  # type: ignore[arg-type]


def check(trial: Trial) -> None:
    """What is true of every trial."""
    assert (trial.score is None) or 0.0 <= trial.score <= 10.0
    assert (trial.level is None) == (trial.level_basis is None)
    if trial.score is None:
        assert trial.level is None
    if trial.held_full:
        assert trial.hold_s == 10.0
        assert trial.score is None or trial.score >= 5.0
    elif trial.score is not None:
        assert trial.score == trial.hold_s / 2.0  # type: ignore[operator]
        assert trial.score < 5.0
    if trial.stance and trial.stance.endswith("EO") and trial.score is not None:
        assert trial.level == level_of(trial.score)
        assert trial.level_basis == "score"
    if trial.outcome in ("not_scorable", "unreadable", "ended_early"):
        assert not trial.scorable
        assert trial.reason
        assert any(finding.severity == "not_scorable" for finding in trial.findings)
    if trial.outcome == "scored":
        assert trial.scorable
        assert trial.reason is None
        assert not any(finding.severity == "not_scorable" for finding in trial.findings)
        assert trial.hold_source in ("detected", "confirmed")
        assert trial.provisional is (trial.confirmed_hold is None)
    assert trial.explanation.endswith((".", ")."))
    assert trial.engine == "1.0.0"


@pytest.mark.parametrize("stance", STANCES)
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("age", [None, 30.0, 72.0])
def test_every_ending_of_every_stance_makes_a_sound_trial(stance: str, ending: str, age: float | None) -> None:
    trial = score(recording(stance, ending), age=age)
    assert trial.stance == stance
    check(trial)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("hold_s", [0.0, 2.5, 6.5, 10.0])
def test_every_confirmation_of_every_ending_makes_a_sound_trial(ending: str, hold_s: float) -> None:
    hold = ConfirmedHold(hold_s, hold_s == 10.0, "alice", "2026-03-01T09:00:00Z", "looked at it")
    trial = score(recording("LBEO", ending), confirmed=hold)
    check(trial)
    if trial.outcome == "scored":
        assert trial.hold_s == hold_s
        assert trial.detected_hold_s is not None


@pytest.mark.parametrize("stance", STANCES)
@pytest.mark.parametrize("outcome", ["unable", "stopped", "supported", "not_attempted"])
@pytest.mark.parametrize("age", [None, 5.0, 72.0])
def test_every_outcome_by_a_person_makes_a_sound_trial(stance: str, outcome: str, age: float | None) -> None:
    trial = outcome_trial(stance, outcome, reason="as told", age=age)  # type: ignore[arg-type]
    assert trial.explanation
    assert trial.findings == ()
    assert (trial.score == 0.0) is (outcome == "unable")
    if outcome == "unable" and stance.endswith("EC"):
        assert trial.level == ("critical" if age == 72.0 else None)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 1000),
    severity=st.floats(0.0, 1.0),
    hold_s=st.floats(0.0, 12.0),
    duration_s=st.floats(1.2, 13.0),
    lead_s=st.floats(0.0, 3.0),
    rate_hz=st.floats(42.0, 250.0),
    stance=st.sampled_from(STANCES),
    marked=st.booleans(),
)
def test_any_generated_recording_makes_a_sound_trial(
    seed: int,
    severity: float,
    hold_s: float,
    duration_s: float,
    lead_s: float,
    rate_hz: float,
    stance: str,
    marked: bool,
) -> None:
    made = synthetic_recording(
        stance=stance,
        seed=seed,
        severity=severity,
        hold_s=hold_s,
        duration_s=duration_s,
        lead_s=lead_s,
        rate_hz=rate_hz,
    )
    trial = score(made if marked else replace(made, foot_lift_s=None), age=60)
    check(trial)
    if marked and trial.outcome == "scored" and hold_s < min(duration_s, 9.9) - 0.15:
        assert trial.hold_s is not None
        assert trial.hold_s <= hold_s + 0.05


@pytest.mark.parametrize("first", ["held", "lost in the middle", "lost at once"])
@pytest.mark.parametrize("second", ["held", "lost in the middle", "ended early"])
def test_a_session_leads_with_the_worse_eyes_open_leg(first: str, second: str) -> None:
    left, right = score(recording("LBEO", first)), score(recording("RBEO", second))
    headline = make_session([left, right]).headline
    if right.level is None:
        if left.level == "critical":
            assert headline.level == "critical"
        else:
            assert headline.level is None
            assert headline.incomplete == "Incomplete: the right leg has no level with eyes open."
    else:
        worse = left if (left.score or 0.0) <= (right.score or 0.0) else right
        assert (headline.level, headline.stance, headline.score) == (worse.level, worse.stance, worse.score)
        assert headline.incomplete is None
