"""The signed-in user's own password: asked for once more before what must not happen at an unattended screen."""

from __future__ import annotations

from sqlalchemy import select, update

from kinometric.contract import errors as codes
from kinometric_server.accounts.sessions import Session, end_sessions_of
from kinometric_server.accounts.tables import users
from kinometric_server.audit.trail import FAILED, record
from kinometric_server.database.scope import Actor
from kinometric_server.errors import BadInputError
from kinometric_server.operations.server import Server
from kinometric_server.security import throttle
from kinometric_server.security.passwords import Passwords, check_new_password


def check(server: Server, actor: Actor, session: Session, password: str, action: str) -> Passwords:
    """Compare the password with the user's, outside of any transaction, since that takes long.

    Wrong ones are counted with those of the sign-in, so that a session that was left open is no way around the limit.

    Parameters
    ----------
    action : str
        What the password was asked for, as the audit trail calls it.

    Raises
    ------
    BadInputError
        If it isn't the user's password.
    ThrottledError
        After too many wrong ones.
    """
    bucket = throttle.bucket_of(server.keys, throttle.ACCOUNT, session.username)
    with server.database.writing_outside(actor) as unit:
        throttle.take(unit, bucket, throttle.ACCOUNT)
        stored = unit.one(select(users.c.password).where(users.c.user_id == session.user_id)).password
    passwords = Passwords(server.keys, server.settings.password_cost)
    right = passwords.verify(password, stored)
    with server.database.writing_outside(actor) as unit:
        if not right:
            record(unit, actor, action, "user", session.user_id, FAILED)
            raise BadInputError("The password is not right.", codes.WRONG_SIGN_IN)
        throttle.give_back(unit, bucket, throttle.ACCOUNT)
    return passwords


def change(server: Server, actor: Actor, session: Session, old_password: str, new_password: str) -> None:
    """Change the user's own password; the other sessions end."""
    passwords = check(server, actor, session, old_password, "password_changed")
    check_new_password(new_password, session.username)
    if new_password == old_password:
        raise BadInputError("The new password must not be the old one.")
    stored = passwords.hash(new_password)
    with server.database.writing_outside(actor) as unit:
        unit.execute(
            update(users)
            .where(users.c.user_id == session.user_id)
            .values(password=stored, password_to_change=False, failed_tries=0)
        )
        end_sessions_of(unit, session.user_id, but=session.session_id)
        record(unit, actor, "password_changed", "user", session.user_id)
