"""`kinometric validate`: print what a folder of labelled recordings says about the engine."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from kinometric.recordings.recording import RecordingError
from kinometric.scoring.trend import write_measurement_error
from kinometric.scoring.validation import Validation, validate
from kinometric.scoring.values import ENGINE_VERSION

_VERDICTS = {True: "FIRES", False: "holds", None: "cannot tell"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the subcommand."""
    parser.add_argument("folder", metavar="FOLDER", help="recordings and labels.csv (docs/validation.md)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--write-error", metavar="FILE", help="write the measured error, for trends")


def run(arguments: argparse.Namespace) -> int:
    """Print the comparison; 2 when the folder cannot be used or a recording in it cannot be read."""
    try:
        result = validate(Path(arguments.folder))
    except RecordingError as error:
        print(f"{arguments.folder}: {error}", file=sys.stderr)
        return 2
    unreadable = [one for one in result.scored if one.trial.outcome == "unreadable"]
    for one in unreadable:
        print(f"{one.label.file}: {one.trial.reason}", file=sys.stderr)
    print(json.dumps(as_json(result), allow_nan=False) if arguments.json else as_text(result))
    if arguments.write_error and not _written(arguments.write_error, result):
        return 2
    return 2 if unreadable else 0


def as_json(result: Validation) -> dict[str, object]:
    """Return the figures without the recordings.

    Parameters
    ----------
    result : Validation

    Returns
    -------
    dict
        Units in the names.
    """
    names = ("hold_pairs", "hold_bias_s", "hold_limits_s", "hold_disagree_share", "quality_correlation", "repeats",
             "people", "sem_score", "mdc95_score", "icc_score", "rms_factor95")  # fmt: skip
    return {
        "engine": ENGINE_VERSION,
        "recordings": len(result.scored),
        **{name: getattr(result, name) for name in names},
        "falsifiers": [asdict(falsifier) for falsifier in result.falsifiers],
    }


def as_text(result: Validation) -> str:
    """Return the lines that a person reads.

    Parameters
    ----------
    result : Validation

    Returns
    -------
    str
        Several lines.
    """
    outcomes: dict[str, int] = {}
    for one in result.scored:
        outcomes[one.trial.outcome] = outcomes.get(one.trial.outcome, 0) + 1
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(outcomes.items()))
    share = None if result.hold_disagree_share is None else 100.0 * result.hold_disagree_share
    lines = [
        f"engine {ENGINE_VERSION}, {len(result.scored)} recordings: {counts}",
        "",
        "Agreement with the labels",
        _line("recordings with a hold by watch", result.hold_pairs, ""),
        _line("detector minus watch, mean", result.hold_bias_s, "s"),
        _line("limits of agreement, plus and minus", result.hold_limits_s, "s"),
        _line("differ by more than 1 s", share, "%"),
        _line("score and labelled quality, Spearman", result.quality_correlation, ""),
        "",
        "Repeatability",
        _line("repeated recordings", result.repeats, f"of {result.people} people"),
        _line("standard error of measurement", result.sem_score, "points"),
        _line("minimal detectable change, 95 %", result.mdc95_score, "points"),
        _line("ICC(1,1)", result.icc_score, ""),
        _line("RMS, factor of repetition alone, 95 %", result.rms_factor95, ""),
        "",
        "Falsifiers",
    ]
    lines += [
        f"  {one.number:>2} {_VERDICTS[one.fired]:<12}{one.statement} ({one.evidence})" for one in result.falsifiers
    ]
    if result.measurement_error is None:
        lines += ["", "Measurement error not established."]
    return "\n".join(lines)


def _line(title: str, value: float | None, unit: str) -> str:
    if value is None:
        return f"  {title:<40}not known"
    shown = str(value) if isinstance(value, int) else f"{value:.2f}"
    return f"  {title:<40}{shown} {unit}".rstrip()


def _written(name: str, result: Validation) -> bool:
    error = result.measurement_error
    if error is None:
        print(f"{name}: No measurement error to write: there are no repeated recordings.", file=sys.stderr)
        return False
    try:
        write_measurement_error(Path(name), error)
    except ValueError as problem:
        print(f"{name}: {problem}", file=sys.stderr)
        return False
    except OSError as problem:
        print(f"{name}: The file cannot be written ({problem.strerror}).", file=sys.stderr)
        return False
    return True
