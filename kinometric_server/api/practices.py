"""Practices and the scope sheet."""

from __future__ import annotations

from fastapi import APIRouter

from kinometric.contract.practices import (
    ChangePractice,
    ChangeScope,
    NewPractice,
    Practice,
    ScopeSheet,
    SetSharedCredentials,
    SharedCredentials,
)
from kinometric_server.api.scope import Administrator, ServerDep, Superadmin, SuperadminInside, Viewer
from kinometric_server.audit.trail import record
from kinometric_server.database.scope import PracticeScope
from kinometric_server.practices import sheet

router = APIRouter(prefix="/v1", tags=["administration"])


@router.get("/practice")
def practice(server: ServerDep, scope: Viewer) -> Practice:
    """Return the active practice."""
    with server.database.writing(scope) as unit:
        record(unit, scope, "practice_read", "practice", scope.practice_id)
        return sheet.practice(unit, scope.practice_id)


@router.post("/practice")
def change_own_practice(server: ServerDep, scope: Administrator, asked: ChangePractice) -> Practice:
    """Change the active practice's name and address."""
    with server.database.writing(scope) as unit:
        return sheet.change_practice(unit, scope.practice_id, asked, by_superadmin=scope.is_superadmin)


@router.get("/practice/scope")
def scope_sheet(server: ServerDep, scope: Administrator) -> ScopeSheet:
    """Return what the practice has switched on."""
    with server.database.writing(scope) as unit:
        record(unit, scope, "scope_read", "practice", scope.practice_id)
        return sheet.scope_sheet(unit)


@router.post("/practice/scope")
def change_scope(server: ServerDep, scope: SuperadminInside, asked: ChangeScope) -> ScopeSheet:
    """Change what the practice has switched on."""
    with server.database.writing(scope) as unit:
        return sheet.change_scope(unit, scope, server.keys, asked, server.settings)


@router.get("/practices")
def list_practices(server: ServerDep, actor: Superadmin) -> list[Practice]:
    """List all practices of this installation."""
    with server.database.writing_outside(actor) as unit:
        return sheet.list_practices(unit)


@router.post("/practices", status_code=201)
def make_practice(server: ServerDep, actor: Superadmin, asked: NewPractice) -> Practice:
    """Make a practice."""
    with server.database.writing_outside(actor) as unit:
        return sheet.make_practice(unit, asked)


@router.post("/practices/{practice_id}")
def change_practice(server: ServerDep, actor: Superadmin, practice_id: str, asked: ChangePractice) -> Practice:
    """Change, close or open again any practice of this installation."""
    # Within the practice, whose sessions decide about the zone and whose audit trail tells of the change.
    with server.database.writing(PracticeScope.of_superadmin(actor, practice_id)) as unit:
        return sheet.change_practice(unit, practice_id, asked, by_superadmin=True)


@router.get("/athena/shared-credentials")
def list_shared_credentials(server: ServerDep, actor: Superadmin) -> list[SharedCredentials]:
    """Say for which environments shared athenaOne credentials are set."""
    with server.database.writing_outside(actor) as unit:
        record(unit, actor, "shared_credentials_read", "installation", None)
        return sheet.shared_credentials(unit)


@router.post("/athena/shared-credentials")
def set_shared_credentials(
    server: ServerDep, actor: Superadmin, asked: SetSharedCredentials
) -> list[SharedCredentials]:
    """Set the athenaOne credentials that practices may share."""
    with server.database.writing_outside(actor) as unit:
        return sheet.replace_shared_credentials(unit, server.keys, asked)
