"""The demo's server process: ``python -m kinometric_server.demo.serving DIR STANDIN``, with the users on its input."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from kinometric.contract.accounts import DemoUser


def main(arguments: list[str]) -> int:
    """Serve a demo database until told to stop; the first line of output is the address."""
    import kinometric_server.results.reporting
    from kinometric_server.operations.serving import Listening, open_for_serving, serve

    del kinometric_server.results.reporting
    folder, standin = arguments
    # Everything above is loaded while the demo practice is still being made; this line says that it is there.
    users = tuple(DemoUser(**user) for user in json.loads(sys.stdin.readline()))
    server = open_for_serving(Path(folder), standin, demo=True)
    try:
        serve(server, Listening(port=0), demo_users=lambda: users, ready=_tell)
    finally:
        server.close()
    return 0


def _tell(address: str) -> None:
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
