"""Where an installation keeps its things, and the few settings that are not in the database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from kinometric_server.database.engine import sqlite_url


class SettingsError(RuntimeError):
    """An installation folder that can't be used, with the sentence that says why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation.

    ``data`` holds the database and stored files, ``keys`` the key files (never below ``data``), ``logs`` the logs.
    """

    root: Path
    database_url: str
    data: Path
    keys: Path
    logs: Path
    owner_url: str | None = None
    second_anchor: Path | None = None
    test_endpoints: tuple[str, ...] = ()
    idle_limit: timedelta = timedelta(minutes=15)
    session_limit: timedelta = timedelta(hours=12)
    password_cost: int = 12
    body_limit_bytes: int = 40 * 1024 * 1024


def layout(root: Path, *, database_url: str | None = None, keys: Path | None = None) -> Settings:
    """Return the settings of an installation at ``root`` without reading anything."""
    root = root.absolute()
    data = root / "data"
    keys = (keys or root / "keys").absolute()
    if keys.is_relative_to(data):
        raise SettingsError("The key folder must not lie in the data folder.")
    return Settings(
        root=root,
        database_url=database_url or sqlite_url(data / "kinometric.sqlite3"),
        data=data,
        keys=keys,
        logs=root / "logs",
    )


def write_settings(settings: Settings) -> None:
    """Write ``server.json``; it names folders and the database, and is readable by the owner's group at most."""
    path = settings.root / "server.json"
    body = {
        "database": settings.database_url,
        "owner_database": settings.owner_url,
        "keys": str(settings.keys),
        "second_anchor": None if settings.second_anchor is None else str(settings.second_anchor),
    }
    path.touch(mode=0o640)
    path.write_text(json.dumps(body, indent=2) + "\n", "utf-8")


def read_settings(root: Path) -> Settings:
    """Read the settings of an installation that ``init`` made."""
    path = root / "server.json"
    try:
        body = json.loads(path.read_text("utf-8"))
        settings = layout(root, database_url=body["database"], keys=Path(body["keys"]))
        owner, second = body.get("owner_database"), body.get("second_anchor")
    except FileNotFoundError:
        raise SettingsError(
            f"{root} is not a Kinometric folder. Make one with: kinometric-server init --data {root}"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"The file server.json in {root} is damaged.") from error
    return Settings(
        **{
            **{name: getattr(settings, name) for name in ("root", "database_url", "data", "keys", "logs")},
            "owner_url": owner,
            "second_anchor": None if second is None else Path(second),
        }
    )
