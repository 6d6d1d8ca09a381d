"""The fixed table of the model of Fellegi and Sunter: how much each level of agreement speaks for one person.

A level's weight is log2(m / u): m how often it is seen between two records of one person, u how often between records
of two people. The shares are set by hand and not tuned; a field that is missing weighs nothing.
Fellegi and Sunter, "A theory for record linkage", J. Am. Stat. Assoc. 64 (1969) 1183-1210.
"""

from __future__ import annotations

from math import log2

from kinometric.matching.values import Band, Field

MODEL_VERSION = "1.0.0"

STRONG_FROM = 14.0
POSSIBLE_FROM = 8.0
CLOSE_CALL_MARGIN = 4.0
"""Two candidates whose weights are nearer than this are named to the person who decides."""

_SHARES: dict[Field, dict[str, tuple[float, float]]] = {
    "lastname": {
        "same": (0.84, 0.0010),
        "written": (0.05, 0.0002),
        "part": (0.03, 0.0020),
        "typing": (0.05, 0.0015),
        "sound": (0.01, 0.0010),
        "alike": (0.005, 0.0100),
        "differs": (0.03, 0.98),
        "swapped": (0.02, 0.0001),
    },
    "firstname": {
        "same": (0.60, 0.0050),
        "written": (0.02, 0.0001),
        "middle_missing": (0.14, 0.0040),
        "middle_initial": (0.10, 0.0010),
        "middle_differs": (0.02, 0.0050),
        "nickname": (0.06, 0.0040),
        "initial": (0.02, 0.0150),
        "middle_used": (0.01, 0.0030),
        "typing": (0.05, 0.0040),
        "differs": (0.05, 0.97),
        "swapped": (0.02, 0.0010),
    },
    "suffix": {"same": (0.90, 0.40), "differs": (0.03, 0.60)},
    "born": {
        "same": (0.92, 0.00005),
        "swapped": (0.010, 0.00005),
        "one_digit": (0.020, 0.0004),
        "day": (0.008, 0.0006),
        "month": (0.006, 0.0003),
        "year_digit": (0.012, 0.0008),
        "century": (0.001, 0.00003),
        "year": (0.005, 0.0020),
        "swapped_and_year": (0.0005, 0.0010),
        "same_year": (0.003, 0.0120),
        "differs": (0.020, 0.98),
    },
    "sex": {"same": (0.985, 0.50), "differs": (0.015, 0.50)},
    "phone": {"same": (0.60, 0.0040), "close": (0.02, 0.0030), "differs": (0.38, 0.99)},
    "zip": {"same": (0.75, 0.10), "differs": (0.25, 0.90)},
    "preferredname": {"same": (0.80, 0.02), "close": (0.10, 0.02), "differs": (0.10, 0.96)},
}

WEIGHTS: dict[Field, dict[str, float]] = {
    field: {**{level: log2(m / u) for level, (m, u) in levels.items()}, "missing": 0.0}
    for field, levels in _SHARES.items()
}

_NEVER_STRONG: dict[Field, frozenset[str]] = {
    "lastname": frozenset(("differs", "alike", "missing")),
    "firstname": frozenset(("differs", "missing")),
    "suffix": frozenset(("differs",)),
    "born": frozenset(("missing", "year_digit", "century", "year", "swapped_and_year", "differs")),
}
"""Levels that keep a pair from being called strong however much else agrees: twins, father and son, namesakes, and
records that can't be linked as they stand."""


def weight_of(levels: dict[Field, str]) -> float:
    """Return the sum of the weights of all levels.

    Parameters
    ----------
    levels : dict of field to level

    Returns
    -------
    float
        Bits.
    """
    total = 0.0
    for field, level in levels.items():
        total += WEIGHTS[field][level]
    return total


def band_of(levels: dict[Field, str], weight: float) -> Band:
    """Return the word that people see instead of a number.

    Parameters
    ----------
    levels : dict of field to level
    weight : float
        Bits.

    Returns
    -------
    Band
    """
    if weight >= STRONG_FROM and not any(levels.get(field) in never for field, never in _NEVER_STRONG.items()):
        return "strong"
    return "possible" if weight >= POSSIBLE_FROM else "weak"
