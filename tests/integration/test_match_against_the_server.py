"""The match screen's presenter with the real client, the real server and the athenaOne stand-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kinometric.contract.accounts import SignIn
from kinometric.contract.patients import CorrectPatient, MakeLink, NewPatient, Patient
from kinometric_desktop.app.actions import ActionRegistry
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.match import MatchPresenter
from kinometric_desktop.app.navigation import Navigation
from kinometric_desktop.app.ports import Answer, Question
from kinometric_desktop.app.runners import ImmediateRunner
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.client.errors import ServerError
from tests.kinometric_server.conftest import PASSWORD
from tests.kinometric_server.connected_clinic import (  # noqa: F401 - fixtures are found by name
    clinic_on_athena,
    settings,
    standin,
    standin_process,
)

REASON = "Typing error in athenaOne"
MARIA = NewPatient("Muestra-López", "Maria", date(1951, 3, 4), "F", "Elena", is_sandbox=True, phone="4105550142")


@dataclass
class Alarm:
    """Nothing happens later in these tests."""

    def drop(self) -> None:
        """Not any more."""


@dataclass
class Clock:
    """The afternoon of the server's clock."""

    def now(self) -> datetime:
        """The moment."""
        return datetime(2026, 5, 5, 14, 30, tzinfo=UTC)

    def monotonic_s(self) -> float:
        """Seconds."""
        return 0.0


class Later:
    """A timer that never fires."""

    def after(self, delay_s: float, call: Callable[[], None]) -> Alarm:
        """Never."""
        return Alarm()

    def every(self, interval_s: float, call: Callable[[], None]) -> Alarm:
        """Never."""
        return Alarm()


@dataclass
class Questions:
    """Dialogs that the test answers."""

    open: list[tuple[Question, Callable[[Answer], None]]] = field(default_factory=list)

    def ask(self, question: Question, on_answer: Callable[[Answer], None]) -> None:
        """Open a question."""
        self.open.append((question, on_answer))

    def answer(self, text: str = "") -> Question:
        """Say yes to the open question."""
        question, on_answer = self.open.pop()
        on_answer(Answer(True, text))
        return question


@dataclass
class Desk:
    """A workstation at which somebody is signed in."""

    work: Workplace
    presenter: MatchPresenter
    questions: Questions

    @property
    def client(self) -> Any:
        """The real client."""
        return self.work.connection.client

    def open(self, patient: Patient | NewPatient) -> MatchPresenter:
        """Open a patient, made first where there is none yet, and go to the match screen."""
        record = self.client.patients.add(patient) if isinstance(patient, NewPatient) else patient
        if self.work.navigation.screen == "match":
            self.presenter.left()
            self.work.navigation.go("worklist")
        self.work.session.open_patient(record)
        assert self.work.navigation.go("match")
        self.presenter.entered()
        return self.presenter

    @property
    def record(self) -> Patient:
        """The open patient as the workstation knows it."""
        patient = self.work.session.patient
        assert patient is not None
        return patient.record


@pytest.fixture
def sign_in(base_url: str, clinic_on_athena: Any) -> Iterator[Callable[[Any], Desk]]:  # noqa: F811
    """Signs people in at workstations of their own."""
    desks: list[Desk] = []

    def at_a_desk(person: Any) -> Desk:
        connection, session, questions = Connection(), WorkSession(), Questions()
        client = connection.open(base_url)
        answer = client.accounts.sign_in(SignIn(person.username, PASSWORD))
        assert answer.me is not None
        session.sign_in(answer.me)
        session.enter_practice(answer.me)
        navigation = Navigation(session)
        navigation.go("worklist")
        work = Workplace(
            session,
            navigation,
            ActionRegistry(),
            connection,
            ImmediateRunner(),
            Clock(),
            Later(),
            questions,
            settings=None,  # type: ignore[arg-type]
            printer=None,  # type: ignore[arg-type]
            files=None,  # type: ignore[arg-type]
        )
        desks.append(Desk(work, MatchPresenter(work), questions))
        return desks[-1]

    yield at_a_desk
    for desk in desks:
        desk.presenter.close()
        desk.work.connection.close()


@pytest.fixture
def desk(sign_in: Callable[[Any], Desk], bob: Any) -> Desk:
    """Bob's workstation."""
    return sign_in(bob)


def actions_of(alice: Any) -> list[str]:
    """What the audit has, newest first."""
    answer = alice.post("/v1/audit", {"limit": 200})
    assert answer.status_code == 200, answer.text
    return [row["action"] for row in answer.json()["rows"]]


def link_maria(desk: Desk) -> MatchPresenter:
    presenter = desk.open(MARIA)
    presenter.search_wider()
    presenter.open_candidate("60145")
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    presenter.link()
    return presenter


def test_maria_is_found_compared_and_linked(desk: Desk, alice: Any) -> None:
    presenter = desk.open(MARIA)
    assert {choice.name for choice in presenter.state.departments} == {"Physical Therapy", "Eastside PT"}
    presenter.search()
    state = presenter.state
    assert state.problem is None
    assert state.rows[0].athena_patient_id == "60145"
    assert state.steps
    used, allowed = (int(word) for word in state.requests.split() if word.isdigit())
    assert used <= allowed == 4
    presenter.open_candidate("60145")
    panel = presenter.state.compare
    assert panel is not None
    verdicts = {row.field: row.verdict for row in panel.rows}
    assert (verdicts["lastname"], verdicts["firstname"], verdicts["born"]) == ("close", "close", "swapped")
    assert (panel.fresh, panel.department_allowed) == (True, True)
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    assert presenter.state.compare is not None
    assert presenter.state.compare.ready
    presenter.link()
    assert presenter.state.compare_problem is None
    link = desk.client.patients.get(desk.record.patient_id).link
    assert (link.athena_patient_id, link.method, link.accepted_differences) == ("60145", "search", ("born",))
    linked = presenter.state.linked
    assert linked is not None
    assert linked.accepted_differences == ("Born",)
    assert [(event.action, event.reason) for event in linked.history] == [("linked", f"born: {REASON}")]
    assert "patient_linked" in actions_of(alice)


def test_a_wider_search_stays_within_four_requests_and_brings_the_twin(desk: Desk) -> None:
    presenter = desk.open(MARIA)
    presenter.search_wider()
    ids = [row.athena_patient_id for row in presenter.state.rows]
    assert {"60145", "60146"} <= set(ids)
    presenter.open_candidate("60145")
    assert presenter.state.compare is not None
    assert presenter.state.compare.near is not None
    assert presenter.state.compare.near.athena_patient_id == "60146"


def test_three_wrong_years_close_the_comparison_and_stand_in_the_audit(desk: Desk, alice: Any) -> None:
    presenter = desk.open(MARIA)
    presenter.search()
    presenter.open_candidate("60145")
    for year in ("1950", "1952", "1957"):
        presenter.type_year(year)
    assert presenter.state.compare is None
    assert "link_verify_failed" in actions_of(alice)


def test_showing_the_year_stands_in_the_audit_before_it_is_shown(desk: Desk, alice: Any) -> None:
    presenter = desk.open(MARIA)
    presenter.search()
    presenter.open_candidate("60145")
    presenter.show_year()
    desk.questions.answer("The patient can't speak")
    assert not presenter.state.year_hidden
    assert any("birth_year" in action or "year_shown" in action for action in actions_of(alice))


def test_a_patient_of_another_department_is_only_counted_and_never_named(desk: Desk, alice: Any) -> None:
    laura = NewPatient("Specimen", "Laura", date(1953, 2, 14), "F", is_sandbox=True)
    presenter = desk.open(laura)
    presenter.choose_department("any")
    presenter.search()
    assert presenter.state.rows == ()
    assert presenter.state.hidden_other_department >= 1
    presenter.set_athena_id("16251")
    presenter.look_up()
    problem = presenter.state.problem
    assert problem is not None
    assert problem.code == "KS-403D"
    assert problem.sentence.startswith("This patient belongs to a department your practice is not set up for.")
    assert "get_athena_patient_denied" in actions_of(alice)


def test_an_unknown_id_says_so(desk: Desk) -> None:
    presenter = desk.open(MARIA)
    presenter.set_athena_id("99999999")
    presenter.look_up()
    assert presenter.state.problem is not None
    assert presenter.state.problem.code == "KS-404A"


@pytest.mark.parametrize(
    ("athena_patient_id", "patient", "sentence"),
    [
        ("16402", NewPatient("Testcase", "Omar", date(1958, 11, 30), "M", is_sandbox=True), "deleted"),
        ("16550", NewPatient("Proba", "Ilse", date(1945, 7, 29), "F", is_sandbox=True), "athenaOne has no birth date"),
        ("20117", NewPatient("Lopez", "Maria", date(1951, 3, 4), "F", is_sandbox=True), "The years of birth differ"),
        ("60145", NewPatient("Muestra", "Maria", date(1951, 4, 3), "F"), "A real patient can't be linked"),
    ],
)
def test_workstation_and_server_refuse_the_same_links(
    desk: Desk, athena_patient_id: str, patient: NewPatient, sentence: str
) -> None:
    presenter = desk.open(patient)
    presenter.set_athena_id(athena_patient_id)
    presenter.look_up()
    if not presenter.state.rows:
        # The gate does not let this record through at all.
        assert presenter.state.problem is not None
        return
    presenter.open_candidate(athena_patient_id)
    panel = presenter.state.compare
    assert panel is not None
    assert sentence in " ".join(panel.obstacles)
    presenter.type_year("1951")
    presenter.link()
    assert desk.client.patients.get(desk.record.patient_id).link is None
    form = MakeLink(
        athena_patient_id,
        presenter._found[0].record.fingerprint,
        str(patient.born)[:4],
        "id",
        desk.record.link_version,
        dict.fromkeys(("lastname", "firstname", "born", "sex"), REASON),
    )
    with pytest.raises(ServerError) as refused:
        desk.client.patients.link(desk.record.patient_id, form)
    assert refused.value.code == "KS-422L"
    assert sentence in refused.value.message


def test_a_birth_date_that_was_corrected_opens_the_way_to_the_link(desk: Desk) -> None:
    presenter = desk.open(NewPatient("Lopez", "Maria", date(1951, 3, 4), "F", is_sandbox=True))
    presenter.search()
    presenter.open_candidate("20117")
    assert presenter.state.compare is not None
    assert presenter.state.compare.obstacles
    record = desk.record
    form = CorrectPatient(record.version, "Passport says 1957", born=date(1957, 3, 4))
    corrected = desk.client.patients.correct(record.patient_id, form)
    presenter = desk.open(corrected)
    presenter.search()
    presenter.open_candidate("20117")
    presenter.type_year("1957")
    assert presenter.state.compare is not None
    assert presenter.state.compare.still_needed == ""
    presenter.link()
    assert presenter.state.linked is not None


def test_a_chart_belongs_to_one_patient(desk: Desk) -> None:
    link_maria(desk)
    first_number = desk.record.number
    presenter = link_maria(desk)
    assert presenter.state.linked is None
    assert presenter.state.compare_problem is not None
    assert presenter.state.compare_problem.code == "KS-409L"
    assert str(first_number) in presenter.state.compare_problem.sentence


def test_two_workstations_can_not_both_link_what_only_one_has_seen(
    sign_in: Callable[[Any], Desk], bob: Any, alice: Any
) -> None:
    bobs, alices = sign_in(bob), sign_in(alice)
    presenter = bobs.open(MARIA)
    presenter.search()
    presenter.open_candidate("60145")
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    others = alices.open(bobs.record)
    others.search()
    others.open_candidate("60145")
    others.type_year("1951")
    others.choose_reason("born", REASON)
    others.link()
    assert others.state.linked is not None
    presenter.link()
    assert presenter.state.linked is not None, "the stale order was refused and the other's link is shown"
    assert presenter.state.linked.linked_by == others.state.linked.linked_by
    events = bobs.client.patients.link_history(bobs.record.patient_id).events
    assert [event.action for event in events] == ["linked"]


def test_a_link_is_confirmed_taken_back_and_made_again(desk: Desk, alice: Any, clock: Any) -> None:
    presenter = link_maria(desk)
    clock.advance(seconds=20)
    presenter.still_same()
    assert presenter.state.linked is not None
    assert presenter.state.linked.verified_now
    clock.advance(seconds=20)
    presenter.unlink()
    desk.questions.answer("Wrong sister")
    clock.advance(seconds=20)
    assert presenter.state.linked is None
    assert presenter.state.year_hidden
    presenter.search()
    presenter.open_candidate("60145")
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    presenter.link()
    assert presenter.state.linked is not None
    assert [event.action for event in presenter.state.linked.history] == ["linked", "unlinked", "verified", "linked"]
    assert {"patient_linked", "patient_unlinked", "link_verified"} <= set(actions_of(alice))


def test_a_record_of_athena_becomes_a_new_patient(desk: Desk) -> None:
    presenter = desk.open(MARIA)
    presenter.set_athena_id("20117")
    presenter.look_up()
    presenter.open_candidate("20117")
    presenter.add_from_athena()
    desk.questions.answer("1957")
    assert presenter.state.linked is not None
    assert presenter.state.linked.athena_patient_id == "20117"
    assert (desk.record.lastname, desk.record.born, desk.record.is_sandbox) == ("Lopez", date(1957, 3, 4), True)


def test_a_wrong_year_adds_nobody(desk: Desk) -> None:
    presenter = desk.open(MARIA)
    presenter.set_athena_id("20117")
    presenter.look_up()
    presenter.open_candidate("20117")
    before = desk.record.patient_id
    presenter.add_from_athena()
    desk.questions.answer("1951")
    assert desk.record.patient_id == before
    assert presenter.state.compare_problem is not None


def test_athena_gone_is_said_in_a_sentence_and_the_form_stays(desk: Desk, standin: Any) -> None:  # noqa: F811
    presenter = desk.open(MARIA)
    standin.standin.faults.set({"faults": [{"name": "down", "path": "/v1/*", "connection": "reset_before"}]})
    presenter.search()
    assert presenter.state.problem is not None
    assert presenter.state.problem.code.startswith("KS-50")
    assert presenter.state.form.lastname == "Muestra-López"
    assert presenter.state.rows == ()


def test_a_front_desk_may_match_and_a_readonly_person_may_not(sign_in: Callable[[Any], Desk], people: Any) -> None:
    practice = people.clinic.practice_a
    erin = people.make("erin", practice=practice, bits="match")
    assert link_maria(sign_in(erin)).state.linked is not None
    from kinometric_server.database import Role

    frank = people.make("frank", practice=practice, role=Role.READONLY)
    desk = sign_in(frank)
    presenter = desk.open(people_patient(people))
    presenter.search()
    assert presenter.state.may_not_sentence.startswith("Your role here is read-only.")
    assert presenter.state.rows == ()


def people_patient(people: Any) -> Patient:
    """The one patient of the practice, as somebody who may only look sees it."""
    from kinometric.contract.codec import from_json

    person = people.make("grace", practice=people.clinic.practice_a, bits="match")
    answer = person.post("/v1/patients/search", {"text": "muestra"})
    return from_json(Patient, answer.json()["patients"][0])
