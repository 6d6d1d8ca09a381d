"""The scope sheet: what a practice may do beyond the shipped default; a superadmin changes it, one switch at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kinometric.contract.practices import ChangeScope, ScopeSheet
from kinometric_desktop.app.asking_presenter import AskingPresenter
from kinometric_desktop.app.athena_connection import AthenaConnectionPresenter
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.language_model import LanguageModelPresenter
from kinometric_desktop.app.ports import Dialogs, Question, TaskRunner
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.app.scope_words import BY_NAME, CONNECTION, OFF, OFF_INSIDE, ScopeLine, scope_lines
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.app.shared_credentials import SharedCredentialsPresenter

ONLY_SUPERADMINS = "Only a superadmin changes the scope sheet."
CONNECTION_STORED = "The athenaOne connection is stored."
MODEL_STORED = "The language model is stored."
MODEL_WAITS = f"{MODEL_STORED} It is asked once its switch is on."
SHARED_STORED = "The shared credentials for {} are stored, for every practice that uses them."

ScopeForm = AthenaConnectionPresenter | LanguageModelPresenter | SharedCredentialsPresenter


@dataclass(frozen=True)
class ScopeState:
    """What the sheet shows."""

    lines: tuple[ScopeLine, ...] = ()
    may_change: bool = False
    reading: bool = False
    changing: bool = False
    problem: Problem | None = None
    done: str = ""


class ScopePresenter(AskingPresenter[ScopeState]):
    """Reads the sheet and changes it; each change is asked first and names what it does.

    Parameters
    ----------
    session, connection, runner, dialogs
        The workplace's.
    open_form : Callable
        Opens a form that asks for a secret: of the athenaOne connection, the language model, the shared credentials.
    """

    def __init__(
        self,
        session: WorkSession,
        connection: Connection,
        runner: TaskRunner,
        dialogs: Dialogs,
        open_form: Callable[[ScopeForm], None],
    ) -> None:
        super().__init__(ScopeState(), session, connection, runner, dialogs)
        self._open_form = open_form
        self._sheet: ScopeSheet | None = None

    def enter(self) -> None:
        """The part is shown."""
        self._change(may_change=self._is_superadmin, done="")
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
        if name == "interpretation_model" and on and not self._has_model:
            self.open_model()
            return
        body = BY_NAME[name].consequence if on else OFF_INSIDE.get(name, OFF)
        title = f"Switch {_lower(line.words)} {'on' if on else 'off'}?"
        done = f"{line.words}: {'on' if on else 'off'}."
        self._ask_change(name, title, body, "Switch on" if on else "Switch off", {name: on}, done)

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
        self._ask_change(name, title, BY_NAME[name].consequence, "Change", {name: value}, f"{line.words}: {words}.")

    def open_connection(self, **wanted: str) -> None:
        """Open the form of the athenaOne connection, with what was chosen already."""
        if self._sheet is not None and self._ready():
            self._open_form(
                AthenaConnectionPresenter(
                    self._connection,
                    self._runner,
                    self._sheet,
                    lambda sheet: self._changed(sheet, CONNECTION_STORED),
                    **wanted,
                )
            )

    def open_model(self) -> None:
        """Open the form of the language model."""
        if self._sheet is not None and self._ready():
            self._open_form(LanguageModelPresenter(self._connection, self._runner, self._sheet, self._model_stored))

    def open_shared(self) -> None:
        """Open the form of the credentials that all practices of the server may share."""
        if self._sheet is not None and self._ready():
            environment = self._sheet.athena_environment
            form = SharedCredentialsPresenter(self._connection, self._runner, environment, self._shared_stored)
            self._open_form(form)
            form.enter()

    @property
    def _has_model(self) -> bool:
        return self._sheet is not None and bool(self._sheet.model_address and self._sheet.model_name)

    def _ready(self) -> bool:
        return self.state.may_change and not self.state.changing and self._sheet is not None

    def _ask_change(self, name: str, title: str, body: str, action: str, changed: dict[str, Any], done: str) -> None:
        question = Question(f"admin.scope.{name}", title, f"{body} The change is written to the audit log.", action)
        call = self._connection.client.practice.change_scope

        def order() -> None:
            if self._sheet is not None:
                form = ChangeScope(self._sheet.version, **changed)
                self._order(lambda: call(form), lambda sheet: self._changed(sheet, done))

        self._ask(question, lambda _: order())

    def _model_stored(self, sheet: ScopeSheet) -> None:
        waits = bool(sheet.model_address) and not sheet.interpretation_model
        self._changed(sheet, MODEL_WAITS if waits else MODEL_STORED)

    def _shared_stored(self, environment: str) -> None:
        self._change(problem=None, done=SHARED_STORED.format(environment))

    def _changed(self, sheet: ScopeSheet, words: str) -> None:
        self._taken(sheet)
        self._change(changing=False, problem=None, done=words)
        self._read_me()

    def _read(self) -> None:
        self._run("read", self._connection.client.practice.scope, self._taken, self._failed)

    def _taken(self, sheet: ScopeSheet) -> None:
        self._sheet = sheet
        self._change(lines=scope_lines(sheet), reading=False)

    def _failed(self, problem: Exception) -> None:
        self._change(reading=False, changing=False, problem=words_for(problem), lines=())


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
