"""Four stances together: which trial counts, the headline, the gaps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kinometric.recordings import synthetic_recording
from kinometric.scoring import ConfirmedHold, Trial, make_session, outcome_trial, score


def trial(stance: str, hold_s: float = 10.0, severity: float = 0.3, *, confirm: bool = True, seed: int = 0) -> Trial:
    recording = synthetic_recording(stance=stance, hold_s=hold_s, severity=severity, seed=seed)
    hold = ConfirmedHold(hold_s, hold_s == 10.0, "alice", "2026-03-01T09:00:00Z") if confirm else None
    return score(recording, age=70, confirmed=hold)


def test_the_headline_is_the_worse_eyes_open_leg_and_never_a_mean() -> None:
    session = make_session([trial("LBEO"), trial("RBEO", 6.4), trial("LBEC", 2.0), trial("RBEC", 3.0)])
    assert (session.headline.stance, session.headline.leg, session.headline.level) == ("RBEO", "right", "high")
    assert session.headline.score == session.best("RBEO").score  # type: ignore[union-attr]
    assert session.headline.incomplete is None
    assert session.missing == ()
    assert not hasattr(session, "mean")


def test_eyes_closed_never_leads() -> None:
    session = make_session([trial("LBEO"), trial("RBEO"), outcome_trial("LBEC", "unable", reason="dizzy")])
    assert session.headline.level == "low"
    assert session.missing == ("RBEC",)


def test_one_leg_without_a_level_makes_the_session_incomplete() -> None:
    session = make_session([trial("LBEO"), outcome_trial("RBEO", "stopped", reason="pain")])
    assert session.headline.level is None
    assert session.headline.incomplete == "Incomplete: the right leg has no level with eyes open."
    only_right = make_session([trial("RBEO")])
    assert only_right.headline.incomplete == "Incomplete: the left leg has no level with eyes open."


def test_a_critical_leg_leads_even_when_the_other_is_missing() -> None:
    session = make_session([outcome_trial("LBEO", "unable", reason="cannot bear weight")])
    assert (session.headline.level, session.headline.leg, session.headline.incomplete) == ("critical", "left", None)


def test_an_empty_session_names_what_is_missing() -> None:
    session = make_session([])
    assert session.headline.incomplete == "Incomplete: neither leg has a level with eyes open."
    assert session.missing == ("LBEO", "RBEO", "LBEC", "RBEC")


def test_the_headline_is_provisional_until_both_holds_are_confirmed() -> None:
    assert make_session([trial("LBEO", confirm=False), trial("RBEO")]).headline.provisional
    assert not make_session([trial("LBEO"), trial("RBEO")]).headline.provisional


def test_the_longest_confirmed_hold_counts_and_all_are_kept() -> None:
    trials = [trial("LBEO", 3.0), trial("LBEO", 7.0), trial("LBEO", 5.0)]
    session = make_session(trials)
    result = dict(session.stances)["LBEO"]
    assert result.trial is trials[1]
    assert (result.count, result.note) == (3, "best of 3")
    assert session.trials == tuple(trials)


def test_equal_holds_are_settled_by_the_first() -> None:
    first, second = trial("LBEO", severity=0.5), trial("LBEO", severity=0.1)
    assert make_session([first, second]).best("LBEO") is first


def test_a_confirmed_hold_goes_before_a_longer_proposal() -> None:
    proposal, known = trial("LBEO", 10.0, confirm=False), trial("LBEO", 4.0)
    assert make_session([proposal, known]).best("LBEO") is known


def test_a_single_trial_has_no_best_of() -> None:
    assert dict(make_session([trial("LBEO")]).stances)["LBEO"].note is None


def test_more_than_three_repeats_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 3"):
        make_session([trial("LBEO")] * 4)


def test_gaps_are_flagged_only_beyond_the_published_noise() -> None:
    near = make_session([trial("LBEO", severity=0.30), trial("RBEO", severity=0.35)])
    assert [gap.flagged for gap in near.gaps] == [False]
    far = make_session([trial("LBEO"), trial("RBEO", 4.0)])
    assert far.gaps[0].flagged
    assert far.gaps[0].hold_difference_s == pytest.approx(6.0)
    assert far.gaps[0].sentence == "Eyes open: held 6.0 s longer on left than on right, beyond the published noise."


def test_sway_is_compared_only_between_full_holds() -> None:
    steady, wild = trial("LBEO", severity=0.0), trial("RBEO", severity=0.6)
    gap = make_session([steady, wild]).gaps[0]
    assert gap.rms_ratio == pytest.approx(steady.measures.rms_m_s2 / wild.measures.rms_m_s2)  # type: ignore[union-attr]
    assert gap.flagged
    assert make_session([steady, trial("RBEO", 6.0)]).gaps[0].rms_ratio is None


def test_open_and_closed_are_compared_per_leg() -> None:
    session = make_session([trial("LBEO"), trial("LBEC", 2.0)])
    assert [(gap.kind, gap.stances) for gap in session.gaps] == [("open_closed", ("LBEO", "LBEC"))]
    assert "longer with eyes open than with eyes closed" in session.gaps[0].sentence


def test_trials_without_a_stance_count_for_none() -> None:
    session = make_session([replace(trial("LBEO"), stance=None)])
    assert session.stances == ()
    assert len(session.trials) == 1
