"""Runs work on threads and brings results back through one long-lived Qt object."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from kinometric_desktop.app.ports import Lane, Ticket

T = TypeVar("T")

_THREADS: dict[Lane, int] = {"network": 2, "compute": 1}


class _Bridge(QObject):
    """Lives on the window's thread; workers only emit its one signal."""

    ready = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.ready.connect(self.deliver, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def deliver(self, call: Callable[[], None]) -> None:
        call()


class _Task:
    """One piece of work: dropped, or delivered once."""

    def __init__(self) -> None:
        self.dropped = False
        self.future: Future[None] | None = None

    def drop(self) -> None:
        self.dropped = True
        if self.future is not None:
            self.future.cancel()


class ThreadRunner:
    """The TaskRunner of the real workstation: two threads for the network, one for computing.

    Make it on the window's thread and :meth:`close` it before the application ends.
    """

    def __init__(self) -> None:
        self._bridge = _Bridge()
        self._lanes: dict[Lane, ThreadPoolExecutor] = {
            lane: ThreadPoolExecutor(count, thread_name_prefix=f"kinometric-{lane}") for lane, count in _THREADS.items()
        }
        self._closed = False
        self._under_way = 0
        self._counting = threading.Lock()

    @property
    def idle(self) -> bool:
        """True when no work is under way and every result has been delivered."""
        with self._counting:
            return self._under_way == 0

    def run(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None],
        *,
        lane: Lane = "network",
    ) -> Ticket:
        """Run ``work`` on a lane; deliver on the window's thread unless dropped."""
        task = _Task()
        if self._closed:
            task.dropped = True
            return task
        with self._counting:
            self._under_way += 1

        def deliver(call: Callable[[Any], None], outcome: object) -> None:
            with self._counting:
                self._under_way -= 1
            if not task.dropped and not self._closed:
                call(outcome)

        def do() -> None:
            if task.dropped:
                self._emit(lambda: deliver(on_done, None))
                return
            try:
                result = work()
            except Exception as problem:  # noqa: BLE001 - whatever the work raised belongs to its caller
                outcome: object = problem
                self._emit(lambda: deliver(on_error, outcome))
            else:
                self._emit(lambda: deliver(on_done, result))

        task.future = self._lanes[lane].submit(do)
        task.future.add_done_callback(self._cancelled)
        return task

    def _emit(self, call: Callable[[], None]) -> None:
        if not self._closed:
            self._bridge.ready.emit(call)

    def _cancelled(self, future: Future[None]) -> None:
        if future.cancelled():
            with self._counting:
                self._under_way -= 1

    def close(self) -> None:
        """Start nothing more, deliver nothing more, and wait for what is running."""
        self._closed = True
        for lane in self._lanes.values():
            lane.shutdown(wait=True, cancel_futures=True)
        self._bridge.ready.disconnect(self._bridge.deliver)
        self._bridge.deleteLater()
