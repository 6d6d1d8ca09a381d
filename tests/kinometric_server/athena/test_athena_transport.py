"""The transport: no log line, no proxy, no redirect, no endless answer."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from kinometric_server.athena.errors import AthenaRefusedError, NoSuchPatientError
from kinometric_server.athena.transport import AnswerLostError, NotSentError, Question, Transport


@pytest.fixture
def transport() -> Iterator[Transport]:
    transport = Transport(connect_s=2.0, read_s=5.0)
    yield transport
    transport.close()


@contextmanager
def raw_server(pieces: Sequence[bytes]) -> Iterator[str]:
    """An address that answers one request with these bytes, a piece every 30 ms, and then waits for the client."""
    listening = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.recv(65536)
            for piece in pieces:
                connection.sendall(piece)
                if len(pieces) > 1 and done.wait(0.03):
                    return
            done.wait(10)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/x"
    done.set()
    thread.join(10)
    listening.close()


def answered(body: bytes, *headers: str) -> list[bytes]:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", ""]
    return ["\r\n".join(lines).encode() + body]


def reason_of(pieces: Sequence[bytes], **limits: Any) -> str:
    transport = Transport(**limits)
    with raw_server(pieces) as url, pytest.raises(AnswerLostError) as raised:
        transport.ask(Question("GET", url))
    transport.close()
    return raised.value.reason


def test_an_answer_whose_headers_trickle_ends_at_its_deadline_too() -> None:
    trickle = [b"HTTP/1.1 200 OK\r\n", *(b"X-Slow: 1\r\n" for _ in range(200))]
    assert reason_of(trickle, read_s=5.0, answer_within_s=0.2) == "timeout"


def test_a_silence_ends_at_the_deadline_and_not_when_the_other_side_hangs_up() -> None:
    assert reason_of([b"HTTP/1.1 200 OK\r\n"], read_s=60.0, answer_within_s=0.2) == "timeout"


def test_a_body_that_never_ends_ends_at_its_deadline() -> None:
    endless = [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *(b"1\r\na\r\n" for _ in range(200))]
    assert reason_of(endless, read_s=5.0, answer_within_s=0.2) == "timeout"


def test_a_packed_answer_is_unpacked(transport: Transport) -> None:
    with raw_server(answered(gzip.compress(b'{"pong":true}'), "Content-Encoding: gzip")) as url:
        assert transport.ask(Question("GET", url)).body == b'{"pong":true}'
    with raw_server(answered(b"", "Content-Encoding: gzip")) as url:
        assert transport.ask(Question("GET", url)).body == b""


def test_a_small_packed_answer_that_is_a_huge_one_is_cut_before_it_is_unpacked() -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    assert len(bomb) < 60_000
    pieces = answered(bomb, "Content-Encoding: gzip")
    tracemalloc.start()
    try:
        assert reason_of(pieces, largest_answer_bytes=1_000_000) == "too_large"
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most_bytes < 20_000_000


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "gzip, gzip", "deflate"])
def test_a_packing_that_is_torn_or_was_not_asked_for_is_lost(encoding: str) -> None:
    torn = gzip.compress(b"a" * 1000)[:-9]
    assert reason_of(answered(torn, f"Content-Encoding: {encoding}")) == "unreadable"


def test_a_body_shorter_than_it_says_is_lost(transport: Transport) -> None:
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}")

    thread = threading.Thread(target=serve)
    thread.start()
    with pytest.raises(AnswerLostError) as raised:
        transport.ask(Question("GET", f"http://127.0.0.1:{listening.getsockname()[1]}/x"))
    thread.join(10)
    listening.close()
    assert raised.value.reason == "connection"


def test_a_server_that_takes_no_bytes_is_left_at_the_deadline() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def sit_there() -> None:
        connection, _ = listening.accept()
        with connection:
            over.wait(10)  # then hangs up, which would be another reason

    thread = threading.Thread(target=sit_there)
    thread.start()
    transport = Transport(read_s=60.0, answer_within_s=0.2)
    question = Question("POST", f"http://127.0.0.1:{listening.getsockname()[1]}/x", content=b"x" * 30_000_000)
    with pytest.raises(AnswerLostError) as raised:
        transport.ask(question)
    over.set()
    thread.join(10)
    transport.close()
    listening.close()
    assert raised.value.reason == "timeout"


def test_no_log_at_any_level_carries_a_url(
    clinic: Any, alice: Any, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("", "httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
        caplog.set_level(logging.DEBUG, logger=name)
    alice.search("Kanarienvogel")
    clinic.faults({"path": "/v1/*", "connection": "reset_before"})
    with pytest.raises(Exception, match="athenaOne") as raised:
        alice.search("Kanarienvogel")
    told = f"{caplog.text} {capfd.readouterr()} {raised.getrepr(style='long')!s}"
    assert "HTTP Request" not in caplog.text
    assert "lastname=" not in told
    assert "Kanarienvogel" not in told.replace('alice.search("Kanarienvogel")', "")


def test_proxy_variables_are_ignored(clinic: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert clinic.client().patient("60145").patient_id == "60145"


def test_a_netrc_file_is_ignored(clinic: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login nobody password wrong\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    assert clinic.client().patient("60145").patient_id == "60145"


def test_cookies_are_not_kept(clinic: Any, transport: Transport) -> None:
    sent: list[str] = []
    answer = clinic.standin._answer

    async def noting(request: Any, body: bytes, send: Any) -> None:
        sent.append(request.headers.get("cookie", ""))
        await answer(request, body, send)

    clinic.faults({"path": "/x", "body": "ok", "headers": {"Set-Cookie": "session=1; Path=/"}})
    clinic.standin._answer = noting
    try:
        for _ in range(2):
            transport.ask(Question("GET", f"{clinic.running.base_url}/x"))
    finally:
        del clinic.standin._answer
    assert sent == ["", ""]


def test_a_redirect_is_an_answer_and_is_not_followed(clinic: Any, transport: Transport) -> None:
    clinic.faults({"path": "/x", "status": 302, "headers": {"Location": "/y"}})
    answer = transport.ask(Question("GET", f"{clinic.running.base_url}/x"))
    assert answer.status == 302
    assert clinic.asked("/y") == []


def test_a_trickling_answer_ends_at_its_deadline(clinic: Any) -> None:
    seconds = iter(range(1000))
    transport = Transport(connect_s=2.0, read_s=5.0, answer_within_s=3.0, clock=lambda: float(next(seconds)))
    clinic.faults({"path": "/x", "body": "a" * 100, "connection": "slow_answer"})
    with pytest.raises(AnswerLostError) as raised:
        transport.ask(Question("GET", f"{clinic.running.base_url}/x"))
    assert raised.value.reason == "timeout"
    transport.close()


def test_an_answer_without_end_is_cut(clinic: Any) -> None:
    transport = Transport(largest_answer_bytes=1000)
    clinic.faults({"path": "/x", "body": "a" * 5000})
    with pytest.raises(AnswerLostError) as raised:
        transport.ask(Question("GET", f"{clinic.running.base_url}/x"))
    assert raised.value.reason == "too_large"
    transport.close()


def test_an_answer_that_claims_a_wrong_packing_is_lost(clinic: Any, transport: Transport) -> None:
    clinic.faults({"path": "/x", "body": "not gzip", "headers": {"Content-Encoding": "gzip"}})
    with pytest.raises(AnswerLostError) as raised:
        transport.ask(Question("GET", f"{clinic.running.base_url}/x"))
    assert raised.value.reason == "unreadable"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "ftp://127.0.0.1/x", "https://127.0.0.1:9/x"])
def test_without_a_connection_nothing_was_sent(transport: Transport, url: str) -> None:
    with pytest.raises(NotSentError) as raised:
        transport.ask(Question("GET", url))
    assert raised.value.reason == "connect"
    assert raised.value.__context__ is None


def test_a_certificate_that_nobody_vouches_for_is_refused_before_a_byte_leaves(
    transport: Transport, clinic: Any
) -> None:
    with pytest.raises(NotSentError) as raised:
        transport.ask(Question("POST", clinic.running.base_url.replace("http:", "https:"), form={"a": "b"}))
    assert raised.value.reason == "tls"


def test_closing_leaves_no_thread_and_the_next_question_opens_anew(clinic: Any, transport: Transport) -> None:
    before = threading.active_count()
    clinic.faults({"path": "/x", "body": "ok"})
    question = Question("GET", f"{clinic.running.base_url}/x")
    transport.ask(question)
    transport.close()
    assert transport.ask(question).body == b"ok"
    assert threading.active_count() == before


def test_a_question_shows_nothing_of_a_person(clinic: Any) -> None:
    question = Question("GET", "http://x/patients", query=(("lastname", "Kanarienvogel"),), form={"a": "Kanarienvogel"})
    assert "Kanarienvogel" not in repr(question)


def test_a_failure_is_logged_with_its_kind_and_without_ids_or_names(
    clinic: Any, alice: Any, caplog: pytest.LogCaptureFixture
) -> None:
    clinic.faults({"path": "/v1/*", "status": 400, "body": {"error": "Kanarienvogel is not valid"}})
    with pytest.raises(AthenaRefusedError):
        alice.patient("60145")
    alice.file_document("60145", "1", "Kanarienvogel", b"%PDF-1.4")
    told = [(record.getMessage(), vars(record)) for record in caplog.records if record.name == "kinometric.athena"]
    assert [(name, fields["endpoint"], fields["reason_code"]) for name, fields in told] == [
        ("athena_request_failed", "/patients/{id}", "http_400"),
        ("athena_request_failed", "/patients/{id}/documents/clinicaldocument", "Rejected:http_400"),
    ]
    assert "Kanarienvogel" not in str(told)
    assert "60145" not in str([fields["endpoint"] for _, fields in told])


def test_a_patient_who_is_not_there_is_no_failure(clinic: Any, alice: Any, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(NoSuchPatientError):
        alice.patient("424242")
    assert [record for record in caplog.records if record.name == "kinometric.athena"] == []


def test_a_write_ends_before_a_lease_and_long_before_it_may_be_ordered_again() -> None:
    from kinometric_server.athena.client import _POST_BEGINS_WITHIN_S
    from kinometric_server.athena.transport import ANSWER_WITHIN_S
    from kinometric_server.uploads.leases import LEASE
    from kinometric_server.uploads.viewing import SEND_AGAIN_AFTER

    assert _POST_BEGINS_WITHIN_S + ANSWER_WITHIN_S < LEASE.total_seconds() < SEND_AGAIN_AFTER.total_seconds() / 2


NOWHERE = ("mailto:somebody", "http://[::1", "http://host:99999999/", "\xff\xfe", "//", "/%zz")


@pytest.mark.parametrize("location", NOWHERE)
def test_where_an_answer_points_is_not_even_read(transport: Transport, location: str) -> None:
    head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 2\r\n\r\n{{}}"
    with raw_server([head.encode("latin-1")]) as url:
        answer = transport.ask(Question("POST", url, content=b"{}", fresh_connection=True))
    assert (answer.status, answer.body) == (302, b"{}")
    assert "location" not in answer.headers
