"""What the stand-in knows: practices with their departments and patients, in athenaOne's own field names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Fields = dict[str, Any]
"""One record in athenaOne's field names; keys that begin with an underscore are never sent."""


class WorldError(ValueError):
    """A data file that the stand-in can't use; the message is one sentence for people."""


@dataclass
class PracticeWorld:
    """One practice of the stand-in.

    ``granted`` false means that the practice exists but the app has no access to it.
    """

    practiceid: str
    name: str
    granted: bool = True
    publicnames: list[str] = field(default_factory=list)
    departments: list[Fields] = field(default_factory=list)
    patients: dict[str, Fields] = field(default_factory=dict)
    providers: list[Fields] = field(default_factory=list)


@dataclass
class World:
    """Every practice that the stand-in serves, by practice id."""

    practices: dict[str, PracticeWorld]

    @property
    def granted_ids(self) -> list[str]:
        """Ids of the practices that the app may use, in the order in which they were given."""
        return [practice.practiceid for practice in self.practices.values() if practice.granted]


def departments_of(patient: Mapping[str, Any]) -> list[str]:
    """Every department in which a patient record exists, without repeats; -1 and "" count as not set."""
    named = [patient.get("departmentid"), patient.get("primarydepartmentid"), *patient.get("_departments", ())]
    kept = [str(each) for each in named if each not in (None, "", "-1", -1)]
    return list(dict.fromkeys(kept))


_DEPARTMENT_DEFAULTS: Fields = {
    "address": "1 Harbor Street",
    "city": "SANDBOX HARBOR",
    "state": "MD",
    "zip": "00104",
    "phone": "(410) 555-0100",
    "providergroupid": "1",
    "providergroupname": "Harbor Street Group",
    "chartsharinggroupid": "1",
    "communicatorbrandid": "1",
    "placeofservicetypeid": "11",
    "placeofservicetypename": "OFFICE",
    "latitude": "39.2904",
    "longitude": "-76.6122",
    "clinicals": "ON",
    "timezone": -4,
    "timezoneoffset": -5,
    "timezonename": "US/Eastern",
    "singleappointmentcontractmax": "3000",
    "oneyearcontractmax": "1500",
    "ishospitaldepartment": False,
    "servicedepartment": True,
    "placeofservicefacility": False,
    "medicationhistoryconsent": False,
    "doesnotobservedst": False,
    "creditcardtypes": ["AX", "DS", "MC", "VI"],
    "ecommercecreditcardtypes": ["AX", "DS", "MC", "VI"],
}

_PATIENT_DEFAULTS: Fields = {
    "status": "active",
    "primaryproviderid": "",
    "address1": "12 Sample Lane",
    "city": "SANDBOX HARBOR",
    "state": "MD",
    "zip": "00104",
    "countrycode": "USA",
    "countrycode3166": "US",
    "ssn": "*****0000",
    "guarantorssn": "*****0000",
    "maritalstatus": "U",
    "race": [],
    "registrationdate": "01/15/2024",
    "guarantorrelationshiptopatient": "1",
    "guarantoraddresssameaspatient": True,
    "guarantoraddress1": "12 Sample Lane",
    "guarantorcity": "SANDBOX HARBOR",
    "guarantorstate": "MD",
    "guarantorzip": "00104",
    "guarantorcountrycode": "USA",
    "guarantorcountrycode3166": "US",
    "homebound": False,
    "driverslicense": False,
    "patientphoto": False,
    "portaltermsonfile": False,
    "portalaccessgiven": False,
    "privacyinformationverified": False,
    "consenttotext": False,
    "consenttocall": False,
    "hasmobile": False,
    "balances": [{"balance": 0, "departmentlist": "1,3,4", "providergroupid": 1, "cleanbalance": True}],
}


def complete_department(fields: Mapping[str, Any]) -> Fields:
    """A department with every field that athenaOne sends; what ``fields`` names wins."""
    department = {**_DEPARTMENT_DEFAULTS, **fields}
    department["departmentid"] = str(department["departmentid"])
    department.setdefault("patientdepartmentname", department.get("name", ""))
    department.setdefault("portalurl", f"portal-{department['departmentid']}")
    return department


def complete_patient(fields: Mapping[str, Any]) -> Fields:
    """A patient with every field that athenaOne usually sends; what ``fields`` names wins, None leaves a field out."""
    patient = {**_PATIENT_DEFAULTS, **fields}
    patient["patientid"] = str(patient["patientid"])
    patient.setdefault("guarantorfirstname", patient.get("firstname"))
    patient.setdefault("guarantorlastname", patient.get("lastname"))
    patient.setdefault("guarantordob", patient.get("dob"))
    patient.setdefault("guarantoremail", patient.get("email"))
    patient.setdefault("emailexists", bool(patient.get("email")))
    patient["hasmobile"] = bool(patient.get("mobilephone"))
    return {name: value for name, value in patient.items() if value is not None}


def practice_of(
    practiceid: str,
    name: str,
    *,
    departments: Iterable[Mapping[str, Any]] = (),
    patients: Iterable[Mapping[str, Any]] = (),
    providers: Iterable[Mapping[str, Any]] = (),
    granted: bool = True,
) -> PracticeWorld:
    """A practice from the fields that matter; the rest is filled in."""
    completed = [complete_patient(each) for each in patients]
    return PracticeWorld(
        practiceid=str(practiceid),
        name=name,
        granted=granted,
        publicnames=[name],
        departments=[complete_department(each) for each in departments],
        patients={each["patientid"]: each for each in completed},
        providers=[dict(each) for each in providers],
    )


def load_world(file: Path) -> World:
    """Read a data file: ``{"practices": [{"practiceid", "name", "departments", "patients"}]}``.

    Raises
    ------
    WorldError
        If the file can't be read or lacks what every record needs.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        practices = [
            practice_of(
                each["practiceid"],
                each["name"],
                departments=each.get("departments", ()),
                patients=each.get("patients", ()),
                providers=each.get("providers", ()),
                granted=each.get("granted", True),
            )
            for each in content["practices"]
        ]
    except OSError as error:
        raise WorldError(f"The data file {file.name} can't be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorldError(f"The data file {file.name} is not in the documented form ({type(error).__name__}).") from None
    return World({practice.practiceid: practice for practice in practices})
