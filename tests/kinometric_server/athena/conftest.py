"""The client beside a stand-in in a thread; waiting is written down instead of done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from kinometric_server.athena.client import AthenaClient, AthenaConnections
from kinometric_server.athena.settings import AthenaPractice
from kinometric_server.athena.transport import Transport
from kinometric_server.sandbox.service import RunningStandIn, make_standin

PDF = b"%PDF-1.7\nan invented report\n%%EOF\n"


class Clinic:
    """A practice connected to the stand-in, and how athenaOne behaves today."""

    def __init__(self, running: RunningStandIn) -> None:
        self.running = running
        self.standin = running.standin
        self.now = 1_800_000_000.0
        self.pauses: list[float] = []
        self.elapsed = 0.0
        self.connections = AthenaConnections(
            running.base_url,
            transport=Transport(connect_s=10.0, read_s=30.0),
            clock=lambda: self.now,
            pause=self.pauses.append,
            monotonic=lambda: self.elapsed,
        )
        self.patiently = self.connections.transport
        self.practice = AthenaPractice(
            environment="standin",
            athena_practice_id="990017",
            client_id=running.client_id,
            client_secret=running.client_secret,
            documents_write=True,
            requests_per_second=1e9,
        )

    def impatient(self) -> None:
        """Ask for patients and documents, not for tokens, with little patience from now on."""
        self.connections.transport = Transport(read_s=0.4)

    def close(self) -> None:
        self.connections.close()
        self.patiently.close()

    def stored(self, wanted: int) -> bool:
        """Whether the stand-in comes to have so many documents; it may still be at work when its client gives up."""
        for _ in range(1000):
            if len(self.standin.documents.all()) == wanted:
                return True
            threading.Event().wait(0.01)
        return False

    def client(self, **changes: Any) -> AthenaClient:
        return self.connections.client(replace(self.practice, **changes))

    def faults(self, *faults: dict[str, Any], **quirks: Any) -> None:
        self.standin.faults.set({"faults": list(faults), "quirks": quirks})

    def asked(self, part: str = "") -> list[str]:
        """The requests that the stand-in saw, as method and path with query."""
        listed = [f"{each['method']} {each['path']}?{each['query']}".rstrip("?") for each in self.standin.requests]
        return [each for each in listed if part in each]


@pytest.fixture(scope="module")
def running() -> Iterator[RunningStandIn]:
    with RunningStandIn(make_standin(token_limit=1000)) as standin:
        yield standin


@pytest.fixture
def clinic(running: RunningStandIn) -> Iterator[Clinic]:
    running.standin.reset()
    clinic = Clinic(running)
    yield clinic
    clinic.close()


@pytest.fixture
def alice(clinic: Clinic) -> AthenaClient:
    """The client of a practice with nothing but document writing switched on."""
    return clinic.client()


@pytest.fixture
def filed() -> Callable[[AthenaClient], Any]:
    """Files the invented report in Maria's chart."""
    return lambda client: client.file_document("60145", "1", "Kinometric Balance Test Results [K-77]", PDF)
