"""The command line of the server: ``kinometric-server COMMAND``."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import pkgutil
import sys
from collections.abc import Sequence

from kinometric import __version__


def command_modules() -> list[str]:
    """Return the modules that add a command: those of operations/commands, and ``command`` of every other package."""
    import kinometric_server
    from kinometric_server.operations import commands

    own = [f"{commands.__name__}.{module.name}" for module in pkgutil.iter_modules(commands.__path__)]
    topics = [f"kinometric_server.{module.name}.command" for module in pkgutil.iter_modules(kinometric_server.__path__)]
    return [name for name in own if not name.endswith(".problems")] + [name for name in topics if _is_there(name)]


def _is_there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


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
