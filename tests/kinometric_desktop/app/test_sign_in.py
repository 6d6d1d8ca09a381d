"""Signing in: one thing at a time, and never a word about which part was wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kinometric.contract.accounts import DemoUser, Hello, Me, RecoveryCodes, SecondFactorBegun, SignedIn
from kinometric.contract.errors import DEVICE_NEEDED, TOO_MANY_TRIES, WRONG_CODE, WRONG_SIGN_IN
from kinometric.contract.practices import Departments, Practice
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.ports import WorkstationSettings
from kinometric_desktop.app.practice_choice import REASON_NEEDED
from kinometric_desktop.app.runners import ManualRunner
from kinometric_desktop.app.sign_in import (
    CODE_DID_NOT_MATCH,
    NO_ANSWER,
    NO_PRACTICE,
    WRONG_PASSWORD,
    SignInPresenter,
    practice_note,
)
from kinometric_desktop.client.address import AddressRefusedError
from kinometric_desktop.client.errors import ServerError, Unreachable
from tests.kinometric_desktop.house import NOW, FakeServer, House, department, me, membership

URL = "https://kinometric.example"
HELLO = Hello("Kinometric", "1.0.0", 1, demo=False)


class Door:
    """A sign-in with a server behind it."""

    def __init__(self, house: House | None = None, **settings: Any) -> None:
        self.house = house or House()
        self.house.settings.kept = WorkstationSettings(**settings)
        self.entered = 0
        server = self.house.server
        server.accounts.answers["hello"] = HELLO
        server.departments.answers["list"] = Departments((department(), department("d-east", name="Eastside PT")), None)
        self.presenter = SignInPresenter(
            self.house.session,
            self.house.connection,
            self.house.runner,
            self.house.settings,
            self._entered,
            clipboard=self.house.passing,
            computer_key=lambda username: f"key of {username}",
        )

    def _entered(self) -> None:
        self.entered += 1

    @property
    def server(self) -> FakeServer:
        return self.house.server

    def known(self, person: Any = None) -> Door:
        person = person or me()
        self.server.accounts.answers["sign_in"] = SignedIn("signed_in", None, person)
        self.server.accounts.answers["switch_practice"] = person
        return self


def test_without_an_address_the_address_is_asked_for() -> None:
    door = Door()
    door.presenter.start()
    assert door.presenter.state.stage == "server"


def test_the_address_of_the_last_time_is_used_again() -> None:
    door = Door(server_url=URL, last_user="dsmith")
    door.presenter.start()
    assert door.presenter.state.connected
    assert door.presenter.state.host == "kinometric.example"
    assert door.presenter.state.user_name == "dsmith"


def test_a_new_address_is_remembered_once_the_server_has_answered() -> None:
    door = Door()
    door.presenter.connect(URL)
    assert door.house.settings.kept.server_url == URL


def test_an_address_where_nobody_answers_is_said_and_not_remembered() -> None:
    door = Door()
    door.server.accounts.answers["hello"] = Unreachable("no connection")
    door.presenter.connect(URL)
    assert door.presenter.state.stage == "server"
    assert door.presenter.state.problem is not None
    assert door.presenter.state.problem.sentence == NO_ANSWER
    assert door.house.settings.kept.server_url == ""


def test_a_refused_address_says_why() -> None:
    def refuse(_: str) -> Any:
        raise AddressRefusedError("This address is not encrypted.")

    house = House()
    house.connection = Connection(refuse)
    door = Door(house)
    door.presenter.connect("http://clinic.example")
    assert door.presenter.state.problem is not None
    assert door.presenter.state.problem.sentence == "This address is not encrypted."


def test_a_server_that_says_no_is_quoted() -> None:
    door = Door()
    door.server.accounts.answers["hello"] = ServerError("KS-500", "The server is being mended.")
    door.presenter.connect(URL)
    assert door.presenter.state.problem is not None
    assert door.presenter.state.problem.sentence == "The server is being mended."


def test_demo_users_are_offered_only_when_the_server_is_a_demo() -> None:
    user = DemoUser("provider", "x-1", "Dr. Smith", "reviews")
    door = Door()
    door.server.accounts.answers["hello"] = Hello("Kinometric", "1", 1, demo=False, demo_users=(user,))
    door.presenter.connect(URL)
    assert door.presenter.state.demo_users == ()
    door.server.accounts.answers["hello"] = Hello("Kinometric", "1", 1, demo=True, demo_users=(user,))
    door.presenter.connect(URL)
    assert door.presenter.state.demo_users == (user,)


def test_a_demo_leaves_nothing_in_the_settings() -> None:
    door = Door()
    door.server.accounts.answers["hello"] = Hello("Kinometric", "1", 1, demo=True)
    door.presenter.connect(URL)
    assert door.house.settings.saves == 0


def test_empty_fields_are_not_sent() -> None:
    door = Door(server_url=URL)
    door.presenter.start()
    door.presenter.sign_in("dsmith", "")
    assert door.presenter.state.problem is not None
    assert "sign_in" not in door.server.accounts.names()


def test_a_wrong_password_does_not_say_which_part_was_wrong() -> None:
    door = Door(server_url=URL)
    door.presenter.start()
    door.server.accounts.answers["sign_in"] = ServerError(WRONG_SIGN_IN, "no")
    door.presenter.sign_in("dsmith", "wrong")
    assert door.presenter.state.problem is not None
    assert door.presenter.state.problem.sentence == WRONG_PASSWORD
    assert door.presenter.state.stage == "password"
    assert not door.presenter.state.busy


def test_too_many_tries_count_down() -> None:
    door = Door(server_url=URL)
    door.presenter.start()
    door.server.accounts.answers["sign_in"] = ServerError(TOO_MANY_TRIES, "Too many tries.", retry_after_s=45)
    door.presenter.sign_in("dsmith", "wrong")
    assert door.presenter.state.problem is not None
    assert door.presenter.state.problem.sentence == "Too many tries. Wait 0:45."


def test_a_code_is_asked_for_where_it_is_needed_and_sent_with_the_password() -> None:
    door = Door(server_url=URL)
    door.presenter.start()
    door.server.accounts.answers["sign_in"] = SignedIn("code_needed", None, None)
    door.presenter.sign_in("dsmith", "right")
    assert door.presenter.state.stage == "code"
    door.known()
    door.presenter.send_code("407123")
    form = door.server.accounts.last("sign_in")[0]
    assert (form.username, form.password, form.code, form.recovery_code) == ("dsmith", "right", "407123", None)
    assert door.presenter.state.stage == "practice"
    assert door.presenter.state.with_code


def test_a_recovery_code_goes_into_its_own_field() -> None:
    door = Door(server_url=URL)
    door.presenter.start()
    door.server.accounts.answers["sign_in"] = SignedIn("code_needed", None, None)
    door.presenter.sign_in("dsmith", "right")
    door.presenter.use_recovery_code(True)
    door.presenter.send_code(" abcd-1234 ")
    form = door.server.accounts.last("sign_in")[0]
    assert (form.code, form.recovery_code) == (None, "abcd-1234")


def test_a_wrong_code_hints_at_the_clock() -> None:
    door = Door(server_url=URL)
    door.presenter.start()
    door.server.accounts.answers["sign_in"] = SignedIn("code_needed", None, None)
    door.presenter.sign_in("dsmith", "right")
    door.server.accounts.answers["sign_in"] = ServerError(WRONG_CODE, "no")
    door.presenter.send_code("000000")
    assert door.presenter.state.stage == "code"
    assert door.presenter.state.problem is not None
    assert door.presenter.state.problem.sentence == CODE_DID_NOT_MATCH


def test_the_last_user_name_is_remembered_and_nothing_else() -> None:
    door = Door(server_url=URL).known()
    door.presenter.start()
    door.presenter.sign_in("dsmith", "right")
    assert door.house.settings.kept == WorkstationSettings(server_url=URL, last_user="dsmith")


def test_several_practices_are_asked_about() -> None:
    other = membership("admin", practice_id="p-north", practice_name="Northgate Rehab", athena_environment="none")
    door = Door(server_url=URL).known(me("clinician", other))
    door.presenter.start()
    door.presenter.sign_in("dsmith", "right")
    assert [one.practice_name for one in door.presenter.state.practices] == ["Harbor Street Clinic", "Northgate Rehab"]
    assert door.presenter.state.practice_id == "p-harbor"
    assert door.entered == 0


def test_one_practice_with_one_department_is_entered_at_once() -> None:
    door = Door(server_url=URL).known()
    door.server.departments.answers["list"] = Departments((department(),), None)
    door.presenter.start()
    door.presenter.sign_in("dsmith", "right")
    assert door.entered == 1
    assert door.house.session.practice is not None
    assert door.house.session.practice.department_name == "Physical Therapy"


def test_a_person_without_a_practice_is_told_so() -> None:
    nobody = me()
    nobody = type(nobody)(nobody.user_id, nobody.username, nobody.display_name, False, None, (), 900.0, False, "")
    door = Door(server_url=URL).known(nobody)
    door.presenter.start()
    door.presenter.sign_in("dsmith", "right")
    assert door.presenter.state.problem is not None
    assert door.presenter.state.problem.sentence == NO_PRACTICE
    assert door.entered == 0


def test_a_stopped_department_can_not_be_chosen() -> None:
    door = Door(server_url=URL).known()
    stopped = department("d-old", name="Aquatic Therapy", is_active=False)
    door.server.departments.answers["list"] = Departments((department(), stopped, department("d-e", name="E")), None)
    door.presenter.start()
    door.presenter.sign_in("dsmith", "right")
    assert [one.name for one in door.presenter.state.departments] == ["Physical Therapy", "E"]


def test_the_chosen_department_is_made_mine_when_it_should_be_remembered() -> None:
    door = Door(server_url=URL).known()
    door.server.accounts.answers["make_department_mine"] = me(department_id="d-east", department_name="Eastside PT")
    door.presenter.start()
    door.presenter.sign_in("dsmith", "right")
    door.presenter.choose_department("d-east")
    door.presenter.open_worklist(remember=True)
    assert door.server.accounts.last("make_department_mine") == ("d-east",)
    assert door.entered == 1


def test_a_department_for_once_is_not_made_mine() -> None:
    door = Door(server_url=URL).known()
    door.presenter.start()
    door.presenter.sign_in("dsmith", "right")
    door.presenter.choose_department("d-east")
    door.presenter.open_worklist(remember=False)
    assert "make_department_mine" not in door.server.accounts.names()
    assert door.house.session.practice is not None
    assert door.house.session.practice.department_name == "Eastside PT"


def test_a_read_only_person_makes_no_department_his_own() -> None:
    door = Door(server_url=URL).known(me("readonly"))
    door.presenter.start()
    door.presenter.sign_in("dsmith", "right")
    door.presenter.choose_department("d-east")
    door.presenter.open_worklist(remember=True)
    assert "make_department_mine" not in door.server.accounts.names()
    assert door.entered == 1


def test_starting_over_ends_the_server_session() -> None:
    door = Door(server_url=URL).known()
    door.presenter.start()
    door.presenter.sign_in("dsmith", "right")
    door.presenter.start_over()
    assert "sign_out" in door.server.accounts.names()
    assert door.presenter.state.stage == "password"
    assert door.house.session.state.me is None


def test_changing_the_server_closes_the_connection() -> None:
    door = Door(server_url=URL)
    door.presenter.start()
    door.presenter.change_server()
    assert door.server.closed
    assert door.presenter.state.stage == "server"


def test_a_practice_that_can_not_be_entered_says_why() -> None:
    door = Door(server_url=URL).known()
    door.server.accounts.answers["switch_practice"] = ServerError("KS-403", "This practice is not active.")
    door.presenter.start()
    door.presenter.sign_in("dsmith", "right")
    assert door.presenter.state.problem is not None
    assert door.presenter.state.problem.sentence == "This practice is not active."
    assert not door.presenter.state.busy


def test_choosing_a_demo_user_signs_in_with_its_password() -> None:
    door = Door(server_url=URL).known()
    door.presenter.start()
    door.presenter.sign_in_as(DemoUser("provider", "Abcd-1", "Dr. Smith", "reviews"))
    assert door.server.accounts.last("sign_in")[0].password == "Abcd-1"


def test_the_screen_is_busy_while_the_server_thinks() -> None:
    runner = ManualRunner()
    door = Door(House(runner=runner), server_url=URL).known()
    door.presenter.start()
    assert door.presenter.state.busy
    runner.finish_all()
    assert not door.presenter.state.busy


def test_the_password_is_not_part_of_any_state() -> None:
    door = Door(server_url=URL)
    door.presenter.start()
    door.server.accounts.answers["sign_in"] = SignedIn("code_needed", None, None)
    door.presenter.sign_in("dsmith", "secret-canary")
    assert "secret-canary" not in repr(door.presenter.state)


@pytest.mark.parametrize(
    ("environment", "note"),
    [
        ("none", "Standalone, no athenaOne"),
        ("standin", "athenaOne stand-in 990017, test patients only"),
        ("preview", "athenaOne Preview 990017"),
        ("production", "athenaOne 990017"),
    ],
)
def test_a_practice_says_where_its_documents_go(environment: str, note: str) -> None:
    assert practice_note(membership(athena_environment=environment)) == note


FACTOR_WANTED = replace(me("admin"), second_factor_needed=True)
NORTH = membership("admin", practice_id="p-north", practice_name="Northgate Rehab", athena_environment="none")


def practice(practice_id: str, name: str, *, active: bool = True) -> Practice:
    return Practice(practice_id, name, practice_id, "America/New_York", "", "", "", "", "", active, 1)


def signed_in(door: Door) -> Door:
    door.presenter.start()
    door.presenter.sign_in("dsmith", "right")
    return door


def with_factor(door: Door) -> Door:
    """The server side of a second factor that is set up."""
    door.server.accounts.answers.update(
        begin_second_factor=SecondFactorBegun("ABCD" * 8, "otpauth://totp/x?secret=ABCD"),
        confirm_second_factor=RecoveryCodes(("aaaa-bbbb",) * 10),
        me=replace(FACTOR_WANTED, second_factor_needed=False, second_factor_on=True),
    )
    return door


def set_factor_up(door: Door) -> None:
    door.presenter.factor.confirm("407123")
    door.presenter.factor.say_kept(True)
    door.presenter.factor.finish()


def test_a_practice_that_asks_for_a_second_factor_has_it_set_up_before_anything_is_read() -> None:
    door = with_factor(Door(server_url=URL).known(FACTOR_WANTED))
    signed_in(door)
    assert door.presenter.state.stage == "second_factor"
    assert door.presenter.factor.state.stage == "confirm"
    assert "list" not in door.server.departments.names()
    set_factor_up(door)
    assert door.server.departments.names() == ["list"]
    assert door.presenter.state.stage == "practice"
    assert not door.presenter.state.factor_needed
    door.presenter.open_worklist(remember=False)
    assert door.entered == 1
    assert door.presenter.factor.state.codes == ()


def test_where_there_are_several_practices_the_choice_comes_first_and_stays_open() -> None:
    person = replace(FACTOR_WANTED, memberships=(*FACTOR_WANTED.memberships, NORTH))
    door = with_factor(Door(server_url=URL).known(person))
    signed_in(door)
    assert (door.presenter.state.stage, door.presenter.state.factor_needed) == ("practice", True)
    door.presenter.open_worklist(remember=True)
    assert door.presenter.state.stage == "second_factor"
    door.presenter.choose_again()
    assert door.presenter.factor.state.secret == ""
    other = replace(person, active=NORTH, second_factor_needed=False)
    door.server.accounts.answers["switch_practice"] = other
    door.presenter.choose_practice("p-north")
    assert not door.presenter.state.factor_needed
    door.presenter.open_worklist(remember=False)
    assert door.entered == 1


def test_a_password_that_an_administrator_set_is_changed_first_and_not_asked_for_again() -> None:
    door = Door(server_url=URL).known(replace(me(), password_to_change=True))
    door.server.accounts.answers["change_password"] = None
    signed_in(door)
    assert door.presenter.state.stage == "new_password"
    assert "switch_practice" not in door.server.accounts.names()
    door.known()
    door.presenter.own_password.change("Quiet meadow 7", "Quiet meadow 7")
    assert door.server.accounts.last("change_password")[0].old_password == "right"
    assert door.presenter.state.stage == "practice"
    door.presenter.open_worklist(remember=False)
    assert door.entered == 1


def test_starting_over_forgets_the_password_that_was_to_be_changed() -> None:
    door = Door(server_url=URL).known(replace(me(), password_to_change=True))
    signed_in(door)
    door.presenter.start_over()
    assert door.presenter.state.stage == "password"
    assert door.presenter.own_password.state.asks_old
    assert "right" not in repr(vars(door.presenter.own_password))


def superadmin(*practices: Practice) -> Door:
    door = Door(server_url=URL)
    root = Me("u-0", "root", "Root", True, None, (), 900.0, False, NOW.isoformat())
    door.server.accounts.answers["sign_in"] = SignedIn("signed_in", None, root)
    door.server.practice.answers["all"] = practices
    return signed_in(door)


def test_a_superadmin_enters_a_practice_with_a_reason_only() -> None:
    door = superadmin(practice("p-1", "Harbor Street Clinic"), practice("p-2", "Closed", active=False))
    state = door.presenter.state
    assert [(one.practice_name, one.role) for one in state.practices] == [("Harbor Street Clinic", "superadmin")]
    assert (state.practice_id, state.reason_needed) == ("p-1", True)
    door.presenter.open_worklist(remember=True, reason=" yes ")
    assert "switch_practice" not in door.server.accounts.names()
    assert door.presenter.state.problem is not None
    assert door.presenter.state.problem.sentence == REASON_NEEDED
    inside = me("admin", superadmin=True)
    door.server.accounts.answers["switch_practice"] = inside
    door.presenter.open_worklist(remember=True, reason="Setting it up")
    form = door.server.accounts.last("switch_practice")[0]
    assert (form.practice_id, form.reason, form.make_default) == ("p-1", "Setting it up", False)
    assert door.entered == 1
    assert door.house.session.state.entered_reason == "Setting it up"


def test_a_superadmin_of_an_empty_server_makes_the_first_practice() -> None:
    door = superadmin()
    assert (door.presenter.state.stage, door.presenter.state.problem) == ("new_practice", None)
    door.presenter.make_practice("  ", "x", "America/New_York")
    assert "add" not in door.server.practice.names()
    made = practice("p-9", "Quay Clinic")
    door.server.practice.answers.update(add=made, all=(made,))
    door.presenter.make_practice("Quay Clinic", "quay", "America/New_York")
    assert (door.presenter.state.stage, door.presenter.state.practice_id) == ("practice", "p-9")
    assert door.presenter.state.reason_needed
    door.presenter.name_practice()
    door.server.practice.answers["add"] = ServerError("KS-409S", "This short name is taken.", status=409)
    door.presenter.make_practice("Quay Clinic", "quay", "America/New_York")
    assert door.presenter.state.stage == "new_practice"
    assert door.presenter.state.problem is not None
    assert door.presenter.state.problem.sentence == "This short name is taken."


def test_a_superadmin_sets_a_second_factor_up_where_the_practice_asks_for_one() -> None:
    door = with_factor(superadmin(practice("p-1", "Harbor Street Clinic")))
    door.server.accounts.answers["switch_practice"] = replace(FACTOR_WANTED, is_superadmin=True)
    door.presenter.open_worklist(remember=False, reason="Looking after it")
    assert door.presenter.state.stage == "second_factor"
    set_factor_up(door)
    assert door.entered == 1


def test_remembering_another_practice_makes_it_the_first_one_next_time() -> None:
    person = me("clinician", NORTH)
    door = Door(server_url=URL).known(person)
    signed_in(door)
    inside = replace(person, active=NORTH)
    door.server.accounts.answers.update(switch_practice=inside, make_department_mine=inside)
    door.presenter.choose_practice("p-north")
    door.presenter.open_worklist(remember=True)
    form = door.server.accounts.last("switch_practice")[0]
    assert (form.practice_id, form.make_default) == ("p-north", True)
    assert door.entered == 1


def test_a_practice_that_wants_enrolled_computers_says_so_and_not_that_the_password_is_wrong() -> None:
    door = Door(server_url=URL)
    sentence = "This practice admits enrolled computers only. Ask an administrator."
    door.server.accounts.answers["sign_in"] = ServerError(DEVICE_NEEDED, sentence, status=401)
    signed_in(door)
    assert door.presenter.state.problem is not None
    assert door.presenter.state.problem.sentence == sentence
    assert door.presenter.state.computer_key == "key of dsmith"
    door.presenter.copy_computer_key()
    assert door.house.clipboard.text == "key of dsmith"
    door.known()
    door.presenter.sign_in("dsmith", "right")
    assert door.presenter.state.computer_key == ""
