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
_PHONE_FILTERS: Final = (*_PHONES, "anyphone")
_OPTIONAL_SECTIONS: Final = ("insurances", "customfields", "allpatientstatuses", "previouspatientids")
_SECTIONS_ASKED_FOR: Final = (("showinsurance", "insurances"), ("showcustomfields", "customfields"))
_SOUNDS: Final = {
    **dict.fromkeys("bfpv", "1"),
    **dict.fromkeys("cgjkqsxz", "2"),
    **dict.fromkeys("dt", "3"),
    **dict.fromkeys("l", "4"),
    **dict.fromkeys("mn", "5"),
    **dict.fromkeys("r", "6"),
}

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
    fields |= {name: patient.get(name, []) for asked, name in _SECTIONS_ASKED_FOR if call.is_true(asked)}
    return fields


def read_patient(call: Call) -> Reply:
    """``GET /patients/{id}``: an array with one object."""
    patientid = call.parts[1]
    if not is_number(patientid):
        return not_an_integer(patientid)
    patient = call.practice.patients.get(patientid)
    if patient is None or (patient.get("_restricted") and not call.is_true("ignorerestrictions")):
        return no_such_patient()
    survivor = patient.get("_merged_into") or (_another(call, patientid) if call.quirks.merged_away else "")
    if survivor:
        if call.quirks.merged_reading == "not_found":
            return no_such_patient()
        if call.quirks.merged_reading == "survivor" and survivor in call.practice.patients:
            patient = call.practice.patients[survivor]
            patient = {**patient, "_previous_ids": [*patient.get("_previous_ids", ()), patientid]}
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
    if call.quirks.provider_group_copies:
        copies = [{**fields, "departmentid": each} for each in departments_of(patient)] or [fields]
        picked = [each for each in copies if each["departmentid"] == call.given("departmentid")]
        return success(picked or copies)
    if call.quirks.two_patients:
        return success([fields, {**fields, "patientid": str(int(patientid) + 1), "firstname": "Other"}])
    return success([fields])


def _digits(phone: str) -> str:
    return "".join(each for each in phone if each in "0123456789")


def _is_phone(text: str) -> bool:
    """Whether a text can be a phone number; a search ignores one that can't."""
    return len(_digits(text)) == 10


def _another(call: Call, patientid: str) -> str:
    """The id of another patient, into whom this one is said to have been merged."""
    return next((each for each in call.practice.patients if each != patientid), "")


def _matches(patient: Fields, name: str, wanted: str) -> bool:
    if name == "departmentid":
        return wanted in departments_of(patient)
    if name in _PHONE_FILTERS:
        asked = _PHONES if name == "anyphone" else (name,)
        return any(patient.get(each) == _digits(wanted) for each in asked)
    have = str(patient.get(name, "")).casefold()
    if name in _PREFIX:
        return have.startswith(wanted.casefold())
    if name == "zip":
        return have[:5] == wanted[:5]
    return have == wanted.casefold()


def search_patients(call: Call) -> Reply:
    """``GET /patients``: a page of the patients that every filter fits."""
    if "departmentid" in call.fields and not is_number(call.given("departmentid").removeprefix("-")):
        return not_an_integer(call.fields["departmentid"])
    filters = {name: call.given(name) for name in (*SEARCH_FIELDS, *_FURTHER_FILTERS) if call.given(name)}
    filters = {name: each for name, each in filters.items() if name not in _PHONE_FILTERS or _is_phone(each)}
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


def _sound(name: str) -> str:
    """A name's Soundex code."""
    letters = [each for each in name.casefold() if each.isalpha()]
    codes = [_SOUNDS.get(each, "") for each in letters if each not in "hw"]
    kept = [code for code, before in zip(codes, ["", *codes], strict=False) if code != before]
    start = 1 if codes and codes[0] else 0
    return f"{letters[0]}{''.join(kept[start:])[:3]:0<3}" if letters else ""


def _score(patient: Fields, firstname: str, lastname: str, dob: str, *, by_sound: bool) -> int:
    def part(have: object, wanted: str, full: int) -> int:
        mine, theirs = str(have or "").casefold(), wanted.casefold()
        if mine == theirs:
            return full
        alike = mine[:3] == theirs[:3] or (by_sound and _sound(mine) == _sound(theirs) != "")
        return full // 2 if alike else 0

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
        and not patient.get("_restricted")
        and (score := _score(patient, *wanted, by_sound=call.is_true("usesoundexsearch"))) >= threshold
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
