"""Run the test suite on every supported Python that this machine has, each in a virtual environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VERSIONS = ("3.11", "3.12", "3.13")


def interpreter(version: str) -> str | None:
    """Return a working interpreter of `version`, from the path or from pyenv's folder."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [shutil.which(f"python{version}"), *sorted(map(str, pyenv.glob(f"{version}.*/bin/python")), reverse=True)]
    for candidate in filter(None, found):
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        answer = subprocess.run([candidate, "-c", code], capture_output=True, text=True, check=False)
        if answer.stdout.strip() == version:
            return candidate
    return None


def main() -> int:
    """Return 0 when the suite passed on every Python found."""
    results = {}
    for version in VERSIONS:
        python = interpreter(version)
        if python is None:
            results[version] = "not on this machine"
            continue
        command = ["make", f"PYTHON={python}", f"VENV=.venv-{version}", "test"]
        done = subprocess.run(command, cwd=ROOT, check=False)
        results[version] = "passed" if done.returncode == 0 else "failed"
    for version, result in results.items():
        print(f"Python {version}: {result}")
    return 1 if "failed" in results.values() else 0


if __name__ == "__main__":
    sys.exit(main())
