"""Whole days of a practice's time zone, as limits of a moment."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select

from kinometric_server.database.unit import Unit
from kinometric_server.practices.tables import practices

_FIRST, _LAST = date(1970, 1, 1), date(2199, 12, 31)
"""Nothing here is older or younger; days beyond have moments that neither Python nor a database can hold."""


def within_days(
    unit: Unit, moment: ColumnElement[Any], from_day: date | None, to_day: date | None
) -> list[ColumnElement[bool]]:
    """Return what confines ``moment`` to whole days of the practice's time zone, both included; None is no limit."""
    if from_day is None and to_day is None:
        return []
    zone = ZoneInfo(unit.one(select(practices.c.time_zone).where(practices.c.id == unit.practice_id)).time_zone)

    def midnight(day: date) -> datetime:
        return datetime.combine(max(day, _FIRST), time(), zone)

    limits: list[ColumnElement[bool]] = []
    if from_day is not None:
        limits.append(moment >= midnight(min(from_day, _LAST + timedelta(days=1))))
    if to_day is not None:
        limits.append(moment < midnight(min(to_day, _LAST) + timedelta(days=1)))
    return limits
