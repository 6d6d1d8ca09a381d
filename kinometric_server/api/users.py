"""The practice's users, for its administrators."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kinometric.contract.accounts import AllowEverywhere, ChangeUser, NewMember, NewUser, UserRow
from kinometric_server.accounts import enrolment, people
from kinometric_server.accounts.sessions import end_sessions_of
from kinometric_server.api.scope import Administrator, ServerDep, SuperadminInside
from kinometric_server.audit.trail import record
from kinometric_server.errors import DeniedError
from kinometric_server.security.passwords import Passwords

router = APIRouter(prefix="/v1", tags=["administration"])


@router.get("/users")
def list_users(server: ServerDep, scope: Administrator) -> list[UserRow]:
    """List the practice's users."""
    with server.database.writing(scope) as unit:
        return people.list_users(unit, scope)


@router.post("/users", status_code=201)
def add_user(server: ServerDep, scope: Administrator, asked: NewUser) -> UserRow:
    """Make a user in this practice."""
    passwords = Passwords(server.keys, server.settings.password_cost)
    passwords.hash_ahead(asked.password)
    with server.database.writing(scope) as unit:
        return people.add_user(unit, scope, passwords, asked)


@router.post("/members", status_code=201)
def add_member(server: ServerDep, scope: SuperadminInside, asked: NewMember) -> UserRow:
    """Let a user of other practices work in this one too."""
    with server.database.writing(scope) as unit:
        return people.add_member(unit, scope, asked)


@router.post("/users/{user_id}")
def change_user(server: ServerDep, scope: Administrator, user_id: str, asked: ChangeUser) -> UserRow:
    """Change a user's rights in this practice."""
    passwords = Passwords(server.keys, server.settings.password_cost)
    if asked.password is not None:
        passwords.hash_ahead(asked.password)
    with server.database.writing(scope) as unit:
        return people.change_user(unit, scope, passwords, user_id, asked)


@router.post("/users/{user_id}/sessions/end", status_code=204, response_class=Response)
def end_user_sessions(server: ServerDep, scope: Administrator, user_id: str) -> None:
    """End a user's sessions in this practice."""
    with server.database.writing(scope) as unit:
        people.user_row(unit, user_id)
        count = end_sessions_of(unit, user_id, practice_id=scope.practice_id)
        record(unit, scope, "sessions_ended", "user", user_id, details={"count": count})


@router.post("/users/{user_id}/second-factor/off")
def turn_user_second_factor_off(server: ServerDep, scope: Administrator, user_id: str) -> UserRow:
    """Take a lost authenticator off a user who belongs to this practice alone."""
    with server.database.writing(scope) as unit:
        people.user_row(unit, user_id)
        if not people.only_here(unit, user_id) and not scope.is_superadmin:
            raise DeniedError("This person works in other practices too; only a superadmin can change this.")
        if user_id == scope.user_id:
            raise DeniedError(people.OWN_ACCOUNT)
        enrolment.turn_off(unit, user_id)
        return people.user_row(unit, user_id)


@router.post("/users/{user_id}/everywhere")
def allow_user_everywhere(server: ServerDep, scope: SuperadminInside, user_id: str, asked: AllowEverywhere) -> UserRow:
    """Disable a user in all practices at once, or allow them again."""
    with server.database.writing(scope) as unit:
        return people.allow_everywhere(unit, scope, user_id, active=asked.is_active)
