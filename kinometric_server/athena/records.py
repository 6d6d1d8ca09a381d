"""athenaOne's patients and departments as values; reading never fails, whatever types athenaOne sends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

_US_DATE: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?=$|[ T])")
_ISO_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?=$|[ T])")
_FIRST_YEAR: Final = 1850
_MOST_DIGITS: Final = 15
_NOT_SET: Final = frozenset({"", "-1", "null"})


def text_of(value: object) -> str:
    """A text or number as text without surrounding blanks; everything else is ""."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return ""


def number_of(value: object) -> int | None:
    """A whole number that is not negative and has at most 15 digits; None for anything else."""
    text = text_of(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def id_of(value: object) -> str:
    """An id as text; "" for one that is not set ("", -1, null, absent)."""
    text = text_of(value)
    return "" if text.lower() in _NOT_SET else text


def date_of(value: object) -> date | None:
    """A calendar date written MM/DD/YYYY (or ISO), with or without a time; None for anything else.

    A year before 1850 is nobody's: it is how "not known" is written.
    """
    text = text_of(value)
    american, iso = _US_DATE.match(text), _ISO_DATE.match(text)
    if american:
        month, day, year = (int(each) for each in american.groups())
    elif iso:
        year, month, day = (int(each) for each in iso.groups())
    else:
        return None
    try:
        return date(year, month, day) if year >= _FIRST_YEAR else None
    except ValueError:
        return None


def _phone_of(value: object) -> str:
    digits = "".join(each for each in text_of(value) if each in "0123456789")
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def _sex_of(value: object) -> str:
    text = text_of(value).upper()
    return {"M": "M", "MALE": "M", "F": "F", "FEMALE": "F"}.get(text, text)


@dataclass(frozen=True)
class AthenaPatient:
    """A patient as athenaOne has them. What athenaOne left out is "" or None; ``repr`` names nobody."""

    patient_id: str
    lastname: str = field(repr=False)
    firstname: str = field(repr=False)
    middlename: str = field(default="", repr=False)
    suffix: str = field(default="", repr=False)
    preferredname: str = field(default="", repr=False)
    born: date | None = field(default=None, repr=False)
    sex: str = field(default="", repr=False)
    status: str = ""
    """active, inactive, prospective, deleted, or what athenaOne calls it, in small letters."""
    department_id: str = ""
    """The registration department."""
    primary_department_id: str = ""
    """The department that athenaOne calls current."""
    status_department_ids: tuple[str, ...] = ()
    """Every department of allpatientstatuses; empty where it was not asked for."""
    mobilephone: str = field(default="", repr=False)
    homephone: str = field(default="", repr=False)
    workphone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    zip: str = field(default="", repr=False)
    previous_ids: tuple[str, ...] = ()

    @property
    def phone(self) -> tuple[str, str]:
        """The first phone number there is, and its kind: mobile, home, work or ""."""
        for number, kind in ((self.mobilephone, "mobile"), (self.homephone, "home"), (self.workphone, "work")):
            if number:
                return number, kind
        return "", ""

    @property
    def is_deleted(self) -> bool:
        """Whether the record was deleted or merged away, so that nothing may be tied to it."""
        return self.status in ("deleted", "merged")


@dataclass(frozen=True)
class AthenaDepartment:
    """A department as athenaOne lists it."""

    department_id: str
    name: str
    patient_name: str = ""


@dataclass(frozen=True)
class ListedDocument:
    """A document of a chart as the list shows it; its note names a patient, so ``repr`` leaves it out."""

    document_id: str
    internal_note: str = field(default="", repr=False)


def document_of(item: object) -> ListedDocument | None:
    """A clinical document from one object of a list; None when it has no number."""
    if not isinstance(item, Mapping):
        return None
    document_id = id_of(item.get("clinicaldocumentid"))
    if not document_id:
        return None
    return ListedDocument(
        document_id=document_id,
        internal_note=text_of(item.get("internalnote")),
    )


def _ids(items: object, name: str) -> tuple[str, ...]:
    if not isinstance(items, list):
        return ()
    found = (id_of(each.get(name)) if isinstance(each, Mapping) else id_of(each) for each in items)
    return tuple(dict.fromkeys(each for each in found if each))


def patient_of(item: object) -> AthenaPatient | None:
    """A patient from one object of a reply; None when it has no id."""
    if not isinstance(item, Mapping):
        return None
    patient_id = id_of(item.get("patientid"))
    if not patient_id:
        return None
    email = text_of(item.get("email"))
    return AthenaPatient(
        patient_id=patient_id,
        lastname=text_of(item.get("lastname")),
        firstname=text_of(item.get("firstname")),
        middlename=text_of(item.get("middlename")),
        suffix=text_of(item.get("suffix")),
        preferredname=text_of(item.get("preferredname")),
        born=date_of(item.get("dob")),
        sex=_sex_of(item.get("sex")),
        status=text_of(item.get("status")).lower(),
        department_id=id_of(item.get("departmentid")),
        primary_department_id=id_of(item.get("primarydepartmentid")),
        status_department_ids=_ids(item.get("allpatientstatuses"), "departmentid"),
        mobilephone=_phone_of(item.get("mobilephone")),
        homephone=_phone_of(item.get("homephone")),
        workphone=_phone_of(item.get("workphone")),
        email="" if email.lower() == "declined" else email,
        zip=text_of(item.get("zip")),
        previous_ids=_ids(item.get("previouspatientids"), "previouspatientid"),
    )


def department_of(item: object) -> AthenaDepartment | None:
    """A department from one object of a reply; None when it has no id."""
    if not isinstance(item, Mapping):
        return None
    department_id = id_of(item.get("departmentid"))
    if not department_id:
        return None
    name = text_of(item.get("name"))
    return AthenaDepartment(department_id, name, text_of(item.get("patientdepartmentname")) or name)


def patients_of(items: Iterable[object]) -> tuple[AthenaPatient, ...]:
    """The patients of a list; objects without an id are left out."""
    return tuple(patient for item in items if (patient := patient_of(item)) is not None)


def total_of(payload: Mapping[str, object]) -> int | None:
    """totalcount as a number; None where athenaOne does not say."""
    return number_of(payload.get("totalcount"))
