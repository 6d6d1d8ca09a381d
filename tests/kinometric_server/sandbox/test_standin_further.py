"""What the stand-in answers beyond the requests that the product makes."""

from __future__ import annotations

import base64
from typing import Any

import pytest

P = "/v1/990017"
CHART = f"{P}/patients/60145/documents/clinicaldocument"


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"anyphone": "(410) 555-0178"}, {"14620"}),
        ({"mobilephone": "410-555-0178"}, {"14620"}),
        ({"homephone": "4105550117"}, {"15020", "15021"}),
        ({"lastname": "Sample", "suffix": "sr"}, {"15021"}),
        ({"zip": "00104-1207", "lastname": "Sample"}, {"15020", "15021"}),
        ({"lastname": "Testcase", "status": "deleted"}, {"16402"}),
        ({"anyphone": "none", "lastname": "Prueba"}, {"14620"}),
    ],
)
def test_each_filter_narrows_a_search(caller: Any, query: dict[str, str], ids: set[str]) -> None:
    found = caller.ask(f"{P}/patients", params=query).json()["patients"]
    assert {each["patientid"] for each in found} == ids


def test_a_phone_number_that_is_none_is_no_criterion(caller: Any) -> None:
    answer = caller.ask(f"{P}/patients?homephone=410555")
    assert (answer.status_code, "anyphone" in answer.json()["fields"]) == (400, True)


def test_the_next_link_works_as_it_stands(caller: Any) -> None:
    first = caller.ask(f"{P}/patients?lastname=S&limit=2").json()
    assert first["next"] == f"{P}/patients?LASTNAME=S&limit=2&offset=2"
    second = caller.ask(first["next"]).json()
    assert second["totalcount"] == first["totalcount"]
    assert {each["lastname"][0] for each in second["patients"]} == {"S"}
    assert caller.ask(second["previous"]).json()["patients"] == first["patients"]


def test_an_empty_text_is_no_number(caller: Any) -> None:
    said = "Expecting type integer, but value is "
    for path in (f"{P}/patients?departmentid=&lastname=S", f"{P}/patients?lastname=S&limit=", f"{CHART}?departmentid="):
        answer = caller.ask(path)
        assert (answer.status_code, answer.json()["detailedmessage"]) == (400, said), path
    answer = caller.ask(CHART, "POST", data={"departmentid": "", "documentsubclass": "CONSULTNOTE"})
    assert (answer.status_code, answer.json()["detailedmessage"]) == (400, said)


def test_a_plus_sign_that_a_form_has_lost_is_told_and_line_ends_are_not(caller: Any) -> None:
    form = {"departmentid": "1", "documentsubclass": "CLINICALDOCUMENT"}
    content = b"%PDF-" + bytes(range(256))
    text = base64.encodebytes(content).decode()
    assert "+" in text
    assert caller.ask(CHART, "POST", data={**form, "attachmentcontents": text}).status_code == 200
    (stored,) = caller.documents()
    assert stored["bytes"] == len(content)
    assert caller.http.get("/_standin/documents/88201/content").content == content
    lost = caller.ask(CHART, "POST", data={**form, "attachmentcontents": text.replace("+", " ")})
    assert (lost.status_code, "Base64" in lost.json()["detailedmessage"]) == (400, True)


@pytest.mark.parametrize(
    "fields",
    [
        {"observationtime": "25:00"},
        {"observationtime": "9:5"},
        {"attachmenttype": "DOCX"},
        {"entityid": "x", "entitytype": "ENCOUNTER"},
        {"clinicalproviderid": ""},
    ],
)
def test_further_options_that_cannot_be_used_are_refused(caller: Any, fields: dict[str, str]) -> None:
    form = {"departmentid": "1", "documentsubclass": "CONSULTNOTE", "documentdata": "text", **fields}
    answer = caller.ask(CHART, "POST", data=form)
    assert answer.status_code == 400
    assert caller.documents() == []


def test_a_document_keeps_the_order_and_the_hour_it_was_filed_with(caller: Any) -> None:
    fields = {"entityid": "77", "entitytype": "ENCOUNTER", "observationtime": "09:05", "clinicalproviderid": "71"}
    number = caller.file(**fields, attachmenttype="PDF").json()["clinicaldocumentid"]
    (plain,) = caller.ask(f"{CHART}?departmentid=1").json()["clinicaldocuments"]
    assert "entityid" not in plain
    assert (plain["observationtime"], plain["clinicalproviderid"]) == ("09:05", 71)
    (listed,) = caller.ask(f"{CHART}?departmentid=1&getentityinfo=true").json()["clinicaldocuments"]
    assert (listed["entityid"], listed["entitytype"]) == ("77", "ENCOUNTER")
    assert caller.ask(f"{CHART}/{number}", "PUT", data={"observationtime": "10:00"}).status_code == 200
    assert caller.ask(f"{CHART}/{number}").json()[0]["observationtime"] == "10:00"


def test_sections_of_a_patient_come_when_they_are_asked_for(caller: Any) -> None:
    (plain,) = caller.ask(f"{P}/patients/60145").json()
    assert not {"insurances", "customfields", "allpatientstatuses"} & set(plain)
    (shown,) = caller.ask(f"{P}/patients/60145?showinsurance=true&showcustomfields=true").json()
    assert (shown["insurances"], shown["customfields"]) == ([], [])


def test_the_best_match_may_go_by_sound_and_leaves_restricted_patients_out(caller: Any) -> None:
    query = {"lastname": "Brueva", "firstname": "Rosa", "dob": "09/23/1944", "minscore": "20"}
    path = f"{P}/patients/enhancedbestmatch"
    assert caller.ask(path, params=query).json() == []
    query["lastname"] = "Prwba"
    caller.http.put("/_standin/patients/990017/14620", json={"firstname": "Rosa", "dob": "09/23/1944"})
    assert caller.ask(path, params=query).json() == []
    (found,) = caller.ask(path, params={**query, "usesoundexsearch": "true"}).json()
    assert (found["patientid"], found["score"]) == ("14620", 23)
    caller.http.put("/_standin/patients/990017/14620", json={"_restricted": True})
    assert caller.ask(path, params={**query, "usesoundexsearch": "true"}).json() == []


def test_a_token_can_be_looked_at_and_ended(caller: Any) -> None:
    caller.sign_on()
    client = (caller.running.client_id, caller.running.client_secret)
    looked = caller.http.post("/oauth2/v1/introspect", data={"token": caller.token}, auth=client).json()
    assert (looked["active"], looked["token_type"]) == (True, "Bearer")
    assert caller.http.post("/oauth2/v1/introspect", data={"token": "x"}, auth=client).json() == {"active": False}
    for path in ("introspect", "revoke"):
        answer = caller.http.post(f"/oauth2/v1/{path}", data={"token": caller.token}, auth=(client[0], "wrong"))
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert caller.ask(f"{P}/ping").status_code == 200
    assert caller.http.post("/oauth2/v1/revoke", data={"token": caller.token}, auth=client).status_code == 200
    assert caller.ask(f"{P}/ping").text == "Developer Inactive"


def test_balances_can_be_left_out_and_a_department_must_be_a_number(caller: Any) -> None:
    assert "balances" in caller.ask(f"{P}/patients?lastname=Prueba").json()["patients"][0]
    assert "balances" not in caller.ask(f"{P}/patients?lastname=Prueba&omitbalances=true").json()["patients"][0]
    assert caller.ask(f"{P}/patients?departmentid=x").status_code == 400


def test_a_restricted_patient_is_left_out_unless_restrictions_are_ignored(caller: Any) -> None:
    caller.http.put("/_standin/patients/990017/14620", json={"_restricted": True})
    assert caller.ask(f"{P}/patients?lastname=Prueba").json()["totalcount"] == 0
    assert caller.ask(f"{P}/patients/14620").status_code == 404
    assert caller.ask(f"{P}/patients/14620?ignorerestrictions=true").status_code == 200


def test_a_part_of_a_name_or_number_is_a_search_term(caller: Any) -> None:
    found = caller.ask(f"{P}/patients/search?searchterm=uestra").json()["patients"]
    assert {"60145", "60146"} <= {each["patientid"] for each in found}
    assert found[0].keys() <= {"patientid", "firstname", "lastname", "dob"}
    assert caller.ask(f"{P}/patients/search").json()["missingfields"] == ["searchterm"]
    assert caller.ask(f"{P}/patients/search?searchterm=a&limit=x").status_code == 400


def test_the_best_match_refuses_a_bad_date_and_a_bad_score(caller: Any) -> None:
    query = {"lastname": "a", "firstname": "b", "dob": "yesterday"}
    assert "Expecting format date" in caller.ask(f"{P}/patients/enhancedbestmatch", params=query).text
    query |= {"dob": "01/01/1950", "minscore": "high"}
    assert "Expecting type integer" in caller.ask(f"{P}/patients/enhancedbestmatch", params=query).text


def test_providers_are_listed_and_read(caller: Any) -> None:
    (provider,) = caller.ask(f"{P}/providers").json()["providers"]
    assert caller.ask(f"{P}/providers/{provider['providerid']}").json() == [provider]
    assert caller.ask(f"{P}/providers/9").status_code == 404
    assert caller.ask(f"{P}/providers?limit=0").status_code == 400


def test_departments_may_name_their_providers_and_hospitals_are_few(caller: Any) -> None:
    listed = caller.ask(f"{P}/departments?providerlist=true&limit=1").json()["departments"]
    assert listed[0]["providerlist"] == [71]
    assert caller.ask(f"{P}/departments?hospitalonly=true").json()["totalcount"] == 0
    assert caller.ask(f"{P}/departments?limit=x").status_code == 400
    assert caller.ask(f"{P}/departments/x").status_code == 400


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"firstname": "A", "lastname": "B", "dob": "01/02/1950"}, "Additional fields are required."),
        ({"firstname": "A", "lastname": "B", "dob": "wrong", "departmentid": "1"}, "Improper DOB."),
        ({}, "Additional fields are required."),
    ],
)
def test_a_patient_without_what_is_needed_is_not_made(caller: Any, form: dict[str, str], said: str) -> None:
    answer = caller.ask(f"{P}/patients", "POST", data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, said)


def test_a_patient_who_is_not_there_cannot_be_changed(caller: Any) -> None:
    assert caller.ask(f"{P}/patients/424242", "PUT", data={"lastname": "X"}).status_code == 404
    assert caller.ask(f"{P}/patients/60145", "PUT", data={"dob": "soon"}).json()["error"] == "Improper DOB."


def test_a_subscription_can_be_ended_and_knows_its_events(caller: Any) -> None:
    path = f"{P}/patients/changed/subscription"
    assert caller.ask(path, "POST", data={"eventname": "Nothing"}).status_code == 400
    caller.ask(path, "POST")
    caller.ask(path, "DELETE", params={"eventname": "AddPatient"})
    assert caller.ask(path).json()["status"] == "PARTIAL"
    caller.ask(path, "DELETE")
    assert caller.ask(path).json()["status"] == "INACTIVE"


def test_documents_that_are_not_there_are_told_in_each_way_of_asking(caller: Any) -> None:
    for method, path in (
        ("GET", f"{CHART}/5/pages/1"),
        ("GET", f"{CHART}/5/originaldocument"),
        ("PUT", f"{CHART}/5"),
        ("DELETE", f"{CHART}/5"),
        ("GET", f"{P}/documents/clinicaldocument/5/actions"),
    ):
        assert caller.ask(path, method).status_code == 404, path


def test_a_change_is_checked_and_an_action_needs_a_note(caller: Any) -> None:
    number = caller.file(originalfilename="report", providerid="71").json()["clinicaldocumentid"]
    assert caller.ask(f"{CHART}/{number}", "PUT", data={"priority": "9"}).status_code == 400
    replaced = {"internalnote": "new", "replaceinternalnote": "true", "priority": "1"}
    assert caller.ask(f"{CHART}/{number}", "PUT", data=replaced).status_code == 200
    (single,) = caller.ask(f"{CHART}/{number}?showmetadata=true").json()
    assert (single["internalnote"], single["priority"], single["providerid"]) == ("new", "1", 71)
    assert single["originalfilename"] == "report"
    actions = f"{P}/documents/clinicaldocument/{number}/actions"
    assert caller.ask(actions, "POST").json()["missingfields"] == ["actionnote"]


@pytest.mark.parametrize(
    "fields", [{"providerid": "x"}, {"documenttypeid": "²"}, {"originalfilename": "n" * 201}, {"entitytype": "PATIENT"}]
)
def test_options_that_cannot_be_used_are_refused(caller: Any, fields: dict[str, str]) -> None:
    assert caller.file(**fields).status_code == 400
    assert caller.documents() == []


def test_a_list_is_refused_for_another_department_and_a_bad_page(caller: Any) -> None:
    assert caller.ask(f"{CHART}?departmentid=4").status_code == 400
    assert caller.ask(f"{CHART}?departmentid=1&limit=x").status_code == 400
