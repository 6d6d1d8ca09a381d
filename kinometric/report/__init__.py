"""The report: its content as values, and the PDF made from it in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kinometric.report.content import (
    DocumentIdentity,
    FiledReport,
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
from kinometric.report.identity import ReportIdentityError, read_content_hash, read_identity

if TYPE_CHECKING:
    from kinometric.report.document import render_report

__all__ = [
    "DocumentIdentity",
    "FiledReport",
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


def __getattr__(name: str) -> Any:
    """Import the PDF library only when a report is rendered: the values above are wanted without it."""
    if name != "render_report":
        raise AttributeError(f"module 'kinometric.report' has no attribute {name!r}")
    from kinometric.report.document import render_report

    return render_report
