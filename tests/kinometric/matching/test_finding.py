"""What is typed to find a patient: names, years, numbers, birth dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kinometric.matching import (
    name_keys,
    parse_find,
    parse_typed_date,
    similar_name_keys,
    similar_names,
    sounds_like,
    surely_similar_key,
)
from kinometric.matching.values import PersonRecord

LASTS = (
    *("Smith", "Smyth", "Smithe", "Muestra", "Muestra-López", "Mustra"),
    *("O'Mock", "Omok", "Van de Proef", "Proof", "Wu", ""),
)
FIRSTS = ("John", "Jon", "Joan", "Maria", "Mario", "Mary", "M", "Anneke", "Aneke", "Peggy", "Margaret", "Xu", "")

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("3/4/1951", date(1951, 3, 4)),
        ("03/04/51", date(1951, 3, 4)),
        ("03041951", date(1951, 3, 4)),
        ("19510304", date(1951, 3, 4)),
        ("1951-03-04", date(1951, 3, 4)),
        ("4 mar 51", date(1951, 3, 4)),
        ("4 MAR 1951", date(1951, 3, 4)),
        ("04-Mar-1951", date(1951, 3, 4)),
        ("4mar1951", date(1951, 3, 4)),
        ("mar 4, 1951", date(1951, 3, 4)),
        ("March 4th 1951", date(1951, 3, 4)),
        ("4.3.1951", date(1951, 4, 3)),
        ("13/4/1951", date(1951, 4, 13)),
        ("1 sept 48", date(1948, 9, 1)),
        ("2/3/26", date(2026, 2, 3)),
        ("2/3/27", date(1927, 2, 3)),
        ("29 feb 1952", date(1952, 2, 29)),
    ],
)
def test_a_birth_date_is_understood_and_echoed_with_the_month_as_a_word(typed: str, day: date) -> None:
    parsed = parse_typed_date(typed, today=TODAY)
    assert parsed.day == day
    assert parsed.understood
    assert parsed.echo == day.strftime("%d-%b-%Y")


@pytest.mark.parametrize(
    "typed",
    ["31/2/1951", "29 feb 1951", "foo", "99", "1951", "4 ma 51", "4 mar", "3/4/151", "1/1/2030", "1 jan 1700",
     "mar apr 4 51", "3/4/1951 5", "0/0/1951"],
)  # fmt: skip
def test_what_is_no_birth_date_is_answered_with_how_to_write_one(typed: str) -> None:
    parsed = parse_typed_date(typed, today=TODAY)
    assert (parsed.day, parsed.understood, parsed.echo) == (None, False, "Write it like 4 mar 1951")


def test_nothing_typed_is_understood_as_no_date() -> None:
    parsed = parse_typed_date("  ", today=TODAY)
    assert (parsed.day, parsed.understood, parsed.echo) == (None, True, "")


def test_day_first_is_a_choice_for_typing_only() -> None:
    assert parse_typed_date("3/4/1951", today=TODAY, month_first=False).day == date(1951, 4, 3)


@given(st.dates(date(1900, 1, 1), TODAY))
def test_every_echo_can_be_typed_again(day: date) -> None:
    echo = parse_typed_date(day.isoformat(), today=TODAY).echo
    assert parse_typed_date(echo, today=TODAY).day == day


@given(st.text(max_size=30))
def test_any_text_can_be_typed(text: str) -> None:
    parse_typed_date(text, today=TODAY)
    query = parse_find(text, today=TODAY)
    query.matches(("muestra",), date(1951, 3, 4), 10482, "60145")


PEOPLE = {
    "maria": (name_keys("Muestra-López", "Maria", "Elena", "Mari"), date(1951, 3, 4), 10482, "60145"),
    "james": (name_keys("Okafor", "James", "", ""), date(1948, 11, 19), 10301, None),
    "siobhan": (name_keys("O'Brien", "Siobhán", "", ""), date(1951, 4, 3), 1948, "10301"),
    "ana": (name_keys("de la Cruz", "Ana", "", ""), None, 7, None),
}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("okaf 1948", {"james"}),
        ("OKAFOR", {"james"}),
        ("1948", {"james", "siobhan"}),
        ("10301", {"james", "siobhan"}),
        ("60145", {"maria"}),
        ("lopez", {"maria"}),
        ("López", {"maria"}),
        ("muestralopez", {"maria"}),
        ("muestra-lo", {"maria"}),
        ("muestra lopez maria", {"maria"}),
        ("elena", {"maria"}),
        ("obrien", {"siobhan"}),
        ("o’brien siobhan", {"siobhan"}),
        ("3/4/1951", {"maria", "siobhan"}),
        ("4 mar 51", {"maria"}),
        ("4 mar 51 mues", {"maria"}),
        ("03041951", {"maria", "siobhan"}),
        ("lopez 1950", set()),
        ("cruz", {"ana"}),
        ("delacruz", {"ana"}),
        ("ana 1951", set()),
        ("zz", set()),
        ("", set()),
        ("  -- ", set()),
    ],
)
def test_one_box_finds_by_name_year_number_id_and_birth_date(typed: str, found: set[str]) -> None:
    query = parse_find(typed, today=TODAY)
    assert {name for name, record in PEOPLE.items() if query.matches(*record)} == found


def test_a_long_id_is_not_taken_for_a_date() -> None:
    query = parse_find("60145999", today=TODAY)
    assert (query.numbers, query.born) == (("60145999",), None)


def test_keys_are_plain_letters_without_repeats() -> None:
    assert name_keys("Muestra-López", "Maria", "Maria", "") == ("muestra", "lopez", "muestralopez", "maria")
    assert name_keys("", "  ") == ()


def test_a_query_has_no_text_form_of_its_words() -> None:
    assert "okafor" not in repr(parse_find("okafor 4 mar 1951", today=TODAY))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Okafor", "James"), ("Okafor", "Jim")),
        (("Smith", "Ana"), ("Smyth", "Ana")),
        (("Muestra-Lopez", "Maria"), ("Lopez", "Maria")),
        (("Muestra", "Maria"), ("Muestra", "Mario")),
        (("O'Brien", "Pat"), ("OBrien", "Pat")),
        (("Okafor", "J"), ("Okafor", "James")),
        (("de la Cruz", "Ana"), ("Cruz", "Ana")),
    ],
)
def test_names_that_are_easily_confused_are_similar(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert similar_names(PersonRecord(*one), PersonRecord(*other))
    assert similar_names(PersonRecord(*other), PersonRecord(*one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Okafor", "James"), ("Okafor", "Sandra")),
        (("Okafor", "James"), ("Lindqvist", "James")),
        (("Okafor", ""), ("Okafor", "James")),
        (("", ""), ("", "")),
        (("Unknown", "Baby Boy"), ("Unknown", "Baby Boy")),
    ],
)
def test_a_family_or_a_shared_first_name_alone_is_not_similar(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert not similar_names(PersonRecord(*one), PersonRecord(*other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Smith", "Smyth"), ("Philips", "Fillips"), ("Catherine", "Kathryn"), ("Meyer", "Maier"), ("Stephen", "Steven"),
     ("Knight", "Night"), ("Reed", "Reid")],
)  # fmt: skip
def test_names_that_sound_alike_share_a_key(one: str, other: str) -> None:
    assert sounds_like(one) == sounds_like(other)


def test_similar_people_share_the_keys_by_which_they_are_looked_up() -> None:
    assert similar_name_keys("Smith", "Ana") == similar_name_keys("Smyth", "Anna")
    assert similar_name_keys("", "") == ("", "")


@given(st.lists(st.tuples(st.sampled_from(LASTS), st.sampled_from(FIRSTS)), min_size=2, max_size=2))
@example([("Smith", "Jon"), ("Smyth", "John")])
@example([("Van de Proef", "Anneke"), ("Proof", "Aneke")])
@example([("Muestra", "M"), ("Muestra", "M")])
def test_people_who_share_the_sure_key_are_similar(two: list[tuple[str, str]]) -> None:
    one, other = (PersonRecord(*names) for names in two)
    key = surely_similar_key(*two[0])
    if key and key == surely_similar_key(*two[1]):
        assert similar_names(one, other)


def test_the_sure_key_joins_what_sounds_alike_and_parts_what_does_not() -> None:
    assert surely_similar_key("Smith", "Jon") == surely_similar_key("Smyth", "John")
    assert surely_similar_key("Smith", "Jon") != surely_similar_key("Smith", "Mary")
    assert surely_similar_key("Smith", "") == surely_similar_key("-", "Jon") == ""
