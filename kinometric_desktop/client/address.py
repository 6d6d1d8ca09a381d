"""Which server addresses the workstation accepts: https, or http on this very machine."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit


class AddressRefusedError(ValueError):
    """The typed server address can't be used; the message is a sentence for people."""


@dataclass(frozen=True)
class ServerAddress:
    """A checked address: ``url`` without a slash at its end, ``host`` with a port where one was typed."""

    url: str
    host: str
    encrypted: bool


def checked_address(text: str) -> ServerAddress:
    """Check a typed server address.

    Parameters
    ----------
    text : str
        ``kinometric.example``, ``https://kinometric.example:8443`` or ``http://127.0.0.1:8080``.

    Returns
    -------
    ServerAddress
        https where nothing else was typed.

    Raises
    ------
    AddressRefusedError
        For http beyond this machine, a user name in the address, a path, or what isn't an address.
    """
    typed = text.strip()
    if not typed:
        raise AddressRefusedError("Type the address of your clinic's Kinometric server.")
    parts = urlsplit(typed if "://" in typed else f"https://{typed}")
    try:
        port = parts.port
    except ValueError:
        raise AddressRefusedError("The port after the colon is not a number up to 65535.") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or " " in parts.netloc:
        raise AddressRefusedError("Write the server like kinometric.example or https://kinometric.example:8443.")
    if parts.username or parts.password or parts.path.strip("/") or parts.query or parts.fragment:
        raise AddressRefusedError("Write only the server's name and port, without a path or a user.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise AddressRefusedError("This address is not encrypted. Kinometric only talks to servers with https.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    shown = host if port is None else f"{host}:{port}"
    return ServerAddress(f"{parts.scheme}://{shown}", shown, parts.scheme == "https")


def is_loopback(host: str) -> bool:
    """True for this very machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
