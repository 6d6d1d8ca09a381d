"""Build the workstation's folder with PyInstaller, then make it work: repaint, score a sample, render a report."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build"


def strip_python(folder: Path) -> None:
    """Take the debugging symbols out of Python's own libraries; those of numpy and SciPy do not bear it."""
    if shutil.which("strip") is None or not sys.platform.startswith("linux"):
        return
    for library in (*folder.rglob("libpython3*.so*"), *folder.rglob("lib-dynload/*.so")):
        subprocess.run(["strip", "--strip-unneeded", str(library)], check=False)


def main() -> int:
    """Return 0 when the bundle was built and its self-check passed."""
    specification = ROOT / "packaging" / "bundle" / "kinometric.spec"
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN"]
    command += [f"--distpath={BUILD / 'bundle'}", f"--workpath={BUILD / 'pyinstaller'}", str(specification)]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        print("The bundle could not be built; PyInstaller's words stand above.", file=sys.stderr)
        return 1
    folder = BUILD / "bundle" / "kinometric-desktop"
    strip_python(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"{folder.relative_to(ROOT)}: {size / 2**20:.0f} MiB")
    program = folder / ("kinometric-desktop.exe" if os.name == "nt" else "kinometric-desktop")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    checked = subprocess.run([str(program), "--self-check"], env=environment, cwd=BUILD, check=False, timeout=180)
    if checked.returncode != 0:
        print("The bundle was built but its self-check failed.", file=sys.stderr)
    return checked.returncode


if __name__ == "__main__":
    sys.exit(main())
