"""The HL7 v2.5.1 message of a session: its segments, what is escaped, statuses, and the very bytes of the PDF."""

from __future__ import annotations

import base64
import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from kinometric import cli
from kinometric.exchange import result_message
from kinometric.report import DocumentIdentity, ReportContent
from kinometric.report.session_file import read_session
from kinometric.resources import resource_path

HELD = {"held_full": True, "by": "Dr. Smith", "at": "2026-11-02T14:10:00-05:00"}


def write(folder: Path, **changes: Any) -> Path:
    """Write a session with a scored, a provisional, an unable and a stopped stance."""
    for name in ("LBEO", "LBEC"):
        shutil.copy(resource_path(f"samples/synthetic-{name}.csv"), folder)
    session: dict[str, Any] = {
        "format": "kinometric-session 1",
        "practice": "Harbor Street Clinic",
        "tested_at": "2026-11-02T14:05:00-05:00",
        "made_at": "2026-11-02T14:19:00-05:00",
        "ids": {"session_id": "ses_5f21"},
        "patient": {
            "lastname": "Muestra-López",
            "firstname": "Maria",
            "born": "1951-03-04",
            "sex": "Female",
            "kinometric_number": "10482",
            "athena_patient_id": "60145",
            "is_test": True,
        },
        "review": {"by": "Dr. Smith", "at": "2026-11-02T14:18:00-05:00"},
        "trials": [
            {"stance": "LBEO", "recording": "synthetic-LBEO.csv", "confirmed": HELD},
            {"stance": "RBEO", "outcome": "unable", "reason": "hip | knee"},
            {"stance": "LBEC", "recording": "synthetic-LBEC.csv"},
            {"stance": "RBEC", "outcome": "stopped", "reason": "dizzy"},
        ],
    }
    path = folder / "session.json"
    path.write_text(json.dumps({**session, **changes}), encoding="utf-8")
    return path


@pytest.fixture
def content(tmp_path: Path) -> ReportContent:
    """The session, read."""
    return read_session(write(tmp_path))


def segments(content: ReportContent, pdf: bytes = b"%PDF-1.7 \x00\xff") -> list[list[str]]:
    """Return the message as lists of fields."""
    message = result_message(content, pdf, control_id="c-1", receiver="ATHENA", receiving_facility="990017")
    assert message.endswith(b"\r")
    return [line.split("|") for line in message.decode().rstrip("\r").split("\r")]


def observations(content: ReportContent) -> dict[str, list[str]]:
    """Return the OBX segments by their code."""
    return {fields[3].split("^")[0]: fields for fields in segments(content) if fields[0] == "OBX"}


def test_the_header_names_sender_receiver_version_and_control_id(content: ReportContent) -> None:
    header = segments(content)[0]
    assert header[:6] == ["MSH", "^~\\&", "KINOMETRIC", "Harbor Street Clinic", "ATHENA", "990017"]
    assert header[6] == "20261102141900-0500"
    assert header[8:12] == ["ORU^R01^ORU_R01", "c-1", "T", "2.5.1"]
    assert header[17] == "UNICODE UTF-8"


def test_a_real_patient_is_sent_in_production(content: ReportContent) -> None:
    real = dataclasses.replace(content, patient=dataclasses.replace(content.patient, is_test=False))
    assert segments(real)[0][10] == "P"


def test_the_patient_has_both_numbers_each_with_its_authority(content: ReportContent) -> None:
    patient = segments(content)[1]
    assert patient[3] == "10482^^^KINOMETRIC^PI~60145^^^ATHENAONE^PI"
    assert patient[5] == "MUESTRA-LÓPEZ^Maria"
    assert patient[7:9] == ["19510304", "F"]
    alone = dataclasses.replace(content.patient, athena_patient_id=None, born=None, sex="")
    fields = segments(dataclasses.replace(content, patient=alone))[1]
    assert fields[3] == "10482^^^KINOMETRIC^PI"
    assert fields[7:9] == ["", "U"]


def test_observations_are_numbered_from_one(content: ReportContent) -> None:
    numbers = [fields[1] for fields in segments(content) if fields[0] == "OBX"]
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]


def test_a_confirmed_trial_is_final_and_an_unconfirmed_one_preliminary(content: ReportContent) -> None:
    found = observations(content)
    assert found["LBEO-SCORE"][11] == "F"
    assert found["LBEO-HOLD"][5:7] == ["10.00", "s"]
    assert found["LBEC-SCORE"][11] == "P"
    assert found["REPORT"][11] == "P"
    assert found["LBEO-LEVEL"][5] == "Low risk"


def test_nothing_is_final_without_a_review(tmp_path: Path) -> None:
    found = observations(read_session(write(tmp_path, review=None)))
    assert {fields[11] for fields in found.values()} == {"P", "X"}


def test_a_corrected_report_is_a_correction(content: ReportContent) -> None:
    corrected = dataclasses.replace(content, identity=DocumentIdentity("ses_5f21", "pat_1", revision=1))
    assert observations(corrected)["LBEO-SCORE"][11] == "C"


def test_what_has_no_score_cannot_be_obtained_and_says_why(content: ReportContent) -> None:
    lines = segments(content)
    index = next(n for n, fields in enumerate(lines) if fields[0] == "OBX" and fields[3].startswith("RBEC-SCORE"))
    assert lines[index][5] == ""
    assert lines[index][11] == "X"
    assert lines[index + 1][0] == "NTE"
    assert "Stopped by staff, not scored. Dizzy." in lines[index + 1][3]


def test_unable_is_a_score_of_zero(content: ReportContent) -> None:
    assert observations(content)["RBEO-SCORE"][5] == "0.0"
    assert observations(content)["RBEO-LEVEL"][5] == "Critical risk"


def test_the_pdf_arrives_byte_for_byte(content: ReportContent) -> None:
    pdf = bytes(range(256)) * 40
    (report,) = [fields for fields in segments(content, pdf) if fields[0] == "OBX" and fields[2] == "ED"]
    application, kind, encoding, data = report[5].split("^")[1:]
    assert (application, kind, encoding) == ("application", "pdf", "Base64")
    assert base64.b64decode(data) == pdf


def test_the_level_says_that_it_is_no_probability(content: ReportContent) -> None:
    notes = " ".join(fields[3] for fields in segments(content) if fields[0] == "NTE")
    assert "not a probability of falling" in notes
    assert "Not a diagnosis." in notes


@pytest.mark.parametrize(
    ("text", "escaped"),
    [("a|b", "a\\F\\b"), ("a^b", "a\\S\\b"), ("a&b", "a\\T\\b"), ("a~b", "a\\R\\b"), ("a\\b", "a\\E\\b")],
)
def test_delimiters_in_text_are_escaped(content: ReportContent, text: str, escaped: str) -> None:
    circumstances = dataclasses.replace(content.circumstances, practice=text)
    assert segments(dataclasses.replace(content, circumstances=circumstances))[0][3] == escaped


def test_a_line_break_never_starts_a_segment(content: ReportContent) -> None:
    circumstances = dataclasses.replace(content.circumstances, practice="Harbor\rMSH|evil\nX")
    lines = segments(dataclasses.replace(content, circumstances=circumstances))
    assert sum(fields[0] == "MSH" for fields in lines) == 1
    assert {fields[0] for fields in lines} == {"MSH", "PID", "OBR", "OBX", "NTE"}


def test_the_request_names_session_reviewer_and_status(content: ReportContent) -> None:
    request = segments(content)[2]
    assert request[3] == "ses_5f21^KINOMETRIC"
    assert request[7] == "20261102140500-0500"
    assert request[25] == "P"
    assert request[32] == "^Dr. Smith"


def test_the_command_writes_a_message(tmp_path: Path) -> None:
    out = tmp_path / "message.hl7"
    assert cli.main(["export", "--hl7", str(write(tmp_path)), "-o", str(out)]) == 0
    assert out.read_bytes().startswith(b"MSH|^~\\&|KINOMETRIC|")
    assert b"|ED|REPORT^" in out.read_bytes()


def test_one_format_is_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["export", "--hl7", "--fhir", str(write(tmp_path))])
    assert "not allowed with" in capsys.readouterr().err
