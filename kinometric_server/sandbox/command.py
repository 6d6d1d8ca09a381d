"""The command ``kinometric-server sandbox``: starts the athenaOne stand-in."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from kinometric_server.sandbox.charts import ENCODINGS


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "sandbox",
        help="start the athenaOne stand-in on loopback",
        description="Start the athenaOne stand-in on loopback. The first line of output is one JSON object.",
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--faults", type=Path, metavar="FILE", help="quirks and faults, JSON or TOML; re-read on change"
    )
    parser.add_argument("--encoding", choices=ENCODINGS, default="", help="take uploads in this encoding only")
    parser.add_argument("--data", type=Path, metavar="FILE", help="practices and patients instead of the demo practice")
    parser.add_argument("--store", type=Path, metavar="FILE", help="keep stored documents in this file")
    parser.add_argument(
        "--credentials", type=Path, metavar="FILE", help="JSON with client_id and client_secret instead of random ones"
    )
    parser.add_argument(
        "--token-limit", type=int, default=5, metavar="N", help="tokens given out per minute, usually 5"
    )
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Run the stand-in until it is stopped; returns the exit code."""
    from kinometric_server.sandbox.faults import FaultError
    from kinometric_server.sandbox.service import make_standin, run_sandbox
    from kinometric_server.sandbox.tokens import Credentials
    from kinometric_server.sandbox.world import WorldError

    credentials = None
    if args.credentials:
        try:
            content = json.loads(args.credentials.read_text(encoding="utf-8"))
            credentials = Credentials(str(content["client_id"]), str(content["client_secret"]))
        except (OSError, ValueError, KeyError, TypeError):
            sys.stderr.write("The credentials file is not JSON with client_id and client_secret.\n")
            return 2
    try:
        standin = make_standin(
            faults=args.faults,
            encoding=args.encoding,
            people=args.data,
            store=args.store,
            credentials=credentials,
            token_limit=args.token_limit,
        )
    except (FaultError, WorldError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        run_sandbox(standin, args.port)
    except OSError as error:
        sys.stderr.write(f"The stand-in can't listen on port {args.port}: {error.strerror}.\n")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0
