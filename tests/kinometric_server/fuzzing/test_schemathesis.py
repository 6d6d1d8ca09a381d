"""Each role's token against requests made from the description of the interface: nothing crashes, nothing gets in."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kinometric_server.database import Role

LEFT_OUT = "sign-out|me/password|sessions/end|readyz|me/practice|everywhere"
"""What ends the fuzzer's own session or leads it out of its practice; the matrix asks for these once each."""
KINDS = ("admin", "clinician", "front desk", "readonly", "superadmin", "anonymous")


@pytest.fixture
def token(request, people, clinic, server):
    """The token of the kind of person that the test is about; None for somebody who hasn't signed in."""
    kind = request.param
    if kind == "anonymous":
        return None
    if kind == "superadmin":
        made = people.make("fuzz", superadmin=True)
        made.post("/v1/me/practice", {"practice_id": clinic.practice_a, "reason": "To try everything"})
        return made.token
    role = {"admin": Role.ADMIN, "readonly": Role.READONLY}.get(kind, Role.CLINICIAN)
    bits = "match" if kind == "front desk" else "match review upload"
    return people.make("fuzz", practice=clinic.practice_a, role=role, bits=bits).token


def generated(repository, base_url, token, folder, *options, known=None):
    """Run the fuzzer over the committed description; return what it said.

    Keys of ``known`` objects stand in the paths, so that it comes behind the 404 of a key that it made up.
    """
    lines = [f'"path.{name}" = "{key}"\n' for name, key in (known or {}).items()]
    (folder / "schemathesis.toml").write_text("[parameters]\n" + "".join(lines) if lines else "", "utf-8")
    program = Path(sys.executable).with_name("schemathesis")
    signed_in = () if token is None else ("-H", f"Authorization: Bearer {token}")
    done = subprocess.run(
        [
            program, "run", repository / "docs" / "openapi.json", "--url", base_url, *signed_in, *options,
            "--exclude-path-regex", LEFT_OUT, "--exclude-checks", "positive_data_acceptance",
            "--generation-database", ":memory:", "--request-timeout", "60", "--no-color",
        ],
        cwd=folder, capture_output=True, text=True, check=False, timeout=3000,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    return done.stdout


def cases_in(said):
    return int(re.search(r"(\d+) generated", said).group(1))


@pytest.mark.soak
@pytest.mark.parametrize("token", KINDS, indirect=True)
def test_generated_requests_of_every_kind_of_person_find_nothing(repository, base_url, token, tmp_path, capsys):
    said = generated(
        repository, base_url, token, tmp_path, "--phases", "examples,coverage,fuzzing", "--max-examples", "15"
    )
    with capsys.disabled():
        print(f"\n{cases_in(said)} generated requests")
    assert cases_in(said) > 1000


@pytest.mark.soak
@pytest.mark.parametrize("token", KINDS[:-1], indirect=True)
def test_generated_requests_about_what_is_there_find_nothing(repository, base_url, token, tmp_path, objects, capsys):
    said = generated(
        repository, base_url, token, tmp_path, "--phases", "coverage,fuzzing", "--max-examples", "15",
        "--include-path-regex", "{", known=objects,
    )  # fmt: skip
    with capsys.disabled():
        print(f"\n{cases_in(said)} generated requests")
    assert cases_in(said) > 1000


@pytest.mark.parametrize("token", ["admin"], indirect=True)
def test_a_few_generated_requests_find_nothing(repository, base_url, token, tmp_path):
    """The short form: what is read and searched, with every check."""
    said = generated(
        repository, base_url, token, tmp_path, "--phases", "fuzzing", "--max-examples", "2", "--seed", "7",
        "--include-path-regex", "v1/(audit|users|patients|worklist|departments)$",
    )  # fmt: skip
    assert cases_in(said) > 10
