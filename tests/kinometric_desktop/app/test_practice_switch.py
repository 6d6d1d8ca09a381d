"""Switching the practice closes what was open; a superadmin says why they enter one."""

from __future__ import annotations

from kinometric.contract.practices import Departments, Practice
from kinometric_desktop.app.practice_switch import PracticeSwitchPresenter
from kinometric_desktop.client.errors import ServerError
from tests.kinometric_desktop.house import House, department, me, membership, patient

NORTH = membership("admin", practice_id="p-north", practice_name="Northgate Rehab", athena_environment="none")


def begin(house: House) -> tuple[PracticeSwitchPresenter, list[str]]:
    house.server.departments.answers["list"] = Departments(
        (department(), department("d-east", name="Eastside PT")), None
    )
    presenter = PracticeSwitchPresenter(house.session, house.navigation, house.connection, house.runner)
    presenter.start()
    return presenter, []


def test_the_practices_and_departments_of_the_person_are_offered() -> None:
    presenter, _ = begin(House().work("clinician", NORTH))
    assert [one.practice_name for one in presenter.state.practices] == ["Harbor Street Clinic", "Northgate Rehab"]
    assert [one.words for one in presenter.state.departments] == ["1 Physical Therapy", "1 Eastside PT"]


def test_another_department_closes_the_patient_and_goes_to_the_worklist() -> None:
    house = House().work()
    house.session.open_patient(patient())
    house.navigation.go("review")
    presenter, done = begin(house)
    presenter.choose_department("d-east")
    presenter.switch(lambda: done.append("done"))
    assert done == ["done"]
    assert house.session.patient is None
    assert house.navigation.screen == "worklist"
    assert house.session.practice is not None
    assert house.session.practice.department_name == "Eastside PT"


def test_the_same_place_changes_nothing() -> None:
    house = House().work()
    house.session.open_patient(patient())
    presenter, done = begin(house)
    presenter.switch(lambda: done.append("done"))
    assert done == ["done"]
    assert house.session.patient is not None


def test_another_practice_is_entered_by_the_server_first() -> None:
    house = House().work("clinician", NORTH)
    house.session.open_patient(patient())
    house.server.accounts.answers["switch_practice"] = me("admin", practice_id="p-north")
    presenter, done = begin(house)
    presenter.choose_practice("p-north")
    assert presenter.state.departments == ()
    presenter.switch(lambda: done.append("done"))
    assert house.server.accounts.last("switch_practice")[0].practice_id == "p-north"
    assert house.session.practice is not None
    assert house.session.practice.practice_id == "p-north"
    assert house.session.patient is None


def test_a_refused_practice_leaves_everything_as_it_was() -> None:
    house = House().work("clinician", NORTH)
    house.session.open_patient(patient())
    house.server.accounts.answers["switch_practice"] = ServerError("KS-403", "Not active.")
    presenter, done = begin(house)
    presenter.choose_practice("p-north")
    presenter.switch(lambda: done.append("done"))
    assert done == []
    assert presenter.state.problem is not None
    assert house.session.patient is not None


def test_going_back_to_the_active_practice_shows_its_departments_again() -> None:
    presenter, _ = begin(House().work("clinician", NORTH))
    presenter.choose_practice("p-north")
    presenter.choose_practice("p-harbor")
    assert len(presenter.state.departments) == 2


def test_a_superadmin_is_offered_every_practice_and_says_why() -> None:
    house = House().work("admin", superadmin=True)
    other = Practice("p-quay", "Quay Clinic", "quay", "America/New_York", "", "", "", "", "", True, 1)
    own = Practice("p-harbor", "Harbor Street Clinic", "harbor", "America/New_York", "", "", "", "", "", True, 1)
    house.server.practice.answers["all"] = (own, other)
    presenter, done = begin(house)
    assert [(one.practice_id, one.role) for one in presenter.state.practices] == [
        ("p-harbor", "admin"),
        ("p-quay", "superadmin"),
    ]
    presenter.choose_practice("p-quay")
    assert presenter.state.reason_needed
    presenter.switch(lambda: done.append("done"), " no ")
    assert presenter.state.problem is not None
    assert "switch_practice" not in house.server.accounts.names()
    inside = me("admin", practice_id="p-quay", superadmin=True)
    house.server.accounts.answers["switch_practice"] = inside
    presenter.switch(lambda: done.append("done"), "Checking the scope sheet")
    assert house.server.accounts.last("switch_practice")[0].reason == "Checking the scope sheet"
    assert house.session.state.entered_reason == "Checking the scope sheet"
    assert done == ["done"]
