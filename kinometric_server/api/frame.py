"""The frame around every request: its id, its size limit, the headers of its answer, and its line in the access log."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, MutableMapping
from typing import Any
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinometric.contract import errors as codes
from kinometric_server.api.errors import unforeseen

log = logging.getLogger("kinometric.access")
Counted = Callable[[str, str, int, float], None]
"""Told method, route, status and seconds of every request."""


class _TooLargeError(Exception):
    """The body grew past the limit while it was being read."""


class Frame:
    """ASGI middleware; everything that leaves the server passes through here."""

    def __init__(self, app: ASGIApp, *, body_limit_bytes: int, counted: Counted | None = None) -> None:
        self.app = app
        self._counted = counted
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

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), *_headers(request_id)]}
            await send(message)

        async def receiving() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.body_limit_bytes:
                state["too_large"] = True
                raise _TooLargeError
            return message

        try:
            if _declared_length(scope) > self.body_limit_bytes:
                raise _TooLargeError
            await self.app(scope, receiving, sending)
        except _TooLargeError:
            if not status:
                body = {"code": codes.TOO_LARGE, "message": "What was sent is too large.", "request_id": request_id}
                await _answer(sending, 413, body)
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


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


async def _answer(send: Send, status: int, body: dict[str, Any]) -> None:
    content = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
