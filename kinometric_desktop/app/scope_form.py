"""A form for several lines of the scope sheet at once; a secret passes through it and is kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kinometric.contract.practices import ChangeScope, ScopeSheet
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.form_presenter import FormPresenter
from kinometric_desktop.app.ports import TaskRunner
from kinometric_desktop.app.presenter import State


class ScopeFormPresenter(FormPresenter[State, ScopeSheet]):
    """The base of these forms; the state has a ``complaint`` too, which is said before anything is sent.

    Parameters
    ----------
    state : State
        The first state.
    connection, runner
        The workplace's.
    sheet : ScopeSheet
        As it stands.
    on_stored : Callable
        Told the sheet as stored.
    """

    def __init__(
        self,
        state: State,
        connection: Connection,
        runner: TaskRunner,
        sheet: ScopeSheet,
        on_stored: Callable[[ScopeSheet], None],
    ) -> None:
        super().__init__(state, connection, runner, on_stored, lambda: connection.client.practice.scope())
        self._sheet = sheet
        self._look()

    def set_value(self, name: str, value: Any) -> None:
        """A field was changed."""
        self._change(**{name: value, "complaint": "", "problem": None})
        self._look()

    def _send_scope(self, form: ChangeScope, complaint: str) -> None:
        self._change(complaint=complaint)
        if not complaint:
            call = self._connection.client.practice.change_scope
            self._send(lambda: call(form))

    def _look(self) -> None:
        """What follows from the values and from the sheet as it stands."""

    def _seen(self, stored: ScopeSheet) -> None:
        self._sheet = stored
        self._look()
