"""The signed-in user's second factor."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from kinometric.contract.accounts import OwnPassword, RecoveryCodes, SecondFactorBegun, SecondFactorCode
from kinometric_server.accounts import enrolment, own_password
from kinometric_server.api.scope import ServerDep, SettledSession

router = APIRouter(prefix="/v1/me/second-factor", tags=["sign-in"])


@router.post("")
def begin_second_factor(server: ServerDep, request: Request, session: SettledSession) -> SecondFactorBegun:
    """Make a secret for the user's authenticator."""
    actor = session.actor(request.state.ip, request.state.request_id)
    with server.database.writing_outside(actor) as unit:
        begun = enrolment.begin(unit, server.keys, session)
    return SecondFactorBegun(secret=begun.secret, uri=begun.uri)


@router.post("/confirm")
def confirm_second_factor(
    server: ServerDep, request: Request, session: SettledSession, asked: SecondFactorCode
) -> RecoveryCodes:
    """Turn the second factor on with a first code."""
    actor = session.actor(request.state.ip, request.state.request_id)
    with server.database.writing_outside(actor) as unit:
        return RecoveryCodes(codes=tuple(enrolment.confirm(unit, server.keys, session, asked.code)))


@router.post("/recovery-codes")
def make_recovery_codes(
    server: ServerDep, request: Request, session: SettledSession, asked: OwnPassword
) -> RecoveryCodes:
    """Make new recovery codes; the earlier ones count no more."""
    actor = session.actor(request.state.ip, request.state.request_id)
    checked = own_password.check(server, actor, session, asked.password, "recovery_codes_made")
    with server.database.writing_outside(actor) as unit:
        own_password.require_unchanged(unit, session, checked)
        codes = enrolment.renew_recovery_codes(unit, server.keys, session)
    return RecoveryCodes(codes=tuple(codes))


@router.post("/off", status_code=204, response_class=Response)
def turn_second_factor_off(server: ServerDep, request: Request, session: SettledSession, asked: OwnPassword) -> None:
    """Turn the user's own second factor off."""
    actor = session.actor(request.state.ip, request.state.request_id)
    checked = own_password.check(server, actor, session, asked.password, "second_factor_off")
    with server.database.writing_outside(actor) as unit:
        own_password.require_unchanged(unit, session, checked)
        enrolment.turn_off(unit, session.user_id, but=session.session_id)
