"""What the tests of authorization share: the table, the operations of the router, and how one is called."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    found = [
        Operation(route.name, next(iter(route.methods or ())), route.path)
        for router in routers()
        for route in router.routes
        if isinstance(route, APIRoute)
    ]
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


def call(client: Any, operation: Operation, objects: dict[str, str], *, absent: bool = False) -> Any:
    path = operation.path
    for key in operation.keys:
        path = path.replace("{" + key + "}", "0" * 32 if absent else objects[key])
    body = SPECIFICATION["paths"][operation.path][operation.method.lower()].get("requestBody")
    given: dict[str, Any] = {}
    headers = {"Idempotency-Key": "k" * 32}
    if body is not None and "application/json" in body["content"]:
        given = {"json": example(body["content"]["application/json"]["schema"])}
    elif body is not None:
        given = {"content": b"%PDF-"}
        headers["Content-Type"] = next(iter(body["content"]))
    return client.request(operation.method, path, headers=headers, **given)
