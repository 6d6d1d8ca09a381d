"""The session file and `kinometric report`: from recordings on disk to a PDF, and what bad files are told."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kinometric import cli
from kinometric.interpretation import draft_text, facts_of
from kinometric.report import render_report
from kinometric.report.session_file import SessionFileError, read_session
from kinometric.report.wording import correction_sentence
from kinometric.resources import resource_path
from kinometric.scoring.trend import MeasurementError, write_measurement_error
from kinometric.scoring.values import ENGINE_VERSION

HELD = {"held_full": True, "by": "Dr. Smith", "at": "2026-11-02T14:10:00-05:00"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the four sample recordings."""
    for sample in resource_path("samples").glob("synthetic-*.csv"):
        shutil.copy(sample, tmp_path)
    return tmp_path


def write(folder: Path, **changes: Any) -> Path:
    """Write a session file; a change to None takes the field away."""
    session: dict[str, Any] = {
        "format": "kinometric-session 1",
        "practice": "Harbor Street Clinic",
        "department": "Neuro Rehab",
        "tested_at": "2026-11-02T14:05:00-05:00",
        "made_at": "2026-11-02T14:19:00-05:00",
        "patient": {"lastname": "Beispiel", "firstname": "Tomás", "born": "1951-03-04", "sex": "Male"},
        "trials": [
            {"stance": "lbeo", "recording": "synthetic-LBEO.csv", "confirmed": HELD},
            {"stance": "RBEO", "recording": "synthetic-RBEO.csv"},
            {"stance": "RBEC", "outcome": "stopped", "reason": "dizzy"},
        ],
    }
    session |= changes
    path = folder / "session.json"
    path.write_text(json.dumps({key: value for key, value in session.items() if value is not None}), encoding="utf-8")
    return path


def test_recordings_are_scored_and_confirmations_kept(folder: Path) -> None:
    content = read_session(write(folder))
    left, right, closed = (content.stance(name) for name in ("LBEO", "RBEO", "RBEC"))
    assert left.trial is not None
    assert left.trial.provisional is False
    assert left.confirmed_by == "Dr. Smith"
    assert left.signal is not None
    assert right.trial is not None
    assert right.trial.provisional is True
    assert closed.trial is not None
    assert closed.trial.outcome == "stopped"
    assert content.stance("LBEC").trial is None
    assert content.patient.age_years == 75
    assert content.patient.name == "BEISPIEL, Tomás"
    assert content.level.level == right.trial.level


def test_earlier_sessions_come_before_this_one_in_the_order_of_time(folder: Path) -> None:
    earlier = [
        {"tested_on": "2026-08-12", "scores": {"LBEO": 7.6}},
        {"tested_on": "2026-02-01", "scores": {"LBEO": 5, "RBEC": None}},
    ]
    points = read_session(write(folder, earlier=earlier)).trend
    assert [str(point.tested_on) for point in points] == ["2026-02-01", "2026-08-12", "2026-11-02"]
    assert points[0].scores["LBEO"] == 5.0
    assert points[0].scores["RBEC"] is None


def test_questionnaires_are_totalled(folder: Path) -> None:
    content = read_session(write(folder, questionnaires={"stay_independent": {"worried": True}}))
    assert content.questionnaires[0].total_text == "At least 1 of 14, 11 questions not answered."


def test_options_ids_review_and_texts_are_taken_over(folder: Path) -> None:
    content = read_session(
        write(
            folder,
            options={"traces": False, "page_size": "A4", "history": True},
            ids={"session_id": "ses_1", "patient_id": "pat_1", "link_version": 4},
            review={"by": "Dr. Smith", "at": "2026-11-02T14:18:00-05:00"},
            note={"text": "Steady.", "by": "Dr. Smith"},
            trials_note="1 practice",
        )
    )
    assert (content.options.traces, content.options.page_size, content.options.history) == (False, "a4", True)
    assert (content.identity.session_id, content.identity.link_version) == ("ses_1", 4)
    assert content.review is not None
    assert content.note is not None
    assert content.note.text == "Steady."
    assert content.circumstances.trials == "1 practice"


def test_the_time_of_making_may_be_given(folder: Path) -> None:
    given = datetime(2026, 12, 1, tzinfo=UTC)
    assert read_session(write(folder), made_at=given).made_at == given
    assert read_session(write(folder, made_at=None)).made_at.tzinfo is not None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": "other"}, "not a session file"),
        ({"tested_at": None}, "tested_at is missing"),
        ({"tested_at": "2026-11-02T14:05:00"}, "tested_at is not a time"),
        ({"tested_at": "yesterday"}, "tested_at is not a time"),
        ({"patient": None}, "patient is missing"),
        ({"patient": "Maria"}, "patient has the wrong type"),
        ({"patient": {"lastname": " "}}, "no name"),
        ({"patient": {"lastname": "B", "born": "04.03.1951"}}, "patient.born is not a date"),
        ({"patient": {"lastname": "B", "born": "2030-01-01"}}, "birth date lies after the test"),
        ({"patient": {"lastname": 7}}, "patient.lastname has the wrong type"),
        ({"patient": {"lastname": "B", "is_test": 1}}, "patient.is_test has the wrong type"),
        ({"trials": {}}, "trials has the wrong type"),
        ({"trials": ["x"]}, "trials[0] has the wrong type"),
        ({"trials": [{"stance": "BOTH"}]}, "trials[0].stance is not one of LBEO"),
        ({"trials": [{"stance": "LBEO"}]}, "trials[0].recording is missing"),
        ({"trials": [{"stance": "LBEO", "recording": "none.csv"}]}, "trials[0].recording: There is no such file."),
        ({"trials": [{"stance": "LBEO", "outcome": "asleep", "reason": "x"}]}, "trials[0]: The outcome is not one of"),
        ({"trials": [{"stance": "LBEO", "outcome": "unable"}]}, "needs a reason"),
        ({"trials": [{"stance": "LBEO", "outcome": "unable", "reason": "x"}] * 4}, "at most 3 trials"),
        ({"review": {"by": "Dr. Smith"}}, "review.at is missing"),
        ({"review": {"at": "2026-11-02T14:18:00-05:00"}}, "review.by is missing"),
        ({"earlier": [{"scores": {}}]}, "earlier[0].tested_on is missing"),
        ({"earlier": [{"tested_on": "2026-01-01"}]}, "earlier[0].scores is missing"),
        ({"questionnaires": {"made_up": {}}}, "instrument that is not known"),
        ({"questionnaires": {"stay_independent": {"worried": "hm"}}}, "answered with yes or no"),
        ({"options": {"page_size": "legal"}}, "letter or a4"),
        ({"options": {"traces": "yes"}}, "options.traces has the wrong type"),
        ({"ids": {"link_version": "3"}}, "ids.link_version has the wrong type"),
    ],
)
def test_a_bad_session_is_told_the_field_in_one_sentence(folder: Path, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SessionFileError) as caught:
        read_session(write(folder, **changes))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("confirmed", "sentence"),
    [
        ({"by": "Dr. Smith", "at": "2026-11-02T14:10:00-05:00"}, "confirmed.hold_s is missing"),
        ({"held_full": True, "by": "Dr. Smith"}, "confirmed.at is missing"),
        ({"held_full": True, "at": "2026-11-02T14:10:00-05:00"}, "confirmed.by is missing"),
        ({"hold_s": 12, "by": "Dr. Smith", "at": "2026-11-02T14:10:00-05:00"}, "between 0 and 10 s"),
    ],
)
def test_a_bad_confirmation_is_refused(folder: Path, confirmed: dict[str, Any], sentence: str) -> None:
    trials = [{"stance": "LBEO", "recording": "synthetic-LBEO.csv", "confirmed": confirmed}]
    with pytest.raises(SessionFileError, match=sentence):
        read_session(write(folder, trials=trials))


@pytest.mark.parametrize("content", [b"", b"not json", b"[1, 2]", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_file_that_is_no_json_object_is_refused(folder: Path, content: bytes) -> None:
    path = folder / "bad.json"
    path.write_bytes(content)
    with pytest.raises(SessionFileError, match="JSON"):
        read_session(path)


def test_a_refusal_never_repeats_what_stands_in_the_file(folder: Path) -> None:
    path = write(folder, patient={"lastname": "QUEVEDO", "born": "19-Jul-1948"})
    with pytest.raises(SessionFileError) as caught:
        read_session(path)
    assert "QUEVEDO" not in str(caught.value)
    assert "1948" not in str(caught.value)


def test_the_command_writes_a_pdf_and_the_same_one_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(folder)
    for name in ("one.pdf", "two.pdf"):
        assert cli.main(["report", str(path), "-o", str(folder / name)]) == 0
    assert (folder / "one.pdf").read_bytes() == (folder / "two.pdf").read_bytes()
    assert (folder / "one.pdf").read_bytes().startswith(b"%PDF-1.7")
    assert capsys.readouterr() == ("", "")


def test_the_commands_switches_change_paper_and_pages(folder: Path) -> None:
    import pikepdf

    path = write(folder, earlier=[{"tested_on": "2026-08-12", "scores": {"LBEO": 7.6}}])
    out = folder / "out.pdf"
    arguments = ["report", str(path), "-o", str(out), "--paper", "a4", "--no-traces", "--history"]
    assert cli.main([*arguments, "--made-at", "2026-11-03T09:00:00+01:00"]) == 0
    with pikepdf.open(out) as document:
        assert len(document.pages) == 2
        assert float(document.pages[0].obj.MediaBox[3]) == pytest.approx(841.89, abs=0.01)
        assert str(document.docinfo["/CreationDate"]).startswith("D:20261103090000+01'00")


def test_the_command_reports_a_bad_session_and_a_bad_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", str(folder / "none.json"), "-o", str(folder / "x.pdf")]) == 2
    assert "cannot be opened" in capsys.readouterr().err
    assert cli.main(["report", str(write(folder)), "-o", str(folder / "no" / "x.pdf")]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert not (folder / "x.pdf").exists()


def test_a_time_without_offset_is_refused_on_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["report", str(write(folder)), "-o", "-", "--made-at", "2026-11-03"])
    assert "write it like" in capsys.readouterr().err


def test_the_example_of_the_manual_is_read(folder: Path, repository: Path) -> None:
    manual = (repository / "docs" / "report.md").read_text(encoding="utf-8")
    session = json.loads(manual.split("```json\n")[1].split("```")[0])
    for trial in session["trials"]:
        if "recording" in trial:
            trial["recording"] = f"synthetic-{trial['stance']}.csv"
            trial.pop("rate_hz", None)
            trial.pop("foot_lift_s", None)
    path = folder / "example.json"
    path.write_text(json.dumps(session), encoding="utf-8")
    content = read_session(path)
    assert content.patient.name == "MUESTRA-LÓPEZ, Maria Elena"
    assert [each.stance for each in content.stances if each.trial is not None] == ["LBEO", "RBEO", "RBEC"]
    assert content.questionnaires[0].total_text == "At least 2 of 14, 10 questions not answered."


def refusal(folder: Path, **changes: Any) -> str:
    """Return the sentence with which a session is refused."""
    with pytest.raises(SessionFileError) as caught:
        read_session(write(folder, **changes))
    return str(caught.value)


PATIENT = {"lastname": "Beispiel", "firstname": "Tomás", "born": "1951-03-04"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"patient": {**PATIENT, "lastname": "x" * 401}}, "The field patient.lastname is longer than 400 characters."),
        ({"practice": "x" * 401}, "The field practice is longer than 400 characters."),
        ({"note": {"text": "x" * 4001, "by": "Dr. Smith"}}, "The field note.text is longer than 4,000 characters."),
        ({"patient": {**PATIENT, "born": "1800-01-01"}}, "lies more than 130 years before the test."),
        ({"ids": {"session_id": "a\u0001b"}}, "The field ids.session_id has a character that no id has."),
        ({"ids": {"revision": -1}}, "The field ids.revision does not lie between 0 and 1,000,000."),
        ({"ids": {"link_version": 10**30}}, "The field ids.link_version does not lie between 0 and 1,000,000."),
        ({"review": {"by": " ", "at": "2026-11-02T14:18:00-05:00"}}, "The field review.by is empty."),
        (
            {"earlier": [{"tested_on": "2026-11-03", "scores": {}}]},
            "The field earlier[0].tested_on lies after the test.",
        ),
        (
            {"earlier": [{"tested_on": "2026-08-12", "scores": {"LBEO": 10.5}}]},
            "The field earlier[0].scores.LBEO does not lie between 0 and 10.",
        ),
        (
            {"earlier": [{"tested_on": "2026-08-12", "scores": {"LBEO": 10**400}}]},
            "The field earlier[0].scores.LBEO is no number that can be used.",
        ),
        ({"measurement_error": "none.json"}, "measurement_error: The file cannot be opened"),
        ({"measurement_error": "a\u0000b"}, "measurement_error: The file cannot be opened (its name is not a path)."),
        ({"measurement_error": "synthetic-LBEO.csv"}, "measurement_error: The file does not hold a measurement error."),
        ({"replaces": {"filed_at": "yesterday"}}, "The field replaces.filed_at is not a time like"),
    ],
)
def test_what_no_report_can_say_is_refused_with_the_field(folder: Path, changes: dict[str, Any], sentence: str) -> None:
    assert sentence in refusal(folder, **changes)


@pytest.mark.parametrize(
    "content",
    [
        '{"format": NaN}',
        '{"format": "kinometric-session 1", "practice": "\\ud800"}',
        "9" * 5000,
        '{"a":' * 5000,
        "[" * 100_000,
    ],
)
def test_text_that_json_does_not_know_is_refused(folder: Path, content: str) -> None:
    path = folder / "session.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SessionFileError, match=r"The file is not JSON\."):
        read_session(path)


def test_a_measured_error_and_the_replaced_report_are_taken_over(folder: Path) -> None:
    write_measurement_error(folder / "error.json", MeasurementError(1.5, 40, 20, ENGINE_VERSION))
    replaced = {"document_id": "4711", "filed_at": "2026-11-02T14:25:00-05:00"}
    content = read_session(write(folder, measurement_error="error.json", replaces=replaced, ids={"revision": 1}))
    assert content.measurement_error == MeasurementError(1.5, 40, 20, ENGINE_VERSION)
    assert content.replaces is not None
    assert content.replaces.document_id == "4711"
    assert correction_sentence(content) == (
        "CORRECTED REPORT 1. Replaces the report of this test filed 02-Nov-2026 14:25 as athenaOne document 4711."
    )


def test_a_drafted_text_is_printed_only_if_it_fits_the_table_and_somebody_answers_for_it(folder: Path) -> None:
    printed = {"interpretation": True}
    said = refusal(folder, interpretation={"text": "LBEO scored 9.9 of 10.", "by": "Dr. Smith"}, options=printed)
    assert said.startswith("interpretation.text: Drafted text withheld: ")
    assert "9.9" not in said
    draft = draft_text(facts_of(read_session(write(folder))))
    assert "interpretation.by is empty" in refusal(folder, interpretation={"text": draft}, options=printed)
    accepted = {"text": draft, "by": "Dr. Smith"}
    content = read_session(write(folder, interpretation=accepted, options=printed))
    assert content.interpretation is not None
    assert content.interpretation.text == draft
    named = {"text": f"{draft} Beispiel held LBEO.", "by": "Dr. Smith"}
    assert "names a person" in refusal(folder, interpretation=named, options=printed)
    assert read_session(write(folder, interpretation={"text": "LBEO will fall."})).options.interpretation is False


def test_another_process_with_another_hash_seed_and_clock_makes_the_same_bytes(folder: Path) -> None:
    session, target = write(folder, ids={"session_id": "ses_1", "patient_id": "pat_1"}), folder / "report.pdf"
    command = [sys.executable, "-m", "kinometric.cli", "report", str(session), "-o", str(target)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "4711", "TZ": "UTC-13"})
    assert target.read_bytes() == render_report(read_session(session))
