"""The words of the report: levels, outcomes, holds, dates, and the sentences that every page must carry."""

from __future__ import annotations

import math
import re
from datetime import date, datetime

from kinometric.report.content import ReportContent, StanceReport
from kinometric.scoring.values import AgeView, Trial

STANCE_NAMES = {
    "LBEO": "Left, eyes open",
    "RBEO": "Right, eyes open",
    "LBEC": "Left, eyes closed",
    "RBEC": "Right, eyes closed",
}
LEVEL_WORDS = {"critical": "Critical risk", "high": "High risk", "moderate": "Moderate risk", "low": "Low risk"}
EVENT_WORDS = {"impact": "foot", "lean": "lean", "burst": "burst", "stepping": "steps", "hop": "hop"}

TITLE = "Balance test report"
BAND_SENTENCE = "A risk level is a band of balance performance on this test, not a probability of falling."
LIMITS_SENTENCE = "Supports clinical judgement. Not a diagnosis. Billing is the practice’s responsibility."
NOT_REVIEWED = "Not reviewed"
NOT_RECORDED = "Not recorded"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date | datetime) -> str:
    """Return a date with its month in letters: 04-Mar-1951."""
    return f"{value.day:02d}-{_MONTHS[value.month - 1]}-{value.year:04d}"


def moment(value: datetime) -> str:
    """Return a date and a wall-clock time: 02-Nov-2026 14:05."""
    return f"{day(value)} {value.hour:02d}:{value.minute:02d}"


def eyes_open(stance: str) -> bool:
    """Return whether a stance is with eyes open."""
    return stance.endswith("EO")


def seconds(value: float) -> str:
    """Return seconds with one decimal, rounded down: a hold of 9.99 s is not a full one."""
    return f"{math.floor(value * 10.0 + 1e-9) / 10.0:.1f}"


def number(value: float | None, decimals: int) -> str:
    """Return a measure, a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:.{decimals}f}".replace("-", "−")


def printed_level(trial: Trial, age_view: bool) -> str | None:
    """Return the level that may be printed: eyes closed only with the age view on and its figures confirmed."""
    if trial.level is None:
        return None
    if trial.level_basis == "age" and not (age_view and trial.age_view is not None and trial.age_view.printable):
        return None
    return trial.level


def level_words(level: str, basis: str | None) -> str:
    """Return a level with its noun: Low risk, or Low risk for age."""
    return LEVEL_WORDS[level] + (" for age" if basis == "age" else "")


def source_words(view: AgeView) -> str:
    """Return author, year and strength of the evidence; a paper's whole title has no place on a patient's report."""
    author = view.source.split(" ", 1)[0].rstrip(",")
    year = re.search(r"\b(19|20)\d\d\b", view.source)
    evidence = {"A": "solid", "B": "fair", "C": "thin"}[view.evidence]
    return f"{author} {year[0] if year else ''}, {evidence} evidence".replace(" ,", ",")


def no_level_words(stance: str, trial: Trial) -> str:
    """Return what stands in the place of a level that is not printed."""
    if trial.level is not None or not eyes_open(stance):
        return "none, eyes closed"
    return "none"


def hold_words(trial: Trial) -> str:
    """Return the hold as the table writes it: 10.0, 4.2, at least 8.0, or a dash."""
    if trial.hold_s is None:
        return "–"
    if trial.outcome == "ended_early":
        return f"≥ {seconds(trial.hold_s)}"
    return "10.0" if trial.held_full else seconds(trial.hold_s)


def outcome_words(stance: StanceReport) -> str:
    """Return why a stance has no score, in words; empty for a scored trial."""
    trial = stance.trial
    if trial is None:
        return "Missing: no recording and no reason given."
    reason = _sentence(trial.reason)
    if trial.outcome == "ended_early":
        hold = f" Held at least {seconds(trial.hold_s)} s." if trial.hold_s is not None else ""
        return f"Not scored: the recording ended early.{hold}"
    words = {
        "unable": "Unable to stand on this leg.",
        "stopped": "Stopped by staff, not scored.",
        "supported": "Supported, not scored.",
        "not_attempted": "Not attempted.",
        "not_scorable": "Not scorable.",
        "unreadable": "The recording could not be read.",
    }.get(trial.outcome, "" if trial.score is not None else "Not scored.")
    return f"{words} {reason}".strip() if words else ""


def _sentence(reason: str | None) -> str:
    text = (reason or "").strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else f"{text}."


def is_synthetic(stance: StanceReport) -> bool:
    """Return whether a stance's recording was made by a program, which every plot of it says."""
    return stance.trial is not None and any(finding.code == "synthetic" for finding in stance.trial.findings)


def hold_line(stance: StanceReport) -> str:
    """Return one sentence about a scored trial's hold, for the head of its traces."""
    trial = stance.trial
    if trial is None or trial.score is None or trial.outcome == "unable" or trial.hold_s is None:
        return outcome_words(stance)
    if trial.held_full:
        text = "Held 10.0 s"
    else:
        kind = f" ({EVENT_WORDS[trial.events[0].kind]})" if trial.events and trial.confirmed_hold is None else ""
        text = f"Down at {seconds(trial.hold_s)} s{kind}"
    if trial.provisional:
        return f"{text}, provisional: nobody has confirmed it."
    hold, detected = trial.confirmed_hold, trial.detected_hold_s
    if hold is None:
        return f"{text}."
    by = f" by {stance.confirmed_by}" if stance.confirmed_by else ""
    if detected is None or seconds(detected) != seconds(hold.hold_s):
        found = "none detected" if detected is None else f"detected {seconds(detected)} s"
        return f"{text}, set{by} ({found})."
    return f"{text}, confirmed{by}."


def confirmation_sentences(content: ReportContent) -> list[str]:
    """Return who confirmed which holds, with detected and confirmed values, and which nobody has confirmed."""
    as_detected: dict[str, list[str]] = {}
    corrected: list[str] = []
    open_: list[str] = []
    for stance in content.stances:
        trial = stance.trial
        if trial is None or trial.score is None or trial.outcome == "unable":
            continue
        hold, detected = trial.confirmed_hold, trial.detected_hold_s
        if hold is None:
            if trial.provisional:
                open_.append(stance.stance)
            continue
        by = stance.confirmed_by or "a named user"
        if detected is not None and seconds(detected) == seconds(hold.hold_s):
            as_detected.setdefault(by, []).append(f"{stance.stance} {seconds(hold.hold_s)} s")
        else:
            found = "nothing detected" if detected is None else f"detected {seconds(detected)} s"
            why = f": “{hold.reason.strip()}”" if hold.reason else ""
            corrected.append(f"{stance.stance} {found}, set to {seconds(hold.hold_s)} s by {by}{why}.")
    sentences = [f"Holds confirmed by {by} as detected: {', '.join(items)}." for by, items in as_detected.items()]
    if open_:
        sentences.append(f"Hold not confirmed, score provisional: {', '.join(open_)}.")
    return sentences + corrected


def trials_sentence(content: ReportContent) -> str:
    """Return "best of n" for the stances that were tried more than once."""
    counts = [(stance.stance, stance.count) for stance in content.stances if stance.count > 0]
    if not counts:
        return ""
    values = {count for _, count in counts}
    if values == {1}:
        return "One trial each."
    if len(values) == 1:
        return f"Best of {counts[0][1]} trials each."
    return " ".join(f"{stance} best of {count}." for stance, count in counts if count > 1)


def sensory_sentence(content: ReportContent) -> str:
    """Return the eyes-closed finding in seconds, which has no level of its own."""
    parts = []
    for stance, side in (("LBEC", "left"), ("RBEC", "right")):
        trial = content.stance(stance).trial
        if trial is None:
            parts.append(f"no trial on the {side}")
        elif trial.outcome == "unable":
            parts.append(f"unable on the {side}")
        elif trial.score is None or trial.hold_s is None:
            parts.append(f"not scored on the {side}")
        elif trial.held_full:
            parts.append(f"held 10.0 s on the {side}")
        else:
            parts.append(f"down at {seconds(trial.hold_s)} s on the {side}")
    return f"Sensory finding, eyes closed: {parts[0]}, {parts[1]}."


def correction_sentence(content: ReportContent) -> str:
    """Return what a corrected report says of itself and of the report that it replaces."""
    replaced = content.replaces
    filed = f" filed {moment(replaced.filed_at)}" if replaced and replaced.filed_at else " filed before"
    document = f" as athenaOne document {replaced.document_id}" if replaced and replaced.document_id else ""
    return f"CORRECTED REPORT {content.identity.revision}. Replaces the report of this test{filed}{document}."


def method_sentence(content: ReportContent) -> str:
    """Return the method line that stands at the foot of the first page."""
    return (
        "One-leg stance, 10 s, phone accelerometer. 100 Hz, 3.5 Hz low-pass, measured 1.0–9.5 s or to the loss of "
        f"balance. Engine {content.engine}. Kinometric levels for eyes open, not population norms: Critical < 2.5, "
        "High < 5, Moderate < 7.5, Low."
    )
