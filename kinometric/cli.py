"""The `kinometric` command: one subcommand for each thing that can be done with a recording or a session."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import kinometric


@dataclass(frozen=True)
class Command:
    """A subcommand; its module has ``add_arguments(parser)`` and ``run(arguments) -> int`` and is imported when used.

    Attributes
    ----------
    name : str
    module : str
    summary : str
    """

    name: str
    module: str
    summary: str


COMMANDS = (
    Command("score", "kinometric.scoring.score_command", "hold, sway, score and level of recordings"),
    Command("convert", "kinometric.recordings.convert_command", "write recordings of phone apps as Kinometric's CSV"),
    Command("formats", "kinometric.recordings.formats_command", "list the recordings that can be read"),
    Command("validate", "kinometric.scoring.validate_command", "hold the engine against labelled recordings"),
    Command("sample", "kinometric.recordings.sample_command", "write a synthetic recording"),
    Command("report", "kinometric.report.command", "render a session as PDF"),
    Command("export", "kinometric.exchange.command", "write a session for other systems"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand.

    Parameters
    ----------
    arguments : sequence of str, optional
        Else those of the process.

    Returns
    -------
    int
        0, or 2 when something could not be read, scored or written.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(
        prog="kinometric", description="One-leg-stance sway from a phone's recording: a score that can be checked."
    )
    parser.add_argument("--version", action="version", version=f"kinometric {kinometric.__version__}")
    parts = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    chosen = next((word for word in given if not word.startswith("-")), None)
    for command in COMMANDS:
        part = parts.add_parser(command.name, help=command.summary, description=f"{command.summary.capitalize()}.")
        if command.name == chosen:
            module = importlib.import_module(command.module)
            module.add_arguments(part)
            part.set_defaults(run=module.run)
    parsed = parser.parse_args(given)
    try:
        return int(parsed.run(parsed))
    except BrokenPipeError:
        # The reader of our output has gone; a second error while the interpreter flushes would help nobody.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2


if __name__ == "__main__":
    sys.exit(main())
