"""Has a draft made for a session: by rule, or by the practice's language model, which gets the numbers alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Row

from kinometric.contract import errors as codes
from kinometric.contract.sessions import DraftInterpretation, InterpretationDraft
from kinometric.interpretation import Facts, Verdict, check_text, draft_text
from kinometric.scoring import make_session
from kinometric_server.audit import record
from kinometric_server.audit.trail import FAILED
from kinometric_server.database import PracticeScope, Unit
from kinometric_server.errors import ConflictError, DeniedError, StaleWriteError
from kinometric_server.interpretation.prompt import PROMPT_VERSION
from kinometric_server.interpretation.provider import ModelAccess, ModelError
from kinometric_server.operations.server import Server
from kinometric_server.patients.records import find_patient
from kinometric_server.practices.sheet import language_model_access, scope_row
from kinometric_server.results.history import earlier_sessions
from kinometric_server.results.interpreting import Drafted, facts_at, identity_words, store_model_draft
from kinometric_server.results.reviewing import locked_session
from kinometric_server.results.scoring import results_of, trial_of


@dataclass(frozen=True)
class _Subject:
    """A session as it is when a draft is asked for: its printed numbers, and the words that may not occur."""

    version: int
    facts: Facts
    names: set[str]


def draft(server: Server, scope: PracticeScope, session_id: str, asked: DraftInterpretation) -> InterpretationDraft:
    """Have a draft made. A language model's text is checked like any other, and kept until somebody accepts it.

    Raises
    ------
    StaleWriteError
        When a number changed since the session was shown, or while the model was writing; its text is dropped then.
    ConflictError
        For a session without results.
    DeniedError
        ``KS-403S`` when the practice has no language model; nothing was asked.
    ModelError
        When the model gave no text.
    """
    if asked.source == "template":
        with server.database.writing(scope) as unit:
            subject = _subject(unit, session_id, asked)
            record(unit, scope, "interpretation_drafted", "session", session_id)
        return _answer(asked, subject, check_text(draft_text(subject.facts), subject.facts))
    with server.database.writing(scope) as unit:
        subject = _subject(unit, session_id, asked)
        access = language_model_access(unit, server.keys, server.settings)
        if access is None:
            raise DeniedError("This practice has no language model.", codes.CAPABILITY_OFF)
        record(unit, scope, "interpretation_model_asked", "session", session_id, details=_details(access))
    try:
        text = server.language_model.write(access, subject.facts)
    except ModelError as error:
        with server.database.writing(scope) as unit:
            details = {**_details(access), "reason": error.reason}
            record(unit, scope, "interpretation_model_answered", "session", session_id, FAILED, details=details)
        raise
    said = check_text(text, subject.facts, identity_words=subject.names)
    with server.database.writing(scope) as unit:
        current = _fits_still(unit, session_id, asked, subject)
        details = {**_details(access), "withheld": bool(said.reasons), "dropped": not current}
        record(unit, scope, "interpretation_model_answered", "session", session_id, details=details)
        if current and said.text:
            store_model_draft(unit, server.keys, session_id, Drafted(said.text, access.model))
    if not current:
        raise StaleWriteError
    return _answer(asked, subject, said)


def _subject(unit: Unit, session_id: str, asked: DraftInterpretation) -> _Subject:
    row = locked_session(unit, session_id)
    if row.interpretation_version != asked.interpretation_version:
        raise StaleWriteError
    facts = _facts(unit, row)
    return _Subject(
        row.interpretation_version, facts, identity_words(find_patient(unit, row.patient_id), draft_text(facts))
    )


def _facts(unit: Unit, row: Row[Any]) -> Facts:
    session = make_session([trial_of(result) for result in results_of(unit, row.id)])
    if not session.stances:
        raise ConflictError("This session has no results that could be interpreted.")
    return facts_at(unit, session, earlier_sessions(unit, row.patient_id, before=row), row, scope_row(unit))


def _fits_still(unit: Unit, session_id: str, asked: DraftInterpretation, subject: _Subject) -> bool:
    row = locked_session(unit, session_id)
    return row.interpretation_version == asked.interpretation_version and _facts(unit, row) == subject.facts


def _answer(asked: DraftInterpretation, subject: _Subject, said: Verdict) -> InterpretationDraft:
    return InterpretationDraft(asked.source, said.text or "", said.sentence, subject.version)


def _details(access: ModelAccess) -> dict[str, Any]:
    return {"model": access.model, "host": urlsplit(access.address).netloc, "prompt": PROMPT_VERSION}
