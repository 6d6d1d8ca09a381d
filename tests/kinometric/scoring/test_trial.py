"""What a trial can be, and which score it gets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kinometric.recordings import Recording, RecordingError, read_recording, synthetic_recording
from kinometric.scoring import ConfirmedHold, outcome_trial, score, unreadable_trial

STANDARD = 9.80665


def confirmed(hold_s: float, reason: str | None = None) -> ConfirmedHold:
    return ConfirmedHold(hold_s, hold_s == 10.0, "alice", "2026-03-01T09:00:00Z", reason)


def codes(trial: object) -> set[str]:
    return {finding.code for finding in trial.findings if finding.severity != "fine"}  # type: ignore[attr-defined]


def cut(recording: Recording, seconds: float) -> Recording:
    keep = recording.time_s <= seconds + 1e-9
    return replace(recording, time_s=recording.time_s[keep], acceleration_m_s2=recording.acceleration_m_s2[keep])


def test_a_held_stance_is_scored_by_its_steadiness() -> None:
    trial = score(synthetic_recording(severity=0.3))
    assert (trial.outcome, trial.hold_s, trial.held_full, trial.hold_source) == ("scored", 10.0, True, "detected")
    assert trial.score is not None
    assert 8.0 < trial.score < 9.5
    assert (trial.level, trial.level_basis) == ("low", "score")
    assert trial.provisional
    assert trial.plausible
    assert trial.explanation.startswith("Held 10 s with a sway of 0.1")


def test_a_lost_stance_is_scored_by_its_hold() -> None:
    trial = score(synthetic_recording(hold_s=6.4))
    assert trial.hold_s == pytest.approx(6.4, abs=0.03)
    assert trial.score == trial.hold_s / 2.0  # type: ignore[operator]
    assert trial.level == "high"
    assert trial.explanation == "Held 6.4 s of 10: 3.2. Detected, not yet confirmed."
    assert trial.measures is not None
    assert trial.measures.measured_to_s == pytest.approx(trial.hold_s)


@pytest.mark.parametrize("hold_s", [0.4, 9.7])
def test_an_event_at_either_end_counts_but_waits_for_a_person(hold_s: float) -> None:
    trial = score(synthetic_recording(hold_s=hold_s))
    assert trial.hold_s == pytest.approx(hold_s, abs=0.03)
    assert trial.outcome == "scored"
    assert not trial.plausible
    assert "event_at_the_edge" in codes(trial)


def test_an_event_in_between_is_plausible() -> None:
    assert score(synthetic_recording(hold_s=1.2)).plausible
    assert score(synthetic_recording(hold_s=9.3)).plausible


def test_without_a_stance_there_is_a_hold_and_no_score() -> None:
    trial = score(replace(synthetic_recording(hold_s=6.4), stance=None), age=67)
    assert (trial.outcome, trial.scorable, trial.score, trial.level) == ("scored", True, None, None)
    assert trial.hold_s == pytest.approx(6.4, abs=0.03)
    assert "stance_unknown" in codes(trial)


def test_a_stated_stance_overrides_the_file_and_says_so() -> None:
    trial = score(synthetic_recording(stance="LBEO"), stance="RBEO")
    assert trial.stance == "RBEO"
    assert "stance_differs" in codes(trial)


def test_an_unknown_stance_or_age_is_refused() -> None:
    with pytest.raises(ValueError, match="stance"):
        score(synthetic_recording(), stance="LEFT")
    with pytest.raises(ValueError, match="age"):
        score(synthetic_recording(), age=-3)


def test_eyes_closed_have_no_level_without_an_age() -> None:
    recording = synthetic_recording(stance="LBEC", hold_s=4.0)
    without, with_age = score(recording), score(recording, age=67)
    assert (without.level, without.level_basis) == (None, None)
    assert without.score == with_age.score
    assert (with_age.level, with_age.level_basis) == ("low", "age")
    assert score(recording, age=8).level is None


def test_a_recording_that_ends_early_gives_a_lower_bound_and_no_score() -> None:
    trial = score(cut(synthetic_recording(), 8.0))
    assert (trial.outcome, trial.scorable, trial.score, trial.level) == ("ended_early", False, None, None)
    assert trial.hold_s == pytest.approx(8.0)
    assert "at least 8.0 s" in trial.explanation
    assert trial.measures is not None
    assert trial.measures.measured_to_s == pytest.approx(8.0)


@pytest.mark.parametrize(("seconds", "outcome"), [(9.49, "ended_early"), (9.5, "scored"), (9.99, "scored")])
def test_a_recording_that_ends_at_nine_and_a_half_seconds_counts_as_held(seconds: float, outcome: str) -> None:
    trial = score(cut(synthetic_recording(), seconds))
    assert trial.outcome == outcome
    if outcome == "scored":
        assert trial.hold_s == 10.0


def test_a_thousand_samples_are_ten_seconds() -> None:
    recording = synthetic_recording()
    assert recording.time_s.size == 1000
    assert score(recording).held_full


def test_a_loss_before_the_recording_ends_early_is_scored() -> None:
    trial = score(cut(synthetic_recording(hold_s=4.0), 6.0))
    assert trial.outcome == "scored"
    assert trial.hold_s == pytest.approx(4.0, abs=0.03)


def test_the_hold_counts_from_foot_lift() -> None:
    recording = synthetic_recording(hold_s=6.4, lead_s=2.0)
    marked, unmarked = score(recording), score(replace(recording, foot_lift_s=None))
    assert marked.hold_s == pytest.approx(6.4, abs=0.03)
    assert marked.window_start_s == 2.0
    assert unmarked.hold_s == pytest.approx(8.4, abs=0.03)
    assert unmarked.window_start_s == 0.0
    assert "foot_lift_unknown" in codes(unmarked)
    assert score(replace(recording, foot_lift_s=None), foot_lift_s=2.0).hold_s == marked.hold_s


def test_a_recording_longer_than_the_window_says_which_part_was_used() -> None:
    long = synthetic_recording(duration_s=22.0, lead_s=1.5)
    (finding,) = [one for one in score(long).findings if one.code == "window"]
    assert finding.severity == "fine"
    assert finding.message == "The recording lasts 23.5 s; the window is 1.5 to 11.5 s of it."
    unmarked = score(replace(long, foot_lift_s=None))
    assert "window" in codes(unmarked)
    assert "window" not in {one.code for one in score(synthetic_recording()).findings}


def test_a_recording_begun_after_foot_lift_is_not_scored() -> None:
    trial = score(replace(synthetic_recording(), foot_lift_s=-1.0))
    assert trial.outcome == "not_scorable"
    assert "started_late" in codes(trial)


def test_a_confirmed_hold_counts_and_both_are_kept() -> None:
    recording = synthetic_recording(hold_s=6.4)
    hold = confirmed(6.0, "foot touched the floor softly")
    trial = score(recording, confirmed=hold)
    assert (trial.hold_s, trial.score, trial.hold_source, trial.provisional) == (6.0, 3.0, "confirmed", False)
    assert trial.detected_hold_s == pytest.approx(6.4, abs=0.03)
    assert trial.confirmed_hold == hold
    assert trial.measures is not None
    assert trial.measures.measured_to_s == 6.0
    assert "6.4 s were detected" in trial.explanation


def test_a_person_may_confirm_a_full_hold_against_the_detector() -> None:
    trial = score(synthetic_recording(hold_s=6.4), confirmed=confirmed(10.0, "the phone was knocked"))
    assert trial.held_full
    assert trial.score is not None
    assert trial.score >= 5.0


def test_a_person_may_set_a_touch_down_that_left_no_trace() -> None:
    recording = synthetic_recording(hold_s=6.0, soft=True, severity=0.1)
    assert score(recording).hold_s == 10.0
    assert score(recording, confirmed=confirmed(6.0)).score == 3.0


def test_a_full_hold_cannot_be_confirmed_where_the_recording_ended_early() -> None:
    trial = score(cut(synthetic_recording(), 8.0), confirmed=confirmed(10.0))
    assert trial.outcome == "ended_early"
    assert trial.score is None
    assert "confirmed_beyond_recording" in codes(trial)
    assert score(cut(synthetic_recording(), 8.0), confirmed=confirmed(6.0)).score == 3.0


@pytest.mark.parametrize(("hold_s", "full"), [(10.5, True), (-1.0, False), (9.0, True), (10.0, False)])
def test_an_impossible_confirmation_is_refused(hold_s: float, full: bool) -> None:
    with pytest.raises(ValueError, match=r"hold|10 s"):
        ConfirmedHold(hold_s, full, "alice", "2026-03-01T09:00:00Z")


def test_unable_is_scored_zero_and_the_worst_patients_are_not_missing() -> None:
    eyes_open = outcome_trial("LBEO", "unable", reason="cannot bear weight")
    assert (eyes_open.score, eyes_open.hold_s, eyes_open.level) == (0.0, 0.0, "critical")
    assert outcome_trial("LBEC", "unable", reason="cannot bear weight").level is None
    assert outcome_trial("LBEC", "unable", reason="cannot bear weight", age=70).level == "critical"
    assert "cannot bear weight" in eyes_open.explanation


@pytest.mark.parametrize("outcome", ["stopped", "supported", "not_attempted"])
def test_other_outcomes_are_kept_with_their_reason_and_not_scored(outcome: str) -> None:
    trial = outcome_trial("RBEO", outcome, reason="dizzy", age=70)  # type: ignore[arg-type]
    assert (trial.outcome, trial.score, trial.level, trial.reason) == (outcome, None, None, "dizzy")
    assert "not scored (dizzy)" in trial.explanation


def test_an_outcome_needs_a_known_name_a_stance_and_a_reason() -> None:
    for arguments in [("LBEO", "asleep", "tired"), ("LEFT", "unable", "tired"), ("LBEO", "unable", "  ")]:
        with pytest.raises(ValueError, match=r"outcome|stance|reason"):
            outcome_trial(arguments[0], arguments[1], reason=arguments[2])  # type: ignore[arg-type]


def table_recording(noise: float) -> Recording:
    random = np.random.default_rng(8)
    values = random.normal(size=(1000, 3)) * noise + [0.3, 0.2, STANDARD]
    return Recording(np.arange(1000) / 100, values, placement="waist", foot_lift_s=0.0)


@pytest.mark.parametrize("noise", [0.0, 0.005, 0.02, 0.05])
def test_a_phone_on_a_table_never_scores(noise: float) -> None:
    trial = score(table_recording(noise), stance="LBEO")
    assert (trial.outcome, trial.score) == ("not_scorable", None)
    assert "not_worn" in codes(trial)


def test_a_phone_knocked_off_a_table_never_scores() -> None:
    recording = table_recording(0.01)
    values = recording.acceleration_m_s2.copy()
    values[700:] = np.roll(values[700:], 1, axis=1)
    values[700:705] *= 3.0
    trial = score(replace(recording, acceleration_m_s2=values), stance="LBEO")
    assert trial.outcome == "not_scorable"
    assert trial.score is None


def test_real_walking_is_never_scored_as_held(shared_data: Path) -> None:
    for path in (shared_data / "sway" / "waist_phone_hapt").glob("walk_*.csv"):
        walk = read_recording(path, rate_hz=50.0)
        for start in range(0, 440, 11):
            part = Recording(walk.time_s[start:], walk.acceleration_m_s2[start:])
            trial = score(part, stance="LBEO")
            assert not trial.held_full
            assert trial.score is None or trial.score < 0.5


def test_real_standing_on_two_feet_is_held_and_steady(shared_data: Path) -> None:
    """No one-leg recording exists here; on two feet nearly everybody must land high on a one-leg scale."""
    scores = []
    for path in (shared_data / "sway" / "waist_phone_hapt").glob("stand_*.csv"):
        recording = read_recording(path, rate_hz=50.0)
        # Each segment ends in the movement to the next posture, so the last seconds are left out.
        trial = score(recording, stance="LBEO", foot_lift_s=recording.duration_s - 13.0)
        assert trial.outcome == "scored"
        scores.append(trial.score)
    assert np.median(scores) > 8.0
    assert min(scores) >= 5.0


@pytest.mark.parametrize(
    ("change", "code", "outcome"),
    [
        (lambda r: replace(r, acceleration_m_s2=r.acceleration_m_s2 * 1.12), "gravity_scale", "not_scorable"),
        (lambda r: replace(r, acceleration_m_s2=r.acceleration_m_s2 * 1.05), "gravity_scale", "scored"),
        (
            lambda r: replace(r, acceleration_m_s2=r.acceleration_m_s2 - [0, STANDARD, 0]),
            "gravity_free",
            "not_scorable",
        ),
        (lambda r: cut(r, 0.7), "too_short", "not_scorable"),
        (lambda r: replace(r, placement="chest"), "placement_provisional", "scored"),
        (lambda r: r, "synthetic", "scored"),
    ],
)
def test_what_is_noticed_is_said(change: object, code: str, outcome: str) -> None:
    trial = score(change(synthetic_recording()))  # type: ignore[operator]
    assert code in codes(trial)
    assert trial.outcome == outcome
    assert all(finding.message.endswith(".") for finding in trial.findings)


def test_a_gap_in_the_stance_forbids_a_score_and_one_after_the_loss_does_not() -> None:
    def with_gap(recording: Recording, at_s: float) -> Recording:
        keep = np.abs(recording.time_s - at_s) > 0.1
        return replace(recording, time_s=recording.time_s[keep], acceleration_m_s2=recording.acceleration_m_s2[keep])

    assert score(with_gap(synthetic_recording(), 4.0)).outcome == "not_scorable"
    assert score(with_gap(synthetic_recording(hold_s=3.0), 6.0)).outcome == "scored"


def test_a_slow_recording_is_not_scored() -> None:
    trial = score(synthetic_recording(rate_hz=35.0))
    assert trial.outcome == "not_scorable"
    assert "35.0 samples a second" in str(trial.reason)


def test_clipping_is_shown_and_looked_at() -> None:
    recording = synthetic_recording(hold_s=5.0)
    shaken = recording.acceleration_m_s2.copy()
    shaken[500:600] *= 1.0 + 1.5 * np.sin(np.arange(100) / 5.0)[:, np.newaxis]
    trial = score(replace(recording, acceleration_m_s2=np.clip(shaken, -19.6, 19.6)))
    assert "clipping" in codes(trial)
    assert not trial.plausible


def test_an_unreadable_file_becomes_a_trial_with_its_reason() -> None:
    trial = unreadable_trial(RecordingError("A value is missing.", code="not_a_number", line=7), stance="LBEO", age=60)
    assert (trial.outcome, trial.scorable, trial.reason) == ("unreadable", False, "line 7: A value is missing.")
    assert unreadable_trial(RecordingError("No gravity.", code="gravity_free")).outcome == "not_scorable"


seeds = st.integers(0, 400)
severities = st.floats(0.0, 0.6)


@settings(max_examples=25, deadline=None)
@given(seed=seeds, severity=severities, hold_s=st.sampled_from([10.0, 6.4, 2.3]), rate=st.sampled_from([50.0, 200.0]))
def test_the_rate_of_the_phone_hardly_changes_a_score(seed: int, severity: float, hold_s: float, rate: float) -> None:
    first = score(synthetic_recording(seed=seed, severity=severity, hold_s=hold_s))
    other = score(synthetic_recording(seed=seed, severity=severity, hold_s=hold_s, rate_hz=rate))
    assume(len(first.events) == len(other.events))
    assert first.score is not None
    assert abs(first.score - other.score) <= 0.2  # type: ignore[operator]


@settings(max_examples=25, deadline=None)
@given(seed=seeds, severity=severities, stance=st.sampled_from(["LBEO", "RBEC"]), drop=st.integers(0, 2**31))
def test_five_percent_of_lost_samples_hardly_change_a_score(seed: int, severity: float, stance: str, drop: int) -> None:
    recording = synthetic_recording(seed=seed, severity=severity, stance=stance)
    keep = np.random.default_rng(drop).random(1000) >= 0.05
    thinned = replace(
        recording, time_s=recording.time_s[keep], acceleration_m_s2=recording.acceleration_m_s2[keep], foot_lift_s=None
    )
    first, other = score(recording), score(thinned)
    assume(len(first.events) == len(other.events))
    assert abs(first.score - other.score) <= 0.2  # type: ignore[operator]


@settings(max_examples=15, deadline=None)
@given(seed=seeds, severity=severities, hold_s=st.sampled_from([10.0, 7.7]))
def test_g_or_metres_per_second_squared_give_the_same_score(seed: int, severity: float, hold_s: float) -> None:
    recording = synthetic_recording(seed=seed, severity=severity, hold_s=hold_s)
    rows = zip(recording.time_s, recording.acceleration_m_s2 / STANDARD, strict=True)
    text = "t,ax,ay,az\n" + "".join(f"{t:.2f},{x!r},{y!r},{z!r}\n" for t, (x, y, z) in rows).replace("np.float64", "")
    in_g = read_recording(text.replace("(", "").replace(")", "").encode())
    assert score(in_g, stance="LBEO").score == pytest.approx(score(recording).score, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(seed=seeds, hold_s=st.sampled_from([10.0, 5.5]), turn=st.integers(0, 1000))
def test_no_rotation_changes_a_score(seed: int, hold_s: float, turn: int) -> None:
    recording = synthetic_recording(seed=seed, hold_s=hold_s)
    matrix, _ = np.linalg.qr(np.random.default_rng(turn).normal(size=(3, 3)))
    turned = replace(recording, acceleration_m_s2=recording.acceleration_m_s2 @ matrix.T)
    assert score(turned).score == pytest.approx(score(recording).score, rel=1e-9)
