"""Planted names, dates, notes, passwords, tokens and secrets appear in nothing that the server writes."""

from __future__ import annotations

import base64
import gzip
import tempfile
import urllib.parse
import urllib.request
from datetime import UTC, datetime

import pyotp
import pytest

from kinometric_server.operations.metrics import MetricsListener
from kinometric_server.operations.server import Server

LAST, FIRST = "Quillfeather", "Zephyrine"
NOTE = "unsteady on gravelcanary paths"
PASSWORD = "Wrong Ptarmigan 42"
CLOCK = datetime(2026, 5, 5, 14, 30, tzinfo=UTC)
NEW_PASSWORD = "Capercaillie 77 x"


def forms(word: str) -> set[bytes]:
    """A word as it is, in other cases, URL-encoded, and in base64 at each of the three alignments."""
    plain = {word, word.lower(), word.upper(), urllib.parse.quote(word), urllib.parse.quote_plus(word)}
    found = {one.encode() for one in plain}
    for one in list(found):
        for shift in range(3):
            packed = base64.b64encode(b"\0" * shift + one)
            found.add(packed[(4 if shift else 0) : len(packed) - 4])
    found.add(word.encode("utf-16-le"))
    return {one for one in found if len(one) >= 6}


def hits(content: bytes, words: list[str]) -> set[str]:
    return {word for word in words if any(form in content for form in forms(word))}


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder of temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def own_account(who):
    """Second factor and a computer, in right and wrong ways; returns what nobody else may know."""
    secret = who.post("/v1/me/second-factor").json()["secret"]
    who.post("/v1/me/second-factor/confirm", {"code": "000000"})
    confirmed = who.post("/v1/me/second-factor/confirm", {"code": pyotp.TOTP(secret).at(CLOCK)}).json()
    wrong = {"username": "alice", "password": PASSWORD, "recovery_code": confirmed["codes"][0]}
    who.post("/v1/auth/sign-in", {**wrong, "device_id": LAST, "device_challenge": LAST, "device_signature": LAST})
    who.post("/v1/me/devices", {"public_key": NOTE, "name": LAST})
    return [secret, *confirmed["codes"], *(code.replace("-", "") for code in confirmed["codes"])]


def by_phone(who, patient_id):
    """The phone's calls, which carry names as fields and a whole recording as text."""
    who.post("/back_patients.php", {"text": LAST})
    who.post("/back_search_athena.php", {"lastname": LAST, "firstname": FIRST, "dob": "1931-02-07"})
    who.post("/back_import_patient.php", {"athena_patient_id": LAST, "fingerprint": "x", "typed_birth_year": LAST})
    body = {"patient_id": patient_id, "test_type": "LBEO", "tested_at": "2026-05-05T10:30:00-04:00"}
    who.post("/back_upload_csv.php", {**body, "csv": f"# {LAST}\nname,{FIRST}\n{NOTE}\n", "device": LAST})
    who.post("/back_upload_csv.php", {**body, "outcome": "unable", "reason": f"{LAST} can not"})


@pytest.fixture
def day(server: Server, at_work, alice, bob, frank, people, caplog, temporary):
    """A day's work with planted people, with as many refusals and failures as work; gives the words planted."""
    anonymous = people.client()
    refusals: list[bytes] = []

    def keep_refusal(answer):
        if answer.status_code >= 400:
            refusals.append(answer.read() + repr(dict(answer.headers)).encode())

    for client in people.clients:
        client.event_hooks = {"response": [keep_refusal]}
    metrics = MetricsListener(server, 0)
    sign_in = {"username": "bob", "password": PASSWORD}
    assert anonymous.post("/v1/auth/sign-in", json=sign_in).status_code == 401
    patient = at_work.patient(bob, lastname=LAST, firstname=FIRST, born="1931-02-07")
    bob.post("/v1/patients/search", {"text": f"{LAST} {FIRST}"})
    bob.post("/v1/patients/search", {"text": LAST, "born": 7, "unknown": LAST})
    bob.post("/v1/athena/patients/search", {"lastname": LAST, "firstname": FIRST, "department_id": None})
    frank.post("/v1/patients", {"lastname": LAST})
    bob.get(f"/v1/patients/{LAST}")
    bob.get(f"/v1/nothing?lastname={LAST}")
    linked = at_work.linked(bob)
    at_work.link(bob, patient, at_work.chart(bob))
    view = at_work.confirmed(bob, at_work.session(bob, linked))
    noted = bob.post(f"/v1/sessions/{view['session_id']}/note", {"note_version": 0, "text": NOTE})
    view = noted.json() if noted.status_code == 200 else view
    view = at_work.reviewed(bob, view)
    preview = at_work.preview(bob, view)
    upload = at_work.upload(bob, at_work.order(bob, view, preview)).json()
    at_work.faults({"method": "POST", "path": "*/clinicaldocument", "connection": "reset_after"})
    at_work.work()
    at_work.state(bob, upload)
    broken = base64.b64encode(NOTE.encode() * 9).decode()
    bob.post("/v1/results", {"patient_id": linked["patient_id"], "recording_base64": broken})
    bob.post("/v1/me/password", {"old_password": PASSWORD, "new_password": NEW_PASSWORD})
    person = {"username": "gina", "display_name": LAST, "email": f"{LAST}@example.org", "role": "clinician"}
    alice.post("/v1/users", {**person, "password": NEW_PASSWORD})
    secrets = own_account(alice)
    by_phone(bob, linked["patient_id"])
    bob.post(f"/v1/sessions/{view['session_id']}/interpretation", {"interpretation_version": 1, "text": NOTE})
    answers = {"instrument": "three_key_questions", "answers": {"fallen": NOTE}}
    bob.post(f"/v1/sessions/{view['session_id']}/answers", answers)
    scraped = urllib.request.urlopen(f"http://127.0.0.1:{metrics.port}/metrics").read()
    metrics.close()
    server.close()
    assert noted.status_code == 200, noted.text
    return {
        "people": [LAST, FIRST, "1931-02-07", "02/07/1931", "Prueba", "1944-09-23", "09/23/1944"],
        "secrets": [
            *(PASSWORD, NEW_PASSWORD, bob.token, alice.token, NOTE, "%PDF-1", *secrets),
            *(at_work.standin.client_secret, *at_work.standin.standin.tokens._ends),
        ],
        "pdf": base64.b64decode(preview["pdf_base64"])[200:260],
        "refusals": refusals,
        "metrics": scraped,
    }


def written(server: Server) -> dict[str, bytes]:
    """Everything below the installation, archives opened, without the database."""
    found = {}
    for path in server.settings.root.rglob("*"):
        if path.is_file() and ".sqlite3" not in path.name:
            content = path.read_bytes()
            found[str(path)] = gzip.decompress(content) if path.suffix == ".gz" else content
    return found


def test_no_file_beside_the_database_holds_anything_of_a_person(day, server):
    files = written(server)
    assert any("athena_hipaa_audit" in name for name in files)
    for name, content in files.items():
        assert hits(content, day["people"] + day["secrets"]) == set(), name
        assert day["pdf"] not in content, name


def test_no_refusal_and_no_metric_holds_them(day):
    assert len(day["refusals"]) >= 6
    for content in [*day["refusals"], day["metrics"]]:
        assert hits(content, day["people"] + day["secrets"]) == set(), content[:200]
    assert b"kinometric_uploads" in day["metrics"]


def test_no_temporary_file_and_no_core_is_left(day, server, temporary):
    assert list(temporary.rglob("*")) == []
    assert not [path for path in server.settings.root.rglob("core*") if path.is_file()]


def test_no_log_record_holds_them_either_library_or_ours(day, caplog):
    for record in caplog.records:
        text = f"{record.getMessage()} {record.__dict__}".encode()
        assert hits(text, day["people"] + day["secrets"]) == set(), record.name


def test_the_audit_trail_holds_ids_only(day, server, backend):
    if backend != "sqlite":
        pytest.skip("the file of the embedded database is read")
    import sqlite3

    connection = sqlite3.connect(server.settings.data / "kinometric.sqlite3")
    rows = connection.execute("SELECT * FROM audit_entries").fetchall()
    events = connection.execute("SELECT * FROM upload_events").fetchall()
    connection.close()
    assert len(rows) > 20
    assert events
    assert hits(repr(rows).encode(), day["people"] + day["secrets"]) == set()


def test_notes_reports_recordings_passwords_and_secrets_are_sealed_in_the_database(day, server, backend):
    if backend != "sqlite":
        pytest.skip("the file of the embedded database is read")
    for path in server.settings.data.glob("kinometric.sqlite3*"):
        content = path.read_bytes()
        assert hits(content, day["secrets"]) == set(), path.name
        assert day["pdf"] not in content
        assert b"t_s,ax" not in content


def test_the_search_itself_finds_a_word_in_each_form():
    for before in range(4):
        packed = base64.b64encode(b"x" * before + LAST.encode() + b"yyy")
        assert hits(b"..." + packed + b"...", [LAST]) == {LAST}
    assert hits(urllib.parse.quote(NOTE).encode(), [NOTE]) == {NOTE}
    assert hits(LAST.upper().encode(), [LAST]) == {LAST}
    assert hits(b"nothing of the kind", [LAST, FIRST, NOTE]) == set()
