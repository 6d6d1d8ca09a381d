"""From a recording to a document number, through the API, the worker and the stand-in."""

from __future__ import annotations

from typing import Any

from tests.kinometric_server.connected_clinic import AtWork


def test_a_reviewed_session_is_filed_and_the_document_number_comes_back(
    at_work: AtWork, bob: Any, ready_session: dict[str, Any], audited: Any
) -> None:
    upload = at_work.queued(bob, ready_session)
    assert upload["state"] == "queued"
    assert at_work.work() == 1
    filed = at_work.state(bob, upload)
    (document,) = at_work.documents()
    assert filed["state"] == "filed"
    assert filed["document_id"] == str(document["documentid"])
    assert document["internalnote"] == (
        f"Kinometric Balance Test Results - Rosa Prueba - 05-May-2026 [{upload['marker']}]"
    )
    assert [event["state"] for event in filed["history"]] == ["queued", "sending", "filed"]
    assert {"upload_queued", "upload_claimed", "upload_accepted"} <= {entry[0] for entry in audited()}
