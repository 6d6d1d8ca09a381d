"""Tables of users, memberships, sessions, devices and the throttle."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from kinometric_server.database.columns import UtcTime, key_column, metadata, new_key

users = Table(
    "users",
    metadata,
    key_column("user_id", primary_key=True, default=new_key),
    Column("username", String(80), nullable=False, unique=True),
    Column("password", String(100), nullable=False),
    Column("password_to_change", Boolean, nullable=False, server_default=text("false")),
    Column("encryptionkey", String(64)),
    Column("display_name", String(120), nullable=False, server_default=""),
    Column("email", String(200), nullable=False, server_default=""),
    Column("is_admin", Boolean, nullable=False, server_default=text("false")),
    Column("secret_2fa", LargeBinary),
    Column("is_2fa_on", Boolean, nullable=False, server_default=text("false")),
    Column("last_2fa_step", BigInteger, nullable=False, server_default="0"),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("failed_tries", Integer, nullable=False, server_default="0"),
    Column("last_seen_at", UtcTime),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", UtcTime, nullable=False),
)
"""``username`` is in lower case; ``encryptionkey`` exists for compatibility and holds a token's hash or nothing."""

user_practices = Table(
    "user_practices",
    metadata,
    key_column("id", primary_key=True, default=new_key),
    key_column("user_id", ForeignKey("users.user_id"), nullable=False),
    key_column("practice_id", ForeignKey("practices.id"), nullable=False),
    Column("role", String(12), nullable=False),
    Column("is_default", Boolean, nullable=False, server_default=text("false")),
    Column("department_id", String(32)),
    Column("can_match", Boolean, nullable=False, server_default=text("false")),
    Column("can_review", Boolean, nullable=False, server_default=text("false")),
    Column("can_upload", Boolean, nullable=False, server_default=text("false")),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("user_id", "practice_id"),
    ForeignKeyConstraint(["practice_id", "department_id"], ["departments.practice_id", "departments.id"]),
    CheckConstraint("role IN ('admin', 'clinician', 'readonly')", name="role"),
    Index("ix_user_practices_practice_id", "practice_id"),
)

sessions = Table(
    "sessions",
    metadata,
    key_column("id", primary_key=True, default=new_key),
    Column("token_hash", String(64), nullable=False, unique=True),
    key_column("user_id", ForeignKey("users.user_id"), nullable=False),
    Column("client", String(20), nullable=False),
    key_column("practice_id", ForeignKey("practices.id")),
    Column("entered_reason", String(200)),
    key_column("device_id", ForeignKey("devices.id")),
    Column("created_at", UtcTime, nullable=False),
    Column("last_action_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Index("ix_sessions_user_id", "user_id"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    key_column("id", primary_key=True, default=new_key),
    key_column("user_id", ForeignKey("users.user_id"), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("used_at", UtcTime),
    UniqueConstraint("user_id", "code_hash"),
)

devices = Table(
    "devices",
    metadata,
    key_column("id", primary_key=True, default=new_key),
    key_column("user_id", ForeignKey("users.user_id"), nullable=False),
    Column("public_key", String(64), nullable=False),
    Column("name", String(80), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("last_seen_at", UtcTime),
    Column("revoked_at", UtcTime),
    UniqueConstraint("user_id", "public_key"),
)

device_challenges = Table(
    "device_challenges",
    metadata,
    Column("challenge", String(64), primary_key=True),
    Column("expires_at", UtcTime, nullable=False),
)

throttle = Table(
    "throttle",
    metadata,
    Column("bucket", String(64), primary_key=True),
    Column("tokens_milli", BigInteger, nullable=False),
    Column("filled_at", UtcTime, nullable=False),
)
