"""The schema that the migrations make is the schema that the code describes, and what was stored before is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, Table, insert, select

from kinometric_server.accounts.tables import user_practices, users
from kinometric_server.database.engine import make_engine, sqlite_url
from kinometric_server.database.migrate import (
    SchemaError,
    alembic_config,
    migrate,
    newest_revision,
    present_revision,
    require_current,
)
from kinometric_server.database.schema import create_from_scratch, whole_metadata
from kinometric_server.patients.tables import patients
from kinometric_server.practices.tables import departments, practices
from tests.kinometric_server.database.shape import shape
from tests.kinometric_server.postgresql_cluster import APPLICATION, OWNER, Cluster

A = "a" * 32
MOMENT = datetime(2026, 5, 5, 14, 30, tzinfo=UTC)


@pytest.fixture
def engines(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[list[Engine]]:
    """Two empty databases, as the schema's owner sees them."""
    if backend == "sqlite":
        urls = [sqlite_url(tmp_path / name) for name in ("migrated.sqlite3", "scratch.sqlite3")]
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        names = [cluster.new_database(empty=True) for _ in range(2)]
        urls = [cluster.url(OWNER, name) for name in names]
    made = [make_engine(url) for url in urls]
    yield made
    for engine in made:
        engine.dispose()
    if backend == "postgresql":
        for name in names:
            cluster.drop(name)


@pytest.fixture
def role(backend: str) -> str | None:
    """The application's role, where there are roles."""
    return APPLICATION if backend == "postgresql" else None


def step(engine: Engine, revision: str) -> None:
    """Bring a database up to one revision, as an older version of the program left it."""
    with engine.connect().execution_options(kinometric_writes=True) as connection, connection.begin():
        command.upgrade(alembic_config(connection), revision)


def put(engine: Engine, *statements: Any) -> None:
    with engine.connect().execution_options(kinometric_writes=True) as connection, connection.begin():
        for statement in statements:
            connection.execute(statement)


def rows(engine: Engine, table: Table) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(table))]


def test_scratch_and_migrations_make_the_same_schema(engines: list[Engine], role: str | None) -> None:
    migrated, scratch = engines
    assert present_revision(migrated) is None
    migrate(migrated, application_role=role)
    create_from_scratch(scratch)
    assert shape(migrated) == shape(scratch), "run: python -m kinometric_server.database.revise"
    assert present_revision(migrated) == newest_revision()
    with migrated.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), whole_metadata()) == []


def test_migrating_twice_changes_nothing(engines: list[Engine], role: str | None) -> None:
    migrated, _ = engines
    migrate(migrated, application_role=role)
    before = shape(migrated)
    migrate(migrated, application_role=role)
    assert shape(migrated) == before


def test_a_database_with_rows_in_it_goes_through_every_revision_and_keeps_them(
    engines: list[Engine], role: str | None
) -> None:
    older, scratch = engines
    step(older, "0001")
    put(
        older,
        insert(practices).values(id=A, name="Harbor Street", slug="harbor", created_at=MOMENT, updated_at=MOMENT),
        insert(users).values(user_id=A, username="alice", password="x", created_at=MOMENT),
        insert(departments).values(id=A, practice_id=A, name="Eastside", created_at=MOMENT),
        insert(user_practices).values(user_id=A, practice_id=A, role="admin", department_id=A, created_at=MOMENT),
    )
    step(older, "0002")
    put(
        older,
        insert(patients).values(
            id=A, practice_id=A, number=1, lastname="Prueba", firstname="Ana", name_key="prueba ana", created_at=MOMENT
        ),
    )
    before = {table: rows(older, table) for table in (practices, users, departments, user_practices, patients)}
    assert all(before.values())
    with pytest.raises(SchemaError, match="older"):
        require_current(older)
    migrate(older, application_role=role)
    require_current(older)
    create_from_scratch(scratch)
    assert shape(older) == shape(scratch)
    assert {table: rows(older, table) for table in before} == before


def test_a_database_that_is_not_current_is_named_with_what_to_do(engines: list[Engine], role: str | None) -> None:
    migrated, _scratch = engines
    with pytest.raises(SchemaError, match="empty"):
        require_current(migrated)
    migrate(migrated, application_role=role)
    require_current(migrated)
    with migrated.connect().execution_options(kinometric_writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(SchemaError, match="older"):
        require_current(migrated)
    with migrated.connect().execution_options(kinometric_writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaError, match="newer"):
        require_current(migrated)
