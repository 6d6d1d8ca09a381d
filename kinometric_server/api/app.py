"""Put the application together: every resource's router, the frame around each request, and the errors."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute

import kinometric_server.api as resources
from kinometric import __version__
from kinometric.contract.accounts import DemoUser
from kinometric.contract.errors import ErrorBody
from kinometric_server.api import errors
from kinometric_server.api.frame import Counted, Frame
from kinometric_server.api.scope import take_body
from kinometric_server.operations.server import Server

_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": words}
    for status, words in (
        (401, "Not signed in, or the session ended"),
        (403, "Not allowed to this person, or not switched on"),
        (404, "Not there, or in another practice"),
        (405, "Not a method of this address"),
        (408, "Did not arrive in time"),
        (409, "Doesn't fit the present state"),
        (413, "Too large"),
        (422, "Can't be used as it is"),
        (429, "Too often; retry_after says when again"),
        (502, "athenaOne refused"),
        (503, "athenaOne or the database can't be reached"),
    )
}
_OPEN = frozenset({"hello", "sign_in", "make_challenge", "healthz", "readyz"})


def routers() -> list[APIRouter]:
    """Return the router of every resource module, in the order of their names."""
    found = []
    for module in pkgutil.iter_modules(resources.__path__):
        router = getattr(importlib.import_module(f"{resources.__name__}.{module.name}"), "router", None)
        if isinstance(router, APIRouter):
            found.append(router)
    return found


def _operation_id(route: APIRoute) -> str:
    return route.name


def create_app(
    server: Server,
    *,
    demo_users: Callable[[], tuple[DemoUser, ...]] | None = None,
    counted: Counted | None = None,
) -> FastAPI:
    """Return the application that serves ``server``.

    Parameters
    ----------
    demo_users : callable or None
        Gives the users to offer on the sign-in screen; only the demo has any.
    counted : callable or None
        Told method, route, status and seconds of every request.
    """
    app = _app_without_routes({})
    served = _served_app()
    app.router.routes.extend(served.router.routes)
    app.state.routes = served.state.routes
    app.state.server = server
    app.state.demo_users = demo_users
    app.add_middleware(Frame, body_limit_bytes=server.settings.body_limit_bytes, counted=counted)
    return app


@cache
def _served_app() -> FastAPI:
    """Return the routes, made once for every server of a process: reading their models is most of a start."""
    return _app_with_routes({})


def _app_with_routes(refusals: dict[int | str, dict[str, Any]]) -> FastAPI:
    app = _app_without_routes(refusals)
    found = routers()
    for router in found:
        app.include_router(router, dependencies=[Depends(take_body)])
    app.state.routes = [route for router in found for route in router.routes]
    return app


def _app_without_routes(refusals: dict[int | str, dict[str, Any]]) -> FastAPI:
    """Return an empty application; ``refusals`` are for the description alone, and cost a model each at every route."""
    app = FastAPI(
        title="Kinometric",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
        responses=refusals,
    )
    errors.install(app)
    return app


def describe() -> dict[str, Any]:
    """Return the OpenAPI description of all routes; it is committed, not served."""
    described = _app_with_routes(_REFUSALS).openapi()
    described["components"]["securitySchemes"] = {"session": {"type": "http", "scheme": "bearer"}}
    for path in described["paths"].values():
        for operation in path.values():
            operation["security"] = [] if operation["operationId"] in _OPEN else [{"session": []}]
    return described
