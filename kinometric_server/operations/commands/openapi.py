"""The command ``openapi``: writes the description of the interface that is committed in docs/."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("openapi", help="write the description of the interface")
    parser.add_argument("--out", type=Path, metavar="FILE", help="file to write; by default it is printed")
    parser.set_defaults(run=run)


def description() -> str:
    """Return the OpenAPI description as JSON with sorted keys."""
    from kinometric_server.api.app import describe

    return json.dumps(describe(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def run(args: argparse.Namespace) -> int:
    """Write it."""
    if args.out is None:
        sys.stdout.write(description())
    else:
        args.out.write_text(description(), "utf-8")
    return 0
