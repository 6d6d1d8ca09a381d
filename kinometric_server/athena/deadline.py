"""Connections on which a whole exchange has one end in time, however slowly the other side trickles."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpcore

_PIECE: Final = 64 * 1024


class Deadline:
    """When the exchange of the present thread must be over; each thread has one exchange at a time.

    Parameters
    ----------
    clock : callable
        Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._mine = threading.local()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Give what is done in this block so many seconds in all."""
        self._mine.ends_at = self._clock() + seconds
        try:
            yield
        finally:
            del self._mine.ends_at

    def left(self, timeout: float | None) -> float:
        """Seconds that one step on the connection may still take; not positive when the end has come."""
        ends_at: float = getattr(self._mine, "ends_at", float("inf"))
        return min(ends_at - self._clock(), float("inf") if timeout is None else timeout)


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens connections as usual, each step on them cut at the deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._usual: Any = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Open a connection, or raise ConnectTimeout."""
        left = self._deadline.left(timeout)
        if left <= 0:
            raise httpcore.ConnectTimeout
        stream = self._usual.connect_tcp(host, port, left, local_address, socket_options)
        return _DeadlineStream(stream, self._deadline)


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._deadline.left(timeout)
        if left <= 0:
            raise httpcore.ReadTimeout
        return self._stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for at in range(0, len(buffer), _PIECE):
            left = self._deadline.left(timeout)
            if left <= 0:
                raise httpcore.WriteTimeout
            self._stream.write(buffer[at : at + _PIECE], left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        if left <= 0:
            raise httpcore.ConnectTimeout
        return _DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
