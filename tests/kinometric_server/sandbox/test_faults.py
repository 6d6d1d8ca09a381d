"""Every fault and quirk of the stand-in does what its manual says, and what was stored can be counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from kinometric_server.sandbox.application import StandIn
from kinometric_server.sandbox.demo import demo_world
from kinometric_server.sandbox.documents import DocumentStore
from kinometric_server.sandbox.faults import FaultError, Faults, parse_faults
from kinometric_server.sandbox.quirks import Quirks
from kinometric_server.sandbox.service import RunningStandIn
from kinometric_server.sandbox.tokens import new_credentials

P = "/v1/990017"
UPLOADS = {"method": "POST", "path": "/v1/*/clinicaldocument"}
HTML = "<html><body><h1>Service Unavailable</h1></body></html>"


@pytest.mark.parametrize(
    ("connection", "stored"),
    [("reset_before", 0), ("reset_after", 1), ("truncate_after", 1)],
)
def test_a_reset_stores_or_not_as_its_name_says(caller: Any, connection: str, stored: int) -> None:
    caller.faults({**UPLOADS, "connection": connection})
    with pytest.raises(httpx.TransportError):
        caller.file()
    assert caller.state()["documents"] == stored


@pytest.mark.parametrize(("connection", "stored"), [("stall_before", 0), ("stall_after", 1)])
def test_a_stall_gives_no_answer(caller: Any, connection: str, stored: int) -> None:
    caller.sign_on()
    caller.faults({**UPLOADS, "connection": connection})
    caller.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.ReadTimeout):
        caller.file()
    assert len(caller.running.standin.documents.all()) == stored


def test_a_slow_answer_is_stored_before_the_wait(caller: Any) -> None:
    caller.sign_on()
    caller.faults({**UPLOADS, "delay_s": 30})
    caller.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.ReadTimeout):
        caller.file()
    assert len(caller.running.standin.documents.all()) == 1


def test_a_wait_before_the_work_stores_nothing_yet(caller: Any) -> None:
    caller.sign_on()
    caller.faults({**UPLOADS, "delay_before_s": 30})
    caller.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.ReadTimeout):
        caller.file()
    assert caller.running.standin.documents.all() == []


def test_a_trickling_answer_arrives_whole(caller: Any) -> None:
    caller.faults({"path": f"{P}/ping", "connection": "slow_answer"})
    assert caller.ask(f"{P}/ping").json() == {"pong": True}


@pytest.mark.parametrize(("store", "stored"), [(False, 0), (True, 1)])
def test_an_html_503_is_given_without_or_after_the_work(caller: Any, store: bool, stored: int) -> None:
    caller.faults({**UPLOADS, "status": 503, "body": HTML, "content_type": "text/html", "store": store})
    answer = caller.file()
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (503, HTML, "text/html")
    assert caller.state()["documents"] == stored


def test_success_can_be_false_at_200(caller: Any) -> None:
    said = {"success": "false", "errormessage": "Submitted departmentid of '0' is not valid."}
    caller.faults({**UPLOADS, "status": 200, "body": said})
    answer = caller.file()
    assert (answer.status_code, answer.json()) == (200, said)
    assert caller.documents() == []


def test_an_answer_can_be_a_bare_text_or_lack_its_number(caller: Any) -> None:
    caller.faults({**UPLOADS, "drop": "clinicaldocumentid", "times": 1}, {**UPLOADS, "merge": {"note": "more"}})
    assert caller.file().json() == {"success": True}
    assert caller.file().json().keys() == {"success", "clinicaldocumentid", "note"}


def test_throttling_can_be_429_or_403_with_a_retry_after(caller: Any) -> None:
    over = {
        "status": 403,
        "body": "Account Over Queries Per Second Limit",
        "headers": {"X-Mashery-Error-Code": "ERR_403_DEVELOPER_OVER_QPS", "Retry-After": "2"},
    }
    caller.faults({"path": f"{P}/ping", **over, "nth": 1}, {"path": f"{P}/ping", "status": 429, "body": "Quota"})
    first, second = caller.ask(f"{P}/ping"), caller.ask(f"{P}/ping")
    assert (first.status_code, first.headers["retry-after"]) == (403, "2")
    assert second.status_code == 429


def test_the_daily_count_runs_down_and_ends_in_429(caller: Any) -> None:
    used = 50000 - int(caller.ask(f"{P}/ping").headers["x-ratelimit-remaining"])
    caller.faults(daily_limit=used + 1)
    assert caller.ask(f"{P}/ping").headers["x-ratelimit-remaining"] == "0"
    assert caller.ask(f"{P}/ping").status_code == 429


def test_nth_every_times_and_probability_choose_the_requests(caller: Any) -> None:
    def statuses(count: int = 6, **how: Any) -> list[int]:
        caller.faults({"path": f"{P}/ping", "status": 500, **how})
        return [caller.ask(f"{P}/ping").status_code for _ in range(count)]

    assert statuses(nth=[2, 5]) == [200, 500, 200, 200, 500, 200]
    assert statuses(every=3) == [200, 200, 500, 200, 200, 500]
    assert statuses(times=2) == [500, 500, 200, 200, 200, 200]
    assert statuses(probability=0.0) == [200] * 6
    mixed = statuses(20, probability=0.5)
    assert {200, 500} == set(mixed)
    assert statuses(20, probability=0.5) == mixed


def test_a_fault_can_be_bound_to_a_practice_and_a_text_in_the_body(caller: Any) -> None:
    caller.faults({"practice": "990019", "status": 500}, {**UPLOADS, "body_contains": "K-77", "status": 502})
    assert caller.ask("/v1/990019/ping").status_code == 500
    assert caller.ask(f"{P}/ping").status_code == 200
    assert caller.file(internalnote="note K-78").status_code == 200
    assert caller.file(internalnote="note K-77").status_code == 502
    assert [each["struck"] for each in caller.state()["faults"]] == [1, 1]


def test_quirks_of_one_path_leave_the_others_alone(caller: Any) -> None:
    caller.faults({"path": "/oauth2/*", "quirks": {"expires_in": "string"}})
    assert caller.sign_on().json()["expires_in"] == "3600"
    caller.faults(success_as="string")
    assert caller.file().json()["success"] == "true"


def test_types_and_missing_values_drift(caller: Any) -> None:
    def patient(**quirks: Any) -> dict[str, Any]:
        caller.faults(**quirks)
        return caller.ask(f"{P}/patients/16203").json()[0]

    assert patient()["homebound"] is False
    assert "email" not in patient()
    assert patient(types="legacy")["homebound"] == "false"
    assert patient(types="numeric")["patientid"] == 16203
    assert patient(missing="null")["email"] is None
    assert patient(missing="empty")["email"] == ""


def test_odd_demographics_two_patients_and_json_under_html(caller: Any) -> None:
    caller.faults(odd_demographics=True, two_patients=True)
    first, second = caller.ask(f"{P}/patients/60145").json()
    assert (first["email"], first["lastname"], first["zip"]) == ("declined", "MUESTRA LOPEZ", "00186-1234")
    assert "sex" not in first
    assert first["patientid"] != second["patientid"]
    caller.faults(error_content_type="text/html; charset=iso-8859-1", error_newlines=False)
    answer = caller.ask(f"{P}/patients")
    assert answer.headers["content-type"] == "text/html; charset=iso-8859-1"
    assert answer.content.startswith(b"{")


@pytest.mark.parametrize(
    ("reading", "status", "patientid"), [("not_found", 404, ""), ("inactive", 200, "19001"), ("survivor", 200, "19002")]
)
def test_a_merged_record_is_read_in_three_ways(caller: Any, reading: str, status: int, patientid: str) -> None:
    caller.faults(merged_reading=reading)
    answer = caller.ask(f"{P}/patients/19001?showpreviouspatientids=true")
    assert answer.status_code == status
    if status == 200:
        (patient,) = answer.json()
        assert patient["patientid"] == patientid
        assert ("previouspatientids" in patient) == (reading == "survivor")


def test_the_remaining_quirks_change_what_they_name(caller: Any) -> None:
    caller.faults(patient_elsewhere=True)
    assert caller.file().status_code == 400
    assert caller.ask(f"{P}/patients/60145").status_code == 200
    caller.faults(empty_practice=True)
    assert caller.ask(f"{P}/departments").json()["totalcount"] == 0
    caller.faults(next_path="production")
    assert caller.ask(f"{P}/departments?limit=1").json()["next"].startswith("https://")
    caller.faults(attachment_limit_bytes=10)
    assert caller.file().status_code == 413
    caller.faults(closed_back_to_review=True, list_lag_s=0)
    number = caller.file().json()["clinicaldocumentid"]
    path = f"{P}/patients/60145/documents/clinicaldocument"
    assert caller.ask(f"{path}/{number}").json()[0]["status"] == "REVIEW"
    caller.faults(list_lag_s=3600)
    assert caller.ask(f"{path}?departmentid=1").json()["totalcount"] == 0


def test_a_record_can_be_changed_and_removed_while_it_runs(caller: Any) -> None:
    put = caller.http.put
    put("/_standin/patients/990017/60145", json={"departmentid": "25", "primarydepartmentid": "25", "email": None})
    assert caller.ask(f"{P}/patients/60145").json()[0]["departmentid"] == "25"
    assert caller.file().status_code == 400
    put("/_standin/departments/990017/77", json={"name": "New Room", "_hidden": True})
    assert caller.ask(f"{P}/departments?showalldepartments=true").json()["totalcount"] == 14
    assert caller.ask(f"{P}/departments").json()["totalcount"] == 12
    caller.http.delete("/_standin/departments/990017/77")
    caller.http.delete("/_standin/patients/990017/60145")
    assert caller.ask(f"{P}/patients/60145").status_code == 404
    caller.http.post("/_standin/reset")
    assert caller.ask(f"{P}/patients/60145").json()[0]["departmentid"] == "1"


def test_tokens_can_be_ended_and_requests_are_counted(caller: Any) -> None:
    caller.ask(f"{P}/ping")
    caller.http.post("/_standin/tokens/revoke")
    assert caller.ask(f"{P}/ping?x=1").status_code == 401
    requests = caller.http.get("/_standin/requests").json()["requests"]
    assert [(each["path"], each["status"]) for each in requests][-2:] == [(f"{P}/ping", 200), (f"{P}/ping", 401)]
    assert requests[-1]["query"] == "x=1"


def test_an_unknown_control_path_and_a_broken_body_are_told(caller: Any) -> None:
    assert caller.http.get("/_standin/nothing").status_code == 404
    assert caller.http.put("/_standin/faults", content=b"{").status_code == 400
    refused = caller.http.put("/_standin/faults", json={"faults": [{"statuss": 500}]})
    assert refused.json()["problem"] == "Fault 1: there is no setting called statuss."
    assert caller.http.put("/_standin/patients/1/2", json={}).status_code == 404
    assert caller.http.get("/_standin/documents/5/content").status_code == 404
    caller.file()
    assert caller.http.delete("/_standin/documents").json() == {"documents": 0}
    assert caller.documents() == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([], "The faults are a table with seed, quirks and faults."),
        ({"fault": []}, "The faults have no section called fault."),
        ({"seed": "x"}, "The seed is a whole number."),
        ({"faults": "x"}, "The faults are a list."),
        ({"faults": [5]}, "Fault 1 is not a table of settings."),
        ({"faults": [{}, {"nth": 0}]}, "Fault 2: nth is a number from 1, or a list of them."),
        ({"faults": [{"status": True}]}, "Fault 1: status has a value of the wrong kind."),
        ({"faults": [{"probability": 2}]}, "Fault 1: probability lies between 0 and 1."),
        ({"faults": [{"connection": "cut"}]}, "Fault 1: connection is one of"),
        ({"faults": [{"quirks": {"x": 1}}]}, "Fault 1: There is no quirk called x."),
        ({"quirks": {"no_access": 500}}, "The quirk no_access takes one of 401, 403, 404."),
        ({"quirks": {"daily_limit": "many"}}, "The quirk daily_limit takes a value of the kind int."),
        ({"quirks": {"daily_limit": True}}, "The quirk daily_limit takes a value of the kind int."),
    ],
)
def test_a_rule_that_cannot_be_read_is_told_in_a_sentence(content: object, said: str) -> None:
    with pytest.raises(FaultError) as raised:
        parse_faults(content)
    assert str(raised.value).startswith(said)


def test_the_fault_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "faults.toml"
    file.write_text('[[faults]]\npath = "/a"\nstatus = 500\n', encoding="utf-8")
    faults = Faults(file)
    assert faults.strike("GET", "/a", b"")[1] is not None
    file.write_text('seed = 2\n[quirks]\nexpires_in = "string"\n', encoding="utf-8")
    faults.reread()
    quirks, rule = faults.strike("GET", "/a", b"")
    assert (rule, quirks.expires_in) == (None, "string")
    file.write_text("this is not TOML at all", encoding="utf-8")
    faults.reread()
    assert faults.problem.startswith("The fault file faults.toml is not valid")
    assert faults.strike("GET", "/a", b"")[0].expires_in == "string"


def test_a_fault_file_that_is_missing_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(FaultError, match=r"The fault file none\.json can't be read"):
        Faults(tmp_path / "none.json")


def test_the_token_limit_holds_for_the_rest_of_the_clock_minute() -> None:
    now = [1_000_000_020.0]
    standin = StandIn(demo_world(), new_credentials(), clock=lambda: now[0])
    with RunningStandIn(standin) as running, httpx.Client(base_url=running.base_url, timeout=60) as http:
        form = {"grant_type": "client_credentials", "scope": "athena/service/Athenanet.MDP.*"}

        def ask() -> int:
            return http.post("/oauth2/v1/token", data=form, auth=(running.client_id, running.client_secret)).status_code

        assert [ask() for _ in range(6)] == [200] * 5 + [429]
        now[0] += 59
        assert ask() == 429
        now[0] += 1
        assert ask() == 200, "another clock minute has begun"
        assert standin.tokens.refused_for_rate == 2


def test_a_token_ends_after_its_lifetime() -> None:
    now = [0.0]
    faults = Faults(base=Quirks(token_lifetime_s=100))
    standin = StandIn(demo_world(), new_credentials(), faults=faults, clock=lambda: now[0])
    with RunningStandIn(standin) as running, httpx.Client(base_url=running.base_url, timeout=60) as http:
        form = {"grant_type": "client_credentials", "scope": "athena/service/Athenanet.MDP.*"}
        answer = http.post("/oauth2/v1/token", data=form, auth=(running.client_id, running.client_secret))
        header = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        assert http.get(f"{P}/ping", headers=header).status_code == 200
        now[0] = 101.0
        assert http.get(f"{P}/ping", headers=header).status_code == 401


def test_stored_documents_survive_in_their_file_and_a_torn_last_line_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "documents.jsonl"
    given = {
        "practiceid": "990017",
        "patientid": "60145",
        "departmentid": "1",
        "documentclass": "CLINICALDOCUMENT",
        "documentsubclass": "CLINICALDOCUMENT",
        "status": "CLOSED",
        "encoding": "form_base64",
        "content": b"%PDF-1.4",
    }
    first = DocumentStore(file, lambda: 5.0)
    kept = first.add(**given)
    first.change(kept, {"internalnote": "changed"})
    with file.open("ab") as out:
        out.write(b'{"documentid": 88202, "torn')
    second = DocumentStore(file, lambda: 6.0)
    (read,) = second.all()
    assert (read.documentid, read.internalnote, read.content) == (88201, "changed", b"%PDF-1.4")
    assert second.add(**given).documentid == 88202
    assert [each.documentid for each in DocumentStore(file, lambda: 7.0).all()] == [88201, 88202]
    second.clear()
    assert DocumentStore(file, lambda: 7.0).all() == []


def test_faults_can_stand_in_a_json_file(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_text(json.dumps({"faults": [{"name": "one", "path": "/x", "body": {"a": 1}}]}), encoding="utf-8")
    _, rule = Faults(file).strike("GET", "/x", b"")
    assert rule is not None
    assert rule.replaces_answer


@pytest.mark.parametrize(("how", "status"), [("429", 429), ("403", 403)])
def test_asking_faster_than_allowed_is_throttled_and_a_second_later_is_not(caller: Any, how: str, status: int) -> None:
    now = [1_800_000_000.0]
    standin = caller.running.standin
    usual, standin.clock = standin.clock, lambda: now[0]
    try:
        caller.ask(f"{P}/ping")
        now[0] += 5
        caller.faults(requests_per_second=2, over_qps=how)
        answers = [caller.ask(f"{P}/ping") for _ in range(3)]
        assert [each.status_code for each in answers] == [200, 200, status]
        assert answers[2].headers["retry-after"] == "1"
        now[0] += 1.1
        assert caller.ask(f"{P}/ping").status_code == 200
    finally:
        standin.clock = usual


def test_any_practice_may_be_refused_and_any_department_hidden_for_some_requests(caller: Any) -> None:
    rule = {"path": "*/departments", "quirks": {"not_granted": True, "no_access": 403}}
    caller.faults(rule)
    assert caller.ask(f"{P}/departments").status_code == 403
    assert caller.ask(f"{P}/ping").status_code == 200
    caller.faults(hidden_departments="3, 4")
    shown = {each["departmentid"] for each in caller.ask(f"{P}/departments").json()["departments"]}
    assert not shown & {"3", "4", "30"}
    assert caller.ask(f"{P}/departments?showalldepartments=true").json()["totalcount"] == 13


@pytest.mark.parametrize(
    ("reading", "status", "same"), [("not_found", 404, False), ("inactive", 200, True), ("survivor", 200, False)]
)
def test_any_record_may_have_been_merged_away(caller: Any, reading: str, status: int, same: bool) -> None:
    caller.faults(merged_away=True, merged_reading=reading)
    answer = caller.ask(f"{P}/patients/60145?showpreviouspatientids=true")
    assert answer.status_code == status
    if status == 200:
        (patient,) = answer.json()
        assert (patient["patientid"] == "60145") is same
        assert same or {"previouspatientid": "60145"} in patient["previouspatientids"]


def test_copies_of_a_patient_differ_in_their_department_and_one_can_be_picked(caller: Any) -> None:
    caller.faults(provider_group_copies=True)
    copies = caller.ask(f"{P}/patients/16310").json()
    assert {each["departmentid"] for each in copies} == {"11", "12", "3"}
    assert {each["patientid"] for each in copies} == {"16310"}
    (picked,) = caller.ask(f"{P}/patients/16310?departmentid=12").json()
    assert picked["departmentid"] == "12"


def test_a_total_may_be_missing_and_money_a_text(caller: Any) -> None:
    caller.faults(totalcount=False, types="legacy", missing="null")
    listed = caller.ask(f"{P}/patients?lastname=Prueba").json()
    assert set(listed) == {"patients"}
    assert isinstance(listed["patients"][0]["balances"][0]["balance"], str)
    assert listed["patients"][0]["preferredname"] is None
