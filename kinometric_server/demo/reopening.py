"""Open a demo that was kept: only the demo's own databases, and with new passwords."""

from __future__ import annotations

from kinometric.contract.accounts import DemoUser
from kinometric_server.accounts.people import set_password
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
            set_password(unit, passwords, user.username, user.password, to_change=False)
