"""The tables of uploads, their attempts and history, and the keys that make an order safe to repeat."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)

from kinometric_server.database import UtcTime, practice_table, within_practice
from kinometric_server.uploads.states import STATES

_IN_STATES = ", ".join(f"'{state}'" for state in STATES)

uploads = practice_table(
    "uploads",
    Column("session_id", String(32), nullable=False),
    Column("patient_id", String(32), nullable=False),
    Column("athena_patient_id", String(40), nullable=False),
    Column("department_id", String(32), nullable=False),
    Column("athena_department_id", String(40), nullable=False),
    Column("link_id", String(32), nullable=False),
    Column("link_version", Integer, nullable=False),
    Column("patient_version", Integer, nullable=False),
    Column("review_id", String(32), nullable=False),
    Column("preview_id", String(32), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("supersedes", String(32)),
    Column("correction_reason", Text),
    Column("environment", String(12), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("pdf_bytes", Integer, nullable=False),
    Column("pdf_sealed", LargeBinary),
    Column("marker", String(40), nullable=False),
    Column("state", String(16), nullable=False),
    Column("holds_key", Boolean, nullable=False),
    Column("step", String(20), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("code", String(12)),
    Column("document_id", String(40)),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_try_at", UtcTime),
    Column("attempt_id", String(32)),
    Column("attempted_at", UtcTime),
    Column("lease_until", UtcTime),
    Column("lease_owner", String(160)),
    Column("encoding", String(20)),
    Column("readable_at", UtcTime),
    Column("readable_by", String(32)),
    Column("change", Integer, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", UtcTime, nullable=False),
    Column("created_by", String(32)),
    Column("created_by_name", String(120), nullable=False),
    extra=(
        within_practice("session_id", "test_sessions"),
        within_practice("patient_id", "patients"),
        within_practice("department_id", "departments"),
        within_practice("link_id", "patient_links"),
        within_practice("review_id", "reviews"),
        within_practice("preview_id", "report_previews"),
        within_practice("supersedes", "uploads"),
        UniqueConstraint("practice_id", "marker"),
        CheckConstraint(f"state IN ({_IN_STATES})", name="state"),
        CheckConstraint("state <> 'filed' OR document_id IS NOT NULL", name="filed"),
        CheckConstraint("state <> 'sending' OR (attempt_id IS NOT NULL AND lease_until IS NOT NULL)", name="sending"),
        CheckConstraint(
            "state NOT IN ('queued', 'sending', 'rejected', 'outcome_unknown') OR pdf_sealed IS NOT NULL", name="blob"
        ),
        CheckConstraint("holds_key OR state IN ('rejected', 'cancelled', 'abandoned')", name="holds_key"),
        CheckConstraint("NOT holds_key OR state NOT IN ('rejected', 'cancelled')", name="frees_key"),
        CheckConstraint("(revision = 0) = (supersedes IS NULL)", name="revision"),
        Index(
            "uq_uploads_business_key",
            "practice_id",
            "session_id",
            "athena_patient_id",
            "revision",
            unique=True,
            sqlite_where=text("holds_key"),
            postgresql_where=text("holds_key"),
        ),
        Index("ix_uploads_practice_id_state", "practice_id", "state", "next_try_at"),
        Index("ix_uploads_practice_id_session_id", "practice_id", "session_id"),
        Index("ix_uploads_practice_id_created_at", "practice_id", "created_at"),
    ),
)
"""One order to file one report; its business key is (practice, session, athenaOne patient ID, revision)."""

upload_events = practice_table(
    "upload_events",
    Column("upload_id", String(32), nullable=False),
    Column("change", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("event", String(24), nullable=False),
    Column("state", String(16), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("by_user", String(32)),
    Column("by_name", String(120)),
    extra=(
        within_practice("upload_id", "uploads"),
        CheckConstraint(f"state IN ({_IN_STATES})", name="state"),
        Index("ix_upload_events_practice_id_upload_id", "practice_id", "upload_id", "change"),
    ),
)
"""The history of every upload; rows are only ever added."""

upload_attempts = practice_table(
    "upload_attempts",
    Column("upload_id", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("began_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("outcome", String(24)),
    Column("status", Integer),
    extra=(within_practice("upload_id", "uploads"), UniqueConstraint("practice_id", "upload_id", "number")),
)
"""Every POST to athenaOne, written down before its first byte leaves."""

idempotency_keys = practice_table(
    "idempotency_keys",
    Column("user_id", String(32), primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("object_id", String(32), nullable=False),
    Column("at", UtcTime, nullable=False),
    key=False,
    extra=(CheckConstraint("kind IN ('upload', 'result')", name="kind"),),
)
"""What an ``Idempotency-Key`` was first used for."""
idempotency_keys.c.practice_id.primary_key = True
