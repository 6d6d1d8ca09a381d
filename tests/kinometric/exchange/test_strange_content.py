"""Content as strangers make it: control characters, empty texts, numbers that are none, corrected reports."""

from __future__ import annotations

import dataclasses
import json
import warnings
from typing import Any

import pytest

from kinometric.exchange import report_bundle, result_message
from kinometric.report import DocumentIdentity, QuestionnaireSummary, ReportContent, SignedText, StanceReport
from kinometric.report.content import PageOptions
from tests.kinometric.report.conftest import down, make_content, make_trial

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fhir.resources.R4B.bundle import Bundle

PDF = b"%PDF-1.7 not a real one"


def resources(content: ReportContent) -> dict[str, list[dict[str, Any]]]:
    """Return a bundle's resources by their type, after the standard's models took the whole."""
    bundle = report_bundle(content, PDF)
    Bundle.model_validate_json(json.dumps(bundle, allow_nan=False))
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in bundle["entry"]:
        found.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    return found


def strings(value: Any) -> list[str]:
    """Return every text of a JSON value."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


def segments(content: ReportContent) -> list[list[str]]:
    message = result_message(content, PDF, control_id="c1").decode()
    return [line.split("|") for line in message.split("\r") if line]


WILD = {
    "patient": {"name": "MUES\x00TRA,\x0b Maria\x85"},
    "test": {"practice": "Har\x07bor", "device": " \t", "performed_by": "\u2028", "trials": "\x1b[2J"},
    "note": SignedText("One\x00 line\r\nand\x0canother", "Dr.\x01 Smith"),
    "questionnaires": (QuestionnaireSummary("Name\x00", "6 of 14\x02", "", ("un\x03steady",)),),
}


def test_no_control_character_leaves_the_house() -> None:
    content = make_content(**WILD)
    for text in strings(report_bundle(content)):
        assert text.isprintable(), text
    message = result_message(content, PDF, control_id="c1").decode()
    assert all(character.isprintable() or character == "\r" for character in message)
    assert "MUES TRA" in message


@pytest.mark.parametrize("changes", [WILD, {"patient": {"name": "", "kinometric_number": "", "born": None}}])
def test_strange_texts_make_a_valid_bundle(changes: dict[str, Any]) -> None:
    assert resources(make_content(**changes))["DiagnosticReport"]


def test_empty_texts_are_left_out_and_not_sent_empty() -> None:
    found = resources(make_content(patient={"name": " "}, test={"performed_by": " ", "device": ""}, note=None))
    (patient,), (report,), (device,) = found["Patient"], found["DiagnosticReport"], found["Device"]
    assert "name" not in patient
    assert "performer" not in report
    assert device["deviceName"][0]["name"] == "Phone"
    assert all(text.strip() for text in strings(found))


def test_a_measure_that_is_no_number_is_left_out() -> None:
    plain = make_trial()
    broken = dataclasses.replace(plain.measures, f95_hz=float("nan"), rms_m_s2=float("inf"))
    stances = (StanceReport("LBEO", dataclasses.replace(plain, measures=broken), None, 1, "Dr. Smith"),)
    content = make_content(stances=stances)
    codes = [each["code"]["text"] for each in resources(content)["Observation"][0]["component"]]
    assert "path_m_s2" in codes
    assert not {"f95_hz", "rms_m_s2"} & set(codes)
    sent = [segment[3].split("^")[0] for segment in segments(content) if segment[0] == "OBX"]
    assert "LBEO-ELLIPSE95" in sent
    assert "LBEO-RMS" not in sent


def test_a_corrected_report_is_corrected_throughout() -> None:
    content = make_content(identity=DocumentIdentity("ses_1", "pat_1", "rev_1", "60145", 3, "upl_1", 1))
    found = resources(content)
    assert found["DiagnosticReport"][0]["status"] == "corrected"
    assert {each["status"] for each in found["Observation"]} == {"corrected"}
    (document,) = found["DocumentReference"]
    assert (document["status"], document["docStatus"]) == ("current", "amended")
    assert document["relatesTo"][0]["code"] == "replaces"
    open_ = dataclasses.replace(content, review=None)
    assert resources(open_)["DiagnosticReport"][0]["status"] == "preliminary"


def test_who_set_a_hold_and_why_goes_with_it() -> None:
    trial = down("RBEC", 6.4, 6.8, 3.2)
    content = make_content(stances=(StanceReport("RBEC", trial, None, 1, "Dr. Smith"),))
    notes = [note["text"] for note in resources(content)["Observation"][3]["note"]]
    assert "Down at 6.4 s, set by Dr. Smith (detected 6.8 s)." in notes
    assert "Reason: foot touched down" in notes


def test_what_the_provider_wrote_goes_in_the_provider_s_name() -> None:
    content = make_content(note=SignedText("Sways more with eyes closed.", "Dr. Smith"))
    said = "Provider’s interpretation (Dr. Smith): Sways more with eyes closed."
    assert said in resources(content)["DiagnosticReport"][0]["conclusion"]
    assert any(said in segment[3] for segment in segments(content) if segment[0] == "NTE")
    unasked = dataclasses.replace(content, options=PageOptions(note=False))
    assert said not in resources(unasked)["DiagnosticReport"][0]["conclusion"]


@pytest.mark.parametrize(
    ("by", "asked", "sent"), [("Dr. Smith", True, True), ("", True, False), ("Dr. Smith", False, False)]
)
def test_a_drafted_text_goes_only_accepted_and_asked_for(by: str, asked: bool, sent: bool) -> None:
    content = make_content(interpretation=SignedText("LBEO: drafted.", by), options=PageOptions(interpretation=asked))
    assert ("LBEO: drafted." in resources(content)["DiagnosticReport"][0]["conclusion"]) is sent
    assert any("LBEO: drafted." in "|".join(segment) for segment in segments(content)) is sent


def test_questionnaires_are_part_of_the_message_and_of_the_bundle() -> None:
    summary = QuestionnaireSummary(
        "Stay Independent", "at least 6 of 14, 3 not answered.", "4 or more: at risk.", ("a|b",)
    )
    content = make_content(questionnaires=(summary,))
    survey = resources(content)["Observation"][4]
    assert survey["valueString"].startswith("at least 6 of 14")
    (sent,) = [segment for segment in segments(content) if "QUESTIONNAIRE" in segment[3:4][0]]
    assert sent[5] == "at least 6 of 14, 3 not answered. 4 or more: at risk. a\\F\\b"
    numbers = [int(segment[1]) for segment in segments(content) if segment[0] == "OBX"]
    assert numbers == list(range(1, len(numbers) + 1))
