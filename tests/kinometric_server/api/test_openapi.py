"""The committed description of the interface is the interface."""

from __future__ import annotations

import json

from fastapi.routing import APIRoute

from kinometric_server.api.app import routers
from kinometric_server.operations.commands.openapi import description


def test_the_committed_description_is_current(repository):
    committed = (repository / "docs" / "openapi.json").read_text("utf-8")
    assert json.loads(committed) == json.loads(description()), "run: kinometric-server openapi --out docs/openapi.json"


def test_operation_ids_are_unique():
    names = [route.name for router in routers() for route in router.routes if isinstance(route, APIRoute)]
    assert sorted(names) == sorted(set(names))


def test_it_is_not_served(anonymous):
    for path in ("/openapi.json", "/docs", "/redoc"):
        assert anonymous.get(path).status_code == 404
