"""Each of the manual's twenty fault files does what its number says, to the requests that it names and to no others."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

P = "/v1/990017"
CHART = f"{P}/patients/60145/documents/clinicaldocument"


def recipes(repository: Path) -> dict[int, str]:
    manual = (repository / "docs" / "stand-in.md").read_text(encoding="utf-8")
    return {int(number): text for number, text in re.findall(r"```toml\n# (\d+)\n(.*?)```", manual, re.DOTALL)}


def first(answer: Any) -> dict[str, Any]:
    return dict(answer.json()[0])


def json_under_html(caller: Any) -> None:
    answer = caller.ask(f"{P}/patients")
    assert answer.content.startswith(b"{")
    assert answer.headers["content-type"].startswith("text/html")
    assert caller.ask(f"{P}/departments?limit=x").content.startswith(b"\n\n{")


def a_lifetime_as_text(caller: Any) -> None:
    assert caller.sign_on().json()["expires_in"] == "3600"


def success_false_at_200(caller: Any) -> None:
    answer = caller.file()
    assert (answer.status_code, answer.json()["success"]) == (200, "false")
    assert caller.documents() == []


def ids_as_numbers(caller: Any) -> None:
    assert first(caller.ask(f"{P}/patients/60145"))["patientid"] == 60145
    assert caller.ask(f"{P}/patients?lastname=Prueba").json()["patients"][0]["patientid"] == "14620"


def missing_values_as_null(caller: Any) -> None:
    assert first(caller.ask(f"{P}/patients/60145"))["preferredname"] is None
    assert "preferredname" not in caller.ask(f"{P}/patients?lastname=Prueba").json()["patients"][0]


def no_token_for_the_rest_of_the_minute(caller: Any) -> None:
    answer = caller.sign_on()
    assert (answer.status_code, answer.text, answer.headers["x-ratelimit-remaining"]) == (429, "Quota Exceeded", "0")


def both_kinds_of_throttling(caller: Any) -> None:
    assert caller.ask(f"{P}/patients/60145").status_code == 403
    assert caller.ask(f"{P}/patients/60145").headers["retry-after"] == "2"
    answer = caller.ask(f"{P}/departments")
    assert (answer.status_code, answer.headers["x-ratelimit-limit"]) == (429, "0")
    assert caller.ask(f"{P}/ping").status_code == 200


def every_second_401(caller: Any) -> None:
    assert [caller.ask(f"{P}/ping").status_code for _ in range(4)] == [200, 401, 200, 401]
    assert caller.ask(f"{P}/departments").status_code == 200


def stored_long_before_the_answer(caller: Any) -> None:
    (rule,) = caller.running.standin.faults.rules
    assert (rule.delay_s, rule.delay_before_s) == (0.3, 0.0)
    assert caller.file().json()["success"] is True
    assert [each["struck"] for each in caller.state()["faults"]] == [1]
    assert len(caller.documents()) == 1


def html_though_stored(caller: Any) -> None:
    answer = caller.file()
    assert (answer.status_code, answer.text[:6]) == (503, "<html>")
    assert len(caller.documents()) == 1


def the_gateways_text(caller: Any) -> None:
    answer = caller.ask(f"{P}/departments")
    assert (answer.status_code, answer.text) == (404, "Service not registered with API gateway.")
    assert caller.ask("/v2/anything").text == answer.text


def a_link_to_another_host(caller: Any) -> None:
    link = caller.ask(f"{P}/patients?departmentid=1").json()["next"]
    assert link == f"https://api.production.invalid{P}/patients?DEPARTMENTID=1&offset=10"


def two_patients(caller: Any) -> None:
    assert [each["patientid"] for each in caller.ask(f"{P}/patients/60145").json()] == ["60145", "60146"]


def in_another_department(caller: Any) -> None:
    answer = caller.file()
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        "The specified patient does not exist in that department.",
    )
    assert caller.ask(f"{P}/patients/60145").status_code == 200
    assert caller.file("14620").status_code == 200


def hidden_departments(caller: Any) -> None:
    assert caller.ask(f"{P}/departments").json()["totalcount"] == 10
    assert caller.ask(f"{P}/departments?showalldepartments=true").json()["totalcount"] == 13


def an_empty_practice(caller: Any) -> None:
    assert caller.ask(f"{P}/departments").json() == {"departments": [], "totalcount": 0}


def no_access(caller: Any) -> None:
    assert caller.ask(f"{P}/ping").status_code == 403
    assert caller.ask("/v1/990019/ping").status_code == 200


def odd_demographics(caller: Any) -> None:
    patient = first(caller.ask(f"{P}/patients/60145"))
    assert (patient["email"], patient["lastname"], "sex" in patient) == ("declined", "MUESTRA LOPEZ", False)
    assert re.fullmatch(r"\d{5}-\d{4}", patient["zip"])


def merged_away(caller: Any) -> None:
    patient = first(caller.ask(f"{P}/patients/60145?showpreviouspatientids=true"))
    assert patient["patientid"] != "60145"
    assert {"previouspatientid": "60145"} in patient["previouspatientids"]


def back_to_review(caller: Any) -> None:
    number = caller.file().json()["clinicaldocumentid"]
    assert first(caller.ask(f"{CHART}/{number}"))["status"] == "REVIEW"
    assert caller.ask(f"{CHART}?departmentid=1").json()["clinicaldocuments"][0]["status"] == "REVIEW"


CHECKS: tuple[Callable[[Any], None], ...] = (
    *(json_under_html, a_lifetime_as_text, success_false_at_200, ids_as_numbers, missing_values_as_null),
    *(no_token_for_the_rest_of_the_minute, both_kinds_of_throttling, every_second_401, stored_long_before_the_answer),
    *(html_though_stored, the_gateways_text, a_link_to_another_host, two_patients, in_another_department),
    *(hidden_departments, an_empty_practice, no_access, odd_demographics, merged_away, back_to_review),
)


@pytest.mark.parametrize("check", CHECKS)
def test_a_fault_file_of_the_manual_does_what_its_number_says(
    caller: Any, repository: Path, check: Callable[[Any], None]
) -> None:
    caller.sign_on()
    content = tomllib.loads(recipes(repository)[CHECKS.index(check) + 1])
    caller.faults(*content["faults"])
    check(caller)


def test_there_is_a_fault_file_for_each_number(repository: Path) -> None:
    assert list(recipes(repository)) == list(range(1, 21))
