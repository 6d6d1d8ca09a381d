"""Look in athenaOne's document list for uploads of unknown outcome, where the practice has it; it may only file."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, select

from kinometric_server.athena.errors import AthenaError
from kinometric_server.audit import record
from kinometric_server.database import PracticeScope
from kinometric_server.errors import ConflictError, NotFoundError, StaleWriteError
from kinometric_server.fault_points import pass_point
from kinometric_server.operations.server import Server
from kinometric_server.patients.charts import client_of, read_access
from kinometric_server.uploads.steps import move
from kinometric_server.uploads.tables import uploads

log = logging.getLogger("kinometric.uploads")

LOOK_AFTER: Final = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""How long after the attempt the list is read: a slow answer commits late, and a new document is listed late."""


class Looker:
    """Looks for documents whose answer was lost.

    Not finding one proves nothing, so an upload is never queued again here: that is a person's decision.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._looked: dict[str, datetime] = {}

    def look(self, scope: PracticeScope) -> int:
        """Look for every upload of the practice whose time has come; return how many were found."""
        with self._server.database.reading(scope) as unit:
            now = unit.now
            rows = unit.all(
                select(uploads.c.id, uploads.c.version, uploads.c.attempt_id, uploads.c.attempted_at,
                       uploads.c.athena_patient_id, uploads.c.athena_department_id, uploads.c.marker,
                       uploads.c.environment)
                .where(uploads.c.practice_id == unit.practice_id, uploads.c.state == "outcome_unknown")
            )  # fmt: skip
        due = [row for row in rows if self._is_due(row, now)]
        if not due:
            return 0
        access = read_access(self._server, scope)
        if not access.connection.documents_list:
            return 0
        client = client_of(self._server, access)
        found = 0
        for row in due:
            if row.environment != access.connection.environment or row.athena_department_id not in access.allowed:
                continue
            self._looked[row.id] = now
            try:
                number = client.find_document(row.athena_patient_id, row.athena_department_id, row.marker)
            except AthenaError as error:
                log.info("upload_not_looked_for", extra={"upload_id": row.id, "reason": error.reason})
                continue
            found += self._write_down(scope, row, number)
        return found

    def _is_due(self, row: Row[Any], now: datetime) -> bool:
        if row.attempted_at is None:
            return False
        looked = self._looked.get(row.id)
        past = [row.attempted_at + after for after in LOOK_AFTER if row.attempted_at + after <= now]
        return bool(past) and (looked is None or looked < past[-1])

    def _write_down(self, scope: PracticeScope, row: Row[Any], number: str | None) -> int:
        try:
            with self._server.database.writing(scope) as unit:
                details = {"athena_patient_id": row.athena_patient_id, "found": number is not None}
                record(unit, scope, "athena_documents_listed", "upload", row.id, details=details)
                if number is None or self._belongs_to_another(unit, row, number):
                    return 0
                said = f"Found in the chart's document list as document {number}."
                values = {"document_id": number, "pdf_sealed": None}
                move(unit, scope, row.id, "found_in_chart", said, version=row.version, values=values)
                pass_point("looker.before_found_commit")
            pass_point("looker.after_found_commit")
        except (StaleWriteError, ConflictError, NotFoundError) as error:
            log.info("upload_found_too_late", extra={"upload_id": row.id, "error_type": type(error).__name__})
            return 0
        return 1

    @staticmethod
    def _belongs_to_another(unit: Any, row: Row[Any], number: str) -> bool:
        same = uploads.c.environment == row.environment, uploads.c.document_id == number, uploads.c.id != row.id
        return unit.first(select(uploads.c.id).where(uploads.c.practice_id == unit.practice_id, *same)) is not None
