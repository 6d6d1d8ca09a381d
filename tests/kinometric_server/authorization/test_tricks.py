"""Ways around the front door: other methods, other spellings, other headers, more fields than were asked for."""

from __future__ import annotations

import re

import pytest

from tests.kinometric_server.authorization.operations import (
    ABSENT,
    TABLE,
    body_schema,
    call,
    example,
    operations,
    path_of,
)

NOT_FIELDS = ("practice_id", "user_id", "is_admin", "is_superadmin", "created_at", "id", "__proto__", "capabilities")
OVERRIDES = {
    "X-HTTP-Method-Override": "DELETE", "X-Method-Override": "POST", "X-Original-URL": "/v1/practices",
    "X-Rewrite-URL": "/v1/practices", "X-Forwarded-User": "dave", "X-Forwarded-For": "127.0.0.1",
    "Forwarded": "for=::1", "X-Real-IP": "127.0.0.1", "X-Practice-Id": "b" * 32, "X-User-Id": "0" * 32,
    "Host": "evil.example",
}  # fmt: skip


@pytest.fixture
def paths():
    """Every address of the router with absent objects, and the methods that it takes."""
    found: dict[str, set[str]] = {}
    for operation in operations():
        found.setdefault(path_of(operation, {}), set()).add(operation.method)
    return found


def test_no_address_takes_any_other_method(paths, alice, anonymous):
    by_a_longer_name = {
        (operation.method, path)
        for operation in operations()
        for path in paths
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", operation.path), path)
    }
    for path, methods in paths.items():
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"):
            if method in methods or (method, path) in by_a_longer_name:
                continue
            answer = alice.client.request(method, path)
            assert (answer.status_code, answer.headers["allow"]) == (405, ", ".join(sorted(methods))), (method, path)
            assert anonymous.request(method, path).status_code == 405


def test_an_address_that_is_spelled_otherwise_is_not_there(paths, alice):
    for path, methods in paths.items():
        method = min(methods)
        for other in (
            path + "/", "/" + path, path.replace("/", "//"), path.replace("/v1/", "/v1/%2e/"), path.upper(),
            path + "%2f", path + ";x=1", path + "%00", path + "%0a", path + ".json", "/x/%2e%2e" + path,
        ):  # fmt: skip
            if other == path:
                continue
            answer = alice.client.request(method, other)
            assert answer.status_code in (404, 405), (method, other, answer.text)
            assert "location" not in answer.headers


def test_a_key_that_no_row_can_have_is_not_there(alice):
    for operation in operations():
        for key in (
            "x",
            "%00" * 32,
            "F" * 32,
            "0" * 31,
            "0" * 33,
            "0" * 31 + "%0A",
            "..%2f..",
            "%ff" * 32,
            "0'--",
            "*",
        ):
            if not operation.keys or TABLE[operation.name] in ("super", "superadmin_inside"):
                continue
            path = path_of(operation, dict.fromkeys(operation.keys, key))
            schema = body_schema(operation)
            answer = alice.client.request(operation.method, path, json=None if schema is None else example(schema))
            assert answer.status_code == 404, (operation.name, key, answer.text)


def test_a_token_counts_in_its_one_header_alone(people, bob, anonymous):
    token = f"Bearer {bob.token}"
    assert anonymous.get("/v1/me", headers={"Authorization": token}).status_code == 200
    assert anonymous.get("/v1/me", headers={"Authorization": f"bearer {bob.token}"}).status_code == 200
    for headers in (
        [("Authorization", token), ("Authorization", token)],
        [("Authorization", "Bearer " + "f" * 64), ("Authorization", token)],
        [("Authorization", token), ("Authorization", "")],
        [("Authorization", f"{token}, {token}")],
        [("Authorization", bob.token)],
        [("Authorization", f"Basic {bob.token}")],
        [("Authorization", f"Bearer {bob.token.upper()}")],
        [("Authorization", f"Bearer {bob.token[:-1]}")],
        [("Authorization", f"Bearer {bob.token}0")],
        [("Authorization", f"Bearer\t{bob.token}")],
        [("Proxy-Authorization", token)],
        [("X-Authorization", token)],
        [("X-Auth-Token", bob.token)],
        [("Cookie", f"token={bob.token}; session={bob.token}; Authorization={token}")],
    ):
        answer = anonymous.get("/v1/me", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "KS-401"), headers
    for name in ("token", "access_token", "authorization", "Authorization"):
        assert anonymous.get("/v1/me", params={name: bob.token}).status_code == 401
    assert anonymous.post("/v1/audit", json={"token": bob.token}).status_code == 401


def test_headers_of_proxies_and_overrides_change_nothing(bob, dave, anonymous):
    plain = bob.get("/v1/me").json()
    for name, value in OVERRIDES.items():
        answer = bob.get("/v1/me", headers={name: value})
        assert (answer.status_code, answer.json()["username"]) == (200, "bob"), name
        assert answer.json()["active"] == plain["active"], name
        assert bob.get("/v1/practices", headers={name: value}).status_code == 404, name
        assert anonymous.get("/v1/me", headers={name: value}).status_code == 401, name


def test_a_forged_address_does_not_stand_in_the_audit_trail(alice):
    alice.get("/v1/users", headers={"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9"})
    assert {row["ip"] for row in alice.post("/v1/audit", {}).json()["rows"]} == {"127.0.0.1"}


def test_a_field_that_was_not_asked_for_is_refused_everywhere(alice, objects, dave, clinic):
    dave.post("/v1/me/practice", {"practice_id": clinic.practice_a, "reason": "To look at everything"})
    for operation in operations():
        schema = body_schema(operation)
        if schema is None:
            continue
        assert schema.get("additionalProperties") is False, operation.name
        for field in NOT_FIELDS:
            if field in schema["properties"]:
                continue
            person = dave if TABLE[operation.name].startswith("super") else alice
            answer = call(person.client, operation, objects, **{field: "Quillfeather"})
            assert (answer.status_code, answer.json()["code"]) == (422, "KS-422"), (operation.name, field, answer.text)
            assert "not known here" in answer.json()["message"], (operation.name, field)
            assert "Quillfeather" not in answer.text


def test_a_user_can_not_raise_themselves(erin, bob, alice, frank):
    for person in (erin, frank, bob):
        for path, body in (
            (f"/v1/users/{person.user_id}", {"version": 1, "role": "admin"}),
            ("/v1/members", {"username": person.username, "role": "admin"}),
            ("/v1/users", {"username": "z", "display_name": "", "email": "", "password": "Quiet meadow 77",
                           "role": "admin"}),
        ):  # fmt: skip
            assert person.post(path, body).status_code == 403, (person.username, path)
        assert person.get("/v1/me").json()["active"]["role"] != "admin"
    assert alice.post("/v1/practice/scope", {"version": 1, "documents_write": True}).status_code == 403
    assert alice.post(f"/v1/practices/{ABSENT}", {"version": 1}).status_code == 404
