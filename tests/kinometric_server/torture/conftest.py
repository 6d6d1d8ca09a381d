"""A clinic on the stand-in as an installation of its own: migrated, and with a clock that other processes share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kinometric_server.database.engine import Clock, make_engine, sqlite_url, utc_now
from kinometric_server.database.migrate import migrate
from tests.kinometric_server.connected_clinic import *  # noqa: F403
from tests.kinometric_server.torture.nursery import Nursery


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded database as ``init`` makes it, for programs that look at its revision."""
    path = tmp_path_factory.mktemp("migrated") / "empty.sqlite3"
    engine = make_engine(sqlite_url(path))
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
    engine.dispose()
    return path


@pytest.fixture
def clock() -> Clock:
    return utc_now


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("programs")) as running:
        yield running
