"""Tables of practices, departments and the installation itself."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from kinometric_server.database.columns import UtcTime, key_column, metadata, new_key, practice_table

SWITCHES = (
    "documents_write",
    "athena_dob_param",
    "documents_list",
    "health_endpoints",
    "interpretation_model",
    "age_view_in_report",
    "require_devices",
    "second_factor_for_admins",
    "single_session",
)
"""The scope sheet's yes-or-no switches; each is off in a new practice."""

installation = Table(
    "installation",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", String(400), nullable=False),
    Column("sealed", LargeBinary),
)

sealing_keys = Table(
    "sealing_keys",
    metadata,
    Column("key_id", String(12), primary_key=True),
    Column("purpose", String(40), nullable=False),
    Column("check_value", String(64), nullable=False),
    Column("first_seen_at", UtcTime, nullable=False),
)

practices = Table(
    "practices",
    metadata,
    key_column("id", primary_key=True, default=new_key),
    Column("name", String(200), nullable=False),
    Column("slug", String(80), nullable=False, unique=True),
    Column("address", String(200), nullable=False, server_default=""),
    Column("city", String(100), nullable=False, server_default=""),
    Column("state", String(40), nullable=False, server_default=""),
    Column("zip", String(20), nullable=False, server_default=""),
    Column("phone", String(40), nullable=False, server_default=""),
    Column("time_zone", String(60), nullable=False, server_default="America/New_York"),
    Column("athena_practice_id", String(20), unique=True),
    Column("athena_client_id", String(200)),
    Column("athena_client_secret", LargeBinary),
    Column("athena_secret_set_at", UtcTime),
    Column("athena_base_url", String(200)),
    Column("athena_default_dept", String(32)),
    Column("athena_environment", String(12), nullable=False, server_default="none"),
    Column("athena_credentials", String(8), nullable=False, server_default="none"),
    Column("upload_encoding", String(20), nullable=False, server_default="multipart_base64"),
    Column("page_size", String(8), nullable=False, server_default="letter"),
    Column("model_address", String(300)),
    Column("model_name", String(80)),
    Column("model_key", LargeBinary),
    Column("model_key_set_at", UtcTime),
    *[Column(name, Boolean, nullable=False, server_default=text("false")) for name in SWITCHES],
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("scope_version", Integer, nullable=False, server_default="1"),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    CheckConstraint("athena_environment IN ('none', 'standin', 'preview', 'production')", name="environment"),
    CheckConstraint("athena_credentials IN ('none', 'own', 'shared')", name="credentials"),
    CheckConstraint("upload_encoding IN ('multipart_base64', 'form_base64', 'multipart_file')", name="encoding"),
    CheckConstraint("page_size IN ('letter', 'a4')", name="page_size"),
)
"""``athena_default_dept`` holds the key of one of our departments; ``athena_base_url`` follows from the environment.

``model_address``, ``model_name`` and the sealed ``model_key`` are those of the optional language model.
"""

departments = practice_table(
    "departments",
    Column("name", String(200), nullable=False),
    Column("athena_department_id", String(20)),
    Column("patient_facing_name", String(200), nullable=False, server_default=""),
    Column("is_active", Boolean, nullable=False, server_default=text("false")),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", UtcTime, nullable=False),
    extra=[UniqueConstraint("practice_id", "athena_department_id")],
)

athena_departments = practice_table(
    "athena_departments",
    Column("athena_department_id", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("patient_facing_name", String(200), nullable=False, server_default=""),
    Column("read_at", UtcTime, nullable=False),
    extra=[UniqueConstraint("practice_id", "athena_department_id")],
)
"""What athenaOne listed when it was last asked; never used to decide, only to name a department that is allowed."""
