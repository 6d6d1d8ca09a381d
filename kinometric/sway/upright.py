"""Stand a window upright: gravity by the mean vector, the horizontal plane, and named or principal axes in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kinometric.recordings.recording import FloatArray
from kinometric.recordings.units import STANDARD_GRAVITY_M_S2

_STEEPEST_X = np.cos(np.deg2rad(30.0))


@dataclass(frozen=True, eq=False)
class Gravity:
    """Mean acceleration of a part of a window.

    Attributes
    ----------
    unit : (3,) float64
        Its direction.
    scale : float
        Its length over standard gravity: a ratio.
    """

    unit: FloatArray
    scale: float


def mean_gravity(acceleration_m_s2: FloatArray) -> Gravity:
    """Take gravity as the mean vector, which no rotation of the phone changes (a median per axis would).

    Parameters
    ----------
    acceleration_m_s2 : (m, 3) float64

    Returns
    -------
    Gravity
    """
    samples = acceleration_m_s2.shape[0]
    mean = np.ones(samples) @ acceleration_m_s2 / samples
    length = float(np.sqrt(mean @ mean))
    if length == 0.0:
        return Gravity(np.array([0.0, 0.0, 1.0]), 0.0)
    return Gravity(mean / length, length / STANDARD_GRAVITY_M_S2)


def plane_basis(unit: FloatArray, forward_hint: FloatArray | None = None) -> FloatArray:
    """Return two unit vectors that span the plane across `unit`.

    Parameters
    ----------
    unit : (3,) float64
        The vertical.
    forward_hint : (3,) float64, optional
        The first vector is this one's projection; without it, that of the phone's axis most across the vertical.

    Returns
    -------
    (2, 3) float64
    """
    if forward_hint is None:
        forward_hint = np.zeros(3)
        forward_hint[int(np.argmin(np.abs(unit)))] = 1.0
    first = forward_hint - (forward_hint @ unit) * unit
    first /= np.sqrt(first @ first)
    (ux, uy, uz), (fx, fy, fz) = unit.tolist(), first.tolist()
    # numpy.cross costs more than all the rest of this function.
    return np.array([[fx, fy, fz], [uy * fz - uz * fy, uz * fx - ux * fz, ux * fy - uy * fx]])


def anatomical_basis(unit: FloatArray, placement: str | None) -> FloatArray | None:
    """Return AP (forward) and ML (to the person's right) for a phone upright with its screen outward.

    On the chest the screen looks forward and the phone's x axis points to the person's left, at the back to the right.

    Parameters
    ----------
    unit : (3,) float64
        The vertical in the phone's axes.
    placement : str or None

    Returns
    -------
    (2, 3) float64 or None
        None when the phone's x axis is within 30 degrees of the vertical.
    """
    if abs(unit[0]) > _STEEPEST_X:
        return None
    right = np.array([-1.0 if placement == "chest" else 1.0, 0.0, 0.0])
    ml, backward_or_forward = plane_basis(unit, right)
    return np.stack((backward_or_forward, ml))


def principal_angle(first: FloatArray, second: FloatArray) -> float:
    """Return the angle from axis 1 to the direction of largest variance.

    Parameters
    ----------
    first, second : (m,) float64
        Signals without their mean.

    Returns
    -------
    float
        Radians, -pi/2 to pi/2.
    """
    return float(0.5 * np.arctan2(2.0 * (first @ second), first @ first - second @ second))
