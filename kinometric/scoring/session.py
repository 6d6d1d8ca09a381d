"""Four stances seen together: the counting trial of each, the headline by the worse eyes-open leg, and the gaps."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

from kinometric.recordings.recording import STANCES
from kinometric.scoring.values import Gap, Headline, Session, StanceResult, Trial
from kinometric.sway.engine import engine

_LEG: dict[str, Literal["left", "right"]] = {"LBEO": "left", "RBEO": "right"}
_EYES_OPEN = ("LBEO", "RBEO")
_LEFT_RIGHT = (("LBEO", "RBEO"), ("LBEC", "RBEC"))
_OPEN_CLOSED = (("LBEO", "LBEC"), ("RBEO", "RBEC"))


def make_session(trials: Iterable[Trial]) -> Session:
    """Bring the trials of one visit together; there is no mean.

    Parameters
    ----------
    trials : iterable of Trial
        In the order they were made, at most three for each stance; trials without a stance are kept and count for none.

    Returns
    -------
    Session
        For each stance the longest hold counts, a confirmed one before an unconfirmed one, ties by the first.

    Raises
    ------
    ValueError
        When a stance has more than three trials.
    """
    made = tuple(trials)
    results = tuple((stance, result) for stance in STANCES if (result := _result(stance, made)) is not None)
    best = {stance: result.trial for stance, result in results}
    gaps = [gap for pair in _LEFT_RIGHT if (gap := _gap("left_right", pair, best)) is not None]
    gaps += [gap for pair in _OPEN_CLOSED if (gap := _gap("open_closed", pair, best)) is not None]
    return Session(
        trials=made,
        stances=results,
        headline=_headline(best),
        gaps=tuple(gaps),
        missing=tuple(stance for stance in STANCES if stance not in best),
    )


def _result(stance: str, trials: tuple[Trial, ...]) -> StanceResult | None:
    mine = [trial for trial in trials if trial.stance == stance]
    if not mine:
        return None
    most = engine().most_repeats
    if len(mine) > most:
        raise ValueError(f"A stance has at most {most} trials.")
    return StanceResult(max(mine, key=_rank), len(mine), f"best of {len(mine)}" if len(mine) > 1 else None)


def _rank(trial: Trial) -> tuple[bool, bool, float]:
    """Scored before unscored, confirmed before proposed, then the longer hold; `max` keeps the first of equals."""
    return trial.score is not None, not trial.provisional, -1.0 if trial.hold_s is None else trial.hold_s


def _headline(best: dict[str, Trial]) -> Headline:
    levelled = [(trial.score, stance) for stance in _EYES_OPEN if (trial := best.get(stance)) and trial.level]
    lacking = [stance for stance in _EYES_OPEN if not ((trial := best.get(stance)) and trial.level)]
    worst = min(levelled, key=lambda pair: pair[0] or 0.0, default=None)
    worse = None if worst is None else best[worst[1]]
    if worse is not None and (not lacking or worse.level == "critical"):
        provisional = any(best[stance].provisional for stance in _EYES_OPEN if stance in best)
        return Headline(worse.level, worse.stance, _LEG[str(worse.stance)], worse.score, None, provisional)
    if len(lacking) == 2:
        sentence = "Incomplete: neither leg has a level with eyes open."
    else:
        sentence = f"Incomplete: the {_LEG[lacking[0]]} leg has no level with eyes open."
    return Headline(None, None, None, None, sentence, False)


def _gap(kind: Literal["left_right", "open_closed"], pair: tuple[str, str], best: dict[str, Trial]) -> Gap | None:
    first, second = (best.get(stance) for stance in pair)
    if first is None or second is None or first.score is None or second.score is None:
        return None
    assert first.hold_s is not None
    assert second.hold_s is not None
    limits = engine()
    difference = first.hold_s - second.hold_s
    longer, shorter = max(first.hold_s, second.hold_s), min(first.hold_s, second.hold_s)
    flagged = abs(difference) >= limits.hold_gap_s or (longer > 0.0 and shorter / longer < limits.hold_ratio)
    ratio = None
    if first.held_full and second.held_full and first.measures and second.measures:
        ratio = first.measures.rms_m_s2 / second.measures.rms_m_s2
        flagged = flagged or abs(math.log(ratio)) > math.log(limits.rms_factor)
    return Gap(kind, pair, difference, ratio, flagged, _gap_sentence(kind, pair, difference, ratio, flagged))


def _gap_sentence(kind: str, pair: tuple[str, str], difference: float, ratio: float | None, flagged: bool) -> str:
    names = ("left", "right") if kind == "left_right" else ("eyes open", "eyes closed")
    where = ("eyes open" if pair[0].endswith("EO") else "eyes closed") if kind == "left_right" else _leg_of(pair[0])
    if ratio is not None:
        figures = f"sway {names[0]} {ratio:.1f} times that of {names[1]}"
    elif difference == 0.0:
        figures = "equal holds"
    else:
        longer, shorter = names if difference > 0 else names[::-1]
        figures = f"held {abs(difference):.1f} s longer on {longer} than on {shorter}"
        if kind == "open_closed":
            figures = f"held {abs(difference):.1f} s longer with {longer} than with {shorter}"
    verdict = "beyond the published noise" if flagged else "within the published noise"
    return f"{where.capitalize()}: {figures}, {verdict}."


def _leg_of(stance: str) -> str:
    return "left leg" if stance.startswith("L") else "right leg"
