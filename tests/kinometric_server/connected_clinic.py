"""Practice A connected to a stand-in in a thread, and people who find, match, review and upload through the API.

Import the fixtures into a conftest: ``from tests.kinometric_server.connected_clinic import *``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import update

from kinometric.recordings import synthetic_recording, write_csv
from kinometric_server.database import Actor, PracticeScope
from kinometric_server.operations.server import Server
from kinometric_server.practices.tables import practices
from kinometric_server.sandbox.service import RunningStandIn, make_standin
from kinometric_server.security.sealing import Purpose
from kinometric_server.uploads.worker import UploadWorker
from tests.kinometric_server.plain_http import NO_TLS

__all__ = ["at_work", "clinic_on_athena", "ready_session", "settings", "standin", "standin_process"]

STANCES = ("LBEO", "RBEO", "LBEC", "RBEC")
ROSA = {"lastname": "Prueba", "firstname": "Rosa", "born": "1944-09-23", "sex": "F", "is_sandbox": True}
ROSA_IN_ATHENA = "14620"
REASONS = {
    "lastname": "Typing error in Kinometric",
    "firstname": "Typing error in Kinometric",
    "born": "Typing error in athenaOne",
    "sex": "Typing error in athenaOne",
}


@pytest.fixture(scope="session")
def standin_process() -> Iterator[RunningStandIn]:
    with RunningStandIn(make_standin(token_limit=100_000)) as running:
        yield running


@pytest.fixture
def standin(standin_process: RunningStandIn) -> RunningStandIn:
    standin_process.standin.reset()
    return standin_process


@pytest.fixture
def settings(settings: Any, standin: RunningStandIn) -> Any:
    return replace(settings, test_endpoints=(standin.base_url,))


def connect(server: Server, practice_id: str, running: RunningStandIn, **changes: Any) -> None:
    """Switch a practice's scope sheet to the stand-in."""
    sealed = server.keys.seal(
        Purpose.ATHENA_SECRETS,
        practice_id=practice_id,
        table="practices",
        row=practice_id,
        field="athena_client_secret",
        content=running.client_secret.encode(),
    )
    values = {
        "athena_environment": "standin",
        "athena_credentials": "own",
        "athena_client_id": running.client_id,
        "athena_client_secret": sealed,
        "athena_secret_set_at": server.clock(),
        "documents_write": True,
        **changes,
    }
    with server.database.writing_outside(Actor()) as unit:
        unit.execute(update(practices).where(practices.c.id == practice_id).values(**values))


@pytest.fixture
def clinic_on_athena(server: Server, clinic: Any, standin: RunningStandIn) -> Any:
    connect(server, clinic.practice_a, standin)
    return clinic


@cache
def recording(stance: str = "LBEO", *, hold_s: float = 10.0, severity: float = 0.3, seed: int = 1) -> bytes:
    """A synthetic recording as the phone's file."""
    return write_csv(synthetic_recording(stance=stance, hold_s=hold_s, severity=severity, seed=seed))


def ok(answer: httpx.Response, status: int = 200) -> Any:
    """Return the answer's body, if it has the wanted status."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text[:500]}"
    return answer.json() if answer.content else None


def refused(answer: httpx.Response, status: int, code: str) -> str:
    """Return the sentence of a refusal, if it has the wanted status and code."""
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), answer.text[:500]
    return str(body["message"])


@dataclass
class AtWork:
    """What people of the clinic do all day, as calls of the API."""

    server: Server
    clinic: Any
    standin: RunningStandIn

    def patient(self, who: Any, **fields: Any) -> dict[str, Any]:
        return ok(who.post("/v1/patients", {**ROSA, **fields}), 201)

    def chart(self, who: Any, athena_patient_id: str = ROSA_IN_ATHENA) -> dict[str, Any]:
        return ok(who.post("/v1/athena/patients/lookup", {"athena_patient_id": athena_patient_id}))

    def link(self, who: Any, patient: dict[str, Any], chart: dict[str, Any], **changes: Any) -> httpx.Response:
        body = {
            "athena_patient_id": chart["athena_patient_id"],
            "fingerprint": chart["fingerprint"],
            "typed_birth_year": str(chart["born"])[:4],
            "method": "id",
            "link_version": patient["link_version"],
            "reasons": REASONS,
            **changes,
        }
        return who.post(f"/v1/patients/{patient['patient_id']}/link", body)

    def linked(self, who: Any, athena_patient_id: str = ROSA_IN_ATHENA, **fields: Any) -> dict[str, Any]:
        patient = self.patient(who, **fields)
        return ok(self.link(who, patient, self.chart(who, athena_patient_id)))

    def result(self, patient: dict[str, Any], stance: str, session_id: str | None = None, **changes: Any) -> Any:
        body = {
            "patient_id": patient["patient_id"],
            "stance": stance,
            "tested_at": self.server.clock().isoformat(),
            "session_id": session_id,
            "recording_base64": base64.b64encode(recording(stance)).decode(),
            "placement": "waist",
        }
        body |= changes
        return {name: value for name, value in body.items() if value is not None}

    def session(self, who: Any, patient: dict[str, Any], stances: Any = STANCES, **changes: Any) -> dict[str, Any]:
        view: dict[str, Any] = {"session_id": None}
        for stance in stances:
            body = self.result(patient, stance, view["session_id"], **changes)
            view = ok(who.post("/v1/results", body), 201)
        return view

    def confirmed(self, who: Any, view: dict[str, Any]) -> dict[str, Any]:
        versions = {trial["trial_id"]: trial["version"] for trial in view["trials"] if trial["plausible"]}
        return ok(who.post(f"/v1/sessions/{view['session_id']}/holds", {"trial_versions": versions}))

    def reviewed(self, who: Any, view: dict[str, Any]) -> dict[str, Any]:
        body = {"version": view["version"], "traces_were_shown": True}
        return ok(who.post(f"/v1/sessions/{view['session_id']}/review", body))

    def preview(self, who: Any, view: dict[str, Any], **options: Any) -> dict[str, Any]:
        return ok(who.post(f"/v1/sessions/{view['session_id']}/report", options))

    def checks(self, who: Any, view: dict[str, Any], preview: dict[str, Any], **changes: Any) -> dict[str, Any]:
        body = {"session_id": view["session_id"], "preview_id": preview["preview_id"], **changes}
        return ok(who.post("/v1/uploads/check", body))

    def order(self, who: Any, view: dict[str, Any], preview: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """The body of an order, as the confirmation makes it."""
        checks = self.checks(who, view, preview)
        return {
            "session_id": view["session_id"],
            "preview_id": preview["preview_id"],
            "pdf_base64": preview["pdf_base64"],
            "sha256": preview["sha256"],
            "department_id": checks["department_id"],
            "typed_birth_year": checks["athena_patient"]["born"][:4] if checks["athena_patient"] else "1944",
            "fingerprint": checks["athena_patient"]["fingerprint"] if checks["athena_patient"] else "",
            **changes,
        }

    def upload(self, who: Any, body: dict[str, Any], key: str | None = None) -> httpx.Response:
        return who.post("/v1/uploads", body, headers={"Idempotency-Key": key or uuid4().hex})

    def queued(self, who: Any, view: dict[str, Any]) -> dict[str, Any]:
        return ok(self.upload(who, self.order(who, view, self.preview(who, view))), 202)

    def work(self) -> int:
        """Let the worker go through the queue once."""
        return UploadWorker(self.server).work_once()

    def state(self, who: Any, upload: dict[str, Any]) -> dict[str, Any]:
        return ok(who.get(f"/v1/uploads/{upload['upload_id']}"))

    def faults(self, *faults: dict[str, Any], **quirks: Any) -> None:
        self.standin.standin.faults.set({"faults": list(faults), "quirks": quirks})

    def documents(self) -> list[dict[str, Any]]:
        return list(
            httpx.get(f"{self.standin.base_url}/_standin/documents", timeout=60, verify=NO_TLS).json()["documents"]
        )

    @property
    def worker_scope(self) -> PracticeScope:
        return PracticeScope.of_worker(self.clinic.practice_a)


@pytest.fixture
def at_work(server: Server, clinic_on_athena: Any, standin: RunningStandIn) -> AtWork:
    return AtWork(server, clinic_on_athena, standin)


@pytest.fixture
def ready_session(at_work: AtWork, bob: Any) -> dict[str, Any]:
    """A reviewed session of a linked patient, ready to be uploaded."""
    patient = at_work.linked(bob)
    return at_work.reviewed(bob, at_work.confirmed(bob, at_work.session(bob, patient)))


def text_of(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False)
