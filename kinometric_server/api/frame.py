"""The frame around every request: its id, its size limit, the headers of its answer, and its line in the access log."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinometric.contract import errors as codes
from kinometric_server.api.errors import unforeseen

log = logging.getLogger("kinometric.access")
Counted = Callable[[str, str, int, float], None]
"""Told method, route, status and seconds of every request."""


LARGE_BODIES = frozenset(
    {"/v1/results", "/v1/uploads", "/v1/uploads/pdf", "/back_upload_csv.php", "/back_upload_pdf.php"}
)
"""Addresses that take recordings and reports; all others take little, so that nobody fills the memory by them."""
SMALL_BODY_BYTES = 256 * 1024
PATIENCE_S = 60.0
"""How long the next piece of a body may be in coming."""
LINGER_S = 10.0
"""How long the rest of a refused body is read and thrown away: a client that is sending doesn't listen yet, and if the
connection were closed under it, the answer would be lost with it."""


class RefusedError(Exception):
    """The request is not read any further: too large, too slow, or of two lengths."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


_TOO_LARGE = (413, codes.TOO_LARGE, "What was sent is too large.")
_TOO_SLOW = (408, codes.BAD_INPUT, "The request did not arrive in time.")
_TWO_LENGTHS = (422, codes.BAD_INPUT, "The request can't be read: it states its length twice.")


class Frame:
    """ASGI middleware; everything that leaves the server passes through here."""

    def __init__(
        self, app: ASGIApp, *, body_limit_bytes: int, counted: Counted | None = None, patience_s: float = PATIENCE_S
    ) -> None:
        self.app = app
        self._counted = counted
        self.patience_s = patience_s
        self.body_limit_bytes = body_limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        state: MutableMapping[str, Any] = scope.setdefault("state", {})
        request_id = state["request_id"] = uuid4().hex
        state["ip"] = scope["client"][0] if scope.get("client") else ""
        status = 0
        received = 0
        complete = not _has_body(scope)
        limit_bytes = self.body_limit_bytes if scope["path"] in LARGE_BODIES else SMALL_BODY_BYTES

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                closing = [] if complete else [(b"connection", b"close")]
                message = {**message, "headers": [*message.get("headers", ()), *_headers(request_id), *closing]}
            elif not complete and not message.get("more_body", False):
                await send({**message, "more_body": True})
                await _read_off(receive)
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        async def receiving() -> Message:
            nonlocal received, complete
            try:
                message = await asyncio.wait_for(receive(), None if complete else self.patience_s)
            except TimeoutError:
                raise _noted(state, _TOO_SLOW) from None
            received += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if received > limit_bytes:
                raise _noted(state, _TOO_LARGE)
            return message

        try:
            if not scope["path"].isprintable():  # a route would be found in spite of a line's end behind it
                raise RefusedError(404, codes.NOT_FOUND, "There is no such record in this practice.")
            _check_length(scope, limit_bytes)
            await self.app(scope, receiving, sending)
        except RefusedError as refused:
            if not status:
                body = {"code": refused.code, "message": refused.message, "request_id": request_id}
                await _answer(sending, refused.status, body)
        except Exception as error:  # noqa: BLE001 the last place that can answer
            body = unforeseen(request_id, error)
            if not status:
                await _answer(sending, 500, body)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            took_s = time.perf_counter() - started
            if self._counted is not None:
                self._counted(scope["method"], route, status, took_s)
            log.info(
                "request",
                extra={
                    "request_id": request_id,
                    "method": scope["method"],
                    "route": route,
                    "status": status,
                    "ms": round(took_s * 1000, 1),
                    "user_id": state.get("user_id"),
                    "practice_id": state.get("practice_id"),
                    "code": state.get("code"),
                    "ip": state["ip"],
                },
            )


def _headers(request_id: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"x-request-id", request_id.encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]


def _noted(state: MutableMapping[str, Any], refusal: tuple[int, str, str]) -> RefusedError:
    """Return the refusal, kept for the place that answers when the framework has made another error of it."""
    state["refused"] = RefusedError(*refusal)
    return state["refused"]


def _check_length(scope: Scope, limit_bytes: int) -> None:
    """Refuse a body that says it is too large, or whose length is stated twice, which proxies read differently."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    if lengths and any(name == b"transfer-encoding" for name, _ in scope["headers"]):
        raise RefusedError(*_TWO_LENGTHS)
    if any(value.isdigit() and int(value) > limit_bytes for value in lengths):
        raise RefusedError(*_TOO_LARGE)


def _has_body(scope: Scope) -> bool:
    """Say whether a body comes with the request."""
    names = {name for name, value in scope["headers"] if (name, value) != (b"content-length", b"0")}
    return not names.isdisjoint((b"content-length", b"transfer-encoding"))


async def _read_off(receive: Receive) -> None:
    """Read what the client is still sending, and throw it away."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_S):
            while (await receive()).get("more_body", False):
                pass


async def _answer(send: Send, status: int, body: dict[str, Any]) -> None:
    content = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
