"""The practices that a user belongs to, and which of them is active."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update

from kinometric.contract.accounts import Me, Membership
from kinometric_server.accounts.sessions import Session, end_sessions_of
from kinometric_server.accounts.tables import sessions, user_practices
from kinometric_server.audit.trail import record
from kinometric_server.database.columns import is_key
from kinometric_server.database.ordering import by_name
from kinometric_server.database.scope import PracticeScope, Role
from kinometric_server.database.unit import Unit
from kinometric_server.errors import BadInputError, NotFoundError
from kinometric_server.operations.server import Server
from kinometric_server.practices.tables import departments, practices

SHORTEST_REASON = 5
LONGEST_REASON = 200


def memberships_of(unit: Unit, user_id: str) -> list[Row[Any]]:
    """Return the active memberships of a user in active practices, ordered by the practice's name."""
    rows = unit.all(
        select(
            user_practices,
            practices.c.name.label("practice_name"),
            practices.c.athena_environment,
            practices.c.athena_practice_id,
            practices.c.documents_write,
            practices.c.time_zone,
        )
        .join(practices, practices.c.id == user_practices.c.practice_id)
        .where(user_practices.c.user_id == user_id, user_practices.c.is_active, practices.c.is_active)
    )
    return by_name(rows, "practice_name", "practice_id")


def devices_demanded_of(unit: Unit, user_id: str) -> bool:
    """Say whether one of the user's practices admits enrolled computers only."""
    found = unit.first(
        select(practices.c.id)
        .join(user_practices, user_practices.c.practice_id == practices.c.id)
        .where(user_practices.c.user_id == user_id, user_practices.c.is_active, practices.c.require_devices)
    )
    return found is not None


def default_of(unit: Unit, user_id: str) -> Row[Any] | None:
    """Return the membership that a sign-in starts in: the default one, else the first by name."""
    rows = memberships_of(unit, user_id)
    return next((row for row in rows if row.is_default), rows[0] if rows else None)


def me(server: Server, session: Session) -> Me:
    """Return what the signed-in user may know of themselves."""
    with server.database.reading_outside(session.actor(None, None)) as unit:
        rows = memberships_of(unit, session.user_id)
        entered = None
        if session.practice_id and session.role is None and session.is_superadmin and session.entered_reason:
            entered = unit.first(select(practices).where(practices.c.id == session.practice_id, practices.c.is_active))
    names: dict[str, str] = {}
    for row in rows:
        if row.department_id is not None:
            scope = PracticeScope.of_worker(row.practice_id)
            with server.database.reading(scope) as unit:
                found = unit.first(
                    select(departments.c.name).where(
                        departments.c.practice_id == row.practice_id, departments.c.id == row.department_id
                    )
                )
            names[row.department_id] = "" if found is None else found.name
    listed = tuple(_membership(row, names.get(row.department_id)) for row in rows)
    active = next((one for one in listed if one.practice_id == session.practice_id), None)
    if active is None and entered is not None:
        active = Membership(
            practice_id=entered.id,
            practice_name=entered.name,
            role="admin",
            can_match=False,
            can_review=False,
            can_upload=False,
            is_default=False,
            department_id=None,
            department_name=None,
            athena_environment=entered.athena_environment,
            athena_practice_id=entered.athena_practice_id,
            documents_write=entered.documents_write,
            time_zone=entered.time_zone,
        )
    now = server.clock()
    left = min(session.last_action_at + server.settings.idle_limit, session.ends_at) - now
    return Me(
        user_id=session.user_id,
        username=session.username,
        display_name=session.shown_name,
        is_superadmin=session.is_superadmin,
        active=active,
        memberships=listed,
        idle_end_s=max(0.0, left.total_seconds()),
        demo=server.demo,
        server_time=now.isoformat(),
        second_factor_on=session.second_factor_on,
        second_factor_needed=session.second_factor_missing,
        password_to_change=session.password_to_change,
    )


def _membership(row: Row[Any], department_name: str | None) -> Membership:
    return Membership(
        practice_id=row.practice_id,
        practice_name=row.practice_name,
        role=row.role,
        can_match=row.can_match,
        can_review=row.can_review,
        can_upload=row.can_upload,
        is_default=row.is_default,
        department_id=row.department_id,
        department_name=department_name,
        athena_environment=row.athena_environment,
        athena_practice_id=row.athena_practice_id,
        documents_write=row.documents_write,
        time_zone=row.time_zone,
    )


def make_default(unit: Unit, user_id: str, practice_id: str) -> None:
    """Let a user's sign-ins begin in a practice that they belong to."""
    here = user_practices.c.practice_id == practice_id
    mine = user_practices.c.user_id == user_id
    unit.execute(
        update(user_practices).where(mine, user_practices.c.practice_id != practice_id).values(is_default=False)
    )
    unit.execute(update(user_practices).where(mine, here).values(is_default=True))


def switch_practice(
    unit: Unit, session: Session, practice_id: str, reason: str | None, *, as_default: bool = False
) -> None:
    """Make another practice the active one of this session.

    A superadmin who is no member enters with a reason, which the audit trail keeps; for everybody else a practice that
    they don't belong to isn't there.
    """
    practice = unit.first(select(practices).where(practices.c.id == practice_id, practices.c.is_active))
    member = any(row.practice_id == practice_id for row in memberships_of(unit, session.user_id))
    if practice is None or not (member or session.is_superadmin):
        # What was sent may be no key at all but anything, a name for instance.
        asked_for = practice_id if is_key(practice_id) else None
        record(unit, unit.scope, "practice_switched", "practice", asked_for, "denied")
        raise NotFoundError
    entered = None
    if not member:
        entered = (reason or "").strip()
        if len(entered) < SHORTEST_REASON:
            raise BadInputError("Say why you enter this practice.")
        if len(entered) > LONGEST_REASON:
            raise BadInputError(f"The reason is too long; {LONGEST_REASON} letters are enough.")
    unit.execute(
        update(sessions)
        .where(sessions.c.id == session.session_id)
        .values(practice_id=practice_id, entered_reason=entered)
    )
    if practice.single_session:
        end_sessions_of(unit, session.user_id, but=session.session_id, practice_id=practice_id)
    if as_default and member:
        make_default(unit, session.user_id, practice_id)
    action = "practice_switched" if member else "practice_entered"
    scope = PracticeScope(
        practice_id=practice_id,
        user_id=session.user_id,
        user_name=session.shown_name,
        role=Role.READONLY if member else Role.SUPERADMIN,
        session_id=session.session_id,
        ip=unit.scope.ip,
        request_id=unit.scope.request_id,
    )
    record(unit, scope, action, "practice", practice_id, reason=entered)


def make_department_mine(unit: Unit, scope: PracticeScope, department_id: str) -> None:
    """Make an allowed department of the practice the user's own."""
    row = unit.one(
        select(departments.c.is_active).where(
            departments.c.practice_id == unit.practice_id, departments.c.id == department_id
        )
    )
    if not row.is_active:
        raise BadInputError("This department is not allowed in this practice.")
    changed = unit.execute(
        update(user_practices)
        .where(user_practices.c.user_id == scope.user_id, user_practices.c.practice_id == scope.practice_id)
        .values(department_id=department_id)
    ).rowcount
    if changed != 1:
        raise BadInputError("Only a member of this practice can have a department of their own.")
    record(unit, scope, "department_made_mine", "department", department_id)
