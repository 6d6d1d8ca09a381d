"""The sentences of the report one by one: dates, seconds, holds, outcomes, levels, confirmations, sources."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinometric.recordings.recording import Finding
from kinometric.report import ReportContent, StanceReport, wording
from kinometric.scoring.values import AgeView, ConfirmedHold, Trial
from kinometric.sway.values import Event

Make = Callable[..., ReportContent]
MakeTrial = Callable[..., Trial]
AT = "2026-11-02T19:16:00Z"


@pytest.mark.parametrize(
    ("day", "written"),
    [(date(1951, 3, 4), "04-Mar-1951"), (date(2026, 12, 31), "31-Dec-2026"), (date(987, 1, 1), "01-Jan-0987")],
)
def test_a_month_is_written_in_letters(day: date, written: str) -> None:
    assert wording.day(day) == written


@given(st.dates())
def test_a_date_never_depends_on_the_language_of_the_machine(day: date) -> None:
    written = wording.day(day)
    assert written.isascii()
    assert len(written) == 11
    assert int(written[:2]) == day.day
    assert int(written[7:]) == day.year


def test_a_moment_has_a_day_and_a_clock_of_24_hours() -> None:
    assert wording.moment(datetime(2026, 11, 2, 14, 5)) == "02-Nov-2026 14:05"  # noqa: DTZ001
    assert wording.moment(datetime(2026, 11, 2, 0, 0)) == "02-Nov-2026 00:00"  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "written"),
    [(9.99, "9.9"), (10.0, "10.0"), (4.2, "4.2"), (0.0, "0.0"), (6.3999999999999, "6.4"), (6.39, "6.3"), (0.05, "0.0")],
)
def test_seconds_are_rounded_down(value: float, written: str) -> None:
    assert wording.seconds(value) == written


@given(st.floats(0.0, 10.0))
def test_written_seconds_never_exceed_the_hold(value: float) -> None:
    assert float(wording.seconds(value)) <= value + 1e-8
    assert float(wording.seconds(value)) > value - 0.1 - 1e-8


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [(0.205, 2, "0.20"), (-0.5, 1, "−0.5"), (None, 2, "–"), (math.nan, 2, "–"), (math.inf, 1, "–"), (12.0, 0, "12")],
)
def test_a_measure_that_is_none_is_a_dash(value: float | None, decimals: int, written: str) -> None:
    assert wording.number(value, decimals) == written


def test_eyes_open_is_told_by_the_stance() -> None:
    assert [wording.eyes_open(stance) for stance in ("LBEO", "RBEO", "LBEC", "RBEC")] == [True, True, False, False]


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        ({}, "10.0"),
        ({"hold_s": 4.26, "held_full": False}, "4.2"),
        ({"hold_s": None}, "–"),
        ({"outcome": "ended_early", "hold_s": 8.09, "held_full": False}, "≥ 8.0"),
        ({"hold_s": 9.96, "held_full": False}, "9.9"),
    ],
)
def test_the_hold_of_the_table(trial_of: MakeTrial, changes: dict[str, Any], written: str) -> None:
    assert wording.hold_words(trial_of(**changes)) == written


@pytest.mark.parametrize(
    ("outcome", "reason", "written"),
    [
        ("unable", "hip", "Unable to stand on this leg. Hip."),
        ("unable", None, "Unable to stand on this leg."),
        ("stopped", "dizzy!", "Stopped by staff, not scored. Dizzy!"),
        ("supported", " held the rail ", "Supported, not scored. Held the rail."),
        ("not_attempted", "", "Not attempted."),
        ("not_scorable", "the rate is 20 Hz.", "Not scorable. The rate is 20 Hz."),
        ("unreadable", "no column of time", "The recording could not be read. No column of time."),
    ],
)
def test_the_words_of_an_outcome(trial_of: MakeTrial, outcome: str, reason: str | None, written: str) -> None:
    trial = trial_of(outcome=outcome, reason=reason, score=None, hold_s=None)
    assert wording.outcome_words(StanceReport("LBEO", trial)) == written


def test_a_scored_trial_has_no_outcome_words(trial_of: MakeTrial) -> None:
    assert wording.outcome_words(StanceReport("LBEO", trial_of())) == ""


def test_a_trial_without_score_and_stance_is_not_scored(trial_of: MakeTrial) -> None:
    assert wording.outcome_words(StanceReport("LBEO", trial_of(score=None))) == "Not scored."


def test_a_recording_that_ended_early_without_a_hold_gives_no_bound(trial_of: MakeTrial) -> None:
    trial = trial_of(outcome="ended_early", score=None, hold_s=None)
    assert wording.outcome_words(StanceReport("LBEO", trial)) == "Not scored: the recording ended early."


@pytest.mark.parametrize(
    ("level", "basis", "written"),
    [("low", "score", "Low risk"), ("low", "age", "Low risk for age"), ("critical", None, "Critical risk")],
)
def test_a_level_has_its_noun_and_its_basis(level: str, basis: str | None, written: str) -> None:
    assert wording.level_words(level, basis) == written


def test_what_stands_in_the_place_of_a_level(trial_of: MakeTrial) -> None:
    assert wording.no_level_words("LBEC", trial_of("LBEC", level=None)) == "none, eyes closed"
    assert wording.no_level_words("LBEC", trial_of("LBEC", level="low", level_basis="age")) == "none, eyes closed"
    assert wording.no_level_words("LBEO", trial_of(level=None)) == "none"


def test_a_trial_without_a_level_prints_none(trial_of: MakeTrial) -> None:
    assert wording.printed_level(trial_of(level=None), age_view=True) is None
    assert wording.printed_level(trial_of(), age_view=False) == "low"
    assert wording.printed_level(trial_of(level_basis="age", age_view=None), age_view=True) is None


LEAN = (Event("lean", 4.26, "lean of 16 degrees"),)


@pytest.mark.parametrize(
    ("changes", "by", "written"),
    [
        ({}, "Dr. Smith", "Held 10.0 s, confirmed by Dr. Smith."),
        ({}, None, "Held 10.0 s, confirmed."),
        ({"confirmed_hold": None}, None, "Held 10.0 s."),
        ({"confirmed_hold": None, "provisional": True}, None, "Held 10.0 s, provisional: nobody has confirmed it."),
        (
            {"confirmed_hold": None, "provisional": True, "hold_s": 4.26, "held_full": False, "events": LEAN},
            None,
            "Down at 4.2 s (lean), provisional: nobody has confirmed it.",
        ),
        (
            {
                "hold_s": 5.0,
                "held_full": False,
                "detected_hold_s": 4.2,
                "confirmed_hold": ConfirmedHold(5.0, False, "u", AT),
            },
            "Dr. Smith",
            "Down at 5.0 s, set by Dr. Smith (detected 4.2 s).",
        ),
        ({"detected_hold_s": 4.2}, "Dr. Smith", "Held 10.0 s, set by Dr. Smith (detected 4.2 s)."),
        ({"detected_hold_s": None}, None, "Held 10.0 s, set (none detected)."),
        ({"outcome": "unable", "score": 0.0, "reason": "hip"}, None, "Unable to stand on this leg. Hip."),
    ],
)
def test_the_line_above_the_traces(trial_of: MakeTrial, changes: dict[str, Any], by: str | None, written: str) -> None:
    assert wording.hold_line(StanceReport("LBEO", trial_of(**changes), None, 1, by)) == written


def test_a_missing_stance_has_a_line_too() -> None:
    assert wording.hold_line(StanceReport("LBEO")) == "Missing: no recording and no reason given."


@pytest.mark.parametrize("kind", ["impact", "lean", "burst", "stepping", "hop"])
def test_every_kind_of_event_has_a_word(trial_of: MakeTrial, kind: str) -> None:
    event = Event(kind, 4.2, "a reason")  # type: ignore[arg-type]
    trial = trial_of(confirmed_hold=None, hold_s=4.2, held_full=False, events=(event,), provisional=True)
    assert f"({wording.EVENT_WORDS[kind]})" in wording.hold_line(StanceReport("LBEO", trial))


def test_confirmations_are_gathered_by_person(make_report: Make, trial_of: MakeTrial) -> None:
    stances = (
        StanceReport("LBEO", trial_of("LBEO"), None, 1, "Dr. Smith"),
        StanceReport("RBEO", trial_of("RBEO"), None, 1, "Dr. Jones"),
        StanceReport("LBEC", trial_of("LBEC"), None, 1, None),
    )
    assert wording.confirmation_sentences(make_report(stances=stances)) == [
        "Holds confirmed by Dr. Smith as detected: LBEO 10.0 s.",
        "Holds confirmed by Dr. Jones as detected: RBEO 10.0 s.",
        "Holds confirmed by a named user as detected: LBEC 10.0 s.",
    ]


def test_unable_and_unscored_trials_have_no_hold_to_confirm(make_report: Make, trial_of: MakeTrial) -> None:
    stances = (
        StanceReport("LBEO", trial_of(outcome="unable", score=0.0, confirmed_hold=None, provisional=False)),
        StanceReport("RBEO", trial_of("RBEO", outcome="stopped", score=None, confirmed_hold=None)),
        StanceReport("LBEC"),
    )
    assert wording.confirmation_sentences(make_report(stances=stances)) == []


def test_a_correction_without_a_reason_has_no_empty_quotation(make_report: Make, trial_of: MakeTrial) -> None:
    hold = ConfirmedHold(5.0, False, "u", AT)
    trial = trial_of(hold_s=5.0, held_full=False, detected_hold_s=4.0, confirmed_hold=hold)
    (sentence,) = wording.confirmation_sentences(
        make_report(stances=(StanceReport("LBEO", trial, None, 1, "Dr. Smith"),))
    )
    assert sentence == "LBEO detected 4.0 s, set to 5.0 s by Dr. Smith."


@pytest.mark.parametrize(
    ("counts", "written"),
    [
        ((), ""),
        ((0,), ""),
        ((1, 1), "One trial each."),
        ((3, 3), "Best of 3 trials each."),
        ((1, 2), "RBEO best of 2."),
    ],
)
def test_best_of_n(make_report: Make, trial_of: MakeTrial, counts: tuple[int, ...], written: str) -> None:
    names = ("LBEO", "RBEO")
    stances = tuple(StanceReport(name, trial_of(name), None, count) for name, count in zip(names, counts, strict=False))
    assert wording.trials_sentence(make_report(stances=stances)) == written


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        (None, "no trial on the left"),
        ({"outcome": "unable", "score": 0.0}, "unable on the left"),
        ({"score": None}, "not scored on the left"),
        ({}, "held 10.0 s on the left"),
        ({"held_full": False, "hold_s": 3.99}, "down at 3.9 s on the left"),
    ],
)
def test_the_sensory_finding(
    make_report: Make, trial_of: MakeTrial, changes: dict[str, Any] | None, written: str
) -> None:
    trial = None if changes is None else trial_of("LBEC", **changes)
    sentence = wording.sensory_sentence(make_report(stances=(StanceReport("LBEC", trial),)))
    assert sentence == f"Sensory finding, eyes closed: {written}, no trial on the right."


def test_the_method_names_the_engine_and_that_levels_are_no_norms(make_report: Make) -> None:
    sentence = wording.method_sentence(make_report(engine="1.2.3"))
    assert "Engine 1.2.3." in sentence
    assert "not population norms" in sentence
    assert "Critical < 2.5, High < 5, Moderate < 7.5, Low." in sentence
    assert "1.0–9.5 s" in sentence


def test_a_synthetic_recording_is_known_by_its_finding(trial_of: MakeTrial) -> None:
    finding = Finding("synthetic", "shown", "This recording is synthetic.")
    assert wording.is_synthetic(StanceReport("LBEO", trial_of(findings=(finding,))))
    assert not wording.is_synthetic(StanceReport("LBEO", trial_of()))
    assert not wording.is_synthetic(StanceReport("LBEO"))


VIEW = AgeView(
    "eyes_open", 75.0, "71-75", None, None, 53.6, None, "A sentence.", "B", True, "Araujo CG, et al. 2022;56:975."
)


@pytest.mark.parametrize(
    ("source", "evidence", "written"),
    [
        ("Araujo CG, et al. Long title. Br J 2022;56:975.", "B", "Araujo 2022, fair evidence"),
        ("Springer, B. 2007", "A", "Springer 2007, solid evidence"),
        ("Somebody", "C", "Somebody, thin evidence"),
    ],
)
def test_a_source_is_named_by_author_and_year(source: str, evidence: str, written: str) -> None:
    view = dataclasses.replace(VIEW, source=source, evidence=evidence)  # type: ignore[arg-type]
    assert wording.source_words(view) == written


def test_the_shipped_norms_are_named_by_author_and_year() -> None:
    from kinometric.scoring.age import age_view

    for stance in ("LBEO", "LBEC"):
        words = wording.source_words(age_view(stance, 72.0, 5.0))
        assert words.split(",")[0].split(" ")[0] in {"Araujo", "Araújo", "Springer"}
        assert words.split(",")[0].split(" ")[1].isdigit()
