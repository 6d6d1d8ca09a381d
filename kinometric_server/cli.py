"""The command line of the server: ``kinometric-server COMMAND``."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path

from kinometric import __version__

_HERE = Path(__file__).resolve().parent


def command_modules() -> list[str]:
    """Return the modules that add a command: those of operations/commands, and ``command`` of every other package.

    The packages are looked into without importing them, so that ``--help`` is quick.
    """
    found = []
    for package in sorted(path for path in _HERE.iterdir() if path.is_dir()):
        names = {module.name for module in pkgutil.iter_modules([str(package)])}
        if "command" in names:
            found.append(f"kinometric_server.{package.name}.command")
    commands = pkgutil.iter_modules([str(_HERE / "operations" / "commands")])
    own = [f"kinometric_server.operations.commands.{module.name}" for module in commands if module.name != "problems"]
    return own + found


def parser() -> argparse.ArgumentParser:
    """Return the program's parser with all commands."""
    made = argparse.ArgumentParser(prog="kinometric-server", description="Kinometric's server for a clinic.")
    made.add_argument("--version", action="version", version=f"Kinometric {__version__}")
    subparsers = made.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in command_modules():
        importlib.import_module(name).add_parser(subparsers)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a known problem ends it with one sentence and exit code 2."""
    from kinometric_server.operations.commands.problems import sentence_of

    args = parser().parse_args(arguments)
    os.umask(0o027)
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        sentence = sentence_of(error)
        if sentence is None:
            raise
        sys.stderr.write(f"{sentence}\n")
        return 2


if __name__ == "__main__":
    raise SystemExit(main())
