"""The stand-in's hold on its TCP connections, so that a fault can reset one before, in or after an answer."""

from __future__ import annotations

import asyncio
import socket
import struct

from uvicorn.protocols.http.h11_impl import H11Protocol

Address = tuple[str, int]


class Connections:
    """Open connections by the client's address."""

    def __init__(self) -> None:
        self._open: dict[Address, asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """A protocol class for uvicorn that enters its connections here."""
        opened = self._open

        class KnownConnection(H11Protocol):
            _address: Address | None = None

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                peer = transport.get_extra_info("peername")
                self._address = (peer[0], peer[1])
                opened[self._address] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self._address is not None:
                    opened.pop(self._address, None)
                super().connection_lost(exc)

        return KnownConnection

    def reset(self, address: Address | None) -> None:
        """End the client's connection with a TCP reset."""
        transport = self._open.get(address) if address else None
        if transport is None:
            return
        raw = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
