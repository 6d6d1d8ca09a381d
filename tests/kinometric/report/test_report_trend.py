"""The trend: proportional time, six sessions at most, plain differences, a history that keeps every row."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest

from kinometric.report import PageOptions, QuestionnaireSummary, ReportContent, TrendPoint, render_report
from kinometric.report.sheet import Sheet
from kinometric.report.structure import Structure
from kinometric.report.trend import (
    BAND,
    PLOT_HEIGHT,
    SHOWN_SESSIONS,
    TrendPlot,
    change_block,
    trend_and_questionnaires,
)
from kinometric.scoring.trend import MeasurementError
from kinometric.scoring.values import ENGINE_VERSION

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


class BandSheet(Sheet):
    """A sheet without fonts that remembers top and bottom of the bands drawn on it."""

    def __init__(self) -> None:
        super().__init__(SimpleNamespace(_code=[]), Structure(), 0, 612.0, 792.0)
        self.bands: list[tuple[float, float]] = []

    def text(self, *_: Any, **__: Any) -> float:
        return 0.0

    def rectangle(self, x: float, y: float, width: float, height: float, **options: Any) -> None:
        if width == BAND:
            self.bands.append((y, y + height))
        super().rectangle(x, y, width, height, **options)


def drawing_of(plot: TrendPlot) -> BandSheet:
    """Draw a trend with its upper left corner at the page's."""
    sheet = BandSheet()
    plot.draw(sheet, 0.0, 0.0, 334.0)
    return sheet


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
        (None, 5.0, "LBEO, RBEO, LBEC, RBEC: nothing to compare."),
        (4.99, 5.0, "LBEO +0.1"),
    ],
)
def test_a_change_is_a_plain_difference_of_printed_scores(
    make_report: Make, before: float | None, now: float, written: str
) -> None:
    trend = (TrendPoint(START, {"LBEO": before, "RBEO": 1.0}), TrendPoint(START + timedelta(days=9), {"LBEO": now}))
    assert written in first_page(make_report(trend=trend))


def test_the_sentence_about_the_history_follows_the_change(make_report: Make) -> None:
    words = first_page(make_report(trend=points(5.0, 6.0), trend_sentence="2 earlier sessions are left out."))
    assert "LBEO +1.0. Measurement error not established." in words
    assert "nothing to compare. 2 earlier sessions are left out." in words


ERROR = MeasurementError(0.8, 40, 20, ENGINE_VERSION)


def test_a_known_measurement_error_is_written_on_both_of_its_sides(make_report: Make) -> None:
    before = {"LBEO": 5.0, "RBEO": 5.0, "LBEC": 5.0, "RBEC": None}
    now = {"LBEO": 5.7, "RBEO": 6.0, "LBEC": 4.0, "RBEC": 3.0}
    trend = (TrendPoint(START, before), TrendPoint(START + timedelta(days=9), now))
    words = first_page(make_report(trend=trend, measurement_error=ERROR))
    assert "LBEO +0.7. Smaller than the measurement error of 0.8 points." in words
    assert "RBEO +1.0. Higher by more than the measurement error of 0.8 points." in words
    assert "LBEC −1.0. Lower by more than the measurement error of 0.8 points." in words
    assert "RBEC: nothing to compare." in words
    assert "not established" not in words
    assert "hatched: within the measurement error" in words


def test_an_error_of_another_engine_is_neither_drawn_nor_written(make_report: Make) -> None:
    other = dataclasses.replace(ERROR, engine="0.9")
    words = first_page(make_report(trend=points(5.0, 5.1), measurement_error=other))
    assert "Measurement error not established." in words
    assert "hatched" not in words
    assert "0.8 points" not in words


def test_the_band_reaches_from_error_below_to_error_above_the_score_before() -> None:
    drawn = drawing_of(TrendPlot(points(5.0, 9.0), 2, ERROR))
    assert len(drawn.bands) == 1
    top, bottom = drawn.bands[0]
    assert bottom - top == pytest.approx(1.6 / 10 * PLOT_HEIGHT)
    assert (top + bottom) / 2 == pytest.approx(15.0 + PLOT_HEIGHT / 2)


def test_a_band_ends_at_the_edges_of_the_scale() -> None:
    drawn = drawing_of(TrendPlot(points(9.9, 9.0), 2, dataclasses.replace(ERROR, mdc95_score=3.0)))
    ((top, bottom),) = drawn.bands
    assert top == pytest.approx(15.0)
    assert bottom - top == pytest.approx(3.1 / 10 * PLOT_HEIGHT)


def test_no_band_is_drawn_without_a_score_before_or_without_the_error() -> None:
    assert drawing_of(TrendPlot(points(5.0, 9.0), 2)).bands == []
    trend = (TrendPoint(START, {"LBEO": 5.0}), TrendPoint(START + timedelta(days=9), {"RBEO": 5.0}))
    assert drawing_of(TrendPlot(trend, 2, ERROR)).bands == []


def test_a_last_session_without_any_score_has_no_change(make_report: Make) -> None:
    content = make_report(trend=points(5.0, 6.0, None))
    assert change_block(content).height(200.0) == 0.0
    assert "Change since" not in first_page(content)


def test_the_change_passes_over_a_session_without_any_score(make_report: Make) -> None:
    words = first_page(make_report(trend=points(5.0, None, 6.0)))
    assert "Change since 01-Jan-2026 LBEO +1.0." in words


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
    assert TrendPlot(points(5.0, 5.0), 2, ERROR)._description().endswith(" Measurement error 0.8 points.")
    plot = TrendPlot(points(5.0, None), 2)
    assert plot._description() == (
        "Trend of the scores. 01-Jan-2026: LBEO 5.0, RBEO none, LBEC none, RBEC none; "
        "31-Jan-2026: LBEO none, RBEO none, LBEC none, RBEC none."
    )
