"""A connection that sends bytes as they are, however wrong, and reads the answer."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from tests.kinometric_server.authorization.conftest import objects  # noqa: F401 a fixture
from tests.kinometric_server.connected_clinic import *  # noqa: F403


@dataclass(frozen=True)
class Answer:
    """What the server said: status, headers in lower case, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict:
        return json.loads(self.body)


def read_answer(connection: socket.socket) -> Answer:
    got = b""
    while b"\r\n\r\n" not in got:
        piece = connection.recv(65536)
        if not piece:
            break
        got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        piece = connection.recv(65536)
        if not piece:
            break
        body += piece
    return Answer(int(first.split(" ")[1]), headers, body)


@pytest.fixture
def send(base_url) -> Callable[..., Answer]:
    """Send ``content`` on a connection of its own; ``end`` closes our half of it afterwards."""
    where = urlsplit(base_url)

    def sending(content: bytes, *, end: bool = False) -> Answer:
        with socket.create_connection((where.hostname, where.port), timeout=20) as connection:
            with suppress(BrokenPipeError, ConnectionResetError):  # the server may have said no and hung up already
                connection.sendall(content)
            if end:
                connection.shutdown(socket.SHUT_WR)
            return read_answer(connection)

    return sending
