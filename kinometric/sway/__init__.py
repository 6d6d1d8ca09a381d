"""The signal chain from a recording to upright sway, the measures of it, and the loss-of-balance detector."""

from __future__ import annotations

from kinometric.sway.batch import BatchMeasures, measure_batch
from kinometric.sway.events import detect_events
from kinometric.sway.measures import ellipse95, measure, measure_everything
from kinometric.sway.planar import DEFINITIONS, Definition, PlanarMeasures, measure_planar
from kinometric.sway.signal_chain import process
from kinometric.sway.values import Ellipse, Event, SwayMeasures, SwaySignal

__all__ = [
    "DEFINITIONS",
    "BatchMeasures",
    "Definition",
    "Ellipse",
    "Event",
    "PlanarMeasures",
    "SwayMeasures",
    "SwaySignal",
    "detect_events",
    "ellipse95",
    "measure",
    "measure_batch",
    "measure_everything",
    "measure_planar",
    "process",
]
