"""The computer's time, and calls that come later on the window's thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Qt, QTimer

from kinometric_desktop.app.ports import Ticket


class SystemClock:
    """The time of this computer."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Seconds that never go back and go on while the computer sleeps, where the system can tell."""
        boot = getattr(time, "CLOCK_BOOTTIME", None)
        return time.clock_gettime(boot) if boot is not None else time.monotonic()


class _Call:
    def __init__(self, timer: QTimer) -> None:
        self._timer: QTimer | None = timer

    def drop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer.deleteLater()
            self._timer = None


class QtTimer:
    """Timers of the window's thread, all children of one object so that none outlives it."""

    def __init__(self, parent: QObject) -> None:
        self._parent = parent

    def after(self, delay_s: float, call: Callable[[], None]) -> Ticket:
        """Call once."""
        return self._start(delay_s, call, once=True)

    def every(self, interval_s: float, call: Callable[[], None]) -> Ticket:
        """Call again and again until dropped."""
        return self._start(interval_s, call, once=False)

    def _start(self, delay_s: float, call: Callable[[], None], *, once: bool) -> Ticket:
        timer = QTimer(self._parent)
        timer.setSingleShot(once)
        timer.setTimerType(Qt.TimerType.CoarseTimer)
        ticket = _Call(timer)

        def due() -> None:
            if once:
                ticket.drop()
            call()

        timer.timeout.connect(due)
        timer.start(max(1, round(delay_s * 1000)))
        return ticket
