"""Reading a record never fails, whatever athenaOne sends."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinometric_server.athena.records import (
    AthenaPatient,
    date_of,
    department_of,
    id_of,
    patient_of,
    patients_of,
    text_of,
    total_of,
)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = ["patientid", "lastname", "dob", "sex", "status", "departmentid", "allpatientstatuses", "previouspatientids"]


@given(st.dictionaries(st.sampled_from([*NAMES, "mobilephone", "email", "zip"]), ANYTHING))
def test_any_object_is_a_patient_or_none(item: dict[str, Any]) -> None:
    patient = patient_of(item)
    assert patient is None or isinstance(patient, AthenaPatient)
    assert (patient is None) == (id_of(item.get("patientid")) == "")


@given(ANYTHING)
def test_anything_at_all_can_be_read(item: object) -> None:
    patient_of(item)
    department_of(item)
    date_of(item)
    text_of(item)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("03/04/1951", date(1951, 3, 4)),
        ("3/4/1951", date(1951, 3, 4)),
        ("1951-03-04", date(1951, 3, 4)),
        ("03/04/1951 00:00", date(1951, 3, 4)),
        ("02/30/1951", None),
        ("13/01/1951", None),
        ("", None),
        (None, None),
        (3041951, None),
        ("00/00/0000", None),
        ("03/04/19511", None),
        ("1951-03-041", None),
        ("01/01/0001", None),
        ("01/01/1800", None),
        ("1951-03-04T00:00:00-05:00", date(1951, 3, 4)),
        ("٠٣/٠٤/١٩٥١", None),
        ("3/4/51", None),
    ],
)
def test_a_birth_date_is_a_calendar_date_or_none(text: object, day: date | None) -> None:
    assert date_of(text) == day


@pytest.mark.parametrize(
    ("value", "text"), [(5, "5"), ("5", "5"), (5.0, "5"), (True, ""), (None, ""), (-1, ""), ("-1", "")]
)
def test_ids_are_texts(value: object, text: str) -> None:
    assert id_of(value) == text


@pytest.mark.parametrize(
    ("sent", "sex"), [("F", "F"), ("f", "F"), ("female", "F"), ("M", "M"), ("Male", "M"), ("U", "U"), (None, "")]
)
def test_a_sex_is_read_and_never_guessed(sent: object, sex: str) -> None:
    patient = patient_of({"patientid": 5, "sex": sent})
    assert patient
    assert patient.sex == sex


def test_the_first_phone_there_is_comes_with_its_kind() -> None:
    both = patient_of({"patientid": 5, "homephone": "(410) 555-0142", "workphone": "1-410-555-0143"})
    assert both
    assert both.phone == ("4105550142", "home")
    work = patient_of({"patientid": 5, "workphone": "1-410-555-0143"})
    assert work
    assert work.phone == ("4105550143", "work")
    none = patient_of({"patientid": 5})
    assert none
    assert none.phone == ("", "")


def test_a_repr_names_nobody() -> None:
    fields = {"lastname": "Kanarienvogel", "firstname": "Kanarienvogel", "dob": "03/04/1951", "email": "a@b.example"}
    patient = patient_of({"patientid": 5, **fields, "homephone": "4105550142", "zip": "00104"})
    said = repr(patient)
    for secret in ("Kanarienvogel", "1951", "a@b", "4105550142", "00104"):
        assert secret not in said


def test_objects_without_an_id_are_left_out_and_totals_may_be_missing() -> None:
    assert [each.patient_id for each in patients_of([{}, {"patientid": 5}, "x", None])] == ["5"]
    assert (total_of({"totalcount": "83"}), total_of({"totalcount": 83}), total_of({})) == (83, 83, None)


def test_a_department_without_a_patients_name_shows_its_own() -> None:
    department = department_of({"departmentid": 5, "name": "Room"})
    assert department
    assert (department.department_id, department.patient_name) == ("5", "Room")
