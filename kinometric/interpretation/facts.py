"""The facts that a drafted text may use: printed scores, holds, levels and gaps, and nobody they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kinometric.recordings.recording import STANCES
from kinometric.report.content import (
    ReportContent,
    SessionLevel,
    StanceReport,
    TrendPoint,
    session_level,
    stance_reports,
)
from kinometric.report.wording import day, eyes_open, level_words, outcome_words, printed_level, seconds
from kinometric.scoring.formula import shown_score
from kinometric.scoring.trend import MeasurementError, change, change_sentences, shown_difference, usable_error
from kinometric.scoring.values import Session

_PAIRS = (("LBEO", "RBEO"), ("LBEC", "RBEC"), ("LBEO", "LBEC"), ("RBEO", "RBEC"))


@dataclass(frozen=True)
class StanceFact:
    """One stance as the report's table prints it.

    Attributes
    ----------
    stance : {"LBEO", "RBEO", "LBEC", "RBEC"}
    score : str or None
        Rounded down to one decimal.
    hold_s : str or None
        One decimal; a lower bound where the recording ended early.
    held_full : bool
    level : str or None
        With its noun, for example "Moderate risk"; None where none is printed.
    unscored : str
        Why there is no score; empty for a scored stance.
    findings : tuple of str
        Sentences about the signal that a reader must see.
    provisional : bool
    """

    stance: str
    score: str | None
    hold_s: str | None
    held_full: bool
    level: str | None
    unscored: str
    findings: tuple[str, ...]
    provisional: bool


@dataclass(frozen=True)
class HoldGap:
    """The difference of two printed holds.

    Attributes
    ----------
    longer, shorter : str
        The stances, the one that was held longer first.
    seconds : str
        As printed, s.
    """

    longer: str
    shorter: str
    seconds: str


@dataclass(frozen=True)
class Change:
    """The difference of a stance's printed score from the session before, with its sign.

    Attributes
    ----------
    stance, difference : str
    verdict : {"error_not_established", "within_error", "better", "worse"}
        On which side of the measurement error it lies.
    """

    stance: str
    difference: str
    verdict: str = "error_not_established"


@dataclass(frozen=True)
class Facts:
    """Everything that a drafted text may say.

    Attributes
    ----------
    stances : tuple of StanceFact
        Always four, in the order LBEO, RBEO, LBEC, RBEC.
    session_level : str or None
        With its noun.
    gaps : tuple of HoldGap
    changes : tuple of Change
    since : str or None
        Day of the session before, as printed.
    error_known : bool
        False while the measurement error is not established: then no change may be called one way or the other.
    error_points : str or None
        The measurement error as printed, once it is known.
    change_sentences : tuple of str
        What the report says of the changes; empty while the error is not known.
    """

    stances: tuple[StanceFact, ...]
    session_level: str | None
    gaps: tuple[HoldGap, ...] = ()
    changes: tuple[Change, ...] = ()
    since: str | None = None
    error_known: bool = False
    error_points: str | None = None
    change_sentences: tuple[str, ...] = ()

    def of(self, stance: str) -> StanceFact:
        """Return the facts of one stance.

        Parameters
        ----------
        stance : {"LBEO", "RBEO", "LBEC", "RBEC"}

        Returns
        -------
        StanceFact
        """
        return self.stances[STANCES.index(stance)]

    def numbers(self) -> dict[str, Any]:
        """Return scores, holds, levels and differences as plain JSON values: all that a language model is ever given.

        What people typed (the reason of a test without a score), days, and what the signal's findings say stay out.

        Returns
        -------
        dict
            Units in the names.
        """
        return {
            "tests": [
                {
                    "test": fact.stance,
                    "score": fact.score,
                    "hold_s": fact.hold_s,
                    "held_full": fact.held_full,
                    "level": fact.level,
                    "provisional": fact.provisional,
                    "signal_finding": bool(fact.findings),
                }
                for fact in self.stances
            ],
            "session_level": self.session_level,
            "hold_differences": [asdict(gap) for gap in self.gaps],
            "score_changes": [asdict(change) for change in self.changes],
            "measurement_error_established": self.error_known,
        }


def facts_of(content: ReportContent) -> Facts:
    """Return the facts of a report, taken from what its table prints.

    Parameters
    ----------
    content : ReportContent
        Names, ids, dates of birth and notes in it are not read.

    Returns
    -------
    Facts
    """
    stances = {stance.stance: stance for stance in content.stances}
    return _facts(stances, content.level, content.trend, content.options.age_view, content.measurement_error)


def facts_of_session(
    session: Session,
    trend: Sequence[TrendPoint] = (),
    *,
    age_view: bool = False,
    error: MeasurementError | None = None,
) -> Facts:
    """Return the facts of a scored session, the same as those of the report made from it.

    Parameters
    ----------
    session : Session
    trend : sequence of TrendPoint
        Oldest first, this session last; only the last two are looked at.
    age_view : bool
        Whether the practice prints levels by the age view.
    error : MeasurementError or None
        None until it has been measured; one of another engine version counts as None.

    Returns
    -------
    Facts
    """
    stances = {report.stance: report for report in stance_reports(session)}
    return _facts(stances, session_level(session), trend, age_view, error)


def _facts(
    stances: Mapping[str, StanceReport],
    session: SessionLevel,
    trend: Sequence[TrendPoint],
    age_view: bool,
    error: MeasurementError | None,
) -> Facts:
    facts = tuple(_stance_fact(stances.get(name, StanceReport(name)), age_view) for name in STANCES)
    level = None if session.level is None else level_words(session.level, "score")
    gaps = _gaps({fact.stance: fact for fact in facts})
    known = usable_error(error)
    changes, since, said = _changes(trend, known)
    points = None if known is None else f"{known.mdc95_score:.1f}"
    return Facts(facts, level, gaps, changes, since, known is not None, points, said if known is not None else ())


def _stance_fact(stance: StanceReport, age_view: bool) -> StanceFact:
    trial = stance.trial
    if trial is None:
        return StanceFact(stance.stance, None, None, False, None, outcome_words(stance), (), False)
    level = printed_level(trial, age_view)
    hold = None if trial.hold_s is None else "10.0" if trial.held_full else seconds(trial.hold_s)
    return StanceFact(
        stance=stance.stance,
        score=None if trial.score is None else shown_score(trial.score),
        hold_s=hold,
        held_full=trial.held_full,
        level=None if level is None else level_words(level, trial.level_basis),
        unscored=outcome_words(stance) if trial.score is None else "",
        findings=tuple(finding.message for finding in trial.findings if finding.severity == "shown"),
        provisional=trial.provisional,
    )


def _gaps(facts: dict[str, StanceFact]) -> tuple[HoldGap, ...]:
    gaps = []
    for first, second in _PAIRS:
        one, two = facts[first], facts[second]
        if one.score is None or two.score is None or one.hold_s is None or two.hold_s is None:
            continue
        difference = float(one.hold_s) - float(two.hold_s)
        if abs(difference) < 0.05:
            continue
        longer, shorter = (first, second) if difference > 0 else (second, first)
        gaps.append(HoldGap(longer, shorter, f"{abs(difference):.1f}"))
    return tuple(gaps)


def _changes(
    trend: Sequence[TrendPoint], error: MeasurementError | None
) -> tuple[tuple[Change, ...], str | None, tuple[str, ...]]:
    if len(trend) < 2:
        return (), None, ()
    before, now = trend[-2], trend[-1]
    changes = []
    for name in STANCES:
        new, old = now.scores.get(name), before.scores.get(name)
        if new is not None and old is not None:
            changes.append(Change(name, shown_difference(old, new), change(old, new, error).verdict))
    if not changes:
        return (), None, ()
    return tuple(changes), day(before.tested_on), change_sentences(before.scores, now.scores, error)


def stance_words(stance: str) -> str:
    """Return a stance as a drafted text names it: left leg, eyes open (LBEO).

    Parameters
    ----------
    stance : {"LBEO", "RBEO", "LBEC", "RBEC"}

    Returns
    -------
    str
    """
    leg = "left" if stance.startswith("L") else "right"
    return f"{leg} leg, eyes {'open' if eyes_open(stance) else 'closed'} ({stance})"
