"""Names, suffixes, sex, phones and ZIP codes in the form in which they are compared."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinometric.matching import PersonRecord, fold, is_placeholder, real_birth_date, sounds_like
from kinometric.matching.names import first_name_level, last_name_level, names_swapped
from kinometric.matching.nicknames import is_known_first_name, is_nickname
from kinometric.matching.normalising import (
    as_written,
    phone_digits,
    prepare,
    sex_code,
    split_name,
    suffix_code,
    without_particles,
    zip_digits,
)
from kinometric.matching.weights import POSSIBLE_FROM, STRONG_FROM, WEIGHTS, band_of, weight_of
from kinometric.resources import resource_path


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Muestra-López", "muestra lopez"),
        ("  MUESTRA   LÓPEZ ", "muestra lopez"),
        ("O'Brien", "obrien"),
        ("O’Brien", "obrien"),
        ("D`Angelo", "dangelo"),
        ("Müller", "muller"),
        ("Straße", "strasse"),
        ("Sørensen", "sorensen"),
        ("Łukasz", "lukasz"),
        ("Þór", "thor"),
        ("Æsop", "aesop"),
        ("Nguyễn", "nguyen"),
        ("Mun\u0303oz", "munoz"),
        ("Smith, Jr.", "smith jr"),
        ("Anne_Marie", "anne marie"),
        ("李", "李"),
        ("--", ""),
        ("", ""),
    ],
)
def test_a_name_is_folded_to_small_plain_letters(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert as_written(as_written(text)) == as_written(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz '-", max_size=30))
def test_capitals_never_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text)
    assert as_written(text.upper()) == as_written(text)


@pytest.mark.parametrize(
    ("text", "words", "suffix"),
    [
        ("Okafor Jr", ("okafor",), "jr"),
        ("Okafor, Jr.", ("okafor",), "jr"),
        ("Okafor III", ("okafor",), "iii"),
        ("Okafor 2nd", ("okafor",), "ii"),
        ("de la Cruz Sr", ("de", "la", "cruz"), "sr"),
        ("Okafor", ("okafor",), ""),
        ("Jr", ("jr",), ""),
        ("V", ("v",), ""),
        ("Senior", ("senior",), ""),
        ("Maria V", ("maria", "v"), ""),
        ("Unknown", (), ""),
        ("", (), ""),
    ],
)
def test_a_suffix_is_parted_from_the_name_it_was_written_into(text: str, words: tuple[str, ...], suffix: str) -> None:
    assert split_name(text) == (words, suffix)


@pytest.mark.parametrize(
    ("text", "code"),
    [("Jr.", "jr"), ("JUNIOR", "jr"), ("2nd", "ii"), ("II", "ii"), ("IV", "iv"), ("MD", "md"), ("", "")],
)
def test_suffixes_have_one_code_each(text: str, code: str) -> None:
    assert suffix_code(text) == code


@pytest.mark.parametrize(
    "text", ["", "Test", "UNKNOWN", "baby boy", "Baby-Girl", "N/A", "xxx", "123", "--", "FNU", "no name"]
)
def test_a_filler_is_no_name(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["Na", "Doe", "Testa", "Young", "Baby", "Li", "O", "Nunn"])
def test_a_real_name_is_no_filler(text: str) -> None:
    if text == "Baby":
        assert is_placeholder(text), "a bare Baby is what newborns are called"
    else:
        assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("4105550142", "4105550142"),
        ("(410) 555-0142", "4105550142"),
        ("+1 410 555 0142", "4105550142"),
        ("1-410-555-0142", "4105550142"),
        ("410.555.0142 x12", "4105550142"),
        ("410 555 0142 ext. 7", "4105550142"),
        ("555-0142", "5550142"),
        ("000-000-0000", ""),
        ("999 999 9999", ""),
        ("410 555 1212", ""),
        ("12345", ""),
        ("", ""),
        ("none", ""),
        ("+44 20 7946 0018", "442079460018"),
    ],
)
def test_a_phone_number_is_its_ten_digits(text: str, digits: str) -> None:
    assert phone_digits(text) == digits


@pytest.mark.parametrize(
    ("text", "digits"),
    [("00104", "00104"), ("00104-1207", "00104"), ("0010", ""), ("00000", ""), ("12345", ""), ("", "")],
)
def test_a_zip_code_is_its_first_five_digits(text: str, digits: str) -> None:
    assert zip_digits(text) == digits


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("F", "f"),
        ("female", "f"),
        (" M ", "m"),
        ("Male", "m"),
        ("X", "o"),
        ("Other", "o"),
        ("U", ""),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_an_unknown_sex_is_missing(text: str, code: str) -> None:
    assert sex_code(text) == code


@pytest.mark.parametrize("filler", [date(1900, 1, 1), date(1899, 12, 30), date(1111, 11, 11), date(9999, 12, 31)])
def test_a_filler_is_no_birth_date(filler: date) -> None:
    assert real_birth_date(filler) is None


@given(st.dates(date(1902, 1, 1), date(2026, 12, 31)))
def test_any_other_birth_date_is_one(born: date) -> None:
    assert real_birth_date(born) == born


def test_particles_are_dropped_unless_nothing_else_is_there() -> None:
    assert without_particles(("de", "la", "cruz")) == ("cruz",)
    assert without_particles(("van", "der", "berg")) == ("berg",)
    assert without_particles(("de", "la")) == ("de", "la")
    assert without_particles(("van",)) == ("van",)


def test_a_person_is_prepared_once_for_many_comparisons() -> None:
    person = PersonRecord(
        "Okafor Jr", "James Robert", "T.", "", "Jim", date(1948, 11, 19), "male", "410-555-0142", "00104-1"
    )
    made = prepare(person)
    assert (made.last, made.given, made.first_count) == (("okafor",), ("james", "robert", "t"), 2)
    assert (made.suffix, made.sex, made.phone, made.zip, made.preferred) == ("jr", "m", "4105550142", "00104", "jim")


@given(
    st.builds(
        PersonRecord, st.text(), st.text(), st.text(), st.text(), st.text(), st.none(), st.text(), st.text(), st.text()
    )
)
def test_anything_can_be_prepared(person: PersonRecord) -> None:
    made = prepare(person)
    assert names_swapped(made, made) in (True, False)
    assert last_name_level(made, made) in ("same", "missing")
    assert first_name_level(made, made) in ("same", "missing")


def test_the_table_of_nicknames_is_read_both_ways() -> None:
    assert is_nickname("william", "bill")
    assert is_nickname("bill", "william")
    assert is_nickname("elizabeth", "beth")
    assert not is_nickname("william", "james")
    assert not is_nickname("", "bill")
    assert not is_nickname("william", "william")
    assert is_known_first_name("maria")
    assert not is_known_first_name("qwzx")


def test_the_table_of_nicknames_is_whole_and_names_its_source_and_licence() -> None:
    with resource_path("matching/nicknames.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["name1", "relationship", "name2"]
    assert len(rows) > 2500
    assert all(len(row) == 3 and row[1] == "has_nickname" for row in rows[1:])
    about = resource_path("matching/README.md").read_text(encoding="utf-8")
    assert "Apache-2.0" in about
    assert "github.com/carltonnorthern/nicknames" in about


@pytest.mark.parametrize(
    ("one", "other"),
    [("Smith", "Schmidt"), ("Okafor", "Lindqvist"), ("Muestra", "Prueba"), ("Lopez", "Gomez"), ("Ann", "Bea")],
)
def test_names_that_sound_different_have_different_keys(one: str, other: str) -> None:
    assert sounds_like(one) != sounds_like(other)


@given(st.text(max_size=30))
def test_any_text_has_a_key_of_plain_letters(text: str) -> None:
    key = sounds_like(text)
    assert all(sign in "abcdefghijklmnopqrstuvwxyz0" for sign in key)
    assert sounds_like(text.upper()) == sounds_like(text.upper().lower().upper())


def test_the_bands_follow_the_weight_and_the_differences_that_forbid_strong() -> None:
    same = dict.fromkeys(("lastname", "firstname", "born", "sex"), "same")
    assert weight_of(same) > STRONG_FROM  # type: ignore[arg-type]
    assert band_of(same, weight_of(same)) == "strong"  # type: ignore[arg-type]
    for field, level in (("lastname", "differs"), ("firstname", "differs"), ("suffix", "differs"), ("born", "year"),
                         ("born", "missing"), ("born", "century")):  # fmt: skip
        levels = {**same, field: level}
        assert band_of(levels, 99.0) == "possible"  # type: ignore[arg-type]
    assert band_of(same, POSSIBLE_FROM - 0.1) == "weak"  # type: ignore[arg-type]
    assert band_of(same, POSSIBLE_FROM) == "possible"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "order"),
    [
        ("lastname", ("same", "written", "typing", "alike", "differs")),
        ("firstname", ("same", "nickname", "initial", "differs")),
        ("born", ("same", "swapped", "one_digit", "year", "differs")),
        ("phone", ("same", "close", "differs")),
    ],
)
def test_closer_agreement_speaks_for_one_person_more(field: str, order: tuple[str, ...]) -> None:
    weights = [WEIGHTS[field][level] for level in order]  # type: ignore[index]
    if field == "lastname":
        assert min(weights[:3]) > weights[3] > weights[4]
    else:
        assert weights == sorted(weights, reverse=True)


def test_a_phone_that_differs_hardly_counts_against() -> None:
    assert WEIGHTS["phone"]["differs"] > -2 > WEIGHTS["lastname"]["differs"]
