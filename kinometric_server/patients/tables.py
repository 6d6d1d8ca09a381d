"""The tables of patients, the words by which they are found, their links to athenaOne, and each link's history."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)

from kinometric_server.database import UtcTime, practice_table, within_practice


def ordered_text(length: int) -> String:
    """Return a text column that sorts by code point on every database, so that prefixes are ranges of an index."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


patients = practice_table(
    "patients",
    Column("number", Integer, nullable=False),
    Column("lastname", String(120), nullable=False),
    Column("firstname", String(120), nullable=False),
    Column("middlename", String(120), nullable=False, server_default=""),
    Column("suffix", String(20), nullable=False, server_default=""),
    Column("preferredname", String(120), nullable=False, server_default=""),
    Column("born", Date),
    Column("sex", String(1), nullable=False, server_default=""),
    Column("phone", String(40), nullable=False, server_default=""),
    Column("zip", String(20), nullable=False, server_default=""),
    Column("is_sandbox", Boolean, nullable=False, server_default=text("false")),
    Column("realpatientid", String(40)),
    Column("department_id", String(32)),
    Column("name_key", ordered_text(260), nullable=False),
    Column("link_version", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", UtcTime, nullable=False),
    Column("created_by", String(32)),
    extra=(
        UniqueConstraint("practice_id", "number"),
        within_practice("department_id", "departments"),
        CheckConstraint("sex IN ('', 'F', 'M', 'X')", name="sex"),
        Index("ix_patients_practice_id_name_key", "practice_id", "name_key"),
        Index(
            "uq_patients_practice_id_realpatientid",
            "practice_id",
            "realpatientid",
            unique=True,
            sqlite_where=text("realpatientid IS NOT NULL"),
            postgresql_where=text("realpatientid IS NOT NULL"),
        ),
    ),
)
"""A patient of one practice; ``realpatientid`` is the athenaOne patient ID of a linked one and null otherwise."""

patient_words = practice_table(
    "patient_words",
    Column("word", ordered_text(80), primary_key=True),
    Column("patient_id", String(32), primary_key=True),
    Column("kind", String(6), primary_key=True),
    key=False,
    extra=(
        within_practice("patient_id", "patients", ondelete="CASCADE"),
        CheckConstraint("kind IN ('name', 'born', 'number', 'athena', 'sound', 'year', 'pair')", name="kind"),
        Index("ix_patient_words_practice_id_patient_id", "practice_id", "patient_id", "kind", "word"),
    ),
)
"""Every word by which a patient is found, folded: names, birth date, number and athenaOne patient ID."""
patient_words.c.practice_id.primary_key = True

patient_links = practice_table(
    "patient_links",
    Column("patient_id", String(32), nullable=False),
    Column("athena_patient_id", String(40), nullable=False),
    Column("environment", String(12), nullable=False),
    Column("method", String(8), nullable=False),
    Column("verdicts", JSON, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("model_version", String(40), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("link_version", Integer, nullable=False),
    Column("linked_at", UtcTime, nullable=False),
    Column("linked_by", String(32)),
    Column("linked_by_name", String(120), nullable=False),
    Column("last_verified_at", UtcTime),
    Column("ended_at", UtcTime),
    extra=(
        within_practice("patient_id", "patients"),
        CheckConstraint("method IN ('id', 'search', 'import')", name="method"),
        Index(
            "uq_patient_links_practice_id_patient_id",
            "practice_id",
            "patient_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    ),
)
"""One confirmed tie of a patient to an athenaOne chart, with what was compared when it was made."""

link_events = practice_table(
    "link_events",
    Column("patient_id", String(32), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("by_user", String(32)),
    Column("by_name", String(120), nullable=False),
    Column("action", String(16), nullable=False),
    Column("athena_patient_id", String(40), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    extra=(
        within_practice("patient_id", "patients"),
        CheckConstraint("action IN ('linked', 'unlinked', 'verified', 'verify_failed')", name="action"),
        Index("ix_link_events_practice_id_patient_id", "practice_id", "patient_id"),
    ),
)
"""All that happened to a patient's link; rows are only ever added."""
