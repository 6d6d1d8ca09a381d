"""A link is made after both records were compared, never by itself, and taken back with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from kinometric_server.patients import charts
from tests.kinometric_server.connected_clinic import REASONS, ROSA_IN_ATHENA, AtWork, ok, refused

MARIA = {"lastname": "Muestra-López", "firstname": "Maria", "born": "1951-03-04", "sex": "F", "middlename": "Elena"}
MARIA_IN_ATHENA = "60145"


def test_a_link_keeps_method_verdicts_and_who_made_it(at_work: AtWork, bob: Any, server: Any, audited: Any) -> None:
    from sqlalchemy import select

    from kinometric_server.patients.tables import patient_links

    patient = at_work.patient(bob, **MARIA)
    linked = ok(at_work.link(bob, patient, at_work.chart(bob, MARIA_IN_ATHENA), method="search"))
    link = linked["link"]
    assert (link["athena_patient_id"], link["method"], link["linked_by"]) == ("60145", "search", "Dr. Robert Vance")
    assert "born" in link["accepted_differences"]
    assert linked["link_version"] == patient["link_version"] + 1
    with server.database.reading(at_work.worker_scope) as unit:
        row = unit.one(select(patient_links).where(patient_links.c.practice_id == unit.practice_id))
    assert row.verdicts["born"] == "swapped"
    assert row.model_version
    assert ("patient_linked", "success", patient["patient_id"]) in audited()
    history = ok(bob.get(f"/v1/patients/{patient['patient_id']}/link-history"))
    assert [event["action"] for event in history["events"]] == ["linked"]


def test_differences_need_their_reasons(at_work: AtWork, bob: Any) -> None:
    patient = at_work.patient(bob, **MARIA)
    answer = at_work.link(bob, patient, at_work.chart(bob, MARIA_IN_ATHENA), reasons={})
    assert "Reason for the birth date difference is missing." in refused(answer, 422, "KS-422L")
    answer = at_work.link(bob, patient, at_work.chart(bob, MARIA_IN_ATHENA), reasons={**REASONS, "born": "Other"})
    refused(answer, 422, "KS-422L")


@pytest.mark.parametrize("typed", ["1945", "", "44", "1944 ", "１９４４"])
def test_a_wrong_year_never_links(at_work: AtWork, bob: Any, typed: str) -> None:
    patient = at_work.patient(bob)
    refused(at_work.link(bob, patient, at_work.chart(bob), typed_birth_year=typed), 422, "KS-422Y")
    assert ok(bob.get(f"/v1/patients/{patient['patient_id']}"))["link"] is None


def test_years_that_differ_can_not_be_linked_by_anybody(at_work: AtWork, alice: Any) -> None:
    patient = at_work.patient(alice, born="1945-09-23")
    sentence = refused(at_work.link(alice, patient, at_work.chart(alice), typed_birth_year="1945"), 422, "KS-422L")
    assert "years of birth differ" in sentence


def test_only_an_administrator_links_where_name_and_birth_date_differ(at_work: AtWork, alice: Any, bob: Any) -> None:
    other = {"lastname": "Quite", "firstname": "Different", "born": "1944-02-03"}
    patient = at_work.patient(bob, **other)
    chart = at_work.chart(bob)
    assert "administrator" in refused(at_work.link(bob, patient, chart), 422, "KS-422L")
    assert ok(at_work.link(alice, patient, chart))["link"]["linked_by"] == "Alice"


def test_a_record_that_changed_since_it_was_shown_is_not_linked(at_work: AtWork, bob: Any, standin: Any) -> None:
    patient, chart = at_work.patient(bob), at_work.chart(bob)
    answer = at_work.link(bob, patient, {**chart, "fingerprint": "0" * 64})
    assert "changed since" in refused(answer, 422, "KS-422L")


def test_a_real_patient_is_never_linked_to_a_test_environment(at_work: AtWork, bob: Any) -> None:
    patient = at_work.patient(bob, is_sandbox=False)
    assert "real patient" in refused(at_work.link(bob, patient, at_work.chart(bob)), 422, "KS-422L")


@pytest.mark.parametrize("athena_patient_id", ["16402", "16550"])
def test_a_deleted_record_or_one_without_birth_date_is_not_linked(
    at_work: AtWork, bob: Any, athena_patient_id: str
) -> None:
    chart = at_work.chart(bob, athena_patient_id)
    fields = {name: chart[name] for name in ("lastname", "firstname", "sex")}
    patient = at_work.patient(bob, **fields, born=chart["born"] or "1945-07-29")
    answer = at_work.link(bob, patient, chart, typed_birth_year=str(patient["born"])[:4])
    refused(answer, 422, "KS-422L")


def test_a_merged_away_record_is_not_found(bob: Any, at_work: AtWork) -> None:
    refused(bob.post("/v1/athena/patients/lookup", {"athena_patient_id": "19001"}), 404, "KS-404A")


def test_a_chart_belongs_to_one_patient_only(at_work: AtWork, bob: Any) -> None:
    first = at_work.linked(bob)
    second = at_work.patient(bob)
    sentence = refused(at_work.link(bob, second, at_work.chart(bob)), 409, "KS-409L")
    assert str(first["number"]) in sentence
    assert "Prueba" not in sentence
    refused(at_work.link(bob, first, at_work.chart(bob)), 409, "KS-409L")


def test_two_people_linking_at_once_is_noticed(at_work: AtWork, bob: Any) -> None:
    patient, chart = at_work.patient(bob), at_work.chart(bob)
    ok(at_work.link(bob, patient, chart))
    refused(at_work.link(bob, patient, chart), 409, "KS-409")


def test_unlinking_takes_a_reason_and_frees_the_chart(at_work: AtWork, bob: Any) -> None:
    patient = at_work.linked(bob)
    path = f"/v1/patients/{patient['patient_id']}/link/end"
    refused(bob.post(path, {"link_version": patient["link_version"], "reason": ""}), 422, "KS-422")
    refused(bob.post(path, {"link_version": 0, "reason": "wrong person"}), 409, "KS-409")
    ended = ok(bob.post(path, {"link_version": patient["link_version"], "reason": "wrong person"}))
    assert ended["link"] is None
    other = at_work.patient(bob)
    assert ok(at_work.link(bob, other, at_work.chart(bob)))["link"]
    history = ok(bob.get(f"/v1/patients/{patient['patient_id']}/link-history"))
    assert sorted(event["action"] for event in history["events"]) == ["linked", "unlinked"]
    refused(bob.post(path, {"link_version": ended["link_version"], "reason": "once more"}), 409, "KS-422N")


def test_unlinking_cancels_queued_uploads(at_work: AtWork, bob: Any, ready_session: dict[str, Any]) -> None:
    upload = at_work.queued(bob, ready_session)
    patient = ready_session["patient"]
    body = {"link_version": patient["link_version"], "reason": "wrong person"}
    ok(bob.post(f"/v1/patients/{patient['patient_id']}/link/end", body))
    assert at_work.state(bob, upload)["state"] == "cancelled"
    assert at_work.work() == 0
    assert at_work.documents() == []


def test_verifying_writes_down_that_it_is_still_the_same_person(at_work: AtWork, bob: Any) -> None:
    patient = at_work.linked(bob)
    chart = at_work.chart(bob)
    path = f"/v1/patients/{patient['patient_id']}/link/verify"
    body = {"link_version": patient["link_version"], "fingerprint": chart["fingerprint"]}
    assert ok(bob.post(path, body))["link"]["last_verified_at"]
    refused(bob.post(path, {**body, "fingerprint": "0" * 64}), 422, "KS-422L")
    refused(bob.post(path, {**body, "link_version": 99}), 409, "KS-409")


def test_import_makes_patient_and_link_at_once(at_work: AtWork, bob: Any) -> None:
    chart = at_work.chart(bob)
    body = {
        "athena_patient_id": ROSA_IN_ATHENA,
        "fingerprint": chart["fingerprint"],
        "typed_birth_year": "1944",
    }
    made = ok(bob.post("/v1/patients/import", body))
    assert (made["lastname"], made["born"], made["link"]["method"]) == ("Prueba", "1944-09-23", "import")
    assert made["is_sandbox"] is True
    refused(bob.post("/v1/patients/import", {**body, "accept_similar": True}), 409, "KS-409L")


def test_import_names_a_patient_who_is_much_alike(at_work: AtWork, bob: Any) -> None:
    here = at_work.patient(bob)
    chart = at_work.chart(bob)
    body = {"athena_patient_id": ROSA_IN_ATHENA, "fingerprint": chart["fingerprint"], "typed_birth_year": "1944"}
    assert str(here["number"]) in refused(bob.post("/v1/patients/import", body), 409, "KS-409S")
    made = ok(bob.post("/v1/patients/import", {**body, "accept_similar": True}))
    assert made["number"] != here["number"]


def test_an_import_that_fails_leaves_nobody_behind(at_work: AtWork, bob: Any) -> None:
    chart = at_work.chart(bob)
    body = {"athena_patient_id": ROSA_IN_ATHENA, "fingerprint": chart["fingerprint"], "typed_birth_year": "1900"}
    refused(bob.post("/v1/patients/import", body), 422, "KS-422Y")
    assert ok(bob.post("/v1/patients/search", {"text": "prueba"}))["patients"] == []


def test_a_denied_department_shows_nothing_and_is_audited(at_work: AtWork, bob: Any, audited: Any) -> None:
    answer = bob.post("/v1/athena/patients/lookup", {"athena_patient_id": "16251"})
    sentence = refused(answer, 403, "KS-403D")
    assert "Specimen" not in answer.text
    assert "logged" in sentence
    assert ("get_athena_patient_denied", "denied", "16251") in audited()


def test_search_rows_of_other_departments_are_only_counted(at_work: AtWork, bob: Any) -> None:
    patient = at_work.patient(bob, **MARIA)
    body = {"patient_id": patient["patient_id"], "lastname": "Muestra", "wider": True}
    answer = bob.post("/v1/athena/patients/search", body)
    found = ok(answer)
    names = {(row["lastname"], row["firstname"]) for row in found["candidates"]}
    assert ("Muestra Lopez", "Maria") in names
    assert ("Muestra", "Manuel") not in names
    assert "Manuel" not in answer.text
    assert found["hidden_other_department"] >= 1
    assert found["requests_used"] <= found["requests_allowed"] == 4


def test_a_search_is_not_ended_by_somebody_whom_the_gate_hides(at_work: AtWork, bob: Any) -> None:
    """The very person in a department that isn't allowed must not keep the search from finding the one that is."""
    practice = at_work.standin.standin.world.practices["990017"]
    base = practice.patients[ROSA_IN_ATHENA]
    twin = {"firstname": "Zoe", "dob": "05/06/1950", "_departments": []}
    far = {"lastname": "Zwilling", "departmentid": "8", "primarydepartmentid": "8"}
    near = {"lastname": "Zwi-Ling", "departmentid": "1", "primarydepartmentid": "1"}
    practice.patients["970001"] = {**base, **twin, **far, "patientid": "970001"}
    practice.patients["970002"] = {**base, **twin, **near, "patientid": "970002"}
    asked = {"lastname": "Zwilling", "firstname": "Zoe"}
    by_phone = ok(bob.post("/back_search_athena.php", {**asked, "dob": "1950-05-06"}))
    assert [row["athena_patient_id"] for row in by_phone["patients"]] == ["970002"]
    assert by_phone["hidden_other_department"] == 1
    patient = at_work.patient(bob, **asked, born="1950-05-06")
    by_desk = ok(bob.post("/v1/athena/patients/search", {**asked, "patient_id": patient["patient_id"]}))
    assert [row["athena_patient_id"] for row in by_desk["candidates"]] == ["970002"]


def test_the_front_desk_matches_and_readonly_does_not(at_work: AtWork, erin: Any, frank: Any) -> None:
    assert at_work.linked(erin)["link"]
    refused(frank.post("/v1/athena/patients/lookup", {"athena_patient_id": ROSA_IN_ATHENA}), 403, "KS-403R")


def test_a_stranger_reads_no_link_history(at_work: AtWork, bob: Any, charlie: Any) -> None:
    patient = at_work.linked(bob)
    refused(charlie.get(f"/v1/patients/{patient['patient_id']}/link-history"), 404, "KS-404")
    body = {"link_version": patient["link_version"], "reason": "not mine"}
    refused(charlie.post(f"/v1/patients/{patient['patient_id']}/link/end", body), 404, "KS-404")


def test_athena_gone_is_said_in_a_sentence_and_links_nothing(at_work: AtWork, bob: Any, standin: Any) -> None:
    patient, chart = at_work.patient(bob), at_work.chart(bob)
    at_work.faults({"path": "/v1/*/patients/*", "status": 404, "body": {"error": "Invalid practice."}})
    answer = at_work.link(bob, patient, chart)
    assert answer.status_code in (502, 503)
    assert "Invalid practice" not in answer.text
    assert ok(bob.get(f"/v1/patients/{patient['patient_id']}"))["link"] is None


def test_the_fingerprint_follows_the_person_and_not_the_phone(at_work: AtWork, server: Any) -> None:
    from dataclasses import replace

    access = charts.read_access(server, at_work.worker_scope)
    chart = charts.client_of(server, access).patient(ROSA_IN_ATHENA)

    def of(**changes: Any) -> str:
        return charts.fingerprint_of(server.keys, at_work.clinic.practice_a, replace(chart, **changes))

    assert of() == of(mobilephone="4105559999", zip="99999")
    assert len({of(), of(lastname="Other"), of(born=None), of(sex="M"), of(status="inactive")}) == 5
    assert of() != charts.fingerprint_of(server.keys, at_work.clinic.practice_b, chart)


def test_departments_of_athena_are_paged_and_remembered(at_work: AtWork, bob: Any) -> None:
    page = ok(bob.get("/v1/athena/departments"))
    allowed = {each["athena_department_id"] for each in page["departments"] if each["allowed"]}
    assert allowed == {"1", "3"}
    assert page["next_offset"] is None
    refused(bob.get("/v1/athena/departments?offset=-1"), 422, "KS-422")
