"""Asks a language model once: limits on time, size and number, no redirects, no second try, nothing logged."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import Any, Final

from kinometric.contract import errors as codes
from kinometric.interpretation import Facts
from kinometric_server.athena.replies import UNREADABLE, payload_of, retry_after_s
from kinometric_server.athena.transport import AnswerLostError, NotSentError, Question, Transport
from kinometric_server.errors import ServiceError
from kinometric_server.interpretation.prompt import question

ANSWER_WITHIN_S: Final = 45.0
LARGEST_ANSWER_BYTES: Final = 256 * 1024
AT_ONCE: Final = 4
"""Questions that may wait at the same time, so that a slow model can't take every thread of the server."""


@dataclass(frozen=True)
class ModelAccess:
    """Where a practice's language model is, its name there, and the key; an empty key sends none."""

    address: str
    model: str
    key: str = field(default="", repr=False)


class ModelError(ServiceError):
    """The language model gave no draft; ``reason`` is a stable word, never the provider's text."""

    def __init__(self, reason: str, sentence: str = "", *, retry_after: int | None = None) -> None:
        said = sentence or "The language model gave no draft. The draft by rule is still there."
        super().__init__(codes.MODEL_UNAVAILABLE, said, 503, retry_after_s=retry_after)
        self.reason = reason


class LanguageModel:
    """Asks the practices' language models. One for the whole process; safe for several threads."""

    def __init__(self, transport: Transport | None = None, *, at_once: int = AT_ONCE) -> None:
        self._transport = transport or Transport(
            read_s=ANSWER_WITHIN_S, answer_within_s=ANSWER_WITHIN_S, largest_answer_bytes=LARGEST_ANSWER_BYTES
        )
        self._turns = threading.BoundedSemaphore(at_once)

    def write(self, access: ModelAccess, facts: Facts) -> str:
        """Have a draft written from the numbers.

        Raises
        ------
        ModelError
            If no text came. What came is not yet checked.
        """
        if not self._turns.acquire(blocking=False):
            raise ModelError("busy", "The language model is busy. Try again in a moment.", retry_after=10)
        try:
            return self._write(access, facts)
        finally:
            self._turns.release()

    def _write(self, access: ModelAccess, facts: Facts) -> str:
        headers = {"Content-Type": "application/json"}
        if access.key:
            headers["Authorization"] = f"Bearer {access.key}"
        body = json.dumps(question(access.model, facts)).encode()
        reason = ""
        try:
            answer = self._transport.ask(
                Question("POST", access.address, headers=headers, content=body, fresh_connection=True)
            )
        except (NotSentError, AnswerLostError) as error:
            reason = error.reason
        if reason:
            raise ModelError(reason)
        if answer.status == 429:
            raise ModelError(
                "http_429", "The language model asked us to slow down.", retry_after=retry_after_s(answer) or 30
            )
        if answer.status != 200:
            raise ModelError(f"http_{answer.status}")
        text = _text_of(payload_of(answer))
        if not text:
            raise ModelError("no_text")
        return text

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()


def _text_of(payload: Any) -> str:
    """The text of the first choice; "" for anything that is no whole answer."""
    if payload is UNREADABLE or not isinstance(payload, dict):
        return ""
    choices = payload.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict) or choice.get("finish_reason") not in (None, "stop"):
        return ""
    message = choice.get("message")
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, list):
        parts = [each.get("text") for each in content if isinstance(each, dict) and each.get("type") == "text"]
        content = "".join(each for each in parts if isinstance(each, str))
    return content.strip() if isinstance(content, str) else ""
