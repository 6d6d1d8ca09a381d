"""The command ``audit``: verifies and exports the audit trail."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("audit", help="look after the audit trail")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    verify = actions.add_parser("verify", help="check every entry against the key and the anchors")
    verify.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the installation")
    verify.add_argument(
        "--anchors", type=Path, action="append", default=[], metavar="FILE", help="a further file of anchors"
    )
    verify.set_defaults(run=run_verify)
    export = actions.add_parser("export", help="write the entries as FHIR AuditEvent, one JSON object a line")
    export.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the installation")
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="file to write; never overwritten")
    export.add_argument("--after", type=int, default=0, metavar="ENTRY", help="only entries after this number")
    export.set_defaults(run=run_export)


def run_verify(args: argparse.Namespace) -> int:
    """Check the trail; exit code 1 if anything was changed."""
    from sqlalchemy.exc import SQLAlchemyError

    from kinometric_server.audit import mirrored
    from kinometric_server.audit.places import verify_with_places
    from kinometric_server.audit.verify import at_one_moment
    from kinometric_server.database.engine import make_engine
    from kinometric_server.operations.logs import AUDIT_MIRROR
    from kinometric_server.operations.server import anchor_files
    from kinometric_server.operations.settings import read_settings
    from kinometric_server.security.sealing import KeyRing, Purpose

    settings = read_settings(args.data)
    secret = KeyRing.load(settings.keys).current(Purpose.AUDIT).secret
    files = [*anchor_files(settings), *args.anchors]
    engine = make_engine(settings.owner_url or settings.database_url)
    mirror = mirrored.read_mirror(settings.logs / AUDIT_MIRROR, settings.logs / "archives", secret)
    try:
        with at_one_moment(engine) as connection:
            started = time.perf_counter()
            verdict, remarks = verify_with_places(connection, secret, files)
            took_s = max(time.perf_counter() - started, 1e-9)
            verdict, more = mirrored.compare(mirror, connection, secret, verdict)
    except SQLAlchemyError as error:
        sys.stdout.write(f"The audit trail can't be read ({type(error).__name__}): its tables are not as they were.\n")
        return 1
    finally:
        engine.dispose()
    sys.stdout.write(f"{verdict.rows} entries checked in {took_s:.2f} s, {verdict.anchors} anchors.\n")
    sys.stdout.write(f"{mirror.lines} lines of the mirror checked.\n")
    for problem in verdict.problems:
        sys.stdout.write(f"Entry {problem.seq}: {problem.what}.\n")
    for remark in [*remarks, *more]:
        sys.stdout.write(f"{remark}\n")
    if not verdict.intact:
        sys.stdout.write("The audit trail was changed.\n")
        return 1
    sys.stdout.write(f"Intact to entry {verdict.head_seq}, anchored to entry {verdict.anchored_seq}.\n")
    if verdict.tail_rows:
        sys.stdout.write(
            f"Unanchored tail: entries {verdict.anchored_seq + 1} to {verdict.head_seq}; "
            "that entries were cut off after them can't be seen.\n"
        )
    return 0


def run_export(args: argparse.Namespace) -> int:
    """Write the entries; that they were exported is audited too."""
    from kinometric_server.audit.fhir import export
    from kinometric_server.audit.trail import record
    from kinometric_server.database.engine import make_engine
    from kinometric_server.database.scope import Actor
    from kinometric_server.operations.server import open_server
    from kinometric_server.operations.settings import SettingsError, read_settings

    settings = read_settings(args.data)
    engine = make_engine(settings.owner_url or settings.database_url)
    count = 0
    try:
        with args.out.open("x", encoding="utf-8") as file, engine.connect() as connection:
            for line in export(connection, after_seq=args.after):
                file.write(line + "\n")
                count += 1
    except FileExistsError:
        raise SettingsError(f"{args.out} already exists; nothing was written.") from None
    finally:
        engine.dispose()
    server = open_server(settings)
    try:
        actor = Actor(ip="console")
        with server.database.writing_outside(actor) as unit:
            record(unit, actor, "audit_exported", "audit", None, details={"count": count, "after": args.after})
    finally:
        server.close()
    sys.stdout.write(f"{count} entries written to {args.out}.\n")
    return 0
