"""Build the workstation's folder with PyInstaller, then make it work: repaint, score a sample, render a report."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from icu_data import shrink

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build"


#: Libraries that bear being stripped; those of numpy and SciPy do not, since they were patched after linking.
STRIPPED = ("libpython3*.so*", "lib-dynload/*.so", "_rust.abi3.so", "_sodium.abi3.so", "libpdfium.so")
SHARED_FROM_BYTES = 100_000


def strip(folder: Path) -> None:
    """Take the debugging symbols out of libraries that have many."""
    for pattern in STRIPPED:
        for library in folder.rglob(pattern):
            subprocess.run(["strip", "--strip-unneeded", str(library)], check=False)


def share(folder: Path) -> None:
    """Keep one of several files that have the same name and content, and link to it from the other places."""
    kept: dict[tuple[str, str], Path] = {}
    for path in sorted(folder.rglob("*.so*")):
        if path.is_symlink() or path.stat().st_size < SHARED_FROM_BYTES:
            continue
        key = (path.name, hashlib.sha256(path.read_bytes()).hexdigest())
        if key in kept:
            path.unlink()
            path.symlink_to(os.path.relpath(kept[key], path.parent))
        else:
            kept[key] = path


def needed_by(library: Path) -> set[str]:
    """The libraries that a library names as needed."""
    said = subprocess.run(["objdump", "-p", str(library)], capture_output=True, text=True, check=False).stdout
    return {line.split()[1] for line in said.splitlines() if line.strip().startswith("NEEDED")}


def drop_orphans(folder: Path, needs: Callable[[Path], set[str]] = needed_by) -> list[str]:
    """Remove libraries of the system that nothing in the bundle needs any more; returns their names."""
    system = {path.name: path for path in folder.glob("lib*.so*") if not path.name.startswith("libpython")}
    reached: set[str] = set()
    waiting = [path for path in folder.rglob("*.so*") if path not in system.values()]
    while waiting:
        for name in needs(waiting.pop()) & set(system) - reached:
            reached.add(name)
            waiting.append(system[name])
    orphans = sorted(set(system) - reached)
    for name in orphans:
        system[name].unlink()
    return orphans


def slim(folder: Path) -> None:
    """Make a bundle for Linux smaller; what that needs comes with binutils, and without it the bundle is larger."""
    if not sys.platform.startswith("linux") or shutil.which("objdump") is None:
        return
    inside = folder / "_internal"
    drop_orphans(inside)
    strip(inside)
    share(inside)
    for library in inside.rglob("libicudata.so.*"):
        shrink(library)


def main() -> int:
    """Return 0 when the bundle was built and its self-check passed."""
    specification = ROOT / "packaging" / "bundle" / "kinometric.spec"
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN"]
    command += [f"--distpath={BUILD / 'bundle'}", f"--workpath={BUILD / 'pyinstaller'}", str(specification)]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        print("The bundle could not be built; PyInstaller's words stand above.", file=sys.stderr)
        return 1
    folder = BUILD / "bundle" / "kinometric-desktop"
    slim(folder)
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
