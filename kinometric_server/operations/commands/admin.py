"""The command ``admin``: what the clinic's IT does on the server itself, audited like everything else."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinometric_server.database.unit import Unit
    from kinometric_server.operations.server import Server

Action = Callable[["Server", "Unit", argparse.Namespace], str]


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its actions."""
    parser = subparsers.add_parser("admin", help="users, memberships, keys and shared credentials on the server itself")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, run: Action, words: str, *arguments: str) -> argparse.ArgumentParser:
        added = actions.add_parser(name, help=words)
        added.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the installation")
        for argument in arguments:
            added.add_argument(argument)
        added.set_defaults(run=lambda args: _run(run, args))
        return added

    made = action("add-superadmin", _add_superadmin, "make another superadmin", "username")
    _take_password(made)
    _take_password(action("set-password", _set_password, "set a user's password; their sessions end", "username"))
    action("disable-user", _disable, "disable a user in all practices at once", "username")
    action("enable-user", _enable, "enable a user again, and lift the block after 100 wrong passwords", "username")
    action("reset-second-factor", _reset_second_factor, "take a lost authenticator off a user", "username")
    member = action("add-member", _add_member, "make an existing user a member of a practice", "username", "practice")
    member.add_argument("--role", choices=("admin", "clinician", "readonly"), default="clinician")
    member.add_argument("--can", nargs="*", choices=("match", "review", "upload"), default=())
    credentials = action(
        "set-shared-credentials", _set_shared, "set the athenaOne credentials of practices that share them", "client_id"
    )
    credentials.add_argument("--environment", choices=("standin", "preview", "production"), required=True)
    credentials.set_defaults(secret="")
    error = action("set-measurement-error", _set_error, "take the error that `kinometric validate` measured")
    error.add_argument("file", type=Path, nargs="?", metavar="FILE", help="written by --write-error; without it: unset")
    action("add-key", _add_key, "make a new sealing key of one purpose; the old ones go on opening", "purpose")


def _take_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--password", metavar="WORDS", help="without this it is asked for")


def _run(action: Action, args: argparse.Namespace) -> int:
    from kinometric_server.database.scope import Actor
    from kinometric_server.operations.server import open_server
    from kinometric_server.operations.settings import read_settings
    from kinometric_server.security.passwords import Passwords

    settings = read_settings(args.data)
    # Asked for before anything is opened: a person who types must not hold the database up.
    if "password" in args and not args.password:
        args.password = getpass.getpass("Password: ")
    if "secret" in args:
        args.secret = getpass.getpass("Client secret: ")
    server = open_server(settings)
    try:
        if "password" in args:
            args.passwords = Passwords(server.keys, settings.password_cost)
            args.passwords.hash_ahead(args.password)
        with server.database.writing_outside(Actor(ip="console")) as unit:
            said = action(server, unit, args)
    finally:
        server.close()
    sys.stdout.write(said + "\n")
    return 0


def _add_superadmin(_server: Server, unit: Unit, args: argparse.Namespace) -> str:
    from kinometric_server.accounts.people import make_user

    make_user(
        unit, args.passwords, username=args.username, password=args.password, superadmin=True, password_to_change=True
    )
    return "The superadmin was made, and chooses a password of their own at the first sign-in."


def _set_password(_server: Server, unit: Unit, args: argparse.Namespace) -> str:
    from kinometric_server.accounts.people import set_password

    set_password(unit, args.passwords, args.username, args.password)
    return "The password was set for one sign-in, at which the user chooses another; their sessions ended."


def _disable(_server: Server, unit: Unit, args: argparse.Namespace) -> str:
    from kinometric_server.accounts.people import disable_everywhere

    disable_everywhere(unit, unit.scope, args.username, active=False)
    return "The user was disabled; their sessions ended."


def _enable(_server: Server, unit: Unit, args: argparse.Namespace) -> str:
    from kinometric_server.accounts.people import disable_everywhere

    disable_everywhere(unit, unit.scope, args.username, active=True)
    return "The user was enabled."


def _reset_second_factor(_server: Server, unit: Unit, args: argparse.Namespace) -> str:
    from kinometric_server.accounts.enrolment import turn_off
    from kinometric_server.accounts.people import user_named

    turn_off(unit, user_named(unit, args.username).user_id)
    return "The second factor was taken off; the user's sessions ended."


def _add_member(_server: Server, unit: Unit, args: argparse.Namespace) -> str:
    from kinometric_server.accounts.people import add_membership, user_named
    from kinometric_server.practices.sheet import practice_with_slug

    add_membership(
        unit,
        user_named(unit, args.username).user_id,
        practice_with_slug(unit, args.practice),
        role=args.role,
        **{f"can_{word}": True for word in args.can},
    )
    return "The user is a member now."


def _set_shared(server: Server, unit: Unit, args: argparse.Namespace) -> str:
    from kinometric_server.practices.sheet import set_shared_credentials

    set_shared_credentials(unit, server.keys, args.environment, args.client_id, args.secret)
    return "The shared credentials were set."


def _set_error(_server: Server, unit: Unit, args: argparse.Namespace) -> str:
    from kinometric.scoring import ENGINE_VERSION
    from kinometric.scoring.trend import read_measurement_error
    from kinometric_server.errors import BadInputError
    from kinometric_server.results.history import set_measurement_error

    if args.file is None:
        set_measurement_error(unit, None)
        return "The measurement error is not set any more."
    try:
        error = read_measurement_error(args.file)
    except OSError as reason:
        raise BadInputError(f"{args.file}: The file cannot be read ({reason.strerror}).") from None
    except ValueError as reason:
        raise BadInputError(f"{args.file}: {reason}") from None
    if error.engine != ENGINE_VERSION:
        raise BadInputError(f"It was measured with engine {error.engine}; this server scores with {ENGINE_VERSION}.")
    set_measurement_error(unit, error)
    return f"The measurement error is {error.mdc95_score:.1f} points now."


def _add_key(server: Server, unit: Unit, args: argparse.Namespace) -> str:
    from kinometric_server.audit.trail import record
    from kinometric_server.errors import BadInputError
    from kinometric_server.security.sealing import Purpose, write_key

    rotating = (Purpose.ATHENA_SECRETS, Purpose.UPLOAD_BLOBS, Purpose.PATIENT_CONTENT)
    if args.purpose not in rotating:
        raise BadInputError(f"A new key can be made for {', '.join(rotating)}.")
    number = server.keys.current(Purpose(args.purpose)).number + 1
    path = write_key(server.settings.keys, Purpose(args.purpose), number)
    record(unit, unit.scope, "key_added", "key", path.stem)
    return f"{path.name} was made; restart the server to seal with it, and back it up apart."
