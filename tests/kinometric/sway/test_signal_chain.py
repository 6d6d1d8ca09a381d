"""From a recording to an upright window: what must not depend on the phone, and what must."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import butter, sosfiltfilt
from scipy.spatial.transform import Rotation

from kinometric.recordings import Recording, RecordingError, read_recording, synthetic_recording
from kinometric.recordings.units import STANDARD_GRAVITY_M_S2
from kinometric.sway import SwayMeasures, detect_events, ellipse95, measure, process
from kinometric.sway.filters import low_pass

SCORED = (
    "rms_m_s2",
    "path_m_s2",
    "path_rate_m_s3",
    "jerk_m2_s5",
    "ellipse95_m2_s4",
    "mdist_m_s2",
    "f95_hz",
    "centroid_hz",
)
angles = st.tuples(*[st.floats(-np.pi, np.pi)] * 3)


def rotated(recording: Recording, turn: Rotation) -> Recording:
    return replace(recording, acceleration_m_s2=recording.acceleration_m_s2 @ turn.as_matrix().T, mounting=None)


def values(measures: SwayMeasures) -> np.ndarray:
    return np.array([getattr(measures, name) for name in SCORED])


@settings(max_examples=30, deadline=None)
@given(angles=angles, seed=st.integers(0, 50), hold=st.sampled_from([10.0, 6.4]))
def test_no_rotation_of_the_phone_changes_a_measure(angles: tuple[float, float, float], seed: int, hold: float) -> None:
    recording = synthetic_recording(seed=seed, hold_s=hold, stance="LBEC")
    turned = rotated(recording, Rotation.from_euler("xyz", angles))
    plain = replace(recording, mounting=None)
    np.testing.assert_allclose(values(measure(turned)), values(measure(plain)), rtol=1e-9)
    assert detect_events(process(turned)) == detect_events(process(plain))
    assert measure(turned).rms_1_m_s2 == pytest.approx(measure(plain).rms_1_m_s2, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_no_rotation_changes_a_measure_of_a_real_recording(shared_data: Path, seed: int) -> None:
    turn = Rotation.random(random_state=seed)
    for path in sorted((shared_data / "sway" / "waist_phone_hapt").glob("stand_*.csv")):
        recording = read_recording(path, rate_hz=50.0)
        if detect_events(process(recording)):
            continue
        np.testing.assert_allclose(values(measure(rotated(recording, turn))), values(measure(recording)), rtol=1e-9)


def test_upside_down_and_mirrored_phones_measure_the_same() -> None:
    """An iPhone reports the negative of what an Android phone reports."""
    recording = replace(synthetic_recording(), mounting=None)
    negative = replace(recording, acceleration_m_s2=-recording.acceleration_m_s2)
    np.testing.assert_allclose(values(measure(negative)), values(measure(recording)), rtol=1e-9)


def test_gravity_is_the_mean_vector_of_the_stance_and_not_of_the_fall() -> None:
    held = process(synthetic_recording(seed=5, hold_s=10.0))
    fallen = process(synthetic_recording(seed=5, hold_s=6.0))
    angle = np.degrees(np.arccos(np.clip(held.gravity_unit @ fallen.gravity_unit, -1, 1)))
    assert angle < 0.6
    stance = fallen.acceleration_m_s2[100:600]
    np.testing.assert_allclose(fallen.gravity_unit, stance.mean(0) / np.linalg.norm(stance.mean(0)), atol=2e-3)


def test_the_shock_of_a_touch_down_does_not_leak_into_the_sway_before_it() -> None:
    for seed in range(6):
        held = process(synthetic_recording(seed=seed, hold_s=10.0), end_s=5.5)
        fallen = process(synthetic_recording(seed=seed, hold_s=6.0))
        before = slice(100, 501)
        for mine, theirs in ((held.axis_1, fallen.axis_1), (held.axis_2, fallen.axis_2)):
            difference = (mine[before] - mine[before].mean()) - (theirs[before] - theirs[before].mean())
            assert np.abs(difference).max() < 0.02
        assert measure(fallen, end_s=5.5).rms_m_s2 == pytest.approx(measure(held, end_s=5.5).rms_m_s2, rel=0.05)


def test_the_window_is_the_first_ten_seconds_after_foot_lift() -> None:
    recording = synthetic_recording(lead_s=3.0, duration_s=20.0)
    signal = process(recording)
    assert signal.window_start_s == 3.0
    assert signal.time_s.size == 1000
    assert signal.time_s[0] == 0.0
    assert signal.time_s[-1] == pytest.approx(9.99)
    expected = recording.acceleration_m_s2[300:1300] / signal.gravity_scale
    np.testing.assert_allclose(signal.acceleration_m_s2, expected, atol=1e-9)


def test_a_foot_lift_set_by_a_person_overrides_the_mark() -> None:
    recording = synthetic_recording(lead_s=3.0, duration_s=20.0)
    assert process(recording, foot_lift_s=4.5).window_start_s == 4.5
    assert process(replace(recording, foot_lift_s=None)).window_start_s == 0.0


def test_acceleration_is_rescaled_to_standard_gravity() -> None:
    recording = synthetic_recording()
    heavy = replace(recording, acceleration_m_s2=recording.acceleration_m_s2 * 1.05)
    signal = process(heavy)
    length = np.linalg.norm(signal.acceleration_m_s2[100:951].mean(axis=0))
    assert length == pytest.approx(STANDARD_GRAVITY_M_S2, rel=1e-12)
    assert measure(heavy).rms_m_s2 == pytest.approx(measure(recording).rms_m_s2, rel=1e-9)


def test_axes_are_named_only_when_the_mounting_is_stated() -> None:
    recording = synthetic_recording()
    assert process(recording).axis_names == ("AP", "ML")
    unknown = process(replace(recording, mounting=None))
    assert unknown.axis_names == ("major", "minor")
    x, y = unknown.axis_1[100:951], unknown.axis_2[100:951]
    assert x @ x > y @ y
    assert abs((x - x.mean()) @ (y - y.mean())) < 1e-9 * (x @ x)


def test_a_lateral_push_shows_up_on_the_lateral_axis() -> None:
    base = synthetic_recording(severity=0.0)
    swing = np.sin(2 * np.pi * 0.5 * base.time_s)
    sideways = base.acceleration_m_s2 + np.outer(swing, [1.0, 0.0, 0.0])
    measures = measure(process(replace(base, acceleration_m_s2=sideways)))
    assert measures.rms_2_m_s2 == pytest.approx(np.sqrt(0.5), rel=0.05)
    assert measures.rms_1_m_s2 < 0.15


def test_a_phone_on_its_side_has_no_named_axes() -> None:
    recording = synthetic_recording()
    on_side = rotated(recording, Rotation.from_euler("z", 90, degrees=True))
    assert process(replace(on_side, mounting="portrait_screen_out")).axis_names == ("major", "minor")


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize(("cutoff", "rate"), [(3.5, 100.0), (20.0, 41.5), (20.0, 100.0), (40.0, 400.0), (40.0, 8000.0)])
def test_the_filter_is_that_of_scipy(cutoff: float, rate: float, order: int) -> None:
    random = np.random.default_rng(2)
    for shape in [(1000,), (2, 1000), (3, 5003), (4, 2, 120), (3, 19)]:
        rows = 9.8 + random.normal(size=shape)
        twin = sosfiltfilt(butter(order, cutoff, fs=rate, output="sos"), rows)
        assert np.abs(low_pass(rows, cutoff, rate, order) - twin).max() < 2e-12 * np.abs(twin).max()


def test_the_filter_leaves_its_input_and_a_constant_as_they_are() -> None:
    rows = np.full((3, 200), 9.80665)
    before = rows.copy()
    assert (low_pass(rows, 3.5, 100.0) == before).all()
    assert (rows == before).all()
    rows = np.asfortranarray(np.random.default_rng(3).normal(size=(3, 200)))
    before = rows.copy()
    assert (low_pass(rows, 3.5, 100.0) == low_pass(np.ascontiguousarray(rows), 3.5, 100.0)).all()
    assert (rows == before).all()


def test_a_signal_shorter_than_the_padding_is_refused_by_the_filter() -> None:
    with pytest.raises(ValueError, match="longer than 15"):
        low_pass(np.zeros(15), 3.5, 100.0)


@pytest.mark.parametrize("rate", [50.0, 200.0])
def test_the_rate_of_the_phone_changes_the_sway_little(rate: float) -> None:
    for seed in range(6):
        at_100, other = (synthetic_recording(seed=seed, rate_hz=hz) for hz in (100.0, rate))
        assert measure(other).rms_m_s2 == pytest.approx(measure(at_100).rms_m_s2, rel=0.03)


def test_what_100_hz_cannot_carry_does_not_fold_into_the_sway() -> None:
    """A 99 Hz vibration sampled at 400 Hz would look like 1 Hz sway at 100 Hz."""
    base = synthetic_recording(rate_hz=400.0, severity=0.0)
    hum = 0.5 * np.sin(2 * np.pi * 99.0 * base.time_s)
    humming = replace(base, acceleration_m_s2=base.acceleration_m_s2 + np.outer(hum, [1.0, 0.0, 0.0]))
    assert measure(humming).rms_m_s2 == pytest.approx(measure(base).rms_m_s2, rel=0.01)


def test_measure_takes_a_recording_or_a_signal() -> None:
    recording = synthetic_recording(hold_s=6.0)
    signal = process(recording)
    end_s = detect_events(signal)[0].at_s
    assert measure(recording) == measure(signal, end_s=end_s)
    assert measure(recording).measured_to_s == pytest.approx(end_s)


def test_measures_follow_their_formulas() -> None:
    signal = process(synthetic_recording())
    x, y = signal.axis_1[100:951], signal.axis_2[100:951]
    x, y = x - x.mean(), y - y.mean()
    measures = measure(signal)
    steps = np.hypot(np.diff(x), np.diff(y))
    assert (measures.measured_from_s, measures.measured_to_s) == (1.0, 9.5)
    assert measures.rms_m_s2 == pytest.approx(np.sqrt(np.mean(x**2 + y**2)), rel=1e-12)
    assert measures.rms_1_m_s2 == pytest.approx(np.sqrt(np.mean(x**2)), rel=1e-12)
    assert measures.path_m_s2 == pytest.approx(steps.sum(), rel=1e-12)
    assert measures.path_rate_m_s3 == pytest.approx(steps.sum() / 8.5, rel=1e-12)
    assert measures.jerk_m2_s5 == pytest.approx(0.5 * np.sum((steps * 100) ** 2) * 0.01, rel=1e-12)
    assert measures.mdist_m_s2 == pytest.approx(np.mean(np.hypot(x, y)), rel=1e-12)
    area = np.pi * 5.991464547107979 * np.sqrt(np.linalg.det(np.cov(x, y)))
    assert measures.ellipse95_m2_s4 == pytest.approx(area, rel=1e-12)


def test_a_pure_tone_has_its_own_frequency() -> None:
    base = synthetic_recording(severity=0.0)
    tone = np.sin(2 * np.pi * 1.5 * base.time_s)
    measures = measure(replace(base, acceleration_m_s2=base.acceleration_m_s2 + np.outer(tone, [1.0, 0.0, 0.0])))
    assert measures.f95_hz == pytest.approx(1.5, abs=0.15)
    assert measures.centroid_hz == pytest.approx(1.5, abs=0.1)


def test_the_ellipse_of_a_plot_has_the_measured_area() -> None:
    signal = process(synthetic_recording(seed=3))
    ellipse = ellipse95(signal)
    assert np.pi * ellipse.axes[0] * ellipse.axes[1] == pytest.approx(measure(signal).ellipse95_m2_s4, rel=1e-9)
    assert ellipse.axes[0] >= ellipse.axes[1] > 0.0
    inside = []
    for x, y in zip(signal.axis_1[100:951], signal.axis_2[100:951], strict=True):
        u, v = x - ellipse.center[0], y - ellipse.center[1]
        along = u * np.cos(ellipse.angle) + v * np.sin(ellipse.angle)
        across = v * np.cos(ellipse.angle) - u * np.sin(ellipse.angle)
        inside.append((along / ellipse.axes[0]) ** 2 + (across / ellipse.axes[1]) ** 2 <= 1.0)
    assert 0.85 < np.mean(inside) <= 1.0


def test_too_little_stance_cannot_be_measured() -> None:
    with pytest.raises(RecordingError, match="Less than one second"):
        measure(synthetic_recording(hold_s=1.5))


def test_a_recording_that_cannot_carry_a_score_is_not_measured() -> None:
    with pytest.raises(RecordingError, match="samples a second"):
        measure(synthetic_recording(rate_hz=30.0))


def test_importing_the_science_does_not_import_scipy() -> None:
    import subprocess
    import sys

    code = (
        "import sys, kinometric, kinometric.recordings, kinometric.sway, kinometric.scoring;"
        "assert not [name for name in sys.modules if name.startswith('scipy')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
