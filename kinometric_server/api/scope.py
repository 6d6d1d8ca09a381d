"""Who may call a route: dependencies that yield the caller's scope, without which no handler can reach a service."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from kinometric.contract import errors as codes
from kinometric_server.accounts.sessions import CHOOSE_YOUR_OWN_FIRST, RENEW_GRAIN, Session, find_session, renew
from kinometric_server.api.strict_body import UNKNOWN_FIELD, check_headers, read_form, read_json
from kinometric_server.audit.trail import DENIED, record
from kinometric_server.database.columns import is_key
from kinometric_server.database.scope import Actor, Capability, PracticeScope, Role
from kinometric_server.errors import BadInputError, DeniedError, NotFoundError, NotSignedInError
from kinometric_server.operations.server import Server

READ_ONLY = "Your role here is read-only. You can view but not link or upload."
_BEARER = "bearer "


def the_server(request: Request) -> Server:
    """Return the server that this application serves."""
    return request.app.state.server


async def take_body(request: Request) -> None:
    """Receive what was sent to a route that takes no body, so that it can be refused; the framework leaves it lying."""
    names = {name for name, _ in request.headers.raw}
    if request.scope["route"].body_field is None and not names.isdisjoint((b"content-length", b"transfer-encoding")):
        await request.body()


def _check_body(request: Request) -> None:
    """Refuse a body that the contract doesn't allow in so many words, such as "1" or true for a number.

    The framework has parsed the body already, but kindly; query and body of a route that takes none it doesn't look at.
    """
    route = request.scope["route"]
    known = [field.alias for field in route.dependant.query_params]
    given = [name for name, _ in request.query_params.multi_items()]
    if len(set(given)) < len(given) or not set(given) <= set(known):
        raise BadInputError(UNKNOWN_FIELD)
    if route.body_field is None and getattr(request, "_body", b"").strip() not in (b"", b"{}"):
        raise BadInputError(UNKNOWN_FIELD)
    form = None if route.body_field is None else route.body_field.field_info.annotation
    if not (dataclasses.is_dataclass(form) and isinstance(form, type)):
        return
    check_headers(request.headers.raw)
    body = read_json(getattr(request, "_body", b""))
    if not isinstance(body, dict):
        raise BadInputError("The request's body must be a JSON object.")
    read_form(form, body)


def _check_path(request: Request) -> None:
    """Answer 404 for what can't be the key of a row, before a database is asked for it."""
    if not all(is_key(str(value)) for value in request.path_params.values()):
        raise NotFoundError


def stranger(request: Request) -> Actor:
    """Return the caller as somebody who hasn't signed in."""
    _check_body(request)
    return _nobody(request)


def _nobody(request: Request) -> Actor:
    return Actor(ip=request.state.ip, request_id=request.state.request_id)


def signed_in(request: Request) -> Session:
    """Return the caller's live session (401 otherwise); a person's action renews it."""
    given = request.headers.getlist("authorization")
    header = given[0] if len(given) == 1 else ""
    if not header.lower().startswith(_BEARER):
        raise NotSignedInError
    server = the_server(request)
    with server.database.reading_outside(_nobody(request)) as unit:
        session = find_session(unit, header[len(_BEARER) :].strip(), server.settings.idle_limit)
    by_hand = request.headers.get(codes.USER_ACTION_HEADER) == "1"
    if by_hand and server.clock() - session.last_action_at >= RENEW_GRAIN:
        with server.database.writing_outside(_nobody(request)) as unit:
            renew(unit, session.session_id)
    request.state.user_id = session.user_id
    _check_path(request)
    _check_body(request)
    return session


def settled(request: Request) -> Session:
    """Return the caller's session; one that a password of somebody else's opened gets 403 until it has its own."""
    session = signed_in(request)
    if session.password_to_change:
        _refuse_unsettled(request, session)
    return session


def _refuse_unsettled(request: Request, session: Session) -> None:
    actor = session.actor(request.state.ip, request.state.request_id)
    with the_server(request).database.writing_outside(actor) as unit:
        record(unit, actor, "practice_not_open", "route", _route(request), DENIED)
    raise DeniedError(CHOOSE_YOUR_OWN_FIRST)


def require(*capabilities: Capability) -> Callable[[Request], PracticeScope]:
    """Return a dependency that yields the caller's practice scope if they have one of ``capabilities``.

    Use it as ``scope: Annotated[PracticeScope, Depends(require(Capability.MATCH))]``. A refusal is audited.
    """
    if not capabilities:
        raise TypeError("say which capability the route needs")

    def allowed_scope(request: Request) -> PracticeScope:
        scope = _scope(request)
        if any(scope.may(capability) for capability in capabilities):
            return scope
        _refuse(request, scope)
        if scope.role is Role.READONLY and Capability.ADMINISTER not in capabilities:
            raise DeniedError(READ_ONLY, codes.READ_ONLY)
        raise DeniedError

    allowed_scope.capabilities = capabilities  # type: ignore[attr-defined]
    return allowed_scope


def require_superadmin_inside(request: Request) -> PracticeScope:
    """Yield the scope of a superadmin who works in a practice; everybody else gets 403."""
    scope = _scope(request)
    if not scope.is_superadmin:
        _refuse(request, scope)
        raise DeniedError("Only a superadmin can change this.")
    return scope


def require_superadmin(request: Request) -> Actor:
    """Yield a superadmin outside all practices; for everybody else the route isn't there (404)."""
    session = signed_in(request)
    actor = session.actor(request.state.ip, request.state.request_id)
    if not session.is_superadmin:
        with the_server(request).database.writing_outside(actor) as unit:
            record(unit, actor, "access_denied", "route", _route(request), DENIED)
        raise NotFoundError
    if session.password_to_change:
        _refuse_unsettled(request, session)
    return actor


def _scope(request: Request) -> PracticeScope:
    session = signed_in(request)
    try:
        scope = session.scope(request.state.ip, request.state.request_id)
    except DeniedError:
        # No practice, or nothing in it before a password, second factor or device is set up.
        actor = session.actor(request.state.ip, request.state.request_id)
        with the_server(request).database.writing_outside(actor) as unit:
            record(unit, actor, "practice_not_open", "route", _route(request), DENIED)
        raise
    request.state.practice_id = scope.practice_id
    return scope


def _refuse(request: Request, scope: PracticeScope) -> None:
    with the_server(request).database.writing(scope) as unit:
        record(unit, scope, "access_denied", "route", _route(request), DENIED)


def _route(request: Request) -> str:
    return str(getattr(request.scope.get("route"), "name", ""))


ServerDep = Annotated[Server, Depends(the_server)]
SessionDep = Annotated[Session, Depends(signed_in)]
SettledSession = Annotated[Session, Depends(settled)]
Viewer = Annotated[PracticeScope, Depends(require(Capability.VIEW))]
Writer = Annotated[PracticeScope, Depends(require(Capability.RECORD))]
Matcher = Annotated[PracticeScope, Depends(require(Capability.MATCH))]
MatcherOrUploader = Annotated[PracticeScope, Depends(require(Capability.MATCH, Capability.UPLOAD))]
Reviewer = Annotated[PracticeScope, Depends(require(Capability.REVIEW))]
Uploader = Annotated[PracticeScope, Depends(require(Capability.UPLOAD))]
Administrator = Annotated[PracticeScope, Depends(require(Capability.ADMINISTER))]
SuperadminInside = Annotated[PracticeScope, Depends(require_superadmin_inside)]
Superadmin = Annotated[Actor, Depends(require_superadmin)]
Stranger = Annotated[Actor, Depends(stranger)]
