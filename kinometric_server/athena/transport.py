"""The one place where the server opens connections to others: no proxies, redirects or log lines; time and size end."""

from __future__ import annotations

import logging
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpcore
import httpx

from kinometric_server.athena.deadline import Deadline, DeadlineBackend
from kinometric_server.fault_points import pass_points_of_a_post

CONNECT_S: Final = 5.0
READ_S: Final = 75.0
ANSWER_WITHIN_S: Final = 90.0
LARGEST_ANSWER_BYTES: Final = 8 * 1024 * 1024

_CHATTY: Final = (
    "httpx",
    "httpcore",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
)


def _drop(_record: logging.LogRecord) -> bool:
    return False


def silence_library_logs() -> None:
    """Keep the HTTP library from writing URLs, which carry names in athenaOne's own search query, into any log."""
    for name in _CHATTY:
        logger = logging.getLogger(name)
        if _drop not in logger.filters:
            logger.addFilter(_drop)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False


class NotSentError(Exception):
    """No byte of the request left: no connection, no TLS session. ``reason`` is a stable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AnswerLostError(Exception):
    """The request began and no complete answer came back. ``reason`` is a stable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Question:
    """One request, complete. ``repr`` leaves out everything that may name a person."""

    method: str
    url: str = field(repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    parts: Mapping[str, tuple[str | None, bytes, str | None]] | None = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    """A body that is neither a form nor multipart."""
    basic: tuple[str, str] | None = field(default=None, repr=False)
    fresh_connection: bool = False
    """True for writes: a kept connection may be dead, which would look like a lost answer."""


@dataclass(frozen=True)
class Answer:
    """One complete answer, whatever its status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def _not_sent_reason(error: httpx.HTTPError) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "tls"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectTimeout):
        return "connect_timeout"
    return "pool" if isinstance(error, httpx.PoolTimeout) else "connect"


class Transport:
    """Sends questions. One for the whole process; safe for several threads.

    Parameters
    ----------
    connect_s, read_s : float
        Seconds for opening a connection, and for each reading or writing on it.
    answer_within_s : float
        Seconds for a whole exchange, from opening the connection to the answer's last byte, so that a trickle can't
        hold a worker for ever.
    largest_answer_bytes : int
        Size at which an answer is given up, counted after unpacking.
    clock : callable
        Monotonic seconds.
    """

    def __init__(
        self,
        *,
        connect_s: float = CONNECT_S,
        read_s: float = READ_S,
        answer_within_s: float = ANSWER_WITHIN_S,
        largest_answer_bytes: int = LARGEST_ANSWER_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        silence_library_logs()
        self._timeout = httpx.Timeout(read_s, connect=connect_s, pool=connect_s)
        self._answer_within_s = answer_within_s
        self._largest_answer_bytes = largest_answer_bytes
        self._deadline = Deadline(clock)
        self._lock = threading.Lock()
        self._kept: httpx.Client | None = None
        self._fresh: httpx.Client | None = None

    def _client(self, *, fresh: bool) -> httpx.Client:
        with self._lock:
            if self._kept is None or self._fresh is None:
                context = ssl.create_default_context()
                context.minimum_version = ssl.TLSVersion.TLSv1_2
                self._kept = self._new_client(context, kept=32)
                self._fresh = self._new_client(context, kept=0)
            return self._fresh if fresh else self._kept

    def _new_client(self, context: ssl.SSLContext, *, kept: int) -> httpx.Client:
        transport = _Unredirected(verify=context, trust_env=False)
        transport._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=32,
            max_keepalive_connections=kept,
            keepalive_expiry=4.0,
            network_backend=DeadlineBackend(self._deadline),
        )
        return httpx.Client(
            timeout=self._timeout,
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            # One practice's cookie must not travel with another's request.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"User-Agent": "Kinometric", "Accept": "application/json", "Accept-Encoding": "gzip"},
        )

    def ask(self, question: Question) -> Answer:
        """Send a question and read its whole answer.

        Raises
        ------
        NotSentError
            If nothing was sent.
        AnswerLostError
            If sending began and no complete answer was read.
        """
        client = self._client(fresh=question.fresh_connection)
        # The errors are raised outside the except blocks: the library's own carry the URL, and nothing may chain to it.
        lost = ""
        not_sent = ""
        try:
            with self._deadline.within(self._answer_within_s):
                return self._exchange(client, question)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            not_sent = _not_sent_reason(error)
        except httpx.TimeoutException:
            lost = "timeout"
        except httpx.TransportError:
            lost = "connection"
        except _NoAnswerError as error:
            lost = error.reason
        if not_sent:
            raise NotSentError(not_sent)
        raise AnswerLostError(lost)

    def _exchange(self, client: httpx.Client, question: Question) -> Answer:
        data = dict(question.form) if question.form is not None else None
        files = dict(question.parts) if question.parts is not None else None
        with client.stream(
            question.method,
            question.url,
            params=list(question.query) or None,
            headers=dict(question.headers),
            data=data,
            files=files,
            content=question.content,
            auth=question.basic,
            extensions={"trace": pass_points_of_a_post} if question.fresh_connection else None,
        ) as response:
            unpacking = _Unpacking(response.headers.get("content-encoding", ""), self._largest_answer_bytes)
            for piece in response.iter_raw():
                unpacking.take(piece)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, unpacking.whole())

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for client in (self._kept, self._fresh):
                if client is not None:
                    client.close()
            self._kept = self._fresh = None


class _Unredirected(httpx.HTTPTransport):
    """Leaves out where an answer points: nothing follows it, and the library stumbles over an address that is none."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        response.headers.pop("location", None)
        return response


class _NoAnswerError(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Unpacking:
    """An answer's body as it arrives, unpacked no further than the largest size: a small packed one may be huge."""

    def __init__(self, encoding: str, largest_bytes: int) -> None:
        named = encoding.strip().lower()
        if named not in ("", "identity", "gzip"):
            raise _NoAnswerError("unreadable")
        self._gzip = zlib.decompressobj(zlib.MAX_WBITS | 16) if named == "gzip" else None
        self._largest_bytes = largest_bytes
        self._body = bytearray()
        self._begun = False

    def take(self, piece: bytes) -> None:
        self._begun = True
        if self._gzip is not None:
            try:
                piece = self._gzip.decompress(piece, self._largest_bytes + 1 - len(self._body))
            except zlib.error:
                raise _NoAnswerError("unreadable") from None
        self._body += piece
        if len(self._body) > self._largest_bytes:
            raise _NoAnswerError("too_large")

    def whole(self) -> bytes:
        if self._gzip is not None and self._begun and not self._gzip.eof:
            raise _NoAnswerError("unreadable")
        return bytes(self._body)
