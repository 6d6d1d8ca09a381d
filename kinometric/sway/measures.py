"""Sway measures with their formulas, units and papers."""

from __future__ import annotations

from kinometric.recordings.recording import Recording
from kinometric.sway.values import Ellipse, SwayMeasures, SwaySignal


def measure(recording_or_signal: Recording | SwaySignal, *, end_s: float | None = None) -> SwayMeasures:
    """Measure the sway from 1.0 s to 9.5 s of the window or to `end_s`."""
    raise NotImplementedError


def ellipse95(signal: SwaySignal, *, end_s: float | None = None) -> Ellipse:
    """Return the 95 % ellipse of the measured part."""
    raise NotImplementedError
