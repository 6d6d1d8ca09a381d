"""Who is sending an upload: the process that holds a lease, and whether it is known to be gone."""

from __future__ import annotations

import os
import platform
import secrets
import sys
from datetime import timedelta
from pathlib import Path

LEASE = timedelta(minutes=4)
"""Longer than the longest POST may take, tokens and pauses included."""

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE = Path("/proc/self/ns/pid")


def _place() -> str:
    """Name the machine, its start and the process namespace, within which a process id means something."""
    try:
        boot = _BOOT.read_text("ascii").strip()
        namespace = str(_NAMESPACE.readlink())
    except OSError:
        return ""
    return f"{platform.node()[:60]}/{boot}/{namespace}"


_START = secrets.token_hex(4)


def this_owner() -> str:
    """Return the name under which this process holds leases."""
    return f"{_place()}#{os.getpid()}#{_START}"[-160:]


def is_gone(owner: str | None) -> bool:
    """Say whether the process that holds a lease has surely ended; False when that can't be known from here.

    A process id that was given away again counts as alive: then the lease's end decides.
    """
    if owner is None or sys.platform == "win32":
        return False
    place, _, rest = owner.rpartition("#")
    place, _, pid = place.rpartition("#")
    if not place or place != _place() or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        return rest != _START
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _is_dead_but_named(pid)


def _is_dead_but_named(pid: str) -> bool:
    """Say whether a process has ended and only waits for its parent to notice; in a container nobody may."""
    try:
        status = Path("/proc", pid, "stat").read_text("ascii", "replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[:1] in (["Z"], ["X"])
