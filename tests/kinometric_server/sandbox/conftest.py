"""The stand-in in a thread, and somebody who talks to it in plain HTTP."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from kinometric_server.sandbox.service import RunningStandIn, make_standin
from tests.kinometric_server.plain_http import NO_TLS

SCOPE = "athena/service/Athenanet.MDP.*"
PDF = b"%PDF-1.7\nan invented report\n%%EOF\n"


class Caller:
    """A client that knows athenaOne only by its documentation."""

    def __init__(self, running: RunningStandIn) -> None:
        self.running = running
        self.http = httpx.Client(base_url=running.base_url, timeout=60, verify=NO_TLS)
        self.token = ""

    def sign_on(self, **changes: str) -> httpx.Response:
        form = {"grant_type": "client_credentials", "scope": SCOPE, **changes}
        answer = self.http.post(
            "/oauth2/v1/token", data=form, auth=(self.running.client_id, self.running.client_secret)
        )
        if answer.status_code == 200:
            self.token = answer.json()["access_token"]
        return answer

    def ask(self, path: str, method: str = "GET", **more: Any) -> httpx.Response:
        if not self.token:
            self.sign_on()
        return self.http.request(method, path, headers={"Authorization": f"Bearer {self.token}"}, **more)

    def file(self, patientid: str = "60145", encoding: str = "multipart_base64", **fields: str) -> httpx.Response:
        form = {"departmentid": "1", "documentsubclass": "CLINICALDOCUMENT", "autoclose": "true", **fields}
        form = {name: value for name, value in form.items() if value}
        path = f"/v1/990017/patients/{patientid}/documents/clinicaldocument"
        text = base64.b64encode(PDF).decode()
        if encoding == "form_base64":
            return self.ask(path, "POST", data={**form, "attachmentcontents": text})
        parts: dict[str, Any] = {name: (None, value) for name, value in form.items()}
        attachment = ("report.pdf", PDF, "application/pdf") if encoding == "multipart_file" else (None, text)
        return self.ask(path, "POST", files={**parts, "attachmentcontents": attachment})

    def faults(self, *faults: dict[str, Any], **quirks: Any) -> None:
        self.http.put("/_standin/faults", json={"faults": list(faults), "quirks": quirks}).raise_for_status()

    def state(self) -> dict[str, Any]:
        return self.http.get("/_standin/state").json()

    def documents(self) -> list[dict[str, Any]]:
        return self.http.get("/_standin/documents").json()["documents"]


@pytest.fixture(scope="module")
def running() -> Iterator[RunningStandIn]:
    with RunningStandIn(make_standin(token_limit=1000)) as standin:
        yield standin


@pytest.fixture
def caller(running: RunningStandIn) -> Iterator[Caller]:
    running.standin.reset()
    caller = Caller(running)
    yield caller
    caller.http.close()
