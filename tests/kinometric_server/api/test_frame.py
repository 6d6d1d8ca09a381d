"""What every answer of the server has in common."""

from __future__ import annotations


def test_an_unknown_address_is_answered_with_a_code_and_a_sentence(anonymous):
    answer = anonymous.get("/v1/nothing-here")
    assert answer.status_code == 404
    assert set(answer.json()) == {"code", "message", "request_id"}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
