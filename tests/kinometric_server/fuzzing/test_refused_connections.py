"""A refusal reaches whoever is still sending, and nobody holds a connection by sending slowly or nothing."""

from __future__ import annotations

import socket
import threading
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn

from kinometric_server.api.app import create_app
from kinometric_server.api.protocol import Protocol
from kinometric_server.operations.serving import Listening, _bind
from tests.kinometric_server.conftest import running
from tests.kinometric_server.fuzzing.conftest import read_answer

HEAD = b"POST /v1/audit HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
MEGABYTES = 30


def connected(address):
    where = urlsplit(address)
    return socket.create_connection((where.hostname, where.port), timeout=20)


@pytest.fixture
def impatient(server, monkeypatch):
    """A server that waits hardly at all for the first lines of a request."""
    monkeypatch.setattr(Protocol, "head_patience_s", 0.05)
    with running(server) as address:
        yield address


@pytest.mark.parametrize(
    ("method", "path", "status"), [("POST", "/v1/audit", 413), ("POST", "/v1/nothing", 404), ("PUT", "/v1/audit", 405)]
)
def test_who_sends_a_huge_body_to_its_end_hears_why_it_is_refused(anonymous, method, path, status):
    piece = b" " * 1_000_000
    for content, expected in ((piece * MEGABYTES, 413), ((piece for _ in range(MEGABYTES)), status)):
        answer = anonymous.request(method, path, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == expected
        assert set(answer.json()) == {"code", "message", "request_id"}
        assert answer.headers["connection"] == "close"
    assert anonymous.get("/v1/hello").status_code == 200


def test_who_sends_a_bomb_of_headers_to_its_end_hears_why_it_is_refused(base_url):
    with connected(base_url) as connection:
        connection.sendall(b"GET /v1/me HTTP/1.1\r\nHost: x\r\n")
        for _ in range(200):
            connection.sendall(b"X: " + b"a" * 60_000 + b"\r\n")
        answer = read_answer(connection)
    assert (answer.status, answer.json()["code"]) == (400, "KS-422")


def test_garbage_after_an_answer_ends_the_connection_without_an_error(base_url, caplog):
    with connected(base_url) as connection:
        connection.sendall(b"PUT /v1/audit HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert read_answer(connection).status == 405
        connection.sendall(b"this is no piece of a body\r\n")
        assert connection.recv(1000) == b""
    assert [record for record in caplog.records if record.name == "asyncio"] == []


def test_a_garbled_piece_of_a_body_ends_the_waiting_for_the_rest(base_url, caplog):
    with connected(base_url) as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{")
        connection.sendall(b"xxxxxxxxxxx\r\nzz\r\n")
        answer = read_answer(connection)
    assert (answer.status, answer.json()["code"]) == (400, "KS-422")
    assert [record for record in caplog.records if record.name == "asyncio"] == []


def test_a_request_that_trickles_in_is_given_up(impatient):
    with connected(impatient) as connection:
        connection.sendall(b"GET /v1/hello HTTP/1.1\r\nHo")
        answer = read_answer(connection)
    assert (answer.status, answer.json()["code"]) == (408, "KS-422")
    assert answer.json()["message"] == "The request did not arrive in time."


def test_a_second_request_that_trickles_in_is_given_up_too(impatient):
    with connected(impatient) as connection:
        connection.sendall(b"GET /v1/hello HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read_answer(connection).status == 200
        connection.sendall(b"GET /v1/hello HTTP/1.1\r\nHo")
        assert read_answer(connection).status == 408


def test_a_connection_on_which_nothing_comes_is_closed(impatient):
    with connected(impatient) as connection:
        assert connection.recv(1000) == b""


def test_a_client_that_keeps_its_connection_is_served_again_and_again(impatient):
    with httpx.Client(base_url=impatient, trust_env=False) as client:
        for _ in range(3):
            assert client.get("/v1/hello").status_code == 200


def test_nobody_is_offered_another_protocol(base_url):
    for name in (b"websocket", b"h2c"):
        with connected(base_url) as connection:
            connection.sendall(
                b"GET /v1/me HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: " + name + b"\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            answer = read_answer(connection)
        assert (answer.status, answer.json()["code"]) == (401, "KS-401")


def test_the_second_half_of_an_answer_does_not_wait_for_the_first_to_be_acknowledged(server, monkeypatch):
    """The socket is made as `serve` makes it; asyncio leaves the delay on for one whose protocol isn't stated."""
    kept = []
    made = Protocol.connection_made

    def keeping(self, transport):
        made(self, transport)
        kept.append(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    monkeypatch.setattr(Protocol, "connection_made", keeping)
    bound = _bind(Listening(port=0))
    config = uvicorn.Config(create_app(server), http=Protocol, ws="none", log_config=None, lifespan="off")
    serving = uvicorn.Server(config)
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [bound]})
    thread.start()
    address = f"http://127.0.0.1:{bound.getsockname()[1]}"
    assert httpx.get(f"{address}/v1/hello", trust_env=False, timeout=60).status_code == 200
    serving.should_exit = True
    thread.join(60)
    bound.close()
    assert len(kept) == 1
    assert kept[0]
