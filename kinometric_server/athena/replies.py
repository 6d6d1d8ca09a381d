"""Reads athenaOne's answers: JSON under any content type, error envelopes, throttling, and success that is none."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

from kinometric_server.athena.records import number_of
from kinometric_server.athena.transport import Answer

UNREADABLE: Final = object()
"""What `payload_of` gives for a body that is not JSON."""

LONGEST_WAIT_S: Final = 86400
_THROTTLE_WORDS: Final = re.compile(r"\b(quer(y|ies)|quota|limits?|qps|throttl\w*|too many requests)\b", re.IGNORECASE)


def payload_of(answer: Answer) -> Any:
    """The answer's JSON, whatever content type it claims and whatever newlines stand before it; else `UNREADABLE`."""
    for encoding in ("utf-8-sig", "iso-8859-1"):
        try:
            text = answer.body.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return json.loads(text.strip())
        except (ValueError, RecursionError):
            continue
    return UNREADABLE


def error_text(answer: Answer) -> str:
    """What athenaOne says about a failure, for telling kinds apart; never shown and never logged."""
    payload = payload_of(answer)
    if isinstance(payload, Mapping):
        parts = [payload.get(name) for name in ("error", "detailedmessage", "errormessage")]
        return " ".join(each for each in parts if isinstance(each, str))
    if payload is UNREADABLE:
        return answer.body[:2000].decode("iso-8859-1")
    return ""


def is_throttling(answer: Answer) -> bool:
    """Whether the answer asks to slow down: 429, or a 403 that speaks of queries or a limit or says for how long."""
    if answer.status == 429:
        return True
    if answer.status != 403:
        return False
    if "retry-after" in answer.headers:
        return True
    mashery = answer.headers.get("x-mashery-error-code", "")
    return bool(_THROTTLE_WORDS.search(f"{mashery.replace('_', ' ')} {error_text(answer)}"))


def retry_after_s(answer: Answer, now: float | None = None) -> int | None:
    """Seconds of a Retry-After header, at most a day; None when there is none that can be read.

    Parameters
    ----------
    now : float or None
        Seconds since the epoch, for a header that names a date; None goes by the answer's own Date, else by the clock.
    """
    said = answer.headers.get("retry-after", "")
    seconds = number_of(said)
    if seconds is None:
        until = _http_date_s(said)
        if until is None:
            return None
        if now is None:
            now = _http_date_s(answer.headers.get("date", ""))
        seconds = math.ceil(until - (time.time() if now is None else now))
    return max(0, min(seconds, LONGEST_WAIT_S))


def _http_date_s(text: str) -> float | None:
    """An HTTP date as seconds since the epoch; None for anything else."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def is_false(value: object) -> bool:
    """Whether a value of athenaOne means no: false, "false", 0, "0"."""
    if isinstance(value, str):
        return value.strip().lower() in ("false", "0", "no")
    return value is False or (isinstance(value, int) and value == 0)


def says_failure(payload: object) -> bool:
    """Whether a payload that came with status 200 says that the request failed."""
    item = payload[0] if isinstance(payload, list) and len(payload) == 1 else payload
    if not isinstance(item, Mapping):
        return False
    return ("success" in item and is_false(item["success"])) or bool(item.get("error"))


def document_id_of(payload: object) -> str | None:
    """The number of the document that was filed, as text; None when there is none that can be read."""
    item = payload[0] if isinstance(payload, list) and len(payload) == 1 else payload
    if not isinstance(item, Mapping):
        return None
    value = item.get("clinicaldocumentid")
    number = number_of(value) if isinstance(value, int | str) else None
    return str(number) if number else None
