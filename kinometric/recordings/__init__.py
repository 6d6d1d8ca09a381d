"""A recording of one stance, its readers, and the product's own CSV."""

from __future__ import annotations

from kinometric.recordings.product_csv import write_csv
from kinometric.recordings.reading import read_recording
from kinometric.recordings.recording import (
    MOUNTINGS,
    PLACEMENTS,
    STANCES,
    Finding,
    Recording,
    RecordingError,
    Severity,
)
from kinometric.recordings.synthetic import synthetic_recording

__all__ = [
    "MOUNTINGS",
    "PLACEMENTS",
    "STANCES",
    "Finding",
    "Recording",
    "RecordingError",
    "Severity",
    "read_recording",
    "synthetic_recording",
    "write_csv",
]
