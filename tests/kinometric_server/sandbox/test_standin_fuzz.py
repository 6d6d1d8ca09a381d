"""No request, however broken, brings the stand-in down or makes it answer 500."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PARTS = st.sampled_from(
    ["patients", "60145", "²", "documents", "clinicaldocument", "departments", "1", "enhancedbestmatch", "changed",
     "subscription", "88201", "pages", "x" * 50, "９", "ping", "practiceinfo", "search", "actions", "..", "%00"]
)  # fmt: skip
NAMES = st.sampled_from(
    ["departmentid", "documentsubclass", "attachmentcontents", "limit", "offset", "lastname", "dob", "firstname",
     "minscore", "priority", "observationdate", "providerid", "documenttypeid", "searchterm", "eventname", "status"]
)  # fmt: skip
VALUES = st.sampled_from(
    ["", "1", "-1", "²", "9" * 40, "CLINICALDOCUMENT", "JVBERi0xLjQ=", "%%%", "01/02/1950", "x", "é\x00", "٣"]
)
FORMS = st.dictionaries(NAMES, VALUES, max_size=5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    st.sampled_from(["990017", "1", "990018", "990019", "²", "5"]),
    st.lists(PARTS, max_size=6),
    FORMS,
    FORMS,
    st.sampled_from(["form", "multipart", "json", "broken multipart", "bytes"]),
)
def test_a_broken_request_is_answered_below_500(
    caller: Any, method: str, practice: str, parts: list[str], query: dict[str, str], form: dict[str, str], kind: str
) -> None:
    path = "/".join(["/v1", quote(practice), *(quote(part) for part in parts)])
    body: dict[str, Any] = {
        "form": {"data": form},
        "multipart": {"files": {name: (None, value) for name, value in form.items()}},
        "json": {"json": form},
        "broken multipart": {"content": b"--x\r\nnonsense", "headers": {"Content-Type": "multipart/form-data"}},
        "bytes": {"content": b"\xff\xfe%ZZ=1", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
    }[kind]
    if not caller.token:
        caller.sign_on()
    headers = {"Authorization": f"Bearer {caller.token}", **body.pop("headers", {})}
    answer = caller.http.request(method, path, params=query, headers=headers, **body)
    assert answer.status_code < 500, answer.text
    assert answer.content.strip()
