"""The work session is the one place that knows person, practice and open patient."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kinometric_desktop.app.session import WorkSession, WorkState
from tests.kinometric_desktop.house import House, linked, me, membership, patient, without_link


def test_signing_in_enters_no_practice_yet() -> None:
    session = WorkSession()
    session.sign_in(me())
    assert session.state.me is not None
    assert session.practice is None


def test_entering_a_practice_closes_the_patient_that_was_open() -> None:
    house = House().work()
    house.session.open_patient(patient())
    house.session.enter_practice(me())
    assert house.session.patient is None


def test_masking_the_year_is_told_to_everybody_at_once() -> None:
    house = House().work()
    house.session.open_patient(patient())
    seen: list[bool] = []
    house.session.listen(lambda state: seen.append(bool(state.patient and state.patient.year_hidden)))
    house.session.hide_year(True)
    house.session.hide_year(False)
    assert seen == [True, False]


def test_nothing_is_told_when_nothing_changes() -> None:
    house = House().work()
    seen: list[WorkState] = []
    house.session.listen(seen.append)
    house.session.set_online(True)
    assert seen == []


def test_a_listener_that_ended_hears_nothing_more() -> None:
    session = WorkSession()
    seen: list[WorkState] = []
    end = session.listen(seen.append)
    end()
    end()
    session.sign_in(me())
    assert seen == []


def test_an_update_without_a_patient_changes_nothing() -> None:
    house = House().work()
    house.session.update_patient(filed=True)
    assert house.session.patient is None


@pytest.mark.parametrize("capability", ["can_match", "can_review", "can_upload"])
def test_a_read_only_role_may_nothing_whatever_its_capabilities_say(capability: str) -> None:
    house = House().work("readonly")
    assert not house.session.may(capability)  # type: ignore[arg-type]
    assert house.session.read_only


def test_the_front_desk_matches_and_nothing_else() -> None:
    house = House().work(can_review=False, can_upload=False)
    assert house.session.may("can_match")
    assert not house.session.may("can_review")
    assert not house.session.may("can_upload")


def test_nobody_may_anything_before_a_practice_is_entered() -> None:
    session = WorkSession()
    session.sign_in(me())
    assert not session.may("can_match")
    assert not session.may_administer


@pytest.mark.parametrize(
    ("role", "superadmin", "may"), [("admin", False, True), ("clinician", False, False), ("clinician", True, True)]
)
def test_admins_and_superadmins_administer(role: str, superadmin: bool, may: bool) -> None:
    assert House().work(role, superadmin=superadmin).session.may_administer is may


def test_a_practice_without_athenaone_is_standalone() -> None:
    house = House().work()
    assert not house.session.standalone
    house.session.enter_practice(without_link(me()))
    assert house.session.standalone


def test_today_is_the_practices_day_not_londons() -> None:
    house = House().work()
    assert house.session.today(datetime(2026, 11, 3, 3, 30, tzinfo=UTC)) == date(2026, 11, 2)


def test_a_link_shows_on_the_open_patient() -> None:
    house = House().work()
    house.session.open_patient(patient())
    assert house.session.patient is not None
    assert not house.session.patient.linked
    assert house.session.patient.athena_patient_id == ""
    house.session.update_patient(record=patient(link=linked("60145")))
    assert house.session.patient.linked
    assert house.session.patient.athena_patient_id == "60145"
    assert house.session.patient.patient_id == "p-1"


def test_locking_keeps_what_is_open_and_unlocking_goes_on_there() -> None:
    house = House().work()
    house.session.open_patient(patient())
    house.session.lock()
    assert house.session.state.locked
    assert house.session.patient is not None
    house.session.unlock(me())
    assert not house.session.state.locked
    assert house.session.patient is not None


def test_nobody_signed_in_means_nothing_to_lock() -> None:
    session = WorkSession()
    session.lock()
    assert not session.state.locked


def test_another_department_can_be_chosen_until_signing_out() -> None:
    house = House().work()
    house.session.choose_department("d-east", "Eastside PT")
    assert house.session.practice is not None
    assert house.session.practice.department_name == "Eastside PT"
    house.session.refresh_me(me())
    assert house.session.practice.department_name == "Physical Therapy"


def test_signing_out_forgets_everything() -> None:
    house = House().work()
    house.session.open_patient(patient())
    house.session.sign_out()
    assert house.session.state == WorkState()
    assert house.session.time_zone == "UTC"


def test_the_role_of_another_practice_does_not_count_in_this_one() -> None:
    house = House().work("readonly", membership("admin", practice_id="p-other"))
    assert not house.session.may_administer
