"""The practices served without a data file: the demo practice, an empty one, one without access."""

from __future__ import annotations

from datetime import date
from typing import Final

from kinometric_server.sandbox.people import DEMO_PEOPLE, DEMO_PRACTICE_ID, DEMO_PRACTICE_NAME
from kinometric_server.sandbox.person import AthenaRecord
from kinometric_server.sandbox.world import Fields, World, practice_of

EMPTY_PRACTICE_ID: Final = "990019"
CLOSED_PRACTICE_ID: Final = "990018"

DEMO_DEPARTMENTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("1", "Physical Therapy", "Physical Therapy, 2nd floor"),
    ("3", "Eastside PT", "Eastside"),
    ("4", "Neuro Rehab", "Neuro Rehab"),
    ("7", "Sports Medicine", "Sports Medicine"),
    ("8", "Pain Management", "Pain Management"),
    ("11", "Orthopedics East", "Orthopedics East"),
    ("12", "Orthopedics West", "Orthopedics West"),
    ("15", "Occupational Therapy", "Occupational Therapy"),
    ("18", "Front Office", "Front Office"),
    ("21", "Telehealth", "Telehealth"),
    ("22", "Telehealth", "Telehealth"),
    ("25", "Cardiac Rehab", "Cardiac Rehab"),
    ("30", "Records Room", "Records Room"),
)
"""Department id, name, and the name that patients see."""

HIDDEN_DEPARTMENTS: Final = frozenset({"30"})
"""Departments hidden in the portal: left out of a list unless showalldepartments is true."""


def athena_date(day: date | None) -> str | None:
    """A date as athenaOne writes it, MM/DD/YYYY; None stays None."""
    return day.strftime("%m/%d/%Y") if day else None


def patient_fields(record: AthenaRecord) -> Fields:
    """An invented person's athenaOne record in athenaOne's field names."""
    fields: Fields = {
        "patientid": record.patientid,
        "lastname": record.lastname,
        "firstname": record.firstname,
        "middlename": record.middlename or None,
        "suffix": record.suffix or None,
        "preferredname": record.preferredname or None,
        "dob": athena_date(record.born),
        "sex": record.sex or None,
        "departmentid": record.departmentid,
        "primarydepartmentid": record.primarydepartmentid or None,
        "mobilephone": record.mobilephone or None,
        "homephone": record.homephone or None,
        "workphone": record.workphone or None,
        "email": (f"patient.{record.patientid}@example.org" if record.email is None else record.email) or None,
        "status": record.status,
        "_departments": list(record.further_departments),
        "_merged_into": record.merged_into,
        "_previous_ids": list(record.previous_ids),
    }
    if record.zip:
        fields["zip"] = record.zip
    return fields


def demo_world() -> World:
    """The invented practices: the demo practice, one without departments, one that the app may not use."""
    demo = practice_of(
        DEMO_PRACTICE_ID,
        DEMO_PRACTICE_NAME,
        departments=[
            {"departmentid": key, "name": name, "patientdepartmentname": shown, "_hidden": key in HIDDEN_DEPARTMENTS}
            for key, name, shown in DEMO_DEPARTMENTS
        ],
        patients=[patient_fields(person.athena) for person in DEMO_PEOPLE if person.athena],
        providers=[
            {
                "providerid": 71,
                "firstname": "Sam",
                "lastname": "Smith",
                "displayname": "Dr. Smith",
                "schedulingname": "Smith_Sam",
                "specialty": "Physical Therapy",
                "providertype": "PT",
                "providertypeid": "PT",
                "entitytype": "Person",
                "billable": True,
                "hideinportal": False,
                "acceptingnewpatients": False,
                "ansinamecode": "Physical Therapist (225100000X)",
                "ansispecialtycode": "225100000X",
                "createencounteroncheckin": True,
                "homedepartment": "Physical Therapy",
            }
        ],
    )
    empty = practice_of(EMPTY_PRACTICE_ID, "Quiet Cove Clinic")
    closed = practice_of(CLOSED_PRACTICE_ID, "Closed Door Clinic", granted=False)
    return World({each.practiceid: each for each in (demo, empty, closed)})
