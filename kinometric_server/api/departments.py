"""The practice's own departments; athenaOne's list stands beside them."""

from __future__ import annotations

from fastapi import APIRouter

from kinometric.contract.practices import AllowDepartment, DepartmentChange, Departments, NewDepartment
from kinometric_server.api.scope import Administrator, ServerDep, Viewer
from kinometric_server.audit.trail import record
from kinometric_server.practices import departments

router = APIRouter(prefix="/v1", tags=["departments"])


@router.get("/departments")
def list_departments(server: ServerDep, scope: Viewer) -> Departments:
    """List the practice's departments."""
    with server.database.writing(scope) as unit:
        record(unit, scope, "departments_read", "practice", scope.practice_id)
        return departments.list_departments(unit, scope)


@router.post("/departments", status_code=201)
def add_department(server: ServerDep, scope: Administrator, asked: NewDepartment) -> Departments:
    """Add a department that has no counterpart in athenaOne."""
    with server.database.writing(scope) as unit:
        departments.add_department(unit, scope, name=asked.name, patient_facing_name=asked.patient_facing_name)
        return departments.list_departments(unit, scope)


@router.post("/departments/allow")
def allow_department(server: ServerDep, scope: Administrator, asked: AllowDepartment) -> Departments:
    """Allow one of athenaOne's departments."""
    with server.database.writing(scope) as unit:
        departments.allow_department(unit, scope, asked.athena_department_id)
        return departments.list_departments(unit, scope)


@router.post("/departments/{department_id}")
def change_department(
    server: ServerDep, scope: Administrator, department_id: str, asked: DepartmentChange
) -> Departments:
    """Allow, stop or rename a department."""
    with server.database.writing(scope) as unit:
        departments.change_department(unit, scope, department_id, asked)
        return departments.list_departments(unit, scope)


@router.post("/departments/{department_id}/default")
def set_default_department(server: ServerDep, scope: Administrator, department_id: str) -> Departments:
    """Make a department the practice's default for uploads."""
    with server.database.writing(scope) as unit:
        departments.set_default_department(unit, scope, department_id)
        return departments.list_departments(unit, scope)
