"""Two sessions compared: nothing is called a change before the error is measured, and nothing within it after."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kinometric.scoring.trend import (
    MeasurementError,
    change,
    change_sentences,
    parse_measurement_error,
    read_measurement_error,
    shown_difference,
    usable_error,
    write_measurement_error,
)
from kinometric.scoring.values import ENGINE_VERSION

ERROR = MeasurementError(1.5, 40, 20, ENGINE_VERSION)
PLAIN = {"mdc95_score": 1.5, "pairs": 40, "people": 20, "engine": ENGINE_VERSION}


@pytest.mark.parametrize(
    ("later", "verdict"),
    [(6.49, "within_error"), (6.5, "better"), (3.51, "within_error"), (3.5, "worse"), (5.0, "within_error")],
)
def test_the_error_is_the_border_of_a_change(later: float, verdict: str) -> None:
    assert change(5.0, later, ERROR).verdict == verdict


@pytest.mark.parametrize("error", [None, MeasurementError(1.5, 40, 20, "0.1")])
def test_without_an_error_of_this_engine_nothing_is_a_change(error: MeasurementError | None) -> None:
    found = change(0.0, 10.0, error)
    assert found.verdict == "error_not_established"
    assert found.sentence == "Measurement error not established."
    assert usable_error(error) is None


def test_stances_of_which_the_same_may_be_said_stand_together() -> None:
    before = {"LBEO": 5.0, "RBEO": 5.0, "LBEC": 5.0, "RBEC": 5.0}
    now = {"LBEO": 5.5, "RBEO": 8.0, "LBEC": 4.6, "RBEC": None}
    assert change_sentences(before, now, ERROR) == (
        "LBEO +0.5, LBEC −0.4. Smaller than the measurement error of 1.5 points.",
        "RBEO +3.0. Higher by more than the measurement error of 1.5 points.",
        "RBEC: nothing to compare.",
    )
    assert change_sentences(before, before, None) == (
        "LBEO ±0.0, RBEO ±0.0, LBEC ±0.0, RBEC ±0.0. Measurement error not established.",
    )
    assert change_sentences({}, now, ERROR) == ("LBEO, RBEO, LBEC, RBEC: nothing to compare.",)


def test_a_difference_is_that_of_the_printed_scores() -> None:
    assert shown_difference(4.99, 5.01) == "+0.1"
    assert shown_difference(5.0, 5.09) == "±0.0"
    assert shown_difference(9.0, 0.0) == "−9.0"


def test_a_written_error_is_read_back(tmp_path: Path) -> None:
    write_measurement_error(tmp_path / "error.json", ERROR)
    assert read_measurement_error(tmp_path / "error.json") == ERROR


@pytest.mark.parametrize(
    "changed",
    [
        {"mdc95_score": "much"},
        {"mdc95_score": None},
        {"mdc95_score": 0.0},
        {"mdc95_score": -1.0},
        {"mdc95_score": float("nan")},
        {"mdc95_score": float("inf")},
        {"pairs": "many"},
        {"people": []},
    ],
)
def test_a_damaged_error_is_refused_in_a_sentence(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="does not hold a measurement error"):
        parse_measurement_error(json.dumps({**PLAIN, **changed}))


@pytest.mark.parametrize("text", ["", "[]", "3", "{", '{"mdc95_score": 1.5}'])
def test_other_text_is_no_error(text: str) -> None:
    with pytest.raises(ValueError, match="does not hold a measurement error"):
        parse_measurement_error(text)


def test_an_error_from_few_repeats_is_not_taken(tmp_path: Path) -> None:
    few = MeasurementError(1.5, 19, 19, ENGINE_VERSION)
    with pytest.raises(ValueError, match="19 repeated recordings are too few"):
        write_measurement_error(tmp_path / "error.json", few)
    assert not (tmp_path / "error.json").exists()
    with pytest.raises(ValueError, match="too few"):
        parse_measurement_error(json.dumps({**PLAIN, "pairs": 19}))
