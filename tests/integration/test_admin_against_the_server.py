"""The administration's presenters with the real client, the real server and the athenaOne stand-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import update

from kinometric.contract.accounts import ChangeUser, SignIn, SwitchPractice
from kinometric.contract.practices import ChangeScope
from kinometric_desktop.app.admin_audit import AuditPresenter
from kinometric_desktop.app.admin_practice import SWITCH_OFF, PracticePresenter
from kinometric_desktop.app.admin_scope import ScopePresenter
from kinometric_desktop.app.admin_users import UsersPresenter
from kinometric_desktop.app.athena_connection import AthenaConnectionPresenter
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.device import Enrolment
from kinometric_desktop.app.one_time_password import OneTimePassword
from kinometric_desktop.app.sign_in import SignInPresenter
from kinometric_desktop.client.errors import ServerError
from kinometric_server.database import Actor
from kinometric_server.practices.tables import practices
from tests.kinometric_desktop.house import House
from tests.kinometric_server.conftest import PASSWORD
from tests.kinometric_server.connected_clinic import (  # noqa: F401 - fixtures are found by name
    clinic_on_athena,
    settings,
    standin,
    standin_process,
)


class Desk:
    """A workstation at which an administrator is signed in."""

    def __init__(self, base_url: str, username: str, practice_id: str, reason: str = "") -> None:
        self.house = House()
        self.house.connection = Connection()
        self.client = self.house.connection.open(base_url)
        me = self.client.accounts.sign_in(SignIn(username, PASSWORD)).me
        if reason:
            me = self.client.accounts.switch_practice(SwitchPractice(practice_id, reason))
        assert me is not None
        self.house.session.sign_in(me)
        self.house.session.enter_practice(me, reason)
        self.shown: list[OneTimePassword] = []
        self.forms: list[AthenaConnectionPresenter] = []
        house = self.house
        ports = (house.session, house.connection, house.runner)
        self.users = UsersPresenter(*ports, house.dialogs, self.shown.append)
        self.scope = ScopePresenter(*ports, house.dialogs, self.forms.append)
        self.practice = PracticePresenter(*ports, house.dialogs, house.passing, self.forms.append)
        self.audit = AuditPresenter(*ports, house.clock, house.dialogs)

    def say_yes(self, text: str = "") -> None:
        self.house.dialogs.answer(text=text)


@pytest.fixture
def sit_down(base_url: str, clinic: Any) -> Iterator[Callable[..., Desk]]:
    """Signs people in at desks of their own."""
    desks: list[Desk] = []

    def at(person: Any, reason: str = "") -> Desk:
        desks.append(Desk(base_url, person.username, clinic.practice_a, reason))
        return desks[-1]

    yield at
    for desk in desks:
        desk.house.connection.close()


def test_a_user_is_added_changed_disabled_and_counts_at_once(
    sit_down: Callable[..., Desk], alice: Any, base_url: str, clinic: Any
) -> None:
    desk = sit_down(alice)
    desk.users.enter()
    form = desk.users.form("new")
    assert form is not None
    for name, value in {"username": "gina", "display_name": "Gina Muster", "can_match": True}.items():
        form.set_value(name, value)
    form.save()
    assert form.state.problem is None
    given = desk.shown[0]
    assert (desk.users.state.user.username, desk.users.state.user.password_to_change) == ("gina", True)  # type: ignore[union-attr]
    connection = Connection()
    gina = connection.open(base_url)
    me = gina.accounts.sign_in(SignIn("gina", given.password)).me
    assert me is not None
    assert me.password_to_change
    with pytest.raises(ServerError, match="Choose your own"):
        gina.departments.list()
    from kinometric.contract.accounts import ChangePassword

    gina.accounts.change_password(ChangePassword(given.password, "Own meadow 78"))
    assert gina.departments.list().departments
    desk.users.refresh()
    change = desk.users.form("change")
    assert change is not None
    change.set_value("role", "readonly")
    change.save()
    assert change.state.problem is None
    assert gina.accounts.me().active.role == "readonly"  # type: ignore[union-attr]
    desk.users.ask_active()
    desk.say_yes()
    with pytest.raises(ServerError) as ended:
        gina.accounts.me()
    assert ended.value.code == "KS-401"
    connection.close()


def test_of_two_administrators_the_slower_reads_the_servers_sentence(
    sit_down: Callable[..., Desk], alice: Any, bob: Any
) -> None:
    desk = sit_down(alice)
    desk.users.enter()
    desk.users.choose(bob.user_id)
    row = desk.users.state.user
    assert row is not None
    desk.client.accounts.change_user(bob.user_id, ChangeUser(row.version, can_upload=False))
    desk.users.ask_active()
    desk.say_yes()
    assert desk.users.state.problem is not None
    assert desk.users.state.problem.code == "KS-409"
    assert desk.users.state.user is not None
    assert desk.users.state.user.is_active
    assert desk.users.state.user.version == row.version + 1


def test_the_last_administrator_is_told_why_they_stay(sit_down: Callable[..., Desk], alice: Any) -> None:
    desk = sit_down(alice)
    desk.users.enter()
    desk.users.choose(alice.user_id)
    desk.users.ask_active()
    desk.say_yes()
    assert desk.users.state.problem is not None
    assert "last administrator" in desk.users.state.problem.sentence


def test_a_computer_that_only_shows_its_key_gets_in_once_it_is_enrolled_by_it(
    sit_down: Callable[..., Desk], server: Any, clinic: Any, alice: Any, bob: Any, base_url: str
) -> None:
    def ask(demanded: bool) -> None:
        with server.database.writing_outside(Actor()) as unit:
            unit.execute(update(practices).where(practices.c.id == clinic.practice_a).values(require_devices=demanded))

    desk = sit_down(alice)
    ask(True)
    house = House()
    house.connection = Connection()
    enrolment = Enrolment(house.keys, house.connection)
    entered: list[str] = []
    door = SignInPresenter(
        house.session, house.connection, house.runner, house.settings, lambda: entered.append("in"),
        enrolment.signed, house.passing, None, enrolment.key_to_show,
    )  # fmt: skip
    door.start(base_url)
    door.sign_in("bob", PASSWORD)
    key = door.state.computer_key
    assert len(key) == 64
    door.sign_in("bob", PASSWORD)
    assert door.state.computer_key == key
    ask(False)
    desk.users.enter()
    desk.users.choose(bob.user_id)
    computers = desk.users.computers()
    assert computers is not None
    computers.enrol(key, "Front desk, left")
    assert [line.name for line in computers.state.computers] == ["Front desk, left"]
    ask(True)
    door.sign_in("bob", PASSWORD)
    door.open_worklist(remember=False)
    assert entered == ["in"]
    assert enrolment.standing("bob") == "enrolled"
    assert house.connection.client.departments.list().departments
    house.connection.close()


def test_the_scope_sheet_is_a_superadmins_and_stale_changes_are_refused(
    sit_down: Callable[..., Desk], alice: Any, dave: Any
) -> None:
    desk = sit_down(alice)
    desk.scope.enter()
    assert not desk.scope.state.may_change
    assert len(desk.scope.state.lines) == 17
    root = sit_down(dave, "Looking after it")
    root.scope.enter()
    root.scope.ask_turn("documents_list")
    root.client.practice.change_scope(ChangeScope(root.client.practice.scope().version, athena_dob_param=True))
    root.say_yes()
    assert root.scope.state.problem is not None
    assert root.scope.state.problem.code == "KS-409"
    assert {line.name: line.is_on for line in root.scope.state.lines}["athena_dob_param"]
    root.scope.ask_turn("documents_list")
    root.say_yes()
    assert root.scope.state.done == "Read document list: on."
    assert root.client.practice.scope().documents_list


def test_the_connection_is_set_with_a_secret_that_never_comes_back_and_then_tested(
    sit_down: Callable[..., Desk],
    clinic_on_athena: Any,  # noqa: F811
    standin: Any,  # noqa: F811
    dave: Any,
    alice: Any,
) -> None:
    admin = sit_down(alice)
    admin.practice.enter()
    assert (admin.practice.state.can_test, admin.practice.state.why_not) == (False, SWITCH_OFF)
    root = sit_down(dave, "Setting it up")
    root.scope.enter()
    root.scope.open_connection()
    form = root.forms[0]
    form.set_value("client_id", standin.client_id)
    form.set_value("credentials", "own")
    form.save(standin.client_secret)
    assert form.state.problem is None
    assert form.state.saved
    root.scope.ask_turn("health_endpoints")
    root.say_yes()
    admin.practice.refresh()
    assert admin.practice.state.can_test
    assert standin.client_secret not in repr(admin.practice.state)
    admin.practice.test()
    assert admin.practice.state.problem is None
    diagnosis = admin.practice.state.diagnosis
    assert diagnosis is not None
    assert diagnosis.probes[0].finding == "works"
    admin.practice.copy_request()
    assert standin.client_secret not in admin.house.clipboard.text
    assert admin.house.clipboard.text


def test_the_trail_is_paged_filtered_and_its_incidents_closed_with_a_note(
    sit_down: Callable[..., Desk], alice: Any, frank: Any, bob: Any
) -> None:
    for _ in range(3):
        assert frank.get("/v1/users").status_code == 403
    desk = sit_down(alice)
    desk.audit.enter()
    desk.audit.set_filter(action="access_denied", outcome="denied", user_id=frank.user_id)
    assert [row.action for row in desk.audit.state.rows] == ["access_denied"] * 3
    assert desk.audit.state.user_name(frank.user_id) == "frank"
    desk.audit.set_filter(user_id=bob.user_id)
    assert desk.audit.state.rows == ()
    desk.audit.clear_filter()
    desk.audit.choose_view("incidents")
    assert desk.audit.state.open_incidents == 3
    first = desk.audit.state.incidents[0]
    desk.audit.ask_acknowledge(first)
    desk.say_yes("Looked at the wrong page")
    assert desk.audit.state.open_incidents == 2
    kept = next(one for one in desk.audit.state.incidents if one.incident_id == first.incident_id)
    assert (kept.note, kept.acknowledged_by) == ("Looked at the wrong page", alice.user_id)
    desk.audit.ask_acknowledge(first)
    desk.say_yes("Again")
    assert desk.audit.state.problem is not None
    assert "already" in desk.audit.state.problem.sentence


def test_a_clinician_reads_nothing_of_the_administration(sit_down: Callable[..., Desk], bob: Any) -> None:
    desk = sit_down(bob)
    for part in (desk.users, desk.scope, desk.practice, desk.audit):
        part.enter()
        assert part.state.problem is not None
        assert part.state.problem.code == "KS-403"
    assert desk.users.state.users == ()
    assert desk.audit.state.rows == ()


def test_name_and_address_are_an_administrators_and_the_zone_is_not(
    sit_down: Callable[..., Desk], alice: Any, dave: Any
) -> None:
    desk = sit_down(alice)
    desk.practice.enter()
    form = desk.practice.form()
    assert form is not None
    form.set_value("phone", "(410) 555-0199")
    form.save()
    assert form.state.problem is None
    assert dict(desk.practice.state.lines)["Phone"] == "(410) 555-0199"
    root = sit_down(dave, "Setting it up")
    root.practice.enter()
    zone = root.practice.form()
    assert zone is not None
    zone.set_value("time_zone", "America/Chicago")
    zone.save()
    assert zone.state.problem is None
    assert root.client.practice.get().time_zone == "America/Chicago"
