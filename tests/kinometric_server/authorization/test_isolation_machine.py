"""Whatever is granted, revoked, switched or disabled in whatever order: nobody reads outside their membership."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test
from sqlalchemy import insert, literal, select, update

import kinometric_server.accounts.sessions as sessions_module
from kinometric_server.accounts.memberships import switch_practice
from kinometric_server.accounts.people import disable_everywhere
from kinometric_server.accounts.sessions import end_session, find_session, open_session
from kinometric_server.accounts.tables import user_practices, users
from kinometric_server.database import Actor, PracticeScope
from kinometric_server.errors import ServiceError
from kinometric_server.practices.tables import departments, practices

ROLES = ("admin", "clinician", "readonly")
NUMBERS = count(1)
"""Every practice and user of all runs gets a number of its own, for the runs share one database."""


def machine_of(server):
    """Return the machine's class, working on ``server``; every run adds practices and users of its own."""

    class Isolation(RuleBasedStateMachine):
        practice_keys = Bundle("practice_keys")
        user_keys = Bundle("user_keys")
        tokens = Bundle("tokens")

        def __init__(self) -> None:
            super().__init__()
            self.members: dict[str, dict[str, str]] = {}
            self.active_users: dict[str, bool] = {}
            self.active_practices: dict[str, bool] = {}
            self.rows: dict[str, set[str]] = {}
            self.sessions: dict[str, tuple[str, str | None]] = {}

        @rule(target=practice_keys)
        def make_practice(self):
            with server.database.writing_outside(Actor()) as unit:
                values = {"name": "x", "created_at": unit.now, "updated_at": unit.now}
                key = unit.execute(
                    insert(practices).values(slug=f"practice-{next(NUMBERS)}", **values).returning(practices.c.id)
                ).scalar_one()
            self.rows[key] = set()
            self.active_practices[key] = True
            return key

        @rule(target=user_keys)
        def make_user(self):
            with server.database.writing_outside(Actor()) as unit:
                key = unit.execute(
                    insert(users)
                    .values(username=f"user-{next(NUMBERS)}", password="x", created_at=unit.now)
                    .returning(users.c.user_id)
                ).scalar_one()
            self.members[key] = {}
            self.active_users[key] = True
            return key

        @rule(user=user_keys, practice=practice_keys, role=st.sampled_from(ROLES))
        def grant(self, user, practice, role):
            with server.database.writing_outside(Actor()) as unit:
                mine = (user_practices.c.user_id == user) & (user_practices.c.practice_id == practice)
                if unit.execute(update(user_practices).where(mine).values(role=role, is_active=True)).rowcount == 0:
                    unit.execute(
                        insert(user_practices).values(
                            user_id=user, practice_id=practice, role=role, created_at=unit.now
                        )
                    )
            self.members[user][practice] = role

        @rule(user=user_keys, practice=practice_keys)
        def revoke(self, user, practice):
            with server.database.writing_outside(Actor()) as unit:
                unit.execute(
                    update(user_practices)
                    .where(user_practices.c.user_id == user, user_practices.c.practice_id == practice)
                    .values(is_active=False)
                )
            self.members[user].pop(practice, None)

        @rule(user=user_keys, active=st.booleans())
        def disable_or_enable(self, user, active):
            with server.database.writing_outside(Actor()) as unit:
                name = unit.one(select(users.c.username).where(users.c.user_id == user)).username
                disable_everywhere(unit, Actor(), name, active=active)
            self.active_users[user] = active
            if not active:
                self.sessions = {token: one for token, one in self.sessions.items() if one[0] != user}

        @rule(practice=practice_keys, active=st.booleans())
        def close_or_open_practice(self, practice, active):
            with server.database.writing_outside(Actor()) as unit:
                unit.execute(update(practices).where(practices.c.id == practice).values(is_active=active))
            self.active_practices[practice] = active

        @rule(target=tokens, user=user_keys)
        def sign_in(self, user):
            if not self.active_users[user]:
                return multiple()
            with server.database.writing_outside(Actor()) as unit:
                _, token = open_session(
                    unit, user, client="test", practice_id=None, session_limit=server.settings.session_limit
                )
            self.sessions[token] = (user, None)
            return token

        @rule(token=tokens)
        def sign_out(self, token):
            if token not in self.sessions:
                return
            with server.database.writing_outside(Actor()) as unit:
                end_session(unit, find_session(unit, token, server.settings.idle_limit).session_id)
            del self.sessions[token]

        @rule(token=tokens, practice=practice_keys)
        def switch(self, token, practice):
            if token not in self.sessions:
                return
            user, _ = self.sessions[token]
            may = practice in self.members[user] and self.active_practices[practice]
            try:
                with server.database.writing_outside(Actor()) as unit:
                    session = find_session(unit, token, server.settings.idle_limit)
                    switch_practice(unit, session, practice, "I would like to")
                switched = True
            except ServiceError:
                switched = False
            assert switched == may
            if switched:
                self.sessions[token] = (user, practice)

        @rule(practice=practice_keys)
        def add_row(self, practice):
            with server.database.writing(PracticeScope.of_worker(practice)) as unit:
                key = unit.execute(
                    insert(departments)
                    .values(practice_id=practice, name="x", created_at=unit.now)
                    .returning(departments.c.id)
                ).scalar_one()
            self.rows[practice].add(key)

        @invariant()
        def everybody_sees_exactly_what_their_membership_allows(self):
            for token, (user, practice) in self.sessions.items():
                member = practice in self.members[user] and self.active_practices.get(practice or "", False)
                allowed = self.rows[practice] if member else None
                assert self.seen(token) == allowed

        def seen(self, token):
            try:
                with server.database.reading_outside(Actor()) as unit:
                    scope = find_session(unit, token, server.settings.idle_limit).scope(None, None)
            except ServiceError:
                return None
            with server.database.reading(scope) as unit:
                rows = unit.all(select(departments.c.id).where(departments.c.practice_id == unit.practice_id))
            return {row.id for row in rows}

        def teardown(self):
            for token in self.sessions:
                self.seen(token)

    return Isolation


def test_isolation_holds_under_every_order_of_changes(server):
    run_state_machine_as_test(
        machine_of(server),
        settings=hypothesis_settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.soak
def test_the_machine_finds_a_planted_stale_membership(server, monkeypatch):
    stale = sessions_module._FIND.with_only_columns(
        *[
            literal("clinician").label("role") if column.name == "role" else column
            for column in sessions_module._FIND.selected_columns
        ]
    )
    monkeypatch.setattr(sessions_module, "_FIND", stale)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_state_machine_as_test(
            machine_of(server),
            settings=hypothesis_settings(
                max_examples=200, stateful_step_count=25, deadline=None, phases=[Phase.generate], database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
