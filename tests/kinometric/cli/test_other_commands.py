"""`sample`, `convert` and `validate` as a person calls them, and what they say when they cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinometric.cli import main
from kinometric.recordings import STANCES, read_recording, synthetic_recording, write_csv
from kinometric.scoring import score


@pytest.mark.parametrize("stance", STANCES)
def test_a_sample_of_every_stance_is_scored_as_asked(stance: str, tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    assert main(["sample", "--stance", stance, "--hold", "4.5", "--seed", "8", "-o", str(path)]) == 0
    trial = score(read_recording(path))
    assert trial.stance == stance
    assert trial.hold_s == pytest.approx(4.5, abs=0.05)


@pytest.mark.parametrize(
    ("arguments", "samples", "lift"),
    [
        (["--rate", "50"], 500, 0.0),
        (["--duration", "8"], 800, 0.0),
        (["--lead", "2"], 1200, 2.0),
        (["--rate", "200", "--duration", "12", "--lead", "1"], 2600, 1.0),
    ],
)
def test_a_sample_has_the_length_and_the_mark_that_were_asked(
    arguments: list[str], samples: int, lift: float, tmp_path: Path
) -> None:
    path = tmp_path / "sample.csv"
    assert main(["sample", *arguments, "-o", str(path)]) == 0
    recording = read_recording(path)
    assert recording.time_s.size == samples
    assert recording.foot_lift_s == lift


def test_a_soft_sample_needs_a_person(tmp_path: Path) -> None:
    path = tmp_path / "soft.csv"
    main(["sample", "--soft", "--hold", "5", "--severity", "0.1", "-o", str(path)])
    assert score(read_recording(path)).hold_s == 10.0


@pytest.mark.parametrize(
    "arguments", [["--hold", "-1"], ["--rate", "0"], ["--duration", "-2"], ["--lead", "-1"], ["--severity", "1.2"]]
)
def test_an_impossible_sample_is_refused_in_one_sentence(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "sample.csv"
    assert main(["sample", *arguments, "-o", str(path)]) == 2
    assert not path.exists()
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    path.write_bytes(write_csv(synthetic_recording(stance="RBEC", lead_s=1.0)).replace(b"# placement: waist\n", b""))
    return path


def test_convert_keeps_what_the_file_states_and_adds_what_is_stated(export: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    arguments = ["--placement", "sacrum", "--mounting", "portrait_screen_out", "-o", str(target)]
    assert main(["convert", str(export), *arguments]) == 0
    recording = read_recording(target)
    assert (recording.stance, recording.placement, recording.foot_lift_s) == ("RBEC", "sacrum", 1.0)


def test_convert_notes_what_was_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = write_csv(synthetic_recording()).decode().splitlines()
    doubled = [line for row in lines for line in ([row, row] if row[:1].isdigit() else [row])]
    path = tmp_path / "doubled.csv"
    path.write_text("\n".join(doubled) + "\n", encoding="utf-8")
    assert main(["convert", str(path)]) == 0
    assert "note: 1000 rows repeat the time" in capsys.readouterr().err


def test_convert_says_where_it_cannot_write(export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(export), "-o", str(tmp_path / "no" / "where.csv")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_convert_needs_a_rate_for_a_file_without_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bare.csv"
    rows = (f"{x:.5f},{y:.5f},{z:.5f}" for x, y, z in synthetic_recording().acceleration_m_s2)
    path.write_text("ax,ay,az\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert main(["convert", str(path)]) == 2
    assert "--rate" in capsys.readouterr().err
    assert main(["convert", str(path), "--rate", "100"]) == 0
    assert read_recording(tmp_path / "bare.kinometric.csv").rate_hz == pytest.approx(100.0)


def repeated_folder(folder: Path, people: int) -> Path:
    rows = ["file,person,stance,hold"]
    for number in range(people):
        for occasion in (1, 2):
            name = f"{number}-{occasion}.csv"
            made = synthetic_recording(severity=0.1 + 0.02 * number, seed=number * 2 + occasion)
            (folder / name).write_bytes(write_csv(made))
            rows.append(f"{name},P{number},LBEO,10")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_a_measured_error_is_written_and_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from kinometric.scoring.trend import change, read_measurement_error

    folder = repeated_folder(tmp_path, 20)
    target = tmp_path / "error.json"
    assert main(["validate", str(folder), "--write-error", str(target)]) == 0
    error = read_measurement_error(target)
    assert (error.pairs, error.people, error.engine) == (20, 20, "1.0.0")
    assert change(5.0, 5.0 + error.mdc95_score * 1.1, error).verdict == "better"
    assert "not established" not in capsys.readouterr().out


def test_an_error_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = repeated_folder(tmp_path, 20)
    assert main(["validate", str(folder), "--write-error", str(tmp_path / "no" / "error.json")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_without_repeats_there_is_no_error_to_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = repeated_folder(tmp_path, 1)
    (folder / "labels.csv").write_text("file,person,stance\n0-1.csv,P0,LBEO\n", encoding="utf-8")
    assert main(["validate", str(folder), "--write-error", str(tmp_path / "error.json")]) == 2
    out, error = capsys.readouterr()
    assert "Measurement error not established." in out
    assert "no repeated recordings" in error
