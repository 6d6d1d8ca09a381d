"""The authenticator's six digits (each accepted once) and the recovery codes that stand in for it."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, insert, update

from kinometric_server.accounts.tables import recovery_codes, users
from kinometric_server.database.unit import Unit
from kinometric_server.security.sealing import KeyRing, Purpose

STEP_S = 30
ALLOWED_STEPS = 1
RECOVERY_CODES = 10
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_secret() -> str:
    """Return a new secret for an authenticator: 160 bits in base 32."""
    return pyotp.random_base32()


def seal_secret(keys: KeyRing, user_id: str, secret: str) -> bytes:
    """Seal an authenticator's secret for its user's row."""
    return keys.seal(
        Purpose.ATHENA_SECRETS,
        practice_id="",
        table="users",
        row=user_id,
        field="secret_2fa",
        content=secret.encode(),
    )


def open_secret(keys: KeyRing, user_id: str, sealed: bytes) -> str:
    """Open what ``seal_secret`` made for this user."""
    return keys.open(
        Purpose.ATHENA_SECRETS, sealed, practice_id="", table="users", row=user_id, field="secret_2fa"
    ).decode()


def enrolment_uri(secret: str, username: str) -> str:
    """Return what the QR code of an enrolment holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name="Kinometric")


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step whose code this is, one step of clock difference allowed, or None."""
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP_S
    found = None
    for step in range(present - ALLOWED_STEPS, present + ALLOWED_STEPS + 1):
        if hmac.compare_digest(totp.at(step * STEP_S).encode(), code.strip().replace(" ", "").encode()):
            found = step
    return found


def use_step(unit: Unit, user_id: str, step: int) -> bool:
    """Mark a time step as used; False if it, or a later one, was used before. One of many parallel tries wins."""
    return (
        unit.execute(
            update(users).where(users.c.user_id == user_id, users.c.last_2fa_step < step).values(last_2fa_step=step)
        ).rowcount
        == 1
    )


def make_recovery_codes(unit: Unit, keys: KeyRing, user_id: str) -> list[str]:
    """Replace a user's recovery codes; the plain ones are returned once and not stored."""
    unit.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    unit.execute(
        insert(recovery_codes),
        [{"user_id": user_id, "code_hash": _hash(keys, user_id, code), "used_at": None} for code in codes],
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def use_recovery_code(unit: Unit, keys: KeyRing, user_id: str, code: str) -> bool:
    """Use up one recovery code; False if it isn't one or was used."""
    plain = "".join(char for char in code.upper() if char.isalnum())
    return (
        unit.execute(
            update(recovery_codes)
            .where(
                recovery_codes.c.user_id == user_id,
                recovery_codes.c.code_hash == _hash(keys, user_id, plain),
                recovery_codes.c.used_at.is_(None),
            )
            .values(used_at=unit.now)
        ).rowcount
        == 1
    )


def _hash(keys: KeyRing, user_id: str, code: str) -> str:
    return keys.keyed_hash(Purpose.PEPPER, f"recovery {user_id} {code}".encode())
