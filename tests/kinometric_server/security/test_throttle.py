"""Buckets of tries: they empty, refill evenly, and count in the database."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kinometric_server.accounts.tables import throttle as table
from kinometric_server.database import Actor
from kinometric_server.database.engine import make_engine
from kinometric_server.errors import ThrottledError
from kinometric_server.security.throttle import ACCOUNT, ADDRESS, Limit, bucket_of, give_back, take

FIVE = Limit("five", 5, 50)


def tries(server, limit=FIVE, bucket="b"):
    """Take until the bucket is empty; return how many were taken and how long to wait."""
    count = 0
    while True:
        try:
            with server.database.writing_outside(Actor()) as unit:
                take(unit, bucket, limit)
        except ThrottledError as refused:
            return count, refused.retry_after_s
        count += 1


def test_a_bucket_empties_and_says_how_long_to_wait(server):
    assert tries(server) == (5, 10)


def test_it_refills_one_try_at_a_time(server, clock):
    tries(server)
    clock.advance(seconds=9)
    assert tries(server) == (0, 1)
    clock.advance(seconds=1)
    assert tries(server) == (1, 10)
    clock.advance(seconds=25)
    assert tries(server) == (2, 5)


def test_it_never_holds_more_than_its_tries(server, clock):
    tries(server)
    clock.advance(days=300)
    assert tries(server) == (5, 10)


def test_a_clock_that_is_corrected_a_little_gives_nothing(server, clock):
    tries(server)
    clock.advance(seconds=-20)
    assert tries(server)[0] == 0
    clock.advance(seconds=30)
    assert tries(server)[0] == 1


def test_a_clock_that_was_set_back_far_locks_nobody_out_until_it_has_caught_up(server, clock):
    tries(server)
    clock.advance(hours=-2)
    assert tries(server)[0] == 5


def test_a_try_that_is_given_back_can_be_taken_again(server):
    tries(server)
    with server.database.writing_outside(Actor()) as unit:
        give_back(unit, "b", FIVE)
        give_back(unit, "another", FIVE)
    assert tries(server) == (1, 10)


def test_giving_back_never_fills_it_over_the_brim(server):
    with server.database.writing_outside(Actor()) as unit:
        take(unit, "b", FIVE)
        for _ in range(20):
            give_back(unit, "b", FIVE)
    assert tries(server)[0] == 5


def test_buckets_do_not_touch_each_other(server):
    tries(server)
    assert tries(server, bucket="c") == (5, 10)


def test_many_at_once_get_no_more_than_there_is(server):
    taken = []

    def one():
        try:
            with server.database.writing_outside(Actor()) as unit:
                take(unit, "b", FIVE)
            taken.append(1)
        except ThrottledError:
            pass

    with server.database.writing_outside(Actor()) as unit:
        take(unit, "b", FIVE)
        give_back(unit, "b", FIVE)
    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 5


def test_the_table_does_not_say_whom_a_bucket_is_for(server, anonymous, bob):
    anonymous.post("/v1/auth/sign-in", json={"username": "bob", "password": "wrong"})
    with server.database.reading_outside(Actor()) as unit:
        names = [row.bucket for row in unit.all(select(table))]
    assert len(names) == 2
    assert all(len(name) == 64 and set(name) <= set("0123456789abcdef") for name in names)
    assert bucket_of(server.keys, ACCOUNT, "bob") in names
    assert bucket_of(server.keys, ADDRESS, "127.0.0.1") in names
    assert bucket_of(server.keys, ACCOUNT, "127.0.0.1") not in names


def test_without_the_database_nobody_signs_in(server, anonymous, bob, monkeypatch):
    from kinometric_server.security import throttle

    def broken(*_):
        raise OSError("the disk is gone")

    monkeypatch.setattr(throttle, "take", broken)
    answer = anonymous.post("/v1/auth/sign-in", json={"username": "bob", "password": "Harbor lantern 42"})
    assert (answer.status_code, "token" in answer.json()) == (500, False)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 20), max_size=12))
def test_over_any_time_no_more_is_taken_than_the_limit_and_what_refilled(pauses):
    """A model of the arithmetic: the tries taken never exceed the bucket plus what time gave back."""
    limit, tokens, taken, elapsed = FIVE, FIVE.tries * 1000, 0, 0
    for pause in pauses:
        elapsed += pause
        tokens = min(limit.tries * 1000, tokens + int(pause * limit.tries * 1000 / limit.period_s))
        while tokens >= 1000:
            tokens -= 1000
            taken += 1
    assert taken <= limit.tries + elapsed * limit.tries / limit.period_s


def test_the_message_of_a_throttled_answer_names_nobody():
    assert str(ThrottledError(30)) == "Too many tries. Wait a little."
    with pytest.raises(ThrottledError):
        raise ThrottledError(1)


def test_without_the_table_of_tries_nobody_signs_in_and_one_sentence_says_so(server, anonymous, bob):
    owner = make_engine(server.settings.owner_url or server.settings.database_url)
    with owner.begin() as connection:
        table.drop(connection)
    answer = anonymous.post("/v1/auth/sign-in", json={"username": "bob", "password": "Harbor lantern 42"})
    assert (answer.status_code, answer.json()["code"]) == (503, "KS-503D")
    assert answer.json()["message"].startswith("Nobody can sign in just now")
    assert "throttle" not in answer.text
    table.create(owner)
    owner.dispose()


def test_passwords_tried_at_an_open_screen_count_with_those_of_the_sign_in(bob, anonymous, clock):
    wrong = {"old_password": "Wrong lantern 42", "new_password": "Quiet meadow 77"}
    for _ in range(5):
        assert bob.post("/v1/me/password", wrong).status_code == 422
        assert bob.post("/v1/me/second-factor/off", {"password": "Wrong lantern 42"}).status_code == 422
    for path, body in (
        ("/v1/me/password", wrong),
        ("/v1/me/second-factor/off", {"password": "Harbor lantern 42"}),
        ("/v1/me/second-factor/recovery-codes", {"password": "Harbor lantern 42"}),
    ):
        assert bob.post(path, body).status_code == 429, path
    assert anonymous.post("/v1/auth/sign-in", json={"username": "bob", "password": "x"}).status_code == 429
    clock.advance(minutes=5)
    right = {"old_password": "Harbor lantern 42", "new_password": "Quiet meadow 77"}
    assert bob.post("/v1/me/password", right).status_code == 204


def test_first_tries_at_once_make_one_bucket_and_nobody_stumbles(server):
    """On PostgreSQL each would else find no bucket and make one."""
    begin, refused = threading.Barrier(8), []

    def one():
        begin.wait(20)
        try:
            with server.database.writing_outside(Actor()) as unit:
                take(unit, "new", Limit("eight", 8, 80))
        except BaseException as error:  # noqa: BLE001 told by the assertion below
            refused.append(repr(error))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert refused == []
    assert tries(server, Limit("eight", 8, 80), "new")[0] == 0
