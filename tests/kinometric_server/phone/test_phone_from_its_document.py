"""The phone's calls, by a client that knows docs/phone-api.md only."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pyotp
import pytest
from sqlalchemy import select

from kinometric_server.api.app import describe
from kinometric_server.database import PracticeScope
from kinometric_server.results.tables import recordings
from tests.kinometric_server.conftest import PASSWORD
from tests.kinometric_server.connected_clinic import AtWork, ok, recording, refused
from tests.kinometric_server.plain_http import NO_TLS


class Phone:
    """What the phone does, in the words of its contract."""

    def __init__(self, base_url: str, username: str, password: str) -> None:
        self.http = httpx.Client(base_url=base_url, timeout=60, trust_env=False, verify=NO_TLS)
        self.http.headers["Kinometric-User-Action"] = "1"
        body = {"username": username, "password": password, "client": "phone"}
        self.http.headers["Authorization"] = f"Bearer {ok(self.http.post('/v1/auth/sign-in', json=body))['token']}"

    def ask(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return self.http.post(path, json=body, headers=headers)


@pytest.fixture
def phone(at_work: AtWork, bob: Any, base_url: str) -> Any:
    made = Phone(base_url, "bob", PASSWORD)
    yield made
    made.http.close()


def sign_in(base_url: str, **body: Any) -> httpx.Response:
    with httpx.Client(base_url=base_url, timeout=60, trust_env=False, verify=NO_TLS) as client:
        return client.post("/v1/auth/sign-in", json={"client": "phone", **body})


def test_a_session_of_the_phone_ends_by_rest_by_signing_out_and_after_half_a_day(
    phone: Phone, base_url: str, clock: Any
) -> None:
    for _ in range(3):  # each call of a person's renews it
        clock.advance(minutes=14)
        ok(phone.ask("/back_departments.php"))
    clock.advance(minutes=14)
    ok(phone.ask("/back_departments.php", **{"Kinometric-User-Action": "0"}))
    clock.advance(minutes=2)
    refused(phone.ask("/back_departments.php"), 401, "KS-401")
    again = Phone(base_url, "bob", PASSWORD)
    for _ in range(51):
        clock.advance(minutes=14)
        ok(again.ask("/back_departments.php"))
    clock.advance(minutes=14)
    refused(again.ask("/back_departments.php"), 401, "KS-401")
    again.http.close()
    third = Phone(base_url, "bob", PASSWORD)
    ok(third.ask("/v1/auth/sign-out"), 204)
    refused(third.ask("/back_departments.php"), 401, "KS-401")
    third.http.close()


def test_who_has_an_authenticator_is_asked_for_its_code(bob: Any, base_url: str, clock: Any) -> None:
    secret = pyotp.TOTP(ok(bob.post("/v1/me/second-factor"))["secret"])
    codes = ok(bob.post("/v1/me/second-factor/confirm", {"code": secret.at(clock.now)}))["codes"]
    mine = {"username": "bob", "password": PASSWORD}
    assert ok(sign_in(base_url, **mine)) == {"status": "code_needed", "token": None, "me": None}
    assert sign_in(base_url, **mine, code="000000").status_code == 401
    assert sign_in(base_url, **{**mine, "password": "Wrong lantern 42"}).status_code == 401
    clock.advance(minutes=1)
    for proof in ({"code": secret.at(clock.now)}, {"recovery_code": codes[0]}):
        answer = ok(sign_in(base_url, **mine, **proof))
        assert (answer["status"], len(answer["token"]), answer["me"]["username"]) == ("signed_in", 64, "bob")


def test_a_password_that_was_given_opens_nothing_by_the_phone(alice: Any, base_url: str) -> None:
    given = {"username": "gustav", "display_name": "G", "email": "g@example.org", "role": "clinician"}
    ok(alice.post("/v1/users", {**given, "password": "Quiet meadow 77"}), 201)
    phone = Phone(base_url, "gustav", "Quiet meadow 77")
    for path, body in (("/back_departments.php", None), ("/back_patients.php", {"text": "x"})):
        assert phone.ask(path, body).status_code == 403
    phone.http.close()


def test_a_stance_takes_three_trials_of_this_time(at_work: AtWork, bob: Any, phone: Phone) -> None:
    now = at_work.server.clock()
    body = at_work_body(at_work, at_work.patient(bob))
    first = ok(phone.ask("/back_upload_csv.php", body))
    more = {**body, "session_id": first["session_id"]}
    for _ in range(2):
        ok(phone.ask("/back_upload_csv.php", more))
    assert phone.ask("/back_upload_csv.php", more).status_code == 409
    wrong = {
        "tested_at": (
            "2014-12-31T00:00:00Z", (now + timedelta(hours=1)).isoformat(), "9999-12-31T23:59:59-23:59",
            "2026-05-05T10:30:00", "2026-06-30T23:59:60+00:00", "0001-01-01T00:00:00+14:00",
        ),
        "placement": ("wrist",),
        "reason": ("no", "   ", "bad\x1b[31m", "x" * 401),
        "session_id": ("0" * 32, first["session_id"].upper() + "X", ""),
        "patient_id": ("0" * 32, "{" + body["patient_id"] + "}"),
        "test_type": ("lbeo", "LEFT"),
    }  # fmt: skip
    for field, values in wrong.items():
        for value in values:
            answer = phone.ask("/back_upload_csv.php", {**body, field: value})
            assert answer.status_code in (404, 422), (field, value)
            assert answer.json()["message"].endswith(".")
    assert len(ok(bob.get(f"/v1/sessions/{first['session_id']}"))["trials"]) == 3


def test_a_second_report_is_sent_as_a_correction_or_not_at_all(at_work: AtWork, bob: Any, phone: Phone) -> None:
    view = at_work.reviewed(bob, at_work.confirmed(bob, at_work.session(bob, at_work.linked(bob))))

    def ordered(**more: str) -> httpx.Response:
        report = ok(phone.ask("/back_report.php", {"session_id": view["session_id"]}))
        body = {**at_work.order(bob, view, report), **more}
        return phone.ask("/back_upload_pdf.php", body, **{"Idempotency-Key": uuid4().hex})

    first = ok(ordered(), 202)
    assert refused(ordered(), 409, "KS-409U") == first["upload_id"]
    at_work.work()
    refused(ordered(), 409, "KS-409U")
    second = ok(ordered(correction_reason="The note was wrong", supersedes=first["upload_id"]), 202)
    at_work.work()
    assert ok(phone.ask("/back_upload_state.php", {"upload_id": second["upload_id"]}))["state"] == "filed"
    assert len(at_work.documents()) == 2


def imported(phone: Phone) -> dict[str, Any]:
    found = ok(phone.ask("/back_search_athena.php", {"lastname": "Prueba", "firstname": "Rosa", "dob": "1944-09-23"}))
    (rosa,) = found["patients"]
    body = {
        "athena_patient_id": rosa["athena_patient_id"],
        "fingerprint": rosa["fingerprint"],
        "typed_birth_year": "1944",
    }
    return ok(phone.ask("/back_import_patient.php", body))


def test_a_day_with_the_phone_ends_in_the_chart(at_work: AtWork, bob: Any, phone: Phone) -> None:
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
    assert hashlib.sha256(b64decode(report["pdf_base64"])).hexdigest() == report["sha256"]
    checks = ok(phone.ask("/v1/uploads/check", {"session_id": session_id, "preview_id": report["preview_id"]}))
    assert checks["may_upload"] is True
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


def test_a_repeated_trial_is_answered_as_itself_after_another_of_its_stance(
    at_work: AtWork, bob: Any, phone: Phone
) -> None:
    body = {
        "patient_id": at_work.patient(bob)["patient_id"],
        "test_type": "LBEO",
        "tested_at": at_work.server.clock().isoformat(),
        "outcome": "unable",
        "reason": "Pain in the hip",
    }
    key = {"Idempotency-Key": uuid4().hex}
    first = ok(phone.ask("/back_upload_csv.php", body, **key))
    second = ok(phone.ask("/back_upload_csv.php", {**body, "session_id": first["session_id"]}))
    assert second["result_id"] != first["result_id"]
    assert ok(phone.ask("/back_upload_csv.php", body, **key)) == first
    refused(phone.ask("/back_upload_csv.php", {**body, "reason": "Pain in the knee"}, **key), 422, "KS-422K")


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
        "csv": recording("LBEO").decode().replace("\n", "\n# remark: für später\n", 1),
    }
    stored = ok(phone.ask("/back_upload_csv.php", body))
    (line,) = (at_work.server.settings.logs / "upload_csv.log").read_text().splitlines()
    assert "Canaryface" not in line
    told = json.loads(line)
    assert (told["event"], told["result_id"], told["session_id"]) == (
        "csv_uploaded", stored["result_id"], stored["session_id"]
    )  # fmt: skip
    assert told["bytes"] == len(body["csv"].encode()) > len(body["csv"])


def test_somebody_who_is_only_in_athenaone_is_found_and_imported(phone: Phone, at_work: AtWork) -> None:
    wrong_date = {"lastname": "Prueba", "dob": "1901-01-01"}
    found = ok(phone.ask("/back_search_athena.php", wrong_date))  # a date narrows the view, it never hides by itself
    assert set(found) == {"patients", "hidden_other_department"}
    patient = imported(phone)
    assert (patient["realpatientid"], patient["lastname"], patient["dob"]) == ("14620", "Prueba", "1944-09-23")
    again = phone.ask(
        "/back_import_patient.php",
        {"athena_patient_id": "14620", "fingerprint": "0" * 64, "typed_birth_year": "1944"},
    )
    assert again.status_code in (409, 422)
    assert len(ok(phone.ask("/back_patients.php", {"text": "Prueba"}))["patients"]) == 1


def test_a_wrong_year_imports_nobody(phone: Phone) -> None:
    (rosa,) = ok(phone.ask("/back_search_athena.php", {"lastname": "Prueba", "firstname": "Rosa"}))["patients"]
    body = {"athena_patient_id": "14620", "fingerprint": rosa["fingerprint"], "typed_birth_year": "1945"}
    refused(phone.ask("/back_import_patient.php", body), 422, "KS-422Y")
    assert ok(phone.ask("/back_patients.php", {"text": "Prueba"}))["patients"] == []


def test_a_trial_without_a_recording_takes_an_outcome_and_a_reason(phone: Phone, at_work: AtWork, bob: Any) -> None:
    body = {
        "patient_id": at_work.patient(bob)["patient_id"],
        "test_type": "RBEO",
        "tested_at": at_work.server.clock().isoformat(),
        "outcome": "unable",
        "reason": "Pain in the hip",
    }
    stored = ok(phone.ask("/back_upload_csv.php", body))
    assert (stored["score"], stored["agrees"]) == (0.0, None)
    refused(phone.ask("/back_upload_csv.php", {**body, "reason": ""}), 422, "KS-422")
    refused(phone.ask("/back_upload_csv.php", {**body, "csv": "x"}), 422, "KS-422")


def test_a_recording_lies_sealed_in_a_database_that_is_closed_to_others(
    phone: Phone, at_work: AtWork, bob: Any, clinic: Any
) -> None:
    body = {
        "patient_id": at_work.patient(bob)["patient_id"],
        "test_type": "LBEO",
        "tested_at": at_work.server.clock().isoformat(),
        "csv": recording("LBEO").decode(),
    }
    ok(phone.ask("/back_upload_csv.php", body))
    first_rows = recording("LBEO").splitlines()[-1]
    with at_work.server.database.reading(PracticeScope.of_worker(clinic.practice_a)) as unit:
        (row,) = unit.all(select(recordings).where(recordings.c.practice_id == unit.practice_id))
    for sealed in (row.original_sealed, row.csv_sealed):
        assert sealed.startswith(b"KS1")
        assert first_rows not in sealed
    assert row.sha256 == hashlib.sha256(recording("LBEO")).hexdigest()
    for path in at_work.server.settings.root.rglob("*"):
        if path.is_file():
            assert first_rows not in path.read_bytes(), path.name


def test_strangers_and_read_only_people_get_nothing_by_the_phones_calls(
    base_url: str, at_work: AtWork, bob: Any, charlie: Any, frank: Any
) -> None:
    patient = at_work.patient(bob)
    view = at_work.session(bob, patient, stances=("LBEO",))
    asked = (
        ("/back_report.php", {"session_id": view["session_id"]}),
        ("/back_upload_csv.php", at_work_body(at_work, patient)),
        ("/back_upload_state.php", {"upload_id": "0" * 32}),
    )
    for path, body in asked:
        refused(charlie.post(path, body), 404, "KS-404")
    assert ok(charlie.post("/back_patients.php", {"text": "Prueba"}))["patients"] == []
    for path, body in (asked[1], ("/back_search_athena.php", {"lastname": "Prueba"})):
        refused(frank.post(path, body), 403, "KS-403R")
    with httpx.Client(base_url=base_url, timeout=60, trust_env=False) as nobody:
        for path, body in asked:
            refused(nobody.post(path, json=body), 401, "KS-401")


def at_work_body(at_work: AtWork, patient: dict[str, Any]) -> dict[str, Any]:
    return {
        "patient_id": patient["patient_id"],
        "test_type": "RBEO",
        "tested_at": at_work.server.clock().isoformat(),
        "outcome": "not_attempted",
        "reason": "Pain in the hip",
    }


FIELD = re.compile(r'"(\w+)"')


def test_the_document_names_each_call_and_each_of_its_fields(repository: Any) -> None:
    text = (repository / "docs" / "phone-api.md").read_text("utf-8")
    described = describe()
    schemas = described["components"]["schemas"]
    calls = {path: methods["post"] for path, methods in described["paths"].items() if path.startswith("/back_")}
    assert set(re.findall(r"/back_\w+\.php", text)) == set(calls)
    for path, operation in calls.items():
        words = set(FIELD.findall(text)) | set(re.findall(r"`(\w+)`", text))
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        success = operation["responses"].get("200") or operation["responses"]["202"]
        for schema in (body, success["content"]["application/json"]["schema"]):
            if "$ref" in schema:
                fields = set(schemas[schema["$ref"].rsplit("/", 1)[1]]["properties"])
                assert fields <= words, (path, fields - words)
