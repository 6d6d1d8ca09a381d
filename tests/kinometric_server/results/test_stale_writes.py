"""Of several people who change the same thing as they saw it, one is first and the others are told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from kinometric_server.database import Role
from tests.kinometric_server.connected_clinic import ok

CROWD = 6


@pytest.fixture
def crowd(people, clinic):
    """People of practice A, each at a workstation of their own."""
    return [
        people.make(f"person{number}", practice=clinic.practice_a, bits="match review upload")
        for number in range(CROWD)
    ]


def at_once(crowd, path, body):
    """Everybody sends the same order at the same moment; returns the answers' codes, sorted."""
    with ThreadPoolExecutor(len(crowd)) as pool:
        answers = list(pool.map(lambda person: person.post(path, body), crowd))
    return sorted((answer.status_code, answer.json().get("code", "")) for answer in answers)


ONE_WON = [(200, ""), *[(409, "KS-409")] * (CROWD - 1)]


def test_one_hold_is_confirmed_by_one_person(crowd, at_work, bob):
    view = at_work.session(bob, at_work.patient(bob), stances=("LBEO",))
    trial = view["trials"][0]
    body = {"version": trial["version"], "held_full": False, "hold_s": 4.0, "reason": "Touched down at four"}
    assert at_once(crowd, f"/v1/trials/{trial['trial_id']}/hold", body) == ONE_WON
    seen = ok(bob.get(f"/v1/sessions/{view['session_id']}"))["trials"][0]
    assert (seen["version"], seen["hold_s"]) == (trial["version"] + 1, 4.0)
    assert seen["confirmed_by"].startswith("Person")


def test_one_person_stamps_a_session(crowd, at_work, bob):
    view = at_work.confirmed(bob, at_work.session(bob, at_work.patient(bob)))
    body = {"version": view["version"], "traces_were_shown": True}
    answers = at_once(crowd, f"/v1/sessions/{view['session_id']}/review", body)
    assert [status for status, _ in answers] == [200, *[409] * (CROWD - 1)]
    assert ok(bob.get(f"/v1/sessions/{view['session_id']}"))["review"]["by"].startswith("Person")


def test_one_note_is_kept(crowd, at_work, bob):
    view = at_work.session(bob, at_work.patient(bob), stances=("LBEO",))
    path = f"/v1/sessions/{view['session_id']}/note"
    assert at_once(crowd, path, {"note_version": 0, "text": "Walks with a stick."}) == ONE_WON


def test_one_link_is_made(crowd, at_work, bob):
    patient, chart = at_work.patient(bob), at_work.chart(bob)
    with ThreadPoolExecutor(CROWD) as pool:
        answers = list(pool.map(lambda person: at_work.link(person, patient, chart), crowd))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * (CROWD - 1)]
    history = ok(bob.get(f"/v1/patients/{patient['patient_id']}/link-history"))
    assert [event["action"] for event in history["events"]] == ["linked"]


def test_what_was_said_for_an_earlier_version_changes_nothing(at_work, alice, bob, clinic):
    view = at_work.session(bob, at_work.patient(bob), stances=("LBEO", "RBEO"))
    first, second = view["trials"]
    user = next(one for one in alice.get("/v1/users").json() if one["user_id"] == bob.user_id)
    answers = {"instrument": "three_key_questions", "answers": {"unsteady": "yes"}}
    patient = view["patient"]
    for path, body in (
        (f"/v1/trials/{first['trial_id']}/hold", {"version": first["version"], "held_full": False, "hold_s": 3.0,
                                                  "reason": "Touched down"}),
        (f"/v1/trials/{first['trial_id']}/foot-lift", {"version": first["version"] + 1, "foot_lift_s": 0.4}),
        (f"/v1/trials/{second['trial_id']}/outcome", {"version": second["version"], "outcome": "supported",
                                                      "reason": "Held the rail"}),
        (f"/v1/sessions/{view['session_id']}/note", {"note_version": 0, "text": "A note"}),
        (f"/v1/sessions/{view['session_id']}/answers", answers),
        (f"/v1/patients/{patient['patient_id']}/correct", {"version": patient["version"], "reason": "Typing error",
                                                           "firstname": "Rosita"}),
        (f"/v1/users/{bob.user_id}", {"version": user["version"], "display_name": "Robert"}),
        (f"/v1/departments/{clinic.eastside}", {"version": 1, "patient_facing_name": "East"}),
        ("/v1/practice", {"version": 1, "city": "Portside"}),
    ):  # fmt: skip
        assert alice.post(path, body).status_code == 200, path
        before = alice.get(f"/v1/sessions/{view['session_id']}").json()
        stale = alice.post(path, body)
        assert (stale.status_code, stale.json()["code"]) == (409, "KS-409"), (path, stale.text)
        assert alice.get(f"/v1/sessions/{view['session_id']}").json() == before, path


def test_what_is_made_by_several_at_once_is_made_once_and_nobody_stumbles(people, clinic, at_work, bob, alice):
    admins = [
        people.make(f"admin{number}", practice=clinic.practice_a, role=Role.ADMIN, bits="match review upload")
        for number in range(CROWD)
    ]
    user = {"username": "gina", "display_name": "", "email": "", "password": "Quiet meadow 77", "role": "clinician"}
    department = {"athena_department_id": "4"}
    assert [status for status, _ in at_once(admins, "/v1/users", user)] == [201, *[409] * (CROWD - 1)]
    assert {status for status, _ in at_once(admins, "/v1/departments/allow", department)} <= {200, 409}
    assert [one["username"] for one in alice.get("/v1/users").json()].count("gina") == 1
    departments = alice.get("/v1/departments").json()["departments"]
    assert [one["athena_department_id"] for one in departments].count("4") == 1


def test_one_key_stores_a_result_once_however_many_send_it_at_once(at_work, bob):
    body = at_work.result(at_work.patient(bob), "LBEO")
    headers = {"Idempotency-Key": "the-same-key"}
    with ThreadPoolExecutor(CROWD) as pool:
        answers = list(pool.map(lambda _: bob.post("/v1/results", body, headers=headers), range(CROWD)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    again = ok(bob.post("/v1/results", body, headers=headers), 201)
    assert {answer.json()["session_id"] for answer in answers if answer.status_code == 201} == {again["session_id"]}
    assert len(again["trials"]) == 1
    computer = {"public_key": "33" * 32, "name": "Room 7"}
    with ThreadPoolExecutor(CROWD) as pool:
        made = list(pool.map(lambda _: bob.post("/v1/me/devices", computer), range(CROWD)))
    assert {answer.status_code for answer in made} <= {201, 409}
    assert len(ok(bob.get("/v1/me/devices"))) == 1
