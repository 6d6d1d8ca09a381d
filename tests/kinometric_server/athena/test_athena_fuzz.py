"""Whatever athenaOne answers, the client gives a value or one of its own errors, never anything else."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kinometric_server.athena.client import AthenaConnections
from kinometric_server.athena.diagnostics import diagnose, support_request
from kinometric_server.athena.errors import AthenaError
from kinometric_server.athena.filing import Filed, NothingStored, OutcomeUnknown, Rejected
from kinometric_server.athena.ladder import climb
from kinometric_server.athena.settings import AthenaPractice
from kinometric_server.athena.transport import Answer, AnswerLostError, NotSentError, Question

NAMES = ["patients", "departments", "totalcount", "next", "patientid", "departmentid", "error", "success", "pong",
         "practiceinfo", "clinicaldocuments", "clinicaldocumentid", "allpatientstatuses", "dob", "access_token",
         "expires_in", "detailedmessage", "errormessage"]  # fmt: skip
PAYLOADS = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**18) | st.floats() | st.text(max_size=6) | st.just("9" * 5000),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=10,
)
BODIES = st.binary(max_size=20) | PAYLOADS.map(lambda payload: b"\n\n" + json.dumps(payload).encode())
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "retry-after": st.sampled_from(["5", "²", "-1", "9" * 5000, "soon", ""]),
        "x-ratelimit-remaining": st.sampled_from(["0", "5", "²", "x"]),
        "x-request-id": st.text(max_size=5),
    },
)
STATUSES = st.sampled_from([200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 408, 409, 429, 500, 503])
ANSWERS = st.builds(Answer, STATUSES, HEADERS, BODIES) | st.sampled_from([AnswerLostError("x"), NotSentError("x")])


@dataclass
class Scripted:
    """A transport that answers what it is told, the token request always well."""

    answers: list[Any]
    posts: int = 0
    asked: list[str] = field(default_factory=list)

    def ask(self, question: Question) -> Answer:
        if "/oauth2/" in question.url:
            return Answer(200, {}, b'{"access_token": "t", "expires_in": 3600}')
        self.posts += question.method == "POST"
        self.asked.append(question.url)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """Nothing is open."""


@settings(deadline=None, max_examples=150)
@given(st.lists(ANSWERS, min_size=1, max_size=4))
def test_no_answer_makes_the_client_stumble(answers: list[Any]) -> None:
    scripted = Scripted(answers)
    connections = AthenaConnections(
        "http://127.0.0.1:1",
        transport=scripted,  # type: ignore[arg-type]
        pause=lambda _: None,
    )
    practice = AthenaPractice(
        "standin", "990017", "id", "secret", documents_write=True, documents_list=True, health_endpoints=True,
        requests_per_second=1e9,
    )  # fmt: skip
    client = connections.client(practice)
    for ask in (
        lambda: client.patient("60145"),
        lambda: client.search("Muestra"),
        client.departments,
        lambda: client.documents("60145", "1"),
        lambda: climb(client, "Muestra-López", "Maria", enough=lambda _: False),
        lambda: support_request(diagnose(client)),
    ):
        with contextlib.suppress(AthenaError):
            ask()
    outcome = client.file_document("60145", "1", "note", b"%PDF-1.4")
    assert isinstance(outcome, Filed | NothingStored | OutcomeUnknown | Rejected)
    assert scripted.posts <= 2
