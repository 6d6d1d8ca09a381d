"""The generator of synthetic recordings and the samples that ship."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kinometric.cli import main
from kinometric.recordings import STANCES, read_recording, synthetic_recording
from kinometric.resources import resource_path
from kinometric.scoring import score
from kinometric.sway import measure


def test_the_same_arguments_give_the_same_numbers() -> None:
    first, second = synthetic_recording(seed=3), synthetic_recording(seed=3)
    assert (first.acceleration_m_s2 == second.acceleration_m_s2).all()
    assert (first.acceleration_m_s2 != synthetic_recording(seed=4).acceleration_m_s2).any()
    assert (first.acceleration_m_s2 != synthetic_recording(seed=3, stance="RBEO").acceleration_m_s2).any()


def test_every_generated_recording_says_that_it_is_synthetic() -> None:
    recording = synthetic_recording()
    assert recording.synthetic
    assert "synthetic" in {finding.code for finding in score(recording).findings}


@pytest.mark.parametrize("stance", STANCES)
def test_severity_sets_the_sway(stance: str) -> None:
    sways = [measure(synthetic_recording(stance=stance, severity=severity)).rms_m_s2 for severity in (0.0, 0.3, 0.6)]
    assert sways == sorted(sways)
    calm, wild = (0.1, 0.8) if stance.endswith("EO") else (0.2, 1.2)
    for severity, sway in zip((0.0, 0.3, 0.6), sways, strict=True):
        assert sway == pytest.approx(calm * (wild / calm) ** severity, rel=0.25)


def test_eyes_closed_sway_more_than_eyes_open() -> None:
    assert measure(synthetic_recording(stance="LBEC")).rms_m_s2 > measure(synthetic_recording(stance="LBEO")).rms_m_s2


def test_sway_is_slow_as_a_persons_is() -> None:
    measures = measure(synthetic_recording(severity=0.4))
    assert 0.4 < measures.centroid_hz < 2.0
    assert measures.f95_hz < 3.5


@pytest.mark.parametrize("rate", [50.0, 100.0, 200.0])
def test_rate_duration_and_lead_are_as_asked(rate: float) -> None:
    recording = synthetic_recording(rate_hz=rate, duration_s=12.0, lead_s=1.5)
    assert recording.time_s.size == round(13.5 * rate)
    assert recording.rate_hz == pytest.approx(rate)
    assert recording.foot_lift_s == 1.5


@pytest.mark.parametrize(
    "arguments", [{"stance": "LEFT"}, {"severity": 1.5}, {"hold_s": -1.0}, {"rate_hz": 0.0}, {"duration_s": 0.0}]
)
def test_impossible_arguments_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"stance|Severity"):
        synthetic_recording(**arguments)  # type: ignore[arg-type]


def test_the_shipped_samples_are_synthetic_and_score_as_told() -> None:
    expected = {"LBEO": 10.0, "RBEO": 10.0, "LBEC": 6.4, "RBEC": 3.2}
    files = sorted(resource_path("samples").glob("*.csv"))
    assert len(files) == 4
    for path in files:
        recording = read_recording(path)
        assert recording.synthetic
        assert path.name == f"synthetic-{recording.stance}.csv"
        assert score(recording).hold_s == pytest.approx(expected[str(recording.stance)], abs=0.03)


def test_the_sample_command_makes_a_shipped_sample_again(tmp_path: Path) -> None:
    path = tmp_path / "again.csv"
    arguments = ["--stance", "LBEC", "--severity", "0.45", "--hold", "6.4", "--seed", "13", "--lead", "1.5"]
    assert main(["sample", *arguments, "-o", str(path)]) == 0
    shipped = read_recording(resource_path("samples/synthetic-LBEC.csv"))
    np.testing.assert_allclose(read_recording(path).acceleration_m_s2, shipped.acceleration_m_s2, atol=2e-5)


def test_the_sample_command_says_what_it_cannot_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", "--severity", "2", "-o", str(tmp_path / "x.csv")]) == 2
    assert "Severity" in capsys.readouterr().err
    assert main(["sample", "-o", str(tmp_path / "no" / "folder.csv")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_the_sample_command_prints_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", "-o", "-"]) == 0
    assert read_recording(capsys.readouterr().out.encode()).synthetic
