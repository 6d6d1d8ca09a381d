"""The shape of a database's schema, to be compared with another's."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, inspect


def shape(engine: Engine) -> dict[str, Any]:
    """Return columns, keys, constraints and indexes of every table but Alembic's own, read in a few statements."""
    found = inspect(engine)
    columns, keys = found.get_multi_columns(), found.get_multi_foreign_keys()
    unique, indexes = found.get_multi_unique_constraints(), found.get_multi_indexes()
    checks, primary = found.get_multi_check_constraints(), found.get_multi_pk_constraint()
    return {
        name: {
            "columns": sorted(
                (one["name"], str(one["type"]), one["nullable"], str(one["default"])) for one in columns[place]
            ),
            "keys": sorted(
                (one["name"] or "", one["constrained_columns"], one["referred_table"], one["referred_columns"],
                 _words(one["options"]))
                for one in keys[place]
            ),
            "unique": sorted((one["name"], one["column_names"]) for one in unique[place]),
            "indexes": sorted(
                (one["name"], one["column_names"], one["unique"], _words(one["dialect_options"]))
                for one in indexes[place]
            ),
            "checks": sorted((one["name"], one["sqltext"]) for one in checks[place]),
            "primary": primary[place]["constrained_columns"],
        }
        for place in columns
        if (name := place[1]) != "alembic_version"
    }  # fmt: skip


def _words(options: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((name, str(value)) for name, value in options.items())
