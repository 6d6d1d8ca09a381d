"""A patient read with its audit entry, beside a bare FastAPI application with one audit insert, in the same run."""

from __future__ import annotations

import http.client
import json
import logging
import multiprocessing
import socket
import tempfile
import threading
import time
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

SECONDS, CLIENTS, ROUNDS = 4.0, 8, 3
BUDGET = 0.6


def _serve(app: Any, bound: socket.socket) -> None:
    import uvicorn

    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")).run(sockets=[bound])


def bare(told: Queue[Any]) -> None:
    """Serve the peer: one synchronous handler, one row written under a lock with ``synchronous=FULL``."""
    from fastapi import FastAPI
    from sqlalchemy import text

    from kinometric_server.database.engine import make_engine, sqlite_url

    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(sqlite_url(Path(folder) / "bare.sqlite3")).execution_options(kinometric_writes=True)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE audit (id INTEGER PRIMARY KEY, at INTEGER, who TEXT, what TEXT)"))
        app, lock = FastAPI(), threading.Lock()

        @app.get("/read/{key}")
        def read(key: str) -> dict[str, str]:
            with lock, engine.begin() as connection:
                values = {"at": 1, "who": "u" * 32, "what": key}
                connection.execute(text("INSERT INTO audit (at, who, what) VALUES (:at, :who, :what)"), values)
            return {"key": key, "name": "x" * 400}

        bound = socket.create_server(("127.0.0.1", 0))
        told.put((bound.getsockname()[1], "/read/" + "a" * 32, None))
        _serve(app, bound)


def ours(told: Queue[Any]) -> None:
    """Serve Kinometric with one practice, one clinician and one patient."""
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
        settings = layout(Path(folder) / "kinometric")
        make_installation(settings, username="root", password="Quiet meadow 77")
        server = open_server(settings)
        with server.database.writing_outside(Actor()) as unit:
            values = {"name": "x", "slug": "x", "created_at": unit.now, "updated_at": unit.now}
            practice = unit.execute(insert(practices).values(**values).returning(practices.c.id)).scalar_one()
            user = make_user(unit, Passwords(server.keys, 4), username="bench", password="Quiet meadow 77")
            add_membership(unit, user, practice, role="clinician", can_match=True)
            limit = settings.session_limit
            _, token = open_session(unit, user, client="bench", practice_id=practice, session_limit=limit)
        bound = socket.create_server(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        threading.Thread(target=_make_patient, args=(port, token, told), daemon=True).start()
        logging.getLogger("alembic").setLevel(logging.WARNING)
        _serve(create_app(server), bound)


def _make_patient(port: int, token: str, told: Queue[Any]) -> None:
    person = {"lastname": "Prueba", "firstname": "Rosa", "born": "1944-09-23", "sex": "F", "is_sandbox": True}
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/patients", json.dumps(person), headers)
    made = json.loads(connection.getresponse().read())
    told.put((port, f"/v1/patients/{made['patient_id']}", token))


def load(port: int, path: str, token: str | None) -> tuple[float, float]:
    """Ask from several threads for some seconds; return requests per second and the 99th percentile in ms."""
    took: list[float] = []
    end = time.perf_counter() + SECONDS

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        while time.perf_counter() < end:
            started = time.perf_counter()
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"answered {answer.status}")
            took.append(time.perf_counter() - started)

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took.sort()
    return len(took) / SECONDS, took[int(len(took) * 0.99)] * 1000


def main() -> None:
    """Run both side by side and print each round's ratio."""
    context = multiprocessing.get_context("spawn")
    processes, where = [], {}
    for serve in (bare, ours):
        told = context.Queue()
        process = context.Process(target=serve, args=(told,), daemon=True)
        process.start()
        processes.append(process)
        where[serve.__name__] = told.get(timeout=120)
    ratios = []
    for _ in range(ROUNDS):
        (peer, peer_p99_ms), (mine, mine_p99_ms) = load(*where["bare"]), load(*where["ours"])
        ratios.append(mine / peer)
        print(
            f"bare {peer:.0f}/s (p99 {peer_p99_ms:.0f} ms), ours {mine:.0f}/s (p99 {mine_p99_ms:.0f} ms), "
            f"ratio {mine / peer:.2f}"
        )
    print(f"best ratio {max(ratios):.2f}, budget >= {BUDGET}")
    for process in processes:
        process.kill()


if __name__ == "__main__":
    main()
