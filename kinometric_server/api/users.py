"""The practice's users, for its administrators."""

from __future__ import annotations

from fastapi import APIRouter

from kinometric.contract.accounts import ChangeUser, NewUser, UserRow
from kinometric_server.accounts import people
from kinometric_server.api.scope import Administrator, ServerDep
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
    with server.database.writing(scope) as unit:
        return people.add_user(unit, scope, Passwords(server.keys, server.settings.password_cost), asked)


@router.post("/users/{user_id}")
def change_user(server: ServerDep, scope: Administrator, user_id: str, asked: ChangeUser) -> UserRow:
    """Change a user's rights in this practice."""
    with server.database.writing(scope) as unit:
        passwords = Passwords(server.keys, server.settings.password_cost)
        return people.change_user(unit, scope, passwords, user_id, asked)
