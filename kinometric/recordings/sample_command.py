"""`kinometric sample`: write a synthetic recording as Kinometric's CSV."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kinometric.recordings.product_csv import write_csv
from kinometric.recordings.recording import STANCES
from kinometric.recordings.synthetic import synthetic_recording


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the subcommand."""
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="where to write, or - for the terminal")
    parser.add_argument("--stance", type=str.upper, choices=STANCES, default="LBEO")
    parser.add_argument("--severity", type=float, default=0.3, help="0 steady to 1 about to fall")
    parser.add_argument("--hold", type=float, default=10.0, metavar="SECONDS", help="touch-down; 10 for none")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=100.0, metavar="HZ")
    parser.add_argument("--duration", type=float, default=10.0, metavar="SECONDS", help="recorded after foot lift")
    parser.add_argument("--lead", type=float, default=0.0, metavar="SECONDS", help="two-foot standing before foot lift")
    parser.add_argument("--soft", action="store_true", help="a touch-down that leaves hardly a trace")


def run(arguments: argparse.Namespace) -> int:
    """Write the file; 2 when that fails."""
    try:
        recording = synthetic_recording(
            stance=arguments.stance,
            severity=arguments.severity,
            hold_s=arguments.hold,
            seed=arguments.seed,
            rate_hz=arguments.rate,
            duration_s=arguments.duration,
            lead_s=arguments.lead,
            soft=arguments.soft,
        )
    except ValueError as error:
        print(f"kinometric sample: {error}", file=sys.stderr)
        return 2
    content = write_csv(recording)
    if arguments.output == "-":
        sys.stdout.write(content.decode())
        return 0
    try:
        Path(arguments.output).write_bytes(content)
    except OSError as error:
        print(f"{arguments.output}: The file cannot be written ({error.strerror}).", file=sys.stderr)
        return 2
    return 0
