"""Metrics: on a port of their own, with counts by route and no names."""

from __future__ import annotations

import httpx
import pytest

from kinometric_server.operations.metrics import MetricsListener


@pytest.fixture
def metrics(server):
    listener = MetricsListener(server, 0)
    yield listener
    listener.close()


def read(metrics) -> str:
    return httpx.get(f"http://127.0.0.1:{metrics.port}/metrics", timeout=60, trust_env=False).text


def test_requests_are_counted_by_route_and_status(metrics, server, clinic, people):
    from tests.kinometric_server.conftest import running

    with running(server, counted=metrics.requests.note) as address:
        for path in ("/v1/hello", "/v1/hello", "/v1/me", "/v1/patients/Quillfeather", "/v1/x/Quillfeather"):
            httpx.get(address + path, timeout=60, trust_env=False)
    shown = read(metrics)
    assert 'kinometric_requests_total{method="GET",route="/v1/hello",status="200"} 2.0' in shown
    assert 'route="/v1/me",status="401"' in shown
    assert 'route="unknown",status="404"' in shown
    assert "Quillfeather" not in shown


def test_uploads_and_the_audit_trail_are_shown_without_practices(metrics, server, clinic, alice):
    alice.get("/v1/users")
    shown = read(metrics)
    assert "kinometric_database_up 1.0" in shown
    assert 'kinometric_uploads{state="queued"} 0.0' in shown
    assert "kinometric_audit_entries 1.0" in shown
    for word in ("Harbor", clinic.practice_a, "alice"):
        assert word not in shown
