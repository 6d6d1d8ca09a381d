"""Transactions: all or nothing, with their audit entries; versions, numbers and keys that stay in the practice."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from datetime import datetime

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, InternalError, StatementError

from kinometric_server.accounts.tables import user_practices, users
from kinometric_server.audit import record
from kinometric_server.database import Actor, PracticeScope, change_version, next_number
from kinometric_server.errors import DeniedError, NotFoundError, StaleWriteError
from kinometric_server.practices.tables import departments


@pytest.fixture
def scope(clinic):
    return PracticeScope.of_worker(clinic.practice_a)


def name_of(database, scope, key):
    with database.reading(scope) as unit:
        return unit.one(
            select(departments.c.name).where(departments.c.practice_id == scope.practice_id, departments.c.id == key)
        ).name


def test_an_effect_and_its_audit_entry_are_committed_together_or_not_at_all(database, scope, clinic, audited):
    def rename(fail):
        with database.writing(scope) as unit:
            change_version(unit, departments, clinic.eastside, 1, {"name": "Renamed"})
            record(unit, scope, "department_changed", "department", clinic.eastside)
            if fail:
                raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        rename(fail=True)
    assert name_of(database, scope, clinic.eastside) == "Eastside PT"
    assert audited() == []
    rename(fail=False)
    assert name_of(database, scope, clinic.eastside) == "Renamed"
    assert audited() == [("department_changed", "success", clinic.eastside)]


def test_a_denial_is_audited_though_its_effects_are_undone(database, scope, clinic, audited):
    def denied():
        with database.writing(scope) as unit:
            change_version(unit, departments, clinic.eastside, 1, {"name": "Renamed"})
            record(unit, scope, "department_changed", "department", clinic.eastside)
            record(unit, scope, "get_athena_patient_denied", "athena_patient", "123", "denied")
            raise DeniedError

    with pytest.raises(DeniedError):
        denied()
    assert name_of(database, scope, clinic.eastside) == "Eastside PT"
    assert audited() == [("get_athena_patient_denied", "denied", "123")]


def test_a_failing_audit_entry_fails_the_effect(database, scope, clinic, monkeypatch):
    def broken(unit):
        raise OSError("no space left")

    monkeypatch.setattr(database, "before_commit", broken)
    with pytest.raises(OSError, match="no space"), database.writing(scope) as unit:
        change_version(unit, departments, clinic.eastside, 1, {"name": "Renamed"})
    assert name_of(database, scope, clinic.eastside) == "Eastside PT"


def test_a_stale_version_is_refused_and_an_absent_row_is_not_there(database, scope, clinic):
    with database.writing(scope) as unit:
        assert change_version(unit, departments, clinic.eastside, 1, {"name": "A"}) == 2
    with pytest.raises(StaleWriteError), database.writing(scope) as unit:
        change_version(unit, departments, clinic.eastside, 1, {"name": "B"})
    with pytest.raises(NotFoundError), database.writing(scope) as unit:
        change_version(unit, departments, clinic.elsewhere, 1, {"name": "B"})


def test_display_numbers_count_up_per_practice(database, clinic):
    def number(practice):
        with database.writing(PracticeScope.of_worker(practice)) as unit:
            return next_number(unit, "patient")

    assert [number(clinic.practice_a), number(clinic.practice_a), number(clinic.practice_b)] == [1, 2, 1]


def test_numbers_given_in_parallel_are_all_different(database, clinic):
    numbers: list[int] = []

    def take():
        for _ in range(10):
            with database.writing(PracticeScope.of_worker(clinic.practice_a)) as unit:
                numbers.append(next_number(unit, "patient"))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 41))


def test_a_second_writing_transaction_in_the_same_thread_is_a_programming_error(database, scope):
    if not database.is_sqlite:
        pytest.skip("only the embedded database has one writer at a time")
    with database.writing(scope), pytest.raises(RuntimeError, match="already open"), database.writing(scope):
        pass


def test_a_foreign_key_can_not_reach_into_another_practice(database, clinic):
    with database.writing_outside(Actor()) as unit:
        user = unit.execute(
            insert(users).values(username="x", password="x", created_at=unit.now).returning(users.c.user_id)
        ).scalar_one()
    membership = insert(user_practices).values(
        user_id=user,
        practice_id=clinic.practice_a,
        role="clinician",
        department_id=clinic.elsewhere,
        created_at=database.clock(),
    )
    with pytest.raises(IntegrityError), database.writing_outside(Actor()) as unit:
        unit.execute(membership)


def test_a_time_without_a_zone_can_not_be_stored(database, scope):
    with pytest.raises(StatementError), database.writing(scope) as unit:
        unit.execute(
            insert(departments).values(practice_id=scope.practice_id, name="x", created_at=datetime(2026, 1, 1))  # noqa: DTZ001
        )


def test_the_embedded_database_keeps_what_it_acknowledged(database):
    if not database.is_sqlite:
        pytest.skip("settings of the embedded database")
    with database.reading_outside(Actor()) as unit:
        found = {
            name: unit.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_reading_transaction_sees_one_moment_whatever_is_written_meanwhile(database, scope, clinic):
    def add():
        with database.writing(scope) as unit:
            unit.execute(insert(departments).values(practice_id=scope.practice_id, name="New", created_at=unit.now))

    mine = select(departments.c.name).where(departments.c.practice_id == scope.practice_id)
    with database.reading(scope) as unit:
        before = len(unit.all(mine))
        thread = threading.Thread(target=add)
        thread.start()
        thread.join()
        assert len(unit.all(mine)) == before
    with database.reading(scope) as unit:
        assert len(unit.all(mine)) == before + 1


def test_a_reading_transaction_of_postgresql_can_not_write(database, scope):
    if database.is_sqlite:
        pytest.skip("the embedded database knows no reading transaction that can't write")
    with pytest.raises(InternalError, match="read-only"), database.reading(scope) as unit:
        next_number(unit, "patient")
    with database.writing(scope) as unit:
        assert next_number(unit, "patient") == 1


def test_the_connection_that_was_used_last_is_used_again(database):
    def connection():
        with database.reading_outside(Actor()) as unit:
            return id(unit.connection.connection.dbapi_connection)

    with ExitStack() as stack:
        for _ in range(6):
            stack.enter_context(database.reading_outside(Actor()))
    assert len({connection() for _ in range(20)}) == 1
