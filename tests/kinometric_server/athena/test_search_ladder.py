"""The ladder finds people whom one request misses, with at most four, and stops as soon as it may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinometric_server.athena.errors import AthenaNoAnswerError, TooManyMatchesError
from kinometric_server.athena.ladder import REQUESTS_ALLOWED, climb, plain_name, steps_for
from kinometric_server.athena.records import AthenaPatient

BORN = date(1951, 3, 4)
NAME = st.text(alphabet="abcXYZ-éø' ", max_size=14)


def one_of(*ids: str) -> Callable[[Sequence[AthenaPatient]], bool]:
    return lambda rows: any(row.patient_id in ids for row in rows)


def never(_rows: Sequence[AthenaPatient]) -> bool:
    return False


@given(NAME, NAME, st.booleans())
def test_there_are_never_more_than_four_different_steps(last: str, first: str, with_date: bool) -> None:
    steps = steps_for(last, first, BORN, with_birth_date=with_date)
    assert 1 <= len(steps) <= REQUESTS_ALLOWED
    assert len({(step.lastname.casefold(), step.firstname.casefold(), step.born) for step in steps}) == len(steps)
    assert any(step.born for step in steps) == with_date


@pytest.mark.parametrize(
    ("last", "first", "kinds"),
    [
        ("Exempel", "Ingrid", ("exact", "swapped", "prefix")),
        ("Muestra-López", "Maria", ("exact", "plain", "part", "part")),
        ("Muestra Lopez", "Maria", ("exact", "part", "part", "swapped")),
        ("Prøve", "Nils", ("exact", "plain", "swapped", "prefix")),
        ("Li", "", ("exact",)),
    ],
)
def test_the_steps_depend_on_the_name(last: str, first: str, kinds: tuple[str, ...]) -> None:
    assert tuple(step.kind for step in steps_for(last, first, BORN, with_birth_date=False)) == kinds


def test_the_birth_date_is_a_step_only_where_it_is_switched_on() -> None:
    steps = steps_for("Exempel", "Ingrid", BORN, with_birth_date=True)
    assert [step.kind for step in steps] == ["exact", "birth_date", "swapped", "prefix"]
    assert steps_for("Exempel", "Ingrid", None, with_birth_date=True)[1].kind == "swapped"


def test_the_first_step_is_enough_when_it_finds_the_person(clinic: Any, alice: Any) -> None:
    found = climb(alice, "Exempel", "Ingrid", enough=one_of("16077"))
    assert (found.steps, found.requests_used, found.can_go_wider) == (("exact",), 1, True)
    assert len(clinic.asked("/patients?")) == 1


def test_a_hyphen_and_an_accent_are_taken_off_in_the_second_step(alice: Any) -> None:
    found = climb(alice, "Muestra-López", "Maria", enough=one_of("60145"))
    assert found.steps == ("exact", "plain")
    assert {"60145", "60146"} <= {row.patient_id for row in found.rows}


def test_names_in_the_wrong_fields_are_found(alice: Any) -> None:
    found = climb(alice, "Carla", "Esempio", enough=one_of("16158"))
    assert found.steps[-1] == "swapped"
    assert "16158" in {row.patient_id for row in found.rows}


def test_a_misspelt_ending_is_found_by_the_beginning(alice: Any) -> None:
    found = climb(alice, "Trialwod", "Beth", enough=one_of("16310"))
    assert found.steps[-1] == "prefix"
    assert [row.patient_id for row in found.rows] == ["16310"]


def test_the_birth_date_finds_whom_no_name_finds(clinic: Any) -> None:
    found = climb(clinic.client(dob_param=True), "Zzz", "Yyy", BORN, enough=one_of("60146"))
    assert found.steps == ("exact", "birth_date")
    assert "60146" in {row.patient_id for row in found.rows}


def test_nobody_is_listed_twice_and_all_four_steps_are_the_most(clinic: Any, alice: Any) -> None:
    found = climb(alice, "Muestra Lopez", "Maria", enough=never)
    ids = [row.patient_id for row in found.rows]
    assert len(ids) == len(set(ids))
    assert found.requests_used == len(clinic.asked("/patients?")) == 4
    assert not found.can_go_wider


def test_going_wider_looks_in_every_department_and_takes_every_step(clinic: Any, alice: Any) -> None:
    narrow = climb(alice, "Muestra", "Manuel", department_id="1", enough=one_of("60145"))
    assert "18311" not in {row.patient_id for row in narrow.rows}
    assert narrow.can_go_wider
    clinic.standin.requests.clear()
    wide = climb(alice, "Muestra", "Manuel", department_id="1", enough=one_of("60145"), wider=True)
    assert "18311" in {row.patient_id for row in wide.rows}
    assert len(wide.steps) == 3
    assert clinic.asked("departmentid") == []


def test_too_many_hits_are_narrowed_by_the_first_name(clinic: Any, alice: Any) -> None:
    clinic.faults(too_many_above=3)
    found = climb(alice, "Muestra", "Elena", enough=one_of("11935"))
    assert found.steps == ("narrowed",)
    assert found.requests_used == 2
    assert found.cut


def test_too_many_hits_everywhere_are_told(clinic: Any, alice: Any) -> None:
    clinic.faults(too_many_above=0)
    with pytest.raises(TooManyMatchesError):
        climb(alice, "Muestra", "Mario", enough=never)
    assert len(clinic.asked("/patients?")) <= REQUESTS_ALLOWED


def test_a_later_step_that_fails_leaves_what_was_found(clinic: Any, alice: Any) -> None:
    clinic.faults({"path": "/v1/*/patients", "connection": "reset_before", "nth": 2})
    found = climb(alice, "Muestra", "Maria", enough=never)
    assert found.steps == ("exact",)
    assert found.rows
    clinic.faults({"path": "/v1/*/patients", "connection": "reset_before"})
    with pytest.raises(AthenaNoAnswerError):
        climb(alice, "Muestra", "Maria", enough=never)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Muestra-López", "Muestra Lopez"),
        ("Prøve", "Prove"),
        ("Näyte", "Nayte"),
        ("O'Mock", "O'Mock"),
        ("Weiß", "Weiss"),
    ],
)
def test_a_plain_name_has_neither_accents_nor_hyphens(name: str, plain: str) -> None:
    assert plain_name(name) == plain
