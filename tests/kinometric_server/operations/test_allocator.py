"""The server's threads share the C library's pools of memory."""

from __future__ import annotations

import ctypes
import platform
import subprocess
import sys

import pytest

from kinometric_server.operations import allocator

MANY_THREADS = """
import re, threading
from kinometric_server.operations.allocator import share_pools
{call}
import ctypes
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
ready, done = threading.Barrier(13), threading.Barrier(13)

def work():
    libc.malloc(5000)
    ready.wait()
    done.wait()

threads = [threading.Thread(target=work) for _ in range(12)]
for thread in threads:
    thread.start()
ready.wait()
libc.malloc_stats()
done.wait()
"""


def pools(call: str) -> int:
    ran = subprocess.run(
        [sys.executable, "-c", MANY_THREADS.format(call=call)], capture_output=True, text=True, check=True
    )
    return ran.stderr.count("Arena ")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc makes pools for threads")
def test_twelve_threads_share_two_pools() -> None:
    assert pools("") > 2
    assert pools("assert share_pools()") <= 2


def test_another_c_library_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert allocator.share_pools() is False
    monkeypatch.setattr(sys, "platform", "win32")
    assert allocator.share_pools() is False
