"""Pin every package with its hashes for all platforms, from the bounds in pyproject.toml; needs `uv` on the path."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "packaging" / "environment"
BUILD = ["setuptools>=77", "wheel>=0.45"]


def compile_lock(requirements: list[str], target: Path, *, like: Path | None = None) -> None:
    """Write `target`; with `like`, the same versions as in that lock."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "requirements.in"
        source.write_text("\n".join(requirements) + "\n")
        command = [
            "uv",
            "pip",
            "compile",
            "--quiet",
            "--universal",
            "--generate-hashes",
            "--no-header",
            "--no-annotate",
        ]
        command += ["--python-version", "3.11", str(source), "--output-file", str(target)]
        if like is not None:
            command += ["--constraints", str(like)]
        subprocess.run(command, check=True)


def main() -> int:
    """Write develop.lock and run.lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    run = project["project"]["dependencies"] + extras["desktop"] + extras["server"] + BUILD
    develop = run + project["dependency-groups"]["dev"]
    compile_lock(develop, FOLDER / "develop.lock")
    compile_lock(run, FOLDER / "run.lock", like=FOLDER / "develop.lock")
    return 0


if __name__ == "__main__":
    sys.exit(main())
