"""With every switch of the scope sheet off, nothing in the whole API asks for more than the specification names."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import update

from kinometric_server.athena.transport import Question, Transport
from kinometric_server.database import Actor
from kinometric_server.practices.tables import SWITCHES, practices
from kinometric_server.uploads.worker import UploadWorker
from tests.kinometric_server.authorization.operations import LAST, call, operations
from tests.kinometric_server.connected_clinic import AtWork, ok

READING = (
    r"POST /oauth2/v1/token",
    r"GET /v1/990017/patients/[0-9]+\?showallpatientdepartmentstatus=true&showpreviouspatientids=true",
    r"GET /v1/990017/patients\?(lastname|firstname)=[^&]*(&(firstname|departmentid|limit|offset|omitbalances)=[^&]*)*",
    r"GET /v1/990017/departments\?(showalldepartments|limit|offset|=|&|true|[0-9])+",
)
FILING = r"POST /v1/990017/patients/[0-9]+/documents/clinicaldocument"


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch, at_work: AtWork) -> list[str]:
    """Every request that leaves the server by the one place that opens connections, as method, path and query."""
    noted: list[str] = []
    usual = Transport.ask

    def noting(self: Transport, question: Question) -> Any:
        query = urlencode(question.query)
        path = question.url.removeprefix(at_work.standin.base_url)
        noted.append(f"{question.method} {path}{'?' if query else ''}{query}")
        return usual(self, question)

    monkeypatch.setattr(Transport, "ask", noting)
    return noted


def switch_everything_off(at_work: AtWork, **changes: Any) -> None:
    with at_work.server.database.writing_outside(Actor()) as unit:
        mine = practices.c.id == at_work.clinic.practice_a
        off: dict[str, Any] = dict.fromkeys(SWITCHES, False)
        unit.execute(update(practices).where(mine).values({**off, **changes}))


def day_at_the_clinic(at_work: AtWork, who: Any) -> None:
    """What athenaOne is asked for in a day: finding, linking, checking and filing, in good and bad forms."""
    chart = at_work.chart(who, "60145")
    patient = at_work.patient(who, lastname="Prueba-Ñandú", firstname="Rosa Ximena", born=chart["born"])
    patient = ok(at_work.link(who, patient, chart))
    search = {
        "patient_id": patient["patient_id"],
        "lastname": "Prueba-Ñandú",
        "firstname": "Rosa",
        "born": "1944-09-23",
    }
    for changes in ({}, {"wider": True}, {"athena_department_id": "1"}, {"lastname": "O'Nobody&dob=01/01/1950#"}):
        who.post("/v1/athena/patients/search", {**search, **changes})
    for number in ("14620", "60146", "424242", "1/../../ping", "14620?showfullssn=true"):
        who.post("/v1/athena/patients/lookup", {"athena_patient_id": number})
    who.post(f"/v1/patients/{patient['patient_id']}/link/verify", {"link_version": 1})
    who.get("/v1/athena/departments?offset=0")
    who.post("/v1/athena/diagnostics")
    view = at_work.reviewed(who, at_work.confirmed(who, at_work.session(who, patient)))
    preview = at_work.preview(who, view)
    checks = who.post("/v1/uploads/check", {"session_id": view["session_id"], "preview_id": preview["preview_id"]})
    if checks.json()["athena_patient"] is not None:
        at_work.upload(who, at_work.order(who, view, preview))
    for _ in range(3):
        UploadWorker(at_work.server).work_once()


def test_the_whole_api_asks_for_nothing_beyond_the_sheet(
    at_work: AtWork, left: list[str], objects: dict[str, str], alice: Any, dave: Any
) -> None:
    ok(dave.post("/v1/me/practice", {"practice_id": at_work.clinic.practice_a, "reason": "checking"}))
    switch_everything_off(at_work)
    left.clear()
    day_at_the_clinic(at_work, alice)
    for who in (alice, dave):
        for operation in operations():
            if operation.name not in (*LAST, "change_scope", "switch_practice"):
                call(who.client, operation, objects)
    UploadWorker(at_work.server).work_once()
    beyond = [each for each in left if not any(re.fullmatch(pattern, each) for pattern in READING)]
    assert beyond == []
    assert {pattern for pattern in READING for each in left if re.fullmatch(pattern, each)} >= set(READING[1:])


def test_with_writing_on_the_one_post_of_the_specification_is_all_that_is_added(
    at_work: AtWork, left: list[str], alice: Any
) -> None:
    switch_everything_off(at_work, documents_write=True)
    at_work.faults({"method": "POST", "path": "*/clinicaldocument", "connection": "reset_after"})
    day_at_the_clinic(at_work, alice)
    beyond = [each for each in left if not any(re.fullmatch(pattern, each) for pattern in (*READING, FILING))]
    assert beyond == []
    assert [each for each in left if re.fullmatch(FILING, each)] != []
