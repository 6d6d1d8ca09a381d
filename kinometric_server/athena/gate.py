"""The department gate: whether a patient of athenaOne may be seen at all, and a department may be written to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from kinometric_server.athena.records import AthenaPatient, id_of

AUDIT_ACTION_DENIED = "get_athena_patient_denied"


@dataclass(frozen=True)
class GateDecision:
    """Whether the gate opens, by which department, and why not."""

    allowed: bool
    by_department: str = ""
    reason: Literal["allowed", "other_department", "no_department"] = "allowed"


def departments_of(patient: AthenaPatient) -> tuple[str, ...]:
    """Every department that a record names, without those that are not set."""
    named = (patient.department_id, patient.primary_department_id, *patient.status_department_ids)
    return tuple(dict.fromkeys(each for each in map(id_of, named) if each))


def decide(patient: AthenaPatient, allowed: Collection[str]) -> GateDecision:
    """Decide whether a patient may be seen.

    Parameters
    ----------
    patient : AthenaPatient
        A record, read by id with its departments' statuses, or a row of a search with what it carries.
    allowed : collection of str
        athenaOne ids of the practice's active allowed departments.

    Returns
    -------
    GateDecision
        Open if any department of the record is allowed; closed if none is, or the record names none.
    """
    wanted = {each for each in map(id_of, allowed) if each}
    named = departments_of(patient)
    if not named:
        return GateDecision(False, reason="no_department")
    for each in named:
        if each in wanted:
            return GateDecision(True, each)
    return GateDecision(False, reason="other_department")


def sift(rows: Iterable[AthenaPatient], allowed: Collection[str]) -> tuple[tuple[AthenaPatient, ...], int]:
    """The rows that pass, and how many did not; of those nothing but the count goes on."""
    listed = list(rows)
    passed = tuple(row for row in listed if decide(row, allowed).allowed)
    return passed, len(listed) - len(passed)


def target_allowed(department_id: str, allowed: Collection[str]) -> bool:
    """Whether a document may be filed in this department."""
    wanted = id_of(department_id)
    return bool(wanted) and wanted in {id_of(each) for each in allowed}
