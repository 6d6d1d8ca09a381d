"""The audit trail with its filters, page by page, and the security incidents that somebody must look at."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from kinometric.contract.accounts import UserRow
from kinometric.contract.practices import AcknowledgeIncident, AuditPage, AuditQuery, AuditRow, Incident
from kinometric_desktop.app.asking_presenter import AskingPresenter
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.ports import Answer, Clock, Dialogs, Question, TaskRunner
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.app.typed_reasons import TypedReasons
from kinometric_desktop.app.wording import plural, written_date, written_moment

PAGE = 200
View = Literal["access", "incidents"]
LEAST_NOTE = 3
#: What became an incident, in words; the audit's own name stands beside them.
INCIDENT_WORDS = {
    "get_athena_patient_denied": "A look-up in a department that is not allowed",
    "access_denied": "Somebody asked for what they may not do",
    "practice_switched": "Somebody tried to enter a practice that is not theirs",
    "practice_entered": "A superadmin entered this practice",
    "link_verify_failed": "A wrong year of birth was typed three times",
    "second_factor_failed": "A code of a second factor was wrong",
    "password_changed": "A password change failed at the password of until now",
}


@dataclass(frozen=True)
class AuditFilter:
    """What is asked for; "" asks for everything."""

    user_id: str = ""
    object_id: str = ""
    action: str = ""
    outcome: str = ""
    from_day: date | None = None
    to_day: date | None = None


@dataclass(frozen=True)
class AuditState:
    """What the screen shows."""

    view: View = "access"
    filter: AuditFilter = AuditFilter()
    rows: tuple[AuditRow, ...] = ()
    more: bool = False
    users: tuple[UserRow, ...] = ()
    incidents: tuple[Incident, ...] = ()
    head_seq: int = 0
    zone: str = "UTC"
    my_id: str = ""
    reading: bool = False
    changing: bool = False
    problem: Problem | None = None
    done: str = ""

    @property
    def open_incidents(self) -> int:
        """How many incidents nobody has looked at."""
        return sum(1 for one in self.incidents if one.acknowledged_at is None)

    def moment(self, text: str | None) -> str:
        """A moment in the practice's time zone, with its seconds, so that entries can be told apart."""
        if not text:
            return ""
        moment = datetime.fromisoformat(text)
        return f"{written_moment(moment, self.zone)}:{moment:%S}"

    def user_name(self, user_id: str | None) -> str:
        """The username of an id; the id's beginning for people of elsewhere."""
        if not user_id:
            return "–"
        known = next((one.username for one in self.users if one.user_id == user_id), None)
        return known or user_id[:8]


class AuditPresenter(AskingPresenter[AuditState]):
    """Reads pages and incidents; looking at either is written down by the server."""

    def __init__(
        self, session: WorkSession, connection: Connection, runner: TaskRunner, clock: Clock, dialogs: Dialogs
    ) -> None:
        super().__init__(AuditState(), session, connection, runner, dialogs)
        self._clock = clock
        self._reasons_typed = TypedReasons(dialogs)

    @property
    def today(self) -> date:
        """Today in the practice's time zone."""
        return self._session.today(self._clock.now())

    def enter(self) -> None:
        """The part is shown."""
        self._change(zone=self._session.time_zone, my_id=self._my_id, done="")
        self.refresh()

    def refresh(self) -> None:
        """Read what is shown again from its newest entry."""
        client = self._connection.client
        self._change(reading=True, problem=None, done="")
        if self.state.view == "incidents":
            self._run("read", client.practice.incidents, self._incidents_read, self._failed)
            return
        query = self._query()

        def read() -> tuple[AuditPage, tuple[UserRow, ...] | None, tuple[Incident, ...] | None]:
            page = client.practice.audit(query)
            if self.state.users:
                return page, None, None
            return page, client.accounts.users(), client.practice.incidents()

        self._run("read", read, self._page_read, self._failed)

    def choose_view(self, view: View) -> None:
        """Show all access, or the incidents."""
        if view != self.state.view:
            self._change(view=view)
            self.refresh()

    def set_filter(self, **changes: object) -> None:
        """Change what is asked for and read from the newest entry on."""
        wanted = dataclasses.replace(self.state.filter, **changes)  # type: ignore[arg-type]
        if wanted != self.state.filter:
            self._change(filter=wanted)
            self.refresh()

    def clear_filter(self) -> None:
        """Ask for everything again."""
        if self.state.filter != AuditFilter():
            self._change(filter=AuditFilter())
            self.refresh()

    def load_more(self) -> None:
        """Read the page that follows the last row."""
        if not self.state.more or self.state.reading or not self.state.rows:
            return
        query = dataclasses.replace(self._query(), before_seq=self.state.rows[-1].seq)
        self._change(reading=True, problem=None)
        call = self._connection.client.practice.audit
        self._run("read", lambda: call(query), self._following_read, self._failed)

    def ask_acknowledge(self, incident: Incident | None) -> None:
        """Say what an incident was; the note stays with it."""
        if incident is None or incident.acknowledged_at is not None or self.state.changing:
            return
        state = self.state
        facts: tuple[tuple[str, str], ...] = (
            ("What", INCIDENT_WORDS.get(incident.kind, incident.kind)),
            ("When", state.moment(incident.at)),
            ("Entry", str(incident.audit_seq or "–")),
        )
        question = Question(
            "admin.incident", "Acknowledge this incident?",
            "It is closed with your name and cannot be opened again. Name no patient in the note.",
            "Acknowledge", facts=facts, asks_for="What it was", needs_characters=LEAST_NOTE,
        )  # fmt: skip

        call = self._connection.client.practice.acknowledge

        def acknowledge(answer: Answer) -> None:
            form = AcknowledgeIncident(answer.text)
            self._order(lambda: call(incident.incident_id, form), self._acknowledged)

        self._reasons_typed.ask(question, incident.incident_id, acknowledge)

    def incident_words(self, incident: Incident) -> str:
        """What an incident was, in words."""
        return INCIDENT_WORDS.get(incident.kind, incident.kind)

    def entry_facts(self, row: AuditRow) -> tuple[tuple[str, str], ...]:
        """Everything of an entry, for the dialog that shows it."""
        state = self.state
        facts = (
            ("Entry", str(row.seq)),
            ("When", state.moment(row.at)),
            ("Action", row.action),
            ("Object", f"{row.object_type} {row.object_id}".strip()),
            ("User", f"{state.user_name(row.user_id)} {row.user_id or ''}".strip()),
            ("Result", row.outcome),
            ("Reason", row.reason or ""),
            ("Address", row.ip),
            ("Request", row.request_id),
        )
        return tuple((label, value) for label, value in facts if value)

    def filter_words(self) -> str:
        """What is asked for, in words; "" for everything."""
        asked, words = self.state.filter, []
        if asked.from_day:
            words.append(f"from {written_date(asked.from_day)}")
        if asked.to_day:
            words.append(f"to {written_date(asked.to_day)}")
        count = sum(1 for one in (asked.user_id, asked.object_id, asked.action, asked.outcome) if one)
        if count:
            words.append(plural(count, "filter"))
        return ", ".join(words)

    def _query(self) -> AuditQuery:
        asked = self.state.filter
        return AuditQuery(
            limit=PAGE,
            user_id=asked.user_id or None,
            action=asked.action or None,
            object_id=asked.object_id.strip() or None,
            outcome=asked.outcome or None,
            from_day=asked.from_day,
            to_day=asked.to_day,
        )

    def _page_read(self, answer: tuple[AuditPage, tuple[UserRow, ...] | None, tuple[Incident, ...] | None]) -> None:
        page, users, incidents = answer
        self._change(
            rows=page.rows,
            more=len(page.rows) == PAGE,
            head_seq=page.head_seq,
            users=self.state.users if users is None else users,
            incidents=self.state.incidents if incidents is None else incidents,
            reading=False,
        )

    def _following_read(self, page: AuditPage) -> None:
        self._change(rows=self.state.rows + page.rows, more=len(page.rows) == PAGE, reading=False)

    def _incidents_read(self, incidents: tuple[Incident, ...]) -> None:
        self._change(incidents=incidents, reading=False)

    def _acknowledged(self, incidents: tuple[Incident, ...]) -> None:
        self._reasons_typed.settled()
        self._change(incidents=incidents, changing=False, done="Acknowledged.")

    def _refused(self, problem: Exception) -> None:
        self._change(changing=False, problem=words_for(problem))
        self._run("read", self._connection.client.practice.incidents, self._incidents_read, lambda _: None)

    def _failed(self, problem: Exception) -> None:
        self._change(reading=False, problem=words_for(problem), rows=(), incidents=(), more=False)
