"""Sign-in, the signed-in user, and the practice that they work in."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from kinometric.contract.accounts import ChangePassword, Me, SignedIn, SignIn, SwitchPractice
from kinometric_server.accounts import memberships, own_password
from kinometric_server.accounts.sessions import Session, end_session, find_session, renew
from kinometric_server.accounts.signing_in import sign_in as sign_in_with
from kinometric_server.api.scope import ServerDep, SessionDep, Stranger, Viewer
from kinometric_server.audit.trail import DENIED, record
from kinometric_server.database.scope import Actor, Role
from kinometric_server.errors import DeniedError
from kinometric_server.operations.server import Server

router = APIRouter(prefix="/v1", tags=["sign-in"])


def _actor(request: Request, session: Session) -> Actor:
    return session.actor(request.state.ip, request.state.request_id)


def _me_again(server: Server, request: Request) -> Me:
    token = request.headers["authorization"].split(" ", 1)[1].strip()
    with server.database.reading_outside(Actor()) as unit:
        session = find_session(unit, token, server.settings.idle_limit)
    return memberships.me(server, session)


@router.post("/auth/sign-in")
def sign_in(server: ServerDep, actor: Stranger, asked: SignIn) -> SignedIn:
    """Open a session, or say that a code is needed first."""
    opened = sign_in_with(server, actor, asked)
    if opened.token is None:
        return SignedIn(status="code_needed", token=None, me=None)
    with server.database.reading_outside(actor) as unit:
        session = find_session(unit, opened.token, server.settings.idle_limit)
    return SignedIn(status="signed_in", token=opened.token, me=memberships.me(server, session))


@router.post("/auth/sign-out", status_code=204, response_class=Response)
def sign_out(server: ServerDep, request: Request, session: SessionDep) -> None:
    """End this session."""
    actor = _actor(request, session)
    with server.database.writing_outside(actor) as unit:
        end_session(unit, session.session_id)
        record(unit, actor, "sign_out", "user", session.user_id)


@router.get("/me")
def me(server: ServerDep, session: SessionDep) -> Me:
    """Return the signed-in user and how long the session lasts without input."""
    return memberships.me(server, session)


@router.post("/me/activity")
def activity(server: ServerDep, request: Request, session: SessionDep) -> Me:
    """Take note of real input; asked for once a minute at most."""
    with server.database.writing_outside(_actor(request, session)) as unit:
        renew(unit, session.session_id)
    return _me_again(server, request)


@router.post("/me/password", status_code=204, response_class=Response)
def change_password(server: ServerDep, request: Request, session: SessionDep, asked: ChangePassword) -> None:
    """Change the user's own password; the other sessions end."""
    own_password.change(server, _actor(request, session), session, asked.old_password, asked.new_password)


@router.post("/me/practice")
def switch_practice(server: ServerDep, request: Request, session: SessionDep, asked: SwitchPractice) -> Me:
    """Work in another practice; a superadmin who is no member gives a reason."""
    with server.database.writing_outside(_actor(request, session)) as unit:
        memberships.switch_practice(unit, session, asked.practice_id, asked.reason, as_default=asked.make_default)
    return _me_again(server, request)


@router.post("/me/department/{department_id}")
def make_department_mine(server: ServerDep, request: Request, scope: Viewer, department_id: str) -> Me:
    """Make a department the user's own in the active practice."""
    with server.database.writing(scope) as unit:
        if scope.role is Role.READONLY:
            record(unit, scope, "access_denied", "route", "make_department_mine", DENIED)
            raise DeniedError
        memberships.make_department_mine(unit, scope, department_id)
    return _me_again(server, request)
