"""What a superadmin changes: practices, shared credentials, further memberships, and people everywhere at once."""

from __future__ import annotations

import pytest

PASSWORD = "Harbor lantern 42"


@pytest.fixture
def inside(dave, clinic):
    """dave, who entered practice A."""
    dave.post("/v1/me/practice", {"practice_id": clinic.practice_a, "reason": "Setting up the practice"})
    return dave


def row_of(person, user_id):
    return next(one for one in person.get("/v1/users").json() if one["user_id"] == user_id)


def sign_in(client, username, password=PASSWORD):
    return client.post("/v1/auth/sign-in", json={"username": username, "password": password})


def test_an_administrator_changes_name_and_address_of_the_practice(alice, audited):
    changed = alice.post("/v1/practice", {"version": 1, "name": " Harbor Clinic ", "city": "Portside", "phone": ""})
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (200, "Harbor Clinic", 2)
    assert alice.get("/v1/me").json()["active"]["practice_name"] == "Harbor Clinic"
    assert [one[1] for one in audited("practice_changed")] == ["success"]
    stale = alice.post("/v1/practice", {"version": 1, "city": "Elsewhere"})
    assert (stale.status_code, stale.json()["code"]) == (409, "KS-409")
    assert alice.post("/v1/practice", {"version": 2, "name": "  "}).status_code == 422


def test_zone_and_use_of_a_practice_are_a_superadmins(alice, inside, clinic):
    for change in ({"time_zone": "America/Denver"}, {"is_active": False}):
        assert alice.post("/v1/practice", {"version": 1, **change}).status_code == 403
    assert inside.post("/v1/practice", {"version": 1, "time_zone": "Mars/Base"}).status_code == 422
    moved = inside.post("/v1/practice", {"version": 1, "time_zone": "America/Denver"})
    assert moved.json()["time_zone"] == "America/Denver"


def test_a_closed_practice_lets_nobody_in_until_it_is_opened_again(alice, bob, dave, clinic, anonymous):
    path = f"/v1/practices/{clinic.practice_a}"
    assert dave.post(path, {"version": 1, "is_active": False}).json()["is_active"] is False
    assert bob.get("/v1/departments").status_code == alice.get("/v1/users").status_code == 403
    assert sign_in(anonymous, "bob").json()["me"]["active"] is None
    entered = dave.post("/v1/me/practice", {"practice_id": clinic.practice_a, "reason": "To have a look"})
    assert entered.status_code == 404
    assert dave.post(path, {"version": 2, "is_active": True}).json()["version"] == 3
    assert bob.get("/v1/departments").status_code == 200
    assert alice.post(path, {"version": 3, "is_active": False}).status_code == 404
    assert dave.post(f"/v1/practices/{'0' * 32}", {"version": 1}).status_code == 404


def test_shared_credentials_go_in_and_never_come_out(dave, inside, alice, server):
    given = {"athena_environment": "standin", "client_id": "shared client", "client_secret": "CANARY-SECRET"}
    answer = dave.post("/v1/athena/shared-credentials", given)
    assert answer.json() == [{"athena_environment": "standin", "client_id": "shared client"}]
    assert "CANARY" not in answer.text + dave.get("/v1/athena/shared-credentials").text
    again = dave.post("/v1/athena/shared-credentials", {**given, "client_id": "another"})
    assert [one["client_id"] for one in again.json()] == ["another"]
    assert alice.get("/v1/athena/shared-credentials").status_code == 404
    assert dave.post("/v1/athena/shared-credentials", {**given, "client_secret": ""}).status_code == 422
    written = b"".join(path.read_bytes() for path in server.settings.logs.rglob("*") if path.is_file())
    assert b"CANARY" not in written


def test_an_existing_user_joins_a_second_practice_and_is_no_longer_one_administrators(inside, charlie, alice, clinic):
    body = {
        "username": "Charlie",
        "role": "clinician",
        "can_match": False,
        "can_review": True,
        "department_id": clinic.eastside,
    }
    joined = inside.post("/v1/members", body)
    assert (joined.status_code, joined.json()["only_here"]) == (201, False)
    assert inside.post("/v1/members", body).status_code == 409
    seen = charlie.post("/v1/me/practice", {"practice_id": clinic.practice_a}).json()["active"]
    assert (seen["role"], seen["can_review"], seen["can_match"]) == ("clinician", True, False)
    version = row_of(alice, charlie.user_id)["version"]
    for change in ({"password": "Quiet meadow 77"}, {"email": "new@example.org"}, {"display_name": "Somebody"}):
        assert alice.post(f"/v1/users/{charlie.user_id}", {"version": version, **change}).status_code == 403, change
    assert inside.post("/v1/members", {**body, "username": "nobody"}).status_code == 422
    assert alice.post("/v1/members", {**body, "username": "nobody"}).status_code == 403


def test_a_department_of_another_practice_is_refused_wherever_a_body_names_it(inside, alice, bob, clinic):
    for department in (clinic.elsewhere, clinic.neuro, "0" * 32, "x"):
        joined = inside.post("/v1/members", {"username": "bob", "role": "clinician", "department_id": department})
        version = row_of(alice, bob.user_id)["version"]
        changed = alice.post(f"/v1/users/{bob.user_id}", {"version": version, "department_id": department})
        new = {"username": "gina", "display_name": "", "email": "", "password": "Quiet meadow 77", "role": "clinician"}
        made = alice.post("/v1/users", {**new, "department_id": department})
        for answer in (joined, changed, made):
            assert (answer.status_code, answer.json()["code"]) == (422, "KS-422D"), department
    assert row_of(alice, bob.user_id)["department_id"] == clinic.physical_therapy


def test_a_user_is_disabled_everywhere_at_once_and_allowed_again(inside, charlie, alice, clinic, people, anonymous):
    inside.post("/v1/members", {"username": "charlie", "role": "readonly"})
    path = f"/v1/users/{charlie.user_id}/everywhere"
    gone = inside.post(path, {"is_active": False}).json()
    assert (gone["is_active"], gone["disabled_everywhere"], gone["live_sessions"]) == (False, True, 0)
    assert charlie.get("/v1/me").status_code == 401
    assert sign_in(anonymous, "charlie").status_code == 401
    assert alice.post(path, {"is_active": True}).status_code == 403
    assert inside.post(path, {"is_active": True}).json()["is_active"] is True
    assert sign_in(anonymous, "charlie").status_code == 200


def test_a_superadmin_can_not_reach_users_of_a_practice_that_was_not_entered(inside, charlie):
    answer = inside.post(f"/v1/users/{charlie.user_id}/everywhere", {"is_active": False})
    absent = inside.post(f"/v1/users/{'0' * 32}/everywhere", {"is_active": False})
    assert answer.status_code == absent.status_code == 404
    assert answer.json()["message"] == absent.json()["message"]


def test_nobody_disables_themselves(inside, clinic):
    inside.post("/v1/members", {"username": "dave", "role": "admin"})
    assert inside.post(f"/v1/users/{inside.user_id}/everywhere", {"is_active": False}).status_code == 409


def test_an_administrator_changes_an_e_mail_address_and_sets_a_new_password(alice, bob, anonymous):
    changed = alice.post(
        f"/v1/users/{bob.user_id}", {"version": 1, "email": " bob@example.org ", "password": "Quiet meadow 77"}
    )
    assert changed.json()["email"] == "bob@example.org"
    assert bob.get("/v1/me").status_code == 401
    assert sign_in(anonymous, "bob").status_code == 401
    assert sign_in(anonymous, "bob", "Quiet meadow 77").status_code == 200


def test_new_recovery_codes_take_the_earlier_ones_out(bob, server, anonymous):
    import pyotp

    secret = bob.post("/v1/me/second-factor").json()["secret"]
    assert bob.post("/v1/me/second-factor/recovery-codes", {"password": PASSWORD}).status_code == 409
    code = pyotp.TOTP(secret).at(server.clock())
    first = bob.post("/v1/me/second-factor/confirm", {"code": code}).json()["codes"]
    assert bob.post("/v1/me/second-factor/recovery-codes", {"password": "Wrong lantern 42"}).status_code == 422
    second = bob.post("/v1/me/second-factor/recovery-codes", {"password": PASSWORD}).json()["codes"]
    assert len(set(first) | set(second)) == 20
    body = {"username": "bob", "password": PASSWORD}
    assert anonymous.post("/v1/auth/sign-in", json={**body, "recovery_code": first[0]}).status_code == 401
    assert anonymous.post("/v1/auth/sign-in", json={**body, "recovery_code": second[0]}).status_code == 200


def test_a_user_revokes_an_own_computer(bob, charlie):
    device = bob.post("/v1/me/devices", {"public_key": "11" * 32, "name": "Room 2"}).json()
    theirs = charlie.post(f"/v1/me/devices/{device['device_id']}/revoke")
    absent = charlie.post(f"/v1/me/devices/{'0' * 32}/revoke")
    assert (theirs.status_code, theirs.json()["message"]) == (404, absent.json()["message"])
    assert [one["revoked"] for one in bob.post(f"/v1/me/devices/{device['device_id']}/revoke").json()] == [True]
