"""Enrolled computers: a challenge is signed with the device's Ed25519 key when its user signs in."""

from __future__ import annotations

import secrets
from datetime import timedelta

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from sqlalchemy import delete, insert, or_, select, update

from kinometric.contract.accounts import Device, SignIn
from kinometric_server.accounts.tables import device_challenges, devices, sessions
from kinometric_server.database.unit import Unit
from kinometric_server.errors import BadInputError, NotFoundError
from kinometric_server.security import throttle
from kinometric_server.security.sealing import KeyRing

CHALLENGE_LIFE = timedelta(minutes=2)
CHALLENGES = throttle.Limit("challenge", 60, 300)
_DIGITS = 64


def throttle_challenges(unit: Unit, keys: KeyRing, address: str) -> None:
    """Limit how many challenges one address is given."""
    throttle.take(unit, throttle.bucket_of(keys, CHALLENGES, address), CHALLENGES)


def new_challenge(unit: Unit) -> str:
    """Return a random challenge that can be answered once, within two minutes."""
    unit.execute(delete(device_challenges).where(device_challenges.c.expires_at < unit.now))
    challenge = secrets.token_hex(_DIGITS // 2)
    unit.execute(insert(device_challenges).values(challenge=challenge, expires_at=unit.now + CHALLENGE_LIFE))
    return challenge


def signed_text(challenge: str, username: str) -> bytes:
    """Return the bytes that a device signs: the challenge bound to the user name and to this product."""
    return f"kinometric device {challenge} {username.strip().lower()}".encode()


def enrol(unit: Unit, user_id: str, public_key: str, name: str) -> str:
    """Remember a device's public key (64 hex digits) for a user; return the device's id."""
    try:
        VerifyKey(bytes.fromhex(public_key))
    except ValueError:
        raise BadInputError("This isn't a device key.") from None
    found = unit.first(select(devices).where(devices.c.user_id == user_id, devices.c.public_key == public_key.lower()))
    if found is not None and found.revoked_at is not None:
        raise BadInputError("This device was revoked. Ask an administrator.")
    if found is not None:
        return str(found.id)
    return str(
        unit.execute(
            insert(devices)
            .values(user_id=user_id, public_key=public_key.lower(), name=name.strip()[:80], created_at=unit.now)
            .returning(devices.c.id)
        ).scalar_one()
    )


def check_signature(unit: Unit, user_id: str, asked: SignIn) -> str | None:
    """Return the id of the enrolled device that signed this sign-in's challenge, or None.

    A challenge is used up whether or not the signature is good. A computer that an administrator enrolled knows its own
    public key only, so that one may stand in the place of its id.
    """
    if not (asked.device_id and asked.device_challenge and asked.device_signature):
        return None
    mine = device_challenges.c.challenge == asked.device_challenge
    used = unit.execute(delete(device_challenges).where(mine, device_challenges.c.expires_at >= unit.now)).rowcount
    unit.after_refusal.append(lambda later: later.execute(delete(device_challenges).where(mine)))
    row = unit.first(
        select(devices).where(
            or_(devices.c.id == asked.device_id, devices.c.public_key == asked.device_id.lower()),
            devices.c.user_id == user_id,
            devices.c.revoked_at.is_(None),
        )
    )
    if used != 1 or row is None:
        return None
    try:
        VerifyKey(bytes.fromhex(row.public_key)).verify(
            signed_text(asked.device_challenge, asked.username), bytes.fromhex(asked.device_signature)
        )
    except (BadSignatureError, ValueError):
        return None
    unit.execute(update(devices).where(devices.c.id == row.id).values(last_seen_at=unit.now))
    return str(row.id)


def devices_of(unit: Unit, user_id: str) -> list[Device]:
    """Return a user's devices, newest first."""
    rows = unit.all(select(devices).where(devices.c.user_id == user_id).order_by(devices.c.created_at.desc()))
    return [
        Device(
            device_id=row.id,
            name=row.name,
            created_at=row.created_at.isoformat(),
            last_seen=None if row.last_seen_at is None else row.last_seen_at.isoformat(),
            revoked=row.revoked_at is not None,
            public_key=row.public_key,
        )
        for row in rows
    ]


def revoke(unit: Unit, user_id: str, device_id: str) -> None:
    """Revoke a device for good; the sessions that were opened with it end."""
    changed = unit.execute(
        update(devices)
        .where(devices.c.id == device_id, devices.c.user_id == user_id, devices.c.revoked_at.is_(None))
        .values(revoked_at=unit.now)
    ).rowcount
    if changed != 1:
        raise NotFoundError
    unit.execute(
        update(sessions)
        .where(sessions.c.device_id == device_id, sessions.c.ended_at.is_(None))
        .values(ended_at=unit.now)
    )
