"""`kinometric score` as a person or a program calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kinometric.cli import main
from kinometric.recordings import synthetic_recording, write_csv

KEYS = [
    "file",
    "stance",
    "outcome",
    "scorable",
    "window_start_s",
    "hold_s",
    "hold_source",
    "score",
    "level",
    "measures",
    "findings",
    "engine",
]
MEASURES = {
    "rms_m_s2",
    "path_m_s2",
    "path_rate_m_s3",
    "jerk_m2_s5",
    "ellipse95_m2_s4",
    "mdist_m_s2",
    "f95_hz",
    "centroid_hz",
}


@pytest.fixture
def held(tmp_path: Path) -> Path:
    path = tmp_path / "held.csv"
    path.write_bytes(write_csv(synthetic_recording(stance="RBEO", severity=0.3)))
    return path


@pytest.fixture
def lost(tmp_path: Path) -> Path:
    path = tmp_path / "lost.csv"
    path.write_bytes(write_csv(synthetic_recording(stance="LBEC", hold_s=4.0)))
    return path


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_person_sees_hold_measures_score_level_and_engine(held: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(held), "--age", "67"]) == 0
    out, error = capsys.readouterr()
    for text in ("Held 10 s", "8.", "of 10", "Low risk", "m/s²", "not a probability of falling", "1.0.0", "synthetic"):
        assert text in out
    assert error == ""


def test_json_has_exactly_the_documented_keys(held: Path, lost: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(held), str(lost), "--json"]) == 0
    first, second = lines(capsys.readouterr().out)
    assert list(first) == list(second) == KEYS
    assert first["file"] == str(held)
    assert (first["stance"], first["outcome"], first["hold_s"], first["level"]) == ("RBEO", "scored", 10.0, "low")
    assert (second["hold_source"], second["level"]) == ("detected", None)
    assert set(first["measures"]) >= MEASURES  # type: ignore[call-overload]
    for finding in first["findings"]:  # type: ignore[attr-defined]
        assert set(finding) == {"code", "severity", "message"}
        assert finding["severity"] in ("fine", "shown", "not_scorable")


def test_the_score_in_json_is_not_rounded(lost: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["score", str(lost), "--json"])
    (row,) = lines(capsys.readouterr().out)
    assert row["score"] == row["hold_s"] / 2  # type: ignore[operator]


def test_an_age_gives_eyes_closed_a_level(lost: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["score", str(lost), "--json", "--age", "67"])
    assert lines(capsys.readouterr().out)[0]["level"] == "low"
    main(["score", str(lost), "--age", "67"])
    assert "Low risk for age" in capsys.readouterr().out


def test_bad_files_get_their_line_and_the_others_are_still_done(
    held: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_bytes(held.read_bytes().replace(b"\n0.05,", b"\n0.05,nan,"))
    code = main(["score", str(broken), str(tmp_path / "absent.csv"), str(held), "--json"])
    out, error = capsys.readouterr()
    rows = lines(out)
    assert code == 2
    assert [row["outcome"] for row in rows] == ["unreadable", "unreadable", "scored"]
    assert (rows[0]["score"], rows[0]["level"], rows[0]["hold_s"], rows[0]["scorable"]) == (None, None, None, False)
    assert all(value is None for value in rows[0]["measures"].values())  # type: ignore[attr-defined]
    sentences = error.splitlines()
    assert len(sentences) == 2
    assert sentences[0].startswith(f"{broken}: line 15: ")
    assert sentences[1] == f"{tmp_path / 'absent.csv'}: There is no such file."


def test_a_recording_that_ends_early_is_a_lower_bound_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "early.csv"
    path.write_bytes(write_csv(synthetic_recording(duration_s=8.0)))
    assert main(["score", str(path), "--json"]) == 2
    out, error = capsys.readouterr()
    (row,) = lines(out)
    assert (row["outcome"], row["scorable"], row["score"]) == ("ended_early", False, None)
    assert row["hold_s"] == pytest.approx(7.99)
    assert "at least 7.9 s" in error
    assert len(error.splitlines()) == 1


def test_without_a_stance_nothing_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plain.csv"
    body = write_csv(synthetic_recording()).decode().split("time_s,")[1]
    path.write_text("time_s," + body, encoding="utf-8")
    assert main(["score", str(path), "--json"]) == 0
    out, error = capsys.readouterr()
    (row,) = lines(out)
    assert (row["stance"], row["score"], row["level"]) == (None, None, None)
    assert "stance_unknown" in [finding["code"] for finding in row["findings"]]  # type: ignore[attr-defined]
    assert error == ""
    assert main(["score", str(path), "--json", "--stance", "lbeo"]) == 0
    assert lines(capsys.readouterr().out)[0]["score"] is not None


def test_foot_lift_and_placement_can_be_stated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lead.csv"
    content = write_csv(synthetic_recording(lead_s=2.0, hold_s=6.4)).decode()
    path.write_text(content.replace("# foot_lift_s: 2.0\n", "").replace("# placement: waist\n", ""), encoding="utf-8")
    main(["score", str(path), "--json", "--foot-lift", "2.0", "--placement", "waist"])
    (row,) = lines(capsys.readouterr().out)
    assert row["window_start_s"] == 2.0
    assert row["hold_s"] == pytest.approx(6.4, abs=0.03)
    assert "placement_provisional" not in [finding["code"] for finding in row["findings"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--age", "-4"],
        ["--age", "200"],
        ["--age", "old"],
        ["--age", "nan"],
        ["--rate", "inf"],
        ["--foot-lift", "nan"],
        ["--foot-lift", "soon"],
        ["--rate", "0"],
        ["--stance", "LEFT"],
        ["--rate", "fast"],
        ["--placement", "hat"],
    ],
)
def test_impossible_arguments_are_refused(arguments: list[str], held: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["score", str(held), *arguments])
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert "error:" in said
    assert " _" not in said


def test_real_phone_recordings_without_time_are_scored(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared_data / "sway" / "waist_phone_hapt"
    files = sorted(str(path) for path in folder.glob("*.csv"))
    assert main(["score", *files, "--rate", "50", "--stance", "LBEO", "--json"]) == 0
    rows = lines(capsys.readouterr().out)
    assert len(rows) == 16
    for row in rows:
        if "walk_" in str(row["file"]):
            assert row["score"] < 0.5  # type: ignore[operator]
    assert sum(row["hold_s"] == 10.0 for row in rows) >= 11


def test_without_a_rate_the_sentence_says_what_is_missing(
    shared_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next((shared_data / "sway" / "waist_phone_hapt").glob("walk_*.csv"))
    assert main(["score", str(path)]) == 2
    assert "--rate" in capsys.readouterr().err


def test_it_runs_as_a_program_and_survives_a_reader_that_goes_away(held: Path, repository: Path) -> None:
    command = [sys.executable, "-m", "kinometric.cli", "score", *[str(held)] * 40]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=repository)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait()


def test_help_and_version_work_without_the_science(repository: Path) -> None:
    code = (
        "import sys; from kinometric.cli import main\n"
        "try: main(['--version'])\n"
        "except SystemExit as end: assert end.code == 0\n"
        "assert 'numpy' not in sys.modules and 'scipy' not in sys.modules"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True)
    assert result.stdout.startswith("kinometric 0.")


def test_no_command_prints_how_to_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    assert "usage: kinometric" in capsys.readouterr().err
