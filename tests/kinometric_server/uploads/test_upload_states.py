"""The table of states is the design's, and the database itself refuses what the table does not have."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from kinometric_server.uploads.states import (
    FINAL,
    KEY_FREE,
    LIVE,
    STATES,
    TRANSITIONS,
    Event,
    WrongStateError,
    next_state,
)
from kinometric_server.uploads.tables import uploads
from tests.kinometric_server.connected_clinic import AtWork

EVENTS = sorted({row.event for row in TRANSITIONS})
ALLOWED = {
    "queued": {"sending", "cancelled", "rejected", "outcome_unknown", "filed"},
    "sending": {"filed", "rejected", "queued", "outcome_unknown"},
    "outcome_unknown": {"filed", "queued", "abandoned"},
    "rejected": {"queued"},
    "filed": set(),
    "cancelled": set(),
    "abandoned": set(),
}


def test_the_table_leads_exactly_where_the_design_says() -> None:
    found: dict[str, set[str]] = {state: set() for state in STATES}
    for row in TRANSITIONS:
        found[row.before].add(row.after)
    assert found == ALLOWED


def test_every_row_says_why_and_no_row_is_there_twice() -> None:
    assert len({(row.before, row.event) for row in TRANSITIONS}) == len(TRANSITIONS)
    assert all(row.why.endswith(".") for row in TRANSITIONS)


def test_the_queue_leads_to_filed_only_by_the_late_answer_of_the_try_before() -> None:
    assert [row.event for row in TRANSITIONS if (row.before, row.after) == ("queued", "filed")] == ["late_answer"]


def test_only_a_person_leads_from_an_unknown_outcome_back_to_the_queue() -> None:
    back = {row.event for row in TRANSITIONS if row.before == "outcome_unknown" and row.after == "queued"}
    assert back == {"sent_again"}
    assert not [row for row in TRANSITIONS if row.before in FINAL]


@given(some.lists(some.sampled_from(EVENTS), max_size=12))
def test_whatever_happens_an_upload_is_never_sent_twice_without_a_person(events: list[Event]) -> None:
    state, possibly_stored, ordered_again = "queued", 0, 0
    for event in events:
        try:
            after = next_state(state, event)  # type: ignore[arg-type]
        except WrongStateError:
            continue
        if event in ("accepted", "no_answer", "lease_ended", "restored"):
            possibly_stored += 1
        if event == "sent_again":
            ordered_again += 1
        state = after
        assert possibly_stored <= 1 + ordered_again
        assert state in STATES


def test_a_key_is_free_only_where_nothing_can_come_to_the_chart() -> None:
    assert not KEY_FREE & LIVE
    assert "filed" not in KEY_FREE


@pytest.mark.parametrize(
    "change",
    [
        {"state": "lost"},
        {"state": "filed"},
        {"state": "sending"},
        {"pdf_sealed": None},
        {"holds_key": False},
        {"revision": 1},
    ],
)
def test_the_database_refuses_a_row_that_can_not_be(
    at_work: AtWork, bob: Any, ready_session: dict[str, Any], change: dict[str, Any]
) -> None:
    upload = at_work.queued(bob, ready_session)
    with (
        pytest.raises(IntegrityError),
        at_work.server.database.writing(at_work.worker_scope) as unit,
    ):
        unit.execute(
            update(uploads)
            .where(uploads.c.practice_id == unit.practice_id, uploads.c.id == upload["upload_id"])
            .values(**change)
        )


def test_the_database_holds_one_upload_for_one_business_key(
    at_work: AtWork, bob: Any, ready_session: dict[str, Any]
) -> None:
    upload = at_work.queued(bob, ready_session)
    with at_work.server.database.reading(at_work.worker_scope) as unit:
        row = unit.one(select(uploads).where(uploads.c.practice_id == unit.practice_id))
    copy = {**row._mapping, "id": "f" * 32, "marker": "K-other", "change": row.change + 1}
    with pytest.raises(IntegrityError), at_work.server.database.writing(at_work.worker_scope) as unit:
        unit.execute(insert(uploads).values(**copy))
    assert at_work.state(bob, upload)["state"] == "queued"
