"""One HTTP connection to the server: the only module of the workstation that imports httpx."""

from __future__ import annotations

import json
import logging
import ssl
import threading
from typing import Any, TypeVar

import httpx

from kinometric.contract.codec import ContractError, from_json, to_json
from kinometric.contract.errors import USER_ACTION_HEADER, ErrorBody
from kinometric_desktop.client.address import checked_address
from kinometric_desktop.client.errors import ServerError, Unreachable

T = TypeVar("T")

_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_NOT_OURS = "The answer does not come from a Kinometric server."

logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)


class Transport:
    """Sends requests and reads answers by the contract.

    The bearer token lives here and nowhere else, in memory. Proxy variables are ignored, certificates are always
    checked, redirects are never followed. Safe to call from several threads.

    Parameters
    ----------
    server_url : str
        The server's address; http is refused beyond this machine.
    tls : ssl.SSLContext or None
        Trusts another set of certificate authorities than the operating system's, in tests of TLS.
    """

    def __init__(self, server_url: str, *, tls: ssl.SSLContext | None = None) -> None:
        self.address = checked_address(server_url)
        verify: ssl.SSLContext | bool = True
        if self.address.encrypted:
            verify = tls or ssl.create_default_context()
        self._http = httpx.Client(
            base_url=self.address.url,
            verify=verify,
            trust_env=False,
            follow_redirects=False,
            timeout=_TIMEOUT,
            headers={"Accept": "application/json", "User-Agent": "kinometric-desktop"},
        )
        self._token = ""
        self._lock = threading.Lock()

    @property
    def signed_in(self) -> bool:
        """True while a token is held."""
        return bool(self._token)

    def set_token(self, token: str) -> None:
        """Hold a token; "" forgets it."""
        with self._lock:
            self._token = token

    def take_token(self) -> str:
        """Hand the token out and forget it; "" where none is held."""
        with self._lock:
            token, self._token = self._token, ""
        return token

    def close(self) -> None:
        """Forget the token and close all connections."""
        self.set_token("")
        self._http.close()

    def get(self, path: str, answer: type[T], *, user_action: bool = True) -> T:
        """GET ``path`` and read the answer as ``answer``."""
        return self._read(self._send("GET", path, None, user_action, {}), answer)

    def post(
        self,
        path: str,
        body: object | None,
        answer: type[T],
        *,
        user_action: bool = True,
        headers: dict[str, str] | None = None,
    ) -> T:
        """POST a form of the contract to ``path`` and read the answer as ``answer``."""
        return self._read(self._send("POST", path, body, user_action, headers or {}), answer)

    def order(
        self, path: str, body: object | None = None, *, user_action: bool = True, token: str | None = None
    ) -> None:
        """POST a form of the contract to ``path`` where nothing comes back; ``token`` for one that was taken out."""
        self._send("POST", path, body, user_action, {} if token is None else {"Authorization": f"Bearer {token}"})

    def _send(
        self, method: str, path: str, body: object | None, user_action: bool, headers: dict[str, str]
    ) -> httpx.Response:
        sent = dict(headers)
        with self._lock:
            if self._token and "Authorization" not in sent:
                sent["Authorization"] = f"Bearer {self._token}"
        if user_action:
            sent[USER_ACTION_HEADER] = "1"
        content = None
        if body is not None:
            content = json.dumps(to_json(body), ensure_ascii=False).encode()
            sent["Content-Type"] = "application/json"
        try:
            answer = self._http.request(method, path, content=content, headers=sent)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise Unreachable("no connection") from None
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError, OSError) as problem:
            raise Unreachable(type(problem).__name__, after_send=True) from None
        if answer.is_success:
            return answer
        raise self._error(answer)

    @staticmethod
    def _error(answer: httpx.Response) -> Exception:
        try:
            body = from_json(ErrorBody, answer.json())
        except (ContractError, ValueError, RecursionError):
            return Unreachable(_NOT_OURS, after_send=True)
        return ServerError(
            body.code,
            body.message,
            retry_after_s=body.retry_after,
            status=answer.status_code,
            request_id=body.request_id,
        )

    @staticmethod
    def _read(answer: httpx.Response, form: type[T]) -> T:
        try:
            value: Any = answer.json()
            return from_json(form, value)
        except (ContractError, ValueError, RecursionError):
            raise Unreachable(_NOT_OURS, after_send=True) from None
