"""Make or refresh the virtual environment that the Makefile uses; needs nothing but Python 3.11 to 3.13 itself."""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import importlib.util
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = {"run": "run.lock", "develop": "develop.lock"}

# What Qt loads on Debian 12 beyond a minimal system: the library, and the package that brings it.
QT_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
# What Qt's window system plug-in needs as well, where there is a display.
XCB_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def main() -> int:
    """Prepare the environment; return 0, or 1 after one sentence that says what to do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lock", choices=sorted(LOCKS), default="run")
    parser.add_argument("--venv", default=".venv")
    arguments = parser.parse_args()
    try:
        check_python()
        if sys.platform.startswith("linux"):
            provide_debian_packages(missing_packages())
            if arguments.lock == "develop":
                offer_postgresql()
        prepare(ROOT / arguments.venv, ROOT / "packaging" / "environment" / LOCKS[arguments.lock], arguments.lock)
    except UnreadyError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


class UnreadyError(Exception):
    """The environment can't be made; the message says in a sentence what a person should do."""


def check_python() -> None:
    """Refuse a Python that the pinned packages were not made for."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise UnreadyError(
            f"Kinometric needs Python 3.11, 3.12 or 3.13, and this is {sys.version.split()[0]}; "
            "run for example: make PYTHON=python3.11 demo"
        )


def missing_packages() -> list[str]:
    """Return the Debian packages that this machine lacks for a virtual environment and for Qt."""
    packages = []
    if importlib.util.find_spec("ensurepip") is None:
        packages.append(f"python3.{sys.version_info[1]}-venv")
    libraries = dict(QT_LIBRARIES)
    if os.environ.get("DISPLAY"):
        libraries.update(XCB_LIBRARIES)
    for library, package in libraries.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            packages.append(package)
    return packages


def provide_debian_packages(packages: list[str]) -> None:
    """Install missing packages as root; as anybody else say the exact line to run."""
    if not packages:
        return
    line = "apt-get install -y --no-install-recommends " + " ".join(packages)
    if shutil.which("apt-get") is None:
        raise UnreadyError("These Debian packages, or what your system calls them, are missing: " + " ".join(packages))
    if os.geteuid() != 0:
        raise UnreadyError(f"Some system libraries are missing. Run this once, then start again:\n  sudo {line}")
    print(f"Installing system libraries: {' '.join(packages)}", flush=True)
    if not apt_get(line):
        raise UnreadyError(f"Installing system libraries failed. Run this and read what it says:\n  {line}")


def apt_get(line: str) -> bool:
    """Run `line`, an apt-get install, after an update; tell whether both went well."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return all(
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0
        for command in (["apt-get", "update", "-qq"], [*line.split(), "-qq"])
    )


def offer_postgresql() -> None:
    """Install PostgreSQL for the tests as root; as anybody else say the line to run. Either way the tests go on."""
    known = runpy.run_path(str(ROOT / "tests" / "postgresql_programs.py"))
    if "postgresql" not in known["DATABASES"] or known["programs"]() is not None:
        return
    line = "apt-get install -y --no-install-recommends postgresql"
    if shutil.which("apt-get") is None:
        print("PostgreSQL 15 or later is not here: the server will be tested on SQLite alone.", flush=True)
    elif os.geteuid() != 0:
        print(
            "PostgreSQL is not here: the server will be tested on SQLite alone. To test it on both, run this once:\n"
            f"  sudo {line}",
            flush=True,
        )
    else:
        print("Installing PostgreSQL, on which the server is tested too", flush=True)
        if not apt_get(line):
            print(
                "INSTALLING POSTGRESQL FAILED: the server will be tested on SQLite alone. "
                f"Run this and read what it says:\n  {line}",
                file=sys.stderr,
                flush=True,
            )


def prepare(venv: Path, lock: Path, name: str) -> None:
    """Create `venv` where it is missing or broken, and install the lock and the project where they changed."""
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not works(python, venv):
        print(f"Making the virtual environment {venv.name} with Python {sys.version.split()[0]}", flush=True)
        if venv.exists():
            shutil.rmtree(venv)
        run([sys.executable, "-m", "venv", str(venv)], "Making the virtual environment failed.")
    enough = {"run": ("run", "develop"), "develop": ("develop",)}[name]
    if any(stamp(venv, each).exists() and stamp(venv, each).read_text() == fingerprint(each) for each in enough):
        return
    print(f"Installing the pinned packages of {lock.name}; the first time takes a minute or two", flush=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    run([*pip, "--require-hashes", "-r", str(lock)], "Installing the pinned packages failed.")
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], "Installing Kinometric itself failed.")
    stamp(venv, name).write_text(fingerprint(name))


def stamp(venv: Path, name: str) -> Path:
    """Return the file that says which state of a lock is installed."""
    return venv / f".{name}.done"


def fingerprint(name: str) -> str:
    """Return a hash of all that an environment is made from."""
    lock = ROOT / "packaging" / "environment" / LOCKS[name]
    return hashlib.sha256(lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()


def works(python: Path, venv: Path) -> bool:
    """Tell whether `python` runs, is of this version, and was made for this folder."""
    if not python.exists():
        return False
    code = "import sys; print(sys.version_info[:2], sys.prefix)"
    answer = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == f"{sys.version_info[:2]} {venv}"


def run(command: list[str], sentence: str) -> None:
    """Run a command and turn its failure into one sentence."""
    if subprocess.run(command, check=False).returncode != 0:
        raise UnreadyError(sentence + " What went wrong stands above.")


if __name__ == "__main__":
    raise SystemExit(main())
