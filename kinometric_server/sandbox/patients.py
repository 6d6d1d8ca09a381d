"""The stand-in's patient endpoints: by id, search, best match."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kinometric_server.sandbox.calls import Call, bad_date, is_number, page_of, paged
from kinometric_server.sandbox.replies import HTML_TYPE, Reply, failure, missing_fields, not_an_integer, success
from kinometric_server.sandbox.world import Fields, departments_of

SEARCH_FIELDS: Final = (
    "guarantorfirstname",
    "dob",
    "firstname",
    "workphone",
    "departmentid",
    "guarantorsuffix",
    "guarantorlastname",
    "mobilephone",
    "middlename",
    "suffix",
    "guarantormiddlename",
    "lastname",
    "homephone",
    "anyphone",
)
_FURTHER_FILTERS: Final = ("email", "ssn", "zip", "status", "primaryproviderid")
_PREFIX: Final = frozenset({"lastname", "firstname", "middlename", "guarantorlastname", "guarantorfirstname"})
_PHONES: Final = ("homephone", "mobilephone", "workphone")
_OPTIONAL_SECTIONS: Final = ("insurances", "customfields", "allpatientstatuses", "previouspatientids")

STRONG_SCORE: Final = 23
LEAST_SCORE: Final = 16


def no_such_patient() -> Reply:
    """The answer for a patient id that the practice doesn't have."""
    return failure(404, "This patient does not exist in this context.", content_type=HTML_TYPE)


def shown(call: Call, patient: Mapping[str, Any]) -> Fields:
    """A patient as the reply carries it, with the sections that were asked for."""
    fields = {key: value for key, value in patient.items() if not key.startswith("_") and key not in _OPTIONAL_SECTIONS}
    if call.quirks.odd_demographics:
        fields.pop("sex", None)
        fields["email"] = "declined"
        fields["lastname"] = str(fields.get("lastname", "")).upper()
        fields["firstname"] = str(fields.get("firstname", "")).upper()
        if len(str(fields.get("zip", ""))) == 5:
            fields["zip"] = f"{fields['zip']}-1234"
    if call.is_true("omitbalances"):
        fields.pop("balances", None)
    return fields


def read_patient(call: Call) -> Reply:
    """``GET /patients/{id}``: an array with one object."""
    patientid = call.parts[1]
    if not is_number(patientid):
        return not_an_integer(patientid)
    patient = call.practice.patients.get(patientid)
    if patient is None or (patient.get("_restricted") and not call.is_true("ignorerestrictions")):
        return no_such_patient()
    survivor = patient.get("_merged_into")
    if survivor:
        if call.quirks.merged_reading == "not_found":
            return no_such_patient()
        if call.quirks.merged_reading == "survivor" and survivor in call.practice.patients:
            patient = call.practice.patients[survivor]
        else:
            patient = {**patient, "status": "inactive"}
    fields = shown(call, patient)
    if call.is_true("showallpatientdepartmentstatus"):
        fields["allpatientstatuses"] = [
            {
                "departmentid": int(each) if is_number(each) else each,
                "status": patient.get("status", "active"),
                "primaryproviderid": patient.get("primaryproviderid", ""),
            }
            for each in departments_of(patient)
        ]
    if call.is_true("showpreviouspatientids") and patient.get("_previous_ids"):
        fields["previouspatientids"] = [{"previouspatientid": each} for each in patient["_previous_ids"]]
    if call.quirks.two_patients:
        return success([fields, {**fields, "patientid": str(int(patientid) + 1), "firstname": "Other"}])
    return success([fields])


def _matches(patient: Fields, name: str, wanted: str) -> bool:
    if name == "departmentid":
        return wanted in departments_of(patient)
    if name == "anyphone":
        digits = "".join(filter(str.isdigit, wanted))
        return bool(digits) and any(patient.get(each) == digits for each in _PHONES)
    if name in _PHONES:
        return patient.get(name) == "".join(filter(str.isdigit, wanted))
    have = str(patient.get(name, "")).casefold()
    if name in _PREFIX:
        return have.startswith(wanted.casefold())
    if name == "zip":
        return have[:5] == wanted[:5]
    return have == wanted.casefold()


def search_patients(call: Call) -> Reply:
    """``GET /patients``: a page of the patients that every filter fits."""
    filters = {name: call.given(name) for name in (*SEARCH_FIELDS, *_FURTHER_FILTERS) if call.given(name)}
    if not any(name in SEARCH_FIELDS or name in ("email", "ssn", "zip") for name in filters):
        return failure(
            400,
            "Data for one or more of the fields listed above are required to successfully find a patient record.  "
            "Note: invalid phone numbers are ignored.",
            fields=list(SEARCH_FIELDS),
        )
    if "dob" in filters:
        wrong = bad_date(filters["dob"])
        if wrong:
            return wrong
    if "departmentid" in filters and not is_number(filters["departmentid"].removeprefix("-")):
        return not_an_integer(filters["departmentid"])
    page = page_of(call, 10, 1000)
    if isinstance(page, Reply):
        return page
    found = [
        shown(call, patient)
        for patient in call.practice.patients.values()
        if all(_matches(patient, name, wanted) for name, wanted in filters.items())
        and ("status" in filters or patient.get("status") != "deleted")
        and not patient.get("_merged_into")
        and (not patient.get("_restricted") or call.is_true("ignorerestrictions"))
    ]
    if len(found) > call.quirks.too_many_above:
        return failure(
            400,
            "The given search parameters would produce a total data set larger than 1000 records.  "
            "Please refine your search and try again.",
        )
    return success(paged(call, "patients", found, page))


def _score(patient: Fields, firstname: str, lastname: str, dob: str) -> int:
    def part(have: object, wanted: str, full: int) -> int:
        mine, theirs = str(have or "").casefold(), wanted.casefold()
        if mine == theirs:
            return full
        return full // 2 if mine[:3] == theirs[:3] else 0

    score = part(patient.get("lastname"), lastname, 10) + part(patient.get("firstname"), firstname, 8)
    return score + (10 if patient.get("dob") == dob else 0)


def best_match(call: Call) -> Reply:
    """``GET /patients/enhancedbestmatch``: a bare array, each patient with a score, best first."""
    lacking = [name for name in ("firstname", "lastname", "dob") if not call.given(name)]
    if lacking:
        return missing_fields(*lacking)
    wrong = bad_date(call.given("dob"))
    if wrong:
        return wrong
    least = call.given("minscore")
    if least and not is_number(least):
        return not_an_integer(least)
    several = call.is_true("returnbestmatches")
    threshold = int(least) if least else LEAST_SCORE if several else STRONG_SCORE
    wanted = (call.given("firstname"), call.given("lastname"), call.given("dob"))
    scored = [
        (score, patient)
        for patient in call.practice.patients.values()
        if patient.get("status") != "deleted"
        and not patient.get("_merged_into")
        and (score := _score(patient, *wanted)) >= threshold
    ]
    scored.sort(key=lambda pair: -pair[0])
    kept = scored[: 5 if several else 1]
    return success([{**shown(call, patient), "score": score} for score, patient in kept])


def search_term(call: Call) -> Reply:
    """``GET /patients/search?searchterm=``: part of a name or of an id."""
    term = call.given("searchterm").casefold()
    if not term:
        return missing_fields("searchterm")
    page = page_of(call, 50, 1000)
    if isinstance(page, Reply):
        return page
    found = [
        {name: patient[name] for name in ("patientid", "firstname", "lastname", "dob") if name in patient}
        for patient in call.practice.patients.values()
        if patient.get("status") != "deleted"
        and any(term in str(patient.get(name, "")).casefold() for name in ("patientid", "firstname", "lastname"))
    ]
    return success(paged(call, "patients", found, page))
