"""Engine 1's formula: monotone, graded, never shown above its level."""

from __future__ import annotations

import json
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinometric.resources import resource_path
from kinometric.scoring import ENGINE_VERSION, STANCES, level_of, score_of, shown_score
from kinometric.scoring.formula import steadiness
from kinometric.sway.engine import ENGINE_FILE, engine

holds = st.floats(0.0, 10.0, exclude_max=True)
sways = st.floats(1e-3, 10.0)
stances = st.sampled_from(STANCES)


@given(holds, holds, stances)
def test_a_longer_hold_below_ten_seconds_always_scores_more(first: float, second: float, stance: str) -> None:
    low, high = (score_of(hold, False, None, stance) for hold in sorted((first, second)))
    assert low is not None
    assert high is not None
    assert (low < high) if first != second and abs(first - second) > 1e-300 else (low <= high)


@given(holds, sways, stances)
def test_the_score_jumps_up_only_at_ten_seconds(hold: float, sway: float, stance: str) -> None:
    short, full = score_of(hold, False, sway, stance), score_of(10.0, True, sway, stance)
    assert short is not None
    assert full is not None
    assert short < 5.0 <= full <= 10.0


@given(sways, sways, stances)
def test_more_sway_never_scores_more(first: float, second: float, stance: str) -> None:
    calm, wild = (score_of(10.0, True, sway, stance) for sway in sorted((first, second)))
    assert calm is not None
    assert wild is not None
    assert wild <= calm


@pytest.mark.parametrize("stance", STANCES)
def test_the_anchors_are_the_ends_of_the_scale(stance: str) -> None:
    anchors = engine().anchors[stance]
    assert score_of(10.0, True, anchors.best_m_s2, stance) == 10.0
    assert score_of(10.0, True, anchors.worst_m_s2, stance) == 5.0
    middle = math.sqrt(anchors.best_m_s2 * anchors.worst_m_s2)
    assert steadiness(middle, stance) == pytest.approx(0.5)


def test_a_full_hold_without_measured_sway_has_no_score() -> None:
    assert score_of(10.0, True, None, "LBEO") is None


def test_the_steadiness_scale_ends_no_later_than_a_burst_begins() -> None:
    for anchors in engine().anchors.values():
        assert anchors.worst_m_s2 <= engine().events.burst_m_s2
        assert anchors.best_m_s2 < anchors.worst_m_s2


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (0.0, "critical"),
        (2.4999, "critical"),
        (2.5, "high"),
        (4.9999, "high"),
        (5.0, "moderate"),
        (7.4999, "moderate"),
        (7.5, "low"),
        (10.0, "low"),
    ],
)
def test_levels_begin_where_the_data_file_says(score: float, level: str) -> None:
    assert level_of(score) == level


@given(st.floats(0.0, 10.0))
def test_a_printed_score_never_crosses_its_level_and_never_flatters(score: float) -> None:
    shown = shown_score(score)
    assert Decimal(shown) <= Decimal(repr(score))
    assert Decimal(repr(score)) - Decimal(shown) < Decimal("0.1")
    assert level_of(float(shown)) == level_of(score)


@given(st.integers(0, 999))
def test_holds_of_hundredths_are_shown_as_their_exact_half(hundredths: int) -> None:
    score = score_of(hundredths / 100, False, None, "LBEO")
    assert score is not None
    assert Decimal(shown_score(score)) == (Decimal(hundredths) / 200).quantize(Decimal("0.1"), rounding="ROUND_FLOOR")


def test_every_number_of_the_engine_carries_its_source() -> None:
    content = json.loads(resource_path(ENGINE_FILE).read_text(encoding="utf-8"))
    assert content["engine"] == ENGINE_VERSION == engine().version
    for group in ("window", "filter", "events", "quality"):
        for name, entry in content[group].items():
            assert set(entry) == {"value", "source"}, name
            assert len(entry["source"]) > 8, name
    assert content["score"]["anchors_source"]
    assert content["score"]["levels_source"]
