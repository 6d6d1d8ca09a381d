"""Working in another practice or department without signing out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kinometric.contract.accounts import Me, SwitchPractice
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.navigation import Navigation
from kinometric_desktop.app.ports import TaskRunner
from kinometric_desktop.app.practice_choice import (
    REASON_NEEDED,
    SHORTEST_REASON,
    DepartmentChoice,
    PracticeChoice,
    choice_of,
    choices_for,
    department_choices,
)
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.app.session import WorkSession


@dataclass(frozen=True)
class PracticeSwitchState:
    """The practices to choose from, and the departments of the active one."""

    practices: tuple[PracticeChoice, ...] = ()
    practice_id: str = ""
    departments: tuple[DepartmentChoice, ...] = ()
    department_id: str = ""
    reason_needed: bool = False
    busy: bool = False
    problem: Problem | None = None


class PracticeSwitchPresenter(Presenter[PracticeSwitchState]):
    """Departments can be chosen for the active practice; another practice starts in the person's own department."""

    def __init__(
        self,
        session: WorkSession,
        navigation: Navigation,
        connection: Connection,
        runner: TaskRunner,
        on_factor_needed: Callable[[], object] = lambda: None,
    ) -> None:
        me, practice = session.state.me, session.practice
        super().__init__(
            PracticeSwitchState(
                tuple(choice_of(one) for one in me.memberships) if me else (),
                practice.practice_id if practice else "",
                department_id=(practice.department_id or "") if practice else "",
            ),
            runner,
        )
        self._session = session
        self._navigation = navigation
        self._connection = connection
        self._on_factor_needed = on_factor_needed
        self._here: tuple[DepartmentChoice, ...] = ()

    def start(self) -> None:
        """Read the departments of the active practice, and a superadmin's further practices."""
        me, client = self._session.state.me, self._connection.client
        if me is not None and me.is_superadmin:
            self._run("practices", lambda: choices_for(me, client), self._offered, self._failed)
        self._run("departments", lambda: department_choices(client), self._read, self._failed)

    def choose_practice(self, practice_id: str) -> None:
        """Choose a practice."""
        active = self._session.practice
        here = active is not None and active.practice_id == practice_id
        department = (active.department_id or "") if active is not None and here else ""
        self._change(
            practice_id=practice_id,
            departments=self._here if here else (),
            department_id=department,
            reason_needed=not here
            and any(one.needs_reason for one in self.state.practices if one.practice_id == practice_id),
            problem=None,
        )

    def choose_department(self, department_id: str) -> None:
        """Choose a department of the active practice."""
        self._change(department_id=department_id)

    def switch(self, on_switched: Callable[[], None], reason: str = "") -> None:
        """Work in what was chosen."""
        active = self._session.practice
        if active is None or self.state.busy:
            return
        if active.practice_id == self.state.practice_id:
            chosen = next((one for one in self._here if one.department_id == self.state.department_id), None)
            if chosen is not None and chosen.department_id != active.department_id:
                self._session.close_patient()
                self._session.choose_department(chosen.department_id, chosen.name)
                self._navigation.go("worklist")
            on_switched()
            return
        why = reason.strip() if self.state.reason_needed else ""
        if self.state.reason_needed and len(why) < SHORTEST_REASON:
            self._change(problem=Problem(REASON_NEEDED))
            return
        self._change(busy=True, problem=None)
        form = SwitchPractice(self.state.practice_id, why or None)

        def done(me: Me) -> None:
            self._change(busy=False)
            on_switched()
            self._session.enter_practice(me, why)
            self._navigation.go("worklist")
            if me.second_factor_needed:
                # The server opens nothing here before it is set up.
                self._on_factor_needed()

        call = self._connection.client.accounts.switch_practice
        self._run("switch", lambda: call(form), done, self._failed)

    def _offered(self, practices: tuple[PracticeChoice, ...]) -> None:
        self._change(practices=practices)

    def _read(self, departments: tuple[DepartmentChoice, ...]) -> None:
        self._here = departments
        active = self._session.practice
        if active is not None and active.practice_id == self.state.practice_id:
            self._change(departments=self._here)

    def _failed(self, problem: Exception) -> None:
        self._change(busy=False, problem=words_for(problem, typed=True))
