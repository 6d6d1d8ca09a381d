"""Make and change users: an administrator those of the practice, a superadmin the first ones."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, insert, select, update

from kinometric.contract import errors as codes
from kinometric.contract.accounts import ChangeUser, NewMember, NewUser, UserRow
from kinometric_server.accounts import memberships
from kinometric_server.accounts.sessions import IDLE_LIMIT, end_sessions_of
from kinometric_server.accounts.tables import sessions, user_practices, users
from kinometric_server.audit.trail import record
from kinometric_server.database.ordering import by_name
from kinometric_server.database.scope import Actor, PracticeScope
from kinometric_server.database.unit import Unit
from kinometric_server.errors import BadInputError, ConflictError, DeniedError, NotFoundError, StaleWriteError
from kinometric_server.practices.tables import departments, practices
from kinometric_server.security.passwords import Passwords, check_new_password
from kinometric_server.short_text import short_text

_SHOWN_NAME, _EMAIL = (120, "shown name"), (200, "e-mail address")
OWN_ACCOUNT = "Your own password and second factor are changed in your account, with the password."
_RIGHTS = ("role", "can_match", "can_review", "can_upload", "department_id", "is_active")


def check_user_name(username: str) -> str:
    """Return a user name as it is stored, in lower case; BadInputError if it can't be one."""
    name = username.strip().lower()
    if not name or len(name) > 80 or any(char.isspace() for char in name):
        raise BadInputError("The user name needs 1 to 80 characters without spaces.")
    return name


def make_user(
    unit: Unit,
    passwords: Passwords,
    *,
    username: str,
    password: str,
    display_name: str = "",
    email: str = "",
    superadmin: bool = False,
    password_to_change: bool = False,
) -> str:
    """Make a user without memberships; return the key. The password must keep the rule."""
    name = check_user_name(username)
    check_new_password(password, name)
    if unit.first(select(users.c.user_id).where(users.c.username == name)) is not None:
        raise ConflictError("This user name is taken.")
    key = unit.execute(
        insert(users)
        .values(
            username=name,
            password=passwords.hash(password),
            display_name=short_text(display_name, *_SHOWN_NAME),
            email=short_text(email, *_EMAIL),
            is_admin=superadmin,
            password_to_change=password_to_change,
            created_at=unit.now,
        )
        .returning(users.c.user_id)
    ).scalar_one()
    record(unit, unit.scope, "user_created", "user", key, details={"superadmin": superadmin})
    return str(key)


def add_membership(
    unit: Unit,
    user_id: str,
    practice_id: str,
    *,
    role: str,
    can_match: bool = False,
    can_review: bool = False,
    can_upload: bool = False,
    department_id: str | None = None,
) -> None:
    """Make a user a member of a practice; the first membership is the default one."""
    practices_of = unit.all(select(user_practices.c.practice_id).where(user_practices.c.user_id == user_id))
    if any(row.practice_id == practice_id for row in practices_of):
        raise ConflictError("This user is already a member of the practice.")
    first = not practices_of
    readonly = role == "readonly"
    unit.execute(
        insert(user_practices).values(
            user_id=user_id,
            practice_id=practice_id,
            role=role,
            is_default=first,
            department_id=department_id,
            can_match=can_match and not readonly,
            can_review=can_review and not readonly,
            can_upload=can_upload and not readonly,
            created_at=unit.now,
        )
    )
    record(unit, unit.scope, "membership_created", "user", user_id, details={"role": role})


def add_user(unit: Unit, scope: PracticeScope, passwords: Passwords, asked: NewUser) -> UserRow:
    """Make a user in the administrator's practice."""
    if asked.department_id is not None:
        _check_department(unit, asked.department_id)
    key = make_user(
        unit,
        passwords,
        username=asked.username,
        password=asked.password,
        display_name=asked.display_name,
        email=asked.email,
        password_to_change=True,
    )
    add_membership(
        unit,
        key,
        scope.practice_id,
        role=asked.role,
        can_match=asked.can_match,
        can_review=asked.can_review,
        can_upload=asked.can_upload,
        department_id=asked.department_id,
    )
    return user_row(unit, key)


def add_member(unit: Unit, scope: PracticeScope, asked: NewMember) -> UserRow:
    """Let a user of other practices work in this one too; a superadmin says so."""
    if asked.department_id is not None:
        _check_department(unit, asked.department_id)
    user = unit.first(select(users.c.user_id).where(users.c.username == asked.username.strip().lower()))
    if user is None:
        raise BadInputError("There is no user of this name.")
    add_membership(
        unit,
        user.user_id,
        scope.practice_id,
        role=asked.role,
        can_match=asked.can_match,
        can_review=asked.can_review,
        can_upload=asked.can_upload,
        department_id=asked.department_id,
    )
    return user_row(unit, user.user_id)


def _check_department(unit: Unit, department_id: str) -> None:
    row = unit.first(
        select(departments.c.is_active).where(
            departments.c.practice_id == unit.practice_id, departments.c.id == department_id
        )
    )
    if row is None or not row.is_active:
        raise BadInputError("This department is not allowed in this practice.", codes.NO_DEPARTMENT)


def _rows(unit: Unit, user_id: str | None = None) -> list[Row[Any]]:
    last_seen = (
        select(func.max(sessions.c.last_action_at))
        .where(sessions.c.user_id == users.c.user_id, sessions.c.practice_id == unit.practice_id)
        .scalar_subquery()
    )
    live = (
        select(func.count())
        .select_from(sessions)
        .where(
            sessions.c.user_id == users.c.user_id,
            sessions.c.practice_id == unit.practice_id,
            sessions.c.ended_at.is_(None),
            sessions.c.ends_at > unit.now,
            sessions.c.last_action_at > unit.now - IDLE_LIMIT,
        )
        .scalar_subquery()
    )
    other = user_practices.alias("other")
    elsewhere = (
        select(func.count())
        .select_from(other)
        .where(other.c.user_id == users.c.user_id, other.c.practice_id != unit.practice_id)
        .scalar_subquery()
    )
    chosen = [user_practices.c.practice_id == unit.practice_id]
    if user_id is not None:
        chosen.append(user_practices.c.user_id == user_id)
    rows = unit.all(
        select(
            users.c.user_id,
            users.c.username,
            users.c.display_name,
            users.c.email,
            users.c.is_2fa_on,
            users.c.is_active.label("user_active"),
            users.c.is_admin,
            users.c.password_to_change,
            user_practices,
            last_seen.label("last_seen"),
            live.label("live"),
            elsewhere.label("elsewhere"),
        )
        .join(users, users.c.user_id == user_practices.c.user_id)
        .where(*chosen)
    )
    return by_name(rows, "username", "user_id")


def _row(row: Row[Any]) -> UserRow:
    return UserRow(
        user_id=row.user_id,
        username=row.username,
        display_name=row.display_name,
        email=row.email,
        role=row.role,
        can_match=row.can_match,
        can_review=row.can_review,
        can_upload=row.can_upload,
        department_id=row.department_id,
        is_active=row.is_active and row.user_active,
        second_factor_on=row.is_2fa_on,
        last_seen=None if row.last_seen is None else row.last_seen.isoformat(),
        version=row.version,
        only_here=row.elsewhere == 0 and not row.is_admin,
        is_default=row.is_default,
        password_to_change=row.password_to_change,
        live_sessions=row.live,
        disabled_everywhere=not row.user_active,
    )


def list_users(unit: Unit, scope: PracticeScope) -> list[UserRow]:
    """Return the practice's users; looking at them is audited."""
    rows = [_row(row) for row in _rows(unit)]
    record(unit, scope, "users_read", "practice", scope.practice_id, details={"count": len(rows)})
    return rows


def user_row(unit: Unit, user_id: str) -> UserRow:
    """Return one user of the practice; 404 for users of others."""
    rows = _rows(unit, user_id)
    if not rows:
        raise NotFoundError
    return _row(rows[0])


def change_user(unit: Unit, scope: PracticeScope, passwords: Passwords, user_id: str, asked: ChangeUser) -> UserRow:
    """Change a user's rights in the practice; they count from the next request.

    A user who belongs to other practices too keeps name and password: those are not this administrator's to change.
    """
    present = user_row(unit, user_id)
    values = {name: getattr(asked, name) for name in _RIGHTS if getattr(asked, name) is not None}
    if values.get("department_id"):
        _check_department(unit, values["department_id"])
    if "department_id" in values and not values["department_id"]:
        values["department_id"] = None
    demoted = present.role == "admin" and (
        values.get("role", "admin") != "admin" or values.get("is_active", True) is False
    )
    if demoted:  # two administrators who demote each other at the same moment come one after the other
        unit.first(select(practices.c.id).where(practices.c.id == unit.practice_id).with_for_update())
    if demoted and present.is_active and _other_admins(unit, user_id) == 0:
        raise ConflictError("The last administrator of a practice can't be demoted or disabled.")
    if values.get("role", present.role) == "readonly":
        values |= {"can_match": False, "can_review": False, "can_upload": False}
    changed = unit.execute(
        update(user_practices)
        .where(
            user_practices.c.practice_id == unit.practice_id,
            user_practices.c.user_id == user_id,
            user_practices.c.version == asked.version,
        )
        .values(**values, version=user_practices.c.version + 1)
    ).rowcount
    if changed != 1:
        raise StaleWriteError
    if asked.is_default:
        memberships.make_default(unit, user_id, scope.practice_id)
    if asked.display_name is not None or asked.password is not None or asked.email is not None:
        _change_person(unit, scope, passwords, user_id, asked)
    if values.get("is_active") is False:
        end_sessions_of(unit, user_id, practice_id=unit.practice_id)
    shown = {name: value for name, value in values.items() if name != "department_id"}
    record(unit, scope, "user_changed", "user", user_id, details={**shown, "password": asked.password is not None})
    return user_row(unit, user_id)


def _change_person(unit: Unit, scope: PracticeScope, passwords: Passwords, user_id: str, asked: ChangeUser) -> None:
    user = unit.one(select(users).where(users.c.user_id == user_id))
    if not only_here(unit, user_id) and not scope.is_superadmin:
        raise DeniedError("This person works in other practices too; only a superadmin can change name or password.")
    if asked.password is not None and user_id == scope.user_id:
        raise DeniedError(OWN_ACCOUNT)
    values: dict[str, Any] = {}
    if asked.display_name is not None:
        values["display_name"] = short_text(asked.display_name, *_SHOWN_NAME)
    if asked.email is not None:
        values["email"] = short_text(asked.email, *_EMAIL)
    if asked.password is not None:
        check_new_password(asked.password, user.username)
        values |= {"password": passwords.hash(asked.password), "failed_tries": 0, "password_to_change": True}
        end_sessions_of(unit, user_id)
    unit.execute(update(users).where(users.c.user_id == user_id).values(**values))


def only_here(unit: Unit, user_id: str) -> bool:
    """Say whether a user belongs to this practice alone, so that its administrator may change the person too."""
    elsewhere = unit.first(
        select(user_practices.c.id).where(
            user_practices.c.user_id == user_id, user_practices.c.practice_id != unit.practice_id
        )
    )
    user = unit.one(select(users.c.is_admin).where(users.c.user_id == user_id))
    return elsewhere is None and not user.is_admin


def _other_admins(unit: Unit, user_id: str) -> int:
    return int(
        unit.execute(
            select(func.count())
            .select_from(user_practices)
            .join(users, users.c.user_id == user_practices.c.user_id)
            .where(
                user_practices.c.practice_id == unit.practice_id,
                user_practices.c.role == "admin",
                user_practices.c.is_active,
                users.c.is_active,
                user_practices.c.user_id != user_id,
            )
        ).scalar_one()
    )


def user_named(unit: Unit, username: str) -> Row[Any]:
    """Return a user by name; 404 if there is none."""
    return unit.one(select(users).where(users.c.username == username.strip().lower()))


def set_password(unit: Unit, passwords: Passwords, username: str, password: str, *, to_change: bool = True) -> None:
    """Set a user's password from the console; their sessions end and the block after wrong tries is lifted.

    The user has to choose one of their own with it, unless ``to_change`` is false.
    """
    user = user_named(unit, username)
    check_new_password(password, user.username)
    unit.execute(
        update(users)
        .where(users.c.user_id == user.user_id)
        .values(password=passwords.hash(password), failed_tries=0, password_to_change=to_change)
    )
    end_sessions_of(unit, user.user_id)
    record(unit, unit.scope, "password_set", "user", user.user_id)


def disable_everywhere(unit: Unit, actor: Actor | PracticeScope, username: str, *, active: bool) -> None:
    """Disable (or enable) a user in all practices at once; their sessions end with it."""
    row = user_named(unit, username)
    unit.execute(update(users).where(users.c.user_id == row.user_id).values(is_active=active, failed_tries=0))
    if not active:
        end_sessions_of(unit, row.user_id)
    record(unit, actor, "user_enabled" if active else "user_disabled", "user", row.user_id)


def allow_everywhere(unit: Unit, scope: PracticeScope, user_id: str, *, active: bool) -> UserRow:
    """Disable one of the practice's users in all practices at once, or allow them again."""
    if user_row(unit, user_id).user_id == scope.user_id and not active:
        raise ConflictError("Nobody can disable themselves.")
    username = unit.one(select(users.c.username).where(users.c.user_id == user_id)).username
    disable_everywhere(unit, scope, username, active=active)
    return user_row(unit, user_id)
