"""Departments here and in athenaOne, the practice, its scope sheet and its audit trail."""

from __future__ import annotations

from kinometric.contract.practices import (
    AcknowledgeIncident,
    AllowDepartment,
    AthenaDepartmentPage,
    AthenaDiagnosis,
    AuditPage,
    AuditQuery,
    ChangePractice,
    ChangeScope,
    DepartmentChange,
    Departments,
    Incident,
    NewDepartment,
    NewPractice,
    Practice,
    ScopeSheet,
    SetSharedCredentials,
    SharedCredentials,
)
from kinometric_desktop.client.transport import Transport


class DepartmentCalls:
    """Routes under /v1/departments and /v1/athena/departments."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def athena_page(self, offset: int = 0) -> AthenaDepartmentPage:
        """A page of athenaOne's departments."""
        return self._transport.get(f"/v1/athena/departments?offset={offset:d}", AthenaDepartmentPage)

    def list(self) -> Departments:
        """The practice's departments in Kinometric."""
        return self._transport.get("/v1/departments", Departments)

    def allow(self, form: AllowDepartment) -> Departments:
        """Allow one of athenaOne's departments."""
        return self._transport.post("/v1/departments/allow", form, Departments)

    def add(self, form: NewDepartment) -> Departments:
        """Add a department that has no counterpart in athenaOne."""
        return self._transport.post("/v1/departments", form, Departments)

    def change(self, department_id: str, form: DepartmentChange) -> Departments:
        """Stop a department, allow it again, or rename what patients see."""
        return self._transport.post(f"/v1/departments/{department_id}", form, Departments)

    def make_practice_default(self, department_id: str) -> Departments:
        """Make a department the practice's default."""
        return self._transport.post(f"/v1/departments/{department_id}/default", None, Departments)


class PracticeCalls:
    """Routes under /v1/practice, /v1/practices and /v1/audit."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self) -> Practice:
        """The active practice."""
        return self._transport.get("/v1/practice", Practice)

    def change(self, form: ChangePractice) -> Practice:
        """Change the active practice's name and address; its time zone is a superadmin's."""
        return self._transport.post("/v1/practice", form, Practice)

    def scope(self) -> ScopeSheet:
        """The active practice's scope sheet."""
        return self._transport.get("/v1/practice/scope", ScopeSheet)

    def change_scope(self, form: ChangeScope) -> ScopeSheet:
        """Change the scope sheet; superadmins only."""
        return self._transport.post("/v1/practice/scope", form, ScopeSheet)

    def audit(self, query: AuditQuery) -> AuditPage:
        """A page of the audit trail."""
        return self._transport.post("/v1/audit", query, AuditPage)

    def incidents(self) -> tuple[Incident, ...]:
        """What an administrator must look at."""
        return self._transport.get("/v1/incidents", tuple[Incident, ...])

    def acknowledge(self, incident_id: str, form: AcknowledgeIncident) -> tuple[Incident, ...]:
        """Say that an incident was looked at, and what it was."""
        return self._transport.post(f"/v1/incidents/{incident_id}/acknowledge", form, tuple[Incident, ...])

    def diagnose_athena(self) -> AthenaDiagnosis:
        """Ask which requests athenaOne answers for the practice."""
        return self._transport.post("/v1/athena/diagnostics", None, AthenaDiagnosis)

    def all(self) -> tuple[Practice, ...]:
        """Every practice of the server; superadmins only."""
        return self._transport.get("/v1/practices", tuple[Practice, ...])

    def change_any(self, practice_id: str, form: ChangePractice) -> Practice:
        """Change, close or open any practice; superadmins only."""
        return self._transport.post(f"/v1/practices/{practice_id}", form, Practice)

    def shared_credentials(self) -> tuple[SharedCredentials, ...]:
        """For which environments shared athenaOne credentials are set; superadmins only, never a secret."""
        return self._transport.get("/v1/athena/shared-credentials", tuple[SharedCredentials, ...])

    def set_shared_credentials(self, form: SetSharedCredentials) -> tuple[SharedCredentials, ...]:
        """Set the shared athenaOne credentials of an environment; superadmins only."""
        return self._transport.post("/v1/athena/shared-credentials", form, tuple[SharedCredentials, ...])

    def add(self, form: NewPractice) -> Practice:
        """Make a practice; superadmins only."""
        return self._transport.post("/v1/practices", form, Practice)
