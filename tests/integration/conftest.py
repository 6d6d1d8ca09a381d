"""The real server with its people, for tests in which the workstation's own code talks to it."""

from tests.kinometric_server.conftest import (  # noqa: F401 - fixtures are found by name
    alice,
    backend,
    base_url,
    bob,
    charlie,
    clinic,
    clock,
    cluster,
    database,
    dave,
    empty_database,
    frank,
    key_folder,
    people,
    server,
    settings,
)
