"""The authenticator: asked for at sign-in, each code accepted once, recovery codes used up."""

from __future__ import annotations

import threading

import pyotp
import pytest
from sqlalchemy import select, update

from kinometric_server.accounts.tables import recovery_codes, users
from kinometric_server.database import Actor
from kinometric_server.practices.tables import practices
from kinometric_server.security import second_factor

PASSWORD = "Harbor lantern 42"


@pytest.fixture
def enrolled(bob, clock):
    """Bob's authenticator and his recovery codes."""
    begun = bob.post("/v1/me/second-factor").json()
    totp = pyotp.TOTP(begun["secret"])
    done = bob.post("/v1/me/second-factor/confirm", {"code": totp.at(clock.now)})
    assert done.status_code == 200
    clock.advance(seconds=60)
    return totp, done.json()["codes"]


def sign_in(client, **more):
    return client.post("/v1/auth/sign-in", json={"username": "bob", "password": PASSWORD, **more})


def test_a_password_alone_is_not_enough_any_more(anonymous, enrolled, clock):
    totp, _ = enrolled
    asked = sign_in(anonymous)
    assert (asked.status_code, asked.json()["status"], asked.json()["token"]) == (200, "code_needed", None)
    done = sign_in(anonymous, code=totp.at(clock.now))
    assert done.json()["status"] == "signed_in"


def test_a_wrong_password_with_a_right_code_says_nothing_about_the_code(anonymous, enrolled, clock):
    totp, _ = enrolled
    body = {"username": "bob", "password": "Wrong 42 wrong", "code": totp.at(clock.now)}
    assert anonymous.post("/v1/auth/sign-in", json=body).json()["code"] == "KS-401P"


def test_a_code_is_accepted_once_and_an_older_one_never_again(anonymous, enrolled, clock):
    totp, _ = enrolled
    code = totp.at(clock.now)
    assert sign_in(anonymous, code=code).status_code == 200
    again = sign_in(anonymous, code=code)
    assert (again.status_code, again.json()["code"]) == (401, "KS-401C")
    assert sign_in(anonymous, code=totp.at(clock.now.timestamp() - 30)).status_code == 401
    clock.advance(seconds=30)
    assert sign_in(anonymous, code=totp.at(clock.now)).status_code == 200


def test_a_clock_that_is_a_step_off_is_forgiven_and_two_steps_are_not(anonymous, enrolled, clock):
    totp, _ = enrolled
    assert sign_in(anonymous, code=totp.at(clock.now.timestamp() + 30)).status_code == 200
    assert sign_in(anonymous, code=totp.at(clock.now.timestamp() + 90)).status_code == 401


def test_one_of_many_parallel_tries_with_the_same_code_wins(server, bob, enrolled, clock):
    step = int(clock.now.timestamp()) // 30
    won = []

    def use():
        with server.database.writing_outside(Actor()) as unit:
            if second_factor.use_step(unit, bob.user_id, step):
                won.append(1)

    threads = [threading.Thread(target=use) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_codes_are_throttled_and_wrong_ones_counted_though_the_sign_in_was_undone(anonymous, enrolled, clock):
    totp, _ = enrolled
    wrong = f"{(int(totp.at(clock.now)) + 1) % 1_000_000:06d}"
    answers = [sign_in(anonymous, code=wrong).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    assert sign_in(anonymous, code=totp.at(clock.now)).status_code == 429


def test_a_recovery_code_works_once_and_only_its_hash_is_stored(anonymous, enrolled, database):
    _, codes = enrolled
    assert len(codes) == 10
    assert sign_in(anonymous, recovery_code=codes[0].lower()).status_code == 200
    assert sign_in(anonymous, recovery_code=codes[0]).status_code == 401
    assert sign_in(anonymous, recovery_code=codes[1]).status_code == 200
    with database.reading_outside(Actor()) as unit:
        stored = unit.all(select(recovery_codes.c.code_hash))
    assert not {code.replace("-", "") for code in codes} & {row.code_hash for row in stored}


def test_the_secret_is_sealed_and_never_shown_again(bob, enrolled, database, server):
    totp, _ = enrolled
    assert bob.post("/v1/me/second-factor").status_code == 409
    with database.reading_outside(Actor()) as unit:
        sealed = unit.one(select(users.c.secret_2fa).where(users.c.user_id == bob.user_id)).secret_2fa
    assert totp.secret.encode() not in sealed
    assert second_factor.open_secret(server.keys, bob.user_id, sealed) == totp.secret


def test_it_is_turned_off_with_the_password(bob, enrolled, anonymous):
    assert bob.post("/v1/me/second-factor/off", {"password": "no"}).status_code == 422
    assert bob.post("/v1/me/second-factor/off", {"password": PASSWORD}).status_code == 204
    assert sign_in(anonymous).json()["status"] == "signed_in"


def test_an_administrator_takes_a_lost_authenticator_off(alice, bob, enrolled, anonymous):
    answer = alice.post(f"/v1/users/{bob.user_id}/second-factor/off")
    assert answer.json()["second_factor_on"] is False
    assert bob.get("/v1/me").status_code == 401
    assert sign_in(anonymous).json()["status"] == "signed_in"


def test_a_practice_can_ask_its_administrators_for_one(alice, bob, database, clock):
    with database.writing_outside(Actor()) as unit:
        unit.execute(update(practices).values(second_factor_for_admins=True))
    refused = alice.get("/v1/users")
    assert (refused.status_code, "second factor" in refused.json()["message"]) == (403, True)
    assert bob.get("/v1/departments").status_code == 200
    begun = alice.post("/v1/me/second-factor").json()
    code = pyotp.TOTP(begun["secret"]).at(clock.now)
    assert alice.post("/v1/me/second-factor/confirm", {"code": code}).status_code == 200
    assert alice.get("/v1/users").status_code == 200


def test_fifty_wrong_codes_a_day_are_enough(anonymous, enrolled, clock):
    tried = 0
    while (answer := sign_in(anonymous, code="000000")).status_code == 401:
        tried += 1
        assert tried <= 52
        if tried % 5 == 0:
            clock.advance(minutes=5)
    assert (answer.status_code, tried >= 50) == (429, True)
    assert answer.json()["retry_after"] > 300


def test_an_administrator_is_no_way_around_the_own_password(alice, anonymous):
    secret = alice.post("/v1/me/second-factor").json()["secret"]
    off = alice.post(f"/v1/users/{alice.user_id}/second-factor/off")
    new = alice.post(f"/v1/users/{alice.user_id}", {"version": 1, "password": "Quiet meadow 77"})
    for answer in (off, new):
        assert (answer.status_code, answer.json()["message"][:17]) == (403, "Your own password")
    assert secret
    body = {"username": "alice", "password": PASSWORD}
    assert anonymous.post("/v1/auth/sign-in", json=body).status_code == 200
