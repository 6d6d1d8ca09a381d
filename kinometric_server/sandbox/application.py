"""The stand-in as an ASGI application: reads a call, lets the faults strike, answers as athenaOne does, keeps count."""

from __future__ import annotations

import asyncio
import copy
import random
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from kinometric_server.sandbox import control, routes
from kinometric_server.sandbox.calls import Call
from kinometric_server.sandbox.connections import Connections
from kinometric_server.sandbox.documents import DocumentStore
from kinometric_server.sandbox.faults import Faults, Rule
from kinometric_server.sandbox.quirks import Quirks
from kinometric_server.sandbox.replies import GATEWAY_TYPE, Reply, Written, failure, over_qps, unknown_path, write
from kinometric_server.sandbox.tokens import Credentials, TokenDesk
from kinometric_server.sandbox.world import World

_LARGEST_PART: Final = 256 * 1024 * 1024
_REMEMBERED_REQUESTS: Final = 20_000


class StandIn:
    """athenaOne's stand-in.

    Parameters
    ----------
    world : World
        Practices, departments and patients.
    credentials : Credentials
        The client that may ask for tokens.
    faults : Faults
        What goes wrong, and when.
    encoding : str
        The one upload encoding that is taken, "" for all three.
    store : Path or None
        File in which documents survive a kill.
    clock : callable
        Seconds since the epoch.
    """

    def __init__(
        self,
        world: World,
        credentials: Credentials,
        *,
        faults: Faults | None = None,
        encoding: str = "",
        store: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._first_world = copy.deepcopy(world)
        self.world = world
        self.faults = faults or Faults()
        self.encoding = encoding
        self.clock = clock
        self.documents = DocumentStore(store, clock)
        self.tokens = TokenDesk(credentials, clock)
        self.connections = Connections()
        self.requests: deque[dict[str, Any]] = deque(maxlen=_REMEMBERED_REQUESTS)
        self.counts: Counter[str] = Counter()
        self.subscriptions: dict[tuple[str, str], list[str]] = {}
        self._day = -1
        self._today = 0
        self._lately: deque[float] = deque(maxlen=10_000)
        self._order = random.Random(20260505)  # noqa: S311 (order of keys)
        self._closing = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def reset(self) -> None:
        """Go back to the start: patients, documents, counts and run-time faults."""
        self.world.practices = copy.deepcopy(self._first_world).practices
        self.documents.clear()
        self.requests.clear()
        self.counts.clear()
        self.subscriptions.clear()
        self._day = -1
        self._lately.clear()
        self.faults.set({})

    def release(self) -> None:
        """End every stall and delay, so that the server can stop; may be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._closing.set)

    def remaining_today(self, quirks: Quirks) -> int:
        """What is left of the day's requests; the day changes at midnight GMT."""
        return quirks.daily_limit - self._today

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        self._loop = asyncio.get_running_loop()
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        if request.url.path.startswith("/_standin/"):
            reply = control.answer(self, request.method, request.url.path, dict(request.query_params), body)
            await self._send(send, write(reply, replace(Quirks(), escape_slashes=False), self._order, None))
            return
        await self._answer(request, body, send)

    async def _answer(self, request: Request, body: bytes, send: Send) -> None:
        self.faults.reread()
        entry = {"method": request.method, "path": request.url.path, "query": request.url.query, "status": 0}
        self.requests.append(entry)
        self.counts["requests"] += 1
        quirks, rule = self.faults.strike(request.method, request.url.path, body)
        address = (request.client.host, request.client.port) if request.client else None
        if rule:
            await self._wait(rule.delay_before_s)
            if rule.connection == "stall_before":
                await self._wait(None)
            if rule.connection in ("reset_before", "stall_before"):
                await self._reset(address)
                return
        reply = await self._reply(request, quirks, rule)
        entry["status"] = reply.status
        is_token = request.url.path.startswith("/oauth2/")
        written = write(reply, quirks, self._order, None if is_token else self.remaining_today(quirks))
        if rule:
            await self._wait(rule.delay_s)
            if rule.connection == "stall_after":
                await self._wait(None)
            if rule.connection in ("reset_after", "stall_after"):
                await self._reset(address)
                return
            if rule.connection == "truncate_after":
                half = replace(written, body=written.body[: max(1, len(written.body) // 2)])
                await self._send(send, half, more=True)
                await self._reset(address)
                return
            if rule.connection == "slow_answer":
                await self._send_slowly(send, written)
                return
        await self._send(send, written)

    async def _reply(self, request: Request, quirks: Quirks, rule: Rule | None) -> Reply:
        replaced = rule is not None and rule.replaces_answer
        if replaced and rule is not None and not rule.store:
            return _given(rule)
        reply = await self._usual(request, quirks)
        if rule is None:
            return reply
        return _given(rule) if replaced else _changed(reply, rule)

    async def _usual(self, request: Request, quirks: Quirks) -> Reply:
        path = request.url.path
        if path == "/oauth2/v1/token" and request.method == "POST":
            fields, _, _ = await _read_form(request)
            return self.tokens.grant(fields, request.headers.get("authorization", ""), quirks)
        if path in ("/oauth2/v1/introspect", "/oauth2/v1/revoke") and request.method == "POST":
            fields, _, _ = await _read_form(request)
            ask = self.tokens.introspect if path.endswith("introspect") else self.tokens.revoke
            return ask(fields, request.headers.get("authorization", ""))
        parts = path.strip("/").split("/")
        if parts[0] not in ("v1", "oauth2"):
            return Reply(404, text="Service not registered with API gateway.", content_type=GATEWAY_TYPE)
        if not self.tokens.accepts(request.headers.get("authorization", "")):
            return Reply(401, text="Developer Inactive")
        self._count_today()
        if self.remaining_today(quirks) < 0:
            return failure(429, "The daily limit of API calls has been reached.")
        if self._too_fast(quirks):
            return over_qps(quirks)
        if parts[0] != "v1" or len(parts) < 3:
            return unknown_path()
        fields, files, encoding = await _read_form(request)
        call = Call(
            method=request.method,
            path=path,
            practiceid=parts[1],
            parts=tuple(parts[2:]),
            # Names count in any case: the links that athenaOne gives have them in capitals.
            fields={name.lower(): value for name, value in (*fields.items(), *request.query_params.items())},
            quirks=quirks,
            world=self.world,
            documents=self.documents,
            now=self.clock(),
            encoding=encoding,
            files={name.lower(): content for name, content in files.items()},
            subscriptions=self.subscriptions,
        )
        return routes.answer(call, self.encoding)

    def _count_today(self) -> None:
        day = int(self.clock() // 86400)
        if day != self._day:
            self._day, self._today = day, 0
        self._today += 1

    def _too_fast(self, quirks: Quirks) -> bool:
        now = self.clock()
        while self._lately and self._lately[0] <= now - 1.0:
            self._lately.popleft()
        self._lately.append(now)
        return 0 < quirks.requests_per_second < len(self._lately)

    async def _wait(self, seconds: float | None) -> None:
        if seconds == 0.0:
            return
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return

    async def _reset(self, address: tuple[str, int] | None) -> None:
        self.connections.reset(address)
        for _ in range(3):  # lets the server see the end of the connection before the call returns
            await asyncio.sleep(0)

    @staticmethod
    async def _send(send: Send, written: Written, *, more: bool = False) -> None:
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in written.headers]
        await send({"type": "http.response.start", "status": written.status, "headers": headers})
        await send({"type": "http.response.body", "body": written.body, "more_body": more})

    async def _send_slowly(self, send: Send, written: Written) -> None:
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in written.headers]
        await send({"type": "http.response.start", "status": written.status, "headers": headers})
        for at in range(len(written.body)):
            await send({"type": "http.response.body", "body": written.body[at : at + 1], "more_body": True})
            await self._wait(0.05)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _read_form(request: Request) -> tuple[dict[str, str], dict[str, bytes], str]:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return {}, {}, ""
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    try:
        async with request.form(max_part_size=_LARGEST_PART) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = await value.read()
                else:
                    fields[name] = value
    except (HTTPException, MultiPartException):
        return {}, {}, ""
    return fields, files, "multipart" if kind.startswith("multipart") else "form"


def _given(rule: Rule) -> Reply:
    status = rule.status or 200
    headers = dict(rule.headers)
    if isinstance(rule.body, str):
        return Reply(status, text=rule.body, content_type=rule.content_type, headers=headers)
    if rule.body is None:
        return Reply(status, text="", content_type=rule.content_type or "text/html", headers=headers)
    return Reply(status, payload=rule.body, content_type=rule.content_type, headers=headers, fixed_types=True)


def _changed(reply: Reply, rule: Rule) -> Reply:
    payload = reply.payload

    def change(item: object) -> object:
        if not isinstance(item, dict):
            return item
        return {key: value for key, value in {**item, **(rule.merge or {})}.items() if key not in rule.drop}

    if rule.merge or rule.drop:
        payload = [change(each) for each in payload] if isinstance(payload, list) else change(payload)
    return replace(
        reply,
        payload=payload,
        content_type=rule.content_type or reply.content_type,
        headers={**reply.headers, **dict(rule.headers)},
    )
