"""``kinometric-server sandbox`` as a process: its first line, its options, its end."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from kinometric_server.sandbox import command
from kinometric_server.sandbox.world import WorldError, load_world

LAUNCH = """
import argparse, sys
from kinometric_server.sandbox import command
parser = argparse.ArgumentParser()
command.add_parser(parser.add_subparsers())
args = parser.parse_args(["sandbox", *sys.argv[1:]])
sys.exit(args.run(args))
"""


@contextmanager
def sandbox(repository: Path, *options: str) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", LAUNCH, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=repository,
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline()), process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def signed_on(said: dict[str, Any]) -> Iterator[httpx.Client]:
    form = {"grant_type": "client_credentials", "scope": "athena/service/Athenanet.MDP.*"}
    with httpx.Client(base_url=said["base_url"], timeout=60) as http:
        answer = http.post("/oauth2/v1/token", data=form, auth=(said["client_id"], said["client_secret"]))
        http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield http


def file_text(http: httpx.Client, encoding: str = "form") -> httpx.Response:
    form = {"departmentid": "1", "documentsubclass": "CLINICALDOCUMENT"}
    path = "/v1/990017/patients/60145/documents/clinicaldocument"
    if encoding == "file":
        return http.post(path, data=form, files={"attachmentcontents": ("a.pdf", b"%PDF-1.4", "application/pdf")})
    return http.post(path, data={**form, "attachmentcontents": "JVBERi0xLjQ="})


def test_the_first_line_tells_all_that_a_client_needs_and_documents_survive_a_kill(
    repository: Path, tmp_path: Path
) -> None:
    store = tmp_path / "documents.jsonl"
    credentials = tmp_path / "credentials.json"
    credentials.write_text(json.dumps({"client_id": "someone", "client_secret": "something"}), encoding="utf-8")
    options = ("--port", "0", "--store", str(store), "--credentials", str(credentials))
    with sandbox(repository, *options) as (said, _):
        assert said["practices"] == ["990017", "990019"]
        assert said["base_url"].startswith("http://127.0.0.1:")
        assert (said["client_id"], said["client_secret"]) == ("someone", "something")
        with signed_on(said) as http:
            number = file_text(http).json()["clinicaldocumentid"]
    with sandbox(repository, *options) as (said, process):
        with signed_on(said) as http:
            stored = http.get("/_standin/documents").json()["documents"]
            assert [each["documentid"] for each in stored] == [number]
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "Traceback" not in errors


def test_an_encoding_option_refuses_the_other_encodings(repository: Path) -> None:
    with sandbox(repository, "--encoding", "multipart_file") as (said, _), signed_on(said) as http:
        assert file_text(http).status_code == 400
        assert file_text(http, "file").json()["success"] is True


def parsed(*options: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    return parser.parse_args(["sandbox", *options])


@pytest.mark.parametrize(
    ("option", "content", "said"),
    [
        ("--faults", '{"faults": [{"x": 1}]}', "Fault 1: there is no setting called x."),
        ("--faults", "{", "The fault file file.json is not valid"),
        ("--data", '{"practices": [{}]}', "The data file file.json is not in the documented form"),
        ("--credentials", "{}", "The credentials file is not JSON with client_id and client_secret."),
    ],
)
def test_a_file_that_cannot_be_used_ends_the_start_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, content: str, said: str
) -> None:
    file = tmp_path / "file.json"
    file.write_text(content, encoding="utf-8")
    args = parsed(option, str(file))
    assert args.run(args) == 2
    assert capsys.readouterr().err.startswith(said)


def test_a_data_file_replaces_the_demo_practice(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    practice = {
        "practiceid": "77",
        "name": "Somewhere",
        "departments": [{"departmentid": 1, "name": "Room"}],
        "patients": [{"patientid": 5, "lastname": "Muster", "firstname": "Max", "departmentid": "1"}],
    }
    file.write_text(json.dumps({"practices": [practice]}), encoding="utf-8")
    world = load_world(file)
    assert world.granted_ids == ["77"]
    assert world.practices["77"].patients["5"]["status"] == "active"
    with pytest.raises(WorldError, match="can't be read"):
        load_world(tmp_path / "none.json")
