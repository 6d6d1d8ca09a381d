"""The athenaOne client: what the server may ask athenaOne for one practice, and what it files there."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from kinometric_server.athena import endpoints
from kinometric_server.athena.errors import (
    AmbiguousPatientError,
    AthenaAccessError,
    AthenaError,
    AthenaNoAnswerError,
    AthenaRefusedError,
    AthenaThrottledError,
    AthenaUnreachableError,
    AthenaUnreadableError,
    NoSuchPatientError,
    PatientMergedError,
    TooManyMatchesError,
)
from kinometric_server.athena.filing import (
    DOCUMENT_SUBCLASS,
    Filed,
    NothingStored,
    Outcome,
    OutcomeUnknown,
    outcome_of,
    upload_body,
)
from kinometric_server.athena.limits import DailyBudget, Pace, Refusals
from kinometric_server.athena.records import (
    AthenaDepartment,
    AthenaPatient,
    ListedDocument,
    department_of,
    document_of,
    patients_of,
    total_of,
)
from kinometric_server.athena.replies import (
    UNREADABLE,
    error_text,
    is_throttling,
    payload_of,
    retry_after_s,
    says_failure,
)
from kinometric_server.athena.settings import AthenaPractice, base_url
from kinometric_server.athena.tokens import Token, TokenStore, credential_key
from kinometric_server.athena.transport import Answer, AnswerLostError, NotSentError, Question, Transport
from kinometric_server.security.sealing import KeyRing

log = logging.getLogger("kinometric.athena")

PAGE: Final = 100
_DIGITS: Final = re.compile(r"[0-9]+")
_MOST_DOCUMENT_PAGES: Final = 10
_POST_BEGINS_WITHIN_S: Final = 120.0
"""A document whose turn or token came later than this is not sent any more: whoever waits for its outcome counts
minutes, and a POST that begins after they have given up could meet one that they ordered anew."""
_TRIES: Final = 3
_BETWEEN_TRIES_S: Final = 0.3


@dataclass(frozen=True)
class SearchPage:
    """Rows of one search; ``more`` when athenaOne has further ones, ``total`` None where it doesn't say how many."""

    rows: tuple[AthenaPatient, ...]
    total: int | None
    more: bool


@dataclass(frozen=True)
class DepartmentPage:
    """A page of athenaOne's departments."""

    departments: tuple[AthenaDepartment, ...]
    total: int | None
    more: bool
    next_offset: int


@dataclass(frozen=True)
class DocumentPage:
    """A page of a chart's documents."""

    documents: tuple[ListedDocument, ...]
    more: bool
    next_offset: int


class AthenaConnections:
    """What all practices share in one process: connections, tokens, pace, budgets.

    Parameters
    ----------
    standin : str or None
        Address of the stand-in, for practices whose environment is stand-in.
    token_folder, keys : Path or None, KeyRing or None
        Where tokens are kept, sealed by ``keys``; None keeps them in memory.
    transport : Transport or None
        None makes one with the usual timeouts.
    clock, pause, monotonic : callable
        Seconds since the epoch, how to wait, and seconds that never go back; tests hand in their own.
    """

    def __init__(
        self,
        standin: str | None = None,
        token_folder: Path | None = None,
        keys: KeyRing | None = None,
        *,
        transport: Transport | None = None,
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.standin = standin
        self.transport = transport or Transport()
        self.tokens = TokenStore(self.transport, token_folder, keys, clock=clock, pause=pause)
        self.pace = Pace(monotonic, pause)
        self.budget = DailyBudget(clock)
        self.clock = clock
        self.pause = pause
        self.monotonic = monotonic
        self.refusals = Refusals(clock)

    def client(self, practice: AthenaPractice) -> AthenaClient:
        """A client for one practice, with the switches as they are now."""
        return AthenaClient(practice, self)

    def close(self) -> None:
        """Close every connection."""
        self.transport.close()


class AthenaClient:
    """Asks athenaOne on behalf of one practice; every request passes the practice's scope sheet first."""

    def __init__(self, practice: AthenaPractice, connections: AthenaConnections) -> None:
        self.practice = practice
        self._connections = connections

    @property
    def base_url(self) -> str:
        """Where this practice's requests go; raises AthenaOffError when there is no such place."""
        return base_url(self.practice, self._connections.standin)

    def requests_left_today(self) -> int | None:
        """What athenaOne said is left of today's requests; None when it has not said."""
        return self._connections.budget.left(credential_key(self.practice, self.base_url))

    def sign_on(self) -> None:
        """Make sure that there is a good token; raises AthenaError."""
        self._connections.tokens.get(self.practice, self.base_url)

    def probe(self, path: str, query: Mapping[str, str]) -> Answer:
        """Ask once and hand back the answer whatever its status, for diagnostics; needs the switch health_endpoints.

        Raises
        ------
        AthenaError
            If the request may not be made, or no answer came.
        """
        endpoints.permit(self.practice, "GET", "/ping", ())
        endpoints.permit(self.practice, "GET", path, query)
        return self._answer_to(self.base_url, path, tuple(query.items()), tries=1)

    def token_seconds_left(self) -> float | None:
        """Seconds until the kept token ends; None without one."""
        return self._connections.tokens.seconds_left(self.practice, self.base_url)

    def patient(self, athena_patient_id: str) -> AthenaPatient:
        """Read one patient with all departments' statuses.

        Raises
        ------
        NoSuchPatientError, PatientMergedError, AmbiguousPatientError
            If there is no such record, another one answers for it, or several do.
        AthenaError
            For everything else.
        """
        wanted = athena_patient_id.strip()
        if not wanted.isascii() or not wanted.isdigit() or len(wanted) > 18:
            raise NoSuchPatientError("not_a_number")
        wanted = wanted.lstrip("0") or "0"
        query = {"showallpatientdepartmentstatus": "true", "showpreviouspatientids": "true"}
        payload = self._get(f"/patients/{wanted}", query, missing=NoSuchPatientError)
        if not isinstance(payload, list):
            raise AthenaUnreadableError("patient_not_a_list")
        return _the_patient(wanted, patients_of(payload))

    def search(
        self,
        lastname: str,
        firstname: str = "",
        department_id: str = "",
        *,
        born: date | None = None,
        offset: int = 0,
        limit: int = PAGE,
    ) -> SearchPage:
        """Search by name and department; ``born`` goes into the query only where the switch dob_param is on.

        Raises
        ------
        TooManyMatchesError
            If more than 1,000 patients fit.
        AthenaError
            For everything else.
        """
        query = {"lastname": lastname.strip(), "firstname": firstname.strip(), "departmentid": department_id.strip()}
        if born is not None and self.practice.dob_param:
            query["dob"] = f"{born.month:02d}/{born.day:02d}/{born.year:04d}"
        if not any(query.get(name) for name in ("lastname", "dob")):
            raise TooManyMatchesError("no_criterion", sentence="A search in athenaOne needs a last name.")
        query |= {"limit": str(limit), "offset": str(offset) if offset else "", "omitbalances": "true"}
        payload = self._get("/patients", query)
        listed = payload.get("patients") if isinstance(payload, Mapping) else None
        if not isinstance(listed, list):
            raise AthenaUnreadableError("search_without_list")
        rows, total = patients_of(listed), total_of(payload)
        return SearchPage(rows, total, _more(payload, total, offset + len(listed)))

    def departments(self, offset: int = 0, limit: int = PAGE) -> DepartmentPage:
        """A page of the practice's departments, those hidden in the portal too."""
        query = {"showalldepartments": "true", "limit": str(limit), "offset": str(offset)}
        payload = self._get("/departments", query)
        listed = payload.get("departments") if isinstance(payload, Mapping) else None
        if not isinstance(listed, list):
            raise AthenaUnreadableError("departments_without_list")
        found = tuple(each for item in listed if (each := department_of(item)) is not None)
        total = total_of(payload)
        following = offset + len(listed)
        return DepartmentPage(found, total, bool(listed) and _more(payload, total, following), following)

    def documents(self, athena_patient_id: str, department_id: str, offset: int = 0) -> DocumentPage:
        """A page of the patient's clinical documents in a department; needs the switch documents_list."""
        query = {"departmentid": department_id, "documentsubclass": DOCUMENT_SUBCLASS, "limit": str(PAGE)}
        query["offset"] = str(offset) if offset else ""
        payload = self._get(f"/patients/{athena_patient_id}/documents/clinicaldocument", query)
        listed = payload.get("clinicaldocuments") if isinstance(payload, Mapping) else None
        if not isinstance(listed, list):
            raise AthenaUnreadableError("documents_without_list")
        found = tuple(each for item in listed if (each := document_of(item)) is not None)
        following = offset + len(listed)
        return DocumentPage(found, bool(listed) and _more(payload, total_of(payload), following), following)

    def find_document(self, athena_patient_id: str, department_id: str, marker: str) -> str | None:
        """The number of the document whose note carries a marker; needs the switch documents_list.

        None says only that the list doesn't show it now: athenaOne may list a new document late, so it is no proof
        that nothing was filed.
        """
        offset = 0
        for _ in range(_MOST_DOCUMENT_PAGES):
            page = self.documents(athena_patient_id, department_id, offset)
            for document in page.documents:
                if f"[{marker}]" in document.internal_note:
                    return document.document_id
            if not page.more:
                break
            offset = page.next_offset
        return None

    def file_document(self, athena_patient_id: str, department_id: str, note: str, pdf: bytes) -> Outcome:
        """Send a document to a chart, once.

        Parameters
        ----------
        note : str
            The internal note, with the marker by which a person can find the document.

        Returns
        -------
        Outcome
            What came of it; never an exception once the request may have left.

        Raises
        ------
        SwitchedOffError, AthenaOffError
            If the practice may not write documents; nothing was sent.
        """
        path = f"/patients/{athena_patient_id}/documents/clinicaldocument"
        endpoints.permit(self.practice, "POST", path, ())
        outcome = self._send(path, department_id, note, pdf)
        if not isinstance(outcome, Filed):
            self._log_failure("POST", path, f"{type(outcome).__name__}:{outcome.reason}")
        return outcome

    def _send(self, path: str, department_id: str, note: str, pdf: bytes) -> Outcome:
        base = self.base_url
        fields = {
            "departmentid": department_id,
            "documentsubclass": DOCUMENT_SUBCLASS,
            "autoclose": "true",
            "internalnote": note,
        }
        body = upload_body(self.practice.upload_encoding, fields, pdf)
        outcome: Outcome = NothingStored("unauthorized")
        renewed = False
        began, began_at = self._connections.monotonic(), self._connections.clock()
        for _ in range(2):
            try:
                self._before_asking(base)
                token = self._connections.tokens.get(self.practice, base)
            except AthenaThrottledError as error:
                return NothingStored("throttled", error.retry_after_s)
            except AthenaError as error:
                return NothingStored("token", error.retry_after_s)
            # A machine that slept in between counts the time on its clock only.
            waited = max(self._connections.monotonic() - began, self._connections.clock() - began_at)
            if waited > _POST_BEGINS_WITHIN_S:
                return NothingStored("too_late")
            question = Question(
                "POST",
                self._url(base, path),
                headers={"Authorization": f"Bearer {token.text}"},
                form=body.form,
                parts=body.parts,
                fresh_connection=True,
            )
            try:
                answer = self._connections.transport.ask(question)
            except NotSentError as error:
                return NothingStored(error.reason)
            except AnswerLostError as error:
                return OutcomeUnknown(error.reason)
            self._note_budget(base, answer)
            outcome = outcome_of(answer)
            if answer.status != 401:
                return outcome
            # 401 stored nothing: the token may have ended early, so one new one is tried.
            if renewed:
                self._connections.refusals.note(self._key(base))
            renewed = self._doubt(base, token)
        return outcome

    def _key(self, base: str) -> tuple[str, str]:
        return base, self.practice.athena_practice_id

    def _doubt(self, base: str, token: Token) -> bool:
        """Give up a refused token, unless a new one was refused a moment ago too: then it isn't the token's fault."""
        if self._connections.refusals.recent(self._key(base)):
            return False
        self._connections.tokens.drop(self.practice, base, token)
        return True

    def _url(self, base: str, path: str) -> str:
        return f"{base}/v1/{self.practice.athena_practice_id}{path}"

    def _before_asking(self, base: str) -> None:
        self._connections.budget.check(credential_key(self.practice, base))
        self._connections.pace.take(self._key(base), self.practice.rate)

    def _note_budget(self, base: str, answer: Answer) -> None:
        self._connections.budget.note(credential_key(self.practice, base), answer)

    def _get(self, path: str, query: Mapping[str, str], *, missing: type[AthenaError] = AthenaRefusedError) -> Any:
        """Ask and read the JSON of a good answer; 5xx is tried again, a 401 once with a new token."""
        try:
            return self._payload(path, query, missing)
        except NoSuchPatientError:
            raise  # an answer like any other
        except AthenaError as error:
            self._log_failure("GET", path, error.reason)
            raise

    def _log_failure(self, method: str, path: str, reason: str) -> None:
        extra = {
            "endpoint": _DIGITS.sub("{id}", path),
            "method": method,
            "environment": self.practice.environment,
            "reason_code": reason,
        }
        log.warning("athena_request_failed", extra=extra)

    def _payload(self, path: str, query: Mapping[str, str], missing: type[AthenaError]) -> Any:
        given = {name: value for name, value in query.items() if value}
        endpoints.permit(self.practice, "GET", path, given)
        base = self.base_url
        answer = self._answer_to(base, path, tuple(given.items()))
        failure = _failure_of(answer, missing)
        if failure is not None:
            raise failure
        payload = payload_of(answer)
        if payload is UNREADABLE:
            raise AthenaUnreadableError("not_json")
        if says_failure(payload):
            raise AthenaRefusedError("success_false")
        return payload

    def _answer_to(self, base: str, path: str, query: tuple[tuple[str, str], ...], tries: int = _TRIES) -> Answer:
        asked_again = renewed = False
        tried = 0
        while True:
            self._before_asking(base)
            token = self._connections.tokens.get(self.practice, base)
            question = Question(
                "GET", self._url(base, path), query=query, headers={"Authorization": f"Bearer {token.text}"}
            )
            try:
                answer = self._connections.transport.ask(question)
            except NotSentError as error:
                failure: AthenaError = AthenaUnreachableError(error.reason)
            except AnswerLostError as error:
                failure = AthenaNoAnswerError(error.reason)
            else:
                self._note_budget(base, answer)
                tried += 1
                if answer.status == 401 and not asked_again:
                    asked_again, renewed = True, self._doubt(base, token)
                    continue
                if answer.status == 401 and renewed:
                    self._connections.refusals.note(self._key(base))
                if answer.status >= 500 and tried < tries:
                    self._connections.pause(_BETWEEN_TRIES_S * tried)
                    continue
                return answer
            raise failure


def _more(payload: Mapping[str, Any], total: int | None, seen: int) -> bool:
    # The link itself is never followed: it has been seen to name another host.
    return bool(payload.get("next")) or (total is not None and seen < total and seen > 0)


def _failure_of(answer: Answer, missing: type[AthenaError]) -> AthenaError | None:
    """The error for an answer that is not a success, or None."""
    if answer.status == 200:
        return None
    if is_throttling(answer):
        return AthenaThrottledError("throttled", retry_after_s=retry_after_s(answer))
    if answer.status in (401, 403):
        return AthenaAccessError(f"http_{answer.status}")
    if answer.status == 408 or answer.status >= 500:
        return AthenaNoAnswerError(f"http_{answer.status}")
    if answer.status < 400:
        return AthenaUnreadableError(f"http_{answer.status}")
    said = error_text(answer).lower()
    if "service not registered" in said or "unknown api path" in said:
        return AthenaRefusedError("unknown_path")
    if "invalid practice" in said:
        return AthenaAccessError("invalid_practice")
    if "larger than 1000 records" in said:
        return TooManyMatchesError("over_1000")
    # Only athenaOne's own envelope says that somebody isn't there; a page in HTML speaks of the server.
    in_envelope = payload_of(answer) is not UNREADABLE
    if in_envelope and (answer.status == 404 or "does not exist" in said):
        return missing(f"http_{answer.status}")
    return AthenaRefusedError(f"http_{answer.status}")


def _the_patient(wanted: str, found: tuple[AthenaPatient, ...]) -> AthenaPatient:
    if not found:
        raise NoSuchPatientError("empty_list")
    same = [each for each in found if each.patient_id == wanted]
    if len(same) == 1:
        return same[0]
    if same:
        # Copies of one patient in several provider groups differ in their department; anything else is two people.
        first = same[0]
        if all(
            (each.lastname, each.firstname, each.born) == (first.lastname, first.firstname, first.born) for each in same
        ):
            return _joined(same)
        raise AmbiguousPatientError("several_people")
    if len(found) == 1 and wanted in found[0].previous_ids:
        raise PatientMergedError("merged")
    raise AmbiguousPatientError("another_patient")


def _joined(copies: list[AthenaPatient]) -> AthenaPatient:
    # athenaOne gives them in any order; what is taken from the first must not change with it.
    ordered = sorted(copies, key=lambda copy: (copy.department_id, repr(vars(copy))))
    departments = [
        each
        for copy in ordered
        for each in (copy.department_id, copy.primary_department_id, *copy.status_department_ids)
        if each
    ]
    values = {**vars(ordered[0]), "status_department_ids": tuple(dict.fromkeys(departments))}
    return AthenaPatient(**values)
