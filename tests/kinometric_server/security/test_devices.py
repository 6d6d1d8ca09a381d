"""Enrolled computers sign a challenge at sign-in; they are listed and can be revoked."""

from __future__ import annotations

import pytest
from nacl.signing import SigningKey
from sqlalchemy import update

from kinometric_server.database import Actor
from kinometric_server.practices.tables import practices

PASSWORD = "Harbor lantern 42"


class Computer:
    """A workstation with its key."""

    def __init__(self) -> None:
        self.key = SigningKey.generate()
        self.device_id = ""

    @property
    def public_key(self) -> str:
        return bytes(self.key.verify_key).hex()

    def sign_in(self, client, username="bob", challenge=None, **changed):
        challenge = challenge or client.post("/v1/auth/challenge").json()["challenge"]
        text = f"kinometric device {challenge} {username}".encode()
        body = {
            "username": username,
            "password": PASSWORD,
            "device_id": self.device_id,
            "device_challenge": challenge,
            "device_signature": self.key.sign(text).signature.hex(),
            **changed,
        }
        return client.post("/v1/auth/sign-in", json=body)


@pytest.fixture
def computer(bob):
    made = Computer()
    answer = bob.post("/v1/me/devices", {"public_key": made.public_key, "name": "Front desk 2"})
    assert answer.status_code == 201
    made.device_id = answer.json()["device_id"]
    return made


def only_enrolled(database, practice_id, demanded=True):
    with database.writing_outside(Actor()) as unit:
        unit.execute(update(practices).where(practices.c.id == practice_id).values(require_devices=demanded))


@pytest.fixture
def strict(database, clinic, alice):
    """Practice A admits enrolled computers only; returns alice's client at hers."""
    mine = Computer()
    mine.device_id = alice.post("/v1/me/devices", {"public_key": mine.public_key, "name": "Office"}).json()["device_id"]
    only_enrolled(database, clinic.practice_a)
    alice.client.headers["Authorization"] = "Bearer " + mine.sign_in(alice.client, "alice").json()["token"]
    return alice


def test_an_enrolled_computer_signs_in_where_only_such_are_admitted(computer, strict, anonymous, bob):
    assert computer.sign_in(anonymous).status_code == 200
    seen = bob.get("/v1/me/devices").json()  # one's own account needs no practice
    assert [(one["name"], one["revoked"], one["last_seen"] is None) for one in seen] == [("Front desk 2", False, False)]


def test_without_a_device_or_with_a_wrong_signature_the_practice_is_closed(computer, strict, anonymous):
    plain = anonymous.post("/v1/auth/sign-in", json={"username": "bob", "password": PASSWORD})
    assert (plain.status_code, "enrolled computers" in plain.json()["message"]) == (401, True)
    assert computer.sign_in(anonymous, device_signature="00" * 64).status_code == 401
    assert computer.sign_in(anonymous, device_signature="not hex").status_code == 401
    stranger = Computer()
    stranger.device_id = computer.device_id
    assert stranger.sign_in(anonymous).status_code == 401


def test_a_challenge_is_good_once_and_for_two_minutes(computer, strict, anonymous, clock):
    challenge = anonymous.post("/v1/auth/challenge").json()["challenge"]
    assert computer.sign_in(anonymous, challenge=challenge).status_code == 200
    assert computer.sign_in(anonymous, challenge=challenge).status_code == 401
    late = anonymous.post("/v1/auth/challenge").json()["challenge"]
    clock.advance(minutes=2, seconds=1)
    assert computer.sign_in(anonymous, challenge=late).status_code == 401
    assert computer.sign_in(anonymous, challenge="f" * 64).status_code == 401


def test_a_signature_for_another_user_is_worth_nothing(computer, strict, anonymous, alice):
    challenge = anonymous.post("/v1/auth/challenge").json()["challenge"]
    signature = computer.key.sign(f"kinometric device {challenge} alice".encode()).signature.hex()
    assert computer.sign_in(anonymous, challenge=challenge, device_signature=signature).status_code == 401


def test_an_administrator_sees_and_revokes_computers(computer, strict, anonymous, alice, bob, charlie):
    assert charlie.get(f"/v1/users/{bob.user_id}/devices").status_code == 404
    path = f"/v1/users/{bob.user_id}/devices/{computer.device_id}/revoke"
    assert charlie.post(path).status_code == 404
    listed = alice.post(path).json()
    assert [one["revoked"] for one in listed] == [True]
    assert computer.sign_in(anonymous).status_code == 401
    again = {"public_key": computer.public_key, "name": "again"}
    assert bob.post("/v1/me/devices", again).status_code == 403
    assert alice.post(f"/v1/users/{bob.user_id}/devices", again).status_code == 422


def test_something_that_is_no_key_is_refused(bob):
    for key in ("", "zz", "00" * 31, "00" * 33):
        assert bob.post("/v1/me/devices", {"public_key": key, "name": "x"}).status_code == 422


def test_a_session_from_elsewhere_is_outside_from_the_next_request(computer, bob, strict, anonymous, people):
    refused = bob.get("/v1/departments")
    assert (refused.status_code, refused.json()["message"][:38]) == (403, "This practice admits enrolled computer")
    at_desk = people.client(computer.sign_in(anonymous).json()["token"])
    assert at_desk.get("/v1/departments").status_code == 200


def test_nobody_switches_into_such_a_practice_from_a_computer_that_is_not_enrolled(
    database, clinic, charlie, dave, strict
):
    dave.post("/v1/me/practice", {"practice_id": clinic.practice_a, "reason": "To have a look"})
    assert dave.get("/v1/departments").status_code == 403
    only_enrolled(database, clinic.practice_a, demanded=False)
    dave.post("/v1/members", {"username": "charlie", "role": "admin"})
    only_enrolled(database, clinic.practice_a)
    charlie.post("/v1/me/practice", {"practice_id": clinic.practice_a})
    assert charlie.get("/v1/departments").status_code == 403
    charlie.post("/v1/me/practice", {"practice_id": clinic.practice_b})
    assert charlie.get("/v1/departments").status_code == 200


def test_nobody_enrols_a_computer_of_their_own_for_such_a_practice(bob, strict, audited):
    answer = bob.post("/v1/me/devices", {"public_key": Computer().public_key, "name": "Mine"})
    assert answer.status_code == 403
    assert ("device_enrolled", "denied", bob.user_id) in audited("device_enrolled")
    assert strict.post("/v1/me/devices", {"public_key": Computer().public_key, "name": "Second"}).status_code == 201


def test_an_administrator_enrols_a_computer_by_its_key(bob, strict, anonymous, charlie):
    new = Computer()
    path, body = f"/v1/users/{bob.user_id}/devices", {"public_key": new.public_key, "name": "Room 3"}
    assert charlie.post(path, body).status_code == 404
    new.device_id = strict.post(path, body).json()["device_id"]
    assert new.sign_in(anonymous).status_code == 200
    assert [one["name"] for one in strict.get(path).json()] == ["Room 3"]


def test_revoking_a_computer_ends_the_sessions_that_were_opened_with_it(computer, strict, anonymous, people, bob):
    at_desk = people.client(computer.sign_in(anonymous).json()["token"])
    assert at_desk.get("/v1/me").status_code == 200
    strict.post(f"/v1/users/{bob.user_id}/devices/{computer.device_id}/revoke")
    assert at_desk.get("/v1/me").status_code == 401
    assert bob.get("/v1/me").status_code == 200


def test_a_computer_that_knows_its_key_alone_signs_in_by_it_for_its_own_user_only(strict, anonymous, bob):
    shown = Computer()
    shown.device_id = shown.public_key.upper()
    assert shown.sign_in(anonymous).status_code == 401
    enrolled = strict.post(f"/v1/users/{bob.user_id}/devices", {"public_key": shown.public_key, "name": "Desk"})
    assert enrolled.json()["public_key"] == shown.public_key
    assert shown.sign_in(anonymous).status_code == 200
    assert shown.sign_in(anonymous, device_signature="00" * 64).status_code == 401
    assert shown.sign_in(anonymous, username="alice").status_code == 401


def test_a_challenge_of_a_refused_sign_in_is_used_up_too(computer, strict, anonymous):
    challenge = anonymous.post("/v1/auth/challenge").json()["challenge"]
    refused = computer.sign_in(anonymous, challenge=challenge, device_signature="00" * 64)
    assert (refused.status_code, refused.json()["code"]) == (401, "KS-401D")
    assert computer.sign_in(anonymous, challenge=challenge).json()["code"] == "KS-401D"
    assert computer.sign_in(anonymous).status_code == 200
