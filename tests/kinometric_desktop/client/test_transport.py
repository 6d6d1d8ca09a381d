"""The one connection: bearer in memory, proxies ignored, errors by the contract, nothing that isn't ours believed."""

from __future__ import annotations

import json
import logging
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from kinometric.contract.accounts import Hello, SignIn
from kinometric.contract.errors import USER_ACTION_HEADER
from kinometric.contract.patients import PatientSearch
from kinometric_desktop.client.errors import ServerError, Unreachable
from kinometric_desktop.client.server import ServerClient
from kinometric_desktop.client.transport import Transport
from tests.kinometric_desktop.house import me

HELLO = {"product": "Kinometric", "version": "1.0.0", "api": 1, "demo": False, "demo_users": []}
PERSON = "Muestra-Canary"


@dataclass
class Desk:
    """A server that answers what a test lays out, and keeps what it was asked."""

    url: str = ""
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    answer: Callable[[str], tuple[int, Any]] = lambda _: (200, HELLO)

    def last(self) -> tuple[str, str, dict[str, str], bytes]:
        return self.asked[-1]


@pytest.fixture
def desk() -> Iterator[Desk]:
    """The server, on a free port of this machine."""
    laid = Desk()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply()

        def do_POST(self) -> None:
            self._reply()

        def _reply(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            laid.asked.append((self.command, self.path, headers, self.rfile.read(length)))
            status, body = laid.answer(self.path)
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    laid.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield laid
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client(desk: Desk) -> Iterator[ServerClient]:
    """A client of that server."""
    made = ServerClient(desk.url)
    yield made
    made.close()


def test_an_answer_is_read_by_the_contract(client: ServerClient) -> None:
    assert client.accounts.hello() == Hello("Kinometric", "1.0.0", 1, demo=False)


def test_a_field_that_a_newer_server_adds_is_no_trouble(client: ServerClient, desk: Desk) -> None:
    desk.answer = lambda _: (200, {**HELLO, "new_field": 1})
    assert client.accounts.hello().version == "1.0.0"


@pytest.mark.parametrize("body", [b"<html>captive portal</html>", {"product": "Kinometric"}, [], None])
def test_what_is_not_a_kinometric_server_is_not_believed(client: ServerClient, desk: Desk, body: Any) -> None:
    desk.answer = lambda _: (200, body)
    with pytest.raises(Unreachable) as problem:
        client.accounts.hello()
    assert "captive" not in str(problem.value)


def test_an_error_of_the_contract_keeps_code_sentence_and_waiting_time(client: ServerClient, desk: Desk) -> None:
    body = {"code": "KS-429", "message": "Too many tries.", "request_id": "r-1", "retry_after": 45}
    desk.answer = lambda _: (429, body)
    with pytest.raises(ServerError) as problem:
        client.accounts.sign_in(SignIn("dsmith", "wrong"))
    error = problem.value
    assert (error.code, error.message, error.retry_after_s) == ("KS-429", "Too many tries.", 45)
    assert (error.status, error.request_id) == (429, "r-1")


@pytest.mark.parametrize("status", [302, 404, 500, 502])
def test_an_error_of_something_else_is_unreachable(client: ServerClient, desk: Desk, status: int) -> None:
    desk.answer = lambda _: (status, b"bad gateway")
    with pytest.raises(Unreachable):
        client.accounts.hello()


def test_redirects_are_not_followed(client: ServerClient, desk: Desk) -> None:
    desk.answer = lambda _: (302, b"")
    with pytest.raises(Unreachable):
        client.accounts.hello()
    assert len(desk.asked) == 1


def signed_in(client: ServerClient, desk: Desk) -> str:
    token = "ab" * 32
    person = json.loads(json.dumps(_json(me())))
    desk.answer = lambda path: (
        200,
        {"status": "signed_in", "token": token, "me": person} if "sign-in" in path else person,
    )
    answer = client.accounts.sign_in(SignIn("dsmith", "right"))
    assert answer.token is None
    return token


def _json(value: object) -> Any:
    from kinometric.contract.codec import to_json

    return to_json(value)


def test_the_token_stays_inside_and_goes_along_with_every_request(client: ServerClient, desk: Desk) -> None:
    token = signed_in(client, desk)
    assert client.signed_in
    client.accounts.me()
    assert desk.last()[2]["authorization"] == f"Bearer {token}"


def test_signing_out_forgets_the_token_even_when_the_server_is_gone(client: ServerClient, desk: Desk) -> None:
    signed_in(client, desk)
    desk.answer = lambda _: (500, b"")
    client.accounts.sign_out()
    assert not client.signed_in


def test_only_what_a_person_caused_is_marked_as_such(client: ServerClient, desk: Desk) -> None:
    signed_in(client, desk)
    client.accounts.me()
    assert desk.last()[2][USER_ACTION_HEADER.lower()] == "1"
    client.accounts.me(polling=True)
    assert USER_ACTION_HEADER.lower() not in desk.last()[2]


def test_names_go_into_the_body_and_never_into_the_address(client: ServerClient, desk: Desk) -> None:
    desk.answer = lambda _: (200, {"patients": [], "more": False})
    client.patients.search(PatientSearch(PERSON))
    method, path, _, body = desk.last()
    assert (method, path) == ("POST", "/v1/patients/search")
    assert json.loads(body)["text"] == PERSON
    assert PERSON not in path


def test_nothing_of_a_request_is_logged(client: ServerClient, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.answer = lambda _: (200, {"patients": [], "more": False})
    with caplog.at_level(logging.DEBUG):
        client.patients.search(PatientSearch(PERSON))
    assert PERSON not in caplog.text
    assert "/v1/patients" not in "".join(
        record.getMessage() for record in caplog.records if record.levelno >= logging.INFO
    )


def test_proxy_variables_are_ignored(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    client = ServerClient(desk.url)
    assert client.accounts.hello().product == "Kinometric"
    client.close()


def test_a_server_that_is_not_there_was_sent_nothing(desk: Desk) -> None:
    client = ServerClient("http://127.0.0.1:9")
    with pytest.raises(Unreachable) as problem:
        client.accounts.hello()
    assert not problem.value.after_send
    client.close()


def test_a_line_that_breaks_after_the_request_left_says_so(
    monkeypatch: pytest.MonkeyPatch, client: ServerClient
) -> None:
    def breaks(*_: object, **__: object) -> httpx.Response:
        raise httpx.ReadTimeout("no answer")

    monkeypatch.setattr(httpx.Client, "request", breaks)
    with pytest.raises(Unreachable) as problem:
        client.accounts.hello()
    assert problem.value.after_send


def test_a_closed_connection_is_unreachable_rather_than_a_mistake(client: ServerClient) -> None:
    client.close()
    with pytest.raises(Unreachable):
        client.accounts.hello()


def test_certificates_are_always_checked() -> None:
    transport = Transport("https://kinometric.example")
    pool = transport._http._transport
    context = pool._pool._ssl_context  # type: ignore[attr-defined]
    assert isinstance(context, ssl.SSLContext)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    transport.close()


def test_a_slow_sign_out_takes_nothing_of_the_sign_in_that_follows_it(desk: Desk) -> None:
    begun, go_on = threading.Event(), threading.Event()
    tokens = iter(("first", "second"))

    def answer(path: str) -> tuple[int, Any]:
        if path == "/v1/auth/sign-out":
            begun.set()
            go_on.wait(10)
            return 204, b""
        if path == "/v1/auth/sign-in":
            return 200, {"status": "signed_in", "token": next(tokens), "me": _json(me())}
        return 200, HELLO

    desk.answer = answer
    client = ServerClient(desk.url)
    client.accounts.sign_in(SignIn("dsmith", "x"))
    leaving = threading.Thread(target=client.accounts.sign_out)
    leaving.start()
    assert begun.wait(10)
    assert not client.signed_in
    client.accounts.sign_in(SignIn("dsmith", "x"))
    go_on.set()
    leaving.join()
    assert client.signed_in
    client.accounts.hello()
    assert desk.last()[2]["authorization"] == "Bearer second"
    ended = next(headers for _, path, headers, _ in desk.asked if path == "/v1/auth/sign-out")
    assert ended["authorization"] == "Bearer first"
    client.close()
