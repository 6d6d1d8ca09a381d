"""The words and forms of the review screen."""

from __future__ import annotations

import dataclasses

import pytest

from kinometric.contract.sessions import FindingView, TrialView
from kinometric_desktop.app.ports import ChosenFile
from kinometric_desktop.app.review_forms import (
    FormError,
    check_file,
    hold_form,
    read_hold,
    read_rate,
    read_seconds,
    result_request,
)
from kinometric_desktop.app.review_words import (
    cells_of,
    hold_line,
    measure_rows,
    placement_words,
    quality_lines,
    shown,
    step_words,
    summary_of,
    trend_of,
)


@pytest.fixture
def trial(clinic) -> TrialView:
    """A plausible trial of the left leg, eyes closed, down before 10 s."""
    clinic.full_session()
    return clinic.sessions.view().trials[2]


@pytest.mark.parametrize(("score", "words"), [(7.4999, "7.4"), (7.5, "7.5"), (9.99, "9.9"), (10.0, "10.0"), (None, "")])
def test_a_score_is_shown_rounded_down(score: float | None, words: str) -> None:
    assert shown(score) == words


@pytest.mark.parametrize(("typed", "value"), [("4.2", 4.2), (" 4,25 s", 4.25), ("0", 0.0), ("9.99", 9.99)])
def test_seconds_are_read_with_point_or_comma(typed: str, value: float) -> None:
    assert read_seconds(typed) == value


@pytest.mark.parametrize("typed", ["", "four", "10", "-1", "12.5", "nan", "inf"])
def test_impossible_seconds_are_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(FormError):
        read_seconds(typed)


@pytest.mark.parametrize("typed", ["", "fast", "0", "2000"])
def test_an_impossible_rate_is_refused(typed: str) -> None:
    with pytest.raises(FormError):
        read_rate(typed)


def test_confirming_the_shown_seconds_keeps_the_full_figure(trial: TrialView) -> None:
    form = hold_form(dataclasses.replace(trial, detected_hold_s=4.213, hold_s=4.213))
    assert form.seconds == "4.2"
    request = read_hold(form, held_full=False, typed_s="4.2", reason="")
    assert request.hold_s == 4.213


def test_held_ten_seconds_against_the_detector_needs_a_reason(trial: TrialView) -> None:
    form = hold_form(trial)
    with pytest.raises(FormError, match="what you saw"):
        read_hold(form, held_full=True, typed_s="", reason="x")
    assert read_hold(form, held_full=True, typed_s="", reason="phone slipped").held_full


def test_a_hold_is_never_shown_longer_than_it_was(trial: TrialView) -> None:
    line = hold_line(dataclasses.replace(trial, hold_s=9.97, held_full=False))
    assert line.text == "Down at 9.9 s?"


@pytest.mark.parametrize(
    ("changes", "text", "kind"),
    [
        ({"outcome": "unable", "reason": "pain"}, "Unable, 0.0", "unable"),
        ({"outcome": "stopped", "reason": "dizzy"}, "Stopped by staff", "stopped"),
        ({"outcome": "supported", "reason": "rail"}, "Supported, not scored", "supported"),
        ({"outcome": "not_attempted", "reason": "cast"}, "Not attempted", "not_attempted"),
        ({"outcome": "not_scorable", "scorable": False, "hold_s": None}, "Not scorable", "not_scorable"),
        ({"outcome": "ended_early", "hold_s": 8.04}, "At least 8.0 s, not scored", "ended_early"),
    ],
)
def test_what_a_trial_can_be_is_said_in_words(trial: TrialView, changes: dict, text: str, kind: str) -> None:
    line = hold_line(dataclasses.replace(trial, **changes))
    assert (line.text, line.kind, line.provisional) == (text, kind, False)


def test_a_doubtful_proposal_says_what_to_look_at_first(trial: TrialView) -> None:
    findings = (
        FindingView("synthetic", "shown", "This recording is synthetic."),
        FindingView("event_at_the_edge", "shown", "The loss of balance was found in the first second."),
    )
    line = hold_line(dataclasses.replace(trial, plausible=False, findings=findings))
    assert line.kind == "doubtful"
    assert line.detail == "look first: The loss of balance was found in the first second."


def test_what_is_not_scorable_says_why(trial: TrialView) -> None:
    line = hold_line(
        dataclasses.replace(trial, outcome="not_scorable", scorable=False, reason="The phone was not worn.")
    )
    assert line.detail == "The phone was not worn."


def test_the_age_view_stands_under_every_score_with_its_evidence(clinic) -> None:
    clinic.full_session()
    view = clinic.sessions.view()
    for cell in cells_of(view, {}):
        assert cell.age_sentence.endswith(("fair evidence", "thin evidence", "solid evidence"))
        assert "evidence" in cell.hold.detail


def test_an_eyes_closed_level_says_that_it_is_for_the_age(clinic) -> None:
    clinic.full_session()
    cells = {cell.stance: cell for cell in cells_of(clinic.sessions.view(), {})}
    assert cells["LBEC"].level_for_age
    assert not cells["LBEO"].level_for_age


def test_a_stance_without_a_trial_is_there_and_says_so(clinic) -> None:
    cells = cells_of(clinic.sessions.view(), {})
    assert [cell.hold.text for cell in cells] == ["No test yet"] * 4
    assert [cell.stance for cell in cells] == ["LBEO", "RBEO", "LBEC", "RBEC"]


def test_the_figures_of_a_row_agree_with_each_other(trial: TrialView) -> None:
    earlier = dataclasses.replace(trial, score=(trial.score or 0) - 0.31, hold_s=(trial.hold_s or 0) - 0.62)
    for row in measure_rows(trial, earlier):
        if row.change and row.change[0] != "±":
            change = float(row.change.replace("−", "-"))
            assert change == pytest.approx(float(row.value) - float(row.earlier), abs=1e-9)


def test_measures_name_the_axes_that_are_known(trial: TrialView) -> None:
    names = [row.name for row in measure_rows(trial, axis_names=("major", "minor"))]
    assert "RMS major" in names
    assert "RMS AP" not in names


def test_findings_come_before_what_is_in_order_and_equal_ones_once(clinic) -> None:
    clinic.full_session()
    lines = quality_lines(clinic.sessions.view())
    assert [line.stances for line in lines] == ["All four:", "All four:"]
    assert {line.tone for line in lines} == {"warn"}


def test_a_corrected_hold_is_said_with_who_and_why(clinic) -> None:
    clinic.full_session(confirmed=True)
    take = clinic.sessions.takes[3]
    take.confirmed = dataclasses.replace(take.confirmed, hold_s=6.4, reason="foot touched down")
    last = quality_lines(clinic.sessions.view())[-1]
    assert last.stances == "RBEC"
    assert last.sentence == "hold 6.8 s corrected to down at 6.4 s by Dr. Smith: “foot touched down”."


def test_where_the_phone_was_is_said_as_far_as_it_is_known(clinic) -> None:
    clinic.full_session()
    view = clinic.sessions.view()
    assert placement_words(view) == "Phone at sacrum, portrait: AP and ML known"
    trials = tuple(dataclasses.replace(trial, mounting=None, placement=None) for trial in view.trials)
    unknown = dataclasses.replace(view, trials=trials)
    assert placement_words(unknown) == "Place of the phone unknown: major and minor axis"
    mixed = dataclasses.replace(view, trials=(trials[0], *view.trials[1:]))
    assert placement_words(mixed) == "Phone at different places: major and minor axis"


def test_the_stepper_says_what_the_report_still_needs(clinic) -> None:
    clinic.full_session()
    assert step_words(clinic.sessions.view()) == "Review needs 4 confirmed holds"


def test_an_incomplete_session_names_the_leg(clinic) -> None:
    clinic.full_session()
    clinic.sessions.takes = clinic.sessions.takes[:1]
    summary = summary_of(clinic.sessions.view())
    assert summary.level is None
    assert "right" in summary.incomplete


def test_a_checked_file_keeps_what_it_says_of_itself(clinic) -> None:
    from kinometric.recordings import write_csv

    clinic.full_session()
    recording = dataclasses.replace(clinic.sessions.takes[0].recording, recorded_at="2026-11-02T14:05:00-05:00")
    checked = check_file(ChosenFile("a.csv", write_csv(recording)))
    assert (checked.stance, checked.placement, checked.mounting) == ("LBEO", "sacrum", "portrait_screen_out")
    request = result_request(
        checked, patient_id="p", session_id="s", stance="LBEO", placement="sacrum", portrait=True, rate_hz=None,
        now=clinic.work.clock.now(),
    )  # fmt: skip
    assert request.tested_at == "2026-11-02T14:05:00-05:00"
    with pytest.raises(FormError, match="stance"):
        result_request(
            checked, patient_id="p", session_id="", stance="", placement="sacrum", portrait=True, rate_hz=None,
            now=clinic.work.clock.now(),
        )  # fmt: skip


def test_the_trend_carries_the_measurement_error_once_it_is_known(clinic) -> None:
    clinic.full_session()
    view = clinic.sessions.view()
    assert trend_of(view).error_points is None
    assert trend_of(dataclasses.replace(view, measurement_error_points=0.8)).error_points == 0.8
