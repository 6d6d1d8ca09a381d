"""Users and memberships: who may change whom, and what counts from the next request."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from kinometric.contract.accounts import ChangeUser, NewUser
from kinometric_server.accounts import people
from kinometric_server.accounts import people as accounts_people
from kinometric_server.accounts.tables import sessions, user_practices, users
from kinometric_server.database import Actor, PracticeScope, Role
from kinometric_server.errors import BadInputError, ConflictError, DeniedError, NotFoundError
from kinometric_server.practices.tables import practices
from kinometric_server.security.passwords import Passwords

PASSWORD = "Quiet meadow 77"


@pytest.fixture
def passwords(server):
    return Passwords(server.keys, 4)


@pytest.fixture
def scope(clinic):
    return PracticeScope(clinic.practice_a, "u" * 32, "x", Role.ADMIN)


def add(server, scope, passwords, **changes):
    asked = {"username": "gina", "display_name": "Gina", "email": "", "password": PASSWORD, "role": "clinician"}
    with server.database.writing(scope) as unit:
        return people.add_user(unit, scope, passwords, NewUser(**{**asked, **changes}))


def change(server, scope, passwords, row, **changes):
    with server.database.writing(scope) as unit:
        return people.change_user(unit, scope, passwords, row.user_id, ChangeUser(version=row.version, **changes))


def test_a_user_name_is_stored_in_lower_case_and_without_spaces_around(server, scope, passwords):
    assert add(server, scope, passwords, username="  GiNa ").username == "gina"
    for wrong in ("", "   ", "two words", "x" * 81, "tab\tname"):
        with pytest.raises(BadInputError, match="user name"):
            add(server, scope, passwords, username=wrong)


def test_a_read_only_user_never_gets_a_capability(server, scope, passwords):
    row = add(server, scope, passwords, role="readonly", can_match=True, can_review=True, can_upload=True)
    assert (row.can_match, row.can_review, row.can_upload) == (False, False, False)
    other = add(server, scope, passwords, username="hugo", can_match=True, can_upload=True)
    lowered = change(server, scope, passwords, other, role="readonly")
    assert (lowered.can_match, lowered.can_upload) == (False, False)
    raised = change(server, scope, passwords, lowered, can_match=True)
    assert raised.can_match is False


def test_a_department_that_is_stopped_or_of_another_practice_is_refused(server, scope, passwords, clinic):
    for wrong in (clinic.neuro, clinic.elsewhere, "0" * 32):
        with pytest.raises(BadInputError, match="department"):
            add(server, scope, passwords, department_id=wrong)
    row = add(server, scope, passwords, department_id=clinic.eastside)
    assert change(server, scope, passwords, row, department_id="").department_id is None


def test_a_change_of_nothing_still_raises_the_version_and_is_audited(server, scope, passwords, audited):
    row = add(server, scope, passwords)
    assert change(server, scope, passwords, row).version == row.version + 1
    assert len(audited("user_changed")) == 1


def test_an_administrator_sets_a_new_password_and_the_old_sessions_end(server, scope, passwords, people):
    person = people.make("hugo", practice=scope.practice_id)
    with server.database.writing(scope) as unit:
        from kinometric_server.accounts.people import user_row

        row = user_row(unit, person.user_id)
    change(server, scope, passwords, row, password="Another meadow 7")
    assert person.get("/v1/me").status_code == 401
    client = people.client()
    assert client.post("/v1/auth/sign-in", json={"username": "hugo", "password": "Another meadow 7"}).status_code == 200


def test_a_person_of_two_practices_keeps_name_and_password_from_either_administrator(server, scope, passwords, clinic):
    row = add(server, scope, passwords)
    with server.database.writing_outside(Actor()) as unit:
        people.add_membership(unit, row.user_id, clinic.practice_b, role="clinician")
    for changes in ({"display_name": "Another"}, {"password": "Another meadow 7"}):
        with pytest.raises(DeniedError, match="other practices"):
            change(server, scope, passwords, row, **changes)
    assert change(server, scope, passwords, row, can_review=True).can_review is True


def test_a_superadmins_password_is_not_a_practice_administrators_to_set(server, scope, passwords):
    row = add(server, scope, passwords)
    with server.database.writing_outside(Actor()) as unit:
        unit.execute(update(users).where(users.c.user_id == row.user_id).values(is_admin=True))
    with pytest.raises(DeniedError):
        change(server, scope, passwords, row, password="Another meadow 7")


def test_of_two_administrators_one_can_be_demoted_and_the_last_can_not(server, scope, passwords):
    first = add(server, scope, passwords, role="admin")
    second = add(server, scope, passwords, username="hugo", role="admin")
    change(server, scope, passwords, first, role="clinician")
    for changes in ({"role": "readonly"}, {"is_active": False}):
        with pytest.raises(ConflictError, match="last administrator"):
            change(server, scope, passwords, second, **changes)
    assert change(server, scope, passwords, second, can_match=True).role == "admin"


def test_disabling_in_one_practice_leaves_the_other_sessions_alone(server, scope, passwords, people, clinic):
    from kinometric_server.accounts.people import add_membership, user_row

    person = people.make("hugo", practice=clinic.practice_b)
    with server.database.writing_outside(Actor()) as unit:
        add_membership(unit, person.user_id, clinic.practice_a, role="clinician")
    with server.database.writing(scope) as unit:
        row = user_row(unit, person.user_id)
    change(server, scope, passwords, row, is_active=False)
    assert person.get("/v1/departments").status_code == 200
    with server.database.reading_outside(Actor()) as unit:
        assert [one.ended_at for one in unit.all(select(sessions))] == [None]


def test_a_member_can_not_be_added_twice_and_the_first_practice_is_the_default(server, scope, passwords, clinic):
    row = add(server, scope, passwords)
    with server.database.writing_outside(Actor()) as unit:
        people.add_membership(unit, row.user_id, clinic.practice_b, role="readonly")
    with pytest.raises(ConflictError, match="already a member"), server.database.writing_outside(Actor()) as unit:
        people.add_membership(unit, row.user_id, clinic.practice_b, role="admin")
    with server.database.reading_outside(Actor()) as unit:
        found = unit.all(select(user_practices).where(user_practices.c.user_id == row.user_id))
    assert {one.practice_id: one.is_default for one in found} == {clinic.practice_a: True, clinic.practice_b: False}


def test_a_user_who_is_not_there_is_not_found_by_name_or_key(server, scope, passwords):
    with pytest.raises(NotFoundError), server.database.writing(scope) as unit:
        people.user_row(unit, "0" * 32)
    with pytest.raises(NotFoundError), server.database.writing_outside(Actor()) as unit:
        people.set_password(unit, passwords, "nobody", PASSWORD)


def test_after_a_hundred_wrong_passwords_even_the_right_one_waits_for_an_administrator(
    server, bob, anonymous, passwords
):
    with server.database.writing_outside(Actor()) as unit:
        unit.execute(update(users).where(users.c.user_id == bob.user_id).values(failed_tries=100))
    body = {"username": "bob", "password": "Harbor lantern 42"}
    refused = anonymous.post("/v1/auth/sign-in", json=body)
    assert (refused.status_code, refused.json()["message"]) == (401, "Username or password is not right.")
    with server.database.writing_outside(Actor()) as unit:
        people.disable_everywhere(unit, Actor(), "bob", active=True)
    assert anonymous.post("/v1/auth/sign-in", json=body).status_code == 200


def test_a_right_password_forgets_the_wrong_ones(server, bob, anonymous):
    for password in ("wrong", "wrong", "Harbor lantern 42"):
        anonymous.post("/v1/auth/sign-in", json={"username": "bob", "password": password})
    with server.database.reading_outside(Actor()) as unit:
        assert unit.one(select(users.c.failed_tries).where(users.c.user_id == bob.user_id)).failed_tries == 0


def test_somebody_without_a_practice_signs_in_and_reaches_none(people, anonymous):
    people.make("nomad")
    answer = anonymous.post("/v1/auth/sign-in", json={"username": "nomad", "password": "Harbor lantern 42"})
    assert (answer.json()["me"]["active"], answer.json()["me"]["memberships"]) == (None, [])
    client = people.client(answer.json()["token"])
    assert client.get("/v1/departments").status_code == 403


def test_a_practice_that_was_closed_is_no_more_for_its_people(bob, server, clinic, anonymous):
    with server.database.writing_outside(Actor()) as unit:
        unit.execute(update(practices).where(practices.c.id == clinic.practice_a).values(is_active=False))
    assert bob.get("/v1/departments").status_code == 403
    assert bob.get("/v1/me").json()["active"] is None
    again = anonymous.post("/v1/auth/sign-in", json={"username": "bob", "password": "Harbor lantern 42"})
    assert again.json()["me"]["active"] is None


def test_the_phones_token_is_kept_as_a_hash_in_the_old_column(server, bob, anonymous):
    from kinometric_server.accounts.sessions import token_hash

    body = {"username": "bob", "password": "Harbor lantern 42", "client": "phone"}
    token = anonymous.post("/v1/auth/sign-in", json=body).json()["token"]
    with server.database.reading_outside(Actor()) as unit:
        kept = unit.one(select(users.c.encryptionkey).where(users.c.user_id == bob.user_id)).encryptionkey
    assert kept == token_hash(token) != token


def signed_in(people, username, password):
    answer = people.client().post("/v1/auth/sign-in", json={"username": username, "password": password}).json()
    return answer["me"], people.client(answer["token"])


def test_a_password_that_an_administrator_set_opens_nothing_but_its_own_change(server, scope, passwords, people):
    add(server, scope, passwords)
    me, client = signed_in(people, "gina", PASSWORD)
    assert me["password_to_change"] is True
    refused = client.get("/v1/departments")
    assert (refused.status_code, refused.json()["code"]) == (403, "KS-403")
    assert "Choose your own" in refused.json()["message"]
    same = client.post("/v1/me/password", json={"old_password": PASSWORD, "new_password": PASSWORD})
    assert same.status_code == 422
    assert client.get("/v1/me").json()["password_to_change"] is True
    mine = {"old_password": PASSWORD, "new_password": "Own meadow 78"}
    assert client.post("/v1/me/password", json=mine).status_code == 204
    assert client.get("/v1/me").json()["password_to_change"] is False
    assert client.get("/v1/departments").status_code == 200
    with server.database.writing(scope) as unit:
        row = accounts_people.user_row(unit, me["user_id"])
    assert change(server, scope, passwords, row, password="Another meadow 7").password_to_change is True


def test_only_a_superadmin_inside_lets_somebody_of_another_practice_in(alice, dave, charlie, clinic):
    asked = {"username": "CHARLIE", "role": "clinician", "can_review": True, "department_id": clinic.eastside}
    assert alice.post("/v1/members", asked).status_code == 403
    dave.post("/v1/me/practice", {"practice_id": clinic.practice_a, "reason": "Helping out"})
    made = dave.post("/v1/members", asked)
    assert (made.status_code, made.json()["only_here"], made.json()["is_default"]) == (201, False, False)
    assert dave.post("/v1/members", asked).status_code == 409
    assert dave.post("/v1/members", {**asked, "username": "nobody"}).status_code == 422
    assert charlie.post("/v1/me/practice", {"practice_id": clinic.practice_a}).status_code == 200
    assert charlie.get("/v1/departments").status_code == 200


def test_sign_ins_begin_where_the_person_or_an_administrator_says(server, scope, passwords, people, clinic):
    row = add(server, scope, passwords)
    with server.database.writing_outside(Actor()) as unit:
        accounts_people.add_membership(unit, row.user_id, clinic.practice_b, role="clinician")
        unit.execute(update(users).where(users.c.user_id == row.user_id).values(password_to_change=False))
    _, client = signed_in(people, "gina", PASSWORD)
    client.post("/v1/me/practice", json={"practice_id": clinic.practice_b})
    assert signed_in(people, "gina", PASSWORD)[0]["active"]["practice_id"] == clinic.practice_a
    client.post("/v1/me/practice", json={"practice_id": clinic.practice_b, "make_default": True})
    assert signed_in(people, "gina", PASSWORD)[0]["active"]["practice_id"] == clinic.practice_b
    assert change(server, scope, passwords, row, is_default=True).is_default is True
    assert signed_in(people, "gina", PASSWORD)[0]["active"]["practice_id"] == clinic.practice_a


def test_the_list_says_who_is_here_alone_and_how_many_sessions_run(alice, bob, clock, people):
    rows = {row["username"]: row for row in alice.get("/v1/users").json()}
    assert (rows["bob"]["only_here"], rows["bob"]["live_sessions"]) == (True, 1)
    clock.advance(minutes=14)
    alice.post("/v1/me/activity")
    clock.advance(minutes=2)
    rows = {row["username"]: row for row in alice.get("/v1/users").json()}
    assert (rows["alice"]["live_sessions"], rows["bob"]["live_sessions"]) == (1, 0)


def test_an_administrator_corrects_an_address_for_messages(server, scope, passwords):
    row = add(server, scope, passwords)
    assert change(server, scope, passwords, row, email=" gina@example.org ").email == "gina@example.org"


def test_a_practice_that_wants_a_second_factor_says_so_in_who_i_am(server, alice, bob, clinic):
    with server.database.writing_outside(Actor()) as unit:
        unit.execute(update(practices).where(practices.c.id == clinic.practice_a).values(second_factor_for_admins=True))
    mine, his = alice.get("/v1/me").json(), bob.get("/v1/me").json()
    assert (mine["second_factor_on"], mine["second_factor_needed"]) == (False, True)
    assert his["second_factor_needed"] is False
