"""A private PostgreSQL cluster for the tests: started as an ordinary user on its own socket, stopped at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine

from kinometric_server.database.engine import make_engine
from kinometric_server.database.migrate import migrate

OWNER, APPLICATION, SUPERUSER = "kinometric_owner", "kinometric_app", "postgres"
_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, version 15 or later, or None."""
    for place in _PLACES:
        if int(place.parent.name) >= 15 and (place / "initdb").exists():
            return place
    found = shutil.which("initdb")
    return None if found is None else Path(found).parent


class Cluster:
    """A cluster with an owner of the schema and a role for the application that owns nothing."""

    def __init__(self, bin_folder: Path) -> None:
        self.bin = bin_folder
        self.folder = Path(tempfile.mkdtemp(prefix="kpg"))
        self._as_user: list[str] = []
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._as_user = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
        self._numbers = count(1)
        self._run("initdb", "-D", str(self.folder / "data"), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-w", "-s", "-l", str(self.folder / "log"),
            "-o", f"{settings} -c max_connections=200 -k {self.folder}", "start",
        )  # fmt: skip
        try:
            self._prepare()
        except BaseException:
            self.stop()
            raise

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as_user, str(self.bin / program), *arguments],
            cwd=self.folder, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def url(self, role: str, database: str) -> str:
        """Return the address of a database for one role."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}"

    def _administer(self, *statements: str) -> None:
        engine = create_engine(self.url(SUPERUSER, "postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    def _prepare(self) -> None:
        self._administer(
            f"CREATE ROLE {OWNER} LOGIN",
            f"CREATE ROLE {APPLICATION} LOGIN",
            f"CREATE DATABASE template_kinometric OWNER {OWNER}",
        )
        engine = make_engine(self.url(OWNER, "template_kinometric"))
        migrate(engine, application_role=APPLICATION)
        engine.dispose()

    def new_database(self, *, empty: bool = False) -> str:
        """Make a database with the migrated schema (or an empty one) and return its name."""
        name = f"test_{next(self._numbers)}"
        template = "" if empty else "TEMPLATE template_kinometric"
        self._administer(f"CREATE DATABASE {name} {template} OWNER {OWNER}")
        return name

    def drop(self, name: str) -> None:
        """Drop a database with whoever is still connected to it."""
        self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def restart(self) -> None:
        """Stop the cluster hard and start it again, as a power cut would."""
        # With a log file of its own the new server doesn't hold this process's pipes open.
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-s", "-l", log, "-m", "immediate", "restart")

    def stop(self) -> None:
        """Stop the cluster and remove it."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-s", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
