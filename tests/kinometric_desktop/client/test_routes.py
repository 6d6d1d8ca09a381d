"""Every route of docs/api.md that the workstation uses exists there with the same method, form and answer."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from kinometric_desktop.client.accounts import AccountCalls
from kinometric_desktop.client.patients import AthenaCalls, PatientCalls
from kinometric_desktop.client.practices import DepartmentCalls, PracticeCalls
from kinometric_desktop.client.sessions import SessionCalls
from kinometric_desktop.client.uploads import UploadCalls

GROUPS = (AccountCalls, PatientCalls, AthenaCalls, DepartmentCalls, PracticeCalls, SessionCalls, UploadCalls)
CALLS = [
    (group, name)
    for group in GROUPS
    for name, member in inspect.getmembers(group, inspect.isfunction)
    if not name.startswith("_")
]


class Recorder:
    """A transport that only writes down what would be sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, object]] = []

    def get(self, path: str, answer: object, *, user_action: bool = True) -> Any:
        """Write down a GET."""
        self.sent.append(("GET", path, None))
        raise StopIteration

    def post(self, path: str, body: object, answer: object, **_: object) -> Any:
        """Write down a POST with an answer."""
        self.sent.append(("POST", path, body))
        raise StopIteration

    def order(self, path: str, body: object = None, *, user_action: bool = True, token: str | None = None) -> None:
        """Write down a POST without an answer."""
        self.sent.append(("POST", path, body))

    def take_token(self) -> str:
        """One that was held."""
        return "token"

    def set_token(self, _: str) -> None:
        """Hold nothing."""


def sent_by(group: type, name: str) -> tuple[str, str, object]:
    """Call a method with placeholders and return what it would send."""
    recorder = Recorder()
    method = getattr(group(recorder), name)
    arguments: list[object] = []
    named: dict[str, object] = {}
    hints = get_type_hints(method)
    for parameter in inspect.signature(method).parameters.values():
        kind = hints[parameter.name]
        if parameter.kind is parameter.KEYWORD_ONLY:
            if parameter.default is parameter.empty:
                named[parameter.name] = "key"
        elif kind in (str, int):
            arguments.append(f"{{{parameter.name}}}" if kind is str else 0)
        else:
            arguments.append(kind)
    try:
        method(*arguments, **named)
    except StopIteration:
        return recorder.sent[0]
    return recorder.sent[0]


def documented(repository: Path) -> dict[tuple[str, str], str]:
    """Method and path of every route, with the words about its body."""
    text = (repository / "docs" / "api.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (GET|POST) (\S+?) \| (.*?) \|", text, re.MULTILINE)
    return {(method, path.split("?")[0]): words for method, path, words in found}


@pytest.mark.parametrize(("group", "name"), CALLS, ids=[f"{group.__name__}.{name}" for group, name in CALLS])
def test_the_route_is_documented(group: type, name: str, repository: Path) -> None:
    method, path, form = sent_by(group, name)
    routes = documented(repository)
    assert (method, path.split("?")[0]) in routes
    words = routes[(method, path.split("?")[0])]
    if isinstance(form, type):
        assert re.search(rf"\b{form.__name__}\b", words), words


def test_every_documented_route_can_be_called(repository: Path) -> None:
    called = {(method, path.split("?")[0]) for method, path, _ in (sent_by(*call) for call in CALLS)}
    not_for_people = {("GET", "/healthz,"), ("GET", "/readyz")}
    same_in_another_form = {("POST", "/v1/uploads/pdf")}
    assert set(documented(repository)) - not_for_people - same_in_another_form <= called
