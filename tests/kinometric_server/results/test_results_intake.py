"""Recordings are scored, sealed and attributed; what can't be used is refused and leaves nothing behind."""

from __future__ import annotations

import base64
import random
from typing import Any

import pytest
from sqlalchemy import func, select

from kinometric_server.results.tables import recordings, test_results, test_sessions
from tests.kinometric_server.connected_clinic import AtWork, ok, recording, refused

HEADER = "t,ax,ay,az\n"


def rows(count: int = 1000, rate: float = 100.0, z: str = "9.81") -> str:
    return HEADER + "".join(f"{index / rate:.3f},0.01,0.02,{z}\n" for index in range(count))


BAD = {
    "empty": b"",
    "unreadable": b"\x00\x01\x02\xff\xfe" * 300,
    "truncated": recording()[: len(recording()) // 2].rsplit(b"\n", 1)[0] + b"\n5.0,1.0",
    "gravity_free": rows(z="0.02").encode(),
    "too_short": rows(3).encode(),
    "too_slow": rows(300, rate=20.0).encode(),
    "not_a_number": rows().replace("9.81", "nan", 1).encode(),
    "wrong_columns": b"a,b\n1,2\n3,4\n" * 200,
    "noise": random.Random(3).randbytes(10_000_000),
}


def stored(server: Any, scope: Any) -> tuple[int, ...]:
    with server.database.reading(scope) as unit:
        return tuple(
            unit.one(
                select(func.count().label("n")).select_from(table).where(table.c.practice_id == unit.practice_id)
            ).n
            for table in (test_sessions, test_results, recordings)
        )


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_recording_is_one_clear_sentence_and_nothing_is_stored(
    at_work: AtWork, bob: Any, server: Any, kind: str
) -> None:
    patient = at_work.patient(bob)
    body = at_work.result(patient, "LBEO", recording_base64=base64.b64encode(BAD[kind]).decode())
    sentence = refused(bob.post("/v1/results", body), 422, "KS-422R")
    assert sentence.startswith("The recording can't be used: ")
    assert sentence.endswith(".")
    assert len(sentence) < 250
    assert stored(server, at_work.worker_scope) == (0, 0, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"tested_at": "yesterday"},
        {"tested_at": "2026-05-05T14:00:00"},
        {"tested_at": "2031-05-05T14:00:00Z"},
        {"tested_at": "1999-05-05T14:00:00Z"},
        {"outcome": "unable", "reason": "could not stand"},
        {"recording_base64": None},
        {"recording_base64": None, "outcome": "unable", "reason": ""},
        {"placement": "hat"},
        {"mounting": "upside_down"},
        {"stance": "LEFT"},
        {"surplus": True},
        {"rate_hz": "fast"},
        {"footwear": "x" * 500},
    ],
)
def test_what_makes_no_sense_is_refused(at_work: AtWork, bob: Any, server: Any, change: dict[str, Any]) -> None:
    patient = at_work.patient(bob)
    body = {**at_work.result(patient, "LBEO"), **change}
    answer = bob.post("/v1/results", {name: value for name, value in body.items() if value is not None})
    assert answer.status_code == 422
    assert stored(server, at_work.worker_scope) == (0, 0, 0)


def test_base64_that_is_none_is_a_bad_recording(at_work: AtWork, bob: Any) -> None:
    body = at_work.result(at_work.patient(bob), "LBEO", recording_base64="***")
    assert "base64" in refused(bob.post("/v1/results", body), 422, "KS-422R")


def test_a_file_that_names_another_stance_is_refused(at_work: AtWork, bob: Any) -> None:
    encoded = base64.b64encode(recording("RBEO")).decode()
    body = at_work.result(at_work.patient(bob), "LBEO", recording_base64=encoded)
    assert "another stance" in refused(bob.post("/v1/results", body), 422, "KS-422R")


def test_a_recording_is_scored_sealed_and_attributed(at_work: AtWork, bob: Any, server: Any) -> None:
    view = at_work.session(bob, at_work.patient(bob), ["LBEO"])
    (trial,) = view["trials"]
    assert trial["outcome"] == "scored"
    assert trial["score"] > 5
    assert trial["provisional"] is True
    assert trial["synthetic"] is True
    assert trial["measures"]["rms_m_s2"] > 0
    assert view["performed_by"] == "Dr. Robert Vance"
    assert view["providerlocation"] == "Harbor Street Clinic — Physical Therapy"
    assert view["tested_at_local"] == "2026-05-05T10:30:00-04:00"
    with server.database.reading(at_work.worker_scope) as unit:
        row = unit.one(select(recordings).where(recordings.c.practice_id == unit.practice_id))
    assert b"time_s" not in row.original_sealed
    assert b"time_s" not in row.csv_sealed
    files = ok(bob.get(f"/v1/sessions/{view['session_id']}/recordings"))["recordings"]
    assert files[0]["csv"].encode().startswith(b"# format: kinometric-csv 1")


def test_another_provider_s_change_keeps_the_first_attribution(at_work: AtWork, alice: Any, bob: Any) -> None:
    view = at_work.session(bob, at_work.patient(bob), ["LBEO"])
    changed = at_work.confirmed(alice, view)
    assert changed["performed_by"] == "Dr. Robert Vance"
    assert changed["trials"][0]["confirmed_by"] == "Alice"


def test_the_same_idempotency_key_stores_a_result_once(at_work: AtWork, bob: Any, server: Any) -> None:
    body = at_work.result(at_work.patient(bob), "LBEO")
    key = {"Idempotency-Key": "0123456789abcdef"}
    first = ok(bob.post("/v1/results", body, headers=key), 201)
    second = ok(bob.post("/v1/results", body, headers=key), 201)
    assert first["session_id"] == second["session_id"]
    assert stored(server, at_work.worker_scope) == (1, 1, 1)
    refused(bob.post("/v1/results", {**body, "surface": "foam"}, headers=key), 422, "KS-422K")
    refused(bob.post("/v1/results", body, headers={"Idempotency-Key": "short"}), 422, "KS-422K")


def test_a_stance_has_at_most_three_trials_and_the_best_confirmed_one_counts(at_work: AtWork, bob: Any) -> None:
    patient = at_work.patient(bob)
    view: dict[str, Any] = {"session_id": None}
    for hold_s in (4.0, 8.0, 6.0):
        encoded = base64.b64encode(recording("LBEO", hold_s=hold_s)).decode()
        body = at_work.result(patient, "LBEO", view["session_id"], recording_base64=encoded)
        view = ok(bob.post("/v1/results", body), 201)
    fourth = at_work.result(patient, "LBEO", view["session_id"])
    assert "3 trials" in refused(bob.post("/v1/results", fourth), 409, "KS-409S")
    assert [trial["is_stance_value"] for trial in view["trials"]] == [False, True, False]


def test_a_session_is_one_patient_s_own(at_work: AtWork, bob: Any, charlie: Any) -> None:
    view = at_work.session(bob, at_work.patient(bob), ["LBEO"])
    other = at_work.patient(bob)
    refused(bob.post("/v1/results", at_work.result(other, "RBEO", view["session_id"])), 422, "KS-422")
    theirs = at_work.patient(charlie)
    refused(charlie.post("/v1/results", at_work.result(theirs, "RBEO", view["session_id"])), 404, "KS-404")
    refused(charlie.get(f"/v1/sessions/{view['session_id']}"), 404, "KS-404")
    refused(charlie.get(f"/v1/sessions/{view['session_id']}/recordings"), 404, "KS-404")


def test_an_outcome_without_a_recording_is_a_result_too(at_work: AtWork, bob: Any) -> None:
    body = at_work.result(
        at_work.patient(bob), "LBEO", recording_base64=None, placement=None, outcome="unable", reason="could not lift"
    )
    (trial,) = ok(bob.post("/v1/results", body), 201)["trials"]
    assert (trial["outcome"], trial["score"], trial["level"]) == ("unable", 0.0, "critical")
    assert trial["has_recording"] is False


def test_readonly_sends_no_results(at_work: AtWork, bob: Any, frank: Any) -> None:
    refused(frank.post("/v1/results", at_work.result(at_work.patient(bob), "LBEO")), 403, "KS-403R")
