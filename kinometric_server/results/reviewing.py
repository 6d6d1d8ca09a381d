"""The Reviewed stamp: what stands in its way, how it is given, and what voids it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, select, update

from kinometric.contract import errors as codes
from kinometric.contract.sessions import StampReview
from kinometric.scoring import STANCES
from kinometric_server.audit import record
from kinometric_server.database import PracticeScope, Unit, new_key
from kinometric_server.errors import BadInputError, ConflictError, NotFoundError, StaleWriteError
from kinometric_server.results.tables import reviews, test_sessions
from kinometric_server.uploads.steps import cancel_queued

STANCE_WORDS = {
    "LBEO": "Left leg, eyes open",
    "RBEO": "Right leg, eyes open",
    "LBEC": "Left leg, eyes closed",
    "RBEC": "Right leg, eyes closed",
}
NO_INTERPRETATION: dict[str, Any] = {
    "interpretation_sealed": None,
    "interpretation_by": None,
    "interpretation_by_name": None,
    "interpretation_at": None,
    "interpretation_engine": None,
    "interpretation_model": None,
    "interpretation_draft_sealed": None,
}
VOIDED = "Cancelled: the review was voided, because the session changed."


def locked_session(unit: Unit, session_id: str) -> Row[Any]:
    """Return a session's row, held until the transaction ends; NotFoundError (404) if there is none."""
    mine = (test_sessions.c.practice_id == unit.practice_id) & (test_sessions.c.id == session_id)
    row = unit.first(select(test_sessions).where(mine).with_for_update())
    if row is None:
        raise NotFoundError
    return row


def obstacles(summary: dict[str, Any]) -> tuple[str, ...]:
    """Return the sentences that say why a session can't be stamped yet."""
    said = [
        f"{STANCE_WORDS[stance]}: neither a recording nor an outcome with a reason."
        for stance in STANCES
        if stance in summary["missing"]
    ]
    open_holds = summary["holds_to_confirm"]
    if open_holds:
        said.append("One hold is not confirmed." if open_holds == 1 else f"{open_holds} holds are not confirmed.")
    return tuple(said)


def stamp(unit: Unit, scope: PracticeScope, session_id: str, body: StampReview) -> str:
    """Stamp a session as reviewed in the version that was shown; return the review's id.

    Raises
    ------
    BadInputError
        ``KS-422V`` with every obstacle, or when the traces were never on the screen.
    StaleWriteError, ConflictError
        When the session changed since it was shown, or is stamped already.
    """
    session = locked_session(unit, session_id)
    if session.version != body.version:
        raise StaleWriteError
    if session.review_id is not None:
        raise ConflictError("This session is already reviewed.")
    said = obstacles(session.summary)
    if not body.traces_were_shown:
        said = (*said, "Look at the traces before you stamp the session.")
    if said:
        raise BadInputError(" ".join(said), codes.NOT_REVIEWED)
    key = new_key()
    unit.execute(
        insert(reviews).values(
            id=key,
            practice_id=unit.practice_id,
            session_id=session_id,
            by_user=scope.user_id,
            by_name=scope.user_name,
            at=unit.now,
            session_version=session.version + 1,
        )
    )
    mine = (test_sessions.c.practice_id == unit.practice_id) & (test_sessions.c.id == session_id)
    unit.execute(update(test_sessions).where(mine).values(review_id=key, version=session.version + 1))
    record(unit, scope, "session_reviewed", "session", session_id, details={"review_id": key})
    return key


def void_review(unit: Unit, scope: PracticeScope, session_id: str, why: str) -> None:
    """Void a session's stamp and its accepted interpretation, if it has them, and cancel its queued uploads.

    Parameters
    ----------
    why : str
        A word or two for the audit, without any value.
    """
    mine = (test_sessions.c.practice_id == unit.practice_id) & (test_sessions.c.id == session_id)
    columns = test_sessions.c.review_id, test_sessions.c.interpretation_by_name
    row = unit.one(select(*columns).where(mine))
    if row.review_id is not None:
        unit.execute(
            update(reviews)
            .where(reviews.c.practice_id == unit.practice_id, reviews.c.id == row.review_id)
            .values(voided_at=unit.now, void_reason=why)
        )
        unit.execute(update(test_sessions).where(mine).values(review_id=None))
        record(unit, scope, "review_voided", "session", session_id, details={"review_id": row.review_id, "why": why})
    # The version goes up even where nothing was accepted: the draft that somebody may be reading is of other numbers.
    newer = test_sessions.c.interpretation_version + 1
    unit.execute(update(test_sessions).where(mine).values(**NO_INTERPRETATION, interpretation_version=newer))
    if row.interpretation_by_name is not None:
        record(unit, scope, "interpretation_voided", "session", session_id, details={"why": why})
    cancel_queued(unit, scope, VOIDED, session_id=session_id)
