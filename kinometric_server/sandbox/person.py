"""What an invented person of the demo practice is: one record as Kinometric has it, one as athenaOne has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class KinometricRecord:
    """A patient as the demo practice's Kinometric database has them."""

    number: int
    lastname: str
    firstname: str
    born: date | None
    sex: str
    department: str
    middlename: str = ""
    suffix: str = ""
    preferredname: str = ""
    phone: str = ""
    zip: str = ""


@dataclass(frozen=True)
class AthenaRecord:
    """A patient as athenaOne has them; empty means that athenaOne leaves the field out."""

    patientid: str
    lastname: str
    firstname: str
    born: date | None
    sex: str
    departmentid: str
    primarydepartmentid: str = ""
    further_departments: tuple[str, ...] = ()
    middlename: str = ""
    suffix: str = ""
    preferredname: str = ""
    mobilephone: str = ""
    homephone: str = ""
    workphone: str = ""
    zip: str = ""
    email: str | None = None
    """None for an invented address, "" for none at all."""
    status: str = "active"
    merged_into: str = ""
    previous_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class DemoPerson:
    """One invented person: both sides, and what the person was put there to show."""

    key: str
    shows: str
    kinometric: KinometricRecord | None
    athena: AthenaRecord | None
    linked: bool = False
    """Whether the demo practice starts with the two records already linked."""
    sessions: int = field(default=1)
    """How many test sessions the demo practice has of this person."""


def on_both_sides(
    key: str,
    shows: str,
    number: int,
    name: tuple[str, str],
    born: date,
    sex: str,
    department: str,
    patientid: str,
    phone: str,
    zip_code: str,
    *,
    middlename: str = "",
    athena_name: tuple[str, str] | None = None,
    athena_born: date | None = None,
    athena_zip: str = "",
    athena_department: str = "",
    linked: bool = False,
    sessions: int = 1,
) -> DemoPerson:
    """A person whose two records agree but for what is said; most of the demo practice is like that."""
    lastname, firstname = name
    athena_last, athena_first = athena_name or name
    return DemoPerson(
        key=key,
        shows=shows,
        kinometric=KinometricRecord(
            number, lastname, firstname, born, sex, department, middlename=middlename, phone=phone, zip=zip_code
        ),
        athena=AthenaRecord(
            patientid,
            athena_last,
            athena_first,
            athena_born or born,
            sex,
            athena_department or department,
            primarydepartmentid=athena_department or department,
            mobilephone=phone,
            zip=athena_zip or zip_code,
        ),
        linked=linked,
        sessions=sessions,
    )
