"""Say in one sentence how a trial's score came about."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from kinometric.scoring.formula import shown_score
from kinometric.scoring.values import Trial

_OUTCOMES = {
    "unable": "Unable to stand on this leg",
    "stopped": "Stopped by staff",
    "supported": "Done with support",
    "not_attempted": "Not attempted",
    "not_scorable": "Not scorable",
    "unreadable": "Not readable",
}


def seconds_down(seconds: float) -> str:
    """Return seconds rounded down to one decimal, so that a hold is never shown longer than it was.

    Parameters
    ----------
    seconds : float
        0 or more, s.

    Returns
    -------
    str
        For example ``"6.4"`` for 6.49 s.
    """
    return str(Decimal(repr(round(seconds, 6))).quantize(Decimal("0.1"), rounding=ROUND_FLOOR))


def explain(trial: Trial) -> str:
    """Return one sentence, for example ``"Held 6.4 s of 10: 3.2."``.

    Parameters
    ----------
    trial : Trial

    Returns
    -------
    str
    """
    if trial.outcome == "unable":
        return f"{_OUTCOMES['unable']}, held 0.0 s of 10: {shown_score(trial.score or 0.0)} ({trial.reason})."
    if trial.outcome in ("not_scorable", "unreadable"):
        return f"{_OUTCOMES[trial.outcome]}: {trial.reason}"
    if trial.outcome == "ended_early":
        return str(trial.reason)
    if trial.outcome != "scored":
        return f"{_OUTCOMES[trial.outcome]}, not scored ({trial.reason})."
    return f"{_held(trial)}{_result(trial)}.{_source(trial)}"


def _held(trial: Trial) -> str:
    assert trial.hold_s is not None
    if not trial.held_full:
        return f"Held {seconds_down(trial.hold_s)} s of 10"
    if trial.measures is None:
        return "Held 10 s"
    return f"Held 10 s with a sway of {trial.measures.rms_m_s2:.2f} m/s²"


def _result(trial: Trial) -> str:
    return ", not scored without a stance" if trial.score is None else f": {shown_score(trial.score)}"


def _source(trial: Trial) -> str:
    if trial.confirmed_hold is None:
        return " Detected, not yet confirmed."
    if trial.detected_hold_s is not None and trial.detected_hold_s != trial.hold_s:
        return f" Confirmed by a person; {seconds_down(trial.detected_hold_s)} s were detected."
    return " Confirmed by a person."
