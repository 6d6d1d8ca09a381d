"""Orders to file a report, made quickly through the services that the API calls: one patient, a session for each."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from kinometric.contract.patients import MakeLink, NewPatient
from kinometric.contract.sessions import NewResult, ReportOptions, StampReview
from kinometric.contract.uploads import NewUpload
from kinometric_server.patients.charts import read_chart
from kinometric_server.patients.links import make_link
from kinometric_server.patients.records import create_patient
from kinometric_server.results.intake import read_result, store_result
from kinometric_server.results.reporting import draft_report, keep_preview, render
from kinometric_server.results.reviewing import stamp
from kinometric_server.results.viewing import view_session
from kinometric_server.uploads.intake import take_in
from tests.kinometric_server.connected_clinic import REASONS, ROSA_IN_ATHENA, AtWork

STANCES = ("LBEO", "RBEO", "LBEC", "RBEC")


class QuickOrders:
    """A linked patient of the clinic, and reviewed sessions of whom reports can be ordered."""

    def __init__(self, at_work: AtWork, scope: Any, *, athena_patient_id: str = ROSA_IN_ATHENA) -> None:
        self.at_work, self.scope, self.server = at_work, scope, at_work.server
        seen = read_chart(self.server, scope, athena_patient_id)
        self.fingerprint = seen.patient.fingerprint
        self.year = str(seen.patient.born)[:4]
        with self.server.database.writing(scope) as unit:
            new = NewPatient("Prueba", "Rosa", born=seen.patient.born, sex="F", is_sandbox=True)
            patient = create_patient(unit, scope, new)
            order = MakeLink(athena_patient_id, self.fingerprint, self.year, "id", 0, REASONS)
            self.patient = make_link(unit, scope, patient.patient_id, order, seen.patient, "standin")

    def session(self) -> str:
        """A reviewed session, with an outcome and its reason for every stance."""
        server, scope, keys = self.server, self.scope, self.server.keys
        with server.database.writing(scope) as unit:
            session_id = None
            for stance in STANCES:
                body = NewResult(
                    self.patient.patient_id, stance, unit.now.isoformat(), session_id,
                    outcome="unable", reason="could not stand on one leg",
                )  # fmt: skip
                session_id = store_result(unit, scope, keys, read_result(body, unit.now)).session_id
            assert session_id is not None
            stamp(unit, scope, session_id, StampReview(view_session(unit, keys, session_id).version, True))
        return session_id

    def body(self, session_id: str, **changes: Any) -> NewUpload:
        """The order of a session's report, previewed now."""
        server, scope, keys = self.server, self.scope, self.server.keys
        with server.database.writing(scope) as unit:
            draft = draft_report(unit, keys, session_id, ReportOptions())
            preview = keep_preview(unit, scope, draft, render(draft), ReportOptions())
        fields = {
            "session_id": session_id,
            "preview_id": preview.preview_id,
            "pdf_base64": preview.pdf_base64,
            "sha256": preview.sha256,
            "department_id": self.at_work.clinic.physical_therapy,
            "typed_birth_year": self.year,
            "fingerprint": self.fingerprint,
        }
        return NewUpload(**{**fields, **changes})

    def order(self, session_id: str | None = None) -> str:
        """Order a new session's report, or that of a given one; return the upload's id."""
        body = self.body(session_id or self.session())
        return take_in(self.server, self.scope, body, uuid4().hex).upload.upload_id
