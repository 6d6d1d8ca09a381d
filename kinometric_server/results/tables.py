"""The tables of test sessions, results, recordings, confirmed holds, reviews, report previews and questions."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)

from kinometric_server.database import UtcTime, practice_table, within_practice

test_sessions = practice_table(
    "test_sessions",
    Column("patient_id", String(32), nullable=False),
    Column("tested_at", UtcTime, nullable=False),
    Column("tested_on", Date, nullable=False),
    Column("department_id", String(32)),
    Column("footwear", String(80)),
    Column("surface", String(80)),
    Column("assistance", String(80)),
    Column("note_sealed", LargeBinary),
    Column("note_version", Integer, nullable=False, server_default="0"),
    Column("note_by_name", String(120)),
    Column("interpretation_sealed", LargeBinary),
    Column("interpretation_version", Integer, nullable=False, server_default="0"),
    Column("interpretation_by", String(32)),
    Column("interpretation_by_name", String(120)),
    Column("interpretation_at", UtcTime),
    Column("interpretation_engine", String(20)),
    Column("interpretation_model", String(120)),
    Column("interpretation_draft_sealed", LargeBinary),
    Column("review_id", String(32)),
    Column("engine", String(20), nullable=False),
    Column("summary", JSON, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", UtcTime, nullable=False),
    Column("created_by", String(32)),
    extra=(
        within_practice("patient_id", "patients"),
        within_practice("department_id", "departments"),
        Index("ix_test_sessions_practice_id_tested_on", "practice_id", "tested_on", "tested_at"),
        Index("ix_test_sessions_practice_id_patient_id", "practice_id", "patient_id", "tested_at"),
    ),
)
"""One visit with up to four stances; ``tested_on`` is the test's date in the practice's time zone."""

test_results = practice_table(
    "test_results",
    Column("session_id", String(32), nullable=False),
    Column("patient_id", String(32), nullable=False),
    Column("position", Integer, nullable=False),
    Column("stance", String(4), nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("stated_outcome", String(16)),
    Column("stated_reason", Text),
    Column("foot_lift_s", Float),
    Column("placement", String(20)),
    Column("mounting", String(40)),
    Column("device", String(120)),
    Column("synthetic", Boolean, nullable=False, server_default=text("false")),
    Column("confirmed_hold_s", Float),
    Column("confirmed_full", Boolean),
    Column("confirmed_by", String(32)),
    Column("confirmed_by_name", String(120)),
    Column("confirmed_at", UtcTime),
    Column("confirmed_reason", Text),
    Column("trial", JSON, nullable=False),
    Column("engine", String(20), nullable=False),
    Column("providername", String(120)),
    Column("providerlocation", String(410)),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", UtcTime, nullable=False),
    Column("created_by", String(32)),
    extra=(
        within_practice("session_id", "test_sessions"),
        within_practice("patient_id", "patients"),
        UniqueConstraint("practice_id", "session_id", "position"),
        CheckConstraint("stance IN ('LBEO', 'RBEO', 'LBEC', 'RBEC')", name="stance"),
        CheckConstraint(
            "stated_outcome IS NULL OR stated_outcome IN ('unable', 'stopped', 'supported', 'not_attempted')",
            name="stated_outcome",
        ),
        CheckConstraint("(confirmed_hold_s IS NULL) = (confirmed_at IS NULL)", name="confirmed"),
    ),
)
"""One trial of one stance as the server scored it, attributed to the provider and place that made it."""

recordings = practice_table(
    "recordings",
    Column("result_id", String(32), nullable=False),
    Column("original_sealed", LargeBinary, nullable=False),
    Column("csv_sealed", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("original_bytes", Integer, nullable=False),
    Column("rate_hz", Float),
    Column("created_at", UtcTime, nullable=False),
    extra=(within_practice("result_id", "test_results"), UniqueConstraint("practice_id", "result_id")),
)
"""The bytes that were sent and the product's CSV made from them, both sealed."""

hold_confirmations = practice_table(
    "hold_confirmations",
    Column("result_id", String(32), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("by_user", String(32)),
    Column("by_name", String(120), nullable=False),
    Column("detected_hold_s", Float),
    Column("hold_s", Float, nullable=False),
    Column("held_full", Boolean, nullable=False),
    Column("all_at_once", Boolean, nullable=False),
    Column("reason", Text),
    extra=(
        within_practice("result_id", "test_results"),
        Index("ix_hold_confirmations_practice_id_result_id", "practice_id", "result_id"),
    ),
)
"""Every word of a person on a hold, beside the hold that was proposed; rows are only ever added."""

reviews = practice_table(
    "reviews",
    Column("session_id", String(32), nullable=False),
    Column("by_user", String(32)),
    Column("by_name", String(120), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("session_version", Integer, nullable=False),
    Column("voided_at", UtcTime),
    Column("void_reason", String(80)),
    extra=(
        within_practice("session_id", "test_sessions"),
        Index(
            "uq_reviews_practice_id_session_id",
            "practice_id",
            "session_id",
            unique=True,
            sqlite_where=text("voided_at IS NULL"),
            postgresql_where=text("voided_at IS NULL"),
        ),
    ),
)
"""Each Reviewed stamp; a session has one at most that is not voided."""

report_previews = practice_table(
    "report_previews",
    Column("session_id", String(32), nullable=False),
    Column("patient_id", String(32), nullable=False),
    Column("patient_version", Integer, nullable=False),
    Column("athena_patient_id", String(40)),
    Column("link_version", Integer, nullable=False),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("supersedes", String(32)),
    Column("session_version", Integer, nullable=False),
    Column("note_version", Integer, nullable=False),
    Column("interpretation_version", Integer, nullable=False, server_default="0"),
    Column("review_id", String(32)),
    Column("sha256", String(64), nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("options", JSON, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("made_by", String(32)),
    extra=(
        within_practice("session_id", "test_sessions"),
        within_practice("patient_id", "patients"),
        Index("ix_report_previews_practice_id_session_id", "practice_id", "session_id"),
    ),
)
"""A report that the server rendered, known by its hash; the bytes themselves are with the person who looks at them."""

questions = practice_table(
    "questions",
    Column("session_id", String(32), nullable=False),
    Column("instrument", String(40), nullable=False),
    Column("answers_sealed", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("answered_at", UtcTime, nullable=False),
    Column("answered_by", String(32)),
    extra=(
        within_practice("session_id", "test_sessions"),
        UniqueConstraint("practice_id", "session_id", "instrument"),
    ),
)
"""The answers to one questionnaire of a session, sealed."""
