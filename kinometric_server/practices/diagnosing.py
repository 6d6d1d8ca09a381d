"""Diagnostics of a practice's athenaOne connection, for its administrators, behind the switch health_endpoints."""

from __future__ import annotations

from kinometric.contract.practices import AthenaDiagnosis, AthenaProbe
from kinometric_server.athena.diagnostics import diagnose, support_request
from kinometric_server.audit.trail import record
from kinometric_server.database import PracticeScope
from kinometric_server.operations.server import Server
from kinometric_server.patients.charts import client_of, read_access


def diagnose_connection(server: Server, scope: PracticeScope) -> AthenaDiagnosis:
    """Try every request that the scope sheet allows, write down that somebody did, and say what came of it.

    Raises
    ------
    SwitchedOffError, AthenaOffError
        If the practice has the diagnostics switched off, or no athenaOne; nothing was asked.
    """
    found = diagnose(client_of(server, read_access(server, scope)), now=server.clock)
    with server.database.writing(scope) as unit:
        details = {"probes": len(found.probes), "works": found.works}
        record(unit, scope, "athena_diagnosed", "practice", scope.practice_id, details=details)
    return AthenaDiagnosis(
        at=found.at.isoformat(),
        works=found.works,
        host=found.host,
        probes=tuple(
            AthenaProbe(each.name, each.request, each.finding, each.sentence, each.status, each.took_s)
            for each in found.probes
        ),
        requests_left_today=found.requests_left_today,
        support_request=support_request(found),
    )
