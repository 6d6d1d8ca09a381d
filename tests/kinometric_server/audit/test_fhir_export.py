"""The audit trail as FHIR AuditEvent, valid by an independent model of the standard."""

from __future__ import annotations

import json

import pytest

from kinometric_server.audit.fhir import export
from kinometric_server.cli import main
from kinometric_server.database.engine import make_engine


@pytest.fixture
def events(server, alice, frank, charlie, anonymous):
    alice.get("/v1/users")
    frank.get("/v1/users")
    anonymous.post("/v1/auth/sign-in", json={"username": "alice", "password": "wrong"})
    engine = make_engine(server.settings.owner_url or server.settings.database_url)
    with engine.connect() as connection:
        lines = list(export(connection))
    engine.dispose()
    return [json.loads(line) for line in lines]


def test_each_entry_is_a_valid_audit_event(events):
    from fhir.resources.R4B.auditevent import AuditEvent

    assert len(events) == 3
    for event in events:
        AuditEvent.model_validate(event)


def test_outcome_verb_and_who_are_mapped(events, alice, frank):
    seen = [(one["subtype"][0]["code"], one["action"], one["outcome"], one["type"]["code"]) for one in events]
    assert seen == [
        ("users_read", "R", "0", "110110"),
        ("access_denied", "E", "4", "110110"),
        ("sign_in_failed", "E", "8", "110114"),
    ]
    assert [one["agent"][0]["who"]["identifier"]["value"] for one in events] == [
        alice.user_id,
        frank.user_id,
        "system",
    ]
    assert "alice" not in json.dumps(events).lower()


def test_the_command_writes_a_new_file_and_is_audited(tmp_path, capsys):
    folder, out = tmp_path / "kinometric", tmp_path / "events.ndjson"
    main(["init", "--data", str(folder), "--password", "Quiet meadow 77"])
    assert main(["audit", "export", "--data", str(folder), "--out", str(out)]) == 0
    assert json.loads(out.read_text().splitlines()[0])["subtype"][0]["code"] == "user_created"
    assert main(["audit", "export", "--data", str(folder), "--out", str(out)]) == 2
    assert "already exists" in capsys.readouterr().err
    assert "audit_exported" in (folder / "logs" / "athena_hipaa_audit.log").read_text()
