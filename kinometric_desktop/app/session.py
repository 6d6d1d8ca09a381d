"""Who works where with which patient: the one place that knows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Role = Literal["admin", "clinician", "readonly", "superadmin"]
Environment = Literal["none", "stand-in", "preview", "production"]
Capability = Literal["can_match", "can_review", "can_upload"]


@dataclass(frozen=True)
class SignedInUser:
    """The person at the workstation."""

    user_id: str
    user_name: str
    display_name: str


@dataclass(frozen=True)
class ActivePractice:
    """The practice and department that the person works in now."""

    practice_id: str
    name: str
    role: Role
    environment: Environment = "none"
    athena_practice_id: str = ""
    time_zone: str = "UTC"
    department_id: str = ""
    department_name: str = ""
    capabilities: frozenset[str] = frozenset()
    documents_write: bool = False

    @property
    def standalone(self) -> bool:
        """True when this practice has no athenaOne."""
        return self.environment == "none"


@dataclass(frozen=True)
class OpenPatient:
    """The one patient that is open, as the banner shows it.

    ``year_hidden`` masks the year of birth (and with it the age) everywhere while it is being asked for.
    ``session_id`` is the balance test session at hand, "" without one.
    """

    patient_id: str
    number: str
    family: str
    given: str
    born: date | None
    sex: str
    suffix: str = ""
    phone: str = ""
    zip_code: str = ""
    is_test: bool = False
    athena_patient_id: str = ""
    link_version: int = 0
    session_id: str = ""
    reviewed: bool = False
    filed: bool = False
    year_hidden: bool = False

    @property
    def linked(self) -> bool:
        """True when an athenaOne patient ID is linked."""
        return bool(self.athena_patient_id)


@dataclass(frozen=True)
class WorkState:
    """Everything that more than one screen needs to know."""

    user: SignedInUser | None = None
    practice: ActivePractice | None = None
    patient: OpenPatient | None = None
    online: bool = True
    locked: bool = False


class WorkSession:
    """The single source of truth for user, practice and open patient.

    Screens read :attr:`state` and are told of changes by :meth:`listen`; they change it by its methods only.
    """

    def __init__(self) -> None:
        self._state = WorkState()
        self._listeners: list[Callable[[WorkState], None]] = []

    @property
    def state(self) -> WorkState:
        """The present state."""
        return self._state

    @property
    def patient(self) -> OpenPatient | None:
        """The open patient."""
        return self._state.patient

    @property
    def practice(self) -> ActivePractice | None:
        """The active practice."""
        return self._state.practice

    @property
    def time_zone(self) -> str:
        """The active practice's IANA time zone."""
        return self._state.practice.time_zone if self._state.practice else "UTC"

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
        return capability in practice.capabilities

    @property
    def may_administer(self) -> bool:
        """True for an admin of the active practice and for a superadmin."""
        practice = self._state.practice
        return practice is not None and practice.role in ("admin", "superadmin")

    def sign_in(self, user: SignedInUser) -> None:
        """A person has signed in; no practice is active yet."""
        self._show(WorkState(user=user))

    def enter_practice(self, practice: ActivePractice) -> None:
        """Work in a practice; whatever was open in another is closed first."""
        self._change(practice=practice, patient=None, locked=False)

    def choose_department(self, department_id: str, name: str) -> None:
        """Work in another department of the same practice."""
        if self._state.practice is not None:
            practice = dataclasses.replace(self._state.practice, department_id=department_id, department_name=name)
            self._change(practice=practice)

    def open_patient(self, patient: OpenPatient) -> None:
        """Open a patient; the one before is closed."""
        self._change(patient=patient)

    def update_patient(self, **changes: Any) -> None:
        """Change what is known of the open patient, for example after linking."""
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
        self._change(locked=True)

    def unlock(self) -> None:
        """The same person has signed in again."""
        self._change(locked=False)

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
