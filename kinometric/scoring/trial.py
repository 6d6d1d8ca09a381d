"""Score one recording, or state an outcome that needs none."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from kinometric.recordings.recording import STANCES, Finding, Recording, RecordingError
from kinometric.scoring.age import age_view
from kinometric.scoring.explanation import explain, seconds_down
from kinometric.scoring.formula import FULL_HOLD_S, level_of, score_of
from kinometric.scoring.values import LOOK_AT_FIRST, AgeView, ConfirmedHold, Level, Outcome, Trial
from kinometric.sway.engine import engine
from kinometric.sway.events import detect_events
from kinometric.sway.measures import measure
from kinometric.sway.signal_chain import process
from kinometric.sway.values import Event, SwayMeasures, SwaySignal

_ROUNDING_S = 1e-6
_NOT_SCORABLE_CODES = ("gravity_free", "too_short")
_BY_A_PERSON: tuple[Outcome, ...] = ("unable", "stopped", "supported", "not_attempted")


def score(
    recording: Recording,
    *,
    stance: str | None = None,
    age: float | None = None,
    confirmed: ConfirmedHold | None = None,
    foot_lift_s: float | None = None,
    signal: SwaySignal | None = None,
) -> Trial:
    """Score one recording of one stance by engine 1.

    Parameters
    ----------
    recording : Recording
    stance : {"LBEO", "RBEO", "LBEC", "RBEC"}, optional
        Else the recording's own; without either there is a hold but no score.
    age : float, optional
        Years; gives the age view, and the level with eyes closed.
    confirmed : ConfirmedHold, optional
        What a person says; it counts, the detected hold is kept beside it.
    foot_lift_s : float, optional
        Foot lift on the recording's time axis, when a person sets it.
    signal : SwaySignal, optional
        What `process` made of this recording with this foot lift, where the caller has it already.

    Returns
    -------
    Trial
        Always: a recording that cannot carry a score becomes one with outcome ``not_scorable`` and the reason.

    Raises
    ------
    ValueError
        When the stance is unknown or the age impossible.
    """
    stance = stance or recording.stance
    if stance is not None and stance not in STANCES:
        raise ValueError(f"The stance is not one of {', '.join(STANCES)}.")
    try:
        signal = signal or process(recording, foot_lift_s=foot_lift_s)
    except RecordingError as error:
        return _without_score(error, stance, age, recording.findings)
    events = detect_events(signal)
    findings = (*signal.findings, *_context(recording, stance), *_doubtful_event(events))
    forbidden = next((finding for finding in findings if finding.severity == "not_scorable"), None)
    if forbidden is not None:
        trial = _without_score(RecordingError(forbidden.message, code=forbidden.code), stance, age, findings)
        return replace(trial, window_start_s=signal.window_start_s, events=events, measures=_measures(signal, None))
    detected_s, ended_early = _detected_hold(recording, signal, events)
    if confirmed is not None:
        reached = detected_s if ended_early else FULL_HOLD_S
        if confirmed.hold_s <= reached + 0.05 or not ended_early:
            return _scored(
                recording,
                stance,
                age,
                events,
                findings,
                signal,
                detected_s,
                confirmed=confirmed,
                foot_lift_s=foot_lift_s,
            )
        findings = (
            *findings,
            Finding(
                "confirmed_beyond_recording",
                "shown",
                f"The confirmed hold of {seconds_down(confirmed.hold_s)} s lies beyond the recording's end.",
                {"hold_s": confirmed.hold_s, "recorded_s": detected_s},
            ),
        )
    if ended_early:
        return _ended_early(stance, age, events, findings, signal, detected_s, confirmed)
    return _scored(
        recording, stance, age, events, findings, signal, detected_s, confirmed=None, foot_lift_s=foot_lift_s
    )


def outcome_trial(stance: str, outcome: Outcome, *, reason: str, age: float | None = None) -> Trial:
    """Make the trial of a stance that a person ends without a recording.

    Parameters
    ----------
    stance : {"LBEO", "RBEO", "LBEC", "RBEC"}
    outcome : {"unable", "stopped", "supported", "not_attempted"}
        ``unable`` is scored: hold 0.0 s, score 0; eyes open critical, eyes closed by the age view. The others are not.
    reason : str
        Why; it must not be empty.
    age : float, optional
        Years.

    Returns
    -------
    Trial

    Raises
    ------
    ValueError
        When stance or outcome is unknown, or the reason is missing.
    """
    if stance not in STANCES:
        raise ValueError(f"The stance is not one of {', '.join(STANCES)}.")
    if outcome not in _BY_A_PERSON:
        raise ValueError(f"The outcome is not one of {', '.join(_BY_A_PERSON)}.")
    if not reason.strip():
        raise ValueError("An outcome without a recording needs a reason.")
    trial = _empty(stance, outcome, reason.strip(), age)
    if outcome != "unable":
        return _explained(trial)
    view = None if age is None else age_view(stance, age, 0.0)
    level, basis = _level(stance, 0.0, view)
    return _explained(
        replace(
            trial,
            scorable=True,
            hold_s=0.0,
            hold_source="confirmed",
            plausible=True,
            score=0.0,
            level=level,
            level_basis=basis,
            age_view=view,
        )
    )


def unreadable_trial(error: RecordingError, *, stance: str | None = None, age: float | None = None) -> Trial:
    """Make the trial of a file that could not be read, or whose content can carry no score.

    Parameters
    ----------
    error : RecordingError
    stance : str, optional
    age : float, optional
        Years.

    Returns
    -------
    Trial
        Outcome ``unreadable``, or ``not_scorable`` when the file was read but is too short or without gravity.
    """
    return _without_score(error, stance, age, ())


def _context(recording: Recording, stance: str | None) -> tuple[Finding, ...]:
    findings = []
    if stance is None:
        findings.append(
            Finding("stance_unknown", "shown", "The stance is not stated, so there is a hold but no score.")
        )
    elif recording.stance is not None and recording.stance != stance:
        findings.append(
            Finding("stance_differs", "shown", f"The file says {recording.stance}, it was scored as {stance}.")
        )
    if recording.placement != engine().anchors_placement:
        where = recording.placement or "unknown"
        findings.append(
            Finding(
                "placement_provisional",
                "shown",
                f"The scale is made for the waist and the placement is {where}: the steadiness is provisional.",
            )
        )
    if recording.synthetic:
        findings.append(Finding("synthetic", "shown", "This recording is synthetic, not a person's."))
    return tuple(findings)


def _doubtful_event(events: tuple[Event, ...]) -> tuple[Finding, ...]:
    """Events at either end may be the handling of the phone: they count, and a person looks at them."""
    limits = engine().events
    if events and events[0].at_s < limits.unsure_first_s:
        where, numbers = "first second", {"at_s": events[0].at_s}
    elif events and events[0].at_s >= FULL_HOLD_S - limits.unsure_last_s:
        where, numbers = "last half second", {"at_s": events[0].at_s}
    else:
        return ()
    message = f"The loss of balance was found in the {where}: look at this trial before its hold is confirmed."
    return (Finding("event_at_the_edge", "shown", message, numbers),)


def _detected_hold(recording: Recording, signal: SwaySignal, events: tuple[Event, ...]) -> tuple[float, bool]:
    """The hold, and whether it is only a lower bound because the recording ended."""
    if events:
        return events[0].at_s, False
    seen_s = recording.duration_s - signal.window_start_s
    if seen_s >= engine().window.held_from_s - _ROUNDING_S:
        return FULL_HOLD_S, False
    return seen_s, True


def _measures(signal: SwaySignal, end_s: float | None) -> SwayMeasures | None:
    try:
        return measure(signal, end_s=end_s)
    except RecordingError:
        return None


def _plausible(findings: tuple[Finding, ...]) -> bool:
    """Whether the proposed hold may be confirmed together with others."""
    return not any(finding.code in LOOK_AT_FIRST for finding in findings)


def _level(stance: str, value: float, view: AgeView | None) -> tuple[Level | None, Literal["score", "age"] | None]:
    if stance.endswith("EO"):
        return level_of(value), "score"
    if view is None or view.level is None:
        return None, None
    return view.level, "age"


def _scored(
    recording: Recording,
    stance: str | None,
    age: float | None,
    events: tuple[Event, ...],
    findings: tuple[Finding, ...],
    signal: SwaySignal,
    detected_s: float,
    *,
    confirmed: ConfirmedHold | None,
    foot_lift_s: float | None,
) -> Trial:
    hold_s = detected_s if confirmed is None else confirmed.hold_s
    full = hold_s >= FULL_HOLD_S
    if confirmed is not None and confirmed.hold_s != detected_s:
        signal = process(recording, foot_lift_s=foot_lift_s, end_s=hold_s)
    measures = _measures(signal, None if full else hold_s)
    rms = None if measures is None else measures.rms_m_s2
    points: float | None = None
    level: Level | None = None
    basis: Literal["score", "age"] | None = None
    view: AgeView | None = None
    if stance is not None:
        points = score_of(hold_s, full, rms, stance)
        view = None if age is None else age_view(stance, age, hold_s, held_full=full, rms_m_s2=rms)
        level, basis = (None, None) if points is None else _level(stance, points, view)
    trial = Trial(
        stance=stance,
        outcome="scored",
        reason=None,
        scorable=True,
        window_start_s=signal.window_start_s,
        hold_s=hold_s,
        hold_source="detected" if confirmed is None else "confirmed",
        held_full=full,
        plausible=_plausible(findings),
        provisional=confirmed is None,
        detected_hold_s=detected_s,
        confirmed_hold=confirmed,
        events=events,
        score=points,
        level=level,
        level_basis=basis,
        age_view=view,
        measures=measures,
        findings=findings,
        explanation="",
    )
    return _explained(trial)


def _ended_early(
    stance: str | None,
    age: float | None,
    events: tuple[Event, ...],
    findings: tuple[Finding, ...],
    signal: SwaySignal,
    seen_s: float,
    confirmed: ConfirmedHold | None,
) -> Trial:
    reason = (
        f"The recording ends after {seconds_down(seen_s)} s without a loss of balance: held at least "
        f"{seconds_down(seen_s)} s, not scored."
    )
    finding = Finding("ended_early", "not_scorable", reason, {"recorded_s": seen_s})
    trial = replace(
        _empty(stance, "ended_early", reason, age),
        window_start_s=signal.window_start_s,
        hold_s=seen_s,
        hold_source="detected",
        provisional=True,
        detected_hold_s=seen_s,
        confirmed_hold=confirmed,
        events=events,
        measures=_measures(signal, None),
        findings=(*findings, finding),
    )
    return _explained(trial)


def _without_score(
    error: RecordingError, stance: str | None, age: float | None, findings: tuple[Finding, ...]
) -> Trial:
    known = any(finding.code == error.code and finding.severity == "not_scorable" for finding in findings)
    outcome: Outcome = "not_scorable" if known or error.code in _NOT_SCORABLE_CODES else "unreadable"
    if not known:
        findings = (*findings, Finding(error.code, "not_scorable", str(error)))
    return _explained(replace(_empty(stance, outcome, str(error), age), findings=findings))


def _empty(stance: str | None, outcome: Outcome, reason: str, age: float | None) -> Trial:
    return Trial(
        stance=stance,
        outcome=outcome,
        reason=reason,
        scorable=False,
        window_start_s=None,
        hold_s=None,
        hold_source=None,
        held_full=False,
        plausible=False,
        provisional=False,
        detected_hold_s=None,
        confirmed_hold=None,
        events=(),
        score=None,
        level=None,
        level_basis=None,
        age_view=None if age is None or stance is None else age_view(stance, age, None),
        measures=None,
        findings=(),
        explanation="",
    )


def _explained(trial: Trial) -> Trial:
    return replace(trial, explanation=explain(trial))
