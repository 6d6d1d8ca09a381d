"""The form of the optional language model: address, name, and a key that passes through and is kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kinometric.contract.practices import ChangeScope, ScopeSheet
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.ports import TaskRunner
from kinometric_desktop.app.problems import Problem
from kinometric_desktop.app.scope_form import ScopeFormPresenter

CONSEQUENCE = (
    "While its switch is on, a test’s scores, holds and levels go to this address when a provider asks for a draft. No "
    "name, date or recording does. That they may go there is an agreement between you and who runs the model."
)
#: The server writes an address with this at its end, whether it was typed or not.
COMPLETIONS = "/chat/completions"
SWITCH_OFF_FIRST = "Switch the interpretation by a language model off first, then take its address away."
KEY_AGAIN = "Type the key: another address needs it again. Or tick that this model asks for none."


@dataclass(frozen=True)
class LanguageModelState:
    """What the form shows: never a key."""

    address: str = ""
    name: str = ""
    keyless: bool = False
    key_set_at: str = ""
    key_needed: bool = False
    complaint: str = ""
    busy: bool = False
    saved: bool = False
    problem: Problem | None = None

    @property
    def asks_for_none(self) -> bool:
        """True where the model has no key; one that is set goes with its address only."""
        return self.keyless and not self.key_set_at


class LanguageModelPresenter(ScopeFormPresenter[LanguageModelState]):
    """Takes the values and sends them together.

    Parameters
    ----------
    connection, runner
        The workplace's.
    sheet : ScopeSheet
        As it stands.
    on_stored : Callable
        Told the sheet as stored.
    """

    def __init__(
        self,
        connection: Connection,
        runner: TaskRunner,
        sheet: ScopeSheet,
        on_stored: Callable[[ScopeSheet], None],
    ) -> None:
        keyless = bool(sheet.model_address) and not sheet.model_key_set_at
        state = LanguageModelState(sheet.model_address or "", sheet.model_name or "", keyless)
        super().__init__(state, connection, runner, sheet, on_stored)

    def save(self, key: str) -> None:
        """Send the form; the key goes with it and is not kept."""
        state, sheet = self.state, self._sheet
        if state.busy:
            return
        address = state.address.strip()
        form = ChangeScope(
            sheet.version,
            model_address=address if self._moved else None,
            model_name=state.name.strip() if address else "",
            model_key=None if state.asks_for_none or not address else key.strip() or None,
        )
        self._send_scope(form, self._complaint(key))

    @property
    def _moved(self) -> bool:
        typed = self.state.address.strip()
        return self._sheet.model_address not in (typed or None, typed.rstrip("/") + COMPLETIONS)

    def _look(self) -> None:
        address = self.state.address.strip()
        set_at = "" if self._moved else self._sheet.model_key_set_at or ""
        self._change(key_set_at=set_at, key_needed=bool(address) and not set_at and not self.state.keyless)

    def _complaint(self, key: str) -> str:
        state = self.state
        if not state.address.strip():
            if self._sheet.interpretation_model:
                return SWITCH_OFF_FIRST
            return "" if self._moved else "Type the model’s address."
        if not state.name.strip():
            return "Type the model’s name, as its provider writes it."
        return KEY_AGAIN if state.key_needed and not key.strip() else ""
