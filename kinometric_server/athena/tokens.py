"""athenaOne's access tokens: one per credentials, asked for by one thread at a time, in memory or sealed in a file."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kinometric_server.athena.endpoints import TOKEN_PATH
from kinometric_server.athena.errors import (
    AthenaAccessError,
    AthenaError,
    AthenaNoAnswerError,
    AthenaThrottledError,
    AthenaUnreachableError,
    AthenaUnreadableError,
)
from kinometric_server.athena.records import number_of
from kinometric_server.athena.replies import is_throttling, payload_of, retry_after_s
from kinometric_server.athena.settings import AthenaPractice
from kinometric_server.athena.transport import Answer, AnswerLostError, NotSentError, Question, Transport
from kinometric_server.fault_points import pass_point
from kinometric_server.security.sealing import KeyRing, KeyRingError, Purpose

log = logging.getLogger("kinometric.athena")

SCOPE: Final = "athena/service/Athenanet.MDP.*"
EARLY_S: Final = 60.0
_UNSTATED_LIFETIME_S: Final = 300.0
_LONGEST_LIFETIME_S: Final = 86400.0
_LONGEST_BLOCK_S: Final = 300
"""athenaOne blocks for the rest of a minute; whatever an answer says, asking is tried again after this long."""
_TRIES: Final = 3
_BETWEEN_TRIES_S: Final = 0.3


@dataclass(frozen=True)
class Token:
    """A token, when it ends, and from when on the next one is asked for, in seconds since the epoch."""

    text: str = field(repr=False)
    ends_at: float
    renew_at: float

    @classmethod
    def of(cls, text: str, now: float, lifetime_s: float) -> Token:
        """A token given now; it is renewed a minute early, a short-lived one at half its life."""
        return cls(text, now + lifetime_s, now + lifetime_s - min(EARLY_S, lifetime_s / 2))


@dataclass
class _Slot:
    asking: threading.Lock = field(default_factory=threading.Lock)
    token: Token | None = None
    doubted: Token | None = None
    """A token that athenaOne refused once: used again only while the limit lets nobody have a new one."""
    blocked_until: float = 0.0
    attempts: int = 0
    failure: AthenaError | None = None
    """What became of the last attempt, for those who waited for it."""


def credential_key(practice: AthenaPractice, base_url: str) -> str:
    """A name for a set of credentials; it changes with the host, the client or its secret and tells nothing of them."""
    secret = hashlib.sha256(practice.client_secret.encode()).hexdigest()
    return hashlib.sha256(f"{base_url}\n{practice.client_id}\n{secret}".encode()).hexdigest()


def _again(error: AthenaError) -> AthenaError:
    """The same failure for another caller."""
    return type(error)(error.reason, sentence=error.message, retry_after_s=error.retry_after_s)


def _place(key: str) -> dict[str, str]:
    return {"practice_id": "", "table": "tokens", "row": key, "field": "token"}


class TokenStore:
    """Gives out tokens; asks athenaOne only when it must.

    Parameters
    ----------
    transport : Transport
        How athenaOne is reached.
    folder : Path or None
        Where tokens are kept between processes, each sealed in a file of mode 0600; None keeps them in memory only.
    keys : KeyRing or None
        Seals what is kept; without keys nothing is kept.
    clock, pause : callable
        Seconds since the epoch, and how to wait.
    """

    def __init__(
        self,
        transport: Transport,
        folder: Path | None = None,
        keys: KeyRing | None = None,
        *,
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = transport
        self._folder = folder if keys is not None else None
        self._keys = keys
        self._clock = clock
        self._pause = pause
        self._lock = threading.Lock()
        self._slots: dict[str, _Slot] = {}

    def _slot(self, key: str) -> _Slot:
        with self._lock:
            return self._slots.setdefault(key, _Slot())

    def get(self, practice: AthenaPractice, base_url: str) -> Token:
        """A token that is good now, asked for anew from a minute before the old one ends.

        Raises
        ------
        AthenaError
            If there is no good token and athenaOne gives none.
        """
        key = credential_key(practice, base_url)
        slot = self._slot(key)
        now = self._clock()
        token = slot.token
        if token and token.renew_at > now:
            return token
        if token and token.ends_at > now:
            # Still good: one thread asks for the next one, the others go on with this one.
            if not slot.asking.acquire(blocking=False):
                return token
        else:
            seen = slot.attempts
            slot.asking.acquire()
            if slot.failure is not None and slot.attempts != seen and slot.token is None:
                slot.asking.release()
                raise _again(slot.failure)
        try:
            return self._renewed(practice, base_url, key, slot)
        finally:
            slot.asking.release()

    def _renewed(self, practice: AthenaPractice, base_url: str, key: str, slot: _Slot) -> Token:
        now = self._clock()
        kept = self._read(key)
        if kept and (slot.token is None or kept.ends_at > slot.token.ends_at):
            slot.token = kept  # another process has asked for it
        if slot.token and slot.token.renew_at > now:
            return slot.token
        still_good = next((each for each in (slot.token, slot.doubted) if each and each.ends_at > now), None)
        if slot.blocked_until > now:
            if still_good:
                return still_good
            raise AthenaThrottledError("token_limit", retry_after_s=int(slot.blocked_until - now) + 1)
        try:
            token = self._ask(practice, base_url, slot)
        except AthenaError as error:
            slot.attempts, slot.failure = slot.attempts + 1, error
            if still_good and (still_good is not slot.doubted or isinstance(error, AthenaThrottledError)):
                return still_good
            raise
        slot.token, slot.doubted, slot.failure = token, None, None
        slot.attempts += 1
        self._write(key, token)
        return token

    def drop(self, practice: AthenaPractice, base_url: str, token: Token) -> None:
        """Forget a token that athenaOne refused, unless another thread has already got a new one."""
        key = credential_key(practice, base_url)
        slot = self._slot(key)
        with slot.asking:
            if slot.token == token:
                slot.token, slot.doubted = None, token
                self._remove(key, token)

    def seconds_left(self, practice: AthenaPractice, base_url: str) -> float | None:
        """Seconds until the kept token ends; None without one. For diagnostics."""
        token = self._slot(credential_key(practice, base_url)).token
        return token.ends_at - self._clock() if token else None

    def _ask(self, practice: AthenaPractice, base_url: str, slot: _Slot) -> Token:
        question = Question(
            "POST",
            base_url + TOKEN_PATH,
            form={"grant_type": "client_credentials", "scope": SCOPE},
            basic=(practice.client_id, practice.client_secret),
        )
        tried = 0
        while True:
            tried += 1
            failure: AthenaError | None = None
            try:
                answer = self._transport.ask(question)
            except NotSentError as error:
                failure = AthenaUnreachableError(f"token_{error.reason}")
            except AnswerLostError as error:
                failure = AthenaNoAnswerError(f"token_{error.reason}")
            if failure is not None:
                raise failure
            if answer.status < 500 or tried == _TRIES:
                return self._token_of(answer, slot)
            self._pause(_BETWEEN_TRIES_S * tried)

    def _token_of(self, answer: Answer, slot: _Slot) -> Token:
        now = self._clock()
        if is_throttling(answer):
            # The limit counts by the clock's minute: over it, everything is refused until the next one begins.
            wait = min(retry_after_s(answer, now) or 60 - int(now) % 60, _LONGEST_BLOCK_S)
            slot.blocked_until = now + wait
            raise AthenaThrottledError("token_limit", retry_after_s=wait)
        if answer.status >= 500:
            raise AthenaNoAnswerError(f"token_http_{answer.status}")
        if answer.status != 200:
            raise AthenaAccessError(f"token_http_{answer.status}")
        payload = payload_of(answer)
        text = payload.get("access_token") if isinstance(payload, dict) else None
        if not isinstance(text, str) or not text or not text.isascii() or not text.isprintable():
            raise AthenaUnreadableError("token_unreadable")
        lifetime_s = number_of(payload.get("expires_in")) or _UNSTATED_LIFETIME_S
        return Token.of(text, now, min(float(lifetime_s), _LONGEST_LIFETIME_S))

    def _path(self, key: str) -> Path | None:
        return self._folder / f"{key}.token" if self._folder else None

    def _read(self, key: str) -> Token | None:
        path = self._path(key)
        if path is None or self._keys is None:
            return None
        try:
            content = json.loads(self._keys.open(Purpose.ATHENA_SECRETS, path.read_bytes(), **_place(key)))
            return Token(str(content["token"]), float(content["ends_at"]), float(content["renew_at"]))
        except (OSError, ValueError, KeyError, TypeError, KeyRingError):
            return None  # no token is kept, or one that can't be read: a new one is asked for

    def _write(self, key: str, token: Token) -> None:
        path = self._path(key)
        if path is None or self._keys is None:
            return
        content = {"token": token.text, "ends_at": token.ends_at, "renew_at": token.renew_at}
        sealed = self._keys.seal(Purpose.ATHENA_SECRETS, content=json.dumps(content).encode(), **_place(key))
        temporary: Path | None = None
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".token-")  # made with mode 0600
            temporary = Path(name)
            with os.fdopen(descriptor, "wb") as out:
                out.write(sealed)
            pass_point("token.before_kept")
            temporary.replace(path)
            pass_point("token.after_kept")
        except OSError:
            log.warning("token_not_kept")  # it stays in memory; the next process asks for its own
            if temporary is not None:
                temporary.unlink(missing_ok=True)

    def _remove(self, key: str, refused: Token) -> None:
        path = self._path(key)
        if path is not None and self._read(key) == refused:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
