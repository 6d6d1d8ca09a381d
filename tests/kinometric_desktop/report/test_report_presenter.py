"""The report screen without Qt: the very bytes, checks, print and save."""

from __future__ import annotations

import base64
import dataclasses
import hashlib

import pytest

from kinometric.contract.errors import SIGNED_OUT
from kinometric.contract.sessions import ReportExported, ReportOptions
from kinometric.contract.uploads import UploadCheckRequest
from kinometric_desktop.app.report import FILE_NAME, NO_LINK, NO_UPLOAD_HERE, NO_UPLOAD_RIGHT
from kinometric_desktop.app.report_pages import PdfError, render_pages
from kinometric_desktop.app.runners import ManualRunner
from kinometric_desktop.app.upload import ReportPresenter
from kinometric_desktop.client.errors import ServerError, Unreachable


def opened(clinic, role: str = "clinician", *, reviewed: bool = True, **more) -> ReportPresenter:
    clinic.full_session(reviewed=reviewed)
    clinic.enter(role, **more)
    clinic.work.navigation.go("report")
    presenter = ReportPresenter(clinic.work)
    presenter.arrive()
    return presenter


def test_the_pages_shown_are_made_of_the_very_bytes_that_the_server_made(clinic) -> None:
    presenter = opened(clinic)
    state = presenter.state
    assert state.phase == "ready"
    assert hashlib.sha256(presenter.pdf).hexdigest() == state.sha256
    assert (state.page_count, state.page) == (2, 1)
    assert state.pictures[0].width == 750
    assert presenter.pdf.startswith(b"%PDF-")


def test_bytes_that_differ_from_their_hash_are_not_shown_or_sent(clinic) -> None:
    clinic.sessions.spoil_pdf = True
    presenter = opened(clinic)
    assert presenter.state.phase == "failed"
    assert presenter.state.problem is not None
    assert "not the one the server made" in presenter.state.problem.sentence
    assert presenter.pdf == b""
    presenter.ask_to_upload()
    presenter.print_report()
    assert presenter.state.confirmation is None
    assert clinic.paper.printed == []


def test_pages_are_drawn_on_the_compute_lane(make_clinic) -> None:
    runner = ManualRunner()
    presenter = opened(make_clinic(runner))
    assert presenter.state.phase == "loading"
    assert [task.lane for task in runner.waiting] == ["network"]
    runner.finish_next()
    assert [task.lane for task in runner.waiting] == ["compute"]
    runner.finish_next()
    assert presenter.state.phase == "ready"


def test_pages_are_drawn_again_for_another_width_without_asking_the_server(clinic) -> None:
    presenter = opened(clinic)
    before = len(clinic.sessions.asked)
    presenter.show_at(400)
    assert presenter.state.pictures[0].width == 400
    presenter.show_at(400)
    presenter.show_at(0)
    assert len(clinic.sessions.asked) == before


def test_a_part_left_out_makes_a_new_preview(clinic) -> None:
    presenter = opened(clinic)
    first = presenter.state.sha256
    presenter.set_option("traces", False)
    assert clinic.sessions.forms("preview_report")[-1] == ReportOptions(traces=False)
    assert presenter.state.sha256 != first
    presenter.set_option("traces", False)
    assert len(clinic.sessions.forms("preview_report")) == 2


def test_a_page_beyond_the_end_is_the_last_one(clinic) -> None:
    presenter = opened(clinic)
    presenter.go_to_page(9)
    assert presenter.state.page == 2
    presenter.go_to_page(-1)
    assert presenter.state.page == 1


def test_every_check_has_a_word_and_all_must_pass(clinic) -> None:
    presenter = opened(clinic)
    assert presenter.state.checks_word == "all 6 passed"
    assert presenter.state.may_upload
    assert presenter.state.reasons == ()
    assert clinic.work.navigation.place.blocked_by == "Ready to upload"
    clinic.server.uploads.failing_checks = ("department",)
    presenter.refresh()
    assert presenter.state.checks_word == "1 not passed"
    assert not presenter.state.may_upload
    assert presenter.state.reasons == ("Department allowed",)


def test_an_unreviewed_session_can_be_read_but_not_sent(clinic) -> None:
    presenter = opened(clinic, reviewed=False)
    assert presenter.state.pictures
    assert presenter.state.reasons == ("The session is not reviewed.",)
    assert clinic.work.navigation.place.blocked_by == "Upload needs your review"
    presenter.ask_to_upload()
    assert presenter.state.confirmation is None


def test_without_a_link_nothing_is_checked_and_the_way_to_match_is_shown(clinic) -> None:
    clinic.sessions.patient = dataclasses.replace(clinic.sessions.patient, link=None)
    presenter = opened(clinic)
    assert clinic.sessions.forms("check") == []
    assert presenter.state.needs_match
    assert presenter.state.reasons[0] == NO_LINK
    assert not presenter.state.may_upload


def test_a_practice_without_athenaone_reads_and_prints_only(clinic) -> None:
    presenter = opened(clinic, athena_environment="none", athena_practice_id=None)
    assert not presenter.state.uploading_used
    assert presenter.state.reasons == (NO_UPLOAD_HERE,)
    assert clinic.sessions.forms("check") == []
    presenter.print_report()
    assert clinic.paper.printed == [presenter.pdf]


def test_a_role_that_may_not_upload_says_so(clinic) -> None:
    presenter = opened(clinic, can_upload=False)
    assert presenter.state.reasons == (NO_UPLOAD_RIGHT,)
    assert clinic.sessions.forms("check") == []


def test_another_department_is_checked_before_it_counts(clinic) -> None:
    presenter = opened(clinic)
    assert presenter.state.departments == (("d-pt", "1 Physical Therapy"), ("d-east", "3 Eastside PT"))
    presenter.choose_department("d-east")
    assert clinic.sessions.forms("check")[-1] == UploadCheckRequest("s-1", "pre-1", "d-east")
    assert presenter.state.facts.department_id == "d-east"
    assert presenter.state.may_upload
    count = len(clinic.sessions.forms("check"))
    presenter.choose_department("d-east")
    assert len(clinic.sessions.forms("check")) == count


def test_printing_and_saving_hand_out_the_very_bytes_after_the_audit_was_told(clinic) -> None:
    presenter = opened(clinic)
    presenter.print_report()
    presenter.save_report()
    assert clinic.sessions.forms("report_exported") == [
        ReportExported("pre-1", "printed"),
        ReportExported("pre-1", "saved"),
    ]
    assert clinic.paper.printed == [presenter.pdf]
    assert clinic.paper.saved == [(FILE_NAME, presenter.pdf)]
    assert presenter.state.message == "The report was saved."


def test_a_saved_file_s_name_holds_no_name_or_date(clinic) -> None:
    assert "muestra" not in FILE_NAME.lower()
    assert not any(sign.isdigit() for sign in FILE_NAME)


def test_nothing_is_printed_when_the_audit_can_t_be_told(clinic) -> None:
    presenter = opened(clinic)
    clinic.sessions.refuse["report_exported"] = Unreachable("gone")
    presenter.print_report()
    assert clinic.paper.printed == []
    assert presenter.state.problem is not None
    assert presenter.state.problem.code == "KW-101"


def test_a_printer_that_fails_is_said_in_a_sentence(clinic) -> None:
    presenter = opened(clinic)
    clinic.paper.broken = "There is no printer."
    presenter.print_report()
    assert presenter.state.problem is not None
    assert presenter.state.problem.sentence == "There is no printer."


def test_an_unreachable_server_shows_no_old_report(clinic) -> None:
    presenter = opened(clinic)
    clinic.sessions.refuse["get"] = Unreachable("gone")
    presenter.refresh()
    assert presenter.state.phase == "failed"
    assert presenter.state.pictures == ()
    assert presenter.pdf == b""
    presenter.refresh()
    assert presenter.state.phase == "ready"


def test_athenaone_down_at_the_check_leaves_the_report_to_be_read_and_says_why_it_can_t_be_sent(clinic) -> None:
    clinic.sessions.refuse["check"] = ServerError("KS-503", "athenaOne did not answer.", status=503)
    presenter = opened(clinic)
    assert presenter.state.phase == "ready"
    assert presenter.state.pictures
    assert presenter.state.reasons == ("athenaOne did not answer. [KS-503]",)
    assert not presenter.state.may_upload
    presenter.refresh()
    assert presenter.state.may_upload


def test_a_session_that_ended_at_the_check_is_no_report(clinic) -> None:
    clinic.sessions.refuse["check"] = ServerError(SIGNED_OUT, "Sign in first.", status=401)
    presenter = opened(clinic)
    assert presenter.state.phase == "failed"


def test_a_refusal_at_the_confirmation_takes_the_place_of_what_was_checked_before(clinic) -> None:
    presenter = opened(clinic)
    assert presenter.state.may_upload
    clinic.sessions.refuse["check"] = ServerError("KS-403D", "Another department.", status=403)
    presenter.ask_to_upload()
    assert (presenter.state.checks, presenter.state.may_upload) == ((), False)
    assert presenter.state.reasons == ("Another department. [KS-403D]",)
    presenter.refresh()
    assert presenter.state.may_upload


def test_another_patient_s_report_is_never_left_on_the_screen(clinic) -> None:
    presenter = opened(clinic)
    other = dataclasses.replace(clinic.sessions.patient, patient_id="p-other")
    clinic.work.session.open_patient(other, "")
    assert presenter.state.pictures == ()
    assert presenter.pdf == b""


def test_what_is_no_pdf_is_refused_with_a_sentence(clinic) -> None:
    with pytest.raises(PdfError, match="not a PDF"):
        render_pages(b"%PDF-1.7 but not really", 300)


def test_a_page_picture_holds_the_page(clinic) -> None:
    pictures = render_pages(base64.b64decode(clinic.sessions.preview_report("s-1", ReportOptions()).pdf_base64), 306)
    assert [picture.number for picture in pictures] == [1, 2]
    first = pictures[0]
    assert (first.width, first.height) == (306, 396)
    assert len(first.pixels) >= first.bytes_per_line * first.height
    assert sum(1 for value in first.pixels[:: first.bytes_per_line + 4] if value < 128) > 0 or min(first.pixels) < 128
