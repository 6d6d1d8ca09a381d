"""The stand-in's token endpoint: client credentials, a limit per clock minute, tokens that end."""

from __future__ import annotations

import base64
import binascii
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from kinometric_server.sandbox.quirks import Quirks
from kinometric_server.sandbox.replies import Reply

SCOPE: Final = "athena/service/Athenanet.MDP.*"


@dataclass(frozen=True)
class Credentials:
    """The one client that the stand-in knows."""

    client_id: str
    client_secret: str


def new_credentials() -> Credentials:
    """Random credentials for one run."""
    return Credentials(f"standin{secrets.token_hex(8)}", secrets.token_urlsafe(24))


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, secret


class TokenDesk:
    """Gives tokens out and knows which are good.

    Parameters
    ----------
    credentials : Credentials
        The client whose requests are granted.
    clock : callable
        Seconds since the epoch; tests hand in their own.
    """

    def __init__(self, credentials: Credentials, clock: Callable[[], float]) -> None:
        self.credentials = credentials
        self._clock = clock
        self._lock = threading.Lock()
        self._ends: dict[str, float] = {}
        self._minute = -1
        self._asked = 0
        self.granted = 0
        self.refused_for_rate = 0

    def grant(self, form: Mapping[str, str], authorization: str, quirks: Quirks) -> Reply:
        """Answer a token request, in Okta's form."""
        now = self._clock()
        with self._lock:
            minute = int(now // 60)
            if minute != self._minute:
                self._minute, self._asked = minute, 0
            self._asked += 1
            limit = quirks.token_limit_per_minute
            rate = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(max(0, limit - self._asked))}
            if self._asked > limit:
                self.refused_for_rate += 1
                return Reply(429, text="Quota Exceeded", headers=rate)
            client = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
            if not self._known(client):
                return self._refusal(
                    401, "invalid_client", "The client secret supplied for a confidential client is invalid.", rate
                )
            if form.get("grant_type") != "client_credentials":
                return self._refusal(
                    400,
                    "unsupported_grant_type",
                    "The authorization grant type is not supported by the authorization server.",
                    rate,
                )
            if form.get("scope", "") != SCOPE:
                return self._refusal(
                    400,
                    "invalid_scope",
                    "Invalid Scope: one or more scopes are not configured for the authorization server resource.",
                    rate,
                )
            token = secrets.token_urlsafe(32)
            self._ends = {each: end for each, end in self._ends.items() if end > now}
            self._ends[token] = now + quirks.token_lifetime_s
            self.granted += 1
        lifetime: int | str = quirks.token_lifetime_s
        if quirks.expires_in == "string":
            lifetime = str(lifetime)
        payload = {"access_token": token, "token_type": "Bearer", "expires_in": lifetime, "scope": SCOPE}
        return Reply(200, payload, content_type="application/json", headers=rate, fixed_types=True)

    def introspect(self, form: Mapping[str, str], authorization: str) -> Reply:
        """Answer whether a token is good, as Okta does."""
        client = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
        if not self._known(client):
            return self._refusal(401, "invalid_client", "The client credentials are invalid.", {})
        with self._lock:
            end = self._ends.get(form.get("token", ""), 0.0)
        if end <= self._clock():
            return Reply(200, {"active": False}, content_type="application/json", fixed_types=True)
        payload = {"active": True, "client_id": client[0], "scope": SCOPE, "token_type": "Bearer", "exp": int(end)}
        return Reply(200, payload, content_type="application/json", fixed_types=True)

    def revoke(self, form: Mapping[str, str], authorization: str) -> Reply:
        """End one token, as Okta does; one that is none is no error."""
        client = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
        if not self._known(client):
            return self._refusal(401, "invalid_client", "The client credentials are invalid.", {})
        with self._lock:
            self._ends.pop(form.get("token", ""), None)
        return Reply(200, text="")

    def _known(self, client: tuple[str, str]) -> bool:
        name, secret = client
        good = secrets.compare_digest(name.encode(), self.credentials.client_id.encode())
        return secrets.compare_digest(secret.encode(), self.credentials.client_secret.encode()) and good

    @staticmethod
    def _refusal(status: int, error: str, description: str, headers: Mapping[str, str]) -> Reply:
        payload = {"error": error, "error_description": description}
        return Reply(status, payload, content_type="application/json", headers=headers, fixed_types=True)

    def accepts(self, authorization: str) -> bool:
        """Whether the Authorization header carries a token that is good now."""
        scheme, _, token = authorization.partition(" ")
        with self._lock:
            return scheme.lower() == "bearer" and self._ends.get(token, 0.0) > self._clock()

    def revoke_all(self) -> None:
        """End every token at once."""
        with self._lock:
            self._ends.clear()
