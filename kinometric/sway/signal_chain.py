"""From a recording to one upright window at 100 Hz: cut, resample, stand upright, rescale, filter."""

from __future__ import annotations

import numpy as np

from kinometric.recordings.recording import FloatArray, Recording
from kinometric.sway.engine import engine
from kinometric.sway.events import find_events
from kinometric.sway.filters import low_pass
from kinometric.sway.fitness import judge
from kinometric.sway.upright import anatomical_basis, mean_gravity, plane_basis, principal_angle
from kinometric.sway.values import SwaySignal
from kinometric.sway.window import cut_window

_SHORTEST_PART = 20


def process(recording: Recording, *, foot_lift_s: float | None = None, end_s: float | None = None) -> SwaySignal:
    """Run the signal chain on the first 10.0 s after foot lift, else of the recording.

    Parameters
    ----------
    recording : Recording
    foot_lift_s : float, optional
        Foot lift on the recording's time axis, when a person sets it.
    end_s : float, optional
        Where a person says that balance was lost, seconds from the start of the window; else the detector says it.

    Returns
    -------
    SwaySignal
        Gravity, scale and the axes come from the stance only: from 1.0 s to 9.5 s of the window or to the loss of
        balance, so that a fall does not tilt the plane that the sway before it is measured in. `findings` holds the
        reader's and those of this chain.

    Raises
    ------
    RecordingError
        When less than one second follows the start of the window.

    References
    ----------
    Moe-Nilssen 1998 for the tilt correction, in its vector form; Mancini 2012 for the 3.5 Hz low-pass.
    """
    window = cut_window(recording, foot_lift_s)
    raw = window.acceleration_m_s2
    events = find_events(raw)
    if end_s is None:
        end_s = next((event.at_s for event in events), None)
    stance = stance_part(raw.shape[0], end_s)
    gravity = mean_gravity(raw[stance])
    acceleration = raw / gravity.scale if gravity.scale > 0.0 else raw
    named = anatomical_basis(gravity.unit, recording.placement) if recording.mounting else None
    basis = plane_basis(gravity.unit) if named is None else named
    upright = np.stack((*(basis @ acceleration.T), acceleration @ gravity.unit))
    upright -= upright[:, stance].mean(axis=1, keepdims=True)
    filtered = _filtered(upright, end_s)
    filtered -= filtered[:, stance].mean(axis=1, keepdims=True)
    if named is None:
        angle = principal_angle(filtered[0, stance], filtered[1, stance])
        upright[:2], filtered[:2] = _turned(upright[:2], angle), _turned(filtered[:2], angle)
    findings = judge(recording, window, gravity, acceleration, upright, filtered, stance, end_s)
    return SwaySignal(
        time_s=window.time_s,
        axis_1=filtered[0],
        axis_2=filtered[1],
        vertical=filtered[2],
        axis_1_raw=upright[0],
        axis_2_raw=upright[1],
        vertical_raw=upright[2],
        axis_names=("major", "minor") if named is None else ("AP", "ML"),
        acceleration_m_s2=acceleration,
        gravity_unit=gravity.unit,
        gravity_scale=gravity.scale,
        window_start_s=window.start_s,
        findings=(*recording.findings, *findings),
        events=events,
    )


def stance_part(samples: int, end_s: float | None) -> slice:
    """Return the samples that gravity is taken from.

    From 1.0 s to the loss of balance or 9.5 s; where less than a second of that is left, from the start to the loss,
    but no less than the first second.

    Parameters
    ----------
    samples : int
        Of the window.
    end_s : float or None
        Where balance was lost, seconds from the start of the window.

    Returns
    -------
    slice
        Samples of the window.
    """
    limits, rate = engine().window, engine().filters.rate_hz
    start = round(limits.measured_from_s * rate)
    stop = min(samples, round(min(limits.measured_to_s, samples if end_s is None else end_s) * rate) + 1)
    if stop - start > rate:
        return slice(start, stop)
    return slice(0, min(samples, max(stop, round(rate))))


def _filtered(upright: FloatArray, end_s: float | None) -> FloatArray:
    """Low-pass what follows the loss of balance apart, so that no shock leaks into the sway before it."""
    filters = engine().filters
    cut = upright.shape[1] if end_s is None else round(end_s * filters.rate_hz) + 1
    parts = [upright]
    if _SHORTEST_PART < cut < upright.shape[1] - _SHORTEST_PART:
        parts = [upright[:, :cut], upright[:, cut:]]
    done = [low_pass(part, filters.low_pass_hz, filters.rate_hz, int(filters.low_pass_order)) for part in parts]
    return done[0] if len(done) == 1 else np.concatenate(done, axis=1)


def _turned(axes: FloatArray, angle: float) -> FloatArray:
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[cosine, sine], [-sine, cosine]]) @ axes
