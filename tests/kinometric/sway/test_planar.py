"""Every published measure against a straightforward twin, and the batch against the single recording."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import detrend, welch
from scipy.spatial.distance import pdist
from scipy.stats import chi2, f

from kinometric.recordings import RecordingError, read_recording, synthetic_recording
from kinometric.recordings.force_plate import read_centre_of_pressure
from kinometric.sway import (
    DEFINITIONS,
    BatchMeasures,
    PlanarMeasures,
    measure,
    measure_batch,
    measure_everything,
    measure_planar,
    process,
)
from kinometric.sway.planar import spectral_edge, spectrum

RATE = 100.0


def trace(seed: int = 0, n: int = 851) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    walk = np.cumsum(random.normal(size=(2, n)), axis=1) * 0.02
    return walk[0] + 0.3, walk[1] - 0.1


def twin(first: np.ndarray, second: np.ndarray, rate: float, band: tuple[float, float]) -> dict[str, float]:
    """Each formula as its paper writes it, without regard to speed."""
    n = first.size
    x, y = first - np.mean(first), second - np.mean(second)
    t = (n - 1) / rate
    r = np.sqrt(x**2 + y**2)
    steps = np.sqrt(np.diff(x) ** 2 + np.diff(y) ** 2)
    speeds = []
    for axis in (x, y):
        level = detrend(axis)
        speed = np.concatenate([[0.0], np.cumsum((level[1:] + level[:-1]) / 2 / rate)])
        speeds.append(speed - speed.mean())
    frequency, power_x = welch(x, rate, window="hann", nperseg=n, detrend="linear", scaling="spectrum")
    _, power_y = welch(y, rate, window="hann", nperseg=n, detrend="linear", scaling="spectrum")
    inside = (frequency >= band[0]) & (frequency <= band[1])
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)
    scale = hann.sum() ** 2 / (n * (hann**2).sum())
    frequency, power = frequency[inside], (power_x + power_y)[inside] * scale
    total = np.cumsum(power)
    m0, m1, m2 = power.sum(), (frequency * power).sum(), (frequency**2 * power).sum()
    biased = np.linalg.det(np.cov(x, y, bias=True))
    return {
        "mdist": r.mean(),
        "rms": np.sqrt(np.mean(r**2)),
        "rms_1": np.sqrt(np.mean(x**2)),
        "rms_2": np.sqrt(np.mean(y**2)),
        "range_1": np.ptp(x),
        "range_2": np.ptp(y),
        "range_planar": pdist(np.stack([x, y], axis=1)).max(),
        "path": steps.sum(),
        "path_rate": steps.sum() / t,
        "jerk": 0.5 * (steps**2).sum() * rate,
        "jerk_rate": 0.5 * (steps**2).sum() * rate / t,
        "mean_velocity": np.hypot(*speeds).mean(),
        "mean_frequency_hz": steps.sum() / (2 * np.pi * r.mean() * t),
        "area_rate": np.abs(x[1:] * y[:-1] - x[:-1] * y[1:]).sum() / (2 * t),
        "ellipse95_chi_square": np.pi * chi2.ppf(0.95, 2) * np.sqrt(np.linalg.det(np.cov(x, y))),
        "ellipse95_prediction": 2 * np.pi * f.ppf(0.95, 2, n - 2) * np.sqrt(biased) * (n + 1) * (n - 1) / (n * (n - 2)),
        "circle95": np.pi * (r.mean() + 1.645 * r.std()) ** 2,
        "power": m0,
        "f50_hz": np.interp(0.50 * total[-1], total, frequency),
        "f95_hz": np.interp(0.95 * total[-1], total, frequency),
        "centroid_hz": np.sqrt(m2 / m0),
        "frequency_dispersion": np.sqrt(1 - m1**2 / (m0 * m2)),
    }


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("n", [851, 1000, 300])
def test_every_measure_equals_its_formula(seed: int, n: int) -> None:
    first, second = trace(seed, n)
    measures = measure_planar(first, second, RATE, (0.15, 3.5))
    expected = twin(first, second, RATE, (0.15, 3.5))
    assert set(expected) == {field.name for field in fields(PlanarMeasures)}
    for name, value in expected.items():
        assert getattr(measures, name) == pytest.approx(value, rel=1e-9), name


def test_every_measure_has_a_formula_a_unit_and_a_paper() -> None:
    assert [definition.name for definition in DEFINITIONS] == [field.name for field in fields(PlanarMeasures)]
    for definition in DEFINITIONS:
        assert definition.formula
        assert definition.unit
        assert any(character.isdigit() for character in definition.source), definition.name


@pytest.mark.parametrize(("n", "ratio"), [(250, 1.0203), (1000, 1.0050), (3000, 1.0017)])
def test_the_two_ellipses_are_told_apart_by_their_known_ratio(n: int, ratio: float) -> None:
    first, second = trace(1, n)
    measures = measure_planar(first, second, RATE)
    assert measures.ellipse95_prediction / measures.ellipse95_chi_square * n / (n - 1) == pytest.approx(ratio, abs=2e-4)


def test_the_power_of_all_frequencies_is_the_variance() -> None:
    random = np.random.default_rng(4)
    x, y = random.normal(size=(2, 4000))
    _, power = spectrum(x - x.mean(), y - y.mean(), RATE, (0.0, 50.0))
    assert power.sum() == pytest.approx(x.var() + y.var(), rel=0.05)


def test_a_pure_tone_has_no_dispersion_and_its_own_frequency() -> None:
    time = np.arange(1000) / RATE
    measures = measure_planar(np.sin(2 * np.pi * 1.2 * time), np.cos(2 * np.pi * 1.2 * time), RATE)
    assert measures.frequency_dispersion < 0.12
    assert measures.centroid_hz == pytest.approx(1.2, abs=0.05)
    assert measures.mean_frequency_hz == pytest.approx(1.2, rel=0.01)
    assert measures.range_planar == pytest.approx(2.0, rel=1e-3)


def test_nothing_moving_measures_nothing() -> None:
    measures = measure_planar(np.full(100, 2.0), np.full(100, -1.0), RATE)
    assert all(value == 0.0 for value in (measures.rms, measures.path, measures.range_planar, measures.f95_hz))
    assert spectral_edge(np.array([]), np.array([]), 0.5) == 0.0


def test_too_short_or_unequal_axes_are_refused() -> None:
    for first, second in [(np.zeros(10), np.zeros(10)), (np.zeros(20), np.zeros(21))]:
        with pytest.raises(RecordingError, match="at least 16"):
            measure_planar(first, second, RATE)


ROTATION_FREE = (
    "mdist", "rms", "range_planar", "path", "path_rate", "jerk", "jerk_rate", "mean_velocity", "mean_frequency_hz",
    "area_rate", "ellipse95_chi_square", "ellipse95_prediction", "circle95", "power", "f50_hz", "f95_hz",
    "centroid_hz", "frequency_dispersion",
)  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(angle=st.floats(-np.pi, np.pi), seed=st.integers(0, 100))
def test_turning_the_axes_changes_no_planar_measure(angle: float, seed: int) -> None:
    first, second = trace(seed)
    turned = np.cos(angle) * first - np.sin(angle) * second, np.sin(angle) * first + np.cos(angle) * second
    before, after = measure_planar(first, second, RATE), measure_planar(*turned, RATE)
    for name in ROTATION_FREE:
        assert getattr(after, name) == pytest.approx(getattr(before, name), rel=1e-9), name


def test_everything_of_a_recording_agrees_with_the_scored_measures() -> None:
    signal = process(synthetic_recording(seed=6))
    everything, vertical_rms, vertical_max = measure_everything(signal)
    scored = measure(signal)
    assert everything.rms == pytest.approx(scored.rms_m_s2, rel=1e-12)
    assert everything.path == pytest.approx(scored.path_m_s2, rel=1e-12)
    assert everything.ellipse95_chi_square == pytest.approx(scored.ellipse95_m2_s4, rel=1e-12)
    assert everything.f95_hz == pytest.approx(scored.f95_hz, rel=1e-12)
    assert 0.0 < vertical_rms < vertical_max


def test_a_batch_measures_what_the_single_recording_measures() -> None:
    recordings = [synthetic_recording(seed=seed, stance=("LBEO", "RBEC")[seed % 2]) for seed in range(21)]
    batch = measure_batch(np.stack([recording.acceleration_m_s2 for recording in recordings]), chunk=8)
    for number, recording in enumerate(recordings):
        single = measure(process(replace(recording, mounting=None), end_s=10.0))
        for field in fields(BatchMeasures):
            value = getattr(batch, field.name)[number]
            assert value == pytest.approx(getattr(single, field.name), rel=1e-9), field.name


def test_a_batch_of_short_windows_is_refused() -> None:
    with pytest.raises(RecordingError, match="951 samples"):
        measure_batch(np.zeros((3, 900, 3)))
    with pytest.raises(RecordingError, match="three axes"):
        measure_batch(np.zeros((3, 1000, 2)))


def test_a_real_batch_equals_its_single_recordings(shared_data: Path) -> None:
    signals = []
    for path in sorted((shared_data / "sway" / "waist_phone_hapt").glob("stand_*.csv")):
        recording = read_recording(path, rate_hz=50.0)
        signals.append(process(recording, foot_lift_s=6.0, end_s=10.0))
    batch = measure_batch(np.stack([signal.acceleration_m_s2 for signal in signals]))
    for number, signal in enumerate(signals):
        assert batch.rms_m_s2[number] == pytest.approx(measure(signal).rms_m_s2, rel=1e-9)


def plate(rows: int = 400, empty: int = 3) -> str:
    head = "Format Version,1.0,\nPlateLength,19.75\n\n"
    lines = ["MocapFrame, MocapTime, DeviceFrame, Fx, Fy, Fz, Mx, My, Mz"]
    for number in range(rows):
        force = 0.0 if number < empty else 600.0
        moments = (0.0, 0.0) if number < empty else (6.0 * np.sin(number / 20), 12.0 * np.cos(number / 30))
        lines.append(f"{number},{number / 100:.6f},{number},0,0,{force},{moments[0]},{moments[1]},0")
    return head + "\n".join(lines) + "\n"


def test_a_force_plate_gives_the_centre_of_pressure(tmp_path: Path) -> None:
    path = tmp_path / "plate.csv"
    path.write_text(plate(), encoding="utf-8")
    cop = read_centre_of_pressure(path)
    assert (cop.dropped, cop.time_s.size) == (3, 397)
    assert cop.rate_hz == pytest.approx(100.0)
    numbers = np.arange(3, 400)
    np.testing.assert_allclose(cop.first_cm, 2.0 * np.cos(numbers / 30), atol=1e-9)
    np.testing.assert_allclose(cop.second_cm, np.sin(numbers / 20), atol=1e-9)
    assert cop.between(1.0, 2.0).time_s.size == 101


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("t,ax,ay,az\n0,0,0,9.8\n", "no header of a force plate"),
        (plate().replace("MocapTime", "Zeit"), "names no time"),
        (plate().replace("600.0", "0.0"), "Nobody stood"),
        (plate().replace("2.000000", "later"), "line 205: "),
    ],
)
def test_other_tables_are_not_force_plates(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "plate.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RecordingError, match=sentence):
        read_centre_of_pressure(path)


def test_a_missing_force_plate_file_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot be opened"):
        read_centre_of_pressure(tmp_path / "none.csv")


def test_the_real_force_plate_recording_has_its_known_figures(shared_data: Path) -> None:
    cop = read_centre_of_pressure(shared_data / "sway" / "cop_forceplate" / "jythen_sujet1droite.csv")
    part = cop.between(30.0, 150.0)
    measures = measure_planar(part.first_cm, part.second_cm, cop.rate_hz)
    assert 0.06 < measures.rms_1 < 0.38
    assert 0.35 < measures.rms_2 < 0.95
    assert 1.2 < measures.path_rate < 1.6
    expected = twin(part.first_cm, part.second_cm, cop.rate_hz, (0.15, 5.0))
    for name, value in expected.items():
        if name != "range_planar":
            assert getattr(measures, name) == pytest.approx(value, rel=1e-9), name
