"""The answers to a session's questionnaires: checked against the instrument, sealed at rest, totalled when shown."""

from __future__ import annotations

import json

from sqlalchemy import insert, select, update

from kinometric.contract.sessions import Answers, QuestionnaireView
from kinometric.questionnaires import AnswerError, check_answers, instrument, summarise
from kinometric_server.audit import record
from kinometric_server.database import PracticeScope, Unit, new_key
from kinometric_server.errors import BadInputError, StaleWriteError
from kinometric_server.results.reviewing import locked_session, void_review
from kinometric_server.results.scoring import refresh_session
from kinometric_server.results.tables import questions
from kinometric_server.security.sealing import KeyRing, Purpose


def questionnaires_of(
    unit: Unit, keys: KeyRing, session_id: str, age: float | None = None
) -> tuple[QuestionnaireView, ...]:
    """Return the questionnaires of a session as they may be shown."""
    rows = unit.all(
        select(questions)
        .where(questions.c.practice_id == unit.practice_id, questions.c.session_id == session_id)
        .order_by(questions.c.instrument)
    )
    views = []
    for row in rows:
        place = {"practice_id": unit.practice_id, "table": "questions", "row": row.id, "field": "answers_sealed"}
        answers = json.loads(keys.open(Purpose.PATIENT_CONTENT, row.answers_sealed, **place))
        summed = summarise(instrument(row.instrument), answers, age_years=age)
        views.append(
            QuestionnaireView(
                summed.name, summed.total_text, summed.note, summed.flagged, row.instrument, version=row.version
            )
        )
    return tuple(views)


def store_answers(unit: Unit, scope: PracticeScope, keys: KeyRing, session_id: str, body: Answers) -> None:
    """Store the answers to one instrument, sealed; the session's stamp is voided.

    Raises
    ------
    BadInputError
        For an unknown instrument, or an answer that does not fit its question.
    StaleWriteError
        When somebody else stored answers since; version 0 stands for none so far.
    """
    try:
        asked = instrument(body.instrument)
        answers = check_answers(asked, body.answers)
    except KeyError:
        raise BadInputError("There is no such questionnaire.") from None
    except AnswerError as error:
        raise BadInputError(str(error)) from None
    locked_session(unit, session_id)
    mine = (
        (questions.c.practice_id == unit.practice_id)
        & (questions.c.session_id == session_id)
        & (questions.c.instrument == asked.id)
    )
    row = unit.first(select(questions.c.id, questions.c.version).where(mine))
    if (row.version if row else 0) != body.version:
        raise StaleWriteError
    key = row.id if row else new_key()
    place = {"practice_id": unit.practice_id, "table": "questions", "row": key, "field": "answers_sealed"}
    sealed = keys.seal(Purpose.PATIENT_CONTENT, content=json.dumps(answers).encode(), **place)
    values = {"answers_sealed": sealed, "answered_at": unit.now, "answered_by": scope.user_id}
    if row is None:
        unit.execute(
            insert(questions).values(
                id=key, practice_id=unit.practice_id, session_id=session_id, instrument=asked.id, **values
            )
        )
    else:
        unit.execute(update(questions).where(mine).values(**values, version=row.version + 1))
    void_review(unit, scope, session_id, "answer_changed")
    refresh_session(unit, session_id)
    record(unit, scope, "answers_stored", "session", session_id, details={"instrument": asked.id})
