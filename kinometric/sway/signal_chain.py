"""From a recording to one upright window at 100 Hz."""

from __future__ import annotations

from kinometric.recordings.recording import Recording
from kinometric.sway.values import SwaySignal


def process(recording: Recording, *, foot_lift_s: float | None = None) -> SwaySignal:
    """Cut, resample, rescale, make upright and filter the window of a recording."""
    raise NotImplementedError
