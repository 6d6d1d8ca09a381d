"""The signal chain from a recording to upright sway, the measures of it, and the loss-of-balance detector."""

from __future__ import annotations

from kinometric.sway.events import detect_events
from kinometric.sway.measures import ellipse95, measure
from kinometric.sway.signal_chain import process
from kinometric.sway.values import Ellipse, Event, SwayMeasures, SwaySignal

__all__ = ["Ellipse", "Event", "SwayMeasures", "SwaySignal", "detect_events", "ellipse95", "measure", "process"]
