"""athenaOne as the workstation may see it: search, lookup by ID, and its departments, all through the gate."""

from __future__ import annotations

from fastapi import APIRouter

from kinometric.contract.patients import AthenaCandidates, AthenaLookup, AthenaPatient, AthenaSearch
from kinometric.contract.practices import AthenaDepartmentPage
from kinometric_server.api.scope import Matcher, MatcherOrUploader, ServerDep, Viewer
from kinometric_server.patients import charts

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
