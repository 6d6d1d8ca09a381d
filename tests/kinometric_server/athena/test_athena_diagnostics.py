"""Diagnostics tell which requests work, ask nothing where they are off, and name no secret."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kinometric_server.athena.diagnostics import Finding, diagnose, finding_of, support_request
from kinometric_server.athena.errors import AthenaOffError, SwitchedOffError
from kinometric_server.athena.transport import Answer

NOW = datetime(2026, 5, 5, 14, 30, tzinfo=UTC)


def findings(clinic: Any, **changes: Any) -> dict[str, Finding]:
    client = clinic.client(health_endpoints=True, **changes)
    return {probe.name: probe.finding for probe in diagnose(client).probes}


def test_with_the_switch_off_nothing_is_asked(clinic: Any) -> None:
    with pytest.raises(SwitchedOffError):
        diagnose(clinic.client())
    with pytest.raises(SwitchedOffError):
        clinic.client().probe("/departments", {})
    with pytest.raises(AthenaOffError):
        diagnose(clinic.client(health_endpoints=True, environment="none"))
    assert clinic.asked() == []


def test_a_good_connection_works_throughout(clinic: Any) -> None:
    found = diagnose(clinic.client(health_endpoints=True))
    assert found.works
    assert [probe.name for probe in found.probes] == [
        "Token",
        "Ping",
        "Practice information",
        "Departments",
        "Patient by ID",
        "Patient search",
    ]
    statuses = {probe.name: probe.status for probe in found.probes}
    assert (statuses["Ping"], statuses["Patient by ID"]) == (200, 404)
    assert found.requests_left_today is not None
    assert 0 < (found.token_seconds_left or 0) <= 3600


def test_the_document_list_is_tried_only_where_it_is_switched_on(clinic: Any) -> None:
    assert "Document list" not in findings(clinic)
    assert findings(clinic, documents_list=True)["Document list"] == "works"


def test_a_wrong_secret_ends_at_the_token(clinic: Any) -> None:
    assert findings(clinic, client_secret="wrong") == {"Token": "refused"}


def test_a_gone_server_and_a_limit_are_told(clinic: Any) -> None:
    clinic.faults(token_limit_per_minute=0)
    assert findings(clinic) == {"Token": "throttled"}
    clinic.connections.standin = "http://127.0.0.1:9"
    assert findings(clinic) == {"Token": "unreachable"}


@pytest.mark.parametrize(("status", "finding"), [(401, "refused"), (403, "refused"), (404, "wrong_practice")])
def test_the_three_ways_of_no_access_are_told(clinic: Any, status: int, finding: str) -> None:
    clinic.faults(no_access=status)
    found = findings(clinic, athena_practice_id="990018")
    assert found.pop("Token") == "works"
    assert set(found.values()) == {finding}


def test_single_requests_that_fail_are_named(clinic: Any) -> None:
    clinic.faults(
        {"path": "*/ping", "status": 404, "body": {"error": "Unknown API path"}},
        {"path": "*/practiceinfo", "status": 503, "body": "<html/>"},
        {"path": "*/departments", "connection": "reset_before"},
        {"path": "*/patients", "status": 403, "body": "Account Over Queries Per Second Limit"},
    )
    found = findings(clinic)
    assert found == {
        "Token": "works",
        "Ping": "not_a_path",
        "Practice information": "no_answer",
        "Departments": "no_answer",
        "Patient by ID": "works",
        "Patient search": "throttled",
    }


@pytest.mark.parametrize(
    ("status", "body", "of_nobody", "finding"),
    [
        (200, b'{"pong":true}', False, "works"),
        (200, b'{"success":"false","errormessage":"no"}', False, "unclear"),
        (200, b"<html>maintenance</html>", False, "unclear"),
        (302, b"{}", True, "unclear"),
        (400, b'\n\n{"error":"That patient is not in that department."}', True, "works"),
        (404, b'\n\n{"error":"This patient does not exist in this context."}', True, "works"),
        (404, b'\n\n{"error":"This patient does not exist in this context."}', False, "unclear"),
        (404, b"<html>Not Found</html>", True, "unclear"),
        (500, b"", True, "no_answer"),
        (408, b"", True, "no_answer"),
    ],
)
def test_an_answer_is_read_by_its_status_and_by_whom_it_was_about(
    status: int, body: bytes, of_nobody: bool, finding: str
) -> None:
    assert finding_of(Answer(status, {}, body), of_nobody=of_nobody) == finding


def test_the_support_request_names_requests_and_no_secret(clinic: Any) -> None:
    clinic.faults({"path": "*/departments", "status": 403, "body": {"error": "You do not have access, MUESTRA"}})
    client = clinic.client(health_endpoints=True)
    text = support_request(diagnose(client, now=lambda: NOW))
    token = clinic.connections.tokens.get(client.practice, client.base_url).text
    assert "Time: 05-May-2026 14:30:00 UTC" in text
    assert "- GET /v1/{practice}/departments: HTTP 403, X-Request-Id rrt-" in text
    assert "Please help us with: GET /v1/{practice}/departments." in text
    for secret in (client.practice.client_secret, client.practice.client_id, token, "MUESTRA"):
        assert secret not in text


def test_a_request_id_that_is_none_is_left_out(clinic: Any) -> None:
    clinic.faults({"path": "*/ping", "headers": {"X-Request-Id": "<script>Muestra</script>"}})
    found = diagnose(clinic.client(health_endpoints=True))
    assert next(probe.request_id for probe in found.probes if probe.name == "Ping") == ""
