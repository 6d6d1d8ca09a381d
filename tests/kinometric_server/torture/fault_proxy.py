"""A TCP proxy that spoils uploads on their way: reset, stall, slow, truncated and doubled answers, by a seed."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
import socket
import struct
import threading
import warnings
from collections import Counter
from types import TracebackType
from typing import Final, Literal

Fault = Literal[
    "pass", "reset_before", "reset_middle", "reset_after", "stall_before", "stall_after", "slow", "truncated", "doubled"
]
FAULTS: Final[tuple[Fault, ...]] = (
    "reset_before",
    "reset_middle",
    "reset_after",
    "stall_before",
    "stall_after",
    "slow",
    "truncated",
    "doubled",
)
REACHES_THE_SERVER: Final = frozenset({"pass", "reset_after", "stall_after", "slow", "truncated", "doubled"})


class FaultProxy:
    """Stands between the client and the stand-in; a context manager, in a thread of its own.

    Parameters
    ----------
    target : str
        Address of the stand-in, ``http://127.0.0.1:PORT``.
    weights : dict
        How often each fault strikes an upload, as probabilities; what is left over passes.
    """

    def __init__(self, target: str, weights: dict[Fault, float] | None = None, *, seed: int = 1) -> None:
        self.target_port = int(target.rpartition(":")[2])
        self.weights = dict(weights or {})
        self.counts: Counter[str] = Counter()
        self._random = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._closing: asyncio.Event | None = None
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run, name="fault proxy", daemon=True)
        self._started = threading.Event()

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        assert self._started.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._closing is not None
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(10)
        # A connection that was cut while it was being made has no owner left to close it.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._closing = asyncio.Event()
        tasks: set[asyncio.Task[None]] = set()

        def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._one(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(take, sock=self._listening, limit=1 << 20)
        self._started.set()
        await self._closing.wait()
        server.close()
        if tasks:
            await asyncio.wait(tasks, timeout=0.5)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for _ in range(5):
            await asyncio.sleep(0)

    def _choose(self, head: bytes) -> Fault:
        if not head.startswith(b"POST /v1/"):
            return "pass"
        drawn = self._random.random()
        for fault, weight in self.weights.items():
            drawn -= weight
            if drawn < 0:
                return fault
        return "pass"

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back: asyncio.StreamWriter | None = None
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            fault = self._choose(head)
            if head.startswith(b"POST /v1/"):
                self.counts[fault] += 1
            if fault == "reset_before":
                return _reset(writer)
            body = await reader.readexactly(_length(head))
            if fault == "stall_before":
                await reader.read()
                return None
            answers, back = await asyncio.open_connection("127.0.0.1", self.target_port)
            back.write(_closing_head(head))
            if fault == "reset_middle":
                back.write(body[: len(body) // 2])
                await back.drain()
                _reset(back)
                return _reset(writer)
            back.write(body)
            await back.drain()
            answer = await answers.read()
            await self._pass_on(fault, answer, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            _reset(writer)
        finally:
            for each in (writer, back):
                if each is not None:
                    each.close()
                    with contextlib.suppress(OSError):
                        await each.wait_closed()
        return None

    async def _pass_on(
        self, fault: Fault, answer: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if fault == "reset_after":
            _reset(writer)
            return
        if fault == "stall_after":
            await reader.read()
            return
        if fault == "slow":
            for at in range(0, len(answer), 64):
                writer.write(answer[at : at + 64])
                await writer.drain()
                await asyncio.sleep(0.01)
            return
        if fault == "truncated":
            answer = answer[: answer.find(b"\r\n\r\n") + 6]
        elif fault == "doubled":
            answer += answer
        writer.write(answer)
        await writer.drain()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _closing_head(head: bytes) -> bytes:
    """The request's head with ``Connection: close``, so that the answer's end is the connection's end."""
    lines = [each for each in head.rstrip(b"\r\n").split(b"\r\n") if not each.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n"


def _reset(writer: asyncio.StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    if raw is not None:
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
