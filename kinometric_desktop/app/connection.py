"""The connection to the server that the person works with; made on a worker, used by every presenter."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinometric_desktop.client.server import ServerClient


def _connect(url: str) -> ServerClient:
    from kinometric_desktop.client.server import ServerClient

    return ServerClient(url)


class Connection:
    """Holds the client of the one server that the workstation talks to.

    Parameters
    ----------
    make : Callable
        Makes a client for an address; the default imports the network library at its first call, so call
        :meth:`open` on a runner's lane.
    """

    def __init__(self, make: Callable[[str], ServerClient] = _connect) -> None:
        self._make = make
        self._client: ServerClient | None = None

    @property
    def client(self) -> ServerClient:
        """The client.

        Raises
        ------
        RuntimeError
            Before :meth:`open`.
        """
        if self._client is None:
            raise RuntimeError("the workstation is not connected to a server yet")
        return self._client

    @property
    def is_open(self) -> bool:
        """True after :meth:`open`."""
        return self._client is not None

    def open(self, url: str) -> ServerClient:
        """Talk to the server at ``url``; the connection before is closed. Raises AddressRefusedError."""
        client = self._make(url)
        self.close()
        self._client = client
        return client

    def close(self) -> None:
        """Forget the token and close the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None
