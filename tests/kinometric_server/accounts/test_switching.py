"""Which practice a session is in: switching, entering with a reason, defaults, and what ends with it."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from kinometric_server.accounts.tables import sessions, user_practices
from kinometric_server.audit.tables import audit_entries
from kinometric_server.database import Actor
from kinometric_server.practices.tables import practices


def switch(person, practice_id, reason=None, **more):
    return person.post("/v1/me/practice", {"practice_id": practice_id, "reason": reason, **more})


def join(server, person, practice_id, **values):
    with server.database.writing_outside(Actor()) as unit:
        made = {"user_id": person.user_id, "practice_id": practice_id, "role": "readonly", "created_at": unit.now}
        unit.execute(insert(user_practices).values({**made, **values}))


def change(server, table, where, **values):
    with server.database.writing_outside(Actor()) as unit:
        unit.execute(update(table).where(where).values(**values))


def entries(server, action):
    with server.database.reading_outside(Actor()) as unit:
        return unit.all(select(audit_entries).where(audit_entries.c.action == action).order_by(audit_entries.c.seq))


@pytest.mark.parametrize("reason", [None, "", "    ", "now ", "\t\n x y"])
def test_a_superadmin_says_why_before_entering(dave, clinic, reason):
    answer = switch(dave, clinic.practice_a, reason)
    assert (answer.status_code, answer.json()["message"]) == (422, "Say why you enter this practice.")
    assert dave.get("/v1/users").status_code == 403


def test_the_reason_stands_in_the_trail_of_the_practice_that_was_entered(dave, clinic, server):
    assert switch(dave, clinic.practice_a, "  A call for help ").status_code == 200
    (entry,) = entries(server, "practice_entered")
    assert (entry.practice_id, entry.user_id, entry.reason) == (clinic.practice_a, dave.user_id, "A call for help")


def test_the_reason_for_one_practice_opens_no_other(dave, clinic, server):
    assert switch(dave, clinic.practice_a, "A call for help").status_code == 200
    assert switch(dave, clinic.practice_b).status_code == 422
    assert dave.get("/v1/me").json()["active"]["practice_id"] == clinic.practice_a
    join(server, dave, clinic.practice_b)
    assert switch(dave, clinic.practice_b).status_code == 200
    change(server, user_practices, user_practices.c.user_id == dave.user_id, is_active=False)
    assert dave.get("/v1/departments").status_code == 403, "no reason was given for this one"


def test_a_member_needs_no_reason_and_a_stranger_none_helps(bob, charlie, clinic, server):
    join(server, bob, clinic.practice_b)
    assert switch(bob, clinic.practice_b).json()["active"]["role"] == "readonly"
    refused = switch(charlie, clinic.practice_a, "A call for help")
    assert (refused.status_code, refused.json()["code"]) == (404, "KS-404")
    denied = [entry for entry in entries(server, "practice_switched") if entry.outcome == "denied"]
    assert [(entry.user_id, entry.object_id) for entry in denied] == [(charlie.user_id, clinic.practice_a)]


def test_a_membership_that_was_withdrawn_is_none(bob, clinic, server):
    join(server, bob, clinic.practice_b, is_active=False)
    assert switch(bob, clinic.practice_b).status_code == 404


def test_a_single_session_practice_ends_the_other_sessions_in_it_and_no_more(bob, clinic, server, people, anonymous):
    join(server, bob, clinic.practice_b)
    change(server, practices, practices.c.id == clinic.practice_b, single_session=True)
    clients = []
    for _ in range(3):
        body = {"username": "bob", "password": "Harbor lantern 42"}
        clients.append(people.client(anonymous.post("/v1/auth/sign-in", json=body).json()["token"]))
    for client in clients[:2]:
        assert client.post("/v1/me/practice", json={"practice_id": clinic.practice_b}).status_code == 200
    assert [client.get("/v1/me").status_code for client in clients] == [401, 200, 200]
    assert bob.get("/v1/me").status_code == 200


def test_where_sign_ins_begin_is_said_once_and_for_members_only(bob, dave, clinic, server):
    join(server, bob, clinic.practice_b)
    switch(bob, clinic.practice_b, make_default=True)
    switch(dave, clinic.practice_b, "A call for help", make_default=True)
    with server.database.reading_outside(Actor()) as unit:
        rows = unit.all(select(user_practices.c.user_id, user_practices.c.practice_id, user_practices.c.is_default))
    assert {(row.user_id, row.practice_id) for row in rows if row.is_default} == {(bob.user_id, clinic.practice_b)}


def test_a_department_of_ones_own_is_an_allowed_one_of_the_active_practice(bob, dave, frank, clinic, server):
    assert bob.post(f"/v1/me/department/{clinic.eastside}").json()["active"]["department_id"] == clinic.eastside
    stopped = bob.post(f"/v1/me/department/{clinic.neuro}")
    assert (stopped.status_code, "not allowed" in stopped.json()["message"]) == (422, True)
    assert bob.post(f"/v1/me/department/{clinic.elsewhere}").status_code == 404
    assert frank.post(f"/v1/me/department/{clinic.eastside}").status_code == 403
    switch(dave, clinic.practice_a, "A call for help")
    nobodys = dave.post(f"/v1/me/department/{clinic.eastside}")
    assert (nobodys.status_code, "Only a member" in nobodys.json()["message"]) == (422, True)


def test_a_session_keeps_its_practice_when_it_is_closed_and_opened_again_but_reaches_nothing_meanwhile(
    bob, clinic, server
):
    change(server, practices, practices.c.id == clinic.practice_a, is_active=False)
    assert bob.get("/v1/departments").status_code == 403
    assert bob.get("/v1/me").json()["active"] is None
    change(server, practices, practices.c.id == clinic.practice_a, is_active=True)
    assert bob.get("/v1/departments").status_code == 200


def test_a_session_that_points_at_a_practice_the_user_never_belonged_to_reaches_nothing(bob, clinic, server):
    change(server, sessions, sessions.c.user_id == bob.user_id, practice_id=clinic.practice_b, entered_reason="forged")
    assert bob.get("/v1/departments").status_code == 403
    assert bob.get("/v1/me").json()["active"] is None
