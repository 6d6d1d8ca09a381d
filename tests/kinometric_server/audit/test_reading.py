"""An administrator pages through the audit trail and asks for users, actions, outcomes and days."""

from __future__ import annotations

from sqlalchemy import update

from kinometric_server.database import Actor
from kinometric_server.practices.tables import practices


def numbers(answer):
    return [row["seq"] for row in answer.json()["rows"]]


def test_pages_follow_each_other_without_a_gap_or_a_double(alice):
    for _ in range(7):
        alice.get("/v1/users")
    whole = numbers(alice.post("/v1/audit", {"action": "users_read"}))
    seen, before = [], None
    for _ in range(9):
        page = numbers(alice.post("/v1/audit", {"action": "users_read", "limit": 3, "before_seq": before}))
        if not page:
            break
        seen += page
        before = page[-1]
    assert seen == whole == sorted(whole, reverse=True)
    assert len(seen) == 7


def test_an_outcome_is_a_filter(alice, frank):
    frank.get("/v1/users")
    alice.get("/v1/users")
    rows = alice.post("/v1/audit", {"outcome": "denied"}).json()["rows"]
    assert {row["action"] for row in rows} == {"access_denied"}
    assert alice.post("/v1/audit", {"outcome": "no such word"}).json()["rows"] == []


def test_days_are_those_of_the_practice_and_both_ends_count(alice, server, clinic, clock):
    with server.database.writing_outside(Actor()) as unit:
        unit.execute(update(practices).where(practices.c.id == clinic.practice_a).values(time_zone="Pacific/Auckland"))
    alice.get("/v1/users")
    from zoneinfo import ZoneInfo

    local = clock.now.astimezone(ZoneInfo("Pacific/Auckland")).date()
    assert local != clock.now.date(), "the clock of the tests no longer tells the zones apart"

    def found(**days):
        return numbers(alice.post("/v1/audit", {"action": "users_read", **days}))

    assert len(found(from_day=local.isoformat(), to_day=local.isoformat())) == 1
    assert found(to_day=clock.now.date().isoformat()) == []
    assert found(from_day="9999-12-31") == []
    assert len(found(from_day="0001-01-01", to_day="9999-12-31")) == 1
    assert alice.post("/v1/audit", {"from_day": "yesterday"}).status_code == 422


def test_another_practice_s_entries_stay_there_whatever_is_asked(alice, charlie):
    alice.get("/v1/users")
    rows = charlie.post("/v1/audit", {"user_id": alice.user_id, "from_day": "2000-01-01"}).json()["rows"]
    assert rows == []
