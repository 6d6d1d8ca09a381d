"""No accepted upload is lost and none is doubled, whatever dies and whatever the network does.

Other seeds, sizes and databases are asked for by the environment (docs/uploads.md).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.kinometric_server.connected_clinic import AtWork
from tests.kinometric_server.torture.fault_proxy import FaultProxy
from tests.kinometric_server.torture.nursery import Nursery
from tests.kinometric_server.torture.upload_torture import ANSWERS, WEIGHTS, Tally, Torture, described, trail_problems

SEEDS = [int(seed) for seed in os.environ.get("KINOMETRIC_SOAK_SEEDS", "101,102,103").split(",")]
UPLOADS = int(os.environ.get("KINOMETRIC_SOAK_UPLOADS", "340"))
KILLS = int(os.environ.get("KINOMETRIC_SOAK_KILLS", "70"))
"""Of one seed on one database; three seeds make more than 1,000 uploads and 200 deaths on each."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks and kills processes")


def ended_well(torture: Torture, orders: list[Any]) -> Tally:
    tally = torture.tally(orders)
    assert torture.unexpected == []
    assert trail_problems(torture.server) == []
    assert tally.accepted == len(orders)
    assert (tally.lost, tally.doubled, tally.wrong) == ([], [], [])
    return tally


def test_a_short_attack_loses_nothing_and_doubles_nothing(at_work: AtWork, bob: Any, nursery: Nursery) -> None:
    with FaultProxy(at_work.standin.base_url, WEIGHTS, seed=11) as proxy:
        torture = Torture(at_work, bob, proxy, nursery, seed=11)
        orders = torture.orders(12)
        at_work.standin.standin.faults.set({"seed": 11, "faults": ANSWERS})
        torture.attack(orders, kills=5)
        at_work.faults()
        torture.settle()
        assert ended_well(torture, orders).states["filed"] > 0
        assert torture.kills == 5


def hard_restarts(torture: Torture, request: pytest.FixtureRequest) -> Callable[[], None]:
    """Restarts of PostgreSQL as by a power cut; the tests' cluster else gives up durability for speed."""
    cluster = request.getfixturevalue("cluster")
    database = torture.server.database.engine.url.database
    cluster.administer(f"ALTER DATABASE {database} SET synchronous_commit = on")

    def restart() -> None:
        torture.restarts += 1
        cluster.restart()

    return restart


@pytest.mark.soak
@pytest.mark.parametrize("seed", SEEDS)
def test_a_thousand_uploads_and_two_hundred_deaths_lose_nothing_and_double_nothing(
    at_work: AtWork,
    bob: Any,
    nursery: Nursery,
    seed: int,
    request: pytest.FixtureRequest,
    backend: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with FaultProxy(at_work.standin.base_url, WEIGHTS, seed=seed) as proxy:
        torture = Torture(at_work, bob, proxy, nursery, seed=seed)
        orders = torture.orders(UPLOADS)
        at_work.standin.standin.faults.set({"seed": seed, "faults": ANSWERS})
        restart = hard_restarts(torture, request) if backend == "postgresql" else lambda: None
        torture.attack(orders, kills=KILLS, now_and_then=restart)
        at_work.faults()
        torture.settle()
        tally = torture.tally(orders)
        with capsys.disabled():
            print(f"\n{described(torture, tally, backend)}")
        ended_well(torture, orders)
