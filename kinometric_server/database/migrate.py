"""Bring a database's schema up to date, and say whether it is."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from kinometric_server.database.protection import protect


class SchemaError(RuntimeError):
    """The database's schema isn't the one that this program needs."""


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for this package's revisions, to be run on ``connection``."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """Return the revision that this program was written for."""
    return str(ScriptDirectory.from_config(alembic_config()).get_current_head())


def present_revision(engine: Engine) -> str | None:
    """Return the revision of a database, or None if it has no schema yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine, *, application_role: str | None = None) -> str:
    """Run the missing revisions and protect the tables, in one transaction; return the revision reached.

    Parameters
    ----------
    engine : Engine
        Of the schema's owner, outside any unit.
    application_role : str or None
        PostgreSQL role that the server runs as; it gets what it needs and nothing more.
    """
    with engine.connect().execution_options(kinometric_writes=True) as connection, connection.begin():
        command.upgrade(alembic_config(connection), "head")
        protect(connection, application_role)
    return newest_revision()


def require_current(engine: Engine) -> None:
    """Raise SchemaError unless the database has the schema that this program was written for."""
    present = present_revision(engine)
    if present is None:
        raise SchemaError("The database is empty. Run: kinometric-server migrate")
    if present != newest_revision():
        known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
        if present in known:
            raise SchemaError(
                "The database is older than this program. Back it up, then run: kinometric-server migrate"
            )
        raise SchemaError("The database is from a newer version of Kinometric than this program.")
