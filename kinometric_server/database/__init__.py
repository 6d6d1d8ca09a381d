"""Engine, practice scope, shared column types and transactions of the server's database."""

from sqlalchemy.exc import IntegrityError, OperationalError

from kinometric_server.database.columns import (
    UtcTime,
    metadata,
    new_key,
    practice_table,
    within_practice,
)
from kinometric_server.database.engine import Database
from kinometric_server.database.scope import Actor, Capability, PracticeScope, Role
from kinometric_server.database.unit import Unit, change_version, next_number

__all__ = [
    "Actor",
    "Capability",
    "Database",
    "IntegrityError",
    "OperationalError",
    "PracticeScope",
    "Role",
    "Unit",
    "UtcTime",
    "change_version",
    "metadata",
    "new_key",
    "next_number",
    "practice_table",
    "within_practice",
]
