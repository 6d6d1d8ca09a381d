"""A patient's earlier sessions: the trend beside a session, and what may be said about a change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from kinometric.contract.sessions import EarlierSession
from kinometric.scoring.trend import (
    MeasurementError,
    change_sentences,
    measurement_error_json,
    parse_measurement_error,
    usable_error,
)
from kinometric_server.audit import record
from kinometric_server.database import Unit
from kinometric_server.patients.records import text_of
from kinometric_server.practices.tables import installation
from kinometric_server.results.tables import test_sessions

TREND_SESSIONS = 60
"""Sessions of a trend, the one at hand among them."""

_ERROR = "measurement_error"


def earlier_sessions(unit: Unit, patient_id: str, *, before: Row[Any] | None = None) -> tuple[EarlierSession, ...]:
    """Return a patient's sessions, oldest first; with `before`, only the reviewed ones made before that one.

    Scores of a session without the Reviewed stamp rest on holds that nobody answers for: they are no history.
    """
    chosen = [test_sessions.c.practice_id == unit.practice_id, test_sessions.c.patient_id == patient_id]
    if before is not None:
        chosen += [*_earlier(before), test_sessions.c.review_id.is_not(None)]
    columns = test_sessions.c.id, test_sessions.c.tested_at, test_sessions.c.summary
    newest = select(*columns).where(*chosen).order_by(test_sessions.c.tested_at.desc(), test_sessions.c.id)
    rows = unit.all(newest.limit(TREND_SESSIONS - (0 if before is None else 1)))
    return tuple(
        EarlierSession(row.id, text_of(row.tested_at) or "", dict(row.summary.get("scores", {})))
        for row in reversed(rows)
    )


def _earlier(row: Row[Any]) -> list[ColumnElement[bool]]:
    return [test_sessions.c.tested_at < row.tested_at, test_sessions.c.id != row.id]


def left_out_sentence(unit: Unit, row: Row[Any]) -> str:
    """Say how many earlier sessions are no part of the trend because nobody has reviewed them; empty for none."""
    mine = (test_sessions.c.practice_id == unit.practice_id) & (test_sessions.c.patient_id == row.patient_id)
    open_ = mine & test_sessions.c.review_id.is_(None)
    count = unit.one(select(func.count().label("sessions")).where(open_, *_earlier(row))).sessions
    if not count:
        return ""
    return f"{count} earlier {'session is' if count == 1 else 'sessions are'} not reviewed and left out."


def trend_sentence(unit: Unit, row: Row[Any], earlier: tuple[EarlierSession, ...]) -> str:
    """Say what may be said about the change since the session before, and which sessions are left out."""
    left_out = left_out_sentence(unit, row)
    if not earlier:
        return left_out or "This is the first session of this patient."
    count = "One earlier session." if len(earlier) == 1 else f"{len(earlier)} earlier sessions."
    error = measurement_error(unit)
    if error is None:
        said = "Measurement error not established, so no change is called better or worse."
    else:
        said = " ".join(change_sentences(earlier[-1].scores, row.summary.get("scores", {}), error))
    return " ".join(filter(None, (count, said, left_out)))


def measurement_error(unit: Unit) -> MeasurementError | None:
    """Return the measurement error that this installation was given for its engine; None before."""
    row = unit.first(select(installation.c.value).where(installation.c.name == _ERROR))
    return None if row is None else usable_error(parse_measurement_error(row.value))


def set_measurement_error(unit: Unit, error: MeasurementError | None) -> None:
    """Take the measurement error that `kinometric validate` measured, or with None forget it."""
    mine = installation.c.name == _ERROR
    value = "" if error is None else measurement_error_json(error)
    if error is None:
        unit.execute(delete(installation).where(mine))
    elif not unit.execute(update(installation).where(mine).values(value=value)).rowcount:
        unit.execute(insert(installation).values(name=_ERROR, value=value))
    details = None if error is None else {"engine": error.engine, "pairs": error.pairs, "people": error.people}
    record(unit, unit.scope, "measurement_error_set", "installation", _ERROR, details=details)
