"""`kinometric formats`: list the recordings that can be read, and how to record gravity in each app."""

from __future__ import annotations

import argparse

from kinometric.recordings.dialects import DIALECTS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the subcommand: none."""


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - every subcommand is called alike
    """Print the list."""
    for dialect in DIALECTS:
        print(f"{dialect.name:<24}{dialect.title}")
        print(f"{'':<24}{dialect.columns}")
        if dialect.gravity_hint:
            print(f"{'':<24}gravity: {dialect.gravity_hint}")
    return 0
