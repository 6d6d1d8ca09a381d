"""A patient read with its audit entry, beside a bare FastAPI application with one audit insert, in the same run."""

from __future__ import annotations

import http.client
import os
import socket
import tempfile
import threading
import time
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

from _clinic_server import Served, clinic, serve, start

SECONDS, CLIENTS, ROUNDS = 4.0, 8, 3
BUDGET = 0.6


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
        told.put(Served(bound.getsockname()[1], "/read/" + "a" * 32, None, os.getpid()))
        serve(app, bound)


def load(served: Served) -> tuple[float, float]:
    """Ask from several threads for some seconds; return requests per second and the 99th percentile in ms."""
    took: list[float] = []
    end = time.perf_counter() + SECONDS

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", served.port)
        headers = {"Authorization": f"Bearer {served.token}"} if served.token else {}
        while time.perf_counter() < end:
            started = time.perf_counter()
            connection.request("GET", served.path, headers=headers)
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
    (peer_process, peer_served), (our_process, our_served) = start(bare), start(clinic)
    ratios = []
    for _ in range(ROUNDS):
        (peer, peer_p99_ms), (mine, mine_p99_ms) = load(peer_served), load(our_served)
        ratios.append(mine / peer)
        print(
            f"bare {peer:.0f}/s (p99 {peer_p99_ms:.0f} ms), ours {mine:.0f}/s (p99 {mine_p99_ms:.0f} ms), "
            f"ratio {mine / peer:.2f}"
        )
    print(f"best ratio {max(ratios):.2f}, budget >= {BUDGET}")
    for process in (peer_process, our_process):
        process.kill()


if __name__ == "__main__":
    main()
