"""The worklist: a day's sessions and what each needs next."""

from __future__ import annotations

from fastapi import APIRouter

from kinometric.contract.patients import Worklist, WorklistQuery
from kinometric_server.api.scope import ServerDep, Viewer
from kinometric_server.results import worklist

router = APIRouter(prefix="/v1", tags=["worklist"])


@router.post("/worklist")
def read_worklist(server: ServerDep, scope: Viewer, body: WorklistQuery) -> Worklist:
    """Read a day's sessions."""
    with server.database.writing(scope) as unit:
        return worklist.read_worklist(unit, scope, body)
