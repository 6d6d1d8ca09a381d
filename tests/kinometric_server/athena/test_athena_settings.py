"""The environment alone decides the host, and the stand-in is on loopback only."""

from __future__ import annotations

from typing import Any

import pytest

from kinometric_server.athena.errors import AthenaOffError
from kinometric_server.athena.settings import AthenaPractice, base_url, standin_address

KNOWN: dict[str, Any] = {"athena_practice_id": "990017", "client_id": "a", "client_secret": "b"}


@pytest.mark.parametrize(
    ("environment", "host"),
    [
        ("preview", "https://api.preview.platform.athenahealth.com"),
        ("production", "https://api.platform.athenahealth.com"),
        ("standin", "http://127.0.0.1:4711"),
    ],
)
def test_the_environment_decides_the_host(environment: Any, host: str) -> None:
    assert base_url(AthenaPractice(environment=environment, **KNOWN), "http://127.0.0.1:4711/") == host


def test_preview_and_production_never_use_the_stand_ins_address() -> None:
    for environment in ("preview", "production"):
        address = base_url(AthenaPractice(environment=environment, **KNOWN), "http://127.0.0.1:4711")  # type: ignore[arg-type]
        assert address.startswith("https://api.")


@pytest.mark.parametrize(
    "changes",
    [
        {"environment": "none"},
        {"client_id": ""},
        {"client_secret": ""},
        {"athena_practice_id": ""},
        {"athena_practice_id": "1/../2"},
    ],
)
def test_without_environment_or_credentials_there_is_no_address(changes: dict[str, Any]) -> None:
    with pytest.raises(AthenaOffError):
        base_url(AthenaPractice(**{"environment": "preview", **KNOWN, **changes}), None)


def test_without_a_stand_in_there_is_no_address_for_it() -> None:
    with pytest.raises(AthenaOffError, match="stand-in is not running"):
        base_url(AthenaPractice(environment="standin", **KNOWN), None)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:1",
        "http://10.0.0.1:80",
        "http://127.0.0.1:1/path",
        "http://user@127.0.0.1:1",
        "http://127.0.0.1.example.invalid",
        "http://127.0.0.1:1?x=1",
        "",
    ],
)
def test_only_loopback_is_a_stand_ins_address(url: str) -> None:
    with pytest.raises(ValueError, match="stand-in's address"):
        standin_address(url)


def test_each_environment_has_its_usual_pace() -> None:
    assert AthenaPractice(environment="preview").rate == 5.0
    assert AthenaPractice(environment="production").rate == 10.0
    assert AthenaPractice(environment="production", requests_per_second=2.0).rate == 2.0
