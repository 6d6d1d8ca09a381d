"""Read a session's recordings and measure them here, for the plots and to check the server's scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kinometric.contract.sessions import SessionView, TrialView
from kinometric_desktop.app.wording import written_date

if TYPE_CHECKING:
    from kinometric.scoring import Trial
    from kinometric.sway import Ellipse, SwaySignal
    from kinometric_desktop.app.review_curves import FloatArray, StanceCurves

#: A larger difference between the score made here and the server's is shown as a warning.
SCORE_TOLERANCE = 0.05


@dataclass(frozen=True)
class LocalTrial:
    """What this workstation made of one recording."""

    curves: StanceCurves | None
    score: float | None
    engine: str
    unreadable: str = ""
    age_note: str = ""
    """What the norms say, in few words; the whole sentence is the server's."""


def measure_session(view: SessionView, files: Mapping[str, str], age: float | None) -> dict[str, LocalTrial]:
    """Read, measure and score every recording of a session.

    Parameters
    ----------
    view : SessionView
    files : mapping
        The product's CSV by trial id.
    age : float or None
        Years at the day of the test.

    Returns
    -------
    dict
        By trial id; a trial without a recording is left out.
    """
    return {
        trial.trial_id: _measure_trial(trial, files[trial.trial_id], age, view.tested_at_local)
        for trial in view.trials
        if trial.trial_id in files
    }


def _measure_trial(trial: TrialView, csv: str, age: float | None, tested_at_local: str) -> LocalTrial:
    from kinometric.recordings import RecordingError, read_recording
    from kinometric.scoring import ENGINE_VERSION, ConfirmedHold, score
    from kinometric.sway import process

    try:
        recording = read_recording(csv.encode())
    except RecordingError as problem:
        return LocalTrial(None, None, ENGINE_VERSION, str(problem))
    try:
        signal = process(recording, foot_lift_s=trial.foot_lift_s)
    except RecordingError:
        signal = None
    confirmed = None
    if trial.hold_source == "confirmed" and trial.hold_s is not None:
        confirmed = ConfirmedHold(trial.hold_s, trial.held_full, trial.confirmed_by or "", trial.confirmed_at or "")
    local = score(
        recording,
        stance=trial.stance,
        age=age,
        confirmed=confirmed,
        foot_lift_s=trial.foot_lift_s,
        signal=signal,
    )
    label = written_date(datetime.fromisoformat(tested_at_local).date())
    if signal is not None and confirmed is not None and confirmed.hold_s != local.detected_hold_s:
        # Gravity and axes come from the stance only, so a corrected hold moves them a little.
        signal = process(recording, foot_lift_s=trial.foot_lift_s, end_s=confirmed.hold_s)
    curves = None if signal is None else _curves(trial, local, signal, label)
    return LocalTrial(curves, local.score, local.engine, age_note=_age_note(local, trial))


def _age_note(local: Trial, trial: TrialView) -> str:
    view = local.age_view
    if view is None or view.band is None or trial.age_view is None:
        return ""
    band = view.band.replace("-", "–")
    evidence = f"{trial.age_view.evidence} evidence"
    if view.fail_10_s_percent is not None:
        return f"{100 - view.fail_10_s_percent:.0f} % hold 10 s at {band}, {evidence}"
    if view.percentile is not None:
        return f"above {min(view.percentile, 99):.0f} % at {band}, {evidence}"
    return ""


def _curves(trial: TrialView, local: Trial, signal: SwaySignal, label: str) -> StanceCurves:
    from kinometric.recordings import RecordingError
    from kinometric.sway import ellipse95
    from kinometric.sway.values import RATE_HZ
    from kinometric_desktop.app.review_curves import EventMark, StanceCurves

    down_s = None if trial.held_full else trial.hold_s
    event = None
    if down_s is not None and down_s < signal.end_s and trial.outcome == "scored":
        event = EventMark(down_s, _word_for(trial, down_s))
    ellipse, area, measured = None, None, None
    if local.measures is not None:
        area, measured = local.measures.ellipse95_m2_s4, (local.measures.measured_from_s, local.measures.measured_to_s)
        try:
            ellipse = _ellipse_points(ellipse95(signal, end_s=down_s))
        except RecordingError:
            # Balance was lost before one second could be measured: the traces are shown without an ellipse.
            ellipse = None
    return StanceCurves(
        trial.stance,
        RATE_HZ,
        (signal.axis_1_raw, signal.axis_2_raw, signal.vertical_raw),
        (signal.axis_1, signal.axis_2),
        axis_names=signal.axis_names,
        start_s=float(signal.time_s[0]),
        measured_s=measured,
        event=event,
        ellipse_m_s2=ellipse,
        ellipse95_m2_s4=area,
        label=label,
    )


def _word_for(trial: TrialView, down_s: float) -> str:
    near = next((event for event in trial.events if abs(event.at_s - down_s) < SCORE_TOLERANCE), None)
    if near is not None:
        return near.kind
    return "" if trial.hold_source == "detected" else "corrected"


def _ellipse_points(ellipse: Ellipse) -> FloatArray:
    import numpy as np

    angle = np.linspace(0.0, 2.0 * np.pi, 97)
    along, across = ellipse.axes[0] * np.cos(angle), ellipse.axes[1] * np.sin(angle)
    cosine, sine = np.cos(ellipse.angle), np.sin(ellipse.angle)
    first = ellipse.center[0] + along * cosine - across * sine
    second = ellipse.center[1] + along * sine + across * cosine
    return np.column_stack((first, second))
