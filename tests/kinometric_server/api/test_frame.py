"""What every answer of the server has in common."""

from __future__ import annotations

import pytest


def test_an_unknown_address_is_answered_with_a_code_and_a_sentence(anonymous):
    answer = anonymous.get("/v1/nothing-here")
    assert answer.status_code == 404
    assert set(answer.json()) == {"code", "message", "request_id"}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"] == answer.json()["request_id"]


def test_each_kind_of_wrong_type_is_refused_after_the_sign_in_was_checked(alice, anonymous):
    for body in (
        {"limit": "1"},
        {"limit": True},
        {"limit": 1.5},
        {"user_id": 7},
        {"unknown": 1},
        [],
        "text",
        None,
    ):
        answer = alice.post("/v1/audit", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "KS-422"), body
    assert anonymous.post("/v1/audit", json={"limit": "1"}).status_code == 401
    assert alice.post("/v1/audit", {"limit": 1}).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v1/audit", {"limit": "1"}, "limit"),
        ("/v1/audit", {"limit": True}, "limit"),
        ("/v1/uploads/list", {"states": ["filed", "Quillfeather"]}, "states"),
        ("/v1/uploads/list", {"states": None}, "states"),
        ("/v1/sessions/{0}/holds", {"trial_versions": {"Quillfeather": "x"}}, "trial_versions"),
        ("/v1/sessions/{0}/holds", {"trial_versions": {"Quillfeather": True}}, "trial_versions"),
        ("/v1/sessions/{0}/answers", {"instrument": "x", "answers": {"Quillfeather": [1]}}, "answers"),
        ("/v1/sessions/{0}/answers", {"instrument": "x", "answers": {"Quillfeather": None}}, "answers"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_that_was_sent(alice, path, body, field):
    answer = alice.post(path.format("0" * 32), body)
    assert (answer.status_code, answer.json()["code"]) == (422, "KS-422")
    assert answer.json()["message"] == f"The request has a wrong or missing field: {field}."


@pytest.mark.parametrize(
    "query", ["Quillfeather=1", "offset=0&Quillfeather", "Offset=100", "offset=0&offset=100", "offset=0&_=", "="]
)
def test_a_query_that_is_not_known_is_refused_and_not_repeated(alice, query):
    for path in ("/v1/athena/departments", "/v1/users"):
        answer = alice.get(f"{path}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "KS-422")
        assert "Quillfeather" not in answer.text


def test_where_no_body_is_taken_none_is_passed_over(alice, anonymous):
    for path in ("/v1/me/activity", "/back_departments.php", "/v1/auth/challenge"):
        for body in ({"Quillfeather": 1}, [], "text", None):
            answer = alice.client.post(path, json=body, content=None if body is not None else b"null")
            assert (answer.status_code, answer.json()["code"]) == (422, "KS-422"), (path, body)
            assert "Quillfeather" not in answer.text
        pieces = alice.client.post(path, content=iter([b"{", b'"a":1}']))
        assert pieces.status_code == 422
        for body in (b"", b"{}", b" {}\n"):
            assert alice.client.post(path, content=body).status_code == 200, (path, body)
    assert alice.client.request("GET", "/v1/me", content=b"{1}").status_code == 422
    assert anonymous.post("/v1/me/activity", json={"Quillfeather": 1}).status_code == 401


def test_bytes_that_are_no_text_are_refused(alice):
    headers = {"Content-Type": "application/json"}
    for body in (b"\xff\xfe\x00", b"[1, 2", b"", b"\xed\xa0\x80"):
        answer = alice.client.post("/v1/audit", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "KS-422"), body


def test_a_body_that_is_too_large_is_refused_declared_or_not(alice, server):
    huge = b" " * (server.settings.body_limit_bytes + 1)
    declared = alice.client.post("/v1/audit", content=huge, headers={"Content-Type": "application/json"})
    assert (declared.status_code, declared.json()["code"]) == (413, "KS-413")

    def pieces():
        for _ in range(server.settings.body_limit_bytes // 1_000_000 + 2):
            yield b" " * 1_000_000

    streamed = alice.client.post("/v1/audit", content=pieces(), headers={"Content-Type": "application/json"})
    assert streamed.status_code == 413


def test_a_method_that_an_address_does_not_take_names_those_that_it_does(alice):
    answer = alice.client.request("DELETE", "/v1/users")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def test_an_unforeseen_error_shows_nothing_of_itself(alice, server, monkeypatch, caplog):
    from kinometric_server.accounts import people

    def broken(*_):
        raise RuntimeError("SELECT * FROM patients WHERE lastname = 'Quillfeather'")

    monkeypatch.setattr(people, "list_users", broken)
    answer = alice.get("/v1/users")
    assert (answer.status_code, answer.json()["code"]) == (500, "KS-500")
    for word in ("Quillfeather", "SELECT", "RuntimeError", "Traceback"):
        assert word not in answer.text
        assert word not in (server.settings.logs / "server.log").read_text().replace('"RuntimeError"', "")
    logged = [record for record in caplog.records if record.name == "kinometric.errors"]
    assert [record.request_id for record in logged] == [answer.json()["request_id"]]


def test_no_answer_sets_or_reads_a_cookie(anonymous, bob):
    answer = anonymous.post("/v1/auth/sign-in", json={"username": "bob", "password": "Harbor lantern 42"})
    assert "set-cookie" not in answer.headers
    token = answer.json()["token"]
    assert anonymous.get("/v1/me", headers={"Cookie": f"token={token}; session={token}"}).status_code == 401
    assert anonymous.get("/v1/me", params={"token": token}).status_code == 401
