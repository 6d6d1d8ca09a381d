"""`kinometric validate` on folders of labelled recordings made for it."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kinometric.cli import main
from kinometric.recordings import Recording, RecordingError, synthetic_recording, write_csv
from kinometric.scoring.labels import read_labels
from kinometric.scoring.trend import MeasurementError, change, read_measurement_error, write_measurement_error
from kinometric.scoring.validation import spearman, validate

COLUMNS = ["file", "person", "stance", "age", "hold", "quality", "occasion", "fell"]


def write_folder(folder: Path, rows: list[dict[str, object]]) -> Path:
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows({key: value for key, value in row.items() if key in COLUMNS} for row in rows)
    for row in rows:
        (folder / str(row["file"])).write_bytes(write_csv(row["recording"]))  # type: ignore[arg-type]
    return folder


def people(count: int = 6, *, watch_off_s: float = 0.0) -> list[dict[str, object]]:
    """Each person twice on one leg with eyes open and closed; the older, the shorter with eyes closed."""
    rows: list[dict[str, object]] = []
    for number in range(count):
        age = 25 + number * 10
        for occasion in (1, 2):
            seed = number * 10 + occasion
            severity = 0.1 + 0.08 * number
            closed_s = 9.0 - number
            held = synthetic_recording(stance="LBEO", severity=severity, seed=seed)
            lost = synthetic_recording(stance="LBEC", severity=severity / 2, hold_s=closed_s, seed=seed)
            common = {"person": f"P{number}", "age": age, "occasion": occasion, "quality": 5 - number}
            rows.append({"file": f"o{seed}.csv", "stance": "LBEO", "hold": 10, "recording": held, **common})
            rows.append(
                {"file": f"c{seed}.csv", "stance": "LBEC", "hold": closed_s + watch_off_s, "recording": lost, **common}
            )
    return rows


def controls() -> list[dict[str, object]]:
    random = np.random.default_rng(3)
    table = Recording(np.arange(1000) / 100, random.normal(size=(1000, 3)) * 0.01 + [0.0, 0.0, 9.80665])
    steps = synthetic_recording(seed=77)
    bounce = 4.0 * np.sin(2 * np.pi * 1.8 * steps.time_s)
    walking = replace(steps, acceleration_m_s2=steps.acceleration_m_s2 + np.outer(bounce, [0.0, 1.0, 0.0]))
    calm = synthetic_recording(severity=0.0, seed=78)
    swing = 4.0 * np.sin(2 * np.pi * 0.5 * calm.time_s)
    swaying = replace(calm, acceleration_m_s2=calm.acceleration_m_s2 + np.outer(swing, [1.0, 0.0, 0.0]))
    return [
        {"file": "sway.csv", "person": "W", "stance": "SWAYING", "recording": swaying},
        {"file": "table.csv", "person": "T", "stance": "TABLE", "recording": table},
        {"file": "walk.csv", "person": "W", "stance": "WALKING", "recording": walking},
        {"file": "two.csv", "person": "Z", "stance": "TWO_FEET", "recording": calm},
    ]


def test_honest_recordings_agree_and_nothing_fires(tmp_path: Path) -> None:
    result = validate(write_folder(tmp_path, people() + controls()))
    assert result.hold_pairs == 24
    assert abs(result.hold_bias_s or 1.0) < 0.05
    assert result.hold_disagree_share == 0.0
    assert (result.repeats, result.people) == (12, 6)
    assert result.sem_score is not None
    assert result.mdc95_score == pytest.approx(1.96 * 2**0.5 * result.sem_score)
    assert result.icc_score is not None
    assert result.icc_score > 0.9
    assert result.quality_correlation is not None
    verdicts = {one.number: one.fired for one in result.falsifiers}
    assert list(verdicts) == list(range(1, 11))
    assert [number for number, fired in verdicts.items() if fired] == []
    assert verdicts[8] is None
    assert all(verdicts[number] is False for number in (1, 2, 3, 4, 5, 6, 7, 9, 10))


def test_a_watch_that_disagrees_fires_the_ninth(tmp_path: Path) -> None:
    result = validate(write_folder(tmp_path, people(watch_off_s=-1.6)))
    fired = {one.number: one.fired for one in result.falsifiers}
    assert fired[9] is True
    assert result.hold_disagree_share == pytest.approx(0.5)


def test_eyes_closed_better_than_open_fires_the_fourth_and_sixth(tmp_path: Path) -> None:
    rows = people()
    for row in rows:
        row["stance"] = "LBEC" if row["stance"] == "LBEO" else "LBEO"
        row["age"] = 120 - int(row["age"])  # type: ignore[call-overload]
    fired = {one.number: one.fired for one in validate(write_folder(tmp_path, rows)).falsifiers}
    assert fired[4] is True


def test_wild_repeats_fire_the_fifth(tmp_path: Path) -> None:
    rows = []
    for number in range(5):
        for occasion, hold_s in ((1, 10.0), (2, 3.0)):
            recording = synthetic_recording(seed=number, hold_s=hold_s, severity=0.1)
            rows.append(
                {
                    "file": f"{number}-{occasion}.csv",
                    "person": f"P{number}",
                    "stance": "LBEO",
                    "occasion": occasion,
                    "recording": recording,
                }
            )
    result = validate(write_folder(tmp_path, rows))
    assert result.mdc95_score is not None
    assert result.mdc95_score > 2.5
    assert {one.number: one.fired for one in result.falsifiers}[5] is True


def test_a_score_that_cannot_tell_fallers_fires_the_eighth(tmp_path: Path) -> None:
    rows = people(6)
    for number, row in enumerate(rows):
        row["fell"] = number % 4 // 2
    fired = {one.number: one.fired for one in validate(write_folder(tmp_path, rows)).falsifiers}
    assert fired[8] is True


def test_without_repeats_or_watch_it_cannot_tell(tmp_path: Path) -> None:
    row = {"file": "a.csv", "person": "P", "stance": "LBEO", "recording": synthetic_recording()}
    result = validate(write_folder(tmp_path, [row]))
    assert (result.hold_bias_s, result.sem_score, result.mdc95_score, result.measurement_error) == (None,) * 4
    assert {one.number for one in result.falsifiers if one.fired is None} == {4, 5, 6, 7, 8, 9, 10}


def test_the_command_prints_figures_and_falsifiers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(tmp_path, people() + controls())
    assert main(["validate", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    for text in ("28 recordings", "minimal detectable change", "Falsifiers", "10 holds", "8 cannot tell"):
        assert text in out
    assert main(["validate", str(tmp_path), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert len(content["falsifiers"]) == 10
    assert content["repeats"] == 12


def test_the_command_says_what_it_cannot_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(tmp_path)]) == 2
    assert "no readable labels.csv" in capsys.readouterr().err
    write_folder(tmp_path, people(1))
    (tmp_path / "o1.csv").write_bytes(b"nonsense")
    assert main(["validate", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("o1.csv: ")


def test_a_thin_error_is_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(tmp_path, people())
    target = tmp_path / "error.json"
    assert main(["validate", str(tmp_path), "--write-error", str(target)]) == 2
    assert "too few" in capsys.readouterr().err
    assert not target.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("file,person\na.csv,P\n", "no column stance"),
        ("file,person,stance\na.csv,P,LEFT\n", "line 2: The stance"),
        ("file,person,stance,age\na.csv,P,LBEO,old\n", "line 2: The age is not a number"),
    ],
)
def test_bad_labels_are_named_with_their_line(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "labels.csv").write_text(text, encoding="utf-8")
    with pytest.raises(RecordingError, match=sentence):
        read_labels(tmp_path)


def test_a_hold_longer_than_the_test_counts_as_ten_seconds(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("file,person,stance,hold\na.csv,P,lbeo,45\n", encoding="utf-8")
    assert read_labels(tmp_path)[0].hold_s == 10.0


def test_spearman_uses_mean_ranks() -> None:
    assert spearman([1, 2, 3, 4], [10, 20, 30, 40]) == pytest.approx(1.0)
    assert spearman([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1.0)
    from scipy.stats import spearmanr

    random = np.random.default_rng(2)
    a, b = random.integers(0, 5, 40), random.normal(size=40)
    assert spearman(a.tolist(), b.tolist()) == pytest.approx(float(spearmanr(a, b).statistic))
    assert spearman([1, 1, 1], [1, 2, 3]) is None


def test_the_intraclass_correlation_is_that_of_the_analysis_of_variance() -> None:
    """Shrout and Fleiss 1979, their worked example: ICC(1,1) = 0.17."""
    from kinometric.scoring.validation import _icc

    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    assert _icc(ratings) == pytest.approx(0.17, abs=0.005)


def test_no_arrow_before_the_error_is_measured(tmp_path: Path) -> None:
    assert change(5.0, 9.0, None).verdict == "error_not_established"
    error = MeasurementError(1.5, 40, 20, "1.0.0")
    assert change(5.0, 6.4, error).verdict == "within_error"
    assert change(5.0, 6.6, error).verdict == "better"
    assert change(8.0, 5.0, error).verdict == "worse"
    assert "1.5 points" in change(8.0, 5.0, error).sentence
    assert change(5.0, 9.0, replace(error, engine="0.9.0")).verdict == "error_not_established"
    path = tmp_path / "error.json"
    write_measurement_error(path, error)
    assert read_measurement_error(path) == error
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match="does not hold"):
        read_measurement_error(path)
    with pytest.raises(ValueError, match="too few"):
        write_measurement_error(path, replace(error, pairs=5))


def test_a_control_that_was_held_fires_the_seventh(tmp_path: Path) -> None:
    rows = people() + [row for row in controls() if row["stance"] != "SWAYING"]
    still = synthetic_recording(severity=0.2, seed=5)
    rows.append({"file": "still.csv", "person": "W", "stance": "SWAYING", "recording": still})
    (seventh,) = [one for one in validate(write_folder(tmp_path, rows)).falsifiers if one.number == 7]
    assert seventh.fired is True
    assert seventh.evidence == "1 of 2 walks and sways held; 1 on two feet"


def test_a_table_that_scores_fires_the_tenth(tmp_path: Path) -> None:
    rows = people(2)
    rows.append({"file": "t.csv", "person": "T", "stance": "TABLE", "recording": synthetic_recording(seed=6)})
    assert {one.number: one.fired for one in validate(write_folder(tmp_path, rows)).falsifiers}[10] is True


def test_from_labelled_repeats_to_an_arrow(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a clinic does once: record people twice, measure the error, and hand it to what draws the trend."""
    rows = []
    for number in range(21):
        for occasion in (1, 2):
            made = synthetic_recording(severity=0.1 + 0.02 * number, seed=number * 2 + occasion)
            label = {"person": f"P{number}", "stance": "LBEO", "hold": 10, "occasion": occasion}
            rows.append({"file": f"{number}-{occasion}.csv", "recording": made, **label})
    write_folder(tmp_path, rows)
    target = tmp_path / "measured-error.json"
    assert main(["validate", str(tmp_path), "--write-error", str(target), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    error = read_measurement_error(target)
    assert error.mdc95_score == printed["mdc95_score"] == pytest.approx(1.96 * 2**0.5 * printed["sem_score"])
    assert (error.pairs, error.people, error.engine) == (21, 21, printed["engine"])
    assert change(6.0, 6.0 + 0.9 * error.mdc95_score, error).verdict == "within_error"
    assert change(6.0, 6.0 + 1.1 * error.mdc95_score, error).verdict == "better"
    assert change(6.0, 6.0 - 1.1 * error.mdc95_score, error).verdict == "worse"
    assert change(6.0, 9.9, None).sentence == "Measurement error not established."
