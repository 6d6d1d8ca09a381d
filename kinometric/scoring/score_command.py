"""`kinometric score`: hold, sway, score and level of recordings, as text or as one JSON object a line."""

from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import asdict, fields, replace
from typing import Any

from kinometric.recordings import PLACEMENTS, STANCES, RecordingError, read_recording
from kinometric.recordings.reading import read_with_gravity
from kinometric.scoring.explanation import seconds_down
from kinometric.scoring.formula import shown_score
from kinometric.scoring.trial import score, unreadable_trial
from kinometric.scoring.values import Trial
from kinometric.sway.values import SwayMeasures

WITHOUT_SCORE = ("ended_early", "not_scorable", "unreadable")
LEVEL_NOTE = "A level is a band of balance performance on this test, not a probability of falling."
_LEVEL_NAMES = {"critical": "Critical risk", "high": "High risk", "moderate": "Moderate risk", "low": "Low risk"}
_MEASURE_NAMES = {
    "rms_m_s2": ("sway, resultant RMS", "m/s²"),
    "rms_1_m_s2": ("sway along axis 1, RMS", "m/s²"),
    "rms_2_m_s2": ("sway along axis 2, RMS", "m/s²"),
    "path_m_s2": ("path", "m/s²"),
    "path_rate_m_s3": ("path a second", "m/s³"),
    "jerk_m2_s5": ("jerk", "m²/s⁵"),
    "ellipse95_m2_s4": ("95 % ellipse, chi-square", "m²/s⁴"),
    "mdist_m_s2": ("mean distance", "m/s²"),
    "f95_hz": ("95 % power frequency", "Hz"),
    "centroid_hz": ("centroid frequency", "Hz"),
    "measured_from_s": ("measured from", "s"),
    "measured_to_s": ("measured to", "s"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the subcommand."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a recording")
    parser.add_argument("--stance", type=str.upper, choices=STANCES, help="left or right leg, eyes open or closed")
    parser.add_argument("--age", type=_age, metavar="YEARS", help="gives the age view, and eyes-closed levels")
    parser.add_argument(
        "--rate", type=_positive, metavar="HZ", help="samples a second, for files without a time column"
    )
    parser.add_argument("--placement", type=str.lower, choices=PLACEMENTS, help="where the phone was worn")
    parser.add_argument(
        "--foot-lift", type=_seconds, metavar="SECONDS", help="when the foot left the floor, on the file's time axis"
    )
    parser.add_argument("--gravity", metavar="FILE", help="Sensor Logger's Gravity.csv, for one Accelerometer.csv")
    parser.add_argument("--json", action="store_true", help="one JSON object a file, a line each")


def run(arguments: argparse.Namespace) -> int:
    """Score each file; 2 when one of them could not be read or scored, after all were done."""
    if arguments.gravity and len(arguments.files) > 1:
        print("kinometric score: --gravity goes with one file.", file=sys.stderr)
        return 2
    failed = levels = False
    for number, name in enumerate(arguments.files):
        trial = score_file(
            name,
            stance=arguments.stance,
            age=arguments.age,
            rate_hz=arguments.rate,
            placement=arguments.placement,
            foot_lift_s=arguments.foot_lift,
            gravity=arguments.gravity,
        )
        if arguments.json:
            print(json.dumps(as_json(name, trial), allow_nan=False), flush=True)
        else:
            print("\n" * (number > 0) + as_text(name, trial), flush=True)
        if trial.outcome in WITHOUT_SCORE:
            failed = True
            print(f"{name}: {trial.reason}", file=sys.stderr, flush=True)
        levels = levels or trial.level is not None
    if levels and not arguments.json:
        print(f"\n{LEVEL_NOTE}")
    return 2 if failed else 0


def score_file(
    name: str,
    *,
    stance: str | None = None,
    age: float | None = None,
    rate_hz: float | None = None,
    placement: str | None = None,
    foot_lift_s: float | None = None,
    gravity: str | None = None,
) -> Trial:
    """Read and score one file.

    Parameters
    ----------
    name : str
        Its path.
    stance, age, rate_hz, placement, foot_lift_s
        As in `read_recording` and `score`; a stated placement overrides the file's.
    gravity : str, optional
        Path of the gravity that belongs to an acceleration without it, as in `read_with_gravity`.

    Returns
    -------
    Trial
        Also for a file that could not be read.
    """
    try:
        recording = read_with_gravity(name, gravity) if gravity else read_recording(name, rate_hz=rate_hz)
    except RecordingError as error:
        return unreadable_trial(error, stance=stance, age=age)
    if placement is not None:
        recording = replace(recording, placement=placement)
    return score(recording, stance=stance, age=age, foot_lift_s=foot_lift_s)


def as_json(name: str, trial: Trial) -> dict[str, Any]:
    """Return the documented JSON object of one file.

    Parameters
    ----------
    name : str
        The file as it was named on the command line.
    trial : Trial

    Returns
    -------
    dict
        Keys as in docs/scoring.md; the score in points is not rounded, what cannot be given is None.
    """
    measures = (
        {field.name: None for field in fields(SwayMeasures)} if trial.measures is None else asdict(trial.measures)
    )
    return {
        "file": name,
        "stance": trial.stance,
        "outcome": trial.outcome,
        "scorable": trial.scorable,
        "window_start_s": trial.window_start_s,
        "hold_s": trial.hold_s,
        "hold_source": trial.hold_source,
        "score": trial.score,
        "level": trial.level,
        "measures": measures,
        "findings": [
            {"code": finding.code, "severity": finding.severity, "message": finding.message}
            for finding in trial.findings
        ],
        "engine": trial.engine,
    }


def as_text(name: str, trial: Trial) -> str:
    """Return the lines that a person reads.

    Parameters
    ----------
    name : str
    trial : Trial

    Returns
    -------
    str
        Several lines, units beside each figure.
    """
    lines = [name, f"  {trial.explanation}"]
    if trial.hold_s is not None:
        least = "at least " if trial.outcome == "ended_early" else ""
        lines.append(
            f"  {'hold':<26}{least}{seconds_down(trial.hold_s)} s ({trial.hold_source}), "
            f"window from {trial.window_start_s or 0.0:.2f} s"
        )
    if trial.score is not None:
        lines.append(f"  {'score':<26}{shown_score(trial.score)} of 10")
        lines.append(f"  {'level':<26}{_level(trial)}")
    if trial.age_view is not None:
        lines.append(f"  {'age view':<26}{trial.age_view.sentence} (evidence {trial.age_view.evidence})")
    lines += [f"  {'event':<26}{event.at_s:.2f} s, {event.reason}" for event in trial.events]
    if trial.measures is not None:
        for key, value in asdict(trial.measures).items():
            title, unit = _MEASURE_NAMES[key]
            lines.append(f"  {title:<26}{value:.4g} {unit}")
    lines += [f"  {_SEVERITY[finding.severity]:<26}{finding.message}" for finding in trial.findings]
    lines.append(f"  {'engine':<26}{trial.engine}")
    return "\n".join(lines)


_SEVERITY = {"fine": "fine", "shown": "note", "not_scorable": "not scorable"}


def _level(trial: Trial) -> str:
    if trial.level is None:
        return "none without an age" if trial.age_view is None else "none: the table does not cover this age"
    return _LEVEL_NAMES[trial.level] + (" for age" if trial.level_basis == "age" else "")


def _number(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(what)
    return value


def _age(text: str) -> float:
    years = _number(text, "an age is a number of years")
    if not 0.0 <= years <= 130.0:
        raise argparse.ArgumentTypeError("an age lies between 0 and 130 years")
    return years


def _positive(text: str) -> float:
    value = _number(text, "a rate is a positive number of samples a second")
    if not value > 0.0:
        raise argparse.ArgumentTypeError("a rate is a positive number of samples a second")
    return value


def _seconds(text: str) -> float:
    return _number(text, "foot lift is a number of seconds")
