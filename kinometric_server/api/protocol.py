"""Answer what isn't even HTTP in the form of every other refusal, where uvicorn would say a line of plain text."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import suppress
from uuid import uuid4

import h11
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from kinometric.contract import errors as codes

HEAD_PATIENCE_S = 30.0
"""How long a request's first lines may be in coming; whoever sends them byte by byte holds the connection no longer."""
LINGER_S = 2.0
"""How long a refused connection stays open: closed under a client that is still sending, it would lose the answer."""


class Protocol(H11Protocol):
    """uvicorn's HTTP over h11, with our form of refusal and an end to waiting."""

    head_patience_s = HEAD_PATIENCE_S
    _refused = False
    _closing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request.

        Head and body of an answer are written one after the other, and the body must not wait until the head is
        acknowledged (40 ms). asyncio sees to that itself, but not on a listening socket that was made for it.
        """
        super().connection_made(transport)
        with suppress(OSError):  # a client that is gone already; some systems say so here
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came; after a refusal it is thrown away."""
        if self._refused:
            return
        super().data_received(data)
        if self._refused:
            return
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._closing is None and self.conn.trailing_data[0]:
            self._wait_for_head()

    def _wait_for_head(self) -> None:
        self._closing = self.loop.call_later(self.head_patience_s, self._give_up)

    def _stop_waiting(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None

    def _give_up(self) -> None:
        if self.conn.trailing_data[0]:
            self._refuse(408, "The request did not arrive in time.")
        else:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 what the parser found is ours to know
        """Refuse bytes that can't be read as a request, and close the connection."""
        self._refuse(400, "This is not a request that can be read.")

    def _refuse(self, status: int, message: str) -> None:
        self._stop_waiting()
        self._refused = True
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()  # this request has its answer already
            return
        request_id = uuid4().hex
        content = json.dumps({"code": codes.BAD_INPUT, "message": message, "request_id": request_id}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
            (b"x-request-id", request_id.encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        ]
        for event in (
            h11.Response(status_code=status, headers=headers, reason=STATUS_PHRASES[status]),
            h11.Data(data=content),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True  # whoever waits for the rest of the body has nobody to answer to
            self.cycle.message_event.set()
        self.flow.resume_reading()
        self._closing = self.loop.call_later(LINGER_S, self.transport.close)
