"""Show uploads: one with its history, lists with counts, and what a person may do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from kinometric.contract.uploads import Upload, UploadEvent, UploadList, UploadQuery
from kinometric.report import display_name
from kinometric_server.database import PracticeScope, Unit
from kinometric_server.errors import BadInputError, NotFoundError
from kinometric_server.patients.records import text_of
from kinometric_server.patients.tables import patients
from kinometric_server.practices.days import within_days
from kinometric_server.practices.tables import departments
from kinometric_server.results.tables import test_sessions
from kinometric_server.uploads.states import STATES
from kinometric_server.uploads.tables import upload_events, uploads

SEND_AGAIN_AFTER = timedelta(minutes=10)
MOST_ROWS = 1000
CHECKED_ENVIRONMENTS = ("preview", "production")


def _rows(unit: Unit, *wanted: Any, limit: int = MOST_ROWS) -> list[Row[Any]]:
    names = patients.c.lastname, patients.c.firstname, patients.c.middlename, patients.c.suffix, patients.c.number
    columns = [column for column in uploads.c if column.name != "pdf_sealed"]
    return unit.all(
        select(*columns, *names, departments.c.name.label("department_name"), test_sessions.c.tested_at)
        .join(patients, (patients.c.practice_id == uploads.c.practice_id) & (patients.c.id == uploads.c.patient_id))
        .join(
            departments,
            (departments.c.practice_id == uploads.c.practice_id) & (departments.c.id == uploads.c.department_id),
        )
        .join(
            test_sessions,
            (test_sessions.c.practice_id == uploads.c.practice_id) & (test_sessions.c.id == uploads.c.session_id),
        )
        .where(uploads.c.practice_id == unit.practice_id, *wanted)
        .order_by(uploads.c.created_at.desc(), uploads.c.change.desc())
        .limit(limit)
    )


def view_upload(unit: Unit, upload_id: str) -> Upload:
    """Return one upload with its history; NotFoundError (404) if there is none."""
    rows = _rows(unit, uploads.c.id == upload_id)
    if not rows:
        raise NotFoundError
    return _views(unit, rows)[0]


def list_uploads(unit: Unit, scope: PracticeScope, query: UploadQuery) -> UploadList:
    """Return uploads, newest first, with the number of each state and a change number for polling."""
    if not 1 <= query.limit <= MOST_ROWS:
        raise BadInputError("The limit of a list lies between 1 and 1000.")
    wanted: list[Any] = []
    if query.mine:
        wanted.append(uploads.c.created_by == scope.user_id)
    if query.session_id is not None:
        wanted.append(uploads.c.session_id == query.session_id)
    if query.day is not None:
        day = _day(query.day)
        wanted += within_days(unit, uploads.c.created_at, day, day)
    counted = unit.all(
        select(uploads.c.state, func.count().label("number"))
        .where(uploads.c.practice_id == unit.practice_id, *wanted)
        .group_by(uploads.c.state)
    )
    counts: Counter[str] = Counter({row.state: row.number for row in counted})
    if query.states:
        wanted.append(uploads.c.state.in_(list(query.states)))
    return UploadList(
        uploads=tuple(_views(unit, _rows(unit, *wanted, limit=query.limit))),
        counts={state: counts[state] for state in STATES},
        change=last_change(unit),
    )


def last_change(unit: Unit) -> int:
    """Return the number of the practice's latest change of any upload."""
    mine = upload_events.c.practice_id == unit.practice_id
    found = unit.one(select(func.max(upload_events.c.change).label("last")).where(mine)).last
    return int(found or 0)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInputError("The day is not a date.") from None


def _views(unit: Unit, rows: Sequence[Row[Any]]) -> list[Upload]:
    history: dict[str, list[UploadEvent]] = {}
    events = unit.all(
        select(upload_events)
        .where(
            upload_events.c.practice_id == unit.practice_id,
            upload_events.c.upload_id.in_([row.id for row in rows]),
        )
        .order_by(upload_events.c.change)
    )
    for event in events:
        line = UploadEvent(text_of(event.at) or "", event.state, event.sentence, event.by_name)
        history.setdefault(event.upload_id, []).append(line)
    to_check = _to_be_read(unit, rows)
    return [_view(row, tuple(history.get(row.id, ())), row.id in to_check) for row in rows]


def _to_be_read(unit: Unit, rows: Sequence[Row[Any]]) -> set[str]:
    """Return the filed uploads whose document somebody must open in athenaOne before others are sent."""
    kinds = {
        (row.environment, row.encoding)
        for row in rows
        if row.state == "filed" and row.environment in CHECKED_ENVIRONMENTS
    }
    found = (first_to_read(unit, environment, encoding) for environment, encoding in kinds)
    return {upload_id for upload_id in found if upload_id is not None}


def first_to_read(unit: Unit, environment: str, encoding: str | None) -> str | None:
    """Return the first filed upload of an environment and encoding, unless a person has read one of them already."""
    filed = unit.all(
        select(uploads.c.id, uploads.c.readable_at)
        .where(
            uploads.c.practice_id == unit.practice_id,
            uploads.c.environment == environment,
            uploads.c.encoding == encoding,
            uploads.c.state == "filed",
        )
        .order_by(uploads.c.created_at)
    )
    if not filed or any(row.readable_at is not None for row in filed):
        return None
    return str(filed[0].id)


def first_may_be_on_its_way(unit: Unit, environment: str, encoding: str, *, but: str) -> bool:
    """Say whether, with none filed yet, another document of this environment and encoding may be in a chart."""
    tried = unit.all(
        select(uploads.c.state).where(
            uploads.c.practice_id == unit.practice_id,
            uploads.c.environment == environment,
            uploads.c.encoding == encoding,
            uploads.c.state.in_(("filed", "sending", "outcome_unknown")),
            uploads.c.id != but,
        )
    )
    return bool(tried) and all(row.state != "filed" for row in tried)


def send_again_from(row: Row[Any]) -> datetime | None:
    """Return when a person may order an upload of unknown outcome sent again."""
    if row.state != "outcome_unknown":
        return None
    attempted: datetime = row.attempted_at or row.created_at
    return attempted + SEND_AGAIN_AFTER


def _view(row: Row[Any], history: tuple[UploadEvent, ...], needs_readable_check: bool) -> Upload:
    return Upload(
        upload_id=row.id,
        session_id=row.session_id,
        patient_id=row.patient_id,
        patient_name=display_name(row.lastname, row.firstname, row.middlename, row.suffix),
        patient_number=row.number,
        athena_patient_id=row.athena_patient_id,
        athena_department_id=row.athena_department_id,
        department_name=row.department_name,
        state=row.state,
        step=row.step,
        sentence=row.sentence,
        code=row.code,
        document_id=row.document_id,
        marker=row.marker,
        sha256=row.sha256,
        pages=row.pages,
        created_at=text_of(row.created_at) or "",
        created_by=row.created_by_name,
        tested_at=text_of(row.tested_at) or "",
        tries=row.tries,
        next_try_at=text_of(row.next_try_at),
        send_again_from=text_of(send_again_from(row)),
        revision=row.revision,
        supersedes=row.supersedes,
        history=history,
        needs_readable_check=needs_readable_check,
        version=row.version,
    )
