"""A search walks along one range of an index; whatever shortcut it takes, it finds what the words say."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from kinometric.contract.patients import NewPatient, PatientSearch
from kinometric.matching import name_keys, parse_find
from kinometric_server.database import Database, PracticeScope
from kinometric_server.errors import BadInputError
from kinometric_server.patients.records import begin_numbers_at, create_patient, find_patients
from kinometric_server.patients.searching import Range, _shortcut, search_patients
from kinometric_server.patients.tables import patients
from kinometric_server.patients.words import pair_word, year_word
from kinometric_server.security.sealing import KeyRing

LASTS = ("Muestra", "Muestra-López", "Lopez", "Mock", "O'Mock", "Van de Proef", "Ann", "Prøve", "Näyte")
FIRSTS = ("Maria", "Mario", "Ann", "Anna", "Sean", "Mo", "Nils")
TYPED = (
    "mue", "muestra", "muestralopez", "lopez", "lo", "mock", "omock", "van", "proef", "ann", "an", "prove", "nayte",
    "maria", "mar", "mario", "sean", "mo", "nils", "1951", "1960", "1947", "3/4/1951", "xyz",
)  # fmt: skip


@pytest.fixture
def scope(clinic: Any) -> PracticeScope:
    return PracticeScope.of_worker(clinic.practice_a)


@pytest.fixture
def people_of_all_names(database: Database, scope: PracticeScope) -> list[str]:
    days = (date(1951, 3, 4), date(1951, 4, 3), date(1960, 6, 30), None)
    made = []
    number = count()
    with database.writing(scope) as unit:
        for last in LASTS:
            for first in FIRSTS:
                born = days[next(number) % len(days)]
                made.append(create_patient(unit, scope, NewPatient(last, first, born=born)).patient_id)
    return made


def said_by_the_words(database: Database, scope: PracticeScope, keys: list[str], text: str) -> set[str]:
    """What the matching library says of every patient, one by one."""
    query = parse_find(text, today=database.clock().date())
    with database.reading(scope) as unit:
        everybody = find_patients(unit, keys)
    return {
        key
        for key, patient in everybody.items()
        if query.matches(
            name_keys(patient.lastname, patient.firstname, patient.middlename, patient.preferredname),
            patient.born,
            patient.number,
        )
    }


def found(database: Database, scope: PracticeScope, ring: KeyRing, text: str, limit: int = 200) -> list[str]:
    with database.writing(scope) as unit:
        listed = search_patients(unit, scope, ring, PatientSearch(text, limit)).patients
    return [patient.patient_id for patient in listed]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(words=some.lists(some.sampled_from(TYPED), min_size=1, max_size=3, unique=True))
def test_every_search_finds_exactly_what_the_words_say(
    database: Database, scope: PracticeScope, server: Any, people_of_all_names: list[str], words: list[str]
) -> None:
    text = " ".join(words)
    hits = found(database, scope, server.keys, text)
    assert len(hits) == len(set(hits))
    assert set(hits) == said_by_the_words(database, scope, people_of_all_names, text)


def test_a_list_is_cut_at_its_limit_and_says_so(
    database: Database, scope: PracticeScope, server: Any, people_of_all_names: list[str]
) -> None:
    with database.writing(scope) as unit:
        cut = search_patients(unit, scope, server.keys, PatientSearch("m", 3))
        whole = search_patients(unit, scope, server.keys, PatientSearch("muestra mario", 50))
    assert (len(cut.patients), cut.more) == (3, True)
    assert (len(whole.patients), whole.more) == (2, False)


def test_whole_words_stand_before_beginnings(
    database: Database, scope: PracticeScope, server: Any, people_of_all_names: list[str]
) -> None:
    hits = found(database, scope, server.keys, "ann")
    with database.reading(scope) as unit:
        names = find_patients(unit, hits)
    first = names[hits[0]]
    assert (first.lastname, first.firstname) == ("Ann", "Ann")


@pytest.mark.parametrize(("text", "limit"), [("", 50), ("  ", 50), ("x" * 121, 50), ("a", 0), ("a", 201)])
def test_a_search_for_nothing_or_too_much_is_refused(
    database: Database, scope: PracticeScope, server: Any, text: str, limit: int
) -> None:
    with pytest.raises(BadInputError), database.writing(scope) as unit:
        search_patients(unit, scope, server.keys, PatientSearch(text, limit))


@pytest.mark.parametrize("text", ["%", "_", "'; DROP TABLE patients; --", "\\", "*", "%%%", "a_%"])
def test_signs_of_a_query_language_find_nobody_and_break_nothing(
    database: Database, scope: PracticeScope, server: Any, people_of_all_names: list[str], text: str
) -> None:
    hits = found(database, scope, server.keys, text)
    assert set(hits) == said_by_the_words(database, scope, people_of_all_names, text)


def test_a_name_with_a_year_is_one_range() -> None:
    first, others = _shortcut([Range.prefix("born", "1951-"), Range.prefix("name", "mue")]) or (None, None)
    assert first == Range.prefix("year", year_word(1951, "mue"))
    assert others == []


def test_two_names_are_one_range_and_the_longer_beginning_is_still_held() -> None:
    long, short = Range.prefix("name", "muestra"), Range.prefix("name", "mar")
    first, others = _shortcut([short, long]) or (None, None)
    assert first == Range.prefix("pair", pair_word("muestra", "mar"))
    assert others == [long]


def test_two_beginnings_of_two_letters_have_no_shortcut() -> None:
    assert _shortcut([Range.prefix("name", "mu"), Range.prefix("name", "ma")]) is None
    assert _shortcut([Range.prefix("name", "muestra")]) is None


def test_numbers_begin_where_they_are_told_but_never_twice(database: Database, scope: PracticeScope) -> None:
    with database.writing(scope) as unit:
        begin_numbers_at(unit, 10482)
        made = create_patient(unit, scope, NewPatient("Muestra", "Maria"))
    assert made.number == 10482
    with pytest.raises(BadInputError), database.writing(scope) as unit:
        begin_numbers_at(unit, 1)
    assert patients.c.number.nullable is False
