"""The schema that the migrations make is the schema that the code describes."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from kinometric_server.database.engine import make_engine, sqlite_url
from kinometric_server.database.migrate import SchemaError, migrate, newest_revision, present_revision, require_current
from kinometric_server.database.schema import create_from_scratch, whole_metadata


@pytest.fixture
def engines(tmp_path):
    made = [make_engine(sqlite_url(tmp_path / name)) for name in ("migrated.sqlite3", "scratch.sqlite3")]
    yield made
    for engine in made:
        engine.dispose()


def shape(engine):
    found = inspect(engine)
    tables = sorted(set(found.get_table_names()) - {"alembic_version"})
    return {
        name: {
            "columns": sorted(
                (column["name"], str(column["type"]), column["nullable"], str(column["default"]))
                for column in found.get_columns(name)
            ),
            "keys": sorted(
                (tuple(key["constrained_columns"]), key["referred_table"], tuple(key["referred_columns"]))
                for key in found.get_foreign_keys(name)
            ),
            "unique": sorted((one["name"], tuple(one["column_names"])) for one in found.get_unique_constraints(name)),
            "indexes": sorted(
                (one["name"], tuple(one["column_names"]), one["unique"]) for one in found.get_indexes(name)
            ),
            "checks": sorted((one["name"], one["sqltext"]) for one in found.get_check_constraints(name)),
            "primary": found.get_pk_constraint(name)["constrained_columns"],
        }
        for name in tables
    }


def test_scratch_and_migrations_make_the_same_schema(engines):
    migrated, scratch = engines
    assert present_revision(migrated) is None
    migrate(migrated)
    create_from_scratch(scratch)
    assert shape(migrated) == shape(scratch), "run: python -m kinometric_server.database.revise"
    assert present_revision(migrated) == newest_revision()
    with migrated.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), whole_metadata()) == []


def test_migrating_twice_changes_nothing(engines):
    migrated, _ = engines
    migrate(migrated)
    before = shape(migrated)
    migrate(migrated)
    assert shape(migrated) == before


def test_a_database_that_is_not_current_is_named_with_what_to_do(engines):
    migrated, _scratch = engines
    with pytest.raises(SchemaError, match="empty"):
        require_current(migrated)
    migrate(migrated)
    require_current(migrated)
    with migrated.connect().execution_options(kinometric_writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(SchemaError, match="older"):
        require_current(migrated)
    with migrated.connect().execution_options(kinometric_writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaError, match="newer"):
        require_current(migrated)
