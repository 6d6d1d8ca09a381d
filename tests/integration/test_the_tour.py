"""The demo on a machine without a display: the tour files a document, and nobody's name is left anywhere but in it."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest

from kinometric.report import read_identity
from kinometric_server.sandbox.people import DEMO_PEOPLE

STEPS = (
    "sign-in", "worklist", "find", "match-candidates", "match-compare", "match-ready", "match-linked", "review",
    "review-one-stance", "review-stamped", "report", "confirm", "confirm-ready", "filed", "uploads", "departments",
    "admin-users", "admin-audit",
)  # fmt: skip


class Walked:
    """One run of the demo, and every file that it left."""

    def __init__(self, folder: Path) -> None:
        self.home, self.clinic, self.pictures = folder / "home", folder / "clinic", folder / "tour"
        self.temporary = folder / "temporary"
        for each in (self.home, self.clinic, self.temporary, self.pictures):
            each.mkdir()
        # What an earlier tour left, as after a second `make demo`.
        (self.pictures / "settings.ini").write_text("[General]\ntext_percent=200\nserver_url=http://127.0.0.1:9\n")
        for old in ("77-of-another-day.png", "document-1.pdf"):
            (self.pictures / old).write_bytes(b"old")
        environment = {
            **{key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")},
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "XDG_STATE_HOME": str(self.home / "state"),
            "TMPDIR": str(self.temporary),
            "QT_QPA_PLATFORM": "offscreen",
        }
        command = [sys.executable, "-m", "kinometric_server.cli", "demo", "--data", str(self.clinic)]
        self.run = subprocess.run(
            [*command, "--tour", str(self.pictures)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """The tour, walked once for all tests of this module."""
    return Walked(tmp_path_factory.mktemp("tour"))


def planted_names() -> list[str]:
    """Return family names of the demo's people that are no word of the program itself."""
    found = {record.lastname for person in DEMO_PEOPLE for record in (person.kinometric, person.athena) if record}
    return sorted(name for name in found if len(name) > 5 and name.lower() not in {"sample", "fixture"})


def test_the_tour_reaches_a_document_number(walked: Walked) -> None:
    assert walked.run.returncode == 0, walked.run.stdout + walked.run.stderr
    number = re.search(r"Filed in the stand-in as document (\d+)\.", walked.run.stdout)
    assert number is not None
    assert f"Document number on the screen: {number[1]}" in walked.run.stdout


def test_a_tour_can_be_walked_again_where_an_earlier_one_left_its_files(walked: Walked) -> None:
    assert walked.run.returncode == 0, walked.run.stdout + walked.run.stderr
    assert not (walked.pictures / "77-of-another-day.png").exists()
    assert not (walked.pictures / "document-1.pdf").exists()


def test_every_step_leaves_a_picture_of_the_window(walked: Walked) -> None:
    names = [path.stem.partition("-")[2] for path in sorted(walked.pictures.glob("*.png"))]
    assert [name for name in names if name in STEPS and name != "sign-in"] == [s for s in STEPS if s != "sign-in"]
    for path in walked.pictures.glob("*.png"):
        width, height = struct.unpack(">II", path.read_bytes()[16:24])
        assert (width, height) == (1366, 768)


def test_what_was_filed_is_the_report_of_the_linked_patient(walked: Walked) -> None:
    filed = next(walked.pictures.glob("document-*.pdf")).read_bytes()
    assert read_identity(filed).athena_patient_id == "60145"
    text = pypdfium2.PdfDocument(filed)[0].get_textpage().get_text_range()
    assert "60145" in text
    assert "not a probability of falling" in text.replace("\r\n", " ").replace("\n", " ")


def test_no_name_is_in_a_log_or_in_a_file_of_the_workstation(walked: Walked) -> None:
    """Names may stand in the clinic's database and in the store of the stand-in, which is athenaOne here."""
    allowed = {".db", ".sqlite", ".sqlite3"}
    searched, found = 0, []
    files = [*walked.home.rglob("*"), *walked.temporary.rglob("*"), *walked.clinic.rglob("*")]
    for path in filter(Path.is_file, files):
        if path.suffix.split("-")[0] in allowed or path.name == "standin-documents.json":
            continue
        searched += 1
        content = path.read_bytes().decode("utf-8", "replace").casefold()
        found += [(path.name, name) for name in planted_names() if name.casefold() in content]
    assert searched > 5
    assert found == []
    printed = (walked.run.stdout + walked.run.stderr).casefold()
    assert [name for name in planted_names() if name.casefold() in printed] == []


def test_the_workstation_leaves_nothing_in_the_home_but_settings(walked: Walked) -> None:
    left = [path for path in walked.home.rglob("*") if path.is_file()]
    assert [path for path in left if path.suffix not in {".ini", ".conf"} and "fontconfig" not in str(path)] == []
