"""An order is taken once, for the very bytes that were previewed, after every check."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from kinometric_server.uploads.tables import uploads
from tests.kinometric_server.connected_clinic import AtWork, connect, ok, refused


@pytest.fixture
def order(at_work: AtWork, bob: Any, ready_session: dict[str, Any]) -> dict[str, Any]:
    return at_work.order(bob, ready_session, at_work.preview(bob, ready_session))


def count(at_work: AtWork) -> int:
    with at_work.server.database.reading(at_work.worker_scope) as unit:
        return len(unit.all(select(uploads.c.id).where(uploads.c.practice_id == unit.practice_id)))


def test_the_confirmation_shows_every_check(at_work: AtWork, bob: Any, ready_session: dict[str, Any]) -> None:
    checks = at_work.checks(bob, ready_session, at_work.preview(bob, ready_session))
    assert checks["may_upload"] is True
    assert all(check["passed"] for check in checks["checks"])
    assert [check["name"] for check in checks["checks"]] == [
        "scope", "link", "environment", "holds", "review", "report", "department", "chart", "sent_before",
    ]  # fmt: skip
    assert (checks["department_name"], checks["department_source"]) == ("Physical Therapy", "from your profile")
    assert checks["document_class"] == "CLINICALDOCUMENT"
    assert checks["note"].startswith("Kinometric Balance Test Results - Rosa Prueba - 05-May-2026")
    assert (checks["environment"], checks["athena_practice_id"]) == ("standin", "990017")
    assert checks["earlier_upload_id"] is None


def test_the_same_key_and_body_answer_what_the_first_one_did(at_work: AtWork, bob: Any, order: dict[str, Any]) -> None:
    key = uuid4().hex
    first = ok(at_work.upload(bob, order, key), 202)
    second = ok(at_work.upload(bob, order, key), 200)
    assert first["upload_id"] == second["upload_id"]
    refused(at_work.upload(bob, {**order, "department_id": at_work.clinic.eastside}, key), 422, "KS-422K")
    assert count(at_work) == 1


def test_another_key_for_the_same_preview_finds_the_first_order(
    at_work: AtWork, bob: Any, order: dict[str, Any]
) -> None:
    first = ok(at_work.upload(bob, order), 202)
    assert ok(at_work.upload(bob, order), 200)["upload_id"] == first["upload_id"]
    assert count(at_work) == 1


def test_a_new_preview_finds_the_upload_that_is_on_its_way(
    at_work: AtWork, alice: Any, bob: Any, order: dict[str, Any], ready_session: dict[str, Any]
) -> None:
    first = ok(at_work.upload(bob, order), 202)
    preview = at_work.preview(alice, ready_session)
    checks = at_work.checks(alice, ready_session, preview)
    assert checks["may_upload"] is False
    assert checks["earlier_upload_id"] == first["upload_id"]
    again = at_work.order(alice, ready_session, preview)
    assert refused(at_work.upload(alice, again), 409, "KS-409U") == first["upload_id"]
    assert count(at_work) == 1


@pytest.mark.parametrize("key", [None, "short", "x" * 81])
def test_an_order_needs_a_usable_key(bob: Any, order: dict[str, Any], key: str | None) -> None:
    answer = bob.post("/v1/uploads", order, headers={"Idempotency-Key": key} if key else {})
    assert answer.status_code == 422


def _broken(pdf: bytes) -> dict[str, bytes]:
    return {
        "other bytes": pdf + b"\n%",
        "no pdf": b"hello",
        "torn": pdf[: len(pdf) // 2],
        "empty": b"",
        "too large": b"%PDF-" + b"0" * (10 * 1024 * 1024),
    }


@pytest.mark.parametrize("kind", ["other bytes", "no pdf", "torn", "empty", "too large"])
def test_only_the_previewed_bytes_are_taken(at_work: AtWork, bob: Any, order: dict[str, Any], kind: str) -> None:
    pdf = _broken(base64.b64decode(order["pdf_base64"]))[kind]
    body = {**order, "pdf_base64": base64.b64encode(pdf).decode(), "sha256": hashlib.sha256(pdf).hexdigest()}
    refused(at_work.upload(bob, body), 422, "KS-422P")
    refused(at_work.upload(bob, {**body, "sha256": order["sha256"]}), 422, "KS-422P")
    refused(at_work.upload(bob, {**order, "pdf_base64": "%%%"}), 422, "KS-422P")
    assert count(at_work) == 0


def test_another_patient_s_report_is_never_taken(at_work: AtWork, bob: Any, order: dict[str, Any]) -> None:
    other = at_work.linked(bob, "14903", lastname="Essai", firstname="Chantal", born="1959-05-05")
    view = at_work.reviewed(bob, at_work.confirmed(bob, at_work.session(bob, other)))
    theirs = at_work.preview(bob, view)
    swapped = {**order, "pdf_base64": theirs["pdf_base64"], "sha256": theirs["sha256"]}
    refused(at_work.upload(bob, swapped), 422, "KS-422P")
    refused(at_work.upload(bob, {**order, "preview_id": theirs["preview_id"]}), 404, "KS-404")
    refused(at_work.upload(bob, {**order, "session_id": view["session_id"]}), 404, "KS-404")
    assert count(at_work) == 0


def test_a_wrong_year_or_an_old_fingerprint_stops_the_order(
    at_work: AtWork, bob: Any, order: dict[str, Any], audited: Any
) -> None:
    refused(at_work.upload(bob, {**order, "typed_birth_year": "1945"}), 422, "KS-422Y")
    assert "changed while" in refused(at_work.upload(bob, {**order, "fingerprint": "0" * 64}), 422, "KS-422L")
    assert ("upload_refused", "failed", order["session_id"]) in audited()
    assert count(at_work) == 0


def test_a_department_that_is_not_allowed_is_refused(at_work: AtWork, bob: Any, order: dict[str, Any]) -> None:
    for department in (at_work.clinic.neuro, at_work.clinic.elsewhere, "0" * 32):
        refused(at_work.upload(bob, {**order, "department_id": department}), 422, "KS-422D")
    assert count(at_work) == 0


def test_an_unreviewed_session_or_an_unlinked_patient_is_refused(at_work: AtWork, bob: Any) -> None:
    view = at_work.session(bob, at_work.patient(bob))
    body = at_work.order(bob, view, at_work.preview(bob, view), department_id=at_work.clinic.physical_therapy)
    sentence = refused(at_work.upload(bob, body), 422, "KS-422N")
    assert "No athenaOne patient ID linked to this patient." in sentence
    assert "The session is not reviewed." in sentence


def test_a_preview_from_before_a_change_is_refused(at_work: AtWork, bob: Any, order: dict[str, Any]) -> None:
    path = f"/v1/sessions/{order['session_id']}/note"
    ok(bob.post(path, {"note_version": 0, "text": "Something new."}))
    assert "Make it again" in refused(at_work.upload(bob, order), 422, "KS-422P")


def test_with_the_switch_off_nothing_is_taken_and_nothing_asked(
    at_work: AtWork, bob: Any, server: Any, order: dict[str, Any]
) -> None:
    connect(server, at_work.clinic.practice_a, at_work.standin, documents_write=False)
    asked = len(at_work.standin.standin.requests)
    assert "not switched on" in refused(at_work.upload(bob, order), 403, "KS-403S")
    assert len(at_work.standin.standin.requests) == asked


def test_front_desk_readonly_and_strangers_upload_nothing(
    at_work: AtWork, erin: Any, frank: Any, charlie: Any, order: dict[str, Any]
) -> None:
    refused(at_work.upload(erin, order), 403, "KS-403")
    refused(at_work.upload(frank, order), 403, "KS-403R")
    refused(at_work.upload(charlie, order), 404, "KS-404")
    assert count(at_work) == 0


def test_the_report_is_sealed_in_the_queue_and_wiped_once_filed(
    at_work: AtWork, bob: Any, order: dict[str, Any]
) -> None:
    ok(at_work.upload(bob, order), 202)

    def row() -> Any:
        with at_work.server.database.reading(at_work.worker_scope) as unit:
            return unit.one(select(uploads).where(uploads.c.practice_id == unit.practice_id))

    assert b"%PDF" not in row().pdf_sealed
    at_work.work()
    assert row().pdf_sealed is None
    assert row().sha256 == order["sha256"]
    (document,) = at_work.documents()
    assert document["sha256"] == order["sha256"]


@pytest.mark.parametrize("encoding", ["multipart_base64", "form_base64", "multipart_file"])
def test_every_encoding_files_the_same_bytes(
    at_work: AtWork, bob: Any, server: Any, order: dict[str, Any], encoding: str
) -> None:
    connect(server, at_work.clinic.practice_a, at_work.standin, upload_encoding=encoding)
    ok(at_work.upload(bob, order), 202)
    at_work.work()
    (document,) = at_work.documents()
    assert (document["sha256"], document["encoding"]) == (order["sha256"], encoding)


def raw(who: Any, order: dict[str, Any], pdf: bytes, key: str | None = None, **changes: Any) -> Any:
    fields = {name: value for name, value in order.items() if name != "pdf_base64"} | changes
    headers = {
        "Kinometric-Order": json.dumps(fields),
        "Idempotency-Key": key or uuid4().hex,
        "Content-Type": "application/pdf",
    }
    return who.client.post("/v1/uploads/pdf", content=pdf, headers=headers)


def test_a_raw_pdf_is_the_same_order_as_base64(at_work: AtWork, bob: Any, order: dict[str, Any]) -> None:
    pdf, key = base64.b64decode(order["pdf_base64"]), uuid4().hex
    first = ok(raw(bob, order, pdf, key), 202)
    assert ok(at_work.upload(bob, order, key), 200)["upload_id"] == first["upload_id"]
    at_work.work()
    (document,) = at_work.documents()
    assert document["sha256"] == order["sha256"]


@pytest.mark.parametrize(
    "fields",
    ['{"session_id": "x"', "[]", "", '{"a": NaN}', '{"supersedes": null, "supersedes": null}', "[" * 3000 + "]" * 900,
     '{"fingerprint": "\\ud800"}', '{"fingerprint": "\\u0000"}', '{"pdf_base64": ""}', "\xff", "{}"],
)  # fmt: skip
def test_an_order_in_a_header_is_read_as_strictly_as_one_in_a_body(at_work: AtWork, bob: Any, fields: str) -> None:
    headers = {"Kinometric-Order": fields.encode("latin-1"), "Idempotency-Key": "k" * 8}
    answer = bob.client.post(
        "/v1/uploads/pdf", content=b"%PDF-", headers={**headers, "Content-Type": "application/pdf"}
    )
    assert refused(answer, 422, "KS-422").endswith(".")
    assert count(at_work) == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"sha256": "0" * 64}, "KS-422P"), ({"surplus": 1}, "KS-422"), ({"session_id": 7}, "KS-422")],
)
def test_a_raw_pdf_that_does_not_fit_is_refused(
    at_work: AtWork, bob: Any, order: dict[str, Any], changes: dict[str, Any], code: str
) -> None:
    pdf = base64.b64decode(order["pdf_base64"])
    refused(raw(bob, order, pdf, **changes), 422, code)
    refused(raw(bob, order, pdf[:-9]), 422, "KS-422P")
    assert count(at_work) == 0


def test_a_second_report_is_a_corrected_one_with_a_reason(
    at_work: AtWork, bob: Any, order: dict[str, Any], ready_session: dict[str, Any]
) -> None:
    first = ok(at_work.upload(bob, order), 202)
    at_work.work()
    trial = ready_session["trials"][0]
    body = {"version": trial["version"], "held_full": False, "hold_s": 7.0, "reason": "seen on video"}
    changed = ok(bob.post(f"/v1/trials/{trial['trial_id']}/hold", body))
    view = at_work.reviewed(bob, changed)
    preview = at_work.preview(bob, view)
    checks = at_work.checks(bob, view, preview)
    assert (checks["is_correction"], checks["earlier_upload_id"]) == (True, first["upload_id"])
    second = at_work.order(bob, view, preview)
    refused(at_work.upload(bob, second), 409, "KS-409U")
    with_link = {**second, "supersedes": first["upload_id"]}
    refused(at_work.upload(bob, with_link), 422, "KS-422")
    taken = ok(at_work.upload(bob, {**with_link, "correction_reason": "hold was shorter"}), 202)
    assert (taken["revision"], taken["supersedes"]) == (1, first["upload_id"])
    at_work.work()
    assert at_work.state(bob, taken)["state"] == "filed"
    assert len(at_work.documents()) == 2


def test_a_first_report_can_not_pretend_to_correct_another(at_work: AtWork, bob: Any, order: dict[str, Any]) -> None:
    refused(at_work.upload(bob, {**order, "correction_reason": "why not"}), 422, "KS-422")
    assert count(at_work) == 0


def test_a_strange_document_is_refused_before_it_is_parsed(
    at_work: AtWork, bob: Any, order: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = b"%PDF-1.7 made to harm its reader"
    fields = {"pdf_base64": base64.b64encode(strange).decode(), "sha256": hashlib.sha256(strange).hexdigest()}
    parsed: list[bytes] = []
    monkeypatch.setattr("kinometric_server.uploads.pdf.page_count", parsed.append)
    said = refused(at_work.upload(bob, {**order, **fields}), 422, "KS-422P")
    assert said == "This is not the report that was previewed."
    refused(at_work.upload(bob, {**order, "pdf_base64": fields["pdf_base64"]}), 422, "KS-422P")
    assert parsed == []
