"""One box finds Kinometric's patients and opens them where their work goes on."""

from __future__ import annotations

from types import SimpleNamespace

from kinometric.contract.patients import PatientList
from kinometric.contract.sessions import EarlierSession
from kinometric_desktop.app.find import FindPresenter, patient_name
from kinometric_desktop.client.errors import ServerError
from tests.kinometric_desktop.house import House, linked, me, patient, without_link

MARIA = patient()


def begin(house: House) -> FindPresenter:
    house.server.patients.answers["search"] = PatientList((MARIA,), more=False)
    return FindPresenter(house.session, house.navigation, house.connection, house.runner, house.timer)


def test_the_search_waits_for_the_last_key() -> None:
    house = House().work()
    presenter = begin(house)
    for text in ("mu", "mue", "muestra"):
        presenter.type_text(text)
    assert house.server.patients.names() == []
    house.timer.fire()
    assert house.server.patients.names() == ["search"]
    assert house.server.patients.last("search")[0].text == "muestra"
    assert presenter.state.patients == (MARIA,)


def test_one_letter_is_not_searched_for() -> None:
    house = House().work()
    presenter = begin(house)
    presenter.type_text("m")
    house.timer.fire()
    assert house.server.patients.names() == []


def test_emptying_the_box_empties_the_list() -> None:
    house = House().work()
    presenter = begin(house)
    presenter.type_text("muestra")
    house.timer.fire()
    presenter.type_text("")
    assert presenter.state.patients == ()
    assert presenter.state.searched == ""


def test_nobody_found_is_not_an_error() -> None:
    house = House().work()
    presenter = begin(house)
    house.server.patients.answers["search"] = PatientList((), more=False)
    presenter.type_text("nobody")
    house.timer.fire()
    assert presenter.state.searched == "nobody"
    assert presenter.state.problem is None


def test_more_than_the_list_shows_is_said() -> None:
    house = House().work()
    presenter = begin(house)
    house.server.patients.answers["search"] = PatientList((MARIA,), more=True)
    presenter.type_text("muestra")
    house.timer.fire()
    assert presenter.state.more


def test_a_refusal_is_said() -> None:
    house = House().work()
    presenter = begin(house)
    house.server.patients.answers["search"] = ServerError("KS-403", "Not here.")
    presenter.type_text("muestra")
    house.timer.fire()
    assert presenter.state.problem is not None


def opened(house: House, record: object, reviewed: bool = False) -> list[bool]:
    """Open a patient whose newest session the server knows."""
    closed: list[bool] = []
    house.server.patients.answers["sessions"] = (
        EarlierSession("s-old", "2026-08-12T14:00:00+00:00", {}),
        EarlierSession("s-new", "2026-11-02T19:05:00+00:00", {}),
    )
    house.server.sessions.answers["get"] = SimpleNamespace(
        patient=record, session_id="s-new", review=object() if reviewed else None
    )
    begin(house).open(patient(), closed.append)
    return closed


def test_a_patient_without_a_link_opens_at_the_match_of_the_newest_session() -> None:
    house = House().work()
    assert opened(house, patient()) == [True]
    assert house.server.sessions.last("get") == ("s-new",)
    assert house.navigation.screen == "match"


def test_a_linked_patient_opens_at_the_review() -> None:
    house = House().work()
    opened(house, patient(link=linked()), reviewed=True)
    assert house.navigation.screen == "review"
    assert house.session.patient is not None
    assert house.session.patient.reviewed


def test_a_patient_without_a_session_opens_at_the_match() -> None:
    house = House().work()
    house.server.patients.answers["sessions"] = ()
    begin(house).open(patient(), lambda _: None)
    assert house.navigation.screen == "match"


def test_without_athenaone_it_is_the_review() -> None:
    house = House().work()
    house.session.enter_practice(without_link(me()))
    house.server.patients.answers["sessions"] = ()
    begin(house).open(patient(), lambda _: None)
    assert house.navigation.screen == "review"


def test_closing_takes_the_alarm_with_it() -> None:
    house = House().work()
    presenter = begin(house)
    presenter.type_text("muestra")
    presenter.close()
    assert house.timer.waiting == []


def test_names_are_written_as_in_lists() -> None:
    assert patient_name(MARIA) == "MUESTRA-LÓPEZ, Maria Elena"
