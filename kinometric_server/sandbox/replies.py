"""How the stand-in writes an answer: athenaOne's envelopes, headers, newlines, escapes and drifting types."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kinometric_server.sandbox.quirks import Quirks

SUCCESS_TYPE: Final = "application/json; charset=UTF-8"
GATEWAY_TYPE: Final = "application/json; charset=utf-8"
HTML_TYPE: Final = "text/html; charset=iso-8859-1"


@dataclass(frozen=True)
class Reply:
    """An answer before it is written: a JSON payload, a text or bytes."""

    status: int
    payload: Any = None
    text: str | None = None
    raw: bytes | None = None
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    fixed_types: bool = False
    """True for answers whose types never drift (errors, tokens)."""


def success(payload: Any) -> Reply:
    """An answer with status 200."""
    return Reply(200, payload)


def failure(status: int, error: str, detail: str | None = None, *, content_type: str = "", **more: Any) -> Reply:
    """An error in athenaOne's envelope."""
    payload: dict[str, Any] = {"error": error, **more}
    if detail is not None:
        payload["detailedmessage"] = detail
    return Reply(status, payload, content_type=content_type, fixed_types=True)


def over_qps(quirks: Quirks) -> Reply:
    """The answer to a client that asks faster than it may: 429, or the older gateway's 403."""
    if quirks.over_qps == "403":
        mashery = {"X-Mashery-Error-Code": "ERR_403_DEVELOPER_OVER_QPS", "Retry-After": "1"}
        return Reply(403, text="Account Over Queries Per Second Limit", headers=mashery)
    return Reply(429, text="Quota Exceeded", headers={"Retry-After": "1"})


def missing_fields(*names: str) -> Reply:
    """The answer when required fields are missing."""
    return failure(400, "Additional fields are required.", missingfields=list(names))


def wrong_value(detail: str) -> Reply:
    """The answer when a field has a value that athenaOne can't use."""
    return failure(400, "The data provided is invalid.", detail)


def not_an_integer(value: str) -> Reply:
    """The answer when a number was expected."""
    return wrong_value(f"Expecting type integer, but value is {value}")


def unknown_path() -> Reply:
    """The answer to a path that is routed but unknown."""
    return failure(404, "Unknown API path", "An unknown API path was called.")


_STRING_IDS: Final = frozenset({"patientid", "departmentid", "primarydepartmentid", "primaryproviderid", "practiceid"})
_OPTIONAL: Final = (
    "sex",
    "primarydepartmentid",
    "preferredname",
    "occupationcode",
    "ethnicitycode",
    "industrycode",
    "contacthomephone",
    "employerphone",
    "contactmobilephone",
    "nextkinphone",
    "language6392code",
    "caresummarydeliverypreference",
    "guarantorphone",
    "homephone",
    "workphone",
    "mobilephone",
    "email",
    "middlename",
    "suffix",
    "guarantorssn",
    "guarantoremail",
)


def drifted(value: Any, quirks: Quirks, name: str = "") -> Any:
    """The same value with the types of another year or another endpoint."""
    if isinstance(value, dict):
        shown = {key: drifted(each, quirks, key) for key, each in value.items() if not key.startswith("_")}
        if not quirks.totalcount:
            shown.pop("totalcount", None)
        if quirks.missing != "omit" and "lastname" in value and "patientid" in value:
            filler = None if quirks.missing == "null" else ""
            shown.update({key: filler for key in _OPTIONAL if key not in shown})
        return shown
    if isinstance(value, list):
        return [drifted(each, quirks, name) for each in value]
    if isinstance(value, bool):
        if name == "success":
            return str(value).lower() if quirks.success_as == "string" else value
        return str(value).lower() if quirks.types == "legacy" else value
    if isinstance(value, int | float) and quirks.types == "legacy" and (name.endswith("id") or name == "balance"):
        return str(value)
    if (
        isinstance(value, str)
        and quirks.types == "numeric"
        and name in _STRING_IDS
        and value.isascii()
        and value.isdigit()
    ):
        return int(value)
    return value


def _shuffled(value: Any, order: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: _shuffled(value[key], order) for key in keys}
    if isinstance(value, list):
        return [_shuffled(each, order) for each in value]
    return value


@dataclass(frozen=True)
class Written:
    """An answer as bytes, ready to be sent."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]


def write(reply: Reply, quirks: Quirks, order: random.Random, remaining: int | None) -> Written:
    """Turn a reply into bytes and headers the way athenaOne does.

    Parameters
    ----------
    remaining : int or None
        What is left of the daily requests; None for answers of the gateway, which carry no such header.
    """
    if reply.raw is not None:
        body = reply.raw
        content_type = reply.content_type or "application/octet-stream"
    elif reply.text is not None:
        body = reply.text.encode()
        content_type = reply.content_type or "text/plain"
    else:
        payload = reply.payload if reply.fixed_types else drifted(reply.payload, quirks)
        if quirks.shuffle_keys:
            payload = _shuffled(payload, order)
        text = json.dumps(payload, ensure_ascii=False)
        if quirks.escape_slashes:
            text = text.replace("/", "\\/")
        if reply.status >= 400:
            content_type = reply.content_type or quirks.error_content_type
            text = ("\n\n" if quirks.error_newlines else "") + text
        else:
            content_type = reply.content_type or SUCCESS_TYPE
        body = text.encode("iso-8859-1", "replace") if "iso-8859-1" in content_type else text.encode()
    headers = {
        "Content-Type": content_type,
        "Content-Length": str(len(body)),
        "Server": "Apache",
        "Pragma": "No-cache",
        "Expires": "Mon, 06 Jan 1975 16:00:00 GMT",
        "Cache-Control": "no-cache, no-store",
        "Vary": "Accept-Encoding",
        "X-Request-Id": f"rrt-{secrets.randbelow(10**18):018d}-c-sandbox",
    }
    if remaining is not None:
        headers["X-RateLimit-Limit"] = str(quirks.daily_limit)
        headers["X-RateLimit-Remaining"] = str(max(0, remaining))
    headers.update(reply.headers)
    return Written(reply.status, body, tuple(headers.items()))
