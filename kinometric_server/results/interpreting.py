"""The drafted interpretation of a session: what may be said, who accepted it, and whether it still holds."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, update

from kinometric.contract.patients import Patient
from kinometric.contract.sessions import AcceptInterpretation, EarlierSession, InterpretationSource
from kinometric.interpretation import DRAFT_VERSION, Facts, check_text, draft_text, facts_of_session
from kinometric.report import TrendPoint
from kinometric.scoring import ENGINE_VERSION, Session, make_session
from kinometric_server.audit import record
from kinometric_server.database import PracticeScope, Unit
from kinometric_server.errors import BadInputError, ConflictError, StaleWriteError
from kinometric_server.patients.records import find_patient
from kinometric_server.practices.sheet import scope_row
from kinometric_server.results.history import earlier_sessions, measurement_error
from kinometric_server.results.reviewing import NO_INTERPRETATION, locked_session
from kinometric_server.results.scoring import results_of, trial_of
from kinometric_server.results.tables import test_sessions
from kinometric_server.security.sealing import KeyRing, Purpose

MODEL_PREFIX = "language model "
"""What stands before a language model's name where the version of the template would stand."""
_BRACKETED = re.compile(r" \([^“)]*\)")


@dataclass(frozen=True)
class Interpretation:
    """What a session's interpretation is now.

    Attributes
    ----------
    draft : str
        Made from the present numbers; empty for a session without results.
    text : str
        The stored text, as a person left it; empty without one.
    accepted_by : str or None
        Who accepted the stored text; None where nobody did, or where it no longer fits the numbers.
    withheld : str
        Why the stored text, or the draft, may not be shown to others; empty where it may.
    """

    draft: str = ""
    text: str = ""
    accepted_by: str | None = None
    withheld: str = ""
    source: InterpretationSource = "template"
    model_draft: str = ""
    """The language model's draft that waits to be accepted; empty without one."""


@dataclass(frozen=True)
class Drafted:
    """What a language model wrote for a session, and which one."""

    text: str
    model: str


def facts_at(
    unit: Unit, session: Session, earlier: tuple[EarlierSession, ...], row: Row[Any], practice: Row[Any]
) -> Facts:
    """Return the facts that the report's table of this session prints now."""
    zone = ZoneInfo(practice.time_zone)
    points = [
        TrendPoint(datetime.fromisoformat(each.tested_at).astimezone(zone).date(), each.scores) for each in earlier[-1:]
    ]
    points.append(TrendPoint(row.tested_on, row.summary.get("scores", {})))
    return facts_of_session(session, points, age_view=practice.age_view_in_report, error=measurement_error(unit))


def interpretation_of(
    unit: Unit,
    keys: KeyRing,
    row: Row[Any],
    patient: Patient,
    session: Session,
    earlier: tuple[EarlierSession, ...],
    practice: Row[Any],
) -> Interpretation:
    """Return a session's draft and stored text; a stored text that fails the check now is not accepted."""
    if not session.stances:
        return Interpretation()
    facts = facts_at(unit, session, earlier, row, practice)
    draft = draft_text(facts)
    names = identity_words(patient, draft)
    waiting = open_model_draft(keys, unit, row)
    model_draft = check_text(waiting.text, facts, identity_words=names).text if waiting else None
    if row.interpretation_sealed is None:
        said = check_text(draft, facts)
        return Interpretation(said.text or "", withheld=said.sentence, model_draft=model_draft or "")
    text = open_interpretation(keys, unit, row)
    said = check_text(text, facts, identity_words=names)
    return Interpretation(
        draft,
        text,
        None if said.reasons else row.interpretation_by_name,
        said.sentence,
        source_of(row),
        model_draft or "",
    )


def source_of(row: Row[Any]) -> InterpretationSource:
    """Return who drafted a session's stored interpretation."""
    return "language_model" if (row.interpretation_model or "").startswith(MODEL_PREFIX) else "template"


def accept(unit: Unit, scope: PracticeScope, keys: KeyRing, session_id: str, body: AcceptInterpretation) -> None:
    """Store an interpretation as accepted by this person, sealed with the draft it came from; "" takes it back.

    Raises
    ------
    StaleWriteError
        When the interpretation, or a number it rests on, changed since it was shown.
    ConflictError
        For a session without results, or a language model's draft that isn't there.
    BadInputError
        For a text that the check withholds, with the reasons; nothing is stored then.
    """
    row = locked_session(unit, session_id)
    if row.interpretation_version != body.interpretation_version:
        raise StaleWriteError
    text = body.text.strip()
    values: dict[str, Any] = {**NO_INTERPRETATION, "interpretation_version": row.interpretation_version + 1}
    if not text:
        _store(unit, session_id, values)
        record(unit, scope, "interpretation_taken_back", "session", session_id)
        return
    session = make_session([trial_of(result) for result in results_of(unit, session_id)])
    if not session.stances:
        raise ConflictError("This session has no results that could be interpreted.")
    facts = facts_at(unit, session, earlier_sessions(unit, row.patient_id, before=row), row, scope_row(unit))
    draft = draft_text(facts)
    names = identity_words(find_patient(unit, row.patient_id), draft)
    model = DRAFT_VERSION
    if body.source == "language_model":
        waiting = open_model_draft(keys, unit, row)
        if waiting is None:
            raise ConflictError("There is no draft of the language model that could be accepted.")
        draft, model = waiting.text, f"{MODEL_PREFIX}{waiting.model}"
    said = check_text(text, facts, identity_words=names)
    if said.reasons:
        # The number or level in brackets is a clinical value, and those are kept out of error texts.
        raise BadInputError(_BRACKETED.sub("", said.sentence))
    values |= {
        "interpretation_sealed": _seal(keys, unit, session_id, text, draft),
        "interpretation_by": scope.user_id,
        "interpretation_by_name": scope.user_name,
        "interpretation_at": unit.now,
        "interpretation_engine": ENGINE_VERSION,
        "interpretation_model": model,
    }
    _store(unit, session_id, values)
    record(
        unit,
        scope,
        "interpretation_accepted",
        "session",
        session_id,
        details={"engine": ENGINE_VERSION, "model": model, "letters": len(text), "edited": text != draft},
    )


def store_model_draft(unit: Unit, keys: KeyRing, session_id: str, drafted: Drafted) -> None:
    """Keep a language model's draft, sealed, until somebody accepts it or a number changes."""
    content = json.dumps({"text": drafted.text, "model": drafted.model}).encode()
    place = _place(unit, session_id, "interpretation_draft_sealed")
    sealed = keys.seal(Purpose.PATIENT_CONTENT, content=content, **place)
    _store(unit, session_id, {"interpretation_draft_sealed": sealed})


def open_model_draft(keys: KeyRing, unit: Unit, row: Row[Any]) -> Drafted | None:
    """Open the language model's draft that waits to be accepted; None without one."""
    if row.interpretation_draft_sealed is None:
        return None
    place = _place(unit, row.id, "interpretation_draft_sealed")
    return Drafted(**json.loads(keys.open(Purpose.PATIENT_CONTENT, row.interpretation_draft_sealed, **place)))


def _store(unit: Unit, session_id: str, values: dict[str, Any]) -> None:
    mine = (test_sessions.c.practice_id == unit.practice_id) & (test_sessions.c.id == session_id)
    unit.execute(update(test_sessions).where(mine).values(**values))


def _seal(keys: KeyRing, unit: Unit, session_id: str, text: str, draft: str) -> bytes:
    content = json.dumps({"text": text, "draft": draft}).encode()
    return keys.seal(Purpose.PATIENT_CONTENT, content=content, **_place(unit, session_id))


def open_interpretation(keys: KeyRing, unit: Unit, row: Row[Any]) -> str:
    """Open a session's stored interpretation; empty without one."""
    if row.interpretation_sealed is None:
        return ""
    stored = keys.open(Purpose.PATIENT_CONTENT, row.interpretation_sealed, **_place(unit, row.id))
    return str(json.loads(stored)["text"])


def _place(unit: Unit, session_id: str, field: str = "interpretation_sealed") -> dict[str, str]:
    return {"practice_id": unit.practice_id, "table": "test_sessions", "row": session_id, "field": field}


def identity_words(patient: Patient, draft: str) -> set[str]:
    """Return the words that name the patient; a name that is also a word of the draft can't be told from it."""
    names = (patient.firstname, patient.middlename, patient.lastname)
    words = {word for name in names if name for word in (name, *re.split(r"[\s\-]+", name))}
    drafted = set(re.findall(r"\w+", draft.casefold()))
    return {word for word in words if len(word) > 2 and word.casefold() not in drafted}
