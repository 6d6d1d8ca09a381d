"""Clocks, repeats, pauses and jitter become seconds that increase, and each change is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinometric.recordings import RecordingError
from kinometric.recordings.clocks import clock_seconds
from kinometric.recordings.timebase import Samples, clean, seconds

STEADY = np.arange(500) / 100
VALUES = np.random.default_rng(1).normal(size=(500, 3))


def cleaned(time_s: np.ndarray, values: np.ndarray | None = None, **more: object) -> Samples:
    return clean(time_s, VALUES[: time_s.size] if values is None else values, first_line=2, **more)  # type: ignore[arg-type]


def codes(samples: Samples) -> list[str]:
    return [finding.code for finding in samples.findings]


@pytest.mark.parametrize(
    ("factor", "unit"),
    [(1.0, "s"), (1e3, "ms"), (1e6, "us"), (1e9, "ns"), (1.0, None), (1e3, None), (1e6, None), (1e9, None)],
)
def test_every_unit_becomes_seconds(factor: float, unit: str | None) -> None:
    np.testing.assert_allclose(seconds(STEADY * factor + 5.0, unit), STEADY, atol=1e-6)  # type: ignore[arg-type]


@given(st.floats(20, 1000), st.sampled_from([1.0, 1e3, 1e6, 1e9]))
def test_the_unit_of_any_phone_is_found_by_its_steps(rate: float, factor: float) -> None:
    time_s = np.arange(200) / rate
    np.testing.assert_allclose(seconds(time_s * factor, None), time_s, rtol=1e-9)


def test_an_epoch_in_nanoseconds_keeps_microseconds() -> None:
    raw = 1_770_000_000_000_000_000 + (STEADY * 1e9).astype(np.int64)
    np.testing.assert_allclose(seconds(raw.astype(np.float64), "ns"), STEADY, atol=1e-6)


@pytest.mark.parametrize("steps", [1e-7, 0.9e10])
def test_steps_that_fit_no_unit_are_refused(steps: float) -> None:
    with pytest.raises(RecordingError, match="unit of the time column"):
        seconds(np.arange(50) * steps, None)


def test_a_time_that_stands_still_is_refused() -> None:
    with pytest.raises(RecordingError, match="unit of the time column"):
        seconds(np.full(50, 3.0), None)


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%dT%H:%M:%S.%f",
        "%Y-%m-%d %H:%M:%S.%f",
        "%Y/%m/%d %H:%M:%S.%f",
        "%Y-%m-%dT%H:%M:%S.%fZ",
        "%Y-%m-%d %H:%M:%S.%f +0100",
        '"%Y-%m-%dT%H:%M:%S.%f"',
        "%H:%M:%S.%f",
        "%H:%M:%S,%f",
        "%H:%M:%S:%f",
    ],
)
def test_dates_and_clocks_are_read(form: str) -> None:
    start = datetime(2026, 2, 3, 10, 59, 58, tzinfo=UTC)
    cells = [(start + timedelta(seconds=float(t))).strftime(form) for t in STEADY]
    np.testing.assert_allclose(clock_seconds(cells, 2), STEADY, atol=2e-6)


def test_a_clock_may_pass_midnight() -> None:
    start = datetime(2026, 2, 3, 23, 59, 58, tzinfo=UTC)
    cells = [(start + timedelta(seconds=float(t))).strftime("%H:%M:%S.%f") for t in STEADY]
    np.testing.assert_allclose(clock_seconds(cells, 2), STEADY, atol=2e-6)


@pytest.mark.parametrize("bad", ["", "yesterday", "25 o'clock", "2026-13-45"])
def test_an_unreadable_moment_is_named_with_its_line(bad: str) -> None:
    with pytest.raises(RecordingError) as caught:
        clock_seconds(["10:00:00.1", "10:00:00.2", bad], 10)
    assert caught.value.line == 12


def test_steady_time_is_left_alone() -> None:
    samples = cleaned(STEADY)
    assert samples.time_s is STEADY
    assert samples.findings == ()
    assert samples.skipped_s == 0.0


def test_time_that_runs_backwards_is_refused_with_its_line() -> None:
    time_s = STEADY.copy()
    time_s[300] = 1.0
    with pytest.raises(RecordingError) as caught:
        cleaned(time_s)
    assert (caught.value.code, caught.value.line) == ("time_order", 302)


def test_repeated_times_keep_the_first_row() -> None:
    time_s = np.repeat(STEADY[:250], 2)
    samples = cleaned(time_s)
    np.testing.assert_array_equal(samples.time_s, STEADY[:250])
    np.testing.assert_array_equal(samples.values, VALUES[::2])
    assert codes(samples) == ["repeated_times"]
    assert samples.findings[0].numbers["rows"] == 250.0
    assert "250 rows" in samples.findings[0].message


def test_held_rows_are_left_out_of_any_file_and_sooner_where_the_app_is_known_to_hold_them() -> None:
    third = np.delete(np.repeat(VALUES, 2, axis=0), np.s_[3::4], axis=0)[:500]
    assert codes(cleaned(STEADY, third)) == []
    assert codes(cleaned(STEADY, third, held_rows=True)) == ["repeated_rows", "jitter"]
    held = np.repeat(VALUES[:125], 4, axis=0)
    assert "repeated_rows" in codes(cleaned(STEADY, held))
    samples = cleaned(STEADY, held, held_rows=True)
    assert samples.time_s.size == 125
    assert "repeated_rows" in codes(samples)


def test_a_few_equal_rows_are_chance_and_stay() -> None:
    values = VALUES.copy()
    values[100] = values[99]
    assert cleaned(STEADY, values, held_rows=True).time_s.size == 500


def paused(lengths_s: list[float], pause_s: float = 30.0) -> np.ndarray:
    parts, start = [], 0.0
    for length in lengths_s:
        parts.append(start + np.arange(round(length * 20)) / 20)
        start = float(parts[-1][-1]) + pause_s
    return np.concatenate(parts)


@pytest.mark.parametrize(
    ("lengths", "kept_s"),
    [([12.0, 3.0], 12.0), ([3.0, 12.0], 12.0), ([3.0, 10.0, 15.0], 10.0), ([3.0, 5.0, 4.0], 5.0)],
)
def test_of_a_paused_recording_one_part_is_kept(lengths: list[float], kept_s: float) -> None:
    time_s = paused(lengths)
    samples = clean(time_s, np.zeros((time_s.size, 3)), first_line=2)
    assert samples.time_s[-1] == pytest.approx(kept_s - 0.05)
    assert samples.time_s[0] == 0.0
    (finding,) = [one for one in samples.findings if one.code == "pause"]
    assert finding.numbers["parts"] == len(lengths)
    assert finding.numbers["pause_s"] == pytest.approx(30.0)
    assert finding.numbers["from_s"] == pytest.approx(samples.skipped_s)


def test_the_part_with_the_foot_lift_is_kept() -> None:
    time_s = paused([4.0, 12.0])
    values = np.zeros((time_s.size, 3))
    assert clean(time_s, values, first_line=2, foot_lift_s=1.0).skipped_s == 0.0
    assert clean(time_s, values, first_line=2, foot_lift_s=40.0).skipped_s == pytest.approx(33.95)
    between = clean(time_s, values, first_line=2, foot_lift_s=20.0)
    assert between.skipped_s == pytest.approx(33.95)


def test_single_rows_between_pauses_are_no_parts() -> None:
    samples = clean(np.array([0.0, 10.0, 20.0]), np.zeros((3, 3)), first_line=2)
    assert samples.time_s.size == 3


@pytest.mark.parametrize(("spread", "said"), [(0.0, False), (0.001, False), (0.004, True)])
def test_jitter_is_said_beyond_a_quarter_of_the_step(spread: float, said: bool) -> None:
    random = np.random.default_rng(3)
    time_s = STEADY + random.uniform(-spread, spread, STEADY.size)
    time_s[0] = time_s.min()
    samples = cleaned(np.sort(time_s) - time_s[0])
    assert ("jitter" in codes(samples)) is said


def test_two_samples_have_no_jitter() -> None:
    assert codes(cleaned(np.array([0.0, 0.02]))) == []
