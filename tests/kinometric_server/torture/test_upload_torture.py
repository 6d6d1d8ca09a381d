"""No accepted upload is lost and none is doubled, whatever dies and whatever the network does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from kinometric_server.uploads.fault_points import POINTS, VARIABLE
from tests.kinometric_server.connected_clinic import AtWork
from tests.kinometric_server.torture.fault_proxy import FaultProxy
from tests.kinometric_server.torture.upload_torture import SIGKILLED, WEIGHTS, Program, Torture, described

IN_BETWEEN = ("worker.after_claim_commit", "worker.after_post", "worker.before_finish_commit")
"""Places where an attempt is written down and its outcome is not: nobody can know, so nothing is sent again."""


def judge(torture: Torture, orders: list[Any]) -> Any:
    tally = torture.tally(orders)
    print(described(tally, torture.proxy))
    assert tally.accepted == len(orders)
    assert (tally.lost, tally.doubled, tally.wrong) == ([], [], [])
    return tally


def test_a_short_attack_loses_nothing_and_doubles_nothing(at_work: AtWork, bob: Any) -> None:
    with FaultProxy(at_work.standin.base_url, WEIGHTS, seed=11) as proxy:
        torture = Torture(at_work, bob, proxy, seed=11)
        orders = torture.orders(12)
        torture.attack(orders, kills=5)
        torture.settle()
        tally = judge(torture, orders)
        assert tally.states["filed"] > 0


@pytest.mark.parametrize("point", [each for each in POINTS if each.startswith("intake")])
def test_an_order_whose_server_dies_at_intake_is_accepted_once_when_it_is_given_again(
    at_work: AtWork, bob: Any, point: str
) -> None:
    with FaultProxy(at_work.standin.base_url) as proxy:
        torture = Torture(at_work, bob, proxy, seed=1)
        orders = torture.orders(1)
        serving = Program(torture.root, "serve", proxy.url, ("--port", "0", "--no-worker"))
        stop = threading.Event()
        giver = threading.Thread(target=torture.give, args=(orders, lambda: serving.address, stop))
        torture.allow(1)
        serving.start(**{VARIABLE: point})
        giver.start()
        try:
            assert serving.wait_for_death() == SIGKILLED
            serving.start()
            giver.join(30)
        finally:
            stop.set()
            giver.join(30)
            serving.kill()
        torture.settle()
        assert dict(judge(torture, orders).states) == {"filed": 1}


@pytest.mark.parametrize("point", [each for each in POINTS if each.startswith("worker")])
def test_a_worker_that_dies_at_a_named_place_leaves_the_upload_filed_once_or_unknown(
    at_work: AtWork, bob: Any, base_url: str, point: str
) -> None:
    with FaultProxy(at_work.standin.base_url) as proxy:
        torture = Torture(at_work, bob, proxy, seed=1)
        orders = torture.orders(1)
        torture.allow(1)
        torture.give(orders, lambda: base_url, threading.Event())
        worker = Program(torture.root, "worker", proxy.url)
        worker.start(**{VARIABLE: point})
        try:
            assert worker.wait_for_death() == SIGKILLED
        finally:
            worker.kill()
        torture.settle()
        expected = "outcome_unknown" if point in IN_BETWEEN else "filed"
        assert dict(judge(torture, orders).states) == {expected: 1}
        assert len(at_work.documents()) == (0 if point == "worker.after_claim_commit" else 1)


def durable_restarts(at_work: AtWork, request: pytest.FixtureRequest) -> Callable[[], None]:
    """Restarts of PostgreSQL as by a power cut; the tests' cluster else gives up durability for speed."""
    cluster = request.getfixturevalue("cluster")
    name = at_work.server.settings.database_url.partition("/@/")[2] or at_work.server.settings.database_url
    database = name.partition("?")[0].rpartition("/")[2]
    cluster._administer(f"ALTER DATABASE {database} SET synchronous_commit = on")
    return cluster.restart


@pytest.mark.soak
@pytest.mark.parametrize("seed", [101, 102, 103])
def test_a_thousand_uploads_and_two_hundred_kills_lose_nothing_and_double_nothing(
    at_work: AtWork, bob: Any, seed: int, request: pytest.FixtureRequest, backend: str
) -> None:
    with FaultProxy(at_work.standin.base_url, WEIGHTS, seed=seed) as proxy:
        torture = Torture(at_work, bob, proxy, seed=seed)
        orders = torture.orders(340)
        restart = durable_restarts(at_work, request) if backend == "postgresql" else lambda: None
        torture.attack(orders, kills=70, now_and_then=restart)
        torture.settle()
        judge(torture, orders)
