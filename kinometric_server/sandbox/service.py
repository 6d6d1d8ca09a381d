"""Runs the stand-in on loopback: as a process of its own, or in a thread beside a test."""

from __future__ import annotations

import json
import socket
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import uvicorn

from kinometric_server.sandbox.application import StandIn
from kinometric_server.sandbox.demo import demo_world
from kinometric_server.sandbox.faults import Faults
from kinometric_server.sandbox.quirks import Quirks
from kinometric_server.sandbox.tokens import Credentials, new_credentials
from kinometric_server.sandbox.world import load_world


def make_standin(
    *,
    faults: Path | None = None,
    encoding: str = "",
    people: Path | None = None,
    store: Path | None = None,
    credentials: Credentials | None = None,
    token_limit: int = 5,
) -> StandIn:
    """A stand-in from its start options.

    Raises
    ------
    FaultError, WorldError
        If a file can't be used; the message is one sentence.
    """
    world = load_world(people) if people else demo_world()
    return StandIn(
        world,
        credentials or new_credentials(),
        faults=Faults(faults, Quirks(token_limit_per_minute=token_limit)),
        encoding=encoding,
        store=store,
    )


def listen(port: int) -> socket.socket:
    """A listening socket on loopback; port 0 takes a free one."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(128)
    listening.set_inheritable(False)
    return listening


def announcement(standin: StandIn, listening: socket.socket) -> dict[str, Any]:
    """What the first line of output tells: where the stand-in listens and how to sign in."""
    return {
        "base_url": f"http://127.0.0.1:{listening.getsockname()[1]}",
        "client_id": standin.tokens.credentials.client_id,
        "client_secret": standin.tokens.credentials.client_secret,
        "practices": standin.world.granted_ids,
    }


def _server(standin: StandIn) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            standin,
            http=standin.connections.protocol(),
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=1,
        )
    )


def run_sandbox(standin: StandIn, port: int = 0, out: TextIO = sys.stdout) -> None:
    """Serve until a signal comes; the first line of ``out`` is the announcement as one JSON object."""
    listening = listen(port)
    out.write(json.dumps(announcement(standin, listening)) + "\n")
    out.flush()
    _server(standin).run(sockets=[listening])


class RunningStandIn:
    """The stand-in in a thread, as a context manager; ``base_url`` is where it listens."""

    def __init__(self, standin: StandIn, port: int = 0) -> None:
        self.standin = standin
        self._listening = listen(port)
        said = announcement(standin, self._listening)
        self.base_url: str = said["base_url"]
        self.client_id: str = said["client_id"]
        self.client_secret: str = said["client_secret"]
        self._server = _server(standin)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listening]}, name="athenaone-standin", daemon=True
        )

    def __enter__(self) -> RunningStandIn:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.standin.release()
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._listening.close()
