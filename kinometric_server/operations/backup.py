"""Back up an installation's database, and restore one in quarantine: nothing pending is sent again by itself."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from sqlalchemy import Engine, select, text
from sqlalchemy.engine import make_url

from kinometric import __version__
from kinometric_server.audit.anchors import anchor_of, read_anchors, read_lines
from kinometric_server.audit.tables import audit_head
from kinometric_server.audit.verify import verify
from kinometric_server.database.engine import make_engine, utc_now
from kinometric_server.database.migrate import present_revision, require_current
from kinometric_server.operations.quarantine import quarantine
from kinometric_server.operations.server import anchor_files, open_server
from kinometric_server.operations.settings import Settings, SettingsError, layout, write_settings
from kinometric_server.security.sealing import KeyRing, Purpose

MANIFEST = "manifest.json"
EMBEDDED, DUMP = "kinometric.sqlite3", "kinometric.dump"
_PROGRAM_TIMEOUT_S = 4 * 3600


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is: enough to know whether it is whole and which keys it needs."""

    made_at: str
    product: str
    revision: str
    file: str
    sha256: str
    size_bytes: int
    audit_seq: int
    audit_mac: str
    key_ids: tuple[str, ...]


def back_up(settings: Settings, target: Path) -> Path:
    """Write a backup to a new folder below ``target``; the keys are never part of it.

    The folder gets its name only once everything in it is whole and on the disk.
    """
    keys = KeyRing.load(settings.keys)
    if target.absolute().is_relative_to(settings.keys):
        raise SettingsError("A backup must not lie beside the keys.")
    stamp = utc_now().strftime("%Y%m%dT%H%M%S%fZ")
    part = target.absolute() / f".kinometric-{stamp}.part"
    part.mkdir(mode=0o750, parents=True)
    url = settings.owner_url or settings.database_url
    engine = make_engine(url)
    try:
        require_current(engine)
        name = EMBEDDED if engine.dialect.name == "sqlite" else DUMP
        # Before the copy of the database: an anchor must not speak of entries that the copy doesn't have.
        for file in anchor_files(settings)[:1]:
            if file.exists():
                shutil.copy2(file, part / file.name)
        with engine.connect() as connection:
            head = connection.execute(select(audit_head.c.seq, audit_head.c.mac)).one()
        _copy_out(engine, url, part / name)
        manifest = Manifest(
            made_at=utc_now().isoformat(),
            product=__version__,
            revision=str(present_revision(engine)),
            file=name,
            sha256=_sha256(part / name),
            size_bytes=(part / name).stat().st_size,
            audit_seq=head.seq,
            audit_mac=head.mac,
            key_ids=tuple(key.key_id for key in keys.keys),
        )
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    finally:
        engine.dispose()
    (part / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1) + "\n", "utf-8")
    for path in part.iterdir():
        path.chmod(0o640)
        with path.open("rb") as done:
            os.fsync(done.fileno())
    return part.rename(target.absolute() / f"kinometric-{stamp}")


def _copy_out(engine: Engine, url: str, file: Path) -> None:
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("VACUUM INTO ?", (str(file),))
        return
    _run_program("pg_dump", "--format=custom", f"--file={file}", _libpq(url))


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _run_program(name: str, *arguments: str) -> None:
    places = [shutil.which(name), *map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True))]
    program = next((place for place in places if place), None)
    if program is None:
        raise SettingsError(f"PostgreSQL's program {name} is not installed.")
    done = subprocess.run(  # noqa: S603 a program of PostgreSQL, without a shell
        [program, *arguments], capture_output=True, check=False, timeout=_PROGRAM_TIMEOUT_S
    )
    if done.returncode:
        raise SettingsError(f"{name} failed with code {done.returncode}; nothing was kept.")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Read a backup's manifest and check that the backup is whole."""
    try:
        body = json.loads((folder / MANIFEST).read_text("utf-8"))
        manifest = Manifest(**{**body, "key_ids": tuple(body["key_ids"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{folder} is not a backup of Kinometric.") from error
    file = folder / manifest.file
    if manifest.file not in (EMBEDDED, DUMP) or not file.is_file() or _sha256(file) != manifest.sha256:
        raise SettingsError(f"The backup in {folder} is damaged: its database isn't the one that was written.")
    return manifest


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore led to."""

    settings: Settings
    parked: int
    """Uploads that were queued or being sent when the backup was made; a person must look for each."""
    sessions_ended: int


def restore(
    folder: Path, root: Path, keys: Path, *, database_url: str | None = None, owner_url: str | None = None
) -> Restored:
    """Make a new installation at ``root`` from a backup and its keys, in quarantine.

    Uploads that were pending may have been sent since the backup was made, so they become ``outcome_unknown``; all
    sessions end.

    Raises
    ------
    SettingsError
        If the backup is damaged, a key is missing, the place isn't empty, or the audit trail was changed.
    """
    manifest = read_manifest(folder)
    settings = replace(layout(root, database_url=database_url, keys=keys), owner_url=owner_url)
    if (settings.root / "server.json").exists():
        raise SettingsError(f"{settings.root} already holds an installation; nothing was changed.")
    ring = KeyRing.load(settings.keys)
    for key_id in manifest.key_ids:
        ring.by_id(key_id)
    for made in (settings.root, settings.data, settings.logs):
        made.mkdir(mode=0o750, parents=True, exist_ok=True)
    _copy_in(folder / manifest.file, settings)
    anchors = folder / anchor_files(settings)[0].name
    if anchors.exists():
        anchor_files(settings)[0].parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        _copy_anchors(anchors, anchor_files(settings)[0], manifest.audit_seq)
    _require_intact(settings, ring, manifest)
    server = open_server(settings)
    try:
        put_aside = quarantine(server, "backup_restored", {"backup": manifest.made_at})
    finally:
        server.close()
    write_settings(settings)
    return Restored(settings, put_aside.parked, put_aside.sessions_ended)


def _copy_in(file: Path, settings: Settings) -> None:
    target = settings.owner_url or settings.database_url
    if make_url(target).get_backend_name() == "sqlite":
        if file.name != EMBEDDED:
            raise SettingsError("This backup is of a PostgreSQL database; give --database and --owner-database.")
        shutil.copy(file, settings.data / EMBEDDED)
        (settings.data / EMBEDDED).chmod(0o640)
        return
    if file.name != DUMP:
        raise SettingsError("This backup is of an embedded database; restore it without --database.")
    engine = make_engine(target)
    try:
        if present_revision(engine) is not None:
            raise SettingsError("The database already holds an installation; nothing was changed.")
    finally:
        engine.dispose()
    _run_program("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={_libpq(target)}", str(file))


def _copy_anchors(file: Path, target: Path, last_seq: int) -> None:
    """Copy the anchors up to an entry: a later one, written while the backup was made, speaks of what isn't in it."""
    kept = [line for line in read_lines(file) if (anchor := anchor_of(line)) is None or anchor.seq <= last_seq]
    target.write_text("".join(f"{line}\n" for line in kept), "utf-8")
    target.chmod(0o640)


def _require_intact(settings: Settings, keys: KeyRing, manifest: Manifest) -> None:
    engine = make_engine(settings.owner_url or settings.database_url)
    try:
        require_current(engine)
        anchors = read_anchors(anchor_files(settings)[0])
        with engine.connect() as connection:
            verdict = verify(connection, keys.current(Purpose.AUDIT).secret, anchors)
            whole = True
            if connection.dialect.name == "sqlite":
                whole = connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
    finally:
        engine.dispose()
    if not whole:
        raise SettingsError("The database in the backup is damaged; it is not put to use.")
    if not verdict.intact or verdict.head_seq < manifest.audit_seq:
        raise SettingsError("The audit trail in the backup was changed; it is not put to use.")
