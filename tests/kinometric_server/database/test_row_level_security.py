"""PostgreSQL itself keeps the practices apart, and the server refuses roles that could get round that."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.exc import ProgrammingError

from kinometric_server.database import Actor, Database, PracticeScope
from kinometric_server.database.columns import practice_scoped_tables
from kinometric_server.database.protection import RoleError, require_safe_role
from kinometric_server.practices.tables import departments, practices
from tests.kinometric_server.postgresql_cluster import APPLICATION, OWNER, SUPERUSER

pytestmark = pytest.mark.postgres
A, B = "a" * 32, "b" * 32


@pytest.fixture
def name(cluster):
    made = cluster.new_database()
    yield made
    cluster.drop(made)


@pytest.fixture
def database(cluster, name):
    opened = Database(cluster.url(APPLICATION, name))
    for practice in (A, B):
        with opened.writing_outside(Actor()) as unit:
            unit.execute(
                insert(practices).values(id=practice, name="x", slug=practice, created_at=unit.now, updated_at=unit.now)
            )
        with opened.writing(PracticeScope.of_worker(practice)) as unit:
            unit.execute(insert(departments).values(practice_id=practice, name=practice, created_at=unit.now))
    yield opened
    opened.close()


@pytest.fixture
def raw(cluster, name, database):
    """A connection as the application's role, without the statement guard."""
    engine = create_engine(cluster.url(APPLICATION, name))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def names(connection) -> list[str]:
    return sorted(connection.execute(text("SELECT name FROM departments")).scalars())


def test_without_a_practice_no_row_is_visible(raw):
    assert names(raw) == []


def test_with_a_practice_only_its_rows_are_visible_even_without_a_where(raw):
    raw.execute(text("SELECT set_config('app.practice_id', :p, true)"), {"p": A})
    assert names(raw) == [A]
    raw.rollback()
    assert names(raw) == []


def test_a_row_for_another_practice_is_refused_by_the_database(raw):
    raw.execute(text("SELECT set_config('app.practice_id', :p, true)"), {"p": A})
    with pytest.raises(ProgrammingError, match="row-level security"):
        raw.execute(
            text("INSERT INTO departments (id, practice_id, name, created_at) VALUES ('x', :p, 'x', 0)"), {"p": B}
        )


def test_a_pooled_connection_never_carries_a_practice_over(database):
    chance = random.Random(7)
    for _ in range(60):
        practice = chance.choice([A, B])
        with database.reading(PracticeScope.of_worker(practice)) as unit:
            found = unit.all(select(departments.c.name).where(departments.c.practice_id == practice))
            assert [row.name for row in found] == [practice]
        with database.engine.connect() as plain:
            assert names(plain) == []


def test_every_practice_table_has_row_level_security(raw):
    rows = raw.execute(text("SELECT relname FROM pg_class WHERE relrowsecurity")).scalars()
    assert practice_scoped_tables() <= set(rows)


def test_the_application_can_add_to_the_audit_trail_but_never_change_it(raw):
    raw.execute(
        text(
            "INSERT INTO audit_entries (seq, at, action, object_type, object_id, outcome, ip, request_id, mac) "
            "VALUES (1, 0, 'x', 'x', 'x', 'success', '', '', 'x')"
        )
    )
    raw.commit()
    for statement in ("UPDATE audit_entries SET ip = 'y'", "DELETE FROM audit_entries", "TRUNCATE audit_entries"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            raw.execute(text(statement))
        raw.rollback()


def test_a_superuser_and_the_owner_are_refused_and_the_application_role_is_not(cluster, name):
    for role, word in ((SUPERUSER, "superuser"), (OWNER, "owns")):
        engine = create_engine(cluster.url(role, name))
        with engine.connect() as connection, pytest.raises(RoleError, match=word):
            require_safe_role(connection)
        engine.dispose()
    engine = create_engine(cluster.url(APPLICATION, name))
    with engine.connect() as connection:
        require_safe_role(connection)
    engine.dispose()


def test_a_table_that_lost_its_protection_stops_the_start(cluster, name):
    owner = create_engine(cluster.url(OWNER, name))
    with owner.connect() as connection:
        connection.execute(text("ALTER TABLE patients DISABLE ROW LEVEL SECURITY"))
        connection.commit()
    owner.dispose()
    engine = create_engine(cluster.url(APPLICATION, name))
    with engine.connect() as connection, pytest.raises(RoleError, match="missing from a table"):
        require_safe_role(connection)
    engine.dispose()
