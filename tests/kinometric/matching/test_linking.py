"""The rules of a link: what forbids it, what must be explained, which year opens it."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinometric.matching import (
    REASONS,
    PersonRecord,
    birth_year_is_right,
    is_reason,
    link_obstacles,
    missing_reasons,
)

ana = PersonRecord("Muestra", "Ana", born=date(1951, 3, 4), sex="F")


def _changed(**changes: object) -> PersonRecord:
    return dataclasses.replace(ana, **changes)  # type: ignore[arg-type]


def _codes(theirs: PersonRecord, status: str = "active", **checks: object) -> list[str]:
    return [obstacle.code for obstacle in link_obstacles(ana, theirs, status, **checks).obstacles]  # type: ignore[arg-type]


def test_equal_records_need_nothing_but_the_year() -> None:
    check = link_obstacles(ana, ana)
    assert check.possible
    assert (check.warnings, check.reasons_needed) == ((), ())


@pytest.mark.parametrize("year", [1950, 1957, 1851, 2051])
def test_records_whose_years_differ_are_never_linked_not_even_by_an_administrator(year: int) -> None:
    assert _codes(_changed(born=date(year, 3, 4))) == ["years_differ"]
    assert _codes(_changed(born=date(year, 3, 4)), is_admin=True) == ["years_differ"]


@pytest.mark.parametrize("missing", [None, date(1900, 1, 1)])
def test_a_birth_date_missing_on_either_side_forbids_the_link(missing: date | None) -> None:
    assert _codes(_changed(born=missing)) == ["birth_date_missing"]
    check = link_obstacles(_changed(born=missing), ana)
    assert [obstacle.code for obstacle in check.obstacles] == ["birth_date_missing"]
    assert "Kinometric" in check.obstacles[0].sentence
    assert not birth_year_is_right(ana, _changed(born=missing), "1951")


@pytest.mark.parametrize("status", ["deleted", "merged", "DELETED", " merged "])
def test_a_deleted_or_merged_record_forbids_the_link(status: str) -> None:
    assert _codes(ana, status) == [status.strip().lower()]
    assert _codes(ana, status, is_admin=True) == [status.strip().lower()]


@pytest.mark.parametrize("status", ["inactive", "prospective"])
def test_an_inactive_record_is_a_warning_and_no_obstacle(status: str) -> None:
    check = link_obstacles(ana, ana, status)
    assert check.possible
    assert status in check.warnings[0]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"lastname": "Okafor"}, ["lastname"]),
        ({"lastname": ""}, ["lastname"]),
        ({"firstname": "Sandra"}, ["firstname"]),
        ({"born": date(1951, 4, 3)}, ["born"]),
        ({"born": date(1951, 3, 14)}, ["born"]),
        ({"sex": "M"}, ["sex"]),
        ({"sex": "M", "firstname": "Sandra"}, ["firstname", "sex"]),
        ({"lastname": "Ana", "firstname": "Muestra"}, ["lastname"]),
        ({"lastname": "Muéstra", "zip": "1", "phone": "4105550000"}, []),
        ({"sex": ""}, []),
    ],
)
def test_a_difference_in_name_day_or_sex_needs_a_reason(changes: dict[str, object], fields: list[str]) -> None:
    check = link_obstacles(ana, _changed(**changes))
    assert [needed.field for needed in check.reasons_needed] == fields
    assert all(needed.label.startswith("Reason for the ") for needed in check.reasons_needed)


def test_last_name_and_birth_date_together_stop_a_clinician_and_ask_an_administrator_for_reasons() -> None:
    theirs = _changed(lastname="Okafor", born=date(1951, 4, 3))
    stopped = link_obstacles(ana, theirs)
    assert [obstacle.code for obstacle in stopped.obstacles] == ["name_and_birth_date_differ"]
    assert stopped.obstacles[0].admin_may
    allowed = link_obstacles(ana, theirs, is_admin=True)
    assert allowed.possible
    assert [needed.field for needed in allowed.reasons_needed] == ["lastname", "born"]


def test_a_sandbox_patient_never_meets_production_and_a_real_one_no_test_environment() -> None:
    assert _codes(ana, is_sandbox=True, environment="production") == ["sandbox_in_production"]
    assert _codes(ana, is_sandbox=False, environment="preview") == ["real_patient_in_test"]
    assert _codes(ana, is_sandbox=False, environment="standin") == ["real_patient_in_test"]
    assert _codes(ana, is_sandbox=True, environment="none") == ["athena_off"]
    assert _codes(ana, is_sandbox=True, environment="standin") == []
    assert _codes(ana, is_sandbox=True, environment="preview") == []
    assert _codes(ana, is_sandbox=False, environment="production") == []


def test_a_denied_department_forbids_the_link() -> None:
    assert _codes(ana, department_allowed=False) == ["department_not_allowed"]


@pytest.mark.parametrize("typed", ["1951"])
def test_the_year_of_both_records_is_right(typed: str) -> None:
    assert birth_year_is_right(ana, ana, typed)


@pytest.mark.parametrize("typed", ["", "195", "1952", "19511", " 1951", "51", "１９５１"])
def test_any_other_year_is_wrong(typed: str) -> None:
    assert not birth_year_is_right(ana, ana, typed)


@given(st.dates(date(1910, 1, 2)), st.dates(date(1910, 1, 2)), st.text(max_size=5))
def test_no_year_is_right_for_records_whose_years_differ(ours: date, theirs: date, typed: str) -> None:
    for year in (typed, f"{ours.year:04d}", f"{theirs.year:04d}"):
        right = birth_year_is_right(_changed(born=ours), _changed(born=theirs), year)
        assert right == (ours.year == theirs.year and year == f"{ours.year:04d}")


def test_each_difference_needs_its_own_reason_and_other_alone_is_none() -> None:
    check = link_obstacles(ana, _changed(sex="M", born=date(1951, 4, 3)))
    assert [needed.field for needed in missing_reasons(check, {})] == ["born", "sex"]
    assert [needed.field for needed in missing_reasons(check, {"born": REASONS[2]})] == ["sex"]
    assert [needed.field for needed in missing_reasons(check, {"born": REASONS[2], "sex": "Other"})] == ["sex"]
    assert missing_reasons(check, {"born": REASONS[2], "sex": "Patient says so"}) == ()


@pytest.mark.parametrize("text", ["", "  ", "Other", "x", "1234", "a" * 201])
def test_a_reason_says_something(text: str) -> None:
    assert not is_reason(text)


def test_the_offered_reasons_are_reasons_but_for_other() -> None:
    assert [is_reason(reason) for reason in REASONS] == [True, True, True, False]


def test_no_sentence_holds_a_value() -> None:
    theirs = PersonRecord("Okafor", "Sandra", born=date(1968, 11, 29), sex="M")
    check = link_obstacles(ana, theirs, "deleted", is_sandbox=True, environment="production", department_allowed=False)
    text = " ".join(obstacle.sentence for obstacle in check.obstacles) + repr(check)
    assert len(check.obstacles) == 5
    assert not any(value in text for value in ("Okafor", "Muestra", "1951", "1968", "Nov"))
