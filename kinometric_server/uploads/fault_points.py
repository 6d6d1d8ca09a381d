"""Named places at which a test lets the process die; armed by an environment variable only, and never in use.

``KINOMETRIC_FAULT_POINT=name`` ends the process with SIGKILL when the place is passed, ``name:3`` the third time.
"""

from __future__ import annotations

import os
import signal
import threading
from typing import Final

VARIABLE: Final = "KINOMETRIC_FAULT_POINT"
POINTS: Final = (
    "intake.before_commit",
    "intake.after_commit",
    "worker.before_checks",
    "worker.before_claim_commit",
    "worker.after_claim_commit",
    "worker.after_post",
    "worker.before_finish_commit",
    "worker.after_finish_commit",
)
"""Every place, in the order in which an upload passes them."""

_lock = threading.Lock()
_passed: dict[str, int] = {}


def pass_point(name: str) -> None:
    """Say that a named place is passed; ends the process here if a test has armed it."""
    armed = os.environ.get(VARIABLE)
    if not armed:
        return
    wanted, _, times = armed.partition(":")
    if wanted != name:
        return
    with _lock:
        _passed[name] = _passed.get(name, 0) + 1
        reached = _passed[name] >= int(times or "1")
    if reached:
        os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
