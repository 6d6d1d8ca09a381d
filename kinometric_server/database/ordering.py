"""The order of names in short lists: a reader's, and the same whatever database they come from."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row


def by_name(rows: Iterable[Row[Any]], *columns: str) -> list[Row[Any]]:
    """Return rows in the order of the first column, without regard to case and accents; the others decide ties.

    SQLite sorts by code point, PostgreSQL as its database's language does, so neither is asked to.
    """
    return sorted(rows, key=lambda row: (_plain(getattr(row, columns[0])), *(getattr(row, name) for name in columns)))


def _plain(name: str) -> str:
    parts = unicodedata.normalize("NFKD", name)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()
