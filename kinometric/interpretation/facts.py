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
    """The difference of two printed holds; `longer` was held longer."""

    longer: str
    shorter: str
    seconds: str


@dataclass(frozen=True)
class Change:
    """The difference of a stance's printed score from the session before, with its sign."""

    stance: str
    difference: str


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
    """

    stances: tuple[StanceFact, ...]
    session_level: str | None
    gaps: tuple[HoldGap, ...] = ()
    changes: tuple[Change, ...] = ()
    since: str | None = None
    error_known: bool = False

    def of(self, stance: str) -> StanceFact:
        """Return the facts of one stance."""
        return self.stances[STANCES.index(stance)]

    def numbers(self) -> dict[str, Any]:
        """Return scores, holds, levels and differences as plain JSON values: all that a language model is ever given.

        What people typed (the reason of a test without a score), days, and what the signal's findings say stay out.
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


def facts_of(content: ReportContent, *, error_known: bool = False) -> Facts:
    """Return the facts of a report, taken from what its table prints.

    Parameters
    ----------
    content : ReportContent
        Names, ids, dates of birth and notes in it are not read.
    error_known : bool
        True once the measurement error has been measured.
    """
    stances = {stance.stance: stance for stance in content.stances}
    return _facts(stances, content.level, content.trend, content.options.age_view, error_known)


def facts_of_session(
    session: Session, trend: Sequence[TrendPoint] = (), *, age_view: bool = False, error_known: bool = False
) -> Facts:
    """Return the facts of a scored session, the same as those of the report made from it.

    Parameters
    ----------
    session : Session
    trend : sequence of TrendPoint
        Oldest first, this session last; only the last two are looked at.
    age_view : bool
        Whether the practice prints levels by the age view.
    error_known : bool
        True once the measurement error has been measured.
    """
    stances = {report.stance: report for report in stance_reports(session)}
    return _facts(stances, session_level(session), trend, age_view, error_known)


def _facts(
    stances: Mapping[str, StanceReport],
    session: SessionLevel,
    trend: Sequence[TrendPoint],
    age_view: bool,
    error_known: bool,
) -> Facts:
    facts = tuple(_stance_fact(stances.get(name, StanceReport(name)), age_view) for name in STANCES)
    level = None if session.level is None else level_words(session.level, "score")
    changes, since = _changes(trend)
    return Facts(facts, level, _gaps({fact.stance: fact for fact in facts}), changes, since, error_known)


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


def _changes(trend: Sequence[TrendPoint]) -> tuple[tuple[Change, ...], str | None]:
    if len(trend) < 2:
        return (), None
    before, now = trend[-2], trend[-1]
    changes = []
    for name in STANCES:
        new, old = now.scores.get(name), before.scores.get(name)
        if new is None or old is None:
            continue
        difference = float(shown_score(new)) - float(shown_score(old))
        sign = "+" if difference > 0.05 else "−" if difference < -0.05 else "±"
        changes.append(Change(name, f"{sign}{abs(difference):.1f}"))
    return tuple(changes), day(before.tested_on) if changes else None


def stance_words(stance: str) -> str:
    """Return a stance as a drafted text names it: left leg, eyes open (LBEO)."""
    leg = "left" if stance.startswith("L") else "right"
    return f"{leg} leg, eyes {'open' if eyes_open(stance) else 'closed'} ({stance})"
