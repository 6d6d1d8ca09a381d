"""Sending a report without Qt: the confirmation, one order, four steps, every outcome."""

from __future__ import annotations

import base64
import dataclasses
from datetime import date

import pytest

from kinometric.contract.errors import ALREADY_SENT, WRONG_BIRTH_YEAR
from kinometric.contract.uploads import NewUpload, Upload, UploadDecision
from kinometric_desktop.app.runners import ManualRunner
from kinometric_desktop.app.upload import NO_ANSWER, YEARS_DIFFER, ReportPresenter
from kinometric_desktop.client.errors import ServerError, Unreachable


def opened(clinic, **more) -> ReportPresenter:
    clinic.full_session(reviewed=True)
    clinic.enter(**more)
    clinic.work.navigation.go("report")
    presenter = ReportPresenter(clinic.work)
    presenter.arrive()
    return presenter


def asked(clinic, **more) -> ReportPresenter:
    presenter = opened(clinic, **more)
    presenter.ask_to_upload()
    assert presenter.state.confirmation is not None
    return presenter


def sent(clinic, **more) -> ReportPresenter:
    presenter = asked(clinic, **more)
    presenter.type_year("1951")
    presenter.confirm_upload()
    return presenter


def marks(presenter: ReportPresenter) -> list[str]:
    assert presenter.state.sending is not None
    return [step.mark for step in presenter.state.sending.steps]


def orders(clinic) -> list[tuple[str, NewUpload]]:
    return clinic.sessions.forms("order")


def test_f9_opens_the_confirmation_and_sends_nothing(clinic) -> None:
    presenter = asked(clinic)
    assert orders(clinic) == []
    confirmation = presenter.state.confirmation
    assert confirmation is not None
    assert confirmation.title == "Upload balance test results to athenaOne for Maria Elena Muestra-López?"
    assert [fact.verdict for fact in confirmation.facts] == ["close", "swapped", "same", ""]
    assert confirmation.read_at == "14:20"
    assert dict(confirmation.details)["PDF"].startswith("2 pages, SHA-256 ")
    assert confirmation.environment == "Preview environment, practice 990017"


def test_the_athenaone_record_is_read_again_for_the_confirmation(clinic) -> None:
    presenter = opened(clinic)
    before = len(clinic.sessions.forms("check"))
    presenter.ask_to_upload()
    assert len(clinic.sessions.forms("check")) == before + 1


def test_a_record_that_changed_meanwhile_stops_the_upload(clinic) -> None:
    presenter = opened(clinic)
    clinic.server.uploads.failing_checks = ("unchanged",)
    presenter.ask_to_upload()
    assert presenter.state.confirmation is None
    assert not presenter.state.may_upload
    assert presenter.state.reasons == ("athenaOne record unchanged since the link",)


def test_the_year_is_hidden_everywhere_until_it_is_typed_as_both_records_have_it(clinic) -> None:
    presenter = asked(clinic)
    patient = clinic.work.session.patient
    assert patient is not None
    assert patient.year_hidden
    born = presenter.state.confirmation.facts[1]
    assert (born.ours, born.theirs) == ("04-Mar-••••", "03-Apr-••••")
    for typed in ("1", "19", "195"):
        presenter.type_year(typed)
        assert not presenter.state.confirmation.ready
    presenter.type_year("1951")
    assert presenter.state.confirmation.ready
    born = presenter.state.confirmation.facts[1]
    assert (born.ours, born.theirs) == ("04-Mar-1951", "03-Apr-1951")
    patient = clinic.work.session.patient
    assert patient is not None
    assert not patient.year_hidden


def test_a_wrong_year_is_cleared_and_three_wrong_ones_close_the_confirmation(clinic) -> None:
    presenter = asked(clinic)
    presenter.type_year("1950")
    assert presenter.state.confirmation is not None
    assert "2 tries left" in presenter.state.confirmation.complaint
    assert presenter.state.confirmation.year_attempt == 1
    presenter.type_year("1957")
    presenter.type_year("1915")
    assert presenter.state.confirmation is None
    assert presenter.state.problem is not None
    assert "nothing was sent" in presenter.state.problem.sentence
    assert clinic.sessions.forms("birth_year_refused") == ["p-maria"]
    assert orders(clinic) == []
    patient = clinic.work.session.patient
    assert patient is not None
    assert not patient.year_hidden


def test_records_whose_birth_years_differ_can_t_be_sent(clinic) -> None:
    clinic.server.uploads.athena = dataclasses.replace(clinic.server.uploads.athena, born=date(1957, 4, 3))
    presenter = asked(clinic)
    assert presenter.state.confirmation.obstacle == YEARS_DIFFER
    presenter.type_year("1951")
    presenter.type_year("1957")
    presenter.confirm_upload()
    assert orders(clinic) == []


def test_upload_without_the_year_does_nothing(clinic) -> None:
    presenter = asked(clinic)
    presenter.confirm_upload()
    presenter.type_year("195")
    presenter.confirm_upload()
    assert orders(clinic) == []
    assert presenter.state.confirmation is not None


def test_the_order_carries_the_bytes_of_the_preview_and_a_random_key(clinic) -> None:
    presenter = sent(clinic)
    (key, form) = orders(clinic)[0]
    assert len(key) == 32
    assert base64.b64decode(form.pdf_base64) == presenter.pdf
    assert (form.sha256, form.preview_id) == (presenter.state.sha256, "pre-1")
    assert (form.typed_birth_year, form.fingerprint, form.department_id) == ("1951", "print-60145", "d-pt")
    assert form.supersedes is None


def test_a_double_click_or_a_double_enter_sends_once(make_clinic) -> None:
    runner = ManualRunner()
    clinic = make_clinic(runner)
    presenter = opened(clinic)
    runner.finish_all()
    presenter.ask_to_upload()
    presenter.ask_to_upload()
    runner.finish_all()
    presenter.type_year("1951")
    presenter.confirm_upload()
    presenter.confirm_upload()
    presenter.ask_again()
    presenter.ask_to_upload()
    runner.finish_all()
    assert len(orders(clinic)) == 1


def test_every_confirmation_has_a_key_of_its_own(clinic) -> None:
    presenter = sent(clinic)
    clinic.server.uploads.next_states = [("cancelled", "Cancelled.")]
    clinic.timer.fire()
    presenter.close_sending()
    presenter.ask_to_upload()
    presenter.type_year("1951")
    presenter.confirm_upload()
    first, second = (key for key, _ in orders(clinic))
    assert first != second


def test_a_lost_answer_is_asked_for_again_with_the_very_same_order(clinic) -> None:
    presenter = asked(clinic)
    presenter.type_year("1951")
    clinic.sessions.refuse["order"] = Unreachable("reset", after_send=True)
    presenter.confirm_upload()
    sending = presenter.state.sending
    assert sending is not None
    assert (sending.sentence, sending.can_ask_again, sending.over) == (NO_ANSWER, True, False)
    presenter.ask_again()
    (first_key, first), (second_key, second) = orders(clinic)
    assert first_key == second_key
    assert first == second
    assert len(clinic.server.uploads.made) == 1
    assert presenter.state.sending is not None
    assert not presenter.state.sending.can_ask_again


def test_the_four_steps_end_in_a_document_number(clinic) -> None:
    presenter = sent(clinic)
    assert [step.name for step in presenter.state.sending.steps] == [
        "Checking patient",
        "Checking report",
        "Sending to server",
        "Filing in athenaOne",
    ]
    assert marks(presenter) == ["done", "done", "done", "now"]
    clinic.server.uploads.next_states = [("sending", "athenaOne is taking it."), ("filed", "Filed in athenaOne.")]
    clinic.timer.fire()
    assert marks(presenter) == ["done", "done", "done", "now"]
    clinic.timer.fire()
    assert marks(presenter) == ["done"] * 4
    assert presenter.state.sending.document_id == "88231"
    assert presenter.state.sending.over
    assert clinic.timer.live == 0
    patient = clinic.work.session.patient
    assert patient is not None
    assert patient.filed


def test_polling_is_not_a_user_s_action(clinic) -> None:
    sent(clinic)
    clinic.timer.fire()
    assert clinic.sessions.forms("upload") == [True]


@pytest.mark.parametrize("state", ["rejected", "outcome_unknown", "cancelled", "abandoned"])
def test_every_end_that_is_not_filed_says_so_and_stops_asking(clinic, state: str) -> None:
    presenter = sent(clinic)
    clinic.server.uploads.next_states = [(state, "A sentence.")]
    clinic.timer.fire()
    sending = presenter.state.sending
    assert sending is not None
    assert (sending.state, sending.over, sending.document_id) == (state, True, "")
    assert marks(presenter)[-1] == "failed"
    assert clinic.timer.live == 0
    patient = clinic.work.session.patient
    assert patient is not None
    assert not patient.filed
    assert len(orders(clinic)) == 1


def test_a_refused_order_says_that_nothing_was_sent(clinic) -> None:
    presenter = asked(clinic)
    presenter.type_year("1951")
    clinic.sessions.refuse["order"] = ServerError(
        WRONG_BIRTH_YEAR, "The birth year is not that of both records.", status=422
    )
    presenter.confirm_upload()
    sending = presenter.state.sending
    assert sending is not None
    assert sending.over
    assert sending.sentence.endswith("Nothing was sent.")
    assert marks(presenter) == ["done", "done", "failed", "open"]
    presenter.close_sending()
    assert presenter.state.sending is None


def test_a_report_that_was_ordered_elsewhere_is_followed_and_not_doubled(clinic) -> None:
    presenter = asked(clinic)
    presenter.type_year("1951")
    clinic.server.uploads.made["elsewhere"] = Upload(
        "u-9", "s-1", "p-maria", "", 10482, "60145", "1", "Physical Therapy", "filed", "done", "Filed.", None, "77001",
        "K-1", "ab" * 32, 2, "2026-11-02T19:00:00+00:00", "Dr. Jones", "2026-11-02T19:05:00+00:00", 1, None, None, 0,
        None, (), False, 3,
    )  # fmt: skip
    clinic.sessions.refuse["order"] = ServerError(ALREADY_SENT, "u-9", status=409)
    presenter.confirm_upload()
    assert presenter.state.sending is not None
    assert presenter.state.sending.document_id == "77001"
    assert "ordered before" in presenter.state.message


def test_it_can_be_cancelled_while_it_waits(clinic) -> None:
    presenter = sent(clinic)
    assert presenter.state.sending.can_cancel
    presenter.cancel_order()
    assert clinic.sessions.forms("cancel") == [UploadDecision(1, "Cancelled at the workstation")]
    assert presenter.state.sending.state == "cancelled"
    assert not presenter.state.sending.can_cancel


def test_cancelling_the_confirmation_sends_nothing_and_opens_the_year(clinic) -> None:
    presenter = asked(clinic)
    presenter.type_year("19")
    presenter.cancel_upload()
    assert presenter.state.confirmation is None
    assert orders(clinic) == []
    patient = clinic.work.session.patient
    assert patient is not None
    assert not patient.year_hidden


def test_locking_closes_the_confirmation(clinic) -> None:
    presenter = asked(clinic)
    clinic.work.session.lock()
    assert presenter.state.confirmation is None


def test_a_corrected_report_needs_a_reason_and_names_what_it_replaces(clinic) -> None:
    clinic.server.uploads.is_correction = True
    presenter = asked(clinic)
    assert presenter.state.confirmation.asks_reason
    presenter.type_year("1951")
    assert not presenter.state.confirmation.ready
    presenter.confirm_upload()
    assert orders(clinic) == []
    presenter.type_reason("hold of RBEC corrected")
    assert presenter.state.confirmation.ready
    presenter.confirm_upload()
    form = orders(clinic)[0][1]
    assert (form.correction_reason, form.supersedes) == ("hold of RBEC corrected", "u-0")


def test_an_upload_of_before_is_shown_when_the_screen_is_opened(clinic) -> None:
    clinic.sessions.upload_ids = ("u-1",)
    clinic.server.uploads.next_states = [("sending", "athenaOne is taking it.")]
    presenter = opened(clinic)
    assert presenter.state.sending is not None
    assert presenter.state.sending.state == "sending"
    assert clinic.timer.live == 1
    clinic.timer.fire()
    assert presenter.state.sending.document_id == "88231"
    presenter.close_sending()
    assert presenter.state.sending is None


def test_a_missed_look_at_the_state_is_repeated(clinic) -> None:
    presenter = sent(clinic)
    clinic.sessions.refuse["upload"] = Unreachable("gone")
    clinic.timer.fire()
    assert not presenter.state.sending.over
    clinic.timer.fire()
    assert presenter.state.sending.document_id == "88231"


def test_closing_the_screen_stops_asking(clinic) -> None:
    presenter = sent(clinic)
    presenter.close()
    assert clinic.timer.live == 0


def test_what_was_typed_is_not_kept_after_the_order(clinic) -> None:
    presenter = sent(clinic)
    assert presenter._typed_year == ""
    assert presenter._order is None


def test_a_locked_screen_asks_nothing_and_goes_on_when_it_is_opened_again(clinic) -> None:
    presenter = sent(clinic)
    clinic.work.session.lock()
    clinic.timer.fire()
    assert clinic.sessions.forms("upload") == []
    clinic.work.session.unlock(clinic.work.session.state.me)
    clinic.timer.fire()
    assert presenter.state.sending is not None
    assert presenter.state.sending.document_id == "88231"


def test_a_waiting_upload_says_when_it_is_tried_next(clinic) -> None:
    presenter = sent(clinic)
    waiting = dataclasses.replace(
        next(iter(clinic.server.uploads.made.values())), tries=1, next_try_at="2026-11-02T19:29:00+00:00",
        sentence="athenaOne could not be reached. Nothing was sent.",
    )  # fmt: skip
    presenter._follow(waiting)
    assert presenter.state.sending is not None
    assert presenter.state.sending.sentence == "athenaOne could not be reached. Nothing was sent. Next try at 14:29."
    assert not presenter.state.sending.over


def test_the_order_is_not_given_without_a_department_or_a_record(clinic) -> None:
    clinic.server.uploads.athena = None
    presenter = opened(clinic)
    presenter.ask_to_upload()
    assert presenter.state.confirmation is None
    assert orders(clinic) == []


def test_nothing_of_a_patient_stands_in_the_words_of_an_error(clinic) -> None:
    presenter = asked(clinic)
    presenter.type_year("1950")
    complaint = presenter.state.confirmation.complaint
    assert "Muestra" not in complaint
    assert "1951" not in complaint
    assert "1950" not in complaint
