"""A served clinic for the server's benchmarks: one practice, one clinician, one patient, in a process of its own."""

from __future__ import annotations

import http.client
import json
import logging
import multiprocessing
import os
import socket
import tempfile
import threading
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

USERNAME, PASSWORD = "bench", "Quiet meadow 77"
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Served:
    """Where a server listens, what is read from it, and its process."""

    port: int
    path: str
    token: str | None
    pid: int


def serve(app: Any, bound: socket.socket) -> None:
    """Answer on a bound socket until the process is killed."""
    import uvicorn

    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")).run(sockets=[bound])


def start(target: Any, *arguments: Any) -> tuple[BaseProcess, Served]:
    """Run `target(told, ...)` in a process; return it and what it told."""
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    process = context.Process(target=target, args=(told, *arguments), daemon=True)
    process.start()
    return process, told.get(timeout=180)


def clinic(told: Queue[Any], password_cost: int = 4) -> None:
    """Serve Kinometric with its logs, audit trail and metrics as in a clinic."""
    from dataclasses import replace

    from sqlalchemy import insert

    from kinometric_server.accounts.people import add_membership, make_user
    from kinometric_server.accounts.sessions import open_session
    from kinometric_server.api.app import create_app
    from kinometric_server.database import Actor
    from kinometric_server.operations.installation import make_installation
    from kinometric_server.operations.server import open_server
    from kinometric_server.operations.settings import layout
    from kinometric_server.practices.tables import practices
    from kinometric_server.security.passwords import Passwords

    with tempfile.TemporaryDirectory() as folder:
        settings = replace(layout(Path(folder) / "kinometric"), password_cost=password_cost)
        make_installation(settings, username="root", password=PASSWORD)
        server = open_server(settings)
        with server.database.writing_outside(Actor()) as unit:
            values = {"name": "x", "slug": "x", "created_at": unit.now, "updated_at": unit.now}
            practice = unit.execute(insert(practices).values(**values).returning(practices.c.id)).scalar_one()
            user = make_user(unit, Passwords(server.keys, password_cost), username=USERNAME, password=PASSWORD)
            add_membership(unit, user, practice, role="clinician", can_match=True)
            limit = settings.session_limit
            _, token = open_session(unit, user, client="bench", practice_id=practice, session_limit=limit)
        bound = socket.create_server(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        threading.Thread(target=_make_patient, args=(port, token, told), daemon=True).start()
        logging.getLogger("alembic").setLevel(logging.WARNING)
        serve(create_app(server), bound)


def _make_patient(port: int, token: str, told: Queue[Any]) -> None:
    person = {"lastname": "Prueba", "firstname": "Rosa", "born": "1944-09-23", "sex": "F", "is_sandbox": True}
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/patients", json.dumps(person), headers)
    made = json.loads(connection.getresponse().read())
    told.put(Served(port, f"/v1/patients/{made['patient_id']}", token, os.getpid()))


def memory_and_handles(pid: int) -> tuple[float, int]:
    """Return a process's resident memory in MiB and how many files it has open (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE, len(list(Path(f"/proc/{pid}/fd").iterdir()))
