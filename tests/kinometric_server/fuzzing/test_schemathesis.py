"""Each role's token against generated requests, by the description of the interface: nothing crashes or gets in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kinometric_server.api.app import describe
from kinometric_server.database import Role

pytestmark = pytest.mark.soak
LEFT_OUT = "sign-out|me/password|sessions/end|readyz|me/practice"


@pytest.mark.parametrize("role", ["admin", "clinician", "readonly"])
def test_generated_requests_find_nothing(people, clinic, base_url, tmp_path, role):
    person = people.make("fuzz", practice=clinic.practice_a, role=Role(role), bits="match review upload")
    description = tmp_path / "openapi.json"
    description.write_text(json.dumps(describe()), "utf-8")
    program = Path(sys.executable).with_name("schemathesis")
    done = subprocess.run(
        [
            program, "run", description, "--url", base_url, "-H", f"Authorization: Bearer {person.token}",
            "--phases", "examples,coverage,fuzzing", "--max-examples", "15", "--exclude-path-regex", LEFT_OUT,
            "--exclude-checks", "positive_data_acceptance", "--generation-database", ":memory:",
        ],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=1200,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
