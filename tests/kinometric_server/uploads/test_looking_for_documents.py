"""A document whose answer was lost is found by its marker in the list; not finding it changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from kinometric_server.database import Actor
from kinometric_server.practices.tables import practices
from kinometric_server.uploads.tables import uploads
from kinometric_server.uploads.worker import UploadWorker
from tests.kinometric_server.connected_clinic import AtWork

UPLOADS = {"method": "POST", "path": "/v1/*/clinicaldocument"}


def switch_on(at_work: AtWork) -> None:
    with at_work.server.database.writing_outside(Actor()) as unit:
        mine = practices.c.id == at_work.clinic.practice_a
        unit.execute(update(practices).where(mine).values(documents_list=True))


def row_of(at_work: AtWork, upload: dict[str, Any]) -> Any:
    """The upload's row; the people of the clinic have long been signed out."""
    with at_work.server.database.reading(at_work.worker_scope) as unit:
        mine = (uploads.c.practice_id == unit.practice_id) & (uploads.c.id == upload["upload_id"])
        return unit.one(select(uploads).where(mine))


def lists_read(at_work: AtWork) -> int:
    return sum(
        each["method"] == "GET" and each["path"].endswith("/documents/clinicaldocument")
        for each in at_work.standin.standin.requests
    )


@pytest.fixture
def worker(at_work: AtWork) -> UploadWorker:
    return UploadWorker(at_work.server)


@pytest.fixture
def lost(at_work: AtWork, bob: Any, ready_session: dict[str, Any], worker: UploadWorker) -> dict[str, Any]:
    """An upload that was stored and whose answer was lost."""
    at_work.faults({**UPLOADS, "connection": "reset_after"})
    upload = at_work.queued(bob, ready_session)
    worker.work_once()
    at_work.faults()
    assert row_of(at_work, upload).state == "outcome_unknown"
    return upload


def test_with_the_list_switched_off_it_is_never_read(
    at_work: AtWork, bob: Any, lost: dict[str, Any], worker: UploadWorker, clock: Any
) -> None:
    clock.advance(hours=1)
    worker.work_once()
    assert lists_read(at_work) == 0
    assert row_of(at_work, lost).state == "outcome_unknown"


def test_a_stored_document_is_found_by_its_marker_and_filed(
    at_work: AtWork, bob: Any, lost: dict[str, Any], worker: UploadWorker, clock: Any, audited: Any
) -> None:
    switch_on(at_work)
    worker.work_once()
    assert lists_read(at_work) == 0, "a slow answer may still come"
    clock.advance(minutes=3)
    worker.work_once()
    found = row_of(at_work, lost)
    (document,) = at_work.documents()
    assert (found.state, found.document_id) == ("filed", str(document["documentid"]))
    assert audited("athena_documents_listed") == [("athena_documents_listed", "success", lost["upload_id"])]
    assert ("upload_found_in_chart", "success", lost["upload_id"]) in audited()


def test_not_finding_it_never_sends_again_and_the_looks_are_few(
    at_work: AtWork, bob: Any, ready_session: dict[str, Any], worker: UploadWorker, clock: Any
) -> None:
    switch_on(at_work)
    at_work.faults({**UPLOADS, "connection": "reset_before"})
    upload = at_work.queued(bob, ready_session)
    worker.work_once()
    at_work.faults()
    for _ in range(48):
        clock.advance(minutes=30)
        worker.work_once()
    assert row_of(at_work, upload).state == "outcome_unknown"
    assert at_work.documents() == []
    assert 1 <= lists_read(at_work) <= 4


def test_a_list_that_lags_is_read_again_later(
    at_work: AtWork, bob: Any, lost: dict[str, Any], worker: UploadWorker, clock: Any
) -> None:
    switch_on(at_work)
    at_work.faults(list_lag_s=3600)
    clock.advance(minutes=3)
    worker.work_once()
    assert row_of(at_work, lost).state == "outcome_unknown"
    at_work.faults()
    worker.work_once()
    assert row_of(at_work, lost).state == "outcome_unknown", "not before the next look is due"
    clock.advance(minutes=8)
    worker.work_once()
    assert row_of(at_work, lost).state == "filed"


def test_an_athenaone_that_is_away_leaves_it_unknown(
    at_work: AtWork, bob: Any, lost: dict[str, Any], worker: UploadWorker, clock: Any
) -> None:
    switch_on(at_work)
    at_work.faults({"path": "/v1/*", "status": 503, "body": "<html/>"})
    clock.advance(minutes=3)
    worker.work_once()
    assert row_of(at_work, lost).state == "outcome_unknown"
