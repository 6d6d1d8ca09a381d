"""One box that finds Kinometric's patients by name, birth date, number or athenaOne patient ID."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kinometric.contract.patients import Patient, PatientList, PatientSearch
from kinometric.contract.sessions import EarlierSession, SessionView
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.navigation import Navigation
from kinometric_desktop.app.ports import TaskRunner, Ticket, Timer
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.app.wording import banner_name

AFTER_S = 0.2
LEAST_CHARACTERS = 2


@dataclass(frozen=True)
class FindState:
    """What was typed, what the list answers, and whether more was found than it shows."""

    text: str = ""
    searched: str = ""
    patients: tuple[Patient, ...] = ()
    more: bool = False
    searching: bool = False
    problem: Problem | None = None


def patient_name(patient: Patient) -> str:
    """The name as lists write it."""
    given = " ".join(part for part in (patient.firstname, patient.middlename) if part)
    return banner_name(patient.lastname, given, patient.suffix)


class FindPresenter(Presenter[FindState]):
    """Searches a moment after the last key and opens the patient that was chosen."""

    def __init__(
        self,
        session: WorkSession,
        navigation: Navigation,
        connection: Connection,
        runner: TaskRunner,
        timer: Timer,
    ) -> None:
        super().__init__(FindState(), runner)
        self._session = session
        self._navigation = navigation
        self._connection = connection
        self._timer = timer
        self._later: Ticket | None = None

    def type_text(self, text: str) -> None:
        """Search for what is typed, a moment later."""
        self._change(text=text)
        self._cancel()
        if len(text.strip()) < LEAST_CHARACTERS:
            self._drop("find")
            self._change(patients=(), searched="", more=False, searching=False, problem=None)
            return
        self._later = self._timer.after(AFTER_S, self.search)

    def search(self) -> None:
        """Search now."""
        self._cancel()
        text = self.state.text.strip()
        client = self._connection.client
        self._change(searching=True)
        query = PatientSearch(text)

        def found(answer: PatientList) -> None:
            self._change(searching=False, searched=text, patients=answer.patients, more=answer.more, problem=None)

        self._run("find", lambda: client.patients.search(query), found, self._failed)

    def open(self, patient: Patient, on_opened: Callable[[bool], None]) -> None:
        """Open a patient at the newest session, else where a link is missing, else at the match."""
        client = self._connection.client

        def newest() -> SessionView | None:
            sessions: tuple[EarlierSession, ...] = client.patients.sessions(patient.patient_id)
            if not sessions:
                return None
            return client.sessions.get(max(sessions, key=lambda one: one.tested_at).session_id)

        def opened(view: SessionView | None) -> None:
            on_opened(True)
            if view is None:
                self._session.open_patient(patient)
                if not self._navigation.go("match"):
                    self._navigation.go("review")
                return
            self._session.open_patient(view.patient, view.session_id, reviewed=view.review is not None)
            unlinked = view.patient.link is None and self._session.may("can_match") and not self._session.standalone
            self._navigation.go("match" if unlinked else "review")

        self._run("open", newest, opened, self._failed)

    def close(self) -> None:
        """Stop everything."""
        self._cancel()
        super().close()

    def _cancel(self) -> None:
        if self._later is not None:
            self._later.drop()
            self._later = None

    def _failed(self, problem: Exception) -> None:
        self._change(searching=False, patients=(), problem=words_for(problem))
