"""Whatever is granted, revoked, switched or disabled in whatever order: nobody reads outside their membership.

And the machine that says so is held to finding what it is for: faults of the kind that it looks for are planted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Connection, event, literal, select, text, true

from kinometric_server.accounts import memberships, people, sessions
from kinometric_server.accounts.tables import user_practices
from tests.kinometric_server.authorization.isolation_machine import machine_of

Plant = Callable[[pytest.MonkeyPatch, Any], None]


def run(server: Any, *, examples: int, steps: int, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    """Run the machine, by chance in `make soak` and the same each time in `make test`."""
    run_state_machine_as_test(
        machine_of(server),
        settings=hypothesis_settings(
            max_examples=examples, stateful_step_count=steps, phases=phases, suppress_health_check=list(HealthCheck)
        ),
    )


def test_isolation_holds_under_every_order_of_changes(server: Any) -> None:
    run(server, examples=10, steps=25)


@pytest.mark.soak
def test_isolation_holds_under_two_hundred_long_orders_of_changes(server: Any) -> None:
    run(server, examples=200, steps=30)


def _find_with(monkeypatch: pytest.MonkeyPatch, **changed: Any) -> None:
    columns = [changed.get(column.name, column) for column in sessions._FIND.selected_columns]
    monkeypatch.setattr(sessions, "_FIND", sessions._FIND.with_only_columns(*columns))


def a_membership_that_nobody_asks_for(monkeypatch: pytest.MonkeyPatch, server: Any) -> None:
    _find_with(monkeypatch, role=literal("clinician").label("role"))


def a_closed_practice_that_is_read_on(monkeypatch: pytest.MonkeyPatch, server: Any) -> None:
    _find_with(monkeypatch, practice_active=true().label("practice_active"))


def a_revoked_membership_that_goes_on(monkeypatch: pytest.MonkeyPatch, server: Any) -> None:
    without_active = select(user_practices.c.role).where(
        user_practices.c.user_id == sessions.sessions.c.user_id,
        user_practices.c.practice_id == sessions.sessions.c.practice_id,
    )
    _find_with(monkeypatch, role=without_active.correlate(sessions.sessions).scalar_subquery().label("role"))


def a_disabled_users_sessions_that_come_back(monkeypatch: pytest.MonkeyPatch, server: Any) -> None:
    monkeypatch.setattr(people, "end_sessions_of", lambda unit, user_id, **_: 0)


def a_sign_out_that_ends_nothing(monkeypatch: pytest.MonkeyPatch, server: Any) -> None:
    monkeypatch.setattr(sessions, "end_session", lambda unit, session_id: None)


def an_idle_session_that_lives_on(monkeypatch: pytest.MonkeyPatch, server: Any) -> None:
    find = sessions.find_session
    monkeypatch.setattr(sessions, "find_session", lambda unit, token, limit: find(unit, token, limit * 2))


def a_switch_that_asks_for_no_membership(monkeypatch: pytest.MonkeyPatch, server: Any) -> None:
    real = memberships.memberships_of

    def of_everybody(unit: Any, user_id: str) -> list[Any]:
        user = unit.all(select(user_practices.c.user_id).distinct())
        return [row for one in user for row in real(unit, one.user_id)]

    monkeypatch.setattr(memberships, "memberships_of", of_everybody)


def a_superadmin_who_needs_no_reason(monkeypatch: pytest.MonkeyPatch, server: Any) -> None:
    monkeypatch.setattr(memberships, "SHORTEST_REASON", 0)


def rights_that_are_remembered(monkeypatch: pytest.MonkeyPatch, server: Any) -> None:
    remembered: dict[str, Any] = {}
    find = sessions.find_session

    def found(unit: Any, token: str, limit: Any) -> Any:
        session = find(unit, token, limit)
        if session.practice_id is None:
            return session
        return remembered.setdefault(token, session)

    monkeypatch.setattr(sessions, "find_session", found)


def a_transaction_that_forgets_whose_it_is(monkeypatch: pytest.MonkeyPatch, server: Any) -> None:
    """Only PostgreSQL is told the practice by the transaction; the first one stays."""
    first: list[str] = []

    def keep(connection: Connection) -> None:
        practice = connection.get_execution_options().get("kinometric_practice")
        if practice and not connection.get_execution_options().get("kinometric_writes"):
            first.append(practice)
            connection.execute(text("SELECT set_config('app.practice_id', :p, true)"), {"p": first[0]})

    event.listen(server.database.engine, "begin", keep)


PLANTED: list[Plant] = [
    a_membership_that_nobody_asks_for,
    a_closed_practice_that_is_read_on,
    a_revoked_membership_that_goes_on,
    a_disabled_users_sessions_that_come_back,
    a_sign_out_that_ends_nothing,
    an_idle_session_that_lives_on,
    a_switch_that_asks_for_no_membership,
    a_superadmin_who_needs_no_reason,
    rights_that_are_remembered,
]


def finds(plant: Plant, monkeypatch: pytest.MonkeyPatch, server: Any) -> None:
    plant(monkeypatch, server)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run(server, examples=150, steps=20, phases=(Phase.generate,))


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_machine_finds_what_is_planted(plant: Plant, monkeypatch: pytest.MonkeyPatch, server: Any) -> None:
    finds(plant, monkeypatch, server)


@pytest.mark.postgres
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_the_machine_finds_a_transaction_with_another_ones_practice(
    monkeypatch: pytest.MonkeyPatch, server: Any
) -> None:
    finds(a_transaction_that_forgets_whose_it_is, monkeypatch, server)
