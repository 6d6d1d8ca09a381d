"""Formatting, lint and types hold, and nothing of this machine or of the source documents stands in the project."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


def tracked(repository: Path) -> list[Path]:
    """Return every file that git tracks or would track."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        pytest.skip("This is not a git checkout, so there is no list of the project's files.")
    return [path for name in answer.stdout.splitlines() if (path := repository / name).is_file()]


def run_tool(repository: Path, *arguments: str) -> None:
    """Run a tool of this environment; its output is the message of a failure."""
    tool = Path(sys.executable).with_name(arguments[0])
    answer = subprocess.run([tool, *arguments[1:]], cwd=repository, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_code_is_formatted(repository: Path) -> None:
    run_tool(repository, "ruff", "format", "--check", "--no-cache", ".")


def test_the_code_passes_the_lint(repository: Path) -> None:
    run_tool(repository, "ruff", "check", "--no-cache", ".")


def test_the_types_hold_where_they_are_strict(repository: Path, tmp_path: Path) -> None:
    run_tool(repository, "mypy", "--cache-dir", str(tmp_path))


# Real people, practices and addresses of the source documents; spelled in pieces so that this file passes its own test.
FOREIGN = [
    "charlie" + ".rogers",
    "flightsystems" + ".net",
    "Flight " + "Systems",
    "kinometric" + r"\.com",
    "118" + "7801",
    "Pain and Spine " + "Specialists",
    "Towson" + " PT",
    "340" + "9601",
    "CASE-" + "18887298",
    "PROJ-" + "294665",
]
MACHINE = [
    "/wo" + "rk/",
    "/ro" + "ot/",
    "/fa" + "rm/",
    "pypi" + r"\.org/simple",
    "files.python" + "hosted",
    "registry.npm" + "js",
]


@pytest.mark.parametrize("pattern", FOREIGN + MACHINE)
def test_nothing_foreign_stands_in_the_project(repository: Path, pattern: str) -> None:
    expression = re.compile(pattern, re.IGNORECASE)
    found = []
    for path in tracked(repository):
        if path.suffix in {".png", ".ttf", ".icc", ".pdf", ".gz", ".lock"} or path == Path(__file__).resolve():
            continue
        if expression.search(path.read_text(encoding="utf-8", errors="replace")):
            found.append(str(path.relative_to(repository)))
    assert found == []


LEAST_TEST_SHARE = 0.58
"""Lines of tests for a line of source: raised as tests are added, never lowered; the aim is 0.8."""


def test_the_share_of_tests_does_not_fall(repository: Path) -> None:
    def lines(*folders: str) -> int:
        files = [path for folder in folders for path in (repository / folder).rglob("*.py")]
        return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)

    share = lines("tests") / lines("kinometric", "kinometric_server", "kinometric_desktop")
    assert share >= LEAST_TEST_SHARE
