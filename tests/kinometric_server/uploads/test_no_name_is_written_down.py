"""A name, a birth date, a note and the report's bytes stand only where they belong: sealed, or in their column."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from sqlalchemy import text

from kinometric_server.database.schema import whole_metadata
from tests.kinometric_server.connected_clinic import AtWork, ok

LAST, FIRST, NOTE = "Quillfeather", "Zebulonia", "Marmalade walks the plank on Thursdays"
CHART = "77001"


def forms(word: str) -> set[bytes]:
    """Every form in which a word could have slipped out."""
    found = {word, word.upper(), word.lower(), quote(word)}
    encoded = {base64.b64encode(word[start:].encode())[2:-4] for start in range(3)}
    return {each.encode() for each in found} | {each for each in encoded if len(each) > 6}


CANARIES = set().union(*map(forms, (LAST, FIRST, NOTE, "1947-08-09", "08/09/1947"))) | {b"%PDF-1"}


def a_day(at_work: AtWork, bob: Any) -> dict[str, Any]:
    """Everything that a day brings for the canary, refusals and lost answers too."""
    record = {
        "patientid": CHART, "lastname": LAST, "firstname": FIRST, "dob": "08/09/1947", "sex": "F", "status": "active",
        "departmentid": "1", "primarydepartmentid": "1",
    }  # fmt: skip
    httpx.put(f"{at_work.standin.base_url}/_standin/patients/990017/{CHART}", json=record).raise_for_status()
    fields = {"lastname": LAST, "firstname": FIRST, "born": "1947-08-09", "sex": "F"}
    patient = at_work.patient(bob, **fields)
    for words in (LAST, f"{LAST} 1947", "9 aug 1947"):
        ok(bob.post("/v1/patients/search", {"text": words}))
    search = {"patient_id": patient["patient_id"], "lastname": LAST, "firstname": FIRST, "born": "1947-08-09"}
    ok(bob.post("/v1/athena/patients/search", search))
    at_work.link(bob, patient, at_work.chart(bob, CHART), typed_birth_year="1901")
    linked = ok(at_work.link(bob, patient, at_work.chart(bob, CHART)))
    bob.post("/v1/patients", {**fields, "sex": LAST})
    view = at_work.session(bob, linked)
    ok(bob.post(f"/v1/sessions/{view['session_id']}/note", {"note_version": 0, "text": NOTE}))
    view = at_work.reviewed(bob, at_work.confirmed(bob, view))
    order = at_work.order(bob, view, at_work.preview(bob, view))
    at_work.upload(bob, {**order, "typed_birth_year": "1901"})
    upload = ok(at_work.upload(bob, order), 202)
    at_work.faults({"method": "POST", "path": "*/clinicaldocument", "connection": "reset_after"})
    at_work.work()
    at_work.faults({"path": "/v1/*/patients/*", "status": 404, "body": {"error": f"no {LAST} here"}})
    bob.post("/v1/athena/patients/lookup", {"athena_patient_id": CHART})
    return upload


def test_no_log_file_or_token_or_anchor_holds_a_canary(at_work: AtWork, bob: Any) -> None:
    a_day(at_work, bob)
    at_work.server.close()
    root: Path = at_work.server.settings.root
    looked_at = [path for path in root.rglob("*") if path.is_file() and ".sqlite3" not in path.name]
    assert any(path.name == "server.log" or path.suffix == ".log" for path in looked_at)
    assert any(path.stat().st_size > 500 for path in looked_at)
    for path in looked_at:
        content = path.read_bytes()
        assert not [canary for canary in CANARIES if canary in content], f"{path.name} holds what it must not"


def test_only_the_columns_of_patients_hold_the_name(at_work: AtWork, bob: Any) -> None:
    a_day(at_work, bob)
    named = {"patients", "patient_words"}
    canaries = {canary for canary in CANARIES if canary != b"%PDF-1"}
    with at_work.server.database.engine.connect() as connection:
        for table in whole_metadata().sorted_tables:
            if table.name in named:
                continue
            for row in connection.execute(text(f"SELECT * FROM {table.name}")):
                shown = repr(tuple(row)).encode()
                assert not [canary for canary in canaries if canary in shown], f"{table.name} holds a name"


def test_what_pytest_captures_of_the_logs_holds_no_canary(at_work: AtWork, bob: Any, caplog: Any) -> None:
    a_day(at_work, bob)
    lines = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records).encode()
    assert caplog.records
    assert not [canary for canary in CANARIES if canary in lines]
