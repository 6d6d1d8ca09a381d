"""A language model's address on loopback that answers what a test tells it, and keeps every byte that it was sent."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


def completion(text: Any, **choice: Any) -> dict[str, Any]:
    """An answer in the form of OpenAI's chat completions."""
    message = {"role": "assistant", "content": text}
    return {"id": "c", "object": "chat.completion", "choices": [{"index": 0, "message": message, **choice}]}


class ModelServer:
    """Use as a context manager; ``answer`` is what the next questions get, ``meanwhile`` is called before answering."""

    def __init__(self) -> None:
        self.status = 200
        self.answer: Any = completion("LBEO was held.")
        self.headers: dict[str, str] = {}
        self.meanwhile: Callable[[], object] = lambda: None
        self.seen: list[dict[str, Any]] = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                model.seen.append({"path": self.path, "headers": dict(self.headers), "body": body})
                model.meanwhile()
                answer = model.answer
                sent = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(model.status)
                for name, value in {"Content-Type": "application/json", **model.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(sent)))
                self.send_header("Connection", "close")
                self.close_connection = True
                self.end_headers()
                with contextlib.suppress(OSError):  # the client had enough
                    self.wfile.write(sent)

            def do_GET(self) -> None:
                """A redirect that was followed would arrive here."""
                self.do_POST()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def question(self) -> dict[str, Any]:
        """The last question's body."""
        return dict(json.loads(self.seen[-1]["body"]))

    def __enter__(self) -> ModelServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)
