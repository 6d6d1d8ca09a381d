"""The audit trail's adversary."""

from __future__ import annotations

import pytest

from tests.kinometric_server.audit.forging import fill, let_in, owner_engine


@pytest.fixture
def forger(server, clinic):
    """A connection of somebody who can do everything with the database but doesn't have the key; 60 entries."""
    fill(server, clinic)
    engine = owner_engine(server)
    with engine.connect().execution_options(kinometric_writes=True) as connection:
        let_in(server, connection)
        yield connection
    engine.dispose()
