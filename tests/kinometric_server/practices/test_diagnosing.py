"""Administrators see which requests athenaOne answers, where that is switched on; everybody else is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import update

from kinometric_server.database import Actor
from kinometric_server.practices.tables import practices
from tests.kinometric_server.connected_clinic import *  # noqa: F403
from tests.kinometric_server.connected_clinic import AtWork, ok, refused

PATH = "/v1/athena/diagnostics"


def switch_on(at_work: AtWork) -> None:
    with at_work.server.database.writing_outside(Actor()) as unit:
        mine = practices.c.id == at_work.clinic.practice_a
        unit.execute(update(practices).where(mine).values(health_endpoints=True))


def test_alice_sees_what_works_and_gets_a_text_without_secrets(
    at_work: AtWork, alice: Any, audited: Callable[..., list[tuple[str, str, str]]]
) -> None:
    switch_on(at_work)
    found = ok(alice.post(PATH))
    assert found["works"] is True
    assert [probe["name"] for probe in found["probes"]][:3] == ["Token", "Ping", "Practice information"]
    text = found["support_request"]
    assert "Practice ID: 990017" in text
    assert at_work.standin.client_secret not in text
    assert at_work.standin.client_id not in text
    assert audited("athena_diagnosed") == [("athena_diagnosed", "success", at_work.clinic.practice_a)]


def test_what_fails_is_named(at_work: AtWork, alice: Any) -> None:
    switch_on(at_work)
    at_work.faults(
        {"path": "*/departments", "status": 403, "body": {"error": "You do not have access to this context"}}
    )
    found = ok(alice.post(PATH))
    assert found["works"] is False
    assert {probe["name"]: probe["finding"] for probe in found["probes"]}["Departments"] == "refused"


def test_with_the_switch_off_nothing_is_asked(at_work: AtWork, alice: Any) -> None:
    refused(alice.post(PATH), 403, "KS-403S")
    assert at_work.standin.standin.requests == type(at_work.standin.standin.requests)()


def test_only_administrators_may_ask(at_work: AtWork, bob: Any, erin: Any, frank: Any, anonymous: Any) -> None:
    switch_on(at_work)
    for who in (bob, erin, frank):
        assert who.post(PATH).status_code == 403
    assert anonymous.post(PATH).status_code == 401
