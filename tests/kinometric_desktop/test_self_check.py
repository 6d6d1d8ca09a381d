"""The self-check of an installed or frozen workstation does its work in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys


def test_the_self_check_paints_scores_and_renders() -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "kinometric_desktop", "--self-check"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == "Painted the window 500 times."
    assert lines[1] == "Painted a stance's path and traces 500 times."
    assert lines[2].startswith("Scored a synthetic sample: Held 10 s")
    assert lines[3] == "Rendered a report of 2 pages and showed its first page."
    assert lines[5] == "Signed with a new key (64 bytes) and loaded the keyring."


def test_an_unknown_option_is_answered_with_the_usage() -> None:
    command = [sys.executable, "-m", "kinometric_desktop", "--ignore-certificate"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "--server URL" in done.stderr
