"""Write the first revisions of the schema anew from the tables: ``python -m kinometric_server.database.revise``.

Only as long as nothing was released; after that every change gets a revision of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Engine

from kinometric_server.database.engine import make_engine, sqlite_url
from kinometric_server.database.migrate import alembic_config
from kinometric_server.database.schema import tables_of, whole_metadata

TOPICS = (
    ("0001", "foundation", ("accounts", "practices", "audit", "database")),
    ("0002", "patients", ("patients",)),
    ("0003", "results", ("results",)),
    ("0004", "uploads", ("uploads",)),
)
"""Revision, name, and the packages whose tables it makes; tables of any other package go into the last one."""


def write_revisions(engine: Engine, folder: Path) -> list[Path]:
    """Write one revision per topic; ``engine`` is of an empty database."""
    for old in folder.glob("0*.py"):
        old.unlink()
    paths = []
    named = {table for _, _, packages in TOPICS for package in packages for table in tables_of(package)}
    others = set(whole_metadata().tables) - named
    for revision, name, packages in TOPICS:
        tables = {table for package in packages for table in tables_of(package)}
        if revision == TOPICS[-1][0]:
            tables |= others
        with engine.connect().execution_options(kinometric_writes=True) as connection, connection.begin():
            config = alembic_config(connection)
            config.attributes["include_object"] = _only(tables)
            command.upgrade(config, "head")
            script: Any = command.revision(
                config, message=f"Tables of {name}", autogenerate=True, rev_id=revision, head="head"
            )
        paths.append(Path(script.path).rename(folder / f"{revision}_{name}.py"))
    return paths


def _only(tables: set[str]) -> Any:
    def include(_object: Any, name: str, kind: str, _reflected: bool, _compare_to: Any) -> bool:
        return kind != "table" or name in tables

    return include


def main() -> int:
    """Write the revisions and format them."""
    with tempfile.TemporaryDirectory() as scratch:
        engine = make_engine(sqlite_url(Path(scratch) / "empty.sqlite3"))
        paths = write_revisions(engine, Path(__file__).parent / "migrations" / "versions")
        engine.dispose()
    for step in (["format", "-q"], ["check", "--fix", "-q"], ["format", "-q"]):
        subprocess.run([sys.executable, "-m", "ruff", *step, *map(str, paths)], check=False)  # noqa: S603
    sys.stdout.write("\n".join(map(str, paths)) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
