"""The proxy spoils what it says it spoils, and the client reads each case as the design's map does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kinometric_server.athena.client import AthenaConnections
from kinometric_server.athena.filing import Filed, Outcome, OutcomeUnknown
from kinometric_server.athena.settings import AthenaPractice
from kinometric_server.athena.transport import Transport
from kinometric_server.sandbox.service import RunningStandIn, make_standin
from tests.kinometric_server.torture.fault_proxy import FAULTS, REACHES_THE_SERVER, Fault, FaultProxy

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 200


@pytest.fixture(scope="module")
def standin() -> Iterator[RunningStandIn]:
    with RunningStandIn(make_standin(token_limit=1000)) as running:
        yield running


def file_through(standin: RunningStandIn, fault: Fault) -> tuple[Outcome, FaultProxy]:
    with FaultProxy(standin.base_url, {fault: 1.0}) as proxy:
        connections = AthenaConnections(proxy.url, transport=Transport(connect_s=2.0, read_s=0.7))
        practice = AthenaPractice("standin", "990017", standin.client_id, standin.client_secret, documents_write=True)
        client = connections.client(practice)
        assert client.patient("60145").patient_id == "60145", "what is no upload passes untouched"
        outcome = client.file_document("60145", "1", "note", PDF)
        connections.close()
    return outcome, proxy


@pytest.mark.parametrize("fault", ["pass", *FAULTS])
def test_each_fault_stores_or_not_and_is_read_as_it_must_be(standin: RunningStandIn, fault: Fault) -> None:
    standin.standin.documents.clear()
    outcome, proxy = file_through(standin, fault)
    assert proxy.counts == {fault: 1}
    stored = standin.standin.documents.all()
    assert len(stored) == (1 if fault in REACHES_THE_SERVER else 0)
    if fault in ("pass", "slow", "doubled"):
        assert outcome == Filed(str(stored[0].documentid))
        assert stored[0].content == PDF
    else:
        assert isinstance(outcome, OutcomeUnknown)


def test_the_same_seed_spoils_the_same_uploads() -> None:
    def drawn(seed: int) -> list[Fault]:
        proxy = FaultProxy("http://127.0.0.1:9", dict.fromkeys(FAULTS, 0.1), seed=seed)
        try:
            return [proxy._choose(b"POST /v1/990017/patients/1") for _ in range(200)]
        finally:
            proxy._listening.close()
            proxy._loop.close()

    assert drawn(5) == drawn(5)
    assert drawn(5) != drawn(6)
    assert set(drawn(5)) == {"pass", *FAULTS}
