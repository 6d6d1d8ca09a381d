"""The statement guard: nothing reaches a practice's table without the practice of its transaction."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, or_, select, text, update

from kinometric_server.database import Actor, PracticeScope
from kinometric_server.database.guard import ScopeBreachError
from kinometric_server.practices.tables import departments

D = departments.c


def refused(unit, statement, parameters=None) -> bool:
    with pytest.raises(ScopeBreachError):
        unit.execute(statement, parameters)
    return True


@pytest.fixture
def unit(database, clinic):
    with database.reading(PracticeScope.of_worker(clinic.practice_a)) as opened:
        yield opened


@pytest.fixture
def writer(database, clinic):
    with database.writing(PracticeScope.of_worker(clinic.practice_a)) as opened:
        yield opened


def test_a_read_with_the_practice_goes_through(unit, clinic):
    rows = unit.all(select(D.name).where(D.practice_id == clinic.practice_a))
    assert len(rows) == 3


def test_a_read_without_the_practice_is_refused(unit, clinic):
    refused(unit, select(D.name))
    refused(unit, select(D.name).where(D.id == clinic.elsewhere))
    refused(unit, text("SELECT name FROM departments"))
    refused(unit, text("SELECT name FROM departments AS d, practices AS p WHERE p.id = d.practice_id"))


def test_a_read_of_another_practice_is_refused(unit, clinic):
    refused(unit, select(D.name).where(D.practice_id == clinic.practice_b))
    refused(unit, text("SELECT name FROM departments WHERE practice_id = :p"), {"p": clinic.practice_b})


def test_the_practice_can_not_be_made_optional_by_an_or(unit, clinic):
    refused(unit, select(D.name).where(or_(D.practice_id == clinic.practice_a, D.name != "")))
    refused(unit, text("SELECT name FROM departments WHERE practice_id = :p OR 1 = 1"), {"p": clinic.practice_a})
    refused(unit, text("SELECT name FROM departments WHERE 1 = 1 OR practice_id = :p"), {"p": clinic.practice_a})


def test_an_or_inside_its_own_parentheses_is_fine(unit, clinic):
    rows = unit.all(select(D.id).where(D.practice_id == clinic.practice_a, or_(D.name == "x", D.name == "Neuro Rehab")))
    assert len(rows) == 1


def test_a_literal_in_place_of_a_bound_value_is_refused(unit, clinic):
    refused(unit, text(f"SELECT name FROM departments WHERE practice_id = '{clinic.practice_b}'"))
    refused(unit, text("SELECT name FROM departments WHERE 'practice_id = ?' <> ''"))


def test_a_comment_or_a_second_statement_is_refused(unit, clinic):
    refused(unit, text("SELECT name FROM departments -- WHERE practice_id = :p"), {"p": clinic.practice_a})
    refused(unit, text("SELECT name FROM departments /* */ WHERE practice_id = :p"), {"p": clinic.practice_a})


def test_each_part_of_a_join_needs_the_practice(unit, clinic):
    other = departments.alias("other")
    joined = select(D.name).join(other, other.c.name == D.name)
    refused(unit, joined.where(D.practice_id == clinic.practice_a))
    tied = select(D.name).join(other, (other.c.practice_id == D.practice_id) & (other.c.name == D.name))
    assert len(unit.all(tied.where(D.practice_id == clinic.practice_a))) == 3


def test_a_subquery_needs_it_too(unit, clinic):
    inner = select(D.name).scalar_subquery()
    other = departments.alias("other")
    refused(unit, select(other.c.id).where(other.c.practice_id == clinic.practice_a, other.c.name.in_(inner)))


def test_a_row_for_another_practice_can_not_be_written(writer, clinic):
    row = {"id": "f" * 32, "name": "x", "created_at": writer.now, "is_active": True}
    refused(writer, insert(departments).values(practice_id=clinic.practice_b, **row))
    refused(writer, insert(departments), [{"practice_id": clinic.practice_a, **row}, {"practice_id": "b" * 32, **row}])


def test_an_update_or_delete_needs_the_practice_and_can_not_change_it(writer, clinic):
    refused(writer, update(departments).values(name="x"))
    refused(writer, update(departments).where(D.practice_id == clinic.practice_a).values(practice_id=clinic.practice_b))
    refused(writer, departments.delete())
    assert writer.execute(departments.delete().where(D.practice_id == clinic.practice_a, D.id == "0")).rowcount == 0


def test_outside_a_practice_no_practice_table_can_be_reached(database, clinic):
    with database.reading_outside(Actor()) as unit:
        refused(unit, select(D.name).where(D.practice_id == clinic.practice_a))
