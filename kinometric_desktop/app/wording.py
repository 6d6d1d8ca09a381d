"""How dates, ages, names and numbers are written, the same on every screen."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FULL_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
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


def typed_date(text: str, *, today: date) -> date | None:
    """Understand a typed date, month first where only digits are given.

    Takes ``3/4/1951`` and ``03041951`` (month, day, year), ``4 mar 1951``, ``mar 4 51``, ``1951-03-04``. A year of two
    digits is the last one that is not after ``today``. Returns None when it can't be a date.
    """
    words = re.findall(r"[a-z]+|\d+", text.lower())
    month = next((_month(word) for word in words if word.isalpha()), None)
    numbers = [word for word in words if word.isdigit()]
    if len(numbers) == 1 and len(numbers[0]) == 8 and month is None:
        numbers = [numbers[0][:2], numbers[0][2:4], numbers[0][4:]]
    if month is not None and len(numbers) == 2:
        day_text, year_text = (numbers[1], numbers[0]) if len(numbers[0]) == 4 else (numbers[0], numbers[1])
        parts: tuple[str, str, str] = (year_text, str(month), day_text)
    elif month is None and len(numbers) == 3 and not any(word.isalpha() for word in words):
        first_is_year = len(numbers[0]) == 4
        parts = (numbers[0], numbers[1], numbers[2]) if first_is_year else (numbers[2], numbers[0], numbers[1])
    else:
        return None
    year = int(parts[0])
    if len(parts[0]) == 2:
        year += today.year // 100 * 100
        year -= 100 if year > today.year else 0
    elif len(parts[0]) != 4:
        return None
    try:
        return date(year, int(parts[1]), int(parts[2]))
    except ValueError:
        return None


def _month(word: str) -> int | None:
    if len(word) < 3:
        return None
    return next((number for number, name in enumerate(_FULL_MONTHS, 1) if name.startswith(word)), None)


def plural(count: int, one: str, many: str = "") -> str:
    """``1 user``, ``3 users``."""
    return f"{count} {one if count == 1 else (many or one + 's')}"
