"""`kinometric report`: render a session file as PDF."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kinometric.report.document import render_report
from kinometric.report.session_file import SessionFileError, read_session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the subcommand."""
    parser.add_argument("session", metavar="SESSION.json", help="a session file; its format is in docs/report.md")
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="where to write the PDF, or - for the terminal"
    )
    parser.add_argument("--paper", choices=("letter", "a4"), help="else as the file says")
    parser.add_argument("--no-traces", action="store_true", help="the first page only")
    parser.add_argument("--history", action="store_true", help="add a page with all sessions")
    parser.add_argument(
        "--made-at", type=moment, metavar="TIME", help="time of making with offset; the same gives the same bytes"
    )


def moment(text: str) -> datetime:
    """Return a time with its offset from a command line."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or value.tzinfo is None:
        raise argparse.ArgumentTypeError("write it like 2026-11-02T14:19:00-05:00")
    return value


def run(arguments: argparse.Namespace) -> int:
    """Write the PDF; 2 when the session cannot be read or the PDF not be written."""
    try:
        content = read_session(arguments.session, made_at=arguments.made_at)
    except SessionFileError as error:
        print(f"{arguments.session}: {error}", file=sys.stderr)
        return 2
    options = content.options
    if arguments.paper:
        options = replace(options, page_size=arguments.paper)
    if arguments.no_traces:
        options = replace(options, traces=False)
    if arguments.history:
        options = replace(options, history=True)
    return write_output(arguments.output, render_report(replace(content, options=options)))


def write_output(output: str, content: bytes) -> int:
    """Write bytes to a file or to standard output; 2 when that fails."""
    if output == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return 0
    try:
        Path(output).write_bytes(content)
    except OSError as error:
        print(f"{output}: The file cannot be written ({error.strerror}).", file=sys.stderr)
        return 2
    return 0
