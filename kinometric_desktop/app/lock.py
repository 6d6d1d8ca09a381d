"""Locks the workstation after fifteen minutes without input, warned at thirteen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kinometric.contract.accounts import Me
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.ports import Clock, TaskRunner, Ticket, Timer
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import countdown
from kinometric_desktop.app.session import WorkSession, WorkState

IDLE_END_S = 15 * 60.0
WARN_BEFORE_S = 2 * 60.0
ACTIVITY_EVERY_S = 60.0

Why = Literal["idle", "hand", "server"]
"""Who locked the screen: the time without input, a person, or the server, which no longer knows the session."""


@dataclass(frozen=True)
class LockState:
    """How long until the screen locks."""

    running: bool = False
    remaining_s: float = IDLE_END_S
    warning: bool = False
    locked: bool = False
    why: Why = "server"

    @property
    def words(self) -> str:
        """``Locks in 14:48 without input``; "" while nobody works."""
        return f"Locks in {countdown(self.remaining_s)} without input" if self.running else ""


class LockPresenter(Presenter[LockState]):
    """Counts down to the lock, tells the server of real input, and ends the session when the time is up.

    The clock's monotonic time goes on while the computer sleeps, so a laptop that wakes after the end locks at once.
    """

    def __init__(
        self, session: WorkSession, connection: Connection, runner: TaskRunner, clock: Clock, timer: Timer
    ) -> None:
        super().__init__(LockState(), runner)
        self._session = session
        self._connection = connection
        self._clock = clock
        self._timer = timer
        self._ticking: Ticket | None = None
        self._last_input_s = clock.monotonic_s()
        self._last_told_s = clock.monotonic_s()
        self._input_since_told = False
        self._why: Why = "server"
        self._end_listening = session.listen(self._session_changed)

    def input_seen(self) -> None:
        """A key was pressed or the mouse moved."""
        if not self.state.running:
            return
        now = self._clock.monotonic_s()
        if now - self._last_input_s >= IDLE_END_S:
            self._tick()
            return
        self._last_input_s = now
        self._input_since_told = True
        if self.state.warning:
            self._tick()

    def lock_now(self) -> None:
        """Lock without waiting, because a person asks for it."""
        self._lock("hand")

    def _lock(self, why: Why) -> None:
        if self._session.state.practice is None or self._session.state.locked:
            return
        self._why = why
        self._session.lock()
        self._why = "server"
        connection = self._connection
        if connection.is_open:
            client = connection.client
            self._runner.run(client.accounts.sign_out, lambda _: None, lambda _: None)

    def close(self) -> None:
        """Stop counting."""
        self._end_listening()
        self._stop()
        super().close()

    def _session_changed(self, state: WorkState) -> None:
        working = state.practice is not None and not state.locked
        if working and self._ticking is None:
            self._last_input_s = self._last_told_s = self._clock.monotonic_s()
            self._input_since_told = False
            self._ticking = self._timer.every(1.0, self._tick)
            self._tick()
        elif not working:
            self._stop()
            self._show(LockState(locked=state.locked, why=self._why))

    def _stop(self) -> None:
        if self._ticking is not None:
            self._ticking.drop()
            self._ticking = None

    def _tick(self) -> None:
        now = self._clock.monotonic_s()
        remaining = IDLE_END_S - (now - self._last_input_s)
        if remaining <= 0:
            self._lock("idle")
            return
        self._show(LockState(True, remaining, remaining <= WARN_BEFORE_S))
        if self._input_since_told and now - self._last_told_s >= ACTIVITY_EVERY_S and self._connection.is_open:
            self._last_told_s = now
            self._input_since_told = False
            self._run("activity", self._connection.client.accounts.activity, self._told, lambda _: None)

    def _told(self, me: Me) -> None:
        del me
