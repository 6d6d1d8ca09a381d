"""Uploads under attack: server and worker as processes that are killed, a proxy that spoils, and the count after."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import httpx
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from kinometric.contract.codec import to_json
from kinometric_server.accounts.sessions import open_session
from kinometric_server.audit.places import verify_with_places
from kinometric_server.database import Actor, PracticeScope
from kinometric_server.database.engine import make_engine
from kinometric_server.fault_points import AT_A_COMMIT, POINTS, VARIABLE
from kinometric_server.operations.server import Server, anchor_files
from kinometric_server.operations.settings import write_settings
from kinometric_server.security.sealing import Purpose
from kinometric_server.uploads.states import STATES
from kinometric_server.uploads.tables import uploads
from kinometric_server.uploads.worker import UploadWorker
from tests.kinometric_server.connected_clinic import AtWork
from tests.kinometric_server.torture.fault_proxy import Fault, FaultProxy
from tests.kinometric_server.torture.nursery import Nursery
from tests.kinometric_server.uploads.quick_orders import QuickOrders

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
ANSWERS: Final = [
    # What athenaOne itself answers now and then, beside what the network does.
    {"method": "POST", "path": "*/clinicaldocument", "probability": 0.04, "status": 503, "store": True},
    {"method": "POST", "path": "*/clinicaldocument", "probability": 0.04, "status": 503},
    {"method": "POST", "path": "*/clinicaldocument", "probability": 0.03, "status": 408, "store": True},
    {"method": "POST", "path": "*/clinicaldocument", "probability": 0.05, "status": 429},
    {"method": "POST", "path": "*/clinicaldocument", "probability": 0.05, "status": 401},
    {"method": "POST", "path": "*/clinicaldocument", "probability": 0.1, "delay_s": 0.15},
    {"method": "GET", "path": "/v1/*/patients/*", "probability": 0.05, "status": 429},
]
DIES_AT_A_POINT: Final = 0.5
PRESSED_AGAIN: Final = 0.2
AT_REST: Final = frozenset({"filed", "rejected", "cancelled", "abandoned", "outcome_unknown"})
_DIES_WITHIN_S: Final = 5.0
_PATIENCE_S: Final = 60.0


@dataclass
class Program:
    """``kinometric-server serve`` or ``worker`` as a process that may be killed and started again."""

    nursery: Nursery
    arguments: tuple[str, ...]
    address: str = ""
    pid: int = 0
    point: str = ""
    """The named place at which it dies by itself; empty for none."""

    def start(self, point: str = "") -> None:
        """Start it; for ``serve``, wait until it says where it listens."""
        self.point = point
        environment = {VARIABLE: point} if point else {}
        self.pid, output = self.nursery.start(*self.arguments, environment=environment)
        if self.arguments[0] == "serve":
            self.address = self.nursery.address(output)

    def kill(self) -> None:
        """Kill it without a warning, unless it has died at its point, and wait until it is gone."""
        self.nursery.kill(self.pid)


@dataclass
class Order:
    """One upload that a person ordered: the request, what they press once more, and the answer once there is one."""

    body: dict[str, Any]
    pressed_again: dict[str, Any] | None = None
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


class Torture:
    """Orders uploads of reviewed sessions while server and worker are killed.

    Parameters
    ----------
    at_work : AtWork
        The clinic, with its server in the test's own process to prepare sessions and to look afterwards.
    bob : Person
        Who orders.
    """

    def __init__(self, at_work: AtWork, bob: Any, proxy: FaultProxy, nursery: Nursery, *, seed: int) -> None:
        self.at_work = at_work
        self.bob = bob
        self.proxy = proxy
        self.nursery = nursery
        self.seed = seed
        self.random = random.Random(seed)
        self.deaths: Counter[str] = Counter()
        self.restarts = 0
        self.pressed_again: Counter[str] = Counter()
        self.unexpected: list[str] = []
        self._token = bob.token
        of_all = [*POINTS, *(f"{point}:{number}" for number in (1, 2, 3) for point in AT_A_COMMIT)]
        of_a_worker = [point for point in of_all if not point.startswith("intake")]
        self._points = {
            "serve": itertools.cycle(self.random.sample(of_all, len(of_all))),
            "worker": itertools.cycle(self.random.sample(of_a_worker, len(of_a_worker))),
        }
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

    @property
    def kills(self) -> int:
        """How many processes were killed or died at a named point."""
        return self.deaths.total()

    def orders(self, count: int) -> list[Order]:
        """Make sessions, have them reviewed and previewed, and write the orders that a person would give."""
        quick = QuickOrders(self.at_work, self.bob.scope)
        made = []
        for _ in range(count):
            session = quick.session()
            order = Order(to_json(quick.body(session)))
            if self.random.random() < PRESSED_AGAIN:
                order.pressed_again = self.random.choice((order.body, to_json(quick.body(session))))
            made.append(order)
        return made

    def give(self, orders: list[Order], address: Callable[[], str], stop: threading.Event) -> None:
        """Post every order, again and again with its own key until the server has accepted it; some once more."""
        for order in orders:
            self._allowed.acquire()
            while order.upload is None and not stop.is_set():
                answer = self._post(address(), order.body, order.key)
                if answer is not None and answer.status_code in (200, 202):
                    order.upload = answer.json()
                else:
                    stop.wait(0.05)
            if order.pressed_again is not None and order.upload is not None:
                answer = self._post(address(), order.pressed_again, uuid4().hex)
                self.pressed_again["no answer" if answer is None else str(answer.status_code)] += 1
                if answer is not None and answer.status_code == 200:
                    same = answer.json()["upload_id"] == order.upload["upload_id"]
                    self.unexpected += [] if same else ["pressed again, it was another upload"]

    def _post(self, address: str, body: dict[str, Any], key: str) -> httpx.Response | None:
        headers = {
            "Authorization": f"Bearer {self._token}", "Kinometric-User-Action": "1", "Idempotency-Key": key,
        }  # fmt: skip
        try:
            answer = httpx.post(f"{address}/v1/uploads", json=body, headers=headers, timeout=20, trust_env=False)
        except (httpx.HTTPError, httpx.InvalidURL):
            return None
        if answer.status_code == 401:
            self._sign_in()
            return None
        # A second preview is refused once the first one's report is in the chart.
        if answer.status_code not in (200, 202, 409, 429, 500, 502, 503) and "KS-422P" not in answer.text:
            self.unexpected.append(answer.text[:300])
        return answer

    def _sign_in(self) -> None:
        """Open a session; making many orders takes longer than a session stays open by itself."""
        with self.server.database.writing_outside(Actor()) as unit:
            limit = self.server.settings.session_limit
            _, self._token = open_session(
                unit, self.bob.user_id, client="torture", practice_id=self.scope.practice_id, session_limit=limit
            )

    def allow(self, orders: int) -> None:
        """Let so many more orders be given, so that there is work whenever something is killed."""
        self._allowed.release(orders)

    def attack(self, orders: list[Order], kills: int, *, now_and_then: Callable[[], None] = lambda: None) -> None:
        """Give the orders while a serving process and a worker die at random moments and at the named points.

        ``now_and_then`` is called after every tenth death, while everything runs.
        """
        common = ("--data", str(self.root), "--allow-test-endpoint", self.proxy.url)
        serving = Program(self.nursery, ("serve", *common, "--port", "0"))
        worker = Program(self.nursery, ("worker", *common))
        stop = threading.Event()
        for program in (serving, worker):
            program.start()
        giver = threading.Thread(target=self.give, args=(orders, lambda: serving.address, stop), name="giver")
        giver.start()
        try:
            while self.kills < kills:
                self.allow(-(-len(orders) // kills))
                victim = self.random.choice((serving, worker, worker))
                self.deaths[self._die(victim, stop)] += 1
                self._forget_waiting_times()
                victim.start(next(self._points[victim.arguments[0]]) if self.random.random() < DIES_AT_A_POINT else "")
                if self.kills % 10 == 0:
                    now_and_then()
            for program in (serving, worker):
                if program.point:
                    program.kill()
                    program.start()
            self.allow(len(orders))
            giver.join(_PATIENCE_S + len(orders))
            assert not giver.is_alive(), "not every order was accepted"
        finally:
            stop.set()
            self.allow(len(orders))
            giver.join(30)
            serving.kill()
            worker.kill()

    def _die(self, victim: Program, stop: threading.Event) -> str:
        """Let a program die at its point, or kill it at some moment after an upload went through."""
        if victim.point:
            until = time.monotonic() + _DIES_WITHIN_S
            while time.monotonic() < until:
                if self.nursery.has_died(victim.pid):
                    victim.kill()
                    return victim.point
                stop.wait(0.02)
        else:
            self._wait_for_an_upload()
        stop.wait(self.random.random() ** 3 * 0.2)
        victim.kill()
        return f"kill -9 of {victim.arguments[0]}"

    def _wait_for_an_upload(self) -> None:
        before = sum(self.proxy.counts.values())
        until = time.monotonic() + 2.5
        while sum(self.proxy.counts.values()) == before and time.monotonic() < until:
            threading.Event().wait(0.01)

    def _forget_waiting_times(self) -> None:
        for _ in range(100):
            try:
                with self.server.database.writing(self.scope) as unit:
                    unit.execute(
                        update(uploads)
                        .where(uploads.c.practice_id == unit.practice_id, uploads.c.state == "queued")
                        .values(next_try_at=None)
                    )
            except OperationalError:
                time.sleep(0.1)  # PostgreSQL is being restarted
            else:
                return

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
        tally = Tally()
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


def trail_problems(server: Server) -> list[str]:
    """What is wrong with the audit trail that server, worker and the test wrote together, and with its mirror."""
    engine = make_engine(server.settings.owner_url or server.settings.database_url)
    secret = server.keys.current(Purpose.AUDIT).secret
    with engine.connect() as connection:
        verdict, _ = verify_with_places(connection, secret, anchor_files(server.settings))
    engine.dispose()
    found = [f"{problem.seq}: {problem.what}" for problem in verdict.problems]
    packed = sorted((server.settings.logs / "archives").glob("athena_hipaa_audit-*.gz"))
    content = b"".join(gzip.decompress(path.read_bytes()) for path in packed)
    content += (server.settings.logs / "athena_hipaa_audit.log").read_bytes()
    mirrored = [json.loads(line)["seq"] for line in content.splitlines()]
    if mirrored != list(range(1, verdict.head_seq + 1)):
        found.append(f"the mirror has {len(mirrored)} lines of {verdict.head_seq} entries, or not in their order")
    return found


def _problem(row: Any, found: list[dict[str, Any]]) -> str:
    if row.state == "filed":
        if [str(each["documentid"]) for each in found] != [row.document_id]:
            return "filed, but the chart has another document or none"
        if found[0]["sha256"] != row.sha256:
            return "the filed bytes are not the ordered ones"
    elif row.state != "outcome_unknown" and found:
        return f"{row.state}, but it is in the chart"
    return ""


def described(torture: Torture, tally: Tally, backend: str) -> str:
    """The result in one line of JSON, for the log of a long run."""
    return json.dumps(
        {
            "seed": torture.seed,
            "database": backend,
            "accepted": tally.accepted,
            "lost": len(tally.lost),
            "doubled": len(tally.doubled),
            "wrong": len(tally.wrong),
            "states": dict(tally.states),
            "kills": torture.kills,
            "deaths": dict(sorted(torture.deaths.items())),
            "database restarts": torture.restarts,
            "pressed again": dict(torture.pressed_again),
            "network": dict(torture.proxy.counts),
        }
    )
