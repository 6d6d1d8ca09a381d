"""A presenter of a form that is sent as a whole: refused or not answered it stays as typed, and can be sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from kinometric.contract.errors import STALE
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.ports import TaskRunner
from kinometric_desktop.app.presenter import Presenter, State
from kinometric_desktop.app.problems import words_for
from kinometric_desktop.client.errors import ServerError

Stored = TypeVar("Stored")


class FormPresenter(Presenter[State], Generic[State, Stored]):
    """The base of forms; the state has ``busy``, ``saved`` and ``problem``.

    Parameters
    ----------
    state : State
        The first state.
    connection, runner
        The workplace's.
    on_stored : Callable
        Told what the server has stored.
    read : Callable
        Reads what the form changes, once somebody else has changed it; called on a worker.
    """

    def __init__(
        self,
        state: State,
        connection: Connection,
        runner: TaskRunner,
        on_stored: Callable[[Stored], None],
        read: Callable[[], Stored],
    ) -> None:
        super().__init__(state, runner)
        self._connection = connection
        self._on_stored = on_stored
        self._read = read

    def set_value(self, name: str, value: Any) -> None:
        """A field was changed."""
        self._change(**{name: value, "problem": None})

    def _send(self, order: Callable[[], Stored], on_stored: Callable[[Stored], None] | None = None) -> None:
        self._change(busy=True, problem=None)

        def stored(answer: Stored) -> None:
            self._seen(answer)
            self._change(busy=False, saved=True)
            (on_stored or self._on_stored)(answer)

        self._run("save", order, stored, self._failed)

    def _seen(self, stored: Stored) -> None:
        """What stands on the server now, by which the next try is made."""

    def _take_over(self, before: object, now: object, names: Iterable[str]) -> None:
        """Show what somebody else has changed where nothing was typed, so that the next try leaves it as they want."""

        def shown(row: object, name: str) -> Any:
            value = getattr(row, name)
            return "" if value is None else value

        untouched = (name for name in names if getattr(self.state, name) == shown(before, name))
        self._change(**{name: shown(now, name) for name in untouched})

    def _failed(self, problem: Exception) -> None:
        self._change(busy=False, problem=words_for(problem, typed=True))
        if isinstance(problem, ServerError) and problem.code == STALE:
            self._run("again", self._read, self._seen, lambda _: None)
