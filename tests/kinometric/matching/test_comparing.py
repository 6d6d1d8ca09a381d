"""Two records side by side: verdicts, words, underlined characters, weights."""

from __future__ import annotations

import csv
import dataclasses
import itertools
import logging
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinometric.matching import MODEL_VERSION, PersonRecord, compare
from kinometric.matching.birth_dates import BORN_SENTENCES, BORN_VERDICTS, BORN_WORDS
from kinometric.matching.differences import differing_characters
from kinometric.matching.names import FIRST_NAME_VERDICTS, LAST_NAME_VERDICTS
from kinometric.matching.values import FIELD_LABELS, SYMBOLS
from kinometric.matching.weights import WEIGHTS

CASES = list(csv.DictReader((Path(__file__).parent / "cases.csv").read_text(encoding="utf-8").splitlines()))

maria = PersonRecord("Muestra-López", "Maria", "Elena", "", "Mari", date(1951, 3, 4), "F", "4105550142", "00104")
maria_in_athena = PersonRecord(
    "Muestra Lopez", "Maria", "E", "", "", date(1951, 4, 3), "F", "(410) 555-0142", "00186-1234"
)


def _person(case: dict[str, str], side: str) -> PersonRecord:
    born = case[f"{side}_born"]
    return PersonRecord(
        case[f"{side}_last"],
        case[f"{side}_first"],
        case[f"{side}_middle"],
        case[f"{side}_suffix"],
        "",
        date.fromisoformat(born) if born else None,
        case[f"{side}_sex"],
    )


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_each_case_of_the_table_gets_its_verdict_from_both_sides(case: dict[str, str]) -> None:
    ours, theirs = _person(case, "our"), _person(case, "their")
    for one, other in ((ours, theirs), (theirs, ours)):
        row = compare(one, other).field(case["field"])  # type: ignore[arg-type]
        assert row is not None
        assert (row.verdict, row.word) == (case["verdict"], case["word"])
        assert row.symbol == SYMBOLS[row.verdict]
        assert row.sentence.startswith(row.label + ": ")


def test_the_table_has_at_least_sixty_cases_without_repeats() -> None:
    assert len({case["case"] for case in CASES}) == len(CASES) >= 60


def test_rows_come_in_the_order_of_the_screen_and_the_suffix_only_where_there_is_one() -> None:
    assert [row.label for row in compare(maria, maria_in_athena).fields] == [
        "Last name", "First name", "Born", "Sex", "Phone", "ZIP", "Preferred name",
    ]  # fmt: skip
    with_suffix = compare(maria, dataclasses.replace(maria_in_athena, suffix="Jr"))
    assert [row.field for row in with_suffix.fields] == list(FIELD_LABELS)
    inside_the_name = compare(dataclasses.replace(maria, lastname="Muestra III"), maria_in_athena)
    suffix = inside_the_name.field("suffix")
    assert suffix is not None
    assert (suffix.ours, suffix.theirs, suffix.verdict) == ("III", "Not recorded", "missing")


def test_both_values_are_shown_as_stored_and_the_differing_characters_are_marked() -> None:
    rows = {row.field: row for row in compare(maria, maria_in_athena).fields}

    def marked(field: str) -> tuple[list[str], list[str]]:
        row = rows[field]  # type: ignore[index]
        return [row.ours[a:b] for a, b in row.ours_spans], [row.theirs[a:b] for a, b in row.theirs_spans]

    assert (rows["lastname"].ours, rows["lastname"].theirs) == ("Muestra-López", "Muestra Lopez")
    assert marked("lastname") == (["-", "ó"], [" ", "o"])
    assert marked("firstname") == (["lena"], [])
    assert marked("born") == (["04-Mar"], ["03-Apr"])
    assert (rows["phone"].ours, rows["phone"].theirs) == ("(410) 555-0142", "(410) 555-0142")
    assert rows["zip"].verdict == "differs"
    assert rows["preferredname"].theirs == "Not recorded"
    assert rows["born"].sentence == "Born: day and month swapped"


@pytest.mark.parametrize(
    ("theirs", "marked"),
    [
        (date(1951, 3, 14), ["04"]),
        (date(1951, 12, 4), ["Mar"]),
        (date(1957, 3, 4), ["1951"]),
        (date(1968, 11, 29), ["04-Mar", "1951"]),
        (date(1951, 3, 4), []),
    ],
)
def test_the_part_of_a_birth_date_that_differs_is_marked_on_both_sides(theirs: date, marked: list[str]) -> None:
    row = compare(maria, dataclasses.replace(maria, born=theirs)).field("born")
    assert row is not None
    assert [row.ours[a:b] for a, b in row.ours_spans] == marked
    assert row.ours_spans == row.theirs_spans


def test_a_phone_with_another_area_code_is_close_and_an_extension_is_dropped() -> None:
    def verdict(theirs: str) -> str:
        return compare(maria, dataclasses.replace(maria, phone=theirs)).verdict("phone")

    assert verdict("+1 410-555-0142 x12") == "same"
    assert verdict("667 555 0142") == "close"
    assert verdict("410 555 0199") == "differs"
    assert verdict("000-000-0000") == "missing"


def test_the_headline_names_the_weightiest_difference() -> None:
    def headline(**changes: object) -> str:
        line = compare(maria, dataclasses.replace(maria, **changes)).headline  # type: ignore[arg-type]
        return f"{line.symbol} {line.text}"

    assert headline(born=date(1951, 4, 3), zip="99") == "⇄ birth date"
    assert headline(firstname="Mario", middlename="", sex="M") == "≠ first name, sex"
    assert headline(born=date(1957, 3, 4)) == "≠ birth year"
    assert headline(born=None) == "· birth date"
    assert headline(lastname="Muestra Lopez") == "≈ last name"
    assert headline() == "= all the same"


def test_swapped_names_are_said_once_in_the_headline() -> None:
    ours = PersonRecord("Okafor", "James", born=date(1948, 11, 19))
    theirs = PersonRecord("James", "Okafor", born=date(1948, 11, 19))
    assert compare(ours, theirs).headline.text == "first and last name"


def test_the_preferred_name_makes_another_first_name_close() -> None:
    ours = PersonRecord("Okafor", "Chukwuemeka", preferredname="Max")
    assert compare(ours, PersonRecord("Okafor", "Max")).field("firstname").verdict == "close"  # type: ignore[union-attr]
    assert compare(ours, PersonRecord("Okafor", "Ben")).field("firstname").verdict == "differs"  # type: ignore[union-attr]


def test_the_verdicts_that_a_link_keeps_hold_no_value() -> None:
    comparison = compare(maria, maria_in_athena)
    kept = repr(comparison.verdicts) + comparison.model_version
    assert MODEL_VERSION in kept
    for value in ("Muestra", "Lopez", "1951", "0142", "00104"):
        assert value not in kept


def test_no_text_form_of_a_record_or_comparison_holds_a_value() -> None:
    comparison = compare(maria, maria_in_athena)
    text = "".join((repr(maria), str(comparison), repr(comparison.fields), repr(comparison.headline)))
    for value in ("Muestra", "Lopez", "López", "1951", "0142", "00104"):
        assert value not in text


_letters = st.text(alphabet="aábcdeéíñoóuüß-' .ØłjrJSs0123\u0301", max_size=14)
_dates = st.one_of(st.none(), st.dates(date(1890, 1, 1), date(2026, 11, 2)))
_people = st.builds(
    PersonRecord,
    lastname=_letters,
    firstname=_letters,
    middlename=_letters,
    suffix=st.sampled_from(("", "Jr", "Sr.", "III", "2nd", "MD")),
    preferredname=_letters,
    born=_dates,
    sex=st.sampled_from(("", "F", "M", "female", "unknown", "O")),
    phone=st.text(alphabet="0123456789()- x+", max_size=16),
    zip=st.text(alphabet="0123456789-", max_size=10),
)
_anything = st.builds(
    PersonRecord, st.text(), st.text(), st.text(), st.text(), st.text(), _dates, st.text(), st.text(), st.text()
)


@given(_people, _people)
def test_changing_the_sides_changes_neither_verdict_nor_weight(one: PersonRecord, other: PersonRecord) -> None:
    there, back = compare(one, other), compare(other, one)
    assert there.levels == back.levels
    assert there.weight_bits == back.weight_bits
    assert [row.ours for row in there.fields] == [row.theirs for row in back.fields]


@given(_anything, _anything)
@settings(max_examples=200)
def test_any_text_can_be_compared(one: PersonRecord, other: PersonRecord) -> None:
    comparison = compare(one, other)
    assert comparison.headline.text
    for row in comparison.fields:
        for text, spans in ((row.ours, row.ours_spans), (row.theirs, row.theirs_spans)):
            assert all(0 <= start < end <= len(text) for start, end in spans)
            assert all(left[1] < right[0] for left, right in itertools.pairwise(spans))


@given(_people)
def test_a_record_is_never_said_to_differ_from_itself(person: PersonRecord) -> None:
    assert {row.verdict for row in compare(person, person).fields} <= {"same", "missing"}


@given(_people, _people, st.sampled_from(("born", "sex", "phone", "zip", "preferredname", "suffix")))
def test_what_is_missing_never_counts(one: PersonRecord, other: PersonRecord, field: str) -> None:
    empty = {"born": None}.get(field, "")
    without = compare(dataclasses.replace(one, **{field: empty}), other)
    if field != "suffix":  # a suffix may also stand in a name
        assert without.verdict(field) == "missing"  # type: ignore[arg-type]
        assert WEIGHTS[field][without.levels[field]] == 0.0  # type: ignore[index]


def test_every_level_has_a_weight_a_verdict_and_words() -> None:
    assert set(WEIGHTS["lastname"]) == set(LAST_NAME_VERDICTS)
    assert set(WEIGHTS["firstname"]) == set(FIRST_NAME_VERDICTS)
    assert set(WEIGHTS["born"]) == set(BORN_VERDICTS) == set(BORN_WORDS) == set(BORN_SENTENCES)
    for levels in WEIGHTS.values():
        assert levels["same"] > 0 > levels["differs"]
        assert levels["missing"] == 0


@pytest.mark.parametrize(
    ("one", "other", "marked"),
    [
        ("abc", "abc", ([], [])),
        ("ABC", "abc", ([], [])),
        ("abc", "", ([], [])),
        ("Muñoz", "Mun\u0303oz", ([], [])),
        ("Mun\u0303oz", "Munoz", (["n\u0303"], ["n"])),
        ("Straße", "Strasse", (["ß"], ["ss"])),
        ("O’Brien", "O'Brien", ([], [])),
        ("Smith", "Smyth", (["i"], ["y"])),
    ],
)
def test_characters_are_compared_as_people_see_them(one: str, other: str, marked: tuple[list[str], list[str]]) -> None:
    ours, theirs = differing_characters(one, other)
    assert ([one[a:b] for a, b in ours], [other[a:b] for a, b in theirs]) == marked


def test_comparing_writes_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        compare(maria, maria_in_athena)
    assert not caplog.records
