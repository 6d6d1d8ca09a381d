"""Column types and tables that all topics share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from kinometric_server.database.columns import UtcTime, new_key, practice_scoped_tables
from kinometric_server.database.schema import tables_of, whole_metadata

DIALECT = sqlite.dialect()
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS)
def test_a_moment_comes_back_as_it_was_stored_to_the_microsecond(moment):
    kind = UtcTime()
    stored = kind.process_bind_param(moment, DIALECT)
    assert isinstance(stored, int)
    assert kind.process_result_value(stored, DIALECT) == moment


@given(MOMENTS, MOMENTS)
def test_stored_moments_sort_as_the_moments_do(one, other):
    kind = UtcTime()
    stored = [kind.process_bind_param(moment, DIALECT) for moment in (one, other)]
    assert (stored[0] < stored[1]) == (one < other)


def test_a_moment_of_another_zone_is_stored_as_utc():
    kind = UtcTime()
    eastern = datetime(2026, 5, 5, 10, 30, tzinfo=timezone(timedelta(hours=-4)))
    assert kind.process_result_value(kind.process_bind_param(eastern, DIALECT), DIALECT) == datetime(
        2026, 5, 5, 14, 30, tzinfo=UTC
    )


def test_nothing_stays_nothing_and_a_naive_time_is_refused():
    kind = UtcTime()
    assert kind.process_bind_param(None, DIALECT) is None
    assert kind.process_result_value(None, DIALECT) is None
    with pytest.raises(ValueError, match="zone"):
        kind.process_bind_param(datetime(2026, 1, 1), DIALECT)  # noqa: DTZ001


def test_keys_are_random_and_say_nothing():
    keys = [new_key() for _ in range(1000)]
    assert len(set(keys)) == 1000
    assert all(len(key) == 32 and int(key, 16) >= 0 for key in keys)
    assert sorted(keys) != keys


def test_every_table_with_a_practice_is_watched_unless_it_is_one_of_accounts_audit_or_practices():
    tables = whole_metadata().tables
    with_practice = {name for name, table in tables.items() if "practice_id" in table.c}
    unwatched = with_practice - practice_scoped_tables()
    assert unwatched == {"user_practices", "sessions", "audit_entries", "incidents"}


def test_no_foreign_key_between_practice_tables_leaves_out_the_practice():
    tables = whole_metadata().tables
    for name in practice_scoped_tables():
        for key in tables[name].foreign_key_constraints:
            target = key.referred_table.name
            if target in practice_scoped_tables():
                assert "practice_id" in key.column_keys, (name, target)


def test_every_table_belongs_to_one_topic():
    topics = ("accounts", "practices", "audit", "database", "patients", "results", "uploads")
    owned = [table for topic in topics for table in sorted(tables_of(topic))]
    assert len(owned) == len(set(owned))
    assert set(owned) <= set(whole_metadata().tables)


def test_the_specifications_tables_and_columns_are_there():
    tables = whole_metadata().tables
    wanted = {
        "practices": "id name slug address city state zip phone athena_practice_id athena_client_id "
        "athena_client_secret athena_base_url athena_default_dept is_active created_at updated_at",
        "departments": "id name practice_id athena_department_id patient_facing_name is_active created_at",
        "user_practices": "id user_id practice_id role is_default department_id created_at",
        "users": "user_id username password encryptionkey display_name email is_admin secret_2fa is_2fa_on",
        "patients": "practice_id is_sandbox realpatientid",
        "test_results": "practice_id providername providerlocation",
        "questions": "practice_id",
    }
    for name, columns in wanted.items():
        assert set(columns.split()) <= set(tables[name].c.keys()), name
