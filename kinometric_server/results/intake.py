"""Take in one trial: a recording that is parsed, scored and sealed, or the word of a clinician why there is none."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from kinometric.contract import errors as codes
from kinometric.contract.codec import to_json
from kinometric.contract.sessions import NewResult
from kinometric.recordings import MOUNTINGS, PLACEMENTS, Recording, RecordingError, read_recording
from kinometric.scoring import ENGINE_VERSION, Trial
from kinometric_server.audit import record
from kinometric_server.database import PracticeScope, Unit, new_key
from kinometric_server.errors import BadInputError, ConflictError
from kinometric_server.patients.records import find_patient
from kinometric_server.practices.tables import departments, practices
from kinometric_server.results.reviewing import locked_session, void_review
from kinometric_server.results.scoring import (
    REPEATS,
    age_at,
    csv_of,
    refresh_session,
    results_of,
    seal_recording,
    trial_from,
)
from kinometric_server.results.tables import recordings, test_results, test_sessions
from kinometric_server.security.sealing import KeyRing
from kinometric_server.uploads.idempotency import known_object, remember

EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
CLOCK_SKEW = timedelta(minutes=10)
LONGEST_TEXT = 400
LONGEST_CIRCUMSTANCE = 80
_FILE_FAULTS = ("too_short", "rate_low", "gravity_free", "gravity_scale")
"""Findings that speak of the file and not of the patient: such a file is refused, and nothing of it is stored."""


@dataclass(frozen=True)
class ReadResult:
    """A trial that was understood before anything is stored: the file's bytes, what was read of them, and the time."""

    body: NewResult
    tested_at: datetime
    original: bytes | None
    recording: Recording | None
    reason: str | None


@dataclass(frozen=True)
class Stored:
    """A trial that was stored, and the session that it belongs to."""

    session_id: str
    result_id: str


def read_result(body: NewResult, now: datetime) -> ReadResult:
    """Understand what was sent, without touching the database.

    Raises
    ------
    BadInputError
        ``KS-422R`` with the reader's sentence for a recording that can't be used, ``KS-422`` for anything else.
    """
    tested_at = _moment(body.tested_at, now)
    if (body.recording_base64 is None) == (body.outcome is None):
        raise BadInputError("Send a recording, or the outcome with a reason; one of the two.")
    for longest, texts in (
        (LONGEST_CIRCUMSTANCE, (body.footwear, body.surface, body.assistance)),
        (LONGEST_TEXT, (body.device, body.reason)),
    ):
        if any(text is not None and (len(text) > longest or not text.isprintable()) for text in texts):
            raise BadInputError("A text is too long, or holds signs that can't be printed.")
    if body.placement not in (None, *PLACEMENTS):
        raise BadInputError(f"The placement is one of {', '.join(PLACEMENTS)}.")
    if body.mounting not in (None, *MOUNTINGS):
        raise BadInputError(f"The mounting is {' or '.join(MOUNTINGS)}, or not stated.")
    if body.outcome is not None:
        reason = (body.reason or "").strip()
        if len(reason) < 3:
            raise BadInputError("Say why there is no recording.")
        return ReadResult(body, tested_at, None, None, reason)
    original, recording = _recording(body)
    return ReadResult(body, tested_at, original, recording, None)


def _moment(text: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInputError("The time of the test is not a time.") from None
    if moment.tzinfo is None:
        raise BadInputError("The time of the test needs its offset from UTC.")
    if not EARLIEST <= moment <= now + CLOCK_SKEW:
        raise BadInputError("The time of the test lies in the future or too far in the past.")
    return moment.astimezone(UTC)


def _recording(body: NewResult) -> tuple[bytes, Recording]:
    try:
        original = base64.b64decode(body.recording_base64 or "", validate=True)
    except (binascii.Error, ValueError):
        raise BadInputError("The recording is not base64.", codes.BAD_RECORDING) from None
    try:
        recording = read_recording(original, rate_hz=body.rate_hz)
        if recording.stance not in (None, body.stance):
            raise RecordingError("The file names another stance than the one it was sent for.", code="stance_differs")
        given: dict[str, Any] = {
            "stance": body.stance,
            "placement": body.placement or recording.placement,
            "mounting": body.mounting or recording.mounting,
            "device": " ".join((body.device or recording.device or "").split())[:120] or None,
            "foot_lift_s": body.foot_lift_s if body.foot_lift_s is not None else recording.foot_lift_s,
        }
        return original, dataclasses.replace(recording, **given)
    except RecordingError as error:
        raise BadInputError(f"The recording can't be used: {error}", codes.BAD_RECORDING) from error


def score_result(read: ReadResult, age: float | None) -> Trial:
    """Score what was read.

    Raises
    ------
    BadInputError
        ``KS-422R`` for a file that is no usable recording of anybody; a trial that merely can't be scored is kept.
    """
    try:
        trial = trial_from(
            read.recording,
            stance=read.body.stance,
            age=age,
            confirmed=None,
            outcome=read.body.outcome,
            reason=read.reason,
        )
    except RecordingError as error:
        raise BadInputError(f"The recording can't be used: {error}", codes.BAD_RECORDING) from error
    fault = next(
        (each for each in trial.findings if each.severity == "not_scorable" and each.code in _FILE_FAULTS), None
    )
    if fault is not None or trial.outcome == "unreadable":
        said = fault.message if fault else trial.reason
        raise BadInputError(f"The recording can't be used: {said}", codes.BAD_RECORDING)
    return trial


def store_result_once(
    unit: Unit, scope: PracticeScope, keys: KeyRing, read: ReadResult, idempotency_key: str | None
) -> Stored:
    """Store a trial, or find the one that was stored under the same key; errors as ``store_result``."""
    known = known_object(unit, scope, "result", idempotency_key, read.body)
    if known is not None:
        mine = (test_results.c.practice_id == unit.practice_id) & (test_results.c.id == known)
        return Stored(unit.one(select(test_results.c.session_id).where(mine)).session_id, known)
    stored = store_result(unit, scope, keys, read)
    remember(unit, scope, "result", idempotency_key, read.body, stored.result_id)
    return stored


def store_result(unit: Unit, scope: PracticeScope, keys: KeyRing, read: ReadResult) -> Stored:
    """Store a trial, in its session or a new one.

    Raises
    ------
    NotFoundError, BadInputError, ConflictError
        When patient or session are not there or do not belong together, or the stance has its three trials.
    """
    body = read.body
    patient = find_patient(unit, body.patient_id)
    zone = ZoneInfo(unit.one(select(practices.c.time_zone).where(practices.c.id == unit.practice_id)).time_zone)
    if body.session_id is None:
        session_id = _new_session(unit, scope, read, read.tested_at.astimezone(zone).date())
    else:
        session_id = body.session_id
    session = locked_session(unit, session_id)
    if session.patient_id != body.patient_id:
        raise BadInputError("This session is another patient's.")
    made = results_of(unit, session_id)
    if sum(row.stance == body.stance for row in made) >= REPEATS:
        raise ConflictError(f"This stance already has {REPEATS} trials; all are kept.")
    trial = score_result(read, age_at(patient.born, session.tested_on))
    result_id = _store_trial(unit, scope, read, trial, session_id, len(made))
    if read.recording is not None and read.original is not None:
        _store_recording(unit, keys, read.recording, read.original, result_id, body.rate_hz)
    void_review(unit, scope, session_id, "trial_added")
    refresh_session(unit, session_id)
    record(
        unit,
        scope,
        "result_stored",
        "session",
        session_id,
        details={"result_id": result_id, "stance": body.stance, "recording": read.recording is not None},
    )
    return Stored(session_id, result_id)


def _new_session(unit: Unit, scope: PracticeScope, read: ReadResult, tested_on: Any) -> str:
    key = new_key()
    unit.execute(
        insert(test_sessions).values(
            id=key,
            practice_id=unit.practice_id,
            patient_id=read.body.patient_id,
            tested_at=read.tested_at,
            tested_on=tested_on,
            department_id=scope.department_id,
            footwear=read.body.footwear,
            surface=read.body.surface,
            assistance=read.body.assistance,
            engine=ENGINE_VERSION,
            summary={},
            version=0,
            created_at=unit.now,
            created_by=scope.user_id,
        )
    )
    record(unit, scope, "session_begun", "session", key, details={"patient_id": read.body.patient_id})
    return key


def _store_trial(
    unit: Unit, scope: PracticeScope, read: ReadResult, trial: Trial, session_id: str, position: int
) -> str:
    key, recording = new_key(), read.recording
    unit.execute(
        insert(test_results).values(
            id=key,
            practice_id=unit.practice_id,
            session_id=session_id,
            patient_id=read.body.patient_id,
            position=position,
            stance=read.body.stance,
            recorded_at=read.tested_at,
            stated_outcome=read.body.outcome,
            stated_reason=read.reason,
            foot_lift_s=recording.foot_lift_s if recording else None,
            placement=recording.placement if recording else None,
            mounting=recording.mounting if recording else None,
            device=recording.device if recording else None,
            synthetic=recording.synthetic if recording else False,
            trial=to_json(trial),
            engine=trial.engine,
            providername=scope.user_name,
            providerlocation=provider_location(unit, scope.department_id),
            created_at=unit.now,
            created_by=scope.user_id,
        )
    )
    return key


def provider_location(unit: Unit, department_id: str | None) -> str:
    """Return where a provider works, as results state it: "Practice — Department", or the practice alone."""
    practice = unit.one(select(practices.c.name).where(practices.c.id == unit.practice_id)).name
    mine = departments.c.practice_id == unit.practice_id
    row = unit.first(select(departments.c.name).where(mine, departments.c.id == department_id))
    return f"{practice} — {row.name}" if row else str(practice)


def attribution(unit: Unit, scope: PracticeScope) -> dict[str, Any]:
    """Return the columns by which an update keeps the first provider's name and place, and fills in missing ones."""
    return {
        "providername": func.coalesce(test_results.c.providername, scope.user_name),
        "providerlocation": func.coalesce(
            test_results.c.providerlocation, provider_location(unit, scope.department_id)
        ),
    }


def _store_recording(
    unit: Unit, keys: KeyRing, recording: Recording, original: bytes, result_id: str, rate_hz: float | None
) -> None:
    key = new_key()
    unit.execute(
        insert(recordings).values(
            id=key,
            practice_id=unit.practice_id,
            result_id=result_id,
            original_sealed=seal_recording(keys, unit, key, original, "original_sealed"),
            csv_sealed=seal_recording(keys, unit, key, csv_of(recording), "csv_sealed"),
            sha256=hashlib.sha256(original).hexdigest(),
            original_bytes=len(original),
            rate_hz=rate_hz,
            created_at=unit.now,
        )
    )
