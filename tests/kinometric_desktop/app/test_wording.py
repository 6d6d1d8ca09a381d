"""Dates, names and numbers are written the same everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kinometric_desktop.app.wording import (
    age_in_years,
    banner_name,
    masked_date,
    plural,
    written_birth,
    written_date,
    written_moment,
    written_phone,
    written_sex,
    written_time,
)

TODAY = date(2026, 11, 2)
MOMENT = datetime(2026, 11, 2, 19, 5, tzinfo=UTC)


def test_a_date_has_its_month_as_a_word() -> None:
    assert written_date(date(1951, 3, 4)) == "04-Mar-1951"
    assert written_date(None) == "Not known"


def test_a_masked_date_shows_neither_year_nor_age() -> None:
    assert masked_date(date(1951, 3, 4)) == "04-Mar-••••"
    assert masked_date(None) == "Not known"


def test_the_age_counts_completed_years() -> None:
    assert age_in_years(date(1951, 11, 2), TODAY) == 75
    assert age_in_years(date(1951, 11, 3), TODAY) == 74
    assert age_in_years(None, TODAY) is None
    assert age_in_years(date(2027, 1, 1), TODAY) is None


def test_the_age_stands_in_brackets_behind_the_birth_date() -> None:
    assert written_birth(date(1951, 3, 4), TODAY) == "04-Mar-1951 (75y)"
    assert written_birth(None, TODAY) == "Not known"


def test_times_are_the_practices() -> None:
    assert written_time(MOMENT, "America/New_York") == "14:05"
    assert written_moment(MOMENT, "America/New_York") == "02-Nov-2026 14:05"
    assert written_moment(datetime(2026, 11, 3, 3, 0, tzinfo=UTC), "America/New_York") == "02-Nov-2026 22:00"
    assert written_time(None) == ""
    assert written_moment(None) == ""


@pytest.mark.parametrize(
    ("family", "given", "suffix", "shown"),
    [
        ("Muestra-López", "Maria Elena", "", "MUESTRA-LÓPEZ, Maria Elena"),
        ("Sample", "James", "Jr", "SAMPLE, James Jr"),
        ("van de Proef", "Anneke", "", "VAN DE PROEF, Anneke"),
        ("", "Madonna", "", "Madonna"),
        ("Prøve", "", "", "PRØVE"),
    ],
)
def test_the_family_name_is_in_capitals(family: str, given: str, suffix: str, shown: str) -> None:
    assert banner_name(family, given, suffix) == shown


@pytest.mark.parametrize(
    ("stored", "shown"),
    [("F", "Female"), ("male", "Male"), ("O", "Other"), ("", "Unknown"), (None, "Unknown"), ("x", "Unknown")],
)
def test_sex_is_a_word_and_never_guessed(stored: str | None, shown: str) -> None:
    assert written_sex(stored) == shown


@pytest.mark.parametrize(
    ("stored", "shown"),
    [("4105550142", "(410) 555-0142"), ("1-410-555-0142", "(410) 555-0142"), ("0142", "0142"), ("", ""), (None, "")],
)
def test_a_phone_number_is_grouped_when_it_is_one(stored: str | None, shown: str) -> None:
    assert written_phone(stored) == shown


def test_counts_have_their_plural() -> None:
    assert plural(1, "user") == "1 user"
    assert plural(3, "user") == "3 users"
    assert plural(2, "person", "people") == "2 people"
