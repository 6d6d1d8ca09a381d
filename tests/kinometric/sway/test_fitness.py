"""Is a window fit to be scored? Each finding at its limit, with its sentence and its numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kinometric.recordings import Finding, Recording, synthetic_recording
from kinometric.sway import process
from kinometric.sway.engine import engine

G0 = 9.80665
CALM = synthetic_recording(severity=0.3, seed=9)


def found(recording: Recording, code: str) -> Finding:
    return next(finding for finding in process(recording).findings if finding.code == code)


def codes(recording: Recording) -> dict[str, str]:
    return {finding.code: finding.severity for finding in process(recording).findings}


def kept(recording: Recording, keep: np.ndarray) -> Recording:
    return replace(recording, time_s=recording.time_s[keep], acceleration_m_s2=recording.acceleration_m_s2[keep])


def test_a_good_recording_is_fine_in_every_respect() -> None:
    assert codes(CALM) == {
        "rate": "fine",
        "gaps": "fine",
        "foot_lift": "fine",
        "gravity_scale": "fine",
        "worn": "fine",
    }


def test_every_finding_is_one_sentence_with_numbers_in_named_units() -> None:
    recordings = [
        CALM,
        replace(CALM, foot_lift_s=None),
        synthetic_recording(rate_hz=30.0),
        kept(CALM, np.abs(CALM.time_s - 4.0) > 0.2),
        replace(CALM, acceleration_m_s2=CALM.acceleration_m_s2 * 1.2),
        replace(CALM, foot_lift_s=-2.0),
        synthetic_recording(duration_s=20.0),
    ]
    for recording in recordings:
        for finding in process(recording).findings:
            assert finding.message.endswith(".")
            assert "\n" not in finding.message
            assert finding.severity in ("fine", "shown", "not_scorable")
            assert all(isinstance(value, float) for value in finding.numbers.values())


@pytest.mark.parametrize(("rate", "code"), [(39.5, "rate_low"), (40.5, "rate"), (50.0, "rate"), (400.0, "rate")])
def test_forty_samples_a_second_are_the_least(rate: float, code: str) -> None:
    finding = found(synthetic_recording(rate_hz=rate), code)
    assert finding.numbers["rate_hz"] == pytest.approx(rate, rel=0.01)
    assert finding.severity == ("not_scorable" if code == "rate_low" else "fine")


def test_the_rate_is_that_of_the_window_and_not_of_the_rest() -> None:
    slow_start = synthetic_recording(lead_s=5.0)
    keep = (slow_start.time_s >= 5.0) | (np.arange(slow_start.time_s.size) % 10 == 0)
    assert codes(kept(slow_start, keep))["rate"] == "fine"


@pytest.mark.parametrize(("missing_s", "severity"), [(0.08, "fine"), (0.15, "not_scorable"), (0.5, "not_scorable")])
def test_a_tenth_of_a_second_may_be_missing(missing_s: float, severity: str) -> None:
    recording = kept(CALM, ~((CALM.time_s > 4.0) & (CALM.time_s < 4.0 + missing_s - 1e-9)))
    finding = found(recording, "gaps" if severity == "fine" else "gap")
    assert finding.severity == severity
    assert finding.numbers["gap_s"] == pytest.approx(missing_s, abs=0.011)
    assert finding.numbers["at_s"] == pytest.approx(4.0, abs=0.01)


def test_a_gap_before_the_window_does_not_matter() -> None:
    recording = synthetic_recording(lead_s=3.0)
    assert codes(kept(recording, np.abs(recording.time_s - 1.0) > 0.3))["gaps"] == "fine"


def test_a_gap_at_the_very_start_of_the_window_matters() -> None:
    recording = synthetic_recording(lead_s=3.0)
    assert codes(kept(recording, np.abs(recording.time_s - 3.0) > 0.3))["gap"] == "not_scorable"


def test_a_gap_after_the_loss_is_only_shown() -> None:
    recording = synthetic_recording(hold_s=4.0)
    assert codes(kept(recording, np.abs(recording.time_s - 7.0) > 0.3))["gap"] == "shown"


@pytest.mark.parametrize(
    ("mark", "code", "severity"),
    [
        (0.0, "foot_lift", "fine"),
        (2.0, "foot_lift", "fine"),
        (None, "foot_lift_unknown", "shown"),
        (-0.2, "foot_lift", "fine"),
        (-0.4, "started_late", "not_scorable"),
    ],
)
def test_what_is_known_of_foot_lift_is_said(mark: float | None, code: str, severity: str) -> None:
    assert found(replace(synthetic_recording(duration_s=14.0), foot_lift_s=mark), code).severity == severity


@pytest.mark.parametrize(
    ("scale", "severity"),
    [
        (1.0, "fine"),
        (1.025, "fine"),
        (1.04, "shown"),
        (0.95, "shown"),
        (1.09, "shown"),
        (1.12, "not_scorable"),
        (0.88, "not_scorable"),
    ],
)
def test_gravity_may_be_off_by_three_and_by_ten_percent(scale: float, severity: str) -> None:
    bare = process(CALM).gravity_scale
    recording = replace(CALM, acceleration_m_s2=CALM.acceleration_m_s2 * scale / bare)
    finding = found(recording, "gravity_scale")
    assert finding.severity == severity
    assert finding.numbers["scale"] == pytest.approx(scale, rel=1e-9)


def test_without_gravity_nothing_else_is_believed() -> None:
    recording = replace(CALM, acceleration_m_s2=CALM.acceleration_m_s2 - CALM.acceleration_m_s2.mean(axis=0))
    assert codes(recording)["gravity_free"] == "not_scorable"


@pytest.mark.parametrize(("axis", "top"), [(0, 19.6), (1, 39.2), (2, 16.0)])
def test_a_sensor_at_the_end_of_its_range_is_shown(axis: int, top: float) -> None:
    values = CALM.acceleration_m_s2.copy()
    values[700:704, axis] = top
    finding = found(replace(CALM, acceleration_m_s2=values), "clipping")
    assert (finding.severity, finding.numbers["range_m_s2"]) == ("shown", top)


def test_one_high_sample_is_no_clipping() -> None:
    values = CALM.acceleration_m_s2.copy()
    values[700, 0] = 19.6
    assert "clipping" not in codes(replace(CALM, acceleration_m_s2=values))


def table(noise: float, seed: int = 0) -> Recording:
    random = np.random.default_rng(seed)
    values = random.normal(size=(1000, 3)) * noise + [0.0, 0.0, G0]
    return Recording(np.arange(1000) / 100, values, foot_lift_s=0.0)


@pytest.mark.parametrize("noise", [0.0, 0.003, 0.01, 0.03, 0.06])
@pytest.mark.parametrize("seed", range(3))
def test_a_phone_on_a_table_is_not_worn_however_noisy_its_sensor(noise: float, seed: int) -> None:
    assert codes(table(noise, seed))["not_worn"] == "not_scorable"


@pytest.mark.parametrize("sway_m_s2", [0.04, 0.05, 0.2])
def test_somebody_who_stands_very_still_is_worn(sway_m_s2: float) -> None:
    random = np.random.default_rng(2)
    slow = np.convolve(random.normal(size=1200), np.hanning(80), "same")[100:1100]
    base = table(0.02)
    swaying = base.acceleration_m_s2 + np.outer(slow / slow.std() * sway_m_s2, [1.0, 0.0, 0.0])
    assert codes(replace(base, acceleration_m_s2=swaying))["worn"] == "fine"


def test_a_bump_of_the_table_does_not_make_the_phone_worn() -> None:
    base = table(0.01)
    values = base.acceleration_m_s2.copy()
    values[500:503] += 6.0
    assert codes(replace(base, acceleration_m_s2=values))["not_worn"] == "not_scorable"


@pytest.mark.parametrize(("degrees", "said"), [(5.0, False), (11.5, True)])
def test_a_phone_that_slips_is_shown(degrees: float, said: bool) -> None:
    angle = np.radians(degrees) * np.clip((CALM.time_s - 3.0) / 3.0, 0.0, 1.0)
    cosine, sine = np.cos(angle), np.sin(angle)
    x, y, z = CALM.acceleration_m_s2.T
    turned = np.stack([cosine * x - sine * y, sine * x + cosine * y, z], axis=1)
    assert ("orientation_change" in codes(replace(CALM, acceleration_m_s2=turned))) is said


@pytest.mark.parametrize(("duration", "said"), [(10.0, False), (10.9, False), (11.5, True), (25.0, True)])
def test_a_longer_recording_says_which_part_is_the_window(duration: float, said: bool) -> None:
    recording = synthetic_recording(duration_s=duration)
    assert ("window" in codes(recording)) is said
    if said:
        finding = found(recording, "window")
        assert (finding.numbers["from_s"], finding.numbers["to_s"]) == (0.0, 10.0)
        assert f"{recording.duration_s:.1f} s" in finding.message


def test_findings_of_the_reader_come_first() -> None:
    note = Finding("jitter", "shown", "Uneven.", {"sd_ms": 3.0})
    signal = process(replace(CALM, findings=(note,)))
    assert signal.findings[0] is note


def test_the_limits_are_those_of_the_data_file() -> None:
    limits = engine().quality
    assert limits.slowest_rate_hz == 40.0
    assert limits.longest_gap_s == 0.1
    assert (limits.gravity_warn, limits.gravity_reject) == (0.03, 0.1)
    assert limits.worn_rms_m_s2 == 0.025


@pytest.mark.parametrize("rate", [50.0, 100.0, 104.4, 200.0])
@pytest.mark.parametrize("start_s", [0.0, 1.003, 2.5, 9.6])
def test_a_frozen_stretch_is_found_wherever_it_begins_and_at_any_rate(rate: float, start_s: float) -> None:
    """A quick look decides whether runs are searched at all; it must miss none."""
    recording = synthetic_recording(rate_hz=rate, severity=0.3)
    values = recording.acceleration_m_s2.copy()
    first = int(start_s * rate)
    values[first : first + int(0.3 * rate) + 1] = values[first]
    finding = found(replace(recording, acceleration_m_s2=values), "frozen")
    assert finding.severity == "not_scorable"
    assert finding.numbers["frozen_s"] == pytest.approx(0.3, abs=0.03)
    assert finding.numbers["at_s"] == pytest.approx(start_s, abs=1.1 / rate)


def test_every_code_of_a_finding_is_explained_in_the_documentation(repository: Path) -> None:
    text = (repository / "docs" / "recording-format.md").read_text(encoding="utf-8")
    codes = set()
    for package in ("recordings", "sway", "scoring"):
        for path in (repository / "kinometric" / package).rglob("*.py"):
            codes |= set(re.findall(r'Finding\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8")))
    assert len(codes) > 20
    assert sorted(code for code in codes if f"`{code}`" not in text) == []
