"""No accepted upload is lost and none is doubled, whatever dies and whatever the network does."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.kinometric_server.connected_clinic import AtWork
from tests.kinometric_server.torture.fault_proxy import FaultProxy
from tests.kinometric_server.torture.upload_torture import WEIGHTS, Torture, described

UPLOADS = int(os.environ.get("KINOMETRIC_SOAK_UPLOADS", "340"))
KILLS = int(os.environ.get("KINOMETRIC_SOAK_KILLS", "70"))
"""Of one seed; the three seeds together make more than 1,000 uploads and 200 kills."""


def judge(torture: Torture, orders: list[Any]) -> Any:
    tally = torture.tally(orders)
    print(described(tally, torture.proxy))
    assert tally.accepted == len(orders)
    assert (tally.lost, tally.doubled, tally.wrong) == ([], [], [])
    return tally


def test_a_short_attack_loses_nothing_and_doubles_nothing(at_work: AtWork, bob: Any) -> None:
    with FaultProxy(at_work.standin.base_url, WEIGHTS, seed=11) as proxy:
        torture = Torture(at_work, bob, proxy, seed=11)
        orders = torture.orders(8)
        torture.attack(orders, kills=3)
        torture.settle()
        tally = judge(torture, orders)
        assert tally.states["filed"] > 0


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
        orders = torture.orders(UPLOADS)
        restart = durable_restarts(at_work, request) if backend == "postgresql" else lambda: None
        torture.attack(orders, kills=KILLS, now_and_then=restart)
        torture.settle()
        judge(torture, orders)
