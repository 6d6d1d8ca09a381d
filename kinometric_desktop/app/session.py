"""Who works where with which patient: the one place that knows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from kinometric.contract.accounts import Me, Membership
from kinometric.contract.patients import Patient

Capability = Literal["can_match", "can_review", "can_upload"]


@dataclass(frozen=True)
class OpenPatient:
    """The one patient that is open, as the banner shows it.

    Parameters
    ----------
    record : Patient
        The patient as the server last told it.
    session_id : str
        The balance test session at hand, "" without one.
    reviewed, filed : bool
        How far that session has come.
    year_hidden : bool
        Masks the year of birth, and with it the age, everywhere while it is being asked for.
    """

    record: Patient
    session_id: str = ""
    reviewed: bool = False
    filed: bool = False
    year_hidden: bool = False

    @property
    def patient_id(self) -> str:
        """The patient's key on the server."""
        return self.record.patient_id

    @property
    def athena_patient_id(self) -> str:
        """The linked athenaOne patient ID, "" without a link."""
        return self.record.link.athena_patient_id if self.record.link else ""

    @property
    def linked(self) -> bool:
        """True when an athenaOne patient ID is linked."""
        return self.record.link is not None


@dataclass(frozen=True)
class WorkState:
    """Everything that more than one screen needs to know."""

    me: Me | None = None
    practice: Membership | None = None
    patient: OpenPatient | None = None
    online: bool = True
    locked: bool = False
    entered_reason: str = ""


class WorkSession:
    """The single source of truth for user, practice and open patient.

    Screens read :attr:`state` and are told of changes by :meth:`listen`; they change it by its methods only.
    """

    def __init__(self) -> None:
        self._state = WorkState()
        self._listeners: list[Callable[[WorkState], None]] = []
        self._visits = 0

    @property
    def visits(self) -> int:
        """How often somebody has signed in so far, to tell an answer to the session before from one to this one."""
        return self._visits

    @property
    def state(self) -> WorkState:
        """The present state."""
        return self._state

    @property
    def patient(self) -> OpenPatient | None:
        """The open patient."""
        return self._state.patient

    @property
    def practice(self) -> Membership | None:
        """The active practice, the person's role and department in it."""
        return self._state.practice

    @property
    def time_zone(self) -> str:
        """The active practice's IANA time zone."""
        return self._state.practice.time_zone if self._state.practice else "UTC"

    @property
    def standalone(self) -> bool:
        """True when the active practice has no athenaOne."""
        return self._state.practice is not None and self._state.practice.athena_environment == "none"

    def today(self, now: datetime) -> date:
        """The date in the active practice's time zone."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def listen(self, listener: Callable[[WorkState], None]) -> Callable[[], None]:
        """Be told of every change; returns what ends it."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def may(self, capability: Capability) -> bool:
        """True when the person's role and capabilities allow it here."""
        practice = self._state.practice
        if practice is None or practice.role == "readonly":
            return False
        return bool(getattr(practice, capability))

    @property
    def read_only(self) -> bool:
        """True when the role here only looks."""
        return self._state.practice is not None and self._state.practice.role == "readonly"

    @property
    def may_administer(self) -> bool:
        """True for an admin of the active practice and for a superadmin in it."""
        me, practice = self._state.me, self._state.practice
        return practice is not None and (practice.role == "admin" or (me is not None and me.is_superadmin))

    def sign_in(self, me: Me) -> None:
        """A person has signed in; no practice is entered yet, whatever the server has as active."""
        self._visits += 1
        self._show(WorkState(me=me))

    def enter_practice(self, me: Me, reason: str = "") -> None:
        """Work in the practice that the server has made active; whatever was open is closed first.

        ``reason`` is why a superadmin entered it, kept to enter it again after the screen was locked.
        """
        self._change(me=me, practice=me.active, patient=None, locked=False, entered_reason=reason)

    def choose_department(self, department_id: str, name: str) -> None:
        """Work in another department of the same practice until signing out."""
        if self._state.practice is not None:
            chosen = dataclasses.replace(self._state.practice, department_id=department_id, department_name=name)
            self._change(practice=chosen)

    def refresh_me(self, me: Me) -> None:
        """Take over the server's newest word on the person, keeping what is open."""
        self._change(me=me, practice=me.active)

    def open_patient(
        self, record: Patient, session_id: str = "", *, reviewed: bool = False, filed: bool = False
    ) -> None:
        """Open a patient; the one before is closed."""
        self._change(patient=OpenPatient(record, session_id, reviewed=reviewed, filed=filed))

    def update_patient(self, **changes: Any) -> None:
        """Change what is known of the open patient, for example ``record=`` after linking."""
        if self._state.patient is not None:
            self._change(patient=dataclasses.replace(self._state.patient, **changes))

    def hide_year(self, hidden: bool) -> None:
        """Mask or open the year of birth everywhere at once."""
        self.update_patient(year_hidden=hidden)

    def close_patient(self) -> None:
        """Close the open patient."""
        self._change(patient=None)

    def set_online(self, online: bool) -> None:
        """Remember whether the server answers."""
        self._change(online=online)

    def lock(self) -> None:
        """Hide everything; the server session is over, unsent work of the screens stays in memory."""
        if self._state.me is not None:
            self._change(locked=True)

    def unlock(self, me: Me) -> None:
        """The same person has signed in again."""
        self._visits += 1
        self._change(me=me, practice=me.active or self._state.practice, locked=False)

    def sign_out(self) -> None:
        """Nobody is signed in."""
        self._show(WorkState())

    def _change(self, **changes: Any) -> None:
        self._show(dataclasses.replace(self._state, **changes))

    def _show(self, state: WorkState) -> None:
        if state == self._state:
            return
        self._state = state
        for listener in tuple(self._listeners):
            listener(state)
