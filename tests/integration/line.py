"""The line between a workstation and its server, which a test can cut, or have lose an answer."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from urllib.parse import urlsplit


class Line:
    """Passes every connection on to the server, on a port of its own.

    Parameters
    ----------
    target : str
        The server's address.
    """

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (str(parts.hostname), int(parts.port or 80))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._cut = self._loses = False
        self._may_answer = threading.Event()
        self._may_answer.set()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._may_answer.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._drop()
        for thread in self._threads:
            thread.join(5)

    def cut(self) -> None:
        """Nothing passes any more."""
        self._cut = True
        self._drop()

    def mend(self) -> None:
        """Everything passes again."""
        self._cut = False

    def hold_answers(self) -> None:
        """Pass requests on and keep the answers until :meth:`release_answers`."""
        self._may_answer.clear()

    def release_answers(self) -> None:
        """Pass on what was kept, and everything that follows."""
        self._may_answer.set()

    def lose_next_answer(self) -> None:
        """Pass the next request on and close the connection instead of passing its answer back."""
        self._drop()
        self._loses = True

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if self._cut:
                near.close()
                continue
            far = socket.create_connection(self._target)
            self._open += [near, far]
            self._start(self._pass, near, far, False)
            self._start(self._pass, far, near, True)

    def _pass(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                if answers and self._loses:
                    self._loses = False
                    break
                if answers:
                    self._may_answer.wait(30)
                sink.sendall(piece)
        for one in (source, sink):
            _close(one)

    def _drop(self) -> None:
        for one in self._open:
            _close(one)
        self._open.clear()


def _close(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
