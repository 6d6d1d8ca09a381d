"""Known problems of a command, as the one sentence that is shown for them."""

from __future__ import annotations


def sentence_of(error: BaseException) -> str | None:
    """Return the sentence for a known problem, or None for one that is a fault of the program."""
    from sqlalchemy.exc import OperationalError

    from kinometric_server.database.migrate import SchemaError
    from kinometric_server.database.protection import RoleError
    from kinometric_server.errors import ServiceError
    from kinometric_server.operations.settings import SettingsError
    from kinometric_server.security.sealing import KeyRingError

    if isinstance(error, SettingsError | SchemaError | RoleError | KeyRingError | ServiceError):
        return str(error)
    if isinstance(error, OperationalError):
        return "The database can't be reached or opened. Check its address, its folder's rights and the disk."
    if isinstance(error, PermissionError):
        return f"No right to use {error.filename}."
    return None
