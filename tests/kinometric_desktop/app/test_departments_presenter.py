"""Departments: athenaOne's and ours; admins allow and stop, a provider makes one his own."""

from __future__ import annotations

from kinometric.contract.practices import AthenaDepartmentPage, Departments
from kinometric_desktop.app.departments import DepartmentsPresenter, DepartmentsState, stop_words
from kinometric_desktop.app.runners import ManualRunner
from kinometric_desktop.client.errors import ServerError, Unreachable
from tests.kinometric_desktop.house import House, athena_department, department, me, without_link

OTHER = {"is_practice_default": False, "is_mine": False}
EASTSIDE = department("d-east", athena_department_id="3", name="Eastside PT", default_of_users=3, patients=188, **OTHER)
POOL = department("d-pool", athena_department_id="9", name="Aquatic Therapy", in_athena=False, **OTHER)
OURS = Departments((EASTSIDE, department(), POOL), "2026-11-02T14:02:00+00:00")
NAMES = ("Physical Therapy", "Eastside PT", "Telehealth", "Telehealth")


def page(offset: int, following: int | None, total: int | None = 640) -> AthenaDepartmentPage:
    listed = tuple(
        athena_department(str(offset + place + 1), f"Department {offset + place + 1}") for place in range(100)
    )
    return AthenaDepartmentPage(listed, offset, following, total)


def small_page(*_: object) -> AthenaDepartmentPage:
    listed = tuple(athena_department(str(place), name, allowed=place == 1) for place, name in enumerate(NAMES, 1))
    return AthenaDepartmentPage(listed, 0, None, len(listed))


def begin(house: House, pages: object = small_page) -> DepartmentsPresenter:
    house.server.departments.answers.update(list=OURS, athena_page=pages)
    presenter = DepartmentsPresenter(house.session, house.connection, house.runner, house.dialogs)
    presenter.enter()
    return presenter


def test_both_lists_are_read_and_ours_is_ordered_by_number() -> None:
    presenter = begin(House().work("admin"))
    assert [one.athena_department_id for one in presenter.state.ours] == ["1", "3", "9"]
    assert [line.department.name for line in presenter.state.athena_lines] == list(NAMES)
    assert presenter.state.athena_words == "all 4 read"
    assert presenter.state.ours_words == "3 active, 1 to settle"
    assert presenter.state.read_at == "02-Nov-2026 09:02"


def test_the_left_list_says_what_is_allowed_and_what_is_named_twice() -> None:
    presenter = begin(House().work("admin"))
    assert [(line.note, line.here) for line in presenter.state.athena_lines] == [
        ("allowed", "allowed"),
        ("", ""),
        ("stopped", "stopped"),
        ("twin", "same name as 3"),
    ]


def test_three_pages_are_read_at_once_and_load_more_goes_on() -> None:
    house = House().work("admin")
    presenter = begin(house, lambda offset: page(offset, offset + 100))
    assert len(presenter.state.athena) == 300
    assert presenter.state.athena_words == "300 of about 640 read"
    presenter.load_more()
    assert len(presenter.state.athena) == 600


def test_reading_stops_at_a_thousand() -> None:
    house = House().work("admin")
    presenter = begin(house, lambda offset: page(offset, offset + 100, None))
    for _ in range(5):
        presenter.load_more()
    assert len(presenter.state.athena) == 1000
    assert presenter.state.next_offset is None
    assert presenter.state.athena_words == "1000 read"


def test_a_partial_load_says_what_broke_and_keeps_what_it_has() -> None:
    house = House().work("admin")

    def broken(offset: int) -> AthenaDepartmentPage:
        if offset:
            raise ServerError("KS-503", "athenaOne could not be reached.")
        return page(0, 100)

    presenter = begin(house, broken)
    assert len(presenter.state.athena) == 100
    assert presenter.state.athena_problem is not None
    assert not presenter.state.reading_athena


def test_a_department_listed_twice_by_athenaone_stands_once() -> None:
    house = House().work("admin")
    presenter = begin(
        house, lambda offset: AthenaDepartmentPage(page(0, None).departments, offset, 100 if not offset else None, None)
    )
    assert len(presenter.state.athena) == 100


def test_the_filter_takes_names_and_numbers() -> None:
    presenter = begin(House().work("admin"))
    presenter.type_filter("east")
    assert [line.department.athena_department_id for line in presenter.state.athena_lines] == ["2"]
    presenter.type_filter("4")
    assert [line.department.name for line in presenter.state.athena_lines] == ["Telehealth"]


def test_an_admin_allows_a_department_and_both_lists_show_it() -> None:
    house = House().work("admin")
    presenter = begin(house)
    added = Departments((*OURS.departments, department("d-east2", athena_department_id="2", name="Eastside PT")), None)
    house.server.departments.answers["allow"] = added
    presenter.choose_athena("2")
    assert presenter.state.can_allow
    presenter.allow()
    assert house.server.departments.last("allow")[0].athena_department_id == "2"
    assert presenter.state.done == "Eastside PT (2) is allowed."
    assert presenter.state.athena_lines[1].note == "allowed"


def test_stopping_asks_first_and_says_how_many_are_affected() -> None:
    house = House().work("admin")
    presenter = begin(house)
    house.server.departments.answers["change"] = OURS
    presenter.choose_ours("d-east")
    presenter.ask_stop()
    question = house.dialogs.open[0][0]
    assert "3 users have it as their default" in question.body
    assert "188 linked patients" in question.body
    house.dialogs.answer(accepted=False)
    assert "change" not in house.server.departments.names()
    presenter.ask_stop()
    house.dialogs.answer()
    department_id, form = house.server.departments.last("change")
    assert (department_id, form.is_active, form.version) == ("d-east", False, 3)


def test_a_department_that_nobody_uses_stops_without_counts() -> None:
    words = stop_words(department(default_of_users=0, patients=0))
    assert words.startswith("Nothing in athenaOne changes.")
    assert "1 user has it" in stop_words(department(default_of_users=1))


def test_an_admin_sets_the_practices_default() -> None:
    house = House().work("admin")
    presenter = begin(house)
    house.server.departments.answers["make_practice_default"] = OURS
    presenter.choose_ours("d-east")
    assert presenter.state.can_default
    presenter.make_practice_default()
    assert house.server.departments.last("make_practice_default") == ("d-east",)


def test_a_provider_makes_one_his_own_and_changes_nothing_else() -> None:
    house = House().work("clinician")
    presenter = begin(house)
    presenter.choose_ours("d-east")
    assert not presenter.state.can_stop
    assert not presenter.state.can_default
    presenter.choose_athena("2")
    assert not presenter.state.can_allow
    house.server.accounts.answers["make_department_mine"] = me(department_id="d-east", department_name="Eastside PT")
    presenter.make_mine()
    assert house.session.practice is not None
    assert house.session.practice.department_name == "Eastside PT"
    assert presenter.state.done == "Eastside PT is your department now."


def test_what_may_not_be_done_is_not_even_asked_of_the_server() -> None:
    house = House().work("readonly")
    presenter = begin(house)
    presenter.choose_ours("d-east")
    presenter.allow()
    presenter.ask_stop()
    presenter.make_practice_default()
    presenter.make_mine()
    assert set(house.server.departments.names()) == {"list", "athena_page"}
    assert house.dialogs.open == []


def test_a_practice_without_athenaone_reads_only_its_own() -> None:
    house = House().work("admin")
    house.session.enter_practice(without_link(me("admin")))
    presenter = begin(house)
    assert house.server.departments.names() == ["list"]
    assert presenter.state.standalone


def test_a_stale_change_is_said_and_nothing_is_lost() -> None:
    house = House().work("admin")
    presenter = begin(house)
    house.server.departments.answers["allow"] = ServerError("KS-409", "Someone else changed this.")
    presenter.choose_athena("2")
    presenter.allow()
    assert presenter.state.problem is not None
    assert len(presenter.state.ours) == 3
    assert not presenter.state.changing


def test_offline_clears_both_lists() -> None:
    house = House().work("admin")
    presenter = begin(house)
    house.server.departments.answers["list"] = Unreachable("gone")
    presenter.enter()
    assert presenter.state.ours == ()
    assert presenter.state.athena == ()


def test_sync_reads_from_the_beginning() -> None:
    house = House().work("admin")
    presenter = begin(house, lambda offset: page(offset, offset + 100))
    presenter.refresh()
    assert len(presenter.state.athena) == 300


def test_load_more_while_reading_does_not_read_twice() -> None:
    house = House(runner=ManualRunner()).work("admin")
    presenter = begin(house, lambda offset: page(offset, None))
    presenter.load_more()
    presenter.load_more()
    house.runner.finish_all()
    assert house.server.departments.names().count("athena_page") == 1


def test_an_empty_state_can_do_nothing() -> None:
    state = DepartmentsState()
    assert not any((state.can_allow, state.can_stop, state.can_default, state.can_make_mine))
    assert state.athena_words == "0 read"
