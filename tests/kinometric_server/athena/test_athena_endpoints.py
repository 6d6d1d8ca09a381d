"""With everything switched off no request but the token and the four of the specification ever leaves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kinometric_server.athena.diagnostics import diagnose
from kinometric_server.athena.endpoints import permit
from kinometric_server.athena.errors import AthenaError, SwitchedOffError
from kinometric_server.athena.settings import AthenaPractice

SPECIFIED = (
    r"POST /oauth2/v1/token",
    r"GET /v1/990017/patients/\d+\?.*",
    r"GET /v1/990017/patients\?lastname=.*",
    r"GET /v1/990017/departments\?.*",
    r"POST /v1/990017/patients/\d+/documents/clinicaldocument",
)
BORN = date(1951, 3, 4)


def everything(client: Any) -> None:
    """Every public request of the client, in good and bad forms."""
    calls: list[Callable[[], object]] = [
        client.sign_on,
        lambda: diagnose(client),
        lambda: client.probe("/ping", {}),
        lambda: client.patient("60145"),
        lambda: client.patient("1/../../ping"),
        lambda: client.search("Muestra", "Maria", "1", born=BORN),
        lambda: client.search("Muestra&dob=03/04/1951#", "?dob=1"),
        lambda: client.search("", born=BORN),
        lambda: client.departments(offset=10),
        lambda: client.documents("60145", "1"),
        lambda: client.file_document("60145", "1", "note", b"%PDF-1.4"),
        lambda: client.file_document("../60145", "1", "note", b"%PDF-1.4"),
    ]
    for call in calls:
        try:
            call()
        except AthenaError:
            continue


def test_with_everything_off_only_the_specified_requests_leave(clinic: Any) -> None:
    everything(clinic.client())
    asked = clinic.asked()
    assert {pattern for pattern in SPECIFIED for each in asked if re.fullmatch(pattern, each)} == set(SPECIFIED)
    beyond = [each for each in asked if not any(re.fullmatch(pattern, each) for pattern in SPECIFIED)]
    assert beyond == []
    queries = [each.partition("?")[2] for each in asked]
    assert not any("dob=03" in each and not each.startswith("lastname=Muestra%26dob") for each in queries)


def test_with_writing_off_not_one_post_leaves_but_the_token(clinic: Any) -> None:
    everything(clinic.client(documents_write=False))
    assert set(clinic.asked("POST")) == {"POST /oauth2/v1/token"}


@pytest.mark.parametrize(
    ("switch", "part"),
    [
        ("health_endpoints", "/ping"),
        ("health_endpoints", "/practiceinfo"),
        ("documents_list", "GET /v1/990017/patients/60145/documents/clinicaldocument"),
        ("dob_param", "dob=03%2F04%2F1951"),
    ],
)
def test_each_switch_opens_its_own_request_only(clinic: Any, switch: str, part: str) -> None:
    everything(clinic.client())
    assert clinic.asked(part) == []
    everything(clinic.client(**{switch: True}))
    assert clinic.asked(part) != []


@pytest.mark.parametrize(
    ("method", "path", "names"),
    [
        ("GET", "/appointments/open", ()),
        ("PUT", "/patients/5", ()),
        ("POST", "/patients", ()),
        ("DELETE", "/patients/5/documents/clinicaldocument/7", ()),
        ("GET", "/patients/5/", ()),
        ("GET", "/patients/5\n", ()),
        ("GET", "/patients/5", ("showfullssn",)),
        ("GET", "/patients/enhancedbestmatch", ("lastname",)),
        ("GET", "/departments", ("providerlist",)),
        ("GET", "/chart/5/labresults", ("departmentid",)),
        ("POST", "/patients/5/documents/clinicaldocument", ("providerid",)),
    ],
)
def test_what_no_switch_names_is_never_permitted(method: str, path: str, names: tuple[str, ...]) -> None:
    everything_on = AthenaPractice(documents_write=True, documents_list=True, dob_param=True, health_endpoints=True)
    with pytest.raises(SwitchedOffError):
        permit(everything_on, method, path, names)
