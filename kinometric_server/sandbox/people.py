"""The invented people of the demo practice, each as Kinometric and as athenaOne has them, with traps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

DEMO_PRACTICE_ID: Final = "990017"
DEMO_PRACTICE_NAME: Final = "Harbor Street Clinic"


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
    zip: str = ""
    email: str = ""
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


def _both(
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


DEMO_PEOPLE: Final[tuple[DemoPerson, ...]] = (
    DemoPerson(
        "maria",
        "a twin with a hyphen and an accent, whose day and month are swapped in athenaOne",
        KinometricRecord(
            10482,
            "Muestra-López",
            "Maria",
            date(1951, 3, 4),
            "F",
            "1",
            middlename="Elena",
            preferredname="Mari",
            phone="4105550142",
            zip="00104",
        ),
        AthenaRecord(
            "60145",
            "Muestra Lopez",
            "Maria",
            date(1951, 4, 3),
            "F",
            "1",
            primarydepartmentid="1",
            middlename="E",
            mobilephone="4105550142",
            zip="00186",
        ),
        sessions=2,
    ),
    DemoPerson(
        "mario",
        "her twin brother, stored under half of the double name in Kinometric",
        KinometricRecord(10483, "Muestra", "Mario", date(1951, 3, 4), "M", "1", phone="4105550142", zip="00104"),
        AthenaRecord(
            "60146",
            "Muestra Lopez",
            "Mario",
            date(1951, 3, 4),
            "M",
            "1",
            primarydepartmentid="1",
            mobilephone="4105550142",
            zip="00104",
        ),
    ),
    DemoPerson(
        "james_jr",
        "the son of a father with the same name",
        KinometricRecord(
            10484, "Sample", "James", date(1948, 11, 19), "M", "1", suffix="Jr", phone="4105550117", zip="00104"
        ),
        AthenaRecord(
            "15020",
            "Sample",
            "James",
            date(1948, 11, 19),
            "M",
            "1",
            primarydepartmentid="1",
            suffix="JR",
            homephone="4105550117",
            zip="00104-1207",
        ),
    ),
    DemoPerson(
        "james_sr",
        "the father of a son with the same name",
        KinometricRecord(
            10485, "Sample", "James", date(1926, 2, 2), "M", "1", suffix="Sr", phone="4105550117", zip="00104"
        ),
        AthenaRecord(
            "15021",
            "Sample",
            "James",
            date(1926, 2, 2),
            "M",
            "1",
            primarydepartmentid="1",
            suffix="SR",
            homephone="4105550117",
            zip="00104-1207",
            email="declined",
        ),
        linked=True,
    ),
    _both(
        "sean",
        "a name with an apostrophe",
        10486,
        ("O'Mock", "Sean"),
        date(1960, 6, 30),
        "M",
        "1",
        "17310",
        "4105550131",
        "00112",
        linked=True,
    ),
    _both(
        "anneke",
        "a name with particles",
        10487,
        ("Van de Proef", "Anneke"),
        date(1955, 1, 11),
        "F",
        "3",
        "17344",
        "4105550163",
        "00120",
        athena_name=("Van De Proef", "Anneke"),
        linked=True,
    ),
    _both(
        "rosa",
        "a plain case with a session to send",
        10488,
        ("Prueba", "Rosa"),
        date(1944, 9, 23),
        "F",
        "1",
        "14620",
        "4105550178",
        "00104",
        linked=True,
    ),
    _both(
        "erika",
        "a plain case",
        10489,
        ("Mustermann", "Erika"),
        date(1964, 8, 12),
        "F",
        "4",
        "14871",
        "4105550109",
        "00131",
        linked=True,
    ),
    _both(
        "chantal",
        "a plain case",
        10490,
        ("Essai", "Chantal"),
        date(1959, 5, 5),
        "F",
        "1",
        "14903",
        "4105550126",
        "00131",
        linked=True,
    ),
    _both(
        "luca",
        "a session with a recording that can't be scored",
        10491,
        ("Campione", "Luca"),
        date(1970, 2, 28),
        "M",
        "1",
        "15533",
        "4105550199",
        "00104",
        linked=True,
    ),
    _both(
        "nils",
        "an accent that athenaOne lost, in capitals",
        10492,
        ("Prøve", "Nils"),
        date(1952, 10, 17),
        "M",
        "3",
        "15602",
        "4105550135",
        "00120",
        athena_name=("PROVE", "NILS"),
    ),
    _both(
        "aino",
        "an accent that both sides keep",
        10493,
        ("Näyte", "Aino"),
        date(1947, 12, 1),
        "F",
        "1",
        "15644",
        "4105550153",
        "00104",
        linked=True,
    ),
    _both(
        "harold",
        "a birth date with day and month swapped",
        10494,
        ("Fixture", "Harold"),
        date(1950, 4, 9),
        "M",
        "1",
        "16021",
        "4105550166",
        "00112",
        athena_born=date(1950, 9, 4),
    ),
    _both(
        "ingrid",
        "a plain case",
        10495,
        ("Exempel", "Ingrid"),
        date(1957, 7, 14),
        "F",
        "3",
        "16077",
        "4105550184",
        "00120",
        linked=True,
    ),
    _both(
        "roy",
        "a name that sounds like a test",
        10496,
        ("Dummett", "Roy"),
        date(1939, 3, 27),
        "M",
        "4",
        "16110",
        "4105550147",
        "00131",
        linked=True,
    ),
    _both(
        "carla",
        "a plain case",
        10497,
        ("Esempio", "Carla"),
        date(1961, 10, 8),
        "F",
        "1",
        "16158",
        "4105550172",
        "00104",
        linked=True,
    ),
    DemoPerson(
        "eero",
        "a record without a sex in athenaOne",
        KinometricRecord(10498, "Kokeilu", "Eero", date(1946, 6, 19), "M", "3", phone="4105550114", zip="00120"),
        AthenaRecord(
            "16203",
            "Kokeilu",
            "Eero",
            date(1946, 6, 19),
            "",
            "3",
            primarydepartmentid="3",
            homephone="4105550114",
            zip="00120",
        ),
    ),
    DemoPerson(
        "laura",
        "a patient of a department that is not allowed",
        KinometricRecord(10499, "Specimen", "Laura", date(1953, 2, 14), "F", "1", phone="4105550190", zip="00104"),
        AthenaRecord(
            "16251",
            "Specimen",
            "Laura",
            date(1953, 2, 14),
            "F",
            "25",
            primarydepartmentid="25",
            mobilephone="4105550190",
            zip="00104",
        ),
    ),
    DemoPerson(
        "beth",
        "a patient registered elsewhere who is also seen in an allowed department",
        KinometricRecord(10500, "Trialwood", "Beth", date(1949, 8, 3), "F", "3", phone="4105550158", zip="00120"),
        AthenaRecord(
            "16310",
            "Trialwood",
            "Beth",
            date(1949, 8, 3),
            "F",
            "11",
            primarydepartmentid="12",
            further_departments=("11", "3"),
            homephone="4105550158",
            zip="00120",
        ),
    ),
    DemoPerson(
        "dana",
        "a patient who is not in athenaOne",
        KinometricRecord(10501, "Placeholder", "Dana", date(1966, 1, 22), "F", "1", phone="4105550121", zip="00104"),
        None,
    ),
    DemoPerson(
        "omar",
        "a record that was deleted in athenaOne",
        KinometricRecord(10502, "Testcase", "Omar", date(1958, 11, 30), "M", "1", phone="4105550139", zip="00112"),
        AthenaRecord(
            "16402",
            "Testcase",
            "Omar",
            date(1958, 11, 30),
            "M",
            "1",
            primarydepartmentid="1",
            mobilephone="4105550139",
            zip="00112",
            status="deleted",
        ),
    ),
    DemoPerson(
        "lena",
        "a record that is inactive in athenaOne",
        KinometricRecord(10503, "Draft", "Lena", date(1943, 5, 17), "F", "4", phone="4105550105", zip="00131"),
        AthenaRecord(
            "16455",
            "Draft",
            "Lena",
            date(1943, 5, 17),
            "F",
            "4",
            primarydepartmentid="4",
            homephone="4105550105",
            zip="00131",
            status="inactive",
        ),
    ),
    DemoPerson(
        "peter",
        "a patient whose athenaOne records were merged into one",
        KinometricRecord(10504, "Scratch", "Peter", date(1956, 12, 9), "M", "1", phone="4105550193", zip="00104"),
        AthenaRecord(
            "19002",
            "Scratch",
            "Peter",
            date(1956, 12, 9),
            "M",
            "1",
            primarydepartmentid="1",
            mobilephone="4105550193",
            zip="00104",
            previous_ids=("19001",),
        ),
    ),
    _both(
        "jonas",
        "a twin of another sex with the same initial surname",
        10505,
        ("Beispiel", "Jonas"),
        date(1963, 9, 1),
        "M",
        "1",
        "16507",
        "4105550128",
        "00112",
    ),
    _both("mia", "his sister", 10506, ("Beispiel", "Mia"), date(1963, 9, 1), "F", "1", "16508", "4105550128", "00112"),
    DemoPerson(
        "ilse",
        "a record without a birth date in athenaOne",
        KinometricRecord(10507, "Proba", "Ilse", date(1945, 7, 29), "F", "3", phone="4105550187", zip="00120"),
        AthenaRecord(
            "16550",
            "Proba",
            "Ilse",
            None,
            "F",
            "3",
            primarydepartmentid="3",
            homephone="4105550187",
            zip="00120",
        ),
    ),
    # People whom only athenaOne knows: what a search for the twins brings up beside them.
    DemoPerson(
        "peter_old",
        "the record that was merged away",
        None,
        AthenaRecord(
            "19001",
            "Scratch",
            "Pete",
            date(1956, 12, 9),
            "M",
            "1",
            primarydepartmentid="1",
            status="inactive",
            merged_into="19002",
        ),
        sessions=0,
    ),
    DemoPerson(
        "maria_lopez",
        "the same day and month in another year",
        None,
        AthenaRecord("20117", "Lopez", "Maria", date(1957, 3, 4), "F", "1", primarydepartmentid="1", zip="00131"),
        sessions=0,
    ),
    DemoPerson(
        "marisa",
        "a similar name",
        None,
        AthenaRecord("18802", "Muestra", "Marisa", date(1962, 6, 11), "F", "3", primarydepartmentid="3", zip="00112"),
        sessions=0,
    ),
    DemoPerson(
        "marta",
        "a similar name and the same day and month",
        None,
        AthenaRecord(
            "22640", "Lopez-Prueba", "Marta", date(1951, 3, 4), "F", "1", primarydepartmentid="1", zip="00140"
        ),
        sessions=0,
    ),
    DemoPerson(
        "elena",
        "a middle name used as a first name",
        None,
        AthenaRecord("11935", "Muestra", "Elena", date(1948, 9, 30), "F", "4", primarydepartmentid="4", zip="00104"),
        sessions=0,
    ),
    DemoPerson(
        "manuel",
        "a row of a department that is not allowed, to be counted and not shown",
        None,
        AthenaRecord("18311", "Muestra", "Manuel", date(1951, 3, 4), "M", "7", primarydepartmentid="7", zip="00104"),
        sessions=0,
    ),
    DemoPerson(
        "marina",
        "a second row of a department that is not allowed",
        None,
        AthenaRecord("18317", "Lopez", "Marina", date(1970, 1, 5), "F", "25", primarydepartmentid="25", zip="00104"),
        sessions=0,
    ),
)
"""Everybody of the demo practice; 26 of them are in Kinometric."""
