"""How dates, ages, names and numbers are written, the same on every screen."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HIDDEN_YEAR = "••••"
LEVEL_NOTE = "A risk level is a band of balance performance on this test, not a probability of falling."


def written_date(day: date | None) -> str:
    """``04-Mar-1951``; "Not known" for a missing date."""
    if day is None:
        return "Not known"
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year:04d}"


def masked_date(day: date | None) -> str:
    """``04-Mar-••••``: the birth date while the year is being asked for."""
    if day is None:
        return "Not known"
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{HIDDEN_YEAR}"


def written_time(moment: datetime | None, zone: str = "UTC") -> str:
    """``14:05`` in the practice's time zone."""
    return "" if moment is None else moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def written_moment(moment: datetime | None, zone: str = "UTC") -> str:
    """``02-Nov-2026 14:05`` in the practice's time zone."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{written_date(local.date())} {local:%H:%M}"


def age_in_years(born: date | None, on: date) -> int | None:
    """Completed years of age on a day; None without a birth date or before it."""
    if born is None or on < born:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def written_birth(born: date | None, on: date) -> str:
    """``04-Mar-1951 (75y)``."""
    age = age_in_years(born, on)
    return written_date(born) if age is None else f"{written_date(born)} ({age}y)"


def banner_name(family: str, given: str, suffix: str = "") -> str:
    """``MUESTRA-LÓPEZ, Maria Elena Jr``: the family name in capitals, as in the banner and in lists."""
    rest = " ".join(part for part in (given.strip(), suffix.strip()) if part)
    return ", ".join(part for part in (family.strip().upper(), rest) if part)


def written_sex(code: str | None) -> str:
    """The word for a stored sex: Male, Female, Other or Unknown."""
    words = {"m": "Male", "male": "Male", "f": "Female", "female": "Female", "o": "Other", "other": "Other"}
    return words.get((code or "").strip().lower(), "Unknown")


def written_phone(digits: str | None) -> str:
    """``(410) 555-0142`` for ten digits, anything else as stored."""
    plain = re.sub(r"\D", "", digits or "")
    if len(plain) == 11 and plain.startswith("1"):
        plain = plain[1:]
    return f"({plain[:3]}) {plain[3:6]}-{plain[6:]}" if len(plain) == 10 else (digits or "")


def plural(count: int, one: str, many: str = "") -> str:
    """``1 user``, ``3 users``."""
    return f"{count} {one if count == 1 else (many or one + 's')}"
