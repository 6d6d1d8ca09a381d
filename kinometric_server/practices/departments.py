"""The practice's departments: allowed or not, its default, and what athenaOne last listed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from kinometric.contract.practices import AthenaDepartment, Department, DepartmentChange, Departments
from kinometric_server.accounts.tables import user_practices
from kinometric_server.audit.trail import record
from kinometric_server.database.columns import metadata
from kinometric_server.database.ordering import by_name
from kinometric_server.database.scope import PracticeScope
from kinometric_server.database.unit import Unit, change_version
from kinometric_server.errors import BadInputError, NotFoundError
from kinometric_server.practices.tables import athena_departments, departments, practices


def add_department(
    unit: Unit,
    scope: PracticeScope,
    *,
    name: str,
    athena_department_id: str | None = None,
    patient_facing_name: str = "",
    is_active: bool = True,
) -> str:
    """Make a department of the practice; return its key."""
    if not name.strip():
        raise BadInputError("The department needs a name.")
    key = unit.execute(
        insert(departments)
        .values(
            practice_id=unit.practice_id,
            name=name.strip()[:200],
            athena_department_id=athena_department_id,
            patient_facing_name=patient_facing_name[:200],
            is_active=is_active,
            created_at=unit.now,
        )
        .returning(departments.c.id)
    ).scalar_one()
    record(unit, scope, "department_added", "department", key, details={"athena": athena_department_id})
    return str(key)


def allowed_athena_departments(unit: Unit) -> frozenset[str]:
    """Return athenaOne's ids of the departments that the practice allows; the department gate asks this."""
    rows = unit.all(
        select(departments.c.athena_department_id).where(
            departments.c.practice_id == unit.practice_id,
            departments.c.is_active,
            departments.c.athena_department_id.is_not(None),
        )
    )
    return frozenset(row.athena_department_id for row in rows)


def remember_athena_departments(
    unit: Unit, listed: Iterable[AthenaDepartment], *, from_the_start: bool = False
) -> None:
    """Keep what athenaOne listed (a page of it), so that a department can be allowed by its id."""
    mine = athena_departments.c.practice_id == unit.practice_id
    if from_the_start:
        unit.execute(delete(athena_departments).where(mine))
    for one in listed:
        values = {
            "name": one.name[:200],
            "patient_facing_name": one.patient_facing_name[:200],
            "read_at": unit.now,
        }
        changed = unit.execute(
            update(athena_departments)
            .where(mine, athena_departments.c.athena_department_id == one.athena_department_id)
            .values(**values)
        ).rowcount
        if changed == 0:
            unit.execute(
                insert(athena_departments).values(
                    practice_id=unit.practice_id, athena_department_id=one.athena_department_id, **values
                )
            )


def list_departments(unit: Unit, scope: PracticeScope) -> Departments:
    """Return the practice's departments, with what would be affected by stopping them."""
    rows = by_name(unit.all(select(departments).where(departments.c.practice_id == unit.practice_id)), "name", "id")
    default = unit.one(select(practices.c.athena_default_dept).where(practices.c.id == unit.practice_id))
    users = {
        row[0]: row[1]
        for row in unit.all(
            select(user_practices.c.department_id, func.count())
            .where(user_practices.c.practice_id == unit.practice_id, user_practices.c.is_active)
            .group_by(user_practices.c.department_id)
        )
    }
    read = unit.first(
        select(func.count(), func.max(athena_departments.c.read_at)).where(
            athena_departments.c.practice_id == unit.practice_id
        )
    )
    known = {
        row.athena_department_id
        for row in unit.all(
            select(athena_departments.c.athena_department_id).where(
                athena_departments.c.practice_id == unit.practice_id
            )
        )
    }
    patients = _patients_by_department(unit)
    mine = scope.department_id
    return Departments(
        departments=tuple(
            Department(
                department_id=row.id,
                athena_department_id=row.athena_department_id,
                name=row.name,
                patient_facing_name=row.patient_facing_name,
                is_active=row.is_active,
                is_practice_default=row.id == default.athena_default_dept,
                is_mine=row.id == mine,
                default_of_users=users.get(row.id, 0),
                patients=patients.get(row.id, 0),
                in_athena=None if not known or row.athena_department_id is None else row.athena_department_id in known,
                version=row.version,
            )
            for row in rows
        ),
        athena_read_at=None if read is None or read[1] is None else read[1].isoformat(),
    )


def _patients_by_department(unit: Unit) -> dict[Any, int]:
    patients = metadata.tables.get("patients")
    if patients is None or "department_id" not in patients.c:
        return {}
    return {
        row[0]: row[1]
        for row in unit.all(
            select(patients.c.department_id, func.count())
            .where(patients.c.practice_id == unit.practice_id)
            .group_by(patients.c.department_id)
        )
    }


def allow_department(unit: Unit, scope: PracticeScope, athena_department_id: str) -> None:
    """Allow one of the departments that athenaOne listed."""
    row = unit.first(
        select(departments).where(
            departments.c.practice_id == unit.practice_id,
            departments.c.athena_department_id == athena_department_id,
        )
    )
    if row is not None:
        change_version(unit, departments, row.id, row.version, {"is_active": True})
        record(unit, scope, "department_allowed", "department", row.id)
        return
    listed = unit.first(
        select(athena_departments).where(
            athena_departments.c.practice_id == unit.practice_id,
            athena_departments.c.athena_department_id == athena_department_id,
        )
    )
    if listed is None:
        raise NotFoundError("athenaOne did not list this department. Refresh its list first.")
    key = add_department(
        unit,
        scope,
        name=listed.name,
        athena_department_id=athena_department_id,
        patient_facing_name=listed.patient_facing_name,
    )
    record(unit, scope, "department_allowed", "department", key)


def change_department(unit: Unit, scope: PracticeScope, department_id: str, asked: DepartmentChange) -> None:
    """Allow or stop a department, or rename what patients see."""
    values: dict[str, Any] = {}
    if asked.is_active is not None:
        values["is_active"] = asked.is_active
    if asked.patient_facing_name is not None:
        values["patient_facing_name"] = asked.patient_facing_name.strip()[:200]
    change_version(unit, departments, department_id, asked.version, values)
    action = "department_changed"
    if asked.is_active is not None:
        action = "department_allowed" if asked.is_active else "department_stopped"
    if asked.is_active is False:
        unit.execute(
            update(practices)
            .where(practices.c.id == unit.practice_id, practices.c.athena_default_dept == department_id)
            .values(athena_default_dept=None, updated_at=unit.now)
        )
    record(unit, scope, action, "department", department_id)


def set_default_department(unit: Unit, scope: PracticeScope, department_id: str) -> None:
    """Make an allowed department the practice's default for uploads."""
    row = unit.one(
        select(departments.c.is_active).where(
            departments.c.practice_id == unit.practice_id, departments.c.id == department_id
        )
    )
    if not row.is_active:
        raise BadInputError("This department is not allowed in this practice.")
    unit.execute(
        update(practices)
        .where(practices.c.id == unit.practice_id)
        .values(athena_default_dept=department_id, updated_at=unit.now)
    )
    record(unit, scope, "department_made_default", "department", department_id)
