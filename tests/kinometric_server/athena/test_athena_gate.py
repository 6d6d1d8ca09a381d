"""The department gate opens for any allowed department of a record, and for nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinometric_server.athena.gate import decide, departments_of, sift, target_allowed
from kinometric_server.athena.records import AthenaPatient, patient_of

ALLOWED = ("1", "3", "4")
IDS = st.sampled_from(["", "-1", "1", "3", "7", "25", None, 1, 25, -1])


def record(**fields: Any) -> AthenaPatient:
    patient = patient_of({"patientid": "5", **fields})
    assert patient is not None
    return patient


@pytest.mark.parametrize(
    ("fields", "by"),
    [
        ({"departmentid": "1"}, "1"),
        ({"departmentid": 1}, "1"),
        ({"departmentid": "25", "primarydepartmentid": "3"}, "3"),
        ({"departmentid": "-1", "primarydepartmentid": "4"}, "4"),
        ({"departmentid": "25", "allpatientstatuses": [{"departmentid": 7}, {"departmentid": 4}]}, "4"),
        ({"allpatientstatuses": [{"departmentid": "1"}]}, "1"),
    ],
)
def test_any_allowed_department_opens_the_gate(fields: dict[str, Any], by: str) -> None:
    decision = decide(record(**fields), ALLOWED)
    assert decision.allowed
    assert decision.by_department == by


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"departmentid": "25"}, "other_department"),
        ({"departmentid": "25", "primarydepartmentid": "7", "allpatientstatuses": [{"departmentid": 11}]},
         "other_department"),
        ({}, "no_department"),
        ({"departmentid": "", "primarydepartmentid": "-1", "allpatientstatuses": []}, "no_department"),
        ({"departmentid": -1, "primarydepartmentid": None, "allpatientstatuses": "x"}, "no_department"),
        ({"departmentid": "11"}, "other_department"),
    ],
)  # fmt: skip
def test_other_departments_and_none_at_all_keep_it_closed(fields: dict[str, Any], reason: str) -> None:
    decision = decide(record(**fields), ALLOWED)
    assert not decision.allowed
    assert decision.reason == reason


def test_with_nothing_allowed_nobody_passes() -> None:
    assert not decide(record(departmentid="1"), ()).allowed
    assert not decide(record(departmentid="-1"), ("-1", "")).allowed


def test_rows_that_fail_leave_only_their_number() -> None:
    rows = [record(departmentid="1"), record(departmentid="25"), record(), record(primarydepartmentid="3")]
    passed, hidden = sift(rows, ALLOWED)
    assert ([row.department_id or row.primary_department_id for row in passed], hidden) == (["1", "3"], 2)


@pytest.mark.parametrize(("target", "open_"), [("1", True), (" 1 ", True), ("25", False), ("", False), ("-1", False)])
def test_the_target_department_must_be_allowed_itself(target: str, open_: bool) -> None:
    assert target_allowed(target, ALLOWED) is open_


@given(IDS, IDS, st.lists(IDS, max_size=3), st.sets(st.sampled_from(["1", "3", "7"])))
def test_the_gate_opens_exactly_when_a_named_department_is_allowed(
    registration: Any, current: Any, statuses: list[Any], allowed: set[str]
) -> None:
    patient = record(
        departmentid=registration,
        primarydepartmentid=current,
        allpatientstatuses=[{"departmentid": each} for each in statuses],
    )
    named = {str(each) for each in (registration, current, *statuses) if each not in (None, "", "-1", -1)}
    assert set(departments_of(patient)) == named
    assert decide(patient, allowed).allowed == bool(named & allowed)
