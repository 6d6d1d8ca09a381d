"""The signed-in user's own password: asked for once more before what must not happen at an unattended screen."""

from __future__ import annotations

from sqlalchemy import select, update

from kinometric.contract import errors as codes
from kinometric_server.accounts.sessions import Session, end_sessions_of
from kinometric_server.accounts.tables import sessions, users
from kinometric_server.audit.trail import FAILED, record
from kinometric_server.database.scope import Actor
from kinometric_server.database.unit import Unit
from kinometric_server.errors import BadInputError, NotSignedInError
from kinometric_server.operations.server import Server
from kinometric_server.security import throttle
from kinometric_server.security.passwords import Passwords, check_new_password

CHANGED = "Your password or your session was changed meanwhile. Sign in again."


def check(server: Server, actor: Actor, session: Session, password: str, action: str) -> str:
    """Compare the password with the user's, outside of any transaction, since that takes long; return its hash.

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
    return str(stored)


def require_unchanged(unit: Unit, session: Session, checked: str) -> None:
    """Hold the user's row, and raise NotSignedInError if the password isn't the checked one or the session ended.

    An administrator who sets another password, or disables the user, must not be overtaken by what was checked before.
    """
    mine = select(users.c.password, users.c.is_active).where(users.c.user_id == session.user_id)
    user = unit.one(mine.with_for_update())
    ended = unit.one(select(sessions.c.ended_at).where(sessions.c.id == session.session_id)).ended_at
    if user.password != checked or not user.is_active or ended is not None:
        raise NotSignedInError(CHANGED)


def change(server: Server, actor: Actor, session: Session, old_password: str, new_password: str) -> None:
    """Change the user's own password; the other sessions end."""
    checked = check(server, actor, session, old_password, "password_changed")
    check_new_password(new_password, session.username)
    if new_password == old_password:
        raise BadInputError("The new password must not be the old one.")
    stored = Passwords(server.keys, server.settings.password_cost).hash(new_password)
    with server.database.writing_outside(actor) as unit:
        require_unchanged(unit, session, checked)
        unit.execute(
            update(users)
            .where(users.c.user_id == session.user_id)
            .values(password=stored, password_to_change=False, failed_tries=0)
        )
        end_sessions_of(unit, session.user_id, but=session.session_id)
        record(unit, actor, "password_changed", "user", session.user_id)
