"""Whatever a server, or something between, answers: every call ends in one of two errors, and quotes nothing of it."""

from __future__ import annotations

import dataclasses
import inspect
import types
from datetime import date
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from kinometric_desktop.client.errors import ServerError, Unreachable
from kinometric_desktop.client.server import ServerClient
from tests.kinometric_desktop.client.test_routes import CALLS
from tests.kinometric_desktop.client.test_transport import Desk, desk  # noqa: F401 - the fixture is found by name

CANARY = "Muestra-Canary"
DAMAGED: dict[str, tuple[int, Any]] = {
    "nothing": (200, b""),
    "half of it": (200, f'{{"name": "{CANARY}", "rows": ['.encode()),
    "a page": (200, f"<html><body>{CANARY}</body></html>".encode()),
    "another form": (200, {"name": CANARY, "unexpected": [CANARY]}),
    "a list of numbers": (200, [1, 2, 3]),
    "a bare word": (200, CANARY),
    "null": (200, None),
    "not a text": (200, b"\xff\xfe\x00" + CANARY.encode("utf-16-le")),
    "deeply nested": (200, b"[" * 3000 + b"]" * 3000),
    "an error that is none": (500, f"Traceback: {CANARY}".encode()),
    "an error of another form": (403, {"detail": CANARY}),
    "an error with a number for its code": (422, {"code": 7, "message": [CANARY], "request_id": None}),
    "an error nested deeply": (500, b"[" * 3000 + b"]" * 3000),
    "a way elsewhere": (302, b""),
}


def value_of(kind: Any) -> Any:
    """Something of a kind, for a request whose answer is what matters."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if type(None) in inner else value_of(inner[0])
    if origin is Literal:
        return inner[0]
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        needed = (
            one
            for one in dataclasses.fields(kind)
            if one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
        )
        return kind(**{one.name: value_of(hints[one.name]) for one in needed})
    simple = {str: "x", int: 1, float: 1.0, bool: True, date: date(2026, 11, 2), bytes: b"x"}
    return simple[kind] if kind in simple else (origin or kind)()


def call(client: ServerClient, group: type, name: str) -> Any:
    """Call a method of a group of routes with something in each place."""
    owner = next(one for one in vars(client).values() if isinstance(one, group))
    method = getattr(owner, name)
    hints = get_type_hints(method)
    placed, named = [], {}
    for parameter in inspect.signature(method).parameters.values():
        if parameter.kind is not parameter.KEYWORD_ONLY:
            placed.append(value_of(hints[parameter.name]))
        elif parameter.default is parameter.empty:
            named[parameter.name] = value_of(hints[parameter.name])
    return method(*placed, **named)


def outcome(client: ServerClient, group: type, name: str) -> Any:
    """What comes of a call: its answer, or the error that it raises."""
    try:
        return call(client, group, name)
    except (Unreachable, ServerError) as problem:
        return problem


@pytest.mark.parametrize(("group", "name"), CALLS, ids=[f"{group.__name__}.{name}" for group, name in CALLS])
def test_a_damaged_answer_is_an_unreachable_server_and_is_quoted_nowhere(
    group: type,
    name: str,
    desk: Desk,  # noqa: F811
) -> None:
    client = ServerClient(desk.url)
    answer = get_type_hints(getattr(group, name)).get("return")
    for what, damaged in DAMAGED.items():
        desk.answer = lambda _, damaged=damaged: damaged  # type: ignore[misc]
        came = outcome(client, group, name)
        if answer is type(None) and (damaged[0] == 200 or name == "sign_out"):
            assert came is None, what
            continue
        assert isinstance(came, Unreachable), f"{what} was believed: {came!r}"
        assert CANARY not in f"{came} {came!r} {vars(came)}", what
    client.close()
