"""Records and comparisons as the rows of the match screen."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from kinometric.contract.patients import AthenaPatient, Link, LinkEvent, LinkHistory
from kinometric.matching import PersonRecord, compare, link_obstacles, rank
from kinometric_desktop.app.match_rows import (
    candidate_groups,
    compare_rows,
    difference_words,
    linked_panel,
    moment_words,
    name_as_stored,
    near_match,
    person,
    reason_lines,
    reason_rows,
    still_needed,
)
from kinometric_desktop.app.match_state import ReasonRow, YearEntry
from tests.kinometric_desktop.match.conftest import CHARTS, MARIA, chart

TODAY = date(2026, 11, 23)
RIGHT = YearEntry("right", 0, 4)


def test_a_name_is_shown_as_stored_since_capitals_hide_accents() -> None:
    assert (
        name_as_stored(chart("1", "Muestra López", "Maria", None, middlename="E", suffix="Jr"))
        == "Muestra López, Maria E Jr"
    )
    assert name_as_stored(chart("1", "Muestra", "", None)) == "Muestra"
    assert name_as_stored(chart("1", "", "Maria", None)) == "Maria"


@pytest.mark.parametrize("masked", [True, False])
def test_the_year_of_every_row_is_masked_or_none_is(masked: bool) -> None:
    ranking = rank(person(MARIA), [person(one) for one in CHARTS])
    groups = candidate_groups(ranking, CHARTS, opened="60145", masked=masked)
    dates = [row.born for group in groups for row in group.rows]
    near = near_match(ranking, CHARTS, 2, masked=masked)
    assert near is not None
    rows = compare_rows(compare(person(MARIA), person(CHARTS[2])), masked=masked, today=TODAY)
    born = next(row for row in rows if row.field == "born")
    for text in (*dates, near.born, born.ours, born.theirs):
        assert ("••••" in text) == masked
        assert any(sign.isdigit() for sign in text[-6:]) == (not masked)


def test_groups_come_strong_first_and_empty_ones_not_at_all() -> None:
    ranking = rank(person(MARIA), [person(one) for one in CHARTS[:2]])
    groups = candidate_groups(ranking, CHARTS[:2], opened="", masked=True)
    assert [group.band for group in groups] == ["possible"]
    assert not any(row.opened for group in groups for row in group.rows)


def test_a_missing_birth_date_is_said_and_has_no_age() -> None:
    rows = compare_rows(compare(person(MARIA), PersonRecord("Muestra", "Maria")), masked=False, today=TODAY)
    born = next(row for row in rows if row.field == "born")
    assert (born.ours, born.theirs) == ("04-Mar-1951 (75y)", "Not recorded")


def test_the_underlined_parts_stay_in_place_when_the_year_is_masked_or_the_age_is_added() -> None:
    comparison = compare(person(MARIA), dataclasses.replace(person(MARIA), born=date(1957, 3, 4)))
    for masked in (True, False):
        born = next(row for row in compare_rows(comparison, masked=masked, today=TODAY) if row.field == "born")
        start, end = born.theirs_spans[0]
        assert born.theirs[start:end] == ("••••" if masked else "1957")


def test_a_birth_date_after_today_has_no_age() -> None:
    future = dataclasses.replace(person(MARIA), born=date(2027, 1, 1))
    rows = compare_rows(compare(future, future), masked=False, today=TODAY)
    assert next(row for row in rows if row.field == "born").ours == "01-Jan-2027"


def test_no_close_candidate_makes_no_warning() -> None:
    alone = (CHARTS[2], chart("9", "Lindqvist", "Peter", date(1930, 1, 1), "M"))
    ranking = rank(person(MARIA), [person(one) for one in alone])
    assert near_match(ranking, alone, 0, masked=True) is None


def test_the_warning_counts_the_others() -> None:
    ranking = rank(person(MARIA), [person(one) for one in CHARTS])
    near = near_match(ranking, CHARTS, 2, masked=True)
    assert near is not None
    assert near.more == len(ranking.close_calls(2)) - 1
    same_name = near_match(rank(person(MARIA), [person(CHARTS[2])] * 2), (CHARTS[2],) * 2, 0, masked=True)
    assert same_name is not None
    assert same_name.firstname_spans == ()


def _needed(
    theirs: AthenaPatient, year: YearEntry = RIGHT, chosen: dict[str, tuple[str, str]] | None = None, **more: object
) -> str:
    check = link_obstacles(person(MARIA), person(theirs), theirs.status)
    reasons = reason_rows(check, chosen or {})
    said: dict[str, object] = {"fresh": True, "online": True, "may": "", **more}
    return still_needed(check, year, reasons, **said)  # type: ignore[arg-type]


SAME = chart("60145", "Muestra-López", "Maria", date(1951, 3, 4), middlename="Elena")


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (YearEntry(), "the birth year"),
        (YearEntry("asked", 0, 1), "3 digits of the birth year"),
        (YearEntry("asked", 0, 3), "the last digit"),
        (YearEntry("wrong", 1, 0), "the birth year"),
    ],
)
def test_the_sentence_counts_the_digits_that_are_missing(year: YearEntry, words: str) -> None:
    assert _needed(SAME, year) == f"Still needed: {words}. Years of birth stay hidden until it is right."


def test_nothing_is_needed_when_all_is_said() -> None:
    assert _needed(SAME) == ""


def test_several_reasons_are_counted() -> None:
    other = dataclasses.replace(SAME, sex="M", firstname="Donna")
    assert _needed(other) == "Still needed: 2 reasons."
    assert _needed(other, chosen={"sex": ("Typing error in athenaOne", "")}) == "Still needed: a reason."
    assert _needed(other, chosen={"sex": ("Other", ""), "firstname": ("Other", "")}) == "Still needed: 2 reasons."
    assert (
        _needed(other, chosen={"sex": ("Other", "Patient says so"), "firstname": ("Married or changed name", "")}) == ""
    )


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"may": "Your role here is read-only."}, "Your role here is read-only."),
        ({"online": False}, "Not while offline."),
        ({"fresh": False}, "Reading the chart from athenaOne…"),
    ],
)
def test_what_blocks_first_is_said_first(more: dict[str, object], words: str) -> None:
    assert _needed(SAME, **more) == words


def test_a_reason_of_one_s_own_is_trimmed() -> None:
    assert ReasonRow("sex", "Reason", "Other", "  Patient says so ").reason == "Patient says so"
    assert ReasonRow("sex", "Reason", "Typing error in athenaOne", "old words").reason == "Typing error in athenaOne"


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ("born", "Born"),
        ("born: Typing error", "Born: Typing error"),
        ("lastname: Married", "Last name: Married"),
        ("firstname", "First name"),
        ("sex=Other", "Sex=Other"),
        ("bornholm", "bornholm"),
        ("something else", "something else"),
    ],
)
def test_accepted_differences_are_written_with_the_fields_labels(kept: str, words: str) -> None:
    assert difference_words(kept) == words


def test_the_reason_of_an_event_is_one_line_a_field() -> None:
    assert reason_lines("born: Typing error; sex: Other") == ["Born: Typing error", "Sex: Other"]
    assert reason_lines("") == []
    assert reason_lines("Wrong sister") == ["Wrong sister"]


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-23T14:05:00+00:00", "23-Nov-2026 09:05"),
        ("2026-11-23T14:05:00", "23-Nov-2026 09:05"),
        ("2026-11-24T03:05:00Z", "23-Nov-2026 22:05"),
        (None, ""),
        ("", ""),
        ("yesterday", ""),
    ],
)
def test_moments_are_written_in_the_practice_s_time_zone(moment: str | None, words: str) -> None:
    assert moment_words(moment, "America/New_York") == words


def test_a_link_is_told_in_words() -> None:
    link = Link("60145", "2026-11-23T14:05:00+00:00", "Dr. Smith", "id", ("born",), None, 4)
    bare = linked_panel(link, "UTC", None)
    assert (bare.method, bare.linked_at, bare.last_verified, bare.history) == (
        "by athenaOne patient ID", "23-Nov-2026 14:05", "", (),
    )  # fmt: skip
    event = LinkEvent("2026-11-23T14:05:00+00:00", "Dr. Smith", "linked", "60145", "")
    told = linked_panel(link, "UTC", LinkHistory((event,), 2), can_undo=True)
    assert (told.documents_filed, told.can_undo, told.history) == (2, True, (event,))
