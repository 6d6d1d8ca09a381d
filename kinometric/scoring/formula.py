"""Engine 1's formula: hold, then steadiness; levels; and how a score is shown."""

from __future__ import annotations

import math
from decimal import ROUND_FLOOR, Decimal

from kinometric.scoring.values import Level
from kinometric.sway.engine import engine

FULL_HOLD_S = 10.0


def score_of(hold_s: float, held_full: bool, rms_m_s2: float | None, stance: str) -> float | None:
    """Score one stance.

    Below 10 s the score is half the hold in seconds. A full hold gives 5 + 5 S with
    S = clamp((ln worst - ln rms) / (ln worst - ln best), 0, 1) between the stance's two anchors.

    Parameters
    ----------
    hold_s : float
        0 to 10 s.
    held_full : bool
    rms_m_s2 : float or None
        Resultant horizontal RMS of the measured part; needed for a full hold.
    stance : {"LBEO", "RBEO", "LBEC", "RBEC"}

    Returns
    -------
    float or None
        0 to 10, unrounded; None for a full hold without a measured sway.
    """
    if not held_full:
        return hold_s / 2.0
    if rms_m_s2 is None:
        return None
    return 5.0 + 5.0 * steadiness(rms_m_s2, stance)


def steadiness(rms_m_s2: float, stance: str) -> float:
    """Return S of the score: how steady a full hold was.

    S = clamp((ln worst - ln rms) / (ln worst - ln best), 0, 1) between the two anchors of the stance; the engine's data
    file gives them with their source.

    Parameters
    ----------
    rms_m_s2 : float
        Resultant horizontal RMS of the measured part.
    stance : {"LBEO", "RBEO", "LBEC", "RBEC"}

    Returns
    -------
    float
        0 to 1; 1 at or below the best anchor, 0 at or above the worst.
    """
    anchors = engine().anchors[stance]
    if rms_m_s2 <= anchors.best_m_s2:
        return 1.0
    fraction = math.log(anchors.worst_m_s2 / rms_m_s2) / math.log(anchors.worst_m_s2 / anchors.best_m_s2)
    return min(max(fraction, 0.0), 1.0)


def level_of(score: float) -> Level:
    """Return the level of an eyes-open score.

    Critical below 2.5 (held less than 5 s; Vellas 1997), high below 5 (held less than 10 s; Araujo 2022), moderate
    below 7.5, else low: a band of balance performance on this test, not a probability of falling.

    Parameters
    ----------
    score : float
        0 to 10 points, unrounded.

    Returns
    -------
    {"critical", "high", "moderate", "low"}
    """
    level: Level = "critical"
    for band in engine().levels:
        if score >= band.lowest_score:
            level = band.level  # type: ignore[assignment]
    return level


def shown_score(score: float) -> str:
    """Return a score as it is printed: rounded down to one decimal, so that it never crosses its level.

    Parameters
    ----------
    score : float
        0 to 10.

    Returns
    -------
    str
        For example ``"4.9"`` for 4.99.
    """
    return str(Decimal(repr(float(score))).quantize(Decimal("0.1"), rounding=ROUND_FLOOR))
