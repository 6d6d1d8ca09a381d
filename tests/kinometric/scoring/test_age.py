"""The age view: what the tables say, and where they end."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinometric.resources import resource_path
from kinometric.scoring import age_view
from kinometric.scoring.age import hold_percentile

ages = st.floats(18, 99)
seconds = st.floats(0, 10)


@given(ages, seconds, seconds)
def test_a_longer_hold_never_has_a_lower_percentile(age: float, first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert hold_percentile(low, age) <= hold_percentile(high, age) <= 100.0


@given(st.floats(18, 79), st.floats(18, 79), st.floats(0.5, 10))
def test_the_same_hold_counts_for_more_in_older_people(first: float, second: float, hold_s: float) -> None:
    """Below half of the group only: the spread grows with age too."""
    young, old = sorted((first, second))
    if hold_percentile(hold_s, old) > 50.0:
        assert hold_percentile(hold_s, young) <= hold_percentile(hold_s, old) + 12.0


@pytest.mark.parametrize(("age", "median"), [(28.5, 11.4), (54.5, 5.8), (64.5, 2.9), (74.5, 1.9)])
def test_the_median_of_a_band_is_its_middle(age: float, median: float) -> None:
    assert hold_percentile(median, age) == pytest.approx(50.0)
    assert age_view("LBEC", age, None).expected_hold_s == pytest.approx(median)


def test_between_band_centres_the_view_moves_evenly() -> None:
    medians = [age_view("LBEC", age, None).expected_hold_s for age in (44.5, 49.5, 54.5)]
    assert medians[1] == pytest.approx((medians[0] + medians[2]) / 2)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("age", "hold_s", "level"),
    [
        (67, 0.0, "critical"),
        (67, 0.5, "critical"),
        (67, 1.0, "high"),
        (67, 2.0, "moderate"),
        (67, 4.0, "low"),
        (25, 4.0, "high"),
    ],
)
def test_eyes_closed_levels_come_from_people_of_the_same_age(age: float, hold_s: float, level: str) -> None:
    assert age_view("RBEC", age, hold_s).level == level


def test_among_full_holds_the_sway_tells_them_apart() -> None:
    calm = age_view("LBEC", 25, 10.0, held_full=True, rms_m_s2=0.2)
    wild = age_view("LBEC", 25, 10.0, held_full=True, rms_m_s2=1.2)
    assert calm.percentile == pytest.approx(100.0)
    assert wild.percentile == pytest.approx(hold_percentile(10.0, 25))


@pytest.mark.parametrize(
    ("age", "share"), [(51, 4.7), (55.9, 4.7), (56, 8.1), (61, 17.8), (70, 36.8), (71, 53.6), (75.9, 53.6)]
)
def test_eyes_open_tells_the_published_share_that_fails_ten_seconds(age: float, share: float) -> None:
    view = age_view("LBEO", age, 6.0)
    assert view.fail_10_s_percent == share
    assert view.level is None
    assert f"{share:.1f} %" in view.sentence


@pytest.mark.parametrize(("stance", "age"), [("LBEO", 50), ("LBEO", 76), ("RBEC", 17), ("RBEC", 100)])
def test_outside_the_tables_it_says_so(stance: str, age: float) -> None:
    view = age_view(stance, age, 5.0)
    assert view.sentence.startswith("No table covers this age")
    assert (view.level, view.percentile, view.fail_10_s_percent, view.band) == (None, None, None, None)


@pytest.mark.parametrize("age", [-1, 131, float("nan")])
def test_an_impossible_age_is_refused(age: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 130"):
        age_view("LBEO", age, 5.0)


def test_what_was_not_confirmed_in_its_source_is_never_printable() -> None:
    for name in ("springer-2007-eyes-closed", "araujo-2022-eyes-open"):
        table = json.loads(resource_path(f"norms/{name}.json").read_text(encoding="utf-8"))
        assert table["evidence"] in "ABC"
        assert table["printable"] is (table["evidence"] != "C")
        assert "doi:" in table["source"]
        assert table["evidence_note"]
    assert not age_view("LBEC", 60, 3.0).printable
