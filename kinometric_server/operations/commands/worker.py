"""The command ``worker``: sends the queued uploads in a process of its own."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("worker", help="send queued uploads in a process of its own")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the installation")
    parser.add_argument("--allow-test-endpoint", metavar="URL", help="address of the athenaOne stand-in on loopback")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Claim and send uploads until the process is told to stop."""
    from kinometric_server.operations.serving import open_for_serving
    from kinometric_server.uploads.worker import UploadWorker

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = open_for_serving(args.data, args.allow_test_endpoint)
    try:
        UploadWorker(server).run(stop)
    finally:
        server.close()
    return 0
