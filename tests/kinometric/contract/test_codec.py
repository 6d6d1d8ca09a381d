"""The contract's values survive the way through JSON, and what is not of its form is refused with the field's name."""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
import typing
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kinometric.contract
from kinometric.contract.accounts import Me, SignIn
from kinometric.contract.codec import ContractError, from_json, to_json
from kinometric.contract.patients import AthenaSearch, MakeLink, Patient
from kinometric.contract.sessions import ConfirmPlausible, NewResult
from kinometric.contract.uploads import UploadList


def forms() -> list[type]:
    """Return every dataclass of the contract."""
    found = []
    for module in pkgutil.iter_modules(kinometric.contract.__path__):
        namespace = vars(importlib.import_module(f"kinometric.contract.{module.name}"))
        found += [v for v in namespace.values() if isinstance(v, type) and dataclasses.is_dataclass(v)]
    return sorted(set(found), key=lambda form: form.__qualname__)


def some(kind: Any) -> st.SearchStrategy[Any]:
    """Return values of a field's type."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return st.builds(kind, **{field.name: some(hints[field.name]) for field in dataclasses.fields(kind)})
    if origin is typing.Literal:
        return st.sampled_from(inner)
    if origin is tuple:
        return st.lists(some(inner[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(st.text(max_size=4), some(inner[1]), max_size=2)
    if inner:
        return st.one_of(*(some(choice) for choice in inner))
    return {
        str: st.text(max_size=5),
        int: st.integers(-5, 5),
        bool: st.booleans(),
        float: st.floats(allow_nan=False, allow_infinity=False),
        date: st.dates(),
        type(None): st.none(),
    }[kind]


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.__name__)
def test_every_form_is_frozen_and_every_field_can_be_read_back(form: type) -> None:
    assert form.__dataclass_params__.frozen  # type: ignore[attr-defined]

    @given(some(form))
    def there_and_back(value: Any) -> None:
        assert from_json(form, json.loads(json.dumps(to_json(value)))) == value

    there_and_back()


def test_a_birth_date_stays_a_date_without_a_time() -> None:
    search = AthenaSearch(patient_id="p", lastname="Muestra", born=date(1951, 3, 4))
    assert to_json(search)["born"] == "1951-03-04"
    assert from_json(AthenaSearch, to_json(search)).born == date(1951, 3, 4)


def test_a_missing_field_is_named() -> None:
    with pytest.raises(ContractError, match=r"SignIn\.password is missing"):
        from_json(SignIn, {"username": "frontdesk"})


def test_an_answer_with_unknown_keys_can_still_be_read() -> None:
    assert from_json(SignIn, {"username": "a", "password": "b", "later": 1}) == SignIn("a", "b")


@pytest.mark.parametrize(
    ("form", "value", "field"),
    [
        (SignIn, {"username": 3, "password": "b"}, "username"),
        (NewResult, {"patient_id": "p", "stance": "LEFT", "tested_at": "2026-11-02T14:05:00-05:00"}, "stance"),
        (ConfirmPlausible, {"trial_versions": {"t": "one"}}, "trial_versions"),
        (UploadList, {"uploads": "none", "counts": {}, "change": 0}, "uploads"),
        (AthenaSearch, {"patient_id": "p", "lastname": "x", "born": "yesterday"}, "born"),
        (Me, [], "Me"),
    ],
)
def test_a_wrong_type_is_refused_by_the_name_of_its_field(form: type, value: Any, field: str) -> None:
    with pytest.raises(ContractError, match=field):
        from_json(form, value)


def test_an_error_never_repeats_the_value() -> None:
    with pytest.raises(ContractError) as problem:
        from_json(Patient, {"patient_id": "p", "number": "CANARYNAME"})
    assert "CANARYNAME" not in str(problem.value)


def test_an_error_repeats_no_name_that_the_sender_chose() -> None:
    with pytest.raises(ContractError) as problem:
        from_json(ConfirmPlausible, {"trial_versions": {"CANARYNAME": "x"}})
    assert "CANARYNAME" not in str(problem.value)
    assert problem.value.field == "trial_versions"


def test_an_error_tells_the_field_of_the_form_however_deep_it_lies() -> None:
    with pytest.raises(ContractError) as problem:
        from_json(UploadList, {"uploads": [{"upload_id": 7}], "counts": {}, "change": 0})
    assert problem.value.field == "uploads"
    with pytest.raises(ContractError) as problem:
        from_json(UploadList, [])
    assert problem.value.field == ""


def test_requests_refuse_unknown_fields_on_the_server() -> None:
    assert MakeLink.__pydantic_config__ == {"extra": "forbid"}
