"""Strangers who name what is theirs and slip something of practice A in beside it: children, keys, headers."""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import uuid4

import pytest

from kinometric_server.database import Role
from tests.kinometric_server.authorization.operations import ABSENT, TABLE, call, operations, said
from tests.kinometric_server.connected_clinic import AtWork, connect, ok

NOT_ATTEMPTED = {"stance": "LBEO", "outcome": "not_attempted", "reason": "Knee in a brace"}


@pytest.fixture
def nora(people: Any, clinic: Any, at_work: AtWork) -> Any:
    """Administrator of practice B, which is connected to the stand-in too."""
    connect(at_work.server, clinic.practice_b, at_work.standin)
    return people.make("nora", practice=clinic.practice_b, role=Role.ADMIN, bits="match review upload")


@pytest.fixture
def hers(nora: Any, at_work: AtWork) -> dict[str, Any]:
    """A session of practice B."""
    patient = at_work.patient(nora, is_sandbox=False)
    tested_at = at_work.server.clock().isoformat()
    return ok(
        nora.post("/v1/results", {**NOT_ATTEMPTED, "patient_id": patient["patient_id"], "tested_at": tested_at}), 201
    )


def test_a_trial_of_practice_a_under_a_session_of_ones_own(nora, hers, objects, alice):
    before = alice.get(f"/v1/sessions/{objects['session_id']}").json()["trials"]
    path = f"/v1/sessions/{hers['session_id']}/holds"
    for version in (1, 2):
        theirs = nora.post(path, {"trial_versions": {objects["trial_id"]: version}})
        absent = nora.post(path, {"trial_versions": {ABSENT: version}})
        assert said(theirs) == said(absent)
        assert theirs.status_code >= 400
    assert alice.get(f"/v1/sessions/{objects['session_id']}").json()["trials"] == before


def test_a_computer_of_practice_a_under_a_user_of_ones_own(nora, people, clinic, objects, server):
    mine = people.make("oscar", practice=clinic.practice_b)
    for path in (f"/v1/users/{mine.user_id}/devices/", "/v1/me/devices/"):
        theirs = nora.post(f"{path}{objects['device_id']}/revoke")
        absent = nora.post(f"{path}{ABSENT}/revoke")
        assert said(theirs) == said(absent)
        assert theirs.status_code == 404


def test_a_patient_of_ones_own_with_a_session_of_practice_a_and_the_other_way_round(nora, hers, objects, at_work):
    own = hers["patient"]["patient_id"]
    tested_at = at_work.server.clock().isoformat()
    for field, patient, session in (("session", own, "session_id"), ("patient", "patient_id", hers["session_id"])):
        answers = []
        for known in (objects, {}):
            given = {
                "patient_id": known.get("patient_id", ABSENT) if field == "patient" else patient,
                "session_id": known.get("session_id", ABSENT) if field == "session" else session,
            }
            answers.append(nora.post("/v1/results", {**NOT_ATTEMPTED, **given, "tested_at": tested_at}))
        assert said(answers[0]) == said(answers[1]), field
        assert answers[0].status_code >= 400, field


def test_the_order_in_the_header_of_a_raw_pdf_names_nothing_of_practice_a(nora, hers, objects, at_work, bob):
    preview = at_work.preview(bob, {"session_id": objects["session_id"]})
    pdf = base64.b64decode(preview["pdf_base64"])
    plain = {"sha256": preview["sha256"], "typed_birth_year": "1944", "fingerprint": "x"}

    def order(session_id: str, preview_id: str, department_id: str, **more: str) -> Any:
        fields = {"session_id": session_id, "preview_id": preview_id, "department_id": department_id, **plain, **more}
        headers = {
            "Kinometric-Order": json.dumps(fields),
            "Idempotency-Key": uuid4().hex,
            "Content-Type": "application/pdf",
        }
        return nora.client.post("/v1/uploads/pdf", content=pdf, headers=headers)

    absent = order(ABSENT, ABSENT, ABSENT)
    assert said(order(objects["session_id"], preview["preview_id"], objects["department_id"])) == said(absent)
    mine = hers["session_id"]
    assert said(order(mine, preview["preview_id"], ABSENT)) == said(order(mine, ABSENT, ABSENT))
    corrected = {"correction_reason": "The wrong leg"}
    theirs = order(mine, ABSENT, ABSENT, supersedes=objects["upload_id"], **corrected)
    assert said(theirs) == said(order(mine, ABSENT, ABSENT, supersedes=ABSENT, **corrected))
    assert at_work.documents() == []


def test_a_key_that_practice_a_used_leads_to_nothing_of_its_own(nora, hers, at_work, bob, ready_session):
    key = uuid4().hex
    order = at_work.order(bob, ready_session, at_work.preview(bob, ready_session))
    ok(at_work.upload(bob, order, key), 202)
    known, unknown = at_work.upload(nora, order, key), at_work.upload(nora, order, uuid4().hex)
    assert said(known) == said(unknown)
    assert known.status_code == 404
    body = at_work.result(ready_session["patient"], "LBEO")
    ok(bob.post("/v1/results", body, headers={"Idempotency-Key": key}), 201)
    assert nora.post("/v1/results", body, headers={"Idempotency-Key": key}).status_code == 404
    own = at_work.result(hers["patient"], "RBEO", hers["session_id"])
    stored = ok(nora.post("/v1/results", own, headers={"Idempotency-Key": key}), 201)
    assert (stored["session_id"], len(stored["trials"])) == (hers["session_id"], 2)


def test_what_names_a_practice_outside_the_session_names_nothing(nora, objects, clinic):
    theirs = f"/v1/sessions/{objects['session_id']}"
    for name in ("X-Practice-Id", "Practice", "Kinometric-Practice", "Cookie", "X-Tenant", "Kinometric-User", "Prefer"):
        value = f"practice_id={clinic.practice_a}" if name == "Cookie" else clinic.practice_a
        answer = nora.get(theirs, headers={name: value})
        assert answer.status_code == 404, name
        assert nora.get("/v1/me", headers={name: value}).json()["active"]["practice_id"] == clinic.practice_b


def test_a_superadmin_outside_reaches_no_object_of_any_practice(dave, objects):
    reached = []
    for operation in operations():
        if TABLE[operation.name] in ("everybody", "signed_in", "settled", "super"):
            continue
        answer = call(dave.client, operation, objects)
        if (answer.status_code, answer.json().get("message")) != (403, "Choose a practice first."):
            reached.append((operation.name, answer.status_code, answer.text[:200]))
    assert reached == []


def test_a_superadmin_who_left_practice_a_for_b_left_it_wholly(dave, objects, clinic):
    for practice in (clinic.practice_a, clinic.practice_b):
        ok(dave.post("/v1/me/practice", {"practice_id": practice, "reason": "To look after it"}))
    told_apart = [
        operation.name
        for operation in operations()
        if operation.keys
        and TABLE[operation.name] not in ("super", "settled", "not_readonly")
        and said(call(dave.client, operation, objects)) != said(call(dave.client, operation, objects, absent=True))
    ]
    assert told_apart == []
