"""What the tests of authorization share: the table, the operations of the router, and how one is called."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi.routing import APIRoute

from kinometric_server.api.app import describe, routers

TABLE: dict[str, str] = tomllib.loads((Path(__file__).parent / "authorization.toml").read_text("utf-8"))
SPECIFICATION = describe()
LAST = ("change_password", "sign_out")
"""What ends the caller's own session is called last."""


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str

    @property
    def keys(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


def operations() -> list[Operation]:
    """Every operation of the router, by name; nothing but plain routes is mounted, so none can hide."""
    routes = [route for router in routers() for route in router.routes]
    assert all(isinstance(route, APIRoute) for route in routes)
    found = [Operation(route.name, method, route.path) for route in routes for method in route.methods or ()]
    return sorted(found, key=lambda one: (one.name in LAST, LAST.index(one.name) if one.name in LAST else 0, one.name))


def example(schema: dict[str, Any]) -> Any:
    """Return a value that the schema allows, with required fields only."""
    if "$ref" in schema:
        return example(SPECIFICATION["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        return example(schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        return {name: example(fields[name]) for name in schema.get("required", ())}
    if schema.get("type") == "array":
        return []
    if schema.get("format") == "date":
        return "2000-01-01"
    if schema.get("format") == "date-time":
        return "2026-01-01T10:00:00+00:00"
    return {"integer": 1, "number": 1.0, "boolean": True}.get(schema.get("type", ""), "x")


ABSENT = "0" * 32


def body_schema(operation: Operation) -> dict[str, Any] | None:
    """The schema of an operation's JSON body, resolved; None without one."""
    body = SPECIFICATION["paths"][operation.path][operation.method.lower()].get("requestBody")
    if body is None or "application/json" not in body["content"]:
        return None
    schema = body["content"]["application/json"]["schema"]
    return SPECIFICATION["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]


def path_of(operation: Operation, objects: dict[str, str]) -> str:
    path = operation.path
    for key in operation.keys:
        path = path.replace("{" + key + "}", objects.get(key, ABSENT))
    return path


def call(
    client: Any, operation: Operation, objects: dict[str, str], *, absent: bool = False, **fields: Any
) -> httpx.Response:
    """Call an operation on ``objects`` (or on absent ones) with a body that the contract allows, and ``fields``."""
    path = path_of(operation, {} if absent else objects)
    schema = body_schema(operation)
    given: dict[str, Any] = {}
    headers = {"Idempotency-Key": "k" * 32}
    body = SPECIFICATION["paths"][operation.path][operation.method.lower()].get("requestBody")
    if schema is not None:
        given = {"json": {**example(schema), **fields}}
    elif body is not None:
        given = {"content": b"%PDF-"}
        headers["Content-Type"] = next(iter(body["content"]))
    return client.request(operation.method, path, headers=headers, **given)


def said(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    """What an answer says, but for what differs from one request to the next: its id, the time, the chain's head."""
    content = answer.content
    if answer.headers.get("content-type", "").startswith("application/json"):
        body = answer.json()
        for name in (
            ("request_id", "head_seq", "head_mac", "server_time", "idle_end_s") if isinstance(body, dict) else ()
        ):
            body.pop(name, None)
        content = json.dumps(body).encode()
    headers = {name: value for name, value in answer.headers.items() if name not in ("date", "x-request-id")}
    if "head_mac" in answer.text:
        headers.pop("content-length", None)
    return answer.status_code, content, headers
