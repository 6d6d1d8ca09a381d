"""The practices that a person may work in: their own, and for a superadmin all the others, entered with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from kinometric.contract.accounts import Me, Membership
from kinometric.contract.practices import Practice
from kinometric_desktop.client.server import ServerClient

SHORTEST_REASON = 5
NOT_A_MEMBER = "Not one of yours: say why you enter it"
REASON_NEEDED = "Say in a few words why you enter this practice. Its administrators see it."

ENVIRONMENT_NOTES = {
    "none": "Standalone, no athenaOne",
    "standin": "athenaOne stand-in {}, test patients only",
    "preview": "athenaOne Preview {}",
    "production": "athenaOne {}",
}


@dataclass(frozen=True)
class DepartmentChoice:
    """A department that can be worked in; ``department_id`` is Kinometric's key."""

    department_id: str
    words: str
    name: str


def department_choices(client: ServerClient) -> tuple[DepartmentChoice, ...]:
    """The practice's active departments, read on a worker."""
    return tuple(
        DepartmentChoice(one.department_id, f"{one.athena_department_id or ''} {one.name}".strip(), one.name)
        for one in client.departments.list().departments
        if one.is_active
    )


@dataclass(frozen=True)
class PracticeChoice:
    """A practice to choose; ``role`` is "superadmin" where the person is no member of it."""

    practice_id: str
    practice_name: str
    note: str
    role: str
    is_default: bool = False

    @property
    def needs_reason(self) -> bool:
        """True when it is entered with a reason."""
        return self.role == "superadmin"


def practice_note(practice: Membership) -> str:
    """The line below a practice's name: ``athenaOne Preview 990017``."""
    return ENVIRONMENT_NOTES[practice.athena_environment].format(practice.athena_practice_id or "").strip()


def choice_of(practice: Membership) -> PracticeChoice:
    """A membership as a choice."""
    return PracticeChoice(
        practice.practice_id, practice.practice_name, practice_note(practice), practice.role, practice.is_default
    )


def others_of(me: Me, practices: tuple[Practice, ...]) -> tuple[PracticeChoice, ...]:
    """The practices that a superadmin is no member of."""
    mine = {one.practice_id for one in me.memberships}
    return tuple(
        PracticeChoice(one.practice_id, one.name, NOT_A_MEMBER, "superadmin")
        for one in practices
        if one.is_active and one.practice_id not in mine
    )


def choices_for(me: Me, client: ServerClient) -> tuple[PracticeChoice, ...]:
    """All that a person may choose from; asks the server where the person is a superadmin, so call it on a lane."""
    mine = tuple(choice_of(one) for one in me.memberships)
    return mine + others_of(me, client.practice.all()) if me.is_superadmin else mine
