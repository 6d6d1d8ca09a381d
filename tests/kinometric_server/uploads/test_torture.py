"""Many uploads, lost answers and workers killed at random: nothing accepted is lost, nothing is filed twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from kinometric.contract.patients import MakeLink, NewPatient
from kinometric.contract.sessions import NewResult, ReportOptions, StampReview
from kinometric.contract.uploads import NewUpload
from kinometric_server.patients.charts import read_chart
from kinometric_server.patients.links import make_link
from kinometric_server.patients.records import create_patient
from kinometric_server.results.intake import read_result, store_result
from kinometric_server.results.reporting import draft_report, keep_preview, render
from kinometric_server.results.reviewing import stamp
from kinometric_server.results.viewing import view_session
from kinometric_server.uploads.intake import take_in
from kinometric_server.uploads.tables import uploads
from tests.kinometric_server.connected_clinic import REASONS, ROSA_IN_ATHENA, AtWork

ROOT = Path(__file__).parents[3]
POST = {"method": "POST", "path": "*/clinicaldocument"}
FAULTS = [
    {**POST, "probability": 0.12, "connection": "reset_before"},
    {**POST, "probability": 0.16, "connection": "reset_after"},
    {**POST, "probability": 0.08, "connection": "stall_after"},
    {**POST, "probability": 0.05, "connection": "truncate_after"},
    {**POST, "probability": 0.05, "status": 503, "store": True},
    {**POST, "probability": 0.05, "status": 503},
    {**POST, "probability": 0.06, "status": 429},
    {**POST, "probability": 0.06, "status": 401},
    {"method": "GET", "path": "/v1/*/patients/*", "probability": 0.06, "status": 429},
    {**POST, "probability": 0.3, "delay_s": 0.15},
]


class Clinic:
    """Orders uploads quickly, through the services that the API calls."""

    def __init__(self, at_work: AtWork, scope: Any) -> None:
        self.at_work, self.scope, self.server = at_work, scope, at_work.server
        seen = read_chart(self.server, scope, ROSA_IN_ATHENA)
        with self.server.database.writing(scope) as unit:
            born = seen.patient.born
            new = NewPatient("Prueba", "Rosa", born=born, sex="F", is_sandbox=True)
            patient = create_patient(unit, scope, new)
            order = MakeLink(ROSA_IN_ATHENA, seen.patient.fingerprint, str(born)[:4], "id", 0, REASONS)
            self.patient = make_link(unit, scope, patient.patient_id, order, seen.patient, "standin")
        self.fingerprint = seen.patient.fingerprint
        self.year = str(born)[:4]

    def order(self) -> str:
        server, scope, keys = self.server, self.scope, self.server.keys
        with server.database.writing(scope) as unit:
            session_id = None
            for stance in ("LBEO", "RBEO", "LBEC", "RBEC"):
                body = NewResult(
                    self.patient.patient_id, stance, unit.now.isoformat(), session_id,
                    outcome="unable", reason="could not stand on one leg",
                )  # fmt: skip
                session_id = store_result(unit, scope, keys, read_result(body, unit.now))
            assert session_id is not None
            stamp(unit, scope, session_id, StampReview(view_session(unit, keys, session_id).version, True))
            draft = draft_report(unit, keys, session_id, ReportOptions())
            preview = keep_preview(unit, scope, draft, render(draft), ReportOptions())
        body = NewUpload(
            session_id, preview.preview_id, preview.pdf_base64, preview.sha256,
            self.at_work.clinic.physical_therapy, self.year, self.fingerprint,
        )  # fmt: skip
        return take_in(server, scope, body, uuid4().hex).upload.upload_id


def torture(at_work: AtWork, scope: Any, *, seed: int, orders: int, kills: int, longest_s: float) -> Counter[str]:
    """Order, kill and count; return the states that the uploads ended in."""
    clinic = Clinic(at_work, scope)
    accepted = [clinic.order() for _ in range(orders)]
    at_work.standin.standin.faults.set({"seed": seed, "faults": FAULTS})
    settings = at_work.server.settings
    asked = {
        "root": str(settings.root), "database": settings.database_url, "keys": str(settings.keys),
        "standin": at_work.standin.base_url, "now": at_work.server.clock().isoformat(),
        "seed": seed, "kills": kills, "peaceful": 0, "longest_s": longest_s,
    }  # fmt: skip
    told = _run(asked)
    assert told["killed"] + told["ended"] == kills
    at_work.faults()
    later = at_work.server.clock().replace(year=at_work.server.clock().year + 1)
    _run({**asked, "kills": 0, "peaceful": 1 + orders // 20, "now": later.isoformat()})

    with at_work.server.database.reading(at_work.worker_scope) as unit:
        rows = unit.all(select(uploads).where(uploads.c.practice_id == unit.practice_id))
    assert {row.id for row in rows} == set(accepted), "an accepted upload is lost"
    stored = Counter(
        row.marker for row in rows for document in at_work.documents() if row.marker in document["internalnote"]
    )
    assert not [marker for marker, count in stored.items() if count > 1], "a document was filed twice"
    for row in rows:
        assert row.state in ("filed", "outcome_unknown"), f"an upload is {row.state}"
        if row.state == "filed":
            assert stored[row.marker] == 1, "an upload is called filed, but its document is not there"
    return Counter(row.state for row in rows)


def _run(asked: dict[str, Any]) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.kinometric_server.uploads.torture_runner"],
        input=json.dumps(asked), cwd=ROOT, text=True, capture_output=True, timeout=3000, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(done.stdout))


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs fork and pidfd")


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_lost_answers_and_kills_neither_lose_nor_double(at_work: AtWork, bob: Any, seed: int) -> None:
    ended = torture(at_work, bob.scope, seed=seed, orders=6, kills=8, longest_s=0.8)
    assert ended.total() == 6


@pytest.mark.soak
@pytest.mark.parametrize("seed", [21, 22, 23])
def test_a_long_torture_neither_loses_nor_doubles(at_work: AtWork, bob: Any, seed: int) -> None:
    ended = torture(at_work, bob.scope, seed=seed, orders=340, kills=100, longest_s=2.5)
    assert ended.total() == 340
