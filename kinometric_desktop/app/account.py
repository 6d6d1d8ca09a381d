"""A person's own account: who they are, their second factor, their enrolled computers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kinometric.contract.accounts import Device, Me
from kinometric_desktop.app.asking_presenter import AskingPresenter
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.device import WORDS, Enrolment, Standing
from kinometric_desktop.app.ports import Answer, Dialogs, Question, TaskRunner
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.app.wording import written_moment


@dataclass(frozen=True)
class ComputerLine:
    """One enrolled computer as a list shows it."""

    device_id: str
    name: str
    enrolled: str
    last_seen: str
    revoked: bool


@dataclass(frozen=True)
class AccountState:
    """What the account shows."""

    display_name: str = ""
    username: str = ""
    factor_on: bool = False
    factor_needed: bool = False
    computers: tuple[ComputerLine, ...] = ()
    standing: Standing = "unknown"
    reading: bool = False
    busy: bool = False
    problem: Problem | None = None

    @property
    def standing_words(self) -> str:
        """Whether this computer is enrolled."""
        return f"{WORDS[self.standing]}." if WORDS[self.standing] else ""


def computer_lines(devices: tuple[Device, ...], zone: str) -> tuple[ComputerLine, ...]:
    """Enrolled computers as lines, those that still count first."""

    def moment(text: str | None) -> str:
        return written_moment(datetime.fromisoformat(text), zone) if text else "never"

    lines = (
        ComputerLine(one.device_id, one.name, moment(one.created_at), moment(one.last_seen), one.revoked)
        for one in devices
    )
    return tuple(sorted(lines, key=lambda line: line.revoked))


class AccountPresenter(AskingPresenter[AccountState]):
    """Reads the person anew whenever something of the account has changed."""

    def __init__(
        self,
        session: WorkSession,
        connection: Connection,
        runner: TaskRunner,
        enrolment: Enrolment | None,
        dialogs: Dialogs,
    ) -> None:
        super().__init__(AccountState(), session, connection, runner, dialogs)
        self._enrolment = enrolment

    def enter(self) -> None:
        """Read the person, their computers, and whether this one is enrolled."""
        me = self._session.state.me
        if me is None:
            return
        self._take(me)
        self._change(reading=True, problem=None)
        accounts = self._connection.client.accounts
        self._run("read", lambda: (accounts.me(), accounts.devices()), self._known, self._failed)
        self._look(lambda enrolment: enrolment.standing(me.username))

    def enrol(self, name: str) -> None:
        """Enrol this computer under a name that the person recognises it by."""
        if self.state.standing not in ("not_enrolled", "waiting") or self.state.busy:
            return
        self._change(busy=True, problem=None)
        username = self.state.username
        self._look(lambda enrolment: enrolment.enrol(username, name), again=True)

    def ask_revoke(self, line: ComputerLine | None) -> None:
        """Revoke one of the person's own computers after a question."""
        if line is None or line.revoked or self.state.busy:
            return
        body = (
            f"“{line.name}” counts as enrolled no more, for good. Where a practice admits enrolled computers only, you "
            "can’t sign in there."
        )
        question = Question("account.revoke", f"Revoke {line.name}?", body, "Revoke computer", dangerous=True)
        call = self._connection.client.accounts.revoke_own_device

        def revoke(_: Answer) -> None:
            self._change(busy=True, problem=None)
            self._run("read", lambda: call(line.device_id), self._revoked, self._failed)

        self._ask(question, revoke)

    def _revoked(self, devices: tuple[Device, ...]) -> None:
        self._change(computers=computer_lines(devices, self._session.time_zone), busy=False)

    def _look(self, work: Callable[[Enrolment], Standing], *, again: bool = False) -> None:
        enrolment = self._enrolment
        if enrolment is None:
            self._change(standing="no_keyring")
            return

        def known(standing: Standing) -> None:
            self._change(standing=standing, busy=False)
            if again:
                self.enter()

        self._run("standing", lambda: work(enrolment), known, self._failed)

    def _known(self, answer: tuple[Me, tuple[Device, ...]]) -> None:
        me, devices = answer
        before = self._session.state.me
        if before is not None and me.active is not None and before.second_factor_needed != me.second_factor_needed:
            self._session.refresh_me(me)
        self._take(me)
        self._change(computers=computer_lines(devices, self._session.time_zone), reading=False)

    def _take(self, me: Me) -> None:
        self._change(
            display_name=me.display_name,
            username=me.username,
            factor_on=me.second_factor_on,
            factor_needed=me.second_factor_needed,
        )

    def _failed(self, problem: Exception) -> None:
        self._change(reading=False, busy=False, problem=words_for(problem))
