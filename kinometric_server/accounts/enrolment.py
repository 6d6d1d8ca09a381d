"""Turn a user's second factor on and off: secret, confirming code, recovery codes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select, update

from kinometric.contract import errors as codes
from kinometric_server.accounts.sessions import Session, end_sessions_of
from kinometric_server.accounts.tables import recovery_codes, users
from kinometric_server.audit.trail import FAILED, record
from kinometric_server.database.unit import Unit
from kinometric_server.errors import BadInputError, ConflictError
from kinometric_server.security import second_factor
from kinometric_server.security.sealing import KeyRing


@dataclass(frozen=True, slots=True)
class Begun:
    """What an authenticator app needs; shown once."""

    secret: str
    uri: str


def begin(unit: Unit, keys: KeyRing, session: Session) -> Begun:
    """Make a secret for the user's authenticator; it counts only once a code of it was given."""
    user = unit.one(select(users.c.is_2fa_on).where(users.c.user_id == session.user_id))
    if user.is_2fa_on:
        raise ConflictError("Your second factor is already on.")
    secret = second_factor.new_secret()
    unit.execute(
        update(users)
        .where(users.c.user_id == session.user_id)
        .values(secret_2fa=second_factor.seal_secret(keys, session.user_id, secret))
    )
    record(unit, unit.scope, "second_factor_begun", "user", session.user_id)
    return Begun(secret, second_factor.enrolment_uri(secret, session.username))


def confirm(unit: Unit, keys: KeyRing, session: Session, code: str) -> list[str]:
    """Turn the second factor on if ``code`` is right; return the recovery codes, shown this once."""
    user = unit.one(select(users).where(users.c.user_id == session.user_id))
    if user.is_2fa_on or user.secret_2fa is None:
        raise ConflictError("Begin setting up the second factor first.")
    step = second_factor.matching_step(
        second_factor.open_secret(keys, session.user_id, user.secret_2fa), code, unit.now
    )
    if step is None or not second_factor.use_step(unit, session.user_id, step):
        record(unit, unit.scope, "second_factor_failed", "user", session.user_id, FAILED)
        raise BadInputError(
            "That code did not match. Codes change every 30 seconds; check this computer's clock.", codes.WRONG_CODE
        )
    unit.execute(update(users).where(users.c.user_id == session.user_id).values(is_2fa_on=True))
    end_sessions_of(unit, session.user_id, but=session.session_id)
    record(unit, unit.scope, "second_factor_on", "user", session.user_id)
    return second_factor.make_recovery_codes(unit, keys, session.user_id)


def renew_recovery_codes(unit: Unit, keys: KeyRing, session: Session) -> list[str]:
    """Replace the user's recovery codes; return the new ones, shown this once."""
    if not unit.one(select(users.c.is_2fa_on).where(users.c.user_id == session.user_id)).is_2fa_on:
        raise ConflictError("Your second factor is not on.")
    record(unit, unit.scope, "recovery_codes_made", "user", session.user_id)
    return second_factor.make_recovery_codes(unit, keys, session.user_id)


def turn_off(unit: Unit, user_id: str, *, but: str | None = None) -> None:
    """Take the second factor off a user; their (other) sessions end."""
    unit.execute(update(users).where(users.c.user_id == user_id).values(secret_2fa=None, is_2fa_on=False))
    unit.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    end_sessions_of(unit, user_id, but=but)
    record(unit, unit.scope, "second_factor_off", "user", user_id)
