"""The command ``doctor``: looks at an installation and says what is wrong."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("doctor", help="look at an installation and say what is wrong")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the installation")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make all checks; exit code 1 if one fails."""
    from kinometric_server.database.engine import database_parameters
    from kinometric_server.database.protection import RoleError, require_safe_role
    from kinometric_server.operations.health import Check, look
    from kinometric_server.operations.server import open_server
    from kinometric_server.operations.settings import read_settings

    server = open_server(read_settings(args.data), with_logs=False)
    try:
        checks = look(server)
        with server.database.engine.connect() as connection:
            shown = ", ".join(f"{name} {value}" for name, value in database_parameters(connection).items())
            checks.append(Check("database settings", True, shown))
            try:
                require_safe_role(connection)
                checks.append(Check("database role", True, "can't get round row level security"))
            except RoleError as error:
                checks.append(Check("database role", False, str(error)))
    finally:
        server.close()
    for check in checks:
        sys.stdout.write(f"{'ok  ' if check.good else 'BAD '} {check.name}: {check.said}\n")
    return 0 if all(check.good for check in checks) else 1
