"""POST /v1/auth/sign-in and what a session is."""

from __future__ import annotations

import re

from sqlalchemy import select, update

from kinometric_server.accounts.sessions import token_hash
from kinometric_server.accounts.tables import sessions, user_practices, users
from kinometric_server.database import Actor

PASSWORD = "Harbor lantern 42"


def sign_in(client, username, password=PASSWORD, **more):
    return client.post("/v1/auth/sign-in", json={"username": username, "password": password, **more})


def test_a_right_password_gives_a_token_of_64_hex_digits_and_only_its_hash_is_stored(anonymous, bob, database):
    answer = sign_in(anonymous, "Bob")
    assert answer.status_code == 200
    token = answer.json()["token"]
    assert re.fullmatch(r"[0-9a-f]{64}", token)
    with database.reading_outside(Actor()) as unit:
        stored = [row.token_hash for row in unit.all(select(sessions))]
    assert token_hash(token) in stored
    assert token not in stored
    me = answer.json()["me"]
    assert me["active"]["practice_name"] == "Harbor Street Clinic"
    assert me["active"]["department_name"] == "Physical Therapy"
    assert me["idle_end_s"] == 900.0


def test_each_sign_in_gives_another_token(anonymous, bob):
    assert sign_in(anonymous, "bob").json()["token"] != sign_in(anonymous, "bob").json()["token"]


def test_a_wrong_password_and_an_unknown_user_get_the_same_words(anonymous, bob, audited):
    wrong, unknown = sign_in(anonymous, "bob", "Wrong lantern 42"), sign_in(anonymous, "nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["message"] == unknown.json()["message"] == "Username or password is not right."
    assert wrong.json()["code"] == unknown.json()["code"] == "KS-401P"
    assert audited("sign_in_failed") == [
        ("sign_in_failed", "failed", bob.user_id),
        ("sign_in_failed", "failed", ""),
    ]


def test_an_unknown_user_costs_as_much_hashing_as_a_known_one(anonymous, bob, monkeypatch):
    from kinometric_server.security import passwords as module

    done = []
    check, make = module.bcrypt.checkpw, module.bcrypt.hashpw
    monkeypatch.setattr(module.bcrypt, "checkpw", lambda *a: done.append(("check", a[1][:7])) or check(*a))
    monkeypatch.setattr(module.bcrypt, "hashpw", lambda *a: done.append(("hash", a[1][:7])) or make(*a))
    sign_in(anonymous, "bob", "Wrong lantern 42")
    known, done[:] = list(done), []
    sign_in(anonymous, "nobody", "Wrong lantern 42")
    assert done == known == [("check", b"$2b$04$")]


def test_a_disabled_user_gets_the_words_of_a_wrong_password(anonymous, bob, database):
    with database.writing_outside(Actor()) as unit:
        unit.execute(update(users).where(users.c.username == "bob").values(is_active=False))
    assert sign_in(anonymous, "bob").json()["message"] == "Username or password is not right."
    assert bob.get("/v1/me").status_code == 401


def test_the_eleventh_wrong_try_has_to_wait_and_the_right_password_too(anonymous, bob, clock):
    for _ in range(10):
        assert sign_in(anonymous, "bob", "Wrong lantern 42").status_code == 401
    throttled = sign_in(anonymous, "bob")
    assert throttled.status_code == 429
    assert throttled.json()["code"] == "KS-429"
    assert throttled.json()["retry_after"] == 30
    assert throttled.headers["retry-after"] == "30"
    clock.advance(seconds=30)
    assert sign_in(anonymous, "bob").status_code == 200


def test_one_address_can_not_try_many_names(anonymous, bob):
    answers = [sign_in(anonymous, f"name{number}").status_code for number in range(41)]
    assert answers == [401] * 40 + [429]


def test_right_sign_ins_are_not_counted_against_anybody(anonymous, bob):
    assert {sign_in(anonymous, "bob").status_code for _ in range(45)} == {200}


def test_fourteen_minutes_fifty_nine_is_in_time_and_fifteen_minutes_is_not(bob, clock):
    clock.advance(minutes=14, seconds=59)
    assert bob.get("/v1/me").status_code == 200
    clock.advance(minutes=15)
    late = bob.get("/v1/me")
    assert late.status_code == 401
    assert late.json()["code"] == "KS-401"
    assert late.json()["message"].startswith("Signed out after 15 minutes without activity")


def test_polling_does_not_keep_a_session_alive(people, bob, clock):
    polling = people.client(bob.token, by_hand=False)
    for _ in range(3):
        clock.advance(minutes=4, seconds=50)
        assert polling.get("/v1/me").status_code == 200
    clock.advance(seconds=31)
    assert polling.get("/v1/me").status_code == 401


def test_real_input_keeps_it_alive_but_never_beyond_twelve_hours(bob, clock):
    for _ in range(71):
        clock.advance(minutes=10)
        assert bob.post("/v1/me/activity").status_code == 200
    clock.advance(minutes=10)
    assert bob.get("/v1/me").status_code == 401


def test_signing_out_ends_this_session_alone(anonymous, bob, people, audited):
    other = people.client(sign_in(anonymous, "bob").json()["token"])
    assert bob.post("/v1/auth/sign-out").status_code == 204
    assert bob.get("/v1/me").status_code == 401
    assert other.get("/v1/me").status_code == 200
    assert ("sign_out", "success", bob.user_id) in audited()


def test_a_made_up_token_is_nobody(people):
    assert people.client("f" * 64).get("/v1/me").status_code == 401
    assert people.client("short").get("/v1/me").status_code == 401


def test_a_changed_role_counts_from_the_next_request(alice, database):
    assert alice.get("/v1/users").status_code == 200
    with database.writing_outside(Actor()) as unit:
        unit.execute(update(user_practices).values(role="readonly"))
    assert alice.get("/v1/users").status_code == 403


def test_a_single_session_practice_ends_the_earlier_one(anonymous, bob, database, clinic):
    from kinometric_server.practices.tables import practices

    with database.writing_outside(Actor()) as unit:
        unit.execute(update(practices).values(single_session=True))
    assert sign_in(anonymous, "bob").status_code == 200
    assert bob.get("/v1/me").status_code == 401


def test_changing_the_password_ends_the_other_sessions_and_takes_the_old_one(anonymous, bob, people):
    other = people.client(sign_in(anonymous, "bob").json()["token"])
    wrong = bob.post("/v1/me/password", {"old_password": "no", "new_password": "Quiet meadow 77"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "KS-401P")
    weak = bob.post("/v1/me/password", {"old_password": PASSWORD, "new_password": "Password1"})
    assert weak.status_code == 422
    assert other.get("/v1/me").status_code == 200
    done = bob.post("/v1/me/password", {"old_password": PASSWORD, "new_password": "Quiet meadow 77"})
    assert done.status_code == 204
    assert other.get("/v1/me").status_code == 401
    assert bob.get("/v1/me").status_code == 200
    assert sign_in(anonymous, "bob", "Quiet meadow 77").status_code == 200


def test_unknown_fields_and_wrong_types_are_refused_without_echoing_them(anonymous):
    answer = anonymous.post("/v1/auth/sign-in", json={"username": "CANARY", "password": 7, "extra": "CANARY"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "KS-422"
    assert "CANARY" not in answer.text
