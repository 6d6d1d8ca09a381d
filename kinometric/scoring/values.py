"""The values of scoring: a trial, who confirmed its hold, the age view, and a session of four stances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kinometric.recordings.recording import Finding
from kinometric.sway.values import Event, SwayMeasures

Outcome = Literal[
    "scored", "ended_early", "not_scorable", "unreadable", "unable", "stopped", "supported", "not_attempted"
]
Level = Literal["critical", "high", "moderate", "low"]
ENGINE_VERSION = "1.0.0"
#: Findings that make a proposed hold one that a person looks at by itself.
LOOK_AT_FIRST = ("event_at_the_edge", "gap", "frozen", "clipping", "spike", "shaking", "orientation_change")


@dataclass(frozen=True)
class ConfirmedHold:
    """What a person says about the hold of one trial.

    Attributes
    ----------
    hold_s : float
        Seconds from foot lift, 0 to 10.
    held_full : bool
        True for "held 10 s".
    by : str
        Who confirmed it (an id, not a name).
    at : str
        ISO 8601 instant.
    reason : str or None
        Why it differs from the detected hold.
    """

    hold_s: float
    held_full: bool
    by: str
    at: str
    reason: str | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.hold_s <= 10.0:
            raise ValueError("A hold lies between 0 and 10 s.")
        if self.held_full != (self.hold_s == 10.0):
            raise ValueError("A full hold is 10 s, and 10 s is a full hold.")


@dataclass(frozen=True)
class AgeView:
    """How a trial compares with people of the same age.

    Attributes
    ----------
    condition : {"eyes_open", "eyes_closed"}
    age_years : float
    band : str or None
        The band of the table, None outside it.
    percentile : float or None
        Share of the reference group with a shorter hold, 0 to 100 (eyes closed only).
    expected_hold_s : float or None
        Median of the reference group.
    fail_10_s_percent : float or None
        Share of the reference group that does not reach 10 s (eyes open).
    level : str or None
        The level by this view (eyes closed only).
    sentence : str
        One sentence for people.
    evidence : {"A", "B", "C"}
        A: read in the original; B: read second-hand; C: not confirmed in a source.
    printable : bool
        False for figures that may never stand in a filed document.
    source : str
    """

    condition: Literal["eyes_open", "eyes_closed"]
    age_years: float
    band: str | None
    percentile: float | None
    expected_hold_s: float | None
    fail_10_s_percent: float | None
    level: Level | None
    sentence: str
    evidence: Literal["A", "B", "C"]
    printable: bool
    source: str


@dataclass(frozen=True)
class Trial:
    """One attempt at one stance: what it was, what was detected, what a person confirmed, and the score.

    Attributes
    ----------
    stance : {"LBEO", "RBEO", "LBEC", "RBEC"} or None
    outcome : str
        scored, ended_early, not_scorable, unreadable, unable, stopped, supported or not_attempted.
    reason : str or None
        Why there is no score, or why the outcome was set by a person.
    scorable : bool
        Whether a score may be made from it.
    window_start_s : float or None
        Start of the window, seconds from the first sample.
    hold_s : float or None
        The hold that counts: confirmed if there is one, else detected; a lower bound when `outcome` is ended_early.
    hold_source : {"detected", "confirmed"} or None
    held_full : bool
    plausible : bool
        False when a person must look at this trial by itself.
    provisional : bool
        True until a person has confirmed the hold.
    detected_hold_s : float or None
    confirmed_hold : ConfirmedHold or None
    events : tuple of Event
    score : float or None
        0 to 10, unrounded.
    level : {"critical", "high", "moderate", "low"} or None
    level_basis : {"score", "age"} or None
    age_view : AgeView or None
    measures : SwayMeasures or None
    findings : tuple of Finding
    explanation : str
        One sentence: how the score came about.
    engine : str
        Version of the engine.
    """

    stance: str | None
    outcome: Outcome
    reason: str | None
    scorable: bool
    window_start_s: float | None
    hold_s: float | None
    hold_source: Literal["detected", "confirmed"] | None
    held_full: bool
    plausible: bool
    provisional: bool
    detected_hold_s: float | None
    confirmed_hold: ConfirmedHold | None
    events: tuple[Event, ...]
    score: float | None
    level: Level | None
    level_basis: Literal["score", "age"] | None
    age_view: AgeView | None
    measures: SwayMeasures | None
    findings: tuple[Finding, ...]
    explanation: str
    engine: str = ENGINE_VERSION


@dataclass(frozen=True)
class StanceResult:
    """The trial that counts for one stance, and how many there were.

    Attributes
    ----------
    trial : Trial
    count : int
        Trials of this stance, at most three.
    note : str or None
        "best of n" when there were several.
    """

    trial: Trial
    count: int
    note: str | None


@dataclass(frozen=True)
class Headline:
    """The level of a session: that of the worse eyes-open leg.

    Attributes
    ----------
    level : str or None
    stance : {"LBEO", "RBEO"} or None
    leg : {"left", "right"} or None
    score : float or None
        Points, unrounded.
    incomplete : str or None
        The sentence that names the leg without a level.
    provisional : bool
        True while the hold of an eyes-open trial is unconfirmed.
    """

    level: Level | None
    stance: str | None
    leg: Literal["left", "right"] | None
    score: float | None
    incomplete: str | None
    provisional: bool


@dataclass(frozen=True)
class Gap:
    """A difference between two stances of a session.

    Attributes
    ----------
    kind : {"left_right", "open_closed"}
    stances : tuple of str
    hold_difference_s : float or None
        First minus second.
    rms_ratio : float or None
        First over second, where both were held 10 s.
    flagged : bool
        True only beyond the published noise.
    sentence : str
    """

    kind: Literal["left_right", "open_closed"]
    stances: tuple[str, str]
    hold_difference_s: float | None
    rms_ratio: float | None
    flagged: bool
    sentence: str


@dataclass(frozen=True)
class Session:
    """Up to three trials of each stance, seen together.

    Attributes
    ----------
    trials : tuple of Trial
        In the order they were made.
    stances : tuple of (str, StanceResult)
        The counting trial of each stance that has one, in the order LBEO, RBEO, LBEC, RBEC.
    headline : Headline
    gaps : tuple of Gap
    missing : tuple of str
        Stances with neither a trial nor an outcome.
    """

    trials: tuple[Trial, ...]
    stances: tuple[tuple[str, StanceResult], ...]
    headline: Headline
    gaps: tuple[Gap, ...]
    missing: tuple[str, ...]

    def best(self, stance: str) -> Trial | None:
        """Return the trial that counts for a stance.

        Parameters
        ----------
        stance : {"LBEO", "RBEO", "LBEC", "RBEC"}

        Returns
        -------
        Trial or None
        """
        return next((result.trial for name, result in self.stances if name == stance), None)
