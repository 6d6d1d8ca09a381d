"""athenaOne as the workstation may see it: search, lookup by ID, and its departments, all through the gate."""

from __future__ import annotations

from fastapi import APIRouter

from kinometric.contract.patients import AthenaCandidates, AthenaLookup, AthenaPatient, AthenaSearch
from kinometric.contract.practices import AthenaDepartmentPage, AthenaDiagnosis
from kinometric_server.api.scope import Administrator, Matcher, MatcherOrUploader, ServerDep, Viewer
from kinometric_server.patients import charts
from kinometric_server.practices import diagnosing

router = APIRouter(prefix="/v1/athena", tags=["athena"])


@router.post("/patients/search")
def search_athena(server: ServerDep, scope: Matcher, body: AthenaSearch) -> AthenaCandidates:
    """Search athenaOne for a patient."""
    return charts.search_charts(server, scope, body)


@router.post("/patients/lookup")
def look_up_in_athena(server: ServerDep, scope: MatcherOrUploader, body: AthenaLookup) -> AthenaPatient:
    """Read one athenaOne record by its ID."""
    return charts.look_up(server, scope, body)


@router.get("/departments")
def list_athena_departments(server: ServerDep, scope: Viewer, offset: int = 0) -> AthenaDepartmentPage:
    """Read a page of athenaOne's departments."""
    return charts.departments_page(server, scope, offset)


@router.post("/diagnostics")
def diagnose_athena(server: ServerDep, scope: Administrator) -> AthenaDiagnosis:
    """Try which requests athenaOne answers, where the practice has switched that on."""
    return diagnosing.diagnose_connection(server, scope)
