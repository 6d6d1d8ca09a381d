"""A session as an HL7 v2.5.1 result message (ORU^R01): scores, holds and levels as observations, the PDF embedded."""

from __future__ import annotations

import base64
import math
from datetime import date, datetime

from kinometric.exchange.fhir import interpretations, plain
from kinometric.recordings.recording import STANCES
from kinometric.report.content import ReportContent, StanceReport
from kinometric.report.wording import (
    BAND_SENTENCE,
    LIMITS_SENTENCE,
    STANCE_NAMES,
    level_words,
    outcome_words,
    printed_level,
)
from kinometric.scoring.formula import shown_score

APPLICATION = "KINOMETRIC"
_ESCAPES = (("\\", "\\E\\"), ("|", "\\F\\"), ("^", "\\S\\"), ("&", "\\T\\"), ("~", "\\R\\"))
_SEXES = {"male": "M", "m": "M", "female": "F", "f": "F", "other": "O"}


def result_message(
    content: ReportContent, pdf: bytes, *, control_id: str, receiver: str = "", receiving_facility: str = ""
) -> bytes:
    """Return a session as one ORU^R01 message.

    Parameters
    ----------
    content : ReportContent
    pdf : bytes
        The report, embedded in the last OBX.
    control_id : str
        MSH-10: what the receiver's answer names, and by which a message sent twice is known.
    receiver, receiving_facility : str
        MSH-5 and MSH-6.

    Returns
    -------
    bytes
        UTF-8, segments ended by carriage returns. Results are preliminary (P) until the session is reviewed and the
        hold confirmed, then final (F), corrected (C) from the second report on; what has no score is X with its
        reason in a note. Test patients are sent with processing id T.

    References
    ----------
    HL7 version 2.5.1, chapters 2, 3 and 7.
    """
    lines = [_header(content, control_id, receiver, receiving_facility), _patient(content), _request(content)]
    number = 0
    for name in STANCES:
        for segment in _stance(content, content.stance(name)):
            if segment[0] == "OBX":
                number += 1
                segment[1] = str(number)
            lines.append("|".join(segment))
    for summary in content.questionnaires:
        number += 1
        said = " ".join((summary.total_text, summary.note, *summary.flagged))
        lines.append(
            _observation(str(number), "ST", "QUESTIONNAIRE", summary.name, _escaped(said), "", _status(content))
        )
    notes = " ".join((content.level.sentence, BAND_SENTENCE, *interpretations(content), LIMITS_SENTENCE))
    document = f"^application^pdf^Base64^{base64.b64encode(pdf).decode('ascii')}"
    lines += [
        _observation(str(number + 1), "ST", "LEVEL", "Session level", _level(content), "", _status(content)),
        _segment("NTE", "1", "", _escaped(notes)),
        _observation(str(number + 2), "ED", "REPORT", "Balance test report", document, "", _status(content)),
    ]
    return "".join(f"{line}\r" for line in lines).encode()


def _escaped(text: str) -> str:
    text = plain(text)
    for special, escape in _ESCAPES:
        text = text.replace(special, escape)
    return text


def _segment(*fields: str) -> str:
    return "|".join(fields).rstrip("|")


def _moment(value: datetime) -> str:
    return value.strftime("%Y%m%d%H%M%S%z")[:19]


def _day(value: date | None) -> str:
    return "" if value is None else value.strftime("%Y%m%d")


def _header(content: ReportContent, control_id: str, receiver: str, receiving_facility: str) -> str:
    return _segment(
        "MSH",
        "^~\\&",
        APPLICATION,
        _escaped(content.circumstances.practice),
        _escaped(receiver),
        _escaped(receiving_facility),
        _moment(content.made_at),
        "",
        "ORU^R01^ORU_R01",
        _escaped(control_id),
        "T" if content.patient.is_test else "P",
        "2.5.1",
        "",
        "",
        "AL",
        "AL",
        "",
        "UNICODE UTF-8",
    )


def _patient(content: ReportContent) -> str:
    patient = content.patient
    numbers = [f"{_escaped(patient.kinometric_number)}^^^{APPLICATION}^PI"]
    if patient.athena_patient_id:
        numbers.append(f"{_escaped(patient.athena_patient_id)}^^^ATHENAONE^PI")
    family, _, given = patient.name.partition(", ")
    sex = _SEXES.get(patient.sex.strip().lower(), "U")
    name = f"{_escaped(family)}^{_escaped(given)}".rstrip("^")
    return _segment("PID", "1", "", "~".join(numbers), "", name, "", _day(patient.born), sex)


def _request(content: ReportContent) -> str:
    fields = [
        "OBR",
        "1",
        "",
        f"{_escaped(content.identity.session_id)}^{APPLICATION}",
        "BALANCE^One-leg stance balance test^L",
    ]
    fields += [
        "",
        "",
        _moment(content.circumstances.tested_at),
        *[""] * 14,
        _moment(content.made_at),
        "",
        "",
        _status(content),
    ]
    if content.review is not None:
        fields += [*[""] * 6, f"^{_escaped(content.review.by)}"]
    return _segment(*fields)


def _status(content: ReportContent, *, provisional: bool | None = None) -> str:
    """Return preliminary, final or corrected: of one trial where `provisional` is given, else of the whole session."""
    open_ = content.is_provisional if provisional is None else provisional
    if content.review is None or open_:
        return "P"
    return "C" if content.identity.revision else "F"


def _level(content: ReportContent) -> str:
    level = content.level.level
    return "none" if level is None else level_words(level, "score")


def _observation(number: str, kind: str, code: str, text: str, value: str, unit: str, status: str) -> str:
    return _segment("OBX", number, kind, f"{code}^{_escaped(text)}^L", "", value, unit, "", "", "", "", status)


def _stance(content: ReportContent, stance: StanceReport) -> list[list[str]]:
    trial, name = stance.trial, STANCE_NAMES[stance.stance]
    if trial is None or trial.score is None:
        empty = _observation("0", "NM", f"{stance.stance}-SCORE", f"Score 0-10: {name}", "", "{score}", "X")
        note = _segment("NTE", "1", "", _escaped(outcome_words(stance)))
        return [empty.split("|"), note.split("|")]
    status = _status(content, provisional=trial.provisional)
    rows = [("NM", "SCORE", "Score 0-10", shown_score(trial.score), "{score}")]
    if trial.hold_s is not None:
        rows.append(("NM", "HOLD", "Hold", f"{trial.hold_s:.2f}", "s"))
    measured = (
        []
        if trial.measures is None
        else [
            ("RMS", "Resultant RMS", trial.measures.rms_m_s2, "m/s2"),
            ("ELLIPSE95", "95 % ellipse, chi-square", trial.measures.ellipse95_m2_s4, "m2/s4"),
        ]
    )
    rows += [("NM", code, text, f"{value:.3f}", unit) for code, text, value, unit in measured if math.isfinite(value)]
    level = printed_level(trial, content.options.age_view)
    if level is not None:
        rows.append(("ST", "LEVEL", "Level", level_words(level, trial.level_basis), ""))
    return [
        _observation("0", kind, f"{stance.stance}-{code}", f"{text}: {name}", value, unit, status).split("|")
        for kind, code, text, value, unit in rows
    ]
