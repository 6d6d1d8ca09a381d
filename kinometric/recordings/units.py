"""Decide whether numbers are g or m/s2, and refuse recordings from which gravity was removed."""

from __future__ import annotations

import math
import re
from typing import Literal

import numpy as np

from kinometric.recordings.recording import FloatArray, RecordingError

STANDARD_GRAVITY_M_S2 = 9.80665
G_RANGE = (0.8, 1.2)
M_S2_RANGE = (8.0, 12.0)
GRAVITY_FREE_BELOW_M_S2 = 3.0
# A sensor's length wavers by more than this share of itself; the gravity that a phone computes is of one length.
_GRAVITY_ALONE = 4e-4

Unit = Literal["g", "m_s2", "mg", "cm_s2"]
_FACTOR = {"g": STANDARD_GRAVITY_M_S2, "m_s2": 1.0, "mg": STANDARD_GRAVITY_M_S2 / 1000, "cm_s2": 0.01}
_CM_S2 = re.compile(r"cm\W*s|(^|[\s_(\[])gal($|[\s_)\]])", re.IGNORECASE)
_M_S2 = re.compile(r"m\s*/?\s*_?\(?s\s*(\^|\*\*)?\s*-?\s*(2|²)|m/s/s|mps2|m_s2|ms-?2", re.IGNORECASE)
_MG = re.compile(r"(^|[\s_(\[])(mg|milli-?g)($|[\s_)\]])", re.IGNORECASE)
_G = re.compile(r"(^|[\s_(\[])g($|[\s_)\]])", re.IGNORECASE)

ANY_APP_HINT = "record the acceleration with gravity (not 'linear' or 'user' acceleration)"
GRAVITY_FREE = f"Gravity was removed from this recording, so the trunk's tilt cannot be known; {ANY_APP_HINT}."


def gravity_free(hint: str = "") -> RecordingError:
    """Return the error of a recording without gravity, with what to switch on in its app.

    Parameters
    ----------
    hint : str
        How to record gravity in the app that made the file.

    Returns
    -------
    RecordingError
        With code ``gravity_free``; it is for the caller to raise.
    """
    return RecordingError(GRAVITY_FREE.replace(ANY_APP_HINT, hint or ANY_APP_HINT), code="gravity_free")


def unit_of_header(name: str) -> Unit | None:
    """Return the unit that the name of a column states.

    Parameters
    ----------
    name : str
        For example ``"ax_g"`` or ``"Acceleration x (m/s^2)"``.

    Returns
    -------
    {"g", "m_s2", "mg", "cm_s2"} or None
    """
    if _CM_S2.search(name):
        return "cm_s2"
    if _M_S2.search(name):
        return "m_s2"
    if _MG.search(name):
        return "mg"
    return "g" if _G.search(name) else None


def to_m_s2(values: FloatArray, stated: Unit | None, hint: str = "") -> FloatArray:
    """Convert acceleration with gravity to m/s2.

    Parameters
    ----------
    values : (n, 3) float64
    stated : {"g", "m_s2", "mg", "cm_s2"} or None
        The unit by the header; without it the median length decides (0.8 to 1.2: g; 8 to 12: m/s2).
    hint : str
        How to record gravity in the app that made the file.

    Returns
    -------
    (n, 3) float64

    Raises
    ------
    RecordingError
        When gravity is missing or alone, or the unit is neither stated nor plausible.
    """
    # A hundred samples spread over the recording tell the unit as well as all of them.
    spread = values[:: values.shape[0] // 100 + 1]
    squares = np.einsum("ij,ij->i", spread, spread)
    squares.sort()
    median = math.sqrt(squares[squares.size // 2])
    unit = stated or _plausible_unit(median)
    if unit is None:
        if median < GRAVITY_FREE_BELOW_M_S2:
            raise gravity_free(hint)
        raise RecordingError(
            f"The unit cannot be told: the median length of the acceleration is {median:.3g}, "
            "while a phone at rest shows 1 g or 9.8 m/s2.",
            code="unit_unknown",
        )
    if median * _FACTOR[unit] < GRAVITY_FREE_BELOW_M_S2:
        raise gravity_free(hint)
    if squares[-1] - squares[0] < _GRAVITY_ALONE * median * median and _is_gravity(spread, median, _FACTOR[unit]):
        raise RecordingError(
            "This is the direction of gravity alone, not an acceleration; hand in the acceleration that includes it.",
            code="gravity_alone",
        )
    return values if unit == "m_s2" else values * _FACTOR[unit]


def _is_gravity(values: FloatArray, length: float, factor: float) -> bool:
    """Whether vectors of one length are gravity: long as that, and turned by far more than their length wavers."""
    turn = float((values.max(axis=0) - values.min(axis=0)).max())
    of_gravity = abs(length * factor / STANDARD_GRAVITY_M_S2 - 1.0) < 0.01
    return of_gravity and values.shape[0] > 50 and turn > 10.0 * _GRAVITY_ALONE * length


def _plausible_unit(median: float) -> Unit | None:
    if G_RANGE[0] <= median <= G_RANGE[1]:
        return "g"
    if M_S2_RANGE[0] <= median <= M_S2_RANGE[1]:
        return "m_s2"
    return None
