"""The values behind the plots: curves, pyramid, ticks, theme and table twins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinometric_desktop.app.review_curves import StanceCurves, TrendPoint, TrendSeries
from kinometric_desktop.ui.plots.pyramid import MinMaxPyramid
from kinometric_desktop.ui.plots.table_twin import trace_table, trend_table, twin_model
from kinometric_desktop.ui.plots.theme import PlotTheme
from kinometric_desktop.ui.plots.ticks import (
    amplitude_for,
    next_amplitude,
    scale_words,
    signed,
    step_for,
    ticks_between,
    time_step,
    written_seconds,
)

Sway = Callable[..., StanceCurves]


@settings(max_examples=80, deadline=None)
@given(
    size=st.integers(2, 30_000),
    seed=st.integers(0, 1000),
    edges=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    count=st.integers(1, 900),
)
def test_no_peak_is_lost_by_the_pyramid(size: int, seed: int, edges: tuple[float, float], count: int) -> None:
    values = np.random.default_rng(seed).normal(size=size)
    first, last = sorted(int(edge * (size - 1)) for edge in edges)
    last += 1
    centre, low, high = MinMaxPyramid(values).columns(first, last, count)
    assert low.min() <= values[first:last].min()
    assert high.max() >= values[first:last].max()
    assert low.min() >= values.min()
    assert high.max() <= values.max()
    assert 0 < centre.size <= count + 1
    assert (np.diff(centre) > 0).all()


def test_the_pyramid_of_the_whole_curve_has_exactly_its_extremes() -> None:
    values = np.random.default_rng(3).normal(size=86_401)
    _, low, high = MinMaxPyramid(values).columns(0, values.size, 300)
    assert low.min() == values.min()
    assert high.max() == values.max()


def test_curves_can_not_be_changed_and_refuse_lanes_of_different_length(sway: Sway) -> None:
    curves = sway()
    with pytest.raises(ValueError, match="read-only"):
        curves.lanes_m_s2[0][0] = 1.0
    lane = np.zeros(10)
    with pytest.raises(ValueError, match="one length"):
        StanceCurves("LBEO", 100.0, (lane, lane, np.zeros(9)))
    with pytest.raises(ValueError, match="stance"):
        StanceCurves("LEFT", 100.0, (lane, lane, lane))
    with pytest.raises(ValueError, match="rate"):
        StanceCurves("LBEO", 0.0, (lane, lane, lane))


def test_a_time_finds_the_nearest_sample_and_stays_inside(sway: Sway) -> None:
    curves = sway(size=0.5)
    assert curves.index_at(3.424) == 342
    assert curves.index_at(-5) == 0
    assert curves.index_at(99) == 1000
    assert curves.values_at(3.42)[0] == pytest.approx(0.5 * np.sin(3.42 * 2.1))
    part = curves.slice_between(1.0, 9.5)
    assert (part.start, part.stop) == (100, 951)


@pytest.mark.parametrize(
    ("value", "words"), [(0.215, "+0.215"), (-0.0264, "−0.026"), (0.0001, "±0.000"), (-0.0001, "±0.000")]
)
def test_a_value_shows_its_sign(value: float, words: str) -> None:
    assert signed(value, 3) == words


def test_zoom_steps_lead_back_to_the_standard_scale_and_say_so() -> None:
    closer = next_amplitude(1.5, closer=True)
    assert closer == 1.0
    assert next_amplitude(closer, closer=False) == 1.5
    assert scale_words(1.5) == "±1.5 m/s²"
    assert scale_words(closer) == "±1 m/s², scaled to fit"
    assert amplitude_for(0.31) == 0.5
    assert next_amplitude(0.05, closer=True) == 0.05
    assert next_amplitude(50.0, closer=False) == 50.0
    assert amplitude_for(1000) == 50.0


def test_ticks_are_round_numbers() -> None:
    assert time_step(10, 6) == 2
    assert time_step(86_400, 6) == 14_400
    assert time_step(10 * 86_400, 3) == 43_200
    assert ticks_between(0, 10, 2) == (0, 2, 4, 6, 8, 10)
    assert step_for(9.7, 5) == 2.0
    assert step_for(0, 5) == 1.0
    assert written_seconds(4, 2) == "4"
    assert written_seconds(4.25, 0.05) == "4.25"
    assert written_seconds(3725, 60) == "1:02:05"
    assert written_seconds(90, 60) == "1:30"


@pytest.mark.parametrize("name", ["light", "dark", "hc"])
def test_every_line_of_a_plot_stands_out_from_its_ground(name: str) -> None:
    theme = PlotTheme.from_tokens(name)

    def luminance(colour: object) -> float:
        parts = [part / 255 for part in (colour.red(), colour.green(), colour.blue())]  # type: ignore[attr-defined]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    ground = luminance(theme.ground)
    for look in theme.stances.values():
        for colour in (look.line, *look.lanes, theme.after, theme.previous):
            bright, dim = sorted((luminance(colour), ground), reverse=True)
            assert (bright + 0.05) / (dim + 0.05) >= 3.0


def test_left_is_solid_and_right_is_dashed_and_eyes_closed_is_hollow() -> None:
    stances = PlotTheme.from_tokens("light").stances
    assert {code: bool(look.dash) for code, look in stances.items()} == {
        "LBEO": False,
        "RBEO": True,
        "LBEC": False,
        "RBEC": True,
    }
    assert {code: look.marker_filled for code, look in stances.items()} == {
        "LBEO": True,
        "RBEO": True,
        "LBEC": False,
        "RBEC": False,
    }


def test_the_table_twin_of_traces_has_every_second_and_says_what_was_not_measured(sway: Sway) -> None:
    twin = trace_table(sway("RBEC", down_s=6.4))
    assert twin.headings == ("Time", "AP, m/s²", "ML, m/s²", "V, m/s²")
    assert len(twin.rows) == 10
    assert twin.rows[0][0] == "0 to 1 s, not measured"
    assert twin.rows[5][0] == "5 to 6 s"
    assert twin.rows[7][0] == "7 to 8 s, not measured"
    assert " to " in twin.rows[3][1]


def test_the_table_twin_of_a_long_recording_stays_short(sway: Sway) -> None:
    assert len(trace_table(sway(seconds=3600)).rows) <= 61


def test_the_trend_table_says_none_where_a_stance_has_no_score() -> None:
    first, second = datetime(2026, 2, 12, 9, 0, tzinfo=UTC), datetime(2026, 11, 2, 14, 5, tzinfo=UTC)
    series = (
        TrendSeries("LBEO", (TrendPoint(first, 6.1), TrendPoint(second, 8.2))),
        TrendSeries("RBEO", (TrendPoint(first, None), TrendPoint(second, 6.8))),
    )
    twin = trend_table(series)
    assert twin.rows == (("12-Feb-2026 09:00", "6.1", "none"), ("02-Nov-2026 14:05", "8.2", "6.8"))


def test_the_model_of_a_table_twin_keeps_qt_s_rules(sway: Sway, qtmodeltester: object, qapp: object) -> None:
    model = twin_model(trace_table(sway()))
    qtmodeltester.check(model)  # type: ignore[attr-defined]
    assert model.rowCount() == 10
    assert [column.title for column in model.columns] == ["Time", "AP, m/s²", "ML, m/s²", "V, m/s²"]
    assert model.data(model.index(5, 0)) == "5 to 6 s"
