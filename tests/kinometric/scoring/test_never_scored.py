"""What must never pass for a stance: walking in any disguise, a phone on a table, in a car, frozen, dropped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from kinometric.recordings import Recording, read_recording, synthetic_recording
from kinometric.scoring import Trial, score

G0 = 9.80665
TIME = np.arange(1000) / 100
UP = np.array([0.0, 0.0, G0])
CALM = synthetic_recording(severity=0.4, seed=3)


def tried(values: np.ndarray, rate: float = 100.0) -> Trial:
    return score(Recording(np.arange(values.shape[0]) / rate, values), stance="LBEO")


def codes(trial: Trial) -> set[str]:
    return {finding.code for finding in trial.findings if finding.severity != "fine"}


def at_rate(recording: Recording, rate: float) -> np.ndarray:
    at = np.arange(0.0, recording.duration_s, 1.0 / rate)
    columns = [np.interp(at, recording.time_s, recording.acceleration_m_s2[:, axis]) for axis in range(3)]
    return np.stack(columns, axis=1)


def turned_like(model: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The other turned so that both have gravity in the same direction, as one phone worn through has."""
    u, v = (part.mean(axis=0) / np.linalg.norm(part.mean(axis=0)) for part in (model, other))
    x, y, z = np.cross(v, u)
    skew = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return other @ (np.eye(3) + skew + skew @ skew / (1.0 + v @ u)).T


@pytest.fixture
def walks(shared_data: Path) -> list[Recording]:
    files = sorted((shared_data / "sway" / "waist_phone_hapt").glob("walk_*.csv"))
    assert len(files) == 4
    return [read_recording(path, rate_hz=50.0) for path in files]


@pytest.fixture
def standing(shared_data: Path) -> list[Recording]:
    files = sorted((shared_data / "sway" / "waist_phone_hapt").glob("stand_*.csv"))
    return [read_recording(path, rate_hz=50.0) for path in files]


@pytest.mark.parametrize("rate", [41.0, 50.0, 64.0, 100.0, 200.0])
def test_walking_is_lost_at_once_at_any_rate_and_from_any_moment(walks: list[Recording], rate: float) -> None:
    for walk in walks:
        twice = np.concatenate([at_rate(walk, rate)] * 2)
        for start_s in (0.0, 0.37, 2.11, 5.7):
            start = int(start_s * rate)
            trial = tried(twice[start : start + int(10 * rate)], rate)
            assert trial.score is not None
            assert trial.score < 0.5


@pytest.mark.parametrize("start_s", [0.5, 1.5, 3.0, 5.0, 8.0, 9.0, 9.3])
def test_a_stance_that_ends_in_walking_ends_where_the_walking_begins(
    walks: list[Recording], standing: list[Recording], start_s: float
) -> None:
    for number, stand in enumerate(standing[::2]):
        walk = walks[number % 4].acceleration_m_s2[15 * number :]
        quiet = stand.acceleration_m_s2[300 : 300 + int(start_s * 50)]
        whole = np.concatenate([quiet, turned_like(quiet, walk)])[:500]
        trial = tried(whole, 50.0)
        assert not trial.held_full
        assert trial.hold_s == pytest.approx(start_s, abs=0.5)


@pytest.mark.parametrize("share", [0.6, 0.3, 0.2])
def test_walking_that_shakes_the_phone_less_is_not_held(walks: list[Recording], share: float) -> None:
    for walk in walks:
        mean = walk.acceleration_m_s2.mean(axis=0)
        trial = tried(mean + share * (walk.acceleration_m_s2 - mean), 50.0)
        assert not trial.held_full
        assert trial.score is not None
        assert trial.score < 2.5


@pytest.mark.parametrize(("slower", "share"), [(1.5, 0.44), (2.0, 0.25)])
def test_slow_walking_is_not_held(walks: list[Recording], slower: float, share: float) -> None:
    """Steps that take longer push as much less as the square of it."""
    for walk in walks:
        at = np.arange(0.0, walk.duration_s, 0.01 / slower)
        values = np.stack([np.interp(at, walk.time_s, walk.acceleration_m_s2[:, axis]) for axis in range(3)], axis=1)
        mean = values.mean(axis=0)
        assert not tried((mean + share * (values - mean))[:1000]).held_full


@pytest.mark.parametrize("top", [19.6133, 14.0, 12.0])
def test_walking_beyond_the_range_of_the_sensor_is_not_held(walks: list[Recording], top: float) -> None:
    for walk in walks:
        trial = tried(np.clip(walk.acceleration_m_s2, -top, top), 50.0)
        assert trial.score is not None
        assert trial.score < 0.5


def white(noise: float, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(1000, 3)) * noise


def slow_noise(cut_off_hz: float) -> np.ndarray:
    values = sosfiltfilt(butter(2, cut_off_hz, fs=100, output="sos"), white(1.0), axis=0)
    return values / values.std()


def wander() -> np.ndarray:
    values = np.cumsum(white(1.0), axis=0)
    return (values - values.mean(axis=0)) / values.std(axis=0)


def bumps(every_s: float) -> np.ndarray:
    values = np.zeros(1000)
    for start in range(50, 940, round(every_s * 100)):
        since = np.arange(60)
        values[start : start + 60] += np.exp(-since / 10) * np.sin(0.24 * np.pi * since)
    return values


TABLES = {
    "still": white(0.0),
    "quiet sensor": white(0.005),
    "noisy sensor": white(0.05),
    "very noisy sensor": white(0.15),
    "coarse sensor": np.round(white(0.02) / 0.0383) * 0.0383,
    "very coarse sensor": np.round((white(0.02) + UP) / 0.15) * 0.15 - UP,
    "sensor that smooths itself": slow_noise(5.0) * 0.02,
    "warming up": white(0.01) + np.outer(TIME / 10, [0.3, 0.0, 0.0]),
    "warming up fast": white(0.01) + np.outer(TIME / 10, [1.0, 0.0, 0.0]),
    "wandering": white(0.01) + wander() * 0.03,
    "beside a fan": white(0.01) + np.outer(0.1 * np.sin(2 * np.pi * 11 * TIME), [0.7, 0.3, 0.6]),
    "beside a washing machine": white(0.01) + np.outer(0.1 * np.sin(2 * np.pi * 5 * TIME), [0.7, 0.3, 0.6]),
    "somebody knocks": white(0.01) + np.outer(bumps(0.8), [0.5, 0.5, 0.7]),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    "up", [UP, np.array([0.0, G0, 0.0]), G0 * np.array([0.6, 0.0, 0.8])], ids=["flat", "on edge", "askew"]
)
def test_a_phone_on_a_table_never_scores(name: str, up: np.ndarray) -> None:
    values = TABLES[name] + up
    if name == "very coarse sensor":
        values = np.round(values / 0.15) * 0.15
    trial = tried(values)
    assert trial.score is None
    assert "not_worn" in codes(trial)


@pytest.mark.parametrize("down_s", [2.0, 4.0, 6.0])
def test_a_phone_that_is_laid_down_during_the_stance_does_not_score(down_s: float) -> None:
    values = CALM.acceleration_m_s2.copy()
    after = down_s <= TIME
    values[after] = values[:100].mean(axis=0) + white(0.01)[after]
    trial = tried(values)
    assert (trial.outcome, trial.score) == ("not_scorable", None)
    assert "not_worn" in codes(trial)


def test_a_short_quiet_stance_before_a_fall_is_still_a_stance(
    walks: list[Recording], standing: list[Recording]
) -> None:
    for stand in standing:
        quiet = stand.acceleration_m_s2[300:375]
        trial = tried(np.concatenate([quiet, turned_like(quiet, walks[0].acceleration_m_s2)])[:500], 50.0)
        assert trial.outcome == "scored"
        assert "not_worn" not in codes(trial)


@pytest.mark.parametrize(("seconds", "scorable"), [(0.15, True), (0.3, False), (2.0, False)])
def test_a_sensor_that_stands_still_for_long_cannot_carry_a_score(seconds: float, scorable: bool) -> None:
    values = CALM.acceleration_m_s2.copy()
    values[300 : 300 + round(seconds * 100)] = values[300]
    trial = tried(values)
    assert trial.scorable is scorable
    assert ("frozen" in codes(trial)) is not scorable


def test_a_sensor_that_stands_still_after_the_loss_is_shown() -> None:
    recording = synthetic_recording(hold_s=4.0)
    values = recording.acceleration_m_s2.copy()
    values[600:800] = values[600]
    trial = tried(values)
    assert trial.outcome == "scored"
    assert "frozen" in codes(trial)
    assert not trial.plausible


def test_one_repeated_sample_is_no_loss_and_no_matter() -> None:
    values = CALM.acceleration_m_s2.copy()
    values[500] = values[499]
    trial = tried(values)
    assert trial.held_full
    assert not codes(trial) & {"frozen", "spike"}


@pytest.mark.parametrize(("axis", "height"), [(1, 5.0), (1, 20.0), (1, -40.0), (0, 20.0), (0, -40.0), (2, 30.0)])
def test_a_single_wild_sample_is_shown_and_is_no_loss(axis: int, height: float) -> None:
    values = CALM.acceleration_m_s2.copy()
    values[500, axis] += height
    trial = tried(values)
    assert trial.held_full
    assert "spike" in codes(trial)
    assert not trial.plausible


@pytest.mark.parametrize(("degrees_s", "held"), [(0.5, True), (1.6, True), (2.0, False), (4.0, False)])
def test_a_phone_that_slips_slowly_is_lost_where_it_leans_too_far_and_not_at_the_start(
    degrees_s: float, held: bool
) -> None:
    angle = np.deg2rad(degrees_s) * TIME
    x, y, z = CALM.acceleration_m_s2.T
    values = np.stack([x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle), z], axis=1)
    trial = tried(values)
    assert trial.held_full is held
    if not held:
        assert trial.hold_s == pytest.approx(15.0 / degrees_s, abs=0.5)
    elif degrees_s > 1.2:
        assert not trial.plausible


@pytest.mark.parametrize("road", [0.4, 0.8])
def test_a_ride_is_looked_at_before_it_is_confirmed(road: float) -> None:
    shaking = sosfiltfilt(butter(2, [1.0, 15.0], btype="band", fs=100, output="sos"), white(1.0), axis=0)
    trial = tried(UP + shaking / shaking.std() * [0.4, 0.4, 1.0] * road)
    assert not (trial.held_full and trial.plausible)
    assert trial.held_full is ("shaking" in codes(trial))


@pytest.mark.parametrize("kind", ["dropped", "axes swapped", "upside down", "stepped down", "hopped"])
def test_what_happens_to_the_phone_at_five_seconds_ends_the_hold_there(kind: str) -> None:
    values = CALM.acceleration_m_s2.copy()
    if kind == "dropped":
        values[500:540] *= 0.02
        values[540:545] = [15.0, -30.0, 20.0]
        values[545:] = white(0.01)[545:] - UP
    elif kind == "axes swapped":
        values[500:] = values[500:][:, [1, 0, 2]]
    elif kind == "upside down":
        values[500:] = -values[500:]
    elif kind == "stepped down":
        values[500:510] *= 0.75
        values[510:520] *= 1.5
    else:
        values[500:508] *= 0.2
        values[515:523] *= 1.9
    trial = tried(values)
    assert not trial.held_full
    assert trial.hold_s == pytest.approx(5.0, abs=0.3)


def test_a_sign_that_is_turned_throughout_changes_nothing() -> None:
    mirrored = replace(CALM, acceleration_m_s2=-CALM.acceleration_m_s2)
    assert score(mirrored).score == pytest.approx(score(CALM).score, rel=1e-9)
