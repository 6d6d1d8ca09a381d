"""Generate recordings of a one-leg stance: an inverted pendulum pushed by noise, labelled synthetic."""

from __future__ import annotations

from kinometric.recordings.recording import Recording


def synthetic_recording(
    *, stance: str = "LBEO", severity: float = 0.3, hold_s: float = 10.0, seed: int = 0, rate_hz: float = 100.0
) -> Recording:
    """Generate one recording."""
    raise NotImplementedError
