"""Work the queue in processes that are killed at random moments; prints how many were killed and how many ended."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kinometric_server.operations.server import open_server
from kinometric_server.operations.settings import layout
from kinometric_server.uploads.worker import UploadWorker

BETWEEN_ROUNDS = timedelta(minutes=90)
"""Longer than the longest wait before another try, so that each round finds what waits."""


def work(asked: dict[str, Any], clock: Callable[[], datetime]) -> None:
    """Go through the queue once, as a process of its own."""
    settings = replace(
        layout(Path(asked["root"]), database_url=asked["database"], keys=Path(asked["keys"])),
        test_endpoints=(asked["standin"],),
    )
    server = open_server(settings, clock=clock, with_logs=False)
    UploadWorker(server).work_once()
    server.close()


def main() -> None:
    """Fork a worker, wait a random moment, kill it; at the end let one work in peace."""
    asked = json.loads(sys.stdin.read())
    chance = random.Random(asked["seed"])
    begin = datetime.fromisoformat(asked["now"])
    killed = ended = 0
    for number in range(asked["kills"] + asked["peaceful"]):
        base, started = begin + BETWEEN_ROUNDS * number, time.monotonic()
        pid = os.fork()
        if pid == 0:
            work(asked, lambda base=base, started=started: base + timedelta(seconds=time.monotonic() - started))
            os._exit(0)
        watch = os.pidfd_open(pid)
        peaceful = number >= asked["kills"]
        patience = 120.0 if peaceful else chance.uniform(0.02, asked["longest_s"])
        if not select.select([watch], [], [], patience)[0]:
            os.kill(pid, signal.SIGKILL)
            killed += 1
        else:
            ended += 1
        os.close(watch)
        os.waitpid(pid, 0)
    sys.stdout.write(json.dumps({"killed": killed, "ended": ended}))


if __name__ == "__main__":
    main()
