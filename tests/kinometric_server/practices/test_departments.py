"""Departments: allowed by an administrator from athenaOne's list, stopped, named, and counted."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kinometric.contract.practices import AthenaDepartment, DepartmentChange
from kinometric_server.database import Actor, PracticeScope
from kinometric_server.errors import BadInputError, NotFoundError, StaleWriteError
from kinometric_server.practices import departments
from kinometric_server.practices.tables import athena_departments, practices


@pytest.fixture
def scope(clinic):
    return PracticeScope.of_worker(clinic.practice_a)


def listed(*pairs):
    return [AthenaDepartment(key, name, f"{name} for patients", hidden=False, allowed=False) for key, name in pairs]


def remember(server, scope, *pairs, from_the_start=False):
    with server.database.writing(scope) as unit:
        departments.remember_athena_departments(unit, listed(*pairs), from_the_start=from_the_start)


def shown(server, scope):
    with server.database.reading(scope) as unit:
        return {one.name: one for one in departments.list_departments(unit, scope).departments}


def test_a_department_is_allowed_from_the_list_that_athena_gave(server, scope):
    with pytest.raises(NotFoundError, match="Refresh"), server.database.writing(scope) as unit:
        departments.allow_department(unit, scope, "18")
    remember(server, scope, ("18", "Front Office"))
    with server.database.writing(scope) as unit:
        departments.allow_department(unit, scope, "18")
    made = shown(server, scope)["Front Office"]
    assert (made.is_active, made.patient_facing_name, made.in_athena) == (True, "Front Office for patients", True)


def test_a_later_list_renames_and_a_fresh_one_forgets(server, scope, clinic):
    remember(server, scope, ("1", "Old name"), ("3", "Eastside"))
    remember(server, scope, ("1", "New name"))
    with server.database.reading(scope) as unit:
        rows = unit.all(
            select(athena_departments.c.name)
            .where(athena_departments.c.practice_id == scope.practice_id)
            .order_by(athena_departments.c.athena_department_id)
        )
    assert [row.name for row in rows] == ["New name", "Eastside"]
    remember(server, scope, ("4", "Neuro"), from_the_start=True)
    made = shown(server, scope)
    assert (made["Neuro Rehab"].in_athena, made["Eastside PT"].in_athena) == (True, False)


def test_before_athena_was_asked_nobody_claims_what_it_lists(server, scope):
    assert {one.in_athena for one in shown(server, scope).values()} == {None}
    with server.database.reading(scope) as unit:
        assert departments.list_departments(unit, scope).athena_read_at is None


def test_what_athena_lists_for_one_practice_is_nothing_to_another(server, scope, clinic):
    remember(server, scope, ("18", "Front Office"))
    other = PracticeScope.of_worker(clinic.practice_b)
    with pytest.raises(NotFoundError), server.database.writing(other) as unit:
        departments.allow_department(unit, other, "18")


def test_the_gate_is_told_the_active_departments_only(server, scope, clinic):
    def allowed():
        with server.database.reading(scope) as unit:
            return departments.allowed_athena_departments(unit)

    assert allowed() == {"1", "3"}
    with server.database.writing(scope) as unit:
        departments.change_department(unit, scope, clinic.eastside, DepartmentChange(1, is_active=False))
        departments.add_department(unit, scope, name="Ours alone")
    assert allowed() == {"1"}


def test_stopping_the_default_leaves_no_default(server, scope, clinic):
    with server.database.writing(scope) as unit:
        departments.change_department(unit, scope, clinic.physical_therapy, DepartmentChange(1, is_active=False))
    with server.database.reading_outside(Actor()) as unit:
        row = unit.one(select(practices.c.athena_default_dept).where(practices.c.id == clinic.practice_a))
    assert row.athena_default_dept is None
    with pytest.raises(BadInputError, match="not allowed"), server.database.writing(scope) as unit:
        departments.set_default_department(unit, scope, clinic.physical_therapy)


def test_renaming_what_patients_see_keeps_the_rest_and_needs_the_present_version(server, scope, clinic):
    with server.database.writing(scope) as unit:
        departments.change_department(
            unit, scope, clinic.eastside, DepartmentChange(1, patient_facing_name="  East house ")
        )
    made = shown(server, scope)["Eastside PT"]
    assert (made.patient_facing_name, made.is_active, made.version) == ("East house", True, 2)
    with pytest.raises(StaleWriteError), server.database.writing(scope) as unit:
        departments.change_department(unit, scope, clinic.eastside, DepartmentChange(1, is_active=False))


def test_what_would_be_affected_is_counted(server, scope, clinic, alice, bob):
    alice.post("/v1/patients", {"lastname": "Prueba", "firstname": "Rosa", "born": "1944-09-23", "sex": "F"})
    counted = shown(server, scope)
    assert counted["Physical Therapy"].default_of_users == 2
    assert counted["Eastside PT"].default_of_users == 0


def test_each_change_is_audited_by_what_was_done(server, scope, clinic, audited):
    with server.database.writing(scope) as unit:
        departments.change_department(unit, scope, clinic.neuro, DepartmentChange(1, is_active=True))
        departments.change_department(unit, scope, clinic.neuro, DepartmentChange(2, is_active=False))
        departments.change_department(unit, scope, clinic.neuro, DepartmentChange(3, patient_facing_name="x"))
        departments.set_default_department(unit, scope, clinic.eastside)
    assert [action for action, _, _ in audited()] == [
        "department_allowed",
        "department_stopped",
        "department_changed",
        "department_made_default",
    ]


def test_a_department_without_a_name_is_refused(server, scope):
    with pytest.raises(BadInputError, match="name"), server.database.writing(scope) as unit:
        departments.add_department(unit, scope, name="   ")
