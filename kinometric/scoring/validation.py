"""Hold the engine against labelled recordings: agreement, repeatability, and the falsifiers that fire."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kinometric.recordings import Recording, RecordingError, read_recording
from kinometric.scoring.formula import score_of
from kinometric.scoring.labels import CONTROLS, Label, read_labels
from kinometric.scoring.trend import MeasurementError
from kinometric.scoring.trial import score, unreadable_trial
from kinometric.scoring.values import ENGINE_VERSION, Trial
from kinometric.sway.engine import engine

_HOLD_DISAGREES_S = 1.0
_FIDDLED_WITH = 12


@dataclass(frozen=True)
class Scored:
    """A label, its recording (None when unreadable) and its trial.

    Attributes
    ----------
    label : Label
    recording : Recording or None
        None when the file could not be read.
    trial : Trial
    """

    label: Label
    recording: Recording | None
    trial: Trial


@dataclass(frozen=True)
class Falsifier:
    """A statement that would refute the engine.

    Attributes
    ----------
    number : int
        1 to 10.
    statement : str
        What is claimed.
    fired : bool or None
        True: the data contradict the claim. None: the data cannot tell.
    evidence : str
    """

    number: int
    statement: str
    fired: bool | None
    evidence: str


@dataclass(frozen=True)
class Validation:
    """What a folder of labelled recordings says about the engine.

    Attributes
    ----------
    scored : tuple of Scored
    hold_pairs : int
        Recordings with a hold by watch and by the detector.
    hold_bias_s, hold_limits_s : float or None
        Mean difference (detector minus watch), and 1.96 standard deviations of it.
    hold_disagree_share : float or None
        Share that differs by more than one second.
    quality_correlation : float or None
        Spearman's, between the labelled quality and the score.
    repeats, people : int
        Pairs of repeated recordings behind the next four, and people in them.
    sem_score, mdc95_score : float or None
        Standard error of measurement and minimal detectable change, in points.
    icc_score : float or None
        ICC(1,1) over people and stances.
    rms_factor95 : float or None
        Factor that repetition alone exceeds in one of twenty cases, for the RMS.
    falsifiers : tuple of Falsifier
    """

    scored: tuple[Scored, ...]
    hold_pairs: int
    hold_bias_s: float | None
    hold_limits_s: float | None
    hold_disagree_share: float | None
    quality_correlation: float | None
    repeats: int
    people: int
    sem_score: float | None
    mdc95_score: float | None
    icc_score: float | None
    rms_factor95: float | None
    falsifiers: tuple[Falsifier, ...]

    @property
    def measurement_error(self) -> MeasurementError | None:
        """The measurement error to draw trends with, where repeats were there."""
        if self.mdc95_score is None or not self.mdc95_score > 0.0:
            return None
        return MeasurementError(self.mdc95_score, self.repeats, self.people, ENGINE_VERSION)


def validate(folder: Path) -> Validation:
    """Score every recording that ``labels.csv`` names and compare.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Validation

    Raises
    ------
    RecordingError
        When the labels cannot be read; an unreadable recording is only counted.
    """
    scored = tuple(_score(folder, label) for label in read_labels(folder))
    stances = [one for one in scored if one.label.stance not in CONTROLS]
    pairs = [
        (float(one.trial.detected_hold_s), one.label.hold_s)
        for one in stances
        if one.label.hold_s is not None and one.trial.outcome == "scored" and one.trial.detected_hold_s is not None
    ]
    differences = np.array([detected - watch for detected, watch in pairs])
    repeat = _repeats(stances)
    graded = [
        (one.label.quality, one.trial.score)
        for one in stances
        if one.label.quality is not None and one.trial.score is not None
    ]
    several = differences.size > 1
    result = Validation(
        scored=scored,
        hold_pairs=len(pairs),
        hold_bias_s=float(differences.mean()) if several else None,
        hold_limits_s=float(1.96 * differences.std(ddof=1)) if several else None,
        hold_disagree_share=float((np.abs(differences) > _HOLD_DISAGREES_S).mean()) if several else None,
        quality_correlation=spearman([a for a, _ in graded], [b for _, b in graded]),
        repeats=repeat.pairs,
        people=repeat.people,
        sem_score=repeat.sem,
        mdc95_score=None if repeat.sem is None else 1.96 * math.sqrt(2.0) * repeat.sem,
        icc_score=repeat.icc,
        rms_factor95=None if repeat.sem_log_rms is None else math.exp(1.96 * math.sqrt(2.0) * repeat.sem_log_rms),
        falsifiers=(),
    )
    return replace(result, falsifiers=_falsifiers(result, stances))


def spearman(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return Spearman's rank correlation with mean ranks for ties.

    Parameters
    ----------
    first, second : sequence of float
        Of equal length, any unit.

    Returns
    -------
    float or None
        -1 to 1; None for fewer than three values or no spread.
    """
    if len(first) < 3 or len(set(first)) < 2 or len(set(second)) < 2:
        return None
    ranks = []
    for values in (first, second):
        _, place, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
        ranks.append((np.cumsum(counts) - (counts - 1) / 2)[place])
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


@dataclass(frozen=True)
class _Repeats:
    pairs: int
    people: int
    sem: float | None
    sem_log_rms: float | None
    icc: float | None


def _score(folder: Path, label: Label) -> Scored:
    stance = None if label.stance in CONTROLS else label.stance
    try:
        recording = read_recording(folder / label.file, rate_hz=label.rate_hz)
    except RecordingError as error:
        return Scored(label, None, unreadable_trial(error, stance=stance))
    if label.foot_lift_s is not None:
        recording = replace(recording, foot_lift_s=label.foot_lift_s)
    age = label.age if label.age is not None and 0.0 <= label.age <= 130.0 else None
    # A control is scored on the eyes-open scale, where it must do as the falsifier says.
    return Scored(label, recording, score(recording, stance=stance or "LBEO", age=age))


def _repeats(scored: Sequence[Scored]) -> _Repeats:
    groups: dict[tuple[str, str], list[Trial]] = defaultdict(list)
    for one in scored:
        if one.trial.score is not None and one.label.person:
            groups[one.label.person, one.label.stance].append(one.trial)
    repeated = {key: trials for key, trials in groups.items() if len(trials) > 1}
    scores = [[float(trial.score or 0.0) for trial in trials] for trials in repeated.values()]
    logs = [
        [math.log(trial.measures.rms_m_s2) for trial in trials if trial.held_full and trial.measures]
        for trials in repeated.values()
    ]
    return _Repeats(
        pairs=sum(len(trials) - 1 for trials in repeated.values()),
        people=len({person for person, _ in repeated}),
        sem=_within(scores),
        sem_log_rms=_within([group for group in logs if len(group) > 1]),
        icc=_icc(scores),
    )


def _within(groups: Sequence[Sequence[float]]) -> float | None:
    """Standard deviation within groups, pooled."""
    freedom = sum(len(group) - 1 for group in groups)
    if freedom < 1:
        return None
    return math.sqrt(sum(float(np.var(group) * len(group)) for group in groups) / freedom)


def _icc(groups: Sequence[Sequence[float]]) -> float | None:
    """ICC(1,1) by one-way analysis of variance (Shrout 1979), with the mean size of unequal groups."""
    k, n = len(groups), sum(len(group) for group in groups)
    within = _within(groups)
    if k < 3 or within is None:
        return None
    grand = sum(map(sum, groups)) / n
    between = sum(len(group) * (float(np.mean(group)) - grand) ** 2 for group in groups) / (k - 1)
    size = (n - sum(len(group) ** 2 for group in groups) / n) / (k - 1)
    whole = between + (size - 1) * within**2
    return (between - within**2) / whole if whole > 0.0 else None


def _falsifiers(result: Validation, stances: Sequence[Scored]) -> tuple[Falsifier, ...]:
    return (
        _monotone(),
        _changed(2, "Rotating the phone does not change the score.", stances, 1e-9, (_rotated,)),
        _changed(
            3,
            "Losing 5 % of the samples, half the rate or twice the rate change the score by 0.2 at most.",
            stances,
            0.2,
            (_thinned, _slower, _faster),
        ),
        _open_beats_closed(stances),
        _retest(result),
        _age_trend(stances),
        _two_feet(result.scored, stances),
        _falls(stances),
        _watch(result),
        _table(result.scored),
    )


def _monotone() -> Falsifier:
    holds = np.linspace(0.0, 9.99, 1000)
    sways = np.geomspace(0.02, 5.0, 1000)
    wrong = 0
    for stance in ("LBEO", "RBEC"):
        by_hold = [score_of(float(hold), False, None, stance) or 0.0 for hold in holds]
        by_sway = [score_of(10.0, True, float(sway), stance) or 0.0 for sway in sways]
        wrong += sum(later <= earlier for earlier, later in itertools.pairwise(by_hold))
        wrong += sum(later > earlier for earlier, later in itertools.pairwise(by_sway))
    return Falsifier(1, "The score rises with the hold and never with the sway.", wrong > 0, f"{wrong} of 3,996 steps")


def _changed(
    number: int,
    statement: str,
    stances: Sequence[Scored],
    limit: float,
    changes: Sequence[Callable[[Recording], Recording]],
) -> Falsifier:
    worst = -1.0
    for one, changed in itertools.product(list(stances)[:_FIDDLED_WITH], changes):
        if one.recording is None or one.trial.score is None:
            continue
        again = score(changed(one.recording), stance=one.label.stance)
        if again.score is not None and [e.kind for e in again.events[:1]] == [e.kind for e in one.trial.events[:1]]:
            worst = max(worst, abs(again.score - one.trial.score))
    if worst < 0.0:
        return Falsifier(number, statement, None, "no scored recording")
    return Falsifier(number, statement, worst > limit, f"largest change {worst:.2g}")


def _rotated(recording: Recording) -> Recording:
    matrix, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))
    return replace(recording, acceleration_m_s2=recording.acceleration_m_s2 @ matrix.T, mounting=None)


def _thinned(recording: Recording) -> Recording:
    keep = np.random.default_rng(1).random(recording.time_s.size) >= 0.05
    keep[0] = True
    return replace(recording, time_s=recording.time_s[keep], acceleration_m_s2=recording.acceleration_m_s2[keep])


def _slower(recording: Recording) -> Recording:
    """Every second sample, where enough are left to be scored."""
    if recording.rate_hz < 2.0 * engine().quality.slowest_rate_hz:
        return recording
    return replace(recording, time_s=recording.time_s[::2], acceleration_m_s2=recording.acceleration_m_s2[::2])


def _faster(recording: Recording) -> Recording:
    """A sample between every two."""
    time_s = np.interp(np.arange(2 * recording.time_s.size - 1) / 2, np.arange(recording.time_s.size), recording.time_s)
    columns = [np.interp(time_s, recording.time_s, recording.acceleration_m_s2[:, axis]) for axis in range(3)]
    return replace(recording, time_s=time_s, acceleration_m_s2=np.stack(columns, axis=1))


def _open_beats_closed(stances: Sequence[Scored]) -> Falsifier:
    statement = "Most people score higher with eyes open than with eyes closed (80 % and more)."
    means: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in stances:
        if one.trial.score is not None and one.label.person:
            means[one.label.person][one.label.stance[2:]].append(one.trial.score)
    both = [person for person in means.values() if person["EO"] and person["EC"]]
    if len(both) < 5:
        return Falsifier(4, statement, None, f"{len(both)} people with both")
    share = float(np.mean([np.mean(person["EO"]) > np.mean(person["EC"]) for person in both]))
    return Falsifier(4, statement, share < 0.8, f"{share:.0%} of {len(both)} people")


def _retest(result: Validation) -> Falsifier:
    statement = "Repetition alone changes the score by less than 2.5 points in nineteen of twenty cases."
    if result.mdc95_score is None:
        return Falsifier(5, statement, None, "no repeated recordings")
    evidence = f"{result.mdc95_score:.2f} points from {result.repeats} repeats"
    return Falsifier(5, statement, result.mdc95_score > 2.5, evidence)


def _age_trend(stances: Sequence[Scored]) -> Falsifier:
    statement = "Older people hold shorter with eyes closed."
    closed = [
        (one.label.age, one.trial.hold_s)
        for one in stances
        if one.label.stance.endswith("EC") and one.label.age is not None and one.trial.hold_s is not None
    ]
    ages = [age for age, _ in closed]
    if len(closed) < 10 or max(ages) - min(ages) < 30.0:
        return Falsifier(6, statement, None, f"{len(closed)} recordings with an age")
    rho = spearman(ages, [hold for _, hold in closed])
    return Falsifier(6, statement, None if rho is None else rho >= 0.0, f"Spearman {rho if rho is not None else 0:.2f}")


def _two_feet(scored: Sequence[Scored], stances: Sequence[Scored]) -> Falsifier:
    statement = "Two feet score higher than one; walking and swaying on purpose are never held."
    walking = [one.trial for one in scored if one.label.stance in ("WALKING", "SWAYING")]
    two = [one.trial.score for one in scored if one.label.stance == "TWO_FEET" and one.trial.score is not None]
    one_leg = [one.trial.score for one in stances if one.label.stance.endswith("EO") and one.trial.score is not None]
    held = sum(trial.held_full for trial in walking)
    worse = bool(two and one_leg and np.median(two) <= np.median(one_leg))
    if not walking and not (two and one_leg):
        return Falsifier(7, statement, None, "neither walking, swaying nor two-foot standing")
    return Falsifier(
        7, statement, bool(held) or worse, f"{held} of {len(walking)} walks and sways held; {len(two)} on two feet"
    )


def _falls(stances: Sequence[Scored]) -> Falsifier:
    statement = "The score tells later fallers from others (area under the curve 0.60 and more)."
    groups: dict[bool, list[float]] = {True: [], False: []}
    for one in stances:
        if one.label.fell is not None and one.trial.score is not None:
            groups[one.label.fell].append(one.trial.score)
    fell, others = groups[True], groups[False]
    if len(fell) < 5 or len(others) < 5:
        return Falsifier(8, statement, None, f"{len(fell)} fallers, {len(others)} others")
    area = float(np.mean([(a < b) + 0.5 * (a == b) for a in fell for b in others]))
    return Falsifier(8, statement, area < 0.60, f"area {area:.2f}; expected in the literature 0.58 to 0.60")


def _watch(result: Validation) -> Falsifier:
    statement = "Detector and watch differ by more than one second in at most one of ten recordings."
    if result.hold_disagree_share is None:
        return Falsifier(9, statement, None, "no holds by watch")
    evidence = f"{result.hold_disagree_share:.0%} of {result.hold_pairs}"
    return Falsifier(9, statement, result.hold_disagree_share > 0.1, evidence)


def _table(scored: Sequence[Scored]) -> Falsifier:
    statement = "A phone on a table gets no score."
    tables = [one.trial for one in scored if one.label.stance == "TABLE"]
    if not tables:
        return Falsifier(10, statement, None, "no phone on a table")
    wrong = sum(trial.score is not None for trial in tables)
    return Falsifier(10, statement, wrong > 0, f"{wrong} of {len(tables)} scored")
