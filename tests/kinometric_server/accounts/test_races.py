"""What changes between a check and its effect: the password that was checked, the user, the other administrator."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import bcrypt
import pytest
from sqlalchemy import func, select, update

from kinometric.contract.accounts import ChangeUser
from kinometric_server.accounts import people as accounts
from kinometric_server.accounts.sessions import end_sessions_of
from kinometric_server.accounts.tables import sessions, user_practices, users
from kinometric_server.database import Actor, Role
from kinometric_server.errors import ServiceError
from kinometric_server.practices.tables import practices
from kinometric_server.security.passwords import Passwords
from tests.kinometric_server.conftest import PASSWORD

ANOTHER = "Quiet meadow 77"


@pytest.fixture
def meanwhile(monkeypatch) -> Callable[[Callable[[], object]], None]:
    """Have something done once, after a password was checked and before anything comes of it."""

    def arrange(happens: Callable[[], object]) -> None:
        check, waiting = Passwords.verify, [happens]

        def slow(self, password, stored):
            right = check(self, password, stored)
            while waiting:
                waiting.pop()()
            return right

        monkeypatch.setattr(Passwords, "verify", slow)

    return arrange


def sign_in(client, password=PASSWORD):
    return client.post("/v1/auth/sign-in", json={"username": "bob", "password": password})


@pytest.fixture
def change(server, bob):
    """Change bob's row as somebody else would."""

    def changed(**values):
        with server.database.writing_outside(Actor()) as unit:
            unit.execute(update(users).where(users.c.user_id == bob.user_id).values(**values))
            end_sessions_of(unit, bob.user_id)

    return changed


def live_sessions(server, user_id):
    with server.database.reading_outside(Actor()) as unit:
        mine = (sessions.c.user_id == user_id) & sessions.c.ended_at.is_(None)
        return unit.one(select(func.count().label("n")).select_from(sessions).where(mine)).n


def test_a_password_that_was_replaced_while_it_was_checked_opens_nothing(server, bob, anonymous, change, meanwhile):
    new = Passwords(server.keys, 4).hash(ANOTHER)
    meanwhile(lambda: change(password=new))
    answer = sign_in(anonymous)
    assert (answer.status_code, answer.json()["code"]) == (401, "KS-401P")
    assert live_sessions(server, bob.user_id) == 0
    assert sign_in(anonymous, ANOTHER).status_code == 200


def test_making_an_old_hash_anew_never_brings_an_old_password_back(server, bob, anonymous, change, meanwhile):
    of_php = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode().replace("$2b$", "$2y$")
    change(password=of_php)
    new = Passwords(server.keys, 4).hash(ANOTHER)
    meanwhile(lambda: change(password=new))
    assert sign_in(anonymous).status_code == 401
    assert sign_in(anonymous, ANOTHER).status_code == 200


def test_a_hash_that_another_sign_in_made_anew_is_no_wrong_password(server, bob, anonymous, change, meanwhile):
    change(password=bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode().replace("$2b$", "$2y$"))
    again = Passwords(server.keys, 4).hash(PASSWORD)
    meanwhile(lambda: change(password=again))
    assert sign_in(anonymous).status_code == 200


def test_a_user_who_is_disabled_while_the_password_is_checked_gets_no_session(
    server, bob, anonymous, change, meanwhile
):
    meanwhile(lambda: change(is_active=False))
    assert sign_in(anonymous).status_code == 401
    change(is_active=True)
    assert live_sessions(server, bob.user_id) == 0, "not even one that sleeps until the user is enabled again"


def test_an_administrators_new_password_is_not_overtaken_by_the_users_own_change(server, bob, change, meanwhile):
    new = Passwords(server.keys, 4).hash(ANOTHER)
    meanwhile(lambda: change(password=new, password_to_change=True))
    answer = bob.post("/v1/me/password", {"old_password": PASSWORD, "new_password": "Amber window 31"})
    assert (answer.status_code, answer.json()["message"]) == (
        401,
        "Your password or your session was changed meanwhile. Sign in again.",
    )
    with server.database.reading_outside(Actor()) as unit:
        assert unit.one(select(users.c.password).where(users.c.user_id == bob.user_id)).password == new


@pytest.mark.parametrize("path", ["/v1/me/second-factor/off", "/v1/me/second-factor/recovery-codes"])
def test_a_session_that_ended_meanwhile_takes_no_second_factor_off(server, bob, change, meanwhile, path):
    with server.database.writing_outside(Actor()) as unit:
        unit.execute(update(users).where(users.c.user_id == bob.user_id).values(is_2fa_on=True, secret_2fa=b"x"))
    meanwhile(lambda: change(display_name="Bob"))
    assert bob.post(path, {"password": PASSWORD}).status_code == 401
    with server.database.reading_outside(Actor()) as unit:
        assert unit.one(select(users.c.is_2fa_on).where(users.c.user_id == bob.user_id)).is_2fa_on


def test_of_ten_sign_ins_at_once_a_single_session_practice_keeps_one(server, bob, clinic, people):
    with server.database.writing_outside(Actor()) as unit:
        unit.execute(update(practices).where(practices.c.id == clinic.practice_a).values(single_session=True))
    clients = [people.client() for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(sign_in, clients))
    assert [answer.status_code for answer in answers] == [200] * 10
    assert live_sessions(server, bob.user_id) == 1


def test_two_administrators_who_demote_each_other_at_once_leave_one(server, alice, people, clinic):
    second = people.make("irma", practice=clinic.practice_a, role=Role.ADMIN)
    passwords, both = Passwords(server.keys, 4), threading.Barrier(2)

    def demote(who, whom):
        both.wait()
        try:
            with server.database.writing(who.scope) as unit:
                version = accounts.user_row(unit, whom.user_id).version
                accounts.change_user(unit, who.scope, passwords, whom.user_id, ChangeUser(version, role="readonly"))
        except ServiceError as refused:
            return refused.message
        return "done"

    for _ in range(4):
        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(demote, (alice, second), (second, alice)))
        assert sorted(said) == ["The last administrator of a practice can't be demoted or disabled.", "done"]
        with server.database.writing_outside(Actor()) as unit:
            unit.execute(
                update(user_practices).where(user_practices.c.practice_id == clinic.practice_a).values(role="admin")
            )
