"""Second factor, new passwords, enrolled computers and a superadmin's reason with the real server and its clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest
from sqlalchemy import update

from kinometric.contract.practices import AuditQuery
from kinometric_desktop.app.account import AccountPresenter
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.device import Enrolment
from kinometric_desktop.app.one_time_password import new_one_time_password
from kinometric_desktop.app.sign_in import SignInPresenter
from kinometric_desktop.app.unlock import UnlockPresenter
from kinometric_server.accounts.tables import users
from kinometric_server.database import Actor
from kinometric_server.practices.tables import practices
from tests.kinometric_desktop.house import House
from tests.kinometric_server.conftest import PASSWORD


class Door:
    """A workstation's sign-in at a real server."""

    def __init__(self, base_url: str) -> None:
        self.house = House()
        self.house.connection = Connection()
        self.enrolment = Enrolment(self.house.keys, self.house.connection)
        self.entered = 0
        self.presenter = SignInPresenter(
            self.house.session, self.house.connection, self.house.runner, self.house.settings, self._entered,
            self.enrolment.signed, self.house.passing, self.house.printer,  # type: ignore[arg-type]
        )  # fmt: skip
        self.presenter.start(base_url)

    def _entered(self) -> None:
        self.entered += 1

    @property
    def client(self) -> Any:
        return self.house.connection.client

    @property
    def said(self) -> str:
        problem = self.presenter.state.problem
        return problem.sentence if problem is not None else ""

    def sign_in(self, username: str, password: str = PASSWORD) -> Door:
        self.presenter.sign_in(username, password)
        return self

    def open(self, reason: str = "") -> Door:
        if self.presenter.state.stage == "practice" and not self.entered:
            self.presenter.open_worklist(remember=False, reason=reason)
        return self

    def set_factor_up(self, clock: Any) -> tuple[pyotp.TOTP, tuple[str, ...]]:
        totp = pyotp.TOTP(self.presenter.factor.state.secret)
        self.presenter.factor.confirm(totp.at(clock.now))
        codes = self.presenter.factor.state.codes
        self.presenter.factor.say_kept(True)
        self.presenter.factor.finish()
        return totp, codes


@pytest.fixture
def make_door(base_url: str) -> Iterator[Callable[[], Door]]:
    made: list[Door] = []

    def make() -> Door:
        made.append(Door(base_url))
        return made[-1]

    yield make
    for door in made:
        door.presenter.close()
        door.house.connection.close()


def ask(server: Any, practice_id: str, **switches: bool) -> None:
    with server.database.writing_outside(Actor()) as unit:
        unit.execute(update(practices).where(practices.c.id == practice_id).values(**switches))


def test_an_administrator_who_must_have_a_second_factor_is_not_locked_out(
    make_door: Callable[[], Door], server: Any, clinic: Any, alice: Any, clock: Any
) -> None:
    ask(server, clinic.practice_a, second_factor_for_admins=True)
    assert alice.get("/v1/users").status_code == 403
    door = make_door().sign_in("alice")
    assert door.presenter.state.stage == "second_factor"
    totp, codes = door.set_factor_up(clock)
    door.open()
    assert door.entered == 1
    assert len(door.client.accounts.users()) >= 1

    clock.advance(seconds=60)
    again = make_door().sign_in("alice")
    assert again.presenter.state.stage == "code"
    code = totp.at(clock.now)
    again.presenter.send_code(code)
    again.open()
    assert again.entered == 1

    reused = make_door().sign_in("alice")
    reused.presenter.send_code(code)
    assert "did not match" in reused.said
    reused.presenter.use_recovery_code(True)
    reused.presenter.send_code(codes[0].upper())
    reused.open()
    assert reused.entered == 1
    twice = make_door().sign_in("alice")
    twice.presenter.use_recovery_code(True)
    twice.presenter.send_code(codes[0])
    assert twice.presenter.state.stage == "code"
    assert twice.said


def test_a_password_from_the_administrator_is_changed_before_anything_is_seen(
    make_door: Callable[[], Door], server: Any, alice: Any, bob: Any
) -> None:
    given = new_one_time_password()
    answer = alice.post(f"/v1/users/{bob.user_id}", {"version": 1, "password": given})
    assert answer.status_code == 200, answer.text
    door = make_door().sign_in("bob", given)
    assert door.presenter.state.stage == "new_password"
    door.presenter.own_password.change("Summer2026!", "Summer2026!")
    problem = door.presenter.own_password.state.problem
    assert problem is not None
    assert "most common" in problem.sentence
    door.presenter.own_password.change("Own meadow 78", "Own meadow 78")
    door.open()
    assert door.entered == 1
    assert make_door().sign_in("bob", given).said == "Username or password is not right."
    assert make_door().sign_in("bob", "Own meadow 78").presenter.state.stage == "practice"


def test_a_superadmin_goes_in_with_a_reason_and_back_in_after_the_lock(
    make_door: Callable[[], Door], clinic: Any, dave: Any, alice: Any
) -> None:
    door = make_door().sign_in("dave")
    assert {one.role for one in door.presenter.state.practices} == {"superadmin"}
    door.presenter.choose_practice(clinic.practice_a)
    door.open(reason="Looking after it")
    assert door.entered == 1
    assert door.house.session.may_administer
    rows = door.client.practice.audit(AuditQuery(action="practice_entered")).rows
    assert [row.reason for row in rows] == ["Looking after it"]
    unlock = UnlockPresenter(door.house.session, door.house.connection, door.house.runner)
    door.house.session.lock()
    unlock.sign_in(PASSWORD)
    assert not door.house.session.state.locked
    assert len(door.client.practice.audit(AuditQuery(action="practice_entered")).rows) == 2
    assert [one["kind"] for one in alice.get("/v1/incidents").json()] == ["practice_entered"] * 2


def test_a_superadmin_makes_a_practice_and_enters_it(make_door: Callable[[], Door], dave: Any) -> None:
    door = make_door().sign_in("dave")
    door.presenter.name_practice()
    door.presenter.make_practice("Quay Clinic", "quay", "Nowhere/Land")
    assert "time zone" in door.said
    door.presenter.make_practice("Quay Clinic", "quay", "America/Chicago")
    door.open(reason="Setting it up")
    assert door.house.session.practice is not None
    assert door.house.session.practice.practice_name == "Quay Clinic"


def test_where_enrolled_computers_are_asked_for_only_they_get_in_until_they_are_revoked(
    make_door: Callable[[], Door], server: Any, clinic: Any, alice: Any, bob: Any
) -> None:
    door = make_door().sign_in("bob").open()
    account = AccountPresenter(
        door.house.session, door.house.connection, door.house.runner, door.enrolment, door.house.dialogs
    )
    account.enter()
    assert account.state.standing == "not_enrolled"
    account.enrol("Front desk, left")
    assert account.state.standing == "enrolled"
    assert [line.name for line in account.state.computers] == ["Front desk, left"]
    ask(server, clinic.practice_a, require_devices=True)
    stranger = make_door().sign_in("bob")
    assert "enrolled computers only" in stranger.said
    assert stranger.presenter.state.stage == "password"
    known = make_door()
    known.house.keys.keys.update(door.house.keys.keys)
    assert known.sign_in("bob").open().entered == 1
    ask(server, clinic.practice_a, require_devices=False)
    device = alice.get(f"/v1/users/{bob.user_id}/devices").json()[0]
    assert device["name"] == "Front desk, left"
    alice.post(f"/v1/users/{bob.user_id}/devices/{device['device_id']}/revoke")
    ask(server, clinic.practice_a, require_devices=True)
    late = make_door()
    late.house.keys.keys.update(door.house.keys.keys)
    assert "enrolled computers only" in late.sign_in("bob").said


def test_too_many_tries_say_how_long_to_wait(make_door: Callable[[], Door], bob: Any) -> None:
    door = make_door()
    for _ in range(12):
        door.sign_in("bob", "wrong meadow 1")
        if "Too many" in door.said:
            break
    assert door.said.startswith("Too many tries. Wait ")
    assert door.presenter.state.stage == "password"


def test_a_disabled_person_reads_the_same_words_as_a_wrong_password(
    make_door: Callable[[], Door], server: Any, bob: Any
) -> None:
    with server.database.writing_outside(Actor()) as unit:
        unit.execute(update(users).where(users.c.user_id == bob.user_id).values(is_active=False))
    assert make_door().sign_in("bob").said == make_door().sign_in("nobody").said


def test_no_secret_of_the_way_in_stands_in_a_state_or_a_log(
    make_door: Callable[[], Door], server: Any, clinic: Any, alice: Any, clock: Any
) -> None:
    ask(server, clinic.practice_a, second_factor_for_admins=True)
    door = make_door().sign_in("alice")
    secret = door.presenter.factor.state.secret
    states = [repr(door.presenter.state), repr(door.presenter.factor.state), repr(door.house.session.state)]
    _, codes = door.set_factor_up(clock)
    server.close()
    written = b"".join(path.read_bytes() for path in server.settings.root.rglob("*.log"))
    for word in (secret, *codes, PASSWORD):
        assert word not in "".join(states)
        assert word.encode() not in written
