"""Record what happened in the transaction in which it happens, and chain the entries with a key."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from kinometric_server.audit.tables import audit_entries, audit_head
from kinometric_server.database.scope import Actor, PracticeScope
from kinometric_server.database.unit import Unit
from kinometric_server.security.sealing import KeyRing, Purpose

GENESIS = "0" * 64
_HASH_BLOCK_BYTES = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
SUCCESS = "success"
DENIED = "denied"
FAILED = "failed"
CHAINED = (
    "seq", "at", "practice_id", "user_id", "session_id", "action", "object_type", "object_id", "outcome", "ip",
    "request_id", "reason", "details",
)  # fmt: skip
_WORD = re.compile(r"^[a-z][a-z0-9_.]{1,59}$")


def record(
    unit: Unit,
    scope: PracticeScope | Actor,
    action: str,
    object_type: str,
    object_id: str | None,
    outcome: str = SUCCESS,
    *,
    reason: str | None = None,
    details: Mapping[str, str | int | float | bool | None] | None = None,
) -> None:
    """Add one entry to the audit trail; it is committed with the transaction of ``unit``, or not at all.

    A denied or failed entry outlives the refusal: when the transaction ends by a ServiceError, its effects are undone
    and these entries are still written.

    Parameters
    ----------
    action : str
        A word such as ``patient_read`` or ``get_athena_patient_denied``.
    object_id : str or None
        Our id, never a name.
    reason : str or None
        What a person typed as the reason; asked for where the design says so.
    details : mapping or None
        Ids, counts and hashes, never a name or a clinical value.
    """
    if not unit.writes:
        raise RuntimeError("an audit entry needs a writing transaction")
    if not _WORD.match(action):
        raise ValueError("an audit action is a short lower-case word")
    unit.pending_audit.append(
        {
            "practice_id": scope.practice_id if isinstance(scope, PracticeScope) else None,
            "user_id": scope.user_id,
            "session_id": scope.session_id,
            "action": action,
            "object_type": object_type,
            "object_id": (object_id or "")[:64],
            "outcome": outcome,
            "ip": scope.ip or "",
            "request_id": scope.request_id or "",
            "reason": None if reason is None else reason[:400],
            "details": None if not details else json.dumps(dict(details), sort_keys=True, separators=(",", ":"))[:1000],
        }
    )


_HEAD = select(audit_head.c.seq, audit_head.c.mac).with_for_update()
_ADD = insert(audit_entries)
_MOVE_HEAD = update(audit_head).values(seq=bindparam("new_seq"), mac=bindparam("new_mac"))


class ChainKey:
    """Computes the codes of entries: HMAC-SHA256, with the key's two states prepared once, since there are many."""

    def __init__(self, secret: bytes) -> None:
        block = secret.ljust(_HASH_BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def code_after(self, previous: str, content: Sequence[Any]) -> str:
        """Return the code of an entry with the fields ``content`` (in the order of CHAINED, ``at`` in microseconds).

        It is bound to the code of the entry before it.
        """
        return self.code_after_text(previous, json.dumps(content).encode())

    def code_after_text(self, previous: str, content: bytes) -> str:
        """Return the code of an entry whose fields are a list in JSON already, as ``json.dumps`` writes one."""
        inner = self._inner.copy()
        inner.update(previous.encode() + content)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.hexdigest()


def anchor_code(secret: bytes, seq: int, mac: str, at: str, previous: str | None) -> str:
    """Return the code that makes an anchor ours and binds it to the one before it in its file."""
    bound = "" if previous is None else f" after {previous}"
    return hmac.digest(secret, f"anchor {seq} {mac} {at}{bound}".encode(), "sha256").hex()


class Trail:
    """Chains the entries of each transaction just before it commits, so that the head is locked for a moment only."""

    def __init__(self, keys: KeyRing) -> None:
        self._key = ChainKey(keys.current(Purpose.AUDIT).secret)

    def chain(self, unit: Unit) -> None:
        """Give the pending entries of ``unit`` their numbers and codes, and move the head."""
        if not unit.pending_audit:
            return
        head = unit.first(_HEAD)
        if head is None:
            raise RuntimeError("the head of the audit trail is missing from the database")
        seq, mac = head
        at = (unit.now - _EPOCH) // _MICROSECOND
        rows = []
        for entry in unit.pending_audit:
            seq += 1
            row = {**entry, "seq": seq, "at": at}
            mac = self._key.code_after(mac, [row[name] for name in CHAINED])
            rows.append({**row, "at": unit.now, "mac": mac})
        unit.execute(_ADD, rows)
        unit.execute(_MOVE_HEAD, {"new_seq": seq, "new_mac": mac})
        unit.pending_audit[:] = rows
