"""The report: its content as values, and the PDF made from it in memory."""

from __future__ import annotations

from kinometric.report.content import (
    DocumentIdentity,
    PageOptions,
    PatientIdentity,
    QuestionnaireSummary,
    ReportContent,
    Review,
    SessionLevel,
    SignedText,
    StanceReport,
    TestCircumstances,
    TrendPoint,
    age_on,
    content_hash,
    display_name,
    gap_sentences,
    session_level,
    stance_reports,
)
from kinometric.report.document import render_report
from kinometric.report.identity import ReportIdentityError, read_content_hash, read_identity

__all__ = [
    "DocumentIdentity",
    "PageOptions",
    "PatientIdentity",
    "QuestionnaireSummary",
    "ReportContent",
    "ReportIdentityError",
    "Review",
    "SessionLevel",
    "SignedText",
    "StanceReport",
    "TestCircumstances",
    "TrendPoint",
    "age_on",
    "content_hash",
    "display_name",
    "gap_sentences",
    "read_content_hash",
    "read_identity",
    "render_report",
    "session_level",
    "stance_reports",
]
