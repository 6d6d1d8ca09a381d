"""Which addresses a language model may have: https, or plain http on loopback where the server serves tests."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 300
_PATH: Final = "/chat/completions"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
FORM: Final = "The language model's address has the form https://HOST/v1, without a name, a query or a fragment."


def completions_address(given: str, *, loopback_http: bool) -> str:
    """The address that requests go to, from what a superadmin wrote into the scope sheet.

    Parameters
    ----------
    given : str
        For example ``https://host/v1``, with or without ``/chat/completions``.
    loopback_http : bool
        Whether ``http://127.0.0.1:PORT`` is allowed: only on a server that was started with a test address.

    Raises
    ------
    ValueError
        With a sentence for people.
    """
    text = given.strip()
    if len(text) > LONGEST or not text.isascii() or not text.isprintable() or any(each in text for each in " \\?#@"):
        raise ValueError(FORM)
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(FORM) from None
    if not host or parts.scheme not in ("https", "http"):
        raise ValueError(FORM)
    if parts.scheme == "http" and not (loopback_http and host in _LOOPBACK):
        raise ValueError("The language model is asked by https only.")
    path = parts.path.rstrip("/").removesuffix(_PATH)
    return f"{parts.scheme}://{parts.netloc}{path}{_PATH}"
