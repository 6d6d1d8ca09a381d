"""Security incidents are listed for the practice's administrators and acknowledged once."""

from __future__ import annotations

from kinometric_server.database import Role


def test_a_refusal_becomes_an_incident_that_an_administrator_acknowledges(alice, frank, charlie):
    assert frank.get("/v1/users").status_code == 403
    listed = alice.get("/v1/incidents").json()
    assert [(one["kind"], one["acknowledged_at"]) for one in listed] == [("access_denied", None)]
    assert charlie.get("/v1/incidents").json() == []
    key = listed[0]["incident_id"]
    assert charlie.post(f"/v1/incidents/{key}/acknowledge", {"note": "Looked into"}).status_code == 404
    done = alice.post(f"/v1/incidents/{key}/acknowledge", {"note": "A wrong click"}).json()
    assert done[0]["acknowledged_by"] == alice.user_id


def test_a_superadmin_entering_a_practice_is_one(alice, dave, clinic):
    dave.post("/v1/me/practice", {"practice_id": clinic.practice_a, "reason": "Looking after it"})
    assert [one["kind"] for one in alice.get("/v1/incidents").json()] == ["practice_entered"]


def test_only_administrators_see_them(bob, erin, frank, anonymous):
    assert [person.get("/v1/incidents").status_code for person in (bob, erin, frank)] == [403] * 3
    assert anonymous.get("/v1/incidents").status_code == 401


def test_what_it_was_stays_with_the_incident_and_only_the_first_word_counts(alice, frank, people, clinic):
    frank.get("/v1/users")
    key = alice.get("/v1/incidents").json()[0]["incident_id"]
    for note in ("", "   ", "x" * 401):
        assert alice.post(f"/v1/incidents/{key}/acknowledge", {"note": note}).status_code == 422
    assert alice.get("/v1/incidents").json()[0]["acknowledged_at"] is None
    assert (
        alice.post(f"/v1/incidents/{key}/acknowledge", {"note": " A wrong click "}).json()[0]["note"] == "A wrong click"
    )
    second = people.make("irma", practice=clinic.practice_a, role=Role.ADMIN)
    again = second.post(f"/v1/incidents/{key}/acknowledge", {"note": "Mine"})
    assert (again.status_code, again.json()["code"]) == (409, "KS-409S")
    assert alice.get("/v1/incidents").json()[0]["note"] == "A wrong click"
    assert "A wrong click" not in str(alice.post("/v1/audit", {"action": "incident_acknowledged"}).json())
