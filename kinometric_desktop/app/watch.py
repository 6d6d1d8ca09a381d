"""Watches the answers to all work: a lost line or an ended server session is known everywhere at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kinometric.contract.errors import SIGNED_OUT
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.ports import Lane, TaskRunner, Ticket, Timer
from kinometric_desktop.app.session import WorkSession, WorkState
from kinometric_desktop.client.errors import ServerError, Unreachable

T = TypeVar("T")
HEARTBEAT_S = 4.0


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
        visit = self._session.visits

        def done(result: T) -> None:
            if lane == "network":
                self._session.set_online(True)
            on_done(result)

        def failed(problem: Exception) -> None:
            if isinstance(problem, Unreachable):
                self._session.set_online(False)
            elif isinstance(problem, ServerError):
                self._session.set_online(True)
                # A late answer to the session before says nothing about the one that was begun since.
                ended = problem.code == SIGNED_OUT and visit == self._session.visits
                if ended and self._session.practice is not None:
                    self._session.lock()
            on_error(problem)

        return self._runner.run(work, done, failed, lane=lane)


class Heartbeat:
    """Asks the server every few seconds whether it is there, while somebody works, so that a lost line is seen soon.

    It asks for what needs no session, so that it neither renews one nor is written into the audit trail.
    """

    def __init__(self, session: WorkSession, connection: Connection, runner: TaskRunner, timer: Timer) -> None:
        self._session = session
        self._connection = connection
        self._runner = runner
        self._timer = timer
        self._ticking: Ticket | None = None
        self._asking = False
        self._end_listening = session.listen(self._session_changed)

    def close(self) -> None:
        """Ask no more."""
        self._end_listening()
        self._stop()

    def _session_changed(self, state: WorkState) -> None:
        working = state.practice is not None and not state.locked
        if working and self._ticking is None:
            self._ticking = self._timer.every(HEARTBEAT_S, self._beat)
        elif not working:
            self._stop()

    def _stop(self) -> None:
        if self._ticking is not None:
            self._ticking.drop()
            self._ticking = None

    def _beat(self) -> None:
        if self._asking or not self._connection.is_open:
            return
        self._asking = True
        self._runner.run(self._connection.client.accounts.hello, self._heard, self._heard)

    def _heard(self, _: object) -> None:
        self._asking = False
