"""Uploads under attack: server and worker as processes that are killed, a proxy that spoils, and the count after."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx
from sqlalchemy import select, update

from kinometric_server.database import PracticeScope
from kinometric_server.operations.server import Server
from kinometric_server.operations.settings import write_settings
from kinometric_server.uploads.states import STATES
from kinometric_server.uploads.tables import uploads
from kinometric_server.uploads.worker import UploadWorker
from tests.kinometric_server.connected_clinic import AtWork
from tests.kinometric_server.torture.fault_proxy import Fault, FaultProxy

REPOSITORY = Path(__file__).resolve().parents[3]
WEIGHTS: Final[dict[Fault, float]] = {
    "reset_before": 0.06,
    "reset_middle": 0.05,
    "reset_after": 0.08,
    "stall_before": 0.01,
    "stall_after": 0.02,
    "slow": 0.05,
    "truncated": 0.04,
    "doubled": 0.04,
}
AT_REST: Final = frozenset({"filed", "rejected", "cancelled", "abandoned", "outcome_unknown"})
_PATIENCE_S: Final = 60.0


@dataclass
class Program:
    """``kinometric-server serve`` or ``worker`` as a process that may be killed and started again."""

    root: Path
    command: str
    endpoint: str
    options: tuple[str, ...] = ()
    address: str = ""
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it; for ``serve``, wait until it says where it listens."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kinometric_server.cli", self.command, "--data", str(self.root),
             "--allow-test-endpoint", self.endpoint, *self.options],
            cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        if self.command == "serve":
            assert self.process.stdout is not None
            line = self.process.stdout.readline()
            self.address = line[line.find("http") :].split()[0].strip() if "http" in line else ""

    def kill(self) -> None:
        """Kill it without a warning, and wait until it is gone."""
        if self.process is None:
            return
        self.process.kill()
        self.process.wait(20)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None


@dataclass
class Order:
    """One upload that a person ordered: the request, and the answer once there is one."""

    body: dict[str, Any]
    key: str = field(default_factory=lambda: uuid4().hex)
    upload: dict[str, Any] | None = None


@dataclass
class Tally:
    """What became of all orders."""

    accepted: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    kills: int = 0


class Torture:
    """Orders uploads of reviewed sessions while server and worker are killed.

    Parameters
    ----------
    at_work : AtWork
        The clinic, with its server in the test's own process to prepare sessions and to look afterwards.
    bob : Person
        Who orders.
    """

    def __init__(self, at_work: AtWork, bob: Any, proxy: FaultProxy, *, seed: int) -> None:
        self.at_work = at_work
        self.bob = bob
        self.proxy = proxy
        self.random = random.Random(seed)
        self.kills = 0
        self._allowed = threading.Semaphore(0)
        self.root = self.at_work.server.settings.root
        write_settings(self.at_work.server.settings)

    @property
    def server(self) -> Server:
        """The server in the test's own process."""
        return self.at_work.server

    @property
    def scope(self) -> PracticeScope:
        """The practice, as the worker sees it."""
        return self.at_work.worker_scope

    def orders(self, count: int) -> list[Order]:
        """Make sessions, have them reviewed and previewed, and write the orders that a person would give."""
        patient = self.at_work.linked(self.bob)
        made = []
        for _ in range(count):
            view = self.at_work.session(self.bob, patient)
            view = self.at_work.reviewed(self.bob, self.at_work.confirmed(self.bob, view))
            made.append(Order(self.at_work.order(self.bob, view, self.at_work.preview(self.bob, view))))
        return made

    def give(self, orders: list[Order], address: Callable[[], str], stop: threading.Event) -> None:
        """Post every order, again and again with its own key until the server has accepted it."""
        headers = {"Authorization": f"Bearer {self.bob.token}", "Kinometric-User-Action": "1"}
        for order in orders:
            self._allowed.acquire()
            while order.upload is None and not stop.is_set():
                try:
                    answer = httpx.post(
                        f"{address()}/v1/uploads",
                        json=order.body,
                        headers={**headers, "Idempotency-Key": order.key},
                        timeout=20,
                        trust_env=False,
                    )
                except (httpx.HTTPError, httpx.InvalidURL):
                    stop.wait(0.05)
                    continue
                if answer.status_code in (200, 202):
                    order.upload = answer.json()
                else:
                    assert answer.status_code in (409, 429, 500, 503), answer.text[:300]
                    stop.wait(0.05)

    def allow(self, orders: int) -> None:
        """Let so many more orders be given, so that there is work whenever something is killed."""
        self._allowed.release(orders)

    def attack(self, orders: list[Order], kills: int, *, now_and_then: Callable[[], None] = lambda: None) -> None:
        """Give the orders while a serving process and a worker are killed at random moments of their work.

        ``now_and_then`` is called after every tenth kill, while everything runs.
        """
        serving = Program(self.root, "serve", self.proxy.url, ("--port", "0"))
        worker = Program(self.root, "worker", self.proxy.url)
        stop = threading.Event()
        for program in (serving, worker):
            program.start()
        giver = threading.Thread(target=self.give, args=(orders, lambda: serving.address, stop), name="giver")
        giver.start()
        try:
            while self.kills < kills:
                self.allow(-(-len(orders) // kills))
                self._wait_for_an_upload()
                stop.wait(self.random.random() ** 3 * 0.2)
                victim = self.random.choice((serving, worker, worker))
                victim.kill()
                self.kills += 1
                self._forget_waiting_times()
                victim.start()
                if self.kills % 10 == 0:
                    now_and_then()
            self.allow(len(orders))
            giver.join(_PATIENCE_S + len(orders))
            assert not giver.is_alive(), "not every order was accepted"
        finally:
            stop.set()
            self.allow(len(orders))
            giver.join(30)
            serving.kill()
            worker.kill()

    def _wait_for_an_upload(self) -> None:
        before = sum(self.proxy.counts.values())
        until = time.monotonic() + 2.5
        while sum(self.proxy.counts.values()) == before and time.monotonic() < until:
            threading.Event().wait(0.01)

    def _forget_waiting_times(self) -> None:
        with self.server.database.writing(self.scope) as unit:
            unit.execute(
                update(uploads)
                .where(uploads.c.practice_id == unit.practice_id, uploads.c.state == "queued")
                .values(next_try_at=None)
            )

    def rows(self) -> list[Any]:
        """Every upload row of the practice."""
        with self.server.database.reading(self.scope) as unit:
            return unit.all(select(uploads).where(uploads.c.practice_id == unit.practice_id))

    def settle(self) -> None:
        """Let a worker that nobody disturbs finish: afterwards nothing is queued and nothing is being sent."""
        self.proxy.weights.clear()
        until = time.monotonic() + _PATIENCE_S + len(self.rows())
        while any(row.state not in AT_REST for row in self.rows()):
            assert time.monotonic() < until, Counter(row.state for row in self.rows())
            self._forget_waiting_times()
            UploadWorker(self.server).work_once()

    def tally(self, orders: list[Order]) -> Tally:
        """Count what was accepted against the rows, and the rows against the documents that are really stored."""
        rows = {row.id: row for row in self.rows()}
        stored = self.at_work.documents()
        tally = Tally(kills=self.kills)
        for order in orders:
            if order.upload is None:
                continue
            tally.accepted += 1
            row = rows.get(order.upload["upload_id"])
            if row is None or row.state not in AT_REST:
                tally.lost.append(order.key)
                continue
            tally.states[row.state] += 1
            found = [each for each in stored if f"[{row.marker}]" in each["internalnote"]]
            if len(found) > 1:
                tally.doubled.append(row.id)
            problem = _problem(row, found)
            if problem:
                tally.wrong.append(f"{row.id}: {problem}")
        marks = [row.marker for row in rows.values()]
        assert all(any(mark in each["internalnote"] for mark in marks) for each in stored), "a document of no upload"
        sessions = Counter(row.session_id for row in rows.values() if row.state not in ("rejected", "cancelled"))
        tally.doubled += [session for session, count in sessions.items() if count > 1]
        assert set(tally.states) <= set(STATES)
        return tally


def _problem(row: Any, found: list[dict[str, Any]]) -> str:
    if row.state == "filed":
        if [str(each["documentid"]) for each in found] != [row.document_id]:
            return "filed, but the chart has another document or none"
        if found[0]["sha256"] != row.sha256:
            return "the filed bytes are not the ordered ones"
    elif row.state != "outcome_unknown" and found:
        return f"{row.state}, but it is in the chart"
    return ""


def described(tally: Tally, proxy: FaultProxy) -> str:
    """The result in one line of JSON, for the log of a long run."""
    return json.dumps(
        {
            "accepted": tally.accepted,
            "kills": tally.kills,
            "states": dict(tally.states),
            "lost": len(tally.lost),
            "doubled": len(tally.doubled),
            "faults": dict(proxy.counts),
        }
    )
