"""The form of a practice's athenaOne connection; the client secret passes through it and is kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kinometric.contract.practices import ChangeScope, ScopeSheet
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.ports import TaskRunner
from kinometric_desktop.app.problems import Problem
from kinometric_desktop.app.scope_form import ScopeFormPresenter

CONSEQUENCES = {
    "none": "The practice works without athenaOne: no search, no link, no upload.",
    "standin": "Only the stand-in on the server’s own machine is asked. Test patients only.",
    "preview": "athenahealth’s preview is asked. Test patients only: a real patient must never get there.",
    "production": "athenahealth’s production is asked: real charts. Test patients can’t be linked or sent any more.",
}
MOVED = " The credentials of before are forgotten."


@dataclass(frozen=True)
class AthenaConnectionState:
    """What the form shows: never a secret."""

    environment: str = "none"
    credentials: str = "none"
    athena_practice_id: str = ""
    client_id: str = ""
    secret_set_at: str = ""
    secret_needed: bool = False
    moved: bool = False
    complaint: str = ""
    busy: bool = False
    saved: bool = False
    problem: Problem | None = None

    @property
    def consequence(self) -> str:
        """What the environment means."""
        return CONSEQUENCES[self.environment] + (MOVED if self.moved else "")

    @property
    def asks_credentials(self) -> bool:
        """True where client ID and secret are the practice's own."""
        return self.environment != "none" and self.credentials == "own"


class AthenaConnectionPresenter(ScopeFormPresenter[AthenaConnectionState]):
    """Takes the values and sends them together.

    Parameters
    ----------
    connection, runner
        The workplace's.
    sheet : ScopeSheet
        As it stands.
    on_stored : Callable
        Told the sheet as stored.
    athena_environment, athena_credentials : str
        What was chosen already; "" leaves it as it stands.
    """

    def __init__(
        self,
        connection: Connection,
        runner: TaskRunner,
        sheet: ScopeSheet,
        on_stored: Callable[[ScopeSheet], None],
        athena_environment: str = "",
        athena_credentials: str = "",
    ) -> None:
        super().__init__(
            AthenaConnectionState(
                athena_environment or sheet.athena_environment,
                athena_credentials or sheet.athena_credentials,
                sheet.athena_practice_id or "",
                sheet.client_id or "",
                sheet.secret_set_at or "",
            ),
            connection,
            runner,
            sheet,
            on_stored,
        )

    def save(self, secret: str) -> None:
        """Send the form; the secret goes with it and is not kept."""
        state, sheet = self.state, self._sheet
        if state.busy:
            return
        own = state.asks_credentials
        form = ChangeScope(
            sheet.version,
            athena_environment=state.environment,  # type: ignore[arg-type]
            athena_credentials=state.credentials,  # type: ignore[arg-type]
            athena_practice_id=state.athena_practice_id.strip() if state.environment != "none" else None,
            client_id=state.client_id.strip() if own else None,
            client_secret=secret.strip() or None if own else None,
        )
        self._send_scope(form, self._complaint(secret))

    def _look(self) -> None:
        state, sheet = self.state, self._sheet
        moved = state.environment != sheet.athena_environment
        renamed = state.client_id.strip() != (sheet.client_id or "")
        needed = state.asks_credentials and (moved or renamed or not sheet.secret_set_at)
        self._change(moved=moved and bool(sheet.secret_set_at), secret_needed=needed)

    def _complaint(self, secret: str) -> str:
        state = self.state
        if state.environment == "none":
            return ""
        if not state.athena_practice_id.strip().isdigit():
            return "athenaOne’s practice ID is a number."
        if state.credentials == "none":
            return "Say which credentials this practice uses: its own, or the shared ones."
        if state.asks_credentials and not state.client_id.strip():
            return "Type the client ID."
        if state.secret_needed and not secret.strip():
            return "Type the client secret: another environment or client ID needs it again."
        return ""
