"""Values at the far end of what a type can hold, in bodies that are otherwise right: refused, or kept."""

from __future__ import annotations

import pytest

from tests.kinometric_server.authorization.operations import body_schema, example, operations
from tests.kinometric_server.connected_clinic import ok, refused

# fmt: off
TEXTS = ("x" * 5000, "𝔘" * 300, "", " ", "\x1b[31m\x07", "a\r\nb", "\u202e\u200b", "'; DROP TABLE users; --",
         "0001-01-01", "9999-12-31", "9999-12-31T23:59:59-23:59")
# fmt: on
NUMBERS = (2**53 - 1, -(2**53) + 1, 2**31 - 1, 2**31, -1, 0, 1e308, -1e-308)


@pytest.fixture
def right(alice, bob, objects, clinic, server, at_work):
    """Bodies that are right, by operation: the fuzz changes one field of them at a time."""
    session = ok(bob.get(f"/v1/sessions/{objects['session_id']}"))
    trial = session["trials"][0]
    patient = ok(bob.get(f"/v1/patients/{objects['patient_id']}"))
    user = next(one for one in alice.get("/v1/users").json() if one["user_id"] == objects["user_id"])
    department = next(
        one
        for one in alice.get("/v1/departments").json()["departments"]
        if one["department_id"] == objects["department_id"]
    )
    reason = "A reason that says enough"
    return {
        "confirm_hold": {"version": trial["version"], "held_full": False, "hold_s": 4.0, "reason": reason},
        "state_outcome": {"version": trial["version"], "outcome": "unable", "reason": reason},
        "set_foot_lift": {"version": trial["version"], "foot_lift_s": 0.5},
        "write_note": {"note_version": session["note_version"], "text": "Walks with a stick."},
        "correct_patient": {"version": patient["version"], "reason": reason, "firstname": "Rosita"},
        "birth_year_shown": {"reason": reason},
        "end_link": {"link_version": patient["link_version"], "reason": reason},
        "create_patient": {"lastname": "Anders", "firstname": "Ann", "born": "1950-01-01"},
        "store_result": {
            "patient_id": objects["patient_id"], "stance": "LBEO", "tested_at": server.clock().isoformat(),
            "outcome": "unable", "reason": reason, "footwear": "shoes", "surface": "floor", "assistance": "none",
            "device": "phone",
        },
        "add_user": {
            "username": "gustav", "display_name": "G", "email": "g@example.org", "password": "Quiet meadow 77",
            "role": "clinician",
        },
        "change_user": {"version": user["version"], "display_name": "G", "email": "g@example.org"},
        "change_department": {"version": department["version"], "patient_facing_name": "PT"},
        "add_department": {"name": "Somewhere", "patient_facing_name": "There"},
        "change_own_practice": {"version": 1, "name": "Harbor", "address": "1 Main St", "city": "x", "state": "y",
                                "zip": "1", "phone": "2"},
        "acknowledge_incident": {"note": "Looked at it"},
        "enrol_device": {"public_key": "22" * 32, "name": "Room 9"},
        "list_audit": {"user_id": None, "action": "users_read", "object_id": None, "after_seq": 0, "limit": 10},
        "sign_in": {"username": "alice", "password": "wrong", "client": "workstation"},
        "search_patients": {"text": "Prueba"},
        "read_worklist": {},
    }  # fmt: skip


def test_no_field_breaks_anything_at_its_extremes(alice, objects, right):
    broken = []
    for operation in operations():
        schema = body_schema(operation)
        if schema is None or operation.name in ("sign_out", "switch_practice", "change_password"):
            continue
        path = operation.path
        for key in operation.keys:
            path = path.replace("{" + key + "}", objects[key])
        plain = {**example(schema), **right.get(operation.name, {})}
        for field in schema["properties"]:
            for value in TEXTS if isinstance(plain.get(field, ""), str) else NUMBERS:
                answer = alice.client.request(operation.method, path, json={**plain, field: value})
                if answer.status_code >= 500 and answer.json()["code"] in ("KS-500", "KS-503D"):
                    broken.append((operation.name, field, str(value)[:12], answer.status_code))
    assert not broken, "\n".join(map(str, broken))


def test_a_superadmins_reason_has_an_end(dave, clinic):
    enter = {"practice_id": clinic.practice_a, "reason": "a\u0301" * 100}
    assert dave.post("/v1/me/practice", enter).status_code == 200
    for reason in ("x" * 201, "a\u0301" * 3000, "no", " " * 300):
        refused(dave.post("/v1/me/practice", {**enter, "reason": reason}), 422, "KS-422")


def test_the_longest_names_of_practice_and_department_fit_into_an_attribution(alice, at_work, clinic):
    name = "N" * 200
    practice = ok(alice.get("/v1/practice"))
    ok(alice.post("/v1/practice", {"version": practice["version"], "name": name}))
    made = ok(alice.post("/v1/departments", {"name": name}), 201)["departments"]
    department = next(one["department_id"] for one in made if one["name"] == name)
    ok(alice.post(f"/v1/me/department/{department}"))
    view = at_work.session(alice, at_work.patient(alice), stances=("LBEO",))
    assert view["providerlocation"] == f"{name} — {name}"


def test_what_stands_where_a_practices_key_belongs_is_not_written_down(bob, dave, server, clinic):
    for who in (bob, dave):
        for key in (
            "Quillfeather",
            "Quillfeather\r\n\x1b[31m" * 9,
            clinic.practice_b[:-1],
            "",
            clinic.practice_a.upper(),
        ):
            refused(who.post("/v1/me/practice", {"practice_id": key, "reason": "To look"}), 404, "KS-404")
    for path in server.settings.root.rglob("*"):
        assert not path.is_file() or b"uillfeather" not in path.read_bytes(), path.name
