"""athenaOne credentials that all practices of the server may share; the secret passes through and is kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kinometric.contract.errors import NOT_FOUND
from kinometric.contract.practices import SetSharedCredentials, SharedCredentials
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.form_presenter import FormPresenter
from kinometric_desktop.app.ports import TaskRunner
from kinometric_desktop.app.problems import Problem
from kinometric_desktop.app.scope_words import ENVIRONMENTS
from kinometric_desktop.client.errors import ServerError

#: Without an environment there is nothing to share.
SHARED_ENVIRONMENTS = ENVIRONMENTS[1:]
NOT_YOURS = "Only a superadmin sets shared credentials. Nothing was changed."
NONE_SET = "None are set for {}: a practice that would use them there can’t reach athenaOne."
ARE_SET = "Set for {}, client ID {}. What you store replaces them for every practice that uses them there."


@dataclass(frozen=True)
class SharedCredentialsState:
    """What the form shows: never a secret."""

    environment: str = "preview"
    client_id: str = ""
    stored: tuple[SharedCredentials, ...] = ()
    known: bool = False
    complaint: str = ""
    busy: bool = False
    saved: bool = False
    problem: Problem | None = None

    @property
    def environment_words(self) -> str:
        """The chosen environment in words."""
        return dict(SHARED_ENVIRONMENTS)[self.environment]

    @property
    def set_id(self) -> str:
        """The client ID that is set for the chosen environment, or ""."""
        return next((one.client_id for one in self.stored if one.athena_environment == self.environment), "")

    @property
    def standing(self) -> str:
        """Whether credentials are set for the chosen environment, and what storing others does."""
        if not self.known:
            return ""
        return (ARE_SET if self.set_id else NONE_SET).format(self.environment_words, self.set_id)


class SharedCredentialsPresenter(FormPresenter[SharedCredentialsState, tuple[SharedCredentials, ...]]):
    """Reads which are set, and sets those of one environment; a superadmin's.

    Parameters
    ----------
    connection, runner
        The workplace's.
    environment : str
        The one that is offered first.
    on_stored : Callable
        Told the environment in words.
    """

    def __init__(
        self, connection: Connection, runner: TaskRunner, environment: str, on_stored: Callable[[str], None]
    ) -> None:
        offered = environment if environment in dict(SHARED_ENVIRONMENTS) else "preview"
        super().__init__(
            SharedCredentialsState(offered),
            connection,
            runner,
            lambda _: on_stored(self.state.environment_words),
            lambda: connection.client.practice.shared_credentials(),
        )

    def enter(self) -> None:
        """Read for which environments credentials are set."""
        self._run("read", self._read, self._seen, self._failed)

    def set_value(self, name: str, value: str) -> None:
        """A field was changed; a client ID that nobody has typed is that of the chosen environment."""
        untyped = self.state.client_id in ("", self.state.set_id)
        self._change(**{name: value, "complaint": "", "problem": None})
        if name == "environment" and untyped:
            self._change(client_id=self.state.set_id)

    def save(self, secret: str) -> None:
        """Send client ID and secret; the secret is not kept."""
        state = self.state
        if state.busy:
            return
        client_id = state.client_id.strip()
        complaint = "" if client_id else "Type the client ID."
        if client_id and not secret.strip():
            complaint = "Type the client secret: it is stored together with the client ID."
        self._change(complaint=complaint)
        if not complaint:
            form = SetSharedCredentials(state.environment, client_id, secret.strip())  # type: ignore[arg-type]
            call = self._connection.client.practice.set_shared_credentials
            self._send(lambda: call(form))

    def _seen(self, stored: tuple[SharedCredentials, ...]) -> None:
        untyped = self.state.client_id in ("", self.state.set_id)
        self._change(stored=stored, known=True)
        if untyped:
            self._change(client_id=self.state.set_id)

    def _failed(self, problem: Exception) -> None:
        super()._failed(problem)
        if isinstance(problem, ServerError) and problem.code == NOT_FOUND:
            self._change(problem=Problem(NOT_YOURS, problem.code))
