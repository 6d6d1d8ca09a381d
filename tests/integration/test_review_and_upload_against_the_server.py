"""Review, report and upload with the real client, the real server and the athenaOne stand-in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from kinometric.contract.accounts import SignIn
from kinometric.contract.patients import AthenaLookup, MakeLink, NewPatient, Patient
from kinometric.recordings import synthetic_recording, write_csv
from kinometric_desktop.app.actions import ActionRegistry
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.navigation import Navigation
from kinometric_desktop.app.ports import ChosenFile
from kinometric_desktop.app.review import ReviewPresenter
from kinometric_desktop.app.review_looking import CHANGED_ELSEWHERE
from kinometric_desktop.app.review_state import STANCES
from kinometric_desktop.app.runners import ImmediateRunner
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.app.upload import ReportPresenter
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.client.errors import Unreachable
from tests.kinometric_server.conftest import PASSWORD
from tests.kinometric_server.connected_clinic import (  # noqa: F401 - fixtures are found by name
    AtWork,
    at_work,
    clinic_on_athena,
    settings,
    standin,
    standin_process,
)

ROSA = NewPatient("Prueba", "Rosa", datetime(1944, 9, 23).date(), "F", is_sandbox=True)  # noqa: DTZ001 - a date
ROSA_IN_ATHENA = "14620"
HOLDS = {"LBEO": (0.2, 10.0), "RBEO": (0.45, 10.0), "LBEC": (0.8, 4.2), "RBEC": (0.7, 6.8)}


@dataclass
class Alarm:
    """Something to be called again when the test says so."""

    call: Callable[[], None]
    dropped: bool = False

    def drop(self) -> None:
        self.dropped = True


@dataclass
class Later:
    """A timer that a test fires."""

    alarms: list[Alarm] = field(default_factory=list)

    def after(self, delay_s: float, call: Callable[[], None]) -> Alarm:
        self.alarms.append(Alarm(call))
        return self.alarms[-1]

    def every(self, interval_s: float, call: Callable[[], None]) -> Alarm:
        return self.after(interval_s, call)

    def fire(self) -> None:
        for alarm in tuple(self.alarms):
            if not alarm.dropped:
                alarm.call()


@dataclass
class Paper:
    """A file to choose, a printer that keeps what it prints."""

    chosen: ChosenFile | None = None
    printed: list[bytes] = field(default_factory=list)

    def open_recording(self, on_chosen: Callable[[ChosenFile | None], None], on_error: Callable[[str], None]) -> None:
        on_chosen(self.chosen)

    def print_pdf(self, pdf: bytes, on_done: Callable[[bool], None], on_error: Callable[[str], None]) -> None:
        self.printed.append(pdf)
        on_done(True)


@dataclass
class Clock:
    """The server's afternoon."""

    server: Any

    def now(self) -> datetime:
        return self.server.clock()

    def monotonic_s(self) -> float:
        return 0.0


@dataclass
class Desk:
    """A workstation at which somebody is signed in."""

    work: Workplace
    timer: Later
    paper: Paper
    review: ReviewPresenter
    report: ReportPresenter
    at_work: AtWork

    @property
    def client(self) -> Any:
        return self.work.connection.client

    def patient(self, *, linked: bool = True) -> Patient:
        """Rosa, linked to her chart."""
        record = self.client.patients.add(ROSA)
        if linked:
            chart = self.client.athena.lookup(AthenaLookup(ROSA_IN_ATHENA, record.patient_id))
            reasons = dict.fromkeys(("lastname", "firstname", "born", "sex"), "Typing error in athenaOne")
            form = MakeLink(ROSA_IN_ATHENA, chart.fingerprint, "1944", "id", record.link_version, reasons)
            record = self.client.patients.link(record.patient_id, form)
        self.work.session.open_patient(record)
        return record

    def record_all(self) -> None:
        """Add the four recordings as files that a person chooses."""
        self.work.navigation.go("review")
        self.review.arrive()
        for place, (stance, (severity, hold_s)) in enumerate(HOLDS.items()):
            made = synthetic_recording(stance=stance, severity=severity, hold_s=hold_s, seed=place + 3)
            self.paper.chosen = ChosenFile(f"{stance}.csv", write_csv(made))
            self.review.add_recording()
            self.review.answer_add(stance=stance, placement="waist", portrait=True)
            assert self.review.state.problem is None

    def review_all(self) -> None:
        """Confirm every hold, look at every trace, stamp."""
        self.review.confirm_plausible()
        for stance in STANCES:
            cell = self.review.state.cell(stance)
            assert cell is not None
            if cell.hold.provisional:
                self.review.focus(stance)
                self.review.confirm_shown()
            self.review.traces_shown(stance)
        self.review.mark_reviewed()
        assert self.review.state.stamp.stamped, self.review.state.stamp.reasons

    def make_report(self) -> None:
        """Open the report."""
        self.review.leave()
        self.work.navigation.go("report")
        self.report.arrive()
        assert self.report.state.phase == "ready", self.report.state.problem

    def order(self, year: str = "1944") -> None:
        """Confirm the upload."""
        self.report.ask_to_upload()
        assert self.report.state.confirmation is not None, (self.report.state.reasons, self.report.state.problem)
        self.report.type_year(year)
        self.report.confirm_upload()


@pytest.fixture
def sign_in(base_url: str, at_work: AtWork) -> Iterator[Callable[[Any], Desk]]:  # noqa: F811
    """Signs people in at workstations of their own."""
    desks: list[Desk] = []

    def at_a_desk(person: Any) -> Desk:
        connection, session = Connection(), WorkSession()
        answer = connection.open(base_url).accounts.sign_in(SignIn(person.username, PASSWORD))
        assert answer.me is not None
        session.sign_in(answer.me)
        session.enter_practice(answer.me)
        navigation = Navigation(session)
        navigation.go("worklist")
        timer, paper = Later(), Paper()
        work = Workplace(
            session, navigation, ActionRegistry(), connection, ImmediateRunner(), Clock(at_work.server), timer,
            None, None, paper, paper,  # type: ignore[arg-type]
        )  # fmt: skip
        desks.append(Desk(work, timer, paper, ReviewPresenter(work), ReportPresenter(work), at_work))
        return desks[-1]

    yield at_a_desk
    for desk in desks:
        desk.review.close()
        desk.report.close()
        desk.work.connection.close()


@pytest.fixture
def desk(sign_in: Callable[[Any], Desk], bob: Any) -> Desk:
    """Bob's workstation."""
    return sign_in(bob)


def actions_of(alice: Any) -> list[str]:
    """What the audit has, newest first."""
    answer = alice.post("/v1/audit", {"limit": 500})
    assert answer.status_code == 200, answer.text
    return [row["action"] for row in answer.json()["rows"]]


def test_four_files_become_a_filed_document_with_the_very_bytes_that_were_shown(desk: Desk, alice: Any) -> None:
    desk.patient()
    desk.record_all()
    assert desk.review.state.engine_agrees is True
    assert desk.review.state.stamp.holds_to_confirm == 4
    desk.review_all()
    desk.make_report()
    state = desk.report.state
    assert state.reasons == ()
    assert state.page_count >= 1
    desk.order()
    assert desk.report.state.sending is not None
    assert desk.at_work.work() == 1
    desk.timer.fire()
    sending = desk.report.state.sending
    assert sending is not None
    assert sending.state == "filed", sending.sentence
    documents = desk.at_work.documents()
    assert len(documents) == 1
    assert sending.document_id
    assert sending.document_id in str(documents[0])
    filed = desk.client.uploads.get(sending.upload_id)
    assert filed.sha256 == hashlib.sha256(desk.report.pdf).hexdigest()
    patient = desk.work.session.patient
    assert patient is not None
    assert patient.filed
    assert {"session_read", "upload_accepted"} <= set(actions_of(alice))


def test_pressing_upload_again_here_or_elsewhere_doubles_nothing(
    desk: Desk, sign_in: Callable[[Any], Desk], alice: Any
) -> None:
    record = desk.patient()
    desk.record_all()
    desk.review_all()
    desk.make_report()
    desk.order()
    other = sign_in(alice)
    other.work.session.open_patient(record, desk.review.state.session_id)
    other.work.navigation.go("report")
    other.report.arrive()
    if other.report.state.sending is None:
        other.order()
    assert desk.at_work.work() == 1
    desk.at_work.work()
    desk.timer.fire()
    other.timer.fire()
    assert desk.report.state.sending is not None
    assert desk.report.state.sending.document_id
    assert other.report.state.sending is not None
    assert other.report.state.sending.document_id == desk.report.state.sending.document_id
    assert len(desk.at_work.documents()) == 1


def test_a_lost_answer_to_the_order_is_asked_for_again_and_files_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.patient()
    desk.record_all()
    desk.review_all()
    desk.make_report()
    order = desk.client.uploads.order

    def lost(form: Any, *, idempotency_key: str) -> Any:
        order(form, idempotency_key=idempotency_key)
        raise Unreachable("the line broke", after_send=True)

    monkeypatch.setattr(desk.client.uploads, "order", lost)
    desk.order()
    sending = desk.report.state.sending
    assert sending is not None
    assert sending.can_ask_again
    monkeypatch.setattr(desk.client.uploads, "order", order)
    desk.at_work.work()
    desk.report.ask_again()
    desk.timer.fire()
    assert desk.report.state.sending is not None
    assert desk.report.state.sending.state == "filed"
    assert len(desk.at_work.documents()) == 1


def test_an_unreviewed_session_can_be_seen_as_a_report_but_not_sent(desk: Desk) -> None:
    desk.patient()
    desk.record_all()
    desk.make_report()
    assert desk.report.state.pictures
    assert not desk.report.state.may_upload
    assert desk.report.state.reasons
    desk.report.ask_to_upload()
    assert desk.report.state.confirmation is None


def test_without_a_link_the_report_says_what_is_missing(desk: Desk) -> None:
    desk.patient(linked=False)
    desk.record_all()
    desk.review_all()
    desk.make_report()
    assert desk.report.state.needs_match
    assert desk.report.state.reasons[0] == "No athenaOne patient ID linked to this patient."


def test_a_corrected_hold_keeps_both_values_with_who_and_why(desk: Desk) -> None:
    desk.patient()
    desk.record_all()
    desk.review.focus("RBEC")
    desk.review.ask_hold()
    desk.review.answer_hold(held_full=False, typed_s="6.4", reason="foot touched down")
    assert desk.review.state.problem is None
    cell = desk.review.state.cell("RBEC")
    assert cell is not None
    assert cell.hold.text == "Down at 6.4 s"
    assert cell.hold.detail.startswith("detected ")
    assert any("foot touched down" in line.sentence for line in desk.review.state.summary.quality)
    assert desk.review.state.engine_agrees is True


def test_two_people_at_one_session_the_slower_reads_it_again(
    desk: Desk, sign_in: Callable[[Any], Desk], alice: Any
) -> None:
    record = desk.patient()
    desk.record_all()
    other = sign_in(alice)
    other.work.session.open_patient(record, desk.review.state.session_id)
    other.work.navigation.go("review")
    other.review.arrive()
    desk.review.confirm_plausible()
    other.review.ask_outcome("LBEO")
    other.review.answer_outcome("stopped", "dizzy")
    form = other.review.state.form
    assert form is not None
    assert form.complaint == CHANGED_ELSEWHERE
    cell = other.review.state.cell("LBEO")
    assert cell is not None
    assert cell.hold.kind == "confirmed"
    other.review.answer_outcome("stopped", "dizzy")
    assert other.review.state.form is None
    cell = other.review.state.cell("LBEO")
    assert cell is not None
    assert cell.hold.kind == "stopped"


def test_outcomes_with_a_reason_complete_a_session_without_recordings(desk: Desk) -> None:
    desk.patient()
    desk.work.navigation.go("review")
    desk.review.arrive()
    for stance in STANCES:
        desk.review.ask_outcome(stance)
        desk.review.answer_outcome("unable", "pain in both knees")
        assert desk.review.state.problem is None
    assert [cell.hold.text for cell in desk.review.state.cells] == ["Unable, 0.0"] * 4
    assert desk.review.state.summary.level == "critical"
    desk.review.mark_reviewed()
    assert desk.review.state.stamp.stamped


def test_a_note_and_foot_lift_are_kept_by_the_server(desk: Desk) -> None:
    desk.patient()
    desk.record_all()
    desk.review.write_note("Wears a brace.")
    desk.review.focus("LBEO")
    desk.review.ask_foot_lift()
    desk.review.answer_foot_lift("0.3")
    assert desk.review.state.form is None
    desk.review.refresh()
    assert desk.review.state.note == "Wears a brace."
    cell = desk.review.state.cell("LBEO")
    assert cell is not None
    assert cell.foot_lift_s == 0.3
    assert desk.review.state.engine_agrees is True


def test_an_interpretation_is_accepted_in_review_printed_in_the_report_and_lost_with_a_hold(desk: Desk) -> None:
    desk.patient()
    desk.record_all()
    desk.review_all()
    desk.make_report()
    assert not desk.report.state.draft_accepted
    desk.review.ask_draft()
    form = desk.review.state.form
    assert form is not None
    desk.review.accept_draft(f"{form.text} LBEO is normal.")
    assert desk.review.state.form is not None
    assert "“normal”" in desk.review.state.form.complaint
    desk.review.accept_draft(form.text)
    assert desk.review.state.interpretation.status.startswith("Accepted by ")
    assert desk.review.state.stamp.stamped
    plain = desk.report.pdf
    desk.report.refresh()
    assert desk.report.state.draft_accepted
    desk.report.set_option("interpretation", True)
    assert desk.report.state.options.interpretation
    assert desk.report.pdf != plain
    desk.review.focus("LBEO")
    desk.review.ask_outcome("LBEO")
    desk.review.answer_outcome("stopped", "dizzy")
    desk.report.refresh()
    assert not desk.report.state.draft_accepted
    assert not desk.report.state.options.interpretation


def test_a_bad_file_stores_nothing_on_the_server(desk: Desk) -> None:
    desk.patient()
    desk.work.navigation.go("review")
    desk.review.arrive()
    desk.paper.chosen = ChosenFile("noise.csv", bytes(range(256)) * 2000)
    desk.review.add_recording()
    assert desk.review.state.problem is not None
    assert desk.review.state.session_id == ""


def test_athenaone_gone_at_the_confirmation_sends_nothing(desk: Desk) -> None:
    desk.patient()
    desk.record_all()
    desk.review_all()
    desk.make_report()
    desk.at_work.faults({"path": "/v1/*/patients/*", "status": 503, "body": "<html>Service Unavailable</html>"})
    desk.report.ask_to_upload()
    assert desk.report.state.confirmation is None
    said = desk.report.state.problem.sentence if desk.report.state.problem else " ".join(desk.report.state.reasons)
    assert said
    assert "html" not in said
    assert desk.at_work.documents() == []


def test_printing_is_in_the_audit_before_the_bytes_leave(desk: Desk, alice: Any) -> None:
    desk.patient()
    desk.record_all()
    desk.make_report()
    desk.report.print_report()
    assert desk.paper.printed == [desk.report.pdf]
    assert any("export" in action or "print" in action for action in actions_of(alice))


def test_a_read_only_person_reads_and_changes_nothing(desk: Desk, sign_in: Callable[[Any], Desk], frank: Any) -> None:
    record = desk.patient()
    desk.record_all()
    other = sign_in(frank)
    other.work.session.open_patient(record, desk.review.state.session_id)
    other.work.navigation.go("review")
    other.review.arrive()
    assert all(cell.curves is not None for cell in other.review.state.cells)
    other.review.confirm_plausible()
    other.review.mark_reviewed()
    desk.review.refresh()
    assert desk.review.state.stamp.holds_to_confirm == 4
