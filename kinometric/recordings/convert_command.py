"""`kinometric convert`: write recordings of phone apps as Kinometric's CSV."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from kinometric.recordings.product_csv import write_csv
from kinometric.recordings.reading import read_recording, read_with_gravity
from kinometric.recordings.recording import MOUNTINGS, PLACEMENTS, STANCES, RecordingError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the subcommand."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a recording")
    parser.add_argument("-o", "--output", metavar="PATH", help="a file for one recording, a folder for several")
    parser.add_argument("--gravity", metavar="FILE", help="Sensor Logger's Gravity.csv, for one Accelerometer.csv")
    parser.add_argument("--rate", type=float, metavar="HZ", help="samples a second, for files without a time column")
    parser.add_argument("--stance", type=str.upper, choices=STANCES)
    parser.add_argument("--placement", type=str.lower, choices=PLACEMENTS)
    parser.add_argument("--mounting", type=str.lower, choices=MOUNTINGS)
    parser.add_argument("--foot-lift", type=float, metavar="SECONDS", help="seconds from the first sample")


def run(arguments: argparse.Namespace) -> int:
    """Convert each file; 2 when one of them could not be read or written, after all were done."""
    if arguments.gravity and len(arguments.files) > 1:
        print("kinometric convert: --gravity goes with one file.", file=sys.stderr)
        return 2
    failed = False
    for name in arguments.files:
        target = _target(Path(name), arguments.output, len(arguments.files))
        try:
            content = _converted(name, arguments)
            if target.exists() and target.samefile(name):
                raise RecordingError("The recording would be written over itself; name another output.", code="output")
            target.write_bytes(content)
        except RecordingError as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed = True
        except OSError as error:
            print(f"{target}: The file cannot be written ({error.strerror}).", file=sys.stderr)
            failed = True
        else:
            print(target)
    return 2 if failed else 0


def _converted(name: str, arguments: argparse.Namespace) -> bytes:
    if arguments.gravity:
        recording = read_with_gravity(name, arguments.gravity)
    else:
        recording = read_recording(name, rate_hz=arguments.rate)
    stated = {
        "stance": arguments.stance,
        "placement": arguments.placement,
        "mounting": arguments.mounting,
        "foot_lift_s": arguments.foot_lift,
    }
    for finding in recording.findings:
        print(f"{name}: note: {finding.message}", file=sys.stderr)
    return write_csv(replace(recording, **{key: value for key, value in stated.items() if value is not None}))


def _target(source: Path, output: str | None, count: int) -> Path:
    default = source.with_name(f"{source.stem}.kinometric.csv")
    if output is None:
        return default
    path = Path(output)
    return path / default.name if path.is_dir() or count > 1 else path
