"""Generate recordings of a one-leg stance: an inverted pendulum pushed by noise, labelled synthetic.

The trunk is a linear inverted pendulum in two directions. An ankle torque with stiffness and damping holds it up, noise
with a short memory pushes it, a slow drift moves the point it is held at. A phone one pendulum length above the ankle
feels ``length * angular acceleration - g * angle`` horizontally. The trace is scaled to the sway that the severity
asks for; a touch-down is a damped vertical shock, after which the person stands on two feet.
"""

from __future__ import annotations

import math

import numpy as np

from kinometric.recordings.recording import STANCES, FloatArray, Recording
from kinometric.recordings.units import STANDARD_GRAVITY_M_S2

_STEPS_HZ = 200.0
_LENGTH_M = 1.0
_NATURAL_HZ = 0.7
_DAMPING = 0.35
_PUSH_MEMORY_S = 0.1
_DRIFT_MEMORY_S = 2.0
_MEDIOLATERAL_SHARE = 0.75
_RMS_M_S2 = {"EO": (0.10, 0.80), "EC": (0.20, 1.20)}
_SENSOR_NOISE_M_S2 = 0.02
_SHOCK_M_S2 = 9.0
_SHOCK_HZ = 9.0
_SHOCK_FADES_S = 0.06


def synthetic_recording(
    *,
    stance: str = "LBEO",
    severity: float = 0.3,
    hold_s: float = 10.0,
    seed: int = 0,
    rate_hz: float = 100.0,
    duration_s: float = 10.0,
    lead_s: float = 0.0,
    soft: bool = False,
) -> Recording:
    """Generate one recording; the same arguments give the same numbers.

    Parameters
    ----------
    stance : {"LBEO", "RBEO", "LBEC", "RBEC"}
    severity : float
        0 (steady) to 1 (about to fall): the resultant RMS goes from 0.10 to 0.80 m/s2 with eyes open and from 0.20 to
        1.20 m/s2 with eyes closed, evenly on a logarithmic scale. Above about 0.7 single bursts look like a loss.
    hold_s : float
        Seconds from foot lift to the touch-down; 10 or more for none.
    seed : int
    rate_hz : float
        Samples a second.
    duration_s : float
        Seconds recorded after foot lift.
    lead_s : float
        Seconds of two-foot standing before foot lift, which is marked.
    soft : bool
        A touch-down without a shock, which leaves hardly a trace at the trunk.

    Returns
    -------
    Recording
        n = (lead + duration) * rate samples, phone upright at the waist, ``synthetic`` true.

    Raises
    ------
    ValueError
        When the stance is unknown or a figure is out of range.
    """
    if stance not in STANCES:
        raise ValueError(f"The stance is not one of {', '.join(STANCES)}.")
    if not (0.0 <= severity <= 1.0 and hold_s >= 0.0 and rate_hz > 0.0 and duration_s > 0.0 and lead_s >= 0.0):
        raise ValueError("Severity lies between 0 and 1; hold, lead, rate and duration are not negative.")
    random = np.random.default_rng([seed, STANCES.index(stance)])
    calm, wild = _RMS_M_S2[stance[2:]]
    rms = calm * (wild / calm) ** severity
    fine = np.arange(math.ceil((lead_s + duration_s) * _STEPS_HZ) + 1) / _STEPS_HZ - lead_s
    sway = _scaled_sway(random, fine, rms)
    vertical = 0.15 * rms * _smooth(random.standard_normal(fine.size), 0.05)
    one_foot = (fine >= 0.0) & (fine < hold_s)
    sway *= np.where(one_foot, 1.0, 0.35)[:, np.newaxis]
    if hold_s < duration_s:
        side = 1.0 if stance.startswith("L") else -1.0
        sway[:, 1] += side * _falling_sideways(fine, hold_s)
        if not soft:
            vertical += _shock(fine - hold_s)
    samples = round((lead_s + duration_s) * rate_hz)
    time_s = np.arange(samples) / rate_hz
    body = np.stack([np.interp(time_s - lead_s, fine, axis) for axis in (sway[:, 0], sway[:, 1], vertical)], axis=1)
    body[:, 2] += STANDARD_GRAVITY_M_S2 * random.uniform(0.99, 1.01)
    phone = body @ _phone_orientation(random).T + _SENSOR_NOISE_M_S2 * random.standard_normal((samples, 3))
    return Recording(
        time_s=time_s,
        acceleration_m_s2=np.round(phone, 5),
        stance=stance,
        placement="waist",
        mounting="portrait_screen_out",
        device="generator",
        source=f"kinometric sample, seed {seed}",
        foot_lift_s=lead_s,
        synthetic=True,
    )


def _scaled_sway(random: np.random.Generator, time_s: FloatArray, rms_m_s2: float) -> FloatArray:
    """Horizontal acceleration (n, 2), AP and ML, whose resultant RMS over the whole trace is the one asked for."""
    ap, ml = _pendulum(random, time_s.size), _pendulum(random, time_s.size)
    share = _MEDIOLATERAL_SHARE
    ap *= math.sqrt(1.0 - share) / _rms(ap)
    ml *= math.sqrt(share) / _rms(ml)
    return rms_m_s2 * np.stack((ap, ml), axis=1)


def _pendulum(random: np.random.Generator, steps: int) -> FloatArray:
    """Horizontal acceleration felt by the phone, in arbitrary units, by symplectic Euler steps."""
    warm_up = round(5.0 * _STEPS_HZ)
    pushes = random.standard_normal(steps + warm_up)
    drifts = random.standard_normal(steps + warm_up)
    dt = 1.0 / _STEPS_HZ
    omega = 2.0 * math.pi * _NATURAL_HZ
    gravity = STANDARD_GRAVITY_M_S2 / _LENGTH_M
    stiffness = omega * omega + gravity
    damping = 2.0 * _DAMPING * omega
    push = drift = angle = speed = 0.0
    felt = np.empty(steps + warm_up)
    for step in range(steps + warm_up):
        push += dt / _PUSH_MEMORY_S * (pushes[step] - push)
        drift += dt / _DRIFT_MEMORY_S * (drifts[step] - drift)
        torque = -stiffness * (angle - 0.2 * drift) - damping * speed + 4.0 * push
        acceleration = gravity * angle + torque
        speed += dt * acceleration
        angle += dt * speed
        felt[step] = _LENGTH_M * acceleration - STANDARD_GRAVITY_M_S2 * angle
    trace: FloatArray = felt[warm_up:] - felt[warm_up:].mean()
    return trace


def _smooth(values: FloatArray, width_s: float) -> FloatArray:
    width = max(round(width_s * _STEPS_HZ), 1)
    smooth = np.convolve(values, np.ones(width) / width, "same")
    scaled: FloatArray = smooth / _rms(smooth)
    return scaled


def _rms(values: FloatArray) -> float:
    return float(np.sqrt(values @ values / values.size))


def _falling_sideways(time_s: FloatArray, hold_s: float) -> FloatArray:
    """The trunk gives way in the last 0.4 s before the touch-down and settles 3 degrees to that side."""
    before = np.clip((time_s - hold_s) / 0.4 + 1.0, 0.0, 1.0) ** 2 * 0.5
    after = np.clip(time_s - hold_s, 0.0, None)
    settled = STANDARD_GRAVITY_M_S2 * math.sin(math.radians(3.0)) * (1.0 - np.exp(-after / 0.3))
    return np.where(after > 0.0, 0.5 * np.exp(-after / 0.3) + settled, before)


def _shock(since_s: FloatArray) -> FloatArray:
    since = np.clip(since_s, 0.0, None)
    return _SHOCK_M_S2 * np.exp(-since / _SHOCK_FADES_S) * np.sin(2.0 * math.pi * _SHOCK_HZ * since)


def _phone_orientation(random: np.random.Generator) -> FloatArray:
    """Columns: forward, right and up of the body in the axes of a phone at the back of the waist, a little askew."""
    pitch, roll = np.deg2rad(random.uniform(-8.0, 8.0, 2))
    upright = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.0, 0.0]])
    about_x = np.array(
        [[1.0, 0.0, 0.0], [0.0, math.cos(pitch), -math.sin(pitch)], [0.0, math.sin(pitch), math.cos(pitch)]]
    )
    about_z = np.array([[math.cos(roll), -math.sin(roll), 0.0], [math.sin(roll), math.cos(roll), 0.0], [0.0, 0.0, 1.0]])
    orientation: FloatArray = about_z @ about_x @ upright
    return orientation
