"""Where an axis is marked and how its numbers are written."""

from __future__ import annotations

import math

AMPLITUDES_M_S2 = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 50.0)
STANDARD_M_S2 = 1.5
MINUS = "−"


def step_for(span: float, most: int) -> float:
    """The smallest step of 1, 2 or 5 times a power of ten that marks a span with at most ``most`` intervals."""
    if not span > 0:
        return 1.0
    raw = span / max(most, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    for factor in (1.0, 2.0, 5.0, 10.0):
        if factor * power >= raw * (1 - 1e-9):
            return factor * power
    return 10.0 * power


def ticks_between(low: float, high: float, step: float) -> tuple[float, ...]:
    """All multiples of a step from ``low`` to ``high``."""
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(round(number * step, 10) for number in range(first, last + 1))


def time_step(span_s: float, most: int) -> float:
    """A step for a time axis in seconds: 1, 2, 5 below a minute, then parts of minutes and hours."""
    for step in (
        0.01,
        0.02,
        0.05,
        0.1,
        0.2,
        0.5,
        1,
        2,
        5,
        10,
        20,
        30,
        60,
        120,
        300,
        600,
        1200,
        1800,
        3600,
        7200,
        14400,
        21600,
    ):
        if span_s / step <= most:
            return float(step)
    return 43200.0


def written_seconds(time_s: float, step_s: float) -> str:
    """A time on the axis: ``4``, ``4.25``, and from a minute's step on ``1:02:00``."""
    if step_s >= 60:
        minutes, seconds = divmod(round(time_s), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
    decimals = 0 if step_s >= 1 else (1 if step_s >= 0.1 else 2)
    return signed_free(time_s, decimals)


def signed_free(value: float, decimals: int) -> str:
    """A number with a typographic minus and no plus."""
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def signed(value: float, decimals: int) -> str:
    """A number that always shows its sign: ``+0.215``, ``−0.026``, ``±0.0``."""
    text = f"{value:+.{decimals}f}"
    if float(text) == 0:
        return f"±{text[1:]}"
    return text.replace("-", MINUS)


def next_amplitude(amplitude_m_s2: float, closer: bool) -> float:
    """The next smaller (closer) or larger half-height of a lane."""
    if closer:
        smaller = [step for step in AMPLITUDES_M_S2 if step < amplitude_m_s2 - 1e-9]
        return smaller[-1] if smaller else AMPLITUDES_M_S2[0]
    larger = [step for step in AMPLITUDES_M_S2 if step > amplitude_m_s2 + 1e-9]
    return larger[0] if larger else AMPLITUDES_M_S2[-1]


def amplitude_for(largest_m_s2: float) -> float:
    """The smallest half-height that holds a value."""
    return next((step for step in AMPLITUDES_M_S2 if step >= largest_m_s2), AMPLITUDES_M_S2[-1])


def scale_words(amplitude_m_s2: float) -> str:
    """``±1.5 m/s²``; another scale than the standard says that it is scaled to fit."""
    words = f"±{amplitude_m_s2:g} m/s²"
    return words if amplitude_m_s2 == STANDARD_M_S2 else f"{words}, scaled to fit"
