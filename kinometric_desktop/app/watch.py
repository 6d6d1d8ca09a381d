"""Watches the answers to all work: a lost line or an ended server session is known everywhere at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kinometric.contract.errors import SIGNED_OUT
from kinometric_desktop.app.ports import Lane, TaskRunner, Ticket
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.client.errors import ServerError, Unreachable

T = TypeVar("T")


class WatchedRunner:
    """A runner that tells the work session whether the server answers and whether it still knows the person."""

    def __init__(self, runner: TaskRunner, session: WorkSession) -> None:
        self._runner = runner
        self._session = session

    def run(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None],
        *,
        lane: Lane = "network",
    ) -> Ticket:
        def done(result: T) -> None:
            if lane == "network":
                self._session.set_online(True)
            on_done(result)

        def failed(problem: Exception) -> None:
            if isinstance(problem, Unreachable):
                self._session.set_online(False)
            elif isinstance(problem, ServerError):
                self._session.set_online(True)
                if problem.code == SIGNED_OUT and self._session.practice is not None:
                    self._session.lock()
            on_error(problem)

        return self._runner.run(work, done, failed, lane=lane)
