"""The requests that may leave for athenaOne: the token and the four of the specification; more only by a switch."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from kinometric_server.athena.errors import SwitchedOffError
from kinometric_server.athena.settings import AthenaPractice

TOKEN_PATH: Final = "/oauth2/v1/token"  # noqa: S105 (a path)

_READ: Final = frozenset({"showallpatientdepartmentstatus", "showpreviouspatientids", "departmentid"})
_SEARCH: Final = frozenset(
    {
        *("lastname", "firstname", "departmentid", "limit", "offset"),
        *("omitbalances", "omitphotoinformation", "omitdefaultpharmacy"),
    }
)
_DEPARTMENTS: Final = frozenset({"limit", "offset", "showalldepartments"})
_DOCUMENTS: Final = frozenset({"departmentid", "documentsubclass", "limit", "offset", "showmetadata"})

_RULES: Final = (
    ("GET", re.compile(r"/patients/[0-9]+"), _READ, ""),
    ("GET", re.compile(r"/patients"), _SEARCH, ""),
    ("GET", re.compile(r"/patients"), _SEARCH | {"dob"}, "dob_param"),
    ("GET", re.compile(r"/departments"), _DEPARTMENTS, ""),
    ("POST", re.compile(r"/patients/[0-9]+/documents/clinicaldocument"), frozenset[str](), "documents_write"),
    ("GET", re.compile(r"/patients/[0-9]+/documents/clinicaldocument"), _DOCUMENTS, "documents_list"),
    ("GET", re.compile(r"/ping"), frozenset[str](), "health_endpoints"),
    ("GET", re.compile(r"/practiceinfo"), frozenset[str](), "health_endpoints"),
)
"""Method, path behind the practice id, query names, and the switch that must be on ("" for none)."""


def permit(practice: AthenaPractice, method: str, path: str, query_names: Iterable[str]) -> None:
    """Let a request pass or raise.

    Parameters
    ----------
    path : str
        The part behind ``/v1/{practice id}``.

    Raises
    ------
    SwitchedOffError
        If the practice's scope sheet doesn't have it.
    """
    names = set(query_names)
    for allowed_method, pattern, allowed_names, switch in _RULES:
        if (
            method == allowed_method
            and pattern.fullmatch(path)
            and names <= allowed_names
            and (not switch or getattr(practice, switch))
        ):
            return
    raise SwitchedOffError("not_on_the_scope_sheet")
