"""Hashing takes long: what others do meanwhile, how many may wait, and that the work tells nothing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import bcrypt
import pytest
from sqlalchemy import update

from kinometric_server.accounts.tables import users
from kinometric_server.database import Actor
from kinometric_server.security import passwords as module
from kinometric_server.security.passwords import WAITING, WORKING, Passwords

PASSWORD = "Harbor lantern 42"


class Slow:
    """bcrypt that takes as long as the test wants."""

    def __init__(self, monkeypatch) -> None:
        self.release = threading.Event()
        self.begun = threading.Semaphore(0)
        self.at_once = 0
        self.most_at_once = 0
        self._lock = threading.Lock()
        for name in ("checkpw", "hashpw"):
            real = getattr(bcrypt, name)
            monkeypatch.setattr(module.bcrypt, name, lambda *given, real=real: self._slowly(real, *given))

    def _slowly(self, real, *given):
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self.begun.release()
        assert self.release.wait(60)
        with self._lock:
            self.at_once -= 1
        return real(*given)


@pytest.fixture
def slow(monkeypatch):
    made = Slow(monkeypatch)
    yield made
    made.release.set()


def test_while_five_people_sign_in_others_read_and_are_audited(people, bob, slow, audited):
    clients = [people.client() for _ in range(5)]
    body = {"username": "bob", "password": PASSWORD}
    with ThreadPoolExecutor(5) as pool:
        waiting = [pool.submit(client.post, "/v1/auth/sign-in", json=body) for client in clients]
        for _ in range(WORKING):
            assert slow.begun.acquire(timeout=30)
        for _ in range(5):
            assert bob.post("/v1/worklist", {"day": "2026-05-05"}).status_code == 200
        assert not any(one.done() for one in waiting)
        slow.release.set()
        assert [one.result(60).status_code for one in waiting] == [200] * 5
    assert slow.most_at_once == WORKING
    assert len(audited("worklist_read")) == 5


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/me/password", {"old_password": PASSWORD, "new_password": "Quiet meadow 77"}),
        ("/v1/me/second-factor/off", {"password": PASSWORD}),
        (
            "/v1/users",
            {"username": "gina", "display_name": "", "email": "", "password": "Quiet meadow 77", "role": "clinician"},
        ),
        ("/v1/users/{bob}", {"version": 1, "password": "Quiet meadow 77"}),
    ],
)
def test_no_password_is_hashed_while_the_database_is_held(path, body, alice, bob, slow):
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(alice.post, path.format(bob=bob.user_id), body)
        assert slow.begun.acquire(timeout=30)
        assert bob.post("/v1/worklist", {"day": "2026-05-05"}).status_code == 200
        assert not waiting.done()
        slow.release.set()
        assert waiting.result(60).status_code < 300


def test_the_crowd_that_may_wait_has_an_end_and_leaves_the_server_usable(key_folder, slow):
    from kinometric_server.errors import ThrottledError
    from kinometric_server.security.sealing import KeyRing

    passwords = Passwords(KeyRing.load(key_folder), 4)
    with ThreadPoolExecutor(WORKING + WAITING) as pool:
        waiting = [pool.submit(passwords.verify, "x", None) for _ in range(WORKING + WAITING)]
        while module._TURNS._room._value:
            threading.Event().wait(0.001)
        with pytest.raises(ThrottledError, match="Very many people"):
            passwords.verify("x", None)
        slow.release.set()
        assert not any(one.result(60) for one in waiting)
    assert passwords.verify("x", None) is False


@pytest.fixture
def work(monkeypatch):
    """The hashing done since it was last asked for, in units of the cheapest."""
    done = []
    for name, place in (("checkpw", 1), ("hashpw", 1)):
        real = getattr(bcrypt, name)

        def counted(*given, real=real, place=place):
            done.append(2 ** int(given[place][4:6]))
            return real(*given)

        monkeypatch.setattr(module.bcrypt, name, counted)

    def since():
        total = sum(done)
        done.clear()
        return total

    return since


def stored_as(cost, password):
    return "$2y$" + bcrypt.hashpw(password.encode(), bcrypt.gensalt(cost)).decode()[4:]


def test_a_wrong_password_costs_the_same_whoever_is_asked_for(key_folder, work):
    from kinometric_server.security.sealing import KeyRing

    passwords = Passwords(KeyRing.load(key_folder), 7)
    own = passwords.hash("Quiet meadow 77")
    by_php = {cost: stored_as(cost, "Quiet meadow 77") for cost in (4, 5, 7)}
    work()
    for stored in (None, own, *by_php.values(), "no hash at all", "$2y$", "$2y$xx$" + "a" * 53, "k1$", ""):
        for wrong in ("Wrong meadow 77", "", "\0", "Quiet meadow 77\0", "ä" * 300, "x" * 5000):
            assert not passwords.verify(wrong, stored)
            assert work() == 2**7, (stored, wrong)


def test_signing_in_costs_the_same_for_everybody_and_says_the_same(anonymous, bob, erin, frank, database, work):
    with database.writing_outside(Actor()) as unit:
        for name, values in (
            ("bob", {"is_active": False}),
            ("erin", {"failed_tries": 100}),
            ("frank", {"password": stored_as(4, "Quiet meadow 77")}),
        ):
            unit.execute(update(users).where(users.c.username == name).values(**values))
    work()
    seen = set()
    for name, password in (
        ("bob", PASSWORD), ("erin", PASSWORD), ("frank", "wrong"), ("nobody", PASSWORD), ("bob", "wrong"), ("", ""),
        ("nobody\t", "x" * 1000),
    ):  # fmt: skip
        answer = anonymous.post("/v1/auth/sign-in", json={"username": name, "password": password})
        seen.add((answer.status_code, answer.json()["code"], answer.json()["message"], work(), len(answer.content)))
    assert len(seen) == 1, seen
