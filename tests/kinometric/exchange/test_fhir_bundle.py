"""The FHIR R4 bundle of a session, checked by the models of the standard."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import warnings
from pathlib import Path
from typing import Any

import pytest

from kinometric import cli
from kinometric.exchange import report_bundle
from kinometric.report import ReportContent, render_report
from kinometric.report.session_file import read_session
from kinometric.resources import resource_path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fhir.resources.R4B.bundle import Bundle

CONFIRMED = {"held_full": True, "by": "Dr. Smith", "at": "2026-11-02T14:10:00-05:00"}
SESSION: dict[str, Any] = {
    "format": "kinometric-session 1",
    "practice": "Harbor Street Clinic",
    "tested_at": "2026-11-02T14:05:00-05:00",
    "made_at": "2026-11-02T14:19:00-05:00",
    "ids": {"session_id": "ses_5f21", "patient_id": "pat_9c04", "review_id": "rev_1"},
    "patient": {
        "lastname": "Muestra-López",
        "firstname": "Maria",
        "born": "1951-03-04",
        "sex": "Female",
        "kinometric_number": "10482",
        "athena_patient_id": "60145",
        "is_test": True,
    },
    "performed_by": "T. Beispiel, PTA",
    "review": {"by": "Dr. Smith", "at": "2026-11-02T14:18:00-05:00"},
    "trials": [
        {"stance": "LBEO", "recording": "synthetic-LBEO.csv", "confirmed": CONFIRMED},
        {"stance": "RBEO", "outcome": "unable", "reason": "hip operation"},
        {"stance": "LBEC", "recording": "synthetic-LBEC.csv"},
        {"stance": "RBEC", "outcome": "stopped", "reason": "dizzy"},
    ],
    "questionnaires": {"three_key_questions": {"unsteady": True}},
}


def session_in(folder: Path, **changes: Any) -> Path:
    """Write a session file with the sample recordings beside it."""
    for name in ("LBEO", "LBEC"):
        shutil.copy(resource_path(f"samples/synthetic-{name}.csv"), folder)
    path = folder / "session.json"
    path.write_text(json.dumps({**SESSION, **changes}), encoding="utf-8")
    return path


@pytest.fixture
def content(tmp_path: Path) -> ReportContent:
    """A session with one scored, one unable, one provisional and one stopped stance."""
    return read_session(session_in(tmp_path))


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return the resources of one kind."""
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def stance_observation(bundle: dict[str, Any], stance: str) -> dict[str, Any]:
    """Return the observation of one stance."""
    return next(
        each
        for each in resources(bundle, "Observation")
        if each["code"].get("coding", [{}])[0].get("code") == f"one-leg-stance-{stance}"
    )


def test_the_bundle_is_valid_fhir(content: ReportContent) -> None:
    bundle = report_bundle(content, render_report(content))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        checked = Bundle.model_validate(json.loads(json.dumps(bundle)))
    kinds = [entry.resource.__resource_type__ for entry in checked.entry]
    assert kinds == ["DiagnosticReport", "Patient", "Device", *["Observation"] * 5, "DocumentReference"]


def test_every_reference_points_into_the_bundle(content: ReportContent) -> None:
    bundle = report_bundle(content, b"%PDF-1.7")
    urls = {entry["fullUrl"] for entry in bundle["entry"]}
    assert len(urls) == len(bundle["entry"])
    found = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            found.extend([value["reference"]] if "reference" in value else [])
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(bundle)
    assert len(found) >= 15
    assert set(found) <= urls


def test_the_same_session_gives_the_same_bundle(content: ReportContent, tmp_path: Path) -> None:
    assert report_bundle(content) == report_bundle(read_session(tmp_path / "session.json"))


def test_sessions_without_an_id_are_told_apart_by_what_they_say(tmp_path: Path) -> None:
    first = report_bundle(read_session(session_in(tmp_path, ids={})))
    other = report_bundle(read_session(session_in(tmp_path, ids={}, practice="Eastside PT")))
    assert first["entry"][0]["fullUrl"] != other["entry"][0]["fullUrl"]


def test_a_scored_stance_carries_printed_score_hold_and_measures_with_units(content: ReportContent) -> None:
    observation = stance_observation(report_bundle(content), "LBEO")
    assert observation["status"] == "final"
    assert observation["valueQuantity"]["code"] == "{score}"
    components = {each["code"]["coding"][0]["code"]: each["valueQuantity"] for each in observation["component"]}
    assert components["hold_s"]["value"] == 10.0
    assert components["rms_m_s2"]["code"] == "m/s2"
    assert components["ellipse95_m2_s4"]["code"] == "m2/s4"
    trial = content.stance("LBEO").trial
    assert trial is not None
    assert observation["valueQuantity"]["value"] <= trial.score < observation["valueQuantity"]["value"] + 0.1


def test_a_level_says_that_it_is_no_probability(content: ReportContent) -> None:
    bundle = report_bundle(content)
    for stance in ("LBEO", "RBEO"):
        (interpretation,) = stance_observation(bundle, stance)["interpretation"]
        assert "not a probability of falling" in interpretation["text"]
    assert "interpretation" not in stance_observation(bundle, "LBEC")


def test_unable_is_a_score_of_zero_and_stopped_is_not_performed(content: ReportContent) -> None:
    bundle = report_bundle(content)
    assert stance_observation(bundle, "RBEO")["valueQuantity"]["value"] == 0.0
    stopped = stance_observation(bundle, "RBEC")
    assert "valueQuantity" not in stopped
    assert stopped["dataAbsentReason"]["coding"][0]["code"] == "not-performed"
    assert "Dizzy." in stopped["dataAbsentReason"]["text"]


def test_an_unconfirmed_hold_makes_observation_and_report_preliminary(content: ReportContent) -> None:
    bundle = report_bundle(content, b"%PDF")
    assert stance_observation(bundle, "LBEC")["status"] == "preliminary"
    assert resources(bundle, "DiagnosticReport")[0]["status"] == "preliminary"
    assert resources(bundle, "DocumentReference")[0]["docStatus"] == "preliminary"


def test_a_reviewed_session_with_confirmed_holds_is_final(tmp_path: Path) -> None:
    trials = [SESSION["trials"][0], SESSION["trials"][1], SESSION["trials"][3]]
    bundle = report_bundle(read_session(session_in(tmp_path, trials=trials)), b"%PDF")
    report = resources(bundle, "DiagnosticReport")[0]
    assert report["status"] == "final"
    assert report["resultsInterpreter"] == [{"display": "Dr. Smith"}]
    missing = stance_observation(bundle, "LBEC")
    assert missing["dataAbsentReason"]["coding"][0]["code"] == "unknown"


def test_a_session_that_nobody_reviewed_is_preliminary_throughout(tmp_path: Path) -> None:
    bundle = report_bundle(read_session(session_in(tmp_path, review=None)))
    for kind in ("DiagnosticReport", "Observation"):
        assert {each["status"] for each in resources(bundle, kind)} == {"preliminary"}


def test_the_document_holds_the_very_bytes_with_their_checksum(content: ReportContent) -> None:
    pdf = render_report(content)
    attachment = resources(report_bundle(content, pdf), "DocumentReference")[0]["content"][0]["attachment"]
    assert base64.b64decode(attachment["data"]) == pdf
    assert attachment["size"] == len(pdf)
    assert base64.b64decode(attachment["hash"]) == hashlib.sha1(pdf).digest()
    assert attachment["title"] == "Balance test report"


def test_without_a_pdf_there_is_no_document(content: ReportContent) -> None:
    assert resources(report_bundle(content), "DocumentReference") == []


def test_a_corrected_report_replaces_the_first(tmp_path: Path) -> None:
    ids = {**SESSION["ids"], "supersedes": "upl_1", "revision": 1}
    corrected = report_bundle(read_session(session_in(tmp_path, ids=ids)), b"%PDF")
    (relation,) = resources(corrected, "DocumentReference")[0]["relatesTo"]
    assert relation["code"] == "replaces"
    assert relation["target"]["identifier"]["value"] == "upl_1"


def test_patient_ids_are_named_by_their_system_and_a_sandbox_patient_is_tagged(content: ReportContent) -> None:
    (patient,) = resources(report_bundle(content), "Patient")
    assert {each["system"]: each["value"] for each in patient["identifier"]} == {
        "urn:x-kinometric:patient-number": "10482",
        "urn:x-athenaone:patient-id": "60145",
    }
    assert patient["gender"] == "female"
    assert patient["birthDate"] == "1951-03-04"
    assert patient["meta"]["tag"][0]["code"] == "HTEST"


@pytest.mark.parametrize(("sex", "gender"), [("", "unknown"), ("M", "male"), ("X", "unknown"), ("Other", "other")])
def test_gender_is_never_inferred(tmp_path: Path, sex: str, gender: str) -> None:
    patient = {**SESSION["patient"], "sex": sex}
    (resource,) = resources(report_bundle(read_session(session_in(tmp_path, patient=patient))), "Patient")
    assert resource["gender"] == gender


def test_the_command_writes_a_valid_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = session_in(tmp_path), tmp_path / "bundle.json"
    assert cli.main(["export", "--fhir", str(path), "-o", str(out)]) == 0
    bundle = json.loads(out.read_text(encoding="utf-8"))
    assert len(resources(bundle, "DocumentReference")) == 1
    assert cli.main(["export", "--fhir", str(path), "-o", str(out), "--no-pdf"]) == 0
    assert resources(json.loads(out.read_text(encoding="utf-8")), "DocumentReference") == []
    assert capsys.readouterr().err == ""


def test_the_command_says_what_is_wrong_with_a_session(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = session_in(tmp_path, patient=None)
    assert cli.main(["export", "--fhir", str(path)]) == 2
    assert "The field patient is missing." in capsys.readouterr().err


def test_the_command_wants_a_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["export", str(session_in(tmp_path))])
    assert stopped.value.code == 2
    assert "--fhir" in capsys.readouterr().err
