"""Read a session file: one JSON object with a patient, up to twelve trials and what people said about them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kinometric import __version__
from kinometric.questionnaires import AnswerError, instrument, summarise
from kinometric.recordings import Recording, RecordingError, read_recording
from kinometric.report.content import (
    DocumentIdentity,
    FiledReport,
    PageOptions,
    PatientIdentity,
    QuestionnaireSummary,
    ReportContent,
    Review,
    SignedText,
    TestCircumstances,
    TrendPoint,
    age_on,
    display_name,
    gap_sentences,
    session_level,
    stance_reports,
)
from kinometric.scoring import ENGINE_VERSION, STANCES, ConfirmedHold, Trial, make_session, outcome_trial, score
from kinometric.scoring.trend import MeasurementError, read_measurement_error
from kinometric.sway import SwaySignal, process

FORMAT = "kinometric-session 1"
LONGEST_TEXT = 400
LONGEST_NOTE = 4000
OLDEST_YEARS = 130
MOST = 1_000_000
_CIRCUMSTANCES = (
    "performed_by",
    "device",
    "placement",
    "footwear_and_surface",
    "assistance",
    "clinical_question",
    "face_to_face",
)


class SessionFileError(ValueError):
    """A session file that cannot be used; the sentence names the field, never its value."""


@dataclass(frozen=True)
class _Fields:
    """One object of the file, with the path that its errors name."""

    values: Mapping[str, Any]
    where: str = ""

    def path(self, name: str) -> str:
        return f"{self.where}.{name}" if self.where else name

    def get(self, name: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        value = self.values.get(name)
        if value is None:
            if default is ...:
                raise SessionFileError(f"The field {self.path(name)} is missing.")
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise SessionFileError(f"The field {self.path(name)} has the wrong type.")
        return value

    def text(self, name: str, default: Any = "", *, longest: int = LONGEST_TEXT) -> Any:
        value = self.get(name, str, default)
        if value is not None and len(value) > longest:
            raise SessionFileError(f"The field {self.path(name)} is longer than {longest:,} characters.")
        return value

    def filled(self, name: str) -> str:
        """Return a text that must be there and say something."""
        value = str(self.text(name, ...))
        if not value.strip():
            raise SessionFileError(f"The field {self.path(name)} is empty.")
        return value

    def id(self, name: str, default: Any = "") -> Any:
        value = self.text(name, default)
        if value is not None and not value.isprintable():
            raise SessionFileError(f"The field {self.path(name)} has a character that no id has.")
        return value

    def count(self, name: str, default: Any) -> Any:
        value = self.get(name, int, default)
        if value is not None and not 0 <= value <= MOST:
            raise SessionFileError(f"The field {self.path(name)} does not lie between 0 and {MOST:,}.")
        return value

    def number(self, name: str) -> float | None:
        value = self.get(name, (int, float), None)
        try:
            return None if value is None else float(value)
        except OverflowError:
            raise SessionFileError(f"The field {self.path(name)} is no number that can be used.") from None

    def within(self, name: str) -> _Fields | None:
        values = self.get(name, dict, None)
        return None if values is None else _Fields(values, self.path(name))

    def each(self, name: str) -> list[_Fields]:
        found = []
        for index, values in enumerate(self.get(name, list, [])):
            where = f"{self.path(name)}[{index}]"
            if not isinstance(values, dict):
                raise SessionFileError(f"The field {where} has the wrong type.")
            found.append(_Fields(values, where))
        return found

    def day(self, name: str) -> date | None:
        text = self.text(name, None)
        try:
            return None if text is None else date.fromisoformat(text)
        except ValueError:
            raise SessionFileError(f"The field {self.path(name)} is not a date like 1951-03-04.") from None

    def moment(self, name: str) -> datetime | None:
        text = self.text(name, None)
        try:
            value = None if text is None else datetime.fromisoformat(text)
        except ValueError:
            value = None
        if text is not None and (value is None or value.tzinfo is None):
            raise SessionFileError(f"The field {self.path(name)} is not a time like 2026-11-02T14:05:00-05:00.")
        return value


def read_session(path: str | Path, *, made_at: datetime | None = None) -> ReportContent:
    """Read a session file and score its recordings.

    Parameters
    ----------
    path : str or Path
        The JSON file; recordings are named in it, relative to its folder. Format: docs/report.md.
    made_at : datetime, optional
        Time of making with its offset, else the file's ``made_at``, else now in the offset of the test's time.

    Returns
    -------
    ReportContent

    Raises
    ------
    SessionFileError
        One sentence that names the field or the recording, never a value of the file.
    """
    path = Path(path)
    fields = _Fields(_load(path))
    if fields.text("format") != FORMAT:
        raise SessionFileError(f"This is not a session file: its format is not {FORMAT}.")
    tested_at = fields.moment("tested_at")
    if tested_at is None:
        raise SessionFileError("The field tested_at is missing.")
    patient = _patient(fields, tested_at.date())
    trials, recordings = _trials(fields, path.parent, patient.age_years)
    try:
        session = make_session(trials)
    except ValueError as error:
        raise SessionFileError(str(error)) from None
    signals = {
        stance: signal
        for stance, result in session.stances
        if (signal := _signal(result.trial, recordings.get(id(result.trial)))) is not None
    }
    names = {trial.confirmed_hold.by: trial.confirmed_hold.by for trial in trials if trial.confirmed_hold}
    review = fields.within("review")
    made = made_at or fields.moment("made_at") or datetime.now(tested_at.tzinfo).replace(microsecond=0)
    content = ReportContent(
        identity=_identity(fields, patient),
        patient=patient,
        circumstances=TestCircumstances(
            practice=fields.text("practice"),
            department=fields.text("department"),
            tested_at=tested_at,
            trials=fields.text("trials_note"),
            **{name: fields.text(name) for name in _CIRCUMSTANCES},
        ),
        review=None if review is None else _review(review),
        stances=stance_reports(session, signals, names),
        level=session_level(session),
        made_at=made,
        engine=ENGINE_VERSION,
        program=__version__,
        gaps=gap_sentences(session),
        trend=_trend(fields, tested_at.date(), {name: result.trial.score for name, result in session.stances}),
        trend_sentence=fields.text("trend_sentence"),
        measurement_error=_error(fields.text("measurement_error", None), path.parent),
        replaces=_replaced(fields.within("replaces")),
        questionnaires=_questionnaires(fields, patient.age_years),
        note=_signed(fields.within("note")),
        interpretation=_signed(fields.within("interpretation")),
        options=_options(fields.within("options")),
    )
    _check_interpretation(content)
    return content


def _check_interpretation(content: ReportContent) -> None:
    """Refuse a drafted text that is to be printed and does not fit the table; the numbers in the reason stay out."""
    from kinometric.interpretation import check_text, facts_of

    drafted = content.interpretation
    if drafted is None or not content.options.interpretation or not drafted.text.strip():
        return
    if not drafted.by.strip():
        raise SessionFileError(
            "The field interpretation.by is empty: a drafted text is printed in a person's name only."
        )
    said = check_text(drafted.text, facts_of(content), identity_words=re.split(r"[\s,]+", content.patient.name))
    if said.reasons:
        without_values = re.sub(r" \([^“)]*\)", "", said.sentence)
        raise SessionFileError(f"interpretation.text: {without_values}")


def _load(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_constant)
        # Half of a surrogate pair can be written in JSON, but is no character.
        json.dumps(content, ensure_ascii=False).encode()
    except OSError as error:
        raise SessionFileError(f"The file cannot be opened ({error.strerror}).") from None
    except (ValueError, RecursionError):
        raise SessionFileError("The file is not JSON.") from None
    if not isinstance(content, dict):
        raise SessionFileError("The file does not hold one JSON object.")
    return content


def _no_constant(name: str) -> float:
    """Refuse NaN and Infinity, which Python reads and JSON does not know."""
    raise ValueError(name)


def _patient(fields: _Fields, day: date) -> PatientIdentity:
    patient = fields.within("patient")
    if patient is None:
        raise SessionFileError("The field patient is missing.")
    name = display_name(*(patient.text(part) for part in ("lastname", "firstname", "middlename", "suffix")))
    if not name:
        raise SessionFileError("The patient has no name.")
    born = patient.day("born")
    if born is not None and born > day:
        raise SessionFileError("The patient's birth date lies after the test.")
    if born is not None and age_on(born, day) > OLDEST_YEARS:
        raise SessionFileError(f"The patient's birth date lies more than {OLDEST_YEARS} years before the test.")
    return PatientIdentity(
        name=name,
        born=born,
        age_years=None if born is None else age_on(born, day),
        sex=patient.text("sex"),
        kinometric_number=patient.text("kinometric_number"),
        athena_patient_id=patient.id("athena_patient_id", None),
        is_test=patient.get("is_test", bool, False),
    )


def _trials(fields: _Fields, folder: Path, age: int | None) -> tuple[list[Trial], dict[int, Recording]]:
    trials: list[Trial] = []
    recordings: dict[int, Recording] = {}
    for item in fields.each("trials"):
        stance = item.text("stance").upper()
        if stance not in STANCES:
            raise SessionFileError(f"The field {item.path('stance')} is not one of {', '.join(STANCES)}.")
        if "outcome" in item.values:
            try:
                trial = outcome_trial(stance, item.text("outcome"), reason=item.text("reason"), age=age)
            except ValueError as error:
                raise SessionFileError(f"{item.where}: {error}") from None
        else:
            recording = _recording(item, folder)
            trial = score(recording, stance=stance, age=age, confirmed=_confirmed(item.within("confirmed")))
            recordings[id(trial)] = recording
        trials.append(trial)
    return trials, recordings


def _recording(item: _Fields, folder: Path) -> Recording:
    try:
        recording = read_recording(folder / item.text("recording", ...), rate_hz=item.number("rate_hz"))
    except RecordingError as error:
        raise SessionFileError(f"{item.path('recording')}: {error}") from None
    changes: dict[str, Any] = {
        name: value for name in ("placement", "mounting") if (value := item.text(name, None)) is not None
    }
    foot_lift = item.number("foot_lift_s")
    if foot_lift is not None:
        changes["foot_lift_s"] = foot_lift
    try:
        return replace(recording, **changes)
    except ValueError as error:
        raise SessionFileError(f"{item.where}: {error}") from None


def _confirmed(fields: _Fields | None) -> ConfirmedHold | None:
    if fields is None:
        return None
    full = fields.get("held_full", bool, False)
    hold = 10.0 if full else fields.number("hold_s")
    at = fields.moment("at")
    if hold is None or at is None:
        raise SessionFileError(f"The field {fields.path('hold_s' if hold is None else 'at')} is missing.")
    try:
        return ConfirmedHold(hold, full, fields.filled("by"), at.isoformat(), fields.text("reason", None))
    except ValueError as error:
        raise SessionFileError(f"{fields.where}: {error}") from None


def _signal(trial: Trial, recording: Recording | None) -> SwaySignal | None:
    if recording is None or not trial.scorable:
        return None
    end = trial.hold_s if trial.outcome == "scored" and not trial.held_full else None
    try:
        return process(recording, end_s=end)
    except RecordingError:
        return None


def _identity(fields: _Fields, patient: PatientIdentity) -> DocumentIdentity:
    ids = fields.within("ids") or _Fields({}, "ids")
    return DocumentIdentity(
        session_id=ids.id("session_id"),
        patient_id=ids.id("patient_id"),
        review_id=ids.id("review_id", None),
        athena_patient_id=patient.athena_patient_id,
        link_version=ids.count("link_version", None),
        supersedes=ids.id("supersedes", None),
        revision=ids.count("revision", 0),
    )


def _review(fields: _Fields) -> Review:
    at = fields.moment("at")
    if at is None:
        raise SessionFileError(f"The field {fields.path('at')} is missing.")
    return Review(fields.filled("by"), at)


def _trend(fields: _Fields, day: date, scores: Mapping[str, float | None]) -> tuple[TrendPoint, ...]:
    points = []
    for item in fields.each("earlier"):
        tested = item.day("tested_on")
        values = item.within("scores")
        if tested is None or values is None:
            raise SessionFileError(f"The field {item.path('tested_on' if tested is None else 'scores')} is missing.")
        if tested > day:
            raise SessionFileError(f"The field {item.path('tested_on')} lies after the test.")
        points.append(TrendPoint(tested, {name: _score(values, name) for name in STANCES}))
    points.sort(key=lambda point: point.tested_on)
    return (*points, TrendPoint(day, scores))


def _score(fields: _Fields, name: str) -> float | None:
    score = fields.number(name)
    if score is not None and not 0.0 <= score <= 10.0:
        raise SessionFileError(f"The field {fields.path(name)} does not lie between 0 and 10.")
    return score


def _error(name: str | None, folder: Path) -> MeasurementError | None:
    """Read the file that `kinometric validate --write-error` wrote."""
    if name is None:
        return None
    if not name.isprintable():
        raise SessionFileError("measurement_error: The file cannot be opened (its name is not a path).")
    try:
        return read_measurement_error(folder / name)
    except OSError as error:
        raise SessionFileError(f"measurement_error: The file cannot be opened ({error.strerror}).") from None
    except ValueError as error:
        raise SessionFileError(f"measurement_error: {error}") from None


def _replaced(fields: _Fields | None) -> FiledReport | None:
    return None if fields is None else FiledReport(fields.text("document_id"), fields.moment("filed_at"))


def _questionnaires(fields: _Fields, age: int | None) -> tuple[QuestionnaireSummary, ...]:
    given = fields.within("questionnaires") or _Fields({}, "questionnaires")
    summaries = []
    for key in given.values:
        try:
            result = summarise(instrument(key), given.get(key, dict), age_years=age)
        except KeyError:
            raise SessionFileError("The field questionnaires names an instrument that is not known.") from None
        except AnswerError as error:
            raise SessionFileError(f"questionnaires.{key}: {error}") from None
        summaries.append(QuestionnaireSummary(result.name, result.total_text, result.note, result.flagged))
    return tuple(summaries)


def _signed(fields: _Fields | None) -> SignedText | None:
    if fields is None:
        return None
    return SignedText(fields.text("text", longest=LONGEST_NOTE), fields.text("by"))


def _options(fields: _Fields | None) -> PageOptions:
    if fields is None:
        return PageOptions()
    size = fields.text("page_size", "letter").lower()
    if size not in ("letter", "a4"):
        raise SessionFileError("The field options.page_size is letter or a4.")
    plain = PageOptions()
    names = ("traces", "trend", "note", "interpretation", "age_view", "history")
    return PageOptions(**{name: fields.get(name, bool, getattr(plain, name)) for name in names}, page_size=size)
