"""The ten statements that would refute the engine, as far as recordings that exist can tell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kinometric.recordings import Recording, read_recording, synthetic_recording
from kinometric.scoring import Trial, age_view, score, score_of
from kinometric.sway.engine import engine

SEEDS = range(12)


def standing(shared_data: Path) -> list[Recording]:
    """The middle 13 to 3 s from the end of each real standing segment; its end is the movement to the next posture."""
    found = []
    for path in sorted((shared_data / "sway" / "waist_phone_hapt").glob("stand_*.csv")):
        recording = read_recording(path, rate_hz=50.0)
        found.append(replace(recording, foot_lift_s=recording.duration_s - 13.0))
    return found


def scored(recording: Recording) -> Trial:
    trial = score(recording, stance="LBEO")
    assert trial.score is not None
    return trial


def test_1_the_score_never_falls_with_hold_nor_rises_with_sway() -> None:
    for stance in engine().anchors:
        by_hold = [score_of(float(t), False, None, stance) for t in np.linspace(0, 9.999, 2000)]
        by_sway = [score_of(10.0, True, float(r), stance) for r in np.geomspace(0.01, 10, 2000)]
        assert (np.diff(np.array(by_hold, dtype=float)) > 0).all()
        assert (np.diff(np.array(by_sway, dtype=float)) <= 0).all()
        assert by_hold[-1] < min(by_sway)  # type: ignore[type-var,operator]


def test_2_no_rotation_changes_a_real_score(shared_data: Path) -> None:
    for number, recording in enumerate(standing(shared_data)):
        matrix, _ = np.linalg.qr(np.random.default_rng(number).normal(size=(3, 3)))
        turned = replace(recording, acceleration_m_s2=recording.acceleration_m_s2 @ matrix.T)
        assert scored(turned).score == pytest.approx(scored(recording).score, rel=1e-9)


def test_3_units_and_lost_samples_change_a_real_score_by_little(shared_data: Path) -> None:
    for number, recording in enumerate(standing(shared_data)):
        before = scored(recording)
        keep = np.random.default_rng(number).random(recording.time_s.size) >= 0.05
        keep[0] = True
        thinned = scored(
            replace(recording, time_s=recording.time_s[keep], acceleration_m_s2=recording.acceleration_m_s2[keep])
        )
        assert len(thinned.events) == len(before.events)
        assert abs(thinned.score - before.score) <= 0.2  # type: ignore[operator]
        at = np.arange(0.0, recording.duration_s, 0.01)
        columns = [np.interp(at, recording.time_s, recording.acceleration_m_s2[:, axis]) for axis in range(3)]
        finer = scored(Recording(at, np.stack(columns, axis=1), foot_lift_s=recording.foot_lift_s))
        assert abs(finer.score - before.score) <= 0.2  # type: ignore[operator]


def test_4_eyes_open_score_higher_than_eyes_closed_in_most_sessions() -> None:
    """On generated people whose eyes-closed sway is 2.4 times that with eyes open, as published."""
    higher = 0
    for seed in SEEDS:
        opened = score(synthetic_recording(stance="LBEO", severity=0.4, seed=seed)).score
        closed = score(synthetic_recording(stance="LBEC", severity=0.57, seed=seed)).score
        higher += bool(opened is not None and closed is not None and opened > closed)
    assert higher >= 0.8 * len(SEEDS)


def test_5_repeating_a_generated_stance_changes_the_score_by_less_than_a_level() -> None:
    scores = [score(synthetic_recording(severity=0.4, seed=seed)).score for seed in SEEDS]
    spread = float(np.std(np.array(scores, dtype=float), ddof=1))
    assert 1.96 * np.sqrt(2.0) * spread < 2.5


def test_6_the_age_view_expects_shorter_holds_of_older_people() -> None:
    expected = [age_view("LBEC", age, None).expected_hold_s for age in range(20, 95, 5)]
    assert (np.diff(np.array(expected, dtype=float)) <= 0).all()
    assert expected[0] > 3 * expected[-1]  # type: ignore[operator]


def test_7_two_feet_score_high_and_walking_and_wild_sway_do_not_hold(shared_data: Path) -> None:
    two_feet = [scored(recording).score for recording in standing(shared_data)]
    files = (shared_data / "sway" / "waist_phone_hapt").glob("walk_*.csv")
    walks = [scored(read_recording(path, rate_hz=50.0)) for path in files]
    assert not any(walk.held_full for walk in walks)
    assert min(two_feet) > max(walk.score for walk in walks)  # type: ignore[type-var,operator]


@pytest.mark.parametrize("amplitude", [3.0, 4.5])
def test_7_intentional_sway_is_not_held(amplitude: float) -> None:
    """2.7 to 3.2 m/s2 of horizontal RMS is what people reach who sway on purpose."""
    calm = synthetic_recording(severity=0.0)
    swing = amplitude * np.sin(2 * np.pi * 0.5 * calm.time_s)
    trial = score(replace(calm, acceleration_m_s2=calm.acceleration_m_s2 + np.outer(swing, [1.0, 0.0, 0.0])))
    assert not trial.held_full


def test_8_no_level_is_called_a_probability_of_falling() -> None:
    from kinometric.scoring.score_command import LEVEL_NOTE

    assert "not a probability of falling" in LEVEL_NOTE
    assert "not a probability of falling" in engine().levels_source


def test_9_detector_and_touch_down_agree_within_a_second_in_nine_of_ten() -> None:
    wrong = total = 0
    for seed in SEEDS:
        for hold_s in (1.5, 3.3, 5.1, 7.9, 9.2):
            trial = score(synthetic_recording(stance="RBEO", severity=0.5, hold_s=hold_s, seed=seed))
            total += 1
            wrong += abs((trial.hold_s or 0.0) - hold_s) > 1.0
    assert wrong <= 0.1 * total


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.04])
def test_10_a_phone_on_a_table_is_not_worn(noise: float) -> None:
    values = np.random.default_rng(6).normal(size=(1000, 3)) * noise + [0.0, 0.0, 9.80665]
    trial = score(Recording(np.arange(1000) / 100, values), stance="LBEO")
    assert trial.score is None
    assert "not_worn" in {finding.code for finding in trial.findings}
