"""The metadata that all topic packages share, with the column types and keys that their tables are made of."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator

_KEY = re.compile(r"\A[0-9a-f]{32}\Z")
KEY_LENGTH = 32

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class UtcTime(TypeDecorator[datetime]):
    """An aware moment in UTC, stored as whole microseconds since 1970 on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Turn an aware datetime into microseconds; a naive one is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone can't be stored")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn stored microseconds into an aware datetime in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


def new_key() -> str:
    """Return a random key for a row: 32 hex digits that say nothing about order or number."""
    return secrets.token_hex(KEY_LENGTH // 2)


def is_key(text: str) -> bool:
    """Say whether a text can be the key of a row."""
    return _KEY.match(text) is not None


def key_column(name: str = "id", *args: Any, **kwargs: Any) -> Column[str]:
    """Return a column that holds a random key."""
    return Column(name, String(KEY_LENGTH), *args, **kwargs)


def within_practice(column: str, table: str, *, ondelete: str | None = None) -> ForeignKeyConstraint:
    """Return a foreign key that can't leave the practice: (practice_id, column) -> table(practice_id, id).

    Row level security doesn't watch foreign keys, so the practice is part of each of them.
    """
    return ForeignKeyConstraint(
        ["practice_id", column], [f"{table}.practice_id", f"{table}.id"], ondelete=ondelete, name=None
    )


def practice_table(name: str, *items: SchemaItem, key: bool = True, extra: Sequence[SchemaItem] = ()) -> Table:
    """Return a table whose rows belong to one practice each.

    Adds ``id`` (random, unless ``key`` is false), ``practice_id`` and the unique pair that composite foreign keys
    point at. Without ``key`` the primary key is ``practice_id`` with the columns that say ``primary_key=True``. The
    statement guard and row level security watch every table made here.
    """
    head: list[SchemaItem] = []
    if key:
        head.append(key_column("id", primary_key=True, default=new_key))
    head.append(key_column("practice_id", ForeignKey("practices.id"), nullable=False, primary_key=not key))
    tail: list[SchemaItem] = [UniqueConstraint("practice_id", "id")] if key else []
    return Table(name, metadata, *head, *items, *tail, *extra, info={"practice_scoped": True})


def practice_scoped_tables() -> frozenset[str]:
    """Return the names of all tables whose rows belong to one practice."""
    return _scoped(len(metadata.tables))


@cache
def _scoped(_table_count: int) -> frozenset[str]:
    return frozenset(name for name, table in metadata.tables.items() if table.info.get("practice_scoped"))
