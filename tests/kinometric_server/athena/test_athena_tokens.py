"""Tokens: asked for once by many threads, renewed early, kept through a limit, never given to another credential."""

from __future__ import annotations

import itertools
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kinometric_server.athena.errors import (
    AthenaAccessError,
    AthenaNoAnswerError,
    AthenaThrottledError,
    AthenaUnreachableError,
    AthenaUnreadableError,
)
from kinometric_server.athena.replies import retry_after_s
from kinometric_server.athena.tokens import EARLY_S, TokenStore, credential_key
from kinometric_server.athena.transport import Answer, Question, Transport
from kinometric_server.security.sealing import KeyRing


class Desk:
    """A token endpoint that answers as it is told and counts."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[Question] = []
        self.held = threading.Event()
        self.held.set()
        self.reached = threading.Event()

    def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        self.reached.set()
        assert self.held.wait(10)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class CountedLock:
    """A lock that says when eight have come to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._came = itertools.count(1)
        self.all_came = threading.Event()

    def acquire(self, blocking: bool = True) -> bool:
        if next(self._came) == 8:
            self.all_came.set()
        return self._lock.acquire(blocking)

    def release(self) -> None:
        self._lock.release()


def given(token: str = "first", expires_in: object = 3600, status: int = 200, **headers: str) -> Answer:
    body = f'{{"access_token": "{token}", "expires_in": {expires_in}}}'.encode()
    return Answer(status, headers, body)


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_030.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def keys(key_folder: Path) -> KeyRing:
    return KeyRing.load(key_folder)


def store(desk: Any, watch: Watch, folder: Path | None = None, keys: KeyRing | None = None) -> TokenStore:
    return TokenStore(desk, folder, keys, clock=watch, pause=lambda _: None)


BASE = "https://api.example.invalid"


def test_many_threads_ask_once(clinic: Any) -> None:
    clinic.faults({"path": "/oauth2/*", "delay_s": 0.2})
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: clinic.client().patient("60145").patient_id, range(16)))
    assert found == ["60145"] * 16
    assert len(clinic.asked("/oauth2")) == 1


def test_a_token_is_kept_until_a_minute_before_its_end(clinic: Any, watch: Watch) -> None:
    desk = Desk(given("first"), given("second"))
    tokens = store(desk, watch)
    assert tokens.get(clinic.practice, BASE).text == "first"
    watch.now += 3600 - EARLY_S - 1
    assert tokens.get(clinic.practice, BASE).text == "first"
    watch.now += 2
    assert tokens.get(clinic.practice, BASE).text == "second"
    assert len(desk.asked) == 2


@pytest.mark.parametrize(
    ("expires_in", "lifetime"),
    [
        *((3600, 3600), ('"3600"', 3600), (3600.0, 3600), ("null", 300), ('"soon"', 300), (0, 300), (-5, 300)),
        *((10**9, 86400), ("true", 300), ("[]", 300)),
    ],
)
def test_the_lifetime_is_read_as_number_or_text(clinic: Any, watch: Watch, expires_in: object, lifetime: int) -> None:
    token = store(Desk(given("first", expires_in)), watch).get(clinic.practice, BASE)
    assert token.ends_at - watch.now == lifetime


def test_a_short_lived_token_is_renewed_at_half_its_life_and_not_at_each_request(clinic: Any, watch: Watch) -> None:
    desk = Desk(given("first", 40), given("second", 40))
    tokens = store(desk, watch)
    for _ in range(5):
        assert tokens.get(clinic.practice, BASE).text == "first"
    watch.now += 21
    assert tokens.get(clinic.practice, BASE).text == "second"
    assert len(desk.asked) == 2


def test_threads_that_waited_for_a_failed_attempt_share_its_failure(clinic: Any, watch: Watch) -> None:
    desk = Desk(Answer(401, {}, b'{"error":"invalid_client"}'))
    tokens = store(desk, watch)
    desk.held.clear()
    door = CountedLock()
    tokens._slot(credential_key(clinic.practice, BASE)).asking = door

    def ask() -> str:
        try:
            return tokens.get(clinic.practice, BASE).text
        except AthenaAccessError as error:
            return error.reason

    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask) for _ in range(8)]
        assert door.all_came.wait(10)
        desk.held.set()
        assert {each.result(timeout=10) for each in asking} == {"token_http_401"}
    assert len(desk.asked) == 1
    with pytest.raises(AthenaAccessError):
        tokens.get(clinic.practice, BASE)
    assert len(desk.asked) == 2, "who comes later asks anew"


@pytest.mark.parametrize(("said", "seconds"), [("86400", 300), ("7", 7), ("0", 30), ("soon", 30), ("-1", 30)])
def test_a_retry_after_is_believed_within_reason(clinic: Any, watch: Watch, said: str, seconds: int) -> None:
    desk = Desk(Answer(429, {"retry-after": said}, b"Quota Exceeded"), given("first"))
    tokens = store(desk, watch)
    with pytest.raises(AthenaThrottledError) as raised:
        tokens.get(clinic.practice, BASE)
    assert raised.value.retry_after_s == seconds
    watch.now += seconds - 1
    with pytest.raises(AthenaThrottledError):
        tokens.get(clinic.practice, BASE)
    watch.now += 1
    assert tokens.get(clinic.practice, BASE).text == "first"


def test_a_retry_after_may_be_a_date(watch: Watch) -> None:
    date = "Fri, 15 Jan 2027 08:01:00 GMT"
    answer = Answer(429, {"retry-after": date, "date": "Fri, 15 Jan 2027 08:00:30 GMT"}, b"")
    assert retry_after_s(answer) == 30
    assert retry_after_s(answer, watch.now) == 30
    assert retry_after_s(Answer(429, {"retry-after": date}, b""), watch.now + 90) == 0
    assert retry_after_s(Answer(429, {"retry-after": "Fri, 99 Jan 2027 08:01:00 GMT"}, b"")) is None


def test_while_one_thread_renews_the_others_go_on_with_the_old_token(clinic: Any, watch: Watch) -> None:
    desk = Desk(given("first"), given("second"))
    tokens = store(desk, watch)
    tokens.get(clinic.practice, BASE)
    watch.now += 3600 - EARLY_S + 1
    desk.held.clear()
    desk.reached.clear()
    with ThreadPoolExecutor(1) as pool:
        renewing = pool.submit(tokens.get, clinic.practice, BASE)
        assert desk.reached.wait(10)
        assert tokens.get(clinic.practice, BASE).text == "first"
        desk.held.set()
        assert renewing.result(timeout=10).text == "second"


@pytest.mark.parametrize("answer", [given(status=429), given(status=503), Answer(200, {}, b"<html>")])
def test_a_refused_renewal_keeps_the_unexpired_token(clinic: Any, watch: Watch, answer: Answer) -> None:
    tokens = store(Desk(given("first"), answer), watch)
    tokens.get(clinic.practice, BASE)
    watch.now += 3600 - EARLY_S + 1
    assert tokens.get(clinic.practice, BASE).text == "first"
    watch.now += EARLY_S
    with pytest.raises((AthenaThrottledError, AthenaNoAnswerError, AthenaUnreadableError)):
        tokens.get(clinic.practice, BASE)


def test_over_the_limit_nothing_is_asked_for_the_rest_of_the_clock_minute(clinic: Any, watch: Watch) -> None:
    desk = Desk(Answer(429, {}, b"Quota Exceeded"), given("first"))
    tokens = store(desk, watch)
    for _ in range(3):
        with pytest.raises(AthenaThrottledError) as raised:
            tokens.get(clinic.practice, BASE)
    assert len(desk.asked) == 1
    assert 0 < (raised.value.retry_after_s or 0) <= 61
    watch.now += 60 - watch.now % 60
    assert tokens.get(clinic.practice, BASE).text == "first"


def test_a_good_token_stays_in_use_while_the_limit_lasts(clinic: Any, watch: Watch) -> None:
    desk = Desk(given("first"), Answer(429, {"retry-after": "30"}, b"Quota Exceeded"))
    tokens = store(desk, watch)
    tokens.get(clinic.practice, BASE)
    watch.now += 3600 - EARLY_S + 1
    for _ in range(3):
        assert tokens.get(clinic.practice, BASE).text == "first"
    assert len(desk.asked) == 2, "the limit is not asked again before it ends"


def test_the_stand_ins_limit_is_kept_to(clinic: Any) -> None:
    clinic.faults(token_limit_per_minute=0)
    for _ in range(5):
        with pytest.raises(AthenaThrottledError):
            clinic.client().patient("60145")
    assert len(clinic.asked()) == 1


def test_5xx_is_tried_again_and_a_wrong_secret_is_not(clinic: Any, watch: Watch) -> None:
    desk = Desk(given(status=503), given(status=500), given("third"))
    assert store(desk, watch).get(clinic.practice, BASE).text == "third"
    refusing = Desk(Answer(401, {}, b'{"error": "invalid_client"}'))
    with pytest.raises(AthenaAccessError):
        store(refusing, watch).get(clinic.practice, BASE)
    assert len(refusing.asked) == 1


def test_no_connection_is_told_as_unreachable(clinic: Any, watch: Watch) -> None:
    transport = Transport(connect_s=1.0)
    with pytest.raises(AthenaUnreachableError):
        store(transport, watch).get(clinic.practice, "http://127.0.0.1:9")
    transport.close()


@pytest.mark.parametrize("token", ["", "a\\nb", "\\u00e4"])
def test_a_token_that_cannot_stand_in_a_header_is_none(clinic: Any, watch: Watch, token: str) -> None:
    with pytest.raises(AthenaUnreadableError):
        store(Desk(given(token)), watch).get(clinic.practice, BASE)


def test_a_dropped_token_is_asked_for_anew_once(clinic: Any, watch: Watch) -> None:
    desk = Desk(given("first"), given("second"), given("third"))
    tokens = store(desk, watch)
    old = tokens.get(clinic.practice, BASE)
    tokens.drop(clinic.practice, BASE, old)
    assert tokens.get(clinic.practice, BASE).text == "second"
    tokens.drop(clinic.practice, BASE, old)
    assert tokens.get(clinic.practice, BASE).text == "second", "the dropped one was not the present one"


def test_other_credentials_another_host_or_a_new_secret_never_share_a_token(clinic: Any) -> None:
    practice = clinic.practice
    keys = {
        credential_key(practice, BASE),
        credential_key(practice, BASE + ".other"),
        credential_key(replace(practice, client_id="other"), BASE),
        credential_key(replace(practice, client_secret="other"), BASE),
    }
    assert len(keys) == 4
    assert credential_key(replace(practice, athena_practice_id="990019"), BASE) in keys
    assert not any(practice.client_id in each or practice.client_secret in each for each in keys)


def test_a_kept_token_serves_the_next_process_and_its_file_is_for_the_owner_only(
    clinic: Any, watch: Watch, tmp_path: Path, keys: KeyRing
) -> None:
    folder = tmp_path / "tokens"
    first = store(Desk(given("first")), watch, folder, keys).get(clinic.practice, BASE)
    (file,) = folder.iterdir()
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    second = Desk(given("second"))
    tokens = store(second, watch, folder, keys)
    assert tokens.get(clinic.practice, BASE) == first
    assert second.asked == []
    tokens.drop(clinic.practice, BASE, first)
    assert list(folder.iterdir()) == []
    assert tokens.get(clinic.practice, BASE).text == "second"


def test_a_kept_token_is_sealed_for_its_credentials_alone(
    clinic: Any, watch: Watch, tmp_path: Path, keys: KeyRing
) -> None:
    store(Desk(given("visible-token")), watch, tmp_path, keys).get(clinic.practice, BASE)
    (file,) = tmp_path.iterdir()
    assert b"visible-token" not in file.read_bytes()
    other = replace(clinic.practice, client_id="another")
    file.rename(tmp_path / f"{credential_key(other, BASE)}.token")
    desk = Desk(given("second"))
    assert store(desk, watch, tmp_path, keys).get(other, BASE).text == "second", "a moved file opens nothing"


def test_without_keys_nothing_is_kept(clinic: Any, watch: Watch, tmp_path: Path) -> None:
    tokens = store(Desk(given("first")), watch, tmp_path)
    tokens.drop(clinic.practice, BASE, tokens.get(clinic.practice, BASE))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"{", b"KS1" + bytes(80)])
def test_a_token_file_that_cannot_be_read_is_replaced(
    clinic: Any, watch: Watch, tmp_path: Path, keys: KeyRing, content: bytes
) -> None:
    (tmp_path / f"{credential_key(clinic.practice, BASE)}.token").write_bytes(content)
    assert store(Desk(given("first")), watch, tmp_path, keys).get(clinic.practice, BASE).text == "first"


def test_a_folder_that_takes_no_file_leaves_the_token_in_memory(
    clinic: Any, watch: Watch, tmp_path: Path, keys: KeyRing
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    tokens = store(Desk(given("first")), watch, blocked, keys)
    assert tokens.get(clinic.practice, BASE).text == "first"
    assert tokens.get(clinic.practice, BASE).text == "first"
    assert list(tmp_path.iterdir()) == [blocked]


def test_no_secret_and_no_token_stands_in_a_repr(clinic: Any, watch: Watch) -> None:
    desk = Desk(given("visible-token"))
    token = store(desk, watch).get(clinic.practice, BASE)
    said = f"{token!r} {clinic.practice!r} {desk.asked[0]!r}"
    assert clinic.practice.client_secret not in said
    assert "visible-token" not in said


def test_the_time_that_is_left_of_a_token_is_told(clinic: Any, watch: Watch) -> None:
    tokens = store(Desk(given("first")), watch)
    assert tokens.seconds_left(clinic.practice, BASE) is None
    tokens.get(clinic.practice, BASE)
    watch.now += 600
    assert tokens.seconds_left(clinic.practice, BASE) == 3000
