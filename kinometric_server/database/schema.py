"""Load every topic's tables, so that the metadata is whole for migrations and tests."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil

from sqlalchemy import Engine, MetaData, Table

import kinometric_server
from kinometric_server.database import unit as _display_numbers  # noqa: F401
from kinometric_server.database.columns import metadata


def whole_metadata() -> MetaData:
    """Import ``tables`` of every topic package and return the shared metadata."""
    for module in pkgutil.iter_modules(kinometric_server.__path__):
        name = f"{kinometric_server.__name__}.{module.name}.tables"
        if module.ispkg and importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
    return metadata


def tables_of(package: str) -> set[str]:
    """Return the names of the tables that one topic package owns."""
    whole_metadata()
    if package == "database":
        return {"display_numbers"}
    module = importlib.import_module(f"{kinometric_server.__name__}.{package}.tables")
    return {value.name for value in vars(module).values() if isinstance(value, Table)}


def create_from_scratch(engine: Engine) -> None:
    """Create all tables as the code describes them; what the migrations make is equal to this, which a test holds."""
    with engine.connect().execution_options(kinometric_writes=True) as connection, connection.begin():
        whole_metadata().create_all(connection)
