"""The demo makes its own clinic, serves only its own database, and ends what it started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from kinometric_server.demo.command import has_display
from kinometric_server.demo.practice import (
    DemoPractice,
    MovableClock,
    StandIn,
    demo_practice_id,
    new_password,
    new_passwords,
)
from kinometric_server.demo.processes import DemoProcessError, Processes
from kinometric_server.demo.reopening import give_new_passwords, refuse_foreign
from kinometric_server.demo.sessions import BEFORE, TODAY
from kinometric_server.operations.installation import make_installation
from kinometric_server.operations.server import Server, open_server
from kinometric_server.operations.serving import open_for_serving
from kinometric_server.operations.settings import SettingsError, layout
from kinometric_server.sandbox.people import DEMO_PEOPLE
from kinometric_server.sandbox.service import RunningStandIn, make_standin
from kinometric_server.security.passwords import check_new_password
from tests.kinometric_server.conftest import running
from tests.kinometric_server.connected_clinic import ok, refused

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def demo_standin() -> Iterator[RunningStandIn]:
    with RunningStandIn(make_standin(token_limit=1000)) as standin:
        yield standin


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, demo_standin: RunningStandIn) -> Iterator[tuple[Server, Any]]:
    """A demo installation with its users, made as the command makes it."""
    settings = replace(layout(tmp_path_factory.mktemp("demo") / "clinic"), password_cost=4)
    make_installation(settings, username="superadmin", password=new_password(), demo=True)
    clock = MovableClock()
    server = open_server(replace(settings, test_endpoints=(demo_standin.base_url,)), clock=clock)
    users = new_passwords()
    standin = StandIn(demo_standin.base_url, demo_standin.client_id, demo_standin.client_secret)
    DemoPractice(server, clock, standin).make(users)
    yield server, users
    server.close()


@pytest.fixture
def provider(made: tuple[Server, Any]) -> Iterator[httpx.Client]:
    server, users = made
    with (
        running(server, demo_users=lambda: users) as address,
        httpx.Client(base_url=address, timeout=60, trust_env=False) as client,
    ):
        yield sign_in(client, "provider")


def sign_in(client: httpx.Client, username: str) -> httpx.Client:
    """Sign in with what the demo's sign-in screen offers."""
    client.headers["Kinometric-User-Action"] = "1"
    offered = {user["username"]: user for user in ok(client.get("/v1/hello"))["demo_users"]}
    body = {"username": username, "password": offered[username]["password"]}
    client.headers["Authorization"] = f"Bearer {ok(client.post('/v1/auth/sign-in', json=body))['token']}"
    return client


def test_the_day_shows_every_stage_and_every_planted_trap(provider: httpx.Client) -> None:
    hello = ok(provider.get("/v1/hello"))
    assert hello["demo"] is True
    assert [user["username"] for user in hello["demo_users"]] == ["frontdesk", "provider", "admin"]
    rows = ok(provider.post("/v1/worklist", json={}))["rows"]
    assert len(rows) == len(TODAY)
    steps = Counter(row["next_step"] for row in rows)
    assert set(steps) == {"match", "review", "report", "upload", "filed", "problem", "not_scorable"}
    assert all(row["patient"]["is_sandbox"] for row in rows)
    by_name = {(row["patient"]["lastname"], row["patient"]["firstname"]): row for row in rows}
    maria = by_name["Muestra-López", "Maria"]
    assert maria["patient"]["similar_names"] == 1
    assert maria["patient"]["number"] == 10482
    assert by_name["Sample", "James"]["patient"]["suffix"] in ("Jr", "Sr")
    assert by_name["Prueba", "Rosa"]["upload_state"] == "outcome_unknown"
    assert {row["stances_done"] for row in rows} == {2, 3, 4}
    uploads = ok(provider.post("/v1/uploads/list", json={}))
    assert (uploads["counts"]["filed"], uploads["counts"]["outcome_unknown"]) == (3, 1)


def test_maria_has_a_trend_and_synthetic_recordings(provider: httpx.Client) -> None:
    (maria,) = ok(provider.post("/v1/patients/search", json={"text": "muestra maria"}))["patients"]
    assert maria["sessions"] == 3
    rows = ok(provider.post("/v1/worklist", json={}))["rows"]
    session_id = next(row["session_id"] for row in rows if row["patient"]["patient_id"] == maria["patient_id"])
    view = ok(provider.get(f"/v1/sessions/{session_id}"))
    assert len(view["trend"]) == 2
    assert all(trial["synthetic"] for trial in view["trials"])


def test_the_traps_are_there_to_be_met(provider: httpx.Client) -> None:
    def look_up(athena_patient_id: str) -> httpx.Response:
        return provider.post("/v1/athena/patients/lookup", json={"athena_patient_id": athena_patient_id})

    refused(look_up("16251"), 403, "KS-403D")
    refused(look_up("19001"), 404, "KS-404A")
    assert ok(look_up("16402"))["status"] == "deleted"
    assert ok(look_up("16310"))["department_allowed"] is True
    names = {each["lastname"] for each in ok(provider.post("/v1/patients/search", json={"text": "19"}))["patients"]}
    assert names <= {person.kinometric.lastname for person in DEMO_PEOPLE if person.kinometric}


def test_passwords_are_random_and_keep_the_rule() -> None:
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_new_password(password, "provider")


def test_reopening_gives_new_passwords_and_ends_old_sessions(made: tuple[Server, Any]) -> None:
    server, users = made
    current = list(users)
    with (
        running(server, demo_users=lambda: tuple(current)) as address,
        httpx.Client(base_url=address, timeout=60, trust_env=False) as client,
    ):
        sign_in(client, "admin")
        newer = new_passwords()
        give_new_passwords(server, newer)
        refused(client.get("/v1/me"), 401, "KS-401")
        del client.headers["Authorization"]
        old = {"username": "admin", "password": users[2].password}
        assert client.post("/v1/auth/sign-in", json=old).status_code == 401
        current[:] = newer
        sign_in(client, "admin")
    give_new_passwords(server, users)
    assert demo_practice_id(server)


def test_serve_refuses_a_demo_database_and_the_demo_refuses_others(made: tuple[Server, Any], server: Server) -> None:
    with pytest.raises(SettingsError, match="made by the demo"):
        open_for_serving(made[0].settings.root, None)
    with pytest.raises(SettingsError, match="not made by the demo"):
        refuse_foreign(server)


def test_every_session_belongs_to_somebody_of_the_demo() -> None:
    keys = {person.key for person in DEMO_PEOPLE if person.kinometric}
    assert {session.person for session in (*TODAY, *BEFORE)} == keys
    assert all(session.days_ago > 0 for session in BEFORE)


def test_a_process_that_ends_at_once_is_said_in_a_sentence() -> None:
    with Processes() as processes, pytest.raises(DemoProcessError, match="The thing did not start"):
        processes.start(["json.tool", "--help-me"], what="The thing")


@pytest.mark.skipif(sys.platform != "linux", reason="displays are found by variables on Linux only")
def test_a_display_is_found_by_the_session_s_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not has_display()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert has_display()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM ends processes differently there")
def test_the_command_starts_everything_and_ends_all_of_it(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "kinometric_server.cli", "demo", "--no-workstation", "--data", str(tmp_path / "kept")],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert process.stdout is not None
    said: dict[str, str] = {}
    for line in process.stdout:
        words = line.split()
        if len(words) >= 2:
            said[words[0]] = words[1]
        if "Ctrl+C" in line:
            break
    with httpx.Client(base_url=said["Server"], timeout=60, trust_env=False) as client:
        assert {user["password"] for user in ok(client.get("/v1/hello"))["demo_users"]} == {
            said["frontdesk"], said["provider"], said["admin"],
        }  # fmt: skip
    documents = httpx.get(f"{said['Stand-in']}/_standin/documents", timeout=60).json()["documents"]
    assert len(documents) == 4
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    process.stdout.close()
    for address in (said["Server"], said["Stand-in"]):
        with pytest.raises(httpx.ConnectError):
            httpx.get(address, timeout=60)
    assert json.loads((tmp_path / "kept" / "clinic" / "server.json").read_text())["database"]
