"""Named places at which a test lets the process die; armed by an environment variable only, and never in use.

``KINOMETRIC_FAULT_POINT=name`` ends the process with SIGKILL when the place is passed, ``name:3`` the third time. There
is a place between any two effects that outlive the process: a commit, a line in the mirror or among the anchors, a
kept token, and what leaves for athenaOne.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

VARIABLE: Final = "KINOMETRIC_FAULT_POINT"
POINTS: Final = (
    "intake.before_commit",
    "intake.after_commit",
    "worker.before_checks",
    "worker.before_claim_commit",
    "worker.after_claim_commit",
    "post.before_first_byte",
    "post.after_first_byte",
    "post.after_last_byte",
    "post.answer_begun",
    "worker.after_post",
    "worker.before_finish_commit",
    "worker.after_finish_commit",
)
"""The places that every upload passes, in their order."""
ASIDE: Final = (
    "worker.before_reject_commit",
    "worker.after_reject_commit",
    "worker.before_postpone_commit",
    "worker.after_postpone_commit",
    "worker.before_lease_end_commit",
    "worker.after_lease_end_commit",
    "looker.before_found_commit",
    "looker.after_found_commit",
    "token.before_kept",
    "token.after_kept",
)
"""The places that only some uploads pass."""
AT_A_COMMIT: Final = ("commit.before", "commit.after", "mirror.after", "anchor.after")
"""The places that every audited transaction passes: its commit, its lines in the mirror, its anchor."""
OF_A_POST: Final[Mapping[str, str]] = MappingProxyType(
    {
        "http11.send_request_headers.started": "post.before_first_byte",
        "http11.send_request_headers.complete": "post.after_first_byte",
        "http11.send_request_body.complete": "post.after_last_byte",
        "http11.receive_response_headers.complete": "post.answer_begun",
    }
)
"""What the HTTP library calls the steps of a request, and the places they are."""

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


def pass_points_of_a_post(step: str, _about: object) -> None:
    """Say which step of a POST is done, as the HTTP library tells it."""
    if step in OF_A_POST:
        pass_point(OF_A_POST[step])
