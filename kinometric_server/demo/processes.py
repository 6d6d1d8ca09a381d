"""The demo's processes: started with pipes instead of arguments for secrets, and each ended by its own id."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import IO

END_WITHIN_S = 15.0


class DemoProcessError(RuntimeError):
    """A process of the demo did not come up; its text is a sentence for people."""


@dataclass(frozen=True)
class Started:
    """One process and the first line that it said."""

    process: subprocess.Popen[str]
    first_line: str


class Processes:
    """Starts the demo's processes and ends them, the last one first."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[str]] = []

    def start(self, module: Sequence[str], *, what: str) -> Started:
        """Start ``python -m module…`` and wait for its first line; DemoProcessError when it ends before that."""
        return self.first_line_of(self.launch(module), what=what)

    def launch(self, module: Sequence[str]) -> subprocess.Popen[str]:
        """Start ``python -m module…`` without waiting; it may wait for a line on its input."""
        process = subprocess.Popen(  # noqa: S603 our own modules
            [sys.executable, "-m", *module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._running.append(process)
        return process

    def first_line_of(self, process: subprocess.Popen[str], *, said_to_it: str = "", what: str) -> Started:
        """Say something to a launched process and wait for the first line of its answer.

        Raises
        ------
        DemoProcessError
            When it ends before it says anything.
        """
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(f"{said_to_it}\n")
            process.stdin.close()
            line = process.stdout.readline().strip()
        except OSError:
            line = ""
        if not line:
            process.stdout.close()
            raise DemoProcessError(f"{what} did not start.")
        threading.Thread(target=_drain, args=(process.stdout,), daemon=True, name=f"output of {what}").start()
        return Started(process, line)

    def run(self, module: Sequence[str], environment: dict[str, str]) -> int:
        """Run ``python -m module…`` in the foreground until it ends; return its exit code."""
        process = subprocess.Popen(  # noqa: S603 our own modules
            [sys.executable, "-m", *module], text=True, env=environment
        )
        self._running.append(process)
        return process.wait()

    def end(self) -> None:
        """End every process that was started here and still runs."""
        for process in reversed(self._running):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(END_WITHIN_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            if process.stdin is not None and not process.stdin.closed:
                process.stdin.close()
        self._running.clear()

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


def _drain(output: IO[str]) -> None:
    """Read what a process says further, so that it never waits for a full pipe."""
    with output:
        for _ in output:
            pass
