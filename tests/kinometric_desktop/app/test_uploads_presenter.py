"""Uploads: nothing is sent again without a person's order, and only after looking in the chart."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from kinometric.contract.sessions import SessionView
from kinometric.contract.uploads import Upload, UploadList
from kinometric_desktop.app.runners import ManualRunner
from kinometric_desktop.app.uploads import UploadsPresenter
from kinometric_desktop.client.errors import ServerError, Unreachable
from tests.kinometric_desktop.house import NOW, TODAY, House, me, upload

LOST = upload()
FILED = upload("up-2", state="filed", document_id="88231", code=None, session_id="s-2", step="done")
QUEUED = upload("up-3", state="queued", tries=0, code=None, session_id="s-3")
REJECTED = upload("up-4", state="rejected", code="KS-422", session_id="s-4")
ALL = (FILED, LOST, QUEUED, REJECTED)


def begin(house: House, uploads: tuple[Upload, ...] = ALL) -> UploadsPresenter:
    counts = {one.state: sum(other.state == one.state for other in uploads) for one in uploads}
    house.server.uploads.answers["list"] = UploadList(uploads, counts, 7)
    presenter = UploadsPresenter(
        house.session, house.navigation, house.connection, house.runner, house.clock, house.timer, house.dialogs
    )
    presenter.enter()
    return presenter


def test_what_waits_for_a_person_is_chosen_first() -> None:
    presenter = begin(House().work())
    assert presenter.state.chosen == LOST
    assert presenter.state.rejected_count == 1


def test_coming_from_a_patient_that_patients_upload_is_chosen() -> None:
    house = House().work()
    house.session.open_patient(house_patient(), "s-2")
    assert begin(house).state.chosen == FILED


def house_patient() -> Any:
    from tests.kinometric_desktop.house import patient

    return patient()


def test_tabs_show_one_state_each() -> None:
    presenter = begin(House().work())
    presenter.choose_tab("filed")
    assert presenter.state.shown == (FILED,)
    assert presenter.state.chosen == FILED
    presenter.choose_tab("sending")
    assert presenter.state.chosen is None
    presenter.choose_tab("all")
    assert len(presenter.state.shown) == 4


def test_watching_polls_without_renewing_the_session_and_stops_on_leaving() -> None:
    house = House().work()
    presenter = begin(house)
    house.timer.fire()
    polled = [named["polling"] for name, _, named in house.server.uploads.asked if name == "list"]
    assert polled == [False, True]
    presenter.leave()
    assert house.timer.waiting == []


def test_a_locked_screen_does_not_poll() -> None:
    house = House().work()
    begin(house)
    house.session.lock()
    house.timer.fire()
    assert house.server.uploads.names() == ["list"]


def test_polling_waits_for_the_answer_before() -> None:
    house = House(runner=ManualRunner()).work()
    begin(house)
    house.timer.fire()
    house.timer.fire()
    assert len(house.runner.waiting) == 1


def test_it_is_there_needs_a_number() -> None:
    house = House().work()
    presenter = begin(house)
    house.server.uploads.answers["found"] = upload(state="filed", document_id="88240")
    assert not presenter.state.can_say_found
    presenter.type_document_id("abc")
    presenter.say_found()
    assert "found" not in house.server.uploads.names()
    presenter.type_document_id(" 88240 ")
    assert presenter.state.can_say_found
    presenter.say_found()
    upload_id, form = house.server.uploads.last("found")
    assert (upload_id, form.document_id, form.version) == ("up-1", "88240", 4)


def test_sending_again_needs_a_reason_the_ten_minutes_and_a_statement() -> None:
    house = House().work()
    presenter = begin(house)
    assert not presenter.can_send_again(presenter.state.chosen)
    presenter.type_reason("looked twice")
    assert presenter.can_send_again(presenter.state.chosen)
    presenter.send_again()
    question = house.dialogs.open[0][0]
    assert "not there" in question.statement
    assert question.dangerous
    house.dialogs.answer(accepted=False)
    assert "send_again" not in house.server.uploads.names()
    house.server.uploads.answers["send_again"] = upload(state="queued")
    presenter.send_again()
    house.dialogs.answer()
    upload_id, form = house.server.uploads.last("send_again")
    assert (upload_id, form.reason, form.not_in_chart) == ("up-1", "looked twice", True)


def test_before_ten_minutes_nobody_can_send_again() -> None:
    house = House().work()
    opens = (NOW + timedelta(minutes=3)).isoformat()
    presenter = begin(house, (upload(send_again_from=opens),))
    presenter.type_reason("looked twice")
    assert not presenter.can_send_again(presenter.state.chosen)
    presenter.send_again()
    assert house.dialogs.open == []
    assert "opens at 14:25" in presenter.opens_again_words(presenter.state.chosen)  # type: ignore[arg-type]
    assert "open since 14:08" in presenter.opens_again_words(LOST)
    assert presenter.opens_again_words(upload(state="filed", send_again_from=None)) == ""


def test_abandoning_needs_a_reason_and_the_statement() -> None:
    house = House().work()
    presenter = begin(house)
    house.server.uploads.answers["abandon"] = upload(state="abandoned")
    presenter.abandon()
    question = house.dialogs.open[0][0]
    assert question.needs_characters >= 3
    assert question.statement
    house.dialogs.answer(text="wrong patient chosen")
    _, form = house.server.uploads.last("abandon")
    assert (form.reason, form.not_in_chart) == ("wrong patient chosen", True)


def test_only_a_queued_upload_is_cancelled_and_only_after_asking() -> None:
    house = House().work()
    presenter = begin(house)
    presenter.cancel()
    assert house.dialogs.open == []
    presenter.choose("up-3")
    presenter.cancel()
    house.server.uploads.answers["cancel"] = upload("up-3", state="cancelled")
    house.dialogs.answer()
    assert house.server.uploads.last("cancel")[0] == "up-3"


def test_a_rejected_upload_is_queued_again_by_a_person() -> None:
    house = House().work()
    presenter = begin(house)
    presenter.retry()
    assert "retry" not in house.server.uploads.names()
    presenter.choose("up-4")
    house.server.uploads.answers["retry"] = upload("up-4", state="queued")
    presenter.retry()
    assert house.server.uploads.last("retry")[0] == "up-4"


def test_the_first_filed_document_is_confirmed_readable() -> None:
    house = House().work()
    presenter = begin(house, (upload("up-9", state="filed", document_id="88001", needs_readable_check=True),))
    house.server.uploads.answers["confirm_readable"] = upload("up-9", state="filed", document_id="88001")
    presenter.confirm_readable()
    assert house.server.uploads.last("confirm_readable")[0] == "up-9"


@pytest.mark.parametrize("decide", ["say_found", "send_again", "abandon", "cancel", "retry", "confirm_readable"])
def test_somebody_who_may_not_upload_decides_nothing(decide: str) -> None:
    house = House().work(can_upload=False)
    presenter = begin(house, (upload(needs_readable_check=True), QUEUED, REJECTED))
    for one in ("up-1", "up-3", "up-4"):
        presenter.choose(one)
        presenter.type_document_id("88240")
        presenter.type_reason("looked twice")
        getattr(presenter, decide)()
    assert house.dialogs.open == []
    assert set(house.server.uploads.names()) == {"list"}


def test_a_decision_that_comes_too_late_is_said_and_the_list_read_again() -> None:
    house = House().work()
    presenter = begin(house)
    house.server.uploads.answers["found"] = ServerError("KS-409", "Someone else settled this.")
    presenter.type_document_id("88240")
    presenter.say_found()
    assert presenter.state.detail_problem is not None
    assert house.server.uploads.names()[-1] == "list"
    assert not presenter.state.deciding


def test_choosing_another_upload_empties_what_was_typed() -> None:
    presenter = begin(House().work())
    presenter.type_document_id("88240")
    presenter.type_reason("because")
    presenter.choose("up-4")
    assert (presenter.state.document_id, presenter.state.reason) == ("", "")


def test_the_export_holds_ids_only() -> None:
    text = begin(House().work()).ids_as_text()
    assert "PRUEBA" not in text
    assert "88231" in text
    assert text.count("\n") == 5


def test_offline_empties_the_list() -> None:
    house = House().work()
    presenter = begin(house)
    house.server.uploads.answers["list"] = Unreachable("gone")
    presenter.refresh()
    assert presenter.state.shown == ()
    assert presenter.state.problem is not None
    assert presenter.state.problem.offline


def test_another_day_and_only_mine() -> None:
    house = House().work()
    presenter = begin(house)
    presenter.choose_day(TODAY - timedelta(days=2))
    presenter.choose_mine(True)
    query = house.server.uploads.last("list")[0]
    assert (query.day, query.mine) == ("2026-10-31", True)


def test_enter_opens_the_session_at_its_report() -> None:
    house = House().work()
    presenter = begin(house)
    view = object.__new__(SessionView)
    for name, value in {"patient": house_patient(), "session_id": "s-1", "review": SimpleNamespace()}.items():
        object.__setattr__(view, name, value)
    house.server.sessions.answers["get"] = view
    presenter.open_session()
    assert house.navigation.screen == "report"
    assert house.session.patient is not None
    assert house.session.patient.session_id == "s-1"


def test_another_practice_clears_the_list_at_once() -> None:
    house = House().work()
    presenter = begin(house)
    house.session.enter_practice(me(practice_id="p-other"))
    assert presenter.state.uploads == ()


def test_closing_stops_watching() -> None:
    house = House().work()
    presenter = begin(house)
    presenter.close()
    assert house.timer.waiting == []


OTHER = upload("up-9", session_id="s-9")


def test_a_typed_document_number_never_stands_at_another_upload() -> None:
    house = House().work()
    presenter = begin(house, (LOST, OTHER))
    presenter.type_document_id("88240")
    presenter.type_reason("looked twice")
    settled = upload(state="filed", document_id="88231")
    house.server.uploads.answers["list"] = UploadList((settled, OTHER), {}, 8)
    presenter.choose_tab("outcome_unknown")
    presenter.refresh()
    assert presenter.state.chosen == OTHER
    assert (presenter.state.document_id, presenter.state.reason) == ("", "")


def test_what_was_typed_for_an_upload_is_there_again_when_it_is_looked_at_again() -> None:
    presenter = begin(House().work(), (LOST, OTHER))
    presenter.type_document_id("88240")
    presenter.choose("up-9")
    assert presenter.state.document_id == ""
    presenter.type_reason("not there")
    presenter.choose("up-1")
    assert (presenter.state.document_id, presenter.state.reason) == ("88240", "")


def test_a_lost_line_keeps_the_choice_and_what_was_typed() -> None:
    house = House().work()
    presenter = begin(house, (LOST, OTHER))
    presenter.choose("up-9")
    presenter.type_document_id("88240")
    listed = house.server.uploads.answers["list"]
    house.server.uploads.answers["list"] = Unreachable("gone")
    presenter.refresh()
    assert (presenter.state.shown, presenter.state.document_id) == ((), "")
    house.server.uploads.answers["list"] = listed
    presenter.refresh()
    assert presenter.state.chosen == OTHER
    assert presenter.state.document_id == "88240"


def test_nothing_typed_goes_along_into_another_day() -> None:
    house = House().work()
    presenter = begin(house, (LOST, OTHER))
    presenter.type_document_id("88240")
    presenter.choose_day(TODAY - timedelta(days=1))
    assert presenter.state.document_id == ""


def test_a_reason_stands_there_again_after_the_server_refused_it_and_at_no_other_upload() -> None:
    house = House().work()
    presenter = begin(house, (LOST, OTHER))
    house.server.uploads.answers["abandon"] = ServerError("KS-409", "Somebody else changed this.", status=409)
    presenter.abandon()
    assert house.dialogs.answer(text="chart looked at").typed == ""
    presenter.choose("up-9")
    presenter.abandon()
    assert house.dialogs.answer(accepted=False, text="half").typed == ""
    presenter.choose("up-1")
    presenter.abandon()
    house.server.uploads.answers["abandon"] = upload(state="abandoned")
    assert house.dialogs.answer(text="chart looked at").typed == "chart looked at"
    presenter.choose("up-9")
    presenter.abandon()
    assert house.dialogs.answer(accepted=False).typed == "", "what the server has taken is forgotten"
