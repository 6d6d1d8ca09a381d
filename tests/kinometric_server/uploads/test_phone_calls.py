"""The phone's calls, by a client that knows docs/phone-api.md only."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.kinometric_server.connected_clinic import AtWork, ok, recording, refused


class Phone:
    """What the phone does, in the words of its contract."""

    def __init__(self, base_url: str, username: str, password: str) -> None:
        self.http = httpx.Client(base_url=base_url, timeout=30, trust_env=False)
        self.http.headers["Kinometric-User-Action"] = "1"
        body = {"username": username, "password": password, "client": "phone"}
        self.http.headers["Authorization"] = f"Bearer {ok(self.http.post('/v1/auth/sign-in', json=body))['token']}"

    def ask(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return self.http.post(path, json=body, headers=headers)


@pytest.fixture
def phone(at_work: AtWork, bob: Any, base_url: str) -> Any:
    from tests.kinometric_server.conftest import PASSWORD

    made = Phone(base_url, "bob", PASSWORD)
    yield made
    made.http.close()


def imported(phone: Phone) -> dict[str, Any]:
    found = ok(phone.ask("/back_search_athena.php", {"lastname": "Prueba", "firstname": "Rosa", "dob": "1944-09-23"}))
    (rosa,) = found["patients"]
    body = {
        "athena_patient_id": rosa["athena_patient_id"],
        "fingerprint": rosa["fingerprint"],
        "typed_birth_year": "1944",
    }
    return ok(phone.ask("/back_import_patient.php", body))


def test_the_phone_imports_measures_and_files(at_work: AtWork, bob: Any, phone: Phone) -> None:
    patient = imported(phone)
    assert patient["realpatientid"] == "14620"
    (listed,) = ok(phone.ask("/back_patients.php", {"text": "prueba"}))["patients"]
    assert listed == patient
    session_id = None
    for stance in ("LBEO", "RBEO", "LBEC", "RBEC"):
        body = {
            "patient_id": patient["patient_id"],
            "test_type": stance,
            "tested_at": at_work.server.clock().isoformat(),
            "csv": recording(stance).decode(),
            "placement": "sacrum",
            "session_id": session_id,
            "score": 0.0,
        }
        stored = ok(phone.ask("/back_upload_csv.php", body))
        session_id = stored["session_id"]
        assert stored["success"] is True
        assert stored["provisional"] is True
        assert stored["agrees"] is False
    view = ok(bob.get(f"/v1/sessions/{session_id}"))
    at_work.reviewed(bob, at_work.confirmed(bob, view))
    report = ok(phone.ask("/back_report.php", {"session_id": session_id}))
    checks = at_work.checks(bob, view, report)
    mine = next(each for each in ok(phone.ask("/back_departments.php"))["departments"] if each["is_mine"])
    order = {
        "session_id": session_id,
        "preview_id": report["preview_id"],
        "pdf_base64": report["pdf_base64"],
        "sha256": report["sha256"],
        "department_id": mine["department_id"],
        "typed_birth_year": "1944",
        "fingerprint": checks["athena_patient"]["fingerprint"],
    }
    key = {"Idempotency-Key": uuid4().hex}
    uploaded = ok(phone.ask("/back_upload_pdf.php", order, **key), 202)
    assert (uploaded["state"], uploaded["clinicaldocumentid"]) == ("queued", None)
    again = ok(phone.ask("/back_upload_pdf.php", order, **key), 200)
    assert again["upload_id"] == uploaded["upload_id"]
    at_work.work()
    told = ok(phone.ask("/back_upload_state.php", {"upload_id": uploaded["upload_id"]}))
    (document,) = at_work.documents()
    assert (told["state"], told["clinicaldocumentid"]) == ("filed", str(document["documentid"]))


def test_an_unusable_csv_is_refused_and_a_repeated_one_stored_once(at_work: AtWork, bob: Any, phone: Phone) -> None:
    patient = at_work.patient(bob)
    body = {
        "patient_id": patient["patient_id"],
        "test_type": "LBEO",
        "tested_at": at_work.server.clock().isoformat(),
        "csv": "a,b\n1,2\n",
    }
    refused(phone.ask("/back_upload_csv.php", body), 422, "KS-422R")
    good = {**body, "csv": recording("LBEO").decode()}
    key = {"Idempotency-Key": uuid4().hex}
    first = ok(phone.ask("/back_upload_csv.php", good, **key))
    assert ok(phone.ask("/back_upload_csv.php", good, **key)) == first
    assert len(ok(bob.get(f"/v1/sessions/{first['session_id']}"))["trials"]) == 1


def test_an_upload_of_the_phone_passes_every_check(at_work: AtWork, bob: Any, phone: Phone) -> None:
    view = at_work.session(bob, at_work.linked(bob))
    report = ok(phone.ask("/back_report.php", {"session_id": view["session_id"]}))
    order = at_work.order(bob, view, report)
    answer = phone.ask("/back_upload_pdf.php", order, **{"Idempotency-Key": uuid4().hex})
    assert "not reviewed" in refused(answer, 422, "KS-422V")
    assert at_work.documents() == []


def test_the_upload_of_a_csv_is_logged_without_names(at_work: AtWork, bob: Any, phone: Phone) -> None:
    patient = at_work.patient(bob, lastname="Canaryface", firstname="Quilla")
    body = {
        "patient_id": patient["patient_id"],
        "test_type": "LBEO",
        "tested_at": at_work.server.clock().isoformat(),
        "csv": recording("LBEO").decode(),
    }
    ok(phone.ask("/back_upload_csv.php", body))
    text = (at_work.server.settings.logs / "upload_csv.log").read_text()
    assert "csv_uploaded" in text
    assert "Canaryface" not in text
