"""Make an installation, or remake its schema: what ``init``, ``migrate`` and the demo have in common."""

from __future__ import annotations

from sqlalchemy import insert
from sqlalchemy.engine import make_url

from kinometric_server.accounts.people import check_user_name, make_user
from kinometric_server.database.engine import make_engine
from kinometric_server.database.migrate import migrate, present_revision
from kinometric_server.database.protection import require_safe_role
from kinometric_server.database.scope import Actor
from kinometric_server.operations.server import open_server
from kinometric_server.operations.settings import Settings, SettingsError, write_settings
from kinometric_server.practices.tables import installation
from kinometric_server.security.passwords import Passwords, check_new_password
from kinometric_server.security.sealing import KeyRing


def bring_up_to_date(settings: Settings) -> str:
    """Run the missing revisions of the schema as its owner; return the revision reached."""
    engine = make_engine(settings.owner_url or settings.database_url)
    role = None
    if settings.owner_url is not None:
        role = make_url(settings.database_url).username
    try:
        return migrate(engine, application_role=role)
    finally:
        engine.dispose()


def make_installation(settings: Settings, *, username: str, password: str, demo: bool = False) -> None:
    """Make folders, keys, database and the first superadmin.

    Raises
    ------
    SettingsError
        If there is already an installation, the database already holds one, or PostgreSQL's two roles are one.
    RoleError
        If the role that the server would run as could get round row level security.
    BadInputError
        For a user name or password that can't be used; nothing is made then.
    """
    if (settings.root / "server.json").exists():
        raise SettingsError(f"{settings.root} already holds an installation; nothing was changed.")
    check_user_name(username)
    check_new_password(password, username)
    _check_roles(settings)
    for folder in (settings.root, settings.data, settings.logs):
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    engine = make_engine(settings.owner_url or settings.database_url)
    try:
        if present_revision(engine) is not None:
            raise SettingsError("The database already holds an installation; nothing was changed.")
    finally:
        engine.dispose()
    KeyRing.create(settings.keys)
    bring_up_to_date(settings)
    write_settings(settings)
    server = open_server(settings)
    try:
        with server.database.writing_outside(Actor()) as unit:
            if demo:
                unit.execute(insert(installation).values(name="demo", value="made by the demo"))
            unit.execute(insert(installation).values(name="made_at", value=unit.now.isoformat()))
            passwords = Passwords(server.keys, settings.password_cost)
            make_user(unit, passwords, username=username, password=password, display_name="Superadmin", superadmin=True)
    finally:
        server.close()


def _check_roles(settings: Settings) -> None:
    """Refuse a PostgreSQL database in which the server's role would own the schema or stand above its policies."""
    if make_url(settings.database_url).get_backend_name() != "postgresql":
        return
    owner = None if settings.owner_url is None else make_url(settings.owner_url).username
    if owner is None or owner == make_url(settings.database_url).username:
        raise SettingsError(
            "PostgreSQL needs two roles: --database as the one that the server runs as, "
            "--owner-database as the one that owns the schema."
        )
    engine = make_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            require_safe_role(connection)
    finally:
        engine.dispose()
