"""Probes for the machine that the server runs on."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from kinometric_server.api.scope import ServerDep
from kinometric_server.errors import NotFoundError
from kinometric_server.operations.health import look

router = APIRouter(tags=["health"])
_LOOPBACK = ("127.0.0.1", "::1")


@dataclass(frozen=True)
class Health:
    """Whether the process answers, or whether each part is fit."""

    ready: bool
    checks: dict[str, bool]


def _loopback_only(request: Request) -> None:
    if request.state.ip not in _LOOPBACK:
        raise NotFoundError


@router.get("/healthz")
def healthz(request: Request) -> Health:
    """Say that the process answers."""
    _loopback_only(request)
    return Health(ready=True, checks={})


@router.get("/readyz")
def readyz(request: Request, server: ServerDep, response: Response) -> Health:
    """Say whether database, migrations, keys, disk and audit trail are fit; 503 if one isn't."""
    _loopback_only(request)
    checks = {check.name: check.good for check in look(server)}
    ready = all(checks.values())
    if not ready:
        response.status_code = 503
    return Health(ready=ready, checks=checks)
