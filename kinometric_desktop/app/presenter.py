"""A presenter holds one screen's frozen state and tells one listener when it changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from kinometric_desktop.app.ports import Lane, TaskRunner, Ticket

State = TypeVar("State")
T = TypeVar("T")


class Presenter(Generic[State]):
    """The base of all presenters.

    A view calls :meth:`subscribe` once and renders every state it is handed. Intents are the public methods of the
    subclass. Work goes through :meth:`_run`: newer work of the same topic drops the older result, and :meth:`close`
    drops all of it, so that a late answer never reaches a screen that has moved on.

    Parameters
    ----------
    state : State
        The first state, a frozen dataclass.
    runner : TaskRunner
        Where work goes.
    """

    def __init__(self, state: State, runner: TaskRunner) -> None:
        self._state = state
        self._runner = runner
        self._listener: Callable[[State], None] | None = None
        self._after_showing: Callable[[], None] | None = None
        self._tickets: dict[str, Ticket] = {}
        self._generation: dict[str, int] = {}
        self._closed = False

    @property
    def state(self) -> State:
        """What the screen shows now."""
        return self._state

    def subscribe(self, listener: Callable[[State], None]) -> None:
        """Hand every state to ``listener``, the present one at once."""
        self._listener = listener
        listener(self._state)

    def after_showing(self, call: Callable[[], None]) -> None:
        """Call whenever the view has rendered a state, for what stands around it."""
        self._after_showing = call

    def close(self) -> None:
        """Forget the listener and drop all work under way."""
        self._closed = True
        self._listener = self._after_showing = None
        for topic in tuple(self._tickets):
            self._drop(topic)

    def _show(self, state: State) -> None:
        if state == self._state:
            return
        self._state = state
        if self._listener is not None:
            self._listener(state)
        if self._after_showing is not None:
            self._after_showing()

    def _change(self, **changes: Any) -> None:
        self._show(dataclasses.replace(self._state, **changes))  # type: ignore[type-var]

    def _busy(self, topic: str) -> bool:
        return topic in self._tickets

    def _drop(self, topic: str) -> None:
        self._generation[topic] = self._generation.get(topic, 0) + 1
        ticket = self._tickets.pop(topic, None)
        if ticket is not None:
            ticket.drop()

    def _run(
        self,
        topic: str,
        work: Callable[[], T],
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None],
        *,
        lane: Lane = "network",
    ) -> None:
        if self._closed:
            return
        self._drop(topic)
        generation = self._generation[topic]

        def current() -> bool:
            return not self._closed and self._generation[topic] == generation

        running = True

        def deliver(call: Callable[[Any], None], outcome: object) -> None:
            nonlocal running
            running = False
            if current():
                self._tickets.pop(topic, None)
                call(outcome)

        ticket = self._runner.run(
            work, lambda result: deliver(on_done, result), lambda problem: deliver(on_error, problem), lane=lane
        )
        if running and current():
            self._tickets[topic] = ticket
