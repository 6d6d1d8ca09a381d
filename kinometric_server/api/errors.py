"""Turn every failure into ``{code, message, request_id, retry_after?}``, in this one place, without internals."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from kinometric.contract import errors as codes
from kinometric_server.api.strict_body import UNKNOWN_FIELD, wrong_fields
from kinometric_server.database import IntegrityError, OperationalError
from kinometric_server.errors import ServiceError

log = logging.getLogger("kinometric.errors")

AT_ONCE = "Somebody did the same at this very moment. Look at the new state, then try again."
NO_DATABASE = "The server can't reach its database just now. Nothing was changed. Try again."
_BY_STATUS = {
    404: (codes.NOT_FOUND, "There is no such record in this practice."),
    405: (codes.NOT_FOUND, "This address doesn't take that kind of request."),
    413: (codes.TOO_LARGE, "What was sent is too large."),
}


_UNKNOWN = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
"""Kinds of error whose place is a name that the client made up; it isn't repeated."""


def answer(request: Request, status: int, code: str, message: str, retry_after_s: int | None = None) -> JSONResponse:
    """Return the answer for one failure."""
    body: dict[str, Any] = {"code": code, "message": message, "request_id": request.state.request_id}
    headers = {}
    if retry_after_s is not None:
        body["retry_after"] = retry_after_s
        headers["Retry-After"] = str(retry_after_s)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, status, headers)


def _field(location: Sequence[str | int]) -> str:
    """Return the field of a form where an error lies; further inside may stand a name that the client chose."""
    return str(location[1]) if len(location) > 1 else ""


def _methods_of(request: Request) -> list[str]:
    """Return the methods of all routes that have the request's path; each route knows only its own."""
    scope = {**request.scope, "method": ""}
    matching = [route for route in request.app.state.routes if route.matches(scope)[0] is not Match.NONE]
    exact = [route for route in matching if route.path == request.url.path]
    return sorted({method for route in exact or matching for method in route.methods})


def install(app: FastAPI) -> None:
    """Give ``app`` the answers for refusals, bad input, unknown addresses and everything unforeseen."""

    def refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ServiceError)
        request.state.code = error.code
        return answer(request, error.status, error.code, error.message, error.retry_after_s)

    def unusable(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        found = error.errors()
        fields = sorted({_field(one["loc"]) for one in found if one["type"] not in _UNKNOWN} - {""})[:3]
        if any(one["type"] == "json_invalid" for one in found):
            message = "The request can't be read."
        elif fields:
            message = wrong_fields(*fields)
        elif any(one["type"] in _UNKNOWN for one in found):
            message = UNKNOWN_FIELD
        else:
            message = "The request can't be read."
        request.state.code = codes.BAD_INPUT
        return answer(request, 422, codes.BAD_INPUT, message)

    def unknown(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        refused = getattr(request.state, "refused", None)
        if refused is not None:
            request.state.code = refused.code
            return answer(request, refused.status, refused.code, refused.message)
        status = 422 if error.status_code == 400 else error.status_code
        code, message = _BY_STATUS.get(status, (codes.BAD_INPUT, "The request can't be read."))
        request.state.code = code
        response = answer(request, status, code, message)
        response.headers.update(error.headers or {})
        if error.status_code == 405:
            response.headers["Allow"] = ", ".join(_methods_of(request))
        return response

    def unreachable(request: Request, error: Exception) -> JSONResponse:
        unforeseen(request.state.request_id, error)
        request.state.code = codes.UNAVAILABLE
        return answer(request, 503, codes.UNAVAILABLE, NO_DATABASE, 10)

    def collided(request: Request, error: Exception) -> JSONResponse:
        unforeseen(request.state.request_id, error)
        request.state.code = codes.STALE
        return answer(request, 409, codes.STALE, AT_ONCE)

    app.add_exception_handler(ServiceError, refused)
    app.add_exception_handler(IntegrityError, collided)
    app.add_exception_handler(OperationalError, unreachable)
    app.add_exception_handler(RequestValidationError, unusable)
    app.add_exception_handler(HTTPException, unknown)


def unforeseen(request_id: str, error: BaseException) -> dict[str, Any]:
    """Log where an unforeseen error arose (never its text, which may hold a name) and return the body to answer."""
    trace = error.__traceback__
    places = []
    while trace is not None:
        places.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    log.error(
        "unforeseen_error",
        extra={"request_id": request_id, "error_type": type(error).__name__, "places": places[-6:]},
    )
    return {
        "code": codes.INTERNAL,
        "message": "Something went wrong on the server. Nothing was changed. Pass the number on to your IT.",
        "request_id": request_id,
    }
