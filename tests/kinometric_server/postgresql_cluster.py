"""A private PostgreSQL cluster for the tests: started as an ordinary user on its own socket, stopped at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine

from kinometric_server.database.engine import make_engine
from kinometric_server.database.migrate import migrate
from kinometric_server.database.protection import lay_first_head

OWNER, APPLICATION, SUPERUSER = "kinometric_owner", "kinometric_app", "postgres"
TEMPLATE = "template_kinometric"
USES = 60
"""So many tests use a database one after another, emptied in between, before a fresh copy of the template is made."""
LONGEST_SOCKET_PATH = 100
OWNED_BY = "owned by"
"""A file in a cluster's folder that names the process whose tests it is for."""
SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "max_connections": "200",
    "shared_buffers": "64MB",
}
LOCALE = ("--encoding=UTF8", "--no-locale", "--locale-provider=icu", "--icu-locale=en-US")
"""A clinic's database sorts as its language does, which is not how SQLite sorts."""


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
_END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_SCHEMA = """
SELECT md5(string_agg(made, ' ' ORDER BY made)) FROM (
    SELECT 'c' || oid || ' ' || xmin AS made FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'f' || oid || ' ' || xmin FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'p' || oid || ' ' || xmin FROM pg_policy
    UNION ALL SELECT 't' || oid || ' ' || xmin FROM pg_trigger
    UNION ALL SELECT 's' || setdatabase || ' ' || xmin FROM pg_db_role_setting
) AS everything
"""
"""Another value after every change of the schema: each writes a row of the catalogue anew."""


class Cluster:
    """A cluster with an owner of the schema and a role for the application that owns nothing."""

    def __init__(self, bin_folder: Path) -> None:
        self.bin = bin_folder
        remove_abandoned(bin_folder)
        self.folder = _folder_with_a_short_path()
        (self.folder / OWNED_BY).write_text(_process(os.getpid()))
        self._as_user = _as_user()
        if self._as_user:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        self._numbers = count(1)
        self._reused: str | None = None
        self._uses = 0
        self._schema = ""
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", SUPERUSER, "-A", "trust", "--no-sync", *LOCALE)
        settings = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        self._run(
            "pg_ctl", "-D", data, "-w", "-s", "-l", str(self.folder / "log"),
            "-o", f"{settings} -k {self.folder}", "start",
        )  # fmt: skip
        self._superuser = create_engine(
            self.url(SUPERUSER, "postgres"), isolation_level="AUTOCOMMIT", pool_size=1, pool_pre_ping=True
        )
        try:
            self._prepare()
        except BaseException:
            self.stop()
            raise

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as_user, str(self.bin / program), *arguments],
            cwd=self.folder, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def url(self, role: str, database: str) -> str:
        """Return the address of a database for one role."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}"

    def administer(self, *statements: str) -> None:
        """Run statements as the superuser, each in a transaction of its own."""
        with self._superuser.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def _prepare(self) -> None:
        self.administer(
            f"CREATE ROLE {OWNER} LOGIN",
            f"CREATE ROLE {APPLICATION} LOGIN",
            f"CREATE DATABASE {TEMPLATE} OWNER {OWNER}",
        )
        engine = make_engine(self.url(OWNER, TEMPLATE))
        migrate(engine, application_role=APPLICATION)
        engine.dispose()

    def new_database(self, *, empty: bool = False) -> str:
        """Make a database with the migrated schema (or an empty one) and return its name."""
        name = f"test_{next(self._numbers)}"
        template = "" if empty else f"TEMPLATE {TEMPLATE}"
        self.administer(f"CREATE DATABASE {name} {template} OWNER {OWNER}")
        return name

    def clean_database(self) -> str:
        """Return the name of a database as ``new_database`` makes it, which the test before may have used too.

        Emptying one takes a fifth of the time of copying the template; one whose schema was changed isn't used again.
        """
        if self._reused is not None and (self._uses >= USES or not self._emptied(self._reused)):
            self.drop(self._reused)
            self._reused = None
        if self._reused is None:
            self._reused, self._uses = self.new_database(), 0
            with self._inside(self._reused) as connection:
                self._schema = connection.exec_driver_sql(_SCHEMA).scalar_one()
        self._uses += 1
        return self._reused

    def _emptied(self, name: str) -> bool:
        """Empty a database after its test; False if its schema isn't the template's any more."""
        with self._inside(name) as connection:
            connection.exec_driver_sql(_END_OTHERS)
            if connection.exec_driver_sql(_SCHEMA).scalar_one() != self._schema:
                return False
            # Neither foreign keys nor the audit trail's own protection act on a replica.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            tables = connection.exec_driver_sql(_TABLES).scalars()
            connection.exec_driver_sql("; ".join(f"DELETE FROM {table}" for table in tables))
            lay_first_head(connection)
        return True

    @contextmanager
    def _inside(self, name: str) -> Iterator[Connection]:
        """Yield a superuser's transaction in one database."""
        engine = create_engine(self.url(SUPERUSER, name), poolclass=NullPool)
        with engine.begin() as connection:
            yield connection

    def drop(self, name: str) -> None:
        """Drop a database with whoever is still connected to it."""
        self.administer(f"DROP DATABASE {name} WITH (FORCE)")

    def restart(self) -> None:
        """Stop the cluster hard and start it again, as a power cut would."""
        # With a log file of its own the new server doesn't hold this process's pipes open.
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-s", "-l", log, "-m", "immediate", "restart")

    def stop(self) -> None:
        """Stop the cluster and remove it."""
        self._superuser.dispose()
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-s", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def _as_user() -> list[str]:
    """Return what PostgreSQL's programs are started with, since they refuse to run as root."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    return ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]


def _process(pid: int) -> str:
    """Return what tells a process from a later one of the same number; nothing for one that is no more."""
    try:
        state, *others = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return ""
    return "" if state == "Z" else f"{pid} {others[18]}"


def remove_abandoned(bin_folder: Path) -> list[Path]:
    """Stop and remove the clusters of test runs that were killed; those of living ones are left alone."""
    removed = []
    for folder in {*Path(tempfile.gettempdir()).glob("kpg*"), *Path("/tmp").glob("kpg*")}:
        try:
            owner = (folder / OWNED_BY).read_text()
            if not owner or _process(int(owner.split()[0])) == owner:
                continue
        except (OSError, ValueError):
            continue  # somebody else's, or just being made or removed
        if (folder / "data" / "postmaster.pid").exists():
            stop = [str(bin_folder / "pg_ctl"), "-D", str(folder / "data"), "-w", "-s", "-m", "immediate", "stop"]
            subprocess.run([*_as_user(), *stop], cwd="/", capture_output=True, timeout=300, check=False)
        shutil.rmtree(folder, ignore_errors=True)
        removed.append(folder)
    return removed


def _folder_with_a_short_path() -> Path:
    """Make a folder; the path of a socket in it may have 107 bytes at most."""
    made = Path(tempfile.mkdtemp(prefix="kpg"))
    if len(os.fsencode(made)) + len("/.s.PGSQL.5432") <= LONGEST_SOCKET_PATH:
        return made
    made.rmdir()
    return Path(tempfile.mkdtemp(prefix="kpg", dir="/tmp"))
