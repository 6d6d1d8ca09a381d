"""Tables of the audit trail: its entries, the head of their chain, and the incidents that somebody must look at."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from kinometric_server.database.columns import UtcTime, metadata

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("practice_id", String(32)),
    Column("user_id", String(32)),
    Column("session_id", String(32)),
    Column("action", String(60), nullable=False),
    Column("object_type", String(40), nullable=False),
    Column("object_id", String(64), nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("ip", String(45), nullable=False),
    Column("request_id", String(36), nullable=False),
    Column("reason", String(400)),
    Column("details", String(1000)),
    Column("mac", String(64), nullable=False),
    Index("ix_audit_entries_practice_id_seq", "practice_id", "seq"),
)
"""Ids and counts only; ``details`` is a small JSON object of ids and numbers."""

audit_head = Table(
    "audit_head",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("mac", String(64), nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("practice_id", String(32)),
    Column("at", UtcTime, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("audit_seq", BigInteger),
    Column("acknowledged_at", UtcTime),
    Column("acknowledged_by", String(32)),
    Column("note", String(400), nullable=False, server_default=""),
)
