"""People, patients and ports for tests of the workstation: no Qt, no network, no waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from kinometric.contract.accounts import Me, Membership
from kinometric.contract.patients import Link, Patient, WorklistRow
from kinometric.contract.practices import AthenaDepartment, Department
from kinometric.contract.uploads import Upload, UploadEvent
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.navigation import Navigation
from kinometric_desktop.app.passing_clipboard import PassingClipboard
from kinometric_desktop.app.ports import Answer, EnrolledKey, Question, WorkstationSettings
from kinometric_desktop.app.runners import ImmediateRunner
from kinometric_desktop.app.session import WorkSession

NOW = datetime(2026, 11, 2, 19, 22, tzinfo=UTC)
TODAY = date(2026, 11, 2)


@dataclass
class StillClock:
    """A clock that goes when a test turns it."""

    moment: datetime = NOW
    second: float = 1000.0

    def now(self) -> datetime:
        """The moment that was set."""
        return self.moment

    def monotonic_s(self) -> float:
        """The second that was set."""
        return self.second


@dataclass
class Alarm:
    """Something that was to be called later."""

    delay_s: float
    call: Callable[[], None]
    repeats: bool
    dropped: bool = False

    def drop(self) -> None:
        """Not any more."""
        self.dropped = True


@dataclass
class HeldTimer:
    """Keeps what would be called later until a test calls it."""

    alarms: list[Alarm] = field(default_factory=list)

    def after(self, delay_s: float, call: Callable[[], None]) -> Alarm:
        """Once."""
        self.alarms.append(Alarm(delay_s, call, repeats=False))
        return self.alarms[-1]

    def every(self, interval_s: float, call: Callable[[], None]) -> Alarm:
        """Again and again."""
        self.alarms.append(Alarm(interval_s, call, repeats=True))
        return self.alarms[-1]

    @property
    def waiting(self) -> list[Alarm]:
        """What is still wanted."""
        return [alarm for alarm in self.alarms if not alarm.dropped]

    def fire(self) -> None:
        """Time is up for everything that is still wanted."""
        for alarm in self.waiting:
            alarm.dropped = not alarm.repeats
            alarm.call()


@dataclass
class Answered:
    """Dialogs that wait for the test's answer."""

    open: list[tuple[Question, Callable[[Answer], None]]] = field(default_factory=list)

    def ask(self, question: Question, on_answer: Callable[[Answer], None]) -> None:
        """Open a question."""
        self.open.append((question, on_answer))

    def answer(self, *, accepted: bool = True, text: str = "") -> Question:
        """Answer the oldest open question."""
        question, on_answer = self.open.pop(0)
        on_answer(Answer(accepted, text))
        return question


@dataclass
class HeldClipboard:
    """A clipboard that a test reads."""

    text: str = ""
    puts: list[str] = field(default_factory=list)

    def put(self, text: str) -> None:
        """Hold it."""
        self.text = text
        self.puts.append(text)

    def take_back(self) -> None:
        """Forget it, unless somebody else put another text there."""
        if self.puts and self.text == self.puts[-1]:
            self.text = ""


@dataclass
class PaperTray:
    """A printer that keeps its pages, or says why it can't."""

    pages: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    refuses: str = ""

    def print_lines(
        self, title: str, lines: tuple[str, ...], on_done: Callable[[bool], None], on_error: Callable[[str], None]
    ) -> None:
        """Keep the page."""
        if self.refuses:
            on_error(self.refuses)
            return
        self.pages.append((title, lines))
        on_done(True)


@dataclass
class KeyBox:
    """A keyring in memory; ``there`` false is a computer without one."""

    there: bool = True
    keys: dict[str, EnrolledKey] = field(default_factory=dict)

    def available(self) -> bool:
        """Whether there is one."""
        return self.there

    def load(self, account: str) -> EnrolledKey | None:
        """The key of an account."""
        return self.keys.get(account)

    def save(self, account: str, key: EnrolledKey) -> None:
        """Keep it."""
        self.keys[account] = key

    def forget(self, account: str) -> None:
        """Remove it."""
        self.keys.pop(account, None)


@dataclass
class MemorySettings:
    """Settings that live in memory."""

    kept: WorkstationSettings = field(default_factory=WorkstationSettings)
    saves: int = 0

    def load(self) -> WorkstationSettings:
        """What was saved last."""
        return self.kept

    def save(self, settings: WorkstationSettings) -> None:
        """Keep them."""
        self.kept = settings
        self.saves += 1


def membership(role: str = "clinician", *, practice_id: str = "p-harbor", **more: Any) -> Membership:
    """A place in an invented practice."""
    values: dict[str, Any] = {
        "practice_name": "Harbor Street Clinic",
        "can_match": True,
        "can_review": True,
        "can_upload": True,
        "is_default": practice_id == "p-harbor",
        "department_id": "d-pt",
        "department_name": "Physical Therapy",
        "athena_environment": "preview",
        "athena_practice_id": "990017",
        "documents_write": True,
        "time_zone": "America/New_York",
    }
    return Membership(practice_id, role=role, **{**values, **more})  # type: ignore[arg-type]


def me(role: str = "clinician", *others: Membership, superadmin: bool = False, **more: Any) -> Me:
    """A person who works in the first practice."""
    active = membership(role, **more)
    return Me("u-1", "dsmith", "Dr. Smith", superadmin, active, (active, *others), 900.0, False, NOW.isoformat())


def patient(patient_id: str = "p-1", **more: Any) -> Patient:
    """An invented patient."""
    values: dict[str, Any] = {
        "number": 10482,
        "lastname": "Muestra-López",
        "firstname": "Maria",
        "middlename": "Elena",
        "suffix": "",
        "preferredname": "",
        "born": date(1951, 3, 4),
        "sex": "F",
        "phone": "4105550142",
        "zip": "00104",
        "is_sandbox": True,
        "department_id": "d-pt",
        "link": None,
        "link_version": 0,
        "sessions": 1,
        "last_session_at": NOW.isoformat(),
        "version": 1,
    }
    return Patient(patient_id, **{**values, **more})


def linked(athena_patient_id: str = "60145") -> Link:
    """A link."""
    return Link(athena_patient_id, NOW.isoformat(), "Dr. Smith", "search", (), None, 1)


def row(session_id: str = "s-1", who: Patient | None = None, **more: Any) -> WorklistRow:
    """A line of the worklist."""
    values: dict[str, Any] = {
        "patient": who or patient(),
        "tested_at": "2026-11-02T19:05:00+00:00",
        "stances_done": 4,
        "level": "moderate",
        "level_score": 6.85,
        "level_note": "",
        "provisional": True,
        "next_step": "review",
        "stances": ("scored",) * 4,
    }
    return WorklistRow(session_id, **{**values, **more})


def department(department_id: str = "d-pt", **more: Any) -> Department:
    """A department of the practice."""
    values: dict[str, Any] = {
        "athena_department_id": "1",
        "name": "Physical Therapy",
        "patient_facing_name": "Physical Therapy, 2nd floor",
        "is_active": True,
        "is_practice_default": True,
        "is_mine": True,
        "default_of_users": 6,
        "patients": 412,
        "in_athena": True,
        "version": 3,
    }
    return Department(department_id, **{**values, **more})


def athena_department(number: str, name: str, *, allowed: bool = False) -> AthenaDepartment:
    """A department of athenaOne."""
    return AthenaDepartment(number, name, name, hidden=False, allowed=allowed)


def upload(upload_id: str = "up-1", **more: Any) -> Upload:
    """An upload."""
    values: dict[str, Any] = {
        "session_id": "s-1",
        "patient_id": "p-1",
        "patient_name": "PRUEBA, Rosa",
        "patient_number": 10488,
        "athena_patient_id": "14620",
        "athena_department_id": "1",
        "department_name": "Physical Therapy",
        "state": "outcome_unknown",
        "step": "filing",
        "sentence": "We sent the report but did not hear back.",
        "code": "KS-520",
        "document_id": None,
        "marker": "K-C2D09A",
        "sha256": "c2d0",
        "pages": 2,
        "created_at": "2026-11-02T18:58:02+00:00",
        "created_by": "Dr. Smith",
        "tested_at": "2026-11-02T16:30:00+00:00",
        "tries": 1,
        "next_try_at": None,
        "send_again_from": "2026-11-02T19:08:00+00:00",
        "revision": 0,
        "supersedes": None,
        "history": (UploadEvent("2026-11-02T18:58:02+00:00", "queued", "PDF 2 pages", "Dr. Smith"),),
        "needs_readable_check": False,
        "version": 4,
    }
    return Upload(upload_id, **{**values, **more})


class Refusing:
    """A group of routes that answers what a test set, and writes down what was asked.

    ``answers[name]`` is a value, an exception to raise, or a function of the arguments.
    """

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, Any] = dict(answers)
        self.asked: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*arguments: Any, **named: Any) -> Any:
            self.asked.append((name, arguments, named))
            answer = self.answers[name]
            if isinstance(answer, Exception):
                raise answer
            return answer(*arguments, **named) if callable(answer) else answer

        return call

    def names(self) -> list[str]:
        """What was asked, in order."""
        return [name for name, _, _ in self.asked]

    def last(self, name: str) -> tuple[Any, ...]:
        """The arguments of the last call of this name."""
        return next(arguments for asked, arguments, _ in reversed(self.asked) if asked == name)


class FakeServer:
    """A client whose groups answer what a test set."""

    def __init__(self) -> None:
        self.accounts = Refusing(sign_out=None)
        self.patients = Refusing()
        self.athena = Refusing()
        self.departments = Refusing()
        self.practice = Refusing()
        self.sessions = Refusing()
        self.uploads = Refusing()
        self.address = SimpleNamespace(url="https://kinometric.example", host="kinometric.example", encrypted=True)
        self.signed_in = True
        self.closed = False

    def close(self) -> None:
        """Remember it."""
        self.closed = True


@dataclass
class House:
    """What presenters are made of in these tests."""

    server: FakeServer = field(default_factory=FakeServer)
    session: WorkSession = field(default_factory=WorkSession)
    clock: StillClock = field(default_factory=StillClock)
    timer: HeldTimer = field(default_factory=HeldTimer)
    dialogs: Answered = field(default_factory=Answered)
    settings: MemorySettings = field(default_factory=MemorySettings)
    runner: Any = field(default_factory=ImmediateRunner)
    clipboard: HeldClipboard = field(default_factory=HeldClipboard)
    printer: PaperTray = field(default_factory=PaperTray)
    keys: KeyBox = field(default_factory=KeyBox)

    def __post_init__(self) -> None:
        self.navigation = Navigation(self.session)
        self.connection = Connection(lambda _: self.server)  # type: ignore[arg-type,return-value]
        self.passing = PassingClipboard(self.clipboard, self.timer)

    def work(self, role: str = "clinician", *others: Membership, superadmin: bool = False, **more: Any) -> House:
        """Sign in and enter the practice."""
        self.connection.open("https://kinometric.example")
        person = me(role, *others, superadmin=superadmin, **more)
        self.session.sign_in(person)
        self.session.enter_practice(person)
        self.navigation.go("worklist")
        return self


def without_link(person: Me) -> Me:
    """The same person in a practice without athenaOne."""
    assert person.active is not None
    alone = replace(person.active, athena_environment="none", athena_practice_id=None)
    return replace(person, active=alone, memberships=(alone,))
