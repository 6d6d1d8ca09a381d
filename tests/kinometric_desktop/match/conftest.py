"""A clinic in memory for the match screen: a patient, charts, a clock that tests turn, dialogs that tests answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from kinometric.contract.accounts import Me, Membership
from kinometric.contract.patients import (
    AthenaCandidates,
    AthenaLookup,
    AthenaPatient,
    AthenaSearch,
    CorrectPatient,
    EndLink,
    ImportPatient,
    Link,
    LinkEvent,
    LinkHistory,
    MakeLink,
    NewPatient,
    Patient,
    PatientList,
    PatientSearch,
    ShowBirthYear,
    VerifyLink,
)
from kinometric.contract.practices import Department, Departments
from kinometric_desktop.app.actions import ActionRegistry
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.match import MatchPresenter
from kinometric_desktop.app.navigation import Navigation, Place
from kinometric_desktop.app.ports import Answer, Question, TaskRunner
from kinometric_desktop.app.runners import ImmediateRunner
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.client.errors import ServerError

MARIA = Patient(
    "p-maria", 10482, "Muestra-López", "Maria", "Elena", "", "Mari", date(1951, 3, 4), "F", "4105550142", "00104",
    True, "d-pt", None, 3, 1, "2026-11-02T19:05:00+00:00", 7,
)  # fmt: skip

LINKED_AT = "2026-11-23T14:05:00+00:00"


def chart(
    athena_patient_id: str, last: str, first: str, born: date | None, sex: str = "F", **more: object
) -> AthenaPatient:
    """A chart in athenaOne."""
    values: dict[str, object] = {
        "middlename": "", "suffix": "", "preferredname": "", "phone": "", "phone_kind": "", "zip": "",
        "status": "active", "department_id": "1", "department_name": "Physical Therapy", "department_allowed": True,
        "fingerprint": f"print-{athena_patient_id}",
    }  # fmt: skip
    return AthenaPatient(
        athena_patient_id=athena_patient_id,
        lastname=last,
        firstname=first,
        born=born,
        sex=sex,
        **{**values, **more},  # type: ignore[arg-type]
    )


CHARTS = (
    chart("60146", "Muestra Lopez", "Mario", date(1951, 3, 4), "M"),
    chart("20117", "Lopez", "Maria", date(1957, 3, 4)),
    chart("60145", "Muestra Lopez", "Maria", date(1951, 4, 3), middlename="E", phone="4105550142", phone_kind="mobile",
          zip="00186"),
    chart("11935", "Muestra", "Elena", date(1949, 9, 30)),
    chart("18802", "Muestra", "Marisa", date(1951, 6, 11)),
)  # fmt: skip


@dataclass
class Calls:
    """What the workstation asked of the server, and what it answers."""

    asked: list[tuple[str, object]] = field(default_factory=list)
    charts: dict[str, AthenaPatient] = field(default_factory=lambda: {one.athena_patient_id: one for one in CHARTS})
    patient: Patient = MARIA
    hidden: int = 2
    steps: tuple[str, ...] = ("exact last name", "each part of it", "first and last name swapped")
    can_go_wider: bool = True
    refuse: dict[str, Exception] = field(default_factory=dict)
    found: tuple[str, ...] | None = None
    known: tuple[Patient, ...] = ()
    filed: int = 0

    def note(self, name: str, form: object = None) -> None:
        """Write a request down, and refuse it once where the test says so."""
        self.asked.append((name, form))
        problem = self.refuse.pop(name, None)
        if problem is not None:
            raise problem

    def forms(self, name: str) -> list[object]:
        """What was asked under this name."""
        return [form for asked, form in self.asked if asked == name]


class Athena:
    """athenaOne behind the clinic's server."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def search(self, query: AthenaSearch) -> AthenaCandidates:
        """Everybody, in the order of the charts."""
        self.calls.note("search", query)
        keys = self.calls.found if self.calls.found is not None else tuple(self.calls.charts)
        rows = tuple(self.calls.charts[key] for key in keys)
        return AthenaCandidates(
            rows, self.calls.hidden, self.calls.steps, len(self.calls.steps), 4, self.calls.can_go_wider
        )

    def lookup(self, query: AthenaLookup) -> AthenaPatient:
        """One chart."""
        self.calls.note("lookup", query)
        found = self.calls.charts.get(query.athena_patient_id)
        if found is None:
            raise ServerError("KS-404A", "athenaOne has no such patient.", status=404)
        return found


class Patients:
    """The clinic's patients."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def _keep(self, **changes: object) -> Patient:
        self.calls.patient = dataclasses.replace(self.calls.patient, **changes)  # type: ignore[arg-type]
        return self.calls.patient

    def get(self, patient_id: str) -> Patient:
        """The patient as stored."""
        self.calls.note("get", patient_id)
        return self.calls.patient

    def search(self, query: PatientSearch) -> PatientList:
        """Whoever is known, whatever was typed."""
        self.calls.note("find", query)
        return PatientList(self.calls.known, more=False)

    def add(self, form: NewPatient) -> Patient:
        """A new patient."""
        self.calls.note("add", form)
        values = {one.name: getattr(form, one.name) for one in dataclasses.fields(form)}
        return self._keep(**values, patient_id="p-added", number=10990, link=None)

    def correct(self, patient_id: str, form: CorrectPatient) -> Patient:
        """A corrected record."""
        self.calls.note("correct", form)
        given = {one.name: getattr(form, one.name) for one in dataclasses.fields(form)}
        del given["reason"]
        changed = {name: value for name, value in given.items() if value is not None}
        return self._keep(**{**changed, "version": form.version + 1})

    def link(self, patient_id: str, form: MakeLink) -> Patient:
        """Link."""
        self.calls.note("link", form)
        accepted = tuple(f"{name}: {why}" for name, why in form.reasons.items())
        version = form.link_version + 1
        link = Link(form.athena_patient_id, LINKED_AT, "Dr. Smith", form.method, accepted, None, version)
        return self._keep(link=link, link_version=form.link_version + 1)

    def end_link(self, patient_id: str, form: EndLink) -> Patient:
        """Unlink."""
        self.calls.note("end_link", form)
        return self._keep(link=None, link_version=form.link_version + 1)

    def verify_link(self, patient_id: str, form: VerifyLink) -> Patient:
        """Still the same person."""
        self.calls.note("verify_link", form)
        link = self.calls.patient.link
        assert link is not None
        return self._keep(link=dataclasses.replace(link, last_verified_at="2026-11-23T15:00:00+00:00"))

    def link_history(self, patient_id: str) -> LinkHistory:
        """What happened to the link."""
        self.calls.note("link_history", patient_id)
        link = self.calls.patient.link
        events = (LinkEvent(link.linked_at, link.linked_by, "linked", link.athena_patient_id, ""),) if link else ()
        return LinkHistory(events, self.calls.filed)

    def birth_year_shown(self, patient_id: str, form: ShowBirthYear) -> None:
        """Audited."""
        self.calls.note("birth_year_shown", form)

    def birth_year_refused(self, patient_id: str) -> None:
        """Audited."""
        self.calls.note("birth_year_refused", patient_id)

    def import_from_athena(self, form: ImportPatient) -> Patient:
        """A new patient from a chart."""
        self.calls.note("import", form)
        found = self.calls.charts[form.athena_patient_id]
        link = Link(form.athena_patient_id, LINKED_AT, "Dr. Smith", "import", (), None, 1)
        self.calls.patient = dataclasses.replace(
            MARIA, patient_id="p-new", number=10999, lastname=found.lastname, firstname=found.firstname, link=link
        )
        return self.calls.patient


class OwnDepartments:
    """The clinic's departments."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.refuse: Exception | None = None
        self.stopped: set[str] = set()

    def list(self) -> Departments:
        """Two that are allowed and one that is stopped."""
        if self.refuse is not None:
            raise self.refuse
        rows = [
            ("d-pt", "1", "Physical Therapy", True),
            ("d-east", "3", "Eastside PT", True),
            ("d-neuro", "4", "Neuro Rehab", False),
        ]
        return Departments(
            tuple(
                Department(key, athena, name, name, on and athena not in self.stopped, False, False, 0, 0, True, 1)
                for key, athena, name, on in rows
            ),
            None,
        )


class Server:
    """What the presenter sees of the server."""

    def close(self) -> None:
        """Nothing is open."""

    def __init__(self) -> None:
        self.calls = Calls()
        self.athena = Athena(self.calls)
        self.patients = Patients(self.calls)
        self.departments = OwnDepartments(self.calls)


@dataclass
class StillClock:
    """A clock that goes when a test turns it."""

    second: float = 1000.0

    def now(self) -> datetime:
        """Always the same afternoon."""
        return datetime(2026, 11, 23, 19, 30, tzinfo=UTC)

    def monotonic_s(self) -> float:
        """Seconds."""
        return self.second


@dataclass
class Alarm:
    """Something to be called later."""

    call: Callable[[], None]
    dropped: bool = False

    def drop(self) -> None:
        """Not any more."""
        self.dropped = True


@dataclass
class HeldTimer:
    """Keeps what would be called later until a test calls it."""

    once: list[tuple[float, Alarm]] = field(default_factory=list)
    again: list[tuple[float, Alarm]] = field(default_factory=list)

    def after(self, delay_s: float, call: Callable[[], None]) -> Alarm:
        """Once."""
        self.once.append((delay_s, Alarm(call)))
        return self.once[-1][1]

    def every(self, interval_s: float, call: Callable[[], None]) -> Alarm:
        """Again and again."""
        self.again.append((interval_s, Alarm(call)))
        return self.again[-1][1]

    def fire(self) -> None:
        """Time is up for all that is still wanted."""
        for _, alarm in (*self.once, *self.again):
            if not alarm.dropped:
                alarm.call()


@dataclass
class Answered:
    """Dialogs that wait for the test's answer."""

    open: list[tuple[Question, Callable[[Answer], None]]] = field(default_factory=list)

    def ask(self, question: Question, on_answer: Callable[[Answer], None]) -> None:
        """Open a question."""
        self.open.append((question, on_answer))

    def answer(self, name: str, *, accepted: bool = True, text: str = "") -> Question:
        """Answer the open question of this name."""
        question, on_answer = self.open.pop()
        assert question.name == name
        on_answer(Answer(accepted, text))
        return question


def membership(role: str = "clinician", **more: object) -> Membership:
    """A person's place in the demo practice."""
    values: dict[str, object] = {
        "can_match": role != "readonly", "can_review": True, "can_upload": True, "is_default": True,
        "department_id": "d-pt", "department_name": "Physical Therapy", "athena_environment": "standin",
        "athena_practice_id": "990017", "documents_write": True, "time_zone": "America/New_York",
    }  # fmt: skip
    practice_id = str(more.pop("practice_id", "pr-1"))
    return Membership(practice_id, "Harbor Street Clinic", role, **{**values, **more})  # type: ignore[arg-type]


@dataclass
class Desk:
    """Everything a test of the match screen touches."""

    server: Server
    session: WorkSession
    navigation: Navigation
    clock: StillClock
    timer: HeldTimer
    dialogs: Answered
    presenter: MatchPresenter
    work: Workplace

    @property
    def calls(self) -> Calls:
        """What was asked of the server."""
        return self.server.calls

    def enter(self, role: str = "clinician", patient: Patient = MARIA, **more: object) -> MatchPresenter:
        """Sign in, open a patient, and go to the match screen."""
        active = membership(role, **more)
        me = Me("u-1", "dsmith", "Dr. Smith", False, active, (active,), 900.0, True, "2026-11-23T19:30:00+00:00")
        self.session.sign_in(me)
        self.session.enter_practice(me)
        self.navigation.go("worklist")
        self.calls.patient = patient
        self.session.open_patient(patient)
        assert self.navigation.go("match")
        return self.presenter

    def compare(self, athena_patient_id: str = "60145", role: str = "clinician", **more: object) -> MatchPresenter:
        """Go on to the comparison with one candidate."""
        presenter = self.enter(role, **more)  # type: ignore[arg-type]
        presenter.search()
        presenter.open_candidate(athena_patient_id)
        return presenter


@pytest.fixture
def runner() -> TaskRunner:
    """Work is done at once; a module may override this."""
    return ImmediateRunner()


@pytest.fixture
def desk(runner: TaskRunner) -> Iterator[Desk]:
    """A workstation in the demo clinic."""
    server, session, clock, timer, dialogs = Server(), WorkSession(), StillClock(), HeldTimer(), Answered()
    navigation, connection = Navigation(session), Connection(lambda url: server)  # type: ignore[arg-type, return-value]
    connection.open("http://127.0.0.1:1")
    work = Workplace(
        session,
        navigation,
        ActionRegistry(),
        connection,
        runner,
        clock,
        timer,
        dialogs,
        settings=None,  # type: ignore[arg-type]
        printer=None,  # type: ignore[arg-type]
        files=None,  # type: ignore[arg-type]
    )
    presenter = MatchPresenter(work)
    shown = []

    def moved(place: Place) -> None:
        if (place.screen == "match") != bool(shown):
            if shown:
                shown.clear()
                presenter.left()
            else:
                shown.append(place)
                presenter.entered()

    navigation.listen(moved)
    yield Desk(server, session, navigation, clock, timer, dialogs, presenter, work)
    presenter.close()
