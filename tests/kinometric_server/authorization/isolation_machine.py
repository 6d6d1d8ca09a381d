"""A machine that grants, revokes, switches, disables, waits and reads in any order, and knows who may see what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import insert, select, update

from kinometric_server.accounts import memberships, people, sessions
from kinometric_server.accounts.tables import user_practices, users
from kinometric_server.database import Actor, PracticeScope
from kinometric_server.errors import ServiceError
from kinometric_server.practices.tables import departments, practices

ROLES = ("admin", "clinician", "readonly")
NUMBERS = count(1)
"""Every practice and user of all runs gets a number of its own, for the runs share one database."""
IDLE = timedelta(minutes=15)
USERS, PRACTICES, TOKENS = st.integers(0, 2), st.integers(0, 1), st.integers(0, 5)


@dataclass
class KnownUser:
    """What the machine did to a user."""

    superadmin: bool
    active: bool = True
    roles: dict[str, str] = field(default_factory=dict)


@dataclass
class KnownSession:
    """What the machine did in a session."""

    user: str
    last_action: datetime
    practice: str | None = None
    entered: bool = False
    ended: bool = False


def machine_of(server: Any) -> type[RuleBasedStateMachine]:
    """Return the machine's class, working on ``server``; every run adds practices and users of its own."""

    class Isolation(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.users: dict[str, KnownUser] = {}
            self.open_practices: dict[str, bool] = {}
            self.rows: dict[str, set[str]] = {}
            self.sessions: dict[str, KnownSession] = {}

        @initialize()
        def begin(self):
            """Make two practices and three users, the last of them a superadmin; everybody signs in somewhere."""
            with server.database.writing_outside(Actor()) as unit:
                made = {"name": "x", "created_at": unit.now, "updated_at": unit.now}
                for _ in range(2):
                    slug = f"practice-{next(NUMBERS)}"
                    key = unit.execute(
                        insert(practices).values(slug=slug, **made).returning(practices.c.id)
                    ).scalar_one()
                    self.rows[key] = set()
                    self.open_practices[key] = True
                for superadmin in (False, False, True):
                    values = {"password": "x", "created_at": unit.now, "is_admin": superadmin}
                    name = f"user-{next(NUMBERS)}"
                    key = unit.execute(
                        insert(users).values(username=name, **values).returning(users.c.user_id)
                    ).scalar_one()
                    self.users[key] = KnownUser(superadmin)
            for number in range(3):
                if number < 2:
                    self.grant(number, number, ROLES[number])
                    self.add_row(number)
                self.sign_in(number)
                self.switch(number, number % 2, "A call for help")

        def user(self, number: int) -> str:
            return list(self.users)[number]

        def practice(self, number: int) -> str:
            return list(self.rows)[number]

        def token(self, number: int) -> str:
            return list(self.sessions)[number % len(self.sessions)]

        @rule(user=USERS, practice=PRACTICES, role=st.sampled_from(ROLES))
        def grant(self, user, practice, role):
            user, practice = self.user(user), self.practice(practice)
            with server.database.writing_outside(Actor()) as unit:
                mine = (user_practices.c.user_id == user) & (user_practices.c.practice_id == practice)
                if unit.execute(update(user_practices).where(mine).values(role=role, is_active=True)).rowcount == 0:
                    values = {"user_id": user, "practice_id": practice, "role": role, "created_at": unit.now}
                    unit.execute(insert(user_practices).values(values))
            self.users[user].roles[practice] = role

        @rule(user=USERS, practice=PRACTICES)
        def revoke(self, user, practice):
            user, practice = self.user(user), self.practice(practice)
            with server.database.writing_outside(Actor()) as unit:
                mine = (user_practices.c.user_id == user) & (user_practices.c.practice_id == practice)
                unit.execute(update(user_practices).where(mine).values(is_active=False))
            self.users[user].roles.pop(practice, None)

        @rule(user=USERS, active=st.booleans())
        def disable_or_enable(self, user, active):
            user = self.user(user)
            with server.database.writing_outside(Actor()) as unit:
                name = unit.one(select(users.c.username).where(users.c.user_id == user)).username
                people.disable_everywhere(unit, Actor(), name, active=active)
            self.users[user].active = active
            if not active:
                for session in self.sessions.values():
                    session.ended |= session.user == user

        @rule(user=USERS)
        def disable_for_a_moment(self, user):
            self.disable_or_enable(user, active=False)
            self.disable_or_enable(user, active=True)

        @rule(practice=PRACTICES, active=st.booleans())
        def close_or_open_practice(self, practice, active):
            practice = self.practice(practice)
            with server.database.writing_outside(Actor()) as unit:
                unit.execute(update(practices).where(practices.c.id == practice).values(is_active=active))
            self.open_practices[practice] = active

        @rule(user=USERS)
        def sign_in(self, user):
            user = self.user(user)
            if not self.users[user].active:
                return
            with server.database.writing_outside(Actor()) as unit:
                limit = server.settings.session_limit
                _, token = sessions.open_session(unit, user, client="test", practice_id=None, session_limit=limit)
            self.sessions[token] = KnownSession(user, server.clock())

        @rule(minutes=st.integers(1, 9))
        def wait(self, minutes):
            server.clock.advance(minutes=minutes)
            for session in self.sessions.values():
                session.ended |= server.clock() >= session.last_action + IDLE

        @rule(token=TOKENS)
        def do_something(self, token):
            token = self.token(token)
            if not self.sessions[token].ended:
                with server.database.writing_outside(Actor()) as unit:
                    found = sessions.find_session(unit, token, server.settings.idle_limit)
                    sessions.renew(unit, found.session_id)
                self.sessions[token].last_action = server.clock()

        @rule(token=TOKENS)
        def sign_out(self, token):
            token = self.token(token)
            if not self.sessions[token].ended:
                with server.database.writing_outside(Actor()) as unit:
                    found = sessions.find_session(unit, token, server.settings.idle_limit)
                    sessions.end_session(unit, found.session_id)
                self.sessions[token].ended = True

        @rule(token=TOKENS, practice=PRACTICES, reason=st.sampled_from(["", "A call for help"]))
        def switch(self, token, practice, reason):
            token, practice = self.token(token), self.practice(practice)
            session = self.sessions[token]
            known = self.users[session.user]
            member = practice in known.roles
            may = (
                not session.ended and self.open_practices[practice] and (member or (known.superadmin and reason != ""))
            )
            try:
                with server.database.writing_outside(Actor()) as unit:
                    found = sessions.find_session(unit, token, server.settings.idle_limit)
                    memberships.switch_practice(unit, found, practice, reason)
                switched = True
            except ServiceError:
                switched = False
            assert switched == may
            if switched:
                session.practice, session.entered = practice, not member

        @rule(practice=PRACTICES)
        def add_row(self, practice):
            practice = self.practice(practice)
            with server.database.writing(PracticeScope.of_worker(practice)) as unit:
                values = {"practice_id": practice, "name": "x", "created_at": unit.now}
                key = unit.execute(insert(departments).values(values).returning(departments.c.id)).scalar_one()
            self.rows[practice].add(key)

        @invariant()
        def everybody_sees_exactly_what_their_membership_allows(self):
            for token, session in self.sessions.items():
                assert self.seen(token) == self.allowed(session)

        def allowed(self, session: KnownSession) -> tuple[str, set[str]] | None:
            user = self.users[session.user]
            if session.ended or session.practice is None or not self.open_practices[session.practice]:
                return None
            role = user.roles.get(session.practice)
            if role is None and user.superadmin and session.entered:
                role = "superadmin"
            return None if role is None else (role, self.rows[session.practice])

        def seen(self, token: str) -> tuple[str, set[str]] | None:
            try:
                with server.database.reading_outside(Actor()) as unit:
                    scope = sessions.find_session(unit, token, server.settings.idle_limit).scope(None, None)
            except ServiceError:
                return None
            with server.database.reading(scope) as unit:
                rows = unit.all(select(departments.c.id).where(departments.c.practice_id == unit.practice_id))
            return str(scope.role), {row.id for row in rows}

    return Isolation
