"""The trend: proportional time, six sessions at most, plain differences, a history that keeps every row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pypdfium2
import pytest

from kinometric.report import PageOptions, QuestionnaireSummary, ReportContent, TrendPoint, render_report
from kinometric.report.trend import SHOWN_SESSIONS, TrendPlot, change_block, trend_and_questionnaires

Make = Callable[..., ReportContent]
START = date(2026, 1, 1)


def points(*scores: float | None, days: int = 30) -> tuple[TrendPoint, ...]:
    """Return sessions of one stance, some days apart."""
    return tuple(TrendPoint(START + timedelta(days=days * n), {"LBEO": score}) for n, score in enumerate(scores))


def first_page(content: ReportContent) -> str:
    """Return the text of the first page."""
    document = pypdfium2.PdfDocument(render_report(content))
    try:
        text = document[0].get_textpage()
        words = " ".join(text.get_text_range().split())
        text.close()
        return words
    finally:
        document.close()


def test_time_is_proportional() -> None:
    plot = TrendPlot(
        (TrendPoint(START), TrendPoint(START + timedelta(days=10)), TrendPoint(START + timedelta(days=40))), 3
    )
    left, middle, right = plot._positions(0.0, 118.0)
    assert (middle - left) / (right - left) == pytest.approx(0.25)


def test_sessions_of_one_day_stand_side_by_side() -> None:
    plot = TrendPlot((TrendPoint(START), TrendPoint(START), TrendPoint(START)), 3)
    positions = plot._positions(0.0, 118.0)
    assert positions == sorted(positions)
    assert len(set(positions)) == 3


def test_the_first_session_says_that_there_is_no_trend_yet(make_report: Make) -> None:
    words = first_page(make_report(trend=points(5.0)))
    assert "Trend: this is the first scored session." in words
    assert "Change since" not in words


def test_without_trend_nothing_is_said_of_it(make_report: Make) -> None:
    words = first_page(make_report(options=PageOptions(trend=False)))
    assert "Trend" not in words
    assert "Change since" not in words
    assert "Stay Independent" in words


def test_sessions_without_any_score_are_not_drawn(make_report: Make) -> None:
    words = first_page(make_report(trend=points(None, None, 5.0)))
    assert "Trend: this is the first scored session." in words


@pytest.mark.parametrize(("sessions", "said"), [(6, False), (7, True), (60, True)])
def test_more_than_six_sessions_are_counted(make_report: Make, sessions: int, said: bool) -> None:
    words = first_page(make_report(trend=points(*[5.0] * sessions)))
    assert (f"last {SHOWN_SESSIONS} of {sessions} sessions" in words) is said


@pytest.mark.parametrize(
    ("before", "now", "written"),
    [
        (5.0, 5.6, "LBEO +0.6"),
        (5.6, 5.0, "LBEO −0.6"),
        (5.0, 5.0, "LBEO ±0.0"),
        (5.09, 5.0, "LBEO ±0.0"),
        (None, 5.0, "LBEO –"),
        (4.99, 5.0, "LBEO +0.1"),
    ],
)
def test_a_change_is_a_plain_difference_of_printed_scores(
    make_report: Make, before: float | None, now: float, written: str
) -> None:
    trend = (TrendPoint(START, {"LBEO": before, "RBEO": 1.0}), TrendPoint(START + timedelta(days=9), {"LBEO": now}))
    assert written in first_page(make_report(trend=trend))


def test_the_sentence_about_the_change_may_be_given(make_report: Make) -> None:
    words = first_page(make_report(trend=points(5.0, 6.0), trend_sentence="Smaller than the measurement error."))
    assert "Smaller than the measurement error." in words
    words = first_page(make_report(trend=points(5.0, 6.0), trend_sentence=""))
    assert "Measurement error is not established." in words


def test_one_session_has_no_change(make_report: Make) -> None:
    assert change_block(make_report(trend=points(5.0))).height(200.0) == 0.0


def test_dates_that_would_touch_are_left_out_but_never_first_and_last(make_report: Make) -> None:
    trend = tuple(TrendPoint(START + timedelta(days=day), {"LBEO": 5.0}) for day in (0, 1, 2, 3, 200))
    words = first_page(make_report(trend=trend))
    assert "01-Jan-2026" in words
    assert "20-Jul-2026" in words
    assert "02-Jan-2026" not in words


def test_without_trend_and_questionnaires_there_is_no_empty_block(make_report: Make) -> None:
    content = make_report(trend=(), questionnaires=(), options=PageOptions(trend=False))
    assert trend_and_questionnaires(content, 528.0) == []


def test_questionnaires_alone_take_the_whole_width(make_report: Make) -> None:
    content = make_report(options=PageOptions(trend=False))
    (block, _) = trend_and_questionnaires(content, 528.0)
    assert block.height(528.0) < block.height(150.0)


def test_flagged_items_follow_the_total(make_report: Make) -> None:
    summary = QuestionnaireSummary(
        "3 key questions", "1 answered with yes, complete.", "Any yes: at risk.", ("unsteady",)
    )
    words = first_page(make_report(questionnaires=(summary,)))
    assert "3 key questions 1 answered with yes, complete. Any yes: at risk. Yes to: unsteady." in words


def test_the_description_of_the_trend_gives_every_score() -> None:
    plot = TrendPlot(points(5.0, None), 2)
    assert plot._description() == (
        "Trend of the scores. 01-Jan-2026: LBEO 5.0, RBEO none, LBEC none, RBEC none; "
        "31-Jan-2026: LBEO none, RBEO none, LBEC none, RBEC none."
    )
