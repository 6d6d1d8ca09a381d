"""Which endpoint of the stand-in answers which path."""

from __future__ import annotations

from typing import Final

from kinometric_server.sandbox import changes, charts, patients, practices
from kinometric_server.sandbox.calls import Call, Handler
from kinometric_server.sandbox.replies import Reply, unknown_path

_FEEDS: Final = ("patients", "appointments", "providers")

ROUTES: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("GET", "ping", practices.ping),
    ("GET", "departments", practices.list_departments),
    ("GET", "departments/*", practices.read_department),
    *((method, f"{feed}/changed/subscription", changes.subscription) for feed in _FEEDS for method in ("GET", "POST")),
    *(("DELETE", f"{feed}/changed/subscription", changes.subscription) for feed in _FEEDS),
    *(("GET", f"{feed}/changed", changes.changed) for feed in _FEEDS),
    ("GET", "providers", practices.list_providers),
    ("GET", "providers/*", practices.read_provider),
    ("GET", "patients", patients.search_patients),
    ("GET", "patients/enhancedbestmatch", patients.best_match),
    ("GET", "patients/search", patients.search_term),
    ("POST", "patients", changes.create_patient),
    ("GET", "patients/*", patients.read_patient),
    ("PUT", "patients/*", changes.change_patient),
    ("GET", "patients/*/documents", charts.list_documents),
    *(
        ("GET", f"patients/*/documents/{kind}", charts.list_documents)
        for kind in ("clinicaldocument", "encounterdocument")
    ),
    *(
        ("GET", f"patients/*/documents/{kind}/*", charts.read_document)
        for kind in ("clinicaldocument", "encounterdocument", "patientcase")
    ),
    ("GET", "patients/*/documents/clinicaldocument/*/pages/*", charts.read_page),
    ("GET", "patients/*/documents/clinicaldocument/*/originaldocument", charts.read_page),
    ("PUT", "patients/*/documents/clinicaldocument/*", charts.change_document),
    ("DELETE", "patients/*/documents/clinicaldocument/*", charts.delete_document),
    ("GET", "documents/clinicaldocument/*/actions", charts.document_actions),
    ("POST", "documents/clinicaldocument/*/actions", charts.document_actions),
)
"""Method, path behind the practice id with * for one part, handler; filing a document is apart, for its encoding."""

_FILING: Final = (
    ("patients", "*", "documents"),
    ("patients", "*", "documents", "clinicaldocument"),
    ("patients", "*", "documents", "encounterdocument"),
    ("patients", "*", "documents", "patientcase"),
)


def _fits(pattern: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    return len(pattern) == len(parts) and all(
        wanted in ("*", part) for wanted, part in zip(pattern, parts, strict=True)
    )


_TABLE: Final = tuple((method, tuple(pattern.split("/")), handler) for method, pattern, handler in ROUTES)


def answer(call: Call, allowed_encoding: str) -> Reply:
    """Answer a call whose token was good.

    Parameters
    ----------
    allowed_encoding : str
        The one encoding that uploads may use, "" for all three.
    """
    if call.practiceid == "1" and call.parts == ("practiceinfo",) and call.method == "GET":
        return practices.practice_listing([each for each in call.world.practices.values() if each.granted])
    practice = call.world.practices.get(call.practiceid)
    if practice is None:
        return practices.invalid_practice()
    if not practice.granted or call.quirks.not_granted:
        return practices.no_access(call.quirks.no_access)
    if call.parts == ("practiceinfo",) and call.method == "GET":
        return practices.practice_listing([practice])
    if call.method == "POST" and any(_fits(pattern, call.parts) for pattern in _FILING):
        return charts.file_document(call, allowed_encoding)
    for method, pattern, handler in _TABLE:
        if method == call.method and _fits(pattern, call.parts):
            return handler(call)
    return unknown_path()
