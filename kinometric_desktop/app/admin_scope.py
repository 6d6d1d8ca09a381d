"""The scope sheet: what a practice may do beyond the shipped default; a superadmin changes it, one switch at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kinometric.contract.errors import STALE
from kinometric.contract.practices import ChangeScope, ScopeSheet
from kinometric_desktop.app.athena_connection import AthenaConnectionPresenter
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.ports import Answer, Dialogs, Question, TaskRunner
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.app.scope_words import BY_NAME, CONNECTION, OFF, OFF_INSIDE, ScopeLine, scope_lines
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.client.errors import ServerError

ONLY_SUPERADMINS = "Only a superadmin changes the scope sheet."


@dataclass(frozen=True)
class ScopeState:
    """What the sheet shows."""

    lines: tuple[ScopeLine, ...] = ()
    may_change: bool = False
    reading: bool = False
    changing: bool = False
    problem: Problem | None = None
    done: str = ""


class ScopePresenter(Presenter[ScopeState]):
    """Reads the sheet and changes it; each change is asked first and names what it does.

    Parameters
    ----------
    session, connection, runner, dialogs
        The workplace's.
    open_connection : Callable
        Opens the form of the athenaOne connection, which asks for the secret.
    """

    def __init__(
        self,
        session: WorkSession,
        connection: Connection,
        runner: TaskRunner,
        dialogs: Dialogs,
        open_connection: Callable[[AthenaConnectionPresenter], None],
    ) -> None:
        super().__init__(ScopeState(), runner)
        self._session = session
        self._connection = connection
        self._dialogs = dialogs
        self._open_connection = open_connection
        self._sheet: ScopeSheet | None = None

    def enter(self) -> None:
        """The part is shown."""
        me = self._session.state.me
        self._change(may_change=me is not None and me.is_superadmin, done="")
        self.refresh()

    def refresh(self) -> None:
        """Read the sheet again."""
        self._change(reading=True, problem=None, done="")
        self._read()

    def ask_turn(self, name: str) -> None:
        """Turn a switch after a question."""
        line = next((one for one in self.state.lines if one.name == name), None)
        if line is None or not self._ready() or not (line.built or line.is_on):
            return
        on = not line.is_on
        body = BY_NAME[name].consequence if on else OFF_INSIDE.get(name, OFF)
        title = f"Switch {_lower(line.words)} {'on' if on else 'off'}?"
        done = f"{line.words}: {'on' if on else 'off'}."
        self._ask(name, title, body, "Switch on" if on else "Switch off", {name: on}, done)

    def ask_choose(self, name: str, value: str) -> None:
        """Choose another value after a question; environment and credentials have a form of their own."""
        line = next((one for one in self.state.lines if one.name == name), None)
        if line is None or value == line.value or not self._ready():
            return
        if name in CONNECTION:
            self.open_connection(**{name: value})
            return
        words = dict(line.choices)[value]
        title = f"{line.words}: {words}?"
        self._ask(name, title, BY_NAME[name].consequence, "Change", {name: value}, f"{line.words}: {words}.")

    def open_connection(self, **wanted: str) -> None:
        """Open the form of the athenaOne connection, with what was chosen already."""
        if self._sheet is not None and self._ready():
            self._open_connection(
                AthenaConnectionPresenter(self._connection, self._runner, self._sheet, self._stored, **wanted)
            )

    def _ready(self) -> bool:
        return self.state.may_change and not self.state.changing and self._sheet is not None

    def _ask(self, name: str, title: str, body: str, action: str, changed: dict[str, Any], done: str) -> None:
        question = Question(f"admin.scope.{name}", title, f"{body} The change is written to the audit log.", action)

        def answered(answer: Answer) -> None:
            if answer.accepted and self._sheet is not None:
                self._change(changing=True, problem=None, done="")
                form = ChangeScope(self._sheet.version, **changed)
                call = self._connection.client.practice.change_scope
                self._run("change", lambda: call(form), lambda sheet: self._changed(sheet, done), self._refused)

        self._dialogs.ask(question, answered)

    def _stored(self, sheet: ScopeSheet) -> None:
        self._changed(sheet, "The athenaOne connection is stored.")

    def _changed(self, sheet: ScopeSheet, words: str) -> None:
        self._taken(sheet)
        self._change(changing=False, done=words)
        accounts = self._connection.client.accounts
        # The bar above everything shows the environment, so the person's place is read anew.
        self._run("me", accounts.me, self._session.refresh_me, lambda _: None)

    def _read(self) -> None:
        self._run("read", self._connection.client.practice.scope, self._taken, self._failed)

    def _taken(self, sheet: ScopeSheet) -> None:
        self._sheet = sheet
        self._change(lines=scope_lines(sheet), reading=False)

    def _refused(self, problem: Exception) -> None:
        self._change(changing=False, problem=words_for(problem))
        if isinstance(problem, ServerError) and problem.code == STALE:
            self._read()

    def _failed(self, problem: Exception) -> None:
        self._change(reading=False, changing=False, problem=words_for(problem), lines=())


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
