"""Make an order safe to repeat: what an ``Idempotency-Key`` was first used for, and for which body."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from sqlalchemy import insert, select

from kinometric.contract import errors as codes
from kinometric.contract.codec import to_json
from kinometric_server.database import PracticeScope, Unit
from kinometric_server.errors import BadInputError
from kinometric_server.uploads.tables import idempotency_keys

LONGEST_KEY = 80
SHORTEST_KEY = 8
Kind = Literal["upload", "result"]


def body_hash(body: Any) -> str:
    """Return the hash by which two bodies are told apart."""
    text = json.dumps(to_json(body), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def known_object(unit: Unit, scope: PracticeScope, kind: Kind, key: str | None, body: Any) -> str | None:
    """Return the id of what this key made before, None for a new key or none.

    Raises
    ------
    BadInputError
        ``KS-422K`` when the key was used with another body, or is no usable key.
    """
    if key is None:
        return None
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise BadInputError("The Idempotency-Key has 8 to 80 plain signs.", codes.IDEMPOTENCY_MISMATCH)
    row = unit.first(
        select(idempotency_keys).where(
            idempotency_keys.c.practice_id == unit.practice_id,
            idempotency_keys.c.user_id == scope.user_id,
            idempotency_keys.c.kind == kind,
            idempotency_keys.c.key == key,
        )
    )
    if row is None:
        return None
    if row.body_hash != body_hash(body):
        raise BadInputError("This order was already used for something else.", codes.IDEMPOTENCY_MISMATCH)
    return str(row.object_id)


def remember(unit: Unit, scope: PracticeScope, kind: Kind, key: str | None, body: Any, object_id: str) -> None:
    """Write down what a key was used for, in the transaction of its effect."""
    if key is None:
        return
    unit.execute(
        insert(idempotency_keys).values(
            practice_id=unit.practice_id,
            user_id=scope.user_id,
            kind=kind,
            key=key,
            body_hash=body_hash(body),
            object_id=object_id,
            at=unit.now,
        )
    )
