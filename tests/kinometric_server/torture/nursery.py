"""A process that has everything loaded and forks servers and workers on demand, so that a kill -9 costs no start-up.

Its children are the real programs, ``kinometric-server serve`` and ``worker``; they share nothing with it but loaded
code. Commands come as lines of JSON on the input and are answered by one line each.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
READY = "Kinometric is ready at "


class Nursery:
    """Starts and kills the programs; a context manager that leaves none behind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._children: set[int] = set()

    def __enter__(self) -> Nursery:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kinometric_server.torture.nursery"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pid in list(self._children):
            self.kill(pid)
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def _ask(self, **command: Any) -> Any:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def start(self, *arguments: str, environment: dict[str, str] | None = None) -> tuple[int, Path]:
        """Run ``kinometric-server`` with these arguments; return its process id and the file of its output."""
        output = self._folder / f"output-{len(list(self._folder.glob('output-*')))}"
        output.touch()
        pid = int(self._ask(start=arguments, environment=environment or {}, output=str(output)))
        self._children.add(pid)
        return pid, output

    def address(self, output: Path, patience_s: float = 60.0) -> str:
        """Wait until a server says where it listens; empty when it died before."""
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            line = output.read_text("utf-8")
            if READY in line and line.endswith("\n"):
                return line.split(READY)[1].split()[0]
            if "ended" in line:
                return ""
            time.sleep(0.01)
        return ""

    def kill(self, pid: int) -> int:
        """Kill a program without a warning, if it has not died of itself; return the signal that it died of."""
        self._children.discard(pid)
        return int(self._ask(kill=pid))

    def has_died(self, pid: int) -> bool:
        """Say whether a program has ended, by a fault point for example."""
        return bool(self._ask(look=pid))


def _start(command: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    from kinometric_server.cli import main as run

    handle = os.open(command["output"], os.O_WRONLY | os.O_APPEND)
    for number in (1, 2):
        os.dup2(handle, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.update(command["environment"])
    code = 70
    try:
        code = run(command["start"])
    finally:
        sys.stdout.flush()
        os.write(1, f"ended with {code}\n".encode())
        os._exit(code)


def _answer(command: dict[str, Any], ended: dict[int, int]) -> int:
    if "start" in command:
        return _start(command)
    pid = command.get("look", command.get("kill"))
    if pid not in ended and "kill" in command:
        os.kill(pid, signal.SIGKILL)
    if pid not in ended:
        found, status = os.waitpid(pid, 0 if "kill" in command else os.WNOHANG)
        if found:
            ended[pid] = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return ended.get(pid, 0) if "kill" in command else int(pid in ended)


def main() -> None:
    """Load the programs and serve commands until the input ends."""
    from kinometric_server.cli import parser

    for name in ("report", "sway"):
        importlib.import_module(f"kinometric.{name}")
    for name in ("api.app", "operations.serving", "uploads.worker"):
        importlib.import_module(f"kinometric_server.{name}")
    parser()
    ended: dict[int, int] = {}
    for line in sys.stdin:
        answer = _answer(json.loads(line), ended)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
