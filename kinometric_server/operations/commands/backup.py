"""The commands ``backup`` and ``restore``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both commands."""
    backup = subparsers.add_parser("backup", help="write a backup of the database; keys are backed up apart")
    backup.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the installation")
    backup.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder that the backup is put into")
    backup.set_defaults(run=run_backup)
    restore = subparsers.add_parser("restore", help="make an installation from a backup, in quarantine")
    restore.add_argument("--from", type=Path, required=True, dest="source", metavar="DIR", help="folder of the backup")
    restore.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the new installation")
    restore.add_argument("--keys", type=Path, required=True, metavar="DIR", help="folder of the keys")
    restore.add_argument("--database", metavar="URL", help="empty PostgreSQL database, as the application's role")
    restore.add_argument("--owner-database", metavar="URL", help="the same database, as the schema's owner")
    restore.set_defaults(run=run_restore)


def run_backup(args: argparse.Namespace) -> int:
    """Write a backup."""
    from kinometric_server.operations.backup import back_up, read_manifest
    from kinometric_server.operations.settings import read_settings

    folder = back_up(read_settings(args.data), args.to)
    manifest = read_manifest(folder)
    sys.stdout.write(f"Backup written to {folder}: {manifest.size_bytes} bytes, audit entry {manifest.audit_seq}.\n")
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """Restore a backup."""
    from kinometric_server.operations.backup import restore

    done = restore(args.source, args.data, args.keys, database_url=args.database, owner_url=args.owner_database)
    sys.stdout.write(
        f"Restored to {done.settings.root}. {done.parked} uploads are of unknown outcome and wait for a person; "
        f"{done.sessions_ended} sessions ended.\n"
    )
    return 0
