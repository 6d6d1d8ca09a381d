"""Reports: rendered by the server, kept by their hash; printing and saving are audited."""

from __future__ import annotations

from fastapi import APIRouter

from kinometric.contract.sessions import ReportExported, ReportOptions, ReportPreview
from kinometric_server.api.scope import ServerDep, Viewer
from kinometric_server.results import reporting

router = APIRouter(prefix="/v1", tags=["reports"])


@router.post("/sessions/{session_id}/report")
def preview_report(server: ServerDep, scope: Viewer, session_id: str, body: ReportOptions) -> ReportPreview:
    """Render a session's report; the bytes shown are the bytes that can be filed."""
    with server.database.reading(scope) as unit:
        draft = reporting.draft_report(unit, server.keys, session_id, body)
    rendered = reporting.render(draft)
    with server.database.writing(scope) as unit:
        return reporting.keep_preview(unit, scope, draft, rendered, body)


@router.post("/sessions/{session_id}/report/exported", status_code=204)
def report_exported(server: ServerDep, scope: Viewer, session_id: str, body: ReportExported) -> None:
    """Say that a report was printed or saved."""
    with server.database.writing(scope) as unit:
        reporting.report_exported(unit, scope, session_id, body.preview_id, body.how)
