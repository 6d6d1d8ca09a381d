"""Slow down guessing: buckets in the database, one per account and one per address, that refill with time."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from kinometric_server.accounts.tables import throttle
from kinometric_server.database.unit import Unit
from kinometric_server.errors import ThrottledError
from kinometric_server.security.sealing import KeyRing, Purpose

_MILLI = 1000


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in so many seconds, refilling evenly."""

    name: str
    tries: int
    period_s: int


ACCOUNT = Limit("account", 10, 300)
ADDRESS = Limit("address", 40, 300)
SECOND_FACTOR = Limit("second_factor", 5, 300)
SECOND_FACTOR_A_DAY = Limit("second_factor_day", 50, 86_400)


def bucket_of(keys: KeyRing, limit: Limit, whom: str) -> str:
    """Return the name of a bucket; a keyed hash, so that the table says nothing about whom it is for."""
    return keys.keyed_hash(Purpose.AUDIT, f"throttle {limit.name} {whom}".encode())


def take(unit: Unit, bucket: str, limit: Limit) -> None:
    """Take one try from a bucket.

    Raises
    ------
    ThrottledError
        When the bucket is empty, with the seconds until the next try.
    """
    full = limit.tries * _MILLI
    mine = select(throttle).where(throttle.c.bucket == bucket).with_for_update()
    row = unit.first(mine)
    if row is None:  # two first tries at once make one bucket
        make = postgresql.insert if unit.connection.dialect.name == "postgresql" else sqlite.insert
        new = make(throttle).values(bucket=bucket, tokens_milli=full, filled_at=unit.now)
        unit.execute(new.on_conflict_do_nothing(index_elements=["bucket"]))
        row = unit.one(mine)
    elapsed_s = (unit.now - row.filled_at).total_seconds()
    if elapsed_s < -limit.period_s:  # the clock was set back; nobody waits until it has caught up
        elapsed_s = limit.period_s
    elapsed_s = max(0.0, elapsed_s)
    tokens = min(full, row.tokens_milli + int(elapsed_s * full / limit.period_s))
    if tokens < _MILLI:
        raise ThrottledError(math.ceil((_MILLI - tokens) * limit.period_s / full))
    unit.execute(
        update(throttle).where(throttle.c.bucket == bucket).values(tokens_milli=tokens - _MILLI, filled_at=unit.now)
    )


def give_back(unit: Unit, bucket: str, limit: Limit) -> None:
    """Give a try back, because it was right: only wrong ones count."""
    row = unit.first(select(throttle.c.tokens_milli).where(throttle.c.bucket == bucket).with_for_update())
    if row is not None:
        tokens = min(limit.tries * _MILLI, row.tokens_milli + _MILLI)
        unit.execute(update(throttle).where(throttle.c.bucket == bucket).values(tokens_milli=tokens))
