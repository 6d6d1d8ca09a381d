"""A day in which one administrator does what a first day at the clinic leaves out, each thing once and successfully."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pyotp
from nacl.signing import SigningKey
from sqlalchemy import insert, update

from kinometric_server.accounts.tables import user_practices
from kinometric_server.database import Actor
from kinometric_server.practices.tables import practices
from kinometric_server.uploads.tables import uploads
from tests.kinometric_server.conftest import PASSWORD
from tests.kinometric_server.connected_clinic import AtWork, ok, recording

NEW_PASSWORD = "Quiet meadow 77"
REASON = "Quillfeather asked for it"
NOTE = "Quillfeather sways to the left."
RESET = {"method": "POST", "path": "*/clinicaldocument", "connection": "reset_after"}


@dataclass
class LongDay:
    """Alice's second day: corrections, doubts, the phone, and her own account."""

    at_work: AtWork
    alice: Any
    clock: Any
    patient: dict[str, Any] = field(default_factory=dict)

    def at_the_clinic(self) -> None:
        """Do everything but what concerns her own account."""
        self.team()
        self.patient = self.record()
        view = self.session()
        self.reports(view)
        self.doubts()
        self.phone()
        self.first_document()
        self.unlinked(self.patient)

    def post(self, path: str, body: Any = None) -> Any:
        answer = self.alice.post(path, body)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None

    def team(self) -> None:
        """New people, computers, departments; and whether athenaOne answers."""
        body = {"username": "jonas", "display_name": "Jonas", "email": "", "password": NEW_PASSWORD}
        user = self.post("/v1/users", {**body, "role": "clinician"})
        key = {"public_key": bytes(SigningKey.generate().verify_key).hex(), "name": "Front desk"}
        self.post(f"/v1/users/{user['user_id']}/devices", key)
        ok(self.alice.get("/v1/athena/departments"))
        self.post("/v1/departments/allow", {"athena_department_id": "7"})
        self._practice(health_endpoints=True)
        self.post("/v1/athena/diagnostics")
        self._practice(health_endpoints=False)

    def _practice(self, **values: Any) -> None:
        with self.at_work.server.database.writing_outside(Actor()) as unit:
            mine = practices.c.id == self.at_work.clinic.practice_a
            unit.execute(update(practices).where(mine).values(**values))

    def _join(self, practice_id: str) -> None:
        values = {"role": "readonly", "created_at": self.clock.now, "is_default": False}
        with self.at_work.server.database.writing_outside(Actor()) as unit:
            unit.execute(insert(user_practices).values(user_id=self.alice.user_id, practice_id=practice_id, **values))

    def record(self) -> dict[str, Any]:
        """A record imported, looked at, verified, corrected: the patient of the day."""
        patient = self.imported("/v1/patients/import", "14903")
        path = f"/v1/patients/{patient['patient_id']}"
        self.post(f"{path}/birth-year-shown", {"reason": REASON})
        chart = self.at_work.chart(self.alice, "14903")
        verified = {"link_version": patient["link_version"], "fingerprint": chart["fingerprint"]}
        self.post(f"{path}/link/verify", verified)
        patient = ok(self.alice.get(path))
        return self.post(f"{path}/correct", {"version": patient["version"], "reason": REASON, "zip": "02114"})

    def imported(self, path: str, athena_patient_id: str) -> dict[str, Any]:
        chart = self.at_work.chart(self.alice, athena_patient_id)
        asked = {name: chart[name] for name in ("athena_patient_id", "fingerprint")}
        return self.post(path, {**asked, "typed_birth_year": chart["born"][:4], "accept_similar": True})

    def unlinked(self, patient: dict[str, Any]) -> None:
        """The link turns out to be wrong."""
        path = f"/v1/patients/{patient['patient_id']}"
        version = ok(self.alice.get(path))["link_version"]
        self.post(f"{path}/link/end", {"link_version": version, "reason": REASON})

    def session(self) -> dict[str, Any]:
        """A session whose holds are looked at one by one, with answers, note and interpretation."""
        view = self.at_work.confirmed(self.alice, self.at_work.session(self.alice, self.patient))
        path = f"/v1/sessions/{view['session_id']}"
        first, second = (trial["trial_id"] for trial in view["trials"][:2])

        def version(trial_id: str) -> int:
            trials = ok(self.alice.get(path))["trials"]
            return next(each["version"] for each in trials if each["trial_id"] == trial_id)

        held = {"held_full": False, "hold_s": 7.0, "reason": "the foot touched the floor"}
        self.post(f"/v1/trials/{first}/foot-lift", {"version": version(first), "foot_lift_s": 0.0})
        self.post(f"/v1/trials/{first}/hold", {**held, "version": version(first)})
        outcome = {"version": version(second), "outcome": "unable", "reason": REASON}
        self.post(f"/v1/trials/{second}/outcome", outcome)
        self.post(f"{path}/answers", {"instrument": "three_key_questions", "answers": {}})
        view = ok(self.alice.get(path))
        self.post(f"{path}/note", {"note_version": view["note_version"], "text": NOTE})
        view = ok(self.alice.get(path))
        number = {"interpretation_version": view["interpretation_version"]}
        draft = self.post(f"{path}/interpretation/draft", {**number, "source": "template"})
        number = {"interpretation_version": ok(self.alice.get(path))["interpretation_version"]}
        self.post(f"{path}/interpretation", {**number, "text": draft["text"]})
        return self.at_work.reviewed(self.alice, ok(self.alice.get(path)))

    def reports(self, view: dict[str, Any]) -> None:
        """A report printed, ordered as raw bytes, taken back."""
        preview = self.at_work.preview(self.alice, view)
        path = f"/v1/sessions/{view['session_id']}/report/exported"
        self.post(path, {"preview_id": preview["preview_id"], "how": "printed"})
        order = self.at_work.order(self.alice, view, preview)
        fields = {name: value for name, value in order.items() if name != "pdf_base64"}
        headers = {"Kinometric-Order": json.dumps(fields), "Idempotency-Key": uuid4().hex}
        pdf = base64.b64decode(order["pdf_base64"])
        headers["Content-Type"] = "application/pdf"
        upload = ok(self.alice.client.post("/v1/uploads/pdf", content=pdf, headers=headers), 202)
        self.decide(upload, "cancel", reason=REASON)

    def ready(self) -> dict[str, Any]:
        """Another reviewed session."""
        view = self.at_work.session(self.alice, self.patient)
        return self.at_work.reviewed(self.alice, self.at_work.confirmed(self.alice, view))

    def decide(self, upload: dict[str, Any], what: str, **body: Any) -> dict[str, Any]:
        upload = self.at_work.state(self.alice, upload)
        return self.post(f"/v1/uploads/{upload['upload_id']}/{what}", {"version": upload["version"], **body})

    def lost(self, view: dict[str, Any]) -> dict[str, Any]:
        """An upload whose answer never came."""
        upload = self.at_work.queued(self.alice, view)
        self.at_work.faults(RESET)
        self.at_work.work()
        self.at_work.faults()
        return upload

    def doubts(self) -> None:
        """Uploads of unknown outcome: one found, one sent again, one given up; and one sent after mending."""
        before = {document["documentid"] for document in self.at_work.documents()}
        upload = self.lost(self.ready())
        (number,) = {document["documentid"] for document in self.at_work.documents()} - before
        self.decide(upload, "found", document_id=str(number))
        upload = self.lost(self.ready())
        self.clock.advance(minutes=11)
        self.alice.post("/v1/me/activity")
        self.decide(upload, "send-again", reason=REASON)
        self.at_work.work()
        self.decide(self.lost(self.ready()), "abandon", reason=REASON, not_in_chart=True)
        upload = self.at_work.queued(self.alice, self.ready())
        self.at_work.faults({"method": "POST", "path": "*/clinicaldocument", "status": 400, "body": {"error": "no"}})
        self.at_work.work()
        self.at_work.faults()
        self.decide(upload, "retry", reason=REASON)
        self.at_work.work()

    def phone(self) -> None:
        """The phone's calls, from the import to the number of the document."""
        patient = self.imported("/back_import_patient.php", "18802")
        session_id = None
        for stance in ("LBEO", "RBEO", "LBEC", "RBEC"):
            body = {"patient_id": patient["patient_id"], "test_type": stance, "csv": recording(stance).decode()}
            at = self.at_work.server.clock().isoformat()
            stored = self.post("/back_upload_csv.php", {**body, "tested_at": at, "session_id": session_id})
            session_id = stored["session_id"]
        view = self.at_work.confirmed(self.alice, ok(self.alice.get(f"/v1/sessions/{session_id}")))
        view = self.at_work.reviewed(self.alice, view)
        report = self.post("/back_report.php", {"session_id": session_id})
        order = self.at_work.order(self.alice, view, report, department_id=self.at_work.clinic.eastside)
        headers = {"Idempotency-Key": uuid4().hex}
        upload = ok(self.alice.post("/back_upload_pdf.php", order, headers=headers), 202)
        self.at_work.work()
        told = self.post("/back_upload_state.php", {"upload_id": upload["upload_id"]})
        assert told["state"] == "filed"

    def first_document(self) -> None:
        """The first document of an environment, opened in athenaOne and found readable."""
        upload = self.at_work.queued(self.alice, self.ready())
        self.at_work.work()
        scope = self.at_work.worker_scope
        with self.at_work.server.database.writing(scope) as unit:
            mine = (uploads.c.practice_id == unit.practice_id) & (uploads.c.id == upload["upload_id"])
            unit.execute(update(uploads).where(mine).values(environment="preview"))
        self.decide(upload, "readable")

    def own_account(self) -> None:
        """Her own computer, second factor, password, and the other practice that she works in."""
        key = {"public_key": bytes(SigningKey.generate().verify_key).hex(), "name": "At home"}
        device = self.post("/v1/me/devices", key)
        self.post(f"/v1/me/devices/{device['device_id']}/revoke")
        secret = self.post("/v1/me/second-factor")["secret"]
        code = pyotp.TOTP(secret).at(self.clock.now)
        self.post("/v1/me/second-factor/confirm", {"code": code})
        self.post("/v1/me/second-factor/recovery-codes", {"password": PASSWORD})
        self.post("/v1/me/second-factor/off", {"password": PASSWORD})
        passwords = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
        self.post("/v1/me/password", passwords)
        self.post("/v1/auth/sign-in", {"username": "alice", "password": NEW_PASSWORD})
        self._join(self.at_work.clinic.practice_b)
        self.post("/v1/me/practice", {"practice_id": self.at_work.clinic.practice_b})
