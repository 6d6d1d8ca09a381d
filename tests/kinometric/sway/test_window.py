"""The window of a recording: where it starts, how it is brought to 100 Hz, which way is up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinometric.recordings import Recording, RecordingError, synthetic_recording
from kinometric.recordings.units import STANDARD_GRAVITY_M_S2
from kinometric.sway.engine import engine
from kinometric.sway.signal_chain import stance_part
from kinometric.sway.upright import anatomical_basis, mean_gravity, plane_basis, principal_angle
from kinometric.sway.window import cut_window


def ramp(rate: float, seconds: float, start: float = 0.0) -> Recording:
    """Acceleration that grows linearly with time, so that interpolation must be exact."""
    time_s = start + np.arange(round(rate * seconds)) / rate
    values = np.stack([time_s - start, 2 * (time_s - start), 9.8 + 0 * time_s], axis=1)
    return Recording(time_s, values)


@pytest.mark.parametrize("rate", [50.0, 61.7, 100.0, 104.4])
def test_interpolation_is_linear(rate: float) -> None:
    window = cut_window(ramp(rate, 12.0))
    assert window.time_s.size == 1000
    np.testing.assert_allclose(window.acceleration_m_s2[:, 0], window.time_s, atol=1e-9)
    np.testing.assert_allclose(window.acceleration_m_s2[:, 1], 2 * window.time_s, atol=1e-9)


@pytest.mark.parametrize("rate", [200.0, 256.0, 500.0])
def test_a_faster_source_is_brought_to_100_hz(rate: float) -> None:
    window = cut_window(ramp(rate, 12.0))
    assert window.time_s.size == 1000
    np.testing.assert_allclose(window.acceleration_m_s2[50:950, 0], window.time_s[50:950], atol=1e-6)


def test_uneven_samples_are_put_on_an_even_grid() -> None:
    random = np.random.default_rng(1)
    time_s = np.sort(random.uniform(0.0, 12.0, 900))
    recording = Recording(time_s, np.stack([time_s, time_s, time_s], axis=1))
    window = cut_window(recording)
    np.testing.assert_allclose(window.acceleration_m_s2[:, 0] - time_s[0], window.time_s, atol=1e-9)


@pytest.mark.parametrize("start", [0.0, 100.0, 1e6])
def test_the_origin_of_the_clock_does_not_matter(start: float) -> None:
    window = cut_window(ramp(100.0, 12.0, start))
    assert window.start_s == 0.0
    np.testing.assert_allclose(window.acceleration_m_s2[:, 0], window.time_s, atol=1e-6)


@pytest.mark.parametrize(
    ("mark", "argument", "start", "known"),
    [(None, None, 0.0, False), (2.5, None, 2.5, True), (2.5, 4.0, 4.0, True), (None, 1.0, 1.0, True)],
)
def test_the_window_starts_at_foot_lift(mark: float | None, argument: float | None, start: float, known: bool) -> None:
    window = cut_window(replace(ramp(100.0, 20.0), foot_lift_s=mark), argument)
    assert window.start_s == start
    assert window.foot_lift_known is known
    assert window.acceleration_m_s2[0, 0] == pytest.approx(start)
    assert window.late_s == 0.0


def test_foot_lift_counts_on_the_recordings_own_clock() -> None:
    assert cut_window(replace(ramp(100.0, 20.0, 50.0), foot_lift_s=53.0)).start_s == pytest.approx(3.0)


def test_a_foot_lift_before_the_recording_is_remembered() -> None:
    window = cut_window(replace(ramp(100.0, 20.0), foot_lift_s=-1.5))
    assert (window.start_s, window.late_s) == (0.0, 1.5)


@pytest.mark.parametrize(("seconds", "samples", "seen"), [(4.0, 400, 3.99), (10.0, 1000, 9.99), (15.0, 1000, 10.0)])
def test_a_short_recording_gives_a_short_window(seconds: float, samples: int, seen: float) -> None:
    window = cut_window(ramp(100.0, seconds))
    assert window.time_s.size == samples
    assert window.seen_s == pytest.approx(seen)


@pytest.mark.parametrize("mark", [None, 5.0])
def test_less_than_a_second_is_too_short(mark: float | None) -> None:
    recording = replace(ramp(100.0, 5.7 if mark else 0.7), foot_lift_s=mark)
    with pytest.raises(RecordingError) as caught:
        cut_window(recording)
    assert caught.value.code == "too_short"
    assert ("foot lift" if mark else "its start") in caught.value.reason


@pytest.mark.parametrize("mark", [float("nan"), float("inf")])
def test_a_foot_lift_that_is_no_number_is_refused(mark: float) -> None:
    with pytest.raises(RecordingError, match="not a number"):
        cut_window(ramp(100.0, 12.0), mark)


def test_a_hole_around_the_window_leaves_something_to_work_on() -> None:
    whole = ramp(100.0, 30.0)
    keep = (whole.time_s < 1.0) | (whole.time_s > 29.0)
    holed = replace(whole, time_s=whole.time_s[keep], acceleration_m_s2=whole.acceleration_m_s2[keep])
    np.testing.assert_allclose(cut_window(holed, 10.0).acceleration_m_s2[:, 0], 10.0 + np.arange(1000) / 100, atol=1e-6)


def test_a_foot_lift_after_the_end_is_too_short() -> None:
    with pytest.raises(RecordingError, match=r"0\.0 s follow foot lift"):
        cut_window(replace(ramp(100.0, 5.0), foot_lift_s=60.0))


@pytest.mark.parametrize(
    ("samples", "end_s", "expected"),
    [
        (1000, None, (100, 951)),
        (1000, 6.4, (100, 641)),
        (1000, 9.8, (100, 951)),
        (800, None, (100, 800)),
        (1000, 1.5, (0, 151)),
        (1000, 0.2, (0, 100)),
        (150, None, (0, 150)),
    ],
)
def test_gravity_comes_from_the_stance_alone(samples: int, end_s: float | None, expected: tuple[int, int]) -> None:
    part = stance_part(samples, end_s)
    assert (part.start, part.stop) == expected


vectors = st.lists(st.floats(-1, 1), min_size=3, max_size=3).filter(lambda v: np.linalg.norm(v) > 0.1)


@settings(max_examples=60, deadline=None)
@given(vectors)
def test_the_plane_is_across_gravity_whatever_the_orientation(vector: list[float]) -> None:
    unit = np.array(vector) / np.linalg.norm(vector)
    basis = plane_basis(unit)
    np.testing.assert_allclose(basis @ unit, 0.0, atol=1e-12)
    np.testing.assert_allclose(basis @ basis.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(np.cross(unit, basis[0]), basis[1], atol=1e-12)


def test_gravity_is_a_mean_vector_and_not_a_median() -> None:
    values = np.tile([0.0, 0.0, STANDARD_GRAVITY_M_S2], (100, 1))
    values[:30, 0] = 3.0
    gravity = mean_gravity(values)
    assert gravity.unit[0] > 0.08
    assert gravity.scale == pytest.approx(np.linalg.norm(values.mean(axis=0)) / STANDARD_GRAVITY_M_S2)


def test_nothing_at_all_has_no_gravity() -> None:
    gravity = mean_gravity(np.zeros((50, 3)))
    assert gravity.scale == 0.0
    assert np.linalg.norm(gravity.unit) == 1.0


@pytest.mark.parametrize(
    ("placement", "forward", "right"),
    [("waist", [0, 0, -1], [1, 0, 0]), ("sacrum", [0, 0, -1], [1, 0, 0]), ("chest", [0, 0, 1], [-1, 0, 0])],
)
def test_forward_and_right_follow_from_where_the_screen_looks(
    placement: str, forward: list[float], right: list[float]
) -> None:
    """Upright with its screen outward: at the back the screen looks backwards, on the chest forwards."""
    basis = anatomical_basis(np.array([0.0, 1.0, 0.0]), placement)
    assert basis is not None
    np.testing.assert_allclose(basis[0], forward, atol=1e-12)
    np.testing.assert_allclose(basis[1], right, atol=1e-12)


@pytest.mark.parametrize(("degrees", "named"), [(0.0, True), (50.0, True), (62.0, False), (90.0, False)])
def test_a_phone_on_its_side_names_no_axes(degrees: float, named: bool) -> None:
    angle = np.radians(degrees)
    assert (anatomical_basis(np.array([np.sin(angle), np.cos(angle), 0.0]), "waist") is not None) is named


@pytest.mark.parametrize("degrees", [-80.0, -30.0, 0.0, 20.0, 45.0, 89.0])
def test_the_major_axis_is_found(degrees: float) -> None:
    angle = np.radians(degrees)
    along, across = np.random.default_rng(1).normal(size=(2, 5000)) * [[3.0], [0.5]]
    x = np.cos(angle) * along - np.sin(angle) * across
    y = np.sin(angle) * along + np.cos(angle) * across
    difference = principal_angle(x - x.mean(), y - y.mean()) - angle
    assert abs((difference + np.pi / 2) % np.pi - np.pi / 2) < np.radians(1.0)


def test_the_engine_is_read_once_and_frozen() -> None:
    assert engine() is engine()
    with pytest.raises(AttributeError):
        engine().version = "2"  # type: ignore[misc]


def test_the_generator_fills_a_whole_window() -> None:
    assert cut_window(synthetic_recording()).seen_s == pytest.approx(9.99)
