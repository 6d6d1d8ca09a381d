"""The report as plain values: everything that a page of it can say, independent of server, Qt and PDF."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from kinometric.recordings.recording import STANCES
from kinometric.scoring.trend import MeasurementError
from kinometric.scoring.values import Session, Trial
from kinometric.sway.values import SwaySignal

PageSize = Literal["letter", "a4"]


@dataclass(frozen=True)
class PatientIdentity:
    """Who was tested, as printed on every page.

    Attributes
    ----------
    name : str
        FAMILY, Given; see `display_name`.
    born : date or None
    age_years : int or None
        On the day of the test.
    sex : str
        As stored; empty prints as "Not known".
    kinometric_number : str
    athena_patient_id : str or None
        None prints as "Not linked".
    is_test : bool
        True for sandbox patients: every page carries the word TEST.
    """

    name: str
    born: date | None
    age_years: int | None
    sex: str
    kinometric_number: str
    athena_patient_id: str | None
    is_test: bool = False


@dataclass(frozen=True)
class TestCircumstances:
    """Where, when, how and by whom the test was made; empty text prints as "Not recorded".

    Attributes
    ----------
    practice, department : str
    tested_at : datetime
        In the practice's time zone already; only its date and wall-clock time are printed.
    performed_by, device, placement, footwear_and_surface, assistance : str
    clinical_question : str
    face_to_face, trials : str
        As they are printed.
    """

    __test__ = False  # the name is the field's word, not a test class

    practice: str
    department: str
    tested_at: datetime
    performed_by: str
    device: str = ""
    placement: str = ""
    footwear_and_surface: str = ""
    assistance: str = ""
    clinical_question: str = ""
    face_to_face: str = ""
    trials: str = ""


@dataclass(frozen=True)
class Review:
    """The Reviewed stamp: who and when, in the practice's time zone.

    Attributes
    ----------
    by : str
        Name of the person.
    at : datetime
    """

    by: str
    at: datetime


@dataclass(frozen=True, eq=False)
class StanceReport:
    """One of the four stances: the trial that counts, its signal for the plots, and how many trials there were.

    Attributes
    ----------
    stance : {"LBEO", "RBEO", "LBEC", "RBEC"}
    trial : Trial or None
        None where nothing was recorded and nothing was said.
    signal : SwaySignal or None
        None where there is nothing to draw.
    count : int
        Trials made; "best of n" is printed beyond one.
    confirmed_by : str or None
        Name of the person who confirmed the hold (`Trial.confirmed_hold.by` holds an id).
    """

    stance: str
    trial: Trial | None = None
    signal: SwaySignal | None = None
    count: int = 0
    confirmed_by: str | None = None


@dataclass(frozen=True)
class SessionLevel:
    """The one-line result: the level of the worse eyes-open leg, or why there is none.

    Attributes
    ----------
    level : {"critical", "high", "moderate", "low"} or None
    sentence : str
        For people, for example "Session level, from the weaker eyes-open leg (right, 6.8 of 10)."
    provisional : bool
    """

    level: str | None
    sentence: str
    provisional: bool = False


@dataclass(frozen=True)
class TrendPoint:
    """One session of the trend: its local date and the score of each stance that has one.

    Attributes
    ----------
    tested_on : date
    scores : mapping of stance to float or None
        Unrounded, points.
    """

    tested_on: date
    scores: Mapping[str, float | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scores", MappingProxyType(dict(self.scores)))


@dataclass(frozen=True)
class QuestionnaireSummary:
    """A questionnaire's total as it is printed, and the items answered with yes.

    Attributes
    ----------
    name, total_text, note : str
    flagged : tuple of str
        Short names of the items.
    """

    name: str
    total_text: str
    note: str = ""
    flagged: tuple[str, ...] = ()


@dataclass(frozen=True)
class SignedText:
    """A text with the name of the person who answers for it, and whether a language model drafted it.

    Attributes
    ----------
    text : str
    by : str
        Name of the person; empty while nobody has signed.
    by_language_model : bool
    """

    text: str
    by: str = ""
    by_language_model: bool = False


@dataclass(frozen=True)
class PageOptions:
    """What the report shows beside its fixed parts, and on which paper.

    Attributes
    ----------
    traces, trend, note, interpretation : bool
    age_view : bool
        True only where the practice has switched it on.
    history : bool
        Adds a page with all sessions.
    page_size : {"letter", "a4"}
    """

    traces: bool = True
    trend: bool = True
    note: bool = True
    interpretation: bool = False
    age_view: bool = False
    history: bool = False
    page_size: PageSize = "letter"


@dataclass(frozen=True)
class DocumentIdentity:
    """The ids that a report carries in its XMP, by which an upload is checked.

    Attributes
    ----------
    session_id, patient_id : str
        Kinometric's.
    review_id : str or None
        None while the session is not reviewed.
    athena_patient_id : str or None
    link_version : int or None
        Version of the link to the athenaOne chart at the time of making.
    supersedes : str or None
        Upload that a corrected report replaces.
    revision : int
        0 for the first report of a session, one more for each corrected one.
    """

    session_id: str
    patient_id: str
    review_id: str | None = None
    athena_patient_id: str | None = None
    link_version: int | None = None
    supersedes: str | None = None
    revision: int = 0


@dataclass(frozen=True)
class FiledReport:
    """The report in the chart that a corrected one replaces.

    Attributes
    ----------
    document_id : str
        athenaOne's number of the document; empty where it is not known.
    filed_at : datetime or None
        In the practice's time zone.
    """

    document_id: str = ""
    filed_at: datetime | None = None


@dataclass(frozen=True, eq=False)
class ReportContent:
    """Everything that one report says.

    Attributes
    ----------
    identity : DocumentIdentity
    patient : PatientIdentity
    circumstances : TestCircumstances
    review : Review or None
        None prints "Not reviewed" so that nobody can miss it.
    stances : tuple of StanceReport
        In the order LBEO, RBEO, LBEC, RBEC; a stance left out prints as missing.
    level : SessionLevel
    gaps : tuple of str
        Sentences about left-right and open-closed differences.
    trend : tuple of TrendPoint
        Oldest first, this session last; the last six are drawn.
    trend_sentence : str
        What may be said about the history, for example which sessions are left out.
    measurement_error : MeasurementError or None
        None until it has been measured; one of another engine version is not used. With it the trend has a band of what
        repetition alone changes, and each change says on which side of it it lies.
    replaces : FiledReport or None
        For a corrected report (`identity.revision` > 0): what it replaces.
    questionnaires : tuple of QuestionnaireSummary
    note : SignedText or None
        The provider's interpretation as typed.
    interpretation : SignedText or None
        A drafted text that a named person has accepted; printed only with `options.interpretation`.
    made_at : datetime
        Time of making in the practice's time zone, with offset. Part of the input, so that the same input gives the
        same bytes.
    engine : str
    program : str
        Version of Kinometric.
    options : PageOptions
    """

    identity: DocumentIdentity
    patient: PatientIdentity
    circumstances: TestCircumstances
    review: Review | None
    stances: tuple[StanceReport, ...]
    level: SessionLevel
    made_at: datetime
    engine: str
    program: str = ""
    gaps: tuple[str, ...] = ()
    trend: tuple[TrendPoint, ...] = ()
    trend_sentence: str = ""
    measurement_error: MeasurementError | None = None
    replaces: FiledReport | None = None
    questionnaires: tuple[QuestionnaireSummary, ...] = ()
    note: SignedText | None = None
    interpretation: SignedText | None = None
    options: PageOptions = field(default_factory=PageOptions)

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("The time of making needs its offset from UTC.")
        names = [stance.stance for stance in self.stances]
        if len(set(names)) != len(names) or not set(names) <= set(STANCES):
            raise ValueError("Each of the four stances stands in a report at most once.")

    def stance(self, name: str) -> StanceReport:
        """Return one stance; an empty one where the report has none of that name.

        Parameters
        ----------
        name : {"LBEO", "RBEO", "LBEC", "RBEC"}

        Returns
        -------
        StanceReport
        """
        return next((stance for stance in self.stances if stance.stance == name), StanceReport(name))

    @property
    def is_provisional(self) -> bool:
        """True while a score rests on a hold that nobody has confirmed."""
        return any(s.trial is not None and s.trial.provisional and s.trial.score is not None for s in self.stances)


def display_name(lastname: str, firstname: str, middlename: str = "", suffix: str = "") -> str:
    """Return a name as every page and banner writes it: FAMILY, Given Middle Suffix.

    Parameters
    ----------
    lastname, firstname, middlename, suffix : str
        As stored; empty for what is not recorded.

    Returns
    -------
    str
    """
    given = " ".join(part for part in (firstname.strip(), middlename.strip(), suffix.strip()) if part)
    family = lastname.strip().upper()
    return f"{family}, {given}" if family and given else family or given


def age_on(born: date, day: date) -> int:
    """Return whole years of age on a day; someone born on 29 February has a birthday on 1 March of other years.

    Parameters
    ----------
    born : date
    day : date

    Returns
    -------
    int
        Years.
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def stance_reports(
    session: Session,
    signals: Mapping[str, SwaySignal] | None = None,
    confirmed_by: Mapping[str, str] | None = None,
) -> tuple[StanceReport, ...]:
    """Return the four stances of a scored session as the report takes them.

    Parameters
    ----------
    session : Session
    signals : mapping of stance to SwaySignal, optional
        The signal of the trial that counts, for the plots.
    confirmed_by : mapping of user id to name, optional
        Names for the ids in `Trial.confirmed_hold.by`; an id without a name is not printed.

    Returns
    -------
    tuple of StanceReport
        In the order LBEO, RBEO, LBEC, RBEC.
    """
    results = dict(session.stances)
    names = confirmed_by or {}
    reports = []
    for stance in STANCES:
        result = results.get(stance)
        if result is None:
            reports.append(StanceReport(stance))
            continue
        hold = result.trial.confirmed_hold
        name = names.get(hold.by) if hold else None
        signal = (signals or {}).get(stance)
        reports.append(StanceReport(stance, result.trial, signal, result.count, name))
    return tuple(reports)


def session_level(session: Session) -> SessionLevel:
    """Return the headline of a scored session with its sentence.

    Parameters
    ----------
    session : Session

    Returns
    -------
    SessionLevel
    """
    from kinometric.scoring.formula import shown_score

    headline = session.headline
    if headline.level is None or headline.score is None:
        return SessionLevel(None, headline.incomplete or "No session level.", headline.provisional)
    score = shown_score(headline.score)
    sentence = f"Session level, from the weaker eyes-open leg ({headline.leg}, {score} of 10)."
    if headline.incomplete:
        sentence += f" {headline.incomplete}"
    return SessionLevel(headline.level, sentence, headline.provisional)


def gap_sentences(session: Session) -> tuple[str, ...]:
    """Return the sentences of the differences beyond the published noise, or one that says that there are none.

    Parameters
    ----------
    session : Session

    Returns
    -------
    tuple of str
    """
    flagged = tuple(gap.sentence for gap in session.gaps if gap.flagged)
    if flagged or not session.gaps:
        return flagged
    return ("No left–right or open–closed difference beyond the published noise.",)


def content_hash(content: ReportContent) -> str:
    """Return the SHA-256 (64 hex digits) of everything that the report says, the time of making left out.

    Two reports made of the same data carry the same hash. Signals count with the precision they are drawn with
    (0.001 m/s2), so that the last bit of a filter on another processor changes nothing.

    Parameters
    ----------
    content : ReportContent

    Returns
    -------
    str
    """
    plain = _plain(dataclasses.replace(content, made_at=datetime.fromtimestamp(0, tz=content.made_at.tzinfo)))
    del plain["made_at"]
    text = json.dumps(plain, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, SwaySignal):
        drawn = (value.axis_1, value.axis_2, value.axis_1_raw, value.axis_2_raw, value.vertical_raw)
        digest = hashlib.sha256()
        for series in drawn:
            digest.update(np.round(np.nan_to_num(series) * 1000.0).astype("<i4").tobytes())
        return {"samples": len(value.time_s), "axes": list(value.axis_names), "sha256": digest.hexdigest()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float | np.floating):
        return _plain_number(float(value))
    if isinstance(value, str | bool | int) or value is None:
        return value
    if isinstance(value, Iterable):
        return [_plain(item) for item in value]
    raise TypeError(f"a report cannot hold a {type(value).__name__}")


def _plain_number(number: float) -> float | str:
    return round(number, 9) if np.isfinite(number) else repr(number)
