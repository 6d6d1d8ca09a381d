"""The command ``migrate``: brings the database's schema up to date."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("migrate", help="bring the database's schema up to date")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the installation")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the missing revisions."""
    from kinometric_server.operations.installation import bring_up_to_date
    from kinometric_server.operations.settings import read_settings

    revision = bring_up_to_date(read_settings(args.data))
    sys.stdout.write(f"The database is at revision {revision}.\n")
    return 0
