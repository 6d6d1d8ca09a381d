"""One call to the stand-in's API, already read, and the checks that several endpoints share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from kinometric_server.sandbox.documents import DocumentStore
from kinometric_server.sandbox.quirks import Quirks
from kinometric_server.sandbox.replies import Reply, missing_fields, not_an_integer, wrong_value
from kinometric_server.sandbox.world import PracticeWorld, World


@dataclass(frozen=True)
class Call:
    """A request to one practice: query and form fields together, files apart."""

    method: str
    path: str
    practiceid: str
    parts: tuple[str, ...]
    """The path behind the practice id."""
    fields: Mapping[str, str]
    quirks: Quirks
    world: World
    documents: DocumentStore
    now: float
    encoding: str = ""
    """"form", "multipart" or "" for a request without a body."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    subscriptions: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    @property
    def practice(self) -> PracticeWorld:
        """The practice that the path names."""
        return self.world.practices[self.practiceid]

    def given(self, name: str) -> str:
        """A field's text without surrounding blanks, "" when absent."""
        return self.fields.get(name, "").strip()

    def is_true(self, name: str) -> bool:
        """Whether a boolean parameter was sent as true."""
        return self.given(name).lower() in ("true", "1", "yes")


def lacking(call: Call, *names: str) -> Reply | None:
    """The error for required fields that are not there, or for a number that was sent as an empty text."""
    missing = [name for name in names if name not in call.fields]
    if missing:
        return missing_fields(*missing)
    for name in names:
        if not call.given(name):
            return not_an_integer(call.fields[name]) if name.endswith("id") else missing_fields(name)
    return None


Handler = Callable[[Call], Reply]


def is_number(text: str) -> bool:
    """Whether a text is a whole number of a size that ids and limits have."""
    return text.isascii() and text.isdigit() and len(text) <= 18


@dataclass(frozen=True)
class Page:
    """The part of a list that was asked for."""

    limit: int
    offset: int


def page_of(call: Call, default: int, maximum: int) -> Page | Reply:
    """Limit and offset of a list request, or the error that athenaOne answers."""
    numbers = {}
    for name, usual in (("limit", default), ("offset", 0)):
        text = call.fields.get(name)
        if text is None:
            numbers[name] = usual
            continue
        if not is_number(text.strip()):
            return not_an_integer(text)
        numbers[name] = int(text)
    if numbers["limit"] < 1 or numbers["limit"] > maximum:
        return wrong_value(f"The value of limit must lie between 1 and {maximum}.")
    return Page(numbers["limit"], numbers["offset"])


def paged(call: Call, name: str, items: list[Any], page: Page) -> dict[str, Any]:
    """A list in athenaOne's envelope: the items, totalcount, next and previous with UPPERCASE filter names."""
    envelope: dict[str, Any] = {name: items[page.offset : page.offset + page.limit], "totalcount": len(items)}
    filters = [(key.upper(), value) for key, value in call.fields.items() if key not in ("limit", "offset")]
    limit = [("limit", str(page.limit))] if "limit" in call.fields else []
    host = "https://api.production.invalid" if call.quirks.next_path == "production" else ""

    def link(offset: int) -> str:
        return f"{host}{call.path}?{urlencode([*filters, *limit, ('offset', str(offset))])}"

    if page.offset + page.limit < len(items):
        envelope["next"] = link(page.offset + page.limit)
    if page.offset > 0:
        envelope["previous"] = link(max(0, page.offset - page.limit))
    return envelope


def bad_date(text: str) -> Reply | None:
    """The error for a date that is not MM/DD/YYYY, or None when it is one."""
    try:
        datetime.strptime(text, "%m/%d/%Y")  # noqa: DTZ007 (a calendar date has no zone)
    except ValueError:
        return wrong_value(f"Expecting format date, but value is {text}")
    return None
