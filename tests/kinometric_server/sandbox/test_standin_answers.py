"""What the stand-in answers when nothing is disturbed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

P = "/v1/990017"


def test_a_token_is_given_for_client_credentials_and_the_scope(caller: Any) -> None:
    answer = caller.sign_on()
    assert answer.status_code == 200
    assert answer.json().keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert answer.json()["expires_in"] == 3600
    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["x-ratelimit-limit"]) >= int(answer.headers["x-ratelimit-remaining"])


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"scope": "something/else"}, 400, "invalid_scope"),
        ({"scope": ""}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_wrong_token_request_is_refused_in_oktas_form(
    caller: Any, changes: dict[str, str], status: int, error: str
) -> None:
    answer = caller.sign_on(**changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_wrong_secret_is_refused(caller: Any) -> None:
    answer = caller.http.post(
        "/oauth2/v1/token",
        data={"grant_type": "client_credentials"},
        auth=(caller.running.client_id, "not the secret"),
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_the_secret_may_stand_in_the_body(caller: Any) -> None:
    form = {
        "grant_type": "client_credentials",
        "scope": "athena/service/Athenanet.MDP.*",
        "client_id": caller.running.client_id,
        "client_secret": caller.running.client_secret,
    }
    assert caller.http.post("/oauth2/v1/token", data=form).status_code == 200


def test_without_a_token_the_gateway_answers_in_plain_text(caller: Any) -> None:
    answer = caller.http.get(f"{P}/ping")
    assert (answer.status_code, answer.text) == (401, "Developer Inactive")


def test_a_path_that_is_not_routed_is_answered_by_the_gateway(caller: Any) -> None:
    answer = caller.ask("/fhir/r4/Patient")
    assert (answer.status_code, answer.text) == (404, "Service not registered with API gateway.")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/practices"), ("GET", f"{P}/nothing"), ("POST", f"{P}/departments")]
)
def test_a_routed_but_unknown_path_is_404_in_the_envelope(caller: Any, method: str, path: str) -> None:
    answer = caller.ask(path, method)
    assert answer.status_code == 404
    assert "unknown api path" in answer.json()["error"].lower()


def test_success_and_error_differ_in_charset_and_leading_newlines(caller: Any) -> None:
    good, bad = caller.ask(f"{P}/ping"), caller.ask(f"{P}/patients")
    assert good.headers["content-type"] == "application/json; charset=UTF-8"
    assert good.text.startswith("{")
    assert bad.headers["content-type"] == "application/json"
    assert bad.content.startswith(b"\n\n{")
    for answer in (good, bad):
        assert answer.headers["x-ratelimit-limit"] == "50000"
        assert answer.headers["x-request-id"].startswith("rrt-")
        assert answer.headers["cache-control"] == "no-cache, no-store"
        assert answer.headers["expires"].startswith("Mon, 06 Jan 1975")
    assert int(bad.headers["x-ratelimit-remaining"]) == int(good.headers["x-ratelimit-remaining"]) - 1


def test_practice_1_lists_the_practices_that_the_client_may_use(caller: Any) -> None:
    listed = caller.ask("/v1/1/practiceinfo").json()
    assert [each["practiceid"] for each in listed["practiceinfo"]] == ["990017", "990019"]
    assert listed["totalcount"] == 2
    assert [each["practiceid"] for each in caller.ask(f"{P}/practiceinfo").json()["practiceinfo"]] == ["990017"]


def test_an_unknown_practice_is_invalid(caller: Any) -> None:
    answer = caller.ask("/v1/424242/ping")
    assert (answer.status_code, answer.json()["error"]) == (404, "Invalid practice.")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, "Incorrect permissions."),
        (403, "You do not have access to this context"),
        (404, "Invalid practice."),
    ],
)
def test_a_practice_that_is_not_granted_is_refused_in_three_ways(caller: Any, status: int, error: str) -> None:
    caller.faults(no_access=status)
    answer = caller.ask("/v1/990018/departments")
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_patient_is_an_array_of_one_with_text_ids(caller: Any) -> None:
    (patient,) = caller.ask(f"{P}/patients/60145").json()
    assert (patient["patientid"], patient["departmentid"], patient["dob"]) == ("60145", "1", "04/03/1951")
    assert patient["mobilephone"] == "4105550142"
    assert "allpatientstatuses" not in patient
    assert not [name for name in patient if name.startswith("_")]


def test_all_departments_of_a_patient_come_when_asked_for_as_numbers(caller: Any) -> None:
    (patient,) = caller.ask(f"{P}/patients/16310?showallpatientdepartmentstatus=true").json()
    assert {each["departmentid"] for each in patient["allpatientstatuses"]} == {11, 12, 3}


def test_an_unknown_patient_is_json_under_html(caller: Any) -> None:
    answer = caller.ask(f"{P}/patients/999999")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=iso-8859-1")
    assert json.loads(answer.content)["error"] == "This patient does not exist in this context."


def test_a_patient_id_that_is_not_a_number_is_invalid(caller: Any) -> None:
    answer = caller.ask(f"{P}/patients/abc")
    assert (answer.status_code, answer.json()["detailedmessage"]) == (400, "Expecting type integer, but value is abc")


def test_a_search_needs_a_criterion(caller: Any) -> None:
    answer = caller.ask(f"{P}/patients?limit=5")
    assert answer.status_code == 400
    assert "lastname" in answer.json()["fields"]
    assert answer.json()["error"].startswith("Data for one or more of the fields listed above are required")


def test_a_list_of_ids_is_not_a_criterion(caller: Any) -> None:
    assert caller.ask(f"{P}/patients?patientid=60145,60146").status_code == 400


def test_a_search_pages_by_ten_with_uppercase_filter_names(caller: Any) -> None:
    first = caller.ask(f"{P}/patients?departmentid=1").json()
    assert len(first["patients"]) == 10
    assert first["next"] == f"{P}/patients?DEPARTMENTID=1&offset=10"
    assert "previous" not in first
    second = caller.ask(first["next"].replace("DEPARTMENTID", "departmentid")).json()
    assert second["previous"] == f"{P}/patients?DEPARTMENTID=1&offset=0"
    assert not {each["patientid"] for each in first["patients"]} & {each["patientid"] for each in second["patients"]}


def test_names_match_from_their_beginning_whatever_the_case(caller: Any) -> None:
    found = caller.ask(f"{P}/patients?lastname=MUESTRA&firstname=mar").json()["patients"]
    assert {each["patientid"] for each in found} == {"60145", "60146", "18802"}


def test_a_birth_date_is_a_criterion_and_a_bad_one_is_told(caller: Any) -> None:
    found = caller.ask(f"{P}/patients", params={"dob": "03/04/1951"}).json()["patients"]
    assert {each["patientid"] for each in found} == {"60146", "22640", "18311"}
    bad = caller.ask(f"{P}/patients", params={"dob": "1951-03-04"})
    assert (bad.status_code, bad.json()["detailedmessage"]) == (400, "Expecting format date, but value is 1951-03-04")


def test_nobody_found_is_an_empty_list(caller: Any) -> None:
    assert caller.ask(f"{P}/patients?lastname=Nobody").json() == {"patients": [], "totalcount": 0}


def test_deleted_and_merged_records_are_not_found_by_name(caller: Any) -> None:
    assert caller.ask(f"{P}/patients?lastname=Testcase").json()["totalcount"] == 0
    found = caller.ask(f"{P}/patients?lastname=Scratch").json()["patients"]
    assert [each["patientid"] for each in found] == ["19002"]
    assert caller.ask(f"{P}/patients/16402").json()[0]["status"] == "deleted"


def test_too_many_hits_are_an_error(caller: Any) -> None:
    caller.faults(too_many_above=3)
    answer = caller.ask(f"{P}/patients?departmentid=1")
    assert answer.status_code == 400
    assert "larger than 1000 records" in answer.json()["error"]


def test_a_limit_that_is_not_a_number_or_too_large_is_told(caller: Any) -> None:
    assert caller.ask(f"{P}/patients?lastname=a&limit=x").status_code == 400
    assert caller.ask(f"{P}/patients?lastname=a&limit=1001").status_code == 400


def test_the_best_match_is_a_bare_array_with_a_score(caller: Any) -> None:
    query = {"lastname": "Muestra Lopez", "firstname": "Mario", "dob": "03/04/1951"}
    (best,) = caller.ask(f"{P}/patients/enhancedbestmatch", params=query).json()
    assert best["patientid"] == "60146"
    assert best["score"] >= 26
    several = caller.ask(f"{P}/patients/enhancedbestmatch", params={**query, "returnbestmatches": "true"}).json()
    assert [each["score"] for each in several] == sorted((each["score"] for each in several), reverse=True)
    assert caller.ask(f"{P}/patients/enhancedbestmatch", params={**query, "lastname": "Nobody"}).json() == []


def test_the_best_match_names_what_is_missing(caller: Any) -> None:
    answer = caller.ask(f"{P}/patients/enhancedbestmatch?lastname=a&dob=01/01/1950")
    assert (answer.status_code, answer.json()["missingfields"]) == (400, ["firstname"])


def test_hidden_departments_come_only_when_all_are_asked_for(caller: Any) -> None:
    usual = caller.ask(f"{P}/departments").json()
    every = caller.ask(f"{P}/departments?showalldepartments=true").json()
    assert every["totalcount"] == usual["totalcount"] + 1 == 13
    assert "30" not in {each["departmentid"] for each in usual["departments"]}


def test_departments_page_by_limit_and_offset(caller: Any) -> None:
    page = caller.ask(f"{P}/departments?limit=5&offset=5").json()
    assert len(page["departments"]) == 5
    assert page["next"] == f"{P}/departments?limit=5&offset=10"
    assert page["previous"] == f"{P}/departments?limit=5&offset=0"


def test_one_department_is_an_array_of_one(caller: Any) -> None:
    (department,) = caller.ask(f"{P}/departments/3").json()
    assert (department["departmentid"], department["name"]) == ("3", "Eastside PT")
    assert caller.ask(f"{P}/departments/9").status_code == 404


def test_an_empty_practice_has_no_departments(caller: Any) -> None:
    assert caller.ask("/v1/990019/departments").json() == {"departments": [], "totalcount": 0}


def test_accents_travel_as_utf_8(caller: Any) -> None:
    found = caller.ask(f"{P}/patients", params={"lastname": "Näyte"}).json()["patients"]
    assert [each["lastname"] for each in found] == ["Näyte"]


@pytest.mark.parametrize("encoding", ["multipart_base64", "form_base64", "multipart_file"])
def test_a_document_is_stored_the_same_in_all_three_encodings(caller: Any, encoding: str) -> None:
    from_caller = caller.file(encoding=encoding, internalnote="a note")
    assert from_caller.json() == {"success": True, "clinicaldocumentid": 88201}
    (stored,) = caller.documents()
    assert stored["encoding"] == encoding
    assert stored["internalnote"] == "a note"
    content = caller.http.get("/_standin/documents/88201/content").content
    assert content.startswith(b"%PDF-")
    assert stored["sha256"] == hashlib.sha256(content).hexdigest()


def test_identical_documents_stack(caller: Any) -> None:
    numbers = [caller.file().json()["clinicaldocumentid"] for _ in range(2)]
    assert numbers == [88201, 88202]


@pytest.mark.parametrize("field", ["departmentid", "documentsubclass"])
def test_a_missing_field_is_named(caller: Any, field: str) -> None:
    answer = caller.file(**{field: ""})
    assert (answer.status_code, answer.json()["missingfields"]) == (400, [field])


@pytest.mark.parametrize("patientid", ["60146", "999999"])
def test_a_patient_who_is_not_in_the_department_or_not_at_all_is_refused_alike(caller: Any, patientid: str) -> None:
    answer = caller.file(patientid, departmentid="4")
    assert answer.status_code == 400
    assert answer.json()["error"] == "The specified patient does not exist in that department."
    assert caller.documents() == []


@pytest.mark.parametrize(
    ("attachment", "said"),
    [("JUZBS0U=", "not a PDF"), ("!!!", "not valid Base64")],
)
def test_an_attachment_must_be_a_pdf_in_base64(caller: Any, attachment: str, said: str) -> None:
    form = {"departmentid": "1", "documentsubclass": "CLINICALDOCUMENT", "attachmentcontents": attachment}
    answer = caller.ask(f"{P}/patients/60145/documents/clinicaldocument", "POST", data=form)
    assert answer.status_code == 400
    assert said in answer.json()["detailedmessage"]


def test_an_unknown_subclass_and_a_wrong_priority_are_told(caller: Any) -> None:
    assert "DOCUMENTSUBCLASS" in caller.file(documentsubclass="LETTER").json()["detailedmessage"]
    assert "PRIORITY" in caller.file(priority="9").json()["detailedmessage"]
    assert caller.file(entityid="5").json()["missingfields"] == ["entitytype"]
    assert caller.file(observationdate="2026-01-01").status_code == 400


def test_a_json_body_is_not_understood(caller: Any) -> None:
    path = f"{P}/patients/60145/documents/clinicaldocument"
    answer = caller.ask(path, "POST", json={"departmentid": "1", "documentsubclass": "CLINICALDOCUMENT"})
    assert answer.json()["missingfields"] == ["departmentid", "documentsubclass"]


def test_a_document_is_listed_read_changed_and_deleted(caller: Any) -> None:
    number = caller.file(internalnote="first").json()["clinicaldocumentid"]
    path = f"{P}/patients/60145/documents/clinicaldocument"
    listed = caller.ask(f"{path}?departmentid=1").json()
    assert listed["totalcount"] == 1
    assert "pages" not in listed["clinicaldocuments"][0]
    (single,) = caller.ask(f"{path}/{number}").json()
    assert (single["status"], single["documentsource"]) == ("CLOSED", "INTERFACE")
    assert single["createduser"].startswith("API-")
    assert caller.ask(single["pages"][0]["href"]).content.startswith(b"%PDF-")
    assert caller.ask(f"{path}/{number}/originaldocument").content.startswith(b"%PDF-")
    assert caller.ask(f"{path}/{number}", "PUT", data={"internalnote": "second"}).json()["success"] is True
    assert caller.ask(f"{path}/{number}").json()[0]["internalnote"] == "first\nsecond"
    assert caller.ask(f"{path}/{number}", "DELETE").json() == {"success": True, "clinicaldocumentid": number}
    assert caller.ask(f"{path}?departmentid=1").json()["totalcount"] == 0
    assert caller.ask(f"{path}?departmentid=1&showdeleted=true").json()["totalcount"] == 1


def test_a_list_of_documents_needs_a_department_and_an_unknown_number_is_404(caller: Any) -> None:
    path = f"{P}/patients/60145/documents/clinicaldocument"
    assert caller.ask(path).json()["missingfields"] == ["departmentid"]
    answer = caller.ask(f"{path}/5")
    assert (answer.status_code, answer.json()["error"]) == (404, "The requested ID does not exist.")


def test_without_autoclose_a_document_waits_for_review(caller: Any) -> None:
    number = caller.file(autoclose="").json()["clinicaldocumentid"]
    (single,) = caller.ask(f"{P}/patients/60145/documents/clinicaldocument/{number}").json()
    assert single["status"] == "REVIEW"


def test_a_text_alone_is_a_document_too(caller: Any) -> None:
    form = {"departmentid": "1", "documentsubclass": "CONSULTNOTE", "documentdata": "some text"}
    assert caller.ask(f"{P}/patients/60145/documents/clinicaldocument", "POST", data=form).json()["success"] is True


def test_notes_on_a_document_are_kept(caller: Any) -> None:
    number = caller.file().json()["clinicaldocumentid"]
    path = f"{P}/documents/clinicaldocument/{number}/actions"
    assert caller.ask(path, "POST", data={"actionnote": "looked at"}).json() == {"success": True}
    assert caller.ask(path).json()["actions"] == [{"actionnote": "looked at"}]


def test_a_feed_of_changes_needs_a_subscription(caller: Any) -> None:
    before = caller.ask(f"{P}/patients/changed")
    assert (before.status_code, before.json()["error"][:16]) == (403, "Changed messages")
    assert caller.ask(f"{P}/patients/changed/subscription").json() == {"status": "INACTIVE", "subscriptions": []}
    caller.ask(f"{P}/patients/changed/subscription", "POST", data={"eventname": "UpdatePatient"})
    assert caller.ask(f"{P}/patients/changed/subscription").json()["status"] == "PARTIAL"
    caller.ask(f"{P}/patients/changed/subscription", "POST")
    assert caller.ask(f"{P}/patients/changed/subscription").json()["status"] == "ACTIVE"
    assert caller.ask(f"{P}/patients/changed").json() == {"patients": [], "totalcount": 0}


def test_creating_a_patient_answers_an_existing_one_with_the_same_name_and_date(caller: Any) -> None:
    form = {"lastname": "Neu", "firstname": "Nora", "dob": "01/02/1950", "departmentid": "1", "email": "n@example.org"}
    (made,) = caller.ask(f"{P}/patients", "POST", data=form).json()
    assert caller.ask(f"{P}/patients", "POST", data=form).json() == [made]
    assert caller.ask(f"{P}/patients/{made['patientid']}", "PUT", data={"status": "deleted"}).json() == [made]
    assert caller.ask(f"{P}/patients/{made['patientid']}").json()[0]["status"] == "deleted"
