"""Score one-leg-stance sway from a phone's recording; importing this is cheap, the parts load when first used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Recording", "__version__", "measure", "read_recording", "render_report", "score"]

if TYPE_CHECKING:
    from kinometric.recordings import Recording, read_recording
    from kinometric.report import render_report
    from kinometric.scoring import score
    from kinometric.sway import measure

_HOME = {
    "Recording": "kinometric.recordings",
    "read_recording": "kinometric.recordings",
    "measure": "kinometric.sway",
    "score": "kinometric.scoring",
    "render_report": "kinometric.report",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'kinometric' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
