"""Open a demo that was kept: only the demo's own databases, and with new passwords."""

from __future__ import annotations

from sqlalchemy import update

from kinometric.contract.accounts import DemoUser
from kinometric_server.accounts.sessions import end_sessions_of
from kinometric_server.accounts.tables import users as user_table
from kinometric_server.audit import record
from kinometric_server.database import Actor
from kinometric_server.operations.server import Server
from kinometric_server.operations.settings import SettingsError
from kinometric_server.security.passwords import Passwords


def refuse_foreign(server: Server) -> None:
    """Raise SettingsError for a database that the demo did not make."""
    if not server.demo:
        raise SettingsError("This database was not made by the demo, so the demo leaves it alone.")


def give_new_passwords(server: Server, users: tuple[DemoUser, ...]) -> None:
    """Give the demo's users the passwords of this run; whoever was signed in is signed out."""
    passwords = Passwords(server.keys, server.settings.password_cost)
    with server.database.writing_outside(Actor()) as unit:
        for user in users:
            key = unit.execute(
                update(user_table)
                .where(user_table.c.username == user.username)
                .values(password=passwords.hash(user.password), failed_tries=0, version=user_table.c.version + 1)
                .returning(user_table.c.user_id)
            ).scalar_one()
            end_sessions_of(unit, key)
            record(unit, Actor(), "demo_password_given", "user", key)
