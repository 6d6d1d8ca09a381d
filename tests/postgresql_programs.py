"""Where PostgreSQL's programs are on this machine; without them the tests say what was not tested."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

OLDEST = 15
PLACES = Path("/usr/lib/postgresql")
ANSWERS = {"both": ("sqlite", "postgresql"), "sqlite": ("sqlite",), "postgresql": ("postgresql",)}


def asked_for() -> tuple[str, ...]:
    """Return the databases on which the server's tests run, by KINOMETRIC_TEST_DATABASE: both if it isn't set."""
    answer = os.environ.get("KINOMETRIC_TEST_DATABASE", "both")
    if answer not in ANSWERS:
        raise ValueError(f"KINOMETRIC_TEST_DATABASE is sqlite, postgresql or both, not {answer!r}")
    return ANSWERS[answer]


DATABASES = asked_for()


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, version 15 or later, or None."""
    installed = {place.name: place / "bin" for place in PLACES.glob("*") if place.name.isdecimal()}
    for version in sorted(map(int, installed), reverse=True):
        if version >= OLDEST and (installed[str(version)] / "initdb").exists():
            return installed[str(version)]
    found = shutil.which("initdb")
    if found is None:
        return None
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    version_found = re.search(r"(\d+)", said)
    return Path(found).parent if version_found and int(version_found.group(1)) >= OLDEST else None


def what_is_not_tested() -> str | None:
    """Return the sentence for a run that leaves PostgreSQL or SQLite out, or None for one that has both."""
    if "postgresql" not in DATABASES:
        return "PostgreSQL was NOT tested: KINOMETRIC_TEST_DATABASE leaves it out."
    if programs() is None:
        return (
            f"PostgreSQL was NOT tested: PostgreSQL {OLDEST} or later is not on this machine. "
            "On Debian: sudo apt-get install -y postgresql"
        )
    if "sqlite" not in DATABASES:
        return "SQLite was NOT tested: KINOMETRIC_TEST_DATABASE leaves it out."
    return None
