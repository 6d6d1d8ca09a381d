"""Where a language model is may be said by a superadmin alone; its key goes in and never out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kinometric.contract.practices import ChangeScope
from kinometric_server.database import PracticeScope
from kinometric_server.errors import BadInputError
from kinometric_server.interpretation.address import completions_address
from kinometric_server.interpretation.provider import ModelAccess
from kinometric_server.practices import sheet


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("https://models.example.org/v1", "https://models.example.org/v1/chat/completions"),
        ("https://models.example.org/v1/", "https://models.example.org/v1/chat/completions"),
        (" https://models.example.org:8443 ", "https://models.example.org:8443/chat/completions"),
        ("https://models.example.org/v1/chat/completions", "https://models.example.org/v1/chat/completions"),
        ("http://127.0.0.1:5000/v1", "http://127.0.0.1:5000/v1/chat/completions"),
        ("http://[::1]:5000", "http://[::1]:5000/chat/completions"),
    ],
)
def test_an_address_leads_to_the_chat_completions(given: str, wanted: str) -> None:
    assert completions_address(given, loopback_http=True) == wanted


@pytest.mark.parametrize(
    "given",
    [
        *("", "models.example.org", "ftp://models.example.org", "https://", "file:///etc/passwd", "https://h:port"),
        *("https://user:pw@models.example.org", "https://models.example.org/v1?key=1", "https://models.example.org/#x"),
        *("http://models.example.org/v1", "http://127.0.0.1.example.org", "http://10.0.0.1", "https://ho st/v1"),
        *("https://models.example.org/\r\nX: 1", "https://[::1", "https://mödels.example.org", "https://" + "a" * 400),
    ],
)
def test_any_other_address_is_refused_with_a_sentence(given: str) -> None:
    with pytest.raises(ValueError, match="language model"):
        completions_address(given, loopback_http=True)


def test_plain_http_on_loopback_needs_a_server_that_serves_tests() -> None:
    with pytest.raises(ValueError, match="https only"):
        completions_address("http://127.0.0.1:5000/v1", loopback_http=False)


def without_tests(server: Any) -> Any:
    """The settings of a server that serves no tests."""
    return replace(server.settings, test_endpoints=())


@pytest.fixture
def scope(clinic: Any) -> PracticeScope:
    return PracticeScope.of_worker(clinic.practice_a)


@pytest.fixture
def change(server: Any, scope: PracticeScope) -> Any:
    def made(settings: Any = None, **values: Any) -> Any:
        with server.database.writing(scope) as unit:
            version = sheet.scope_sheet(unit).version
            asked = ChangeScope(version=version, **values)
            return sheet.change_scope(unit, scope, server.keys, asked, settings or without_tests(server))

    return made


def access(server: Any, scope: PracticeScope, settings: Any = None) -> ModelAccess | None:
    with server.database.reading(scope) as unit:
        return sheet.language_model_access(unit, server.keys, settings or without_tests(server))


MODEL = {"model_address": "https://models.example.org/v1", "model_name": "small", "model_key": "sk-secret"}


def test_the_switch_needs_an_address_and_a_name(change: Any, server: Any, scope: PracticeScope) -> None:
    with pytest.raises(BadInputError, match="address and name"):
        change(interpretation_model=True)
    with pytest.raises(BadInputError, match="address and name"):
        change(interpretation_model=True, model_address=MODEL["model_address"])
    change(**MODEL)
    assert access(server, scope) is None, "an address alone switches nothing on"
    change(interpretation_model=True)
    assert access(server, scope) == ModelAccess("https://models.example.org/v1/chat/completions", "small", "sk-secret")
    with pytest.raises(BadInputError, match="address and name"):
        change(model_address="")


def test_the_key_is_sealed_never_answered_and_forgotten_with_the_address(
    change: Any, server: Any, scope: PracticeScope
) -> None:
    shown = change(interpretation_model=True, **MODEL)
    assert "sk-secret" not in repr(shown)
    assert shown.model_key_set_at is not None
    assert "sk-secret" not in repr(access(server, scope))
    with server.database.reading(scope) as unit:
        assert b"sk-secret" not in sheet.scope_row(unit).model_key
    assert change(model_address="https://models.example.org/v1/").model_key_set_at is not None
    moved = change(model_address="https://other.example.org/v1")
    assert moved.model_key_set_at is None
    assert access(server, scope) == ModelAccess("https://other.example.org/v1/chat/completions", "small", "")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"model_name": "x" * 81}, "at most 80"),
        ({"model_name": "a\nb"}, "characters"),
        ({"model_key": "sk-1"}, "address before its key"),
        ({"model_address": MODEL["model_address"], "model_key": "a\r\nX-Evil: 1"}, "letters, digits and signs"),
        ({"model_address": "http://models.example.org"}, "https only"),
        ({"model_address": "http://127.0.0.1:5000"}, "https only"),
    ],
)
def test_what_can_not_be_a_model_is_refused(change: Any, values: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        change(**values)


def test_a_loopback_model_set_for_tests_is_not_asked_by_a_server_without_them(
    change: Any, server: Any, scope: PracticeScope
) -> None:
    testing = replace(server.settings, test_endpoints=("http://127.0.0.1:1",))
    change(testing, interpretation_model=True, model_address="http://127.0.0.1:5000/v1", model_name="small")
    assert access(server, scope, testing) is not None
    assert access(server, scope) is None


def test_only_a_superadmin_inside_says_where_the_model_is(alice: Any, bob: Any) -> None:
    for who in (alice, bob):
        assert who.post("/v1/practice/scope", {"version": 1, **MODEL}).status_code == 403
