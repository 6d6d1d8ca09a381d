"""Answer what isn't even HTTP in the form of every other refusal, where uvicorn would say a line of plain text."""

from __future__ import annotations

import json
from uuid import uuid4

import h11
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from kinometric.contract import errors as codes


class Protocol(H11Protocol):
    """uvicorn's HTTP over h11, with our form of refusal."""

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 what the parser found is ours to know
        """Refuse bytes that can't be read as a request, and close the connection."""
        request_id = uuid4().hex
        content = json.dumps(
            {"code": codes.BAD_INPUT, "message": "This is not a request that can be read.", "request_id": request_id}
        ).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
            (b"x-request-id", request_id.encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        ]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=STATUS_PHRASES[400]),
            h11.Data(data=content),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
