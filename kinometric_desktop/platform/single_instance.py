"""One workstation per person: a second start brings the first one's window to the front."""

from __future__ import annotations

import getpass
import hashlib
import json
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_VERSION = 1
_WAIT_MS = 500


def channel_name(server_url: str) -> str:
    """The name of the local channel: the person and the server, hashed."""
    try:
        person = getpass.getuser()
    except (OSError, KeyError):
        person = "somebody"
    return "kinometric-" + hashlib.sha256(f"{person}\n{server_url}".encode()).hexdigest()[:16]


class SingleInstance(QObject):
    """Holds the channel, or tells the one who holds it.

    Parameters
    ----------
    name : str
        The channel's name.
    on_raise : Callable
        Called when a second start asks for the window.
    """

    def __init__(self, name: str, on_raise: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._on_raise = on_raise
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._asked)

    def acquire(self) -> bool:
        """Take the channel; False when another workstation has it and was asked to come to the front."""
        if self._ask_other():
            return False
        if self._server.listen(self._name):
            return True
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def release(self) -> None:
        """Give the channel back."""
        self._server.close()

    def _ask_other(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_WAIT_MS):
            return False
        socket.write(json.dumps({"version": _VERSION, "ask": "raise"}).encode())
        socket.flush()
        socket.waitForBytesWritten(_WAIT_MS)
        socket.disconnectFromServer()
        return True

    def _asked(self) -> None:
        socket = self._server.nextPendingConnection()
        while socket is not None:
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._answer(socket)
            socket = self._server.nextPendingConnection()

    def _read(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._answer(socket)

    def _answer(self, socket: QLocalSocket) -> None:
        try:
            asked = json.loads(bytes(socket.readAll().data()))
        except ValueError:
            return
        if isinstance(asked, dict) and asked.get("version") == _VERSION and asked.get("ask") == "raise":
            self._on_raise()
