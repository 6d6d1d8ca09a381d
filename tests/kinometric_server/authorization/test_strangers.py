"""People of another practice, whatever their role: what they name of practice A is as if it had never been."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from kinometric_server.accounts.tables import user_practices
from kinometric_server.database import Actor, Role
from tests.kinometric_server.authorization.operations import ABSENT, TABLE, body_schema, call, operations, said
from tests.kinometric_server.connected_clinic import ok

IN_BODIES = {
    "session_id": "session_id",
    "patient_id": "patient_id",
    "department_id": "department_id",
    "upload_id": "upload_id",
    "supersedes": "upload_id",
    "preview_id": "preview_id",
    "user_id": "user_id",
    "object_id": "patient_id",
    "device_id": "device_id",
    "practice_id": "practice_id",
}
"""Fields of bodies that name an object of ours, and of which kind it is."""
NOT_OURS = {"athena_patient_id", "athena_practice_id", "athena_department_id", "client_id", "document_id"}
"""Fields that end alike and name something of athenaOne's."""


@pytest.fixture
def strangers(people, clinic, dave, objects):
    """One person of each kind in practice B, and a superadmin who entered it."""
    b = clinic.practice_b
    dave.post("/v1/me/practice", {"practice_id": b, "reason": "To look at practice B"})
    everything = "match review upload"
    both = people.make("rhea", practice=b, role=Role.ADMIN, bits=everything)
    values = {"role": "admin", "can_match": True, "can_review": True, "can_upload": True}
    with people.server.database.writing_outside(Actor()) as unit:
        mine = {"user_id": both.user_id, "practice_id": clinic.practice_a, "created_at": unit.now}
        unit.execute(insert(user_practices).values(**mine, **values))
    return {
        "admin of both, at work in practice B": both,
        "admin": people.make("nora", practice=b, role=Role.ADMIN, bits=everything),
        "clinician": people.make("oscar", practice=b, bits=everything),
        "front desk": people.make("petra", practice=b, bits="match"),
        "read-only": people.make("quentin", practice=b, role=Role.READONLY),
        "superadmin inside practice B": dave,
    }


@pytest.fixture
def own(strangers, clinic, at_work):
    """Objects of practice B, for the paths of calls whose bodies name those of practice A."""
    admin = strangers["admin"]
    patient = at_work.patient(admin, is_sandbox=False)
    body = {
        "patient_id": patient["patient_id"],
        "stance": "LBEO",
        "tested_at": at_work.server.clock().isoformat(),
        "outcome": "not_attempted",
        "reason": "Knee in a brace",
    }
    session = ok(admin.post("/v1/results", body), 201)
    return {
        "patient_id": patient["patient_id"],
        "session_id": session["session_id"],
        "trial_id": session["trials"][0]["trial_id"],
        "user_id": strangers["clinician"].user_id,
        "department_id": clinic.elsewhere,
    }


def test_what_is_not_theirs_is_to_the_byte_what_is_not_there(strangers, objects):
    told_apart = []
    for person, stranger in strangers.items():
        for operation in operations():
            if not operation.keys or TABLE[operation.name] == "super":
                continue
            theirs = call(stranger.client, operation, objects)
            absent = call(stranger.client, operation, objects, absent=True)
            if said(theirs) != said(absent) or theirs.status_code < 400:
                told_apart.append((person, operation.name, theirs.text, absent.text))
            if theirs.status_code == 404:
                assert theirs.json()["message"] == "There is no such record in this practice.", operation.name
    assert told_apart == []


def bodies_that_name_objects():
    for operation in operations():
        for field in (body_schema(operation) or {}).get("properties", ()):
            if field in IN_BODIES:
                yield operation, field


def test_every_field_that_names_an_object_is_looked_at():
    fields = {name for operation in operations() for name in (body_schema(operation) or {}).get("properties", ())}
    named = {name for name in fields if name.endswith("_id") or name == "supersedes"}
    assert named == set(IN_BODIES) | NOT_OURS


OTHERWISE_RIGHT = {
    "store_result": {"outcome": "not_attempted", "reason": "Knee in a brace", "tested_at": "2026-05-05T10:30:00-04:00"},
    "phone_upload_csv": {
        "outcome": "not_attempted",
        "reason": "Knee in a brace",
        "tested_at": "2026-05-05T10:30:00-04:00",
    },
    "create_patient": {"born": "1950-01-01"},
    "add_user": {"username": "somebody", "password": "Quiet meadow 77"},
    "correct_patient": {"version": 1, "reason": "Typing error", "lastname": "Anderson"},
    "sign_in": {"username": "nora", "password": "Harbor lantern 42", "device_challenge": "f" * 64},
    "switch_practice": {"reason": "I would like to see it"},
    "list_audit": {},
}
"""What else a body must hold for the service to come as far as the object that it names."""


def test_a_body_that_names_what_is_not_theirs_is_answered_as_if_it_were_not_there(
    strangers, objects, own, at_work, bob
):
    objects["preview_id"] = at_work.preview(bob, {"session_id": objects["session_id"]})["preview_id"]
    told_apart = []
    asked = list(bodies_that_name_objects())
    assert len(asked) >= 20
    for person in ("admin", "clinician", "front desk"):
        stranger = strangers[person]
        for operation, field in asked:
            fields = dict(OTHERWISE_RIGHT.get(operation.name, {}))
            if field == "session_id" and "patient_id" in (body_schema(operation) or {})["properties"]:
                fields["patient_id"] = own["patient_id"]
            if (
                field in ("preview_id", "department_id", "supersedes")
                and "session_id" in body_schema(operation)["properties"]
            ):
                fields["session_id"] = own["session_id"]
            theirs = call(stranger.client, operation, own, **{**fields, field: objects[IN_BODIES[field]]})
            absent = call(stranger.client, operation, own, **{**fields, field: ABSENT})
            if operation.name == "sign_in":
                assert theirs.status_code == absent.status_code == 200
                continue
            if said(theirs) != said(absent):
                told_apart.append((person, operation.name, field, theirs.text[:300], absent.text[:300]))
    assert told_apart == []


def test_nothing_of_a_stranger_was_written_into_practice_a(strangers, objects, own, alice, audited):
    before = (alice.get("/v1/users").text, alice.get("/v1/departments").text)
    for stranger in strangers.values():
        for operation in operations():
            if operation.keys and TABLE[operation.name] != "super":
                call(stranger.client, operation, objects)
    assert (alice.get("/v1/users").text, alice.get("/v1/departments").text) == before
    session = alice.get(f"/v1/sessions/{objects['session_id']}").json()
    assert (session["review"] is None, session["note"]) == (False, "")
    upload = alice.get(f"/v1/uploads/{objects['upload_id']}").json()
    assert upload["state"] == "queued"
