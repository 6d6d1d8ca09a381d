"""Move an upload from one state to the next: the row, its history and the audit entry in one transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update

from kinometric_server.audit import record
from kinometric_server.database import PracticeScope, Unit, next_number
from kinometric_server.errors import ConflictError, NotFoundError, StaleWriteError
from kinometric_server.uploads.states import KEY_FREE, Event, State, WrongStateError, next_state
from kinometric_server.uploads.tables import upload_events, uploads

CHANGE_NUMBER = "upload_change"
_STEP: dict[State, str] = {
    "queued": "filing",
    "sending": "filing",
    "filed": "done",
    "rejected": "done",
    "outcome_unknown": "done",
    "cancelled": "done",
    "abandoned": "done",
}


def move(
    unit: Unit,
    scope: PracticeScope,
    upload_id: str,
    event: Event,
    sentence: str,
    *,
    version: int | None = None,
    code: str | None = None,
    reason: str | None = None,
    values: dict[str, Any] | None = None,
) -> State:
    """Let `event` happen to an upload; return its new state.

    Parameters
    ----------
    sentence : str
        What a person reads of it; without names.
    version : int or None
        The version that a person saw; None for the server's own steps, which hold the writer's lock or the row's.
    reason : str or None
        What a person typed; kept in the history and the audit.
    values : dict or None
        Further columns to change with it.

    Raises
    ------
    NotFoundError, StaleWriteError, ConflictError
        When there is no such upload, somebody else was faster, or the table of states has no such step.
    """
    mine = (uploads.c.practice_id == unit.practice_id) & (uploads.c.id == upload_id)
    row = unit.first(select(uploads.c.state, uploads.c.version).where(mine).with_for_update())
    if row is None:
        raise NotFoundError
    if version is not None and row.version != version:
        raise StaleWriteError
    try:
        after = next_state(row.state, event)
    except WrongStateError as error:
        raise ConflictError(f"This can't be done with an upload that is {WORDS[row.state]}.") from error
    change = next_number(unit, CHANGE_NUMBER)
    unit.execute(
        update(uploads)
        .where(mine, uploads.c.version == row.version)
        .values(
            **{
                "state": after,
                "step": _STEP[after],
                "sentence": sentence,
                "code": code,
                "holds_key": after not in KEY_FREE,
                "change": change,
                "version": row.version + 1,
                "lease_until": None,
                "lease_owner": None,
                "next_try_at": None,
                **(values or {}),
            }
        )
    )
    write_event(unit, scope, upload_id, change, event, after, f"{sentence} {reason}" if reason else sentence)
    record(unit, scope, f"upload_{event}", "upload", upload_id, reason=reason, details={"state": after})
    return after


def write_event(
    unit: Unit, scope: PracticeScope, upload_id: str, change: int, event: str, state: State, sentence: str
) -> None:
    """Add one line to an upload's history."""
    unit.execute(
        insert(upload_events).values(
            practice_id=unit.practice_id,
            upload_id=upload_id,
            change=change,
            at=unit.now,
            event=event,
            state=state,
            sentence=sentence,
            by_user=scope.user_id,
            by_name=scope.user_name if scope.user_id else None,
        )
    )


WORDS: dict[str, str] = {
    "queued": "waiting to be sent",
    "sending": "being sent",
    "filed": "filed",
    "rejected": "not accepted",
    "outcome_unknown": "of unknown outcome",
    "cancelled": "cancelled",
    "abandoned": "given up",
}
"""The states in words for people."""


def cancel_queued(
    unit: Unit, scope: PracticeScope, sentence: str, *, patient_id: str | None = None, session_id: str | None = None
) -> int:
    """Cancel the queued uploads of a patient or session, because what they rest on has changed; return how many."""
    chosen = [uploads.c.practice_id == unit.practice_id, uploads.c.state == "queued"]
    if patient_id is not None:
        chosen.append(uploads.c.patient_id == patient_id)
    if session_id is not None:
        chosen.append(uploads.c.session_id == session_id)
    if patient_id is None and session_id is None:
        raise TypeError("say whose uploads are to be cancelled")
    found = [row.id for row in unit.all(select(uploads.c.id).where(*chosen))]
    for upload_id in found:
        move(unit, scope, upload_id, "cancelled_by_change", sentence, values={"pdf_sealed": None})
    return len(found)
