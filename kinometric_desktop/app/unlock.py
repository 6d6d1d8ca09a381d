"""Signing in again on a locked screen: the same person goes on where they were, another one starts over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kinometric.contract.accounts import Me, SignIn, SwitchPractice
from kinometric.contract.errors import WRONG_CODE, WRONG_SIGN_IN
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.ports import TaskRunner
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import line_of, words_for
from kinometric_desktop.app.second_factor import CODE_DID_NOT_MATCH
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.client.errors import ServerError

WRONG = "The password is not right."


@dataclass(frozen=True)
class UnlockState:
    """What the lock page shows beside its words."""

    busy: bool = False
    code_asked: bool = False
    sentence: str = ""


class UnlockPresenter(Presenter[UnlockState]):
    """Takes the password of the person who locked the screen."""

    def __init__(
        self,
        session: WorkSession,
        connection: Connection,
        runner: TaskRunner,
        signed: Callable[[SignIn], SignIn] | None = None,
    ) -> None:
        super().__init__(UnlockState(), runner)
        self._session = session
        self._connection = connection
        self._signed = signed

    def sign_in(self, password: str, code: str = "", recovery_code: str = "") -> None:
        """Sign in again; the practice and department of before are taken up again."""
        before = self._session.state
        if before.me is None or not self._connection.is_open:
            self._session.sign_out()
            return
        client = self._connection.client
        form = SignIn(before.me.username, password, code or None, recovery_code.strip() or None)
        reason = before.entered_reason or None
        practice_id = before.practice.practice_id if before.practice else ""
        self._show(UnlockState(busy=True, code_asked=self.state.code_asked))

        def again() -> Me | None:
            answer = client.accounts.sign_in(form if self._signed is None else self._signed(form))
            if answer.me is None:
                return None
            me = answer.me
            if practice_id and (me.active is None or me.active.practice_id != practice_id):
                me = client.accounts.switch_practice(SwitchPractice(practice_id, reason))
            return me

        self._run("unlock", again, self._back, self._failed)

    def someone_else(self) -> None:
        """Give up what was open and start over."""
        self._show(UnlockState())
        self._session.sign_out()

    def _back(self, me: Me | None) -> None:
        if me is None:
            self._show(UnlockState(code_asked=True))
            return
        department = self._session.practice
        self._show(UnlockState())
        if me.password_to_change or me.second_factor_needed:
            # The server opens nothing before that is done, and the sign-in is where it is done.
            self._session.sign_out()
            return
        self._session.unlock(me)
        if department is not None and department.department_id:
            self._session.choose_department(department.department_id, department.department_name or "")

    def _failed(self, problem: Exception) -> None:
        asked = self.state.code_asked
        if isinstance(problem, ServerError) and problem.code in (WRONG_SIGN_IN, WRONG_CODE):
            sentence = WRONG if problem.code == WRONG_SIGN_IN else CODE_DID_NOT_MATCH
            self._show(UnlockState(code_asked=asked, sentence=sentence))
            return
        self._show(UnlockState(code_asked=asked, sentence=line_of(words_for(problem, typed=True))))
