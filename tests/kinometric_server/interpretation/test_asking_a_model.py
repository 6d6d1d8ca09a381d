"""One question to a language model: what is sent, what counts as a text, and how long and large it may be."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from kinometric.interpretation import Facts
from kinometric_server.athena.transport import Transport
from kinometric_server.interpretation.provider import LanguageModel, ModelAccess, ModelError
from tests.kinometric_server.interpretation.model_server import ModelServer, completion

NOTHING = Facts(stances=(), session_level=None)


def reason_of(model: ModelServer, asking: LanguageModel | None = None) -> str:
    """Ask once; return why no text came."""
    asked = asking or LanguageModel()
    with pytest.raises(ModelError) as failed:
        asked.write(ModelAccess(f"{model.address}/chat/completions", "small"), NOTHING)
    asked.close()
    assert "Zenobia" not in failed.value.message
    return failed.value.reason


@pytest.mark.parametrize(
    ("status", "answer", "headers", "reason"),
    [
        (500, {"error": {"message": "Zenobia"}}, {}, "http_500"),
        (401, {"error": {"message": "bad key"}}, {}, "http_401"),
        (302, {}, {"Location": "/elsewhere"}, "http_302"),
        (307, {}, {"Location": "https://example.org/v1"}, "http_307"),
        (200, b"<html>not json</html>", {"Content-Type": "text/html"}, "no_text"),
        (200, {"choices": []}, {}, "no_text"),
        (200, {"choices": ["LBEO"]}, {}, "no_text"),
        (200, [completion("LBEO")], {}, "no_text"),
        (200, completion(None), {}, "no_text"),
        (200, completion(""), {}, "no_text"),
        (200, completion("cut off", finish_reason="length"), {}, "no_text"),
        (200, completion([{"type": "image_url"}]), {}, "no_text"),
        (200, b"[" * 100_000, {}, "no_text"),
        (200, completion("x" * 400_000), {}, "too_large"),
        (200, b"\x1f\x8b no gzip", {"Content-Encoding": "gzip"}, "unreadable"),
    ],
)
def test_what_is_no_text_has_a_reason_and_is_asked_once(
    model: ModelServer, status: int, answer: Any, headers: dict[str, str], reason: str
) -> None:
    model.status, model.answer, model.headers = status, answer, headers
    assert reason_of(model) == reason
    assert len(model.seen) == 1, "no second try, and no redirect is followed"


def test_a_model_that_is_gone_has_a_reason() -> None:
    with ModelServer() as gone:
        pass
    assert reason_of(gone) == "connect"


def test_questions_that_wait_never_take_every_thread(model: ModelServer) -> None:
    going, release = threading.Event(), threading.Event()
    model.meanwhile = lambda: (going.set(), release.wait(10))
    asking = LanguageModel(at_once=1)
    access = ModelAccess(f"{model.address}/chat/completions", "small")
    first: list[str] = []
    thread = threading.Thread(target=lambda: first.append(asking.write(access, NOTHING)))
    thread.start()
    assert going.wait(10)
    with pytest.raises(ModelError) as refused:
        asking.write(access, NOTHING)
    assert (refused.value.reason, refused.value.retry_after_s) == ("busy", 10)
    release.set()
    thread.join(10)
    asking.close()
    assert first == ["LBEO was held."]


def test_a_model_that_never_ends_is_left_in_time(model: ModelServer) -> None:
    release = threading.Event()
    model.meanwhile = lambda: release.wait(10)
    assert reason_of(model, LanguageModel(Transport(read_s=0.1, answer_within_s=0.2))) == "timeout"
    release.set()


def test_without_a_key_no_authorization_is_sent_and_parts_of_text_are_joined(model: ModelServer) -> None:
    model.answer = completion([{"type": "text", "text": "LBEO "}, {"type": "text", "text": "was held."}])
    asking = LanguageModel()
    assert asking.write(ModelAccess(f"{model.address}/chat/completions", "small"), NOTHING) == "LBEO was held."
    asking.close()
    assert "Authorization" not in model.seen[0]["headers"]
