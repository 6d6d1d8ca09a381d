"""Sessions of four stances in many states: what counts, what leads, which gaps are said."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinometric.recordings import STANCES, synthetic_recording
from kinometric.scoring import ConfirmedHold, Trial, level_of, make_session, outcome_trial, score

TEMPLATE = score(synthetic_recording(stance="LBEO", severity=0.3), age=70)


def trial(stance: str, hold_s: float, points: float | None = None, *, confirmed: bool = True) -> Trial:
    """A trial with a given hold and score, without a recording behind it."""
    value = hold_s / 2.0 if points is None else points
    hold = ConfirmedHold(hold_s, hold_s == 10.0, "alice", "2026-03-01T09:00:00Z") if confirmed else None
    return replace(
        TEMPLATE,
        stance=stance,
        hold_s=hold_s,
        held_full=hold_s == 10.0,
        score=value,
        level=level_of(value) if stance.endswith("EO") else None,
        level_basis="score" if stance.endswith("EO") else None,
        provisional=not confirmed,
        confirmed_hold=hold,
    )


holds = st.sampled_from([0.0, 1.0, 3.0, 4.9, 5.0, 7.5, 9.9, 10.0])
points = st.floats(5.0, 10.0)


@given(left=holds, right=holds, left_points=points, right_points=points)
def test_the_headline_is_always_one_of_the_two_legs_and_the_lower(
    left: float, right: float, left_points: float, right_points: float
) -> None:
    a = trial("LBEO", left, left_points if left == 10.0 else None)
    b = trial("RBEO", right, right_points if right == 10.0 else None)
    headline = make_session([a, b]).headline
    assert headline.score == min(a.score, b.score)  # type: ignore[type-var]
    assert headline.level == level_of(headline.score)  # type: ignore[arg-type]
    assert headline.leg == ("left" if headline.stance == "LBEO" else "right")
    assert make_session([b, a]).headline.score == headline.score


@given(st.lists(st.tuples(holds, st.booleans()), min_size=1, max_size=3))
def test_the_counting_trial_is_the_longest_confirmed_one(made: list[tuple[float, bool]]) -> None:
    trials = [trial("LBEO", hold, 6.0 if hold == 10.0 else None, confirmed=sure) for hold, sure in made]
    counting = make_session(trials).best("LBEO")
    assert counting is not None
    sure = [one for one in trials if not one.provisional]
    pool = sure or trials
    longest = max(one.hold_s or 0.0 for one in pool)
    assert counting is next(one for one in pool if one.hold_s == longest)


@pytest.mark.parametrize("outcome", ["stopped", "supported", "not_attempted"])
@pytest.mark.parametrize(("hold_s", "level"), [(10.0, None), (7.0, None), (4.0, "critical")])
def test_an_unscored_leg_leaves_the_session_open_unless_the_other_is_critical(
    outcome: str, hold_s: float, level: str | None
) -> None:
    other = outcome_trial("RBEO", outcome, reason="pain")  # type: ignore[arg-type]
    headline = make_session([trial("LBEO", hold_s, 6.0 if hold_s == 10.0 else None), other]).headline
    assert headline.level == level
    assert (headline.incomplete is None) is (level is not None)


def test_a_scored_trial_goes_before_a_longer_one_that_ended_early() -> None:
    early = score(synthetic_recording(stance="LBEO", duration_s=9.0))
    assert early.outcome == "ended_early"
    lost = trial("LBEO", 3.0)
    assert make_session([early, lost]).best("LBEO") is lost


def test_an_unable_leg_and_a_later_success_count_the_success() -> None:
    unable = outcome_trial("LBEO", "unable", reason="tired")
    assert make_session([unable, trial("LBEO", 6.0)]).best("LBEO").hold_s == 6.0  # type: ignore[union-attr]


@pytest.mark.parametrize("present", [set(chosen) for n in range(5) for chosen in itertools.combinations(STANCES, n)])
def test_missing_stances_are_named_in_order(present: set[str]) -> None:
    session = make_session([trial(stance, 6.0) for stance in STANCES if stance in present])
    assert session.missing == tuple(stance for stance in STANCES if stance not in present)
    assert [stance for stance, _ in session.stances] == [stance for stance in STANCES if stance in present]
    for stance in STANCES:
        assert (session.best(stance) is not None) is (stance in present)


@pytest.mark.parametrize(
    ("left", "right", "flagged"),
    [
        (10.0, 10.0, False),
        (9.0, 5.0, False),
        (9.0, 4.0, True),
        (10.0, 4.9, True),
        (2.0, 0.9, True),
        (2.0, 1.1, False),
        (0.0, 0.0, False),
    ],
)
def test_holds_are_flagged_at_five_seconds_or_below_a_half(left: float, right: float, flagged: bool) -> None:
    made = [trial("LBEO", left, 6.0 if left == 10.0 else None), trial("RBEO", right, 6.0 if right == 10.0 else None)]
    (gap,) = make_session(made).gaps
    assert gap.flagged is flagged
    assert ("beyond" in gap.sentence) is flagged


@pytest.mark.parametrize(("ratio", "flagged"), [(1.0, False), (1.8, False), (2.0, True), (0.55, False), (0.5, True)])
def test_sway_is_flagged_beyond_a_factor_of_1_9(ratio: float, flagged: bool) -> None:
    assert TEMPLATE.measures is not None
    more = replace(TEMPLATE.measures, rms_m_s2=TEMPLATE.measures.rms_m_s2 * ratio)
    first = replace(trial("LBEO", 10.0, 6.0), measures=more)
    (gap,) = make_session([first, trial("RBEO", 10.0, 6.0)]).gaps
    assert gap.rms_ratio == pytest.approx(ratio)
    assert gap.flagged is flagged
    assert f"{ratio:.1f} times" in gap.sentence


def test_all_four_gaps_are_told_with_their_names() -> None:
    session = make_session([trial("LBEO", 9.0), trial("RBEO", 8.0), trial("LBEC", 3.0), trial("RBEC", 2.5)])
    assert [gap.stances for gap in session.gaps] == [
        ("LBEO", "RBEO"),
        ("LBEC", "RBEC"),
        ("LBEO", "LBEC"),
        ("RBEO", "RBEC"),
    ]
    beginnings = ("Eyes open: ", "Eyes closed: ", "Left leg: ", "Right leg: ")
    for gap, beginning in zip(session.gaps, beginnings, strict=True):
        assert gap.sentence.startswith(beginning)
        assert gap.sentence.endswith("published noise.")


def test_a_stance_without_a_score_makes_no_gap() -> None:
    assert make_session([trial("LBEO", 9.0), outcome_trial("RBEO", "stopped", reason="pain")]).gaps == ()


def test_equal_holds_are_called_equal() -> None:
    (gap,) = make_session([trial("LBEO", 6.0), trial("RBEO", 6.0)]).gaps
    assert "equal holds" in gap.sentence


def test_sessions_are_values() -> None:
    session = make_session([trial("LBEO", 9.0)])
    with pytest.raises(AttributeError):
        session.trials = ()  # type: ignore[misc]
    assert make_session(list(session.trials)).headline == session.headline
