"""Sign in with a password and, where it is on, a second factor; nothing in the answer tells whether a user exists."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.exc import DatabaseError

from kinometric.contract import errors as codes
from kinometric.contract.accounts import SignIn
from kinometric_server.accounts import memberships
from kinometric_server.accounts.sessions import DEVICES_ONLY, end_sessions_of, open_session, token_hash
from kinometric_server.accounts.tables import users
from kinometric_server.audit.trail import FAILED, record
from kinometric_server.database.scope import Actor
from kinometric_server.database.unit import Unit
from kinometric_server.errors import NotSignedInError, ServiceError
from kinometric_server.operations.server import Server
from kinometric_server.practices.tables import practices
from kinometric_server.security import devices, second_factor, throttle
from kinometric_server.security.passwords import Passwords

log = logging.getLogger("kinometric.auth")

WRONG = "Username or password is not right."
NO_SIGN_IN = "Nobody can sign in just now, because the server can't count wrong tries. Tell your IT."
WRONG_CODE = "That code did not match. Codes change every 30 seconds; check this computer's clock."
_LOOKS = 3
"""So often a password is checked again because the user was changed meanwhile."""
HARD_LIMIT = 100
"""After so many wrong passwords in a row an administrator must set a new one."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a sign-in led to: a token, or the word that a code is needed."""

    token: str | None
    session_id: str | None


def sign_in(server: Server, actor: Actor, asked: SignIn) -> Opened:
    """Check a user name and password (and code), and open a session.

    Raises
    ------
    NotSignedInError
        In the same words for a wrong name, a wrong password and a disabled user.
    ThrottledError
        After too many wrong tries for the account or from the address.
    """
    username = asked.username.strip().lower()
    passwords = Passwords(server.keys, server.settings.password_cost)
    buckets = [
        (throttle.bucket_of(server.keys, throttle.ACCOUNT, username), throttle.ACCOUNT),
        (throttle.bucket_of(server.keys, throttle.ADDRESS, actor.ip or ""), throttle.ADDRESS),
    ]
    try:
        with server.database.writing_outside(actor) as unit:
            for bucket, limit in buckets:
                throttle.take(unit, bucket, limit)
            user = unit.first(select(users).where(users.c.username == username))
    except DatabaseError as error:
        log.error("sign_in_impossible", extra={"error_type": type(error).__name__, "request_id": actor.request_id})
        raise ServiceError(codes.UNAVAILABLE, NO_SIGN_IN, 503) from None
    for _ in range(_LOOKS):
        usable = user is not None and user.is_active and user.failed_tries < HARD_LIMIT
        right = passwords.verify(asked.password, user.password if user is not None and usable else None)
        fresh_hash = passwords.hash(asked.password) if right and user and passwords.outdated(user.password) else None
        with server.database.writing_outside(actor) as unit:
            present = unit.first(select(users).where(users.c.username == username).with_for_update())
            if not right or user is None or present is None:
                _note_failure(unit, actor, user)
                raise NotSignedInError(WRONG, codes.WRONG_SIGN_IN)
            if _unchanged(user, present):
                return _let_in(unit, server, actor, present, asked, buckets, fresh_hash)
        user = present
    raise NotSignedInError(WRONG, codes.WRONG_SIGN_IN)


def _unchanged(seen: Row[Any], present: Row[Any]) -> bool:
    """Say whether the password that was checked is still the user's, and the user may still come in.

    Checking takes long and holds no lock: meanwhile an administrator may have set another one or disabled the user.
    """
    return (seen.password, seen.is_active, seen.user_id) == (present.password, present.is_active, present.user_id)


def _let_in(
    unit: Unit,
    server: Server,
    actor: Actor,
    user: Row[Any],
    asked: SignIn,
    buckets: list[tuple[str, throttle.Limit]],
    fresh_hash: str | None,
) -> Opened:
    if fresh_hash is not None:
        unit.execute(update(users).where(users.c.user_id == user.user_id).values(password=fresh_hash))
    complete = not user.is_2fa_on or _second_factor(unit, server, actor, user, asked)
    for bucket, limit in buckets:
        throttle.give_back(unit, bucket, limit)
    return _open(unit, server, actor, user, asked) if complete else Opened(None, None)


def _note_failure(unit: Unit, actor: Actor, user: Row[Any] | None) -> None:
    key = None
    if user is not None:
        key = user.user_id
        count = update(users).where(users.c.user_id == key).values(failed_tries=users.c.failed_tries + 1)
        unit.after_refusal.append(lambda later: later.execute(count))
    record(unit, actor, "sign_in_failed", "user", key, FAILED)
    log.warning("sign_in_failed", extra={"user_id": key, "ip": actor.ip, "request_id": actor.request_id})


def _second_factor(unit: Unit, server: Server, actor: Actor, user: Row[Any], asked: SignIn) -> bool:
    """Return True when the second factor is right, False when none was given yet."""
    if asked.code is None and asked.recovery_code is None:
        return False
    buckets = [
        (throttle.bucket_of(server.keys, limit, user.user_id), limit)
        for limit in (throttle.SECOND_FACTOR, throttle.SECOND_FACTOR_A_DAY)
    ]

    def count(later: Unit) -> None:
        for bucket, limit in buckets:
            throttle.take(later, bucket, limit)

    count(unit)
    unit.after_refusal.append(count)
    if asked.recovery_code is not None:
        good = second_factor.use_recovery_code(unit, server.keys, user.user_id, asked.recovery_code)
    else:
        secret = second_factor.open_secret(server.keys, user.user_id, user.secret_2fa)
        step = second_factor.matching_step(secret, asked.code or "", unit.now)
        good = step is not None and second_factor.use_step(unit, user.user_id, step)
    if not good:
        record(unit, actor, "second_factor_failed", "user", user.user_id, FAILED)
        raise NotSignedInError(WRONG_CODE, codes.WRONG_CODE)
    unit.after_refusal.clear()
    for bucket, limit in buckets:
        throttle.give_back(unit, bucket, limit)
    return True


def _open(unit: Unit, server: Server, actor: Actor, user: Row[Any], asked: SignIn) -> Opened:
    chosen = memberships.default_of(unit, user.user_id)
    device_id = devices.check_signature(unit, user.user_id, asked)
    if chosen is not None:
        practice = unit.one(select(practices).where(practices.c.id == chosen.practice_id))
        if practice.require_devices and device_id is None:
            record(unit, actor, "sign_in_failed", "user", user.user_id, FAILED, details={"why": "device"})
            raise NotSignedInError(DEVICES_ONLY, codes.DEVICE_NEEDED)
        if practice.single_session:
            end_sessions_of(unit, user.user_id)
    session_id, token = open_session(
        unit,
        user.user_id,
        client=asked.client[:20],
        practice_id=None if chosen is None else chosen.practice_id,
        session_limit=server.settings.session_limit,
        device_id=device_id,
    )
    changed: dict[str, Any] = {"failed_tries": 0, "last_seen_at": unit.now}
    if asked.client == "phone":
        changed["encryptionkey"] = token_hash(token)
    unit.execute(update(users).where(users.c.user_id == user.user_id).values(**changed))
    record(
        unit,
        Actor(user_id=user.user_id, session_id=session_id, ip=actor.ip, request_id=actor.request_id),
        "sign_in",
        "user",
        user.user_id,
    )
    log.info("sign_in", extra={"user_id": user.user_id, "ip": actor.ip, "request_id": actor.request_id})
    return Opened(token, session_id)
