"""Whatever of the router is done, read, or denied adds an entry to the audit trail, by the time it is answered."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from kinometric_server.audit.tables import audit_head
from kinometric_server.database import Actor
from tests.kinometric_server.authorization.operations import LAST, TABLE, call, operations
from tests.kinometric_server.authorization.test_only_the_specified_requests import day_at_the_clinic
from tests.kinometric_server.connected_clinic import AtWork, ok

TELLS_NOTHING = {
    # What tells nothing of anybody, and what tells people of themselves alone.
    "hello", "healthz", "readyz", "make_challenge", "activity", "me",
}  # fmt: skip
NEEDS_MORE_THAN_A_DAY = {
    # Their success is tested, with its entry, where they are at home.
    "abandon_upload", "accept_interpretation", "add_user", "allow_department", "birth_year_shown", "cancel_upload",
    "change_password", "confirm_hold", "confirm_readable", "confirm_second_factor", "correct_patient",
    "diagnose_athena", "draft_interpretation", "end_link", "enrol_device", "enrol_user_device", "found_in_chart",
    "import_patient", "make_recovery_codes", "order_upload_of_raw_pdf", "phone_import_patient", "phone_report",
    "phone_upload_csv", "phone_upload_pdf", "phone_upload_state", "report_exported", "retry_upload",
    "revoke_own_device", "send_again", "set_foot_lift", "sign_in", "state_outcome", "switch_practice",
    "turn_second_factor_off", "verify_link", "write_answers", "write_note",
}  # fmt: skip
ROUTES = {name: re.compile(re.sub(r"{\w+}", "[^/]+", path)) for name, path in ((o.name, o.path) for o in operations())}
METHODS = {one.name: one.method for one in operations()}


@pytest.fixture
def watched(at_work: AtWork, alice: Any) -> dict[str, list[tuple[int, int]]]:
    """By operation: the status of each answer to alice, and how many entries the trail has gained by then."""
    seen: dict[str, list[tuple[int, int]]] = defaultdict(list)
    before = 0

    def head() -> int:
        with at_work.server.database.reading_outside(Actor()) as unit:
            return int(unit.one(select(audit_head.c.seq)).seq)

    def asked(_request: httpx.Request) -> None:
        nonlocal before
        before = head()

    def answered(answer: httpx.Response) -> None:
        path, method = answer.request.url.path, answer.request.method
        fitting = [name for name, route in ROUTES.items() if route.fullmatch(path) and METHODS[name] == method]
        exact = [name for name in fitting if ROUTES[name].pattern == path] or fitting
        seen[exact[0]].append((answer.status_code, head() - before))

    alice.client.event_hooks = {"request": [asked], "response": [answered]}
    return seen


def test_every_success_has_its_entry(
    at_work: AtWork, alice: Any, objects: dict[str, str], watched: dict[str, list[tuple[int, int]]]
) -> None:
    day_at_the_clinic(at_work, alice)
    for operation in operations():
        if operation.name not in LAST:
            call(alice.client, operation, objects)
    ok(alice.post("/v1/auth/sign-out"), 204)
    silent = [
        (name, status)
        for name, answers in watched.items()
        for status, gained in answers
        if status < 400 and gained < 1 and name not in TELLS_NOTHING
    ]
    assert silent == []
    succeeded = {name for name, answers in watched.items() if any(status < 400 for status, _ in answers)}
    hers = {name for name, who in TABLE.items() if who not in ("super", "superadmin_inside")}
    assert hers - succeeded - TELLS_NOTHING == NEEDS_MORE_THAN_A_DAY


def test_every_denial_for_a_lacking_right_has_its_entry(
    at_work: AtWork, objects: dict[str, str], frank: Any, audited: Any
) -> None:
    for operation in operations():
        if operation.name in LAST:
            continue
        before = sum(outcome == "denied" for _, outcome, _ in audited())
        answer = call(frank.client, operation, objects)
        if answer.status_code == 403 and answer.json()["code"] in ("KS-403", "KS-403R"):
            after = sum(outcome == "denied" for _, outcome, _ in audited())
            assert after == before + 1, operation.name
