"""Users, practices, scope sheet, departments and the audit trail through the API."""

from __future__ import annotations

import json

NEW = {
    "username": "gina",
    "display_name": "Gina Hale",
    "email": "gina@example.org",
    "password": "Quiet meadow 77",
    "role": "clinician",
    "can_match": True,
}


def test_an_administrator_makes_a_user_who_can_sign_in(alice, anonymous, clinic):
    made = alice.post("/v1/users", {**NEW, "department_id": clinic.eastside})
    assert made.status_code == 201
    answer = anonymous.post("/v1/auth/sign-in", json={"username": "gina", "password": "Quiet meadow 77"})
    active = answer.json()["me"]["active"]
    assert (active["role"], active["can_match"], active["can_upload"]) == ("clinician", True, False)
    assert active["department_name"] == "Eastside PT"


def test_a_user_name_can_be_taken_only_once(alice):
    assert alice.post("/v1/users", NEW).status_code == 201
    assert alice.post("/v1/users", {**NEW, "username": "GINA"}).status_code == 409


def test_a_weak_password_is_refused_with_the_reason(alice):
    for password, word in (
        ("Short1", "at least 8"),
        ("alllower123", "upper-case"),
        ("NoNumberHere", "number"),
        ("Password123!", "most common"),
        ("Summer2026!", "most common"),
    ):
        answer = alice.post("/v1/users", {**NEW, "password": password})
        assert answer.status_code == 422
        assert word in answer.json()["message"]
    same = alice.post("/v1/users", {**NEW, "username": "marlowe99", "password": "Marlowe99"})
    assert "user name" in same.json()["message"]


def test_a_user_of_another_practice_is_not_there(alice, charlie):
    answer = alice.post(f"/v1/users/{charlie.user_id}", {"version": 1, "role": "readonly"})
    absent = alice.post(f"/v1/users/{'0' * 32}", {"version": 1, "role": "readonly"})
    assert answer.status_code == absent.status_code == 404
    assert answer.json()["message"] == absent.json()["message"]


def test_disabling_a_user_ends_their_session_at_once(alice, bob):
    assert bob.get("/v1/departments").status_code == 200
    assert alice.post(f"/v1/users/{bob.user_id}", {"version": 1, "is_active": False}).status_code == 200
    assert bob.get("/v1/departments").status_code == 401


def test_the_last_administrator_stays(alice):
    assert alice.post(f"/v1/users/{alice.user_id}", {"version": 1, "role": "readonly"}).status_code == 409


def test_two_administrators_changing_the_same_user_do_not_overwrite_each_other(alice, bob):
    first = alice.post(f"/v1/users/{bob.user_id}", {"version": 1, "can_upload": False})
    assert first.json()["version"] == 2
    stale = alice.post(f"/v1/users/{bob.user_id}", {"version": 1, "can_upload": True})
    assert (stale.status_code, stale.json()["code"]) == (409, "KS-409")


def test_only_administrators_see_users(bob, erin, frank, anonymous, audited):
    assert {person.get("/v1/users").status_code for person in (bob, erin, frank)} == {403}
    assert anonymous.get("/v1/users").status_code == 401
    assert audited("access_denied") == [("access_denied", "denied", "list_users")] * 3


def test_a_superadmin_enters_a_practice_with_a_reason_that_the_audit_keeps(dave, clinic, alice):
    assert dave.get("/v1/departments").status_code == 403
    assert dave.post("/v1/me/practice", {"practice_id": clinic.practice_a}).status_code == 422
    entered = dave.post("/v1/me/practice", {"practice_id": clinic.practice_a, "reason": "Setting up athenaOne"})
    assert entered.json()["active"]["practice_name"] == "Harbor Street Clinic"
    assert dave.get("/v1/departments").status_code == 200
    rows = alice.post("/v1/audit", {"action": "practice_entered"}).json()["rows"]
    assert [(row["user_id"], row["reason"]) for row in rows] == [(dave.user_id, "Setting up athenaOne")]


def test_nobody_else_can_enter_a_practice_that_is_not_theirs(alice, clinic):
    theirs = alice.post("/v1/me/practice", {"practice_id": clinic.practice_b, "reason": "I would like to see it"})
    absent = alice.post("/v1/me/practice", {"practice_id": "0" * 32, "reason": "I would like to see it"})
    assert theirs.status_code == absent.status_code == 404
    assert theirs.json()["message"] == absent.json()["message"]


def enter(dave, clinic):
    dave.post("/v1/me/practice", {"practice_id": clinic.practice_a, "reason": "Setting up athenaOne"})


def test_a_new_practice_has_everything_switched_off(dave, clinic):
    made = dave.post("/v1/practices", {"name": "Quay Clinic", "slug": "quay"})
    assert made.status_code == 201
    dave.post("/v1/me/practice", {"practice_id": made.json()["practice_id"], "reason": "Setting it up"})
    sheet = dave.get("/v1/practice/scope").json()
    assert (sheet["athena_environment"], sheet["athena_credentials"]) == ("none", "none")
    assert [name for name, value in sheet.items() if value is True] == []


def test_the_athena_secret_never_comes_back(dave, clinic, server):
    enter(dave, clinic)
    answer = dave.post(
        "/v1/practice/scope",
        {
            "version": 1,
            "athena_environment": "standin",
            "athena_credentials": "own",
            "client_id": "client-1",
            "client_secret": "CANARY-SECRET",
            "documents_write": True,
        },
    )
    assert answer.status_code == 200
    assert answer.json()["secret_set_at"] is not None
    seen = answer.text + dave.get("/v1/practice/scope").text + dave.post("/v1/audit", {}).text
    assert "CANARY-SECRET" not in seen
    assert b"CANARY-SECRET" not in b"".join(path.read_bytes() for path in server.settings.data.iterdir())
    from kinometric_server.database import PracticeScope
    from kinometric_server.practices.sheet import athena_secret

    with server.database.reading(PracticeScope.of_worker(clinic.practice_a)) as unit:
        assert athena_secret(unit, server.keys) == ("client-1", "CANARY-SECRET")


def test_another_environment_needs_the_secret_again(dave, clinic):
    enter(dave, clinic)
    body = {"athena_environment": "standin", "athena_credentials": "own", "client_id": "c", "client_secret": "s"}
    assert dave.post("/v1/practice/scope", {"version": 1, **body}).json()["secret_set_at"]
    moved = dave.post("/v1/practice/scope", {"version": 2, "athena_environment": "preview"})
    assert moved.json()["secret_set_at"] is None


def test_only_a_superadmin_changes_the_scope_sheet(alice, bob, dave, clinic):
    assert alice.post("/v1/practice/scope", {"version": 1, "documents_write": True}).status_code == 403
    assert bob.post("/v1/practice/scope", {"version": 1, "documents_write": True}).status_code == 403
    assert alice.get("/v1/practices").status_code == 404
    enter(dave, clinic)
    assert dave.post("/v1/practice/scope", {"version": 1, "documents_write": True}).status_code == 200
    stale = dave.post("/v1/practice/scope", {"version": 1, "documents_write": False})
    assert stale.status_code == 409


def test_departments_are_allowed_and_stopped_by_an_administrator(alice, erin, clinic):
    listed = {one["name"]: one for one in alice.get("/v1/departments").json()["departments"]}
    assert [name for name, one in listed.items() if one["is_active"]] == ["Eastside PT", "Physical Therapy"]
    assert listed["Physical Therapy"]["is_practice_default"]
    assert listed["Physical Therapy"]["default_of_users"] == 2
    allowed = alice.post("/v1/departments/allow", {"athena_department_id": "4"})
    assert all(one["is_active"] for one in allowed.json()["departments"])
    stopped = alice.post(f"/v1/departments/{clinic.physical_therapy}", {"version": 1, "is_active": False})
    first = next(one for one in stopped.json()["departments"] if one["name"] == "Physical Therapy")
    assert (first["is_active"], first["is_practice_default"]) == (False, False)
    assert erin.post(f"/v1/departments/{clinic.neuro}", {"version": 2, "is_active": False}).status_code == 403


def test_a_provider_makes_a_department_their_own_and_a_read_only_user_can_not(bob, frank, clinic):
    mine = bob.post(f"/v1/me/department/{clinic.eastside}")
    assert mine.json()["active"]["department_name"] == "Eastside PT"
    assert bob.post(f"/v1/me/department/{clinic.neuro}").status_code == 422
    assert bob.post(f"/v1/me/department/{clinic.elsewhere}").status_code == 404
    assert frank.post(f"/v1/me/department/{clinic.eastside}").status_code == 403


def test_a_department_of_another_practice_is_not_there(alice, clinic):
    answer = alice.post(f"/v1/departments/{clinic.elsewhere}", {"version": 1, "is_active": False})
    assert answer.status_code == 404
    assert alice.post(f"/v1/departments/{clinic.elsewhere}/default").status_code == 404


def test_the_audit_trail_shows_this_practice_only_and_looking_is_audited(alice, charlie):
    charlie.get("/v1/users")
    alice.get("/v1/users")
    page = alice.post("/v1/audit", {}).json()
    assert {row["user_id"] for row in page["rows"]} == {alice.user_id}
    again = alice.post("/v1/audit", {"action": "audit_read"}).json()
    assert len(again["rows"]) == 1
    assert "Alice" not in json.dumps(again)


def test_a_text_that_does_not_fit_is_refused_and_never_cut(alice, dave):
    for field, longest in (("display_name", 120), ("email", 200)):
        refused = alice.post("/v1/users", {**NEW, field: "x" * (longest + 1)})
        assert refused.status_code == 422
        assert f"{longest} letters" in refused.json()["message"]
    assert alice.post("/v1/users", {**NEW, "display_name": f"  {'ñ' * 120}  "}).status_code == 201
    gina = next(user for user in alice.get("/v1/users").json() if user["username"] == "gina")
    assert gina["display_name"] == "ñ" * 120
    for field, longest in (("name", 200), ("address", 200), ("city", 100), ("state", 40), ("zip", 20), ("phone", 40)):
        new = {"name": "Quay Clinic", "slug": "quay", field: "x" * (longest + 1)}
        assert f"{longest} letters" in dave.post("/v1/practices", new).json()["message"]
        mine = alice.get("/v1/practice").json()
        changed = alice.post("/v1/practice", {"version": mine["version"], field: "x" * (longest + 1)})
        assert changed.status_code == 422
        assert alice.get("/v1/practice").json() == mine
