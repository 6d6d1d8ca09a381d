"""Attempts: claimed and committed before the first byte leaves, ended by an answer or by the end of their lease."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from kinometric.contract import errors as codes
from kinometric_server.athena.filing import (
    PATIENT_NOT_IN_DEPARTMENT,
    Filed,
    NothingStored,
    Outcome,
    Rejected,
)
from kinometric_server.audit import record
from kinometric_server.audit.trail import FAILED
from kinometric_server.database import PracticeScope, Unit, new_key, next_number
from kinometric_server.errors import ConflictError, NotFoundError, ServiceError, StaleWriteError
from kinometric_server.fault_points import pass_point
from kinometric_server.operations.server import Server
from kinometric_server.uploads.leases import LEASE, is_gone, this_owner
from kinometric_server.uploads.sending import Ready, WaitError, check_seen, let_first_be_read, own_checks
from kinometric_server.uploads.states import Event
from kinometric_server.uploads.steps import CHANGE_NUMBER, move, write_event
from kinometric_server.uploads.tables import upload_attempts, uploads

log = logging.getLogger("kinometric.uploads")

UNKNOWN = (
    "We sent the report but did not hear back. It may be in the chart. "
    f"Check athenaNet before sending again. [{codes.OUTCOME_UNKNOWN}]"
)
STOPPED = (
    "The server stopped while it was sending. The report may be in the chart. "
    f"Check athenaNet before sending again. [{codes.OUTCOME_UNKNOWN}]"
)
_WRITE_AGAIN_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_WAITS_S = (15, 60, 240, 900, 3600)
_NOT_STORED = {
    "throttled": ("athenaOne asked us to slow down. Nothing was stored.", codes.ATHENA_BUSY),
    "unauthorized": ("athenaOne did not accept our credentials. Nothing was stored.", codes.ATHENA_REFUSED),
    "token": ("athenaOne gave no access token. Nothing was sent.", codes.ATHENA_DOWN),
    "department": ("The department is no longer allowed. Nothing was sent.", codes.NO_DEPARTMENT),
    "off": ("Sending to athenaOne was switched off or has no credentials. Nothing was sent.", codes.ATHENA_REFUSED),
}
_UNREACHED = ("athenaOne can't be reached. Nothing was sent.", codes.ATHENA_DOWN)
_AGAIN = "It will be tried again by itself."


@dataclass(frozen=True)
class Attempt:
    """One POST, as it was written down before it began."""

    upload_id: str
    attempt_id: str
    number: int


def claim(server: Server, scope: PracticeScope, ready: Ready) -> Attempt | None:
    """Check our own rows once more and commit `sending`, in one transaction; None when the upload changed meanwhile.

    Raises
    ------
    CheckFailedError
        When something changed since the checks were made.
    """
    attempt_id = new_key()
    try:
        with server.database.writing(scope) as unit:
            mine = (uploads.c.practice_id == unit.practice_id) & (uploads.c.id == ready.upload_id)
            row = unit.one(select(uploads).where(mine).with_for_update())
            if row.state != "queued" or row.version != ready.version:
                return None
            ground = own_checks(unit, server.keys, row)
            if ground.access.connection != ready.access.connection:
                return None  # where or how it is sent was changed meanwhile: it is checked anew
            check_seen(ground, ready.seen)
            number = row.tries + 1
            move(
                unit,
                scope,
                ready.upload_id,
                "claimed",
                "Filing in athenaOne.",
                version=ready.version,
                values={
                    "attempt_id": attempt_id,
                    "attempted_at": unit.now,
                    "lease_until": unit.now + LEASE,
                    "lease_owner": this_owner(),
                    "tries": number,
                    "encoding": ready.access.connection.upload_encoding,
                },
            )
            unit.execute(
                insert(upload_attempts).values(
                    id=attempt_id,
                    practice_id=unit.practice_id,
                    upload_id=ready.upload_id,
                    number=number,
                    began_at=unit.now,
                )
            )
            # Again, now that every other claim of the practice waits for this one to be committed.
            let_first_be_read(unit, row, ready.access.connection.upload_encoding)
            pass_point("worker.before_claim_commit")
    except (WaitError, StaleWriteError, ConflictError, NotFoundError):
        return None
    return Attempt(ready.upload_id, attempt_id, number)


def end_attempt(server: Server, scope: PracticeScope, attempt: Attempt, outcome: Outcome) -> None:
    """Write down what came of an attempt; an answer after the lease's end may still file it."""
    with server.database.writing(scope) as unit:
        mine = (uploads.c.practice_id == unit.practice_id) & (uploads.c.id == attempt.upload_id)
        row = unit.one(select(uploads).where(mine).with_for_update())
        unit.execute(
            update(upload_attempts)
            .where(upload_attempts.c.practice_id == unit.practice_id, upload_attempts.c.id == attempt.attempt_id)
            .values(ended_at=unit.now, outcome=type(outcome).__name__)
        )
        is_last = row.attempt_id == attempt.attempt_id
        if is_last and row.state == "sending":
            _end(unit, scope, attempt, outcome)
        elif isinstance(outcome, Filed):
            if is_last and row.state in ("outcome_unknown", "queued"):
                # Queued: a person ordered another try, which has not begun and is not needed any more.
                _file(unit, scope, attempt, "late_answer", outcome)
            elif row.document_id != outcome.document_id:
                _note_stray(unit, scope, row, outcome)
        pass_point("worker.before_finish_commit")


def _end(unit: Unit, scope: PracticeScope, attempt: Attempt, outcome: Outcome) -> None:
    if isinstance(outcome, Filed):
        _file(unit, scope, attempt, "accepted", outcome)
    elif isinstance(outcome, Rejected):
        said, code = _rejection(outcome)
        move(unit, scope, attempt.upload_id, "refused", said, code=code)
    elif isinstance(outcome, NothingStored):
        said, code = _NOT_STORED.get(outcome.reason, _UNREACHED)
        wait = outcome.retry_after_s or _WAITS_S[min(attempt.number, len(_WAITS_S)) - 1]
        values = {"next_try_at": unit.now + timedelta(seconds=wait)}
        move(unit, scope, attempt.upload_id, "not_stored", f"{said} {_AGAIN}", code=code, values=values)
    else:
        move(unit, scope, attempt.upload_id, "no_answer", UNKNOWN, code=codes.OUTCOME_UNKNOWN)


def _file(unit: Unit, scope: PracticeScope, attempt: Attempt, event: Event, outcome: Filed) -> None:
    said = f"Filed in athenaOne as document {outcome.document_id}."
    # The document is in the chart: the copy here is no longer needed, its hash stays.
    values = {"document_id": outcome.document_id, "pdf_sealed": None}
    move(unit, scope, attempt.upload_id, event, said, values=values)


def _note_stray(unit: Unit, scope: PracticeScope, row: Row[Any], outcome: Filed) -> None:
    """Write down that an older try of an upload came to the chart after all; a person has to look at it."""
    said = f"An older try arrived after all: document {outcome.document_id} is in the chart too. Look in the chart."
    change = next_number(unit, CHANGE_NUMBER)
    mine = (uploads.c.practice_id == unit.practice_id) & (uploads.c.id == row.id)
    unit.execute(update(uploads).where(mine).values(change=change))
    write_event(unit, scope, row.id, change, "stray_answer", row.state, said)
    details = {"document_id": outcome.document_id, "state": row.state}
    record(unit, scope, "upload_stray_answer", "upload", row.id, FAILED, details=details)


def _rejection(outcome: Rejected) -> tuple[str, str]:
    if outcome.reason == PATIENT_NOT_IN_DEPARTMENT:
        said = "athenaOne says that this patient does not exist in that department. Choose another department."
        return f"Not filed. {said}", codes.NO_DEPARTMENT
    return "Not filed: athenaOne did not accept the document.", codes.ATHENA_REFUSED


def end_surely(
    server: Server, scope: PracticeScope, attempt: Attempt, outcome: Outcome, pause: Callable[[float], object]
) -> bool:
    """Write down what came of an attempt, again and again while the database is away.

    Parameters
    ----------
    pause : callable
        Waits so many seconds; returns True when there is no more time, since the process is to stop.

    Returns
    -------
    bool
        False when it couldn't be written: then the lease's end makes the outcome unknown.
    """
    trouble = ""
    for wait_s in (*_WRITE_AGAIN_S, None):
        try:
            end_attempt(server, scope, attempt, outcome)
        except (SQLAlchemyError, ServiceError) as error:
            trouble = type(error).__name__
        else:
            return True
        if wait_s is None or pause(wait_s):
            break
    log.error("upload_outcome_not_written", extra={"upload_id": attempt.upload_id, "error_type": trouble})
    return False


def postpone(
    server: Server, scope: PracticeScope, upload_id: str, sentence: str, wait: timedelta, code: str | None
) -> None:
    """Leave an upload queued because a check can't be made now; its history says so once."""
    with server.database.writing(scope) as unit:
        mine = (uploads.c.practice_id == unit.practice_id) & (uploads.c.id == upload_id)
        row = unit.first(select(uploads).where(mine).with_for_update())
        if row is None or row.state != "queued":
            return
        values: dict[str, Any] = {"next_try_at": unit.now + wait}
        if row.sentence != sentence:
            change = next_number(unit, CHANGE_NUMBER)
            values |= {"sentence": sentence, "code": code, "change": change, "version": row.version + 1}
            write_event(unit, scope, upload_id, change, "waiting", "queued", sentence)
        unit.execute(update(uploads).where(mine).values(**values))
        pass_point("worker.before_postpone_commit")
    pass_point("worker.after_postpone_commit")


def end_leases(server: Server, scope: PracticeScope) -> int:
    """Make every upload unknown whose sender is gone or whose lease has ended; it is never queued again by itself."""
    with server.database.reading(scope) as unit:
        found = [row for row in _sending(unit) if row.lease_until <= unit.now or is_gone(row.lease_owner)]
    ended = 0
    for row in found:
        try:
            with server.database.writing(scope) as unit:
                move(
                    unit,
                    scope,
                    row.id,
                    "lease_ended",
                    STOPPED,
                    version=row.version,
                    code=codes.OUTCOME_UNKNOWN,
                )
                ended += 1
                pass_point("worker.before_lease_end_commit")
            pass_point("worker.after_lease_end_commit")
        except (StaleWriteError, ConflictError) as error:
            log.info("lease_not_ended", extra={"upload_id": row.id, "error_type": type(error).__name__})
    return ended


def _sending(unit: Unit) -> list[Any]:
    columns = uploads.c.id, uploads.c.version, uploads.c.lease_until, uploads.c.lease_owner
    return unit.all(select(*columns).where(uploads.c.practice_id == unit.practice_id, uploads.c.state == "sending"))
