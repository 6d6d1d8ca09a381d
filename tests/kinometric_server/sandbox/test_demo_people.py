"""The demo practice has the people that it promises, and nobody in it is real."""

from __future__ import annotations

from kinometric_server.sandbox.demo import DEMO_DEPARTMENTS, HIDDEN_DEPARTMENTS, demo_world
from kinometric_server.sandbox.people import DEMO_PEOPLE, DEMO_PRACTICE_ID
from kinometric_server.sandbox.world import departments_of

BY_KEY = {person.key: person for person in DEMO_PEOPLE}
ALLOWED = {"1", "3", "4"}


def test_about_25_people_are_in_kinometric_and_every_key_and_number_is_given_once() -> None:
    known = [person.kinometric for person in DEMO_PEOPLE if person.kinometric]
    assert 24 <= len(known) <= 27
    assert len({record.number for record in known}) == len(known)
    assert len(BY_KEY) == len(DEMO_PEOPLE)
    charts = [person.athena.patientid for person in DEMO_PEOPLE if person.athena]
    assert len(set(charts)) == len(charts)


def test_the_twins_share_a_birth_date_in_kinometric_and_hers_is_swapped_in_athenaone() -> None:
    maria, mario = BY_KEY["maria"], BY_KEY["mario"]
    assert maria.kinometric
    assert mario.kinometric
    assert maria.athena
    assert mario.athena
    assert maria.kinometric.born == mario.kinometric.born == mario.athena.born
    assert maria.athena.born
    assert (maria.athena.born.day, maria.athena.born.month) == (3, 4)
    assert (maria.athena.patientid, mario.athena.patientid) == ("60145", "60146")


def test_every_trap_is_planted() -> None:
    junior, senior = BY_KEY["james_jr"].kinometric, BY_KEY["james_sr"].kinometric
    assert junior
    assert senior
    assert (junior.lastname, junior.firstname) == (senior.lastname, senior.firstname)
    assert BY_KEY["dana"].athena is None
    statuses = {person.athena.status for person in DEMO_PEOPLE if person.athena}
    assert {"active", "inactive", "deleted"} <= statuses
    assert any(person.athena and person.athena.merged_into for person in DEMO_PEOPLE)
    assert any(person.athena and person.athena.born is None for person in DEMO_PEOPLE)
    assert any(person.athena and not person.athena.sex for person in DEMO_PEOPLE)


def test_linked_people_agree_on_the_year_and_stand_in_an_allowed_department() -> None:
    practice = demo_world().practices[DEMO_PRACTICE_ID]
    for person in DEMO_PEOPLE:
        if person.linked:
            assert person.kinometric
            assert person.athena
            assert person.kinometric.born
            assert person.athena.born
            assert person.kinometric.born.year == person.athena.born.year
            assert ALLOWED & set(departments_of(practice.patients[person.athena.patientid]))
    assert set(departments_of(practice.patients["16251"])) & ALLOWED == set()
    assert "3" in departments_of(practice.patients["16310"])


def test_departments_are_those_of_the_demo_and_one_is_hidden() -> None:
    practice = demo_world().practices[DEMO_PRACTICE_ID]
    hidden = {each["departmentid"] for each in practice.departments if each["_hidden"]}
    assert hidden == HIDDEN_DEPARTMENTS
    assert len(practice.departments) == len(DEMO_DEPARTMENTS) == 13


def test_phone_numbers_are_of_the_range_that_is_given_to_nobody() -> None:
    for person in DEMO_PEOPLE:
        for record in (person.kinometric, person.athena):
            for name in ("phone", "mobilephone", "homephone"):
                number = getattr(record, name, "")
                assert not number or number.startswith("41055501")
