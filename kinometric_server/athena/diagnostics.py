"""Diagnostics of a practice's connection: which requests athenaOne answers, and a support request without secrets."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from kinometric_server.athena.client import AthenaClient
from kinometric_server.athena.errors import (
    AthenaAccessError,
    AthenaError,
    AthenaThrottledError,
    AthenaUnreachableError,
    SwitchedOffError,
)
from kinometric_server.athena.replies import UNREADABLE, error_text, is_throttling, payload_of, says_failure
from kinometric_server.athena.transport import Answer

Finding = Literal[
    "works", "refused", "not_a_path", "wrong_practice", "throttled", "no_answer", "unreachable", "unclear"
]

SENTENCES: Final[dict[Finding, str]] = {
    "works": "works",
    "refused": "refused: the credentials have no access to this",
    "not_a_path": "athenaOne does not know this request",
    "wrong_practice": "athenaOne does not know this practice ID",
    "throttled": "athenaOne asked us to slow down",
    "no_answer": "athenaOne did not answer",
    "unreachable": "athenaOne can't be reached",
    "unclear": "the answer could not be understood",
}
NOBODY: Final = "0"
"""A patient id that belongs to nobody: "no such patient" shows that the request itself works."""


@dataclass(frozen=True)
class Probe:
    """One request and what came of it."""

    name: str
    request: str
    """Method and path, with ``{practice}`` in the place of the id."""
    finding: Finding
    status: int | None = None
    request_id: str = ""
    """athenaOne's own number of the request, by which their support can find it."""
    took_s: float | None = None

    @property
    def sentence(self) -> str:
        """What the finding means."""
        return SENTENCES[self.finding]


@dataclass(frozen=True)
class Diagnosis:
    """Everything that the diagnostics found out."""

    at: datetime
    environment: str
    host: str
    athena_practice_id: str
    probes: tuple[Probe, ...]
    token_seconds_left: float | None
    requests_left_today: int | None

    @property
    def works(self) -> bool:
        """Whether every request that was tried works."""
        return all(probe.finding == "works" for probe in self.probes)


_PROBES: Final[tuple[tuple[str, str, dict[str, str], str], ...]] = (
    ("Ping", "/ping", {}, ""),
    ("Practice information", "/practiceinfo", {}, ""),
    ("Departments", "/departments", {"limit": "1"}, ""),
    ("Patient by ID", f"/patients/{NOBODY}", {}, ""),
    ("Patient search", "/patients", {"lastname": "zzkinometricprobe", "limit": "1"}, ""),
    (
        "Document list",
        f"/patients/{NOBODY}/documents/clinicaldocument",
        {"departmentid": "0"},
        "documents_list",
    ),
)
"""Name, path, query, and a further switch that must be on. Nothing is written: uploads are not tried."""


def finding_of(answer: Answer, *, of_nobody: bool) -> Finding:
    """What an answer says about the request.

    Parameters
    ----------
    of_nobody : bool
        Whether the request was about a patient who isn't there: then 400 and 404 show that it was understood.
    """
    said = error_text(answer).lower()
    if is_throttling(answer):
        return "throttled"
    if answer.status in (401, 403):
        return "refused"
    if "invalid practice" in said:
        return "wrong_practice"
    if answer.status == 404 and ("unknown api path" in said or "service not registered" in said):
        return "not_a_path"
    if answer.status == 408 or answer.status >= 500:
        return "no_answer"
    payload = payload_of(answer)
    if payload is UNREADABLE or (answer.status == 200 and says_failure(payload)):
        return "unclear"
    return "works" if answer.status == 200 or (of_nobody and answer.status in (400, 404)) else "unclear"


def _finding_of_error(error: AthenaError) -> Finding:
    if isinstance(error, AthenaThrottledError):
        return "throttled"
    if isinstance(error, AthenaUnreachableError):
        return "unreachable"
    return "refused" if isinstance(error, AthenaAccessError) else "no_answer"


def diagnose(
    client: AthenaClient,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    clock: Callable[[], float] = time.monotonic,
) -> Diagnosis:
    """Try the token and every request that the practice's scope sheet allows; nothing is written anywhere.

    Raises
    ------
    SwitchedOffError
        If the switch health_endpoints is off; nothing was asked.
    AthenaOffError
        If the practice has no athenaOne.
    """
    if not client.practice.health_endpoints:
        raise SwitchedOffError("health_endpoints")
    base = client.base_url
    probes = [_token(client, clock)]
    if probes[0].finding == "works":
        for name, path, query, switch in _PROBES:
            if not switch or getattr(client.practice, switch):
                probes.append(_probe(client, name, path, query, clock))
    return Diagnosis(
        at=now(),
        environment=client.practice.environment,
        host=base,
        athena_practice_id=client.practice.athena_practice_id,
        probes=tuple(probes),
        token_seconds_left=client.token_seconds_left(),
        requests_left_today=client.requests_left_today(),
    )


def _token(client: AthenaClient, clock: Callable[[], float]) -> Probe:
    began = clock()
    finding: Finding = "works"
    try:
        client.sign_on()
    except AthenaError as error:
        finding = _finding_of_error(error)
    return Probe("Token", "POST /oauth2/v1/token", finding, took_s=clock() - began)


def _probe(client: AthenaClient, name: str, path: str, query: dict[str, str], clock: Callable[[], float]) -> Probe:
    request = f"GET /v1/{{practice}}{path}"
    began = clock()
    try:
        answer = client.probe(path, query)
    except AthenaError as error:
        return Probe(name, request, _finding_of_error(error), took_s=clock() - began)
    request_id = answer.headers.get("x-request-id", "")[:80]
    shown = request_id if request_id.isascii() and request_id.replace("-", "").isalnum() else ""
    return Probe(
        name, request, finding_of(answer, of_nobody=f"/{NOBODY}" in path), answer.status, shown, clock() - began
    )


def support_request(diagnosis: Diagnosis) -> str:
    """A text for athenahealth's support: what was asked when and what came back; no secret, no token, no patient."""
    lines = [
        "To: athenahealth developer support",
        f"Environment: {diagnosis.environment} ({diagnosis.host})",
        f"Practice ID: {diagnosis.athena_practice_id}",
        f"Time: {diagnosis.at.astimezone(UTC):%d-%b-%Y %H:%M:%S} UTC",
        "",
        "Requests of our application and what came back:",
    ]
    for probe in diagnosis.probes:
        status = "no answer" if probe.status is None else f"HTTP {probe.status}"
        if probe.name == "Token" and probe.finding == "works":
            status = "a token"
        number = f", X-Request-Id {probe.request_id}" if probe.request_id else ""
        lines.append(f"- {probe.request}: {status}{number} ({probe.sentence})")
    failing = [probe.request for probe in diagnosis.probes if probe.finding != "works"]
    lines += ["", f"Please help us with: {'; '.join(failing)}." if failing else "All of these work."]
    return "\n".join(lines) + "\n"
