"""Whatever of the router is done, read, or denied adds an entry to the audit trail, by the time it is answered."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from kinometric_server.audit.tables import audit_entries, audit_head
from kinometric_server.database import Actor
from tests.kinometric_server.authorization.long_day import LongDay
from tests.kinometric_server.authorization.operations import LAST, TABLE, body_schema, call, operations
from tests.kinometric_server.authorization.test_only_the_specified_requests import day_at_the_clinic
from tests.kinometric_server.connected_clinic import AtWork, ok

TELLS_NOTHING = {
    # What tells nothing of anybody, and what tells people of themselves alone.
    "hello", "healthz", "readyz", "make_challenge", "activity", "me",
}  # fmt: skip
ENTRY_OF = {
    "abandon_upload": "upload_given_up", "accept_interpretation": "interpretation_accepted",
    "add_user": "user_created", "allow_department": "department_allowed", "birth_year_shown": "birth_year_shown",
    "cancel_upload": "upload_cancelled_by_person", "change_password": "password_changed",
    "confirm_hold": "hold_confirmed",
    "confirm_readable": "upload_confirmed_readable", "confirm_second_factor": "second_factor_on",
    "correct_patient": "patient_corrected", "diagnose_athena": "athena_diagnosed",
    "draft_interpretation": "interpretation_drafted", "end_link": "patient_unlinked",
    "enrol_device": "device_enrolled", "enrol_user_device": "device_enrolled",
    "found_in_chart": "upload_found_in_chart", "import_patient": "patient_linked",
    "make_recovery_codes": "recovery_codes_made", "order_upload_of_raw_pdf": "upload_queued",
    "phone_import_patient": "patient_linked", "phone_report": "report_previewed", "phone_upload_csv": "result_stored",
    "phone_upload_pdf": "upload_queued", "phone_upload_state": "upload_read", "report_exported": "report_printed",
    "retry_upload": "upload_mended", "revoke_own_device": "device_revoked", "send_again": "upload_sent_again",
    "set_foot_lift": "foot_lift_set", "sign_in": "sign_in", "state_outcome": "outcome_stated",
    "switch_practice": "practice_switched", "turn_second_factor_off": "second_factor_off",
    "verify_link": "link_verified", "write_answers": "answers_stored", "write_note": "note_written",
}  # fmt: skip
"""What the longer day is about: operations that need a state that nothing leads to by chance, and their entry."""
OUTSIDE = {
    # Done by somebody as themselves, in no practice.
    "change_password", "confirm_second_factor", "enrol_device", "make_recovery_codes", "revoke_own_device", "sign_in",
    "turn_second_factor_off",
}  # fmt: skip
WORD = re.compile(r"[A-Za-z0-9_.: +-]{0,160}")
RANDOM_ID = re.compile(r"\b[0-9a-f]{32,64}\b")
"""Any digits stand in one by chance."""
NAMES = ("prueba", "rosa", "essai", "chantal", "quillfeather", "jonas", "alice", "1944", "1959", "02114", "front desk")
ROUTES = {name: re.compile(re.sub(r"{\w+}", "[^/]+", path)) for name, path in ((o.name, o.path) for o in operations())}
METHODS = {one.name: one.method for one in operations()}


REALLY_READ = {"athena_patient_read"}
"""What was read in athenaOne was read, whatever came of it afterwards."""


@dataclass(frozen=True)
class Answer:
    """How alice was answered, and what the trail gained by then."""

    status: int
    entries: tuple[Any, ...]


@pytest.fixture
def watched(at_work: AtWork, alice: Any) -> dict[str, list[Answer]]:
    """By operation: each answer to alice with the entries that were made for it."""
    seen: dict[str, list[Answer]] = defaultdict(list)
    before = 0

    def entries_after(seq: int) -> list[Any]:
        with at_work.server.database.reading_outside(Actor()) as unit:
            return unit.all(select(audit_entries).where(audit_entries.c.seq > seq).order_by(audit_entries.c.seq))

    def asked(_request: httpx.Request) -> None:
        nonlocal before
        with at_work.server.database.reading_outside(Actor()) as unit:
            before = int(unit.one(select(audit_head.c.seq)).seq)

    def answered(answer: httpx.Response) -> None:
        path, method = answer.request.url.path, answer.request.method
        fitting = [name for name, route in ROUTES.items() if route.fullmatch(path) and METHODS[name] == method]
        exact = [name for name in fitting if ROUTES[name].pattern == path] or fitting
        number = answer.headers["x-request-id"]
        mine = tuple(entry for entry in entries_after(before) if entry.request_id == number)
        seen[exact[0]].append(Answer(answer.status_code, mine))

    alice.client.event_hooks = {"request": [asked], "response": [answered]}
    return seen


def succeeded(answers: list[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.status < 400]


def test_every_operation_succeeds_and_has_its_entry(
    at_work: AtWork, alice: Any, objects: dict[str, str], watched: dict[str, list[Answer]], clock: Any
) -> None:
    day_at_the_clinic(at_work, alice)
    longer = LongDay(at_work, alice, clock)
    longer.at_the_clinic()
    for operation in operations():
        if operation.name not in LAST:
            call(alice.client, operation, objects)
    longer.own_account()
    ok(alice.post("/v1/auth/sign-out"), 204)
    silent = [
        (name, answer.status)
        for name, answers in watched.items()
        for answer in succeeded(answers)
        if not answer.entries and name not in TELLS_NOTHING
    ]
    assert silent == []
    hers = {name for name, who in TABLE.items() if who not in ("super", "superadmin_inside")}
    assert {name for name in hers - TELLS_NOTHING if not succeeded(watched[name])} == set()
    wrong = {}
    for name, action in ENTRY_OF.items():
        where = None if name in OUTSIDE else at_work.clinic.practice_a
        where = at_work.clinic.practice_b if name == "switch_practice" else where
        for answer in succeeded(watched[name]):
            made = [(entry.action, entry.practice_id, entry.user_id, entry.outcome) for entry in answer.entries]
            if (action, where, alice.user_id, "success") not in made:
                wrong[name] = made
    assert wrong == {}
    claimed = [
        (name, answer.status, entry.action)
        for name, answers in watched.items()
        for answer in answers
        for entry in answer.entries
        if answer.status >= 400 and entry.outcome == "success" and entry.action not in REALLY_READ
    ]
    assert claimed == [], "a refusal undoes what was done, and its entry"
    told = [entry for answers in watched.values() for answer in answers for entry in answer.entries]
    assert [entry for entry in told if not holds_ids_only(entry)] == []


def holds_ids_only(entry: Any) -> bool:
    """Say whether an entry names things by id; what a person typed as a reason stands in ``reason`` alone."""
    words = json.loads(entry.details or "{}")
    shown = RANDOM_ID.sub("", f"{entry.object_id} {json.dumps(words)}".lower())
    plain = all(
        value is None or isinstance(value, bool | int | float) or WORD.fullmatch(value) for value in words.values()
    )
    return plain and WORD.fullmatch(entry.object_id) is not None and not any(name in shown for name in NAMES)


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


VERSIONS = ("version", "link_version", "note_version", "interpretation_version")


def test_a_stale_write_leaves_neither_an_effect_nor_an_entry(
    at_work: AtWork, objects: dict[str, str], alice: Any, dave: Any, clinic: Any, watched: dict[str, list[Answer]]
) -> None:
    ok(dave.post("/v1/me/practice", {"practice_id": clinic.practice_a, "reason": "To look at everything"}))
    stale = set()
    for operation in operations():
        schema = body_schema(operation)
        fields = [name for name in VERSIONS if name in (schema or {}).get("properties", ())]
        if not fields:
            continue
        who = dave if TABLE[operation.name].startswith("super") else alice
        given = {**dict.fromkeys(fields, 999), **RIGHT_BUT_STALE.get(operation.name, {})}
        answer = call(who.client, operation, objects, **given)
        if answer.status_code == 409 and answer.json()["code"] == "KS-409":
            stale.add(operation.name)
            made = [entry.action for each in watched[operation.name][-1:] for entry in each.entries]
            assert set(made) <= REALLY_READ, operation.name
    assert stale >= CARRY_A_VERSION, CARRY_A_VERSION - stale


RIGHT_BUT_STALE = {
    "confirm_hold": {"held_full": True},
    "state_outcome": {"outcome": "unable", "reason": "Knee in a brace"},
    "correct_patient": {"reason": "Typing error", "lastname": "Prueba"},
    "found_in_chart": {"document_id": "88205"},
    "confirm_readable": {},
}
CARRY_A_VERSION = {
    "accept_interpretation", "cancel_upload", "change_department", "change_own_practice", "change_practice",
    "change_scope", "change_user", "confirm_hold", "correct_patient", "draft_interpretation", "found_in_chart",
    "retry_upload", "set_foot_lift", "stamp_review", "state_outcome", "verify_link", "write_note",
}  # fmt: skip
