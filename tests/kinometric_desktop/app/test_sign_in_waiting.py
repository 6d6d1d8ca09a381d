"""What is typed and pressed on the sign-in before the server has answered: nothing is lost, nothing sent twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kinometric.contract.accounts import SignedIn
from kinometric_desktop.app.runners import ManualRunner
from kinometric_desktop.client.errors import Unreachable
from tests.kinometric_desktop.app.test_sign_in import HELLO, URL, Door
from tests.kinometric_desktop.house import House, me, membership


def waiting_door(**settings: Any) -> tuple[Door, ManualRunner]:
    runner = ManualRunner()
    return Door(House(runner=runner), **settings).known(), runner


def test_what_is_pressed_before_the_server_answers_is_sent_once_it_has() -> None:
    door, runner = waiting_door(server_url=URL)
    door.presenter.start()
    door.presenter.sign_in("dsmith", "right")
    door.presenter.sign_in("dsmith", "right")
    assert "sign_in" not in door.server.accounts.names()
    runner.finish_next()
    door.presenter.sign_in("dsmith", "right")
    runner.finish_all()
    assert door.server.accounts.names().count("sign_in") == 1
    assert door.presenter.state.stage == "practice"


def test_what_waited_for_a_server_that_never_answered_is_sent_to_no_other() -> None:
    door, runner = waiting_door(server_url=URL)
    door.server.accounts.answers["hello"] = Unreachable("gone")
    door.presenter.start()
    door.presenter.sign_in("dsmith", "right")
    runner.finish_all()
    assert door.presenter.state.stage == "server"
    door.server.accounts.answers["hello"] = HELLO
    door.presenter.connect("https://other.example")
    runner.finish_all()
    assert "sign_in" not in door.server.accounts.names()


def test_changing_the_server_forgets_what_waited() -> None:
    door, runner = waiting_door(server_url=URL)
    door.presenter.start()
    door.presenter.sign_in("dsmith", "right")
    door.presenter.change_server()
    door.presenter.connect("https://other.example")
    runner.finish_all()
    assert "sign_in" not in door.server.accounts.names()


def test_signing_in_without_a_connection_connects_and_signs_in() -> None:
    door = Door(server_url=URL).known()
    door.presenter.sign_in("dsmith", "right")
    assert door.server.accounts.names().count("sign_in") == 1


def test_a_recovery_code_that_is_entered_twice_is_sent_once() -> None:
    door, runner = waiting_door(server_url=URL)
    door.server.accounts.answers["sign_in"] = SignedIn("code_needed", None, None)
    door.presenter.start()
    runner.finish_all()
    door.presenter.sign_in("dsmith", "right")
    runner.finish_all()
    door.presenter.use_recovery_code(True)
    door.known()
    before = door.server.accounts.names().count("sign_in")
    door.presenter.send_code("abcd-1234")
    door.presenter.send_code("abcd-1234")
    runner.finish_all()
    assert door.server.accounts.names().count("sign_in") == before + 1
    assert door.presenter.state.stage == "practice"


def test_enter_before_the_departments_are_there_opens_the_worklist_once_they_are() -> None:
    door, runner = waiting_door(server_url=URL)
    door.presenter.start()
    runner.finish_all()
    door.presenter.sign_in("dsmith", "right")
    runner.finish_next()
    assert door.presenter.state.busy
    door.presenter.open_worklist(remember=False)
    door.presenter.open_worklist(remember=False)
    assert door.entered == 0
    runner.finish_all()
    assert door.entered == 1


def test_enter_for_one_practice_opens_no_other() -> None:
    runner = ManualRunner()
    door = Door(House(runner=runner), server_url=URL).known(
        me("clinician", membership("clinician", practice_id="p-other", practice_name="Northgate Rehab"))
    )
    door.presenter.start()
    runner.finish_all()
    door.presenter.sign_in("dsmith", "right")
    runner.finish_next()
    door.presenter.open_worklist(remember=False)
    door.presenter.choose_practice("p-other")
    runner.finish_all()
    assert door.entered == 0


def test_enter_does_not_open_what_turns_out_to_need_a_second_factor() -> None:
    door, runner = waiting_door(server_url=URL)
    door.known(replace(me("admin", membership("admin", practice_id="p-2")), second_factor_needed=True))
    door.presenter.start()
    runner.finish_all()
    door.presenter.sign_in("dsmith", "right")
    runner.finish_next()
    door.presenter.open_worklist(remember=False)
    runner.finish_all()
    assert (door.entered, door.presenter.state.factor_needed) == (0, True)
    assert door.presenter.state.stage == "practice"


def test_a_typed_user_name_stays_where_the_address_has_to_be_mended() -> None:
    door = Door(server_url=URL, last_user="dsmith")
    door.presenter.type_user("frontdesk")
    door.server.accounts.answers["hello"] = Unreachable("gone")
    door.presenter.start()
    door.server.accounts.answers["hello"] = HELLO
    door.presenter.connect(URL)
    assert door.presenter.state.user_name == "frontdesk"
