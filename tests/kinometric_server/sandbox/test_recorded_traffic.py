"""The stand-in beside recorded traffic of athenaOne: same status and keys, and from 2019 on the same types."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from kinometric_server.sandbox.application import StandIn
from kinometric_server.sandbox.demo import demo_world
from kinometric_server.sandbox.faults import Faults
from kinometric_server.sandbox.quirks import Quirks
from kinometric_server.sandbox.service import RunningStandIn
from kinometric_server.sandbox.tokens import new_credentials
from kinometric_server.sandbox.world import PracticeWorld, World, practice_of
from tests.kinometric_server.plain_http import NO_TLS

PDF = ("file.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
RELEVANT = re.compile(
    r"(/oauth2/v1/token"
    r"|/v1/\d+/practiceinfo"
    r"|/v1/\d+/(departments|providers)(/\d+)?"
    r"|/v1/\d+/patients(/\d+|/enhancedbestmatch)?"
    r"|/v1/\d+/patients/\d+/documents(/encounterdocument|/patientcase)?"
    r"|/v1/\d+/(patients|appointments|providers)/changed(/subscription)?)"
)
PAGING = {"next", "previous"}


def recorded(folder: Path) -> list[dict[str, Any]]:
    exchanges = json.loads((folder / "athena/recorded-exchanges/exchanges.json").read_text(encoding="utf-8"))
    return [each for each in exchanges if RELEVANT.fullmatch(urlsplit(each["uri"]).path)]


def year_of(exchange: dict[str, Any]) -> int:
    return int(exchange["recorded_at"].split()[3])


def named(exchanges: list[dict[str, Any]], pattern: str) -> list[str]:
    """What a pattern finds in the recorded addresses, the most frequent first."""
    found = Counter(match for each in exchanges for match in re.findall(pattern, each["uri"]))
    return [name for name, _ in found.most_common()]


def world_behind(exchanges: list[dict[str, Any]]) -> World:
    """A practice for each one that was recorded, with invented people under the recorded ids."""
    provider = next(iter(demo_world().practices.values())).providers[0]
    bodies = [each["request_body"] for each in exchanges]
    departments = {"1", *named(exchanges, r"departments/(\d+)"), *named(exchanges, r"departmentid=(\d+)")}
    departments |= {found for body in bodies for found in re.findall(r"departmentid=(\d+)", body)}

    def person(patientid: str, **more: Any) -> dict[str, Any]:
        return {
            "patientid": patientid,
            "lastname": f"Muster{patientid}",
            "firstname": "Sam",
            "dob": "02/03/1940",
            "departmentid": "1",
            "primarydepartmentid": "1",
            "guarantorssn": "*****0000",
            "email": f"p{patientid}@example.org",
            "homephone": "4105550101",
            "workphone": "4105550102",
            "_departments": sorted(departments),
            **more,
        }

    (wanted,) = (parse_qsl(urlsplit(each["uri"]).query) for each in exchanges if "bestmatch" in each["uri"])

    def practice(practiceid: str) -> PracticeWorld:
        everybody = [person(each) for each in named(exchanges, r"/patients/(\d+)")]
        everybody += [person(str(700000 + each)) for each in range(80)]
        everybody += [person("800000", **dict(wanted))]
        return practice_of(
            practiceid,
            "Recorded",
            departments=[{"departmentid": each, "name": f"Room {each}"} for each in sorted(departments)],
            patients=everybody,
            providers=[{**provider, "providerid": int(each)} for each in named(exchanges, r"/providers/(\d+)")],
        )

    return World({each: practice(each) for each in named(exchanges, r"/v1/(\d{2,})/")})


class Replay:
    """Asks the stand-in what was asked in the recording."""

    def __init__(self, running: RunningStandIn) -> None:
        self.running = running
        self.practice = f"/v1/{next(iter(running.standin.world.practices))}"
        self.http = httpx.Client(base_url=running.base_url, timeout=60, verify=NO_TLS)
        self.token = ""

    def _sign_on(self) -> httpx.Response:
        form = {"grant_type": "client_credentials", "scope": "athena/service/Athenanet.MDP.*"}
        answer = self.http.post(
            "/oauth2/v1/token", data=form, auth=(self.running.client_id, self.running.client_secret)
        )
        self.token = answer.json()["access_token"]
        return answer

    def __call__(self, exchange: dict[str, Any]) -> httpx.Response:
        standin = self.running.standin
        standin.reset()
        address = urlsplit(exchange["uri"])
        old = year_of(exchange) < 2019
        token_is_text = {"expires_in": "string"} if "oauth2" in address.path else {}
        standin.faults.set({"quirks": {"missing": "null" if old else "omit", **token_is_text}})
        answer = self._sign_on()
        if "oauth2" in address.path:
            return answer
        feed = re.fullmatch(r"/v1/(\d+)/(\w+)/changed(/subscription)?", address.path)
        wanted = exchange["body"].get("status") if isinstance(exchange["body"], dict) else None
        subscribed = exchange["status"]["code"] == 200 and wanted in (None, "ACTIVE")
        if feed and subscribed and exchange["method"] == "GET":
            self._ask("POST", f"/v1/{feed[1]}/{feed[2]}/changed/subscription")
        if exchange["cassette"] == "patient_documents.yml":
            self._ask("POST", address.path, data={"departmentid": "1", "documentsubclass": "ADMIN_CONSENT",
                                                  "internalnote": "a note"})  # fmt: skip
        form = dict(parse_qsl(exchange["request_body"]))
        attached = {"attachmentcontents": PDF} if form.pop("attachmentcontents", None) else None
        body = {"data": form, "files": attached} if exchange["method"] in ("POST", "PUT") else {}
        return self._ask(exchange["method"], f"{address.path}?{address.query}".rstrip("?"), **body)

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.http.request(method, path, headers={"Authorization": f"Bearer {self.token or 'nobody'}"}, **more)


@pytest.fixture(scope="module")
def exchanges(shared_data: Path) -> list[dict[str, Any]]:
    return recorded(shared_data)


@pytest.fixture(scope="module")
def replay(exchanges: list[dict[str, Any]]) -> Iterator[Replay]:
    faults = Faults(base=Quirks(token_limit_per_minute=1000))
    with RunningStandIn(StandIn(world_behind(exchanges), new_credentials(), faults=faults)) as running:
        replay = Replay(running)
        yield replay
        replay.http.close()


@pytest.fixture(scope="module")
def answered(exchanges: list[dict[str, Any]], replay: Replay) -> list[tuple[dict[str, Any], httpx.Response]]:
    """Every recorded exchange with the stand-in's answer."""
    return [(each, replay(each)) for each in exchanges]


def keys_lacking(wanted: Any, have: Any, where: str = "") -> list[str]:
    """Where a key of the recording is missing in the answer; paging links depend on the number of records."""
    if isinstance(wanted, dict):
        if not isinstance(have, dict):
            return [f"{where}: not an object"]
        lacking = [f"{where}.{name}" for name in wanted if name not in have and name not in PAGING]
        for name in wanted:
            if name in have:
                lacking += keys_lacking(wanted[name], have[name], f"{where}.{name}")
        return lacking
    if isinstance(wanted, list) and wanted and isinstance(wanted[0], dict):
        if not isinstance(have, list) or not have:
            return [f"{where}: an empty list"]
        return keys_lacking(wanted[0], have[0], f"{where}[0]")
    return []


def types_differing(wanted: Any, have: Any, where: str = "") -> list[str]:
    if type(wanted) is not type(have):
        return [f"{where}: {type(wanted).__name__} recorded, {type(have).__name__} answered"]
    if isinstance(wanted, dict):
        return [
            each
            for name in wanted
            if name in have
            for each in types_differing(wanted[name], have[name], f"{where}.{name}")
        ]
    if isinstance(wanted, list) and wanted and have:
        return types_differing(wanted[0], have[0], f"{where}[0]")
    return []


def test_status_and_keys_are_those_of_the_recordings(answered: list[tuple[dict[str, Any], httpx.Response]]) -> None:
    assert len(answered) >= 30
    differences = []
    for each, answer in answered:
        name = f"{each['cassette']} {each['method']} {urlsplit(each['uri']).path}"
        if answer.status_code != each["status"]["code"]:
            differences.append(f"{name}: {each['status']['code']} recorded, {answer.status_code} answered")
            continue
        differences += [f"{name}: no {lacking}" for lacking in keys_lacking(each["body"], answer.json())]
    assert differences == []


def test_types_are_those_of_the_recordings_since_2019(answered: list[tuple[dict[str, Any], httpx.Response]]) -> None:
    recent = [(each, answer) for each, answer in answered if year_of(each) >= 2019]
    assert len(recent) >= 10
    differences = []
    for each, answer in recent:
        name = f"{each['cassette']} {each['method']} {urlsplit(each['uri']).path}"
        differences += [f"{name}: {different}" for different in types_differing(each["body"], answer.json())]
    assert differences == []


def test_newlines_and_charset_are_those_of_the_recordings(
    answered: list[tuple[dict[str, Any], httpx.Response]],
) -> None:
    differences = []
    for each, answer in answered:
        newlines = len(answer.content) - len(answer.content.lstrip(b"\n"))
        if newlines != each["leading_newlines_in_body"]:
            differences.append(f"{each['cassette']}: {newlines} newlines")
        if year_of(each) >= 2019 and answer.headers["content-type"] != each["headers"]["Content-Type"][0]:
            differences.append(f"{each['cassette']}: {answer.headers['content-type']}")
    assert differences == []


def test_headers_of_2023_are_all_there(exchanges: list[dict[str, Any]], replay: Replay) -> None:
    (exchange,) = (each for each in exchanges if year_of(each) == 2023)
    answer = replay(exchange)
    for name, values in exchange["headers"].items():
        assert name in answer.headers, name
        if name not in ("X-RateLimit-Remaining", "X-Request-Id"):
            assert answer.headers[name] == values[0]


def test_documents_have_the_known_shapes(shared_data: Path, replay: Replay) -> None:
    shapes = json.loads((shared_data / "athena/clinicaldocument_shapes.json").read_text(encoding="utf-8"))
    replay.running.standin.reset()
    replay._sign_on()
    path = f"{replay.practice}/patients/1/documents/clinicaldocument"
    form = {"departmentid": "1", "documentsubclass": "CONSULTNOTE", "autoclose": "true", "internalnote": "example"}
    filed = replay._ask("POST", path, data=form, files={"attachmentcontents": PDF})
    number = filed.json()["clinicaldocumentid"]
    single = replay._ask("GET", f"{path}/{number}")
    listed = replay._ask("GET", f"{path}?departmentid=1")
    deleted = replay._ask("DELETE", f"{path}/{number}")
    pairs = [
        (shapes["post_response"], filed.json()),
        (shapes["single"], single.json()),
        ({"totalcount": 1, "clinicaldocuments": []}, listed.json()),
        ([{name: value for name, value in shapes["single"][0].items() if name != "pages"}],
         listed.json()["clinicaldocuments"]),
        (shapes["delete_response"], deleted.json()),
    ]  # fmt: skip
    for wanted, have in pairs:
        assert keys_lacking(wanted, have) == []
        assert types_differing(wanted, have) == []
    assert listed.json()["clinicaldocuments"][0].keys() == shapes["single"][0].keys() - {"pages"}


ERRORS = {
    "POST /patients with nothing": ("POST", "{practice}/patients", {}),
    "POST /patients bad dob": (
        "POST",
        "{practice}/patients",
        {"firstname": "A", "lastname": "B", "dob": "wrong", "departmentid": "1"},
    ),
    "enum mismatch": (
        "POST",
        "{practice}/patients/1/documents/patientcase",
        {"departmentid": "1", "documentsubclass": "PATIENTCASE", "documentsource": "patient"},
    ),
    "date expected": (
        "GET",
        "{practice}/patients/enhancedbestmatch?firstname=A&lastname=B&dob=01/01/%20%20%201",
        None,
    ),
    "enhancedbestmatch without names": (
        "GET",
        "{practice}/patients/enhancedbestmatch?lastname=B&dob=01/01/1950",
        None,
    ),
    "GET /patients without any search criterion": ("GET", "{practice}/patients", None),
    "GET /patients too many hits": ("GET", "{practice}/patients?departmentid=1", None),
    "GET /patients/{unknown}": ("GET", "{practice}/patients/424242", None),
    "unknown practice id": ("GET", "/v1/424242/ping", None),
    "POST clinicaldocument etc.: patient not in department": (
        "POST",
        "{practice}/patients/1/documents/clinicaldocument",
        {"departmentid": "9999", "documentsubclass": "CLINICALDOCUMENT"},
    ),
    "unknown document id": ("GET", "{practice}/patients/1/documents/clinicaldocument/424242", None),
    "GET /{feed}/changed before subscribing": ("GET", "{practice}/providers/changed", None),
    "path not routed at the gateway": ("GET", "/nowhere", None),
}


def test_observed_errors_are_answered_as_observed(shared_data: Path, replay: Replay) -> None:
    observed = json.loads((shared_data / "athena/errors_observed.json").read_text(encoding="utf-8"))["errors"]
    by_trigger = {each["when"]: each for each in observed}
    assert ERRORS.keys() <= by_trigger.keys()
    replay.running.standin.reset()
    replay.running.standin.faults.set({"quirks": {"too_many_above": 50}})
    replay._sign_on()
    for when, (method, path, form) in ERRORS.items():
        expected = by_trigger[when]
        address = path.replace("{practice}", replay.practice)
        answer = replay._ask(method, address, **({"data": form} if form is not None else {}))
        assert answer.status_code == expected["status"], when
        if "body_text" in expected:
            assert answer.text == expected["body_text"], when
        else:
            body = answer.json()
            assert body["error"] == expected["body"]["error"], when
            assert body.keys() == expected["body"].keys(), when
            for name in ("missingfields", "fields"):
                assert sorted(body.get(name, [])) == sorted(expected["body"].get(name, [])), when
        if "content_type" in expected:
            assert answer.headers["content-type"] == expected["content_type"], when


def test_errors_of_credentials_are_answered_as_observed(shared_data: Path) -> None:
    observed = json.loads((shared_data / "athena/errors_observed.json").read_text(encoding="utf-8"))["errors"]
    texts = {each["when"]: (each["status"], each.get("body_text", each.get("body"))) for each in observed}
    closed = practice_of("7", "Closed", granted=False)
    with RunningStandIn(StandIn(World({"7": closed}), new_credentials())) as running:
        replay = Replay(running)
        with closing(replay.http):
            nobody = replay._ask("GET", "/v1/7/ping")
            assert (nobody.status_code, nobody.text) == texts["no / unknown bearer"]
            replay._sign_on()
            for status, when in (
                (401, "practice not granted to the app"),
                (403, "practice not granted to the app (2025)"),
            ):
                running.standin.faults.set({"quirks": {"no_access": status}})
                answer = replay._ask("GET", "/v1/7/ping")
                assert (answer.status_code, answer.json()) == texts[when]
            running.standin.faults.set({"quirks": {"token_limit_per_minute": 0}})
            form = {"grant_type": "client_credentials"}
            limited = replay.http.post("/oauth2/v1/token", data=form)
            assert (limited.status_code, limited.text) == next(
                told for when, told in texts.items() if when.startswith("token endpoint over limit")
            )
