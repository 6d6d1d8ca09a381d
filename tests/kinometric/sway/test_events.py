"""Where balance is lost: each kind of event by a signal made for it, and real walking."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kinometric.recordings import Recording, read_recording, synthetic_recording
from kinometric.sway import detect_events, process
from kinometric.sway.events import find_events

G0 = 9.80665
TIME = np.arange(1000) / 100


def still() -> np.ndarray:
    sway = 0.1 * np.stack([np.sin(2 * np.pi * 0.6 * TIME), np.cos(2 * np.pi * 0.4 * TIME), 0 * TIME], axis=1)
    return sway + np.array([0.0, 0.0, G0])


def kinds(acceleration: np.ndarray) -> list[str]:
    return [event.kind for event in find_events(acceleration)]


def test_quiet_standing_shows_no_event() -> None:
    assert find_events(still()) == ()


@pytest.mark.parametrize("at_s", [0.3, 4.0, 9.8])
def test_a_shock_is_an_impact_at_its_time(at_s: float) -> None:
    signal = still()
    since = np.clip(TIME - at_s, 0, None)
    signal[:, 2] += 9.0 * np.exp(-since / 0.06) * np.sin(2 * np.pi * 9 * since)
    event = find_events(signal)[0]
    assert event.kind == "impact"
    assert event.at_s == pytest.approx(at_s, abs=0.05)
    assert "limit 3" in event.reason


def test_a_shock_below_the_limit_is_none() -> None:
    signal = still()
    since = np.clip(TIME - 4.0, 0, None)
    signal[:, 2] += 2.0 * np.exp(-since / 0.06) * np.sin(2 * np.pi * 9 * since)
    assert find_events(signal) == ()


def test_a_tilt_of_the_trunk_is_a_lean() -> None:
    angle = np.radians(25.0) * np.clip((TIME - 5.0) / 2.0, 0.0, 1.0)
    signal = still()
    signal[:, 0] += G0 * np.sin(angle)
    signal[:, 2] += G0 * (np.cos(angle) - 1.0)
    events = find_events(signal)
    assert "lean" in [event.kind for event in events]
    lean = next(event for event in events if event.kind == "lean")
    assert lean.at_s == pytest.approx(6.2, abs=0.3)
    assert "°" in lean.reason


def test_a_lean_does_not_make_the_quiet_part_before_it_look_wild() -> None:
    signal = still()
    after = TIME >= 7.0
    signal[after] = signal[after][:, [2, 1, 0]]
    assert find_events(signal)[0].at_s >= 6.7


def test_violent_sway_is_a_burst_only_when_it_lasts() -> None:
    for seconds, expected in [(2.0, True), (0.2, False)]:
        signal = still()
        part = np.abs(TIME - 4.0 - seconds / 2) < seconds / 2
        signal[part, 1] += 2.2 * np.sin(2 * np.pi * 2.0 * TIME[part])
        assert ("burst" in kinds(signal)) is expected


def test_rhythmic_vertical_movement_is_stepping() -> None:
    signal = still()
    part = TIME >= 3.0
    signal[part, 2] += 1.8 * np.sin(2 * np.pi * 1.8 * TIME[part])
    events = find_events(signal)
    assert [event.kind for event in events] == ["stepping"]
    assert events[0].at_s == pytest.approx(3.0, abs=0.6)


def test_free_fall_and_landing_are_a_hop() -> None:
    signal = still()
    signal[500:510] *= 0.2
    signal[510:520] *= 2.0
    assert "hop" in kinds(signal)
    assert find_events(signal)[0].at_s == pytest.approx(5.0, abs=0.1)


def test_free_fall_alone_is_no_hop() -> None:
    signal = still()
    signal[500:510] *= 0.2
    assert "hop" not in kinds(signal)


def test_the_first_event_comes_first_and_each_kind_comes_once() -> None:
    signal = still()
    for at_s in (8.0, 5.0, 6.0):
        since = np.clip(TIME - at_s, 0, None)
        signal[:, 2] += 9.0 * np.exp(-since / 0.06) * np.sin(2 * np.pi * 9 * since)
    events = find_events(signal)
    assert [event.at_s for event in events] == sorted(event.at_s for event in events)
    assert len({event.kind for event in events}) == len(events)
    assert events[0].at_s == pytest.approx(5.0, abs=0.05)


def test_a_generated_touch_down_is_found_to_a_hundredth_or_two() -> None:
    for seed in range(8):
        for hold_s in (1.2, 4.7, 9.2):
            recording = synthetic_recording(seed=seed, hold_s=hold_s, stance="RBEO", severity=0.4)
            assert detect_events(process(recording))[0].at_s == pytest.approx(hold_s, abs=0.03)


def test_a_soft_touch_down_may_leave_no_trace() -> None:
    """Why the detected hold is a proposal."""
    assert detect_events(process(synthetic_recording(hold_s=6.0, soft=True, severity=0.1))) == ()


def walks(shared_data: Path) -> list[Recording]:
    files = sorted((shared_data / "sway" / "waist_phone_hapt").glob("walk_*.csv"))
    assert len(files) == 4
    return [read_recording(path, rate_hz=50.0) for path in files]


def test_real_walking_is_caught_at_once_wherever_the_recording_begins(shared_data: Path) -> None:
    for walk in walks(shared_data):
        for start in range(0, 440, 7):
            part = Recording(walk.time_s[start:], walk.acceleration_m_s2[start:])
            assert detect_events(process(part))[0].at_s < 0.5


def test_real_walking_is_recognised_as_stepping(shared_data: Path) -> None:
    for walk in walks(shared_data):
        assert "stepping" in [event.kind for event in detect_events(process(walk))]


def test_real_quiet_standing_is_rarely_taken_for_a_loss(shared_data: Path) -> None:
    """Two-foot standing after the first seconds of each segment, in windows of ten seconds."""
    losses = windows = 0
    for path in sorted((shared_data / "sway" / "waist_phone_hapt").glob("stand_*.csv")):
        recording = read_recording(path, rate_hz=50.0)
        for start_s in range(2, int(recording.duration_s) - 9, 3):
            windows += 1
            losses += bool(detect_events(process(recording, foot_lift_s=float(start_s))))
    assert windows >= 50
    assert losses / windows <= 0.05
