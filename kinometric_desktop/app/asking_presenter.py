"""A presenter that reads something from the server and changes it, what can't be taken back only after a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kinometric.contract.errors import STALE
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.ports import Answer, Dialogs, Question, TaskRunner
from kinometric_desktop.app.presenter import Presenter, State
from kinometric_desktop.app.problems import words_for
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.client.errors import ServerError

T = TypeVar("T")


class AskingPresenter(Presenter[State]):
    """The base of the parts of the administration, and of a person's own account.

    The state has ``changing``, ``problem`` and ``done`` where :meth:`_order` is used.

    Parameters
    ----------
    state : State
        The first state.
    session, connection, runner, dialogs
        The workplace's.
    """

    def __init__(
        self, state: State, session: WorkSession, connection: Connection, runner: TaskRunner, dialogs: Dialogs
    ) -> None:
        super().__init__(state, runner)
        self._session = session
        self._connection = connection
        self._dialogs = dialogs

    @property
    def _is_superadmin(self) -> bool:
        me = self._session.state.me
        return me is not None and me.is_superadmin

    @property
    def _my_id(self) -> str:
        me = self._session.state.me
        return me.user_id if me is not None else ""

    def _ask(self, question: Question, on_yes: Callable[[Answer], None]) -> None:
        self._dialogs.ask(question, lambda answer: on_yes(answer) if answer.accepted else None)

    def _order(self, order: Callable[[], T], on_done: Callable[[T], None]) -> None:
        """Change something on the server; what it refuses is said, and what is there now is read."""
        self._change(changing=True, problem=None, done="")
        self._run("change", order, on_done, self._refused)

    def _read(self) -> None:
        """Read what is shown; a subclass that orders changes says how."""

    def _refused(self, problem: Exception) -> None:
        self._change(changing=False, problem=words_for(problem))
        if isinstance(problem, ServerError) and problem.code == STALE:
            # The sentence stays in sight beside what the other person has made of it.
            self._read()

    def _read_me(self) -> None:
        """Read the person's place anew: the bar above everything shows the practice and its environment."""
        self._run("me", self._connection.client.accounts.me, self._session.refresh_me, lambda _: None)
