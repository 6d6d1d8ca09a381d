"""What came of a document: the whole map from answers to outcomes, and that nothing is ever sent twice by itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinometric_server.athena.errors import AthenaOffError, SwitchedOffError
from kinometric_server.athena.filing import Filed, NothingStored, OutcomeUnknown, Rejected, outcome_of
from kinometric_server.athena.transport import Answer

UPLOADS = {"method": "POST", "path": "/v1/*/clinicaldocument"}
PDF = b"%PDF-1.7\nan invented report\n%%EOF\n"
File = Callable[[Any], Any]


def posts(clinic: Any) -> int:
    return len(clinic.asked("POST /v1/"))


@pytest.mark.parametrize("encoding", ["multipart_base64", "form_base64", "multipart_file"])
def test_a_document_arrives_whole_in_each_encoding(clinic: Any, filed: File, encoding: str) -> None:
    assert filed(clinic.client(upload_encoding=encoding)) == Filed("88201")
    (stored,) = clinic.standin.documents.all()
    assert stored.encoding == encoding
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (stored.patientid, stored.departmentid, stored.documentsubclass) == ("60145", "1", "CLINICALDOCUMENT")
    assert stored.internalnote == "Kinometric Balance Test Results [K-77]"
    assert stored.status == "CLOSED", "autoclose is true"


def test_a_note_with_accents_arrives_as_it_was(clinic: Any) -> None:
    for encoding in ("multipart_base64", "form_base64", "multipart_file"):
        client = clinic.client(upload_encoding=encoding)
        client.file_document("60145", "1", "Results - Näyte & Prøve; 50 % + 1 [K-1]", PDF)
    assert {each.internalnote for each in clinic.standin.documents.all()} == {"Results - Näyte & Prøve; 50 % + 1 [K-1]"}


def test_a_large_document_arrives_whole(clinic: Any) -> None:
    pdf = PDF + bytes(range(256)) * 12_000
    for encoding in ("multipart_base64", "form_base64", "multipart_file"):
        client = clinic.client(upload_encoding=encoding)
        assert isinstance(client.file_document("60145", "1", "note", pdf), Filed)
    assert {each.content for each in clinic.standin.documents.all()} == {pdf}


@pytest.mark.parametrize(("success_as", "types"), [("string", "legacy"), ("boolean", "modern")])
def test_the_number_is_read_whatever_its_type(
    clinic: Any, alice: Any, filed: File, success_as: str, types: str
) -> None:
    clinic.faults(success_as=success_as, types=types)
    assert filed(alice) == Filed("88201")


@pytest.mark.parametrize("connection", ["reset_before", "reset_after", "stall_before", "stall_after", "truncate_after"])
def test_a_lost_answer_is_unknown_and_is_never_resent(clinic: Any, alice: Any, filed: File, connection: str) -> None:
    clinic.faults({**UPLOADS, "connection": connection})
    if "stall" in connection:
        clinic.impatient()
    outcome = filed(alice)
    assert isinstance(outcome, OutcomeUnknown)
    assert outcome.reason == ("timeout" if "stall" in connection else "connection")
    assert posts(clinic) == 1
    assert clinic.stored(0 if connection.endswith("before") else 1)


def test_a_slow_answer_that_commits_is_unknown(clinic: Any, alice: Any, filed: File) -> None:
    clinic.faults({**UPLOADS, "delay_s": 20})
    clinic.impatient()
    assert filed(alice) == OutcomeUnknown("timeout")
    assert clinic.stored(1)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("store", [True, False])
def test_any_5xx_is_unknown_and_never_resent(clinic: Any, alice: Any, filed: File, status: int, store: bool) -> None:
    clinic.faults(
        {**UPLOADS, "status": status, "body": "<html>down</html>", "content_type": "text/html", "store": store}
    )
    assert filed(alice) == OutcomeUnknown(f"http_{status}")
    assert posts(clinic) == 1


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"status": 400, "body": {"error": "The data provided is invalid."}}, Rejected("http_400")),
        ({"status": 403, "body": {"error": "You do not have access to this context"}}, Rejected("http_403")),
        ({"status": 404, "body": {"error": "Invalid practice."}}, Rejected("http_404")),
        ({"status": 409, "body": {"error": "x"}}, Rejected("http_409")),
        ({"status": 413, "body": "too large"}, Rejected("http_413")),
        ({"status": 415, "body": ""}, Rejected("http_415")),
        ({"status": 422, "body": {"error": "x"}}, Rejected("http_422")),
        ({"status": 200, "body": {"success": "false", "errormessage": "no"}}, Rejected("success_false")),
        ({"status": 200, "body": {"success": False}}, Rejected("success_false")),
        ({"status": 200, "body": [{"success": "false"}]}, Rejected("success_false")),
        ({"status": 408, "body": ""}, OutcomeUnknown("http_408")),
        ({"status": 301, "headers": {"Location": "/elsewhere"}}, OutcomeUnknown("http_301")),
        ({"status": 307, "headers": {"Location": "/elsewhere"}}, OutcomeUnknown("http_307")),
        ({"status": 200, "body": {"success": True}, "store": True}, OutcomeUnknown("no_document_id")),
        ({"status": 200, "body": "1", "store": True}, OutcomeUnknown("no_document_id")),
        ({"status": 200, "body": '"Invalid PROVIDERID input"'}, OutcomeUnknown("no_document_id")),
        ({"status": 200, "body": "<html></html>"}, OutcomeUnknown("no_document_id")),
        ({"status": 429, "body": "Quota", "headers": {"Retry-After": "30"}}, NothingStored("throttled", 30)),
        ({"status": 403, "body": "Account Over Queries Per Second Limit"}, NothingStored("throttled")),
        ({"status": 200, "body": {"clinicaldocumentid": 77}}, Filed("77")),
        ({"status": 200, "body": {"success": "true", "clinicaldocumentid": "77"}}, Filed("77")),
    ],
)
def test_each_answer_means_what_the_design_says(
    clinic: Any, alice: Any, filed: File, fault: dict[str, Any], outcome: object
) -> None:
    clinic.faults({**UPLOADS, **fault})
    assert filed(alice) == outcome
    assert posts(clinic) == 1


def test_a_patient_of_another_department_is_rejected_by_name(clinic: Any, alice: Any, filed: File) -> None:
    clinic.faults(patient_elsewhere=True)
    assert filed(alice) == Rejected("patient_not_in_department")


def test_one_401_is_tried_again_with_a_new_token_and_files_once(clinic: Any, alice: Any, filed: File) -> None:
    clinic.faults({**UPLOADS, "status": 401, "body": {"error": "Bad auth."}, "times": 1})
    assert filed(alice) == Filed("88201")
    assert len(clinic.standin.documents.all()) == 1


def test_a_lasting_401_stored_nothing(clinic: Any, alice: Any, filed: File) -> None:
    clinic.faults({**UPLOADS, "status": 401, "body": "Developer Inactive"})
    assert filed(alice) == NothingStored("unauthorized")
    assert posts(clinic) == 2


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"status": 429, "body": "Quota Exceeded", "headers": {"Retry-After": "17"}}, NothingStored("throttled", 17)),
        ({"status": 401, "body": {"error": "invalid_client"}}, NothingStored("token")),
        ({"status": 503, "body": "<html/>"}, NothingStored("token")),
        ({"connection": "reset_before"}, NothingStored("token")),
        ({"body": "no json"}, NothingStored("token")),
    ],
)
def test_without_a_token_nothing_was_stored(
    clinic: Any, alice: Any, filed: File, fault: dict[str, Any], outcome: object
) -> None:
    clinic.faults({"path": "/oauth2/*", **fault})
    assert filed(alice) == outcome
    assert posts(clinic) == 0


def test_a_document_whose_token_came_too_late_is_not_sent_any_more(
    clinic: Any, alice: Any, filed: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    get = clinic.connections.tokens.get

    def slow(*asked: Any) -> Any:
        clinic.elapsed += 121.0
        return get(*asked)

    monkeypatch.setattr(clinic.connections.tokens, "get", slow)
    assert filed(alice) == NothingStored("too_late")
    assert posts(clinic) == 0


def test_a_document_is_not_sent_any_more_after_the_machine_slept(
    clinic: Any, alice: Any, filed: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    get = clinic.connections.tokens.get

    def asleep(*asked: Any) -> Any:
        token = get(*asked)
        clinic.now += 121.0  # the clock went on, the monotonic seconds stood still
        return token

    monkeypatch.setattr(clinic.connections.tokens, "get", asleep)
    assert filed(alice) == NothingStored("too_late")
    assert posts(clinic) == 0


def test_a_token_request_that_is_sent_elsewhere_stored_nothing(clinic: Any, alice: Any, filed: File) -> None:
    clinic.faults({"path": "/oauth2/*", "status": 302, "headers": {"Location": "mailto:somebody"}})
    assert filed(alice) == NothingStored("token")
    assert posts(clinic) == 0


def test_a_server_that_is_gone_stored_nothing(clinic: Any, alice: Any, filed: File) -> None:
    alice.sign_on()
    token = clinic.connections.tokens.get(clinic.practice, clinic.running.base_url)
    clinic.connections.tokens.get = lambda *_: token
    clinic.connections.standin = "http://127.0.0.1:9"
    assert filed(alice) == NothingStored("connect")


def test_a_server_without_tls_stored_nothing(
    clinic: Any, alice: Any, filed: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.sign_on()
    token = clinic.connections.tokens.get(clinic.practice, clinic.running.base_url)
    clinic.connections.tokens.get = lambda *_: token
    address = clinic.running.base_url.replace("http://", "https://")
    monkeypatch.setattr("kinometric_server.athena.client.base_url", lambda *_: address)
    assert filed(alice) == NothingStored("tls")
    assert clinic.standin.documents.all() == []


def test_writing_needs_its_switch(clinic: Any, filed: File) -> None:
    with pytest.raises(SwitchedOffError):
        filed(clinic.client(documents_write=False))
    with pytest.raises(AthenaOffError):
        filed(clinic.client(environment="none"))
    assert clinic.asked() == []


def test_every_upload_has_a_connection_of_its_own(clinic: Any, alice: Any, filed: File) -> None:
    alice.sign_on()
    alice.departments()
    ports = []
    answer = clinic.standin._answer

    async def noting(request: Any, body: bytes, send: Any) -> None:
        ports.append(request.client.port)
        await answer(request, body, send)

    clinic.standin._answer = noting
    try:
        filed(alice)
        filed(alice)
    finally:
        del clinic.standin._answer
    assert len(set(ports)) == 2


def test_the_document_list_finds_what_was_filed_where_it_is_switched_on(clinic: Any, alice: Any, filed: File) -> None:
    filed(alice)
    with pytest.raises(SwitchedOffError):
        alice.documents("60145", "1")
    with pytest.raises(SwitchedOffError):
        alice.find_document("60145", "1", "K-77")
    looking = clinic.client(documents_list=True)
    (found,) = looking.documents("60145", "1").documents
    assert found.document_id == "88201"
    assert "[K-77]" in found.internal_note
    assert "K-77" not in repr(found)
    assert looking.find_document("60145", "1", "K-77") == "88201"
    assert looking.find_document("60145", "1", "K-7") is None, "a part of a marker is another marker"


def test_a_marker_is_found_on_a_later_page_and_a_listing_that_lags_proves_nothing(clinic: Any, alice: Any) -> None:
    for number in range(103):
        clinic.standin.documents.add(
            practiceid="990017", patientid="60145", departmentid="1", documentclass="CLINICALDOCUMENT",
            documentsubclass="CLINICALDOCUMENT", status="CLOSED", encoding="form_base64",
            internalnote=f"note [K-{number}]",
        )  # fmt: skip
    looking = clinic.client(documents_list=True)
    assert looking.find_document("60145", "1", "K-102") == "88303"
    assert len(clinic.asked("GET /v1/990017/patients/60145/documents")) == 2
    clinic.faults(list_lag_s=3600)
    assert looking.find_document("60145", "1", "K-102") is None


@given(
    st.integers(100, 599),
    st.binary(max_size=60) | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["success", "clinicaldocumentid", "error", "x"]), inner, max_size=3),
        max_leaves=6,
    ).map(lambda payload: json.dumps(payload).encode()),
)  # fmt: skip
def test_no_answer_breaks_the_map_and_only_a_2xx_is_ever_filed(status: int, body: bytes) -> None:
    outcome = outcome_of(Answer(status, {}, body))
    if isinstance(outcome, Filed):
        assert 200 <= status < 300
        assert outcome.document_id.isdigit()
    if status >= 500 or 300 <= status < 400 or status == 408:
        assert isinstance(outcome, OutcomeUnknown)
    if status in (401, 429):
        assert isinstance(outcome, NothingStored)
