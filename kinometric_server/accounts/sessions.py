"""Sessions: who a token belongs to, what they may do now, and when they end."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, insert, select, update

from kinometric.contract import errors as codes
from kinometric_server.accounts.tables import devices, sessions, user_practices, users
from kinometric_server.database.scope import Actor, PracticeScope, Role, capabilities_of
from kinometric_server.database.unit import Unit
from kinometric_server.errors import DeniedError, NotSignedInError
from kinometric_server.practices.tables import practices

RENEW_GRAIN = timedelta(seconds=10)
TOKEN_DIGITS = 64
DEVICES_ONLY = "This practice admits enrolled computers only. Ask an administrator."
CHOOSE_YOUR_OWN_FIRST = "An administrator set your password. Choose your own first."
IDLE_LIMIT = timedelta(minutes=15)
"""After so long without a person's action a session counts as left in the list of users."""


def new_token() -> str:
    """Return a new session token: 32 random bytes as 64 hex digits."""
    return secrets.token_hex(TOKEN_DIGITS // 2)


def token_hash(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Session:
    """A live session and the present rights of its user, read from the database for this request."""

    session_id: str
    user_id: str
    username: str
    display_name: str
    is_superadmin: bool
    practice_id: str | None
    practice_active: bool
    entered_reason: str | None
    role: Role | None
    department_id: str | None
    can_match: bool
    can_review: bool
    can_upload: bool
    last_action_at: datetime
    ends_at: datetime
    second_factor_on: bool = False
    second_factor_missing: bool = False
    password_to_change: bool = False
    device_id: str | None = None
    device_missing: bool = False

    @property
    def shown_name(self) -> str:
        """The name that results are attributed to."""
        return self.display_name or self.username

    def actor(self, ip: str | None, request_id: str | None) -> Actor:
        """Return this person as somebody outside a practice."""
        return Actor(user_id=self.user_id, session_id=self.session_id, ip=ip, request_id=request_id)

    def scope(self, ip: str | None, request_id: str | None) -> PracticeScope:
        """Return this person in the active practice; DeniedError when there is none."""
        role = self.role
        if self.password_to_change:
            raise DeniedError(CHOOSE_YOUR_OWN_FIRST)
        if self.second_factor_missing:
            raise DeniedError("This practice asks its administrators for a second factor. Set yours up first.")
        if self.device_missing:
            raise DeniedError(DEVICES_ONLY)
        if self.practice_id is None or not self.practice_active:
            raise DeniedError("Choose a practice first.")
        if role is None:
            if not (self.is_superadmin and self.entered_reason):
                raise DeniedError("Choose a practice first.")
            role = Role.SUPERADMIN
        allowed = capabilities_of(
            role, can_match=self.can_match, can_review=self.can_review, can_upload=self.can_upload
        )
        if self.is_superadmin:
            allowed |= capabilities_of(Role.SUPERADMIN)
        return PracticeScope(
            practice_id=self.practice_id,
            user_id=self.user_id,
            user_name=self.shown_name,
            role=role,
            capabilities=allowed,
            department_id=self.department_id,
            session_id=self.session_id,
            ip=ip,
            request_id=request_id,
            is_superadmin=self.is_superadmin,
        )


_FIND = (
    select(
        sessions.c.id,
        sessions.c.user_id,
        users.c.username,
        users.c.display_name,
        users.c.is_admin,
        sessions.c.practice_id,
        practices.c.is_active.label("practice_active"),
        sessions.c.entered_reason,
        user_practices.c.role,
        user_practices.c.department_id,
        user_practices.c.can_match,
        user_practices.c.can_review,
        user_practices.c.can_upload,
        sessions.c.last_action_at,
        sessions.c.ends_at,
        sessions.c.ended_at,
        users.c.is_active,
        users.c.is_2fa_on,
        users.c.password_to_change,
        practices.c.second_factor_for_admins,
        practices.c.require_devices,
        sessions.c.device_id,
        devices.c.revoked_at,
    )
    .join(users, users.c.user_id == sessions.c.user_id)
    .outerjoin(practices, practices.c.id == sessions.c.practice_id)
    .outerjoin(devices, devices.c.id == sessions.c.device_id)
    .outerjoin(
        user_practices,
        and_(
            user_practices.c.user_id == sessions.c.user_id,
            user_practices.c.practice_id == sessions.c.practice_id,
            user_practices.c.is_active,
        ),
    )
    .where(sessions.c.token_hash == bindparam("token_hash"))
)
"""Built once, since every request runs it."""


def find_session(unit: Unit, token: str, idle_limit: timedelta) -> Session:
    """Return the live session of a token with the rights that hold now.

    Raises
    ------
    NotSignedInError
        For an unknown, ended or expired session, or a user who was disabled.
    """
    row = unit.first(_FIND, {"token_hash": token_hash(token)}) if len(token) == TOKEN_DIGITS else None
    if row is None or row.ended_at is not None or not row.is_active:
        raise NotSignedInError
    if unit.now >= row.last_action_at + idle_limit:
        minutes = int(idle_limit.total_seconds() // 60)
        raise NotSignedInError(f"Signed out after {minutes} minutes without activity. Sign in again.")
    if unit.now >= row.ends_at:
        raise NotSignedInError("This session reached its longest time. Sign in again.", codes.SIGNED_OUT)
    return Session(
        session_id=row.id,
        user_id=row.user_id,
        username=row.username,
        display_name=row.display_name,
        is_superadmin=row.is_admin,
        practice_id=row.practice_id,
        practice_active=bool(row.practice_active),
        entered_reason=row.entered_reason,
        role=None if row.role is None else Role(row.role),
        department_id=row.department_id,
        can_match=bool(row.can_match),
        can_review=bool(row.can_review),
        can_upload=bool(row.can_upload),
        last_action_at=row.last_action_at,
        ends_at=row.ends_at,
        second_factor_on=bool(row.is_2fa_on),
        password_to_change=bool(row.password_to_change),
        device_id=row.device_id,
        device_missing=bool(row.require_devices and (row.device_id is None or row.revoked_at is not None)),
        second_factor_missing=bool(
            row.second_factor_for_admins and not row.is_2fa_on and (row.role == Role.ADMIN or row.role is None)
        ),
    )


def renew(unit: Unit, session_id: str) -> None:
    """Start the idle time of a session anew, because a person did something."""
    unit.execute(update(sessions).where(sessions.c.id == session_id).values(last_action_at=unit.now))


def open_session(
    unit: Unit,
    user_id: str,
    *,
    client: str,
    practice_id: str | None,
    session_limit: timedelta,
    device_id: str | None = None,
) -> tuple[str, str]:
    """Make a session; return (session id, token). The token is not stored."""
    token = new_token()
    key = unit.execute(
        insert(sessions)
        .values(
            token_hash=token_hash(token),
            user_id=user_id,
            client=client,
            practice_id=practice_id,
            device_id=device_id,
            created_at=unit.now,
            last_action_at=unit.now,
            ends_at=unit.now + session_limit,
        )
        .returning(sessions.c.id)
    ).scalar_one()
    return key, token


def end_session(unit: Unit, session_id: str) -> None:
    """End one session."""
    unit.execute(
        update(sessions).where(sessions.c.id == session_id, sessions.c.ended_at.is_(None)).values(ended_at=unit.now)
    )


def end_sessions_of(unit: Unit, user_id: str, *, but: str | None = None, practice_id: str | None = None) -> int:
    """End a user's sessions (but one, or only those in one practice); return how many."""
    chosen = [sessions.c.user_id == user_id, sessions.c.ended_at.is_(None)]
    if but is not None:
        chosen.append(sessions.c.id != but)
    if practice_id is not None:
        chosen.append(sessions.c.practice_id == practice_id)
    return unit.execute(update(sessions).where(*chosen).values(ended_at=unit.now)).rowcount
