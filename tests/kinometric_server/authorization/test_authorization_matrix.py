"""Every route for every kind of person, on own, other practices' and absent objects, against one table."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from kinometric_server.accounts.tables import users
from kinometric_server.database import Actor, Role
from tests.kinometric_server.authorization.operations import LAST, TABLE, call, operations

WRONG_BODIES = (
    '{"canary": "Quillfeather"}',
    "[1, 2",
    '"Quillfeather"',
    "\xff\xfe",
    '{"version": "Quillfeather"}',
)
SETTLED = {"signed_in", "settled"}
EVERYTHING = {*SETTLED, "any", "not_readonly", "write", "match", "match_or_upload", "review", "upload", "admin"}
MAY = {
    "anonymous": set(),
    "expired": set(),
    "disabled": set(),
    "readonly": {*SETTLED, "any"},
    "front desk": {*SETTLED, "any", "not_readonly", "write", "match", "match_or_upload"},
    "clinician": EVERYTHING - {"admin"},
    "reviewer alone": {*SETTLED, "any", "not_readonly", "write", "review"},
    "uploader alone": {*SETTLED, "any", "not_readonly", "write", "match_or_upload", "upload"},
    "admin": EVERYTHING,
    "admin without capabilities": {*SETTLED, "any", "not_readonly", "write", "admin"},
    "admin with a password to change": {"signed_in"},
    "another practice's admin": EVERYTHING,
    "superadmin outside": {*SETTLED, "super"},
    "superadmin with a password to change": {"signed_in"},
    "superadmin inside": {*SETTLED, "any", "not_readonly", "admin", "superadmin_inside", "super"},
}


def refusal(answer: Any) -> str:
    """Return "signed out", "forbidden", "hidden" or "through"."""
    code = answer.json().get("code", "") if answer.status_code >= 400 else ""
    if code == "KS-401":
        return "signed out"
    if code in ("KS-403", "KS-403R"):
        return "forbidden"
    return "through"


def expected(person: str, who: str) -> str:
    if who == "everybody" or who in MAY[person]:
        return "through"
    if not MAY[person]:
        return "signed out"
    return "hidden" if who == "super" and "superadmin" not in person else "forbidden"


@pytest.fixture
def somebody(request, people, server, clinic, clock, objects, alice, bob, charlie, dave, erin, frank):
    """The client of the kind of person that the test is about."""
    kind = request.param
    if kind == "anonymous":
        return people.client()
    if kind == "disabled":
        with server.database.writing_outside(Actor()) as unit:
            unit.execute(update(users).where(users.c.username == "bob").values(is_active=False))
        return bob.client
    if kind == "expired":
        clock.advance(minutes=15)
        return bob.client
    bits = {"reviewer alone": "review", "uploader alone": "upload"}
    if kind in bits:
        return people.make("rita", practice=clinic.practice_a, bits=bits[kind]).client
    if kind == "admin without capabilities":
        return people.make("rita", practice=clinic.practice_a, role=Role.ADMIN).client
    if "with a password to change" in kind:
        name = "dave" if "superadmin" in kind else "alice"
        with server.database.writing_outside(Actor()) as unit:
            unit.execute(update(users).where(users.c.username == name).values(password_to_change=True))
    if kind == "superadmin inside":
        dave.post("/v1/me/practice", {"practice_id": clinic.practice_a, "reason": "To look at everything"})
    return {
        "readonly": frank,
        "front desk": erin,
        "clinician": bob,
        "admin": alice,
        "admin with a password to change": alice,
        "another practice's admin": charlie,
        "superadmin outside": dave,
        "superadmin with a password to change": dave,
        "superadmin inside": dave,
    }[kind].client


def test_each_operation_is_in_the_table_and_nothing_else():
    assert sorted(TABLE) == sorted(one.name for one in operations())
    assert set(TABLE.values()) <= {"everybody", "super", "superadmin_inside", *EVERYTHING}


@pytest.mark.parametrize("somebody", list(MAY), indirect=True)
def test_the_matrix(somebody, objects, request):
    person = request.node.callspec.params["somebody"]
    wrong = []
    for operation in operations():
        for absent in (False, True) if operation.keys else (False,):
            answer = call(somebody, operation, objects, absent=absent)
            want = expected(person, TABLE[operation.name])
            got = refusal(answer)
            if want == "hidden":
                got = "hidden" if answer.status_code == 404 else got
            if got != want or (answer.status_code >= 500 and answer.json().get("code") == "KS-500"):
                wrong.append((operation.name, "absent" if absent else "own", want, got, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("somebody", ["admin"], indirect=True)
def test_no_answer_to_a_wrong_body_shows_internals_or_what_was_sent(somebody, objects):
    for operation in operations():
        if operation.method != "POST" or operation.name in LAST:
            continue
        path = operation.path
        for key in operation.keys:
            path = path.replace("{" + key + "}", objects[key])
        for body in WRONG_BODIES:
            answer = somebody.post(path, content=body.encode("latin-1"), headers={"Content-Type": "application/json"})
            assert answer.status_code < 500, (operation.name, answer.text)
            for word in ("Quillfeather", "Traceback", "sqlalchemy", "SELECT"):
                assert word not in answer.text, operation.name
