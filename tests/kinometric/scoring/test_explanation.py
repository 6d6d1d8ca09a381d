"""Each trial says in one sentence how its score came about; the command line's text says the rest."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinometric.recordings import RecordingError, synthetic_recording
from kinometric.scoring import ConfirmedHold, Trial, outcome_trial, score, unreadable_trial
from kinometric.scoring.explanation import explain, seconds_down
from kinometric.scoring.score_command import as_json, as_text


def held(**more: object) -> Trial:
    return score(synthetic_recording(severity=0.3), **more)  # type: ignore[arg-type]


def confirmed(hold_s: float) -> ConfirmedHold:
    return ConfirmedHold(hold_s, hold_s == 10.0, "alice", "2026-03-01T09:00:00Z")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "0.0"), (6.4, "6.4"), (6.41, "6.4"), (6.49, "6.4"), (9.99, "9.9"), (10.0, "10.0"), (0.09, "0.0")],
)
def test_seconds_are_shown_rounded_down(seconds: float, shown: str) -> None:
    assert seconds_down(seconds) == shown


@given(st.floats(0.0, 10.0))
def test_a_hold_is_never_shown_longer_than_it_was(seconds: float) -> None:
    shown = Decimal(seconds_down(seconds))
    assert shown <= Decimal(str(seconds)) + Decimal("1e-6")
    assert Decimal(str(seconds)) - shown < Decimal("0.1")


def test_a_full_hold_is_explained_by_its_sway() -> None:
    trial = held()
    assert trial.measures is not None
    assert trial.explanation.startswith(f"Held 10 s with a sway of {trial.measures.rms_m_s2:.2f} m/s²: ")
    assert trial.explanation.endswith("Detected, not yet confirmed.")


def test_a_lost_stance_is_explained_by_its_seconds() -> None:
    trial = score(synthetic_recording(hold_s=3.2))
    assert trial.explanation == "Held 3.2 s of 10: 1.6. Detected, not yet confirmed."


def test_a_confirmed_hold_says_who_counted() -> None:
    assert held(confirmed=confirmed(10.0)).explanation.endswith("Confirmed by a person.")
    differing = held(confirmed=confirmed(7.0)).explanation
    assert differing == "Held 7.0 s of 10: 3.5. Confirmed by a person; 10.0 s were detected."


def test_without_a_stance_there_is_no_score_to_explain() -> None:
    trial = score(replace(synthetic_recording(), stance=None))
    assert "not scored without a stance" in trial.explanation


def test_a_full_hold_without_measures_is_still_a_sentence() -> None:
    assert explain(replace(held(), measures=None, score=None)).startswith("Held 10 s, not scored")


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("unable", "Unable to stand on this leg, held 0.0 s of 10: 0.0 (knee brace)."),
        ("stopped", "Stopped by staff, not scored (knee brace)."),
        ("supported", "Done with support, not scored (knee brace)."),
        ("not_attempted", "Not attempted, not scored (knee brace)."),
    ],
)
def test_an_outcome_is_explained_with_its_reason(outcome: str, sentence: str) -> None:
    assert outcome_trial("LBEO", outcome, reason=" knee brace ").explanation == sentence  # type: ignore[arg-type]


def test_what_cannot_be_scored_says_why() -> None:
    slow = score(synthetic_recording(rate_hz=30.0))
    assert slow.explanation == f"Not scorable: {slow.reason}"
    broken = unreadable_trial(RecordingError("A value is missing.", line=3))
    assert broken.explanation == "Not readable: line 3: A value is missing."


@pytest.mark.parametrize(
    "trial",
    [
        held(),
        held(age=67),
        held(confirmed=confirmed(7.0)),
        score(synthetic_recording(hold_s=3.2, stance="LBEC"), age=67),
        score(synthetic_recording(hold_s=3.2, stance="LBEC")),
        score(synthetic_recording(hold_s=3.2, stance="LBEC"), age=8),
        score(synthetic_recording(duration_s=8.0)),
        score(synthetic_recording(rate_hz=30.0)),
        unreadable_trial(RecordingError("A value is missing.", line=3)),
        outcome_trial("RBEC", "unable", reason="dizzy", age=70),
    ],
    ids=lambda trial: f"{trial.outcome}-{trial.stance}",
)
def test_text_and_json_can_be_made_of_every_trial(trial: Trial) -> None:
    text = as_text("recording.csv", trial)
    assert text.splitlines()[0] == "recording.csv"
    assert trial.explanation in text
    assert text.splitlines()[-1].endswith(trial.engine)
    assert ("score  " in text) is (trial.score is not None)
    content = as_json("recording.csv", trial)
    assert content["outcome"] == trial.outcome
    assert content["scorable"] is trial.scorable
    assert (content["measures"]["rms_m_s2"] is None) is (trial.measures is None)
    assert len(content["findings"]) == len(trial.findings)


@pytest.mark.parametrize(
    ("age", "words"),
    [(None, "none without an age"), (8.0, "none: the table does not cover this age"), (67.0, "Low risk for age")],
)
def test_an_eyes_closed_level_says_where_it_comes_from(age: float | None, words: str) -> None:
    assert words in as_text("a.csv", score(synthetic_recording(stance="RBEC", hold_s=4.0), age=age))


def test_an_early_end_is_called_at_least() -> None:
    assert "at least 7.9 s" in as_text("a.csv", score(synthetic_recording(duration_s=8.0)))


def test_events_are_listed_with_their_reason() -> None:
    text = as_text("a.csv", score(synthetic_recording(hold_s=3.2)))
    assert "Impact: the acceleration's length departs from gravity" in text
