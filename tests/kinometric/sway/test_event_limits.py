"""Each limit of the loss-of-balance detector, just below and just above it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinometric.recordings import synthetic_recording
from kinometric.sway.engine import engine
from kinometric.sway.events import _FILTER_GAIN, _impact, find_events, without_spikes
from kinometric.sway.filters import low_pass

G0 = 9.80665
TIME = np.arange(1000) / 100
LIMITS = engine().events


def still() -> np.ndarray:
    sway = 0.05 * np.sin(2 * np.pi * 0.5 * TIME)
    return np.stack([sway, 0.3 * sway, np.full(1000, G0)], axis=1)


def first(signal: np.ndarray) -> str | None:
    events = find_events(signal)
    return events[0].kind if events else None


@pytest.mark.parametrize(("share", "expected"), [(0.9, None), (1.1, "impact")])
def test_the_impact_limit(share: float, expected: str | None) -> None:
    """A slow push is used so that the 20 Hz low-pass leaves its height alone."""
    signal = still()
    signal[:, 2] += share * LIMITS.impact_m_s2 * np.exp(-(((TIME - 5.0) / 0.15) ** 2))
    assert first(signal) == expected


@pytest.mark.parametrize(("share", "expected"), [(0.9, None), (1.1, "lean")])
def test_the_lean_limit(share: float, expected: str | None) -> None:
    """The turn comes late and stays, so that the burst before it is judged by the upright part."""
    angle = np.radians(share * LIMITS.lean_deg) * (TIME >= 9.0)
    signal = np.stack([G0 * np.sin(angle), 0 * angle, G0 * np.cos(angle)], axis=1)
    kinds = {event.kind for event in find_events(signal)}
    assert ("lean" in kinds) is (expected == "lean")


@pytest.mark.parametrize(("share", "expected"), [(0.85, None), (1.15, "burst")])
def test_the_burst_limit(share: float, expected: str | None) -> None:
    signal = still()
    part = (TIME >= 4.0) & (TIME < 6.0)
    signal[part, 0] += share * LIMITS.burst_m_s2 * np.sqrt(2.0) * np.sin(2 * np.pi * 4.0 * TIME[part])
    assert first(signal) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(0.2, None), (1.2, "burst")])
def test_a_burst_must_last(seconds: float, expected: str | None) -> None:
    signal = still()
    part = np.abs(TIME - 5.0) < seconds / 2
    signal[part, 0] += 2.3 * np.sin(2 * np.pi * 5.0 * TIME[part])
    assert first(signal) == expected


@pytest.mark.parametrize(("share", "expected"), [(0.8, None), (1.3, "stepping")])
def test_the_stepping_limit(share: float, expected: str | None) -> None:
    signal = still()
    signal[:, 2] += share * LIMITS.stepping_rms_m_s2 * np.sqrt(2.0) * np.sin(2 * np.pi * 1.8 * TIME)
    assert first(signal) == expected


@pytest.mark.parametrize(("period_s", "expected"), [(1.5, None), (0.4, "stepping"), (0.7, "stepping")])
def test_only_the_rhythm_of_steps_is_stepping(period_s: float, expected: str | None) -> None:
    signal = still()
    signal[:, 2] += 1.6 * np.sin(2 * np.pi / period_s * TIME)
    kinds = {event.kind for event in find_events(signal)}
    assert ("stepping" in kinds) is (expected == "stepping")


def test_shaking_without_rhythm_is_not_stepping() -> None:
    random = np.random.default_rng(7)
    signal = still()
    signal[:, 2] += 1.0 * random.normal(size=1000)
    assert "stepping" not in {event.kind for event in find_events(signal)}


@pytest.mark.parametrize(
    ("free_g", "free_ms", "landing_g", "expected"),
    [(0.3, 80, 2.0, True), (0.6, 80, 2.0, False), (0.3, 40, 2.0, False), (0.3, 80, 1.3, False)],
)
def test_the_hop_limits(free_g: float, free_ms: int, landing_g: float, expected: bool) -> None:
    signal = still()
    end = 500 + free_ms // 10
    signal[500:end] *= free_g
    signal[end : end + 8] *= landing_g
    assert ("hop" in {event.kind for event in find_events(signal)}) is expected


def test_a_landing_that_comes_too_late_is_no_hop() -> None:
    signal = still()
    signal[500:508] *= 0.3
    signal[560:568] *= 2.0
    assert "hop" not in {event.kind for event in find_events(signal)}


@pytest.mark.parametrize("scale", [0.94, 1.0, 1.06])
def test_a_sensor_with_a_wrong_scale_finds_the_same_events(scale: float) -> None:
    recording = synthetic_recording(hold_s=6.4, seed=3)
    reference = find_events(recording.acceleration_m_s2)
    again = find_events(recording.acceleration_m_s2 * scale)
    assert [(event.kind, event.at_s) for event in again] == [(event.kind, event.at_s) for event in reference]


def test_nothing_at_all_has_no_events() -> None:
    assert find_events(np.zeros((1000, 3))) == ()


@pytest.mark.parametrize("samples", [100, 150, 250])
def test_short_windows_are_searched_too(samples: int) -> None:
    signal = still()[:samples].copy()
    signal[70:74, 2] += 25.0
    assert first(signal) == "impact"


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 500), hold_s=st.floats(1.1, 9.4), stance=st.sampled_from(["LBEO", "RBEC"]))
def test_a_generated_touch_down_is_never_found_late(seed: int, hold_s: float, stance: str) -> None:
    recording = synthetic_recording(seed=seed, hold_s=hold_s, stance=stance, severity=0.3)
    events = find_events(recording.acceleration_m_s2)
    assert events
    assert events[0].at_s <= hold_s + 0.05


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 500), severity=st.floats(0.0, 0.6))
def test_a_generated_steady_stance_keeps_its_balance(seed: int, severity: float) -> None:
    assert find_events(synthetic_recording(seed=seed, severity=severity).acceleration_m_s2) == ()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 500), turn=st.integers(0, 10_000), hold_s=st.sampled_from([10.0, 5.0]))
def test_no_rotation_changes_what_is_found(seed: int, turn: int, hold_s: float) -> None:
    matrix, _ = np.linalg.qr(np.random.default_rng(turn).normal(size=(3, 3)))
    values = synthetic_recording(seed=seed, hold_s=hold_s, severity=0.4).acceleration_m_s2
    assert find_events(values @ matrix.T) == find_events(values)


def test_each_reason_names_its_figure_and_its_limit() -> None:
    signal = still()
    signal[500:510] *= 0.2
    signal[510:520] *= 2.0
    signal[700:, 0] += 5.0
    events = find_events(signal)
    assert len(events) >= 3
    for event in events:
        assert event.reason.startswith(event.kind.capitalize())
        assert "limit" in event.reason
        assert any(character.isdigit() for character in event.reason)
        assert event.reason.endswith(".")


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.floats(0.05, 4.0), width=st.sampled_from([1, 3, 9, 40]))
def test_leaving_the_impact_filter_out_never_hides_an_impact(seed: int, size: float, width: int) -> None:
    """The filter is skipped where it could not reach the limit; the twin filters always."""
    random = np.random.default_rng(seed)
    noise = np.convolve(random.normal(size=1000), np.ones(width) / np.sqrt(width), "same")
    length = G0 + size * noise
    twin = np.abs(low_pass(length, engine().filters.event_low_pass_hz, 100.0) - G0) > LIMITS.impact_m_s2
    event = _impact(length, LIMITS, 100.0)
    assert (event is not None) == bool(twin.any())
    assert event is None or event.at_s == np.argmax(twin) / 100


def test_the_filters_gain_is_below_the_one_that_is_reckoned_with() -> None:
    for at in (0, 3, 500, 998):
        largest = np.zeros(1000)
        for shift in range(1000):
            unit = np.zeros(1000)
            unit[shift] = 1.0
            if abs(shift - at) < 60:
                largest[shift] = abs(low_pass(unit, engine().filters.event_low_pass_hz, 100.0)[at])
        assert largest.sum() < 3.0 * _FILTER_GAIN
    unit = np.zeros(1001)
    unit[500] = 1.0
    assert np.abs(low_pass(unit, engine().filters.event_low_pass_hz, 100.0)).sum() < _FILTER_GAIN


def test_spikes_are_the_median_of_three() -> None:
    values = np.random.default_rng(3).normal(size=200)
    twin = [float(np.median(values[i - 1 : i + 2])) for i in range(1, 199)]
    np.testing.assert_array_equal(without_spikes(values), [values[0], *twin, values[-1]])
