"""May these two records be linked? The rules that workstation and server both hold, as typed results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kinometric.matching.comparing import Comparison, compare
from kinometric.matching.normalising import real_birth_date
from kinometric.matching.values import Field, PersonRecord

ObstacleCode = Literal[
    "birth_date_missing",
    "years_differ",
    "deleted",
    "merged",
    "name_and_birth_date_differ",
    "sandbox_in_production",
    "real_patient_in_test",
    "athena_off",
    "department_not_allowed",
]

REASONS: tuple[str, ...] = (
    "Married or changed name",
    "Typing error in Kinometric",
    "Typing error in athenaOne",
    "Other",
)
"""The reasons that are offered; "Other" needs a text of its own."""

OTHER_REASON = "Other"
LONGEST_REASON = 200

_REASON_SUBJECTS: dict[Field, str] = {
    "lastname": "last name",
    "firstname": "first name",
    "born": "birth date",
    "sex": "sex",
}


@dataclass(frozen=True)
class Obstacle:
    """Why two records can't be linked as they stand.

    Attributes
    ----------
    code : ObstacleCode
    sentence : str
        Holds no value of either record.
    admin_may : bool
        True where an administrator can link nevertheless, with reasons.
    """

    code: ObstacleCode
    sentence: str
    admin_may: bool = False


@dataclass(frozen=True)
class ReasonNeeded:
    """A difference that a person must explain before linking.

    Attributes
    ----------
    field : Field
    label : str
        As the screen asks for it.
    """

    field: Field
    label: str


@dataclass(frozen=True)
class LinkCheck:
    """What stands between two records and a link, before anything is typed.

    Attributes
    ----------
    obstacles : tuple of Obstacle
    warnings : tuple of str
    reasons_needed : tuple of ReasonNeeded
    comparison : Comparison
    """

    obstacles: tuple[Obstacle, ...]
    warnings: tuple[str, ...]
    reasons_needed: tuple[ReasonNeeded, ...]
    comparison: Comparison

    @property
    def possible(self) -> bool:
        """True when nothing forbids the link."""
        return not self.obstacles


def link_obstacles(
    ours: PersonRecord,
    theirs: PersonRecord,
    status: str = "active",
    *,
    is_admin: bool = False,
    is_sandbox: bool | None = None,
    environment: str | None = None,
    department_allowed: bool = True,
    comparison: Comparison | None = None,
) -> LinkCheck:
    """Say what forbids a link, what must be explained, and what to be warned of.

    Parameters
    ----------
    ours, theirs : PersonRecord
        Kinometric's and athenaOne's record.
    status : str
        athenaOne's status of the record: active, inactive, prospective, deleted or merged.
    is_admin : bool
        True for an administrator, who may link records whose last name and birth date both differ.
    is_sandbox : bool or None
        Whether ours is a sandbox patient; None where the caller checks that itself.
    environment : str or None
        The practice's athenaOne environment: none, standin, preview or production; None where the caller checks it.
    department_allowed : bool
        What the department gate said.
    comparison : Comparison or None
        The comparison of the two, where it is at hand.

    Returns
    -------
    LinkCheck
        Sentences hold no value of either record.
    """
    comparison = comparison or compare(ours, theirs)
    obstacles = [
        *_environment_obstacles(is_sandbox, environment),
        *_status_obstacles(status),
        *_birth_date_obstacles(ours, theirs),
        *_difference_obstacles(comparison, is_admin=is_admin),
    ]
    if not department_allowed:
        obstacles.append(
            Obstacle(
                "department_not_allowed",
                "This patient belongs to a department your practice is not set up for. Ask an administrator.",
            )
        )
    warnings = []
    plain_status = status.strip().lower()
    if plain_status == "inactive":
        warnings.append("This record is inactive in athenaOne. Check that it is the chart in use.")
    elif plain_status == "prospective":
        warnings.append("This record is prospective in athenaOne: the patient has not been seen yet.")
    return LinkCheck(tuple(obstacles), tuple(warnings), _reasons_needed(comparison), comparison)


def _environment_obstacles(is_sandbox: bool | None, environment: str | None) -> list[Obstacle]:
    if environment == "none":
        return [Obstacle("athena_off", "athenaOne is not used in this practice.")]
    if is_sandbox is None or environment is None:
        return []
    if is_sandbox and environment == "production":
        sentence = "A TEST patient can't be linked in a practice that works with real charts."
        return [Obstacle("sandbox_in_production", sentence)]
    if not is_sandbox and environment != "production":
        sentence = "A real patient can't be linked in a practice that works with a test environment."
        return [Obstacle("real_patient_in_test", sentence)]
    return []


def _status_obstacles(status: str) -> list[Obstacle]:
    plain = status.strip().lower()
    if plain == "deleted":
        return [Obstacle("deleted", "This record was deleted in athenaOne. Look for the chart in use.")]
    if plain == "merged":
        return [Obstacle("merged", "This record was merged into another in athenaOne. Look for the surviving chart.")]
    return []


def _birth_date_obstacles(ours: PersonRecord, theirs: PersonRecord) -> list[Obstacle]:
    one, other = real_birth_date(ours.born), real_birth_date(theirs.born)
    if one is None or other is None:
        if one is None and other is None:
            where = "Both records lack a birth date."
        else:
            where = "Kinometric has no birth date." if one is None else "athenaOne has no birth date."
        return [Obstacle("birth_date_missing", f"{where} Add it there before you link.")]
    if one.year != other.year:
        sentence = "The years of birth differ. Correct the record that is wrong, here or in athenaOne, before you link."
        return [Obstacle("years_differ", sentence)]
    return []


def _difference_obstacles(comparison: Comparison, *, is_admin: bool) -> list[Obstacle]:
    both = comparison.verdict("lastname") == "differs" and comparison.verdict("born") in ("differs", "swapped")
    if not both or is_admin:
        return []
    sentence = "Last name and birth date both differ. Only an administrator can link these, with a reason."
    return [Obstacle("name_and_birth_date_differ", sentence, admin_may=True)]


def _reasons_needed(comparison: Comparison) -> tuple[ReasonNeeded, ...]:
    needed: list[ReasonNeeded] = []
    names_swapped = comparison.verdict("lastname") == "swapped"
    for field, subject in _REASON_SUBJECTS.items():
        verdict = comparison.verdict(field)
        if field == "firstname" and names_swapped:
            continue
        if verdict in ("differs", "swapped") or (field in ("lastname", "firstname") and verdict == "missing"):
            label = "swapped names" if field == "lastname" and names_swapped else f"{subject} difference"
            needed.append(ReasonNeeded(field, f"Reason for the {label}"))
    return tuple(needed)


def birth_year_is_right(ours: PersonRecord, theirs: PersonRecord, typed: str) -> bool:
    """True when the typed year of four digits is the year of birth in both records.

    Parameters
    ----------
    ours, theirs : PersonRecord
    typed : str
        As the patient or an identity document says it.

    Returns
    -------
    bool
    """
    one, other = real_birth_date(ours.born), real_birth_date(theirs.born)
    if one is None or other is None or one.year != other.year:
        return False
    return typed.isascii() and typed == f"{one.year:04d}"


def missing_reasons(check: LinkCheck, reasons: Mapping[str, str]) -> tuple[ReasonNeeded, ...]:
    """The differences that have no reason yet; "Other" alone is no reason.

    Parameters
    ----------
    check : LinkCheck
    reasons : mapping of field to text

    Returns
    -------
    tuple of ReasonNeeded
    """
    return tuple(needed for needed in check.reasons_needed if not is_reason(reasons.get(needed.field, "")))


def is_reason(text: str) -> bool:
    """True for a reason that says something: an offered one, or a text of at least three letters.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    plain = text.strip()
    return plain != OTHER_REASON and sum(mark.isalpha() for mark in plain) >= 3 and len(plain) <= LONGEST_REASON
