"""The lock, the list of packages and the wheel say what the design asks of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

LOCKS = ("run.lock", "develop.lock")
PLATFORMS = {"Windows": "win_amd64", "macOS": "macosx_15_0_arm64"}


def pins(repository: Path, lock: str) -> dict[str, set[str]]:
    """Return every pinned version with the markers that it stands behind."""
    found: dict[str, set[str]] = {}
    for line in (repository / "packaging" / "environment" / lock).read_text().splitlines():
        if match := re.match(r"([a-z0-9._-]+)(?:\[[^]]*])?==([^ ;]+)\s*(?:;\s*(.*?))?\s*\\?$", line):
            found.setdefault(f"{match[1]}=={match[2]}", set()).add(match[3] or "")
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_no_host_and_every_pin_has_hashes(repository: Path, lock: str) -> None:
    text = (repository / "packaging" / "environment" / lock).read_text()
    assert "://" not in text
    assert "--find-links" not in text
    assert "index-url" not in text
    assert len(re.findall(r"==[^\n]*\\\n +--hash=sha256:", text)) == sum(
        len(m) for m in pins(repository, lock).values()
    )


def test_both_locks_pin_the_same_versions(repository: Path) -> None:
    assert set(pins(repository, "run.lock")) <= set(pins(repository, "develop.lock"))


def test_pyproject_lists_every_package(repository: Path) -> None:
    listed = tomllib.loads((repository / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    there = {
        ".".join(path.parent.relative_to(repository).parts)
        for package in ("kinometric", "kinometric_server", "kinometric_desktop")
        for path in (repository / package).rglob("__init__.py")
    }
    assert set(listed) - {"kinometric._resources"} == there


@pytest.mark.registry
@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_every_pin_has_a_wheel_for(repository: Path, platform: str, tmp_path: Path) -> None:
    """Ask the registry for a wheel of every pin that the platform needs, for Python 3.13."""
    system, name = {"Windows": ("win32", "nt"), "macOS": ("darwin", "posix")}[platform]
    environment = {
        "sys_platform": system,
        "os_name": name,
        "platform_system": {"win32": "Windows"}.get(system, "Darwin"),
        "python_version": "3.13",
        "python_full_version": "3.13.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "platform_machine": "arm64",
        "extra": "",
    }
    from packaging.markers import Marker

    wanted = [
        pin
        for pin, markers in pins(repository, "run.lock").items()
        if any(not marker or Marker(marker).evaluate(environment) for marker in markers)
    ]
    command = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--dry-run",
        "--no-deps",
        "--quiet",
        "--ignore-installed",
        "--ignore-requires-python",
        "--only-binary=:all:",
        "--implementation=cp",
        "--python-version=3.13",
        "--abi=cp313",
        f"--platform={PLATFORMS[platform]}",
        f"--target={tmp_path}",
        f"--report={tmp_path / 'report.json'}",
    ]
    answer = subprocess.run([*command, *wanted], capture_output=True, text=True, check=False)
    if re.search("connection|resolution|timed out|network", answer.stderr, re.IGNORECASE):
        pytest.skip("The package registry did not answer, so the wheels of other systems could not be looked up.")
    assert answer.returncode == 0, answer.stderr[-600:]
    found = json.loads((tmp_path / "report.json").read_text())["install"]
    assert len(found) == len(wanted)


@pytest.mark.registry
def test_the_wheel_in_an_empty_environment_scores_a_sample(repository: Path, tmp_path: Path) -> None:
    """Build the wheel, install it with the lock's numbers beside nothing else, and score a shipped sample."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    source = tmp_path / "source"
    copied = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    if copied.returncode != 0:
        pytest.skip("This is not a git checkout, so there is no list of the files to build from.")
    for name in filter(None, copied.stdout.split("\0")):
        if (repository / name).is_file() and not name.startswith(("tests/", "docs/")):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((repository / name).read_bytes())
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path / "wheel"), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next((tmp_path / "wheel").glob("kinometric-*.whl"))
    venv.create(tmp_path / "empty", with_pip=True)
    python = tmp_path / "empty" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    answer = subprocess.run(
        [python, "-m", "pip", "--disable-pip-version-check", "-q", "install", wheel],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        pytest.skip("The package registry did not answer, so the wheel could not be installed in an empty environment.")
    code = (
        "import json, kinometric\nfrom kinometric.resources import resource_path\n"
        "sample = sorted(resource_path('samples').glob('*.csv'))[0]\n"
        "recording = kinometric.read_recording(sample)\n"
        "trial = kinometric.score(recording, stance='LBEO')\nprint(json.dumps(trial.score))"
    )
    answer = subprocess.run([python, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert 0 <= json.loads(answer.stdout) <= 10
