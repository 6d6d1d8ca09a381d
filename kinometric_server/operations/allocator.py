"""Keep the C library from holding a pool of memory for each thread of the server."""

from __future__ import annotations

import ctypes
import sys

_M_ARENA_MAX = -8
"""Its number in glibc's malloc.h."""
_POOLS = 2


def share_pools() -> bool:
    """Let all threads share two pools; return whether the C library could be told (glibc can).

    By default glibc makes up to eight pools for each processor, and what a request needed once stays in the pool of
    its thread. Python runs one thread at a time, so that many pools gain nothing. To be called before threads start.
    """
    if sys.platform != "linux":
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _POOLS))
    except (AttributeError, OSError):  # another C library, as musl
        return False
