"""The command ``kinometric-server demo``: a clinic with invented people on this machine, until the window is closed."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import urllib.request
from contextlib import ExitStack
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TOKENS_A_MINUTE = 60
PASSWORD_COST = 10
"""Of bcrypt: the demo's passwords live for one run, and its start should be short."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "demo",
        help="show Kinometric with an invented clinic",
        description="Start server, athenaOne stand-in and workstation with an invented clinic on this machine.",
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="keep the demo in this folder, or open the one that is there"
    )
    parser.add_argument(
        "--tour", type=Path, metavar="DIR", help="run the workstation through its tour and leave the pictures here"
    )
    parser.add_argument("--no-workstation", action="store_true", help="start server and stand-in only")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the demo until its workstation ends, or until it is interrupted; return the exit code."""
    from kinometric_server.demo.processes import Processes

    before = signal.signal(signal.SIGTERM, _interrupted)
    try:
        with ExitStack() as stack:
            folder = args.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kinometric-demo-")))
            processes = stack.enter_context(Processes())
            return _run(args, folder / "clinic", processes)
    except KeyboardInterrupt:
        return 130
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupted(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _run(args: argparse.Namespace, folder: Path, processes: Any) -> int:
    from kinometric_server.demo.practice import new_passwords

    _say("Starting the demo: an invented clinic, nothing leaves this machine.")
    standin = _start_standin(processes, folder.parent)
    waiting = processes.launch(["kinometric_server.demo.serving", str(folder), standin.base_url])
    users = new_passwords()
    _prepare(folder, standin, users)
    told = json.dumps([vars(user) for user in users])
    server = processes.first_line_of(waiting, said_to_it=told, what="The server")
    _say(f"\nServer    {server.first_line}\nStand-in  {standin.base_url}\n")
    for user in users:
        _say(f"{user.username:10} {user.password:22} {user.purpose}")
    _say("")
    return _work(args, processes, server.first_line, standin.base_url)


def _start_standin(processes: Any, folder: Path) -> Any:
    from kinometric_server.demo.practice import StandIn

    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    started = processes.start(
        [
            "kinometric_server.cli",
            "sandbox",
            "--store",
            str(folder / "standin-documents.json"),
            "--token-limit",
            str(TOKENS_A_MINUTE),
        ],
        what="The athenaOne stand-in",
    )
    said = json.loads(started.first_line)
    return StandIn(said["base_url"], said["client_id"], said["client_secret"])


def _prepare(folder: Path, standin: Any, users: Any) -> None:
    """Make the demo's installation, or give the users of an existing one the passwords of this run."""
    from kinometric_server.demo.practice import DemoPractice, MovableClock, connect_to_standin, demo_practice_id
    from kinometric_server.demo.reopening import give_new_passwords, refuse_foreign
    from kinometric_server.operations.installation import make_installation
    from kinometric_server.operations.server import open_server
    from kinometric_server.operations.settings import layout, read_settings

    is_new = not (folder / "server.json").exists()
    settings = replace(layout(folder) if is_new else read_settings(folder), password_cost=PASSWORD_COST)
    if is_new:
        from kinometric_server.demo.practice import new_password

        make_installation(settings, username="superadmin", password=new_password(), demo=True)
    settings = replace(settings, test_endpoints=(standin.base_url,))
    clock = MovableClock()
    server = open_server(settings, clock=clock)
    try:
        refuse_foreign(server)
        if is_new:
            DemoPractice(server, clock, standin).make(users)
        else:
            connect_to_standin(server, demo_practice_id(server), standin)
            give_new_passwords(server, users)
    finally:
        server.close()


def _work(args: argparse.Namespace, processes: Any, server_url: str, standin_url: str) -> int:
    if args.no_workstation or find_spec("PySide6") is None:
        if not args.no_workstation:
            _say("The workstation is not installed here; get it with: pip install 'kinometric[desktop]'")
        _say(f"Connect a workstation with: kinometric-desktop --server {server_url}\nEnd the demo with Ctrl+C.")
        signal.pause() if hasattr(signal, "pause") else input()
        return 0
    tour = args.tour
    if tour is None and not has_display():
        tour = Path("build") / "tour"
        _say("There is no display here, so the workstation takes its tour offscreen.")
    environment = dict(os.environ)
    if tour is None:
        return int(processes.run(["kinometric_desktop", "--server", server_url], environment))
    if not has_display():
        environment["QT_QPA_PLATFORM"] = "offscreen"
    before = _document_numbers(standin_url)
    tour = tour.absolute()
    for old in (*tour.glob("[0-9][0-9]-*.png"), *tour.glob("document-*.pdf")):
        old.unlink()
    code = int(processes.run(["kinometric_desktop", "--server", server_url, "--tour", str(tour)], environment))
    filed = [number for number in _document_numbers(standin_url) if number not in before]
    if code == 0 and not filed:
        _say("The tour ended, but no document was filed in the stand-in.")
        return 1
    for number in filed:
        (tour / f"document-{number}.pdf").write_bytes(_ask(f"{standin_url}/_standin/documents/{number}/content"))
        _say(f"Filed in the stand-in as document {number}.")
    _say(f"Pictures and the report: {tour}")
    return code


def has_display() -> bool:
    """Say whether windows can be shown: always on Windows and macOS, by the session's variables elsewhere."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _document_numbers(standin_url: str) -> list[str]:
    listed = json.loads(_ask(f"{standin_url}/_standin/documents"))["documents"]
    return [str(document["documentid"]) for document in listed]


def _ask(url: str) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=10) as answer:
        return bytes(answer.read())


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
