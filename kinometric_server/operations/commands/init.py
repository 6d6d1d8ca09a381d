"""The command ``init``: makes an installation with its keys, its database and its first superadmin."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
from dataclasses import replace
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("init", help="make an installation: keys, database, first superadmin")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the installation")
    parser.add_argument("--keys", type=Path, metavar="DIR", help="folder of the keys, by default DIR/keys")
    parser.add_argument("--database", metavar="URL", help="postgresql+psycopg://…, by default an embedded database")
    parser.add_argument("--owner-database", metavar="URL", help="PostgreSQL as the schema's owner, for migrations")
    parser.add_argument("--second-anchor", type=Path, metavar="DIR", help="a second place for the audit's anchors")
    parser.add_argument("--username", default="superadmin", help="user name of the first superadmin")
    parser.add_argument(
        "--password",
        metavar="WORDS",
        help="password of the first superadmin; '-' asks for it; without this a random one is made and shown once",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make the installation."""
    from kinometric_server.operations.installation import make_installation
    from kinometric_server.operations.settings import layout

    given = getpass.getpass("Password of the first superadmin: ") if args.password == "-" else args.password  # noqa: S105
    password = given or random_password()
    settings = replace(
        layout(args.data, database_url=args.database, keys=args.keys),
        owner_url=args.owner_database,
        second_anchor=None if args.second_anchor is None else args.second_anchor.absolute(),
    )
    make_installation(settings, username=args.username, password=password)
    sys.stdout.write(f"Installation made in {settings.root}\nKeys are in {settings.keys}; back them up apart.\n")
    sys.stdout.write(f"Superadmin: {args.username.strip().lower()}\n")
    if given is None:
        sys.stdout.write(f"Password (shown this once): {password}\n")
    return 0


def random_password() -> str:
    """Return a random password that keeps the rule."""
    words = "-".join(secrets.token_hex(3) for _ in range(3))
    return f"K{secrets.randbelow(10)}-{words}"
