"""Runners without threads: one that works at once, one that waits until it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kinometric_desktop.app.ports import Lane, Ticket

T = TypeVar("T")


@dataclass
class _Dropped:
    dropped: bool = False

    def drop(self) -> None:
        self.dropped = True


class ImmediateRunner:
    """Does the work inside :meth:`run`, so that a script needs no waiting."""

    def run(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None],
        *,
        lane: Lane = "network",
    ) -> Ticket:
        del lane
        try:
            result = work()
        except Exception as problem:  # noqa: BLE001 - whatever the work raised belongs to its caller
            on_error(problem)
        else:
            on_done(result)
        return _Dropped()


@dataclass
class Waiting:
    """Work that a :class:`ManualRunner` holds back."""

    work: Callable[[], Any]
    on_done: Callable[[Any], None]
    on_error: Callable[[Exception], None]
    lane: Lane
    dropped: bool = False

    def drop(self) -> None:
        """Never deliver the result."""
        self.dropped = True

    def finish(self) -> None:
        """Do the work now and deliver what comes of it."""
        try:
            result = self.work()
        except Exception as problem:  # noqa: BLE001 - whatever the work raised belongs to its caller
            if not self.dropped:
                self.on_error(problem)
        else:
            if not self.dropped:
                self.on_done(result)

    def fail(self, problem: Exception) -> None:
        """Deliver a failure without doing the work."""
        if not self.dropped:
            self.on_error(problem)


@dataclass
class ManualRunner:
    """Keeps all work in :attr:`waiting` until the caller finishes it, in any order."""

    waiting: list[Waiting] = field(default_factory=list)

    def run(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None],
        *,
        lane: Lane = "network",
    ) -> Ticket:
        task = Waiting(work, on_done, on_error, lane)
        self.waiting.append(task)
        return task

    def finish_next(self) -> None:
        """Finish the oldest work."""
        self.waiting.pop(0).finish()

    def finish_all(self) -> None:
        """Finish everything, also what is started meanwhile."""
        while self.waiting:
            self.finish_next()
