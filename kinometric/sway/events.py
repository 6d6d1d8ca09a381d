"""Propose where balance was lost: impact, lean, burst, stepping, hop."""

from __future__ import annotations

from kinometric.sway.values import Event, SwaySignal


def detect_events(signal: SwaySignal) -> tuple[Event, ...]:
    """Return the events of a window, first one first."""
    raise NotImplementedError
