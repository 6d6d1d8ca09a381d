"""In preview and production nobody's report follows before a person has read the first one of its encoding."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from kinometric.contract.uploads import ConfirmReadable, UploadDecision
from kinometric_server.errors import ConflictError
from kinometric_server.patients.tables import patient_links
from kinometric_server.uploads.decisions import abandon, confirm_readable
from kinometric_server.uploads.sending import FIRST_ON_ITS_WAY, READABLE_FIRST, WaitError, own_checks
from kinometric_server.uploads.tables import uploads
from tests.kinometric_server.connected_clinic import AtWork, connect
from tests.kinometric_server.uploads.quick_orders import QuickOrders

POST = {"method": "POST", "path": "*/clinicaldocument"}


@pytest.fixture
def orders(at_work: AtWork, bob: Any) -> QuickOrders:
    return QuickOrders(at_work, bob.scope)


def move_to_preview(at_work: AtWork, **changes: Any) -> None:
    """Make rows and sheet those of a preview environment, which can't be asked from here; only own checks follow."""
    connect(at_work.server, at_work.clinic.practice_a, at_work.standin, athena_environment="preview", **changes)
    with at_work.server.database.writing(at_work.worker_scope) as unit:
        for table in (uploads, patient_links):
            unit.execute(update(table).where(table.c.practice_id == unit.practice_id).values(environment="preview"))


def may_be_sent(at_work: AtWork, upload_id: str) -> str:
    with at_work.server.database.reading(at_work.worker_scope) as unit:
        mine = (uploads.c.practice_id == unit.practice_id) & (uploads.c.id == upload_id)
        try:
            own_checks(unit, at_work.server.keys, unit.one(select(uploads).where(mine)))
        except WaitError as wait:
            return wait.sentence
    return "sent"


def row_of(at_work: AtWork, upload_id: str) -> Any:
    with at_work.server.database.reading(at_work.worker_scope) as unit:
        mine = (uploads.c.practice_id == unit.practice_id) & (uploads.c.id == upload_id)
        return unit.one(select(uploads).where(mine))


def test_nothing_follows_a_first_document_of_unknown_outcome(at_work: AtWork, orders: QuickOrders) -> None:
    at_work.faults({**POST, "connection": "reset_after"})
    first = orders.order()
    at_work.work()
    second = orders.order()
    move_to_preview(at_work)
    assert may_be_sent(at_work, second) == FIRST_ON_ITS_WAY
    # The first one itself does not wait for itself once a person orders it again, and given up it holds nobody up.
    scope = orders.scope
    with at_work.server.database.writing(scope) as unit:
        given_up = UploadDecision(row_of(at_work, first).version, "it is not there", not_in_chart=True)
        abandon(unit, scope, first, given_up)
    assert may_be_sent(at_work, second) == "sent"


def test_a_confirmed_document_lets_others_follow_and_says_so_of_its_own_encoding_only(
    at_work: AtWork, orders: QuickOrders
) -> None:
    first = orders.order()
    at_work.work()
    second = orders.order()
    move_to_preview(at_work)
    assert may_be_sent(at_work, second) == READABLE_FIRST
    with at_work.server.database.writing(orders.scope) as unit:
        confirm_readable(unit, orders.scope, first, ConfirmReadable(row_of(at_work, first).version))
    assert may_be_sent(at_work, second) == "sent"
    with at_work.server.database.writing(at_work.worker_scope) as unit:
        mine = (uploads.c.practice_id == unit.practice_id) & (uploads.c.id == first)
        unit.execute(update(uploads).where(mine).values(readable_at=None, encoding="form_base64"))
    assert may_be_sent(at_work, second) == "sent", "another encoding has a first document of its own"
    move_to_preview(at_work, upload_encoding="form_base64")
    assert may_be_sent(at_work, second) == READABLE_FIRST


def test_only_a_document_that_is_filed_and_first_can_be_confirmed(at_work: AtWork, orders: QuickOrders) -> None:
    first = orders.order()
    move_to_preview(at_work)
    with pytest.raises(ConflictError), at_work.server.database.writing(orders.scope) as unit:
        confirm_readable(unit, orders.scope, first, ConfirmReadable(row_of(at_work, first).version))


def test_on_the_stand_in_nobody_waits(at_work: AtWork, orders: QuickOrders) -> None:
    at_work.faults({**POST, "connection": "reset_after", "times": 1})
    orders.order()
    second = orders.order()
    at_work.work()
    assert row_of(at_work, second).state == "filed"
