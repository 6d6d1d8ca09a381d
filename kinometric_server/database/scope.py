"""Who asks, from where, in which practice, and what they may do: the value without which no service can be called."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person is in one practice; ``SYSTEM`` is the server's own worker."""

    ADMIN = "admin"
    CLINICIAN = "clinician"
    READONLY = "readonly"
    SUPERADMIN = "superadmin"
    SYSTEM = "system"


class Capability(StrEnum):
    """What a handler asks for. The three ``can_…`` bits are stored with the membership and refine the role."""

    VIEW = "view"
    RECORD = "record"
    MATCH = "can_match"
    REVIEW = "can_review"
    UPLOAD = "can_upload"
    ADMINISTER = "administer"


_BY_ROLE: dict[Role, frozenset[Capability]] = {
    Role.READONLY: frozenset({Capability.VIEW}),
    Role.CLINICIAN: frozenset({Capability.VIEW, Capability.RECORD}),
    Role.ADMIN: frozenset({Capability.VIEW, Capability.RECORD, Capability.ADMINISTER}),
    Role.SUPERADMIN: frozenset({Capability.VIEW, Capability.ADMINISTER}),
    Role.SYSTEM: frozenset(Capability),
}
_REFINEMENTS = frozenset({Capability.MATCH, Capability.REVIEW, Capability.UPLOAD})


def capabilities_of(
    role: Role, *, can_match: bool = False, can_review: bool = False, can_upload: bool = False
) -> frozenset[Capability]:
    """Return what a membership allows; the bits refine clinician and admin and never lift readonly."""
    allowed = _BY_ROLE[role]
    if role in (Role.CLINICIAN, Role.ADMIN):
        bits = {Capability.MATCH: can_match, Capability.REVIEW: can_review, Capability.UPLOAD: can_upload}
        allowed |= {bit for bit, granted in bits.items() if granted}
    return allowed


@dataclass(frozen=True, slots=True)
class PracticeScope:
    """One person (or the worker) acting in one practice, as the database said at the start of this request."""

    practice_id: str
    user_id: str | None
    user_name: str
    role: Role
    capabilities: frozenset[Capability] = field(default_factory=frozenset)
    department_id: str | None = None
    session_id: str | None = None
    ip: str | None = None
    request_id: str | None = None
    is_superadmin: bool = False

    def may(self, capability: Capability) -> bool:
        """Say whether this person may do ``capability`` here."""
        return capability in self.capabilities

    @classmethod
    def of_worker(cls, practice_id: str) -> PracticeScope:
        """Return the scope in which the server's own worker acts for one practice."""
        return cls(
            practice_id=practice_id,
            user_id=None,
            user_name="worker",
            role=Role.SYSTEM,
            capabilities=capabilities_of(Role.SYSTEM),
        )

    @classmethod
    def of_superadmin(cls, actor: Actor, practice_id: str) -> PracticeScope:
        """Return the scope in which a superadmin, who is in no practice, changes one of them as a whole."""
        return cls(
            practice_id=practice_id,
            user_id=actor.user_id,
            user_name="",
            role=Role.SUPERADMIN,
            session_id=actor.session_id,
            ip=actor.ip,
            request_id=actor.request_id,
            is_superadmin=True,
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody outside a practice: before sign-in, between practices, or a superadmin at work on the installation."""

    user_id: str | None = None
    session_id: str | None = None
    ip: str | None = None
    request_id: str | None = None
